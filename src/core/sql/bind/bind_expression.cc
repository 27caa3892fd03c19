// Expressions: the dispatch, and the kinds that are neither operators, calls nor subqueries.
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/parse/parse.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;
using types::Value;

// The expression's own position, or that of its first argument where that stands further left.
int Leftmost(int position, const std::vector<ExpressionPtr>& arguments) {
  if (arguments.empty() || arguments[0]->position <= 0) return position;
  return position <= 0 ? arguments[0]->position : std::min(position, arguments[0]->position);
}

absl::Status NoSuchThing(const parse::Expression& expression, std::string_view feature) {
  return WithPosition(Unsupported("{} are not supported", feature), expression.position);
}

}  // namespace

absl::Status DepthGuard::Check() const {
  if (binder_->depth_ <= kBindDepthMax) return absl::OkStatus();
  return SqlError(sqlstate::kStatementTooComplex, "statement nests deeper than {} levels",
                  kBindDepthMax);
}

ExpressionOr Binder::BindExpression(const parse::Expression& expression, Scope* scope,
                                    Place place) {
  const Place before = std::exchange(scope->place, place);
  ExpressionOr bound = BindNode(expression, scope);
  scope->place = before;
  return bound;
}

ExpressionOr Binder::BindCondition(const parse::Expression& expression, Scope* scope, Place place,
                                   std::string_view construct) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound, BindExpression(expression, scope, place));
  return CoerceToBoolean(std::move(bound), construct);
}

// NOLINTNEXTLINE(readability-function-size): one case per syntax node, no logic of its own.
ExpressionOr Binder::BindNode(const parse::Expression& expression, Scope* scope) {
  const DepthGuard guard(this);
  HELIOS_RETURN_IF_ERROR(guard.Check());
  switch (expression.kind) {
    case parse::ExpressionKind::kConstant:
      return BindConstant(expression.As<parse::Constant>());
    case parse::ExpressionKind::kColumnReference:
      return BindColumnReference(expression.As<parse::ColumnReference>(), scope);
    case parse::ExpressionKind::kParameterReference:
      return BindParameter(expression.As<parse::ParameterReference>());
    case parse::ExpressionKind::kOperator:
      return BindOperator(expression.As<parse::OperatorExpression>(), scope);
    case parse::ExpressionKind::kBoolean:
      return BindBoolean(expression.As<parse::BooleanExpression>(), scope);
    case parse::ExpressionKind::kIn:
      return BindIn(expression.As<parse::InExpression>(), scope);
    case parse::ExpressionKind::kBetween:
      return BindBetween(expression.As<parse::BetweenExpression>(), scope);
    case parse::ExpressionKind::kLike:
      return BindLike(expression.As<parse::LikeExpression>(), scope);
    case parse::ExpressionKind::kDistinct:
      return BindDistinct(expression.As<parse::DistinctExpression>(), scope);
    case parse::ExpressionKind::kNullIf:
      return BindNullIf(expression.As<parse::NullIfExpression>(), scope);
    case parse::ExpressionKind::kQuantified:
      return BindQuantifiedArray(expression.As<parse::QuantifiedExpression>(), scope);
    case parse::ExpressionKind::kNullTest:
      return BindNullTest(expression.As<parse::NullTest>(), scope);
    case parse::ExpressionKind::kBooleanTest:
      return BindBooleanTest(expression.As<parse::BooleanTest>(), scope);
    case parse::ExpressionKind::kFunctionCall:
      return BindFunctionCall(expression.As<parse::FunctionCall>(), scope);
    case parse::ExpressionKind::kNamedArgument:
      return NoSuchThing(expression, "named arguments outside of function calls");
    case parse::ExpressionKind::kCase:
    case parse::ExpressionKind::kCoalesce:
      return BindConditional(expression, scope);
    case parse::ExpressionKind::kMinMax:
      return BindMinMax(expression.As<parse::MinMaxExpression>(), scope);
    case parse::ExpressionKind::kTypeCast:
      return BindTypeCast(expression.As<parse::TypeCast>(), scope);
    case parse::ExpressionKind::kCollate:
      return BindCollate(expression.As<parse::CollateExpression>(), scope);
    case parse::ExpressionKind::kValueFunction:
      return BindValueFunction(expression.As<parse::ValueFunction>());
    case parse::ExpressionKind::kRow:
      return NoSuchThing(expression, "row values here");
    case parse::ExpressionKind::kArray:
      return NoSuchThing(expression, "arrays");
    case parse::ExpressionKind::kIndirection:
      return BindIndirection(expression.As<parse::Indirection>(), scope);
    case parse::ExpressionKind::kSublink:
      return BindSublink(expression.As<parse::Sublink>(), scope);
    case parse::ExpressionKind::kGrouping:
      return NoSuchThing(expression, "grouping sets");
    case parse::ExpressionKind::kDefault:
      return WithPosition(
          SqlError(sqlstate::kSyntaxError, "DEFAULT is not allowed in this context"),
          expression.position);
    case parse::ExpressionKind::kCurrentOf:
      return NoSuchThing(expression, "cursors in WHERE CURRENT OF");
  }
  return Internal("unknown expression kind {}", static_cast<int>(expression.kind));
}

