// Plan nodes with their outputs, estimated rows and costs filled in.
#ifndef HELIOSDB_CORE_SQL_PLAN_MAKE_NODE_H_
#define HELIOSDB_CORE_SQL_PLAN_MAKE_NODE_H_

#include <vector>

#include "core/sql/plan/plan.h"

namespace heliosdb::sql::plan {

// PostgreSQL's cost units (seq_page_cost is 1).
inline constexpr double kCpuTupleCost = 0.01;
inline constexpr double kCpuIndexTupleCost = 0.005;
inline constexpr double kCpuOperatorCost = 0.0025;
inline constexpr double kPageBytes = 8192;

NodePtr MakeResult();
// One row for each list of values.
NodePtr MakeValues(std::vector<std::vector<ExpressionPtr>> rows, std::vector<types::Type> outputs);
// The child itself without conjuncts. selectivity: of all of them together.
NodePtr MakeFilter(NodePtr child, std::vector<ExpressionPtr> conjuncts, double selectivity);
// The child itself when the expressions are its slots in order.
NodePtr MakeProject(NodePtr child, std::vector<ExpressionPtr> expressions);
// Keeps the first `count` slots.
NodePtr MakePrefix(NodePtr child, size_t count);
NodePtr MakeSort(NodePtr child, std::vector<SortKey> keys, ExpressionPtr rows_max);
NodePtr MakeLimit(NodePtr child, ExpressionPtr limit, ExpressionPtr offset,
                  std::vector<SortKey> ties);
NodePtr MakeMaterialize(NodePtr child);
NodePtr MakeAppend(std::vector<NodePtr> children);
// groups: how many are expected.
enum class GroupStrategy { kHash, kSorted };
NodePtr MakeAggregate(NodePtr child, std::vector<ExpressionPtr> keys,
                      std::vector<Aggregate> aggregates, double groups, GroupStrategy strategy);
// Equal rows once. groups as above.
NodePtr MakeDistinct(NodePtr child, double groups);
NodePtr MakeDistinctOn(NodePtr child, std::vector<int> slots, double groups);
NodePtr MakeSetOperation(bind::SetOperator op, bool all, NodePtr left, NodePtr right);

// Fills width_bytes from outputs.
void SetTypicalWidth(Node* node);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_MAKE_NODE_H_
