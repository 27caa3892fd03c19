#include "heliosdb/connection.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

#include "core/api/appender_state.h"
#include "core/api/result_state.h"
#include "core/api/session.h"
#include "core/base/status.h"
#include "core/sql/parse/parse.h"
#include "heliosdb/appender.h"
#include "heliosdb/transaction.h"

namespace heliosdb {
namespace api {

// A prepared statement and the session that runs it.
class StatementState {
 public:
  StatementState(Session* session, std::unique_ptr<PreparedStatement> prepared)
      : session(session), prepared(std::move(prepared)) {}
  Session* const session;
  const std::unique_ptr<PreparedStatement> prepared;
};

}  // namespace api

namespace {

absl::StatusOr<Result> ToResult(absl::StatusOr<api::ResultPtr> result) {
  if (!result.ok()) return std::move(result).status();
  return api::ResultState::MakeResult(*std::move(result));
}

}  // namespace

Statement::Statement(std::unique_ptr<api::StatementState> state) : state_(std::move(state)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

size_t Statement::parameter_count() const { return state_->prepared->parameter_types.size(); }

std::vector<TypeId> Statement::parameter_types() const {
  std::vector<TypeId> types;
  for (const types::Type& type : state_->prepared->parameter_types)
    types.push_back(static_cast<TypeId>(type.oid));
  return types;
}

const std::vector<Column>& Statement::columns() const { return state_->prepared->columns; }

absl::StatusOr<Result> Statement::ExecuteValues(std::span<const Value> parameters) {
  return ToResult(state_->session->ExecutePrepared(state_->prepared.get(), parameters));
}

Connection::Connection(std::unique_ptr<api::Session> session) : session_(std::move(session)) {}
Connection::~Connection() = default;

absl::StatusOr<Result> Connection::ExecuteValues(std::string_view sql,
                                                 std::span<const Value> parameters) {
  return ToResult(session_->Execute(sql, parameters));
}

absl::StatusOr<Statement> Connection::Prepare(std::string_view sql) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<api::PreparedStatement> prepared, session_->Prepare(sql));
  return Statement(std::make_unique<api::StatementState>(session_.get(), std::move(prepared)));
}

absl::Status Connection::ExecuteScript(std::string_view script,
                                       const std::function<void(uint64_t bytes_done)>& progress) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<sql::parse::ScriptPiece> pieces,
                          sql::parse::SplitStatements(script));
  for (const sql::parse::ScriptPiece& piece : pieces) {
    const std::string_view text = script.substr(piece.range.start, piece.range.length);
    absl::StatusOr<Result> result = ExecuteValues(text, {});
    if (result.ok()) {
      while (result->Next()) {
      }
    }
    const absl::Status status = result.ok() ? result->status() : result.status();
    if (!status.ok()) {
      const auto line = 1 + std::count(script.begin(), script.begin() + piece.range.start, '\n');
      return WithContext(status, fmt::format("line {}", line));
    }
    if (progress) progress(static_cast<uint64_t>(piece.range.start + piece.range.length));
  }
  return absl::OkStatus();
}

absl::StatusOr<Transaction> Connection::Begin(const TransactionOptions& options) {
  HELIOS_RETURN_IF_ERROR(session_->Begin(options));
  return Transaction(this, session_->transaction_serial());
}

bool Connection::in_transaction() const {
  return session_->block_state() != api::Session::BlockState::kNone;
}
bool Connection::transaction_failed() const {
  return session_->block_state() == api::Session::BlockState::kFailed;
}

void Connection::Cancel() { session_->cancel()->Cancel(); }
uint32_t Connection::session_id() const { return session_->id(); }

std::vector<uint32_t> Connection::BlockedBy() const {
  return session_->database()->engine()->BlockingSessions(session_->id());
}

absl::StatusOr<uint64_t> Connection::TransactionId() {
  if (session_->block_state() != api::Session::BlockState::kExplicit) {
    return SqlError(sqlstate::kNoActiveSqlTransaction, "there is no transaction in progress");
  }
  return session_->transaction()->AssignId();
}

Transaction::Transaction(Connection* connection, uint64_t serial)
    : connection_(connection), serial_(serial) {}
Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), serial_(other.serial_) {}

Transaction& Transaction::operator=(Transaction&& other) noexcept {
  if (this == &other) return *this;
  Transaction ending(std::move(*this));
  connection_ = std::exchange(other.connection_, nullptr);
  serial_ = other.serial_;
  return *this;
}

Transaction::~Transaction() {
  // A rollback cannot fail in a way that matters: nothing of the transaction stays.
  Rollback().IgnoreError();
}

absl::StatusOr<CommitReceipt> Transaction::Commit(std::optional<Durability> durability) {
  Connection* const connection = std::exchange(connection_, nullptr);
  if (connection == nullptr || !connection->in_transaction() ||
      connection->session_->transaction_serial() != serial_) {
    return SqlError(sqlstate::kNoActiveSqlTransaction, "the transaction has ended already");
  }
  return connection->session_->Commit(durability);
}

absl::Status Transaction::Rollback() {
  Connection* const connection = std::exchange(connection_, nullptr);
  if (connection == nullptr || !connection->in_transaction() ||
      connection->session_->transaction_serial() != serial_) {
    return absl::OkStatus();
  }
  return connection->session_->Rollback();
}

absl::StatusOr<Appender> Connection::Append(std::string_view schema, std::string_view table) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<api::AppenderState> state,
                          api::AppenderState::Open(session_.get(), schema, table));
  return Appender(std::move(state));
}

}  // namespace heliosdb
