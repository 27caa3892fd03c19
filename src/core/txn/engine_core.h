// All parts of an engine, and what they share: its role, its ids, its end.
#ifndef HELIOSDB_CORE_TXN_ENGINE_CORE_H_
#define HELIOSDB_CORE_TXN_ENGINE_CORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/mutex.h"
#include "core/storage/kv_store.h"
#include "core/txn/checkpointer.h"
#include "core/txn/commit_gate.h"
#include "core/txn/commit_log.h"
#include "core/txn/commit_pipeline.h"
#include "core/txn/delta.h"
#include "core/txn/engine.h"
#include "core/txn/engine_options.h"
#include "core/txn/lock_table.h"
#include "core/txn/meta.h"
#include "core/txn/outcome_table.h"
#include "core/txn/retention_slots.h"
#include "core/txn/serializable.h"
#include "core/txn/snapshot_pool.h"
#include "core/txn/transaction_state.h"
#include "core/wal/txn_payload.h"

namespace heliosdb::txn {

class EngineCore : public GateListener {
 public:
  struct Parts {
    EngineOptions options;  // With all seams set.
    std::unique_ptr<Executor> own_executor;
    std::unique_ptr<FileLock> lock;
    std::unique_ptr<storage::KvStore> store;
    EngineMeta meta;
  };
  explicit EngineCore(Parts parts);
  ~EngineCore() override;

  // --- Opening and closing (engine_open.cc) ---
  absl::Status OpenLog();
  void Start();
  absl::Status Close();
  std::string LogDirectory() const { return JoinPath(options.directory, "wal"); }
  wal::WalReaderOptions ReaderOptions() const;
  // The engine works: not closed.
  absl::Status CheckOpen() const;
  bool closing() const { return closing_.load(std::memory_order_acquire); }

  // --- Writing ---
  bool leading() const { return leading_.load(std::memory_order_acquire); }
  bool standalone() const { return options.role == NodeRole::kStandalone; }
  // OK, or why no write is taken. Cheap.
  absl::Status CheckWritable() const;
  // After a failed log: no write is taken any more. Returns what its committers get.
  absl::Status RefuseWrites(const absl::Status& cause);
  // The same for any failure after which memory and log may differ.
  absl::Status Refuse(absl::Status status);
  absl::Status CheckFailure() const;
  bool HasRoom() const { return delta.bytes() < options.delta_limit; }

  struct ControlRecord {
    wal::WalRecordType type = wal::WalRecordType::kSequence;
    std::string payload;  // Empty: none is due.
    Counters counters;
  };
  // The leader's, before and after it appends. A due term start raises LogTerm().
  ControlRecord NextControlRecord();
  void NoteControlRecord(const ControlRecord& record, const wal::WalPosition& position);
  Term LogTerm() const { return Term{term_.load(std::memory_order_acquire)}; }
  // What may be written into records as committed.
  Lsn KnownCommitted() const { return std::min(snapshots.visible(), log->synced()); }

  // Puts a transaction record's operations into a part. The pipeline's.
  absl::Status ApplyPayload(std::string_view payload, Lsn lsn, DeltaPart& part);
  // Applies one record of the log whose outcome is committed: while recovering or following.
  absl::Status ApplyRecord(const wal::WalRecord& record, DeltaPart& part);
  // Where the delta's content ends in the log. The pipeline's.
  wal::WalEnd AppliedEnd() const;
  EngineMeta MetaAt(const wal::WalEnd& end) const;

  // --- Transactions ---
  uint64_t NewTxnId() { return next_txn_id_.fetch_add(1, std::memory_order_relaxed); }
  uint64_t NextTxnId() const { return next_txn_id_.load(std::memory_order_relaxed); }
  uint32_t NewStorageId() { return next_storage_id_.fetch_add(1, std::memory_order_relaxed); }
  // Waits until id cannot be given again, whatever happens.
  absl::Status ReserveTxnId(uint64_t id);
  uint32_t NewSessionId() {
    // Apart from the ids that hosts give.
    return next_session_.fetch_add(1, std::memory_order_relaxed) | 0x80000000;
  }
  std::unique_ptr<WriteSet> NewWriteSet();
  // Releases everything a transaction holds.
  void EndTransaction(std::unique_ptr<TransactionState> state, bool committed);
  // The same when its outcome is not known: it stays "in progress".
  void AbandonTransaction(std::unique_ptr<TransactionState> state, bool committed);

  // --- Visibility ---
  void SetVisible(Lsn lsn);
  absl::Status WaitVisible(Lsn lsn, absl::Duration timeout, CancelToken* cancel);
  // For the checkpointer. UNAVAILABLE when the engine closes or stops leading meanwhile, or when it
  // would have to wait and may not.
  absl::Status WaitCommitted(Lsn lsn);
  // What earlier primaries left in the log and nobody has confirmed yet holds no locks and is not
  // visible: who means to write waits here for it first, and then looks at the newest state. Returns
  // whether it waited. 25006 or 55000 when this node does not get to lead over it.
  absl::StatusOr<bool> AwaitInherited(CancelToken* cancel);
  void OnGateProgress(const GateProgress& progress) override { pipeline.OnGateProgress(progress); }

  void WakeVisibleWaiters();

  // --- The log ---
  bool HasLogListeners() const;
  void NotifyLog();
  bool WaitLog(Lsn lsn, absl::Duration timeout);
  void SetLogListener(std::function<void(Lsn, Lsn)> listener);
  // Syncs the log at least up to lsn.
  absl::Status MakeDurable(Lsn lsn);
  // The same, from inside the pipeline, for all that was appended.
  absl::Status SyncNow();

