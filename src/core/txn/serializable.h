// SERIALIZABLE: finds the read-write dependencies among concurrent transactions and fails one of
// them before they can form a cycle.
//
// The method is PostgreSQL's (M. Cahill et al., "Serializable isolation for snapshot databases";
// D. Ports and K. Grittner, "Serializable snapshot isolation in PostgreSQL"): a transaction that
// reads a key or a range leaves a mark there, which outlives its commit while any concurrent
// transaction runs. A reader R that missed what a concurrent W wrote has a conflict R -> W. Two
// conflicts in a row, T1 -> T2 -> T3, are dangerous if T3 was the first of them to commit; then one
// of the transactions that still run fails. A read-only T1 matters only if T3 committed before T1's
// snapshot. A read-only transaction with no dangerous writer beside it is safe and leaves the game.
//
// Marks are exact on keys and on ranges with their gaps.
#ifndef HELIOSDB_CORE_TXN_SERIALIZABLE_H_
#define HELIOSDB_CORE_TXN_SERIALIZABLE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/base/mutex.h"
#include "core/txn/cancel_token.h"
#include "core/txn/snapshot.h"
#include "core/txn/transaction.h"

namespace heliosdb::txn {

class SerializableManager;

// One transaction's part. All fields but the first two are guarded by the manager's mutex.
class SerializableTransaction {
 public:
  // A key, or [low, high), was read. 40001 when the transaction must fail.
  absl::Status OnRead(std::string_view key);
  absl::Status OnReadRange(std::string_view low, std::string_view high);

 private:
  friend class SerializableManager;
  explicit SerializableTransaction(SerializableManager* manager) : manager_(manager) {}

  bool Reads() const;

  SerializableManager* const manager_;
  // Set with the LSN that the log gave it, before that becomes visible.
  std::atomic<uint64_t> commit_lsn_{0};

  Lsn read_lsn_{0};
  uint32_t session_id_ = 0;
  uint64_t last_commit_before_snapshot_ = 0;
  uint64_t prepare_number_ = 0;  // When it began to commit; 0: has not.
  uint64_t commit_number_ = 0;   // 0: has not committed.
  // The earliest commit among those it had conflicts out to when it committed; 0: none.
  uint64_t earliest_out_commit_ = 0;
  bool read_only_ = false;
  bool did_write_ = false;
  bool doomed_ = false;  // Must roll back.
  bool read_only_safe_ = false;
  bool read_only_unsafe_ = false;
  absl::flat_hash_set<SerializableTransaction*> out_conflicts_;  // It -> them.
  absl::flat_hash_set<SerializableTransaction*> in_conflicts_;   // They -> it.
  // Of a read-only one: writers that may yet make its snapshot unsafe. Of a writer: the reverse.
  absl::flat_hash_set<SerializableTransaction*> possibly_unsafe_;
  // To find its marks again.
  absl::flat_hash_set<uint64_t> keys_read_;
  struct TableReads {
    uint32_t keys = 0;
    uint32_t ranges = 0;
    bool whole = false;
  };
  absl::flat_hash_map<uint32_t, TableReads> tables_read_;
  std::vector<std::string> keys_written_;
};

// Thread-safe: one mutex around all of it. Only SERIALIZABLE transactions pay for it.
class SerializableManager {
 public:
  // locks_per_table_max: marks of one transaction in one table; beyond it the whole table counts.
  explicit SerializableManager(uint32_t locks_per_table_max)
      : locks_per_table_max_(locks_per_table_max) {}
  ~SerializableManager();

  struct Begun {
    SerializableTransaction* transaction = nullptr;  // Null: the snapshot is safe by itself.
    SnapshotRef snapshot;
  };
  // Registers a transaction and takes its snapshot in one step. deferrable (read-only ones): waits
  // for a safe snapshot; cancel ends the wait.
  absl::StatusOr<Begun> Begin(const TransactionOptions& options,
                              absl::FunctionRef<absl::StatusOr<SnapshotRef>()> take_snapshot);

  // The transaction is about to write key, or would if a constraint allowed it.
  absl::Status OnWrite(SerializableTransaction* transaction, std::string_view key);
  // The last chance to fail; after it the transaction can only be failed by the log.
  absl::Status Prepare(SerializableTransaction* transaction);
  // Where the log put it. Before it can be seen.
  static void NoteCommitLsn(SerializableTransaction* transaction, Lsn lsn) {
    transaction->commit_lsn_.store(ToInt(lsn), std::memory_order_release);
  }
  // It is over; after a commit, once it can be seen. The manager frees it in time.
  enum class End : uint8_t { kCommitted, kRolledBack };
  void Finish(SerializableTransaction* transaction, End end);

  uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }
  // Sessions of the writers that a deferrable transaction waits for. Empty: it does not wait.
  std::vector<uint32_t> BlockingSessions(uint32_t session_id);

 private:
  friend class SerializableTransaction;
  using Xact = SerializableTransaction;
  struct RangeRead {
    std::string low;
    std::string high;  // "": no upper end.
    Xact* reader;
  };
  class SafeSnapshotWaiter;

  absl::Status ReadKey(Xact* me, std::string_view key);
  absl::Status ReadRange(Xact* me, std::string_view low, std::string_view high);

  static bool Committed(const Xact& xact) { return xact.commit_number_ != 0; }
  static bool Prepared(const Xact& xact) { return xact.prepare_number_ != 0; }

  absl::Status Failure(std::string_view reason);
  absl::Status ConflictOut(Xact* me, Xact* writer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status ConflictIn(Xact* me, Xact* reader) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status Flag(Xact* me, Xact* reader, Xact* writer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  static bool WriterIsDangerous(const Xact& reader, const Xact& writer);
  static bool ReaderIsDangerous(const Xact& reader, const Xact& writer);
  void AddRange(Xact* me, uint32_t table, std::string_view low, std::string_view high)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void MarkWholeTable(Xact* me, uint32_t table) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Settle(Xact* writer, End end) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Forget(Xact* xact) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ForgetReads(Xact* xact) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void FreeFinished() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<Xact*> WaitSafe(Xact* me, CancelToken* cancel) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const uint32_t locks_per_table_max_;
  std::atomic<uint64_t> failures_{0};
  Mutex mu_;
  CondVar safety_changed_;
  uint64_t last_commit_number_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<Xact*, std::unique_ptr<Xact>> xacts_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_set<Xact*> running_ ABSL_GUARDED_BY(mu_);
  // Committed ones, in order of commit.
  std::vector<Xact*> finished_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<uint64_t, absl::InlinedVector<Xact*, 2>> key_reads_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<uint32_t, std::vector<RangeRead>> range_reads_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, absl::InlinedVector<Xact*, 1>, std::less<>> writes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_SERIALIZABLE_H_
