// UNION, INTERSECT and EXCEPT.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;

std::string_view OperatorText(SetOperator op) {
  switch (op) {
    case SetOperator::kUnion:
      return "UNION";
    case SetOperator::kIntersect:
      return "INTERSECT";
    case SetOperator::kExcept:
      return "EXCEPT";
  }
  return "";
}

// Whether a target's value is used for more than being given out.
bool IsUsedInside(const Query& query, size_t target) {
  if (query.distinct != DistinctKind::kNone) return true;
  return std::any_of(query.order_by.begin(), query.order_by.end(), [target](const SortKey& key) {
    return static_cast<size_t>(key.target) == target;
  });
}

}  // namespace

// Casts the visible columns, inside where that changes nothing else, otherwise in a query around.
absl::Status Binder::CastTargets(std::unique_ptr<Query>* query, std::span<const Type> types,
                                 CastKind kind) {
  Query& inner = **query;
  const auto differs = [](Type from, Type to) {
    return from.oid != to.oid || (types::HasModifier(to) && from.modifier != to.modifier);
  };
  bool needs_query = false;
  for (size_t i = 0; i < types.size(); ++i) {
    if (!differs(inner.targets[i].expression->type, types[i])) continue;
    // A literal takes its type wherever it stands.
    const bool is_literal = inner.targets[i].expression->type.oid == TypeOid::kUnknown;
    if ((inner.set_operation.has_value() || IsUsedInside(inner, i)) && !is_literal) {
      needs_query = true;
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(inner.targets[i].expression,
                            Coerce(std::move(inner.targets[i].expression), types[i], kind));
  }
  if (!needs_query) return absl::OkStatus();
  return WrapAndCast(query, types, kind);
}

absl::Status Binder::WrapAndCast(std::unique_ptr<Query>* query, std::span<const Type> types,
                                 CastKind kind) {
  auto outer = std::make_unique<Query>();
  outer->correlated = (*query)->correlated;
  Relation relation;
  relation.kind = Relation::Kind::kSubquery;
  relation.alias = "*SELECT*";
  for (size_t i = 0; i < types.size(); ++i) {
    const Target& target = (*query)->targets[i];
    const Type type = target.expression->type;
    relation.columns.push_back({target.name, type});
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr cast, Coerce(MakeColumn(0, static_cast<int>(i), type,
                                                                  target.expression->position),
                                                       types[i], kind));
    outer->targets.push_back({target.name, std::move(cast)});
  }
  outer->visible_targets = types.size();
  // The query is one level further in from here on.
  MoveInward(query->get(), 1);
  relation.query = std::move(*query);
  outer->relations.push_back(std::move(relation));
  outer->from = std::make_unique<FromItem>();
  outer->from->relation = 0;
  *query = std::move(outer);
  return absl::OkStatus();
}

absl::Status Binder::UnifySides(const parse::SelectStatement& select, Query* query) {
  Query::SetOperation& operation = *query->set_operation;
  const std::string_view name = OperatorText(operation.op);
  const size_t width = operation.left->visible_targets;
  if (operation.right->visible_targets != width) {
    const std::vector<Target>& right = operation.right->targets;
    return WithPosition(SqlError(sqlstate::kSyntaxError,
                                 "each {} query must have the same number of columns", name),
                        right.empty() ? select.position : right[0].expression->position);
  }
  std::vector<Type> types;
  for (size_t i = 0; i < width; ++i) {
    const Expression& left = *operation.left->targets[i].expression;
    const Expression& right = *operation.right->targets[i].expression;
    const TypeOid oids[] = {left.type.oid, right.type.oid};
    absl::StatusOr<TypeOid> common = functions::CommonType(name, oids);
    if (!common.ok()) return WithPosition(std::move(common).status(), right.position);
    types.push_back(left.type == right.type && left.type.oid == *common ? left.type
                                                                        : Type{*common});
  }
  HELIOS_RETURN_IF_ERROR(CastTargets(&operation.left, types, CastKind::kImplicit));
  HELIOS_RETURN_IF_ERROR(CastTargets(&operation.right, types, CastKind::kImplicit));
  for (size_t i = 0; i < width; ++i) {
    query->targets.push_back({operation.left->targets[i].name,
                              MakeColumn(0, static_cast<int>(i), types[i],
                                         operation.left->targets[i].expression->position)});
  }
  query->visible_targets = width;
  return absl::OkStatus();
}

absl::Status Binder::BindSetOperation(const parse::SelectStatement& select, Scope* scope,
                                      UnknownTargets) {
  Query& query = *scope->query;
  query.set_operation.emplace();
  Query::SetOperation& operation = *query.set_operation;
  switch (select.set_operation) {
    case parse::SetOperation::kNone:
    case parse::SetOperation::kUnion:
      operation.op = SetOperator::kUnion;
      break;
    case parse::SetOperation::kIntersect:
      operation.op = SetOperator::kIntersect;
      break;
    case parse::SetOperation::kExcept:
      operation.op = SetOperator::kExcept;
      break;
  }
  operation.all = select.is_set_all;
  HELIOS_ASSIGN_OR_RETURN(operation.left, BindQuery(*select.left, scope, UnknownTargets::kKeep));
  HELIOS_ASSIGN_OR_RETURN(operation.right, BindQuery(*select.right, scope, UnknownTargets::kKeep));
  for (const Query* const side : {operation.left.get(), operation.right.get()}) {
    if (!side->row_locks.empty()) {
      return Unsupported("FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT");
    }
  }
  HELIOS_RETURN_IF_ERROR(UnifySides(select, &query));
  HELIOS_RETURN_IF_ERROR(BindSetOrderBy(select.order_by, scope));
  return BindLimit(select, scope);
}

absl::Status Binder::BindSetOrderBy(const std::vector<parse::SortKey>& keys, Scope* scope) {
  for (const parse::SortKey& key : keys) {
    HELIOS_ASSIGN_OR_RETURN(SortKey bound, BindSortDirection(key));
    HELIOS_ASSIGN_OR_RETURN(const std::optional<int> target,
                            FindTargetByNameOrNumber(*key.expression, scope, Place::kOrderBy));
    if (!target.has_value()) {
      const auto* const reference = key.expression->TryAs<parse::ColumnReference>();
      if (reference != nullptr && reference->names.size() == 1 && !reference->is_star) {
        return MissingColumn("", reference->names[0], scope, reference->position);
      }
      return WithPosition(
          WithHint(WithDetail(Unsupported("invalid UNION/INTERSECT/EXCEPT ORDER BY clause"),
                              "Only result column names can be used, not expressions or "
                              "functions."),
                   "Add the expression/function to every SELECT, or move the UNION into a FROM "
                   "clause."),
          parse::LeftmostPosition(*key.expression));
    }
    bound.target = *target;
    scope->query->order_by.push_back(bound);
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
