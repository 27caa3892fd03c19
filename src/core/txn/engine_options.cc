#include "core/txn/engine_options.h"

#include "core/base/status.h"

namespace heliosdb::txn {
namespace {

class Mistakes {
 public:
  void Range(std::string_view name, uint64_t value, uint64_t least, uint64_t greatest) {
    if (value >= least && value <= greatest) return;
    Add(fmt::format("{} is {}, it must be from {} to {}", name, value, least, greatest));
  }
  void Range(std::string_view name, absl::Duration value, absl::Duration least,
             absl::Duration greatest) {
    if (value >= least && value <= greatest) return;
    Add(fmt::format("{} is {}, it must be from {} to {}", name, absl::FormatDuration(value),
                    absl::FormatDuration(least), absl::FormatDuration(greatest)));
  }
  void Add(std::string_view text) {
    if (!all_.empty()) all_ += "; ";
    all_ += text;
  }
  absl::Status Status() const {
    if (all_.empty()) return absl::OkStatus();
    return SqlError(sqlstate::kInvalidParameterValue, "invalid engine options: {}", all_);
  }

 private:
  std::string all_;
};

}  // namespace

absl::Status ValidateEngineOptions(const EngineOptions& options) {
  constexpr uint64_t kKiB = 1024;
  constexpr uint64_t kMiB = 1024 * kKiB;
  constexpr uint64_t kGiB = 1024 * kMiB;
  constexpr uint64_t kTiB = 1024 * kGiB;
  Mistakes mistakes;
  mistakes.Range("wal_segment_bytes", options.wal_segment_bytes, 8 * kKiB, kGiB);
  if (options.wal_segment_bytes % 4096 != 0) {
    mistakes.Add(fmt::format("wal_segment_bytes is {}, it must be a multiple of 4096",
                             options.wal_segment_bytes));
  }
  mistakes.Range("durability", static_cast<uint64_t>(options.durability), 0, kDurabilityCount - 1);
  mistakes.Range("async_flush_delay", options.async_flush_delay, absl::Milliseconds(1),
                 absl::Seconds(10));
  mistakes.Range("delta_limit", options.delta_limit, kMiB, 64 * kGiB);
  if (options.checkpoint_bytes != 0) {
    mistakes.Range("checkpoint_bytes", options.checkpoint_bytes, 64 * kKiB, options.delta_limit);
  }
  if (options.checkpoint_interval != absl::InfiniteDuration()) {
    mistakes.Range("checkpoint_interval", options.checkpoint_interval, absl::Milliseconds(1),
                   absl::Hours(24));
  }
  mistakes.Range("transaction_bytes_max", options.transaction_bytes_max, 64 * kKiB, kTiB);
  mistakes.Range("snapshot_pinned_bytes_max", options.snapshot_pinned_bytes_max, kMiB, UINT64_MAX);
  mistakes.Range("validation_bytes_max", options.validation_bytes_max, kMiB, UINT64_MAX);
  mistakes.Range("map_bytes_max", options.map_bytes_max, 16 * kMiB, UINT64_MAX);
  mistakes.Range("lock_timeout", options.lock_timeout, absl::ZeroDuration(), absl::Hours(24 * 365));
  mistakes.Range("deadlock_timeout", options.deadlock_timeout, absl::Milliseconds(1),
                 absl::Hours(1));
  mistakes.Range("commit_ack_timeout", options.commit_ack_timeout, absl::Milliseconds(1),
                 absl::InfiniteDuration());
  mistakes.Range("predicate_locks_per_table_max", options.predicate_locks_per_table_max, 1,
                 UINT32_MAX);
  if (options.role == NodeRole::kMember && options.directory.empty()) {
    mistakes.Add("a member of a cluster needs a directory");
  }
  if (options.role == NodeRole::kStandalone && options.gate != nullptr) {
    mistakes.Add("a commit gate is only for a member of a cluster");
  }
  return mistakes.Status();
}

}  // namespace heliosdb::txn
