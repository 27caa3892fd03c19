#include "core/txn/engine_core.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"

namespace heliosdb::txn {
namespace {

constexpr uint32_t kPlantedBugOneIn = 16;
// Ids reserved ahead by one control record.
constexpr uint64_t kTxnIdsReserved = 65536;
constexpr uint32_t kStorageIdsReserved = 256;
constexpr size_t kWriteSetsKept = 64;
constexpr uint64_t kWriteSetBytesKept = 64 << 10;

}  // namespace

EngineCore::EngineCore(Parts parts)
    : options(std::move(parts.options)),
      files(options.files),
      clock(options.clock),
      history(parts.meta.history),
      own_executor_(std::move(parts.own_executor)),
      executor_(options.executor),
      lock_(std::move(parts.lock)),
      store(std::move(parts.store)),
      snapshots(store.get(), &delta,
                options.test_only_faults.read_one_version_late ? kPlantedBugOneIn : 0),
      outcomes(store.get()),
      locks(clock, options.test_only_faults.skip_one_lock ? kPlantedBugOneIn : 0),
      serializable(options.predicate_locks_per_table_max),
      slots(files, options.directory.empty() ? "" : JoinPath(options.directory, "slots")),
      pipeline(this),
      checkpointer(this) {
  checkpointer.SetCheckpoint(parts.meta);
  NoteCounters(parts.meta.counters);
  term_.store(ToInt(parts.meta.checkpoint.last_term));
  applied_ = parts.meta.checkpoint;
  MutexLock lock(&status_mu_);
  terms_ = parts.meta.terms;
}

EngineCore::~EngineCore() = default;

// --- Writing ---

absl::Status EngineCore::CheckOpen() const {
  if (closing()) return SqlError(sqlstate::kCannotConnectNow, "the database is closed");
  return absl::OkStatus();
}

absl::Status EngineCore::CheckWritable() const {
  if (refusing_.load(std::memory_order_acquire)) {
    MutexLock lock(&status_mu_);
    if (!failure_.ok()) return SeparateCopy(failure_);
    if (!fence_.ok()) return SeparateCopy(fence_);
  }
  if (!leading()) {
    return SqlError(sqlstate::kReadOnlySqlTransaction,
                    "this node follows another one and takes no writes");
  }
  return absl::OkStatus();
}

absl::Status EngineCore::RefuseWrites(const absl::Status& cause) {
  const bool disk_is_full = HasSqlState(cause, sqlstate::kDiskFull);
  return Refuse(SqlError(disk_is_full ? sqlstate::kDiskFull : sqlstate::kIoError,
                         "the log could not be {}; no further writes are accepted: {}",
                         disk_is_full ? "written" : "synced", std::string(cause.message())));
}

absl::Status EngineCore::Refuse(absl::Status status) {
  {
    MutexLock lock(&status_mu_);
    if (failure_.ok()) failure_ = SeparateCopy(status);
    refusing_.store(true, std::memory_order_release);
  }
  WakeVisibleWaiters();
  return status;
}

absl::Status EngineCore::SetWriteFence(absl::Status status) {
  // Alone in the pipeline: no write is between its check and the log.
  return pipeline.RunExclusive([this, status = std::move(status)]() -> absl::Status {
    MutexLock lock(&status_mu_);
    fence_ = SeparateCopy(status);
    refusing_.store(!fence_.ok() || !failure_.ok(), std::memory_order_release);
    return absl::OkStatus();
  });
}

void EngineCore::NoteCounters(const Counters& counters) {
  next_txn_id_.store(std::max(next_txn_id_.load(), counters.next_txn_id));
  next_storage_id_.store(std::max(next_storage_id_.load(), counters.next_storage_id));
}

void EngineCore::NoteTerm(Term term, Lsn first_lsn) {
  term_.store(ToInt(term), std::memory_order_release);
  MutexLock lock(&status_mu_);
  if (terms_.empty() || terms_.back().term < term) terms_.push_back({term, first_lsn});
}

std::vector<wal::TermStart> EngineCore::TermHistory() const {
  MutexLock lock(&status_mu_);
  return terms_;
}

EngineCore::ControlRecord EngineCore::NextControlRecord() {
  const bool begins_term = standalone() && !term_begun_;
  const bool needs_ids = NextTxnId() > logged_txn_id_.load(std::memory_order_relaxed) ||
                         next_storage_id_.load(std::memory_order_relaxed) >
                             logged_storage_id_.load(std::memory_order_relaxed);
  if (!begins_term && !needs_ids) return ControlRecord();
  if (begins_term) term_.fetch_add(1, std::memory_order_acq_rel);
  return CountersRecord(begins_term ? wal::WalRecordType::kTermStart
                                    : wal::WalRecordType::kSequence);
}

EngineCore::ControlRecord EngineCore::CountersRecord(wal::WalRecordType type) const {
  ControlRecord record;
  record.type = type;
  record.counters.next_txn_id = NextTxnId() + kTxnIdsReserved;
  record.counters.next_storage_id =
      next_storage_id_.load(std::memory_order_relaxed) + kStorageIdsReserved;
  record.payload = EncodeCounters(record.counters);
  return record;
}

void EngineCore::NoteControlRecord(const ControlRecord& record, const wal::WalPosition& position) {
  if (record.type == wal::WalRecordType::kTermStart) {
    term_begun_ = true;
    NoteTerm(LogTerm(), position.lsn);
  }
  counters_end_.store(ToInt(position.end), std::memory_order_release);
  logged_storage_id_.store(record.counters.next_storage_id, std::memory_order_release);
  logged_txn_id_.store(record.counters.next_txn_id, std::memory_order_release);
}

absl::Status EngineCore::ApplyPayload(std::string_view payload, Lsn lsn, DeltaPart& part) {
  HELIOS_ASSIGN_OR_RETURN(wal::TxnPayloadReader reader, wal::TxnPayloadReader::Open(payload));
  VersionMap& map = *part.map;
  for (;;) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<wal::TxnOperation> operation, reader.Next());
    if (!operation.has_value()) break;
    std::optional<std::string_view> value;
    if (operation->kind == wal::TxnOperation::Kind::kPut) value = operation->value;
    map.Put(operation->key, Hash64(operation->key), ToInt(lsn), value);
  }
  delta.NoteAdded(part, lsn);
  return absl::OkStatus();
}

