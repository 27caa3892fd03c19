#include "core/sql/execute/row_filter.h"

#include <numeric>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/functions/evaluate.h"

namespace heliosdb::sql::execute {
namespace {

bool AnyCanFail(const std::vector<EvaluatorPtr>& evaluators) {
  for (const EvaluatorPtr& evaluator : evaluators) {
    if (evaluator->CanFail()) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<RowFilter> RowFilter::Compile(const std::vector<bind::ExpressionPtr>& conjuncts) {
  RowFilter filter;
  for (const bind::ExpressionPtr& expression : conjuncts) {
    Conjunct& conjunct = filter.conjuncts_.emplace_back();
    if (expression->kind == bind::ExpressionKind::kCall &&
        expression->function->filter != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(conjunct.arguments, CompileExpressions(expression->arguments));
      if (!AnyCanFail(conjunct.arguments)) {
        conjunct.function = expression->function;
        conjunct.columns.resize(conjunct.arguments.size());
        continue;
      }
      conjunct.arguments.clear();
    }
    HELIOS_ASSIGN_OR_RETURN(conjunct.evaluator, CompileExpression(*expression));
    std::vector<int> slots;
    conjunct.evaluator->CollectSlots(&slots);
    conjunct.subset = RowSubset(std::move(slots));
  }
  filter.scratch_.emplace(types::Type{types::TypeOid::kBool});
  return filter;
}

std::vector<int> RowFilter::Slots() const {
  std::vector<int> slots;
  for (const Conjunct& conjunct : conjuncts_) {
    if (conjunct.evaluator != nullptr) conjunct.evaluator->CollectSlots(&slots);
    for (const EvaluatorPtr& argument : conjunct.arguments) argument->CollectSlots(&slots);
  }
  return slots;
}

absl::Status RowFilter::SelectByFunction(ExecContext& context, const types::Chunk& input,
                                         Conjunct* conjunct, std::vector<uint16_t>* rows) {
  for (size_t i = 0; i < conjunct->arguments.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(conjunct->columns[i], conjunct->arguments[i]->Evaluate(context, input));
  }
  const functions::Selection selection{rows->size() == input.size ? nullptr : rows->data(),
                                       rows->size()};
  HELIOS_ASSIGN_OR_RETURN(
      const size_t count,
      functions::EvaluateFilter(*conjunct->function, *context.functions, conjunct->columns,
                                selection, rows->data(), &*scratch_));
  rows->resize(count);
  return absl::OkStatus();
}

absl::Status RowFilter::SelectByValue(ExecContext& context, const types::Chunk& input,
                                      Conjunct* conjunct, std::vector<uint16_t>* rows) {
  const bool whole = rows->size() == input.size;
  const types::Chunk subset = whole ? input : conjunct->subset.Select(input, *rows);
  HELIOS_ASSIGN_OR_RETURN(const types::Vector* condition,
                          conjunct->evaluator->Evaluate(context, subset));
  SelectTrue(*condition, subset.size, &passed_);
  if (whole) {
    rows->swap(passed_);
    return absl::OkStatus();
  }
  for (size_t i = 0; i < passed_.size(); ++i) (*rows)[i] = (*rows)[passed_[i]];
  rows->resize(passed_.size());
  return absl::OkStatus();
}

absl::Status RowFilter::Select(ExecContext& context, const types::Chunk& input,
                               std::vector<uint16_t>* rows) {
  rows->resize(input.size);
  std::iota(rows->begin(), rows->end(), uint16_t{0});
  for (Conjunct& conjunct : conjuncts_) {
    if (rows->empty()) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(conjunct.function != nullptr
                               ? SelectByFunction(context, input, &conjunct, rows)
                               : SelectByValue(context, input, &conjunct, rows));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::execute
