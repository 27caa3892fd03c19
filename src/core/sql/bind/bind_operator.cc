// Operators, and the syntax that stands for operators: IN, BETWEEN, LIKE, IS DISTINCT FROM, rows.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::TypeOid;
using types::Value;

bool IsComparison(std::string_view symbol) {
  return symbol == "=" || symbol == "<>" || symbol == "<" || symbol == "<=" || symbol == ">" ||
         symbol == ">=";
}

ExpressionPtr Combine(ExpressionKind kind, std::vector<ExpressionPtr> arguments, int position) {
  if (arguments.size() == 1) return std::move(arguments[0]);
  ExpressionPtr node = MakeNode(kind, {TypeOid::kBool}, position);
  node->arguments = std::move(arguments);
  return node;
}

template <typename... E>
std::vector<ExpressionPtr> ListOf(E... expressions) {
  std::vector<ExpressionPtr> list;
  (list.push_back(std::move(expressions)), ...);
  return list;
}

}  // namespace

absl::Status Binder::CheckOperatorSchema(const parse::QualifiedName& op, int position) const {
  if (op.schema.empty() || op.schema == "pg_catalog") return absl::OkStatus();
  if (image().FindSchema(op.schema) == nullptr) {
    return WithPosition(
        SqlError(sqlstate::kInvalidSchemaName, "schema \"{}\" does not exist", op.schema),
        position);
  }
  return WithPosition(
      SqlError(sqlstate::kUndefinedFunction, "operator does not exist: {}.{}", op.schema, op.name),
      position);
}

ExpressionOr Binder::MakeOperator(std::string_view symbol, ExpressionPtr left, ExpressionPtr right,
                                  int position) {
  const TypeOid left_type = left == nullptr ? TypeOid::kInvalid : left->type.oid;
  absl::StatusOr<functions::ResolvedOperator> found =
      functions::ResolveOperator(symbol, left_type, right->type.oid);
  if (!found.ok()) return WithPosition(std::move(found).status(), position);
  ExpressionPtr node = MakeNode(ExpressionKind::kCall, {found->result}, position);
  node->function = found->entry->function;
  if (left != nullptr) {
    if (left->position > 0 && left->position < position) node->position = left->position;
    HELIOS_ASSIGN_OR_RETURN(left, Coerce(std::move(left), {found->left}, CastKind::kImplicit));
    node->arguments.push_back(std::move(left));
  }
  HELIOS_ASSIGN_OR_RETURN(right, Coerce(std::move(right), {found->right}, CastKind::kImplicit));
  node->arguments.push_back(std::move(right));
  return node;
}

absl::StatusOr<std::vector<ExpressionPtr>> Binder::BindRow(const parse::RowExpression& row,
                                                           Scope* scope) {
  std::vector<ExpressionPtr> fields;
  for (const parse::ExpressionPtr& field : row.fields) {
    HELIOS_ASSIGN_OR_RETURN(fields.emplace_back(), BindNode(*field, scope));
  }
  return fields;
}

ExpressionOr Binder::CompareRows(std::string_view symbol, std::vector<ExpressionPtr> left,
                                 std::vector<ExpressionPtr> right, int position) {
  if (left.size() != right.size()) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "unequal number of entries in row expressions"), position);
  }
  if (left.empty()) {
    return WithPosition(
        SqlError(sqlstate::kFeatureNotSupported, "cannot compare rows of zero length"), position);
  }
  if (!IsComparison(symbol)) {
    HELIOS_RETURN_IF_ERROR(
        MakeOperator(symbol, std::move(left[0]), std::move(right[0]), position).status());
    return WithPosition(
        WithHint(
            SqlError(sqlstate::kFeatureNotSupported,
                     "could not determine interpretation of row comparison operator {}", symbol),
            "Row comparison operators must be associated with btree operator families."),
        position);
  }
  std::vector<ExpressionPtr> parts;
  if (symbol == "=" || symbol == "<>") {
    for (size_t i = 0; i < left.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(parts.emplace_back(), MakeOperator(symbol, std::move(left[i]),
                                                                 std::move(right[i]), position));
    }
    return Combine(symbol == "=" ? ExpressionKind::kAnd : ExpressionKind::kOr, std::move(parts),
                   position);
  }
  // (a, b) < (c, d) is a < c OR (a = c AND b < d); from the last field to the first.
  const std::string strict(symbol.substr(0, 1));
  ExpressionPtr result;
  for (size_t i = left.size(); i-- > 0;) {
    if (result == nullptr) {
      HELIOS_ASSIGN_OR_RETURN(
          result, MakeOperator(symbol, std::move(left[i]), std::move(right[i]), position));
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(
        ExpressionPtr equal,
        MakeOperator("=", CloneExpression(*left[i]), CloneExpression(*right[i]), position));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr before, MakeOperator(strict, std::move(left[i]),
                                                               std::move(right[i]), position));
    ExpressionPtr tail =
        Combine(ExpressionKind::kAnd, ListOf(std::move(equal), std::move(result)), position);
    result = Combine(ExpressionKind::kOr, ListOf(std::move(before), std::move(tail)), position);
  }
  return result;
}

