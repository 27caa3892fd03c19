#include "core/catalog/definition_text.h"

#include <string_view>
#include <vector>

#include "fmt/format.h"

#include "core/catalog/names.h"

namespace heliosdb::catalog {
namespace {

// In parentheses, but for a bare function call.
std::string KeyExpression(const std::string& text) {
  const bool is_call = text.ends_with(')') && !text.starts_with('(');
  return is_call ? text : fmt::format("({})", text);
}

std::string ColumnList(const Table& table, const std::vector<int>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const int column : columns) {
    names.push_back(QuoteName(table.columns[static_cast<size_t>(column)].name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string QualifiedName(const CatalogImage& image, Oid schema, std::string_view name) {
  const Schema* const found = image.SchemaByOid(schema);
  return fmt::format("{}.{}", QuoteName(found == nullptr ? "" : found->name), QuoteName(name));
}

std::string KeyColumns(const Table& table, const Index& index) {
  std::vector<std::string> keys;
  for (const IndexColumn& key : index.columns) {
    std::string text = key.column >= 0
                           ? QuoteName(table.columns[static_cast<size_t>(key.column)].name)
                           : KeyExpression(key.expression_text);
    if (key.descending) text += " DESC";
    if (key.nulls_first != key.descending) text += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    keys.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(keys, ", "));
}

std::string_view ActionText(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
      return "";
    case ForeignKeyAction::kRestrict:
      return "RESTRICT";
    case ForeignKeyAction::kCascade:
      return "CASCADE";
    case ForeignKeyAction::kSetNull:
      return "SET NULL";
    case ForeignKeyAction::kSetDefault:
      return "SET DEFAULT";
  }
  return "";
}

template <typename C>
std::string_view DeferrableText(const C& constraint) {
  if (constraint.initially_deferred) return " DEFERRABLE INITIALLY DEFERRED";
  return constraint.deferrable ? " DEFERRABLE" : "";
}

}  // namespace

std::string IndexDefinition(const CatalogImage& image, const Index& index) {
  const Table& table = *image.TableByOid(index.table);
  std::string text =
      fmt::format("CREATE {}INDEX {} ON {} USING btree ({})", index.unique ? "UNIQUE " : "",
                  QuoteName(index.name), QualifiedName(image, table.schema, table.name),
                  KeyColumns(table, index));
  if (!index.included_columns.empty()) {
    text += fmt::format(" INCLUDE ({})", ColumnList(table, index.included_columns));
  }
  if (index.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  if (!index.predicate_text.empty()) text += fmt::format(" WHERE {}", index.predicate_text);
  return text;
}

std::string ClusteredKeyDefinition(const CatalogImage& image, const Table& table) {
  return fmt::format("CREATE UNIQUE INDEX {} ON {} USING btree ({})",
                     QuoteName(table.clustered_key->name),
                     QualifiedName(image, table.schema, table.name),
                     ColumnList(table, table.clustered_key->columns));
}

std::string ConstraintDefinition(const CatalogImage&, const Table& table, const ClusteredKey& key) {
  return fmt::format("PRIMARY KEY ({}){}", ColumnList(table, key.columns), DeferrableText(key));
}

std::string ConstraintDefinition(const CatalogImage& image, const Index& index) {
  const Table& table = *image.TableByOid(index.table);
  std::string text =
      fmt::format("{}{} ({})", index.role == IndexRole::kPrimaryKey ? "PRIMARY KEY" : "UNIQUE",
                  index.nulls_not_distinct ? " NULLS NOT DISTINCT" : "", KeyColumns(table, index));
  if (!index.included_columns.empty()) {
    text += fmt::format(" INCLUDE ({})", ColumnList(table, index.included_columns));
  }
  return text.append(DeferrableText(index));
}

std::string ConstraintDefinition(const CatalogImage&, const Table&, const CheckConstraint& check) {
  return fmt::format("CHECK ({}){}", check.text, check.validated ? "" : " NOT VALID");
}

std::string ConstraintDefinition(const CatalogImage& image, const Table& table,
                                 const ForeignKey& key) {
  const Table& referenced = *image.TableByOid(key.referenced_table);
  const std::string name = referenced.schema == kPublicSchema
                               ? QuoteName(referenced.name)
                               : QualifiedName(image, referenced.schema, referenced.name);
  std::string text =
      fmt::format("FOREIGN KEY ({}) REFERENCES {}({})", ColumnList(table, key.columns), name,
                  ColumnList(referenced, key.referenced_columns));
  if (key.match == ForeignKeyMatch::kFull) text += " MATCH FULL";
  if (key.on_update != ForeignKeyAction::kNoAction) {
    text += fmt::format(" ON UPDATE {}", ActionText(key.on_update));
  }
  if (key.on_delete != ForeignKeyAction::kNoAction) {
    text += fmt::format(" ON DELETE {}", ActionText(key.on_delete));
  }
  if (!key.on_delete_columns.empty()) {
    text += fmt::format(" ({})", ColumnList(table, key.on_delete_columns));
  }
  text.append(DeferrableText(key));
  if (!key.validated) text += " NOT VALID";
  return text;
}

}  // namespace heliosdb::catalog
