// The FROM and WHERE of a query.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLAN_FROM_H_
#define HELIOSDB_CORE_SQL_PLAN_PLAN_FROM_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/plan/access_path.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// The order in which what comes after wants the rows, and how many of them it will read (0: all).
struct OrderRequest {
  WantedOrder wanted;
  double rows_wanted = 0;
  // What it costs above that so many rows come in any other order. Set where an order is wanted.
  std::function<double(double rows)> disorder_cost;
};

struct FromPlan {
  NodePtr node;
  SlotMap map;
  // Rows come in the wanted order.
  bool ordered = false;
  // One for each of the query's row_locks on a table.
  std::vector<LockRowsNode::Target> locks;
};

// Uses up from and where. Locked relations emit their row keys.
absl::StatusOr<FromPlan> PlanFrom(Planner* planner, PlannerScope* scope, bind::Query* query,
                                  const OrderRequest& request);
// The same for UPDATE and DELETE: relation 0 is changed. It emits every column and its row key, and
// locks[0] is how to look at it again.
absl::StatusOr<FromPlan> PlanFromOfChange(Planner* planner, PlannerScope* scope,
                                          bind::Query* query);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLAN_FROM_H_
