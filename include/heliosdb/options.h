// How a database is opened.
//
//   auto options = heliosdb::Options::Builder().DeltaLimit(256 << 20).Build();
//   if (!options.ok()) ...                       // names every mistake at once
//   auto db = heliosdb::Database::Open("shop.db", *options);
//
// Builder and Options are plain values: copy them, use them from any thread. Opening checks Options that were filled
// without a Builder by the same rules.
#ifndef HELIOSDB_OPTIONS_H_
#define HELIOSDB_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "heliosdb/progress.h"
#include "heliosdb/receipt.h"

namespace heliosdb {

class Options {
 public:
  class Builder;

  // The defaults below.
  Options();

  bool create_if_missing = true;
  bool read_only = false;
  Durability durability = Durability::kFull;
  uint64_t delta_limit = uint64_t{256} << 20;
  uint64_t transaction_bytes_max = uint64_t{4} << 30;
  uint64_t wal_segment_bytes = uint64_t{64} << 20;
  absl::Duration checkpoint_interval = absl::Minutes(5);
  uint64_t checkpoint_bytes = uint64_t{64} << 20;
  bool checkpoint_on_close = true;
  uint64_t map_bytes_max = uint64_t{1} << 40;
  uint64_t snapshot_pinned_bytes_max = uint64_t{4} << 30;
  uint64_t max_slot_wal_keep_size = uint64_t{16} << 30;
  absl::Duration lock_timeout = absl::ZeroDuration();
  absl::Duration deadlock_timeout = absl::Milliseconds(200);
  absl::Duration statement_timeout = absl::ZeroDuration();
  uint64_t work_mem = uint64_t{64} << 20;
  uint32_t plan_cache_statements = 1024;
  uint32_t connections_max = 10'000;
  bool autovacuum = true;
  absl::Duration autovacuum_naptime = absl::Minutes(1);
  uint32_t autovacuum_analyze_threshold = 50;
  double autovacuum_analyze_scale_factor = 0.1;
  std::string time_zone = "UTC";
  ProgressCallback progress;
};

// Each setter replaces one value and returns the builder. Sizes are bytes.
class Options::Builder {
 public:
  // Makes the directory and an empty database when there is none. Default true; with false, opening what does not exist
  // fails with NOT_FOUND.
  Builder& CreateIfMissing(bool create);
  // Every write is refused with 25006. The directory is still locked and recovered. Default false.
  Builder& ReadOnly(bool read_only);
  // What a commit reaches when it does not say. Default kFull.
  Builder& DefaultDurability(Durability durability);
  // Memory for changes that are not yet in the store; writers wait at the limit until a checkpoint frees some. 8 MiB to
  // 1 TiB; default 256 MiB.
  Builder& DeltaLimit(uint64_t bytes);
  // The largest transaction; beyond it 53200. 1 MiB to 1 TiB; default 4 GiB. It is held in memory.
  Builder& TransactionBytesMax(uint64_t bytes);
  // Size of a log file. 1 MiB to 1 GiB, a multiple of 4096; default 64 MiB. Small ones rotate often, large ones hold
  // more disk.
  Builder& WalSegmentBytes(uint64_t bytes);
  // A checkpoint at least this often, if anything changed. 1 s to 1 day; default 5 min. Bounds the time that recovery
  // takes.
  Builder& CheckpointInterval(absl::Duration interval);
  // A checkpoint after this much log. 1 MiB to 1 TiB; default 64 MiB.
  Builder& CheckpointBytes(uint64_t bytes);
  // Whether closing writes a checkpoint, so that the next open need not read the log. Default true.
  Builder& CheckpointOnClose(bool checkpoint);
  // Address space for the store, and so its largest size. 64 MiB to 64 TiB; default 1 TiB. Costs no memory. A process that
  // has not so much left gets half of it, or a quarter, and so on.
  Builder& MapBytesMax(uint64_t bytes);
  // Memory and store pages that only open snapshots still need; beyond it the oldest is cancelled with 72000. 16 MiB to
  // 1 TiB; default 4 GiB.
  Builder& SnapshotPinnedBytesMax(uint64_t bytes);
  // Log kept for one standby that does not fetch it; beyond it the standby needs a base backup. 0: no limit. Default
  // 16 GiB.
  Builder& MaxSlotWalKeepSize(uint64_t bytes);
  // Longest wait for one lock (55P03). Zero: no limit, the default. A session may SET another.
  Builder& LockTimeout(absl::Duration timeout);
  // Wait after which a deadlock is looked for (40P01). 1 ms to 1 s; default 200 ms.
  Builder& DeadlockTimeout(absl::Duration timeout);
  // Longest run of one statement (57014). Zero: no limit, the default. A session may SET another.
  Builder& StatementTimeout(absl::Duration timeout);
  // Memory for one sort of a statement; a hash table may take twice as much; what is beyond goes to temporary files in the
  // directory, at the cost of writing and reading it. ":memory:" has none and takes what it needs. 64 KiB to 1 TiB;
  // default 64 MiB. A session may SET another.
  Builder& WorkMem(uint64_t bytes);
  // Plans kept for statements by their text. 0 to 1,000,000; default 1024.
  Builder& PlanCacheStatements(uint32_t statements);
  // Connections open at once; beyond it 53300. 1 to 1,000,000; default 10,000.
  Builder& ConnectionsMax(uint32_t connections);
  // Whether statistics are renewed in the background (ANALYZE) for tables that changed. It reads such a table whole, and
  // never makes a statement wait or fail; not on standbys, nor with ReadOnly. Default true.
  Builder& Autovacuum(bool renew);
  // Pause between two looks for such tables. 1 s to 24 days; default 1 min.
  Builder& AutovacuumNaptime(absl::Duration pause);
  // A table is due once more rows than this ... 0 to 2,147,483,647; default 50.
  Builder& AutovacuumAnalyzeThreshold(uint32_t rows);
  // ... and this share of its rows were inserted, updated or deleted since its last ANALYZE. 0 to 100; default 0.1.
  Builder& AutovacuumAnalyzeScaleFactor(double share);
  // The sessions' TimeZone at their start: a name of the tz database or an offset. Default "UTC".
  Builder& TimeZone(std::string name);
  // Told about recovery, checkpoints, verification and index builds. Default none.
  Builder& OnProgress(ProgressCallback callback);

  // The options, or INVALID_ARGUMENT (22023) with every mistake, one a line: the value, and the range it must have.
  absl::StatusOr<Options> Build() const;

 private:
  Options options_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_OPTIONS_H_
