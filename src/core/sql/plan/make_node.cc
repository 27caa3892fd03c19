#include "core/sql/plan/make_node.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/sql/plan/planner_scope.h"
#include "core/sql/plan/statistics.h"

namespace heliosdb::sql::plan {
namespace {

bool IsSlot(const bind::Expression& expression, size_t slot) {
  return expression.kind == bind::ExpressionKind::kSlot &&
         expression.index == static_cast<int>(slot);
}

// Takes outputs, estimates and width of the child, and the child.
void PutOver(Node* node, NodePtr child) {
  node->outputs = child->outputs;
  node->rows = child->rows;
  node->startup_cost = child->startup_cost;
  node->total_cost = child->total_cost;
  node->width_bytes = child->width_bytes;
  node->children.push_back(std::move(child));
}

// The number that a LIMIT or OFFSET says, where it is a constant; PostgreSQL guesses a tenth
// otherwise.
double RowsSaid(const ExpressionPtr& expression, double absent, double unknown) {
  if (expression == nullptr) return absent;
  if (expression->kind != bind::ExpressionKind::kConstant) return unknown;
  if (expression->value.is_null()) return absent;
  return std::max(0.0, static_cast<double>(expression->value.integer()));
}

}  // namespace

void SetTypicalWidth(Node* node) {
  node->width_bytes = 0;
  for (const types::Type& type : node->outputs) node->width_bytes += TypicalBytes(type);
}

NodePtr MakeResult() {
  auto node = std::make_unique<ResultNode>();
  node->total_cost = kCpuTupleCost;
  return node;
}

NodePtr MakeValues(std::vector<std::vector<ExpressionPtr>> rows, std::vector<types::Type> outputs) {
  auto node = std::make_unique<ValuesNode>();
  node->outputs = std::move(outputs);
  node->rows = static_cast<double>(rows.size());
  node->total_cost = node->rows * (kCpuTupleCost + kCpuOperatorCost);
  node->values = std::move(rows);
  SetTypicalWidth(node.get());
  return node;
}

NodePtr MakeFilter(NodePtr child, std::vector<ExpressionPtr> conjuncts, double selectivity) {
  if (conjuncts.empty()) return child;
  auto node = std::make_unique<FilterNode>();
  const double tests = child->rows * static_cast<double>(conjuncts.size());
  PutOver(node.get(), std::move(child));
  node->total_cost += tests * kCpuOperatorCost;
  node->rows = std::max(1.0, std::rint(node->rows * selectivity));
  node->conjuncts = std::move(conjuncts);
  return node;
}

NodePtr MakeProject(NodePtr child, std::vector<ExpressionPtr> expressions) {
  bool same = expressions.size() == child->outputs.size();
  for (size_t i = 0; same && i < expressions.size(); ++i) same = IsSlot(*expressions[i], i);
  if (same) return child;
  auto node = std::make_unique<ProjectNode>();
  size_t computed = 0;
  std::vector<types::Type> outputs;
  for (const ExpressionPtr& expression : expressions) {
    outputs.push_back(expression->type);
    if (expression->kind != bind::ExpressionKind::kSlot) ++computed;
  }
  PutOver(node.get(), std::move(child));
  node->outputs = std::move(outputs);
  node->expressions = std::move(expressions);
  node->total_cost += node->rows * static_cast<double>(computed) * kCpuOperatorCost;
  SetTypicalWidth(node.get());
  return node;
}

NodePtr MakePrefix(NodePtr child, size_t count) {
  std::vector<ExpressionPtr> expressions;
  for (size_t i = 0; i < count; ++i)
    expressions.push_back(MakeSlotExpression(child->outputs[i], static_cast<int>(i)));
  return MakeProject(std::move(child), std::move(expressions));
}

NodePtr MakeSort(NodePtr child, std::vector<SortKey> keys, ExpressionPtr rows_max) {
  auto node = std::make_unique<SortNode>();
  PutOver(node.get(), std::move(child));
  const double rows = std::max(2.0, node->rows);
  const double wanted = std::min(rows, RowsSaid(rows_max, rows, rows / 10));
  // Comparing takes about two operators.
  const double comparisons =
      rows * std::log2(std::max(2.0, rows_max == nullptr ? rows : wanted * 2));
  node->startup_cost = node->total_cost + comparisons * 2 * kCpuOperatorCost;
  node->total_cost = node->startup_cost + node->rows * kCpuOperatorCost;
  node->keys = std::move(keys);
  node->rows_max = std::move(rows_max);
  return node;
}

NodePtr MakeLimit(NodePtr child, ExpressionPtr limit, ExpressionPtr offset,
                  std::vector<SortKey> ties) {
  if (limit == nullptr && offset == nullptr) return child;
  auto node = std::make_unique<LimitNode>();
  PutOver(node.get(), std::move(child));
  const double input = node->rows;
  const double skipped = std::min(input, RowsSaid(offset, 0, input / 10));
  const double kept =
      std::min(input - skipped, RowsSaid(limit, input, std::max(1.0, std::rint(input / 10))));
  const double per_row = (node->total_cost - node->startup_cost) / std::max(1.0, input);
  node->startup_cost += per_row * skipped;
  node->total_cost = node->startup_cost + per_row * kept;
  node->rows = std::max(1.0, kept);
  node->limit = std::move(limit);
  node->offset = std::move(offset);
  node->ties = std::move(ties);
  return node;
}

NodePtr MakeMaterialize(NodePtr child) {
  auto node = std::make_unique<MaterializeNode>();
  PutOver(node.get(), std::move(child));
  node->total_cost += 2 * kCpuOperatorCost * node->rows;
  return node;
}

NodePtr MakeAppend(std::vector<NodePtr> children) {
  auto node = std::make_unique<AppendNode>();
  node->outputs = children[0]->outputs;
  node->rows = 0;
  node->startup_cost = children[0]->startup_cost;
  for (const NodePtr& child : children) {
    node->rows += child->rows;
    node->total_cost += child->total_cost;
    node->width_bytes = std::max(node->width_bytes, child->width_bytes);
  }
  node->total_cost += node->rows * kCpuTupleCost * 0.5;
  node->children = std::move(children);
  return node;
}

NodePtr MakeAggregate(NodePtr child, std::vector<ExpressionPtr> keys,
                      std::vector<Aggregate> aggregates, double groups, GroupStrategy strategy) {
  auto node = std::make_unique<AggregateNode>();
  PutOver(node.get(), std::move(child));
  const double input = node->rows;
  node->outputs.clear();
  for (const ExpressionPtr& key : keys) node->outputs.push_back(key->type);
  for (const Aggregate& aggregate : aggregates) node->outputs.push_back(aggregate.type);
  SetTypicalWidth(node.get());
  const double calls = static_cast<double>(keys.size() + aggregates.size());
  node->rows = keys.empty() ? 1 : std::clamp(std::rint(groups), 1.0, std::max(1.0, input));
  node->input_sorted = strategy == GroupStrategy::kSorted;
  const double work = input * calls * kCpuOperatorCost;
  // Groups of sorted input are given while it is read.
  if (!node->input_sorted) node->startup_cost = node->total_cost + work;
  node->total_cost += work + node->rows * kCpuTupleCost;
  node->keys = std::move(keys);
  node->aggregates = std::move(aggregates);
  return node;
}

NodePtr MakeDistinct(NodePtr child, double groups) {
  std::vector<ExpressionPtr> keys;
  for (size_t i = 0; i < child->outputs.size(); ++i)
    keys.push_back(MakeSlotExpression(child->outputs[i], static_cast<int>(i)));
  return MakeAggregate(std::move(child), std::move(keys), {}, groups, GroupStrategy::kHash);
}

NodePtr MakeDistinctOn(NodePtr child, std::vector<int> slots, double groups) {
  auto node = std::make_unique<DistinctOnNode>();
  PutOver(node.get(), std::move(child));
  node->total_cost += node->rows * static_cast<double>(slots.size()) * kCpuOperatorCost;
  node->rows = std::clamp(groups, 1.0, std::max(1.0, node->rows));
  node->slots = std::move(slots);
  return node;
}

NodePtr MakeSetOperation(bind::SetOperator op, bool all, NodePtr left, NodePtr right) {
  auto node = std::make_unique<SetOperationNode>();
  node->op = op;
  node->all = all;
  const double input = left->rows + right->rows;
  node->rows = op == bind::SetOperator::kIntersect ? std::min(left->rows, right->rows) : left->rows;
  node->startup_cost = left->total_cost + right->total_cost +
                       input * static_cast<double>(left->outputs.size()) * kCpuOperatorCost;
  node->total_cost = node->startup_cost + node->rows * kCpuTupleCost;
  node->outputs = left->outputs;
  node->width_bytes = left->width_bytes;
  node->children.push_back(std::move(left));
  node->children.push_back(std::move(right));
  return node;
}

}  // namespace heliosdb::sql::plan