ExpressionOr Binder::BindConstant(const parse::Constant& constant) {
  const int position = constant.position;
  switch (constant.type) {
    case parse::ConstantType::kNull:
      return MakeConstant(Value(), position);
    case parse::ConstantType::kBoolean:
      return MakeConstant(Value::Bool(constant.boolean), position);
    case parse::ConstantType::kInteger:
      return MakeConstant(Value::Int4(constant.integer), position);
    case parse::ConstantType::kFloat: {
      // The lexer calls a float what does not fit int4, before its sign is known; an integer is of the least type that
      // holds it, int4, int8 or numeric.
      absl::StatusOr<Value> integer =
          types::ParseText({TypeOid::kInt8}, constant.text, context_.format);
      if (integer.ok()) {
        const int64_t value = integer->integer();
        if (value == static_cast<int32_t>(value))
          return MakeConstant(Value::Int4(static_cast<int32_t>(value)), position);
        return MakeConstant(*std::move(integer), position);
      }
      absl::StatusOr<Value> number =
          types::ParseText({TypeOid::kNumeric}, constant.text, context_.format);
      if (!number.ok()) return WithPosition(std::move(number).status(), position);
      return MakeConstant(*std::move(number), position);
    }
    case parse::ConstantType::kString: {
      ExpressionPtr literal =
          MakeConstant(Value::String({TypeOid::kUnknown}, constant.text), position);
      if (recorder_ != nullptr) literals_[literal.get()] = &constant;
      return literal;
    }
    case parse::ConstantType::kBitString:
      return WithPosition(Unsupported("bit strings are not supported"), position);
  }
  return Internal("unknown constant type {}", static_cast<int>(constant.type));
}

ExpressionOr Binder::BindParameter(const parse::ParameterReference& parameter) {
  // PostgreSQL's limit: the protocol counts them in 16 bits.
  constexpr int kParametersMax = 65535;
  if (parameter.number < 1 || parameter.number > kParametersMax || stored_depth_ > 0) {
    return WithPosition(
        SqlError(sqlstate::kUndefinedParameter, "there is no parameter ${}", parameter.number),
        parameter.position);
  }
  const auto place = static_cast<size_t>(parameter.number) - 1;
  if (place >= parameter_types_.size()) parameter_types_.resize(place + 1);
  Type type = parameter_types_[place];
  if (type.oid == TypeOid::kInvalid) type = {TypeOid::kUnknown};
  ExpressionPtr node = MakeNode(ExpressionKind::kParameter, type, parameter.position);
  node->index = parameter.number;
  return node;
}

ExpressionOr Binder::BindBoolean(const parse::BooleanExpression& expression, Scope* scope) {
  ExpressionKind kind = ExpressionKind::kNot;
  std::string_view construct = "NOT";
  if (expression.op == parse::BooleanOperator::kAnd) {
    kind = ExpressionKind::kAnd;
    construct = "AND";
  } else if (expression.op == parse::BooleanOperator::kOr) {
    kind = ExpressionKind::kOr;
    construct = "OR";
  }
  ExpressionPtr node = MakeNode(kind, {TypeOid::kBool}, expression.position);
  for (const parse::ExpressionPtr& argument : expression.arguments) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound, BindNode(*argument, scope));
    HELIOS_ASSIGN_OR_RETURN(bound, CoerceToBoolean(std::move(bound), construct));
    node->arguments.push_back(std::move(bound));
  }
  node->position = Leftmost(node->position, node->arguments);
  return node;
}

ExpressionOr Binder::BindNullTest(const parse::NullTest& test, Scope* scope) {
  const auto test_of = [&test](ExpressionPtr argument) {
    ExpressionPtr node = MakeNode(ExpressionKind::kIsNull, {TypeOid::kBool}, argument->position);
    node->negated = test.is_negated;
    node->arguments.push_back(std::move(argument));
    return node;
  };
  const auto* const row = test.argument->TryAs<parse::RowExpression>();
  if (row == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr argument, BindNode(*test.argument, scope));
    HELIOS_ASSIGN_OR_RETURN(argument, ResolveUnknown(std::move(argument)));
    return test_of(std::move(argument));
  }
  // A row is (not) null when all its fields are.
  ExpressionPtr all = MakeNode(ExpressionKind::kAnd, {TypeOid::kBool}, test.position);
  HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> fields, BindRow(*row, scope));
  for (ExpressionPtr& field : fields) {
    HELIOS_ASSIGN_OR_RETURN(field, ResolveUnknown(std::move(field)));
    all->arguments.push_back(test_of(std::move(field)));
  }
  if (all->arguments.empty()) return MakeConstant(Value::Bool(true), test.position);
  if (all->arguments.size() == 1) return std::move(all->arguments[0]);
  return all;
}

