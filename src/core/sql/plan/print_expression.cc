#include "core/sql/plan/print_expression.h"

#include <algorithm>

#include "fmt/format.h"

#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/operators.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using types::TypeOid;

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted.push_back('\'');
    quoted.push_back(c);
  }
  return quoted + "'";
}

bool IsPlainNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string PrintConstant(const Expression& expression) {
  const types::Value& value = expression.value;
  const std::string type = types::TypeName(expression.type);
  if (value.is_null()) return fmt::format("NULL::{}", type);
  const std::string text = types::ToText(value, {});
  switch (expression.type.oid) {
    case TypeOid::kBool:
      return value.bool_value() ? "true" : "false";
    case TypeOid::kInt4:
      if (IsPlainNumber(text)) return text;
      break;
    case TypeOid::kNumeric:
      if (IsPlainNumber(text) && text.find('.') != std::string::npos &&
          !types::HasModifier(expression.type))
        return text;
      break;
    default:
      break;
  }
  return fmt::format("{}::{}", Quote(text), type);
}

std::string PrintList(const std::vector<ExpressionPtr>& expressions, const PrintContext& context) {
  std::string text;
  for (const ExpressionPtr& expression : expressions) {
    if (!text.empty()) text += ", ";
    text += PrintExpression(*expression, context);
  }
  return text;
}

std::string PrintCall(const Expression& call, const PrintContext& context) {
  const functions::OperatorEntry* const op = OperatorOf(call.function);
  if (op != nullptr && call.arguments.size() == 2) {
    return fmt::format("({} {} {})", PrintExpression(*call.arguments[0], context), op->symbol,
                       PrintExpression(*call.arguments[1], context));
  }
  if (op != nullptr && call.arguments.size() == 1)
    return fmt::format("({} {})", op->symbol, PrintExpression(*call.arguments[0], context));
  return fmt::format("{}({})", call.function->name, PrintList(call.arguments, context));
}

std::string PrintJoined(const Expression& expression, std::string_view word,
                        const PrintContext& context) {
  std::string text;
  for (const ExpressionPtr& argument : expression.arguments) {
    if (!text.empty()) text += fmt::format(" {} ", word);
    text += PrintExpression(*argument, context);
  }
  return fmt::format("({})", text);
}

std::string PrintCase(const Expression& expression, const PrintContext& context) {
  std::string text = "CASE";
  const size_t pairs = expression.arguments.size() / 2;
  for (size_t i = 0; i < pairs; ++i) {
    text += fmt::format(" WHEN {} THEN {}", PrintExpression(*expression.arguments[2 * i], context),
                        PrintExpression(*expression.arguments[2 * i + 1], context));
  }
  if (expression.arguments.size() % 2 == 1)
    text += fmt::format(" ELSE {}", PrintExpression(*expression.arguments.back(), context));
  return text + " END";
}

std::string PrintTest(const Expression& expression, const PrintContext& context) {
  static constexpr std::string_view kTests[] = {"TRUE", "FALSE", "UNKNOWN"};
  return fmt::format("({} IS {}{})", PrintExpression(*expression.arguments[0], context),
                     expression.negated ? "NOT " : "",
                     kTests[static_cast<size_t>(expression.test)]);
}

// An element inside '{...}'.
std::string ArrayElement(const types::Value& value) {
  if (value.is_null()) return "NULL";
  const std::string text = types::ToText(value, {});
  const bool plain =
      !text.empty() && text.find_first_of("{},\"\\ \t\n") == std::string::npos && text != "NULL";
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

}  // namespace

