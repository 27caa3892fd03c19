// A node's roles: leading, following, and the ways between them.
#include <algorithm>
#include <set>
#include <utility>

#include "core/base/status.h"
#include "replication/node.h"
#include "replication/slot_name.h"
#include "replication/sync_set.h"

namespace heliosdb::replication {

NodeRole Node::role() const {
  return leading_.load(std::memory_order_acquire) ? NodeRole::kPrimary : NodeRole::kStandby;
}

absl::StatusOr<Node::LogTail> Node::ReadTail(txn::Engine& engine) {
  LogTail tail;
  tail.terms = engine.TermHistory();
  tail.record_end = engine.visible_lsn();
  const Lsn end = engine.log_written();
  if (tail.record_end >= end) return tail;
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<wal::WalReader> reader,
                          engine.OpenLog(tail.record_end));
  for (;;) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<wal::WalRecord> record, reader->Next(end));
    if (!record.has_value()) return tail;
    tail.record_end = record->end;
    if (record->type == wal::WalRecordType::kTransaction) tail.has_pending = true;
    if (tail.terms.empty() || tail.terms.back().term < record->term) {
      tail.terms.push_back({record->term, record->lsn});
    }
  }
}

absl::StatusOr<bool> Node::IsEmpty(txn::Engine& engine) {
  const std::unique_ptr<txn::Transaction> txn = engine.Begin({});
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, txn->View());
  // Storage ids from 8 on; those below are the engine's own.
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<txn::Cursor> cursor,
                          view.Open(std::string_view("\0\0\0\x08", 4), "\xff\xff\xff\xff",
                                    txn::ScanDirection::kForward));
  txn::KvPair pair[1];
  HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(pair));
  return count == 0;
}

absl::Status Node::Lead(SyncMode mode, const std::vector<std::string>& sync_set) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  HELIOS_ASSIGN_OR_RETURN(const LogTail tail, ReadTail(*found));
  // Half a record can never be completed any more.
  if (tail.record_end < found->log_written())
    HELIOS_RETURN_IF_ERROR(found->CutLog(tail.record_end));
  // What is pending may be what a new database needs. A term that was begun, and nothing more, is
  // what a primary leaves that died before it wrote that.
  HELIOS_ASSIGN_OR_RETURN(const bool is_empty, IsEmpty(*found));
  const bool is_new = is_empty && !tail.has_pending;
  Term term = found->term();
  {
    MutexLock lock(&mu_);
    term = Term{std::max(ToInt(term), ToInt(directory_.node().term)) + 1};
    if (!tail.terms.empty()) term = std::max(term, Term{ToInt(tail.terms.back().term) + 1});
    HELIOS_RETURN_IF_ERROR(directory_.Remember(term, options_.config.node_id));
  }
  const Lsn committed = found->visible_lsn();
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.before_term");
  HELIOS_ASSIGN_OR_RETURN(const Lsn term_start, found->BeginTerm(term));
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.after_term");
  leading_.store(true, std::memory_order_release);
  if (options_.test_only_faults.commit_alone) mode = SyncMode::kAsync;
  const auto lead = [&](SyncMode with, std::vector<std::string> set, Lsn from) {
    coordinator_.Lead(with, std::move(set), from, term_start,
                      {found->log_written(), found->log_synced(), kLsnInvalid});
  };
  // Nobody waits for what makes a new database: until it is there no other node can follow.
  if (is_new) lead(SyncMode::kAsync, {}, committed);
  if (!is_new) lead(mode, sync_set, committed);
  HELIOS_RETURN_IF_ERROR(WithDatabase([is_new](MemberDatabase& database) {
    database.OnRoleChange();
    return is_new ? database.Initialize() : absl::OkStatus();
  }));
  if (is_new) lead(mode, sync_set, found->visible_lsn());
  senders_.Forget();
  Tell(Event::Kind::kRoleChanged, "",
       fmt::format("node {} is the primary of term {}", options_.config.node_id, ToInt(term)));
  return absl::OkStatus();
}

absl::Status Node::StepDown() {
  senders_.ShutAll("the node is no longer the primary");
  leading_.store(false, std::memory_order_release);
  coordinator_.StopLeading();
  const absl::Status status = WithDatabase([](MemberDatabase& database) {
    const absl::Status stopped = database.engine().StopLeading();
    database.OnRoleChange();
    return stopped;
  });
  senders_.Open();
  Tell(Event::Kind::kRoleChanged, "", fmt::format("node {} is a standby", options_.config.node_id));
  return status;
}

