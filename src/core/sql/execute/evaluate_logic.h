// AND, OR, NOT, IS NULL, IS TRUE: three-valued logic.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_LOGIC_H_
#define HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_LOGIC_H_

#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/execute/evaluator.h"

namespace heliosdb::sql::execute {

EvaluatorPtr MakeAnd(std::vector<EvaluatorPtr> arguments);
EvaluatorPtr MakeOr(std::vector<EvaluatorPtr> arguments);
EvaluatorPtr MakeNot(EvaluatorPtr argument);
EvaluatorPtr MakeIsNull(EvaluatorPtr argument, bool negated);
EvaluatorPtr MakeBooleanTest(EvaluatorPtr argument, bind::BooleanTest test, bool negated);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_LOGIC_H_
