#include "core/sql/execute/hash_join.h"

#include <optional>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/hash_index.h"
#include "core/sql/execute/join_keys.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/execute/row_store.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {
namespace {

using plan::JoinKind;
using types::Chunk;
using types::kChunkRows;
using types::Vector;

class HashJoin final : public Operator {
 public:
  HashJoin(const plan::HashJoinNode& node, OperatorPtr left, OperatorPtr right, JoinKeys left_keys,
           JoinKeys right_keys, RowFilter conditions)
      : join_(node.join),
        left_(std::move(left)),
        right_(std::move(right)),
        left_keys_(std::move(left_keys)),
        right_keys_(std::move(right_keys)),
        conditions_(std::move(conditions)),
        rows_(node.children[1]->outputs),
        keys_(right_keys_.types()),
        left_count_(node.children[0]->outputs.size()) {
    for (const types::Type& type : node.children[0]->outputs) out_.emplace_back(type);
    for (const types::Type& type : node.children[1]->outputs) out_.emplace_back(type);
    for (const types::Type& type : right_keys_.types())
      compare_.push_back(types::CompareFunctionFor(type.oid));
    columns_.resize(out_.size());
  }

  absl::Status Open(ExecContext& context) override {
    HELIOS_RETURN_IF_ERROR(BuildTable(context));
    phase_ = Phase::kNeedLeft;
    return left_->Open(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      switch (phase_) {
        case Phase::kNeedLeft: {
          HELIOS_ASSIGN_OR_RETURN(left_chunk_, left_->Next(context));
          if (left_chunk_.size == 0) {
            unmatched_right_ = 0;
            phase_ = KeepsRight() ? Phase::kUnmatchedRight : Phase::kDone;
            break;
          }
          HELIOS_RETURN_IF_ERROR(StartProbe(context));
          break;
        }
        case Phase::kProbe: {
          HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, Probe(context));
          if (chunk.size > 0) return chunk;
          break;
        }
        case Phase::kUnmatchedLeft: {
          phase_ = Phase::kNeedLeft;
          const Chunk chunk = LeftRowsByMatch();
          if (chunk.size > 0) return chunk;
          break;
        }
        case Phase::kUnmatchedRight: {
          const Chunk chunk = UnmatchedRight();
          if (chunk.size > 0) return chunk;
          phase_ = Phase::kDone;
          break;
        }
        case Phase::kDone:
          return Chunk{};
      }
    }
  }

  void Close() override {
    left_->Close();
    right_->Close();
    rows_.Clear();
    keys_.Clear();
    index_.Clear();
  }

 private:
  enum class Phase { kNeedLeft, kProbe, kUnmatchedLeft, kUnmatchedRight, kDone };

  bool KeepsRight() const { return join_ == JoinKind::kRight || join_ == JoinKind::kFull; }
  // Left rows are given by whether they matched, not pair by pair.
  bool LeftAlone() const {
    return join_ == JoinKind::kSemi || join_ == JoinKind::kAnti ||
           join_ == JoinKind::kNullAwareAnti;
  }

  absl::Status BuildTable(ExecContext& context) {
    rows_.Clear();
    keys_.Clear();
    index_.Clear();
    right_has_null_ = false;
    HELIOS_RETURN_IF_ERROR(right_->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, right_->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(right_keys_.Evaluate(context, chunk));
      for (size_t i = 0; i < chunk.size; ++i) {
        if (right_keys_.HasNull(i)) {
          right_has_null_ = true;
          index_.AddAbsent();
        } else {
          index_.Add(right_keys_.hash(i));
        }
      }
      rows_.Append(chunk);
      keys_.Append(Chunk{right_keys_.columns(), chunk.size});
    }
    right_->Close();
    index_.Build();
    if (KeepsRight()) right_matched_.assign(rows_.size(), 0);
    return absl::OkStatus();
  }

  absl::Status StartProbe(ExecContext& context) {
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    left_matched_.assign(left_chunk_.size, 0);
    phase_ = Phase::kProbe;
    left_row_ = 0;
    HELIOS_RETURN_IF_ERROR(left_keys_.Evaluate(context, left_chunk_));
    if (join_ == JoinKind::kNullAwareAnti) {
      for (size_t i = 0; i < left_chunk_.size; ++i) {
        // NULL or a list with a NULL: unknown, which is no more kept than a match.
        if (rows_.size() > 0 && (right_has_null_ || left_keys_.HasNull(i))) left_matched_[i] = 1;
      }
    }
    for (size_t i = 0; i < left_chunk_.size; ++i) index_.Prefetch(left_keys_.hash(i));
    candidate_ = left_keys_.HasNull(0) ? HashIndex::kNone : index_.First(left_keys_.hash(0));
    return absl::OkStatus();
  }

  bool KeysMatch(size_t left_row, uint32_t right_row) const {
    const size_t offset = RowStore::Offset(right_row);
    for (size_t k = 0; k < compare_.size(); ++k) {
      if (compare_[k](*left_keys_.columns()[k], left_row, keys_.column(right_row, k), offset) != 0)
        return false;
    }
    return true;
  }

