#include "core/sql/execute/aggregate_call.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

}  // namespace

AggregateCall::AggregateCall(const bind::Aggregate& aggregate, size_t offset)
    : aggregate_(aggregate),
      entry_(aggregate.entry),
      offset_(offset),
      number_column_({types::TypeOid::kInt4}) {}

absl::StatusOr<std::unique_ptr<AggregateCall>> AggregateCall::Compile(
    const bind::Aggregate& aggregate, size_t state_offset) {
  std::unique_ptr<AggregateCall> call(new AggregateCall(aggregate, state_offset));
  HELIOS_ASSIGN_OR_RETURN(call->arguments_, CompileExpressions(aggregate.arguments));
  HELIOS_ASSIGN_OR_RETURN(call->direct_arguments_, CompileExpressions(aggregate.direct_arguments));
  std::vector<int> slots;
  if (aggregate.filter != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(call->filter_, CompileExpression(*aggregate.filter));
  }
  for (const bind::Aggregate::Order& order : aggregate.order_by) {
    HELIOS_ASSIGN_OR_RETURN(call->order_.emplace_back(), CompileExpression(*order.expression));
    call->order_.back()->CollectSlots(&slots);
  }
  std::vector<types::Type> argument_types;
  for (const EvaluatorPtr& argument : call->arguments_) {
    argument->CollectSlots(&slots);
    argument_types.push_back(argument->type());
  }
  if (!call->order_.empty()) call->waiting_ = std::make_unique<RowStore>(argument_types);
  if (aggregate.distinct && aggregate.entry->distinct_sensitive) {
    argument_types.insert(argument_types.begin(), {types::TypeOid::kInt4});
    call->distinct_ = std::make_unique<DistinctRows>(std::move(argument_types));
  }
  call->columns_.resize(call->arguments_.size());
  call->subset_ = std::make_unique<RowSubset>(std::move(slots));
  return call;
}

void AggregateCall::Reset() {
  if (distinct_ != nullptr) distinct_->Clear();
  if (waiting_ != nullptr) waiting_->Clear();
  waiting_keys_.clear();
  waiting_groups_.clear();
  direct_values_.reset();
}

absl::Status AggregateCall::EvaluateArguments(ExecContext& context, const Chunk& input) {
  for (size_t i = 0; i < arguments_.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(columns_[i], arguments_[i]->Evaluate(context, input));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AggregateCall::PickRows(ExecContext& context, const Chunk& input,
                                             std::span<const uint32_t> numbers) {
  if (filter_ == nullptr && distinct_ == nullptr) return false;
  if (filter_ != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(const Vector* passes, filter_->Evaluate(context, input));
    SelectTrue(*passes, input.size, &kept_);
  } else {
    kept_.resize(input.size);
    std::iota(kept_.begin(), kept_.end(), uint16_t{0});
  }
  if (distinct_ == nullptr || kept_.empty()) return true;
  const Chunk subset = subset_->Select(input, kept_);
  HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, subset));
  number_column_.Reset();
  for (size_t i = 0; i < kept_.size(); ++i) {
    number_column_.data<int32_t>()[i] =
        numbers.empty() ? 0 : static_cast<int32_t>(numbers[kept_[i]]);
  }
  std::vector<const Vector*> keys = {&number_column_};
  keys.insert(keys.end(), columns_.begin(), columns_.end());
  size_t next_new = distinct_->size();
  distinct_->FindOrAdd(keys, kept_.size(), row_numbers_.data());
  size_t count = 0;
  for (size_t i = 0; i < kept_.size(); ++i) {
    if (row_numbers_[i] != next_new) continue;
    kept_[count++] = kept_[i];
    ++next_new;
  }
  kept_.resize(count);
  return true;
}

