// Subqueries of a WHERE that are joins in disguise.
#ifndef HELIOSDB_CORE_SQL_PLAN_SUBLINKS_H_
#define HELIOSDB_CORE_SQL_PLAN_SUBLINKS_H_

#include "core/sql/plan/join_tree.h"

namespace heliosdb::sql::plan {

// Turns conjuncts that are EXISTS, NOT EXISTS, IN and NOT IN into semi and anti joins of the problem,
// where that is the same. The subqueries' relations become the query's.
void ConvertSublinks(bind::Query* query, JoinProblem* problem);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_SUBLINKS_H_
