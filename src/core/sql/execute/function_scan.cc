#include "core/sql/execute/function_scan.h"

#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

// Columns: the value, then its number when the query asks WITH ORDINALITY. A function that returns one value gives one
// row.
class FunctionScan final : public Operator {
 public:
  FunctionScan(const plan::FunctionScanNode& node, std::vector<EvaluatorPtr> arguments,
               EvaluatorPtr scalar)
      : function_(*node.call->function),
        arguments_(std::move(arguments)),
        scalar_(std::move(scalar)),
        value_(node.outputs[0]),
        ordinality_({types::TypeOid::kInt8}) {
    columns_.push_back(&value_);
    if (node.with_ordinality) columns_.push_back(&ordinality_);
  }

  absl::Status Open(ExecContext& context) override {
    rows_given_ = 0;
    rows_.reset();
    done_ = false;
    if (scalar_ != nullptr) return absl::OkStatus();
    std::vector<types::Value> values;
    for (const EvaluatorPtr& argument : arguments_) {
      HELIOS_ASSIGN_OR_RETURN(values.emplace_back(), EvaluateConstant(context, argument.get()));
    }
    HELIOS_ASSIGN_OR_RETURN(rows_, function_.set(*context.functions, values));
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    if (done_) return Chunk{};
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    size_t size = 1;
    if (scalar_ != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* value, scalar_->Evaluate(context, Chunk{{}, 1}));
      value_.Reset();
      CopyRowDeep(*value, 0, 0, &value_);
      done_ = true;
    } else {
      HELIOS_ASSIGN_OR_RETURN(size, rows_->Next(*context.functions, types::kChunkRows, &value_));
      done_ = size == 0;
    }
    for (size_t i = 0; i < size; ++i)
      ordinality_.data<int64_t>()[i] = static_cast<int64_t>(++rows_given_);
    return Chunk{columns_, size};
  }

  void Close() override { rows_.reset(); }

 private:
  const functions::FunctionEntry& function_;
  std::vector<EvaluatorPtr> arguments_;
  EvaluatorPtr scalar_;  // The whole call, when it is not set-returning.
  std::unique_ptr<functions::SetIterator> rows_;
  uint64_t rows_given_ = 0;
  bool done_ = false;
  Vector value_;
  Vector ordinality_;
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildFunctionScan(const plan::FunctionScanNode& node) {
  HELIOS_CHECK(node.call->kind == bind::ExpressionKind::kCall);
  std::vector<EvaluatorPtr> arguments;
  EvaluatorPtr scalar;
  if (node.call->function->set != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(arguments, CompileExpressions(node.call->arguments));
  } else {
    HELIOS_ASSIGN_OR_RETURN(scalar, CompileExpression(*node.call));
  }
  return std::make_unique<FunctionScan>(node, std::move(arguments), std::move(scalar));
}

}  // namespace heliosdb::sql::execute
