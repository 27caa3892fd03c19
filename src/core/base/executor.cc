#include "core/base/executor.h"

#include <utility>

namespace heliosdb {

ThreadExecutor::ThreadExecutor(int thread_count) : clock_(Clock::Real()) {
  threads_.reserve(static_cast<size_t>(thread_count));
  for (int i = 0; i < thread_count; ++i) threads_.emplace_back([this] { Run(); });
}

ThreadExecutor::~ThreadExecutor() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void ThreadExecutor::PostAfter(absl::Duration delay, std::function<void()> work) {
  MutexLock lock(&mu_);
  queue_.emplace(clock_->Now() + delay, std::move(work));
  changed_.Signal();
}

void ThreadExecutor::Run() {
  for (;;) {
    std::function<void()> work;
    {
      MutexLock lock(&mu_);
      for (;;) {
        if (stopping_) return;
        if (queue_.empty()) {
          changed_.Wait(&mu_);
          continue;
        }
        const absl::Duration left = queue_.begin()->first - clock_->Now();
        if (left <= absl::ZeroDuration()) break;
        changed_.WaitWithTimeout(&mu_, left);
      }
      work = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      // A sleeper may be waiting for work that is due later than what this thread just took.
      if (!queue_.empty()) changed_.Signal();
    }
    work();
  }
}

}  // namespace heliosdb
