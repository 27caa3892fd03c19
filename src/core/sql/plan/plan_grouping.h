// How the groups of an aggregated query are found: by hashing, or in sorted input.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLAN_GROUPING_H_
#define HELIOSDB_CORE_SQL_PLAN_PLAN_GROUPING_H_

#include <vector>

#include "core/sql/bind/bound_query.h"
#include "core/sql/plan/plan.h"
#include "core/sql/plan/plan_from.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// How many rows LIMIT and OFFSET ask for, guessed where they are no constants; 0: all.
double RowsOfLimit(const bind::Query& query);

// The order of rows that would spare the aggregation its table, and ORDER BY its sort. planner and query outlive the
// request.
OrderRequest RequestGroups(const Planner& planner, const bind::Query& query);
// Whether ORDER BY has group keys alone, so that groups in the order of RequestGroups need no sort.
bool OrdersByGroupKeys(const bind::Query& query);
// Whether sorting the input, which comes in no good order, costs less than hashing. keys: the group keys over its slots.
bool SortingGroupsIsCheaper(const Planner& planner, const bind::Query& query, const Node& input,
                            const std::vector<ExpressionPtr>& keys, double groups);
// For that sort; the keys are slots.
std::vector<SortKey> SortKeysOfGroups(const bind::Query& query,
                                      const std::vector<ExpressionPtr>& keys);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLAN_GROUPING_H_
