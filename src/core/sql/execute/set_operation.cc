#include "core/sql/execute/set_operation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/spill_partitions.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

// Counts each distinct row of both sides, then gives it as often as the operation says. When the table is full, rows that
// it does not hold go to disk by their hash, and are counted partition by partition afterwards.
class SetOperation final : public Operator {
 public:
  SetOperation(const plan::SetOperationNode& node, OperatorPtr left, OperatorPtr right)
      : op_(node.op),
        all_(node.all),
        left_(std::move(left)),
        right_(std::move(right)),
        rows_(node.outputs),
        aside_(std::vector<std::vector<types::Type>>(2, node.outputs)) {
    for (const types::Type& type : node.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    aside_.Clear();
    ForgetRows();
    HELIOS_RETURN_IF_ERROR(CountChild(context, left_.get(), kLeft));
    HELIOS_RETURN_IF_ERROR(CountChild(context, right_.get(), kRight));
    EndCounting();
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      picked_.clear();
      while (next_row_ < rows_.size() && picked_.size() < kChunkRows) {
        if (copies_left_ == 0) {
          if (++next_row_ < rows_.size()) copies_left_ = Copies(next_row_);
          continue;
        }
        picked_.push_back(static_cast<uint32_t>(next_row_));
        --copies_left_;
      }
      if (picked_.empty()) {
        HELIOS_ASSIGN_OR_RETURN(const bool more, aside_.TakeNext());
        if (!more) return Chunk{};
        HELIOS_RETURN_IF_ERROR(CountPartition(context));
        continue;
      }
      for (Vector& vector : out_) vector.Reset();
      rows_.rows().Gather(picked_, out_);
      return Chunk{columns_, picked_.size()};
    }
  }

  void Close() override {
    left_->Close();
    right_->Close();
    aside_.Clear();
    ForgetRows();
  }

 private:
  static constexpr size_t kLeft = 0;
  static constexpr size_t kRight = 1;

  void ForgetRows() {
    rows_.Clear();
    for (std::vector<uint64_t>& counts : counts_) counts.clear();
    next_row_ = 0;
    copies_left_ = 0;
    full_ = false;
  }

  absl::Status CountChild(ExecContext& context, Operator* child, size_t side) {
    HELIOS_RETURN_IF_ERROR(child->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(Count(context, chunk, side));
    }
    child->Close();
    return absl::OkStatus();
  }

  absl::Status CountPartition(ExecContext& context) {
    ForgetRows();
    for (const size_t side : {kLeft, kRight}) {
      aside_.Start(side);
      while (true) {
        HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, aside_.Next(context, side));
        if (chunk.size == 0) break;
        HELIOS_RETURN_IF_ERROR(Count(context, chunk, side));
      }
    }
    EndCounting();
    return absl::OkStatus();
  }

  absl::Status Count(ExecContext& context, const Chunk& chunk, size_t side) {
    const size_t bytes =
        rows_.BytesWithRoomFor(chunk.size) + 2 * sizeof(uint64_t) * (rows_.size() + chunk.size);
    // Once full, the table stays so until it is given out: rows that it does not hold were set aside.
    full_ = full_ || (rows_.size() > 0 && bytes > context.HashMemoryBytes() && aside_.CanSplit());
    std::vector<uint64_t>& counts = counts_[side];
    if (!full_) {
      rows_.FindOrAdd(chunk.columns, chunk.size, numbers_.data());
      counts.resize(rows_.size(), 0);
      for (size_t i = 0; i < chunk.size; ++i) ++counts[numbers_[i]];
      return absl::OkStatus();
    }
    rows_.Find(chunk.columns, chunk.size, numbers_.data());
    counts.resize(rows_.size(), 0);
    unknown_.clear();
    for (size_t i = 0; i < chunk.size; ++i) {
      if (numbers_[i] == DistinctRows::kNone) {
        unknown_.push_back(static_cast<uint16_t>(i));
      } else {
        ++counts[numbers_[i]];
      }
    }
    return aside_.Add(context, side, chunk, unknown_, rows_.hashes());
  }

  void EndCounting() {
    for (std::vector<uint64_t>& counts : counts_) counts.resize(rows_.size(), 0);
    if (rows_.size() > 0) copies_left_ = Copies(0);
  }

  uint64_t Copies(size_t row) const {
    const uint64_t left = counts_[kLeft][row];
    const uint64_t right = counts_[kRight][row];
    if (op_ == bind::SetOperator::kIntersect)
      return all_ ? std::min(left, right) : (left > 0 && right > 0 ? 1 : 0);
    return all_ ? left - std::min(left, right) : (left > 0 && right == 0 ? 1 : 0);
  }

  const bind::SetOperator op_;
  const bool all_;
  OperatorPtr left_;
  OperatorPtr right_;
  DistinctRows rows_;
  std::array<std::vector<uint64_t>, 2> counts_;  // By side and row.
  SpillPartitions aside_;
  bool full_ = false;
  size_t next_row_ = 0;
  uint64_t copies_left_ = 0;
  std::array<uint32_t, kChunkRows> numbers_;
  std::vector<uint16_t> unknown_;
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
