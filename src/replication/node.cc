#include "replication/node.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "replication/slot_name.h"

namespace heliosdb::replication {
namespace {

constexpr absl::Duration kWaitSlice = absl::Milliseconds(100);

ReplicatorOptions SenderOptions(const ReplicationConfig& config) {
  ReplicatorOptions options;
  options.window_bytes = config.send_window_bytes;
  options.message_bytes_max = config.message_bytes_max;
  options.heartbeat_interval = config.heartbeat_interval;
  options.peer_timeout = config.peer_timeout;
  return options;
}

absl::Status NoDatabase() {
  return WithHint(SqlError(sqlstate::kCannotConnectNow, "this node has no database yet"),
                  "A base backup of the primary is on its way.");
}

}  // namespace

Node::Node(NodeOptions options, NodeDirectory directory)
    : options_(std::move(options)),
      opened_at_(options_.clock->Now()),
      coordinator_(options_.config.node_id,
                   [this] {
                     if (commit_armed_.exchange(true)) return;
                     MutexLock lock(&ticker_mu_);
                     ticker_due_ = true;
                     ticker_changed_.Signal();
                   }),
      senders_(SenderOptions(options_.config), this),
      directory_(std::move(directory)) {}

Node::~Node() { Close().IgnoreError(); }  // Those who want to see errors call Close.

absl::StatusOr<std::unique_ptr<Node>> Node::Open(NodeOptions options) {
  HELIOS_ASSIGN_OR_RETURN(NodeDirectory directory,
                          NodeDirectory::Open(options.files, options.path, options.config.cluster,
                                              options.config.node_id));
  std::unique_ptr<Node> node(new Node(std::move(options), std::move(directory)));
  HELIOS_RETURN_IF_ERROR(node->Start());
  return node;
}

absl::Status Node::Start() {
  const ReplicationConfig& config = options_.config;
  NodeFile file;
  {
    MutexLock lock(&mu_);
    file = directory_.node();
    HELIOS_RETURN_IF_ERROR(directory_.RemoveDatabase(file.database + 1));
    if (file.database > 1) HELIOS_RETURN_IF_ERROR(directory_.RemoveDatabase(file.database - 1));
  }
  const bool primary = config.role == NodeRole::kPrimary;
  if (primary && !file.leader.empty() && file.leader != config.node_id) {
    return WithHint(FailedPrecondition("node {} cannot open as primary: node {} led term {}, the "
                                       "last one that it has seen",
                                       config.node_id, file.leader, ToInt(file.term)),
                    "Open it as a standby, and promote it if it is to lead.");
  }
  if (file.database != 0 || primary) {
    HELIOS_RETURN_IF_ERROR(OpenDatabase(std::max<uint64_t>(file.database, 1)));
  }
  if (!config.listen_address.empty()) {
    HELIOS_ASSIGN_OR_RETURN(listener_,
                            options_.transport->Listen(config.listen_address, &senders_));
    MutexLock lock(&mu_);
    address_ = config.advertised_address.empty() ? listener_->address() : config.advertised_address;
  }
  ticker_ = std::thread([this] { RunTicker(); });
  MutexLock role(&role_mu_);
  if (primary) HELIOS_RETURN_IF_ERROR(Lead(config.mode, config.sync_set));
  senders_.Open();
  if (!primary) StartLink(config.primary_address);
  return absl::OkStatus();
}

absl::Status Node::OpenDatabase(uint64_t number) {
  std::string path;
  {
    MutexLock lock(&mu_);
    path = directory_.DatabasePath(number);
  }
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<MemberDatabase> database,
                          options_.databases->Open(path, &coordinator_));
  MutexLock lock(&mu_);
  if (directory_.node().database != number) {
    HELIOS_RETURN_IF_ERROR(directory_.UseDatabase(number));
  }
  database_ = std::move(database);
  txn::Engine* const engine = &database_->engine();
  pumped_.store(ToInt(engine->log_written()));
  engine_.store(engine, std::memory_order_release);
  engine->SetLogListener([this](Lsn written, Lsn synced) { OnLog(written, synced); });
  changed_.SignalAll();
  return absl::OkStatus();
}

