#include "core/sql/parse/command_tag.h"

#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {
namespace {

std::string_view TransactionTag(const TransactionStatement& statement) {
  switch (statement.action) {
    case TransactionAction::kBegin:
      return "BEGIN";
    case TransactionAction::kStart:
      return "START TRANSACTION";
    case TransactionAction::kCommit:
      return "COMMIT";
    case TransactionAction::kRollback:
    case TransactionAction::kRollbackTo:
      return "ROLLBACK";
    case TransactionAction::kSavepoint:
      return "SAVEPOINT";
    case TransactionAction::kRelease:
      return "RELEASE";
    case TransactionAction::kPrepare:
      return "PREPARE TRANSACTION";
    case TransactionAction::kCommitPrepared:
      return "COMMIT PREPARED";
    case TransactionAction::kRollbackPrepared:
      return "ROLLBACK PREPARED";
  }
  return "";
}

std::string_view DiscardTag(const DiscardStatement& statement) {
  switch (statement.target) {
    case DiscardTarget::kAll:
      return "DISCARD ALL";
    case DiscardTarget::kPlans:
      return "DISCARD PLANS";
    case DiscardTarget::kSequences:
      return "DISCARD SEQUENCES";
    case DiscardTarget::kTemporary:
      return "DISCARD TEMP";
  }
  return "";
}

std::string_view CreateTableAsTag(const CreateTableAsStatement& statement) {
  if (statement.is_select_into) return "SELECT INTO";
  return statement.is_materialized_view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
}

bool IsReset(const SetVariableStatement& statement) {
  return statement.action == SetVariableAction::kReset ||
         statement.action == SetVariableAction::kResetAll;
}

std::string AlterTag(ObjectKind kind) { return "ALTER " + std::string(ObjectKindName(kind)); }

std::string RenameTag(const RenameStatement& statement) {
  switch (statement.object) {
    case ObjectKind::kColumn:
    case ObjectKind::kAttribute:
      return AlterTag(statement.relation_kind);
    case ObjectKind::kTableConstraint:
      return "ALTER TABLE";
    case ObjectKind::kDomainConstraint:
      return "ALTER DOMAIN";
    default:
      return AlterTag(statement.object);
  }
}

// The tags that depend on the statement's type alone.
// NOLINTNEXTLINE(readability-function-size): one case per kind of statement, no logic of its own.
std::string_view FixedTag(StatementKind kind) {
  switch (kind) {
    case StatementKind::kSelect:
      return "SELECT";
    case StatementKind::kInsert:
      return "INSERT";
    case StatementKind::kUpdate:
      return "UPDATE";
    case StatementKind::kDelete:
      return "DELETE";
    case StatementKind::kMerge:
      return "MERGE";
    case StatementKind::kCreateTable:
      return "CREATE TABLE";
    case StatementKind::kCreateIndex:
      return "CREATE INDEX";
    case StatementKind::kCreateView:
      return "CREATE VIEW";
    case StatementKind::kCreateSequence:
      return "CREATE SEQUENCE";
    case StatementKind::kAlterSequence:
      return "ALTER SEQUENCE";
    case StatementKind::kCreateSchema:
      return "CREATE SCHEMA";
    case StatementKind::kCreateEnum:
      return "CREATE TYPE";
    case StatementKind::kCreateDomain:
      return "CREATE DOMAIN";
    case StatementKind::kTruncate:
      return "TRUNCATE TABLE";
    case StatementKind::kComment:
      return "COMMENT";
    case StatementKind::kShowVariable:
      return "SHOW";
    case StatementKind::kSetConstraints:
      return "SET CONSTRAINTS";
    case StatementKind::kPrepare:
      return "PREPARE";
    case StatementKind::kExecute:
      return "EXECUTE";
    case StatementKind::kExplain:
      return "EXPLAIN";
    case StatementKind::kLockTable:
      return "LOCK TABLE";
    case StatementKind::kCopy:
      return "COPY";
    case StatementKind::kCheckpoint:
      return "CHECKPOINT";
    case StatementKind::kDeclareCursor:
      return "DECLARE CURSOR";
    case StatementKind::kListen:
      return "LISTEN";
    case StatementKind::kNotify:
      return "NOTIFY";
    case StatementKind::kUnlisten:
      return "UNLISTEN";
    case StatementKind::kReindex:
      return "REINDEX";
    default:
      return "";
  }
}

}  // namespace

