// Parts of a query block that stand in files of their own.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLAN_SELECT_H_
#define HELIOSDB_CORE_SQL_PLAN_PLAN_SELECT_H_

#include "absl/status/statusor.h"

#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// The rows of query.set_operation, before its ORDER BY and LIMIT. plan_set_operation.cc.
absl::StatusOr<NodePtr> PlanSetOperation(Planner* planner, PlannerScope* scope, bind::Query* query);

// How many groups the query's GROUP BY makes of so many rows, and how many rows its DISTINCT
// leaves. estimate_groups.cc.
double EstimateGroups(const Planner& planner, const bind::Query& query, double rows);
double EstimateDistinct(const Planner& planner, const bind::Query& query, double rows);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLAN_SELECT_H_
