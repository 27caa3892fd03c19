#include "core/sql/bind/fold.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/walk.h"
#include "core/sql/functions/eval_context.h"
#include "core/sql/functions/evaluate.h"
#include "core/sql/functions/function_entry.h"
#include "core/types/cast.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::FormatContext;
using types::Value;

bool IsConstant(const Expression& expression) {
  return expression.kind == ExpressionKind::kConstant;
}
bool IsNullConstant(const Expression& expression) {
  return IsConstant(expression) && expression.value.is_null();
}
bool IsBoolean(const Expression& expression, bool value) {
  return IsConstant(expression) && !expression.value.is_null() &&
         expression.value.bool_value() == value;
}

void Become(ExpressionPtr* expression, Value value) {
  *expression = MakeConstant(std::move(value), (*expression)->position);
}

// Takes the expression's argument in its place.
void BecomeArgument(ExpressionPtr* expression, size_t argument) {
  ExpressionPtr taken = std::move((*expression)->arguments[argument]);
  *expression = std::move(taken);
}

absl::Status FoldArguments(Expression* expression, const FormatContext& format) {
  for (ExpressionPtr& argument : expression->arguments) {
    HELIOS_RETURN_IF_ERROR(FoldExpression(&argument, format));
  }
  return absl::OkStatus();
}

absl::Status FoldCall(ExpressionPtr* expression, const FormatContext& format) {
  Expression& call = **expression;
  HELIOS_RETURN_IF_ERROR(FoldArguments(&call, format));
  const functions::FunctionEntry& function = *call.function;
  if (function.set != nullptr) return absl::OkStatus();
  const auto& arguments = call.arguments;
  if (function.strict && std::any_of(arguments.begin(), arguments.end(),
                                     [](const auto& a) { return IsNullConstant(*a); })) {
    Become(expression, Value::Null(call.type));
    return absl::OkStatus();
  }
  if (function.volatility != functions::Volatility::kImmutable ||
      !std::all_of(arguments.begin(), arguments.end(),
                   [](const auto& a) { return IsConstant(*a); })) {
    return absl::OkStatus();
  }
  std::vector<types::Vector> vectors;
  std::vector<const types::Vector*> pointers;
  vectors.reserve(arguments.size());
  for (const ExpressionPtr& argument : arguments) {
    // A NULL of a function that takes "any" has a type all the same.
    const Value value = argument->value.is_null() ? Value::Null(argument->type) : argument->value;
    pointers.push_back(&vectors.emplace_back(types::Vector::Constant(value)));
  }
  functions::EvalContext context;
  context.format = format;
  types::Vector result(call.type);
  HELIOS_RETURN_IF_ERROR(functions::Evaluate(function, context, pointers, 1, &result));
  Become(expression, result.GetValue(0));
  return absl::OkStatus();
}

absl::Status FoldCast(ExpressionPtr* expression, const FormatContext& format) {
  Expression& cast = **expression;
  HELIOS_RETURN_IF_ERROR(FoldArguments(&cast, format));
  const Expression& argument = *cast.arguments[0];
  if (!IsConstant(argument)) return absl::OkStatus();
  if (argument.value.is_null()) {
    Become(expression, Value::Null(cast.type));
    return absl::OkStatus();
  }
  if (CastIsStable(argument.type.oid, cast.type.oid)) return absl::OkStatus();
  const CastKind kind = cast.explicit_cast ? CastKind::kExplicit : CastKind::kAssignment;
  HELIOS_ASSIGN_OR_RETURN(Value value, types::CastValue(argument.value, cast.type, kind, format));
  Become(expression, std::move(value));
  return absl::OkStatus();
}

// AND: false decides, true goes away. OR: the other way round.
absl::Status FoldLogic(ExpressionPtr* expression, bool decisive, const FormatContext& format) {
  Expression& logic = **expression;
  std::vector<ExpressionPtr> kept;
  for (ExpressionPtr& argument : logic.arguments) {
    HELIOS_RETURN_IF_ERROR(FoldExpression(&argument, format));
    if (IsBoolean(*argument, decisive)) {
      Become(expression, Value::Bool(decisive));
      return absl::OkStatus();
    }
    if (!IsBoolean(*argument, !decisive)) kept.push_back(std::move(argument));
  }
  logic.arguments = std::move(kept);
  if (logic.arguments.empty()) {
    Become(expression, Value::Bool(!decisive));
  } else if (logic.arguments.size() == 1) {
    BecomeArgument(expression, 0);
  }
  return absl::OkStatus();
}

