// Statements that are neither queries nor changes of data: settings, prepared statements, EXPLAIN, locks, maintenance,
// and the schema.
#ifndef HELIOSDB_CORE_API_UTILITY_H_
#define HELIOSDB_CORE_API_UTILITY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/api/session.h"
#include "core/sql/parse/statement.h"
#include "core/sql/parse/utility_statement.h"

namespace heliosdb::api {

// Runs one statement of a session.
class UtilityRunner {
 public:
  explicit UtilityRunner(Session* session) : session_(session) {}

  // Whether the session must hold a transaction while it runs.
  static bool NeedsTransaction(const sql::parse::Statement& statement);
  // 0A000, by name, for what is not supported.
  absl::StatusOr<ResultPtr> Run(const sql::parse::Statement& statement, std::string_view text);

 private:
  absl::StatusOr<ResultPtr> RunSet(const sql::parse::SetVariableStatement& statement);
  absl::StatusOr<ResultPtr> RunShow(const sql::parse::ShowVariableStatement& statement);
  absl::StatusOr<ResultPtr> RunPrepare(const sql::parse::PrepareStatement& statement,
                                       std::string_view text);
  absl::StatusOr<ResultPtr> RunExecute(const sql::parse::ExecuteStatement& statement);
  absl::StatusOr<ResultPtr> RunDeallocate(const sql::parse::DeallocateStatement& statement);
  absl::StatusOr<ResultPtr> RunExplain(const sql::parse::ExplainStatement& statement);
  absl::StatusOr<ResultPtr> RunLockTable(const sql::parse::LockTableStatement& statement);
  absl::StatusOr<ResultPtr> RunDiscard(const sql::parse::DiscardStatement& statement);
  absl::StatusOr<ResultPtr> RunDdl(const sql::parse::Statement& statement);
  absl::Status SetOne(std::string_view name, std::string_view value, Settings::Scope scope);
  absl::Status SetSessionDefaults(const sql::parse::TransactionModes& modes);
  absl::Status RequireBlock(std::string_view command) const;
  // The types of a PREPARE, as the catalogue knows them.
  absl::StatusOr<std::vector<types::Type>> DeclaredTypes(
      const sql::parse::PrepareStatement& statement);

  Session* const session_;
};

// Whether an option of EXPLAIN (...) and the like is given as on; alone, it is. 42601 for no boolean.
absl::StatusOr<bool> OptionIsOn(const sql::parse::Option& option);
// A result without rows.
ResultPtr TagResult(std::string tag);
// A result of text columns, in memory.
ResultPtr TextRows(std::vector<std::string> columns,
                   const std::vector<std::vector<std::string>>& rows, std::string tag);

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_UTILITY_H_