  // Fills the pair lists, up to one chunk of them; false when the left chunk is used up.
  bool CollectPairs() {
    left_rows_.clear();
    right_rows_.clear();
    const bool first_match_is_enough = LeftAlone() && conditions_.empty();
    while (left_row_ < left_chunk_.size) {
      while (candidate_ != HashIndex::kNone) {
        const uint32_t right_row = candidate_;
        candidate_ = index_.Next(right_row);
        if (index_.hash(right_row) != left_keys_.hash(left_row_) ||
            !KeysMatch(left_row_, right_row))
          continue;
        left_rows_.push_back(static_cast<uint16_t>(left_row_));
        right_rows_.push_back(right_row);
        if (first_match_is_enough) candidate_ = HashIndex::kNone;
        if (left_rows_.size() == kChunkRows) return true;
      }
      if (++left_row_ == left_chunk_.size) break;
      candidate_ = left_keys_.HasNull(left_row_) ? HashIndex::kNone
                                                 : index_.First(left_keys_.hash(left_row_));
    }
    return false;
  }

  absl::StatusOr<Chunk> Probe(ExecContext& context) {
    if (!CollectPairs()) {
      const bool by_match = LeftAlone() || join_ == JoinKind::kLeft || join_ == JoinKind::kFull;
      phase_ = by_match ? Phase::kUnmatchedLeft : Phase::kNeedLeft;
    }
    if (left_rows_.empty()) return Chunk{};
    if (LeftAlone() && conditions_.empty()) {
      for (const uint16_t row : left_rows_) left_matched_[row] = 1;
      return Chunk{};
    }
    GatherPairs();
    size_t count = left_rows_.size();
    if (!conditions_.empty()) {
      HELIOS_RETURN_IF_ERROR(conditions_.Select(context, Chunk{columns_, count}, &passed_));
      if (passed_.size() < count) {
        for (size_t i = 0; i < passed_.size(); ++i) {
          left_rows_[i] = left_rows_[passed_[i]];
          right_rows_[i] = right_rows_[passed_[i]];
        }
        count = passed_.size();
        left_rows_.resize(count);
        right_rows_.resize(count);
        if (count > 0 && !LeftAlone()) GatherPairs();
      }
    }
    for (const uint16_t row : left_rows_) left_matched_[row] = 1;
    if (KeepsRight()) {
      for (const uint32_t row : right_rows_) right_matched_[row] = 1;
    }
    return LeftAlone() ? Chunk{} : Chunk{columns_, count};
  }

  void GatherPairs() {
    for (size_t c = 0; c < left_count_; ++c) {
      out_[c].Reset();
      out_[c].GatherShallow(*left_chunk_.columns[c], left_rows_);
    }
    for (size_t c = left_count_; c < out_.size(); ++c) out_[c].Reset();
    rows_.Gather(right_rows_, std::span(out_).subspan(left_count_));
    for (size_t c = 0; c < out_.size(); ++c) columns_[c] = &out_[c];
  }

  // At the end of a left chunk: its matched rows (semi), or its unmatched ones, extended with NULLs where the join
  // gives right columns.
  Chunk LeftRowsByMatch() {
    const uint8_t wanted = join_ == JoinKind::kSemi ? 1 : 0;
    left_rows_.clear();
    for (size_t i = 0; i < left_chunk_.size; ++i) {
      if (left_matched_[i] == wanted) left_rows_.push_back(static_cast<uint16_t>(i));
    }
    if (left_rows_.empty()) return Chunk{};
    for (size_t c = 0; c < left_count_; ++c) {
      out_[c].Reset();
      out_[c].GatherShallow(*left_chunk_.columns[c], left_rows_);
      columns_[c] = &out_[c];
    }
    if (LeftAlone()) return Chunk{std::span(columns_).first(left_count_), left_rows_.size()};
    SetNulls(left_count_, out_.size(), left_rows_.size());
    return Chunk{columns_, left_rows_.size()};
  }

  Chunk UnmatchedRight() {
    right_rows_.clear();
    while (unmatched_right_ < rows_.size() && right_rows_.size() < kChunkRows) {
      if (right_matched_[unmatched_right_] == 0)
        right_rows_.push_back(static_cast<uint32_t>(unmatched_right_));
      ++unmatched_right_;
    }
    if (right_rows_.empty()) return Chunk{};
    SetNulls(0, left_count_, right_rows_.size());
    for (size_t c = left_count_; c < out_.size(); ++c) {
      out_[c].Reset();
      columns_[c] = &out_[c];
    }
    rows_.Gather(right_rows_, std::span(out_).subspan(left_count_));
    return Chunk{columns_, right_rows_.size()};
  }

  void SetNulls(size_t first_column, size_t end_column, size_t rows) {
    for (size_t c = first_column; c < end_column; ++c) {
      out_[c].Reset();
      for (size_t i = 0; i < rows; ++i) out_[c].SetNull(i);
      columns_[c] = &out_[c];
    }
  }

  const JoinKind join_;
  OperatorPtr left_;
  OperatorPtr right_;
  JoinKeys left_keys_;
  JoinKeys right_keys_;
  RowFilter conditions_;

  RowStore rows_;  // The right side's rows and, row by row, their keys.
  RowStore keys_;
  HashIndex index_;
  bool right_has_null_ = false;
  std::vector<uint8_t> right_matched_;
  std::vector<types::CompareFunction> compare_;

  Phase phase_ = Phase::kDone;
  const size_t left_count_;
  Chunk left_chunk_;
  std::vector<uint8_t> left_matched_;
  size_t left_row_ = 0;
  uint32_t candidate_ = HashIndex::kNone;
  size_t unmatched_right_ = 0;

  std::vector<uint16_t> left_rows_;  // Pairs found: left row of the chunk, right row of the store.
  std::vector<uint32_t> right_rows_;
  std::vector<uint16_t> passed_;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
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
