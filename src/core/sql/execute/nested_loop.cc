#include "core/sql/execute/nested_loop.h"

#include <optional>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/execute/row_store.h"

namespace heliosdb::sql::execute {
namespace {

using plan::JoinKind;
using types::Chunk;
using types::kChunkRows;
using types::Vector;

class NestedLoop final : public Operator {
 public:
  struct OuterValue {
    int index;
    EvaluatorPtr evaluator;
  };

  NestedLoop(const plan::NestedLoopNode& node, OperatorPtr left, OperatorPtr right,
             std::vector<OuterValue> outer_values, RowFilter conditions)
      : join_(node.join),
        left_(std::move(left)),
        right_(std::move(right)),
        outer_values_(std::move(outer_values)),
        conditions_(std::move(conditions)),
        left_count_(node.children[0]->outputs.size()) {
    for (const types::Type& type : node.children[0]->outputs) {
      out_.emplace_back(type);
      left_value_.emplace_back(type);
    }
    if (!LeftAlone()) {
      for (const types::Type& type : node.children[1]->outputs) out_.emplace_back(type);
    }
    for (const Vector& vector : out_) columns_.push_back(&vector);
    pair_columns_.resize(left_count_ + node.children[1]->outputs.size());
    outer_columns_.resize(outer_values_.size());
  }

  absl::Status Open(ExecContext& context) override {
    left_chunk_ = Chunk{};
    left_row_ = 0;
    in_row_ = false;
    done_ = false;
    return left_->Open(context);
  }

  // Collects rows until a chunk is full or the left chunk ends: rows of out_ share strings with the left chunk.
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    for (Vector& vector : out_) vector.Reset();
    size_t size = 0;
    while (!done_ && size < kChunkRows) {
      if (!in_row_) {
        if (left_row_ == left_chunk_.size && size > 0) break;
        HELIOS_RETURN_IF_ERROR(StartRow(context));
        if (done_) break;
      }
      HELIOS_RETURN_IF_ERROR(ContinueRow(context, &size));
    }
    return Chunk{columns_, size};
  }

  void Close() override {
    left_->Close();
    right_->Close();
  }

 private:
  bool LeftAlone() const { return join_ == JoinKind::kSemi || join_ == JoinKind::kAnti; }

  absl::Status StartRow(ExecContext& context) {
    if (left_row_ == left_chunk_.size) {
      HELIOS_ASSIGN_OR_RETURN(left_chunk_, left_->Next(context));
      left_row_ = 0;
      if (left_chunk_.size == 0) {
        done_ = true;
        return absl::OkStatus();
      }
      for (size_t i = 0; i < outer_values_.size(); ++i) {
        HELIOS_ASSIGN_OR_RETURN(outer_columns_[i],
                                outer_values_[i].evaluator->Evaluate(context, left_chunk_));
      }
    }
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    for (size_t i = 0; i < outer_values_.size(); ++i) {
      Vector& to = context.outer_values[outer_values_[i].index];
      to.Reset();
      to.set_constant(true);
      CopyRowDeep(*outer_columns_[i], outer_columns_[i]->is_constant() ? 0 : left_row_, 0, &to);
    }
    if (!outer_values_.empty()) ++context.outer_values_version;
    for (size_t c = 0; c < left_count_; ++c) {
      const Vector& from = *left_chunk_.columns[c];
      left_value_[c].Reset();
      left_value_[c].set_constant(true);
      left_value_[c].CopyRowShallow(0, from, from.is_constant() ? 0 : left_row_);
      pair_columns_[c] = &left_value_[c];
    }
    matched_ = false;
    in_row_ = true;
    right_chunk_ = Chunk{};
    right_row_ = 0;
    return right_->Open(context);
  }

  absl::Status ContinueRow(ExecContext& context, size_t* size) {
    while (*size < kChunkRows) {
      if (right_row_ < passed_.size() && right_chunk_.size > 0) {
        EmitPairs(size);
        continue;
      }
      const bool enough = LeftAlone() && matched_;
      if (!enough) {
        HELIOS_RETURN_IF_ERROR(NextRightChunk(context));
        if (right_chunk_.size > 0) continue;
      }
      EndRow(size);
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  absl::Status NextRightChunk(ExecContext& context) {
    HELIOS_ASSIGN_OR_RETURN(right_chunk_, right_->Next(context));
    right_row_ = 0;
    passed_.clear();
    if (right_chunk_.size == 0) return absl::OkStatus();
    for (size_t c = 0; c < right_chunk_.columns.size(); ++c)
      pair_columns_[left_count_ + c] = right_chunk_.columns[c];
    HELIOS_RETURN_IF_ERROR(
        conditions_.Select(context, Chunk{pair_columns_, right_chunk_.size}, &passed_));
    if (!passed_.empty()) matched_ = true;
    if (LeftAlone()) passed_.clear();
    return absl::OkStatus();
  }

  void EmitPairs(size_t* size) {
    while (right_row_ < passed_.size() && *size < kChunkRows) {
      const uint16_t row = passed_[right_row_++];
      EmitLeft(*size);
      for (size_t c = 0; c < right_chunk_.columns.size(); ++c) {
        const Vector& from = *right_chunk_.columns[c];
        CopyRowDeep(from, from.is_constant() ? 0 : row, *size, &out_[left_count_ + c]);
      }
      ++*size;
    }
  }

  void EmitLeft(size_t to) {
    for (size_t c = 0; c < left_count_; ++c) out_[c].CopyRowShallow(to, left_value_[c], 0);
  }

  // The right side is used up for this left row; *size is below kChunkRows.
  void EndRow(size_t* size) {
    const bool left_without_match = join_ == JoinKind::kLeft && !matched_;
    const bool left_alone =
        (join_ == JoinKind::kSemi && matched_) || (join_ == JoinKind::kAnti && !matched_);
    if (left_without_match || left_alone) {
      EmitLeft(*size);
      for (size_t c = left_count_; c < out_.size(); ++c) out_[c].SetNull(*size);
      ++*size;
    }
    in_row_ = false;
    ++left_row_;
  }

  const JoinKind join_;
  OperatorPtr left_;
  OperatorPtr right_;
  std::vector<OuterValue> outer_values_;
  RowFilter conditions_;
  const size_t left_count_;

  Chunk left_chunk_;
  size_t left_row_ = 0;
  bool in_row_ = false;
  bool matched_ = false;
  bool done_ = false;
  std::vector<const Vector*> outer_columns_;
  std::vector<Vector> left_value_;  // The current left row, as constants.
  std::vector<const Vector*> pair_columns_;
  Chunk right_chunk_;
  std::vector<uint16_t> passed_;
  size_t right_row_ = 0;

  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildNestedLoop(const plan::NestedLoopNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr left, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr right, BuildOperator(*node.children[1]));
  HELIOS_ASSIGN_OR_RETURN(RowFilter conditions, RowFilter::Compile(node.conditions));
  std::vector<NestedLoop::OuterValue> outer_values;
  for (const auto& [index, expression] : node.outer_values) {
    HELIOS_ASSIGN_OR_RETURN(EvaluatorPtr evaluator, CompileExpression(*expression));
    outer_values.push_back({index, std::move(evaluator)});
  }
  return std::make_unique<NestedLoop>(node, std::move(left), std::move(right),
                                      std::move(outer_values), std::move(conditions));
}

}  // namespace heliosdb::sql::execute