void Node::OnLog(Lsn written, Lsn synced) {
  // What is new goes out before anything else: while the other nodes receive it this one syncs.
  uint64_t pumped = pumped_.load(std::memory_order_relaxed);
  if (ToInt(written) > pumped && pumped_.compare_exchange_strong(pumped, ToInt(written))) {
    senders_.PumpAll();
    counters_.last_write.store(absl::ToUnixMicros(WallNow()), std::memory_order_relaxed);
  }
  if (options_.test_only_faults.acknowledge_before_sync) synced = written;
  if (leading_.load(std::memory_order_acquire)) coordinator_.OnLocal(written, synced);
}

absl::Status Node::Close() {
  {
    MutexLock lock(&ticker_mu_);
    ticker_stopping_ = true;
    ticker_changed_.SignalAll();
  }
  if (ticker_.joinable()) ticker_.join();
  MutexLock role(&role_mu_);
  if (closed_) return absl::OkStatus();
  StopLink();
  senders_.ShutAll("the node is closing");
  listener_.reset();
  if (leading_.exchange(false)) {
    coordinator_.StopLeading();
    // Whoever waits for other nodes ends now. An error is met again when the database closes.
    engine()->StopLeading().IgnoreError();
  }
  {
    MutexLock lock(&mu_);
    if (database_ == nullptr) {
      closed_ = true;
      return absl::OkStatus();
    }
    while (database_users_ > 0) changed_.Wait(&mu_);
  }
  engine()->SetLogListener({});
  CloseRetired();
  MutexLock lock(&mu_);
  HELIOS_RETURN_IF_ERROR(database_->Close());
  engine_.store(nullptr);
  database_.reset();
  closed_ = true;
  return absl::OkStatus();
}

absl::StatusOr<txn::Engine*> Node::RequireEngine() const {
  txn::Engine* const found = engine();
  if (found == nullptr) return NoDatabase();
  return found;
}

absl::Status Node::WithDatabase(const std::function<absl::Status(MemberDatabase&)>& use) {
  MemberDatabase* database = nullptr;
  {
    MutexLock lock(&mu_);
    if (database_ == nullptr) return NoDatabase();
    database = database_.get();
    ++database_users_;
  }
  const absl::Status status = use(*database);
  MutexLock lock(&mu_);
  if (--database_users_ == 0) changed_.SignalAll();
  return status;
}

absl::Status Node::WaitApplied(Lsn lsn, absl::Duration timeout) {
  const absl::Duration deadline = timeout == absl::InfiniteDuration() ? timeout : Now() + timeout;
  const auto left = [&] {
    return deadline == absl::InfiniteDuration() ? deadline : deadline - Now();
  };
  {
    MutexLock lock(&mu_);
    while (database_ == nullptr) {
      if (left() <= absl::ZeroDuration()) {
        return DeadlineExceeded("this node has had no database for {}",
                                absl::FormatDuration(timeout));
      }
      changed_.WaitWithTimeout(&mu_, left());
    }
  }
  // In slices, since a base backup may take the database's place meanwhile.
  for (;;) {
    const absl::Duration slice = std::min(left(), kWaitSlice);
    const absl::Status status = WithDatabase([&](MemberDatabase& database) {
      return database.engine().WaitVisible(lsn, slice, nullptr);
    });
    if (!absl::IsDeadlineExceeded(status) || left() <= absl::ZeroDuration()) return status;
  }
}

// --- SenderHost ---

Introduction Node::Self() {
  Introduction self;
  self.cluster = options_.config.cluster;
  self.node_id = options_.config.node_id;
  MutexLock lock(&mu_);
  if (database_ != nullptr) self.history = database_->engine().history();
  self.address = address_;
  self.term = directory_.node().term;
  self.leader = directory_.node().leader;
  return self;
}

