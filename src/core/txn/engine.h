// The transactional key-value engine: the log, the delta in memory, the checkpoint store, and
// transactions over them.
//
// A directory holds:  LOCK (held while open), wal/ (the log), store.db (the checkpoint), slots
// (retention slots, txn/retention_slots.h). What the engine itself keeps in the store: txn/meta.h.
#ifndef HELIOSDB_CORE_TXN_ENGINE_H_
#define HELIOSDB_CORE_TXN_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "core/txn/durability.h"
#include "core/txn/engine_options.h"
#include "core/txn/lock_mode.h"
#include "core/txn/transaction.h"
#include "core/wal/recover.h"
#include "core/wal/wal_reader.h"

namespace heliosdb::txn {

class LockTable;

// What is known of a transaction by its id.
enum class TxnOutcome : uint8_t {
  kInProgress,  // Running, or logged but not yet known to be committed.
  kCommitted,
  kAborted,    // Never committed and never will be: rolled back, lost in a crash, or cut off.
  kNeverSeen,  // No such id was given.
  kForgotten,  // Older than the kOutcomeWindow last ids.
};
inline constexpr uint64_t kOutcomeWindow = uint64_t{1} << 24;

// The least storage id a caller gets; the engine keeps those below for itself.
inline constexpr uint32_t kStorageIdFirst = 16;

struct EngineStats {
  uint64_t commits = 0;        // Transactions with writes that were committed here.
  uint64_t commit_groups = 0;  // Groups they were written in.
  uint64_t rollbacks = 0;
  uint64_t serialization_failures = 0;
  uint64_t deadlocks = 0;
  uint64_t snapshots_cancelled = 0;
  uint64_t checkpoints = 0;
  absl::Duration checkpoint_last_duration;
  std::string checkpoint_last_error;  // Empty when the last one succeeded.
  Lsn checkpoint_lsn{0};
  Lsn log_first{0};
  Lsn log_written{0};
  Lsn log_synced{0};
  Lsn visible{0};
  Term term{0};
  uint64_t delta_bytes = 0;  // Not yet in a checkpoint.
  uint64_t delta_parts = 0;
  uint64_t validation_bytes = 0;  // Kept for validation only.
  uint64_t pinned_bytes = 0;      // Memory and store pages that only open snapshots still need.
  uint64_t snapshots_open = 0;
  uint64_t transactions_open = 0;
  uint64_t log_writes = 0;
  uint64_t log_syncs = 0;
  uint64_t log_file_bytes = 0;
  storage::KvStats store;
};

struct RetentionSlot {
  std::string name;
  Lsn restart_lsn{0};        // The log from here on is kept for it.
  bool invalidated = false;  // It fell behind by more than max_slot_wal_keep_size.
};

// A copy of the checkpoint being read while the engine goes on. Its slot keeps the log from its LSN
// on until the object is destroyed (then create a named slot before).
class Backup {
 public:
  virtual ~Backup() = default;
  // The checkpoint's LSN: the copy plus the log from here on is the database.
  virtual Lsn lsn() const = 0;
  // Gives sink every chunk, in order (storage/store_copy.h). Blocks on the disk. Once only.
  virtual absl::Status Copy(std::function<absl::Status(std::string_view chunk)> sink) = 0;
};

// Takes such a copy into an empty directory. Nothing can be opened there before Finish().
class BackupLoad {
 public:
  virtual ~BackupLoad() = default;
  virtual absl::Status Add(std::string_view chunk) = 0;
  // Makes the log, beginning at the copy's LSN. The directory can be opened when this returns.
  virtual absl::Status Finish() = 0;
};

// Thread-safe, but for Close and the destructor. Several engines may live in one process.
class Engine {
 public:
  // Opens or creates a database: takes the directory's lock, checks format and history, replays the
  // log behind the checkpoint. Errors: 22023 for wrong options; 55006 when another process has it
  // open; FAILED_PRECONDITION for another format or history; DATA_LOSS, naming segment and offset,
  // for damage; the operating system's for the rest. Blocks.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(EngineOptions options);
  // Closes if still open, ignoring errors.
  ~Engine();
  // Waits for running commits, writes a checkpoint (checkpoint_on_close), closes the log in order.
  // Every transaction must be over. Further calls fail with 57P03.
  absl::Status Close();

  const EngineOptions& options() const;
  wal::HistoryId history() const;

