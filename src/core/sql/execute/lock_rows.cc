#include "core/sql/execute/lock_rows.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_locker.h"
#include "core/sql/execute/row_subset.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;

std::vector<int> AllSlots(size_t count) {
  std::vector<int> slots(count);
  std::iota(slots.begin(), slots.end(), 0);
  return slots;
}

// A row that nobody above asks for must not be locked: with SKIP LOCKED, others would pass over it. So no more rows are
// taken at once than are still wanted, and one at a time beyond (LIMIT ... WITH TIES).
class LockRows final : public Operator {
 public:
  LockRows(const plan::LockRowsNode& node, OperatorPtr child, std::vector<RowLocker> lockers,
           EvaluatorPtr rows_max)
      : node_(node),
        child_(std::move(child)),
        lockers_(std::move(lockers)),
        rows_max_(std::move(rows_max)),
        slice_(AllSlots(node.outputs.size())) {}

  absl::Status Open(ExecContext& context) override {
    input_ = Chunk{};
    next_ = 0;
    wanted_ = SIZE_MAX;
    if (rows_max_ != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(const types::Value value, EvaluateConstant(context, rows_max_.get()));
      if (!value.is_null()) wanted_ = static_cast<size_t>(std::max<int64_t>(0, value.integer()));
    }
    return child_->Open(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(Chunk chunk, NextSlice(context));
      if (chunk.size == 0) return chunk;
      for (size_t i = 0; i < lockers_.size() && chunk.size > 0; ++i) {
        const plan::LockRowsNode::Target& target = node_.targets[i];
        HELIOS_ASSIGN_OR_RETURN(
            chunk, lockers_[i].Lock(context, chunk, LockModeOf(target.strength), target.wait));
      }
      if (chunk.size == 0) continue;
      if (wanted_ != SIZE_MAX) wanted_ -= std::min(wanted_, chunk.size);
      return chunk;
    }
  }
  void Close() override { child_->Close(); }

 private:
  absl::StatusOr<Chunk> NextSlice(ExecContext& context) {
    if (next_ == input_.size) {
      HELIOS_ASSIGN_OR_RETURN(input_, child_->Next(context));
      next_ = 0;
    }
    const size_t size = std::min(input_.size - next_, std::max<size_t>(wanted_, 1));
    rows_.resize(size);
    std::iota(rows_.begin(), rows_.end(), static_cast<uint16_t>(next_));
    next_ += size;
    return slice_.Select(input_, rows_);
  }

  const plan::LockRowsNode& node_;
  OperatorPtr child_;
  std::vector<RowLocker> lockers_;
  EvaluatorPtr rows_max_;  // May be null.
  size_t wanted_ = SIZE_MAX;
  Chunk input_;
  size_t next_ = 0;  // The row of input_ that comes next.
  std::vector<uint16_t> rows_;
  RowSubset slice_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildLockRows(const plan::LockRowsNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  std::vector<RowLocker> lockers;
  for (const plan::LockRowsNode::Target& target : node.targets) {
    HELIOS_ASSIGN_OR_RETURN(RowLocker locker, RowLocker::Build(target.recheck, node.outputs));
    lockers.push_back(std::move(locker));
  }
  EvaluatorPtr rows_max;
  if (node.rows_max != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(rows_max, CompileExpression(*node.rows_max));
  }
  return std::make_unique<LockRows>(node, std::move(child), std::move(lockers),
                                    std::move(rows_max));
}

}  // namespace heliosdb::sql::execute
