#include "core/txn/transaction.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/txn/engine_core.h"

namespace heliosdb::txn {
namespace {

absl::Status TooLate(std::string_view what) {
  return SqlError(sqlstate::kActiveSqlTransaction,
                  "SET TRANSACTION {} must be called before any query", what);
}

// What the write set holds, as a log record.
std::string EncodeWrites(const TransactionState& state, bool touched_catalog) {
  wal::TxnPayloadWriter payload(state.id);
  payload.Reserve(state.writes->mark(), state.writes->content_bytes());
  if (touched_catalog) payload.SetTouchesCatalog();
  for (const VersionMap::Node* node = state.writes->map().First(); node != nullptr;
       node = node->Next()) {
    const VersionMap::Version* const version = node->Newest();
    if (version == nullptr) continue;
    if (version->tombstone()) {
      payload.Delete(node->key());
    } else {
      payload.Put(node->key(), version->value());
    }
  }
  return std::move(payload).Take();
}

}  // namespace

Transaction::Transaction(EngineCore* core, const TransactionOptions& options)
    : core_(core), options_(options) {
  if (options_.session_id == 0) options_.session_id = core->NewSessionId();
  core->transactions_open.fetch_add(1, std::memory_order_relaxed);
}

Transaction::~Transaction() {
  if (active_) Rollback();
}

TransactionState& Transaction::MutableState() {
  if (state_ == nullptr) state_ = std::make_unique<TransactionState>(options_.session_id);
  return *state_;
}

absl::Status Transaction::SetIsolation(Isolation isolation) {
  if (viewed_ && isolation != options_.isolation) return TooLate("ISOLATION LEVEL");
  options_.isolation = isolation;
  return absl::OkStatus();
}

absl::Status Transaction::SetAccess(Access access) {
  // Read-only may be set at any time; read-write only before the first view, as in PostgreSQL.
  if (viewed_ && access == Access::kReadWrite && options_.access == Access::kReadOnly) {
    return SqlError(sqlstate::kActiveSqlTransaction,
                    "transaction read-write mode must be set before any query");
  }
  options_.access = access;
  return absl::OkStatus();
}

absl::Status Transaction::SetDeferrable(bool deferrable) {
  if (viewed_) return TooLate("[NOT] DEFERRABLE");
  options_.deferrable = deferrable;
  return absl::OkStatus();
}

void Transaction::SetTimeouts(std::optional<absl::Duration> lock_timeout,
                              std::optional<absl::Duration> deadlock_timeout) {
  options_.lock_timeout = lock_timeout;
  options_.deadlock_timeout = deadlock_timeout;
}

// --- Reading ---

absl::Status Transaction::TakeSnapshot() {
  TransactionState& state = MutableState();
  if (options_.isolation == Isolation::kRepeatableRead) {
    HELIOS_ASSIGN_OR_RETURN(state.snapshot, core_->snapshots.Acquire());
    return absl::OkStatus();
  }
  if (!core_->leading()) {
    return WithHint(Unsupported("SERIALIZABLE on a standby is not supported"),
                    "Use REPEATABLE READ there.");
  }
  // Conflicts with what is not visible yet are not tracked.
  HELIOS_RETURN_IF_ERROR(core_->AwaitInherited(options_.cancel).status());
  HELIOS_ASSIGN_OR_RETURN(
      SerializableManager::Begun begun,
      core_->serializable.Begin(options_, [this] { return core_->snapshots.Acquire(); }));
  state.snapshot = std::move(begun.snapshot);
  state.serializable = begun.transaction;
  return absl::OkStatus();
}

absl::StatusOr<ReadView> Transaction::View() {
  HELIOS_CHECK(active_);
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  if (!viewed_) {
    viewed_ = true;
    if (options_.read_after > core_->snapshots.visible()) {
      HELIOS_RETURN_IF_ERROR(
          core_->WaitVisible(options_.read_after, absl::InfiniteDuration(), options_.cancel));
    }
  }
  if (options_.isolation == Isolation::kReadCommitted) {
    HELIOS_ASSIGN_OR_RETURN(SnapshotRef snapshot, core_->snapshots.Acquire());
    return ReadView(std::move(snapshot), state_ == nullptr ? nullptr : state_->writes.get(),
                    nullptr, command_);
  }
  if (state_ == nullptr || !state_->snapshot.valid()) HELIOS_RETURN_IF_ERROR(TakeSnapshot());
  return ReadView(state_->snapshot.Borrow(), state_->writes.get(), state_->serializable, command_);
}

absl::StatusOr<ReadView> Transaction::FreshView() {
  HELIOS_CHECK(active_);
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  HELIOS_RETURN_IF_ERROR(core_->AwaitInherited(options_.cancel).status());
  HELIOS_ASSIGN_OR_RETURN(SnapshotRef snapshot, core_->snapshots.Acquire());
  return ReadView(std::move(snapshot), state_ == nullptr ? nullptr : state_->writes.get(), nullptr,
                  kCommandIdMax);
}

absl::StatusOr<RowState> Transaction::StateSince(const ReadView& view, std::string_view key) {
  if (core_->snapshots.visible() == view.read_lsn()) return RowState::kUnchanged;
  HELIOS_ASSIGN_OR_RETURN(const SnapshotRef now, core_->snapshots.Acquire());
  const PartList& list = *now.slot()->list;
  const uint64_t hash = Hash64(key);
  const auto probe = [&](const DeltaPart& part) -> std::optional<RowState> {
    const VersionMap::Node* const node = part.map->empty() ? nullptr : part.map->Find(key, hash);
    if (node == nullptr) return std::nullopt;
    const VersionMap::Version* const version = part.At(*node, ToInt(now.read_lsn()));
    if (version == nullptr) return std::nullopt;
    const Lsn lsn = part.whole_lsn == kLsnInvalid ? Lsn{version->stamp} : part.whole_lsn;
    if (lsn <= view.read_lsn()) return RowState::kUnchanged;
    return version->tombstone() ? RowState::kDeleted : RowState::kUpdated;
  };
  for (const auto* parts : {&list.parts, &list.validation}) {
    for (size_t i = parts->size(); i-- > 0;) {
      if (const std::optional<RowState> state = probe(*(*parts)[i])) return *state;
    }
  }
  if (view.read_lsn() >= list.validation_floor) return RowState::kUnchanged;
  // Too old to tell: it counts as changed, which is safe.
  HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> value,
                          now.slot()->reader->Get(key));
  return value.has_value() ? RowState::kUpdated : RowState::kDeleted;
}

