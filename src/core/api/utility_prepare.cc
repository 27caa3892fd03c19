// PREPARE, EXECUTE, DEALLOCATE and EXPLAIN.
#include <utility>

#include "core/api/utility.h"
#include "core/base/status.h"
#include "core/sql/bind/bind.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/parse/deparse.h"
#include "core/sql/parse/parse.h"
#include "core/sql/plan/explain.h"
#include "core/types/type.h"

namespace heliosdb::api {

absl::StatusOr<bool> OptionIsOn(const sql::parse::Option& option) {
  const auto* const constant =
      option.value == nullptr ? nullptr : option.value->TryAs<sql::parse::Constant>();
  if (constant == nullptr) return true;
  switch (constant->type) {
    case sql::parse::ConstantType::kBoolean:
      return constant->boolean;
    case sql::parse::ConstantType::kInteger:
      return constant->integer != 0;
    case sql::parse::ConstantType::kString:
      if (constant->text == "on" || constant->text == "true") return true;
      if (constant->text == "off" || constant->text == "false") return false;
      break;
    default:
      break;
  }
  return SqlError(sqlstate::kSyntaxError, "{} requires a Boolean value", option.name);
}

namespace {

absl::Status ReadExplainOptions(const sql::parse::ExplainStatement& statement,
                                sql::plan::ExplainOptions* options) {
  bool summary_given = false;
  for (const sql::parse::Option& option : statement.options) {
    if (option.name == "format") {
      const auto* const format =
          option.value == nullptr ? nullptr : option.value->TryAs<sql::parse::Constant>();
      if (format != nullptr && format->text == "json") {
        options->format = sql::plan::ExplainFormat::kJson;
      } else if (format == nullptr || format->text != "text") {
        return Unsupported("EXPLAIN formats other than text and json are not supported");
      }
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(const bool on, OptionIsOn(option));
    if (option.name == "analyze") {
      options->analyze = on;
    } else if (option.name == "costs") {
      options->costs = on;
    } else if (option.name == "timing") {
      options->timing = on;
    } else if (option.name == "verbose") {
      options->verbose = on;
    } else if (option.name == "summary") {
      options->summary = on;
      summary_given = true;
    } else if (on) {
      return WithPosition(Unsupported("EXPLAIN option {} is not supported", option.name),
                          option.position);
    }
  }
  if (!summary_given) options->summary = options->analyze;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<types::Type>> UtilityRunner::DeclaredTypes(
    const sql::parse::PrepareStatement& statement) {
  std::vector<types::Type> types;
  for (const sql::parse::TypeName& name : statement.types) {
    const std::optional<types::TypeOid> oid = types::TypeOidByName(name.name.name);
    if (!oid.has_value() || !name.array_bounds.empty()) {
      if (name.name.name == "unknown") {
        types.push_back({types::TypeOid::kInvalid});
        continue;
      }
      return WithPosition(SqlError(sqlstate::kUndefinedObject, "type \"{}\" does not exist",
                                   sql::parse::TypeNameText(name)),
                          name.position);
    }
    types.push_back({*oid});
  }
  return types;
}

absl::StatusOr<ResultPtr> UtilityRunner::RunPrepare(const sql::parse::PrepareStatement& statement,
                                                    std::string_view text) {
  if (session_->prepared().contains(statement.name)) {
    return SqlError(sqlstate::kDuplicatePstatement, "prepared statement \"{}\" already exists",
                    statement.name);
  }
  // The query's own text is what stands behind AS: it is parsed anew, so that the prepared statement owns its tree.
  HELIOS_ASSIGN_OR_RETURN(std::vector<sql::parse::StatementPtr> parsed, sql::parse::Parse(text));
  auto* const prepare = const_cast<sql::parse::PrepareStatement*>(
      parsed.front()->TryAs<sql::parse::PrepareStatement>());
  if (prepare == nullptr) return Internal("a PREPARE does not parse as one");
  PreparedStatement prepared;
  prepared.text = std::string(text);
  prepared.tree = std::shared_ptr<const sql::parse::Statement>(std::move(prepare->query));
  HELIOS_ASSIGN_OR_RETURN(prepared.declared_types, DeclaredTypes(statement));
  if (!Session::IsPlanned(prepared.tree->kind)) {
    return Unsupported("PREPARE of {} is not supported", sql::parse::CommandTag(*prepared.tree));
  }
  HELIOS_RETURN_IF_ERROR(session_->DescribeInTransaction(&prepared));
  session_->prepared().emplace(statement.name, std::move(prepared));
  return TagResult("PREPARE");
}

absl::StatusOr<ResultPtr> UtilityRunner::RunExecute(const sql::parse::ExecuteStatement& statement) {
  const auto found = session_->prepared().find(statement.name);
  if (found == session_->prepared().end()) {
    return SqlError(sqlstate::kInvalidSqlStatementName, "prepared statement \"{}\" does not exist",
                    statement.name);
  }
  PreparedStatement& prepared = found->second;
  if (statement.arguments.size() != prepared.parameter_types.size()) {
    return WithDetail(
        SqlError(sqlstate::kSyntaxError, "wrong number of parameters for prepared statement \"{}\"",
                 statement.name),
        fmt::format("Expected {} parameters but got {}.", prepared.parameter_types.size(),
                    statement.arguments.size()));
  }
  HELIOS_ASSIGN_OR_RETURN(const std::vector<Value> values,
                          session_->EvaluateArguments(statement.arguments));
  return session_->RunPreparedInTransaction(&prepared, values);
}

absl::StatusOr<ResultPtr> UtilityRunner::RunDeallocate(
    const sql::parse::DeallocateStatement& statement) {
  if (statement.name.empty()) {
    session_->prepared().clear();
    return TagResult("DEALLOCATE ALL");
  }
  const auto found = session_->prepared().find(statement.name);
  if (found == session_->prepared().end()) {
    return SqlError(sqlstate::kInvalidSqlStatementName, "prepared statement \"{}\" does not exist",
                    statement.name);
  }
  session_->prepared().erase(found);
  return TagResult("DEALLOCATE");
}

absl::StatusOr<ResultPtr> UtilityRunner::RunExplain(const sql::parse::ExplainStatement& statement) {
  sql::plan::ExplainOptions options;
  HELIOS_RETURN_IF_ERROR(ReadExplainOptions(statement, &options));
  if (!Session::IsPlanned(statement.query->kind)) {
    return Unsupported("EXPLAIN of {} is not supported", sql::parse::CommandTag(*statement.query));
  }
  HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> lines,
                          session_->Explain(*statement.query, options));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(lines.size());
  for (const std::string& line : lines) rows.push_back({line});
  return TextRows({"QUERY PLAN"}, rows, "EXPLAIN");
}

}  // namespace heliosdb::api
