#include "core/sql/execute/set_operation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/exec_context.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

// Counts each distinct row of both sides, then gives it as often as the operation says.
class SetOperation final : public Operator {
 public:
  SetOperation(const plan::SetOperationNode& node, OperatorPtr left, OperatorPtr right)
      : op_(node.op),
        all_(node.all),
        left_(std::move(left)),
        right_(std::move(right)),
        rows_(node.outputs) {
    for (const types::Type& type : node.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    rows_.Clear();
    left_counts_.clear();
    right_counts_.clear();
    next_row_ = 0;
    copies_left_ = 0;
    HELIOS_RETURN_IF_ERROR(Count(context, left_.get(), &left_counts_));
    HELIOS_RETURN_IF_ERROR(Count(context, right_.get(), &right_counts_));
    left_counts_.resize(rows_.size(), 0);
    right_counts_.resize(rows_.size(), 0);
    if (rows_.size() > 0) copies_left_ = Copies(0);
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext&) override {
    picked_.clear();
    while (next_row_ < rows_.size() && picked_.size() < kChunkRows) {
      if (copies_left_ == 0) {
        if (++next_row_ < rows_.size()) copies_left_ = Copies(next_row_);
        continue;
      }
      picked_.push_back(static_cast<uint32_t>(next_row_));
      --copies_left_;
    }
    for (Vector& vector : out_) vector.Reset();
    rows_.rows().Gather(picked_, out_);
    return Chunk{columns_, picked_.size()};
  }

  void Close() override {
    left_->Close();
    right_->Close();
    rows_.Clear();
  }

 private:
  absl::Status Count(ExecContext& context, Operator* side, std::vector<uint64_t>* counts) {
    HELIOS_RETURN_IF_ERROR(side->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, side->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      rows_.FindOrAdd(chunk.columns, chunk.size, numbers_.data());
      counts->resize(rows_.size(), 0);
      for (size_t i = 0; i < chunk.size; ++i) ++(*counts)[numbers_[i]];
    }
    side->Close();
    return absl::OkStatus();
  }

  uint64_t Copies(size_t row) const {
    const uint64_t left = left_counts_[row];
    const uint64_t right = right_counts_[row];
    if (op_ == bind::SetOperator::kIntersect)
      return all_ ? std::min(left, right) : (left > 0 && right > 0 ? 1 : 0);
    return all_ ? left - std::min(left, right) : (left > 0 && right == 0 ? 1 : 0);
  }

  const bind::SetOperator op_;
  const bool all_;
  OperatorPtr left_;
  OperatorPtr right_;
  DistinctRows rows_;
  std::vector<uint64_t> left_counts_;
  std::vector<uint64_t> right_counts_;
  size_t next_row_ = 0;
  uint64_t copies_left_ = 0;
  std::array<uint32_t, kChunkRows> numbers_;
  std::vector<uint32_t> picked_;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildSetOperation(const plan::SetOperationNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr left, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr right, BuildOperator(*node.children[1]));
  return std::make_unique<SetOperation>(node, std::move(left), std::move(right));
}

}  // namespace heliosdb::sql::execute