absl::Status Transaction::RequireUnchanged(const ReadView& view, std::string_view key) {
  HELIOS_ASSIGN_OR_RETURN(const RowState state, StateSince(view, key));
  if (state == RowState::kUnchanged) return absl::OkStatus();
  core_->update_conflicts.fetch_add(1, std::memory_order_relaxed);
  return SqlError(sqlstate::kTRSerializationFailure,
                  "could not serialize access due to concurrent {}",
                  state == RowState::kDeleted ? "delete" : "update");
}

// --- Writing ---

absl::Status Transaction::Write(std::string_view key, std::optional<std::string_view> value) {
  HELIOS_CHECK(active_);
  if (options_.access == Access::kReadOnly) [[unlikely]] {
    return SqlError(sqlstate::kReadOnlySqlTransaction, "cannot write in a read-only transaction");
  }
  if (key.empty() || key.size() > storage::kKeyBytesMax) [[unlikely]] {
    return SqlError(sqlstate::kProgramLimitExceeded, "key has {} bytes, at most {} are possible",
                    key.size(), storage::kKeyBytesMax);
  }
  HELIOS_RETURN_IF_ERROR(core_->CheckWritable());
  TransactionState& state = MutableState();
  if (state.writes == nullptr) {
    HELIOS_RETURN_IF_ERROR(core_->AwaitInherited(options_.cancel).status());
    state.writes = core_->NewWriteSet();
    if (state.id == 0) {
      id_ = state.id = core_->NewTxnId();
      core_->outcomes.Begin(id_);
    }
  }
  if (state.writes->change_bytes() + (value.has_value() ? value->size() : 0) >
      core_->options.transaction_bytes_max) [[unlikely]] {
    return SqlError(sqlstate::kOutOfMemory,
                    "the transaction's changes exceed transaction_bytes_max ({} bytes)",
                    core_->options.transaction_bytes_max);
  }
  if (options_.isolation == Isolation::kSerializable) {
    if (!state.snapshot.valid()) HELIOS_RETURN_IF_ERROR(TakeSnapshot());
    if (state.serializable != nullptr) {
      HELIOS_RETURN_IF_ERROR(core_->serializable.OnWrite(state.serializable, key));
    }
  }
  state.writes->Put(key, value, command_);
  return absl::OkStatus();
}

absl::Status Transaction::Put(std::string_view key, std::string_view value) {
  return Write(key, value);
}

absl::Status Transaction::Delete(std::string_view key) { return Write(key, std::nullopt); }