ExpressionOr Binder::BindBooleanTest(const parse::BooleanTest& test, Scope* scope) {
  static constexpr std::string_view kConstructs[2][3] = {
      {"IS TRUE", "IS FALSE", "IS UNKNOWN"}, {"IS NOT TRUE", "IS NOT FALSE", "IS NOT UNKNOWN"}};
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr argument, BindNode(*test.argument, scope));
  const std::string_view construct =
      kConstructs[test.is_negated ? 1 : 0][static_cast<size_t>(test.value)];
  HELIOS_ASSIGN_OR_RETURN(argument, CoerceToBoolean(std::move(argument), construct));
  ExpressionPtr node = MakeNode(ExpressionKind::kBooleanTest, {TypeOid::kBool}, argument->position);
  node->negated = test.is_negated;
  node->test = static_cast<BooleanTest>(test.value);
  node->arguments.push_back(std::move(argument));
  return node;
}

// Nothing that is there has elements or fields.
ExpressionOr Binder::BindIndirection(const parse::Indirection& expression, Scope* scope) {
  const parse::IndirectionStep& step = expression.steps[0];
  if (step.kind == parse::IndirectionKind::kField || step.kind == parse::IndirectionKind::kStar) {
    return NoSuchThing(expression, "fields of composite values");
  }
  HELIOS_ASSIGN_OR_RETURN(const ExpressionPtr base, BindNode(*expression.base, scope));
  return WithPosition(SqlError(sqlstate::kDatatypeMismatch,
                               "cannot subscript type {} because it does not support subscripting",
                               types::BaseTypeName(base->type.oid)),
                      base->position);
}

ExpressionOr Binder::BindConditional(const parse::Expression& expression, Scope* scope) {
  const bool is_case = expression.kind == parse::ExpressionKind::kCase;
  const std::string_view before =
      std::exchange(no_sets_in_, is_case ? std::string_view("CASE") : "COALESCE");
  ExpressionOr bound = is_case ? BindCase(expression.As<parse::CaseExpression>(), scope)
                               : BindCoalesce(expression.As<parse::CoalesceExpression>(), scope);
  no_sets_in_ = before;
  return bound;
}

ExpressionOr Binder::BindCase(const parse::CaseExpression& expression, Scope* scope) {
  ExpressionPtr operand;
  if (expression.operand != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(operand, BindNode(*expression.operand, scope));
    HELIOS_ASSIGN_OR_RETURN(operand, ResolveUnknown(std::move(operand)));
  }
  ExpressionPtr node = MakeNode(ExpressionKind::kCase, {}, expression.position);
  for (const parse::CaseWhen& when : expression.whens) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr condition, BindNode(*when.condition, scope));
    if (operand != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(condition,
                              MakeOperator("=", CloneExpression(*operand), std::move(condition),
                                           when.condition->position));
    }
    HELIOS_ASSIGN_OR_RETURN(condition, CoerceToBoolean(std::move(condition), "CASE/WHEN"));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr result, BindNode(*when.result, scope));
    node->arguments.push_back(std::move(condition));
    node->arguments.push_back(std::move(result));
  }
  ExpressionPtr otherwise = MakeConstant(Value(), expression.position);
  if (expression.otherwise != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(otherwise, BindNode(*expression.otherwise, scope));
  }
  node->arguments.push_back(std::move(otherwise));
  // PostgreSQL lets ELSE go first when it chooses the type.
  std::vector<ExpressionPtr*> results = {&node->arguments.back()};
  for (size_t i = 1; i + 1 < node->arguments.size(); i += 2) results.push_back(&node->arguments[i]);
  HELIOS_RETURN_IF_ERROR(Unify(results, "CASE"));
  node->type = node->arguments.back()->type;
  return node;
}

absl::StatusOr<std::vector<ExpressionPtr>> Binder::BindUnified(
    const std::vector<parse::ExpressionPtr>& expressions, Scope* scope,
    std::string_view construct) {
  std::vector<ExpressionPtr> bound;
  for (const parse::ExpressionPtr& expression : expressions) {
    HELIOS_ASSIGN_OR_RETURN(bound.emplace_back(), BindNode(*expression, scope));
  }
  std::vector<ExpressionPtr*> owners;
  owners.reserve(bound.size());
  for (ExpressionPtr& expression : bound) owners.push_back(&expression);
  HELIOS_RETURN_IF_ERROR(Unify(owners, construct));
  return bound;
}

