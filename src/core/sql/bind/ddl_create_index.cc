// CREATE INDEX.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"
#include "core/sql/bind/walk.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {

absl::StatusOr<catalog::IndexColumn> DdlApplier::MakeIndexColumn(const parse::IndexElement& element,
                                                                 const catalog::Table& table,
                                                                 catalog::Index* index,
                                                                 std::vector<std::string>* names) {
  if (!element.collation.empty()) HELIOS_RETURN_IF_ERROR(CheckCollation(element.collation));
  if (!element.operator_class.empty() && !element.operator_class.name.ends_with("_pattern_ops") &&
      !element.operator_class.name.ends_with("_ops")) {
    return Unsupported("operator class {} is not supported", element.operator_class.name);
  }
  catalog::IndexColumn column;
  column.descending = element.direction == parse::SortDirection::kDescending;
  column.nulls_first = element.nulls == parse::NullsOrder::kDefault
                           ? column.descending
                           : element.nulls == parse::NullsOrder::kFirst;
  if (!element.column.empty()) {
    const int place = table.FindColumn(element.column);
    if (place < 0) {
      return SqlError(sqlstate::kUndefinedColumn, "column \"{}\" does not exist", element.column);
    }
    column.column = place;
    column.type = table.columns[place].type;
    names->push_back(element.column);
    return column;
  }
  HELIOS_ASSIGN_OR_RETURN(StoredExpression stored,
                          Store(*element.expression, table, Place::kIndexExpression));
  if (ContainsMutable(*stored.bound)) {
    return SqlError(sqlstate::kInvalidObjectDefinition,
                    "functions in index expression must be marked IMMUTABLE");
  }
  const std::string name = parse::OutputName(element.expression);
  names->push_back(name == "?column?" ? "expr" : name);
  column.expression_text = std::move(stored.text);
  column.type = stored.type;
  index->expression_columns.insert(index->expression_columns.end(), stored.columns.begin(),
                                   stored.columns.end());
  return column;
}

absl::Status DdlApplier::CreateIndex(const parse::CreateIndexStatement& statement) {
  if (statement.access_method != "btree") {
    return Unsupported("index access method {} is not supported", statement.access_method);
  }
  if (!statement.including.empty()) return Unsupported("INCLUDE columns are not supported");
  if (!statement.tablespace.empty()) return Unsupported("tablespaces are not supported");
  for (const parse::Option& option : statement.options) {
    if (option.name != "fillfactor")
      return Unsupported("storage parameter {} is not supported", option.name);
  }
  HELIOS_ASSIGN_OR_RETURN(const catalog::Table* table,
                          FindTable(statement.table, false, txn::TableLockMode::kShare));
  if (!statement.name.empty()) {
    HELIOS_ASSIGN_OR_RETURN(const bool exists,
                            ExistsAlready(table->schema, catalog::TruncateName(statement.name),
                                          statement.if_not_exists));
    if (exists) return absl::OkStatus();
  }
  auto index = std::make_unique<catalog::Index>();
  HELIOS_ASSIGN_OR_RETURN(index->oid, edit_.NewOid());
  HELIOS_ASSIGN_OR_RETURN(index->storage_id, edit_.NewStorageId());
  index->schema = table->schema;
  index->table = table->oid;
  index->unique = statement.is_unique;
  index->nulls_not_distinct = statement.is_nulls_not_distinct;
  if (statement.elements.size() > catalog::kIndexColumnsMax) {
    return SqlError(sqlstate::kTooManyColumns, "cannot use more than {} columns in an index",
                    catalog::kIndexColumnsMax);
  }
  std::vector<std::string> names;
  for (const parse::IndexElement& element : statement.elements) {
    HELIOS_ASSIGN_OR_RETURN(index->columns.emplace_back(),
                            MakeIndexColumn(element, *table, index.get(), &names));
  }
  if (statement.where != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(StoredExpression stored,
                            Store(*statement.where, *table, Place::kIndexPredicate));
    if (ContainsMutable(*stored.bound)) {
      return SqlError(sqlstate::kInvalidObjectDefinition,
                      "functions in index predicate must be marked IMMUTABLE");
    }
    Binder binder(Context(), {}, nullptr);
    HELIOS_RETURN_IF_ERROR(binder.CoerceToBoolean(std::move(stored.bound), "WHERE").status());
    index->predicate_text = std::move(stored.text);
    index->expression_columns.insert(index->expression_columns.end(), stored.columns.begin(),
                                     stored.columns.end());
  }
  std::sort(index->expression_columns.begin(), index->expression_columns.end());
  index->expression_columns.erase(
      std::unique(index->expression_columns.begin(), index->expression_columns.end()),
      index->expression_columns.end());
  index->name = statement.name.empty()
                    ? edit_.ChooseRelationName(table->schema, table->name,
                                               catalog::JoinColumnNames(names), "idx")
                    : catalog::TruncateName(statement.name);
  RowWork& work = result_.work.emplace_back();
  work.kind = RowWork::Kind::kBuildIndex;
  work.table = table->oid;
  work.index = index->oid;
  edit_.Put(std::move(index));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
