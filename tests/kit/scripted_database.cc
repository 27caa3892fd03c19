#include "tests/kit/scripted_database.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::testkit {

class ScriptedSession final : public SqlSession {
 public:
  ScriptedSession(ScriptedDatabase* database, std::string_view name)
      : database_(database), name_(name) {}
  ~ScriptedSession() override { StopThread(); }

  SqlOutcome Run(std::string_view sql) override {
    {
      MutexLock lock(&database_->mu_);
      database_->log_.push_back(fmt::format("{}: {}", name_, sql));
    }
    const auto found = database_->answers_.find(std::string(sql));
    if (found != database_->answers_.end()) return found->second;
    return {.results = {}, .status = SqlError(sqlstate::kSyntaxError, "no answer for: {}", sql)};
  }
  void Cancel() override {}

 private:
  ScriptedDatabase* const database_;  // Not owned; outlives this.
  const std::string name_;
};

void ScriptedDatabase::AnswerRows(std::string_view sql, std::vector<SqlColumn> columns,
                                  std::vector<SqlRow> rows) {
  SqlResult result{
      .is_query = true, .columns = std::move(columns), .rows = std::move(rows), .command_tag = ""};
  result.command_tag = fmt::format("SELECT {}", result.rows.size());
  SqlOutcome outcome;
  outcome.results.push_back(std::move(result));
  Answer(sql, std::move(outcome));
}

void ScriptedDatabase::AnswerTag(std::string_view sql, std::string_view tag) {
  SqlOutcome outcome;
  outcome.results.emplace_back().command_tag = std::string(tag);
  Answer(sql, std::move(outcome));
}

absl::StatusOr<std::unique_ptr<SqlSession>> ScriptedDatabase::Connect(std::string_view name) {
  return std::make_unique<ScriptedSession>(this, name);
}

absl::StatusOr<bool> ScriptedDatabase::IsBlocked(SqlSession& session,
                                                 std::span<SqlSession* const> others) {
  return false;
}

}  // namespace heliosdb::testkit
