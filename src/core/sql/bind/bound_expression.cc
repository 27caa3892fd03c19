#include "core/sql/bind/bound_expression.h"

#include <utility>

#include "core/sql/bind/bound_query.h"
#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::bind {
namespace {

std::vector<ExpressionPtr> CloneAll(const std::vector<ExpressionPtr>& expressions) {
  std::vector<ExpressionPtr> copies;
  copies.reserve(expressions.size());
  for (const ExpressionPtr& expression : expressions) {
    copies.push_back(CloneExpression(*expression));
  }
  return copies;
}

bool SameOrNull(const ExpressionPtr& a, const ExpressionPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return SameExpression(*a, *b);
}

}  // namespace

// Out of line, as they need the complete Query.
Expression::Expression() = default;
Expression::~Expression() = default;

ExpressionPtr CloneExpression(const Expression& expression) {
  auto copy = std::make_unique<Expression>();
  copy->kind = expression.kind;
  copy->type = expression.type;
  copy->position = expression.position;
  copy->value = expression.value;
  copy->relation = expression.relation;
  copy->column = expression.column;
  copy->levels_up = expression.levels_up;
  copy->index = expression.index;
  copy->negated = expression.negated;
  copy->explicit_cast = expression.explicit_cast;
  copy->test = expression.test;
  copy->subquery_kind = expression.subquery_kind;
  copy->function = expression.function;
  copy->arguments = CloneAll(expression.arguments);
  if (expression.subquery != nullptr) copy->subquery = CloneQuery(*expression.subquery);
  if (expression.comparison != nullptr) copy->comparison = CloneExpression(*expression.comparison);
  return copy;
}

bool SameExpression(const Expression& a, const Expression& b) {
  if (a.kind != b.kind || a.type != b.type || a.relation != b.relation || a.column != b.column ||
      a.levels_up != b.levels_up || a.index != b.index || a.negated != b.negated ||
      a.test != b.test || a.subquery_kind != b.subquery_kind || a.function != b.function ||
      a.arguments.size() != b.arguments.size()) {
    return false;
  }
  if (a.kind == ExpressionKind::kConstant && !a.value.Identical(b.value)) return false;
  if (a.kind == ExpressionKind::kCall &&
      a.function->volatility == functions::Volatility::kVolatile) {
    return false;
  }
  for (size_t i = 0; i < a.arguments.size(); ++i) {
    if (!SameExpression(*a.arguments[i], *b.arguments[i])) return false;
  }
  if ((a.subquery == nullptr) != (b.subquery == nullptr)) return false;
  if (a.subquery != nullptr && !SameQuery(*a.subquery, *b.subquery)) return false;
  return SameOrNull(a.comparison, b.comparison);
}

Aggregate Aggregate::Clone() const {
  Aggregate copy;
  copy.entry = entry;
  copy.type = type;
  copy.arguments = CloneAll(arguments);
  if (filter != nullptr) copy.filter = CloneExpression(*filter);
  copy.distinct = distinct;
  for (const Order& order : order_by) {
    copy.order_by.push_back(
        {CloneExpression(*order.expression), order.descending, order.nulls_first});
  }
  copy.direct_arguments = CloneAll(direct_arguments);
  return copy;
}

ExpressionPtr MakeNode(ExpressionKind kind, types::Type type, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->type = type;
  node->position = position;
  return node;
}

ExpressionPtr MakeConstant(types::Value value, int position) {
  ExpressionPtr node = MakeNode(ExpressionKind::kConstant, value.type(), position);
  node->value = std::move(value);
  return node;
}

ExpressionPtr MakeColumn(int relation, int column, types::Type type, int position) {
  ExpressionPtr node = MakeNode(ExpressionKind::kColumn, type, position);
  node->relation = relation;
  node->column = column;
  return node;
}

}  // namespace heliosdb::sql::bind
