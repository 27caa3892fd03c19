// SELECT ... FOR UPDATE, NO KEY UPDATE, SHARE, KEY SHARE.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_LOCK_ROWS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_LOCK_ROWS_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildLockRows(const plan::LockRowsNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_LOCK_ROWS_H_
