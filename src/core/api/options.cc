#include "heliosdb/options.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

#include "core/api/check_options.h"
#include "core/base/status.h"
#include "core/types/time_zone.h"

namespace heliosdb {
namespace {

constexpr uint64_t kKiB = uint64_t{1} << 10;
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kGiB = uint64_t{1} << 30;
constexpr uint64_t kTiB = uint64_t{1} << 40;

// Collects the mistakes.
class Checker {
 public:
  void Bytes(const char* name, uint64_t value, uint64_t least, uint64_t greatest) {
    if (value >= least && value <= greatest) return;
    mistakes_.push_back(
        fmt::format("{} is {} bytes, must be {} to {}", name, value, least, greatest));
  }
  void Time(const char* name, absl::Duration value, absl::Duration least, absl::Duration greatest) {
    if (value >= least && value <= greatest) return;
    mistakes_.push_back(fmt::format("{} is {}, must be {} to {}", name, absl::FormatDuration(value),
                                    absl::FormatDuration(least), absl::FormatDuration(greatest)));
  }
  void Count(const char* name, uint64_t value, uint64_t least, uint64_t greatest) {
    if (value >= least && value <= greatest) return;
    mistakes_.push_back(fmt::format("{} is {}, must be {} to {}", name, value, least, greatest));
  }
  void Require(bool fine, std::string mistake) {
    if (!fine) mistakes_.push_back(std::move(mistake));
  }
  absl::Status Verdict() const {
    if (mistakes_.empty()) return absl::OkStatus();
    return SqlError(sqlstate::kInvalidParameterValue, "wrong options:\n{}",
                    fmt::join(mistakes_, "\n"));
  }

