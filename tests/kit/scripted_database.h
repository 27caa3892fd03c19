// A database that answers from a table written in the test: what the kit's own tests run the
// runners over.
#ifndef HELIOSDB_TESTS_KIT_SCRIPTED_DATABASE_H_
#define HELIOSDB_TESTS_KIT_SCRIPTED_DATABASE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"
#include "tests/kit/sql_session.h"

namespace heliosdb::testkit {

// Sessions may run on threads of their own; statements answer at once and never wait. All answers are given first.
class ScriptedDatabase : public SqlDatabase {
 public:
  // Every later sql of exactly this text gives this outcome, on every session.
  void Answer(std::string_view sql, SqlOutcome outcome) {
    answers_[std::string(sql)] = std::move(outcome);
  }
  void AnswerRows(std::string_view sql, std::vector<SqlColumn> columns, std::vector<SqlRow> rows);
  void AnswerTag(std::string_view sql, std::string_view tag);

  absl::StatusOr<std::unique_ptr<SqlSession>> Connect(std::string_view name) override;
  absl::StatusOr<bool> IsBlocked(SqlSession& session, std::span<SqlSession* const> others) override;
  absl::Status Reset() override { return absl::OkStatus(); }

  // What was run so far, "session: sql".
  std::vector<std::string> log() {
    MutexLock lock(&mu_);
    return log_;
  }

 private:
  friend class ScriptedSession;
  std::map<std::string, SqlOutcome> answers_;
  Mutex mu_;
  std::vector<std::string> log_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_KIT_SCRIPTED_DATABASE_H_