absl::Status EngineCore::ApplyRecord(const wal::WalRecord& record, DeltaPart& part) {
  switch (record.type) {
    case wal::WalRecordType::kTransaction: {
      HELIOS_ASSIGN_OR_RETURN(const wal::TxnPayloadReader reader,
                              wal::TxnPayloadReader::Open(record.payload));
      HELIOS_RETURN_IF_ERROR(ApplyPayload(record.payload, record.end, part));
      const uint64_t id = reader.header().txn_id;
      if (id != 0) {
        outcomes.MarkCommitted(id);
        NoteCounters({id + 1, 0});
      }
      if (reader.header().touches_catalog) snapshots.NoteCatalogCommit(record.end);
      break;
    }
    case wal::WalRecordType::kTermStart:
    case wal::WalRecordType::kSequence: {
      HELIOS_ASSIGN_OR_RETURN(const Counters counters, DecodeCounters(record.payload));
      NoteCounters(counters);
      break;
    }
    case wal::WalRecordType::kCheckpoint:
    case wal::WalRecordType::kConfiguration:
    case wal::WalRecordType::kNoOp:
      break;
  }
  applied_.end = record.end;
  applied_.chain_crc = record.chain_crc;
  applied_.last_term = record.term;
  return absl::OkStatus();
}

wal::WalEnd EngineCore::AppliedEnd() const { return leading() ? log->End() : applied_; }

EngineMeta EngineCore::MetaAt(const wal::WalEnd& end) const {
  EngineMeta meta;
  meta.history = history;
  meta.checkpoint = end;
  meta.counters.next_txn_id = std::max(NextTxnId(), logged_txn_id_.load());
  meta.counters.next_storage_id = std::max(next_storage_id_.load(), logged_storage_id_.load());
  MutexLock lock(&status_mu_);
  for (const wal::TermStart& term : terms_) {
    if (term.first_lsn < end.end) meta.terms.push_back(term);
  }
  return meta;
}

// --- Transactions ---

absl::Status EngineCore::ReserveTxnId(uint64_t id) {
  HELIOS_RETURN_IF_ERROR(CheckWritable());
  if (id < logged_txn_id_.load(std::memory_order_acquire) &&
      ToInt(log->synced()) >= counters_end_.load(std::memory_order_acquire)) {
    return absl::OkStatus();
  }
  return MakeDurable(Lsn{log->appended() + 1});
}

std::unique_ptr<WriteSet> EngineCore::NewWriteSet() {
  {
    MutexLock lock(&write_sets_mu_);
    if (!write_sets_.empty()) {
      std::unique_ptr<WriteSet> writes = std::move(write_sets_.back());
      write_sets_.pop_back();
      return writes;
    }
  }
  return std::make_unique<WriteSet>();
}

