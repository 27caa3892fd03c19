// GROUP BY over input in any order. When the table of groups is full, rows of groups that it does not hold go to
// disk by their hash, and are aggregated partition by partition after the table was given out.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/aggregate.h"
#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/group_states.h"
#include "core/sql/execute/row_subset.h"
#include "core/sql/execute/spill_partitions.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

// What the aggregates read of the input.
std::vector<int> SlotsOf(const std::vector<std::unique_ptr<AggregateCall>>& calls) {
  std::vector<int> slots;
  for (const auto& call : calls) call->CollectSlots(&slots);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

class HashAggregate final : public Operator {
 public:
  HashAggregate(AggregateParts parts, std::vector<int> carried,
                std::vector<types::Type> spilled_types)
      : child_(std::move(parts.child)),
        keys_(std::move(parts.keys)),
        calls_(std::move(parts.calls)),
        groups_({spilled_types.begin(), spilled_types.begin() + keys_.size()}),
        states_(parts.state_bytes, &calls_),
        carried_(std::move(carried)),
        aside_({std::move(spilled_types)}),
        known_rows_(carried_),
        key_columns_(keys_.size()),
        spilled_columns_(keys_.size() + carried_.size()),
        input_columns_(carried_.empty() ? 0 : carried_.back() + 1, nullptr) {
    for (const auto& call : calls_) has_heap_ = has_heap_ || call->HasHeap();
    for (const types::Type& type : parts.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    aside_.Clear();
    memory_use_ = {.kind = plan::MemoryUse::Kind::kHashAggregate};
    ForgetGroups();
    HELIOS_RETURN_IF_ERROR(child_->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      for (size_t k = 0; k < keys_.size(); ++k) {
        HELIOS_ASSIGN_OR_RETURN(key_columns_[k], keys_[k]->Evaluate(context, chunk));
      }
      HELIOS_RETURN_IF_ERROR(AddRows(context, chunk));
    }
    child_->Close();
    return EndPass(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (next_group_ == groups_.size()) {
      HELIOS_ASSIGN_OR_RETURN(const bool more, aside_.TakeNext());
      if (!more) return Chunk{};
      HELIOS_RETURN_IF_ERROR(AggregatePartition(context));
    }
    const size_t size = std::min(kChunkRows, groups_.size() - next_group_);
    for (Vector& vector : out_) vector.Reset();
    picked_.resize(size);
    for (size_t i = 0; i < size; ++i) picked_[i] = static_cast<uint32_t>(next_group_ + i);
    groups_.rows().Gather(picked_, std::span(out_).first(keys_.size()));
    for (size_t c = 0; c < calls_.size(); ++c) {
      for (size_t i = 0; i < size; ++i) {
        HELIOS_RETURN_IF_ERROR(
            calls_[c]->Finish(context, states_.group(next_group_ + i), i, &out_[keys_.size() + c]));
      }
    }
    next_group_ += size;
    return Chunk{columns_, size};
  }

  void Close() override {
    child_->Close();
    ForgetGroups();
    aside_.Clear();
  }

  const plan::MemoryUse* memory_use() const override { return &memory_use_; }

 private:
  void ForgetGroups() {
    states_.Clear();
    groups_.Clear();
    for (const auto& call : calls_) call->Reset();
    next_group_ = 0;
    heap_bytes_ = 0;
    rows_since_look_ = 0;
    full_ = false;
  }

  // Once full, the table stays so until it is given out: rows of groups that it does not hold were set aside.
  bool IsFull(const ExecContext& context, size_t rows) {
    if (full_) return true;
    if (groups_.size() == 0 || context.temporary_files == nullptr || !aside_.CanSplit())
      return false;
    // A look at every state once as many rows came as there are groups: about one a row.
    rows_since_look_ += rows;
    if (has_heap_ && rows_since_look_ >= groups_.size()) {
      heap_bytes_ = states_.HeapBytes();
      rows_since_look_ = 0;
    }
    const size_t bytes = groups_.BytesWithRoomFor(rows) + states_.bytes() + heap_bytes_;
    full_ = bytes > context.HashMemoryBytes();
    return full_;
  }

  // The keys stand in key_columns_.
  absl::Status AddRows(ExecContext& context, const Chunk& input) {
    if (IsFull(context, input.size)) return AddRowsWhenFull(context, input);
    groups_.FindOrAdd(key_columns_, input.size, numbers_.data());
    states_.GrowTo(groups_.size());
    return Update(context, input);
  }

  absl::Status AddRowsWhenFull(ExecContext& context, const Chunk& input) {
    groups_.Find(key_columns_, input.size, numbers_.data());
    known_.clear();
    unknown_.clear();
    for (size_t i = 0; i < input.size; ++i) {
      if (numbers_[i] == DistinctRows::kNone) {
        unknown_.push_back(static_cast<uint16_t>(i));
      } else {
        numbers_[known_.size()] = numbers_[i];
        known_.push_back(static_cast<uint16_t>(i));
      }
    }
    std::copy(key_columns_.begin(), key_columns_.end(), spilled_columns_.begin());
    for (size_t i = 0; i < carried_.size(); ++i)
      spilled_columns_[keys_.size() + i] = input.columns[carried_[i]];
    HELIOS_RETURN_IF_ERROR(
        aside_.Add(context, 0, Chunk{spilled_columns_, input.size}, unknown_, groups_.hashes()));
    return known_.empty() ? absl::OkStatus() : Update(context, known_rows_.Select(input, known_));
  }

  // The rows' groups stand in numbers_.
  absl::Status Update(ExecContext& context, const Chunk& rows) {
    for (size_t i = 0; i < rows.size; ++i) row_groups_[i] = states_.group(numbers_[i]);
    const RowGroups groups{std::span(numbers_).first(rows.size),
                           std::span(row_groups_).first(rows.size), states_.all()};
    for (const auto& call : calls_) HELIOS_RETURN_IF_ERROR(call->Add(context, rows, groups));
    return absl::OkStatus();
  }

  absl::Status EndPass(ExecContext& context) {
    for (const auto& call : calls_) HELIOS_RETURN_IF_ERROR(call->EndInput(context, states_.all()));
    if (has_heap_) heap_bytes_ = states_.HeapBytes();
    memory_use_.memory_bytes = std::max<uint64_t>(memory_use_.memory_bytes,
                                                  groups_.bytes() + states_.bytes() + heap_bytes_);
    return absl::OkStatus();
  }

  absl::Status AggregatePartition(ExecContext& context) {
    ForgetGroups();
    aside_.Start(0);
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, aside_.Next(context, 0));
      if (chunk.size == 0) break;
      for (size_t k = 0; k < keys_.size(); ++k) key_columns_[k] = chunk.columns[k];
      for (size_t i = 0; i < carried_.size(); ++i)
        input_columns_[carried_[i]] = chunk.columns[keys_.size() + i];
      HELIOS_RETURN_IF_ERROR(AddRows(context, Chunk{input_columns_, chunk.size}));
    }
    HELIOS_RETURN_IF_ERROR(EndPass(context));
    memory_use_.batches = 1 + aside_.partitions_taken();
    memory_use_.disk_bytes = aside_.disk_bytes();
    return absl::OkStatus();
  }

  OperatorPtr child_;
  std::vector<EvaluatorPtr> keys_;
  std::vector<std::unique_ptr<AggregateCall>> calls_;
  DistinctRows groups_;
  GroupStates states_;
  size_t next_group_ = 0;
  bool full_ = false;
  bool has_heap_ = false;
  size_t heap_bytes_ = 0;
  size_t rows_since_look_ = 0;

  // Slots of the input that the aggregates read. Rows set aside hold the keys, then these.
  const std::vector<int> carried_;
  SpillPartitions aside_;
  RowSubset known_rows_;
  plan::MemoryUse memory_use_;

  std::vector<const Vector*> key_columns_;
  std::vector<const Vector*> spilled_columns_;
  std::vector<const Vector*> input_columns_;
  std::array<uint32_t, kChunkRows> numbers_;
  std::array<char*, kChunkRows> row_groups_;
  std::vector<uint16_t> known_;
  std::vector<uint16_t> unknown_;
  std::vector<uint32_t> picked_;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

OperatorPtr MakeHashAggregate(AggregateParts parts) {
  std::vector<int> carried = SlotsOf(parts.calls);
  std::vector<types::Type> spilled_types = parts.KeyTypes();
  for (const int slot : carried) spilled_types.push_back(parts.inputs[slot]);
  return std::make_unique<HashAggregate>(std::move(parts), std::move(carried),
                                         std::move(spilled_types));
}

}  // namespace heliosdb::sql::execute
