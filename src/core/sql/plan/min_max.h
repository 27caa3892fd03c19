// min() and max() by the end of a key.
#ifndef HELIOSDB_CORE_SQL_PLAN_MIN_MAX_H_
#define HELIOSDB_CORE_SQL_PLAN_MIN_MAX_H_

#include <optional>

#include "absl/status/statusor.h"

#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// For a query without GROUP BY whose aggregates are all min or max of columns of one table that a
// key orders: a node whose outputs are the aggregates, each the first row of a scan. Null when the
// query is not so, or when reading all rows costs less.
absl::StatusOr<NodePtr> PlanMinMax(Planner* planner, PlannerScope* scope, const bind::Query& query);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_MIN_MAX_H_
