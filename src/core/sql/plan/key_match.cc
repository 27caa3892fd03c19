#include "core/sql/plan/key_match.h"

#include <limits>
#include <utility>

#include "core/sql/functions/like.h"
#include "core/sql/functions/registry.h"
#include "core/sql/plan/operators.h"
#include "core/types/cast.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using functions::OperatorKind;
using types::TypeOid;

int IntegerBytes(TypeOid oid) {
  switch (oid) {
    case TypeOid::kInt2:
      return 2;
    case TypeOid::kInt4:
      return 4;
    case TypeOid::kInt8:
      return 8;
    default:
      return 0;
  }
}

bool IsPlainText(TypeOid oid) { return oid == TypeOid::kText || oid == TypeOid::kVarchar; }

// Values of the two types have the same bytes in a key.
bool SameKeyBytes(TypeOid a, TypeOid b) { return a == b || (IsPlainText(a) && IsPlainText(b)); }

bool IsKeyItself(const Expression& expression, const KeyColumn& key) {
  if (key.expression != nullptr) return bind::SameExpression(expression, *key.expression);
  return expression.kind == ExpressionKind::kColumn && expression.levels_up == 0 &&
         expression.relation == key.relation && expression.column == key.column;
}

// Whether the expression is the key column, as it is or under casts that keep the order and
// equality of its values.
bool IsKey(const Expression& expression, const KeyColumn& key) {
  if (IsKeyItself(expression, key)) return true;
  if (expression.kind != ExpressionKind::kCast) return false;
  const Expression& inside = *expression.arguments[0];
  const TypeOid from = inside.type.oid;
  const TypeOid to = expression.type.oid;
  const bool widens = IntegerBytes(from) > 0 && IntegerBytes(from) < IntegerBytes(to);
  const bool relabels = SameKeyBytes(from, to) && !types::HasModifier(expression.type);
  return (widens || relabels) && IsKey(inside, key);
}

bool CanBeKeyValue(const Expression& value, const KeyColumn& key) {
  return !RelationsOf(value).test(key.relation) && !ContainsVolatile(value);
}

ExpressionPtr MakeInteger(int64_t number, types::Type type) {
  auto constant = std::make_unique<Expression>();
  constant->type = type;
  constant->value = types::Value::Integer(type, number);
  return constant;
}

int64_t IntegerMin(TypeOid oid) {
  return oid == TypeOid::kInt2 ? std::numeric_limits<int16_t>::min()
                               : std::numeric_limits<int32_t>::min();
}
int64_t IntegerMax(TypeOid oid) {
  return oid == TypeOid::kInt2 ? std::numeric_limits<int16_t>::max()
                               : std::numeric_limits<int32_t>::max();
}

ExpressionPtr Compare(std::string_view symbol, const Expression& value, int64_t number) {
  const functions::OperatorEntry* const op =
      functions::FindOperator(symbol, value.type.oid, value.type.oid);
  if (op == nullptr) return nullptr;
  auto call = std::make_unique<Expression>();
  call->kind = ExpressionKind::kCall;
  call->type = {TypeOid::kBool};
  call->function = op->function;
  call->arguments.push_back(bind::CloneExpression(value));
  call->arguments.push_back(MakeInteger(number, value.type));
  return call;
}

// CASE WHEN value >= min AND value <= max THEN value::narrow END: a value that no key of the narrow
// type can equal becomes NULL, which matches nothing.
ExpressionPtr NarrowOrNull(const Expression& value, types::Type narrow) {
  ExpressionPtr low = Compare(">=", value, IntegerMin(narrow.oid));
  ExpressionPtr high = Compare("<=", value, IntegerMax(narrow.oid));
  if (low == nullptr || high == nullptr) return nullptr;
  auto both = std::make_unique<Expression>();
  both->kind = ExpressionKind::kAnd;
  both->type = {TypeOid::kBool};
  both->arguments.push_back(std::move(low));
  both->arguments.push_back(std::move(high));
  auto otherwise = std::make_unique<Expression>();
  otherwise->type = narrow;
  otherwise->value = types::Value::Null(narrow);
  auto result = std::make_unique<Expression>();
  result->kind = ExpressionKind::kCase;
  result->type = narrow;
  result->arguments.push_back(std::move(both));
  result->arguments.push_back(MakeCast(bind::CloneExpression(value), narrow));
  result->arguments.push_back(std::move(otherwise));
  return result;
}

enum class Use { kEquality, kBound };

// The value in the key column's type, with the same meaning in a comparison; null when there is no
// such value.
ExpressionPtr ConvertValue(const Expression& value, types::Type key_type, Use use) {
  const TypeOid from = value.type.oid;
  const TypeOid to = key_type.oid;
  if (SameKeyBytes(from, to)) return bind::CloneExpression(value);
  const bool floats = from == TypeOid::kFloat4 && to == TypeOid::kFloat8;
  const int from_bytes = IntegerBytes(from);
  const int to_bytes = IntegerBytes(to);
  const bool integers = from_bytes > 0 && to_bytes > 0;
  const bool constant = value.kind == ExpressionKind::kConstant && !value.value.is_null();
  if (integers && from_bytes < to_bytes && constant)
    return MakeInteger(value.value.integer(), {to});
  if (floats || (integers && from_bytes < to_bytes))
    return MakeCast(bind::CloneExpression(value), {to});
  if (!integers) return nullptr;
  if (value.kind == ExpressionKind::kConstant) {
    if (value.value.is_null()) return nullptr;
    const int64_t number = value.value.integer();
    if (number < IntegerMin(to) || number > IntegerMax(to)) return nullptr;
    return MakeInteger(number, {to});
  }
  return use == Use::kEquality ? NarrowOrNull(value, {to}) : nullptr;
}