absl::Status AggregateCall::Add(ExecContext& context, const Chunk& input,
                                std::span<char* const> groups, std::span<const uint32_t> numbers) {
  HELIOS_ASSIGN_OR_RETURN(const bool picked, PickRows(context, input, numbers));
  if (picked && kept_.empty()) return absl::OkStatus();
  const Chunk rows = picked ? subset_->Select(input, kept_) : input;
  if (NeedsOrder()) {
    kept_numbers_.resize(rows.size);
    for (size_t i = 0; i < rows.size; ++i) kept_numbers_[i] = numbers[picked ? kept_[i] : i];
    return KeepForOrder(context, rows, kept_numbers_);
  }
  HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, rows));
  states_.resize(rows.size);
  for (size_t i = 0; i < rows.size; ++i) states_[i] = groups[picked ? kept_[i] : i] + offset_;
  return entry_->state->update(*context.functions, states_.data(), columns_, rows.size);
}

absl::Status AggregateCall::AddToOne(ExecContext& context, const Chunk& input, char* group) {
  HELIOS_ASSIGN_OR_RETURN(const bool picked, PickRows(context, input, {}));
  if (picked && kept_.empty()) return absl::OkStatus();
  const Chunk rows = picked ? subset_->Select(input, kept_) : input;
  if (NeedsOrder()) {
    kept_numbers_.assign(rows.size, 0);
    return KeepForOrder(context, rows, kept_numbers_);
  }
  HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, rows));
  return entry_->state->update_one(*context.functions, group + offset_, columns_, rows.size);
}

absl::Status AggregateCall::KeepForOrder(ExecContext& context, const Chunk& rows,
                                         std::span<const uint32_t> numbers) {
  const size_t first = waiting_keys_.size();
  waiting_keys_.resize(first + rows.size);
  for (size_t i = 0; i < rows.size; ++i) AppendBig32(&waiting_keys_[first + i], numbers[i]);
  for (size_t k = 0; k < order_.size(); ++k) {
    HELIOS_ASSIGN_OR_RETURN(const Vector* column, order_[k]->Evaluate(context, rows));
    const types::KeyOrder order{aggregate_.order_by[k].descending,
                                aggregate_.order_by[k].nulls_first};
    for (size_t i = 0; i < rows.size; ++i) {
      types::AppendKeyColumn(*column, column->is_constant() ? 0 : i, order,
                             &waiting_keys_[first + i]);
    }
  }
  waiting_groups_.insert(waiting_groups_.end(), numbers.begin(), numbers.end());
  HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, rows));
  waiting_->Append(Chunk{columns_, rows.size});
  return absl::OkStatus();
}

absl::Status AggregateCall::EndInput(ExecContext& context,
                                     std::span<char* const> groups_by_number) {
  if (!NeedsOrder() || waiting_keys_.empty()) return absl::OkStatus();
  std::vector<uint32_t> order(waiting_keys_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [this](uint32_t a, uint32_t b) { return waiting_keys_[a] < waiting_keys_[b]; });
  std::vector<Vector> gathered;
  for (const types::Type& type : waiting_->types()) gathered.emplace_back(type);
  std::vector<const Vector*> columns;
  for (const Vector& column : gathered) columns.push_back(&column);
  for (size_t start = 0; start < order.size(); start += kChunkRows) {
    const size_t rows = std::min(kChunkRows, order.size() - start);
    for (Vector& column : gathered) column.Reset();
    waiting_->Gather(std::span(order).subspan(start, rows), gathered);
    states_.resize(rows);
    for (size_t i = 0; i < rows; ++i)
      states_[i] = groups_by_number[waiting_groups_[order[start + i]]] + offset_;
    HELIOS_RETURN_IF_ERROR(
        entry_->state->update(*context.functions, states_.data(), columns, rows));
  }
  return absl::OkStatus();
}

absl::Status AggregateCall::Finish(ExecContext& context, const char* group, size_t row,
                                   Vector* result) {
  if (!direct_values_.has_value()) {
    direct_values_.emplace();
    for (const EvaluatorPtr& argument : direct_arguments_) {
      HELIOS_ASSIGN_OR_RETURN(direct_values_->emplace_back(),
                              EvaluateConstant(context, argument.get()));
    }
  }
  return entry_->state->finalize(*context.functions, group + offset_, *direct_values_, row, result);
}

}  // namespace heliosdb::sql::execute
