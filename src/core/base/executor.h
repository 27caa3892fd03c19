// The seam to background work: checkpoints, delayed flushes, housekeeping.
#ifndef HELIOSDB_CORE_BASE_EXECUTOR_H_
#define HELIOSDB_CORE_BASE_EXECUTOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"

namespace heliosdb {

// Runs work later, in threads of its own (production) or on an event loop with virtual time (the
// simulator). Thread-safe. Work may post more work.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs work once, as soon as there is a thread for it. Never runs it inside the call.
  void Post(std::function<void()> work) { PostAfter(absl::ZeroDuration(), std::move(work)); }
  // Runs work once, no sooner than after delay.
  virtual void PostAfter(absl::Duration delay, std::function<void()> work) = 0;
};

// The production executor: a fixed number of threads.
class ThreadExecutor : public Executor {
 public:
  explicit ThreadExecutor(int thread_count);
  // Finishes the work that runs, drops what has not begun, and joins the threads. Must not be
  // destroyed by its own work.
  ~ThreadExecutor() override;

  void PostAfter(absl::Duration delay, std::function<void()> work) override;

 private:
  void Run();

  Clock* const clock_;
  Mutex mu_;
  CondVar changed_;
  // By due time, then by order of posting.
  std::multimap<absl::Duration, std::function<void()>> queue_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_EXECUTOR_H_
