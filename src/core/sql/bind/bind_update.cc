// UPDATE, and the assignments that ON CONFLICT DO UPDATE shares with it.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {
namespace {

absl::StatusOr<int> TargetColumn(const parse::AssignmentTarget& target,
                                 const catalog::Table& table) {
  const int place = table.FindColumn(target.column);
  if (place < 0) {
    return WithPosition(
        SqlError(sqlstate::kUndefinedColumn, "column \"{}\" of relation \"{}\" does not exist",
                 target.column, table.name),
        target.position);
  }
  if (!target.steps.empty()) {
    return WithPosition(Unsupported("assignment to array elements and fields is not supported"),
                        target.position);
  }
  return place;
}

}  // namespace

ExpressionOr Binder::BindAssignedValue(const parse::Expression& value, const catalog::Table& table,
                                       int place, Scope* scope) {
  const catalog::Column& column = table.columns[static_cast<size_t>(place)];
  if (value.kind == parse::ExpressionKind::kDefault) return DefaultOrNull(table, place);
  if (column.identity == catalog::Identity::kAlways) {
    return WithDetail(SqlError(sqlstate::kGeneratedAlways,
                               "column \"{}\" can only be updated to DEFAULT", column.name),
                      fmt::format("Column \"{}\" is an identity column defined as GENERATED "
                                  "ALWAYS.",
                                  column.name));
  }
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound, BindExpression(value, scope, Place::kUpdateSource));
  return CoerceForAssignment(std::move(bound), column.name, column.type);
}

// (a, b) = (1, 2) or (a, b) = (SELECT ...).
absl::Status Binder::BindMultipleAssignment(
    const parse::Assignment& assignment, const catalog::Table& table,
    const std::vector<int>& columns, Scope* scope,
    std::vector<std::pair<int, ExpressionPtr>>* assignments) {
  const auto check_count = [&](size_t values) {
    return values == columns.size()
               ? absl::OkStatus()
               : WithPosition(SqlError(sqlstate::kSyntaxError,
                                       "number of columns does not match number of values"),
                              assignment.value->position);
  };
  if (const auto* const row = assignment.value->TryAs<parse::RowExpression>(); row != nullptr) {
    HELIOS_RETURN_IF_ERROR(check_count(row->fields.size()));
    for (size_t i = 0; i < columns.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                              BindAssignedValue(*row->fields[i], table, columns[i], scope));
      assignments->emplace_back(columns[i], std::move(value));
    }
    return absl::OkStatus();
  }
  const auto* const sublink = assignment.value->TryAs<parse::Sublink>();
  if (sublink == nullptr || sublink->sublink != parse::SublinkKind::kScalar) {
    return WithPosition(Unsupported("source for a multiple-column UPDATE item must be a "
                                    "sub-SELECT or ROW() expression"),
                        assignment.value->position);
  }
  const Place before = std::exchange(scope->place, Place::kUpdateSource);
  absl::StatusOr<std::unique_ptr<Query>> query =
      BindQuery(*sublink->query, scope, UnknownTargets::kToText);
  scope->place = before;
  HELIOS_RETURN_IF_ERROR(query.status());
  HELIOS_RETURN_IF_ERROR(check_count((*query)->visible_targets));
  for (size_t i = 0; i < columns.size(); ++i) {
    const catalog::Column& column = table.columns[static_cast<size_t>(columns[i])];
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value, CoerceForAssignment(ScalarColumn(**query, i),
                                                                     column.name, column.type));
    assignments->emplace_back(columns[i], std::move(value));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::pair<int, ExpressionPtr>>> Binder::BindAssignments(
    const std::vector<parse::Assignment>& assignments, const catalog::Table& table, Scope* scope) {
  std::vector<std::pair<int, ExpressionPtr>> bound;
  for (const parse::Assignment& assignment : assignments) {
    std::vector<int> columns;
    for (const parse::AssignmentTarget& target : assignment.targets) {
      HELIOS_ASSIGN_OR_RETURN(const int column, TargetColumn(target, table));
      const bool repeated = std::count(columns.begin(), columns.end(), column) > 0 ||
                            std::any_of(bound.begin(), bound.end(), [column](const auto& other) {
                              return other.first == column;
                            });
      if (repeated) {
        return SqlError(sqlstate::kSyntaxError, "multiple assignments to same column \"{}\"",
                        target.column);
      }
      columns.push_back(column);
    }
    if (assignment.is_multiple) {
      HELIOS_RETURN_IF_ERROR(BindMultipleAssignment(assignment, table, columns, scope, &bound));
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                            BindAssignedValue(*assignment.value, table, columns[0], scope));
    bound.emplace_back(columns[0], std::move(value));
  }
  return bound;
}

