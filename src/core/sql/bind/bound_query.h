// Bound queries: what a SELECT, VALUES or set operation means.
#ifndef HELIOSDB_CORE_SQL_BIND_BOUND_QUERY_H_
#define HELIOSDB_CORE_SQL_BIND_BOUND_QUERY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/bind/bound_expression.h"

namespace heliosdb::catalog {
struct Table;
class SystemView;
struct View;
}  // namespace heliosdb::catalog

namespace heliosdb::sql::bind {

struct ColumnInfo {
  std::string name;
  types::Type type;
};

// One entry of a query's range table. kColumn expressions name it by its place in Query::relations
// and a column by its place in columns (for tables: in Table::columns, dropped ones included).
struct Relation {
  enum class Kind : uint8_t {
    kTable,        // table
    kSubquery,     // query: FROM (SELECT ...), a view, or a common table used once and not
                   // materialised
    kCommonTable,  // cte_index, cte_levels_up: a reference to a materialised or recursive WITH
                   // query
    kValues,       // rows: constant-free lists of expressions
    kFunction,     // function over arguments, a set-returning function in FROM; columns[0] is its
                   // value
    kSystemView,   // system_view: rows made by the engine
    kJoinUsing,    // no rows of its own: never in a from tree
  };
  Kind kind = Kind::kTable;
  std::string alias;  // As EXPLAIN prints it.
  std::vector<ColumnInfo> columns;
  const catalog::Table* table = nullptr;  // Owned by the catalogue image that the statement holds.
  const catalog::View* view = nullptr;    // Of a kSubquery that is a view; owned as a table is.
  std::unique_ptr<Query> query;
  int cte_index = -1;
  int cte_levels_up = 0;
  std::vector<std::vector<ExpressionPtr>> rows;
  ExpressionPtr function;
  bool with_ordinality = false;
  const catalog::SystemView* system_view = nullptr;
  // The item may refer to relations before it in the same FROM (LATERAL, and functions).
  bool lateral = false;
  Relation();
  ~Relation();
  Relation(Relation&&) noexcept;
  Relation& operator=(Relation&&) noexcept;
};

enum class JoinType : uint8_t {
  kInner,
  kLeft,
  kRight,
  kFull
};  // A cross join is an inner one without condition.

// The tree of FROM: a leaf names a relation, an inner node joins two. A FROM list is a chain of
// inner joins.
struct FromItem {
  int relation = -1;  // Leaf when not negative.
  JoinType join_type = JoinType::kInner;
  std::unique_ptr<FromItem> left;
  std::unique_ptr<FromItem> right;
  ExpressionPtr condition;  // May be null.
};

// An output column. USING columns of full joins are COALESCE expressions already.
struct Target {
  std::string name;
  ExpressionPtr expression;
};

struct SortKey {
  int target = 0;  // Into Query::targets.
  bool descending = false;
  bool nulls_first = false;
};

enum class SetOperator : uint8_t { kUnion, kIntersect, kExcept };
enum class DistinctKind : uint8_t { kNone, kAll, kOn };

// PostgreSQL's row lock strengths, weakest first.
enum class RowLockStrength : uint8_t { kKeyShare, kShare, kNoKeyUpdate, kUpdate };
enum class RowLockWait : uint8_t { kBlock, kNoWait, kSkipLocked };
struct RowLock {
  int relation = 0;
  RowLockStrength strength = RowLockStrength::kUpdate;
  RowLockWait wait = RowLockWait::kBlock;
};

struct CommonTable {
  std::string name;
  std::vector<ColumnInfo> columns;
  // Null when it stands in the one relation that refers to it (Relation::Kind::kSubquery), or when
  // nothing refers to it. Otherwise a plain query; for a recursive one, the set operation's left side is the start and its right
  // side refers to this table through a kCommonTable relation.
  std::unique_ptr<Query> query;
  bool recursive = false;
  bool union_all = false;  // Recursive only.
  // How many relations refer to it; the recursive reference does not count.
  int references = 0;
};

// left and right give columns of equal types.
struct BoundSetOperation {
  SetOperator op = SetOperator::kUnion;
  bool all = false;
  std::unique_ptr<Query> left;
  std::unique_ptr<Query> right;
};

struct Query {
  std::vector<CommonTable> common_tables;

  // With a set operation, nothing of "a plain select" is used but targets, whose expressions are
  // columns of relation 0 (kind kSubquery in name only: the operation's own output).
  using SetOperation = BoundSetOperation;
  std::optional<SetOperation> set_operation;

  // A plain select.
  std::vector<Relation> relations;
  std::unique_ptr<FromItem> from;  // Null: one row without columns.
  ExpressionPtr where;
  // aggregated: targets and having refer to the input only through kGroupKey and kAggregate.
  bool aggregated = false;
  std::vector<ExpressionPtr> group_by;
  std::vector<Aggregate> aggregates;
  ExpressionPtr having;

  // Both. The first visible_targets are the result; the others only feed order_by and DISTINCT ON.
  std::vector<Target> targets;
  size_t visible_targets = 0;
  DistinctKind distinct = DistinctKind::kNone;
  std::vector<int> distinct_on;  // Into targets.
  std::vector<SortKey> order_by;
  ExpressionPtr limit;   // int8; NULL is no limit.
  ExpressionPtr offset;  // int8.
  bool with_ties = false;
  std::vector<RowLock> row_locks;
  // Some expression inside refers to a relation of an enclosing query.
  bool correlated = false;
};

std::unique_ptr<Query> CloneQuery(const Query& query);
bool SameQuery(const Query& a, const Query& b);
std::string QueryDebugText(const Query& query);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_BOUND_QUERY_H_
