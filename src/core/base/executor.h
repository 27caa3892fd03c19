// The seam to background work: checkpoints, delayed flushes, housekeeping.
#ifndef HELIOSDB_CORE_BASE_EXECUTOR_H_
#define HELIOSDB_CORE_BASE_EXECUTOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>
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

  // Runs work once, as soon as there is a thread for it. Never runs it inside the call. owner is
  // what Drop knows the work by.
  void Post(const void* owner, std::function<void()> work) {
    PostAfter(owner, absl::ZeroDuration(), std::move(work));
  }
  // Runs work once, no sooner than after delay.
  virtual void PostAfter(const void* owner, absl::Duration delay, std::function<void()> work) = 0;
  // False when work runs on an event loop, which must not be kept waiting for other work.
  virtual bool MayBlock() const { return true; }
  // Drops the owner's work that has not begun, and waits for what runs. Not from inside the owner's
  // work.
  virtual void Drop(const void* owner) = 0;
};

// The production executor: a fixed number of threads.
class ThreadExecutor : public Executor {
 public:
  explicit ThreadExecutor(int thread_count);
  // Finishes the work that runs, drops what has not begun, and joins the threads. Must not be
  // destroyed by its own work.
  ~ThreadExecutor() override;

  void PostAfter(const void* owner, absl::Duration delay, std::function<void()> work) override;
  void Drop(const void* owner) override;

 private:
  struct Task {
    const void* owner;
    std::function<void()> work;
  };

  void Run();

  Clock* const clock_;
  Mutex mu_;
  CondVar changed_;
  CondVar finished_;
  // By due time, then by order of posting.
  std::multimap<absl::Duration, Task> queue_ ABSL_GUARDED_BY(mu_);
  std::vector<const void*> running_ ABSL_GUARDED_BY(mu_);  // Owners of the work that runs.
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_EXECUTOR_H_
