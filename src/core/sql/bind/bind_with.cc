// WITH and WITH RECURSIVE.
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;

absl::Status InvalidRecursion(std::string_view name, std::string_view where, int position) {
  return WithPosition(
      SqlError(sqlstate::kInvalidRecursion,
               "recursive reference to query \"{}\" must not appear {}", name, where),
      position);
}

bool QueryIsVolatile(const Query& query) {
  bool found = false;
  ReadQuery(query, 0, [&found](const Expression& expression, int) {
    found |= expression.kind == ExpressionKind::kCall &&
             expression.function->volatility == functions::Volatility::kVolatile;
    return !found;
  });
  return found;
}

void FillColumns(const Query& query, CommonTable* table) {
  table->columns.clear();
  for (size_t i = 0; i < query.visible_targets; ++i) {
    table->columns.push_back({query.targets[i].name, query.targets[i].expression->type});
  }
}

}  // namespace

absl::Status Binder::NameColumns(const parse::CommonTableExpression& expression,
                                 CommonTable* table) {
  if (expression.columns.size() > table->columns.size()) {
    return WithPosition(
        SqlError(sqlstate::kInvalidColumnReference,
                 "WITH query \"{}\" has {} columns available but {} columns specified",
                 expression.name, table->columns.size(), expression.columns.size()),
        expression.position);
  }
  for (size_t i = 0; i < expression.columns.size(); ++i) {
    table->columns[i].name = expression.columns[i];
  }
  return absl::OkStatus();
}

absl::Status Binder::BindWith(const parse::WithClause* with, Scope* scope) {
  if (with == nullptr) return absl::OkStatus();
  std::vector<CommonTableEntry> entries;
  for (const parse::CommonTableExpression& table : with->tables) {
    for (const CommonTableEntry& other : entries) {
      if (other.name != table.name) continue;
      return WithPosition(SqlError(sqlstate::kDuplicateAlias,
                                   "WITH query name \"{}\" specified more than once", table.name),
                          table.position);
    }
    CommonTableEntry& entry = entries.emplace_back();
    entry.name = table.name;
    entry.position = table.position;
    entry.state = CommonTableState::kLater;
    entry.is_materialized = table.materialization == parse::Materialization::kMaterialized;
    entry.is_not_materialized = table.materialization == parse::Materialization::kNotMaterialized;
  }
  // Plain WITH queries see those before them only; recursive ones know of all.
  if (with->is_recursive) scope->common_tables = entries;
  for (size_t i = 0; i < with->tables.size(); ++i) {
    if (!with->is_recursive) {
      entries[i].state = CommonTableState::kReady;
      scope->later_tables.clear();
      for (size_t k = i; k < entries.size(); ++k) {
        scope->later_tables.push_back(with->tables[k].name);
      }
    }
    HELIOS_RETURN_IF_ERROR(BindCommonTable(with->tables[i], with->is_recursive, scope, i));
    if (!with->is_recursive) {
      entries[i].index = static_cast<int>(i);
      scope->common_tables.push_back(entries[i]);
    }
  }
  scope->later_tables.clear();
  return absl::OkStatus();
}

