// GROUP BY over input in which equal keys come together: groups are given as they end, in memory for one chunk's.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/aggregate.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/group_states.h"
#include "core/sql/execute/last_row.h"
#include "core/sql/execute/row_subset.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

// starts[i] = 1 where row i of a column is another value than row i - 1; row 0 is not looked at.
template <typename T>
void MarkChanges(const Vector& column, size_t rows, uint8_t* starts) {
  const T* const values = column.data<T>();
  for (size_t i = 1; i < rows; ++i) starts[i] |= static_cast<uint8_t>(values[i] != values[i - 1]);
}

void MarkChanges(const Vector& column, types::CompareFunction compare, size_t rows,
                 uint8_t* starts) {
  if (column.is_constant()) return;
  if (!column.validity().has_nulls()) {
    if (column.physical() == types::Physical::kInt32)
      return MarkChanges<int32_t>(column, rows, starts);
    if (column.physical() == types::Physical::kInt64)
      return MarkChanges<int64_t>(column, rows, starts);
  }
  for (size_t i = 1; i < rows; ++i) {
    if (starts[i] != 0) continue;
    const bool null = column.IsNull(i);
    const bool same = null || column.IsNull(i - 1) ? null == column.IsNull(i - 1)
                                                   : compare(column, i - 1, column, i) == 0;
    starts[i] = same ? 0 : 1;
  }
}

class SortedAggregate final : public Operator {
 public:
  SortedAggregate(AggregateParts parts, std::vector<int> argument_slots)
      : child_(std::move(parts.child)),
        keys_(std::move(parts.keys)),
        calls_(std::move(parts.calls)),
        states_(parts.state_bytes, &calls_),
        open_key_(KeyTypes(), AllSlots(keys_.size())),
        tail_(std::move(argument_slots)),
        key_columns_(keys_.size()) {
    for (const EvaluatorPtr& key : keys_)
      compare_.push_back(types::CompareFunctionFor(key->type().oid));
    for (const types::Type& type : parts.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    Forget();
    return child_->Open(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (!done_) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk input, child_->Next(context));
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      for (Vector& vector : out_) vector.Reset();
      if (input.size == 0) {
        done_ = true;
        if (!is_open_) break;
        is_open_ = false;
        return FinishGroups(context, 1);
      }
      HELIOS_ASSIGN_OR_RETURN(const Chunk finished, AddRows(context, input));
      if (finished.size > 0) return finished;
    }
    return Chunk{};
  }

  void Close() override {
    child_->Close();
    Forget();
  }

 private:
  std::vector<types::Type> KeyTypes() const {
    std::vector<types::Type> types;
    for (const EvaluatorPtr& key : keys_) types.push_back(key->type());
    return types;
  }

  void Forget() {
    states_.Clear();
    for (const auto& call : calls_) call->Reset();
    is_open_ = false;
    done_ = false;
  }

  // Numbers the rows' groups from 0, the one that is open when there is one; gives the number of the last, and fills
  // first_rows_.
  size_t NumberGroups(const Chunk& keys) {
    starts_.fill(0);
    for (size_t k = 0; k < keys_.size(); ++k)
      MarkChanges(*keys.columns[k], compare_[k], keys.size, starts_.data());
    size_t number = 0;
    first_rows_.assign(1, 0);
    if (is_open_ && !open_key_.Equals(keys, 0)) {
      number = 1;
      first_rows_.push_back(0);
    }
    numbers_[0] = static_cast<uint32_t>(number);
    for (size_t i = 1; i < keys.size; ++i) {
      if (starts_[i] != 0) {
        ++number;
        first_rows_.push_back(i);
      }
      numbers_[i] = static_cast<uint32_t>(number);
    }
    return number;
  }

