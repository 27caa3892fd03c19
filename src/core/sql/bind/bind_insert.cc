// INSERT.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::Value;

const catalog::Column& ColumnAt(const catalog::Table& table, int place) {
  return table.columns[static_cast<size_t>(place)];
}

bool IsDefault(const parse::Expression& expression) {
  return expression.kind == parse::ExpressionKind::kDefault;
}

// VALUES without clauses of its own.
bool IsPlainValues(const parse::SelectStatement* source) {
  return source != nullptr && !source->values.empty() && source->with == nullptr &&
         source->order_by.empty() && source->limit == nullptr && source->offset == nullptr;
}

absl::Status GeneratedAlways(const catalog::Column& column, int position) {
  return WithPosition(
      WithHint(
          WithDetail(SqlError(sqlstate::kGeneratedAlways,
                              "cannot insert a non-DEFAULT value into column \"{}\"", column.name),
                     fmt::format("Column \"{}\" is an identity column defined as GENERATED "
                                 "ALWAYS.",
                                 column.name)),
          "Use OVERRIDING SYSTEM VALUE to override."),
      position);
}

}  // namespace

absl::StatusOr<std::vector<int>> Binder::InsertColumns(const parse::InsertStatement& statement,
                                                       const catalog::Table& table) const {
  std::vector<int> columns;
  if (statement.columns.empty()) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (!table.columns[i].dropped) columns.push_back(static_cast<int>(i));
    }
    return columns;
  }
  for (const parse::AssignmentTarget& target : statement.columns) {
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
    if (std::count(columns.begin(), columns.end(), place) > 0) {
      return WithPosition(SqlError(sqlstate::kDuplicateColumn,
                                   "column \"{}\" specified more than once", target.column),
                          target.position);
    }
    columns.push_back(place);
  }
  return columns;
}

absl::Status Binder::CheckInsertWidth(const parse::InsertStatement& statement, size_t columns,
                                      size_t values, int position) const {
  if (values > columns) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "INSERT has more expressions than target columns"),
        position);
  }
  if (!statement.columns.empty() && values < columns) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "INSERT has more target columns than expressions"),
        statement.columns[values].position);
  }
  return absl::OkStatus();
}

ExpressionOr Binder::DefaultOrNull(const catalog::Table& table, int column) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value, BindColumnDefault(table, column));
  if (value == nullptr) value = MakeConstant(Value::Null(ColumnAt(table, column).type), 0);
  return value;
}

absl::StatusOr<std::vector<ExpressionPtr>> Binder::BindInsertRow(
    const std::vector<parse::ExpressionPtr>& row, const parse::InsertStatement& statement,
    const catalog::Table& table, const std::vector<int>& columns, Scope* scope) {
  std::vector<ExpressionPtr> bound;
  for (size_t i = 0; i < row.size(); ++i) {
    const catalog::Column& column = ColumnAt(table, columns[i]);
    const bool overridden = column.identity != catalog::Identity::kNone &&
                            statement.overriding == parse::Overriding::kUserValue;
    if (IsDefault(*row[i]) || overridden) {
      HELIOS_ASSIGN_OR_RETURN(bound.emplace_back(), DefaultOrNull(table, columns[i]));
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                            BindExpression(*row[i], scope, Place::kInsertValues));
    if (column.identity == catalog::Identity::kAlways &&
        statement.overriding != parse::Overriding::kSystemValue) {
      return GeneratedAlways(column, 0);
    }
    HELIOS_ASSIGN_OR_RETURN(bound.emplace_back(),
                            CoerceForAssignment(std::move(value), column.name, column.type));
  }
  return bound;
}

absl::Status Binder::BindInsertValues(const parse::InsertStatement& statement,
                                      const catalog::Table& table, std::vector<int>* columns,
                                      Scope* scope) {
  const std::vector<std::vector<parse::ExpressionPtr>>& rows = statement.source->values;
  const size_t width = rows[0].size();
  scope->takes_sets = rows.size() == 1;
  std::vector<std::vector<ExpressionPtr>> bound;
  for (const std::vector<parse::ExpressionPtr>& row : rows) {
    if (row.size() != width) {
      return WithPosition(
          SqlError(sqlstate::kSyntaxError, "VALUES lists must all be the same length"),
          row.empty() ? 0 : row[0]->position);
    }
    HELIOS_RETURN_IF_ERROR(
        CheckInsertWidth(statement, columns->size(), width,
                         width > columns->size() ? row[columns->size()]->position : 0));
    HELIOS_ASSIGN_OR_RETURN(bound.emplace_back(),
                            BindInsertRow(row, statement, table, *columns, scope));
  }
  columns->resize(width);
  Query& query = *scope->query;
  query.visible_targets = width;
  if (bound.size() == 1) {
    for (size_t i = 0; i < width; ++i) {
      query.targets.push_back({ColumnAt(table, (*columns)[i]).name, std::move(bound[0][i])});
    }
    return absl::OkStatus();
  }
  Relation relation;
  relation.kind = Relation::Kind::kValues;
  relation.alias = "*VALUES*";
  for (size_t i = 0; i < width; ++i) {
    const catalog::Column& column = ColumnAt(table, (*columns)[i]);
    relation.columns.push_back({column.name, column.type});
    query.targets.push_back({column.name, MakeColumn(0, static_cast<int>(i), column.type, 0)});
  }
  relation.rows = std::move(bound);
  query.relations.push_back(std::move(relation));
  query.from = std::make_unique<FromItem>();
  query.from->relation = 0;
  return absl::OkStatus();
}

