#include "core/sql/execute/join_keys.h"

#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {

absl::StatusOr<JoinKeys> JoinKeys::Compile(const std::vector<bind::ExpressionPtr>& keys) {
  JoinKeys result;
  HELIOS_ASSIGN_OR_RETURN(result.evaluators_, CompileExpressions(keys));
  result.columns_.resize(result.evaluators_.size());
  for (const EvaluatorPtr& evaluator : result.evaluators_)
    result.flattened_.emplace_back(evaluator->type());
  return result;
}

absl::Status JoinKeys::Evaluate(ExecContext& context, const types::Chunk& input) {
  any_null_ = false;
  for (size_t k = 0; k < evaluators_.size(); ++k) {
    HELIOS_ASSIGN_OR_RETURN(columns_[k], evaluators_[k]->Evaluate(context, input));
    if (columns_[k]->is_constant()) {
      flattened_[k].Reset();
      for (size_t i = 0; i < input.size; ++i) flattened_[k].CopyRowShallow(i, *columns_[k], 0);
      columns_[k] = &flattened_[k];
    }
    any_null_ = any_null_ || columns_[k]->validity().has_nulls();
    if (k == 0) {
      types::HashVector(*columns_[k], input.size, hashes_.data());
    } else {
      types::CombineHashVector(*columns_[k], input.size, hashes_.data());
    }
  }
  return absl::OkStatus();
}

bool JoinKeys::HasNull(size_t row) const {
  if (!any_null_) return false;
  for (const types::Vector* column : columns_) {
    if (!column->validity().IsValid(row)) return true;
  }
  return false;
}

std::vector<types::Type> JoinKeys::types() const {
  std::vector<types::Type> types;
  for (const EvaluatorPtr& evaluator : evaluators_) types.push_back(evaluator->type());
  return types;
}

}  // namespace heliosdb::sql::execute