absl::Status Binder::BindChangedRows(const parse::WithClause* with, const catalog::Table& table,
                                     const parse::Alias& alias,
                                     const std::vector<parse::FromItemPtr>& from,
                                     const parse::Expression* where, Scope* scope) {
  HELIOS_RETURN_IF_ERROR(BindWith(with, scope));
  HELIOS_RETURN_IF_ERROR(AddTargetTable(table, alias, scope));
  // What stands in FROM does not see the table itself.
  scope->items[0].lateral_only = true;
  scope->items[0].lateral_ok = false;
  HELIOS_RETURN_IF_ERROR(BindFromList(from, scope));
  if (where == nullptr) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(scope->query->where,
                          BindCondition(*where, scope, Place::kWhere, "WHERE"));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Update>> Binder::BindUpdate(
    const parse::UpdateStatement& statement) {
  auto update = std::make_unique<Update>();
  update->query = std::make_unique<Query>();
  Scope scope(nullptr, update->query.get());
  HELIOS_ASSIGN_OR_RETURN(update->table, FindTargetTable(statement.table));
  const catalog::Table& table = *update->table;
  HELIOS_RETURN_IF_ERROR(BindChangedRows(statement.with.get(), table, statement.alias,
                                         statement.from, statement.where.get(), &scope));
  HELIOS_RETURN_IF_ERROR(
      BindTargets(statement.returning, &scope, Place::kReturning, &update->returning));
  HELIOS_RETURN_IF_ERROR(ResolveUnknownTargets(&update->returning));
  using Assignments = std::vector<std::pair<int, ExpressionPtr>>;
  HELIOS_ASSIGN_OR_RETURN(Assignments assignments, BindAssignments(statement.set, table, &scope));
  for (auto& [column, value] : assignments) {
    update->assigned_columns.push_back(column);
    update->query->targets.push_back(
        {table.columns[static_cast<size_t>(column)].name, std::move(value)});
  }
  update->query->visible_targets = update->query->targets.size();
  HELIOS_ASSIGN_OR_RETURN(update->rules, BindRules(table));
  InlineCommonTables(&scope);
  return update;
}

absl::StatusOr<std::unique_ptr<Delete>> Binder::BindDelete(
    const parse::DeleteStatement& statement) {
  auto deletion = std::make_unique<Delete>();
  deletion->query = std::make_unique<Query>();
  Scope scope(nullptr, deletion->query.get());
  HELIOS_ASSIGN_OR_RETURN(deletion->table, FindTargetTable(statement.table));
  const catalog::Table& table = *deletion->table;
  HELIOS_RETURN_IF_ERROR(BindChangedRows(statement.with.get(), table, statement.alias,
                                         statement.using_items, statement.where.get(), &scope));
  HELIOS_RETURN_IF_ERROR(
      BindTargets(statement.returning, &scope, Place::kReturning, &deletion->returning));
  HELIOS_RETURN_IF_ERROR(ResolveUnknownTargets(&deletion->returning));
  HELIOS_ASSIGN_OR_RETURN(deletion->rules, BindRules(table));
  InlineCommonTables(&scope);
  return deletion;
}

}  // namespace heliosdb::sql::bind
