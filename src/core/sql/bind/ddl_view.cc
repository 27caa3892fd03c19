// CREATE VIEW and CREATE SCHEMA.
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"
#include "core/sql/bind/definition.h"

namespace heliosdb::sql::bind {
namespace {

// CREATE OR REPLACE may only add columns at the end: what uses the view goes on as it was.
absl::Status CheckReplacement(const catalog::View& before, const catalog::View& after) {
  if (after.columns.size() < before.columns.size()) {
    return SqlError(sqlstate::kInvalidTableDefinition, "cannot drop columns from view");
  }
  for (size_t i = 0; i < before.columns.size(); ++i) {
    const catalog::ViewColumn& old = before.columns[i];
    if (old.name != after.columns[i].name) {
      return SqlError(sqlstate::kInvalidTableDefinition,
                      "cannot change name of view column \"{}\" to \"{}\"", old.name,
                      after.columns[i].name);
    }
    if (old.type != after.columns[i].type) {
      return SqlError(sqlstate::kInvalidTableDefinition,
                      "cannot change data type of view column \"{}\" from {} to {}", old.name,
                      types::TypeName(old.type), types::TypeName(after.columns[i].type));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DdlApplier::CreateView(const parse::CreateViewStatement& statement) {
  if (statement.check != parse::ViewCheck::kNone)
    return Unsupported("WITH CHECK OPTION is not supported");
  if (!statement.options.empty())
    return Unsupported("view option {} is not supported", statement.options[0].name);
  HELIOS_ASSIGN_OR_RETURN(const Oid schema, CreationSchema(statement.view));
  const std::string name = catalog::TruncateName(statement.view.name.name);
  const catalog::Relation there = image().FindRelation(schema, name);
  if (there.found() && !(statement.is_replace && there.view != nullptr)) {
    if (statement.is_replace)
      return SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a view", name);
    return SqlError(sqlstate::kDuplicateTable, "relation \"{}\" already exists", name);
  }
  auto view = std::make_unique<catalog::View>();
  view->schema = schema;
  view->name = name;
  if (there.view != nullptr) {
    HELIOS_RETURN_IF_ERROR(Lock(there.oid(), name, txn::TableLockMode::kAccessExclusive));
    view->oid = there.oid();
    view->comment = there.view->comment;
  } else {
    HELIOS_ASSIGN_OR_RETURN(view->oid, edit_.NewOid());
  }
  HELIOS_ASSIGN_OR_RETURN(ViewDefinition definition, DefineView(*statement.query, Context()));
  if (statement.columns.size() > definition.columns.size()) {
    return SqlError(sqlstate::kSyntaxError, "CREATE VIEW specifies more column names than columns");
  }
  for (size_t i = 0; i < definition.columns.size(); ++i) {
    const std::string& column =
        i < statement.columns.size() ? statement.columns[i] : definition.columns[i].name;
    for (const catalog::ViewColumn& other : view->columns) {
      if (other.name == column) {
        return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" specified more than once",
                        column);
      }
    }
    view->columns.push_back({catalog::TruncateName(column), definition.columns[i].type});
  }
  if (there.view != nullptr) HELIOS_RETURN_IF_ERROR(CheckReplacement(*there.view, *view));
  view->definition = std::move(definition.text);
  for (const catalog::Reference& reference : definition.references) {
    if (reference.object == view->oid) {
      return SqlError(sqlstate::kInvalidObjectDefinition,
                      "infinite recursion detected in rules for relation \"{}\"", name);
    }
  }
  // What it reads must not be dropped meanwhile.
  for (const catalog::Reference& reference : definition.references) {
    if (reference.column >= 0) continue;
    const catalog::Relation read = image().RelationByOid(reference.object);
    HELIOS_RETURN_IF_ERROR(Lock(reference.object, read.name(), txn::TableLockMode::kAccessShare));
  }
  view->references = std::move(definition.references);
  edit_.Put(std::move(view));
  return absl::OkStatus();
}

absl::Status DdlApplier::CheckSchemaName(const std::string& name) {
  if (!name.starts_with("pg_")) return absl::OkStatus();
  return WithDetail(SqlError(sqlstate::kReservedName, "unacceptable schema name \"{}\"", name),
                    "The prefix \"pg_\" is reserved for system schemas.");
}

absl::Status DdlApplier::CreateSchema(const parse::CreateSchemaStatement& statement) {
  if (!statement.role.empty()) return Unsupported("CREATE SCHEMA AUTHORIZATION is not supported");
  if (!statement.elements.empty())
    return Unsupported("CREATE SCHEMA with elements is not supported");
  const std::string name = catalog::TruncateName(statement.name);
  if (image().FindSchema(name) != nullptr) {
    if (!statement.if_not_exists)
      return SqlError(sqlstate::kDuplicateSchema, "schema \"{}\" already exists", name);
    Notice(fmt::format("schema \"{}\" already exists, skipping", name));
    return absl::OkStatus();
  }
  HELIOS_RETURN_IF_ERROR(CheckSchemaName(name));
  auto schema = std::make_unique<catalog::Schema>();
  HELIOS_ASSIGN_OR_RETURN(schema->oid, edit_.NewOid());
  schema->name = name;
  edit_.Put(std::move(schema));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