void Node::StartLink(std::string address) {
  ApplicatorOptions options;
  options.reconnect_delay_max = options_.config.reconnect_delay_max;
  options.peer_timeout = options_.config.peer_timeout;
  link_ =
      std::make_unique<StandbyLink>(options, Self(), std::move(address), options_.transport, this);
  {
    MutexLock lock(&mu_);
    backups_cancelled_ = false;
    status_link_ = link_.get();
  }
  link_->Start();
}

void Node::StopLink() {
  if (link_ == nullptr) return;
  link_->Stop();
  {
    MutexLock lock(&mu_);
    status_link_ = nullptr;
  }
  link_.reset();
}

absl::Status Node::Promote(const PromoteOptions& options) {
  const ReplicationConfig& config = options_.config;
  const std::vector<std::string> sync_set = options.sync_set.value_or(config.sync_set);
  HELIOS_RETURN_IF_ERROR(ValidateSyncSet(config.mode, sync_set, config.node_id));
  MutexLock role(&role_mu_);
  if (leading_.load()) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState, "node {} is the primary already",
                    config.node_id);
  }
  if (listener_ == nullptr) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "node {} has no listen address: as a primary it could not be followed",
                    config.node_id);
  }
  if (engine() == nullptr) {
    return WithHint(
        SqlError(sqlstate::kObjectNotInPrerequisiteState,
                 "node {} has no database yet: it cannot lead", config.node_id),
        "A base backup of the primary is on its way; promote a node that has the data.");
  }
  const std::string address = link_ == nullptr ? "" : link_->address();
  StopLink();
  senders_.ShutAll("the node begins a new term");
  const absl::Status status = Lead(config.mode, sync_set);
  senders_.Open();
  if (!status.ok() && !leading_.load() && !address.empty()) StartLink(address);
  return status;
}

absl::Status Node::Follow(std::string address) {
  MutexLock role(&role_mu_);
  StopLink();
  absl::Status status;
  if (leading_.load()) status = StepDown();
  StartLink(std::move(address));
  return status;
}

absl::Status Node::SetSyncSet(std::vector<std::string> node_ids) {
  HELIOS_RETURN_IF_ERROR(ValidateSyncSet(options_.config.mode, node_ids, options_.config.node_id));
  MutexLock role(&role_mu_);
  if (!leading_.load()) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState, "node {} is not the primary",
                    options_.config.node_id);
  }
  const std::string text = fmt::format("the sync set is to be {}", fmt::join(node_ids, ", "));
  coordinator_.SetSyncSet(std::move(node_ids));
  Tell(Event::Kind::kSyncSetChanged, "", text);
  return absl::OkStatus();
}

void Node::RunTicker() {
  for (;;) {
    const absl::Duration next = senders_.TickAll();
    bool deposed = false;
    {
      MutexLock lock(&ticker_mu_);
      absl::Duration until = std::min(next, Now() + options_.config.heartbeat_interval);
      bool hurried = false;
      while (!ticker_stopping_ && !deposed_.has_value()) {
        // Commits are told a little later, if no log tells them before: one wake-up for many.
        if (ticker_due_ && !std::exchange(hurried, true)) {
          until = std::min(until, Now() + ReplicatorOptions().commit_delay);
        }
        const absl::Duration left = until - Now();
        if (left <= absl::ZeroDuration()) break;
        ticker_changed_.WaitWithTimeout(&ticker_mu_, left);
      }
      if (ticker_stopping_) return;
      ticker_due_ = false;
      deposed = deposed_.has_value();
    }
    commit_armed_.store(false);
    if (deposed) HandleDeposed();
  }
}

void Node::HandleDeposed() {
  MutexLock role(&role_mu_);
  Term term{0};
  {
    MutexLock lock(&ticker_mu_);
    term = *deposed_;
    deposed_.reset();
  }
  {
    MutexLock lock(&mu_);
    if (!leading_.load() || term <= directory_.node().term) return;
    // A failure is met again at the next write of the file; the role does not depend on it.
    directory_.Remember(term, "").IgnoreError();
  }
  Tell(Event::Kind::kDeposed, "",
       fmt::format("term {} exists: node {} takes no writes any more", ToInt(term),
                   options_.config.node_id));
  StepDown().IgnoreError();  // The engine refuses writes from then on, whatever it returned.
}

// --- FollowerHost ---

absl::StatusOr<FollowerLog> Node::ReadOwnLog() {
  FollowerLog log;
  txn::Engine* const found = engine();
  if (found == nullptr) return log;
  // A log that takes nothing more fails here, before anybody is asked for more.
  HELIOS_RETURN_IF_ERROR(found->SyncLog());
  HELIOS_ASSIGN_OR_RETURN(LogTail tail, ReadTail(*found));
  log.history = found->history();
  log.terms = std::move(tail.terms);
  log.end = found->log_written();
  log.committed = found->visible_lsn();
  return log;
}