void EngineCore::EndTransaction(std::unique_ptr<TransactionState> state, bool committed) {
  if (state->id != 0) outcomes.End(state->id);
  AbandonTransaction(std::move(state), committed);
}

void EngineCore::AbandonTransaction(std::unique_ptr<TransactionState> state, bool committed) {
  state->snapshot.Release();
  if (state->serializable != nullptr) {
    serializable.Finish(state->serializable, committed ? SerializableManager::End::kCommitted
                                                       : SerializableManager::End::kRolledBack);
  }
  locks.ReleaseTo(state->locks, 0);
  if (state->writes == nullptr || state->writes->bytes() > kWriteSetBytesKept) return;
  state->writes->Reset();
  MutexLock lock(&write_sets_mu_);
  if (write_sets_.size() < kWriteSetsKept) write_sets_.push_back(std::move(state->writes));
}

// --- Visibility ---

void EngineCore::SetVisible(Lsn lsn) {
  snapshots.SetVisible(lsn);
  // A read-modify-write, so that either this sees a sleeper's count or the sleeper, whose own comes
  // later, sees the new LSN.
  if (visible_waiters_.fetch_add(0, std::memory_order_acq_rel) == 0) return;
  MutexLock lock(&visible_mu_);
  visible_changed_.SignalAll();
}

namespace {

class VisibleWaiter : public CancelToken::Waiter {
 public:
  VisibleWaiter(Mutex* mutex, CondVar* changed) : mutex_(mutex), changed_(changed) {}
  void Wake() override {
    MutexLock lock(mutex_);
    changed_->SignalAll();
  }

 private:
  Mutex* const mutex_;
  CondVar* const changed_;
};

}  // namespace

absl::Status EngineCore::WaitVisible(Lsn lsn, absl::Duration timeout, CancelToken* cancel) {
  return WaitVisible(lsn, timeout, cancel, absl::OkStatus);
}

absl::StatusOr<bool> EngineCore::AwaitInherited(CancelToken* cancel) {
  const Lsn end{inherited_end_.load(std::memory_order_acquire)};
  if (snapshots.visible() >= end) [[likely]]
    return false;
  const auto unconfirmed = [&] {
    return WithHint(
        SqlError(sqlstate::kObjectNotInPrerequisiteState,
                 "this node cannot write yet: other nodes have not confirmed what it had received "
                 "before it began to lead, up to {}",
                 LsnText(end)),
        "It can as soon as the members of the sync set that the mode needs are connected.");
  };
  if (!executor_->MayBlock()) return unconfirmed();
  const absl::Status status =
      WaitVisible(end, options.commit_ack_timeout, cancel, [this] { return CheckWritable(); });
  if (absl::IsDeadlineExceeded(status)) return unconfirmed();
  HELIOS_RETURN_IF_ERROR(status);
  return true;
}

absl::Status EngineCore::WaitVisible(Lsn lsn, absl::Duration timeout, CancelToken* cancel,
                                     const std::function<absl::Status()>& check) {
  if (snapshots.visible() >= lsn) return absl::OkStatus();
  // An async commit becomes visible with its sync, if a gate decides: do not wait for the timer.
  if (leading() && options.gate != nullptr && log->synced() < lsn) ScheduleFlush();
  VisibleWaiter waiter(&visible_mu_, &visible_changed_);
  if (cancel != nullptr) cancel->SetWaiter(&waiter);
  visible_waiters_.fetch_add(1, std::memory_order_acq_rel);
  const absl::Duration deadline =
      timeout == absl::InfiniteDuration() ? timeout : clock->Now() + timeout;
  absl::Status status;
  {
    MutexLock lock(&visible_mu_);
    while (snapshots.visible() < lsn) {
      if (closing()) {
        status = Unavailable("the database is closing");
      } else {
        status = check();
        if (status.ok() && cancel != nullptr) status = cancel->Check();
      }
      const absl::Duration left =
          deadline == absl::InfiniteDuration() ? deadline : deadline - clock->Now();
      if (status.ok() && left <= absl::ZeroDuration()) {
        status = DeadlineExceeded("position {} is not visible yet, only {}", LsnText(lsn),
                                  LsnText(snapshots.visible()));
      }
      if (!status.ok()) break;
      visible_changed_.WaitWithTimeout(
          &visible_mu_, cancel == nullptr ? left : std::min(left, cancel->TimeLeft()));
    }
  }
  visible_waiters_.fetch_sub(1, std::memory_order_acq_rel);
  if (cancel != nullptr) cancel->SetWaiter(nullptr);
  return status;
}