std::string PrintAny(const std::string& left, const ExpressionPtr* values, size_t count,
                     bool negated, const PrintContext& context) {
  const bool constants = std::all_of(values, values + count, [](const ExpressionPtr& value) {
    return value->kind == ExpressionKind::kConstant;
  });
  std::string list;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) list += constants ? "," : ", ";
    list += constants ? ArrayElement(values[i]->value) : PrintExpression(*values[i], context);
  }
  const std::string array = constants ? fmt::format("{}::{}[]", Quote("{" + list + "}"),
                                                    types::BaseTypeName(values[0]->type.oid))
                                      : fmt::format("ARRAY[{}]", list);
  return fmt::format("({} {} ({}))", left, negated ? "<> ALL" : "= ANY", array);
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of expression, no logic of its own.
std::string PrintExpression(const Expression& expression, const PrintContext& context) {
  const auto argument = [&expression, &context](size_t i) {
    return PrintExpression(*expression.arguments[i], context);
  };
  const std::string_view no = expression.negated ? "NOT " : "";
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return PrintConstant(expression);
    case ExpressionKind::kSlot:
      if (context.slots != nullptr && static_cast<size_t>(expression.index) < context.slots->size())
        return (*context.slots)[expression.index].text;
      return fmt::format("column{}", expression.index + 1);
    case ExpressionKind::kParameter:
      return fmt::format("${}", expression.index);
    case ExpressionKind::kOuterValue: {
      if (context.outer_values != nullptr) {
        const auto found = context.outer_values->find(expression.index);
        if (found != context.outer_values->end()) return found->second;
      }
      return fmt::format("${}", expression.index);
    }
    case ExpressionKind::kCall:
      return PrintCall(expression, context);
    case ExpressionKind::kCast:
      return fmt::format("({})::{}", argument(0), types::TypeName(expression.type));
    case ExpressionKind::kAnd:
      return PrintJoined(expression, "AND", context);
    case ExpressionKind::kOr:
      return PrintJoined(expression, "OR", context);
    case ExpressionKind::kNot:
      return fmt::format("(NOT {})", argument(0));
    case ExpressionKind::kIsNull:
      return fmt::format("({} IS {}NULL)", argument(0), no);
    case ExpressionKind::kBooleanTest:
      return PrintTest(expression, context);
    case ExpressionKind::kDistinctFrom: {
      const std::string text = fmt::format("({} IS DISTINCT FROM {})", argument(0), argument(1));
      return expression.negated ? fmt::format("(NOT {})", text) : text;
    }
    case ExpressionKind::kCase:
      return PrintCase(expression, context);
    case ExpressionKind::kCoalesce:
      return fmt::format("COALESCE({})", PrintList(expression.arguments, context));
    case ExpressionKind::kNullIf:
      return fmt::format("NULLIF({})", PrintList(expression.arguments, context));
    case ExpressionKind::kGreatest:
      return fmt::format("GREATEST({})", PrintList(expression.arguments, context));
    case ExpressionKind::kLeast:
      return fmt::format("LEAST({})", PrintList(expression.arguments, context));
    case ExpressionKind::kInList:
      return PrintAny(argument(0), expression.arguments.data() + 1, expression.arguments.size() - 1,
                      expression.negated, context);
    case ExpressionKind::kSubplan:
      return context.subplan != nullptr ? context.subplan(expression) : "(SubPlan)";
    case ExpressionKind::kColumn:
    case ExpressionKind::kGroupKey:
    case ExpressionKind::kAggregate:
    case ExpressionKind::kSubquery:
      break;
  }
  return bind::ExpressionDebugText(expression);
}

std::string PrintConjuncts(const std::vector<ExpressionPtr>& conjuncts,
                           const PrintContext& context) {
  if (conjuncts.size() == 1) return PrintExpression(*conjuncts[0], context);
  std::string text;
  for (const ExpressionPtr& conjunct : conjuncts) {
    if (!text.empty()) text += " AND ";
    text += PrintExpression(*conjunct, context);
  }
  return fmt::format("({})", text);
}

std::string PrintAggregate(const bind::Aggregate& aggregate, const PrintContext& context) {
  const bool ordered_set = aggregate.entry->kind == functions::AggregateKind::kOrderedSet;
  std::string arguments =
      PrintList(ordered_set ? aggregate.direct_arguments : aggregate.arguments, context);
  if (arguments.empty() && !ordered_set) arguments = "*";
  std::string order;
  for (const bind::Aggregate::Order& key : aggregate.order_by) {
    order += order.empty() ? "ORDER BY " : ", ";
    order += PrintExpression(*key.expression, context);
    if (key.descending) order += " DESC";
  }
  std::string text =
      fmt::format("{}({}{}{}{})", aggregate.entry->name, aggregate.distinct ? "DISTINCT " : "",
                  arguments, order.empty() || ordered_set ? "" : " ", ordered_set ? "" : order);
  if (ordered_set) text += fmt::format(" WITHIN GROUP ({})", order);
  if (aggregate.filter != nullptr)
    text += fmt::format(" FILTER (WHERE {})", PrintExpression(*aggregate.filter, context));
  return text;
}

}  // namespace heliosdb::sql::plan
