// The syntax tree of CREATE TABLE, ALTER TABLE and CREATE INDEX.
#ifndef HELIOSDB_CORE_SQL_PARSE_TABLE_STATEMENT_H_
#define HELIOSDB_CORE_SQL_PARSE_TABLE_STATEMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "core/sql/parse/dml_statement.h"
#include "core/sql/parse/select_statement.h"
#include "core/sql/parse/statement.h"

namespace heliosdb::sql::parse {

enum class ConstraintKind : uint8_t {
  kNull,
  kNotNull,
  kDefault,
  kIdentity,
  kGenerated,
  kCheck,
  kPrimaryKey,
  kUnique,
  kExclusion,
  kForeignKey,
};

enum class ForeignKeyAction : uint8_t { kNoAction, kRestrict, kCascade, kSetNull, kSetDefault };
enum class ForeignKeyMatch : uint8_t { kSimple, kFull, kPartial };
enum class GeneratedWhen : uint8_t { kAlways, kByDefault };

// element WITH op, in EXCLUDE.
struct ExclusionElement {
  IndexElement element;
  QualifiedName op;
};

// A constraint of a column or of a table; a column's has no columns of its own (a foreign key: no
// columns).
struct Constraint {
  ConstraintKind kind = ConstraintKind::kCheck;
  std::string name;  // CONSTRAINT name; empty when none was written.
  bool is_deferrable = false;
  bool is_initially_deferred = false;
  bool has_deferrability = false;  // [NOT] DEFERRABLE was written (columns only).
  bool has_initially = false;      // INITIALLY ... was written (columns only).
  bool is_no_inherit = false;
  bool is_not_valid = false;  // NOT VALID: rows that exist are not checked.
  int position = 0;

  ExpressionPtr expression;  // CHECK, DEFAULT, GENERATED ALWAYS AS (...) STORED.
  GeneratedWhen generated_when = GeneratedWhen::kAlways;  // Identity.
  std::vector<Option> sequence_options;                   // Identity.

  bool is_nulls_not_distinct = false;  // UNIQUE NULLS NOT DISTINCT.
  std::vector<std::string> columns;    // PRIMARY KEY, UNIQUE, FOREIGN KEY.
  std::vector<std::string> including;
  std::vector<Option> index_options;
  std::string index_tablespace;
  std::string using_index;  // ADD PRIMARY KEY USING INDEX using_index.

  std::vector<ExclusionElement> exclusions;
  std::string access_method;
  ExpressionPtr where;

  RelationName referenced_table;
  std::vector<std::string> referenced_columns;  // Empty: the primary key.
  ForeignKeyMatch match = ForeignKeyMatch::kSimple;
  ForeignKeyAction on_update = ForeignKeyAction::kNoAction;
  ForeignKeyAction on_delete = ForeignKeyAction::kNoAction;
  std::vector<std::string> on_delete_columns;  // SET NULL (columns).
};

struct ColumnDefinition {
  std::string name;
  TypeName type;
  bool has_type = true;  // False in CREATE TABLE ... OF type (name WITH OPTIONS ...).
  QualifiedName collation;
  std::string compression;
  std::vector<Constraint> constraints;
  int position = 0;
};

enum class LikeOption : uint16_t {
  kComments = 1 << 0,
  kCompression = 1 << 1,
  kConstraints = 1 << 2,
  kDefaults = 1 << 3,
  kGenerated = 1 << 4,
  kIdentity = 1 << 5,
  kIndexes = 1 << 6,
  kStatistics = 1 << 7,
  kStorage = 1 << 8,
};
inline constexpr uint32_t kLikeOptionAll = 0x7FFFFFFF;

// LIKE table [INCLUDING ...]
struct TableLike {
  RelationName table;
  uint32_t options = 0;  // LikeOption bits; kLikeOptionAll for INCLUDING ALL.