ExpressionOr Binder::BindCoalesce(const parse::CoalesceExpression& expression, Scope* scope) {
  ExpressionPtr node = MakeNode(ExpressionKind::kCoalesce, {}, expression.position);
  HELIOS_ASSIGN_OR_RETURN(node->arguments, BindUnified(expression.arguments, scope, "COALESCE"));
  node->type = node->arguments[0]->type;
  return node;
}

ExpressionOr Binder::BindMinMax(const parse::MinMaxExpression& expression, Scope* scope) {
  ExpressionPtr node =
      MakeNode(expression.is_greatest ? ExpressionKind::kGreatest : ExpressionKind::kLeast, {},
               expression.position);
  HELIOS_ASSIGN_OR_RETURN(
      node->arguments,
      BindUnified(expression.arguments, scope, expression.is_greatest ? "GREATEST" : "LEAST"));
  node->type = node->arguments[0]->type;
  return node;
}

ExpressionOr Binder::BindTypeCast(const parse::TypeCast& cast, Scope* scope) {
  HELIOS_ASSIGN_OR_RETURN(const Type type, BindTypeName(cast.type));
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr argument, BindNode(*cast.argument, scope));
  const int position = argument->position;
  // PostgreSQL reports a cast that does not exist at the cast itself.
  if (!CanCoerce(argument->type.oid, type.oid, CastKind::kExplicit)) {
    return WithPosition(
        SqlError(sqlstate::kCannotCoerce, "cannot cast type {} to {}",
                 types::BaseTypeName(argument->type.oid), types::BaseTypeName(type.oid)),
        cast.position);
  }
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound,
                          Coerce(std::move(argument), type, CastKind::kExplicit));
  if (position > 0 && bound->position > position) bound->position = position;
  return bound;
}

ExpressionOr Binder::BindCollate(const parse::CollateExpression& expression, Scope* scope) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr argument, BindNode(*expression.argument, scope));
  HELIOS_ASSIGN_OR_RETURN(argument, ResolveUnknown(std::move(argument)));
  if (functions::TypeCategory(argument->type.oid) != 'S') {
    return WithPosition(
        SqlError(sqlstate::kDatatypeMismatch, "collations are not supported by type {}",
                 types::BaseTypeName(argument->type.oid)),
        expression.position);
  }
  HELIOS_RETURN_IF_ERROR(WithPosition(CheckCollation(expression.collation), expression.position));
  return argument;
}

absl::Status CheckCollation(const parse::QualifiedName& collation) {
  if (collation.empty()) return absl::OkStatus();
  const bool is_builtin = collation.schema.empty() || collation.schema == "pg_catalog";
  const std::string& name = collation.name;
  if (is_builtin && (name == "C" || name == "POSIX" || name == "default" || name == "ucs_basic")) {
    return absl::OkStatus();
  }
  return Unsupported("collation \"{}\" is not supported: all text sorts as in collation \"C\"",
                     name);
}

ExpressionOr Binder::BindValueFunction(const parse::ValueFunction& function) {
  const int position = function.position;
  const auto now_as = [&](TypeOid oid) -> ExpressionOr {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr now, MakeCall("now", {}, {}, position));
    return Coerce(std::move(now), {oid, function.precision.value_or(-1)}, CastKind::kExplicit);
  };
  switch (function.function) {
    case parse::ValueFunctionName::kCurrentDate:
      return now_as(TypeOid::kDate);
    case parse::ValueFunctionName::kCurrentTime:
      return WithPosition(Unsupported("type time with time zone (CURRENT_TIME) is not supported"),
                          position);
    case parse::ValueFunctionName::kCurrentTimestamp:
      return now_as(TypeOid::kTimestamptz);
    case parse::ValueFunctionName::kLocalTime:
      return now_as(TypeOid::kTime);
    case parse::ValueFunctionName::kLocalTimestamp:
      return now_as(TypeOid::kTimestamp);
    case parse::ValueFunctionName::kCurrentRole:
    case parse::ValueFunctionName::kCurrentUser:
    case parse::ValueFunctionName::kUser:
      return MakeCall("current_user", {}, {}, position);
    case parse::ValueFunctionName::kSessionUser:
      return MakeCall("session_user", {}, {}, position);
    case parse::ValueFunctionName::kCurrentCatalog:
      return MakeCall("current_database", {}, {}, position);
    case parse::ValueFunctionName::kCurrentSchema:
      return MakeCall("current_schema", {}, {}, position);
  }
  return Internal("unknown value function {}", static_cast<int>(function.function));
}

}  // namespace heliosdb::sql::bind