absl::Status Transaction::CheckWrite(std::string_view key) {
  if (state_ == nullptr || state_->serializable == nullptr) return absl::OkStatus();
  return core_->serializable.OnWrite(state_->serializable, key);
}

absl::Status Transaction::RetireStorageId(uint32_t storage_id) {
  HELIOS_CHECK(storage_id >= kStorageIdFirst);
  return Write(RetiredKey(storage_id), "");
}

void Transaction::NextCommand() {
  HELIOS_CHECK(command_ < kCommandIdMax - 1);
  ++command_;
}

SavepointMark Transaction::Mark() const {
  SavepointMark mark;
  mark.command = command_;
  mark.touched_catalog = touched_catalog_;
  if (state_ == nullptr) return mark;
  mark.locks = state_->locks.mark();
  if (state_->writes != nullptr) mark.writes = state_->writes->mark();
  return mark;
}

void Transaction::RollbackTo(const SavepointMark& mark) {
  touched_catalog_ = mark.touched_catalog;
  if (state_ == nullptr) return;
  if (state_->writes != nullptr) state_->writes->RollbackTo(mark.writes);
  core_->locks.ReleaseTo(state_->locks, mark.locks);
}

bool Transaction::has_writes() const {
  return state_ != nullptr && state_->writes != nullptr && !state_->writes->empty();
}

uint64_t Transaction::write_bytes() const {
  return state_ == nullptr || state_->writes == nullptr ? 0 : state_->writes->change_bytes();
}

bool Transaction::has_snapshot() const { return state_ != nullptr && state_->snapshot.valid(); }

// --- Locks ---

LockWaitOptions Transaction::WaitOptions(LockWait wait) const {
  LockWaitOptions wait_options;
  wait_options.wait = wait;
  wait_options.lock_timeout = options_.lock_timeout.value_or(core_->options.lock_timeout);
  wait_options.deadlock_timeout =
      options_.deadlock_timeout.value_or(core_->options.deadlock_timeout);
  wait_options.cancel = options_.cancel;
  return wait_options;
}

absl::StatusOr<LockResult> Transaction::Lock(LockKey key, uint8_t mode, LockWait wait) {
  HELIOS_CHECK(active_);
  // Whatever an earlier primary had changed counts as locked until it is visible.
  const bool is_read =
      key.space == LockSpace::kAdvisory ||
      (key.space == LockSpace::kTable && mode == static_cast<uint8_t>(TableLockMode::kAccessShare));
  bool waited = false;
  if (!is_read) {
    HELIOS_ASSIGN_OR_RETURN(waited, core_->AwaitInherited(options_.cancel));
  }
  HELIOS_ASSIGN_OR_RETURN(const LockResult result,
                          core_->locks.Acquire(MutableState().locks, key, mode, WaitOptions(wait)));
  return waited && result == LockResult::kGranted ? LockResult::kGrantedAfterWait : result;
}

absl::StatusOr<LockResult> Transaction::LockRow(std::string_view key, RowLockMode mode,
                                                LockWait wait) {
  HELIOS_CHECK(active_);
  HELIOS_ASSIGN_OR_RETURN(const bool waited, core_->AwaitInherited(options_.cancel));
  HELIOS_ASSIGN_OR_RETURN(
      const LockResult result,
      core_->locks.AcquireRow(MutableState().locks, key, mode, WaitOptions(wait)));
  return waited && result == LockResult::kGranted ? LockResult::kGrantedAfterWait : result;
}

absl::StatusOr<bool> Transaction::TryClaimKeys(std::span<const std::string> keys) {
  HELIOS_CHECK(active_);
  HELIOS_RETURN_IF_ERROR(core_->AwaitInherited(options_.cancel).status());
  return core_->locks.TryClaim(MutableState().locks, keys);
}

absl::StatusOr<LockResult> Transaction::LockTable(uint32_t oid, TableLockMode mode, LockWait wait) {
  return Lock({LockSpace::kTable, oid}, static_cast<uint8_t>(mode), wait);
}

absl::StatusOr<LockResult> Transaction::LockAdvisory(uint64_t number, TableLockMode mode,
                                                     LockWait wait) {
  return Lock({LockSpace::kAdvisory, number}, static_cast<uint8_t>(mode), wait);
}

// --- Sequences and ids ---

