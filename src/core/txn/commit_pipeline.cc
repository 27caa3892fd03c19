#include "core/txn/commit_pipeline.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/txn/engine_core.h"

namespace heliosdb::txn {
namespace {

// Bounds of one group: what more is queued goes with the next.
constexpr size_t kGroupRequestsMax = 512;
constexpr size_t kGroupBytesMax = size_t{16} << 20;
// A write set of this size is linked in as a delta part of its own; smaller ones are copied.
constexpr uint64_t kWholePartBytes = uint64_t{4} << 20;

absl::Status OutcomeUnknown(std::string_view why) {
  return WithHint(SqlError(sqlstate::kTRStatementCompletionUnknown,
                           "the outcome of the commit is not known: {}", why),
                  "The transaction is in this node's log; ask for its outcome by its id.");
}

}  // namespace

// --- Waiting ---

void CommitWaiter::Raise(int bit) {
  if (!timed_) {
    state_.fetch_or(bit, std::memory_order_acq_rel);
    // The waiter may be gone by now; a wake-up needs its address alone.
    state_.notify_one();
    return;
  }
  MutexLock lock(&mu_);
  state_.fetch_or(bit, std::memory_order_acq_rel);
  changed_.Signal();
}

int CommitWaiter::Next(CancelToken* cancel, Clock* clock, absl::Duration deadline) {
  if (!timed_) {
    state_.wait(0, std::memory_order_acquire);
    return state_.load(std::memory_order_acquire);
  }
  MutexLock lock(&mu_);
  while (state_.load(std::memory_order_acquire) == 0) {
    absl::Duration left = cancel == nullptr ? absl::InfiniteDuration() : cancel->TimeLeft();
    if (deadline != absl::InfiniteDuration()) left = std::min(left, deadline - clock->Now());
    if (left <= absl::ZeroDuration()) return kWoken;
    changed_.WaitWithTimeout(&mu_, left);
  }
  return state_.load(std::memory_order_acquire);
}

absl::StatusOr<CommitReceipt> CommitPipeline::Await(CommitWaiter& waiter, CancelToken* cancel,
                                                    absl::Duration deadline) {
  constexpr absl::Duration kNever = absl::InfiniteDuration();
  bool cancelled = false;
  for (;;) {
    const int state =
        waiter.Next(cancelled ? nullptr : cancel, core_->clock, cancelled ? kNever : deadline);
    // Whoever was told to lead leads, even if its own answer is in: nobody else was told.
    if ((state & CommitWaiter::kLead) != 0) {
      waiter.state_.fetch_and(~CommitWaiter::kLead, std::memory_order_relaxed);
      AwaitCompany();
      Lead();
      continue;
    }
    if ((state & CommitWaiter::kAnswered) != 0) return *std::move(waiter.answer_);
    waiter.state_.fetch_and(~CommitWaiter::kWoken, std::memory_order_relaxed);
    if (cancelled) continue;
    absl::Status why = cancel == nullptr ? absl::OkStatus() : cancel->Check();
    if (why.ok() && deadline != kNever && core_->clock->Now() >= deadline) {
      why = DeadlineExceeded("other nodes have not confirmed it within {}",
                             absl::FormatDuration(core_->options.commit_ack_timeout));
    }
    if (why.ok()) continue;
    if (Detach(waiter)) return OutcomeUnknown(std::string(why.message()));
    // Not logged yet, or just being answered: it will not take long.
    cancelled = true;
  }
}

bool CommitPipeline::Detach(CommitWaiter& waiter) {
  MutexLock lock(&pending_mu_);
  for (const std::unique_ptr<CommitRequest>& request : pending_) {
    if (request->waiter != &waiter || request->answered) continue;
    request->waiter = nullptr;
    request->answered = true;
    return true;
  }
  return false;
}

absl::StatusOr<CommitReceipt> CommitPipeline::SubmitAndWait(std::unique_ptr<CommitRequest> request,
                                                            CancelToken* cancel) {
  // Only a gate can keep a commit waiting for long.
  const bool gated =
      core_->options.gate != nullptr && request->kind != CommitRequest::Kind::kExclusive;
  const absl::Duration timeout = core_->options.commit_ack_timeout;
  const bool timed = gated && timeout != absl::InfiniteDuration();
  const absl::Duration deadline = timed ? core_->clock->Now() + timeout : absl::InfiniteDuration();
  if (!gated) cancel = nullptr;
  const bool cancellable = cancel != nullptr || timed;
  CommitWaiter waiter(cancellable);
  request->waiter = &waiter;
  bool lead = false;
  {
    MutexLock lock(&mu_);
    if (gated) company_.OnCommit(++waiting_);
    auto& queue = request->kind == CommitRequest::Kind::kExclusive ? steps_ : queue_;
    queue.push_back(std::move(request));
    NoteQueued();
    if (leader_ != Leader::kActive && CanTake()) {
      // A posted leader that finds another one at work goes home.
      leader_ = Leader::kActive;
      lead = true;
    } else if (leader_ == Leader::kNone) {
      core_->RequestCheckpoint();
    }
  }
  if (lead) {
    AwaitCompany();
    Lead();
  }
  if (cancel != nullptr) {
    cancel->SetWaiter(&waiter);
    // A cancel that came before this had nobody to wake.
    waiter.Raise(CommitWaiter::kWoken);
  }
  absl::StatusOr<CommitReceipt> result = Await(waiter, cancel, deadline);
  if (cancel != nullptr) cancel->SetWaiter(nullptr);
  if (gated) {
    MutexLock lock(&mu_);
    --waiting_;
  }
  return result;
}

void CommitPipeline::Submit(std::unique_ptr<CommitRequest> request) {
  MutexLock lock(&mu_);
  auto& queue = request->kind == CommitRequest::Kind::kExclusive ? steps_ : queue_;
  queue.push_back(std::move(request));
  NoteQueued();
  if (leader_ == Leader::kNone && CanTake()) PassLead();
}

absl::Status CommitPipeline::RunExclusive(std::function<absl::Status()> step) {
  auto request = std::make_unique<CommitRequest>();
  request->kind = CommitRequest::Kind::kExclusive;
  request->step = std::move(step);
  return SubmitAndWait(std::move(request), nullptr).status();
}

// --- Leading ---

bool CommitPipeline::CanTake() const {
  if (!steps_.empty()) return true;
  return !queue_.empty() && core_->HasRoom();
}

CommitPipeline::Group CommitPipeline::TakeGroup() {
  Group group;
  if (!steps_.empty()) {
    group.push_back(std::move(steps_.front()));
    steps_.pop_front();
    return group;
  }
  if (!CanTake()) {
    if (!queue_.empty()) core_->RequestCheckpoint();
    return group;
  }
  size_t bytes = 0;
  while (!queue_.empty() && group.size() < kGroupRequestsMax && bytes < kGroupBytesMax) {
    bytes += queue_.front()->payload.size();
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

void CommitPipeline::AwaitCompany() {
  if (core_->options.gate == nullptr) return;
  MutexLock lock(&mu_);
  company_wanted_ = std::min(company_.expected(), kGroupRequestsMax);
  const absl::Duration end = core_->clock->Now() + company_.patience();
  while (steps_.empty() && queue_.size() < company_wanted_) {
    const absl::Duration left = end - core_->clock->Now();
    if (left > absl::ZeroDuration() && !company_came_.WaitWithTimeout(&mu_, left)) continue;
    company_.OnMiss(queue_.size());
    break;
  }
  company_wanted_ = 0;
}

void CommitPipeline::NoteQueued() {
  if (company_wanted_ == 0) return;
  if (queue_.size() >= company_wanted_ || !steps_.empty()) company_came_.Signal();
}

void CommitPipeline::PassLead() {
  if (!CanTake()) {
    leader_ = Leader::kNone;
    if (!queue_.empty()) core_->RequestCheckpoint();
    return;
  }
  const CommitRequest& next = steps_.empty() ? *queue_.front() : *steps_.front();
  if (next.waiter != nullptr) {
    leader_ = Leader::kActive;
    next.waiter->Raise(CommitWaiter::kLead);
    return;
  }
  leader_ = Leader::kPosted;
  core_->Post([this] { LeadPosted(); });
}

void CommitPipeline::LeadPosted() {
  {
    MutexLock lock(&mu_);
    if (leader_ != Leader::kPosted) return;
    leader_ = Leader::kActive;
  }
  Lead();
}

void CommitPipeline::Lead() {
  Group group;
  {
    MutexLock lock(&mu_);
    group = TakeGroup();
    if (group.empty()) {
      leader_ = Leader::kNone;
      return;
    }
  }
  const absl::Status status = RunGroup(group);
  {
    // Before the answers, so that the next group's write does not wait for them.
    MutexLock lock(&mu_);
    PassLead();
  }
  Finish(std::move(group), status);
}

void CommitPipeline::Kick() {
  MutexLock lock(&mu_);
  if (leader_ == Leader::kNone && CanTake()) PassLead();
}

void CommitPipeline::FailQueued(const absl::Status& status) {
  Group group;
  {
    MutexLock lock(&mu_);
    while (!queue_.empty()) {
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
  }
  Finish(std::move(group), status);
}

void CommitPipeline::Drain() {
  for (;;) {
    bool lead = false;
    {
      MutexLock lock(&mu_);
      if (leader_ != Leader::kActive) {
        if (!CanTake()) return;
        leader_ = Leader::kActive;
        lead = true;
      }
    }
    if (lead) {
      Lead();
    } else {
      // Behind whatever is being led.
      RunExclusive([] { return absl::OkStatus(); }).IgnoreError();  // It cannot fail.
    }
  }
}

bool CommitPipeline::Idle() const {
  MutexLock lock(&mu_);
  if (leader_ != Leader::kNone || !queue_.empty() || !steps_.empty()) return false;
  MutexLock pending(&pending_mu_);
  return pending_.empty();
}

// --- A group ---

absl::Status CommitPipeline::RunGroup(Group& group) {
  if (group.front()->kind == CommitRequest::Kind::kExclusive) return group.front()->step();
  HELIOS_RETURN_IF_ERROR(core_->CheckWritable());
  groups_.fetch_add(1, std::memory_order_relaxed);
  const auto work = [&]() -> absl::Status {
    HELIOS_RETURN_IF_ERROR(AppendGroup(group));
    InsertGroup(group);
    const Lsn end = core_->log->appended();
    NoteInserted(end);
    if (core_->options.test_only_faults.publish_before_sync) Publish(end, group);
    if (core_->options.gate != nullptr) {
      MutexLock lock(&pending_mu_);
      for (std::unique_ptr<CommitRequest>& request : group) pending_.push_back(std::move(request));
      group.clear();
    }
    HELIOS_RETURN_IF_ERROR(FlushGroup(group, end));
    HELIOS_FAILPOINT(core_->options.failpoints, "commit.before_publish");
    if (core_->options.gate == nullptr) Publish(end, group);
    HELIOS_FAILPOINT(core_->options.failpoints, "commit.after_publish");
    return absl::OkStatus();
  };
  const absl::Status status = work();
  // From the append on there is no way back: what is in the log may be on the disk.
  if (status.ok()) return status;
  const absl::Status refused = core_->RefuseWrites(status);
  AbandonPending(refused);
  return refused;
}

absl::Status CommitPipeline::AppendGroup(Group& group) {
  std::vector<wal::WalAppend> records;
  records.reserve(group.size() + 1);
  // Lives until the append.
  const EngineCore::ControlRecord control = core_->NextControlRecord();
  if (!control.payload.empty()) records.push_back({control.type, control.payload});
  const size_t first = records.size();
  for (const std::unique_ptr<CommitRequest>& request : group) {
    if (request->kind == CommitRequest::Kind::kRecord) {
      records.push_back({wal::WalRecordType::kTransaction, request->payload});
    }
  }
  std::vector<wal::WalPosition> positions;
  if (!records.empty()) {
    HELIOS_ASSIGN_OR_RETURN(positions,
                            core_->log->Append(records, core_->LogTerm(), core_->KnownCommitted()));
    if (first == 1) core_->NoteControlRecord(control, positions[0]);
  }
  size_t next = first;
  for (const std::unique_ptr<CommitRequest>& request : group) {
    request->end = request->kind == CommitRequest::Kind::kRecord ? positions[next++].end
                                                                 : core_->log->appended();
  }
  return absl::OkStatus();
}

void CommitPipeline::InsertGroup(Group& group) {
  Delta& delta = core_->delta;
  for (const std::unique_ptr<CommitRequest>& request : group) {
    if (request->kind != CommitRequest::Kind::kRecord) continue;
    TransactionState* const state = request->state.get();
    if (state != nullptr && state->serializable != nullptr) {
      SerializableManager::NoteCommitLsn(state->serializable, request->end);
    }
    if (state == nullptr || state->writes == nullptr) {
      HELIOS_CHECK(core_->ApplyPayload(request->payload, request->end, delta.active()).ok());
      continue;
    }
    if (state->writes->bytes() >= kWholePartBytes) {
      delta.AddWhole(state->writes->TakeMap(), request->end);
      continue;
    }
    VersionMap& active = *delta.active().map;
    for (const VersionMap::Node* node = state->writes->map().First(); node != nullptr;
         node = node->Next()) {
      const VersionMap::Version* const version = node->Newest();
      if (version == nullptr) continue;  // Rolled back to a savepoint.
      std::optional<std::string_view> value;
      if (!version->tombstone()) value = version->value();
      active.Put(node->key(), node->hash, ToInt(request->end), value);
    }
    delta.NoteAdded(delta.active(), request->end);
  }
}

absl::Status CommitPipeline::FlushGroup(const Group& group, Lsn end) {
  bool sync = core_->options.gate != nullptr;
  for (const std::unique_ptr<CommitRequest>& request : group) {
    sync = sync || request->durability != Durability::kAsync;
  }
  if (core_->options.test_only_faults.acknowledge_before_sync) sync = false;
  // With listeners, the bytes are offered before the disk has them: standbys receive meanwhile.
  if (!sync || core_->HasLogListeners()) {
    HELIOS_RETURN_IF_ERROR(core_->log->Write());
    core_->NotifyLog();
  }
  if (sync) {
    const absl::Duration start = core_->clock->Now();
    HELIOS_RETURN_IF_ERROR(core_->log->Sync());
    {
      MutexLock lock(&mu_);
      company_.OnSync(core_->clock->Now() - start);
    }
    core_->NotifyLog();
  } else if (core_->log->synced() < end) {
    core_->ScheduleFlush();
  }
  if (core_->options.gate != nullptr) Settle();
  core_->AfterAppend();
  return absl::OkStatus();
}

void CommitPipeline::Publish(Lsn lsn, const Group& group) {
  for (const std::unique_ptr<CommitRequest>& request : group) {
    if (request->txn_id != 0) core_->outcomes.MarkCommitted(request->txn_id);
    if (request->touches_catalog) core_->snapshots.NoteCatalogCommit(request->end);
  }
  core_->SetVisible(lsn);
}

CommitReceipt CommitPipeline::ReceiptOf(const CommitRequest& request) const {
  CommitReceipt receipt;
  receipt.history = core_->history;
  receipt.term = core_->LogTerm();
  receipt.end = request.end;
  receipt.txn_id = request.txn_id;
  receipt.reached = request.durability;
  return receipt;
}

void CommitPipeline::Deliver(CommitWaiter* waiter,
                             const std::function<void(absl::StatusOr<CommitReceipt>)>& done,
                             absl::StatusOr<CommitReceipt> result) {
  if (waiter != nullptr) {
    waiter->answer_ = std::move(result);
    waiter->Raise(CommitWaiter::kAnswered);
  } else if (done) {
    done(std::move(result));
  }
}

void CommitPipeline::Finish(Group group, const absl::Status& status) {
  for (std::unique_ptr<CommitRequest>& request : group) {
    if (request->state != nullptr) {
      core_->EndTransaction(std::move(request->state), status.ok());
    }
    if (status.ok()) {
      if (request->txn_id != 0) commits_.fetch_add(1, std::memory_order_relaxed);
      Deliver(request->waiter, request->done, ReceiptOf(*request));
    } else {
      Deliver(request->waiter, request->done, SeparateCopy(status));
    }
  }
}

// --- With a gate ---

void CommitPipeline::NoteInserted(Lsn lsn) {
  inserted_.store(ToInt(lsn), std::memory_order_release);
}

void CommitPipeline::OnGateProgress(const GateProgress& progress) {
  {
    MutexLock lock(&pending_mu_);
    progress_.commit = std::max(progress_.commit, progress.commit);
    for (size_t i = 0; i < kDurabilityCount; ++i) {
      progress_.reached[i] = std::max(progress_.reached[i], progress.reached[i]);
    }
  }
  Settle();
}

bool CommitPipeline::Reached(const CommitRequest& request, Lsn synced, Lsn visible) const {
  switch (request.durability) {
    case Durability::kAsync:
      return true;
    case Durability::kLocal:
      return request.end <= synced;
    case Durability::kFull:
      return request.end <= synced && request.end <= visible;
    case Durability::kReceived:
    case Durability::kQuorum:
    case Durability::kSync:
    case Durability::kApplied:
      return request.end <= synced &&
             request.end <= progress_.reached[static_cast<size_t>(request.durability)];
  }
  return false;
}

void CommitPipeline::Settle() {
  std::vector<std::unique_ptr<TransactionState>> over;
  std::vector<Answer> answers;
  {
    MutexLock lock(&pending_mu_);
    const Lsn commit = std::min(progress_.commit, inserted());
    for (const std::unique_ptr<CommitRequest>& request : pending_) {
      if (request->end > commit || request->shown) continue;
      request->shown = true;
      if (request->txn_id != 0) {
        core_->outcomes.MarkCommitted(request->txn_id);
        if (request->state == nullptr) core_->outcomes.End(request->txn_id);
        commits_.fetch_add(1, std::memory_order_relaxed);
      }
      if (request->touches_catalog) core_->snapshots.NoteCatalogCommit(request->end);
    }
    // Under the mutex, so that it advances in order.
    core_->SetVisible(commit);
    const Lsn synced = core_->log->synced();
    for (const std::unique_ptr<CommitRequest>& request : pending_) {
      if (request->shown && request->state != nullptr) over.push_back(std::move(request->state));
      if (request->answered || !Reached(*request, synced, commit)) continue;
      request->answered = true;
      answers.push_back({request->waiter, std::move(request->done), ReceiptOf(*request)});
      request->waiter = nullptr;
    }
    std::erase_if(pending_, [](const std::unique_ptr<CommitRequest>& request) {
      return request->shown && request->answered;
    });
  }
  for (std::unique_ptr<TransactionState>& state : over) {
    core_->EndTransaction(std::move(state), true);
  }
  for (Answer& answer : answers) Deliver(answer.waiter, answer.done, std::move(answer.result));
}

void CommitPipeline::AddPending(std::unique_ptr<CommitRequest> request) {
  MutexLock lock(&pending_mu_);
  pending_.push_back(std::move(request));
}

void CommitPipeline::AbandonPending(const absl::Status& why) {
  std::deque<std::unique_ptr<CommitRequest>> abandoned;
  {
    MutexLock lock(&pending_mu_);
    abandoned.swap(pending_);
    progress_ = GateProgress();
  }
  for (std::unique_ptr<CommitRequest>& request : abandoned) {
    if (request->state != nullptr) core_->AbandonTransaction(std::move(request->state), false);
    if (request->answered) continue;
    if (why.ok()) {
      Deliver(request->waiter, request->done,
              OutcomeUnknown("this node stopped leading before the commit was confirmed"));
    } else {
      Deliver(request->waiter, request->done, SeparateCopy(why));
    }
  }
}

}  // namespace heliosdb::txn
