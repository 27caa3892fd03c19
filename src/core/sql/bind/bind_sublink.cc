// Subqueries in expressions.
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;

// In the comparison of a quantified subquery.
constexpr int kLeftRow = -1;
constexpr int kSubqueryRow = -2;

absl::Status CheckPlace(Place place) {
  switch (place) {
    case Place::kCheck:
      return Unsupported("cannot use subquery in check constraint");
    case Place::kDefault:
      return Unsupported("cannot use subquery in DEFAULT expression");
    case Place::kIndexExpression:
      return Unsupported("cannot use subquery in index expression");
    case Place::kIndexPredicate:
      return Unsupported("cannot use subquery in index predicate");
    case Place::kAlterUsing:
      return Unsupported("cannot use subquery in transform expression");
    default:
      return absl::OkStatus();
  }
}

}  // namespace

ExpressionOr Binder::BindComparisonSublink(std::string_view symbol, SubqueryKind kind,
                                           std::vector<ExpressionPtr> left,
                                           std::unique_ptr<Query> query, int position) {
  if (left.size() != query->visible_targets) {
    return WithPosition(SqlError(sqlstate::kSyntaxError, "subquery has too {} columns",
                                 left.size() < query->visible_targets ? "many" : "few"),
                        position);
  }
  ExpressionPtr node = MakeNode(ExpressionKind::kSubquery, {TypeOid::kBool}, position);
  std::vector<ExpressionPtr> left_row;
  std::vector<ExpressionPtr> right_row;
  for (size_t i = 0; i < left.size(); ++i) {
    const Type right_type = query->targets[i].expression->type;
    absl::StatusOr<functions::ResolvedOperator> found =
        functions::ResolveOperator(symbol, left[i]->type.oid, right_type.oid);
    if (!found.ok()) return WithPosition(std::move(found).status(), position);
    if (left[i]->position > 0 && left[i]->position < node->position) {
      node->position = left[i]->position;
    }
    HELIOS_ASSIGN_OR_RETURN(left[i],
                            Coerce(std::move(left[i]), {found->left}, CastKind::kImplicit));
    left_row.push_back(MakeColumn(kLeftRow, static_cast<int>(i), left[i]->type, left[i]->position));
    right_row.push_back(MakeColumn(kSubqueryRow, static_cast<int>(i), right_type, position));
  }
  if (left_row.size() == 1) {
    HELIOS_ASSIGN_OR_RETURN(node->comparison, MakeOperator(symbol, std::move(left_row[0]),
                                                           std::move(right_row[0]), position));
  } else {
    HELIOS_ASSIGN_OR_RETURN(
        node->comparison, CompareRows(symbol, std::move(left_row), std::move(right_row), position));
  }
  if (node->comparison->type.oid != TypeOid::kBool) {
    return WithPosition(SqlError(sqlstate::kDatatypeMismatch,
                                 "row comparison operator must yield type boolean, not type {}",
                                 types::BaseTypeName(node->comparison->type.oid)),
                        position);
  }
  node->subquery_kind = kind;
  node->arguments = std::move(left);
  node->subquery = std::move(query);
  return node;
}

// (a, b) = (SELECT ...): the subquery gives one row at most, whose columns are compared one by one.
ExpressionOr Binder::BindRowSublink(std::string_view symbol, const parse::RowExpression& row,
                                    const parse::Sublink& sublink, Scope* scope, int position) {
  HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> left, BindRow(row, scope));
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Query> query,
                          BindQuery(*sublink.query, scope, UnknownTargets::kToText));
  if (left.size() != query->visible_targets) {
    return WithPosition(SqlError(sqlstate::kSyntaxError, "subquery has too {} columns",
                                 left.size() < query->visible_targets ? "many" : "few"),
                        position);
  }
  std::vector<ExpressionPtr> right;
  for (size_t i = 0; i < left.size(); ++i) right.push_back(ScalarColumn(*query, i));
  return CompareRows(symbol, std::move(left), std::move(right), position);
}

ExpressionPtr ScalarColumn(const Query& query, size_t column) {
  auto outer = std::make_unique<Query>();
  outer->correlated = query.correlated;
  Relation relation;
  relation.kind = Relation::Kind::kSubquery;
  relation.alias = "*SELECT*";
  relation.query = CloneQuery(query);
  MoveInward(relation.query.get(), 1);
  for (size_t i = 0; i < query.visible_targets; ++i) {
    relation.columns.push_back({query.targets[i].name, query.targets[i].expression->type});
  }
  const Target& target = query.targets[column];
  const Type type = target.expression->type;
  const int position = target.expression->position;
  outer->relations.push_back(std::move(relation));
  outer->from = std::make_unique<FromItem>();
  outer->from->relation = 0;
  outer->targets.push_back({target.name, MakeColumn(0, static_cast<int>(column), type, position)});
  outer->visible_targets = 1;
  ExpressionPtr node = MakeNode(ExpressionKind::kSubquery, type, position);
  node->subquery_kind = SubqueryKind::kScalar;
  node->subquery = std::move(outer);
  return node;
}

ExpressionOr Binder::BindSublink(const parse::Sublink& sublink, Scope* scope) {
  const int position = sublink.position;
  HELIOS_RETURN_IF_ERROR(WithPosition(CheckPlace(scope->place), position));
  if (sublink.sublink == parse::SublinkKind::kArray) {
    return WithPosition(Unsupported("arrays (ARRAY(SELECT ...)) are not supported"), position);
  }
  auto query = std::make_unique<Query>();
  Scope inner(scope, query.get());
  inner.in_expression = true;
  HELIOS_RETURN_IF_ERROR(BindQueryInto(*sublink.query, &inner, UnknownTargets::kToText));
  const bool any = sublink.sublink == parse::SublinkKind::kAny;
  if (any || sublink.sublink == parse::SublinkKind::kAll) {
    std::vector<ExpressionPtr> left;
    if (const auto* const row = sublink.test->TryAs<parse::RowExpression>(); row != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(left, BindRow(*row, scope));
    } else {
      HELIOS_ASSIGN_OR_RETURN(left.emplace_back(), BindNode(*sublink.test, scope));
    }
    std::string_view symbol = sublink.op.empty() ? "=" : std::string_view(sublink.op.name);
    if (symbol == "!=") symbol = "<>";
    return BindComparisonSublink(symbol, any ? SubqueryKind::kAny : SubqueryKind::kAll,
                                 std::move(left), std::move(query), position);
  }
  ExpressionPtr node = MakeNode(ExpressionKind::kSubquery, {TypeOid::kBool}, position);
  node->subquery_kind = SubqueryKind::kExists;
  if (sublink.sublink == parse::SublinkKind::kScalar) {
    if (query->visible_targets != 1) {
      return WithPosition(SqlError(sqlstate::kSyntaxError, "subquery must return only one column"),
                          position);
    }
    node->subquery_kind = SubqueryKind::kScalar;
    node->type = query->targets[0].expression->type;
  }
  node->subquery = std::move(query);
  return node;
}

}  // namespace heliosdb::sql::bind
