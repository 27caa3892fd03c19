// FROM: tables, views, subqueries and functions.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {
namespace {

using types::Type;
using types::TypeOid;

std::string RelationText(const parse::QualifiedName& name) {
  return name.schema.empty() ? name.name : fmt::format("{}.{}", name.schema, name.name);
}

// ON CONFLICT, RETURNING and the like see every column of a table but the dropped ones.
void ShowColumns(const Relation& relation, int place, ScopeItem* item) {
  for (size_t i = 0; i < relation.columns.size(); ++i) {
    if (relation.table != nullptr && relation.table->columns[i].dropped) continue;
    const ColumnInfo& column = relation.columns[i];
    item->columns.push_back({column.name, column.type, place, static_cast<int>(i), nullptr});
  }
}

Relation TableRelation(const catalog::Table& table) {
  Relation relation;
  relation.kind = Relation::Kind::kTable;
  relation.table = &table;
  for (const catalog::Column& column : table.columns) {
    relation.columns.push_back({column.name, column.type});
  }
  return relation;
}

}  // namespace

void Binder::UseTable(catalog::Oid table, txn::TableLockMode mode) {
  for (TableUse& use : tables_) {
    if (use.table == table) {
      use.mode = std::max(use.mode, mode);
      return;
    }
  }
  tables_.push_back({table, mode});
}

