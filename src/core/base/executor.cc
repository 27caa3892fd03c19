#include "core/base/executor.h"

#include <algorithm>

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

void ThreadExecutor::PostAfter(const void* owner, absl::Duration delay,
                               std::function<void()> work) {
  MutexLock lock(&mu_);
  queue_.emplace(clock_->Now() + delay, Task{owner, std::move(work)});
  changed_.Signal();
}

void ThreadExecutor::Drop(const void* owner) {
  std::vector<std::function<void()>> dropped;  // Destroyed without the mutex.
  MutexLock lock(&mu_);
  for (auto at = queue_.begin(); at != queue_.end();) {
    if (at->second.owner != owner) {
      ++at;
      continue;
    }
    dropped.push_back(std::move(at->second.work));
    at = queue_.erase(at);
  }
  while (std::find(running_.begin(), running_.end(), owner) != running_.end()) {
    finished_.Wait(&mu_);
  }
}

void ThreadExecutor::Run() {
  for (;;) {
    Task task;
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
      task = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      running_.push_back(task.owner);
      // A sleeper may be waiting for work that is due later than what this thread just took.
      if (!queue_.empty()) changed_.Signal();
    }
    task.work();
    task.work = nullptr;
    MutexLock lock(&mu_);
    running_.erase(std::find(running_.begin(), running_.end(), task.owner));
    finished_.SignalAll();
  }
}

}  // namespace heliosdb
