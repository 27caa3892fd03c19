#include <utility>

#include "core/base/check.h"
#include "core/sql/execute/evaluate_call.h"
#include "core/sql/execute/evaluate_conditional.h"
#include "core/sql/execute/evaluate_logic.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/subplans.h"

namespace heliosdb::sql::execute {
namespace {

using bind::Expression;
using bind::ExpressionKind;

// The = of the first two arguments; compiled anew, since an evaluator has one owner.
absl::StatusOr<EvaluatorPtr> CompileEqual(const Expression& expression) {
  std::vector<EvaluatorPtr> sides;
  for (size_t i = 0; i < 2; ++i) {
    HELIOS_ASSIGN_OR_RETURN(sides.emplace_back(), CompileExpression(*expression.arguments[i]));
  }
  return MakeCall({types::TypeOid::kBool}, *expression.function, std::move(sides));
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): one case per kind of expression, no logic of its own.
absl::StatusOr<EvaluatorPtr> CompileExpression(const Expression& expression) {
  if (expression.kind == ExpressionKind::kSubplan) return CompileSubplan(expression);
  HELIOS_ASSIGN_OR_RETURN(std::vector<EvaluatorPtr> arguments,
                          CompileExpressions(expression.arguments));
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return MakeConstant(expression.value.WithType(expression.type));
    case ExpressionKind::kSlot:
      return MakeSlot(expression.type, expression.index);
    case ExpressionKind::kParameter:
      return MakeParameter(expression.type, expression.index);
    case ExpressionKind::kOuterValue:
      return MakeOuterValue(expression.type, expression.index);
    case ExpressionKind::kCall:
      return MakeCall(expression.type, *expression.function, std::move(arguments));
    case ExpressionKind::kCast:
      return MakeCast(expression.type, std::move(arguments[0]), expression.explicit_cast);
    case ExpressionKind::kAnd:
      return MakeAnd(std::move(arguments));
    case ExpressionKind::kOr:
      return MakeOr(std::move(arguments));
    case ExpressionKind::kNot:
      return MakeNot(std::move(arguments[0]));
    case ExpressionKind::kIsNull:
      return MakeIsNull(std::move(arguments[0]), expression.negated);
    case ExpressionKind::kBooleanTest:
      return MakeBooleanTest(std::move(arguments[0]), expression.test, expression.negated);
    case ExpressionKind::kDistinctFrom: {
      HELIOS_ASSIGN_OR_RETURN(EvaluatorPtr equal, CompileEqual(expression));
      return MakeDistinctFrom(std::move(arguments[0]), std::move(arguments[1]), std::move(equal),
                              expression.negated);
    }
    case ExpressionKind::kCase:
      return MakeCase(expression.type, std::move(arguments));
    case ExpressionKind::kCoalesce:
      return MakeCoalesce(expression.type, std::move(arguments));
    case ExpressionKind::kNullIf: {
      HELIOS_ASSIGN_OR_RETURN(EvaluatorPtr equal, CompileEqual(expression));
      return MakeNullIf(std::move(arguments[0]), std::move(equal));
    }
    case ExpressionKind::kGreatest:
      return MakeExtreme(expression.type, std::move(arguments), Extreme::kGreatest);
    case ExpressionKind::kLeast:
      return MakeExtreme(expression.type, std::move(arguments), Extreme::kLeast);
    case ExpressionKind::kInList:
      return MakeInList(std::move(arguments), expression.negated);
    case ExpressionKind::kColumn:
    case ExpressionKind::kGroupKey:
    case ExpressionKind::kAggregate:
    case ExpressionKind::kSubquery:
    case ExpressionKind::kSubplan:
      break;
  }
  return Internal("an expression of kind {} reached the executor",
                  static_cast<int>(expression.kind));
}

absl::StatusOr<std::vector<EvaluatorPtr>> CompileExpressions(
    const std::vector<bind::ExpressionPtr>& expressions) {
  std::vector<EvaluatorPtr> evaluators;
  evaluators.reserve(expressions.size());
  for (const bind::ExpressionPtr& expression : expressions) {
    HELIOS_ASSIGN_OR_RETURN(evaluators.emplace_back(), CompileExpression(*expression));
  }
  return evaluators;
}

absl::StatusOr<types::Value> EvaluateConstant(ExecContext& context, Evaluator* evaluator) {
  HELIOS_ASSIGN_OR_RETURN(const types::Vector* value,
                          evaluator->Evaluate(context, types::Chunk{{}, 1}));
  return value->GetValue(0);
}

}  // namespace heliosdb::sql::execute
