#include "tests/kit/embedded_session.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "fmt/format.h"

#include "core/api/database_state.h"
#include "core/base/status.h"
#include "heliosdb/connection.h"
#include "heliosdb/error.h"
#include "heliosdb/result.h"

namespace heliosdb::testkit {
namespace {

// Notices have the form "NOTICE:  text".
SqlMessage MessageOf(const std::string& notice) {
  SqlMessage message;
  const size_t colon = notice.find(":  ");
  if (colon == std::string::npos) {
    message.severity = "NOTICE";
    message.text = notice;
    return message;
  }
  message.severity = notice.substr(0, colon);
  message.text = notice.substr(colon + 3);
  return message;
}

// Whether the statement begins or ends a transaction block itself.
bool ControlsTransactions(std::string_view statement) {
  const size_t end = std::min(statement.find_first_of(" \t\n\r"), statement.size());
  const absl::string_view word(statement.data(), end);
  for (const char* const each : {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"}) {
    if (absl::EqualsIgnoreCase(word, each)) return true;
  }
  return false;
}

class EmbeddedSession final : public SqlSession {
 public:
  explicit EmbeddedSession(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  ~EmbeddedSession() override { StopThread(); }

  SqlOutcome Run(std::string_view sql) override;
  void Cancel() override { connection_->Cancel(); }
  std::vector<SqlMessage> TakeMessages() override {
    MutexLock lock(&mu_);
    return std::exchange(messages_, {});
  }
  uint64_t messages_received() override {
    MutexLock lock(&mu_);
    return received_;
  }
  uint32_t id() const { return connection_->session_id(); }
  std::vector<uint32_t> BlockedBy() const { return connection_->BlockedBy(); }

 private:
  // Adds the statement's result, or sets the outcome's error and returns false. offset: where the statement
  // begins in the whole text, for the position of an error.
  bool RunOne(std::string_view statement, int offset, SqlOutcome* outcome);
  void RunInOneTransaction(std::string_view sql, const std::vector<std::string_view>& statements,
                           SqlOutcome* outcome);
  void AddMessages(const std::vector<std::string>& notices);

  const std::unique_ptr<Connection> connection_;
  Mutex mu_;
  std::vector<SqlMessage> messages_ ABSL_GUARDED_BY(mu_);
  uint64_t received_ ABSL_GUARDED_BY(mu_) = 0;
};

void EmbeddedSession::AddMessages(const std::vector<std::string>& notices) {
  if (notices.empty()) return;
  MutexLock lock(&mu_);
  for (const std::string& notice : notices) messages_.push_back(MessageOf(notice));
  received_ += notices.size();
}

bool EmbeddedSession::RunOne(std::string_view statement, int offset, SqlOutcome* outcome) {
  absl::StatusOr<Result> result = connection_->Execute(statement);
  if (!result.ok()) {
    outcome->status = result.status();
    const std::optional<int> position = ErrorPositionOf(outcome->status);
    if (position.has_value()) {
      outcome->status = WithPosition(std::move(outcome->status), *position + offset);
    }
    return false;
  }
  SqlResult answer;
  for (const Column& column : result->columns()) {
    answer.columns.push_back({.name = column.name, .type_oid = static_cast<uint32_t>(column.type)});
  }
  for (const Row row : *result) {
    SqlRow& fields = answer.rows.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      fields.push_back(row.IsNull(i) ? std::nullopt : std::optional<std::string>(row.Text(i)));
    }
  }
  AddMessages(result->notices());
  outcome->status = result->status();
  if (!outcome->status.ok()) return false;
  answer.command_tag = result->command_tag();
  answer.is_query = !answer.columns.empty() || answer.command_tag.starts_with("SELECT ");
  outcome->results.push_back(std::move(answer));
  return true;
}

void EmbeddedSession::RunInOneTransaction(std::string_view sql,
                                          const std::vector<std::string_view>& statements,
                                          SqlOutcome* outcome) {
  const bool is_controlled =
      connection_->in_transaction() ||
      std::any_of(statements.begin(), statements.end(), ControlsTransactions);
  if (!is_controlled) {
    outcome->status = connection_->Execute("BEGIN").status();
    if (!outcome->status.ok()) return;
  }
  for (const std::string_view statement : statements) {
    const int offset = static_cast<int>(statement.data() - sql.data());
    if (!RunOne(statement, offset, outcome)) break;
  }
  if (is_controlled) return;
  const absl::Status end =
      connection_->Execute(outcome->status.ok() ? "COMMIT" : "ROLLBACK").status();
  if (outcome->status.ok()) outcome->status = end;
}

SqlOutcome EmbeddedSession::Run(std::string_view sql) {
  SqlOutcome outcome;
  const std::vector<std::string_view> statements = SplitStatements(sql);
  if (statements.size() == 1) {
    RunOne(sql, 0, &outcome);
  } else if (statements.size() > 1) {
    RunInOneTransaction(sql, statements, &outcome);
  }
  return outcome;
}

class EmbeddedDatabase final : public SqlDatabase {
 public:
  explicit EmbeddedDatabase(EmbeddedOptions options) : options_(std::move(options)) {}
  explicit EmbeddedDatabase(Database* database) : database_(database) {}
  ~EmbeddedDatabase() override { Remove(); }

  absl::StatusOr<std::unique_ptr<SqlSession>> Connect(std::string_view) override {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, database_->Connect());
    return std::make_unique<EmbeddedSession>(std::move(connection));
  }

  absl::StatusOr<bool> IsBlocked(SqlSession& session,
                                 std::span<SqlSession* const> others) override {
    const std::vector<uint32_t> blocking = static_cast<EmbeddedSession&>(session).BlockedBy();
    return std::any_of(others.begin(), others.end(), [&](SqlSession* other) {
      const uint32_t id = static_cast<EmbeddedSession*>(other)->id();
      return std::find(blocking.begin(), blocking.end(), id) != blocking.end();
    });
  }

  absl::Status Reset() override {
    if (own_ == nullptr && database_ != nullptr) {
      return FailedPrecondition("this database is the caller's");
    }
    Remove();
    if (!options_.directory.empty()) path_ = fmt::format("{}/{}", options_.directory, ++serial_);
    HELIOS_ASSIGN_OR_RETURN(own_, OpenWithSeams(path_, options_.options, options_.seams));
    database_ = own_.get();
    return absl::OkStatus();
  }

 private:
  void Remove() {
    if (own_ == nullptr) return;
    own_ = nullptr;
    database_ = nullptr;
    std::error_code ignored;
    if (!options_.directory.empty()) std::filesystem::remove_all(path_, ignored);
  }

  EmbeddedOptions options_;
  std::string path_ = ":memory:";
  uint64_t serial_ = 0;
  std::unique_ptr<Database> own_;
  Database* database_ = nullptr;  // own_, or the caller's.
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenWithSeams(std::string path, const Options& options,
                                                        const txn::EngineOptions& seams) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<api::DatabaseState> state,
                          api::DatabaseState::Open(std::move(path), options, {}, seams));
  return api::DatabaseState::MakeDatabase(std::move(state));
}

absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenEmbeddedDatabase(const EmbeddedOptions& options) {
  if (!options.directory.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.directory, error);
    if (error) return InvalidArgument("cannot make {}: {}", options.directory, error.message());
  }
  auto database = std::make_unique<EmbeddedDatabase>(options);
  HELIOS_RETURN_IF_ERROR(database->Reset());
  return database;
}

std::unique_ptr<SqlDatabase> OverDatabase(Database* database) {
  return std::make_unique<EmbeddedDatabase>(database);
}

}  // namespace heliosdb::testkit
