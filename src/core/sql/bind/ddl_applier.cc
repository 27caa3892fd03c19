#include "core/sql/bind/ddl_applier.h"

#include <algorithm>
#include <set>

#include "absl/strings/cord.h"

#include "core/base/status.h"
#include "core/sql/bind/walk.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/parse/deparse.h"

namespace heliosdb::sql::bind {
namespace {

using parse::StatementKind;

constexpr char kRetryUrl[] = "heliosdb/retry";

bool IsRetry(const absl::Status& status) { return status.GetPayload(kRetryUrl).has_value(); }

}  // namespace

absl::Status RetryStatus() {
  absl::Status status = Aborted("the catalogue changed while a lock was waited for");
  status.SetPayload(kRetryUrl, absl::Cord());
  return status;
}

bool IsDdl(const parse::Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCreateTable:
    case StatementKind::kCreateTableAs:
    case StatementKind::kAlterTable:
    case StatementKind::kCreateIndex:
    case StatementKind::kCreateView:
    case StatementKind::kCreateSequence:
    case StatementKind::kAlterSequence:
    case StatementKind::kCreateSchema:
    case StatementKind::kRename:
    case StatementKind::kSetSchema:
    case StatementKind::kDrop:
    case StatementKind::kTruncate:
    case StatementKind::kComment:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<DdlResult> ApplyDdl(const parse::Statement& statement, const BindContext& context,
                                   const LockFunction& lock, catalog::CatalogEdit* edit) {
  DdlResult result;
  DdlApplier applier(context, lock, edit, &result);
  absl::Status status = applier.Apply(statement);
  if (IsRetry(status)) {
    DdlResult retry;
    retry.retry = true;
    return retry;
  }
  HELIOS_RETURN_IF_ERROR(status);
  return result;
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of statement, no logic of its own.
absl::Status DdlApplier::Apply(const parse::Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCreateTable:
      return CreateTable(statement.As<parse::CreateTableStatement>());
    case StatementKind::kCreateTableAs:
      return CreateTableAs(statement.As<parse::CreateTableAsStatement>());
    case StatementKind::kAlterTable:
      return AlterTable(statement.As<parse::AlterTableStatement>());
    case StatementKind::kCreateIndex:
      return CreateIndex(statement.As<parse::CreateIndexStatement>());
    case StatementKind::kCreateView:
      return CreateView(statement.As<parse::CreateViewStatement>());
    case StatementKind::kCreateSequence:
      return CreateSequence(statement.As<parse::CreateSequenceStatement>());
    case StatementKind::kAlterSequence:
      return AlterSequence(statement.As<parse::AlterSequenceStatement>());
    case StatementKind::kCreateSchema:
      return CreateSchema(statement.As<parse::CreateSchemaStatement>());
    case StatementKind::kRename:
      return Rename(statement.As<parse::RenameStatement>());
    case StatementKind::kSetSchema:
      return SetSchema(statement.As<parse::SetSchemaStatement>());
    case StatementKind::kDrop:
      return Drop(statement.As<parse::DropStatement>());
    case StatementKind::kTruncate:
      return Truncate(statement.As<parse::TruncateStatement>());
    case StatementKind::kComment:
      return Comment(statement.As<parse::CommentStatement>());
    default:
      return Unsupported("{} is not supported", parse::CommandTag(statement));
  }
}

BindContext DdlApplier::Context() const {
  BindContext context = context_;
  context.image = &image();
  return context;
}

absl::StatusOr<Oid> DdlApplier::SchemaNamed(std::string_view name) const {
  const catalog::Schema* const schema = image().FindSchema(name);
  if (schema == nullptr)
    return SqlError(sqlstate::kInvalidSchemaName, "schema \"{}\" does not exist", name);
  return schema->oid;
}

absl::StatusOr<Oid> DdlApplier::CreationSchema(const parse::RelationName& name) const {
  if (name.persistence == parse::Persistence::kTemporary || name.name.schema == "pg_temp") {
    return WithPosition(Unsupported("temporary tables are not supported"), name.position);
  }
  if (name.persistence == parse::Persistence::kUnlogged) {
    return WithPosition(Unsupported("unlogged tables are not supported"), name.position);
  }
  if (!name.name.schema.empty()) {
    HELIOS_ASSIGN_OR_RETURN(const Oid schema, SchemaNamed(name.name.schema));
    if (schema == catalog::kPgCatalogSchema || schema == catalog::kInformationSchema) {
      return SqlError(sqlstate::kInsufficientPrivilege, "permission denied for schema {}",
                      name.name.schema);
    }
    return schema;
  }
  for (const std::string& schema : context_.search_path) {
    const catalog::Schema* const found = image().FindSchema(schema);
    if (found != nullptr && found->oid != catalog::kPgCatalogSchema) return found->oid;
  }
  return SqlError(sqlstate::kInvalidSchemaName, "no schema has been selected to create in");
}

catalog::Relation DdlApplier::Find(const parse::QualifiedName& name) const {
  return image().FindRelation(context_.search_path, name.schema, name.name);
}

absl::Status DdlApplier::Missing(const parse::QualifiedName& name, std::string_view kind) const {
  return SqlError(sqlstate::kUndefinedTable, "{} \"{}\" does not exist", kind,
                  name.schema.empty() ? name.name : fmt::format("{}.{}", name.schema, name.name));
}

absl::Status DdlApplier::Lock(Oid oid, std::string_view name, txn::TableLockMode mode) {
  HELIOS_ASSIGN_OR_RETURN(const bool waited, lock_(oid, name, mode));
  return waited ? RetryStatus() : absl::OkStatus();
}

absl::StatusOr<const catalog::Table*> DdlApplier::FindTable(const parse::RelationName& name,
                                                            bool missing_ok,
                                                            txn::TableLockMode mode) {
  const catalog::Relation relation = Find(name.name);
  if (!relation.found()) {
    if (!missing_ok) return WithPosition(Missing(name.name, "relation"), name.position);
    Notice(fmt::format("relation \"{}\" does not exist, skipping", name.name.name));
    return nullptr;
  }
  if (relation.table == nullptr) {
    return WithPosition(
        SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a table", name.name.name),
        name.position);
  }
  HELIOS_RETURN_IF_ERROR(Lock(relation.oid(), name.name.name, mode));
  return relation.table;
}

absl::StatusOr<bool> DdlApplier::ExistsAlready(Oid schema, std::string_view name,
                                               bool if_not_exists) {
  const catalog::Relation relation = image().FindRelation(schema, name);
  if (!relation.found()) return false;
  if (!if_not_exists)
    return SqlError(sqlstate::kDuplicateTable, "relation \"{}\" already exists", name);
  Notice(fmt::format("relation \"{}\" already exists, skipping", name));
  return true;
}

absl::StatusOr<int> DdlApplier::ColumnOf(const catalog::Table& table, std::string_view name) const {
  const int column = table.FindColumn(name);
  if (column < 0) {
    return SqlError(sqlstate::kUndefinedColumn, "column \"{}\" of relation \"{}\" does not exist",
                    name, table.name);
  }
  return column;
}

absl::StatusOr<std::vector<int>> DdlApplier::ColumnsOf(const catalog::Table& table,
                                                       const std::vector<std::string>& names,
                                                       std::string_view what,
                                                       std::string_view where) const {
  std::vector<int> columns;
  for (const std::string& name : names) {
    const int column = table.FindColumn(name);
    if (column < 0) {
      return SqlError(sqlstate::kUndefinedColumn, "column \"{}\" {} does not exist", name, what);
    }
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" appears twice {}", name, where);
    }
    columns.push_back(column);
  }
  return columns;
}

