#include <initializer_list>

#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {
namespace {

// The least of the positions that are known.
int Least(std::initializer_list<int> positions) {
  int least = 0;
  for (const int position : positions) {
    if (position > 0 && (least == 0 || position < least)) least = position;
  }
  return least;
}

int LeftmostOrNone(const ExpressionPtr& expression) {
  return expression == nullptr ? 0 : LeftmostPosition(*expression);
}

int LeftmostOfFirst(const std::vector<ExpressionPtr>& expressions) {
  return expressions.empty() ? 0 : LeftmostOrNone(expressions.front());
}

}  // namespace

// PostgreSQL's exprLocation(): the first character of what was written, where the node alone may
// stand further right.
int LeftmostPosition(const Expression& expression) {
  const int own = expression.position;
  switch (expression.kind) {
    case ExpressionKind::kOperator:
      return Least({own, LeftmostOrNone(expression.As<OperatorExpression>().left)});
    case ExpressionKind::kBoolean:
      return Least({own, LeftmostOfFirst(expression.As<BooleanExpression>().arguments)});
    case ExpressionKind::kIn:
      return Least({own, LeftmostOrNone(expression.As<InExpression>().value)});
    case ExpressionKind::kBetween:
      return Least({own, LeftmostOrNone(expression.As<BetweenExpression>().value)});
    case ExpressionKind::kLike:
      return Least({own, LeftmostOrNone(expression.As<LikeExpression>().value)});
    case ExpressionKind::kDistinct:
      return Least({own, LeftmostOrNone(expression.As<DistinctExpression>().left)});
    case ExpressionKind::kQuantified:
      return Least({own, LeftmostOrNone(expression.As<QuantifiedExpression>().left)});
    case ExpressionKind::kNullTest:
      return Least({own, LeftmostOrNone(expression.As<NullTest>().argument)});
    case ExpressionKind::kBooleanTest:
      return Least({own, LeftmostOrNone(expression.As<BooleanTest>().argument)});
    case ExpressionKind::kFunctionCall:
      return Least({own, LeftmostOfFirst(expression.As<FunctionCall>().arguments)});
    case ExpressionKind::kTypeCast: {
      const auto& cast = expression.As<TypeCast>();
      return Least({own, LeftmostOrNone(cast.argument), cast.type.position});
    }
    case ExpressionKind::kCollate:
      return LeftmostOrNone(expression.As<CollateExpression>().argument);
    case ExpressionKind::kIndirection:
      return LeftmostOrNone(expression.As<Indirection>().base);
    case ExpressionKind::kSublink:
      return Least({own, LeftmostOrNone(expression.As<Sublink>().test)});
    default:
      return own;
  }
}

}  // namespace heliosdb::sql::parse
