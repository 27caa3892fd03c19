// Checking the rows that a table already has against constraints that are being added.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_TABLE_CHECK_H_
#define HELIOSDB_CORE_SQL_EXECUTE_TABLE_CHECK_H_

#include <span>
#include <string>

#include "absl/status/status.h"

#include "core/catalog/object.h"
#include "core/sql/bind/bound_expression.h"

namespace heliosdb::sql::execute {

struct ExecContext;

struct NewCheck {
  std::string name;
  // Over slots by table column.
  const bind::Expression* expression = nullptr;
};

// Reads all rows that context.view sees. 23502 for a NULL in one of the columns, 23514 for a row that fails a check.
absl::Status CheckTable(ExecContext& context, const catalog::Table& table,
                        std::span<const int> not_null_columns, std::span<const NewCheck> checks);
// 23503 for a row whose key refers to nothing. context.foreign_keys is used.
absl::Status CheckForeignKey(ExecContext& context, const catalog::Table& table,
                             const catalog::ForeignKey& key);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_TABLE_CHECK_H_
