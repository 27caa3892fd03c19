// Writing a table's rows anew: ALTER TABLE that changes a column's type, or adds one with a value of its own a row.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_TABLE_REWRITE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_TABLE_REWRITE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/catalog/object.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/execute/index_build.h"

namespace heliosdb::sql::execute {

struct ExecContext;
class StorageFill;

enum class RewriteResult : uint8_t { kDone, kTooLarge };

// Where the rows go.
struct RewriteTarget {
  // Parts of their own. Null: context.transaction, until that holds more than bytes_max: then kTooLarge, and the caller
  // takes back what was written.
  StorageFill* fill = nullptr;
  uint64_t bytes_max = UINT64_MAX;
};

// Reads old_table's rows as context.view sees them and writes them under new_table's storage and its indexes', which are
// empty. The caller holds the table against writers: *context.view is replaced as the work goes on. values: one a column
// of new_table, over slots of old_table's columns; null takes the column of the same place. Unique keys and the new
// table's NOT NULL and CHECK hold afterwards, or the first that does not is the error.
absl::StatusOr<RewriteResult> RewriteTable(ExecContext& context, const catalog::Table& old_table,
                                           const catalog::Table& new_table,
                                           const std::vector<bind::ExpressionPtr>& values,
                                           const bind::TableRules& new_rules,
                                           const RewriteTarget& target,
                                           const RowProgress& progress);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_TABLE_REWRITE_H_
