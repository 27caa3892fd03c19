// Physical plans: what the planner decides and the executor does.
//
// A node gives chunks of output columns, called slots. Expressions in a node are bound expressions
// in which every column has become a kSlot of the node's input (children's outputs, left before
// right), a kOuterValue set from outside, or a kSubplan of the plan. A plan is immutable once made
// and may be executed by many threads at once.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLAN_H_
#define HELIOSDB_CORE_SQL_PLAN_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/bind/bound_query.h"
#include "core/sql/bind/bound_statement.h"
#include "core/types/type.h"

namespace heliosdb::sql::plan {

using bind::Aggregate;
using bind::ExpressionPtr;

enum class NodeKind : uint8_t {
  kResult,
  kScan,
  kFilter,
  kProject,
  kHashJoin,
  kNestedLoop,
  kAggregate,
  kSort,
  kLimit,
  kDistinctOn,
  kSetOperation,
  kAppend,
  kValues,
  kFunctionScan,
  kCommonTableScan,
  kRecursiveUnion,
  kMaterialize,
  kSystemViewScan,
  kLockRows,
  kInsert,
  kUpdate,
  kDelete,
  kInstrument,
};

struct Node {
  explicit Node(NodeKind node_kind) : kind(node_kind) {}
  virtual ~Node() = default;

  const NodeKind kind;
  std::vector<std::unique_ptr<Node>> children;
  std::vector<types::Type> outputs;
  // The planner's estimates, in PostgreSQL's units: rows, and cost until the first and the last
  // row.
  double rows = 1;
  double startup_cost = 0;
  double total_cost = 0;
  int width_bytes = 0;
};
using NodePtr = std::unique_ptr<Node>;

// One row without columns.
struct ResultNode : Node {
  ResultNode() : Node(NodeKind::kResult) {}
};

// A slot that is no column of the table.
inline constexpr int kRowKeySlot =
    -1;  // The row's key in storage (bytea), by which it is locked, changed and re-read.

// Rows of a table, by its own key or through an index.
struct ScanNode : Node {
  ScanNode() : Node(NodeKind::kScan) {}

  const catalog::Table* table = nullptr;
  std::string alias;
  // Null: the table's own order (clustered primary key, or row id).
  const catalog::Index* index = nullptr;
  // Every emitted column is in the index: the table is not read.
  bool index_only = false;
  bool backward = false;

  // Emitted slots: places in Table::columns, or kRowKeySlot. outputs has their types.
  std::vector<int> columns;

  // The key range. equal_keys fix the first key columns; then, on the next one, either one of
  // in_keys, or a range. Values are already of the key columns' types. A NULL in any of them
  // matches nothing.
  std::vector<ExpressionPtr> equal_keys;
  std::vector<ExpressionPtr> in_keys;
  struct Bound {
    ExpressionPtr value;
    bool inclusive = false;
  };
  std::optional<Bound> lower;
  std::optional<Bound> upper;
  // A LIKE 'abc%' on a text key column becomes this prefix; after equal_keys, instead of the above.
  std::optional<std::string> prefix;

