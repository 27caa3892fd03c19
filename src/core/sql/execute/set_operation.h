// INTERSECT [ALL] and EXCEPT [ALL].
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SET_OPERATION_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SET_OPERATION_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildSetOperation(const plan::SetOperationNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SET_OPERATION_H_