  // --- Following and leading (engine_follow.cc) ---
  absl::Status SetWriteFence(absl::Status status);
  absl::Status AppendForeign(Lsn lsn, std::string_view bytes);
  absl::Status SyncLog();
  absl::StatusOr<Lsn> AdvanceCommit(Lsn lsn);
  absl::StatusOr<Lsn> BeginTerm(Term term);
  absl::Status StopLeading();
  absl::Status CutLog(Lsn end);

  // --- Background ---
  void Post(std::function<void()> work) { executor_->Post(this, std::move(work)); }
  void RequestCheckpoint();
  void ScheduleFlush();
  // After the log and the delta grew.
  void AfterAppend();
  // Cancels snapshots that pin too much.
  void EnforcePinned();
  uint64_t PinnedBytes();
  void NoteStoreCommit(uint64_t bytes);
  void NoteHousekeeping(const absl::Status& status);
  void Report(const Progress& progress) const {
    if (options.progress) options.progress(progress);
  }

  const EngineOptions options;
  FileSystem* const files;
  Clock* const clock;
  const wal::HistoryId history;

 private:
  std::unique_ptr<Executor> own_executor_;
  Executor* const executor_;
  std::unique_ptr<FileLock> lock_;

 public:
  const std::unique_ptr<storage::KvStore> store;
  std::unique_ptr<CommitLog> log;  // Set by OpenLog.
  Delta delta;
  SnapshotPool snapshots;
  OutcomeTable outcomes;
  LockTable locks;
  SerializableManager serializable;
  RetentionSlots slots;
  CommitPipeline pipeline;
  Checkpointer checkpointer;
  std::atomic<uint64_t> transactions_open{0};
  std::atomic<uint64_t> rollbacks{0};
  std::atomic<uint64_t> update_conflicts{0};

  std::vector<wal::TermStart> TermHistory() const;
  std::string housekeeping_error() const;

 private:
  friend class Engine;

  // Also ends when `check` fails, which is asked whenever something changes.
  absl::Status WaitVisible(Lsn lsn, absl::Duration timeout, CancelToken* cancel,
                           const std::function<absl::Status()>& check);
  absl::StatusOr<wal::Recovered> Replay();
  absl::Status ApplyLog(Lsn to);
  // Takes the log behind applied_ into the delta, to be shown when the gate says so.
  absl::Status InsertPending();
  absl::Status StopLeadingLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(checkpointer.run_mutex());
  // Replays from the checkpoint in place of what the delta holds.
  absl::Status RebuildDelta(Lsn to);
  // What the log needs to end at this record boundary at or behind applied_.
  absl::StatusOr<wal::WalEnd> EndAt(Lsn end) const;
  ControlRecord CountersRecord(wal::WalRecordType type) const;
  void NoteTerm(Term term, Lsn first_lsn);
  void NoteCounters(const Counters& counters);
  void RunRequestedCheckpoint();
  void TickCheckpoint();
  void Flush();
  void PrepareSegment();

  std::atomic<bool> closing_{false};
  std::atomic<bool> closed_{false};
  std::atomic<bool> leading_{false};
  std::atomic<bool> stepping_down_{false};
  // Where the last transaction ends that this node's term found and could not show; 0: none.
  std::atomic<uint64_t> inherited_end_{0};
  std::atomic<uint64_t> term_{0};
  std::atomic<uint64_t> next_txn_id_{1};
  std::atomic<uint32_t> next_storage_id_{kStorageIdFirst};
  std::atomic<uint32_t> next_session_{1};
  // Ids below are never given again once the log is durable up to counters_end_.
  std::atomic<uint64_t> logged_txn_id_{0};
  std::atomic<uint32_t> logged_storage_id_{0};
  std::atomic<uint64_t> counters_end_{0};

  // The pipeline's: only touched by the leader.
  bool term_begun_ = false;
  wal::WalEnd applied_;  // While following: where the delta's content ends.
  std::unique_ptr<wal::WalReader> apply_reader_;

  std::atomic<bool> checkpoint_requested_{false};
  std::atomic<bool> flush_scheduled_{false};
  std::atomic<bool> prepare_scheduled_{false};

  // Fast paths: false while the guarded status is OK.
  std::atomic<bool> refusing_{false};
  mutable Mutex status_mu_;
  absl::Status failure_ ABSL_GUARDED_BY(status_mu_);
  absl::Status fence_ ABSL_GUARDED_BY(status_mu_);
  absl::Status housekeeping_ ABSL_GUARDED_BY(status_mu_);
  std::vector<wal::TermStart> terms_ ABSL_GUARDED_BY(status_mu_);

  // Sleepers on visible_lsn; counted so that publishing costs nothing without them.
  std::atomic<int> visible_waiters_{0};
  Mutex visible_mu_;
  CondVar visible_changed_;

  std::atomic<int> log_listeners_{0};
  Mutex log_mu_;
  CondVar log_changed_;
  std::function<void(Lsn, Lsn)> log_listener_ ABSL_GUARDED_BY(log_mu_);
  int log_listener_running_ ABSL_GUARDED_BY(log_mu_) = 0;

  Mutex write_sets_mu_;
  std::vector<std::unique_ptr<WriteSet>> write_sets_ ABSL_GUARDED_BY(write_sets_mu_);

  // Bytes of pages that each store commit replaced: what older readers pin.
  struct StoreCommit {
    uint64_t version;
    uint64_t bytes;
  };
  Mutex store_commits_mu_;
  std::vector<StoreCommit> store_commits_ ABSL_GUARDED_BY(store_commits_mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_ENGINE_CORE_H_
