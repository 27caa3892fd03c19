// A transaction: its snapshots, its write set, its locks, and its end.
#ifndef HELIOSDB_CORE_TXN_TRANSACTION_H_
#define HELIOSDB_CORE_TXN_TRANSACTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "core/txn/cancel_token.h"
#include "core/txn/durability.h"
#include "core/txn/lock_mode.h"
#include "core/txn/read_view.h"

namespace heliosdb::txn {

class Engine;
class EngineCore;
struct CommitRequest;
struct LockWaitOptions;
struct TransactionState;

enum class Isolation : uint8_t { kReadCommitted, kRepeatableRead, kSerializable };
enum class Access : uint8_t { kReadWrite, kReadOnly };

struct TransactionOptions {
  Isolation isolation = Isolation::kReadCommitted;
  Access access = Access::kReadWrite;
  // With kSerializable and kReadOnly: the first view waits until its snapshot is safe, and the
  // transaction then costs nothing more and cannot fail.
  bool deferrable = false;
  // Names the session in deadlock reports and to BlockingSessions(); unique among live sessions.
  uint32_t session_id = 0;
  // Ends this transaction's waits. May be null; not owned; outlives the transaction.
  CancelToken* cancel = nullptr;
  // The first view waits until this much is visible: the end of the session's last commit, or any
  // position whose effects it must see.
  Lsn read_after{0};
  // nullopt: the engine's option. Zero for lock_timeout: no limit.
  std::optional<absl::Duration> lock_timeout{};
  std::optional<absl::Duration> deadlock_timeout{};
};

// What became of a row between a view and now.
enum class RowState : uint8_t {
  kUnchanged,
  kUpdated,  // A newer version was committed; possibly one with the same bytes.
  kDeleted,  // The newest committed state has no such row.
};

// A point to which RollbackTo can return.
struct SavepointMark {
  size_t writes = 0;
  size_t locks = 0;
  CommandId command = 0;
  bool touched_catalog = false;
};

// For one thread at a time (which may change between calls), and not longer than the engine. Rolls
// back when destroyed without a commit. Views, cursors and the bytes they gave must be gone before
// Commit or Rollback.
class Transaction {
 public:
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Isolation isolation() const { return options_.isolation; }
  Access access() const { return options_.access; }
  const TransactionOptions& options() const { return options_; }
  // May be made stricter; allowed before the first view only (25001 after it).
  absl::Status SetIsolation(Isolation isolation);
  absl::Status SetAccess(Access access);
  absl::Status SetDeferrable(bool deferrable);
  void SetTimeouts(std::optional<absl::Duration> lock_timeout,
                   std::optional<absl::Duration> deadlock_timeout);

  // --- Reading ---
  // The view for a new statement: READ COMMITTED takes a new snapshot; the stricter levels return
  // the transaction's one snapshot. Sees own writes of commands before the current one. May wait
  // for a safe snapshot (deferrable), or for TransactionOptions::read_after.
  absl::StatusOr<ReadView> View();
  // A view of the newest committed state plus all own writes, those of the current command
  // included, at any isolation level: for unique and foreign-key checks and for re-checks after a
  // lock was granted. Its reads are not remembered under SERIALIZABLE.
  absl::StatusOr<ReadView> FreshView();
  // What became of key since `view` was taken, by commits of others. One probe a delta part.
  absl::StatusOr<RowState> StateSince(const ReadView& view, std::string_view key);
  // For an UPDATE, DELETE or row lock at the stricter levels: OK when key is unchanged since the
  // view, else 40001 "could not serialize access due to concurrent update" (or delete).
  absl::Status RequireUnchanged(const ReadView& view, std::string_view key);

  // --- Writing ---
  // Stores the value, over any older one. key begins with a storage id in four bytes, big endian.
  // The bytes are copied. Errors: 25006 in a read-only transaction, 53200 past
  // transaction_bytes_max, 54000 for a key beyond storage::kKeyBytesMax, 40001 under SERIALIZABLE,
  // and the write fence's error.
  absl::Status Put(std::string_view key, std::string_view value);
  // Deletes the key whether or not it exists.
  absl::Status Delete(std::string_view key);
  // Under SERIALIZABLE: the check that Put makes, without the write. For a write that a constraint
  // is about to refuse: 40001 comes before 23505 when another transaction is to blame.
  absl::Status CheckWrite(std::string_view key);
  // Keys are deleted by a background task, some time after the commit; nobody may use the id again.
  absl::Status RetireStorageId(uint32_t storage_id);
  // Says that this transaction changes catalogue rows: caches are told by ReadView::catalog_lsn().
  void TouchCatalog() { touched_catalog_ = true; }
  bool touched_catalog() const { return touched_catalog_; }