  // Conjuncts over the emitted slots, most selective first.
  std::vector<ExpressionPtr> filters;
};

// Rows for which every conjunct is true.
struct FilterNode : Node {
  FilterNode() : Node(NodeKind::kFilter) {}
  std::vector<ExpressionPtr> conjuncts;
  // The conjuncts read no slots: they are tested before the child is opened, and all rows pass or
  // none does.
  bool one_time = false;
};

struct ProjectNode : Node {
  ProjectNode() : Node(NodeKind::kProject) {}
  std::vector<ExpressionPtr> expressions;
};

enum class JoinKind : uint8_t {
  kInner,
  kLeft,
  kRight,
  kFull,
  kSemi,           // Left rows with a match; outputs are the left ones alone.
  kAnti,           // Left rows without a match.
  kNullAwareAnti,  // NOT IN: as kAnti, but a NULL key on the right leaves nothing, and a NULL on
                   // the left only passes an empty right side.
};

// children[1] is hashed, children[0] probes. Keys pair up and are compared with IS-equal semantics
// of the = operator (NULL matches nothing). Outputs: left slots, then right slots (left alone for
// semi and anti joins).
struct HashJoinNode : Node {
  HashJoinNode() : Node(NodeKind::kHashJoin) {}
  JoinKind join = JoinKind::kInner;
  std::vector<ExpressionPtr> left_keys;   // Over children[0].
  std::vector<ExpressionPtr> right_keys;  // Over children[1]; the same types as left_keys.
  std::vector<ExpressionPtr> conditions;  // Further conjuncts, over left slots then right slots.
  // What comes above relies on the order of the left rows.
  bool keeps_left_order = false;
};

// For each row of children[0], children[1] is run anew with outer_values set from the row (an index
// join when the inner side is a scan with keys), or read from its materialised rows when there are
// none.
struct NestedLoopNode : Node {
  NestedLoopNode() : Node(NodeKind::kNestedLoop) {}
  JoinKind join = JoinKind::kInner;  // kInner, kLeft, kSemi, kAnti.
  // Outer value index and its expression over children[0]'s slots.
  std::vector<std::pair<int, ExpressionPtr>> outer_values;
  std::vector<ExpressionPtr> conditions;  // Over left slots then right slots.
};

// Outputs: group keys, then aggregates. Without keys: one row, always.
struct AggregateNode : Node {
  AggregateNode() : Node(NodeKind::kAggregate) {}
  std::vector<ExpressionPtr> keys;
  std::vector<Aggregate> aggregates;  // Their expressions over the child's slots.
  bool input_sorted = false;          // Equal keys arrive together: groups are given as they end.
};

struct SortKey {
  int slot = 0;
  bool descending = false;
  bool nulls_first = false;
};

struct SortNode : Node {
  SortNode() : Node(NodeKind::kSort) {}
  std::vector<SortKey> keys;
  // Top-N: only this many rows are wanted, offset included (int8 expression without slots; NULL:
  // all).
  ExpressionPtr rows_max;
};

struct LimitNode : Node {
  LimitNode() : Node(NodeKind::kLimit) {}
  ExpressionPtr limit;   // May be null.
  ExpressionPtr offset;  // May be null.
  // WITH TIES: rows equal to the last one by these keys follow it. Empty: off.
  std::vector<SortKey> ties;
};

// The first row of each run of equal slots; the input is sorted by them.
struct DistinctOnNode : Node {
  DistinctOnNode() : Node(NodeKind::kDistinctOn) {}
  std::vector<int> slots;
};

// INTERSECT and EXCEPT, by hashing whole rows (NULLs equal); UNION is an Append under an Aggregate.
struct SetOperationNode : Node {
  SetOperationNode() : Node(NodeKind::kSetOperation) {}
  bind::SetOperator op = bind::SetOperator::kIntersect;
  bool all = false;
};

// The children's rows, one child after the other.
struct AppendNode : Node {
  AppendNode() : Node(NodeKind::kAppend) {}
};

struct ValuesNode : Node {
  ValuesNode() : Node(NodeKind::kValues) {}
  std::vector<std::vector<ExpressionPtr>> values;
};

// A set-returning function; its arguments have no slots.
struct FunctionScanNode : Node {
  FunctionScanNode() : Node(NodeKind::kFunctionScan) {}
  ExpressionPtr call;
  bool with_ordinality = false;
  std::string alias;
};

// Reads common table `table` of the plan: computed once a statement, on first use. Inside a
// recursive union's second child, with working_table set, the rows of the last round instead.
struct CommonTableScanNode : Node {
  CommonTableScanNode() : Node(NodeKind::kCommonTableScan) {}
  int table = 0;
  bool working_table = false;
  std::string alias;
  std::vector<std::string> column_names;
};

// children[0] starts; children[1] is run again until it gives no new row, reading the last round's
// rows as common table `table`.
struct RecursiveUnionNode : Node {
  RecursiveUnionNode() : Node(NodeKind::kRecursiveUnion) {}
  int table = 0;
  bool all = false;
};

// Keeps its child's rows so that a nested loop may read them again.
struct MaterializeNode : Node {
  MaterializeNode() : Node(NodeKind::kMaterialize) {}
};

struct SystemViewScanNode : Node {
  SystemViewScanNode() : Node(NodeKind::kSystemViewScan) {}
  const catalog::SystemView* view = nullptr;
  std::vector<int> columns;
  std::string alias;
};

// How to look at a row again after waiting for its lock (PostgreSQL's EvalPlanQual): slots of the
// input that hold columns of the table, and the conditions that the newest version must still meet.
struct RowRecheck {
  const catalog::Table* table = nullptr;
  int row_key_slot = 0;
  std::vector<std::pair<int, int>> column_slots;  // Table column, slot.
  std::vector<ExpressionPtr> conditions;          // Over the input's slots.
};

// SELECT ... FOR UPDATE and its kin: locks the rows of each target, re-reads what changed, and
// passes the input on.
struct LockRowsNode : Node {
  LockRowsNode() : Node(NodeKind::kLockRows) {}
  struct Target {
    RowRecheck recheck;
    bind::RowLockStrength strength = bind::RowLockStrength::kUpdate;
    bind::RowLockWait wait = bind::RowLockWait::kBlock;
  };
  std::vector<Target> targets;
  // How many rows the LIMIT above asks for, offset included (int8 expression without slots; null: all). No row beyond
  // them is locked.
  ExpressionPtr rows_max;
};

// Data-changing nodes output what RETURNING asks for (returning), one row a changed row; without
// RETURNING, nothing, and the count of rows is reported beside. The bound rules' expressions see
// columns of the table as kSlot by their place in Table::columns.
struct InsertNode : Node {
  InsertNode() : Node(NodeKind::kInsert) {}
  const catalog::Table* table = nullptr;
  std::vector<int> source_columns;      // The child's slots are these columns of the table.
  std::vector<ExpressionPtr> defaults;  // One a table column; no slots; null: NULL.
  bind::TableRules rules;
  // As in bind::Insert; assignments and where see slot c for column c of the row that is there, and
  // slot (number of columns + c) for the row proposed.
  std::optional<bind::Insert::OnConflict> on_conflict;
  std::vector<ExpressionPtr> returning;  // Slots by table column, of the row as written.
};

struct UpdateNode : Node {
  UpdateNode() : Node(NodeKind::kUpdate) {}
  RowRecheck recheck;  // Holds every column of the table, in column_slots.
  std::vector<int> assigned_columns;
  std::vector<ExpressionPtr> values;  // One an assigned column, over the child's slots.
  bind::TableRules rules;
  std::vector<ExpressionPtr>
      returning;  // Over the child's slots, the table's columns being those written.
  // Other relations are joined, so that a row may come twice; it is updated once.
  bool may_repeat = false;
};

struct DeleteNode : Node {
  DeleteNode() : Node(NodeKind::kDelete) {}
  RowRecheck recheck;  // As in UpdateNode.
  bind::TableRules rules;
  std::vector<ExpressionPtr> returning;  // Over the child's slots.
  bool may_repeat = false;               // As in UpdateNode.
};

// Memory and disk that a sort or hash table took, as far as a node has one.
struct MemoryUse {
  enum class Kind : uint8_t { kNone, kSort, kHashAggregate, kHashJoin };
  Kind kind = Kind::kNone;
  bool top_rows = false;      // kSort: rows that could not be among those wanted were dropped.
  uint64_t memory_bytes = 0;  // At its peak.
  uint64_t disk_bytes = 0;    // 0: nothing went to disk.
  uint64_t batches = 1;       // Parts that were worked through one after the other.
  uint64_t buckets = 0;       // kHashJoin.
};

// What one execution of a node came to.
struct NodeCounters {
  uint64_t loops = 0;  // How often it was started.
  uint64_t rows = 0;
  double startup_seconds = 0;  // Until the first rows, over all loops.
  double total_seconds = 0;
  MemoryUse memory;
};

// Counts what its child does, for EXPLAIN ANALYZE. Its counters belong to the execution: a plan with
// such nodes is not shared.
struct InstrumentNode : Node {
  InstrumentNode() : Node(NodeKind::kInstrument) {}
  std::unique_ptr<NodeCounters> counters = std::make_unique<NodeCounters>();
};

// A query that an expression runs: once a statement when it takes no outer values, else once for
// each different combination of them.
struct Subplan {
  NodePtr root;
  // Where the kSubplan expression's first arguments go.
  std::vector<int> outer_values;
  // kAny, kAll: where its other arguments, the left side, go for its comparison, which reads the subplan's columns as
  // slots. The root never reads these.
  std::vector<int> comparison_values;
};

struct CommonTablePlan {
  std::string name;
  // Null for one that reads columns of an outer query: a RecursiveUnionNode at the reference itself
  // computes it, and only its working table goes by the table's number.
  NodePtr root;
};

struct Plan {
  NodePtr root;
  std::vector<Subplan> subplans;
  std::vector<CommonTablePlan> common_tables;
  std::vector<types::Type> outer_value_types;
  std::vector<bind::ColumnInfo> columns;  // Of the result.
  std::vector<types::Type> parameter_types;
  bool writes = false;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLAN_H_
