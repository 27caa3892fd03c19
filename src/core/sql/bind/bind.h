// From the syntax tree to bound statements: names, types, casts and overloads by PostgreSQL's
// rules, with its errors and positions.
#ifndef HELIOSDB_CORE_SQL_BIND_BIND_H_
#define HELIOSDB_CORE_SQL_BIND_BIND_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "core/catalog/catalog_image.h"
#include "core/sql/bind/bound_query.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/bind/scope.h"
#include "core/sql/parse/statement.h"
#include "core/txn/lock_mode.h"
#include "core/types/format_context.h"

namespace heliosdb::sql::bind {

// Deepest nesting of expressions and queries, views expanded; beyond it: 54001.
inline constexpr int kBindDepthMax = 1200;

// What binding reads besides the statement.
struct BindContext {
  // Not null; the caller keeps it as long as what was bound.
  const catalog::CatalogImage* image = nullptr;
  // Schemas that unqualified names are looked up in, in order, pg_catalog included. New objects go
  // into the first that exists and is not pg_catalog.
  std::span<const std::string> search_path;
  // For literals of date and time types, and constants computed ahead.
  types::FormatContext format;
};

// A table that the statement touches, and the lock to hold before it runs. Tables behind views are
// among them.
struct TableUse {
  catalog::Oid table = catalog::kOidInvalid;
  txn::TableLockMode mode = txn::TableLockMode::kAccessShare;
};

struct BoundStatement {
  std::variant<std::unique_ptr<Query>, std::unique_ptr<Insert>, std::unique_ptr<Update>,
               std::unique_ptr<Delete>>
      statement;
  // $1, $2, ...
  std::vector<types::Type> parameter_types;
  // In the order of first mention; each once.
  std::vector<TableUse> tables;
  // A literal was read by the session's time zone or clock ('now'): not to be kept for another
  // execution.
  bool depends_on_session = false;
};

// SELECT, VALUES, INSERT, UPDATE and DELETE. What changes the catalogue is ddl.h's; transactions,
// settings, EXPLAIN, PREPARE and so on are the session's: 0A000.
// parameter_types: what the client declared, kInvalid or missing where the statement shall decide.
// Errors are PostgreSQL's; what is not supported is 0A000 and named; 54001 beyond kBindDepthMax.
absl::StatusOr<BoundStatement> Bind(const parse::Statement& statement, const BindContext& context,
                                    std::span<const types::Type> parameter_types);

// "varchar(20)" as a type; serial and its kin are no types. Errors: 42704, 42601, 22023, 0A000.
absl::StatusOr<types::Type> BindTypeName(const parse::TypeName& name, const BindContext& context);
// An expression over relation 0, which is the table; definition.h has the form that also gives its
// text.
absl::StatusOr<ExpressionPtr> BindTableExpression(const parse::Expression& expression,
                                                  const catalog::Table& table,
                                                  const BindContext& context, Place place);
// The expression cast as an assignment to the column does it (42804).
absl::StatusOr<ExpressionPtr> CastForColumn(ExpressionPtr expression, const catalog::Column& column,
                                            const BindContext& context);

// Expressions that the catalogue keeps as text, over relation 0, which is the table.
absl::StatusOr<ExpressionPtr> BindStoredExpression(std::string_view text,
                                                   const catalog::Table& table,
                                                   const BindContext& context);
// A column's default as INSERT uses it, cast to the column's type; null for none.
absl::StatusOr<ExpressionPtr> BindDefault(const catalog::Table& table, int column,
                                          const BindContext& context);
// The rules of a table, for whoever writes its rows: bulk loads, index builds, ALTER TABLE.
absl::StatusOr<TableRules> BindTableRules(const catalog::Table& table, const BindContext& context);
absl::StatusOr<TableRules::IndexRule> BindIndexRule(const catalog::Table& table,
                                                    const catalog::Index& index,
                                                    const BindContext& context);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_BIND_H_
