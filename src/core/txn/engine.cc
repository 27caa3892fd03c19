#include "core/txn/engine.h"

#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/txn/engine_core.h"
#include "core/txn/open_parts.h"

namespace heliosdb::txn {
namespace {

// Keeps every segment that the log holds now from being retired under a reader.
uint64_t PinLog(EngineCore& core, const wal::WalWriter& writer) {
  // No checkpoint trims the log between the look at its start and the pin.
  MutexLock trim(&core.checkpointer.trim_mutex());
  return core.slots.Pin(writer.first_lsn());
}

}  // namespace

Engine::Engine(std::unique_ptr<EngineCore> core) : core_(std::move(core)) {}

Engine::~Engine() {
  // There is nobody left to tell; what was acknowledged is in the log.
  core_->Close().IgnoreError();
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(EngineOptions options) {
  HELIOS_ASSIGN_OR_RETURN(EngineCore::Parts parts, OpenParts(std::move(options)));
  auto core = std::make_unique<EngineCore>(std::move(parts));
  if (absl::Status status = core->OpenLog(); !status.ok()) {
    core->log.reset();
    core->Close().IgnoreError();  // Nothing was begun.
    return status;
  }
  core->Start();
  return std::unique_ptr<Engine>(new Engine(std::move(core)));
}

absl::Status Engine::Close() { return core_->Close(); }

const EngineOptions& Engine::options() const { return core_->options; }
wal::HistoryId Engine::history() const { return core_->history; }

// --- Transactions ---

std::unique_ptr<Transaction> Engine::Begin(const TransactionOptions& options) {
  return std::unique_ptr<Transaction>(new Transaction(core_.get(), options));
}

absl::StatusOr<TxnOutcome> Engine::Outcome(uint64_t txn_id) {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  HELIOS_ASSIGN_OR_RETURN(const TxnOutcome outcome,
                          core_->outcomes.Get(txn_id, core_->NextTxnId()));
  const bool open_question = outcome == TxnOutcome::kAborted || outcome == TxnOutcome::kNeverSeen;
  // A follower's log may hold it beyond what is known to be committed.
  if (open_question && !core_->leading() && txn_id != 0) return TxnOutcome::kInProgress;
  return outcome;
}

absl::Status Engine::WaitVisible(Lsn lsn, absl::Duration timeout, CancelToken* cancel) {
  return core_->WaitVisible(lsn, timeout, cancel);
}

absl::Status Engine::CheckWritable() const { return core_->CheckWritable(); }
Lsn Engine::visible_lsn() const { return core_->snapshots.visible(); }

Lsn Engine::catalog_lsn() const {
  return core_->snapshots.CatalogLsnAt(core_->snapshots.visible());
}

std::vector<uint32_t> Engine::BlockingSessions(uint32_t session_id) {
  std::vector<uint32_t> sessions = core_->locks.BlockingSessions(session_id);
  if (sessions.empty()) sessions = core_->serializable.BlockingSessions(session_id);
  return sessions;
}

LockTable& Engine::locks() { return core_->locks; }

// --- Storage ids ---

absl::StatusOr<uint32_t> Engine::AllocateStorageId() {
  HELIOS_RETURN_IF_ERROR(core_->CheckWritable());
  // The next group in the log reserves it before anything uses it.
  return core_->NewStorageId();
}

absl::StatusOr<std::vector<uint32_t>> Engine::StorageIdsInUse() {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  const std::unique_ptr<Transaction> transaction = Begin({});
  HELIOS_ASSIGN_OR_RETURN(ReadView view, transaction->View());
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Cursor> cursor,
                          view.Open(StorageIdPrefix(kStorageIdFirst), "", ScanDirection::kForward));
  std::vector<uint32_t> ids;
  for (;;) {
    KvPair pair;
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch({&pair, 1}));
    if (count == 0) break;
    ids.push_back(LoadBig32(pair.key.data()));
    if (ids.back() == UINT32_MAX) break;
    HELIOS_RETURN_IF_ERROR(cursor->Restart(StorageIdPrefix(ids.back() + 1), ""));
  }
  return ids;
}

// --- Maintenance ---

absl::Status Engine::Checkpoint() {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  const absl::Status status = core_->checkpointer.Run();
  core_->EnforcePinned();
  return status;
}