  // The command that runs now; 1 at first.
  CommandId command() const { return command_; }
  // Ends the current command: what it wrote is seen by views made from here on.
  void NextCommand();

  // Return to a point: writes and locks since then are gone. For savepoints (nested as the caller
  // likes) and for statements that fail. Views made since the mark must be gone.
  SavepointMark Mark() const;
  void RollbackTo(const SavepointMark& mark);

  // --- Locks, held to the end of the transaction or to a RollbackTo beyond them ---
  // Errors: 55P03 after lock_timeout, 40P01 as the victim of a deadlock, 57014 when cancelled.
  absl::StatusOr<LockResult> LockRow(std::string_view key, RowLockMode mode, LockWait wait);
  // Locks on keys that are to be new rows or index entries, in strictly ascending order, all at once
  // and in mode kUpdate. False: none was taken; lock them one by one.
  absl::StatusOr<bool> TryClaimKeys(std::span<const std::string> keys);
  absl::StatusOr<LockResult> LockTable(uint32_t oid, TableLockMode mode, LockWait wait);
  absl::StatusOr<LockResult> LockAdvisory(uint64_t number, TableLockMode mode, LockWait wait);

  // --- Sequences ---
  // Logs key = value by itself, ahead of its use: it stays whatever becomes of this transaction,
  // and a commit of this transaction waits until it is durable. Returns when it is in the log.
  absl::Status ReserveSequenceBlock(std::string_view key, std::string_view value);

  // --- The end ---
  // This transaction's id, given at the first call or the first write; unique for the life of the
  // database.
  absl::StatusOr<uint64_t> AssignId();
  uint64_t id() const { return id_; }
  bool has_writes() const;
  // What the writes take in memory: what transaction_bytes_max bounds.
  uint64_t write_bytes() const;
  // Whether every further View() is of one snapshot, which was taken already.
  bool has_snapshot() const;
  // Commits and waits for the durability (nullopt: EngineOptions::durability). On an error nothing
  // was changed, except with 40003 (outcome unknown: the wait for durability ended early) and 58030
  // (the log could not be synced): then Engine::Outcome() tells what is known. Either way the
  // transaction is over.
  absl::StatusOr<CommitReceipt> Commit(std::optional<Durability> durability);
  // The same without waiting: done is called once, from inside this call or from any thread, and
  // must not wait for the engine. Consumes the transaction.
  using CommitDone = std::function<void(absl::StatusOr<CommitReceipt>)>;
  static void CommitAsync(std::unique_ptr<Transaction> transaction,
                          std::optional<Durability> durability, CommitDone done);
  void Rollback();
  // False once Commit or Rollback was called.
  bool active() const { return active_; }

 private:
  friend class Engine;

  Transaction(EngineCore* core, const TransactionOptions& options);

  TransactionState& MutableState();
  absl::Status TakeSnapshot();
  absl::Status Write(std::string_view key, std::optional<std::string_view> value);
  LockWaitOptions WaitOptions(LockWait wait) const;
  absl::StatusOr<LockResult> Lock(LockKey key, uint8_t mode, LockWait wait);
  // Everything that may still fail without a trace.
  absl::Status PrepareCommit(Durability durability);
  // Null: there is nothing to log nor to wait for.
  std::unique_ptr<CommitRequest> MakeRequest(Durability durability);
  CommitReceipt EmptyReceipt(Durability durability) const;
  // Ends this object's part; releases what the pipeline did not take over.
  void Leave(bool committed);

  EngineCore* const core_;
  TransactionOptions options_;
  std::unique_ptr<TransactionState> state_;  // Made by the first write, lock or kept snapshot.
  uint64_t id_ = 0;
  CommandId command_ = 1;
  bool active_ = true;
  bool viewed_ = false;
  bool touched_catalog_ = false;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_TRANSACTION_H_
