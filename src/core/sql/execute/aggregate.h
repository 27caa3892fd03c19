// GROUP BY and aggregates, DISTINCT among them.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildAggregate(const plan::AggregateNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_H_
