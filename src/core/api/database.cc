#include "heliosdb/database.h"

#include <utility>

#include "core/api/database_state.h"
#include "core/api/session.h"
#include "core/base/status.h"

namespace heliosdb {

Database::Database(std::unique_ptr<api::DatabaseState> state) : state_(std::move(state)) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                         const Options& options) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<api::DatabaseState> state,
                          api::DatabaseState::Open(path, options, {}, {}));
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

Database::~Database() {
  if (state_ == nullptr) return;
  // Nobody is there to hear of it; Close tells.
  Close().IgnoreError();
}

std::unique_ptr<Database> api::DatabaseState::MakeDatabase(std::unique_ptr<DatabaseState> state) {
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

absl::StatusOr<std::unique_ptr<Connection>> Database::Connect() {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<api::Session> session, state_->Connect());
  return std::unique_ptr<Connection>(new Connection(std::move(session)));
}

absl::Status Database::Close() { return state_->Close(); }
absl::Status Database::Checkpoint() {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const engine, state_->OpenEngine());
  return engine->Checkpoint();
}
Stats Database::GetStats() { return state_->GetStats(); }
absl::StatusOr<VerifyReport> Database::Verify() {
  HELIOS_RETURN_IF_ERROR(state_->OpenEngine().status());
  return state_->Verify();
}

absl::StatusOr<TransactionOutcome> Database::Outcome(uint64_t transaction_id) {
  HELIOS_ASSIGN_OR_RETURN(txn::Engine* const engine, state_->OpenEngine());
  HELIOS_ASSIGN_OR_RETURN(const txn::TxnOutcome outcome, engine->Outcome(transaction_id));
  switch (outcome) {
    case txn::TxnOutcome::kInProgress:
      return TransactionOutcome::kInProgress;
    case txn::TxnOutcome::kCommitted:
      return TransactionOutcome::kCommitted;
    case txn::TxnOutcome::kAborted:
      return TransactionOutcome::kAborted;
    case txn::TxnOutcome::kNeverSeen:
      return TransactionOutcome::kNeverSeen;
    case txn::TxnOutcome::kForgotten:
      break;
  }
  return TransactionOutcome::kForgotten;
}

HistoryId Database::history() const { return state_->history(); }

}  // namespace heliosdb
