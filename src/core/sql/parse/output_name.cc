#include <string_view>

#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {
namespace {

// How much a name is worth when a cast stands around the expression: a cast's own name wins against
// kWeak.
enum class Strength { kNone, kWeak, kGood };

struct NameFound {
  Strength strength = Strength::kNone;
  std::string name;
};

std::string_view ValueFunctionColumn(ValueFunctionName function) {
  switch (function) {
    case ValueFunctionName::kCurrentDate:
      return "current_date";
    case ValueFunctionName::kCurrentTime:
      return "current_time";
    case ValueFunctionName::kCurrentTimestamp:
      return "current_timestamp";
    case ValueFunctionName::kLocalTime:
      return "localtime";
    case ValueFunctionName::kLocalTimestamp:
      return "localtimestamp";
    case ValueFunctionName::kCurrentRole:
      return "current_role";
    case ValueFunctionName::kCurrentUser:
      return "current_user";
    case ValueFunctionName::kUser:
      return "user";
    case ValueFunctionName::kSessionUser:
      return "session_user";
    case ValueFunctionName::kCurrentCatalog:
      return "current_catalog";
    case ValueFunctionName::kCurrentSchema:
      return "current_schema";
  }
  return "";
}

NameFound Find(const ExpressionPtr& expression);

NameFound FindInIndirection(const Indirection& indirection) {
  // The last field selected, looking past subscripts; without one, what the base is called.
  for (auto step = indirection.steps.rbegin(); step != indirection.steps.rend(); ++step) {
    if (step->kind == IndirectionKind::kField) return {Strength::kGood, step->field};
  }
  return Find(indirection.base);
}

NameFound FindInCast(const TypeCast& cast) {
  NameFound found = Find(cast.argument);
  if (found.strength != Strength::kGood && !cast.type.name.empty()) {
    return {Strength::kWeak, cast.type.name.name};
  }
  return found;
}

NameFound FindInCase(const CaseExpression& expression) {
  NameFound found = Find(expression.otherwise);
  if (found.strength != Strength::kGood) return {Strength::kWeak, "case"};
  return found;
}

NameFound FindInSublink(const Sublink& link) {
  switch (link.sublink) {
    case SublinkKind::kExists:
      return {Strength::kGood, "exists"};
    case SublinkKind::kArray:
      return {Strength::kGood, "array"};
    case SublinkKind::kScalar: {
      // The name of the subquery's one column, whatever it is.
      const SelectStatement* select = link.query.get();
      while (select != nullptr && select->left != nullptr) select = select->left.get();
      if (select == nullptr) return {};
      if (!select->values.empty()) return {Strength::kGood, "column1"};
      if (select->targets.empty()) return {};
      const TargetItem& target = select->targets.front();
      return {Strength::kGood, target.name.empty() ? OutputName(target.value) : target.name};
    }
    default:
      return {};
  }
}

// PostgreSQL's FigureColnameInternal().
NameFound Find(const ExpressionPtr& expression) {
  if (expression == nullptr) return {};
  switch (expression->kind) {
    case ExpressionKind::kColumnReference: {
      const auto& reference = expression->As<ColumnReference>();
      if (reference.is_star || reference.names.empty()) return {};
      return {Strength::kGood, reference.names.back()};
    }
    case ExpressionKind::kIndirection:
      return FindInIndirection(expression->As<Indirection>());
    case ExpressionKind::kFunctionCall:
      return {Strength::kGood, expression->As<FunctionCall>().name.name};
    case ExpressionKind::kNullIf:
      return {Strength::kGood, "nullif"};
    case ExpressionKind::kTypeCast:
      return FindInCast(expression->As<TypeCast>());
    case ExpressionKind::kCollate:
      return Find(expression->As<CollateExpression>().argument);
    case ExpressionKind::kGrouping:
      return {Strength::kGood, "grouping"};
    case ExpressionKind::kSublink:
      return FindInSublink(expression->As<Sublink>());
    case ExpressionKind::kCase:
      return FindInCase(expression->As<CaseExpression>());
    case ExpressionKind::kArray:
      return {Strength::kGood, "array"};
    case ExpressionKind::kRow:
      return {Strength::kGood, "row"};
    case ExpressionKind::kCoalesce:
      return {Strength::kGood, "coalesce"};
    case ExpressionKind::kMinMax:
      return {Strength::kGood,
              expression->As<MinMaxExpression>().is_greatest ? "greatest" : "least"};
    case ExpressionKind::kValueFunction:
      return {Strength::kGood,
              std::string(ValueFunctionColumn(expression->As<ValueFunction>().function))};
    default:
      return {};
  }
}

}  // namespace

std::string OutputName(const ExpressionPtr& expression) {
  NameFound found = Find(expression);
  return found.strength == Strength::kNone ? "?column?" : std::move(found.name);
}

}  // namespace heliosdb::sql::parse
