#include "core/sql/plan/planner_scope.h"

#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;

// A comparison's sides: relation -1 is the left side, set as outer values, relation -2 the
// subquery's output.
void BindComparison(Expression* node, const std::vector<int>& comparison_values) {
  if (node->kind == ExpressionKind::kColumn && node->relation == -1) {
    node->kind = ExpressionKind::kOuterValue;
    node->index = comparison_values[node->column];
  } else if (node->kind == ExpressionKind::kColumn && node->relation == -2) {
    node->kind = ExpressionKind::kSlot;
    node->index = node->column;
  }
  for (bind::ExpressionPtr& argument : node->arguments)
    BindComparison(argument.get(), comparison_values);
}

bool SameColumn(const Expression& a, const Expression& b) {
  return a.kind == b.kind && a.relation == b.relation && a.column == b.column && a.index == b.index;
}

}  // namespace

ExpressionPtr MakeSlotExpression(types::Type type, int slot) {
  auto expression = std::make_unique<Expression>();
  expression->kind = ExpressionKind::kSlot;
  expression->type = type;
  expression->index = slot;
  return expression;
}

ExpressionPtr MakeOuterValueExpression(types::Type type, int index) {
  auto expression = std::make_unique<Expression>();
  expression->kind = ExpressionKind::kOuterValue;
  expression->type = type;
  expression->index = index;
  return expression;
}

SlotMap SlotMap::Join(const SlotMap& left, const SlotMap& right, int left_slots) {
  SlotMap joined = left;
  for (const auto& [column, slot] : right.columns) joined.columns[column] = left_slots + slot;
  return joined;
}

int PlannerScope::OuterValueFor(const Expression& column) {
  for (const Request& request : requests_) {
    const Expression& known = *request.expression;
    if (known.levels_up == column.levels_up - 1 && SameColumn(known, column))
      return request.outer_value;
  }
  Request& request = requests_.emplace_back();
  request.outer_value = planner_->NewOuterValue(column.type);
  request.expression = bind::CloneExpression(column);
  --request.expression->levels_up;
  return request.outer_value;
}

absl::Status PlannerScope::TakeRequests(PlannerScope* inner, ColumnParameters* parameters) {
  for (Request& request : inner->requests_) {
    Expression& wanted = *request.expression;
    if (wanted.levels_up > 0) {
      --wanted.levels_up;
      requests_.push_back(std::move(request));
      continue;
    }
    if (parameters == nullptr || wanted.kind != ExpressionKind::kColumn)
      return Internal("a query refers to a level that does not stand beside it");
    parameters->emplace(ColumnRef{wanted.relation, wanted.column}, request.outer_value);
  }
  inner->requests_.clear();
  return absl::OkStatus();
}

absl::StatusOr<ExpressionPtr> PlannerScope::RewriteColumn(const Expression& expression,
                                                          const SlotMap& map,
                                                          ColumnParameters* parameters) {
  if (expression.levels_up > 0)
    return MakeOuterValueExpression(expression.type, OuterValueFor(expression));
  if (expression.kind == ExpressionKind::kGroupKey)
    return MakeSlotExpression(expression.type, map.group_keys_start + expression.index);
  if (expression.kind == ExpressionKind::kAggregate)
    return MakeSlotExpression(expression.type, map.aggregates_start + expression.index);
  const ColumnRef column{expression.relation, expression.column};
  if (const auto found = map.columns.find(column); found != map.columns.end())
    return MakeSlotExpression(expression.type, found->second);
  if (parameters == nullptr) {
    return Internal("column {} of relation {} is missing from a plan node", column.column,
                    column.relation);
  }
  auto known = parameters->find(column);
  if (known == parameters->end())
    known = parameters->emplace(column, planner_->NewOuterValue(expression.type));
  return MakeOuterValueExpression(expression.type, known->second);
}

absl::StatusOr<ExpressionPtr> PlannerScope::RewriteSubquery(const Expression& expression,
                                                            const SlotMap& map,
                                                            ColumnParameters* parameters) {
  PlannerScope inner(planner_, this);
  const std::unique_ptr<bind::Query> query = bind::CloneQuery(*expression.subquery);
  HELIOS_ASSIGN_OR_RETURN(NodePtr root, planner_->PlanQuery(query.get(), &inner));
  auto result = std::make_unique<Expression>();
  result->kind = ExpressionKind::kSubplan;
  result->type = expression.type;
  result->position = expression.position;
  result->negated = expression.negated;
  result->subquery_kind = expression.subquery_kind;
  Subplan subplan;
  for (const Request& request : inner.requests()) {
    subplan.outer_values.push_back(request.outer_value);
    HELIOS_ASSIGN_OR_RETURN(result->arguments.emplace_back(),
                            Rewrite(*request.expression, map, parameters));
  }
  if (expression.comparison != nullptr) {
    result->comparison = bind::CloneExpression(*expression.comparison);
    for (const bind::ExpressionPtr& argument : expression.arguments) {
      subplan.comparison_values.push_back(planner_->NewOuterValue(argument->type));
      HELIOS_ASSIGN_OR_RETURN(result->arguments.emplace_back(),
                              Rewrite(*argument, map, parameters));
    }
    BindComparison(result->comparison.get(), subplan.comparison_values);
  }
  subplan.root = std::move(root);
  result->index = planner_->AddSubplan(std::move(subplan));
  return result;
}

absl::StatusOr<ExpressionPtr> PlannerScope::Rewrite(const Expression& expression,
                                                    const SlotMap& map,
                                                    ColumnParameters* parameters) {
  switch (expression.kind) {
    case ExpressionKind::kColumn:
    case ExpressionKind::kGroupKey:
    case ExpressionKind::kAggregate:
      return RewriteColumn(expression, map, parameters);
    case ExpressionKind::kSubquery:
      return RewriteSubquery(expression, map, parameters);
    default:
      break;
  }
  auto result = std::make_unique<Expression>();
  result->kind = expression.kind;
  result->type = expression.type;
  result->position = expression.position;
  result->value = expression.value;
  result->index = expression.index;
  result->negated = expression.negated;
  result->explicit_cast = expression.explicit_cast;
  result->test = expression.test;
  result->function = expression.function;
  for (const bind::ExpressionPtr& argument : expression.arguments) {
    HELIOS_ASSIGN_OR_RETURN(result->arguments.emplace_back(), Rewrite(*argument, map, parameters));
  }
  return result;
}

absl::StatusOr<std::vector<ExpressionPtr>> PlannerScope::RewriteAll(
    const std::vector<bind::ExpressionPtr>& expressions, const SlotMap& map,
    ColumnParameters* parameters) {
  std::vector<ExpressionPtr> results;
  for (const bind::ExpressionPtr& expression : expressions) {
    HELIOS_ASSIGN_OR_RETURN(results.emplace_back(), Rewrite(*expression, map, parameters));
  }
  return results;
}

}  // namespace heliosdb::sql::plan