absl::Status Node::Remember(Term term, const std::string& leader) {
  std::string before;
  {
    MutexLock lock(&mu_);
    before = directory_.node().leader;
    HELIOS_RETURN_IF_ERROR(directory_.Remember(term, leader));
  }
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.remembered");
  const bool led = before.empty() || before == options_.config.node_id;
  return led ? ReleaseHolds() : absl::OkStatus();
}

absl::Status Node::ReleaseHolds() {
  txn::Engine* const found = engine();
  if (found == nullptr) return absl::OkStatus();
  std::set<std::string, std::less<>> followed;
  for (const StandbyStatus& standby : senders_.Statuses()) {
    if (standby.state == StandbyState::kDisconnected) continue;
    followed.insert(SlotName(kSlotPrefix, standby.node_id));
    followed.insert(SlotName(kMovingSlotPrefix, standby.node_id));
  }
  for (const txn::RetentionSlot& slot : found->Slots()) {
    const bool is_hold =
        slot.name.starts_with(kSlotPrefix) || slot.name.starts_with(kMovingSlotPrefix);
    if (!is_hold || followed.contains(slot.name)) continue;
    if (const absl::Status status = found->DropSlot(slot.name);
        !status.ok() && !absl::IsNotFound(status)) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Node::CutLog(Lsn end) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  // Nobody may read what goes.
  senders_.ShutAll("the log is being cut");
  absl::Status status = PassFailpoint(options_.files->failpoints(), "node.before_cut");
  if (status.ok()) status = found->CutLog(end);
  if (status.ok()) status = PassFailpoint(options_.files->failpoints(), "node.after_cut");
  pumped_.store(ToInt(found->log_written()));
  senders_.Open();
  return status;
}

absl::StatusOr<Lsn> Node::AppendLog(Lsn lsn, std::string_view bytes) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.before_append");
  HELIOS_RETURN_IF_ERROR(found->AppendForeign(lsn, bytes));
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.after_append");
  return found->log_written();
}

absl::StatusOr<Lsn> Node::SyncLog() {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  if (options_.test_only_faults.acknowledge_before_sync) return found->log_written();
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.before_sync");
  HELIOS_RETURN_IF_ERROR(found->SyncLog());
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.after_sync");
  return found->log_synced();
}

absl::StatusOr<Lsn> Node::ApplyLog(Lsn lsn) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.before_apply");
  HELIOS_ASSIGN_OR_RETURN(const Lsn visible, found->AdvanceCommit(lsn));
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.after_apply");
  return visible;
}

absl::Status Node::TakeBackup(const std::string& address) {
  Introduction self = Self();
  uint64_t number = 0;
  std::string path;
  {
    MutexLock lock(&mu_);
    number = directory_.node().database + 1;
    path = directory_.DatabasePath(number);
    HELIOS_RETURN_IF_ERROR(directory_.RemoveDatabase(number));
  }
  BackupReceiver receiver(std::move(self), options_.databases->LoadOptions(path),
                          std::max(options_.config.peer_timeout, absl::Seconds(10)));
  {
    MutexLock lock(&mu_);
    if (backups_cancelled_) return Unavailable("the node stops following");
    receiver_ = &receiver;
  }
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.backup_started");
  const absl::Status taken = receiver.Run(options_.transport, address);
  {
    MutexLock lock(&mu_);
    receiver_ = nullptr;
  }
  HELIOS_RETURN_IF_ERROR(taken);
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.backup_loaded");
  senders_.ShutAll("the database is being replaced");
  RetireDatabase();
  const absl::Status opened = OpenDatabase(number);
  senders_.Open();
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.database_replaced");
  CloseRetired();
  return opened;
}

void Node::CancelBackup() {
  MutexLock lock(&mu_);
  backups_cancelled_ = true;
  if (receiver_ != nullptr) receiver_->Cancel();
}

void Node::RetireDatabase() {
  txn::Engine* const old = engine_.exchange(nullptr);
  if (old == nullptr) return;
  old->SetLogListener({});
  MutexLock lock(&mu_);
  // Nobody new gets it while those who have it end.
  std::unique_ptr<MemberDatabase> database = std::move(database_);
  while (database_users_ > 0) changed_.Wait(&mu_);
  database->Retire();
  retired_.push_back(std::move(database));
}

void Node::CloseRetired() {
  MutexLock lock(&mu_);
  std::erase_if(retired_, [](const std::unique_ptr<MemberDatabase>& database) {
    return database->Close().ok();
  });
  // Without users its files are rubbish.
  const uint64_t number = directory_.node().database;
  if (retired_.empty() && number > 1) {
    directory_.RemoveDatabase(number - 1).IgnoreError();  // The next start tries again.
  }
}

}  // namespace heliosdb::replication
