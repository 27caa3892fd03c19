#include "core/sql/plan/rewrite_rules.h"

#include <utility>

#include "core/sql/plan/planner_scope.h"

namespace heliosdb::sql::plan {

using bind::Expression;
using bind::ExpressionKind;

ExpressionPtr RewriteRowExpression(const Expression& expression) {
  if (expression.kind == ExpressionKind::kColumn)
    return MakeSlotExpression(expression.type, expression.column);
  ExpressionPtr result = bind::CloneExpression(expression);
  for (size_t i = 0; i < expression.arguments.size(); ++i)
    result->arguments[i] = RewriteRowExpression(*expression.arguments[i]);
  return result;
}

bind::TableRules RewriteRules(const bind::TableRules& rules) {
  bind::TableRules result;
  for (const bind::TableRules::Check& check : rules.checks)
    result.checks.push_back({check.name, RewriteRowExpression(*check.expression)});
  for (const bind::TableRules::IndexRule& rule : rules.indexes) {
    bind::TableRules::IndexRule& rewritten = result.indexes.emplace_back();
    rewritten.index = rule.index;
    for (const bind::ExpressionPtr& key : rule.keys)
      rewritten.keys.push_back(RewriteRowExpression(*key));
    if (rule.predicate != nullptr) rewritten.predicate = RewriteRowExpression(*rule.predicate);
  }
  return result;
}

}  // namespace heliosdb::sql::plan
