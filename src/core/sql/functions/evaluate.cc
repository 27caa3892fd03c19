#include "core/sql/functions/evaluate.h"

#include <algorithm>
#include <vector>

#include "core/base/check.h"
#include "core/sql/functions/comparison.h"

namespace heliosdb::sql::functions {

using types::Vector;

absl::Status Evaluate(const FunctionEntry& entry, EvalContext& context, Arguments arguments,
                      size_t rows, Vector* result) {
  HELIOS_CHECK(entry.kernel != nullptr && rows <= types::kChunkRows);
  result->Reset();
  const bool all_constant = std::all_of(arguments.begin(), arguments.end(),
                                        [](const Vector* v) { return v->is_constant(); });
  const bool constant = all_constant && entry.volatility != Volatility::kVolatile;
  if (constant) rows = 1;
  if (entry.strict) {
    for (const Vector* const argument : arguments) {
      if (!argument->is_constant()) {
        result->validity().And(argument->validity());
      } else if (argument->IsNull(0)) {
        result->validity().SetAllValid();
        result->SetNull(0);
        result->set_constant(true);
        return absl::OkStatus();
      }
    }
  }
  HELIOS_RETURN_IF_ERROR(entry.kernel(context, arguments, rows, result));
  result->set_constant(constant);
  return absl::OkStatus();
}

size_t SelectTrue(const Vector& condition, Selection selection, uint16_t* selected) {
  const uint8_t* const values = condition.data<uint8_t>();
  if (condition.is_constant()) {
    const bool keep = !condition.IsNull(0) && values[0] != 0;
    return SelectRows(selection, selected, [keep](size_t) { return keep; });
  }
  const types::Validity& validity = condition.validity();
  if (!validity.has_nulls()) {
    return SelectRows(selection, selected, [values](size_t row) { return values[row] != 0; });
  }
  return SelectRows(selection, selected, [values, &validity](size_t row) {
    return (values[row] != 0) & validity.IsValid(row);
  });
}

absl::StatusOr<size_t> EvaluateFilter(const FunctionEntry& entry, EvalContext& context,
                                      Arguments arguments, Selection selection, uint16_t* selected,
                                      Vector* scratch) {
  HELIOS_CHECK(entry.result == types::TypeOid::kBool);
  const bool all_constant = std::all_of(arguments.begin(), arguments.end(),
                                        [](const Vector* v) { return v->is_constant(); });
  if (entry.filter != nullptr && !all_constant) {
    return entry.filter(context, arguments, selection, selected);
  }
  if (selection.count == 0) return 0;
  if (selection.rows == nullptr || all_constant) {
    const size_t rows = selection.rows == nullptr ? selection.count : 1;
    HELIOS_RETURN_IF_ERROR(Evaluate(entry, context, arguments, rows, scratch));
    return SelectTrue(*scratch, selection, selected);
  }
  // A row that is not selected must not raise an error, so only those that are get computed.
  const std::span<const uint16_t> chosen(selection.rows, selection.count);
  std::vector<Vector> gathered;
  gathered.reserve(arguments.size());
  std::vector<const Vector*> pointers;
  for (const Vector* const argument : arguments) {
    if (argument->is_constant()) {
      pointers.push_back(argument);
      continue;
    }
    gathered.emplace_back(argument->type());
    gathered.back().GatherShallow(*argument, chosen);
    pointers.push_back(&gathered.back());
  }
  HELIOS_RETURN_IF_ERROR(Evaluate(entry, context, pointers, chosen.size(), scratch));
  size_t count = 0;
  for (size_t k = 0; k < chosen.size(); ++k) {
    const uint16_t row = chosen[k];
    if (!scratch->IsNull(k) && scratch->data<uint8_t>()[scratch->is_constant() ? 0 : k] != 0) {
      selected[count++] = row;
    }
  }
  return count;
}

}  // namespace heliosdb::sql::functions
