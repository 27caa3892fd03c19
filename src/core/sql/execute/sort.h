// Sorting: whole inputs, and the first N rows of one.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SORT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SORT_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildSort(const plan::SortNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SORT_H_
