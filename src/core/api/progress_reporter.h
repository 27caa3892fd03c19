// Reports of long work to the host, no more often than it was promised.
#ifndef HELIOSDB_CORE_API_PROGRESS_REPORTER_H_
#define HELIOSDB_CORE_API_PROGRESS_REPORTER_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/time/time.h"

#include "core/base/clock.h"
#include "heliosdb/progress.h"

namespace heliosdb::api {

// Thread-safe.
class ProgressReporter {
 public:
  // callback may be empty. clock is not owned and outlives this.
  ProgressReporter(ProgressCallback callback, Clock* clock)
      : callback_(std::move(callback)), clock_(clock) {}

  void Report(const Progress& progress) {
    if (!callback_ || (!progress.finished && !IsDue(progress.task))) return;
    callback_(progress);
  }

 private:
  static constexpr absl::Duration kInterval = absl::Milliseconds(100);
  static constexpr size_t kTasks = static_cast<size_t>(Task::kLoad) + 1;

  // Whether enough time went by since the last report of such work.
  bool IsDue(Task task) {
    std::atomic<int64_t>& due = due_[static_cast<size_t>(task)];
    const int64_t now = absl::ToInt64Nanoseconds(clock_->Now());
    int64_t at = due.load(std::memory_order_relaxed);
    return now >= at && due.compare_exchange_strong(at, now + absl::ToInt64Nanoseconds(kInterval),
                                                    std::memory_order_relaxed);
  }

  const ProgressCallback callback_;
  Clock* const clock_;
  std::array<std::atomic<int64_t>, kTasks> due_{};  // On clock_; 0: now.
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_PROGRESS_REPORTER_H_
