// Single relations of a FROM.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLAN_RELATION_H_
#define HELIOSDB_CORE_SQL_PLAN_PLAN_RELATION_H_

#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/plan/join_tree.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// A part of a FROM that is planned: which slot holds which column, and the columns of other parts
// that whoever joins it must set.
struct FromPart {
  NodePtr node;
  SlotMap map;
  ColumnParameters parameters;
};

// A relation that is not a table, without conditions.
absl::StatusOr<FromPart> PlanSource(Planner* planner, PlannerScope* scope, bind::Relation* relation,
                                    int number, const ColumnSet& needed);
// A FilterNode over the part; the part itself without conjuncts.
absl::StatusOr<FromPart> FilterPart(PlannerScope* scope, FromPart part,
                                    const std::vector<Conjunct>& conjuncts, double selectivity);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLAN_RELATION_H_