// INSERT ... SELECT: the query's columns, cast.
absl::StatusOr<std::unique_ptr<Query>> Binder::BindInsertQuery(
    const parse::InsertStatement& statement, const catalog::Table& table, std::vector<int>* columns,
    Scope* scope) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Query> query,
                          BindQuery(*statement.source, scope, UnknownTargets::kKeep));
  const size_t width = query->visible_targets;
  HELIOS_RETURN_IF_ERROR(CheckInsertWidth(
      statement, columns->size(), width,
      width > columns->size() ? query->targets[columns->size()].expression->position : 0));
  columns->resize(width);
  std::vector<Type> types;
  for (size_t i = 0; i < width; ++i) {
    const catalog::Column& column = ColumnAt(table, (*columns)[i]);
    const Expression& value = *query->targets[i].expression;
    if (column.identity == catalog::Identity::kAlways &&
        statement.overriding == parse::Overriding::kNone) {
      return GeneratedAlways(column, 0);
    }
    if (!CanCoerce(value.type.oid, column.type.oid, CastKind::kAssignment)) {
      // For its error.
      return CoerceForAssignment(MakeColumn(0, 0, value.type, value.position), column.name,
                                 column.type)
          .status();
    }
    types.push_back(column.type);
  }
  HELIOS_RETURN_IF_ERROR(CastTargets(&query, types, CastKind::kAssignment));
  return query;
}

absl::StatusOr<std::unique_ptr<Query>> Binder::BindInsertSource(
    const parse::InsertStatement& statement, const catalog::Table& table,
    std::vector<int>* columns) {
  auto outer = std::make_unique<Query>();
  Scope scope(nullptr, outer.get());
  HELIOS_RETURN_IF_ERROR(BindWith(statement.with.get(), &scope));
  KnownRelation& target = scope.known.emplace_back();
  target.alias = statement.alias.empty() ? table.name : statement.alias.name;
  target.table_name = table.name;
  for (const catalog::Column& column : table.columns) {
    if (!column.dropped) target.columns.push_back(column.name);
  }
  if (statement.source == nullptr) {
    columns->clear();
    return outer;
  }
  if (IsPlainValues(statement.source.get())) {
    HELIOS_RETURN_IF_ERROR(BindInsertValues(statement, table, columns, &scope));
    InlineCommonTables(&scope);
    return outer;
  }
  if (statement.with == nullptr) return BindInsertQuery(statement, table, columns, nullptr);
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Query> query,
                          BindInsertQuery(statement, table, columns, &scope));
  Relation relation;
  relation.kind = Relation::Kind::kSubquery;
  relation.alias = "*SELECT*";
  for (size_t i = 0; i < query->visible_targets; ++i) {
    const Target& target = query->targets[i];
    relation.columns.push_back({target.name, target.expression->type});
    outer->targets.push_back(
        {target.name, MakeColumn(0, static_cast<int>(i), target.expression->type, 0)});
  }
  outer->visible_targets = query->visible_targets;
  relation.query = std::move(query);
  outer->relations.push_back(std::move(relation));
  outer->from = std::make_unique<FromItem>();
  outer->from->relation = 0;
  InlineCommonTables(&scope);
  return outer;
}

absl::StatusOr<std::unique_ptr<Insert>> Binder::BindInsert(
    const parse::InsertStatement& statement) {
  auto insert = std::make_unique<Insert>();
  HELIOS_ASSIGN_OR_RETURN(insert->table, FindTargetTable(statement.table));
  const catalog::Table& table = *insert->table;
  HELIOS_ASSIGN_OR_RETURN(insert->source_columns, InsertColumns(statement, table));
  HELIOS_ASSIGN_OR_RETURN(insert->source,
                          BindInsertSource(statement, table, &insert->source_columns));
  // OVERRIDING USER VALUE: what a query gives for identity columns is dropped.
  if (statement.overriding == parse::Overriding::kUserValue && statement.source != nullptr &&
      !IsPlainValues(statement.source.get())) {
    return Unsupported("OVERRIDING USER VALUE with a query is not supported");
  }
  insert->defaults.resize(table.columns.size());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const std::vector<int>& given = insert->source_columns;
    if (std::count(given.begin(), given.end(), static_cast<int>(i)) > 0) continue;
    HELIOS_ASSIGN_OR_RETURN(insert->defaults[i], BindColumnDefault(table, static_cast<int>(i)));
  }
  HELIOS_ASSIGN_OR_RETURN(insert->rules, BindRules(table));
  if (statement.on_conflict != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(insert->on_conflict,
                            BindOnConflict(*statement.on_conflict, table, statement.alias));
  }
  if (!statement.returning.empty()) {
    Query row;
    Scope scope(nullptr, &row);
    HELIOS_RETURN_IF_ERROR(AddTargetTable(table, statement.alias, &scope));
    HELIOS_RETURN_IF_ERROR(
        BindTargets(statement.returning, &scope, Place::kReturning, &insert->returning));
    HELIOS_RETURN_IF_ERROR(ResolveUnknownTargets(&insert->returning));
  }
  return insert;
}

}  // namespace heliosdb::sql::bind