// No operator takes a row on one side only; PostgreSQL calls the type of a row "record".
absl::Status Binder::RecordOperator(std::string_view symbol,
                                    const parse::OperatorExpression& expression, Scope* scope) {
  std::string types[2];
  const parse::Expression* const sides[2] = {expression.left.get(), expression.right.get()};
  for (size_t i = 0; i < 2; ++i) {
    types[i] = "record";
    if (sides[i]->kind == parse::ExpressionKind::kRow) continue;
    HELIOS_ASSIGN_OR_RETURN(const ExpressionPtr side, BindNode(*sides[i], scope));
    types[i] = types::BaseTypeName(side->type.oid);
  }
  return WithPosition(
      WithHint(SqlError(sqlstate::kUndefinedFunction, "operator does not exist: {} {} {}", types[0],
                        symbol, types[1]),
               "No operator matches the given name and argument types. You might need to add "
               "explicit type casts."),
      expression.position);
}

ExpressionOr Binder::BindOperator(const parse::OperatorExpression& expression, Scope* scope) {
  HELIOS_RETURN_IF_ERROR(CheckOperatorSchema(expression.op, expression.position));
  // "!=" is only a spelling.
  std::string_view symbol = expression.op.name;
  if (symbol == "!=") symbol = "<>";
  if (expression.left != nullptr) {
    const auto* const left_row = expression.left->TryAs<parse::RowExpression>();
    const auto* const right_row = expression.right->TryAs<parse::RowExpression>();
    if (left_row != nullptr && right_row != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> left, BindRow(*left_row, scope));
      HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> right, BindRow(*right_row, scope));
      return CompareRows(symbol, std::move(left), std::move(right), expression.position);
    }
    const auto* const subquery = expression.right->TryAs<parse::Sublink>();
    if (left_row != nullptr && subquery != nullptr &&
        subquery->sublink == parse::SublinkKind::kScalar) {
      return BindRowSublink(symbol, *left_row, *subquery, scope, expression.position);
    }
    if (left_row != nullptr || right_row != nullptr) {
      return RecordOperator(symbol, expression, scope);
    }
  }
  ExpressionPtr left;
  if (expression.left != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(left, BindNode(*expression.left, scope));
  }
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr right, BindNode(*expression.right, scope));
  return MakeOperator(symbol, std::move(left), std::move(right), expression.position);
}

ExpressionOr Binder::BindDistinct(const parse::DistinctExpression& expression, Scope* scope) {
  const auto distinct = [&](ExpressionPtr left, ExpressionPtr right) -> ExpressionOr {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr node, MakeOperator("=", std::move(left), std::move(right),
                                                             expression.position));
    if (node->type.oid != TypeOid::kBool) {
      return WithPosition(SqlError(sqlstate::kDatatypeMismatch,
                                   "IS DISTINCT FROM requires = operator to yield boolean"),
                          expression.position);
    }
    node->kind = ExpressionKind::kDistinctFrom;
    node->negated = expression.is_negated;
    return node;
  };
  const auto* const left_row = expression.left->TryAs<parse::RowExpression>();
  const auto* const right_row = expression.right->TryAs<parse::RowExpression>();
  if (left_row == nullptr || right_row == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr left, BindNode(*expression.left, scope));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr right, BindNode(*expression.right, scope));
    return distinct(std::move(left), std::move(right));
  }
  HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> left, BindRow(*left_row, scope));
  HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> right, BindRow(*right_row, scope));
  if (left.size() != right.size() || left.empty()) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "unequal number of entries in row expressions"),
        expression.position);
  }
  std::vector<ExpressionPtr> parts;
  for (size_t i = 0; i < left.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(parts.emplace_back(),
                            distinct(std::move(left[i]), std::move(right[i])));
  }
  return Combine(expression.is_negated ? ExpressionKind::kAnd : ExpressionKind::kOr,
                 std::move(parts), expression.position);
}

