// Scans of tables: by their own key, through an index, or of an index alone.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SCAN_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SCAN_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildScan(const plan::ScanNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SCAN_H_
