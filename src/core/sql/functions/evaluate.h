// Calls of kernels: strictness, constants and the forms of filters in one place.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_EVALUATE_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_EVALUATE_H_

#include <cstddef>

#include "absl/status/status.h"

#include "core/sql/functions/eval_context.h"
#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::functions {

// Computes rows rows of entry, up to kChunkRows. *result has the result type and is overwritten; it
// is constant when every argument is and the function is not volatile, or when a constant argument
// of a strict function is NULL. Its strings may be shared with the arguments'.
absl::Status Evaluate(const FunctionEntry& entry, EvalContext& context, Arguments arguments,
                      size_t rows, types::Vector* result);

// The rows of the selection for which a boolean function is true, as FilterKernel says; any boolean
// function has this form, those without a filter kernel through *scratch, a vector of booleans.
// Rows are those of the arguments.
absl::StatusOr<size_t> EvaluateFilter(const FunctionEntry& entry, EvalContext& context,
                                      Arguments arguments, Selection selection, uint16_t* selected,
                                      types::Vector* scratch);

// The rows where a boolean vector is true.
size_t SelectTrue(const types::Vector& condition, Selection selection, uint16_t* selected);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_EVALUATE_H_