ExpressionOr Binder::BindNullIf(const parse::NullIfExpression& expression, Scope* scope) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr left, BindNode(*expression.left, scope));
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr right, BindNode(*expression.right, scope));
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr node, MakeOperator("=", std::move(left), std::move(right),
                                                           expression.position));
  node->kind = ExpressionKind::kNullIf;
  node->type = node->arguments[0]->type;
  return node;
}

ExpressionOr Binder::BindBetween(const parse::BetweenExpression& expression, Scope* scope) {
  const int position = expression.position;
  // Bound anew for each comparison, as each may cast the value differently.
  const auto compare = [&](std::string_view symbol,
                           const parse::Expression& bound) -> ExpressionOr {
    const auto* const value_row = expression.value->TryAs<parse::RowExpression>();
    const auto* const bound_row = bound.TryAs<parse::RowExpression>();
    if (value_row != nullptr && bound_row != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> left, BindRow(*value_row, scope));
      HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> right, BindRow(*bound_row, scope));
      return CompareRows(symbol, std::move(left), std::move(right), position);
    }
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr left, BindNode(*expression.value, scope));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr right, BindNode(bound, scope));
    return MakeOperator(symbol, std::move(left), std::move(right), position);
  };
  const auto range = [&](const parse::Expression& low,
                         const parse::Expression& high) -> ExpressionOr {
    const bool no = expression.is_negated;
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr above, compare(no ? "<" : ">=", low));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr below, compare(no ? ">" : "<=", high));
    return Combine(no ? ExpressionKind::kOr : ExpressionKind::kAnd,
                   ListOf(std::move(above), std::move(below)), position);
  };
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr result, range(*expression.low, *expression.high));
  if (!expression.is_symmetric) return result;
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr swapped, range(*expression.high, *expression.low));
  return Combine(expression.is_negated ? ExpressionKind::kAnd : ExpressionKind::kOr,
                 ListOf(std::move(result), std::move(swapped)), position);
}

ExpressionOr Binder::BindLike(const parse::LikeExpression& expression, Scope* scope) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value, BindNode(*expression.value, scope));
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr pattern, BindNode(*expression.pattern, scope));
  const bool is_similar = expression.op == parse::LikeOperator::kSimilarTo;
  if (is_similar || expression.escape != nullptr) {
    std::vector<ExpressionPtr> arguments;
    arguments.push_back(std::move(pattern));
    if (expression.escape != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(arguments.emplace_back(), BindNode(*expression.escape, scope));
    }
    HELIOS_ASSIGN_OR_RETURN(pattern, MakeCall(is_similar ? "similar_to_escape" : "like_escape",
                                              std::move(arguments), {}, expression.position));
  }
  static constexpr std::string_view kSymbols[3][2] = {{"~~", "!~~"}, {"~~*", "!~~*"}, {"~", "!~"}};
  const std::string_view symbol =
      kSymbols[static_cast<size_t>(expression.op)][expression.is_negated ? 1 : 0];
  return MakeOperator(symbol, std::move(value), std::move(pattern), expression.position);
}

