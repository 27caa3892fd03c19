// Everything about an engine that its owner may choose.
#ifndef HELIOSDB_CORE_TXN_ENGINE_OPTIONS_H_
#define HELIOSDB_CORE_TXN_ENGINE_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/executor.h"
#include "core/base/failpoint.h"
#include "core/base/file_system.h"
#include "core/base/random.h"
#include "core/storage/kv_store.h"
#include "core/txn/commit_gate.h"
#include "core/txn/durability.h"
#include "core/wal/wal_format.h"

namespace heliosdb::txn {

// Bugs planted on purpose, so that the tests can show that the checkers find them. All off.
struct TestOnlyFaults {
  bool skip_one_lock = false;            // Every 16th row lock is granted without being taken.
  bool read_one_version_late = false;    // Every 16th snapshot reads what was visible before.
  bool publish_before_sync = false;      // A commit becomes visible before its log is synced.
  bool acknowledge_before_sync = false;  // A commit is answered before its log is synced.
};

// Long work that tells how far it is.
enum class ProgressPhase : uint8_t { kRecovery, kCheckpoint, kBackup, kBackupLoad, kVerify };
struct Progress {
  ProgressPhase phase = ProgressPhase::kRecovery;
  uint64_t done = 0;   // Bytes; keys for kBackupLoad and kVerify.
  uint64_t total = 0;  // In the same unit; 0 when unknown.
};
// Called from the thread that works, without locks; must not block for long nor call the engine.
using ProgressCallback = std::function<void(const Progress&)>;

enum class NodeRole : uint8_t {
  // Leads by itself: everything in its log is committed, and it begins a new term before its first
  // write.
  kStandalone,
  // Belongs to a cluster: opens as a follower that shows what it knows to be committed; replication
  // appends to it, or has it begin a term.
  kMember,
};

struct EngineOptions {
  // --- Where ---
  // The database's directory, made if absent (its parent must exist). Empty: a database in memory,
  // without a log, gone when it is closed.
  std::string directory;
  NodeRole role = NodeRole::kStandalone;
  // Refuse (NOT_FOUND) rather than create a database where there is none.
  bool must_exist = false;

  // --- Log ---
  // Size of a segment file in bytes: a multiple of 4096, 8 KiB to 1 GiB. Smaller ones cost more
  // fdatasyncs, larger ones more disk.
  uint64_t wal_segment_bytes = uint64_t{64} << 20;
  // Durability of a commit that does not say; kAsync to kApplied.
  Durability durability = Durability::kFull;
  // An async commit is on the disk after this long at the latest; 1 ms to 10 s.
  absl::Duration async_flush_delay = absl::Milliseconds(10);
  // Most log bytes kept for slots, beyond which a slot is invalidated; 0: no limit.
  uint64_t max_slot_wal_keep_size = 0;

  // --- Memory and checkpoints ---
  // Changes held in memory since the last checkpoint, in bytes; beyond it writers wait for the
  // checkpointer. 1 MiB to 64 GiB. A larger one makes checkpoints rarer and recovery longer.
  uint64_t delta_limit = uint64_t{512} << 20;
  // A checkpoint begins when the delta holds this many bytes; 64 KiB to delta_limit. 0: half of
  // delta_limit.
  uint64_t checkpoint_bytes = uint64_t{128} << 20;
  // ... or this long after the last one, if anything changed; 1 ms to 1 day.
  // absl::InfiniteDuration(): never by time.
  absl::Duration checkpoint_interval = absl::Minutes(1);
  // Largest write set of one transaction in bytes of memory; beyond it: 53200. 64 KiB to 1 TiB.
  uint64_t transaction_bytes_max = uint64_t{4} << 30;
  // Memory and store pages that only open snapshots still need, in bytes; beyond it the oldest
  // snapshot is cancelled with 72000. 1 MiB or more.
  uint64_t snapshot_pinned_bytes_max = uint64_t{4} << 30;
  // Memory kept to validate REPEATABLE READ and SERIALIZABLE transactions after its checkpoint, in
  // bytes; beyond it the oldest such transactions fail with 40001. 1 MiB or more.
  uint64_t validation_bytes_max = uint64_t{512} << 20;
  // Address space for the store's file, and so its greatest size, in bytes; 16 MiB or more.
  uint64_t map_bytes_max = uint64_t{1} << 40;
  // A clean close writes a checkpoint, so that the next open replays nothing.
  bool checkpoint_on_close = true;

  // --- Locks ---
  // Longest wait for one lock; past it: 55P03. 0: no limit. A transaction may have its own.
  absl::Duration lock_timeout = absl::ZeroDuration();
  // A wait this long looks for a deadlock; 1 ms to 1 h. A transaction may have its own.
  absl::Duration deadlock_timeout = absl::Milliseconds(500);
  // Keys and ranges a SERIALIZABLE transaction remembers exactly for each table; beyond it the
  // whole table counts as read. 1 or more.
  uint32_t predicate_locks_per_table_max = 4096;

  // --- Seams; none is owned, all outlive the engine ---
  FileSystem* files = nullptr;  // Null: FileSystem::Posix().
  Clock* clock = nullptr;       // Null: Clock::Real().
  Random* random = nullptr;     // Null: one seeded by the operating system.
  // Null: the engine has threads of its own.
  Executor* executor = nullptr;
  // Null: a commit counts when it is synced here. Only for kMember.
  CommitGate* gate = nullptr;
  // Longest wait of a commit for the gate; past it: 40003, and the commit may still count later. 1 ms
  // or more; absl::InfiniteDuration(): it waits for as long as it takes.
  absl::Duration commit_ack_timeout = absl::InfiniteDuration();
  // Opens or creates the checkpoint store. Empty: LMDB in the directory, MemStore in memory. The
  // simulator gives a store that outlives a crash.
  std::function<absl::StatusOr<std::unique_ptr<storage::KvStore>>()> open_store;
  ProgressCallback progress;  // May be empty.
  FailpointSet* failpoints = nullptr;
  TestOnlyFaults test_only_faults;
};

// OK, or INVALID_ARGUMENT (22023) with every mistake in one message.
absl::Status ValidateEngineOptions(const EngineOptions& options);

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_ENGINE_OPTIONS_H_
