#include "core/api/utility.h"

#include <utility>

#include "core/api/vacuum.h"
#include "core/base/status.h"
#include "core/sql/bind/bind.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/parse/deparse.h"
#include "core/types/text_form.h"

namespace heliosdb::api {
namespace {

using sql::parse::StatementKind;

// The text of a SET value: constants, bare words (strings), signed numbers, and INTERVAL '...'.
absl::StatusOr<std::string> SettingText(const sql::parse::Expression& expression) {
  if (const auto* constant = expression.TryAs<sql::parse::Constant>()) {
    switch (constant->type) {
      case sql::parse::ConstantType::kInteger:
        return fmt::format("{}", constant->integer);
      case sql::parse::ConstantType::kBoolean:
        return std::string(constant->boolean ? "on" : "off");
      case sql::parse::ConstantType::kFloat:
      case sql::parse::ConstantType::kString:
      case sql::parse::ConstantType::kBitString:
        return constant->text;
      case sql::parse::ConstantType::kNull:
        break;
    }
  }
  return Unsupported("this form of a SET value is not supported: {}",
                     sql::parse::ExpressionText(expression));
}

// Several values make a list, as in SET search_path TO a, b; names are quoted where they need it.
absl::StatusOr<std::string> SettingText(const sql::parse::SetVariableStatement& statement) {
  std::string text;
  for (const sql::parse::ExpressionPtr& value : statement.values) {
    HELIOS_ASSIGN_OR_RETURN(const std::string one, SettingText(*value));
    if (!text.empty()) text += ", ";
    text += statement.values.size() > 1 || statement.name == "search_path"
                ? sql::parse::QuoteIdentifier(one)
                : one;
  }
  return text;
}

std::string_view IsolationText(txn::Isolation isolation) {
  switch (isolation) {
    case txn::Isolation::kReadCommitted:
      return "read committed";
    case txn::Isolation::kRepeatableRead:
      return "repeatable read";
    case txn::Isolation::kSerializable:
      break;
  }
  return "serializable";
}

}  // namespace

ResultPtr TagResult(std::string tag) {
  auto result = std::make_unique<ResultState>();
  result->command = std::move(tag);
  return result;
}

ResultPtr TextRows(std::vector<std::string> names,
                   const std::vector<std::vector<std::string>>& rows, std::string tag) {
  ResultPtr result = TagResult(std::move(tag));
  std::vector<Column> columns;
  std::vector<types::Type> types;
  for (std::string& name : names) {
    columns.push_back({std::move(name), TypeId::kText, -1});
    types.push_back({types::TypeOid::kText});
  }
  result->SetOwnColumns(std::move(columns));
  result->rows = std::make_unique<sql::execute::RowSpool>(types);
  for (const std::vector<std::string>& row : rows) {
    std::vector<types::Vector> values;
    std::vector<const types::Vector*> pointers;
    values.reserve(row.size());
    pointers.reserve(row.size());
    for (const std::string& value : row)
      values.push_back(types::Vector::Constant(types::Value::Text(value)));
    for (const types::Vector& value : values) pointers.push_back(&value);
    // Without files nothing can fail.
    result->rows->Append(types::Chunk{pointers, 1}).IgnoreError();
  }
  return result;
}

bool UtilityRunner::NeedsTransaction(const sql::parse::Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kSetVariable:
    case StatementKind::kShowVariable:
    case StatementKind::kDeallocate:
    case StatementKind::kCheckpoint:
    case StatementKind::kVacuum:
    case StatementKind::kDiscard:
    case StatementKind::kSetConstraints:
    case StatementKind::kOther:
      return false;
    default:
      return true;
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of statement, no logic of its own.
absl::StatusOr<ResultPtr> UtilityRunner::Run(const sql::parse::Statement& statement,
                                             std::string_view text) {
  switch (statement.kind) {
    case StatementKind::kSetVariable:
      return RunSet(statement.As<sql::parse::SetVariableStatement>());
    case StatementKind::kShowVariable:
      return RunShow(statement.As<sql::parse::ShowVariableStatement>());
    case StatementKind::kPrepare:
      return RunPrepare(statement.As<sql::parse::PrepareStatement>(), text);
    case StatementKind::kExecute:
      return RunExecute(statement.As<sql::parse::ExecuteStatement>());
    case StatementKind::kDeallocate:
      return RunDeallocate(statement.As<sql::parse::DeallocateStatement>());
    case StatementKind::kExplain:
      return RunExplain(statement.As<sql::parse::ExplainStatement>());
    case StatementKind::kLockTable:
      return RunLockTable(statement.As<sql::parse::LockTableStatement>());
    case StatementKind::kDiscard:
      return RunDiscard(statement.As<sql::parse::DiscardStatement>());
    case StatementKind::kVacuum:
      return VacuumRunner(session_, statement.As<sql::parse::VacuumStatement>()).Run();
    case StatementKind::kCheckpoint: {
      HELIOS_RETURN_IF_ERROR(session_->database()->engine()->Checkpoint());
      return TagResult("CHECKPOINT");
    }
    case StatementKind::kOther:
      return Unsupported("{} is not supported", statement.As<sql::parse::OtherStatement>().feature);
    case StatementKind::kSetConstraints:
    case StatementKind::kMerge:
    case StatementKind::kCopy:
    case StatementKind::kDeclareCursor:
    case StatementKind::kFetch:
    case StatementKind::kCloseCursor:
    case StatementKind::kListen:
    case StatementKind::kNotify:
    case StatementKind::kUnlisten:
    case StatementKind::kGrant:
    case StatementKind::kReindex:
    case StatementKind::kSetOwner:
    case StatementKind::kCreateEnum:
    case StatementKind::kCreateDomain:
      return Unsupported("{} is not supported", sql::parse::CommandTag(statement));
    default:
      return RunDdl(statement);
  }
}

absl::Status UtilityRunner::RequireBlock(std::string_view command) const {
  if (session_->block_state() == Session::BlockState::kExplicit) return absl::OkStatus();
  return SqlError(sqlstate::kNoActiveSqlTransaction, "{} can only be used in transaction blocks",
                  command);
}

absl::StatusOr<ResultPtr> UtilityRunner::RunSet(const sql::parse::SetVariableStatement& statement) {
  using sql::parse::SetVariableAction;
  const Settings::Scope scope =
      statement.is_local ? Settings::Scope::kTransaction : Settings::Scope::kSession;
  ResultPtr result = TagResult("SET");
  if (statement.is_local && session_->block_state() != Session::BlockState::kExplicit) {
    result->notices.push_back("WARNING:  SET LOCAL can only be used in transaction blocks");
    return result;
  }
  switch (statement.action) {
    case SetVariableAction::kSet: {
      HELIOS_ASSIGN_OR_RETURN(const std::string value, SettingText(statement));
      HELIOS_RETURN_IF_ERROR(SetOne(statement.name, value, scope));
      return result;
    }
    case SetVariableAction::kSetDefault:
      HELIOS_RETURN_IF_ERROR(session_->settings().Reset(statement.name, scope));
      return result;
    case SetVariableAction::kReset:
      HELIOS_RETURN_IF_ERROR(session_->settings().Reset(statement.name, scope));
      return TagResult("RESET");
    case SetVariableAction::kResetAll:
      session_->settings().ResetAll();
      return TagResult("RESET");
    case SetVariableAction::kTransaction: {
      if (session_->block_state() != Session::BlockState::kExplicit) {
        result->notices.push_back(
            "WARNING:  SET TRANSACTION can only be used in transaction blocks");
        return result;
      }
      HELIOS_RETURN_IF_ERROR(session_->ApplyModes(statement.modes));
      return result;
    }
    case SetVariableAction::kSessionDefaults: {
      HELIOS_RETURN_IF_ERROR(SetSessionDefaults(statement.modes));
      return result;
    }
    case SetVariableAction::kSetFromCurrent:
      break;
    case SetVariableAction::kSnapshot:
      return Unsupported("SET TRANSACTION SNAPSHOT is not supported");
  }
  return Unsupported("SET ... FROM CURRENT is not supported");
}

absl::Status UtilityRunner::SetOne(std::string_view name, std::string_view value,
                                   Settings::Scope scope) {
  if (name == "transaction_isolation" || name == "transaction_read_only") {
    HELIOS_RETURN_IF_ERROR(RequireBlock("SET TRANSACTION"));
    return Unsupported("SET {} is not supported; use SET TRANSACTION", name);
  }
  HELIOS_RETURN_IF_ERROR(session_->settings().Set(name, value, scope));
  if (session_->transaction() != nullptr) {
    session_->transaction()->SetTimeouts(session_->settings().values().lock_timeout,
                                         session_->settings().values().deadlock_timeout);
  }
  return absl::OkStatus();
}

absl::Status UtilityRunner::SetSessionDefaults(const sql::parse::TransactionModes& modes) {
  Settings& settings = session_->settings();
  if (modes.isolation.has_value()) {
    constexpr std::string_view kNames[] = {"read uncommitted", "read committed", "repeatable read",
                                           "serializable"};
    HELIOS_RETURN_IF_ERROR(settings.Set("default_transaction_isolation",
                                        kNames[static_cast<int>(*modes.isolation)],
                                        Settings::Scope::kSession));
  }
  if (modes.is_read_only.has_value()) {
    HELIOS_RETURN_IF_ERROR(settings.Set("default_transaction_read_only",
                                        *modes.is_read_only ? "on" : "off",
                                        Settings::Scope::kSession));
  }
  if (modes.is_deferrable.has_value()) {
    HELIOS_RETURN_IF_ERROR(settings.Set("default_transaction_deferrable",
                                        *modes.is_deferrable ? "on" : "off",
                                        Settings::Scope::kSession));
  }
  return absl::OkStatus();
}

absl::StatusOr<ResultPtr> UtilityRunner::RunShow(
    const sql::parse::ShowVariableStatement& statement) {
  if (statement.name == "all") {
    std::vector<std::vector<std::string>> rows;
    for (const Settings::Shown& setting : session_->settings().ShowAll()) {
      rows.push_back({setting.name, setting.value, setting.description});
    }
    return TextRows({"name", "setting", "description"}, rows, "SHOW");
  }
  const txn::Transaction* const transaction = session_->transaction();
  if (statement.name == "transaction_isolation") {
    const txn::Isolation isolation = transaction != nullptr
                                         ? transaction->isolation()
                                         : session_->settings().values().default_isolation;
    return TextRows({statement.name}, {{std::string(IsolationText(isolation))}}, "SHOW");
  }
  if (statement.name == "transaction_deferrable") {
    const bool deferrable = transaction != nullptr
                                ? transaction->options().deferrable
                                : session_->settings().values().default_deferrable;
    return TextRows({statement.name}, {{deferrable ? "on" : "off"}}, "SHOW");
  }
  if (statement.name == "transaction_read_only") {
    const bool read_only = transaction != nullptr ? transaction->access() == txn::Access::kReadOnly
                                                  : session_->settings().values().default_read_only;
    return TextRows({statement.name}, {{read_only ? "on" : "off"}}, "SHOW");
  }
  HELIOS_ASSIGN_OR_RETURN(std::string value, session_->settings().Show(statement.name));
  return TextRows({statement.name}, {{std::move(value)}}, "SHOW");
}

absl::StatusOr<ResultPtr> UtilityRunner::RunLockTable(
    const sql::parse::LockTableStatement& statement) {
  HELIOS_RETURN_IF_ERROR(RequireBlock("LOCK TABLE"));
  txn::Transaction* const transaction = session_->transaction();
  for (const sql::parse::RelationName& name : statement.tables) {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr image, session_->ImageFor(&view));
    const catalog::Relation relation = image->FindRelation(
        session_->settings().values().search_path, name.name.schema, name.name.name);
    if (!relation.found()) {
      return WithPosition(SqlError(sqlstate::kUndefinedTable, "relation \"{}\" does not exist",
                                   sql::parse::QualifiedNameText(name.name)),
                          name.position);
    }
    const auto mode = static_cast<txn::TableLockMode>(static_cast<int>(statement.mode) - 1);
    HELIOS_ASSIGN_OR_RETURN(
        const txn::LockResult locked,
        transaction->LockTable(relation.oid(), mode,
                               statement.is_no_wait ? txn::LockWait::kTry : txn::LockWait::kBlock));
    if (locked == txn::LockResult::kNotAvailable) {
      return SqlError(sqlstate::kLockNotAvailable, "could not obtain lock on relation \"{}\"",
                      name.name.name);
    }
  }
  return TagResult("LOCK TABLE");
}

absl::StatusOr<ResultPtr> UtilityRunner::RunDiscard(const sql::parse::DiscardStatement& statement) {
  const bool all = statement.target == sql::parse::DiscardTarget::kAll;
  if (all && session_->block_state() == Session::BlockState::kExplicit) {
    return SqlError(sqlstate::kActiveSqlTransaction,
                    "DISCARD ALL cannot run inside a transaction block");
  }
  if (all) {
    session_->settings().ResetAll();
    session_->prepared().clear();
  }
  if (all || statement.target == sql::parse::DiscardTarget::kSequences)
    session_->sequences().Forget();
  return TagResult(sql::parse::CommandTag(statement));
}

}  // namespace heliosdb::api
