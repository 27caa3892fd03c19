#include "core/sql/plan/index_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/sql/bind/bind.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/operators.h"
#include "core/types/compare.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using functions::OperatorKind;

// column op constant.
struct ColumnBound {
  const Expression* column = nullptr;
  const types::Value* value = nullptr;
  OperatorKind kind = OperatorKind::kOther;
};

ColumnBound BoundOf(const Expression& expression) {
  const functions::OperatorEntry* const op = BinaryOperatorOf(expression);
  if (op == nullptr || expression.arguments[1]->kind != ExpressionKind::kConstant ||
      expression.arguments[1]->value.is_null())
    return {};
  return {expression.arguments[0].get(), &expression.arguments[1]->value, op->kind};
}

// (x condition.kind condition.value) implies (x predicate.kind predicate.value).
bool BoundImplies(const ColumnBound& condition, const ColumnBound& predicate) {
  if (condition.column == nullptr || predicate.column == nullptr ||
      condition.value->type().oid != predicate.value->type().oid ||
      !bind::SameExpression(*condition.column, *predicate.column))
    return false;
  const int order = types::CompareValues(*condition.value, *predicate.value);
  const bool equal = condition.kind == OperatorKind::kEqual;
  const bool from_below =
      condition.kind == OperatorKind::kLess || condition.kind == OperatorKind::kLessOrEqual;
  const bool from_above =
      condition.kind == OperatorKind::kGreater || condition.kind == OperatorKind::kGreaterOrEqual;
  switch (predicate.kind) {
    case OperatorKind::kLess:
      return ((equal || from_below) && order < 0) ||
             (condition.kind == OperatorKind::kLess && order == 0);
    case OperatorKind::kLessOrEqual:
      return (equal || from_below) && order <= 0;
    case OperatorKind::kGreater:
      return ((equal || from_above) && order > 0) ||
             (condition.kind == OperatorKind::kGreater && order == 0);
    case OperatorKind::kGreaterOrEqual:
      return (equal || from_above) && order >= 0;
    case OperatorKind::kEqual:
      return equal && order == 0;
    case OperatorKind::kNotEqual:
      return equal && order != 0;
    case OperatorKind::kOther:
      break;
  }
  return false;
}

// The condition is not true for a row in which this column is NULL.
bool RejectsNullColumn(const Expression& condition, const Expression& column) {
  if (condition.kind == ExpressionKind::kIsNull)
    return condition.negated && bind::SameExpression(*condition.arguments[0], column);
  const bool strict = (condition.kind == ExpressionKind::kCall && condition.function->strict) ||
                      condition.kind == ExpressionKind::kInList;
  if (!strict) return bind::SameExpression(condition, column);
  return std::any_of(condition.arguments.begin(), condition.arguments.end(),
                     [&condition, &column](const ExpressionPtr& argument) {
                       const bool first_only = condition.kind == ExpressionKind::kInList &&
                                               argument != condition.arguments[0];
                       return !first_only && bind::SameExpression(*argument, column);
                     });
}

bool ImpliesPart(const Expression& condition, const Expression& part) {
  if (bind::SameExpression(condition, part)) return true;
  if (part.kind == ExpressionKind::kIsNull && part.negated)
    return RejectsNullColumn(condition, *part.arguments[0]);
  return BoundImplies(BoundOf(condition), BoundOf(part));
}

}  // namespace

const bind::TableRules::IndexRule* IndexRules::Of(const catalog::Table& table,
                                                  const catalog::Index& index) {
  const auto [found, added] = rules_.try_emplace(&index);
  if (!added) return found->second.get();
  static const std::vector<std::string>* const path = new std::vector<std::string>{"pg_catalog"};
  bind::BindContext context;
  context.image = &image_;
  context.search_path = *path;
  absl::StatusOr<bind::TableRules::IndexRule> rule = bind::BindIndexRule(table, index, context);
  if (rule.ok()) found->second = std::make_unique<bind::TableRules::IndexRule>(*std::move(rule));
  return found->second.get();
}

ExpressionPtr OverRelation(const Expression& expression, int relation) {
  ExpressionPtr copy = bind::CloneExpression(expression);
  WalkExpression(copy, 0,
                 {[relation](ExpressionPtr& node, int depth) {
                    if (node->levels_up == depth) node->relation = relation;
                  },
                  nullptr});
  return copy;
}

bool ImpliesPredicate(const std::vector<const Conjunct*>& conditions, const Expression& predicate,
                      int relation, std::vector<const Conjunct*>* same) {
  std::vector<ExpressionPtr> parts;
  SplitConjuncts(OverRelation(predicate, relation), &parts);
  std::vector<const Conjunct*> matches;
  for (const ExpressionPtr& part : parts) {
    bool implied = false;
    for (const Conjunct* const condition : conditions) {
      if (!ImpliesPart(*condition->expression, *part)) continue;
      implied = true;
      if (bind::SameExpression(*condition->expression, *part)) matches.push_back(condition);
    }
    if (!implied) return false;
  }
  same->insert(same->end(), matches.begin(), matches.end());
  return true;
}

}  // namespace heliosdb::sql::plan