absl::Status FoldCase(ExpressionPtr* expression, const FormatContext& format) {
  Expression& node = **expression;
  std::vector<ExpressionPtr> kept;
  const size_t branches = node.arguments.size() / 2;
  bool decided = false;
  for (size_t i = 0; i < branches && !decided; ++i) {
    ExpressionPtr& condition = node.arguments[2 * i];
    ExpressionPtr& result = node.arguments[2 * i + 1];
    HELIOS_RETURN_IF_ERROR(FoldExpression(&condition, format));
    if (IsBoolean(*condition, false) || IsNullConstant(*condition)) continue;
    HELIOS_RETURN_IF_ERROR(FoldExpression(&result, format));
    decided = IsBoolean(*condition, true);
    if (!decided) kept.push_back(std::move(condition));
    kept.push_back(std::move(result));
  }
  if (!decided) {
    HELIOS_RETURN_IF_ERROR(FoldExpression(&node.arguments.back(), format));
    kept.push_back(std::move(node.arguments.back()));
  }
  node.arguments = std::move(kept);
  if (node.arguments.size() == 1) BecomeArgument(expression, 0);
  return absl::OkStatus();
}

absl::Status FoldCoalesce(ExpressionPtr* expression, const FormatContext& format) {
  Expression& node = **expression;
  std::vector<ExpressionPtr> kept;
  for (ExpressionPtr& argument : node.arguments) {
    HELIOS_RETURN_IF_ERROR(FoldExpression(&argument, format));
    if (IsNullConstant(*argument)) continue;
    const bool decides = IsConstant(*argument);
    kept.push_back(std::move(argument));
    if (decides) break;
  }
  if (kept.empty()) {
    Become(expression, Value::Null(node.type));
    return absl::OkStatus();
  }
  node.arguments = std::move(kept);
  if (node.arguments.size() == 1) BecomeArgument(expression, 0);
  return absl::OkStatus();
}

void FoldTest(ExpressionPtr* expression) {
  const Expression& test = **expression;
  const Expression& argument = *test.arguments[0];
  if (!IsConstant(argument)) return;
  bool result = argument.value.is_null();
  if (test.kind == ExpressionKind::kBooleanTest && test.test != BooleanTest::kUnknown) {
    result = IsBoolean(argument, test.test == BooleanTest::kTrue);
  }
  Become(expression, Value::Bool(result != test.negated));
}

}  // namespace

absl::Status FoldExpression(ExpressionPtr* expression, const FormatContext& format) {
  Expression& node = **expression;
  switch (node.kind) {
    case ExpressionKind::kCall:
      return FoldCall(expression, format);
    case ExpressionKind::kCast:
      return FoldCast(expression, format);
    case ExpressionKind::kAnd:
      return FoldLogic(expression, false, format);
    case ExpressionKind::kOr:
      return FoldLogic(expression, true, format);
    case ExpressionKind::kCase:
      return FoldCase(expression, format);
    case ExpressionKind::kCoalesce:
      return FoldCoalesce(expression, format);
    case ExpressionKind::kNot:
      HELIOS_RETURN_IF_ERROR(FoldArguments(&node, format));
      if (IsNullConstant(*node.arguments[0])) {
        BecomeArgument(expression, 0);
      } else if (IsConstant(*node.arguments[0])) {
        Become(expression, Value::Bool(!node.arguments[0]->value.bool_value()));
      }
      return absl::OkStatus();
    case ExpressionKind::kIsNull:
    case ExpressionKind::kBooleanTest:
      HELIOS_RETURN_IF_ERROR(FoldArguments(&node, format));
      FoldTest(expression);
      return absl::OkStatus();
    case ExpressionKind::kSubquery:
      HELIOS_RETURN_IF_ERROR(FoldArguments(&node, format));
      return FoldQuery(node.subquery.get(), format);
    default:
      return FoldArguments(&node, format);
  }
}

absl::Status FoldQuery(Query* query, const FormatContext& format) {
  absl::Status status;
  // FoldExpression goes down by itself; the walk finds the expressions to begin with.
  WalkQuery(*query, 0, [&status, &format](ExpressionPtr& expression, int) {
    if (status.ok()) status = FoldExpression(&expression, format);
    return false;
  });
  return status;
}

absl::Status FoldTargets(std::vector<Target>* targets, const FormatContext& format) {
  for (Target& target : *targets) {
    HELIOS_RETURN_IF_ERROR(FoldExpression(&target.expression, format));
  }
  return absl::OkStatus();
}

absl::Status FoldInsert(Insert* insert, const FormatContext& format) {
  HELIOS_RETURN_IF_ERROR(FoldQuery(insert->source.get(), format));
  for (ExpressionPtr& value : insert->defaults) {
    if (value != nullptr) HELIOS_RETURN_IF_ERROR(FoldExpression(&value, format));
  }
  if (insert->on_conflict.has_value()) {
    for (auto& [column, value] : insert->on_conflict->assignments) {
      HELIOS_RETURN_IF_ERROR(FoldExpression(&value, format));
    }
    if (insert->on_conflict->where != nullptr) {
      HELIOS_RETURN_IF_ERROR(FoldExpression(&insert->on_conflict->where, format));
    }
  }
  return FoldTargets(&insert->returning, format);
}

}  // namespace heliosdb::sql::bind