  // The groups that end within the input; the last one stays open.
  absl::StatusOr<Chunk> AddRows(ExecContext& context, const Chunk& input) {
    for (size_t k = 0; k < keys_.size(); ++k) {
      HELIOS_ASSIGN_OR_RETURN(key_columns_[k], keys_[k]->Evaluate(context, input));
    }
    const Chunk keys{key_columns_, input.size};
    const size_t last = NumberGroups(keys);
    if (!is_open_) open_key_.Set(keys, 0);
    is_open_ = true;
    Chunk finished;
    size_t open_from = 0;
    if (last > 0) {
      open_from = first_rows_[last];
      states_.GrowTo(last);
      for (size_t i = 0; i < open_from; ++i) row_groups_[i] = states_.group(numbers_[i]);
      const RowGroups groups{std::span(numbers_).first(open_from),
                             std::span(row_groups_).first(open_from), states_.all()};
      if (open_from > 0) {
        for (const auto& call : calls_) {
          HELIOS_RETURN_IF_ERROR(call->Add(context, Chunk{input.columns, open_from}, groups));
        }
      }
      for (size_t k = 0; k < keys_.size(); ++k) {
        for (size_t group = 1; group < last; ++group)
          out_[k].CopyRowShallow(group, *key_columns_[k], RowOf(*key_columns_[k], group));
      }
      HELIOS_ASSIGN_OR_RETURN(finished, FinishGroups(context, last));
      open_key_.Set(keys, open_from);
    }
    HELIOS_RETURN_IF_ERROR(AddToOpenGroup(context, input, open_from));
    return finished;
  }

  size_t RowOf(const Vector& column, size_t group) const {
    return column.is_constant() ? 0 : first_rows_[group];
  }

  absl::Status AddToOpenGroup(ExecContext& context, const Chunk& input, size_t from) {
    states_.GrowTo(1);
    tail_rows_.resize(input.size - from);
    for (size_t i = 0; i < tail_rows_.size(); ++i) tail_rows_[i] = static_cast<uint16_t>(from + i);
    const Chunk rows = tail_.Select(input, tail_rows_);
    for (const auto& call : calls_)
      HELIOS_RETURN_IF_ERROR(call->AddToOne(context, rows, states_.group(0)));
    return absl::OkStatus();
  }

  // Gives the groups below count and forgets them. The first one's key is the open one's; the others' are there.
  absl::StatusOr<Chunk> FinishGroups(ExecContext& context, size_t count) {
    for (size_t k = 0; k < keys_.size(); ++k) CopyRowDeep(open_key_.values()[k], 0, 0, &out_[k]);
    for (size_t c = 0; c < calls_.size(); ++c) {
      HELIOS_RETURN_IF_ERROR(calls_[c]->EndInput(context, states_.all()));
      for (size_t group = 0; group < count; ++group) {
        HELIOS_RETURN_IF_ERROR(
            calls_[c]->Finish(context, states_.group(group), group, &out_[keys_.size() + c]));
      }
      calls_[c]->Reset();
    }
    states_.Clear();
    return Chunk{columns_, count};
  }

  OperatorPtr child_;
  std::vector<EvaluatorPtr> keys_;
  std::vector<std::unique_ptr<AggregateCall>> calls_;
  std::vector<types::CompareFunction> compare_;
  GroupStates states_;
  // The group of the last row seen: number 0 of the next chunk.
  LastRow open_key_;
  bool is_open_ = false;
  bool done_ = false;

  RowSubset tail_;
  std::vector<uint16_t> tail_rows_;
  std::vector<const Vector*> key_columns_;
  std::array<uint8_t, kChunkRows> starts_;
  std::array<uint32_t, kChunkRows> numbers_;
  std::array<char*, kChunkRows> row_groups_;
  std::vector<size_t> first_rows_;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

OperatorPtr MakeSortedAggregate(AggregateParts parts) {
  std::vector<int> slots;
  for (const auto& call : parts.calls) call->CollectSlots(&slots);
  return std::make_unique<SortedAggregate>(std::move(parts), std::move(slots));
}

}  // namespace heliosdb::sql::execute
