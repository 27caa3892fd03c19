#include "core/sql/execute/sort.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/first_column_bound.h"
#include "core/sql/execute/row_sorter.h"
#include "core/sql/execute/sort_keys.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;

class Sort final : public Operator {
 public:
  Sort(const plan::SortNode& node, OperatorPtr child, EvaluatorPtr rows_max)
      : keys_(node.keys),
        child_(std::move(child)),
        rows_max_(std::move(rows_max)),
        sorter_(node.outputs),
        bound_(node.keys.empty() ? plan::SortKey{} : node.keys.front()) {}

  absl::Status Open(ExecContext& context) override {
    sorter_.Clear();
    cut_back_ = false;
    std::optional<uint64_t> wanted;
    if (rows_max_ != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(const types::Value value, EvaluateConstant(context, rows_max_.get()));
      if (!value.is_null()) wanted = static_cast<uint64_t>(std::max<int64_t>(0, value.integer()));
    }
    HELIOS_RETURN_IF_ERROR(child_->Open(context));
    // Keeping the N least rows by a buffer of 2N that is cut back costs less than a heap, and nothing for large N.
    const bool top = wanted.has_value() && *wanted <= kTopRowsMax;
    HELIOS_RETURN_IF_ERROR(top ? CollectTop(context, *wanted) : CollectAll(context));
    child_->Close();
    HELIOS_RETURN_IF_ERROR(sorter_.Finish(context, wanted));
    NoteMemory();
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override { return sorter_.Next(context); }

  void Close() override {
    child_->Close();
    sorter_.Clear();
  }

  const plan::MemoryUse* memory_use() const override { return &memory_use_; }

 private:
  static constexpr uint64_t kTopRowsMax = 10'000;

  void AddKey(const Chunk& chunk, size_t row) {
    key_.clear();
    AppendSortKey(keys_, chunk, row, &key_);
    sorter_.AddKey(key_);
  }

  absl::Status CollectAll(ExecContext& context) {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) return absl::OkStatus();
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      for (size_t i = 0; i < chunk.size; ++i) AddKey(chunk, i);
      HELIOS_RETURN_IF_ERROR(sorter_.AddRows(context, chunk));
    }
  }

  absl::Status CollectTop(ExecContext& context, uint64_t wanted) {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) return absl::OkStatus();
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      if (wanted == 0) continue;
      if (cut_back_) {
        bound_.Select(chunk, &candidates_);
      } else {
        candidates_.resize(chunk.size);
        for (size_t i = 0; i < chunk.size; ++i) candidates_[i] = static_cast<uint16_t>(i);
      }
      if (candidates_.empty()) continue;
      for (const uint16_t row : candidates_) AddKey(chunk, row);
      sorter_.KeepRows(chunk, candidates_);
      if (MustCutBack(context, wanted)) CutBack(wanted);
      HELIOS_RETURN_IF_ERROR(sorter_.SpillIfFull(context));
    }
  }

  // When twice the wanted rows do not fit in memory, all are sorted on disk.
  bool MustCutBack(const ExecContext& context, uint64_t wanted) const {
    if (sorter_.spilled()) return false;
    const size_t rows = sorter_.rows_in_memory();
    if (rows >= std::max<size_t>(wanted * 2, kChunkRows) + wanted) return true;
    return rows >= wanted * 2 && sorter_.memory_bytes() > context.SortMemoryBytes() / 2;
  }

  void CutBack(uint64_t wanted) {
    sorter_.KeepLeast(wanted);
    const size_t last = sorter_.rows().size() - 1;
    bound_.Set(sorter_.rows().Block(last / kChunkRows), RowStore::Offset(last));
    cut_back_ = true;
  }

  void NoteMemory() {
    memory_use_ = {};
    memory_use_.kind = plan::MemoryUse::Kind::kSort;
    memory_use_.top_rows = cut_back_;
    memory_use_.memory_bytes = sorter_.peak_bytes();
    memory_use_.disk_bytes = sorter_.disk_bytes();
  }

  const std::vector<plan::SortKey> keys_;
  OperatorPtr child_;
  EvaluatorPtr rows_max_;  // May be null.
  RowSorter sorter_;
  FirstColumnBound bound_;
  // Rows behind the bound were dropped.
  bool cut_back_ = false;
  plan::MemoryUse memory_use_;

  std::string key_;
  std::vector<uint16_t> candidates_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildSort(const plan::SortNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  EvaluatorPtr rows_max;
  if (node.rows_max != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(rows_max, CompileExpression(*node.rows_max));
  }
  return std::make_unique<Sort>(node, std::move(child), std::move(rows_max));
}

}  // namespace heliosdb::sql::execute
