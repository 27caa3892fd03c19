// What the planner concludes from calls that are operators.
#ifndef HELIOSDB_CORE_SQL_PLAN_OPERATORS_H_
#define HELIOSDB_CORE_SQL_PLAN_OPERATORS_H_

#include "core/sql/bind/bound_expression.h"
#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::plan {

// The operator that the function implements; null when it is no operator's. The first registered
// one when there are several, which then differ in name only.
const functions::OperatorEntry* OperatorOf(const functions::FunctionEntry* function);
// The operator of a call with two arguments; null for everything else.
const functions::OperatorEntry* BinaryOperatorOf(const bind::Expression& expression);

bind::ExpressionPtr MakeCast(bind::ExpressionPtr argument, types::Type to);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_OPERATORS_H_