 private:
  std::vector<std::string> mistakes_;
};

}  // namespace

Options::Options() = default;

using Builder = Options::Builder;

Builder& Builder::CreateIfMissing(bool create) {
  options_.create_if_missing = create;
  return *this;
}
Builder& Builder::ReadOnly(bool read_only) {
  options_.read_only = read_only;
  return *this;
}
Builder& Builder::DefaultDurability(Durability durability) {
  options_.durability = durability;
  return *this;
}
Builder& Builder::DeltaLimit(uint64_t bytes) {
  options_.delta_limit = bytes;
  return *this;
}
Builder& Builder::TransactionBytesMax(uint64_t bytes) {
  options_.transaction_bytes_max = bytes;
  return *this;
}
Builder& Builder::WalSegmentBytes(uint64_t bytes) {
  options_.wal_segment_bytes = bytes;
  return *this;
}
Builder& Builder::CheckpointInterval(absl::Duration interval) {
  options_.checkpoint_interval = interval;
  return *this;
}
Builder& Builder::CheckpointBytes(uint64_t bytes) {
  options_.checkpoint_bytes = bytes;
  return *this;
}
Builder& Builder::CheckpointOnClose(bool checkpoint) {
  options_.checkpoint_on_close = checkpoint;
  return *this;
}
Builder& Builder::MapBytesMax(uint64_t bytes) {
  options_.map_bytes_max = bytes;
  return *this;
}
Builder& Builder::SnapshotPinnedBytesMax(uint64_t bytes) {
  options_.snapshot_pinned_bytes_max = bytes;
  return *this;
}
Builder& Builder::MaxSlotWalKeepSize(uint64_t bytes) {
  options_.max_slot_wal_keep_size = bytes;
  return *this;
}
Builder& Builder::LockTimeout(absl::Duration timeout) {
  options_.lock_timeout = timeout;
  return *this;
}
Builder& Builder::DeadlockTimeout(absl::Duration timeout) {
  options_.deadlock_timeout = timeout;
  return *this;
}
Builder& Builder::StatementTimeout(absl::Duration timeout) {
  options_.statement_timeout = timeout;
  return *this;
}
Builder& Builder::WorkMem(uint64_t bytes) {
  options_.work_mem = bytes;
  return *this;
}
Builder& Builder::PlanCacheStatements(uint32_t statements) {
  options_.plan_cache_statements = statements;
  return *this;
}
Builder& Builder::ConnectionsMax(uint32_t connections) {
  options_.connections_max = connections;
  return *this;
}
Builder& Builder::Autovacuum(bool renew) {
  options_.autovacuum = renew;
  return *this;
}
Builder& Builder::AutovacuumNaptime(absl::Duration pause) {
  options_.autovacuum_naptime = pause;
  return *this;
}
Builder& Builder::AutovacuumAnalyzeThreshold(uint32_t rows) {
  options_.autovacuum_analyze_threshold = rows;
  return *this;
}
Builder& Builder::AutovacuumAnalyzeScaleFactor(double share) {
  options_.autovacuum_analyze_scale_factor = share;
  return *this;
}
Builder& Builder::TimeZone(std::string name) {
  options_.time_zone = std::move(name);
  return *this;
}
Builder& Builder::OnProgress(ProgressCallback callback) {
  options_.progress = std::move(callback);
  return *this;
}

absl::Status api::CheckOptions(const Options& o) {
  const absl::Duration day = absl::Hours(24);
  Checker checker;
  checker.Bytes("DeltaLimit", o.delta_limit, 8 * kMiB, kTiB);
  checker.Bytes("TransactionBytesMax", o.transaction_bytes_max, kMiB, kTiB);
  checker.Bytes("WalSegmentBytes", o.wal_segment_bytes, kMiB, kGiB);
  checker.Require(
      o.wal_segment_bytes % 4096 == 0,
      fmt::format("WalSegmentBytes is {}, must be a multiple of 4096", o.wal_segment_bytes));
  checker.Time("CheckpointInterval", o.checkpoint_interval, absl::Seconds(1), day);
  checker.Bytes("CheckpointBytes", o.checkpoint_bytes, kMiB, kTiB);
  checker.Require(o.checkpoint_bytes <= o.delta_limit,
                  fmt::format("CheckpointBytes is {}, must not exceed DeltaLimit, {}",
                              o.checkpoint_bytes, o.delta_limit));
  checker.Bytes("MapBytesMax", o.map_bytes_max, 64 * kMiB, 64 * kTiB);
  checker.Bytes("SnapshotPinnedBytesMax", o.snapshot_pinned_bytes_max, 16 * kMiB, kTiB);
  checker.Time("LockTimeout", o.lock_timeout, absl::ZeroDuration(), 30 * day);
  checker.Time("DeadlockTimeout", o.deadlock_timeout, absl::Milliseconds(1), absl::Seconds(1));
  checker.Time("StatementTimeout", o.statement_timeout, absl::ZeroDuration(), 30 * day);
  checker.Bytes("WorkMem", o.work_mem, 64 * kKiB, kTiB);
  checker.Count("PlanCacheStatements", o.plan_cache_statements, 0, 1'000'000);
  checker.Count("ConnectionsMax", o.connections_max, 1, 1'000'000);
  checker.Time("AutovacuumNaptime", o.autovacuum_naptime, absl::Seconds(1), 24 * day);
  checker.Count("AutovacuumAnalyzeThreshold", o.autovacuum_analyze_threshold, 0, 2'147'483'647);
  // Written so that NaN does not pass.
  checker.Require(
      o.autovacuum_analyze_scale_factor >= 0 && o.autovacuum_analyze_scale_factor <= 100,
      fmt::format("AutovacuumAnalyzeScaleFactor is {}, must be 0 to 100",
                  o.autovacuum_analyze_scale_factor));
  checker.Require(
      types::TimeZone::Load(o.time_zone).ok(),
      fmt::format("TimeZone is \"{}\", must be the name of a time zone or an offset", o.time_zone));
  checker.Require(o.durability <= Durability::kApplied,
                  fmt::format("DefaultDurability is {}, which is no durability",
                              static_cast<int>(o.durability)));
  return checker.Verdict();
}

absl::StatusOr<Options> Builder::Build() const {
  HELIOS_RETURN_IF_ERROR(api::CheckOptions(options_));
  return options_;
}

}  // namespace heliosdb
