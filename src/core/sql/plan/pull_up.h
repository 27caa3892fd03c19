// Subqueries of a FROM that need not be queries of their own.
#ifndef HELIOSDB_CORE_SQL_PLAN_PULL_UP_H_
#define HELIOSDB_CORE_SQL_PLAN_PULL_UP_H_

#include "core/sql/bind/bound_query.h"

namespace heliosdb::sql::plan {

// Puts the FROM and WHERE of simple subqueries (views above all) into the query itself, with what
// they compute in place of their columns. A leaf of the FROM may have a condition afterwards.
void PullUpSubqueries(bind::Query* query);

// Whether the query is nothing but a FROM, a WHERE and targets without volatile functions.
bool IsPlainJoin(const bind::Query& query);

// Moves the relations of `inner`, which stands one level below `query`, into it. What is left of
// inner reads as if it stood in query itself.
void MergeRelations(bind::Query* query, bind::Query* inner);

// Lets the subquery itself see to a condition on its output (relation `number` of the query around
// it; all the columns that the condition reads are its). False when that would change its meaning:
// the condition is then as it was.
bool PushConditionInto(bind::Query* subquery, int number, const bind::Expression& condition);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PULL_UP_H_
