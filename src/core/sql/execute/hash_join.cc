#include "core/sql/execute/hash_join.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/coding.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/join_input.h"
#include "core/sql/execute/join_keys.h"
#include "core/sql/execute/join_output.h"
#include "core/sql/execute/join_table.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/execute/row_sorter.h"

namespace heliosdb::sql::execute {
namespace {

using plan::JoinKind;
using types::Chunk;
using types::kChunkRows;

class HashJoin final : public Operator {
 public:
  HashJoin(const plan::HashJoinNode& node, OperatorPtr left, OperatorPtr right, JoinKeys left_keys,
           JoinKeys right_keys, RowFilter conditions)
      : join_(node.join),
        input_(node, std::move(left), std::move(right), std::move(left_keys)),
        table_(node.children[1]->outputs, std::move(right_keys)),
        conditions_(std::move(conditions)),
        left_count_(node.children[0]->outputs.size()),
        output_(node.children[0]->outputs, node.children[1]->outputs) {
    if (node.keeps_left_order) in_order_ = std::make_unique<RowSorter>(node.outputs);
  }

  absl::Status Open(ExecContext& context) override {
    memory_use_ = {.kind = plan::MemoryUse::Kind::kHashJoin};
    if (in_order_ != nullptr) in_order_->Clear();
    sorted_ = false;
    phase_ = Phase::kNeedLeft;
    HELIOS_RETURN_IF_ERROR(input_.Open(context, &table_));
    StartPass();
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    if (in_order_ == nullptr || !input_.spilled()) return NextJoined(context);
    if (!std::exchange(sorted_, true)) HELIOS_RETURN_IF_ERROR(SortByLeftNumber(context));
    return in_order_->Next(context);
  }

  void Close() override {
    memory_use_.batches = std::max(memory_use_.batches, input_.parts());
    memory_use_.disk_bytes = std::max(memory_use_.disk_bytes, input_.disk_bytes());
    input_.Close();
    table_.Clear();
    if (in_order_ != nullptr) in_order_->Clear();
    std::vector<bool>().swap(left_matched_before_);
  }

  const plan::MemoryUse* memory_use() const override { return &memory_use_; }

 private:
  enum class Phase { kNeedLeft, kProbe, kLeftByMatch, kUnmatchedRight, kNextPass, kDone };

  bool KeepsRight() const { return join_ == JoinKind::kRight || join_ == JoinKind::kFull; }
  // Left rows are given by whether they matched, not pair by pair.
  bool LeftAlone() const {
    return join_ == JoinKind::kSemi || join_ == JoinKind::kAnti ||
           join_ == JoinKind::kNullAwareAnti;
  }
  bool LeftByMatch() const {
    return LeftAlone() || join_ == JoinKind::kLeft || join_ == JoinKind::kFull;
  }
  bool InSeveralPasses() const { return !input_.is_first_pass() || !input_.is_last_pass(); }

  // Rows in any order; the left rows of the chunk stand in left_rows_, but for unmatched right rows.
  absl::StatusOr<Chunk> NextJoined(ExecContext& context) {
    while (true) {
      Chunk chunk;
      switch (phase_) {
        case Phase::kNeedLeft: {
          HELIOS_RETURN_IF_ERROR(StartProbe(context));
          break;
        }
        case Phase::kProbe: {
          HELIOS_ASSIGN_OR_RETURN(chunk, Probe(context));
          break;
        }
        case Phase::kLeftByMatch: {
          phase_ = Phase::kNeedLeft;
          chunk = LeftRowsByMatch();
          break;
        }
        case Phase::kUnmatchedRight: {
          chunk = UnmatchedRight();
          if (chunk.size == 0) phase_ = Phase::kNextPass;
          break;
        }
        case Phase::kNextPass: {
          HELIOS_ASSIGN_OR_RETURN(const bool more, input_.NextPass(context, &table_));
          phase_ = more ? Phase::kNeedLeft : Phase::kDone;
          if (more) StartPass();
          break;
        }
        case Phase::kDone:
          return Chunk{};
      }
      if (chunk.size > 0) return chunk;
    }
  }