absl::StatusOr<types::Type> DdlApplier::TypeOf(const parse::TypeName& name) {
  Binder binder(Context(), {}, nullptr);
  return binder.BindTypeName(name);
}

absl::StatusOr<StoredExpression> DdlApplier::Store(const parse::Expression& expression,
                                                   const catalog::Table& table, Place place) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionDefinition defined,
                          DefineExpression(expression, table, Context(), place));
  StoredExpression stored;
  stored.bound = std::move(defined.expression);
  stored.type = stored.bound->type;
  stored.text = std::move(defined.text);
  for (const catalog::Reference& reference : defined.references) {
    if (reference.object != table.oid) {
      stored.references.push_back(reference);
    } else if (reference.column >= 0) {
      stored.columns.push_back(reference.column);
    }
  }
  return stored;
}

absl::Status DdlApplier::DropTargets(std::span<const catalog::DropTarget> targets,
                                     parse::DropBehavior behavior) {
  HELIOS_RETURN_IF_ERROR(edit_.Drop(targets,
                                    behavior == parse::DropBehavior::kCascade
                                        ? catalog::DropBehavior::kCascade
                                        : catalog::DropBehavior::kRestrict,
                                    context_.search_path));
  // What a cascade reached must not change under it either. The image before has all of that.
  for (const Oid oid : edit_.changed()) {
    const catalog::Relation relation = context_.image->RelationByOid(oid);
    if (!relation.found()) continue;
    HELIOS_RETURN_IF_ERROR(Lock(oid, relation.name(), txn::TableLockMode::kAccessExclusive));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
