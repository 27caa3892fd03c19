// Evaluation of kSubplan expressions: scalar subqueries, EXISTS, and comparisons with ANY and ALL.
#include <optional>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/execute/subplans.h"

namespace heliosdb::sql::execute {
namespace {

using bind::SubqueryKind;
using types::Chunk;
using types::Vector;

class SubplanEvaluator final : public Evaluator {
 public:
  SubplanEvaluator(const bind::Expression& expression, std::vector<EvaluatorPtr> arguments,
                   EvaluatorPtr comparison)
      : Evaluator(expression.type),
        index_(expression.index),
        kind_(expression.subquery_kind),
        negated_(expression.negated),
        arguments_(std::move(arguments)),
        comparison_(std::move(comparison)),
        result_(expression.type) {
    columns_.resize(arguments_.size());
  }

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    result_.Reset();
    for (size_t i = 0; i < arguments_.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(columns_[i], arguments_[i]->Evaluate(context, input));
    }
    const size_t rows = arguments_.empty() ? 1 : input.size;
    result_.set_constant(arguments_.empty());
    for (size_t row = 0; row < rows; ++row) {
      SetOuterValues(context, row);
      HELIOS_RETURN_IF_ERROR(EvaluateRow(context, row));
    }
    return &result_;
  }

  bool CanFail() const override { return true; }
  void CollectSlots(std::vector<int>* slots) const override {
    for (const EvaluatorPtr& argument : arguments_) argument->CollectSlots(slots);
  }

 private:
  void SetOuterValues(ExecContext& context, size_t row) {
    if (columns_.empty()) return;
    const plan::Subplan& subplan = context.plan->subplans[index_];
    for (size_t i = 0; i < columns_.size(); ++i) {
      const size_t own = subplan.outer_values.size();
      const int place = i < own ? subplan.outer_values[i] : subplan.comparison_values[i - own];
      Vector& to = context.outer_values[place];
      to.Reset();
      to.set_constant(true);
      CopyRowDeep(*columns_[i], columns_[i]->is_constant() ? 0 : row, 0, &to);
    }
    ++context.outer_values_version;
  }

  absl::Status EvaluateRow(ExecContext& context, size_t row) {
    switch (kind_) {
      case SubqueryKind::kScalar: {
        HELIOS_ASSIGN_OR_RETURN(const types::Value value,
                                context.subplans->Scalar(context, index_));
        result_.SetValue(row, value);
        return absl::OkStatus();
      }
      case SubqueryKind::kExists: {
        HELIOS_ASSIGN_OR_RETURN(const bool exists, context.subplans->Exists(context, index_));
        result_.data<uint8_t>()[row] = exists != negated_ ? 1 : 0;
        return absl::OkStatus();
      }
      case SubqueryKind::kAny:
      case SubqueryKind::kAll: {
        HELIOS_ASSIGN_OR_RETURN(const std::optional<bool> answer, Quantified(context));
        if (answer.has_value()) {
          result_.data<uint8_t>()[row] = *answer != negated_ ? 1 : 0;
        } else {
          result_.SetNull(row);
        }
        return absl::OkStatus();
      }
    }
    return absl::OkStatus();
  }

  // ANY is decided by the first true, ALL by the first false; an unknown comparison otherwise makes the answer unknown.
  absl::StatusOr<std::optional<bool>> Quantified(ExecContext& context) {
    HELIOS_ASSIGN_OR_RETURN(const RowStore* rows, context.subplans->Rows(context, index_));
    const bool decisive = kind_ == SubqueryKind::kAny;
    bool unknown = false;
    for (size_t block = 0; block < rows->block_count(); ++block) {
      const Chunk chunk = rows->Block(block);
      HELIOS_ASSIGN_OR_RETURN(const Vector* compared, comparison_->Evaluate(context, chunk));
      for (size_t i = 0; i < (compared->is_constant() ? 1 : chunk.size); ++i) {
        if (!compared->validity().IsValid(i)) {
          unknown = true;
        } else if ((compared->data<uint8_t>()[i] != 0) == decisive) {
          return std::optional<bool>(decisive);
        }
      }
    }
    return unknown ? std::optional<bool>() : std::optional<bool>(!decisive);
  }

  const int index_;
  const SubqueryKind kind_;
  const bool negated_;
  std::vector<EvaluatorPtr> arguments_;
  EvaluatorPtr comparison_;  // kAny, kAll.
  std::vector<const Vector*> columns_;
  Vector result_;
};

}  // namespace

absl::StatusOr<EvaluatorPtr> CompileSubplan(const bind::Expression& expression) {
  HELIOS_ASSIGN_OR_RETURN(std::vector<EvaluatorPtr> arguments,
                          CompileExpressions(expression.arguments));
  EvaluatorPtr comparison;
  if (expression.comparison != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(comparison, CompileExpression(*expression.comparison));
  }
  return std::make_unique<SubplanEvaluator>(expression, std::move(arguments),
                                            std::move(comparison));
}

}  // namespace heliosdb::sql::execute
