// CASE, COALESCE, NULLIF, GREATEST, LEAST, IN lists, IS DISTINCT FROM.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_CONDITIONAL_H_
#define HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_CONDITIONAL_H_

#include <vector>

#include "core/sql/execute/evaluator.h"

namespace heliosdb::sql::execute {

// when1, then1, when2, then2, ..., else.
EvaluatorPtr MakeCase(types::Type type, std::vector<EvaluatorPtr> arguments);
EvaluatorPtr MakeCoalesce(types::Type type, std::vector<EvaluatorPtr> arguments);
enum class Extreme { kGreatest, kLeast };
EvaluatorPtr MakeExtreme(types::Type type, std::vector<EvaluatorPtr> arguments, Extreme extreme);
// equal compares the two arguments, which it shares with left by evaluating them again; both are free of side effects.
EvaluatorPtr MakeNullIf(EvaluatorPtr left, EvaluatorPtr equal);
EvaluatorPtr MakeDistinctFrom(EvaluatorPtr left, EvaluatorPtr right, EvaluatorPtr equal,
                              bool negated);
// arguments[0] [NOT] IN (the others), all of one type.
EvaluatorPtr MakeInList(std::vector<EvaluatorPtr> arguments, bool negated);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_EVALUATE_CONDITIONAL_H_