// One comparison a list element: for lists without a common type, and for rows.
ExpressionOr Binder::BindInAlternatives(const parse::InExpression& expression, Scope* scope) {
  const auto* const value_row = expression.value->TryAs<parse::RowExpression>();
  const std::string_view symbol = expression.is_negated ? "<>" : "=";
  std::vector<ExpressionPtr> parts;
  for (const parse::ExpressionPtr& element : expression.list) {
    const auto* const row = element->TryAs<parse::RowExpression>();
    if (value_row != nullptr && row != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> left, BindRow(*value_row, scope));
      HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> right, BindRow(*row, scope));
      HELIOS_ASSIGN_OR_RETURN(
          parts.emplace_back(),
          CompareRows(symbol, std::move(left), std::move(right), expression.position));
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr left, BindNode(*expression.value, scope));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr right, BindNode(*element, scope));
    HELIOS_ASSIGN_OR_RETURN(
        parts.emplace_back(),
        MakeOperator(symbol, std::move(left), std::move(right), expression.position));
  }
  return Combine(expression.is_negated ? ExpressionKind::kAnd : ExpressionKind::kOr,
                 std::move(parts), expression.position);
}

ExpressionOr Binder::BindIn(const parse::InExpression& expression, Scope* scope) {
  if (expression.value->kind == parse::ExpressionKind::kRow || expression.list.size() == 1) {
    return BindInAlternatives(expression, scope);
  }
  std::vector<ExpressionPtr> operands;
  HELIOS_ASSIGN_OR_RETURN(operands.emplace_back(), BindNode(*expression.value, scope));
  std::vector<TypeOid> oids = {operands[0]->type.oid};
  for (const parse::ExpressionPtr& element : expression.list) {
    if (element->kind == parse::ExpressionKind::kRow) {
      return BindInAlternatives(expression, scope);
    }
    HELIOS_ASSIGN_OR_RETURN(operands.emplace_back(), BindNode(*element, scope));
    oids.push_back(operands.back()->type.oid);
  }
  const absl::StatusOr<TypeOid> common = functions::CommonType("IN", oids);
  if (!common.ok()) return BindInAlternatives(expression, scope);
  absl::StatusOr<functions::ResolvedOperator> equal =
      functions::ResolveOperator("=", *common, *common);
  if (!equal.ok()) return WithPosition(std::move(equal).status(), expression.position);
  ExpressionPtr node = MakeNode(ExpressionKind::kInList, {TypeOid::kBool}, operands[0]->position);
  node->negated = expression.is_negated;
  node->function = equal->entry->function;
  for (ExpressionPtr& operand : operands) {
    // varchar and text compare as text; a char(n) keeps its own operator.
    HELIOS_ASSIGN_OR_RETURN(operand, Coerce(std::move(operand), {*common}, CastKind::kImplicit));
    HELIOS_ASSIGN_OR_RETURN(operand,
                            Coerce(std::move(operand), {equal->left}, CastKind::kImplicit));
    node->arguments.push_back(std::move(operand));
  }
  return node;
}

// x op ANY (ARRAY[...]) without arrays: = ANY is IN, <> ALL is NOT IN, others a chain.
ExpressionOr Binder::BindQuantifiedArray(const parse::QuantifiedExpression& expression,
                                         Scope* scope) {
  HELIOS_RETURN_IF_ERROR(CheckOperatorSchema(expression.op, expression.position));
  const auto* const array = expression.array->TryAs<parse::ArrayExpression>();
  if (array == nullptr) {
    return WithPosition(Unsupported("arrays (in op ANY/ALL) are not supported"),
                        expression.position);
  }
  const bool any = expression.quantifier == parse::Quantifier::kAny;
  if (array->elements.empty()) {
    return MakeConstant(Value::Bool(!any), expression.position);
  }
  std::vector<ExpressionPtr> parts;
  for (const parse::ExpressionPtr& element : array->elements) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr left, BindNode(*expression.left, scope));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr right, BindNode(*element, scope));
    HELIOS_ASSIGN_OR_RETURN(
        ExpressionPtr part,
        MakeOperator(expression.op.name, std::move(left), std::move(right), expression.position));
    HELIOS_ASSIGN_OR_RETURN(parts.emplace_back(),
                            CoerceToBoolean(std::move(part), "op ANY/ALL (array)"));
  }
  return Combine(any ? ExpressionKind::kOr : ExpressionKind::kAnd, std::move(parts),
                 expression.position);
}

}  // namespace heliosdb::sql::bind