absl::StatusOr<SenderFacts> Node::Facts() {
  SenderFacts facts;
  facts.self = Self();
  facts.leading = leading_.load();
  facts.ack_received = options_.config.mode == SyncMode::kSemiSync;
  // A base backup may be about to replace the database.
  HELIOS_RETURN_IF_ERROR(WithDatabase([&](MemberDatabase& database) -> absl::Status {
    txn::Engine& found = database.engine();
    if (facts.leading) {
      facts.terms = found.TermHistory();
    } else {
      HELIOS_ASSIGN_OR_RETURN(LogTail tail, ReadTail(found));
      facts.terms = std::move(tail.terms);
    }
    facts.log_first = found.log_first();
    facts.written = found.log_written();
    facts.flushed = found.log_synced();
    facts.commit = facts.leading ? coordinator_.commit() : found.visible_lsn();
    return absl::OkStatus();
  }));
  return facts;
}

Lsn Node::Written() {
  txn::Engine* const found = engine();
  return found == nullptr ? kLsnInvalid : found->log_written();
}

Lsn Node::Committed() {
  if (leading_.load(std::memory_order_acquire)) return coordinator_.commit();
  txn::Engine* const found = engine();
  return found == nullptr ? kLsnInvalid : found->visible_lsn();
}

absl::StatusOr<std::unique_ptr<wal::WalReader>> Node::OpenLog(Lsn from) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  return found->OpenLog(from);
}

absl::StatusOr<std::unique_ptr<txn::Backup>> Node::BeginBackup() {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<txn::Backup> backup, found->BeginBackup());
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.backup_begun");
  return backup;
}

absl::Status Node::HoldLog(const std::string& node, Lsn lsn) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  const std::string name = SlotName(kSlotPrefix, node);
  // The new slot stands before the old one goes, so that the log is held all along.
  const std::string spare = SlotName(kMovingSlotPrefix, node);
  if (const absl::Status status = found->DropSlot(spare);
      !status.ok() && !absl::IsNotFound(status)) {
    return status;
  }
  HELIOS_RETURN_IF_ERROR(found->CreateSlot(spare, lsn));
  HELIOS_FAILPOINT(options_.files->failpoints(), "node.hold_moving");
  if (const absl::Status status = found->DropSlot(name);
      !status.ok() && !absl::IsNotFound(status)) {
    return status;
  }
  HELIOS_RETURN_IF_ERROR(found->CreateSlot(name, lsn));
  return found->DropSlot(spare);
}

absl::Status Node::AdvanceHold(const std::string& node, Lsn lsn) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const found, RequireEngine());
  return found->AdvanceSlot(SlotName(kSlotPrefix, node), lsn);
}

uint64_t Node::OnStandbyAccepted(const std::string& node) { return coordinator_.Accept(node); }

void Node::OnStandbyProgress(const std::string& node, uint64_t stream,
                             const NodeProgress& progress) {
  // To die here. What an answer is worth does not depend on a status.
  PassFailpoint(options_.files->failpoints(), "node.ack_received").IgnoreError();
  if (leading_.load(std::memory_order_acquire)) coordinator_.OnAck(node, stream, progress);
}

void Node::CountSent(const Message& message) {
  if (const WalData* data = std::get_if<WalData>(&message)) {
    PassFailpoint(options_.files->failpoints(), "node.before_send").IgnoreError();  // To die here.
    counters_.wal_messages_sent.fetch_add(1, std::memory_order_relaxed);
    counters_.wal_bytes_sent.fetch_add(data->bytes.size(), std::memory_order_relaxed);
    counters_.last_replication.store(absl::ToUnixMicros(WallNow()), std::memory_order_relaxed);
  } else if (std::holds_alternative<Heartbeat>(message)) {
    counters_.heartbeats_sent.fetch_add(1, std::memory_order_relaxed);
  } else if (std::holds_alternative<Welcome>(message)) {
    counters_.connects.fetch_add(1, std::memory_order_relaxed);
  }
}

void Node::OnDeposed(Term term) {
  MutexLock lock(&ticker_mu_);
  if (!deposed_.has_value() || *deposed_ < term) deposed_ = term;
  ticker_changed_.SignalAll();
}

void Node::Tell(Event::Kind kind, const std::string& peer, std::string text) {
  if (!options_.config.on_event) return;
  MutexLock lock(&events_mu_);
  options_.config.on_event(Event{kind, peer, std::move(text)});
}

}  // namespace heliosdb::replication