EngineStats Engine::Stats() {
  EngineStats stats;
  EngineCore& core = *core_;
  stats.commits = core.pipeline.commits();
  stats.commit_groups = core.pipeline.groups();
  stats.rollbacks = core.rollbacks.load(std::memory_order_relaxed);
  stats.serialization_failures =
      core.serializable.failures() + core.update_conflicts.load(std::memory_order_relaxed);
  stats.deadlocks = core.locks.deadlocks();
  stats.snapshots_cancelled = core.snapshots.cancelled_count();
  const Checkpointer::Statistics checkpoints = core.checkpointer.Stats();
  stats.checkpoints = checkpoints.count;
  stats.checkpoint_last_duration = checkpoints.last_duration;
  stats.checkpoint_last_error = checkpoints.last_error;
  if (stats.checkpoint_last_error.empty()) stats.checkpoint_last_error = core.housekeeping_error();
  stats.checkpoint_lsn = core.checkpointer.checkpoint_lsn();
  stats.log_first = log_first();
  stats.log_written = core.log->written();
  stats.log_synced = core.log->synced();
  stats.visible = core.snapshots.visible();
  stats.term = core.LogTerm();
  stats.delta_bytes = core.delta.bytes();
  stats.delta_parts = core.delta.List()->parts.size();
  stats.validation_bytes = core.delta.validation_bytes();
  stats.pinned_bytes = core.PinnedBytes();
  stats.snapshots_open = core.snapshots.open_count();
  stats.transactions_open = core.transactions_open.load(std::memory_order_relaxed);
  if (const wal::WalWriter* const writer = core.log->writer()) {
    const wal::WalWriter::Statistics log = writer->Stats();
    stats.log_writes = log.writes;
    stats.log_syncs = log.syncs;
    stats.log_file_bytes = log.segment_file_bytes;
  }
  if (absl::StatusOr<storage::KvStats> store = core.store->Stats(); store.ok()) {
    stats.store = *store;
  }
  return stats;
}

absl::Status Engine::Verify() {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  if (const wal::WalWriter* const writer = core_->log->writer()) {
    const uint64_t pin = PinLog(*core_, *writer);
    const absl::StatusOr<uint64_t> records =
        wal::VerifyLog(core_->ReaderOptions(), core_->log->written());
    core_->slots.Unpin(pin);
    HELIOS_RETURN_IF_ERROR(records.status());
  }
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvReader> reader,
                          core_->store->NewReader());
  HELIOS_RETURN_IF_ERROR(reader->Renew());
  const uint64_t keys = reader->KeyCount();
  core_->Report({ProgressPhase::kVerify, 0, keys});
  HELIOS_RETURN_IF_ERROR(reader->Verify());
  core_->Report({ProgressPhase::kVerify, keys, keys});
  return absl::OkStatus();
}

// --- Log ---

Lsn Engine::log_written() const { return core_->log->written(); }
Lsn Engine::log_synced() const { return core_->log->synced(); }
Lsn Engine::log_first() const {
  const wal::WalWriter* const writer = core_->log->writer();
  return writer == nullptr ? core_->log->appended() : writer->first_lsn();
}
Term Engine::term() const { return core_->LogTerm(); }
std::vector<wal::TermStart> Engine::TermHistory() const { return core_->TermHistory(); }

absl::StatusOr<std::unique_ptr<wal::WalReader>> Engine::OpenLog(Lsn from) {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  if (core_->log->writer() == nullptr) {
    return Unsupported("reading the log of a database in memory is not supported");
  }
  return wal::WalReader::Open(core_->ReaderOptions(), from);
}

bool Engine::WaitLog(Lsn lsn, absl::Duration timeout) { return core_->WaitLog(lsn, timeout); }

void Engine::SetLogListener(std::function<void(Lsn written, Lsn synced)> listener) {
  core_->SetLogListener(std::move(listener));
}

absl::Status Engine::CreateSlot(std::string_view name, Lsn lsn) {
  // No checkpoint trims the log between the check and the slot.
  MutexLock trim(&core_->checkpointer.trim_mutex());
  return core_->slots.Create(name, lsn, log_first());
}

absl::Status Engine::AdvanceSlot(std::string_view name, Lsn lsn) {
  return core_->slots.Advance(name, lsn);
}

absl::Status Engine::DropSlot(std::string_view name) { return core_->slots.Drop(name); }

std::vector<RetentionSlot> Engine::Slots() const { return core_->slots.List(); }

// --- Following and leading ---

void Engine::SetWriteFence(absl::Status status) {
  // The step only stores the status.
  core_->SetWriteFence(std::move(status)).IgnoreError();
}

absl::Status Engine::AppendForeign(Lsn lsn, std::string_view bytes) {
  return core_->AppendForeign(lsn, bytes);
}
absl::Status Engine::SyncLog() { return core_->SyncLog(); }
absl::StatusOr<Lsn> Engine::AdvanceCommit(Lsn lsn) { return core_->AdvanceCommit(lsn); }
absl::StatusOr<Lsn> Engine::BeginTerm(Term term) { return core_->BeginTerm(term); }
absl::Status Engine::StopLeading() { return core_->StopLeading(); }
absl::Status Engine::CutLog(Lsn end) { return core_->CutLog(end); }

}  // namespace heliosdb::txn
