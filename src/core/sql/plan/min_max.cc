#include "core/sql/plan/min_max.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/make_node.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using bind::Query;
using functions::OperatorKind;

bool IsKeyEnd(const Aggregate& aggregate, int relation) {
  if (aggregate.entry->index_end == OperatorKind::kOther || aggregate.filter != nullptr ||
      aggregate.arguments.size() != 1)
    return false;
  const Expression& argument = *aggregate.arguments[0];
  return argument.kind == ExpressionKind::kColumn && argument.levels_up == 0 &&
         argument.relation == relation;
}

bool Fits(const Query& query) {
  if (!query.group_by.empty() || query.aggregates.empty() || query.from == nullptr ||
      query.from->relation < 0 || !query.common_tables.empty())
    return false;
  const int relation = query.from->relation;
  if (query.relations[relation].kind != bind::Relation::Kind::kTable) return false;
  if (query.where != nullptr && ContainsVolatile(*query.where)) return false;
  return std::all_of(
      query.aggregates.begin(), query.aggregates.end(),
      [relation](const Aggregate& aggregate) { return IsKeyEnd(aggregate, relation); });
}

ExpressionPtr MakeNotNull(const Expression& column) {
  auto test = std::make_unique<Expression>();
  test->kind = ExpressionKind::kIsNull;
  test->type = {types::TypeOid::kBool};
  test->negated = true;
  test->arguments.push_back(bind::CloneExpression(column));
  return test;
}

// (SELECT column FROM ... WHERE ... AND column IS NOT NULL ORDER BY column LIMIT 1).
ExpressionPtr MakeSubquery(const Query& query, const Aggregate& aggregate) {
  const bool not_null = [&query, &aggregate] {
    const Expression& column = *aggregate.arguments[0];
    return query.relations[column.relation].table->columns[column.column].not_null;
  }();
  std::unique_ptr<Query> ends = bind::CloneQuery(query);
  ShiftLevels(*ends, 1, 1);
  const Aggregate& own = ends->aggregates[&aggregate - query.aggregates.data()];
  ExpressionPtr column = bind::CloneExpression(*own.arguments[0]);
  if (!not_null) {
    ExpressionPtr condition = MakeNotNull(*column);
    if (ends->where != nullptr) {
      auto both = std::make_unique<Expression>();
      both->kind = ExpressionKind::kAnd;
      both->type = {types::TypeOid::kBool};
      both->arguments.push_back(std::move(ends->where));
      both->arguments.push_back(std::move(condition));
      condition = std::move(both);
    }
    ends->where = std::move(condition);
  }
  ends->aggregated = false;
  ends->aggregates.clear();
  ends->having.reset();
  ends->targets.clear();
  const bool greatest = aggregate.entry->index_end == OperatorKind::kGreater;
  ends->targets.push_back({"end", std::move(column)});
  ends->visible_targets = 1;
  ends->distinct = bind::DistinctKind::kNone;
  ends->distinct_on.clear();
  ends->order_by = {{0, greatest, greatest}};
  ends->offset.reset();
  ends->limit = std::make_unique<Expression>();
  ends->limit->type = {types::TypeOid::kInt8};
  ends->limit->value = types::Value::Int8(1);
  auto subquery = std::make_unique<Expression>();
  subquery->kind = ExpressionKind::kSubquery;
  subquery->type = aggregate.type;
  subquery->subquery_kind = bind::SubqueryKind::kScalar;
  subquery->subquery = std::move(ends);
  return subquery;
}

bool Sorts(const Node& node) {
  return node.kind == NodeKind::kSort ||
         std::any_of(node.children.begin(), node.children.end(),
                     [](const NodePtr& child) { return Sorts(*child); });
}

}  // namespace

absl::StatusOr<NodePtr> PlanMinMax(Planner* planner, PlannerScope* scope, const Query& query) {
  if (!Fits(query)) return NodePtr();
  const Planner::Mark mark = planner->MakeMark();
  const size_t requests = scope->requests().size();
  NodePtr node = MakeResult();
  std::vector<ExpressionPtr> ends;
  double cost = node->total_cost;
  for (const Aggregate& aggregate : query.aggregates) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr end, scope->Rewrite(*MakeSubquery(query, aggregate), {}));
    const Node& root = *planner->plan().subplans[end->index].root;
    if (Sorts(root)) {
      planner->ReturnTo(mark);
      scope->CutRequests(requests);
      return NodePtr();
    }
    cost += root.total_cost;
    ends.push_back(std::move(end));
  }
  node = MakeProject(std::move(node), std::move(ends));
  node->startup_cost = node->total_cost = cost;
  return node;
}

}  // namespace heliosdb::sql::plan
