// Rows of a system view.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SYSTEM_VIEW_SCAN_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SYSTEM_VIEW_SCAN_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildSystemViewScan(const plan::SystemViewScanNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SYSTEM_VIEW_SCAN_H_
