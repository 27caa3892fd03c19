#include "core/sql/execute/limit.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/last_row.h"
#include "core/sql/execute/row_subset.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;

std::vector<int> TieSlots(const plan::LimitNode& node) {
  std::vector<int> slots;
  for (const plan::SortKey& key : node.ties) slots.push_back(key.slot);
  return slots;
}

class Limit final : public Operator {
 public:
  Limit(const plan::LimitNode& node, OperatorPtr child, EvaluatorPtr limit, EvaluatorPtr offset)
      : child_(std::move(child)),
        limit_(std::move(limit)),
        offset_(std::move(offset)),
        with_ties_(!node.ties.empty()),
        last_(node.outputs, TieSlots(node)),
        subset_(AllSlots(node.outputs.size())) {}

  absl::Status Open(ExecContext& context) override {
    HELIOS_ASSIGN_OR_RETURN(left_,
                            RowCount(context, limit_.get(), std::numeric_limits<int64_t>::max(),
                                     sqlstate::kInvalidRowCountInLimitClause, "LIMIT"));
    HELIOS_ASSIGN_OR_RETURN(
        skip_, RowCount(context, offset_.get(), 0, sqlstate::kInvalidRowCountInResultOffsetClause,
                        "OFFSET"));
    in_ties_ = false;
    done_ = left_ == 0;
    return child_->Open(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (!done_) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk input, child_->Next(context));
      if (input.size == 0) {
        done_ = true;
        break;
      }
      const size_t first = static_cast<size_t>(std::min<int64_t>(skip_, input.size));
      skip_ -= first;
      const size_t end = EndOfWanted(input, first);
      if (end == first) continue;
      rows_.resize(end - first);
      for (size_t i = first; i < end; ++i) rows_[i - first] = static_cast<uint16_t>(i);
      return subset_.Select(input, rows_);
    }
    return Chunk{};
  }

  void Close() override { child_->Close(); }

 private:
  static absl::StatusOr<int64_t> RowCount(ExecContext& context, Evaluator* evaluator,
                                          int64_t absent, SqlState state, std::string_view clause) {
    if (evaluator == nullptr) return absent;
    HELIOS_ASSIGN_OR_RETURN(const types::Value value, EvaluateConstant(context, evaluator));
    if (value.is_null()) return absent;
    if (value.integer() < 0) return SqlError(state, "{} must not be negative", clause);
    return value.integer();
  }

  // How far into the chunk, from first on, rows are wanted; notes when no more are.
  size_t EndOfWanted(const Chunk& input, size_t first) {
    size_t end = first;
    if (!in_ties_) {
      const size_t count = static_cast<size_t>(std::min<int64_t>(left_, input.size - first));
      left_ -= count;
      end = first + count;
      if (left_ > 0) return end;
      if (!with_ties_) {
        done_ = true;
        return end;
      }
      in_ties_ = true;
      if (count > 0) last_.Set(input, end - 1);
    }
    while (end < input.size && last_.Equals(input, end)) ++end;
    done_ = end < input.size;
    return end;
  }

  OperatorPtr child_;
  EvaluatorPtr limit_;   // May be null.
  EvaluatorPtr offset_;  // May be null.
  const bool with_ties_;
  int64_t left_ = 0;
  int64_t skip_ = 0;
  bool in_ties_ = false;
  bool done_ = false;
  LastRow last_;
  RowSubset subset_;
  std::vector<uint16_t> rows_;
};

class DistinctOn final : public Operator {
 public:
  DistinctOn(const plan::DistinctOnNode& node, OperatorPtr child)
      : child_(std::move(child)),
        last_(node.outputs, node.slots),
        subset_(AllSlots(node.outputs.size())) {}

  absl::Status Open(ExecContext& context) override {
    first_ = true;
    return child_->Open(context);
  }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk input, child_->Next(context));
      if (input.size == 0) return input;
      rows_.clear();
      for (size_t i = 0; i < input.size; ++i) {
        if (!first_ && last_.Equals(input, i)) continue;
        last_.Set(input, i);
        first_ = false;
        rows_.push_back(static_cast<uint16_t>(i));
      }
      if (!rows_.empty()) return subset_.Select(input, rows_);
    }
  }
  void Close() override { child_->Close(); }

 private:
  OperatorPtr child_;
  LastRow last_;
  RowSubset subset_;
  std::vector<uint16_t> rows_;
  bool first_ = true;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildLimit(const plan::LimitNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  EvaluatorPtr limit;
  EvaluatorPtr offset;
  if (node.limit != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(limit, CompileExpression(*node.limit));
  }
  if (node.offset != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(offset, CompileExpression(*node.offset));
  }
  return std::make_unique<Limit>(node, std::move(child), std::move(limit), std::move(offset));
}

absl::StatusOr<OperatorPtr> BuildDistinctOn(const plan::DistinctOnNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  return std::make_unique<DistinctOn>(node, std::move(child));
}

}  // namespace heliosdb::sql::execute