std::string CommandTag(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kTransaction:
      return std::string(TransactionTag(statement.As<TransactionStatement>()));
    case StatementKind::kDiscard:
      return std::string(DiscardTag(statement.As<DiscardStatement>()));
    case StatementKind::kCreateTableAs:
      return std::string(CreateTableAsTag(statement.As<CreateTableAsStatement>()));
    case StatementKind::kSetVariable:
      return IsReset(statement.As<SetVariableStatement>()) ? "RESET" : "SET";
    case StatementKind::kDeallocate:
      return statement.As<DeallocateStatement>().name.empty() ? "DEALLOCATE ALL" : "DEALLOCATE";
    case StatementKind::kCloseCursor:
      return statement.As<CloseCursorStatement>().cursor.empty() ? "CLOSE CURSOR ALL"
                                                                 : "CLOSE CURSOR";
    case StatementKind::kVacuum:
      return statement.As<VacuumStatement>().is_analyze ? "ANALYZE" : "VACUUM";
    case StatementKind::kFetch:
      return statement.As<FetchStatement>().is_move ? "MOVE" : "FETCH";
    case StatementKind::kGrant:
      return statement.As<GrantStatement>().is_grant ? "GRANT" : "REVOKE";
    case StatementKind::kAlterTable:
      return AlterTag(statement.As<AlterTableStatement>().object);
    case StatementKind::kRename:
      return RenameTag(statement.As<RenameStatement>());
    case StatementKind::kSetSchema:
      return AlterTag(statement.As<SetSchemaStatement>().object);
    case StatementKind::kSetOwner:
      return AlterTag(statement.As<SetOwnerStatement>().object);
    case StatementKind::kDrop:
      return "DROP " + std::string(ObjectKindName(statement.As<DropStatement>().object));
    case StatementKind::kOther:
      return statement.As<OtherStatement>().command_tag;
    default:
      return std::string(FixedTag(statement.kind));
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
std::string_view ObjectKindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kAccessMethod:
      return "ACCESS METHOD";
    case ObjectKind::kAggregate:
      return "AGGREGATE";
    case ObjectKind::kAttribute:
      return "ATTRIBUTE";
    case ObjectKind::kCast:
      return "CAST";
    case ObjectKind::kColumn:
      return "COLUMN";
    case ObjectKind::kCollation:
      return "COLLATION";
    case ObjectKind::kConversion:
      return "CONVERSION";
    case ObjectKind::kDatabase:
      return "DATABASE";
    case ObjectKind::kDomain:
      return "DOMAIN";
    case ObjectKind::kDomainConstraint:
      return "CONSTRAINT";
    case ObjectKind::kEventTrigger:
      return "EVENT TRIGGER";
    case ObjectKind::kExtension:
      return "EXTENSION";
    case ObjectKind::kForeignDataWrapper:
      return "FOREIGN DATA WRAPPER";
    case ObjectKind::kForeignServer:
      return "SERVER";
    case ObjectKind::kForeignTable:
      return "FOREIGN TABLE";
    case ObjectKind::kFunction:
      return "FUNCTION";
    case ObjectKind::kIndex:
      return "INDEX";
    case ObjectKind::kLanguage:
      return "LANGUAGE";
    case ObjectKind::kLargeObject:
      return "LARGE OBJECT";
    case ObjectKind::kMaterializedView:
      return "MATERIALIZED VIEW";
    case ObjectKind::kOperator:
      return "OPERATOR";
    case ObjectKind::kOperatorClass:
      return "OPERATOR CLASS";
    case ObjectKind::kOperatorFamily:
      return "OPERATOR FAMILY";
    case ObjectKind::kParameter:
      return "PARAMETER";
    case ObjectKind::kPolicy:
      return "POLICY";
    case ObjectKind::kProcedure:
      return "PROCEDURE";
    case ObjectKind::kPublication:
      return "PUBLICATION";
    case ObjectKind::kRole:
      return "ROLE";
    case ObjectKind::kRoutine:
      return "ROUTINE";
    case ObjectKind::kRule:
      return "RULE";
    case ObjectKind::kSchema:
      return "SCHEMA";
    case ObjectKind::kSequence:
      return "SEQUENCE";
    case ObjectKind::kStatistics:
      return "STATISTICS";
    case ObjectKind::kSubscription:
      return "SUBSCRIPTION";
    case ObjectKind::kTable:
      return "TABLE";
    case ObjectKind::kTableConstraint:
      return "CONSTRAINT";
    case ObjectKind::kTablespace:
      return "TABLESPACE";
    case ObjectKind::kTransform:
      return "TRANSFORM";
    case ObjectKind::kTrigger:
      return "TRIGGER";
    case ObjectKind::kTextSearchConfiguration:
      return "TEXT SEARCH CONFIGURATION";
    case ObjectKind::kTextSearchDictionary:
      return "TEXT SEARCH DICTIONARY";
    case ObjectKind::kTextSearchParser:
      return "TEXT SEARCH PARSER";
    case ObjectKind::kTextSearchTemplate:
      return "TEXT SEARCH TEMPLATE";
    case ObjectKind::kType:
      return "TYPE";
    case ObjectKind::kUserMapping:
      return "USER MAPPING";
    case ObjectKind::kView:
      return "VIEW";
  }
  return "";
}

}  // namespace heliosdb::sql::parse
