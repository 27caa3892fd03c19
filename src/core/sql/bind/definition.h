// Definitions as the catalogue keeps them: text that means the same whatever the search path is and
// whatever columns are added later.
#ifndef HELIOSDB_CORE_SQL_BIND_DEFINITION_H_
#define HELIOSDB_CORE_SQL_BIND_DEFINITION_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/bind/bind.h"
#include "core/sql/bind/scope.h"
#include "core/sql/parse/select_statement.h"

namespace heliosdb::sql::bind {

// An expression over one table: CHECK, DEFAULT, an index key or predicate.
struct ExpressionDefinition {
  // Over relation 0, which is the table; not cast to anything.
  ExpressionPtr expression;
  // Sequences stand in it by their oids, columns by their bare names.
  std::string text;
  // Columns of the table, and sequences; ascending.
  std::vector<catalog::Reference> references;
};
// place says what the expression may hold and how errors call it. Errors as Bind().
absl::StatusOr<ExpressionDefinition> DefineExpression(const parse::Expression& expression,
                                                      const catalog::Table& table,
                                                      const BindContext& context, Place place);

struct ViewDefinition {
  // A SELECT with qualified tables and columns, without stars and NATURAL.
  std::string text;
  std::vector<catalog::ViewColumn> columns;
  // Tables, views and sequences, and their columns; ascending.
  std::vector<catalog::Reference> references;
};
absl::StatusOr<ViewDefinition> DefineView(const parse::SelectStatement& query,
                                          const BindContext& context);

// What is renamed, or moved to another schema: a column, or with column -1 a table, view or
// sequence.
struct Rename {
  catalog::Reference what;
  std::string new_name;
  // Empty: the schema stays. For relations only.
  std::string new_schema;
};
// The definition with the new name in it; context is of before.
absl::StatusOr<std::string> RenameInView(const catalog::View& view, const Rename& rename,
                                         const BindContext& context);
// The same when a schema is renamed.
absl::StatusOr<std::string> RenameSchemaInView(const catalog::View& view, catalog::Oid schema,
                                               const std::string& new_name,
                                               const BindContext& context);
// The definition when a table loses a column that the view does not use: lists of column aliases
// count columns. context is of before.
absl::StatusOr<std::string> DropInView(const catalog::View& view, const catalog::Reference& column,
                                       const BindContext& context);
// The same for an expression over the table.
absl::StatusOr<std::string> RenameInExpression(std::string_view text, const catalog::Table& table,
                                               const Rename& rename, const BindContext& context);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_DEFINITION_H_