absl::Status Binder::BindCommonTable(const parse::CommonTableExpression& expression, bool recursive,
                                     Scope* scope, size_t place) {
  if (expression.search != nullptr || expression.cycle != nullptr) {
    return WithPosition(Unsupported("SEARCH and CYCLE of WITH queries are not supported"),
                        expression.position);
  }
  const auto* const select = expression.query->TryAs<parse::SelectStatement>();
  if (select == nullptr) {
    return WithPosition(Unsupported("data-modifying statements in WITH are not supported"),
                        expression.position);
  }
  CommonTable& added = scope->query->common_tables.emplace_back();
  added.name = expression.name;
  if (recursive) {
    scope->common_tables[place].index = static_cast<int>(place);
    HELIOS_ASSIGN_OR_RETURN(const bool refers_to_itself,
                            BindRecursiveTable(expression, *select, scope, place));
    if (refers_to_itself) {
      scope->common_tables[place].state = CommonTableState::kReady;
      return absl::OkStatus();
    }
    scope->common_tables[place].state = CommonTableState::kWrongForm;
  }
  const Place before = std::exchange(scope->place, Place::kFromSubquery);
  absl::StatusOr<std::unique_ptr<Query>> query = BindQuery(*select, scope, UnknownTargets::kToText);
  scope->place = before;
  HELIOS_RETURN_IF_ERROR(query.status());
  CommonTable& table = scope->query->common_tables[place];
  FillColumns(**query, &table);
  table.query = *std::move(query);
  if (recursive) scope->common_tables[place].state = CommonTableState::kReady;
  return NameColumns(expression, &table);
}

absl::Status Binder::CheckRecursiveTypes(const parse::CommonTableExpression& expression,
                                         const Query::SetOperation& operation,
                                         const CommonTable& table) {
  const Query& right = *operation.right;
  if (right.visible_targets != table.columns.size()) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "each UNION query must have the same number of columns"),
        right.targets.empty() ? expression.position : right.targets[0].expression->position);
  }
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Type left_type = table.columns[i].type;
    const Expression& target = *right.targets[i].expression;
    const TypeOid oids[] = {left_type.oid, target.type.oid};
    absl::StatusOr<TypeOid> common = functions::CommonType("UNION", oids);
    if (!common.ok()) return WithPosition(std::move(common).status(), target.position);
    Type overall{*common};
    if (left_type.oid == *common &&
        (left_type.modifier == target.type.modifier || target.type.oid == TypeOid::kUnknown)) {
      overall = left_type;
    }
    if (left_type == overall) continue;
    return WithPosition(
        WithHint(
            SqlError(sqlstate::kDatatypeMismatch,
                     "recursive query \"{}\" column {} has type {} in non-recursive term but "
                     "type {} overall",
                     expression.name, i + 1, types::TypeName(left_type), types::TypeName(overall)),
            "Cast the output of the non-recursive term to the correct type."),
        operation.left->targets[i].expression->position);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Binder::BindRecursiveTable(const parse::CommonTableExpression& expression,
                                                const parse::SelectStatement& select, Scope* scope,
                                                size_t place) {
  if (select.set_operation != parse::SetOperation::kUnion) return false;
  auto query = std::make_unique<Query>();
  Scope inner(scope, query.get());
  inner.place = Place::kFromSubquery;
  HELIOS_RETURN_IF_ERROR(BindWith(select.with.get(), &inner));
  query->set_operation.emplace();
  Query::SetOperation& operation = *query->set_operation;
  operation.all = select.is_set_all;

  scope->common_tables[place].state = CommonTableState::kNonRecursiveTerm;
  HELIOS_ASSIGN_OR_RETURN(operation.left, BindQuery(*select.left, &inner, UnknownTargets::kToText));
  {
    CommonTable& table = scope->query->common_tables[place];
    FillColumns(*operation.left, &table);
    HELIOS_RETURN_IF_ERROR(NameColumns(expression, &table));
  }
  scope->common_tables[place].state = CommonTableState::kRecursiveTerm;
  HELIOS_ASSIGN_OR_RETURN(operation.right, BindQuery(*select.right, &inner, UnknownTargets::kKeep));
  const int references = scope->common_tables[place].recursive_references;
  if (references == 0) return false;
  if (references > 1) {
    return InvalidRecursion(expression.name, "more than once", expression.position);
  }
  const auto refuse = [](std::string_view what, const parse::ExpressionPtr& where) {
    return WithPosition(Unsupported("{} in a recursive query is not implemented", what),
                        where == nullptr ? 0 : parse::LeftmostPosition(*where));
  };
  if (!select.order_by.empty()) return refuse("ORDER BY", select.order_by[0].expression);
  if (select.offset != nullptr) return refuse("OFFSET", select.offset);
  if (select.limit != nullptr) return refuse("LIMIT", select.limit);
  if (!select.locking.empty()) return refuse("FOR UPDATE/SHARE", nullptr);

  CommonTable& table = scope->query->common_tables[place];
  HELIOS_RETURN_IF_ERROR(CheckRecursiveTypes(expression, operation, table));
  std::vector<Type> types;
  for (const ColumnInfo& column : table.columns) types.push_back(column.type);
  HELIOS_RETURN_IF_ERROR(CastTargets(&operation.right, types, CastKind::kImplicit));
  for (size_t i = 0; i < types.size(); ++i) {
    query->targets.push_back(
        {table.columns[i].name, MakeColumn(0, static_cast<int>(i), types[i], 0)});
  }
  query->visible_targets = types.size();
  InlineCommonTables(&inner);
  table.query = std::move(query);
  table.recursive = true;
  table.union_all = operation.all;
  return true;
}

