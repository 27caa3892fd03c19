#include "heliosdb/replication/replicated_database.h"

#include <utility>

#include "core/base/status.h"
#include "replication/replicated_database_state.h"

namespace heliosdb::replication {
namespace internal {

ReplicatedDatabaseState::ReplicatedDatabaseState(const ReplicationConfig& config,
                                                 const Options& options,
                                                 std::unique_ptr<Transport> transport,
                                                 const txn::EngineOptions& seams)
    : transport_(std::move(transport)),
      views_([this] { return node_->Status(); }, [this] { return node_->Metrics(); }),
      databases_(options, {[this] { return RefuseWrite(); }, &views_, config.commit_ack_timeout,
                           &ReplicatedDatabase::Wrap, seams}) {}

absl::StatusOr<std::unique_ptr<ReplicatedDatabase>> ReplicatedDatabaseState::Open(
    std::string path, const ReplicationConfig& config, const Options& options,
    std::unique_ptr<Transport> transport, const txn::EngineOptions& seams) {
  std::unique_ptr<ReplicatedDatabaseState> state(
      new ReplicatedDatabaseState(config, options, std::move(transport), seams));
  FileSystem* const files = seams.files == nullptr ? FileSystem::Posix() : seams.files;
  HELIOS_ASSIGN_OR_RETURN(state->node_,
                          Node::Open({std::move(path), config, state->transport_.get(),
                                      &state->databases_, files, Clock::Real()}));
  state->ready_.store(state->node_.get(), std::memory_order_release);
  return std::unique_ptr<ReplicatedDatabase>(new ReplicatedDatabase(std::move(state)));
}

absl::Status ReplicatedDatabaseState::RefuseWrite() const {
  Node* const node = ready_.load(std::memory_order_acquire);
  if (node == nullptr || node->role() == NodeRole::kPrimary) return absl::OkStatus();
  const std::string address = node->PrimaryAddress();
  if (address.empty()) {
    return FailedPrecondition("This node is a standby and does not know its primary.");
  }
  return FailedPrecondition("This node is a standby; the primary is at {}.", address);
}

// The database that a session may be opened on, or asked.
absl::Status WithSql(Node& node, const std::function<absl::Status(Database&)>& use) {
  return node.WithDatabase([&](MemberDatabase& database) {
    return use(static_cast<SqlDatabase&>(database).database());
  });
}

}  // namespace internal

using internal::WithSql;

ReplicatedDatabase::ReplicatedDatabase(std::unique_ptr<internal::ReplicatedDatabaseState> state)
    : state_(std::move(state)) {}

ReplicatedDatabase::~ReplicatedDatabase() = default;

std::unique_ptr<Database> ReplicatedDatabase::Wrap(std::unique_ptr<api::DatabaseState> state) {
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

absl::StatusOr<std::unique_ptr<Connection>> ReplicatedDatabase::Connect() {
  std::unique_ptr<Connection> connection;
  HELIOS_RETURN_IF_ERROR(WithSql(state_->node(), [&](Database& database) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(connection, database.Connect());
    return absl::OkStatus();
  }));
  return connection;
}

absl::Status ReplicatedDatabase::Promote(const PromoteOptions& options) {
  return state_->node().Promote(options);
}
absl::Status ReplicatedDatabase::Follow(std::string primary_address) {
  return state_->node().Follow(std::move(primary_address));
}
absl::Status ReplicatedDatabase::SetSyncSet(std::vector<std::string> node_ids) {
  return state_->node().SetSyncSet(std::move(node_ids));
}
NodeRole ReplicatedDatabase::role() const { return state_->node().role(); }
NodeStatus ReplicatedDatabase::Status() const { return state_->node().Status(); }
absl::Status ReplicatedDatabase::WaitApplied(uint64_t lsn, absl::Duration timeout) {
  return state_->node().WaitApplied(Lsn{lsn}, timeout);
}

absl::StatusOr<TransactionOutcome> ReplicatedDatabase::Outcome(uint64_t transaction_id) {
  TransactionOutcome outcome = TransactionOutcome::kNeverSeen;
  HELIOS_RETURN_IF_ERROR(WithSql(state_->node(), [&](Database& database) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(outcome, database.Outcome(transaction_id));
    return absl::OkStatus();
  }));
  return outcome;
}

absl::Status ReplicatedDatabase::Checkpoint() {
  return WithSql(state_->node(), [](Database& database) { return database.Checkpoint(); });
}

absl::StatusOr<VerifyReport> ReplicatedDatabase::Verify() {
  VerifyReport report;
  HELIOS_RETURN_IF_ERROR(WithSql(state_->node(), [&](Database& database) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(report, database.Verify());
    return absl::OkStatus();
  }));
  return report;
}

absl::StatusOr<Stats> ReplicatedDatabase::GetStats() {
  Stats stats;
  HELIOS_RETURN_IF_ERROR(WithSql(state_->node(), [&](Database& database) {
    stats = database.GetStats();
    return absl::OkStatus();
  }));
  return stats;
}

absl::Status ReplicatedDatabase::Close() { return state_->node().Close(); }

}  // namespace heliosdb::replication
