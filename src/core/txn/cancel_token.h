// How a running statement is told to stop: by a cancel request, by statement_timeout, or because
// its session ends.
#ifndef HELIOSDB_CORE_TXN_CANCEL_TOKEN_H_
#define HELIOSDB_CORE_TXN_CANCEL_TOKEN_H_

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"

namespace heliosdb::txn {

// One a session; lives as long as it. Thread-safe. Long loops call Check() now and then (every few
// hundred rows); every wait in this layer ends when the token is cancelled or its deadline passes.
class CancelToken {
 public:
  // clock is not owned and outlives the token.
  explicit CancelToken(Clock* clock) : clock_(clock) {}

  // Asks the session's current work to stop with SQLSTATE 57014 "canceling statement due to user
  // request".
  void Cancel();
  // Asks every further work of the session to stop with 57P01 "terminating connection due to
  // administrator command".
  void Terminate();
  // Starts a statement: forgets an earlier Cancel and sets the statement's deadline by `clock`;
  // absl::InfiniteDuration() for none. Past it: 57014 "canceling statement due to statement
  // timeout".
  void StartStatement(absl::Duration statement_timeout);
  // OK, or why to stop. Costs one relaxed load and, with a deadline, a clock reading.
  absl::Status Check() const;
  // Time left until the deadline; absl::InfiniteDuration() without one.
  absl::Duration TimeLeft() const;

  // A place where the session's thread sleeps. Cancel wakes it.
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void Wake() = 0;
  };
  // Registers the waiter (null: none) to be woken by Cancel and Terminate. The session's own thread
  // calls it.
  void SetWaiter(Waiter* waiter);

 private:
  enum class Request : uint8_t { kNone, kCancel, kTerminate };

  Clock* const clock_;
  std::atomic<Request> request_{Request::kNone};
  // Nanoseconds on clock_; INT64_MAX: none. Written by the session's thread only.
  std::atomic<int64_t> deadline_{INT64_MAX};
  Mutex mu_;
  Waiter* waiter_ ABSL_GUARDED_BY(mu_) = nullptr;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_CANCEL_TOKEN_H_
