// A table's rules and defaults in the form that writers of rows read.
#ifndef HELIOSDB_CORE_SQL_PLAN_REWRITE_RULES_H_
#define HELIOSDB_CORE_SQL_PLAN_REWRITE_RULES_H_

#include "core/sql/bind/bound_statement.h"

namespace heliosdb::sql::plan {

// The rules with each column of relation 0 as a slot of the same number.
bind::TableRules RewriteRules(const bind::TableRules& rules);
// The same for one expression, without subqueries, over relation 0.
bind::ExpressionPtr RewriteRowExpression(const bind::Expression& expression);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_REWRITE_RULES_H_