absl::StatusOr<Binder::FromResult> Binder::BindCommonTableReference(
    const parse::TableFromItem& item, Scope* scope, Scope* owner, size_t place, int levels_up) {
  CommonTableEntry& entry = owner->common_tables[place];
  const int position = item.table.position > 0 ? item.table.position : item.position;
  switch (entry.state) {
    case CommonTableState::kReady:
      break;
    case CommonTableState::kNonRecursiveTerm:
      return InvalidRecursion(entry.name, "within its non-recursive term", position);
    case CommonTableState::kWrongForm:
      return WithPosition(SqlError(sqlstate::kInvalidRecursion,
                                   "recursive query \"{}\" does not have the form "
                                   "non-recursive-term UNION [ALL] recursive-term",
                                   entry.name),
                          entry.position);
    case CommonTableState::kLater:
      return WithPosition(
          Unsupported("references to WITH queries further down the list are not supported"),
          position);
    case CommonTableState::kRecursiveTerm:
      ++entry.recursive_references;
      for (const Scope* level = scope; level != owner; level = level->parent) {
        if (level->in_expression) {
          return InvalidRecursion(entry.name, "within a subquery", position);
        }
      }
      break;
  }
  CommonTable& table = owner->query->common_tables[static_cast<size_t>(entry.index)];
  if (entry.state == CommonTableState::kReady) ++table.references;
  Relation relation;
  relation.kind = Relation::Kind::kCommonTable;
  relation.cte_index = entry.index;
  relation.cte_levels_up = levels_up;
  relation.columns = table.columns;
  return AddRelation(std::move(relation), item.alias, "", item.table.name.name, scope);
}

void Binder::InlineCommonTables(Scope* scope) {
  Query& query = *scope->query;
  for (const CommonTableEntry& entry : scope->common_tables) {
    CommonTable& table = query.common_tables[static_cast<size_t>(entry.index)];
    if (table.query == nullptr || table.recursive) continue;
    if (table.references == 0) {
      table.query.reset();
      continue;
    }
    const bool wanted =
        entry.is_not_materialized || (table.references == 1 && !entry.is_materialized);
    if (!wanted || !table.query->row_locks.empty() || QueryIsVolatile(*table.query)) continue;
    const std::unique_ptr<Query> body = std::move(table.query);
    WalkRelations(query, 0, [&](Relation& relation, int depth) {
      if (relation.kind != Relation::Kind::kCommonTable || relation.cte_index != entry.index ||
          relation.cte_levels_up != depth) {
        return;
      }
      relation.kind = Relation::Kind::kSubquery;
      relation.cte_index = -1;
      relation.cte_levels_up = 0;
      relation.query = CloneQuery(*body);
      MoveInward(relation.query.get(), depth);
      for (size_t i = 0; i < relation.columns.size(); ++i) {
        relation.query->targets[i].name = relation.columns[i].name;
      }
    });
  }
}

}  // namespace heliosdb::sql::bind
