// Constraints of tables: CHECK, PRIMARY KEY, UNIQUE, FOREIGN KEY.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"

namespace heliosdb::sql::bind {
namespace {

using parse::ConstraintKind;

absl::Status CheckIndexOptions(const parse::Constraint& constraint) {
  if (constraint.is_deferrable)
    return Unsupported("deferrable unique constraints are not supported");
  if (!constraint.including.empty()) return Unsupported("INCLUDE columns are not supported");
  if (!constraint.using_index.empty())
    return Unsupported("ADD CONSTRAINT USING INDEX is not supported");
  if (!constraint.index_tablespace.empty()) return Unsupported("tablespaces are not supported");
  return absl::OkStatus();
}

catalog::ForeignKeyAction ActionOf(parse::ForeignKeyAction action) {
  switch (action) {
    case parse::ForeignKeyAction::kNoAction:
      return catalog::ForeignKeyAction::kNoAction;
    case parse::ForeignKeyAction::kRestrict:
      return catalog::ForeignKeyAction::kRestrict;
    case parse::ForeignKeyAction::kCascade:
      return catalog::ForeignKeyAction::kCascade;
    case parse::ForeignKeyAction::kSetNull:
      return catalog::ForeignKeyAction::kSetNull;
    case parse::ForeignKeyAction::kSetDefault:
      break;
  }
  return catalog::ForeignKeyAction::kSetDefault;
}

bool IsText(types::TypeOid type) {
  return type == types::TypeOid::kText || type == types::TypeOid::kVarchar;
}

bool SameColumns(std::vector<int> a, std::vector<int> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

std::vector<std::string> Names(const catalog::Table& table, const std::vector<int>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const int column : columns) names.push_back(table.columns[column].name);
  return names;
}

// Whether the columns of both sides can be compared by their keys.
absl::Status CheckKeyTypes(const catalog::ForeignKey& key, const catalog::Table& table,
                           const catalog::Table& referenced) {
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const types::Type from = table.columns[key.columns[i]].type;
    const types::Type to = referenced.columns[key.referenced_columns[i]].type;
    if (from.oid == to.oid || (IsText(from.oid) && IsText(to.oid))) continue;
    if (functions::ResolveOperator("=", to.oid, from.oid).ok()) {
      return Unsupported("foreign keys between columns of types {} and {} are not supported",
                         types::TypeName(from), types::TypeName(to));
    }
    return WithDetail(
        SqlError(sqlstate::kDatatypeMismatch, "foreign key constraint \"{}\" cannot be implemented",
                 key.name),
        fmt::format("Key columns \"{}\" and \"{}\" are of incompatible types: {} and {}.",
                    table.columns[key.columns[i]].name,
                    referenced.columns[key.referenced_columns[i]].name, types::TypeName(from),
                    types::TypeName(to)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DdlApplier::AddConstraint(const parse::Constraint& constraint, int column,
                                       TableState state, catalog::Table* table) {
  switch (constraint.kind) {
    case ConstraintKind::kCheck:
      return AddCheck(constraint, state, table);
    case ConstraintKind::kPrimaryKey:
    case ConstraintKind::kUnique:
      return AddUnique(constraint, column, state, table);
    case ConstraintKind::kForeignKey:
      return AddForeignKey(constraint, column, state, table);
    case ConstraintKind::kExclusion:
      return WithPosition(Unsupported("exclusion constraints are not supported"),
                          constraint.position);
    default:
      return absl::OkStatus();  // Said with the column.
  }
}

absl::Status DdlApplier::CheckConstraintName(const std::string& name,
                                             const catalog::Table& table) const {
  const auto taken = [&](const auto& constraints) {
    return std::any_of(constraints.begin(), constraints.end(),
                       [&](const auto& c) { return c.name == name; });
  };
  bool exists = taken(table.checks) || taken(table.foreign_keys) ||
                (table.clustered_key.has_value() && table.clustered_key->name == name);
  for (const catalog::Index* index : image().IndexesOf(table.oid)) {
    exists = exists || (index->role != catalog::IndexRole::kPlain && index->name == name);
  }
  if (!exists) return absl::OkStatus();
  return SqlError(sqlstate::kDuplicateObject,
                  "constraint \"{}\" for relation \"{}\" already exists", name, table.name);
}

absl::Status DdlApplier::AddCheck(const parse::Constraint& constraint, TableState state,
                                  catalog::Table* table) {
  HELIOS_ASSIGN_OR_RETURN(StoredExpression stored,
                          Store(*constraint.expression, *table, Place::kCheck));
  Binder binder(Context(), {}, nullptr);
  HELIOS_RETURN_IF_ERROR(binder.CoerceToBoolean(std::move(stored.bound), "CHECK").status());
  catalog::CheckConstraint check;
  HELIOS_ASSIGN_OR_RETURN(check.oid, edit_.NewOid());
  check.name = catalog::TruncateName(constraint.name);
  if (check.name.empty()) {
    const std::string column =
        stored.columns.size() == 1 ? table->columns[stored.columns[0]].name : "";
    check.name = edit_.ChooseConstraintName(*table, table->name, column, "check");
  } else {
    HELIOS_RETURN_IF_ERROR(CheckConstraintName(check.name, *table));
  }
  check.text = std::move(stored.text);
  check.columns = std::move(stored.columns);
  check.validated = !constraint.is_not_valid;
  if (state == TableState::kHasRows && check.validated) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kCheckRows;
    work.table = table->oid;
    work.checks.push_back(check.oid);
  }
  table->checks.push_back(std::move(check));
  return absl::OkStatus();
}

absl::Status DdlApplier::MakePrimaryKey(const parse::Constraint& constraint,
                                        const std::vector<int>& columns, TableState state,
                                        catalog::Table* table) {
  bool has_key = table->clustered_key.has_value();
  for (const catalog::Index* index : image().IndexesOf(table->oid)) {
    has_key = has_key || index->role == catalog::IndexRole::kPrimaryKey;
  }
  if (has_key) {
    return WithPosition(
        SqlError(sqlstate::kInvalidTableDefinition,
                 "multiple primary keys for table \"{}\" are not allowed", table->name),
        constraint.position);
  }
  std::vector<int> becoming_not_null;
  for (const int key : columns) {
    if (!table->columns[key].not_null) becoming_not_null.push_back(key);
    table->columns[key].not_null = true;
  }
  if (state == TableState::kHasRows && !becoming_not_null.empty()) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kCheckRows;
    work.table = table->oid;
    work.not_null_columns = std::move(becoming_not_null);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<catalog::Index>> DdlApplier::NewKeyIndex(
    const parse::Constraint& constraint, const std::vector<int>& columns,
    const catalog::Table& table, std::string name) {
  auto index = std::make_unique<catalog::Index>();
  HELIOS_ASSIGN_OR_RETURN(index->oid, edit_.NewOid());
  HELIOS_ASSIGN_OR_RETURN(index->storage_id, edit_.NewStorageId());
  index->schema = table.schema;
  index->name = std::move(name);
  index->table = table.oid;
  index->unique = true;
  index->nulls_not_distinct = constraint.is_nulls_not_distinct;
  index->role = constraint.kind == ConstraintKind::kPrimaryKey ? catalog::IndexRole::kPrimaryKey
                                                               : catalog::IndexRole::kUnique;
  for (const int key : columns) {
    catalog::IndexColumn index_column;
    index_column.column = key;
    index_column.type = table.columns[key].type;
    index->columns.push_back(std::move(index_column));
  }
  return index;
}

absl::Status DdlApplier::AddUnique(const parse::Constraint& constraint, int column,
                                   TableState state, catalog::Table* table) {
  HELIOS_RETURN_IF_ERROR(CheckIndexOptions(constraint));
  const bool primary = constraint.kind == ConstraintKind::kPrimaryKey;
  std::vector<int> columns = {column};
  if (column < 0) {
    HELIOS_ASSIGN_OR_RETURN(
        columns, ColumnsOf(*table, constraint.columns, "named in key",
                           primary ? "in primary key constraint" : "in unique constraint"));
  }
  if (primary) HELIOS_RETURN_IF_ERROR(MakePrimaryKey(constraint, columns, state, table));
  std::string name = catalog::TruncateName(constraint.name);
  const std::string joined = catalog::JoinColumnNames(Names(*table, columns));
  if (name.empty()) {
    name = edit_.ChooseRelationName(table->schema, table->name, primary ? "" : joined,
                                    primary ? "pkey" : "key");
  } else {
    HELIOS_RETURN_IF_ERROR(CheckConstraintName(name, *table));
    HELIOS_RETURN_IF_ERROR(ExistsAlready(table->schema, name, false).status());
  }
  if (primary && state == TableState::kNew) {
    catalog::ClusteredKey key;
    HELIOS_ASSIGN_OR_RETURN(key.oid, edit_.NewOid());
    key.name = std::move(name);
    key.columns = std::move(columns);
    table->clustered_key = std::move(key);
    return absl::OkStatus();
  }
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<catalog::Index> index,
                          NewKeyIndex(constraint, columns, *table, std::move(name)));
  if (state == TableState::kHasRows) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kBuildIndex;
    work.table = table->oid;
    work.index = index->oid;
  }
  edit_.Put(std::move(index));
  return absl::OkStatus();
}

absl::StatusOr<Oid> DdlApplier::UniqueKeyOver(const catalog::Table& table,
                                              const std::vector<int>& columns) const {
  if (table.clustered_key.has_value() && SameColumns(table.clustered_key->columns, columns)) {
    return table.clustered_key->oid;
  }
  for (const catalog::Index* index : image().IndexesOf(table.oid)) {
    if (!index->unique || !index->predicate_text.empty()) continue;
    std::vector<int> keys;
    for (const catalog::IndexColumn& column : index->columns) keys.push_back(column.column);
    if (SameColumns(keys, columns)) return index->oid;
  }
  return SqlError(sqlstate::kInvalidForeignKey,
                  "there is no unique constraint matching given keys for referenced table \"{}\"",
                  table.name);
}

absl::StatusOr<std::vector<int>> DdlApplier::ReferencedColumns(
    const parse::Constraint& constraint, const catalog::Table& referenced) const {
  if (!constraint.referenced_columns.empty()) {
    return ColumnsOf(referenced, constraint.referenced_columns,
                     "referenced in foreign key constraint", "in foreign key constraint");
  }
  if (referenced.clustered_key.has_value()) return referenced.clustered_key->columns;
  for (const catalog::Index* index : image().IndexesOf(referenced.oid)) {
    if (index->role != catalog::IndexRole::kPrimaryKey) continue;
    std::vector<int> columns;
    for (const catalog::IndexColumn& column : index->columns) columns.push_back(column.column);
    return columns;
  }
  return SqlError(sqlstate::kUndefinedObject, "there is no primary key for referenced table \"{}\"",
                  referenced.name);
}

absl::StatusOr<const catalog::Table*> DdlApplier::ReferencedTable(
    const parse::Constraint& constraint, const catalog::Table* table) {
  // The table may refer to itself before the catalogue knows it.
  const parse::QualifiedName& name = constraint.referenced_table.name;
  const catalog::Table* const found = Find(name).table;
  const bool itself =
      found != nullptr
          ? found->oid == table->oid
          : name.name == table->name &&
                (name.schema.empty() || image().SchemaByOid(table->schema)->name == name.schema);
  if (itself) return table;
  return FindTable(constraint.referenced_table, false, txn::TableLockMode::kShareRowExclusive);
}

absl::Status DdlApplier::AddForeignKey(const parse::Constraint& constraint, int column,
                                       TableState state, catalog::Table* table) {
  if (constraint.is_initially_deferred) {
    return WithPosition(Unsupported("constraints that are INITIALLY DEFERRED are not supported"),
                        constraint.position);
  }
  if (constraint.match == parse::ForeignKeyMatch::kPartial)
    return Unsupported("MATCH PARTIAL is not supported");
  catalog::ForeignKey key;
  key.columns = {column};
  if (column < 0) {
    HELIOS_ASSIGN_OR_RETURN(
        key.columns, ColumnsOf(*table, constraint.columns, "referenced in foreign key constraint",
                               "in foreign key constraint"));
  }
  HELIOS_ASSIGN_OR_RETURN(const catalog::Table* const referenced,
                          ReferencedTable(constraint, table));
  HELIOS_ASSIGN_OR_RETURN(key.referenced_columns, ReferencedColumns(constraint, *referenced));
  if (key.referenced_columns.size() != key.columns.size()) {
    return SqlError(sqlstate::kInvalidForeignKey,
                    "number of referencing and referenced columns for foreign key disagree");
  }
  HELIOS_ASSIGN_OR_RETURN(key.referenced_index, UniqueKeyOver(*referenced, key.referenced_columns));
  key.name = catalog::TruncateName(constraint.name);
  if (key.name.empty()) {
    key.name = edit_.ChooseConstraintName(
        *table, table->name, catalog::JoinColumnNames(Names(*table, key.columns)), "fkey");
  } else {
    HELIOS_RETURN_IF_ERROR(CheckConstraintName(key.name, *table));
  }
  HELIOS_RETURN_IF_ERROR(CheckKeyTypes(key, *table, *referenced));
  HELIOS_ASSIGN_OR_RETURN(key.oid, edit_.NewOid());
  HELIOS_ASSIGN_OR_RETURN(key.on_delete_columns, ColumnsOf(*table, constraint.on_delete_columns,
                                                           "referenced in ON DELETE SET action",
                                                           "in foreign key constraint"));
  key.referenced_table = referenced->oid;
  key.match = constraint.match == parse::ForeignKeyMatch::kFull ? catalog::ForeignKeyMatch::kFull
                                                                : catalog::ForeignKeyMatch::kSimple;
  key.on_update = ActionOf(constraint.on_update);
  key.on_delete = ActionOf(constraint.on_delete);
  key.deferrable = constraint.is_deferrable;
  key.validated = !constraint.is_not_valid;
  if (state == TableState::kHasRows && key.validated) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kCheckForeignKey;
    work.table = table->oid;
    work.constraint = key.oid;
  }
  table->foreign_keys.push_back(std::move(key));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
