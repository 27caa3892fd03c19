// Nested-loop join: index joins, and joins without an equality.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_NESTED_LOOP_H_
#define HELIOSDB_CORE_SQL_EXECUTE_NESTED_LOOP_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildNestedLoop(const plan::NestedLoopNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_NESTED_LOOP_H_
