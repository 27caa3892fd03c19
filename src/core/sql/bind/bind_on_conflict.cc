// ON CONFLICT: which unique indexes arbitrate, and what DO UPDATE sets.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {
namespace {

absl::Status NoArbiter() {
  return SqlError(sqlstate::kInvalidColumnReference,
                  "there is no unique or exclusion constraint matching the ON CONFLICT "
                  "specification");
}

absl::Status DeferrableArbiter(int position) {
  return WithPosition(SqlError(sqlstate::kObjectNotInPrerequisiteState,
                               "ON CONFLICT does not support deferrable unique "
                               "constraints/exclusion constraints as arbiters"),
                      position);
}

// Whether both lists hold the same expressions, in any order.
bool SameSet(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  const auto holds = [](const std::vector<ExpressionPtr>& list, const Expression& wanted) {
    return std::any_of(list.begin(), list.end(), [&wanted](const ExpressionPtr& expression) {
      return SameExpression(*expression, wanted);
    });
  };
  return std::all_of(a.begin(), a.end(), [&](const auto& e) { return holds(b, *e); }) &&
         std::all_of(b.begin(), b.end(), [&](const auto& e) { return holds(a, *e); });
}

std::vector<const Expression*> Conjuncts(const Expression& expression) {
  if (expression.kind != ExpressionKind::kAnd) return {&expression};
  std::vector<const Expression*> list;
  for (const ExpressionPtr& argument : expression.arguments) list.push_back(argument.get());
  return list;
}

// Every conjunct of the predicate is one of the condition's.
bool Implies(const Expression* condition, const Expression& predicate) {
  if (condition == nullptr) return false;
  const std::vector<const Expression*> given = Conjuncts(*condition);
  for (const Expression* const wanted : Conjuncts(predicate)) {
    const bool found = std::any_of(given.begin(), given.end(), [wanted](const Expression* one) {
      return SameExpression(*one, *wanted);
    });
    if (!found) return false;
  }
  return true;
}

}  // namespace

absl::Status Binder::FindConstraintArbiter(const parse::OnConflict& clause,
                                           const catalog::Table& table, Insert::OnConflict* out) {
  const int position = clause.inference_position;
  if (table.clustered_key.has_value() && table.clustered_key->name == clause.constraint) {
    if (table.clustered_key->deferrable) return DeferrableArbiter(position);
    out->primary_key = true;
    return absl::OkStatus();
  }
  for (const catalog::Index* const index : image().IndexesOf(table.oid)) {
    if (index->role == catalog::IndexRole::kPlain || index->name != clause.constraint) continue;
    if (index->deferrable) return DeferrableArbiter(position);
    out->indexes.push_back(index);
    return absl::OkStatus();
  }
  const auto is_named = [&clause](const auto& constraint) {
    return constraint.name == clause.constraint;
  };
  if (std::any_of(table.checks.begin(), table.checks.end(), is_named) ||
      std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), is_named)) {
    return WithPosition(SqlError(sqlstate::kWrongObjectType,
                                 "constraint in ON CONFLICT clause has no associated index"),
                        position);
  }
  return SqlError(sqlstate::kUndefinedObject, "constraint \"{}\" for table \"{}\" does not exist",
                  clause.constraint, table.name);
}

absl::Status Binder::FindArbiters(const parse::OnConflict& clause, const catalog::Table& table,
                                  Scope* scope, Insert::OnConflict* out) {
  if (!clause.constraint.empty()) return FindConstraintArbiter(clause, table, out);
  if (clause.elements.empty()) {
    if (clause.action == parse::ConflictAction::kNothing) return absl::OkStatus();
    return WithPosition(
        WithHint(SqlError(sqlstate::kSyntaxError,
                          "ON CONFLICT DO UPDATE requires inference specification or constraint "
                          "name"),
                 "For example, ON CONFLICT (column_name)."),
        clause.position);
  }
  std::vector<ExpressionPtr> wanted;
  for (const parse::IndexElement& element : clause.elements) {
    if (!element.operator_class.empty()) {
      return WithPosition(Unsupported("operator classes in ON CONFLICT are not supported"),
                          clause.inference_position);
    }
    HELIOS_RETURN_IF_ERROR(CheckCollation(element.collation));
    if (element.expression != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(wanted.emplace_back(),
                              BindExpression(*element.expression, scope, Place::kIndexExpression));
      continue;
    }
    const int column = table.FindColumn(element.column);
    if (column < 0) {
      return MissingColumn("", element.column, scope, clause.inference_position);
    }
    wanted.push_back(MakeTableColumn(table, column));
  }
  ExpressionPtr condition;
  if (clause.inference_where != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(
        condition, BindCondition(*clause.inference_where, scope, Place::kIndexPredicate, "WHERE"));
  }
  bool deferrable = false;
  if (table.clustered_key.has_value()) {
    std::vector<ExpressionPtr> key;
    for (const int column : table.clustered_key->columns) {
      key.push_back(MakeTableColumn(table, column));
    }
    if (SameSet(key, wanted)) {
      deferrable |= table.clustered_key->deferrable;
      out->primary_key = true;
    }
  }
  for (const catalog::Index* const index : image().IndexesOf(table.oid)) {
    if (!index->unique || !index->valid) continue;
    HELIOS_ASSIGN_OR_RETURN(const TableRules::IndexRule rule, BindIndex(table, *index));
    if (!SameSet(rule.keys, wanted)) continue;
    if (rule.predicate != nullptr && !Implies(condition.get(), *rule.predicate)) continue;
    deferrable |= index->deferrable;
    out->indexes.push_back(index);
  }
  if (deferrable) return DeferrableArbiter(clause.inference_position);
  if (!out->primary_key && out->indexes.empty()) return NoArbiter();
  return absl::OkStatus();
}

absl::StatusOr<Insert::OnConflict> Binder::BindOnConflict(const parse::OnConflict& clause,
                                                          const catalog::Table& table,
                                                          const parse::Alias& alias) {
  Insert::OnConflict bound;
  bound.do_update = clause.action == parse::ConflictAction::kUpdate;
  Query rows;
  Scope scope(nullptr, &rows);
  HELIOS_RETURN_IF_ERROR(AddTargetTable(table, alias, &scope));
  HELIOS_RETURN_IF_ERROR(FindArbiters(clause, table, &scope, &bound));
  if (!bound.do_update) return bound;
  parse::Alias excluded;
  excluded.name = "excluded";
  ScopeItem proposed;
  proposed.name = "excluded";
  HELIOS_RETURN_IF_ERROR(CheckItemNames(scope.items, std::span(&proposed, 1)));
  names_.push_back(std::make_unique<std::string>("excluded"));
  HELIOS_RETURN_IF_ERROR(AddTargetTable(table, excluded, &scope));
  // The alias above is gone soon.
  scope.items.back().name = *names_.back();
  scope.known.back().alias = *names_.back();
  HELIOS_ASSIGN_OR_RETURN(bound.assignments, BindAssignments(clause.set, table, &scope));
  if (clause.where != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(bound.where,
                            BindCondition(*clause.where, &scope, Place::kOnConflictWhere, "WHERE"));
  }
  return bound;
}

}  // namespace heliosdb::sql::bind