absl::Status EngineCore::WaitCommitted(Lsn lsn) {
  if (!executor_->MayBlock() && snapshots.visible() < lsn) {
    return Unavailable("position {} is not committed yet", LsnText(lsn));
  }
  visible_waiters_.fetch_add(1, std::memory_order_acq_rel);
  absl::Status status;
  {
    MutexLock lock(&visible_mu_);
    const bool led = leading();
    while (snapshots.visible() < lsn && status.ok()) {
      if (closing() || stepping_down_.load() || leading() != led || !CheckFailure().ok()) {
        status =
            Unavailable("the checkpoint was given up: position {} is not committed", LsnText(lsn));
      } else {
        visible_changed_.Wait(&visible_mu_);
      }
    }
  }
  visible_waiters_.fetch_sub(1, std::memory_order_acq_rel);
  return status;
}

absl::Status EngineCore::CheckFailure() const {
  MutexLock lock(&status_mu_);
  return SeparateCopy(failure_);
}

void EngineCore::WakeVisibleWaiters() {
  MutexLock lock(&visible_mu_);
  visible_changed_.SignalAll();
}

// --- The log ---

bool EngineCore::HasLogListeners() const {
  return options.gate != nullptr || log_listeners_.load(std::memory_order_acquire) > 0;
}

void EngineCore::NotifyLog() {
  if (options.gate != nullptr) options.gate->OnLocalLog(log->written(), log->synced());
  if (log_listeners_.fetch_add(0, std::memory_order_acq_rel) == 0) return;
  const std::function<void(Lsn, Lsn)>* listener = nullptr;
  {
    MutexLock lock(&log_mu_);
    log_changed_.SignalAll();
    if (!log_listener_) return;
    listener = &log_listener_;
    ++log_listener_running_;
  }
  (*listener)(log->written(), log->synced());
  MutexLock lock(&log_mu_);
  --log_listener_running_;
  log_changed_.SignalAll();
}

void EngineCore::SetLogListener(std::function<void(Lsn, Lsn)> listener) {
  MutexLock lock(&log_mu_);
  while (log_listener_running_ > 0) log_changed_.Wait(&log_mu_);
  log_listeners_.fetch_add((listener ? 1 : 0) - (log_listener_ ? 1 : 0));
  log_listener_ = std::move(listener);
}

bool EngineCore::WaitLog(Lsn lsn, absl::Duration timeout) {
  log_listeners_.fetch_add(1, std::memory_order_acq_rel);
  const absl::Duration deadline =
      timeout == absl::InfiniteDuration() ? timeout : clock->Now() + timeout;
  {
    MutexLock lock(&log_mu_);
    while (log->written() <= lsn && !closing()) {
      const absl::Duration left =
          deadline == absl::InfiniteDuration() ? deadline : deadline - clock->Now();
      if (left <= absl::ZeroDuration()) break;
      log_changed_.WaitWithTimeout(&log_mu_, left);
    }
  }
  log_listeners_.fetch_sub(1, std::memory_order_acq_rel);
  return log->written() > lsn;
}

absl::Status EngineCore::MakeDurable(Lsn lsn) {
  if (log->synced() >= lsn) return absl::OkStatus();
  return pipeline.RunExclusive([this]() -> absl::Status {
    if (standalone() || leading()) {
      const ControlRecord control = NextControlRecord();
      if (!control.payload.empty()) {
        const wal::WalAppend append{control.type, control.payload};
        HELIOS_ASSIGN_OR_RETURN(const std::vector<wal::WalPosition> positions,
                                log->Append({&append, 1}, LogTerm(), KnownCommitted()));
        NoteControlRecord(control, positions[0]);
      }
    }
    return SyncNow();
  });
}

absl::Status EngineCore::SyncNow() {
  const absl::Status status = log->Sync();
  NotifyLog();
  if (!status.ok()) return RefuseWrites(status);
  if (!leading()) return status;
  if (options.gate != nullptr) {
    pipeline.NoteInserted(log->appended());
  } else {
    SetVisible(log->appended());
  }
  return status;
}

std::string EngineCore::housekeeping_error() const {
  MutexLock lock(&status_mu_);
  return std::string(housekeeping_.message());
}

void EngineCore::NoteHousekeeping(const absl::Status& status) {
  MutexLock lock(&status_mu_);
  housekeeping_ = SeparateCopy(status);
}

}  // namespace heliosdb::txn