absl::Status Transaction::ReserveSequenceBlock(std::string_view key, std::string_view value) {
  HELIOS_CHECK(active_);
  if (options_.access == Access::kReadOnly) {
    return SqlError(sqlstate::kReadOnlySqlTransaction,
                    "cannot execute nextval() in a read-only transaction");
  }
  HELIOS_RETURN_IF_ERROR(core_->CheckWritable());
  wal::TxnPayloadWriter payload(0);
  payload.Put(key, value);
  auto request = std::make_unique<CommitRequest>();
  request->durability = Durability::kAsync;
  request->payload = std::move(payload).Take();
  HELIOS_ASSIGN_OR_RETURN(const CommitReceipt receipt,
                          core_->pipeline.SubmitAndWait(std::move(request), options_.cancel));
  TransactionState& state = MutableState();
  state.depends_on = std::max(state.depends_on, receipt.end);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Transaction::AssignId() {
  HELIOS_CHECK(active_);
  if (id_ == 0) {
    HELIOS_RETURN_IF_ERROR(core_->CheckWritable());
    id_ = MutableState().id = core_->NewTxnId();
    core_->outcomes.Begin(id_);
  }
  HELIOS_RETURN_IF_ERROR(core_->ReserveTxnId(id_));
  return id_;
}

// --- The end ---

absl::Status Transaction::PrepareCommit(Durability durability) {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  if (durability > Durability::kFull) {
    if (core_->options.gate == nullptr) {
      return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                      "durability \"{}\" needs a cluster: this database stands alone",
                      DurabilityText(durability));
    }
    HELIOS_RETURN_IF_ERROR(core_->options.gate->CheckDurability(durability));
  }
  if (has_writes()) {
    HELIOS_RETURN_IF_ERROR(core_->CheckWritable());
    HELIOS_FAILPOINT(core_->options.failpoints, "commit.before_queue");
  }
  if (state_ != nullptr && state_->serializable != nullptr) {
    HELIOS_RETURN_IF_ERROR(core_->serializable.Prepare(state_->serializable));
  }
  return absl::OkStatus();
}

std::unique_ptr<CommitRequest> Transaction::MakeRequest(Durability durability) {
  auto request = std::make_unique<CommitRequest>();
  request->durability = durability;
  if (has_writes()) {
    request->touches_catalog = touched_catalog_;
    request->payload = EncodeWrites(*state_, touched_catalog_);
    request->txn_id = state_->id;
    state_->snapshot.Release();
    request->state = std::move(state_);
    return request;
  }
  if (state_ == nullptr || state_->depends_on == kLsnInvalid) return nullptr;
  request->kind = CommitRequest::Kind::kSync;
  request->state = std::move(state_);
  return request;
}

CommitReceipt Transaction::EmptyReceipt(Durability durability) const {
  CommitReceipt receipt;
  receipt.history = core_->history;
  receipt.term = core_->LogTerm();
  receipt.end = core_->snapshots.visible();
  receipt.reached = durability;
  return receipt;
}

void Transaction::Leave(bool committed) {
  active_ = false;
  core_->transactions_open.fetch_sub(1, std::memory_order_relaxed);
  if (!committed) core_->rollbacks.fetch_add(1, std::memory_order_relaxed);
  if (state_ != nullptr) core_->EndTransaction(std::move(state_), committed);
}

absl::StatusOr<CommitReceipt> Transaction::Commit(std::optional<Durability> durability) {
  HELIOS_CHECK(active_);
  const Durability wanted = durability.value_or(core_->options.durability);
  if (absl::Status status = PrepareCommit(wanted); !status.ok()) {
    Leave(false);
    return status;
  }
  std::unique_ptr<CommitRequest> request = MakeRequest(wanted);
  if (request == nullptr) {
    Leave(true);
    return EmptyReceipt(wanted);
  }
  Leave(true);
  return core_->pipeline.SubmitAndWait(std::move(request), options_.cancel);
}

void Transaction::CommitAsync(std::unique_ptr<Transaction> transaction,
                              std::optional<Durability> durability, CommitDone done) {
  Transaction& self = *transaction;
  HELIOS_CHECK(self.active_);
  const Durability wanted = durability.value_or(self.core_->options.durability);
  if (absl::Status status = self.PrepareCommit(wanted); !status.ok()) {
    self.Leave(false);
    done(status);
    return;
  }
  std::unique_ptr<CommitRequest> request = self.MakeRequest(wanted);
  self.Leave(true);
  if (request == nullptr) {
    done(self.EmptyReceipt(wanted));
    return;
  }
  request->done = std::move(done);
  self.core_->pipeline.Submit(std::move(request));
}

void Transaction::Rollback() {
  HELIOS_CHECK(active_);
  Leave(false);
}

}  // namespace heliosdb::txn
