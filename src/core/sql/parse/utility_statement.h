// The syntax tree of transaction control, settings, prepared statements, cursors, EXPLAIN, COPY and
// maintenance.
#ifndef HELIOSDB_CORE_SQL_PARSE_UTILITY_STATEMENT_H_
#define HELIOSDB_CORE_SQL_PARSE_UTILITY_STATEMENT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/parse/select_statement.h"
#include "core/sql/parse/statement.h"
#include "core/sql/parse/table_statement.h"

namespace heliosdb::sql::parse {

enum class TransactionAction : uint8_t {
  kBegin,
  kStart,
  kCommit,
  kRollback,
  kSavepoint,
  kRelease,
  kRollbackTo,
  kPrepare,
  kCommitPrepared,
  kRollbackPrepared,
};

enum class IsolationLevel : uint8_t {
  kReadUncommitted,
  kReadCommitted,
  kRepeatableRead,
  kSerializable
};

// What was written of ISOLATION LEVEL, READ ONLY | WRITE, [NOT] DEFERRABLE; the last one counts.
struct TransactionModes {
  std::optional<IsolationLevel> isolation;
  std::optional<bool> is_read_only;
  std::optional<bool> is_deferrable;
};

struct TransactionStatement : StatementOf<StatementKind::kTransaction> {
  TransactionAction action = TransactionAction::kBegin;
  TransactionModes modes;
  std::string savepoint;
  std::string prepared_id;
  bool is_chain = false;  // AND CHAIN
};

enum class SetVariableAction : uint8_t {
  kSet,              // SET name TO values
  kSetDefault,       // SET name TO DEFAULT
  kSetFromCurrent,   // SET name FROM CURRENT
  kReset,            // RESET name
  kResetAll,         // RESET ALL
  kTransaction,      // SET TRANSACTION modes
  kSessionDefaults,  // SET SESSION CHARACTERISTICS AS TRANSACTION modes
  kSnapshot,         // SET TRANSACTION SNAPSHOT 'values[0]'
};

struct SetVariableStatement : StatementOf<StatementKind::kSetVariable> {
  SetVariableAction action = SetVariableAction::kSet;
  // SET TIME ZONE, NAMES, ... under the setting's name: timezone, client_encoding, ...
  std::string name;
  // Constants; bare words are strings; an INTERVAL is a TypeCast.
  std::vector<ExpressionPtr> values;
  bool is_local = false;
  TransactionModes modes;
};

// SHOW name; SHOW ALL has the name "all".
struct ShowVariableStatement : StatementOf<StatementKind::kShowVariable> {
  std::string name;
};

// SET CONSTRAINTS names | ALL IMMEDIATE | DEFERRED
struct SetConstraintsStatement : StatementOf<StatementKind::kSetConstraints> {
  std::vector<RelationName> constraints;  // Empty: ALL.
  bool is_deferred = false;
};

struct PrepareStatement : StatementOf<StatementKind::kPrepare> {
  std::string name;
  std::vector<TypeName> types;
  StatementPtr query;
};

struct ExecuteStatement : StatementOf<StatementKind::kExecute> {
  std::string name;
  std::vector<ExpressionPtr> arguments;
};

struct DeallocateStatement : StatementOf<StatementKind::kDeallocate> {
  std::string name;  // Empty: ALL.
};

// EXPLAIN [(options)] query. The old spelling EXPLAIN ANALYZE VERBOSE arrives as the options
// analyze and verbose.
struct ExplainStatement : StatementOf<StatementKind::kExplain> {
  std::vector<Option> options;
  StatementPtr query;
};

struct VacuumTable {
  RelationName table;
  std::vector<std::string> columns;
};

// VACUUM, or ANALYZE with is_analyze. VACUUM ANALYZE has the option analyze.
struct VacuumStatement : StatementOf<StatementKind::kVacuum> {
  bool is_analyze = false;
  std::vector<Option> options;
  std::vector<VacuumTable> tables;
};

enum class TableLockMode : uint8_t {
  kAccessShare = 1,
  kRowShare,
  kRowExclusive,
  kShareUpdateExclusive,
  kShare,
  kShareRowExclusive,
  kExclusive,
  kAccessExclusive,
};

struct LockTableStatement : StatementOf<StatementKind::kLockTable> {
  std::vector<RelationName> tables;
  TableLockMode mode = TableLockMode::kAccessExclusive;
  bool is_no_wait = false;
};

// COPY table (columns) | (query) FROM | TO file | PROGRAM | STDIN | STDOUT
struct CopyStatement : StatementOf<StatementKind::kCopy> {
  RelationName table;  // Its name is empty when a query is copied.
  std::vector<std::string> columns;
  StatementPtr query;
  bool is_from = false;
  bool is_program = false;
  std::string file;  // Empty: STDIN or STDOUT.
  std::vector<Option> options;
  ExpressionPtr where;
};

struct CheckpointStatement : StatementOf<StatementKind::kCheckpoint> {};

struct DeclareCursorStatement : StatementOf<StatementKind::kDeclareCursor> {
  std::string name;
  bool is_binary = false;
  std::optional<bool> is_scroll;  // SCROLL, NO SCROLL, or neither.
  bool is_insensitive = false;
  bool is_asensitive = false;
  bool is_with_hold = false;
  std::unique_ptr<SelectStatement> query;
};

enum class FetchDirection : uint8_t { kForward, kBackward, kAbsolute, kRelative };
inline constexpr int64_t kFetchAll = INT64_MAX;

// FETCH or MOVE.
struct FetchStatement : StatementOf<StatementKind::kFetch> {
  bool is_move = false;
  FetchDirection direction = FetchDirection::kForward;
  int64_t count = 1;  // kFetchAll for ALL.
  std::string cursor;
};

struct CloseCursorStatement : StatementOf<StatementKind::kCloseCursor> {
  std::string cursor;  // Empty: ALL.
};

enum class DiscardTarget : uint8_t { kAll, kPlans, kSequences, kTemporary };

struct DiscardStatement : StatementOf<StatementKind::kDiscard> {
  DiscardTarget target = DiscardTarget::kAll;
};

struct ListenStatement : StatementOf<StatementKind::kListen> {
  std::string channel;
};

struct NotifyStatement : StatementOf<StatementKind::kNotify> {
  std::string channel;
  std::string payload;
};

struct UnlistenStatement : StatementOf<StatementKind::kUnlisten> {
  std::string channel;  // Empty: *.
};

// name [(columns)]; an empty name is ALL.
struct Privilege {
  std::string name;
  std::vector<std::string> columns;
};

// GRANT and REVOKE of privileges on objects. A role is a name, or public, current_role,
// current_user, session_user. Granting of roles is an OtherStatement.
struct GrantStatement : StatementOf<StatementKind::kGrant> {
  bool is_grant = true;
  ObjectKind object = ObjectKind::kTable;
  bool is_all_in_schema = false;  // ALL TABLES IN SCHEMA names
  std::vector<Privilege> privileges;
  std::vector<QualifiedName> names;
  std::vector<std::string> grantees;
  bool has_grant_option = false;
  std::string grantor;
  DropBehavior behavior = DropBehavior::kRestrict;
};

enum class ReindexTarget : uint8_t { kIndex, kTable, kSchema, kSystem, kDatabase };

struct ReindexStatement : StatementOf<StatementKind::kReindex> {
  ReindexTarget target = ReindexTarget::kIndex;
  RelationName relation;  // kIndex and kTable.
  std::string name;       // The other targets.
  std::vector<Option> options;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_UTILITY_STATEMENT_H_