  absl::Status SortByLeftNumber(ExecContext& context) {
    std::string key;
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, NextJoined(context));
      if (chunk.size == 0) return in_order_->Finish(context, std::nullopt);
      const auto* const numbers = left_chunk_.columns[left_count_]->data<int64_t>();
      for (const uint16_t row : left_rows_) {
        key.clear();
        AppendBig64(&key, static_cast<uint64_t>(numbers[row]));
        in_order_->AddKey(key);
      }
      HELIOS_RETURN_IF_ERROR(in_order_->AddRows(context, chunk));
    }
  }

  void StartPass() {
    memory_use_.memory_bytes = std::max<uint64_t>(input_.peak_bytes(), table_.bytes());
    memory_use_.buckets = std::max<uint64_t>(memory_use_.buckets, table_.buckets());
    if (KeepsRight()) right_matched_.assign(table_.size(), 0);
    unmatched_right_ = 0;
    if (LeftByMatch() && InSeveralPasses() && input_.is_first_pass())
      left_matched_before_.assign(input_.left_rows(), false);
  }

  absl::Status StartProbe(ExecContext& context) {
    HELIOS_ASSIGN_OR_RETURN(left_chunk_, input_.NextLeft(context));
    if (left_chunk_.size == 0) {
      phase_ = KeepsRight() ? Phase::kUnmatchedRight : Phase::kNextPass;
      return absl::OkStatus();
    }
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    left_matched_.assign(left_chunk_.size, 0);
    phase_ = Phase::kProbe;
    left_row_ = 0;
    const JoinKeys& keys = input_.left_keys();
    if (LeftByMatch() && InSeveralPasses()) {
      for (size_t i = 0; i < left_chunk_.size; ++i)
        left_matched_[i] = left_matched_before_[input_.left_start() + i] ? 1 : 0;
    }
    if (join_ == JoinKind::kNullAwareAnti && !input_.right_is_empty()) {
      for (size_t i = 0; i < left_chunk_.size; ++i) {
        // NULL or a list with a NULL: unknown, which is no more kept than a match.
        if (input_.right_has_null() || keys.HasNull(i)) left_matched_[i] = 1;
      }
    }
    for (size_t i = 0; i < left_chunk_.size; ++i) table_.index().Prefetch(keys.hash(i));
    candidate_ = FirstCandidate();
    return absl::OkStatus();
  }

  uint32_t FirstCandidate() const {
    const JoinKeys& keys = input_.left_keys();
    const bool settled = LeftAlone() && left_matched_[left_row_] != 0;
    return settled || keys.HasNull(left_row_) ? HashIndex::kNone
                                              : table_.index().First(keys.hash(left_row_));
  }

  // Fills the pair lists, up to one chunk of them; false when the left chunk is used up.
  bool CollectPairs() {
    left_rows_.clear();
    right_rows_.clear();
    const bool first_match_is_enough = LeftAlone() && conditions_.empty();
    const JoinKeys& keys = input_.left_keys();
    const HashIndex& index = table_.index();
    while (left_row_ < left_chunk_.size) {
      while (candidate_ != HashIndex::kNone) {
        const uint32_t right_row = candidate_;
        candidate_ = index.Next(right_row);
        if (index.hash(right_row) != keys.hash(left_row_) ||
            !table_.KeysMatch(keys, left_row_, right_row))
          continue;
        left_rows_.push_back(static_cast<uint16_t>(left_row_));
        right_rows_.push_back(right_row);
        if (first_match_is_enough) candidate_ = HashIndex::kNone;
        if (left_rows_.size() == kChunkRows) return true;
      }
      if (++left_row_ == left_chunk_.size) break;
      candidate_ = FirstCandidate();
    }
    return false;
  }