absl::Status Binder::CheckItemNames(std::span<const ScopeItem> left,
                                    std::span<const ScopeItem> right) const {
  for (const ScopeItem& a : left) {
    if (a.name.empty() || !a.name_visible) continue;
    for (const ScopeItem& b : right) {
      if (!b.name_visible || a.name != b.name) continue;
      // Two tables of one name in two schemas are told apart by their schemas.
      if (!a.schema.empty() && !b.schema.empty() && a.schema != b.schema) continue;
      return SqlError(sqlstate::kDuplicateAlias, "table name \"{}\" specified more than once",
                      a.name);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Binder::FromResult> Binder::AddRelation(Relation relation, const parse::Alias& alias,
                                                       std::string_view schema,
                                                       std::string_view table_name, Scope* scope) {
  Query& query = *scope->query;
  const int place = static_cast<int>(query.relations.size());
  relation.alias = alias.empty() ? std::string(table_name) : alias.name;
  ScopeItem item;
  item.relation = place;
  if (alias.empty()) item.schema = schema;
  query.relations.push_back(std::move(relation));
  ShowColumns(query.relations.back(), place, &item);
  if (alias.columns.size() > item.columns.size()) {
    return SqlError(sqlstate::kInvalidColumnReference,
                    "table \"{}\" has {} columns available but {} columns specified",
                    query.relations.back().alias, item.columns.size(), alias.columns.size());
  }
  for (size_t i = 0; i < alias.columns.size(); ++i) item.columns[i].name = alias.columns[i];
  // Views of the syntax tree or the catalogue: the relations themselves may still move.
  item.name = alias.empty() ? table_name : std::string_view(alias.name);
  KnownRelation& known = scope->known.emplace_back();
  known.alias = item.name;
  known.table_name = table_name;
  known.relation = place;
  for (const ScopeColumn& column : item.columns) known.columns.push_back(column.name);
  FromResult result;
  result.item = std::make_unique<FromItem>();
  result.item->relation = place;
  result.items.push_back(std::move(item));
  return result;
}

absl::StatusOr<Binder::FromResult> Binder::BindTable(const parse::TableFromItem& item,
                                                     Scope* scope) {
  const parse::QualifiedName& name = item.table.name;
  const int position = item.table.position > 0 ? item.table.position : item.position;
  if (name.schema.empty()) {
    int levels_up = 0;
    for (Scope* level = scope; level != nullptr; level = level->parent, ++levels_up) {
      for (size_t i = 0; i < level->common_tables.size(); ++i) {
        if (level->common_tables[i].name != name.name) continue;
        return BindCommonTableReference(item, scope, level, i, levels_up);
      }
    }
  }
  const catalog::Relation found =
      image().FindRelation(context_.search_path, name.schema, name.name);
  const catalog::Schema* const schema = image().SchemaByOid(found.schema());
  const std::string_view schema_name =
      schema == nullptr ? std::string_view() : std::string_view(schema->name);
  if (found.table != nullptr) {
    UseTable(found.table->oid, txn::TableLockMode::kAccessShare);
    RecordTable(item, found.table->oid);
    return AddRelation(TableRelation(*found.table), item.alias, schema_name, found.table->name,
                       scope);
  }
  if (found.view != nullptr) {
    RecordTable(item, found.view->oid);
    return BindView(*found.view, item, schema_name, scope);
  }
  if (found.system_view != nullptr) {
    Relation relation;
    relation.kind = Relation::Kind::kSystemView;
    relation.system_view = found.system_view;
    for (const catalog::ViewColumn& column : found.system_view->columns()) {
      relation.columns.push_back({column.name, column.type});
    }
    return AddRelation(std::move(relation), item.alias, schema_name, found.system_view->name(),
                       scope);
  }
  if (found.sequence != nullptr) {
    return WithPosition(
        Unsupported("reading sequence \"{}\" as a table is not supported", name.name), position);
  }
  if (found.found()) {
    return WithPosition(SqlError(sqlstate::kWrongObjectType, "\"{}\" is an index", name.name),
                        position);
  }
  return MissingTable(name, scope, position);
}

absl::Status Binder::MissingTable(const parse::QualifiedName& name, const Scope* scope,
                                  int position) const {
  absl::Status status =
      SqlError(sqlstate::kUndefinedTable, "relation \"{}\" does not exist", RelationText(name));
  for (const Scope* level = scope; level != nullptr && name.schema.empty(); level = level->parent) {
    const std::vector<std::string_view>& later = level->later_tables;
    if (std::count(later.begin(), later.end(), name.name) == 0) continue;
    status = WithHint(
        WithDetail(std::move(status), fmt::format("There is a WITH item named \"{}\", but it "
                                                  "cannot be referenced from this part of the "
                                                  "query.",
                                                  name.name)),
        "Use WITH RECURSIVE, or re-order the WITH items to remove forward references.");
    break;
  }
  return WithPosition(std::move(status), position);
}

void Binder::RecordTable(const parse::TableFromItem& item, catalog::Oid oid) {
  if (recorder_ == nullptr || recorder_->suspended > 0) return;
  recorder_->tables[&item] = oid;
  recorder_->references.insert({oid, -1});
}

absl::StatusOr<Binder::FromResult> Binder::BindView(const catalog::View& view,
                                                    const parse::TableFromItem& item,
                                                    std::string_view schema, Scope* scope) {
  absl::StatusOr<parse::StatementPtr> parsed = parse::ParseStatement(view.definition);
  if (!parsed.ok()) return WithContext(parsed.status(), fmt::format("view {}", view.name));
  const auto* const select = (*parsed)->TryAs<parse::SelectStatement>();
  if (select == nullptr) return Corruption("the definition of view {} is no query", view.name);

  Relation relation;
  relation.kind = Relation::Kind::kSubquery;
  relation.view = &view;
  relation.query = std::make_unique<Query>();
  // A view sees nothing of the statement around it.
  Scope inner(nullptr, relation.query.get());
  const auto suspend = [this](int by) {
    stored_depth_ += by;
    if (recorder_ != nullptr) recorder_->suspended += by;
  };
  suspend(1);
  const absl::Status bound = BindQueryInto(*select, &inner, UnknownTargets::kToText);
  suspend(-1);
  if (!bound.ok()) return WithContext(bound, fmt::format("view \"{}\"", view.name));
  if (relation.query->visible_targets != view.columns.size()) {
    return Corruption("the definition of view {} has {} columns, the catalogue {}", view.name,
                      relation.query->visible_targets, view.columns.size());
  }
  for (size_t i = 0; i < view.columns.size(); ++i) {
    relation.query->targets[i].name = view.columns[i].name;
    relation.columns.push_back({view.columns[i].name, relation.query->targets[i].expression->type});
  }
  return AddRelation(std::move(relation), item.alias, schema, view.name, scope);
}

absl::StatusOr<Binder::FromResult> Binder::BindFromSubquery(const parse::SubqueryFromItem& item,
                                                            Scope* scope) {
  if (item.alias.empty()) {
    const bool is_values = !item.query->values.empty();
    return WithPosition(WithHint(SqlError(sqlstate::kSyntaxError, "{} in FROM must have an alias",
                                          is_values ? "VALUES" : "subquery"),
                                 is_values ? "For example, FROM (VALUES ...) [AS] foo."
                                           : "For example, FROM (SELECT ...) [AS] foo."),
                        item.position);
  }
  const bool lateral_before = std::exchange(scope->lateral_active, item.is_lateral);
  const Place place_before = std::exchange(scope->place, Place::kFromSubquery);
  Relation relation;
  relation.kind = Relation::Kind::kSubquery;
  relation.lateral = item.is_lateral;
  absl::StatusOr<std::unique_ptr<Query>> query =
      BindQuery(*item.query, scope, UnknownTargets::kToText);
  scope->lateral_active = lateral_before;
  scope->place = place_before;
  HELIOS_RETURN_IF_ERROR(query.status());
  relation.query = *std::move(query);
  for (size_t i = 0; i < relation.query->visible_targets; ++i) {
    const Target& target = relation.query->targets[i];
    relation.columns.push_back({target.name, target.expression->type});
  }
  return AddRelation(std::move(relation), item.alias, "", "", scope);
}

absl::StatusOr<Binder::FromResult> Binder::BindFromFunction(const parse::FunctionFromItem& item,
                                                            Scope* scope) {
  if (item.functions.size() != 1) {
    return WithPosition(Unsupported("ROWS FROM with several functions is not supported"),
                        item.position);
  }
  if (!item.columns.empty() || !item.functions[0].columns.empty()) {
    return WithPosition(Unsupported("column definition lists are not supported"), item.position);
  }
  const parse::Expression& call = *item.functions[0].call;
  // Functions see the items before them without LATERAL being written.
  const bool lateral_before = std::exchange(scope->lateral_active, true);
  allow_set_returning_ = true;
  ExpressionOr bound = BindExpression(call, scope, Place::kFromFunction);
  allow_set_returning_ = false;
  scope->lateral_active = lateral_before;
  HELIOS_RETURN_IF_ERROR(bound.status());
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr function, ResolveUnknown(*std::move(bound)));

  const std::string name = parse::OutputName(item.functions[0].call);
  Relation relation;
  relation.lateral = ContainsOwnColumn(*function);
  const Type type = function->type;
  relation.columns.push_back({item.alias.empty() ? name : item.alias.name, type});
  if (function->kind == ExpressionKind::kCall) {
    relation.kind = Relation::Kind::kFunction;
    relation.function = std::move(function);
    relation.with_ordinality = item.has_ordinality;
  } else {
    // A cast in the form of a call, CURRENT_DATE, ...: one row.
    relation.kind = Relation::Kind::kValues;
    relation.rows.emplace_back().push_back(std::move(function));
    if (item.has_ordinality) {
      relation.rows[0].push_back(MakeConstant(types::Value::Int8(1), item.position));
    }
  }
  if (item.has_ordinality) relation.columns.push_back({"ordinality", {TypeOid::kInt8}});
  names_.push_back(std::make_unique<std::string>(name));
  return AddRelation(std::move(relation), item.alias, "", *names_.back(), scope);
}

absl::StatusOr<Binder::FromResult> Binder::BindFromItem(const parse::FromItem& item, Scope* scope) {
  const DepthGuard guard(this);
  HELIOS_RETURN_IF_ERROR(guard.Check());
  switch (item.kind) {
    case parse::FromItemKind::kTable:
      return BindTable(item.As<parse::TableFromItem>(), scope);
    case parse::FromItemKind::kSubquery:
      return BindFromSubquery(item.As<parse::SubqueryFromItem>(), scope);
    case parse::FromItemKind::kFunction:
      return BindFromFunction(item.As<parse::FunctionFromItem>(), scope);
    case parse::FromItemKind::kJoin:
      return BindJoin(item.As<parse::JoinFromItem>(), scope);
    case parse::FromItemKind::kSample:
      return WithPosition(Unsupported("TABLESAMPLE is not supported"), item.position);
  }
  return Internal("unknown FROM item {}", static_cast<int>(item.kind));
}

absl::Status Binder::BindFromList(const std::vector<parse::FromItemPtr>& items, Scope* scope) {
  for (const parse::FromItemPtr& item : items) {
    HELIOS_ASSIGN_OR_RETURN(FromResult result, BindFromItem(*item, scope));
    HELIOS_RETURN_IF_ERROR(CheckItemNames(scope->items, result.items));
    for (ScopeItem& added : result.items) {
      added.lateral_only = true;
      scope->items.push_back(std::move(added));
    }
    std::unique_ptr<FromItem>& from = scope->query->from;
    if (from == nullptr) {
      from = std::move(result.item);
      continue;
    }
    auto join = std::make_unique<FromItem>();
    join->left = std::move(from);
    join->right = std::move(result.item);
    from = std::move(join);
  }
  for (ScopeItem& item : scope->items) {
    item.lateral_only = false;
    item.lateral_ok = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<const catalog::Table*> Binder::FindTargetTable(const parse::RelationName& name) {
  const catalog::Relation found =
      image().FindRelation(context_.search_path, name.name.schema, name.name.name);
  if (found.table != nullptr) {
    UseTable(found.table->oid, txn::TableLockMode::kRowExclusive);
    return found.table;
  }
  if (found.view != nullptr) {
    return WithPosition(
        Unsupported("changing rows through view \"{}\" is not supported", name.name.name),
        name.position);
  }
  if (found.system_view != nullptr) {
    return WithPosition(SqlError(sqlstate::kInsufficientPrivilege,
                                 "permission denied: \"{}\" is a system catalog", name.name.name),
                        name.position);
  }
  if (found.sequence != nullptr) {
    return SqlError(sqlstate::kWrongObjectType, "cannot change sequence \"{}\"", name.name.name);
  }
  if (found.found()) {
    return WithPosition(SqlError(sqlstate::kWrongObjectType, "\"{}\" is an index", name.name.name),
                        name.position);
  }
  return WithPosition(SqlError(sqlstate::kUndefinedTable, "relation \"{}\" does not exist",
                               RelationText(name.name)),
                      name.position);
}

absl::Status Binder::AddTargetTable(const catalog::Table& table, const parse::Alias& alias,
                                    Scope* scope) {
  const catalog::Schema* const schema = image().SchemaByOid(table.schema);
  HELIOS_ASSIGN_OR_RETURN(
      FromResult result,
      AddRelation(TableRelation(table), alias,
                  schema == nullptr ? "" : std::string_view(schema->name), table.name, scope));
  scope->query->from = std::move(result.item);
  for (ScopeItem& item : result.items) scope->items.push_back(std::move(item));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
