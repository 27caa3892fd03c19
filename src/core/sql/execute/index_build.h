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

// Told the rows read so far.
using RowProgress = std::function<void(uint64_t rows)>;

// Adds an entry for each row of the table as context.view sees it, in key order, to the transaction. The caller holds
// the table against writers. rule's expressions read slots by table column. 23505 "could not create unique index" for
// two rows of one unique key.
absl::Status BuildIndex(ExecContext& context, const catalog::Table& table,
                        const bind::TableRules::IndexRule& rule, const RowProgress& progress);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_INDEX_BUILD_H_
