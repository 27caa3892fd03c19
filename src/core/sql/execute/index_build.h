// Filling indexes from the rows of their table.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_INDEX_BUILD_H_
#define HELIOSDB_CORE_SQL_EXECUTE_INDEX_BUILD_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"

#include "core/catalog/object.h"
#include "core/sql/bind/bound_statement.h"

namespace heliosdb::sql::execute {

struct ExecContext;
class StorageFill;

// Told the rows read so far.
using RowProgress = std::function<void(uint64_t rows)>;

// Adds an entry for each row of the table as context.view sees it. The caller holds the table against writers, so that
// the rows are the same in every later view; *context.view is replaced by such as the work goes on. rule's expressions
// read slots by table column.
//
// What fits into one part of `fill` goes into context.transaction, in key order; a larger index is written in such
// parts, each in key order. Null: context.transaction takes everything. 23505 "could not create unique index" for two
// rows of one unique key.
absl::Status BuildIndex(ExecContext& context, const catalog::Table& table,
                        const bind::TableRules::IndexRule& rule, StorageFill* fill,
                        const RowProgress& progress);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_INDEX_BUILD_H_
