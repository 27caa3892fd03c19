// The syntax tree of queries: SELECT, VALUES, set operations and what stands in FROM.
#ifndef HELIOSDB_CORE_SQL_PARSE_SELECT_STATEMENT_H_
#define HELIOSDB_CORE_SQL_PARSE_SELECT_STATEMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "core/sql/parse/statement.h"

namespace heliosdb::sql::parse {

// value [AS name], in select lists and RETURNING.
struct TargetItem {
  // Empty when no alias was written; OutputName() says what the column is then called.
  std::string name;
  ExpressionPtr value;
  int position = 0;
};

enum class Materialization : uint8_t { kDefault, kMaterialized, kNotMaterialized };

// SEARCH BREADTH | DEPTH FIRST BY columns SET sequence_column
struct SearchClause {
  bool is_breadth_first = false;
  std::vector<std::string> columns;
  std::string sequence_column;
  int position = 0;
};

// CYCLE columns SET mark_column [TO value DEFAULT default_value] USING path_column
struct CycleClause {
  std::vector<std::string> columns;
  std::string mark_column;
  ExpressionPtr mark_value;
  ExpressionPtr mark_default;
  std::string path_column;
  int position = 0;
};

struct CommonTableExpression {
  std::string name;
  std::vector<std::string> columns;
  Materialization materialization = Materialization::kDefault;
  StatementPtr query;  // SELECT, INSERT, UPDATE or DELETE.
  std::unique_ptr<SearchClause> search;
  std::unique_ptr<CycleClause> cycle;
  int position = 0;
};

struct WithClause {
  bool is_recursive = false;
  std::vector<CommonTableExpression> tables;
  int position = 0;
};

enum class GroupByKind : uint8_t { kExpression, kEmpty, kRollup, kCube, kSets };

// One element of GROUP BY: an expression (several in parentheses are a RowExpression), (), or a
// grouping set.
struct GroupByItem {
  GroupByKind kind = GroupByKind::kExpression;
  ExpressionPtr expression;
  std::vector<GroupByItem> content;  // Of ROLLUP, CUBE and GROUPING SETS.
  int position = 0;
};

enum class FromItemKind : uint8_t { kTable, kSubquery, kFunction, kJoin, kSample };

struct FromItem {
  const FromItemKind kind;
  Alias alias;
  int position = 0;

  virtual ~FromItem() = default;
  FromItem(const FromItem&) = delete;
  FromItem& operator=(const FromItem&) = delete;

  template <typename T>
  const T& As() const {
    HELIOS_CHECK(kind == T::kKind);
    return static_cast<const T&>(*this);
  }
  template <typename T>
  const T* TryAs() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }

 protected:
  explicit FromItem(FromItemKind item_kind) : kind(item_kind) {}
};

using FromItemPtr = std::unique_ptr<FromItem>;

template <FromItemKind item_kind>
struct FromItemOf : FromItem {
  static constexpr FromItemKind kKind = item_kind;
  FromItemOf() : FromItem(item_kind) {}
};

struct TableFromItem : FromItemOf<FromItemKind::kTable> {
  RelationName table;
};

// (SELECT ...) and (VALUES ...).
struct SubqueryFromItem : FromItemOf<FromItemKind::kSubquery> {
  bool is_lateral = false;
  std::unique_ptr<SelectStatement> query;
};

// name type, in AS alias (a int, b text).
struct FunctionColumn {
  std::string name;
  TypeName type;
  QualifiedName collation;
  int position = 0;
};

struct FunctionFromElement {
  ExpressionPtr call;
  std::vector<FunctionColumn> columns;
};

// f(...), or ROWS FROM (f(...), g(...)).
struct FunctionFromItem : FromItemOf<FromItemKind::kFunction> {
  bool is_lateral = false;
  bool has_ordinality = false;
  bool is_rows_from = false;
  std::vector<FunctionFromElement> functions;
  std::vector<FunctionColumn> columns;
};

enum class JoinType : uint8_t { kInner, kLeft, kRight, kFull };

// CROSS JOIN is kInner without NATURAL, USING and ON.
struct JoinFromItem : FromItemOf<FromItemKind::kJoin> {
  JoinType type = JoinType::kInner;
  bool is_natural = false;
  FromItemPtr left;
  FromItemPtr right;
  std::vector<std::string> using_columns;
  std::string using_alias;  // USING (...) AS using_alias
  ExpressionPtr on;
};

// table TABLESAMPLE method (arguments) [REPEATABLE (seed)]
struct SampleFromItem : FromItemOf<FromItemKind::kSample> {
  FromItemPtr table;
  QualifiedName method;
  std::vector<ExpressionPtr> arguments;
  ExpressionPtr seed;
};

enum class LockStrength : uint8_t { kKeyShare, kShare, kNoKeyUpdate, kUpdate };
enum class LockWait : uint8_t { kBlock, kSkipLocked, kNoWait };

// FOR UPDATE [OF tables] [NOWAIT | SKIP LOCKED]
struct LockingClause {
  LockStrength strength = LockStrength::kUpdate;
  LockWait wait = LockWait::kBlock;
  std::vector<RelationName> tables;
};

enum class OnCommit : uint8_t { kNone, kPreserveRows, kDeleteRows, kDrop };

// The table that SELECT INTO, CREATE TABLE AS and CREATE MATERIALIZED VIEW make.
struct IntoClause {
  RelationName table;
  std::vector<std::string> columns;
  std::string access_method;
  std::vector<Option> options;
  OnCommit on_commit = OnCommit::kNone;
  std::string tablespace;
  bool has_no_data = false;
};

enum class SetOperation : uint8_t { kNone, kUnion, kIntersect, kExcept };
enum class DistinctKind : uint8_t { kNone, kAll, kOn };

// One of three forms, with the clauses from order_by on, and with, belonging to the whole:
//   set_operation != kNone: left op [ALL] right;
//   values not empty: VALUES (...), (...);
//   otherwise a plain SELECT.
struct SelectStatement : StatementOf<StatementKind::kSelect> {
  std::unique_ptr<WithClause> with;

  SetOperation set_operation = SetOperation::kNone;
  bool is_set_all = false;
  std::unique_ptr<SelectStatement> left;
  std::unique_ptr<SelectStatement> right;

  std::vector<std::vector<ExpressionPtr>> values;

  DistinctKind distinct = DistinctKind::kNone;
  std::vector<ExpressionPtr> distinct_on;
  std::vector<TargetItem> targets;
  // SELECT ... INTO where it is not legal: where it is, Parse() makes the whole a CreateTableAsStatement.
  std::unique_ptr<IntoClause> into;
  std::vector<FromItemPtr> from;
  ExpressionPtr where;
  std::vector<GroupByItem> group_by;
  bool is_group_distinct = false;
  ExpressionPtr having;
  std::vector<WindowDefinition> windows;

  std::vector<SortKey> order_by;
  ExpressionPtr offset;
  ExpressionPtr limit;    // LIMIT ALL is the constant NULL.
  bool has_ties = false;  // FETCH FIRST ... WITH TIES
  std::vector<LockingClause> locking;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_SELECT_STATEMENT_H_