  bool Includes(LikeOption option) const { return (options & static_cast<uint32_t>(option)) != 0; }
};

enum class TableElementKind : uint8_t { kColumn, kConstraint, kLike };

// One element between the parentheses of CREATE TABLE, in the order written.
struct TableElement {
  TableElementKind kind = TableElementKind::kColumn;
  std::unique_ptr<ColumnDefinition> column;
  std::unique_ptr<Constraint> constraint;
  std::unique_ptr<TableLike> like;
};

struct CreateTableStatement : StatementOf<StatementKind::kCreateTable> {
  RelationName table;  // With its persistence.
  bool if_not_exists = false;
  std::vector<TableElement> elements;
  std::vector<RelationName> inherits;
  bool is_partitioned = false;  // PARTITION BY
  bool is_partition = false;    // PARTITION OF; the parent is the one entry of inherits.
  TypeName of_type;             // OF type; its name is empty otherwise.
  std::vector<Option> options;  // WITH (...)
  OnCommit on_commit = OnCommit::kNone;
  std::string tablespace;
  std::string access_method;
};

// CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW.
struct CreateTableAsStatement : StatementOf<StatementKind::kCreateTableAs> {
  IntoClause into;
  StatementPtr query;  // SELECT or EXECUTE.
  bool if_not_exists = false;
  bool is_materialized_view = false;
  bool is_select_into = false;
};

// The subcommands of ALTER TABLE that PostgreSQL's grammar has.
enum class AlterTableAction : uint8_t {
  kAddColumn,
  kColumnDefault,
  kDropNotNull,
  kSetNotNull,
  kDropExpression,
  kSetStatistics,
  kSetOptions,
  kResetOptions,
  kSetStorage,
  kSetCompression,
  kDropColumn,
  kAddConstraint,
  kAlterConstraint,
  kValidateConstraint,
  kDropConstraint,
  kAlterColumnType,
  kAlterColumnGenericOptions,
  kChangeOwner,
  kClusterOn,
  kDropCluster,
  kSetLogged,
  kSetUnlogged,
  kDropOids,
  kSetAccessMethod,
  kSetTablespace,
  kSetRelationOptions,
  kResetRelationOptions,
  kEnableTrigger,
  kEnableAlwaysTrigger,
  kEnableReplicaTrigger,
  kDisableTrigger,
  kEnableTriggerAll,
  kDisableTriggerAll,
  kEnableTriggerUser,
  kDisableTriggerUser,
  kEnableRule,
  kEnableAlwaysRule,
  kEnableReplicaRule,
  kDisableRule,
  kAddInherit,
  kDropInherit,
  kAddOf,
  kDropOf,
  kReplicaIdentity,
  kEnableRowSecurity,
  kDisableRowSecurity,
  kForceRowSecurity,
  kNoForceRowSecurity,
  kGenericOptions,
  kAttachPartition,
  kDetachPartition,
  kDetachPartitionFinalize,
  kAddIdentity,
  kSetIdentity,
  kDropIdentity,
};

struct AlterTableCommand {
  AlterTableAction action = AlterTableAction::kAddColumn;
  std::string name;  // The column, constraint, trigger, ... ; empty where an action has none.
  int number = 0;    // ALTER COLUMN number SET STATISTICS, of an index.
  std::string role;  // OWNER TO role.
  std::unique_ptr<ColumnDefinition> column;  // ADD COLUMN.
  std::unique_ptr<Constraint> constraint;    // ADD/ALTER CONSTRAINT, ADD GENERATED ... AS IDENTITY.
  // SET DEFAULT (null: DROP DEFAULT), the USING of ALTER COLUMN TYPE, the number of SET STATISTICS,
  // the word of SET STORAGE.
  ExpressionPtr expression;
  std::unique_ptr<TypeName> type;  // ALTER COLUMN TYPE.
  QualifiedName collation;         // ALTER COLUMN TYPE ... COLLATE.
  RelationName table;              // INHERIT table.
  std::vector<Option> options;     // SET (...), RESET (...), SET GENERATED ... of an identity.
  DropBehavior behavior = DropBehavior::kRestrict;
  bool if_exists = false;  // IF EXISTS, or IF NOT EXISTS of ADD COLUMN.
  int position = 0;
};

// What a statement that works on several kinds of object is about.
enum class ObjectKind : uint8_t {
  kAccessMethod,
  kAggregate,
  kAttribute,
  kCast,
  kColumn,
  kCollation,
  kConversion,
  kDatabase,
  kDomain,
  kDomainConstraint,
  kEventTrigger,
  kExtension,
  kForeignDataWrapper,
  kForeignServer,
  kForeignTable,
  kFunction,
  kIndex,
  kLanguage,
  kLargeObject,
  kMaterializedView,
  kOperator,
  kOperatorClass,
  kOperatorFamily,
  kParameter,
  kPolicy,
  kProcedure,
  kPublication,
  kRole,
  kRoutine,
  kRule,
  kSchema,
  kSequence,
  kStatistics,
  kSubscription,
  kTable,
  kTableConstraint,
  kTablespace,
  kTransform,
  kTrigger,
  kTextSearchConfiguration,
  kTextSearchDictionary,
  kTextSearchParser,
  kTextSearchTemplate,
  kType,
  kUserMapping,
  kView,
};

// ALTER TABLE, and ALTER INDEX, SEQUENCE, VIEW, ... with the same subcommands.
struct AlterTableStatement : StatementOf<StatementKind::kAlterTable> {
  ObjectKind object = ObjectKind::kTable;
  RelationName table;
  bool if_exists = false;
  std::vector<AlterTableCommand> commands;
};

struct CreateIndexStatement : StatementOf<StatementKind::kCreateIndex> {
  std::string name;  // Empty when none was written.
  RelationName table;
  bool is_unique = false;
  bool is_concurrent = false;
  bool if_not_exists = false;
  bool is_nulls_not_distinct = false;
  std::string access_method;  // "btree" when none was written.
  std::vector<IndexElement> elements;
  std::vector<IndexElement> including;
  std::vector<Option> options;
  std::string tablespace;
  ExpressionPtr where;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_TABLE_STATEMENT_H_