  absl::StatusOr<Chunk> Probe(ExecContext& context) {
    if (!CollectPairs()) phase_ = LeftByMatch() ? Phase::kLeftByMatch : Phase::kNeedLeft;
    if (left_rows_.empty()) return Chunk{};
    if (LeftAlone() && conditions_.empty()) {
      for (const uint16_t row : left_rows_) left_matched_[row] = 1;
      return Chunk{};
    }
    Chunk pairs = output_.Pairs(left_chunk_, left_rows_, table_.rows(), right_rows_);
    if (!conditions_.empty()) {
      HELIOS_RETURN_IF_ERROR(conditions_.Select(context, pairs, &passed_));
      if (passed_.size() < pairs.size) {
        KeepPassed();
        pairs = LeftAlone() || passed_.empty()
                    ? Chunk{}
                    : output_.Pairs(left_chunk_, left_rows_, table_.rows(), right_rows_);
      }
    }
    for (const uint16_t row : left_rows_) left_matched_[row] = 1;
    if (KeepsRight()) {
      for (const uint32_t row : right_rows_) right_matched_[row] = 1;
    }
    return LeftAlone() ? Chunk{} : pairs;
  }

  void KeepPassed() {
    for (size_t i = 0; i < passed_.size(); ++i) {
      left_rows_[i] = left_rows_[passed_[i]];
      right_rows_[i] = right_rows_[passed_[i]];
    }
    left_rows_.resize(passed_.size());
    right_rows_.resize(passed_.size());
  }

  // At the end of a left chunk: its matched rows (semi), or its unmatched ones, extended with NULLs where the join
  // gives right columns. Before the last pass a match may still come.
  Chunk LeftRowsByMatch() {
    if (!input_.is_last_pass()) {
      for (size_t i = 0; i < left_chunk_.size; ++i)
        left_matched_before_[input_.left_start() + i] = left_matched_[i] != 0;
      return Chunk{};
    }
    const uint8_t wanted = join_ == JoinKind::kSemi ? 1 : 0;
    left_rows_.clear();
    for (size_t i = 0; i < left_chunk_.size; ++i) {
      if (left_matched_[i] == wanted) left_rows_.push_back(static_cast<uint16_t>(i));
    }
    if (left_rows_.empty()) return Chunk{};
    return LeftAlone() ? output_.LeftAlone(left_chunk_, left_rows_)
                       : output_.LeftWithNulls(left_chunk_, left_rows_);
  }

  // Right rows that matched no left one: of the pass, since each sees all left rows of its part.
  Chunk UnmatchedRight() {
    right_rows_.clear();
    while (unmatched_right_ < table_.size() && right_rows_.size() < kChunkRows) {
      if (right_matched_[unmatched_right_] == 0)
        right_rows_.push_back(static_cast<uint32_t>(unmatched_right_));
      ++unmatched_right_;
    }
    return right_rows_.empty() ? Chunk{} : output_.RightWithNulls(table_.rows(), right_rows_);
  }

  const JoinKind join_;
  JoinInput input_;
  JoinTable table_;
  RowFilter conditions_;
  std::vector<uint8_t> right_matched_;  // By row of the table.
  // Puts left rows back in order after they were read from disk; null when nobody asks.
  std::unique_ptr<RowSorter> in_order_;
  bool sorted_ = false;
  plan::MemoryUse memory_use_;

  Phase phase_ = Phase::kDone;
  const size_t left_count_;
  Chunk left_chunk_;
  std::vector<uint8_t> left_matched_;
  std::vector<bool> left_matched_before_;  // In earlier passes, by row of the part.
  size_t left_row_ = 0;
  uint32_t candidate_ = HashIndex::kNone;
  size_t unmatched_right_ = 0;

  std::vector<uint16_t> left_rows_;  // Pairs found: left row of the chunk, right row of the table.
  std::vector<uint32_t> right_rows_;
  std::vector<uint16_t> passed_;
  JoinOutput output_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildHashJoin(const plan::HashJoinNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr left, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr right, BuildOperator(*node.children[1]));
  HELIOS_ASSIGN_OR_RETURN(JoinKeys left_keys, JoinKeys::Compile(node.left_keys));
  HELIOS_ASSIGN_OR_RETURN(JoinKeys right_keys, JoinKeys::Compile(node.right_keys));
  HELIOS_ASSIGN_OR_RETURN(RowFilter conditions, RowFilter::Compile(node.conditions));
  return std::make_unique<HashJoin>(node, std::move(left), std::move(right), std::move(left_keys),
                                    std::move(right_keys), std::move(conditions));
}

}  // namespace heliosdb::sql::execute