OperatorKind Mirrored(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kLess:
      return OperatorKind::kGreater;
    case OperatorKind::kLessOrEqual:
      return OperatorKind::kGreaterOrEqual;
    case OperatorKind::kGreater:
      return OperatorKind::kLess;
    case OperatorKind::kGreaterOrEqual:
      return OperatorKind::kLessOrEqual;
    default:
      return kind;
  }
}

std::optional<KeyTest> MakeTest(KeyTest::Kind kind, ExpressionPtr value, bool inclusive) {
  if (value == nullptr) return std::nullopt;
  KeyTest test;
  test.kind = kind;
  test.inclusive = inclusive;
  test.values.push_back(std::move(value));
  return test;
}

std::optional<KeyTest> MatchLike(const Expression& pattern, const KeyColumn& key) {
  if (pattern.kind != ExpressionKind::kConstant || pattern.value.is_null() ||
      !IsPlainText(key.type.oid) || !IsPlainText(pattern.type.oid))
    return std::nullopt;
  const std::string& text = pattern.value.string();
  functions::LikePrefix prefix = functions::ExtractLikePrefix(text);
  if (prefix.prefix.empty() && !prefix.exact) return std::nullopt;
  KeyTest test;
  if (prefix.exact) {
    test.kind = KeyTest::Kind::kEqual;
    auto constant = std::make_unique<Expression>();
    constant->type = {TypeOid::kText};
    constant->value = types::Value::Text(prefix.prefix);
    test.values.push_back(std::move(constant));
    return test;
  }
  test.kind = KeyTest::Kind::kPrefix;
  test.exact = text == prefix.prefix + "%";
  test.prefix = std::move(prefix.prefix);
  return test;
}

std::optional<KeyTest> MatchOperator(const Expression& call, const KeyColumn& key) {
  const functions::OperatorEntry* const op = BinaryOperatorOf(call);
  if (op == nullptr) return std::nullopt;
  const bool key_first = IsKey(*call.arguments[0], key);
  if (!key_first && !IsKey(*call.arguments[1], key)) return std::nullopt;
  const Expression& value = *call.arguments[key_first ? 1 : 0];
  if (!CanBeKeyValue(value, key)) return std::nullopt;
  if (op->symbol == "~~" && key_first) return MatchLike(value, key);
  switch (key_first ? op->kind : Mirrored(op->kind)) {
    case OperatorKind::kEqual:
      return MakeTest(KeyTest::Kind::kEqual, ConvertValue(value, key.type, Use::kEquality), true);
    case OperatorKind::kLess:
      return MakeTest(KeyTest::Kind::kUpper, ConvertValue(value, key.type, Use::kBound), false);
    case OperatorKind::kLessOrEqual:
      return MakeTest(KeyTest::Kind::kUpper, ConvertValue(value, key.type, Use::kBound), true);
    case OperatorKind::kGreater:
      return MakeTest(KeyTest::Kind::kLower, ConvertValue(value, key.type, Use::kBound), false);
    case OperatorKind::kGreaterOrEqual:
      return MakeTest(KeyTest::Kind::kLower, ConvertValue(value, key.type, Use::kBound), true);
    case OperatorKind::kNotEqual:
    case OperatorKind::kOther:
      break;
  }
  return std::nullopt;
}

std::optional<KeyTest> MatchIn(const Expression& list, const KeyColumn& key) {
  if (list.negated || !IsKey(*list.arguments[0], key)) return std::nullopt;
  KeyTest test;
  test.kind = KeyTest::Kind::kIn;
  for (size_t i = 1; i < list.arguments.size(); ++i) {
    if (!CanBeKeyValue(*list.arguments[i], key)) return std::nullopt;
    ExpressionPtr value = ConvertValue(*list.arguments[i], key.type, Use::kEquality);
    if (value == nullptr) return std::nullopt;
    test.values.push_back(std::move(value));
  }
  return test;
}

// a = 1 OR a = 2 OR a IN (3, 4).
std::optional<KeyTest> MatchOr(const Expression& disjunction, const KeyColumn& key) {
  KeyTest test;
  test.kind = KeyTest::Kind::kIn;
  for (const ExpressionPtr& part : disjunction.arguments) {
    std::optional<KeyTest> one = MatchKeyColumn(*part, key);
    if (!one.has_value() || !one->exact) return std::nullopt;
    if (one->kind != KeyTest::Kind::kEqual && one->kind != KeyTest::Kind::kIn) return std::nullopt;
    for (ExpressionPtr& value : one->values) test.values.push_back(std::move(value));
  }
  return test;
}

std::optional<KeyTest> MatchBoolean(const Expression& expression, const KeyColumn& key) {
  if (key.type.oid != TypeOid::kBool) return std::nullopt;
  const bool is_not = expression.kind == ExpressionKind::kNot;
  if (!IsKey(is_not ? *expression.arguments[0] : expression, key)) return std::nullopt;
  auto constant = std::make_unique<Expression>();
  constant->type = {TypeOid::kBool};
  constant->value = types::Value::Bool(!is_not);
  return MakeTest(KeyTest::Kind::kEqual, std::move(constant), true);
}

}  // namespace

std::optional<KeyTest> MatchKeyColumn(const Expression& conjunct, const KeyColumn& key) {
  if (std::optional<KeyTest> boolean = MatchBoolean(conjunct, key); boolean.has_value())
    return boolean;
  switch (conjunct.kind) {
    case ExpressionKind::kCall:
      return MatchOperator(conjunct, key);
    case ExpressionKind::kInList:
      return MatchIn(conjunct, key);
    case ExpressionKind::kOr:
      return MatchOr(conjunct, key);
    default:
      return std::nullopt;
  }
}

}  // namespace heliosdb::sql::plan
