// Rows of a set-returning function, as generate_series.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_FUNCTION_SCAN_H_
#define HELIOSDB_CORE_SQL_EXECUTE_FUNCTION_SCAN_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildFunctionScan(const plan::FunctionScanNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_FUNCTION_SCAN_H_
