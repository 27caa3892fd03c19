// Statistics of one column from a sample of its values.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_COLUMN_SUMMARY_H_
#define HELIOSDB_CORE_SQL_EXECUTE_COLUMN_SUMMARY_H_

#include <cstddef>
#include <vector>

#include "core/catalog/object.h"
#include "core/types/value.h"

namespace heliosdb::sql::execute {

// PostgreSQL's compute_scalar_stats. values: the sampled rows in the table's order, NULLs among
// them; table_rows: how many rows the sample stands for.
catalog::ColumnStatistics SummarizeColumn(std::vector<types::Value> values, double table_rows);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_COLUMN_SUMMARY_H_
