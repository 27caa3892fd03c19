// The leaves of expressions, function calls and casts.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_CALL_H_
#define HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_CALL_H_

#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/execute/evaluator.h"

namespace heliosdb::sql::execute {

EvaluatorPtr MakeConstant(const types::Value& value);
EvaluatorPtr MakeSlot(types::Type type, int slot);
// number: from 1.
EvaluatorPtr MakeParameter(types::Type type, int number);
EvaluatorPtr MakeOuterValue(types::Type type, int index);
EvaluatorPtr MakeCall(types::Type type, const functions::FunctionEntry& function,
                      std::vector<EvaluatorPtr> arguments);
EvaluatorPtr MakeCast(types::Type type, EvaluatorPtr argument, bool explicit_cast);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_CALL_H_