  // --- Transactions ---
  std::unique_ptr<Transaction> Begin(const TransactionOptions& options);
  absl::StatusOr<TxnOutcome> Outcome(uint64_t txn_id);
  // Waits until everything below lsn is visible here. DEADLINE_EXCEEDED after timeout; 57014 when
  // cancelled; UNAVAILABLE when the engine closes. cancel may be null.
  absl::Status WaitVisible(Lsn lsn, absl::Duration timeout, CancelToken* cancel);
  Lsn visible_lsn() const;
  // ReadView::catalog_lsn() of a view taken now.
  Lsn catalog_lsn() const;
  // OK, or why no write is taken here now: the node follows, is fenced, or its log has failed. Cheap.
  absl::Status CheckWritable() const;
  // Sessions that hold, or wait before it for, what the session waits for. Empty: it does not wait.
  std::vector<uint32_t> BlockingSessions(uint32_t session_id);
  LockTable& locks();

  // --- Storage ids ---
  // An id that was never used before. May wait for the log's disk.
  absl::StatusOr<uint32_t> AllocateStorageId();
  // The ids from kStorageIdFirst on that hold any key in the newest committed state, ascending: to
  // find what an interrupted index build left. One seek an id.
  absl::StatusOr<std::vector<uint32_t>> StorageIdsInUse();

  // --- Maintenance ---
  // Moves everything committed so far into the store. Waits for one that is running, then runs
  // another.
  absl::Status Checkpoint();
  EngineStats Stats();
  // Checks every log record and walks the store. DATA_LOSS tells what and where.
  absl::Status Verify();

  // --- Log, for replication ---
  Lsn log_written() const;
  Lsn log_synced() const;
  Lsn log_first() const;
  Term term() const;
  // Term starts, ascending.
  std::vector<wal::TermStart> TermHistory() const;
  // A reader over this log. Hold a slot at or below its position while it is open, and read up to
  // log_written() only. UNIMPLEMENTED (0A000) for a database in memory.
  absl::StatusOr<std::unique_ptr<wal::WalReader>> OpenLog(Lsn from);
  // Waits until log_written() > lsn. False after timeout or when the engine closes.
  bool WaitLog(Lsn lsn, absl::Duration timeout);
  // Called, without locks, after every growth of written or synced, from whichever thread did it;
  // calls may come out of order. One listener; an empty function removes it and waits for a running
  // call to end.
  void SetLogListener(std::function<void(Lsn written, Lsn synced)> listener);

  // Keeps the log from lsn on until the slot moves. Slots outlive a restart. ALREADY_EXISTS
  // (42710); FAILED_PRECONDITION (55000) if the log begins after lsn.
  absl::Status CreateSlot(std::string_view name, Lsn lsn);
  // Never moves back. NOT_FOUND (42704); FAILED_PRECONDITION (55000) once invalidated.
  absl::Status AdvanceSlot(std::string_view name, Lsn lsn);
  absl::Status DropSlot(std::string_view name);
  std::vector<RetentionSlot> Slots() const;

  // --- Following and leading (NodeRole::kMember) ---
  // Refuses every write from here on with this error; OK lifts the fence. On return no write is
  // between its check and the log.
  void SetWriteFence(absl::Status status);
  // Appends what another node wrote (see wal::WalWriter::AppendForeign) and hands it to the
  // operating system; SyncLog makes it survive. Refused while leading.
  absl::Status AppendForeign(Lsn lsn, std::string_view bytes);
  absl::Status SyncLog();
  // Everything below lsn is committed: applies it, as far as it was appended, and shows it. Returns
  // the new visible LSN. Refused while leading: there the gate tells.
  absl::StatusOr<Lsn> AdvanceCommit(Lsn lsn);
  // Leads from here on: takes in the rest of the log (to be shown once the gate says so), appends a
  // term-start record and syncs it. Returns that record's end. The term must exceed every one
  // before.
  absl::StatusOr<Lsn> BeginTerm(Term term);
  // Stops leading: running transactions fail with 57P03, waiting commits with 40003.
  absl::Status StopLeading();
  // Cuts the log back to `end`, a record boundary at or above visible_lsn(), and follows from
  // there. Only while not leading.
  absl::Status CutLog(Lsn end);

  // --- Base backup ---
  absl::StatusOr<std::unique_ptr<Backup>> BeginBackup();
  // options.directory must be empty or absent.
  static absl::StatusOr<std::unique_ptr<BackupLoad>> LoadBackup(EngineOptions options);

 private:
  explicit Engine(std::unique_ptr<EngineCore> core);
  std::unique_ptr<EngineCore> core_;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_ENGINE_H_
