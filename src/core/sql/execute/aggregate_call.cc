#include "core/sql/execute/aggregate_call.h"

#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/sql/execute/exec_context.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {

using types::Chunk;
using types::Vector;

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
  std::vector<types::Type> types = {{types::TypeOid::kInt4}};
  for (const EvaluatorPtr& argument : call->arguments_) {
    argument->CollectSlots(&slots);
    types.push_back(argument->type());
  }
  const std::vector<types::Type> argument_types = types;
  for (const bind::Aggregate::Order& order : aggregate.order_by) {
    HELIOS_ASSIGN_OR_RETURN(call->order_.emplace_back(), CompileExpression(*order.expression));
    call->order_.back()->CollectSlots(&slots);
    types.push_back(call->order_.back()->type());
  }
  if (aggregate.filter != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(call->filter_, CompileExpression(*aggregate.filter));
    call->filtered_ = std::make_unique<RowSubset>(std::move(slots));
  }
  call->ChooseOrder();
  if (!call->order_columns_.empty()) call->sorter_ = std::make_unique<RowSorter>(argument_types);
  call->values_.resize(types.size());
  if (aggregate.distinct && aggregate.entry->distinct_sensitive) {
    // What ORDER BY reads is among the arguments then, so that it makes no row more distinct.
    call->distinct_values_ = std::make_unique<RowSubset>(AllSlots(types.size()));
    call->distinct_ = std::make_unique<DistinctFilter>(std::move(types));
  }
  return call;
}

// DISTINCT goes by sorting in PostgreSQL, which shows where the order of rows does.
void AggregateCall::ChooseOrder() {
  for (size_t k = 0; k < order_.size(); ++k) {
    const bind::Aggregate::Order& order = aggregate_.order_by[k];
    order_columns_.push_back({1 + arguments_.size() + k, {order.descending, order.nulls_first}});
  }
  if (!aggregate_.distinct || !entry_->order_sensitive) return;
  for (size_t i = 0; i < arguments_.size(); ++i) order_columns_.push_back({1 + i, {}});
}

void AggregateCall::Reset() {
  if (distinct_ != nullptr) distinct_->Clear();
  if (sorter_ != nullptr) sorter_->Clear();
  direct_values_.reset();
}

void AggregateCall::CollectSlots(std::vector<int>* slots) const {
  if (filter_ != nullptr) filter_->CollectSlots(slots);
  for (const EvaluatorPtr& argument : arguments_) argument->CollectSlots(slots);
  for (const EvaluatorPtr& order : order_) order->CollectSlots(slots);
}

absl::StatusOr<Chunk> AggregateCall::Filtered(ExecContext& context, const Chunk& input) {
  all_passed_ = true;
  if (filter_ == nullptr) return input;
  HELIOS_ASSIGN_OR_RETURN(const Vector* passes, filter_->Evaluate(context, input));
  SelectTrue(*passes, input.size, &passed_);
  all_passed_ = passed_.size() == input.size;
  return filtered_->Select(input, passed_);
}

absl::Status AggregateCall::EvaluateArguments(ExecContext& context, const Chunk& rows) {
  for (size_t i = 0; i < arguments_.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(values_[1 + i], arguments_[i]->Evaluate(context, rows));
  }
  return absl::OkStatus();
}

absl::Status AggregateCall::EvaluateValues(ExecContext& context, const Chunk& rows,
                                           std::span<const uint32_t> numbers) {
  auto* const column = number_column_.data<int32_t>();
  for (size_t i = 0; i < rows.size; ++i) {
    column[i] = numbers.empty() ? 0 : static_cast<int32_t>(numbers[all_passed_ ? i : passed_[i]]);
  }
  values_[0] = &number_column_;
  HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, rows));
  for (size_t i = 0; i < order_.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(values_[1 + arguments_.size() + i], order_[i]->Evaluate(context, rows));
  }
  return absl::OkStatus();
}

absl::Status AggregateCall::Add(ExecContext& context, const Chunk& input, const RowGroups& groups) {
  HELIOS_ASSIGN_OR_RETURN(const Chunk rows, Filtered(context, input));
  if (rows.size == 0) return absl::OkStatus();
  if (!MayWait()) {
    HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, rows));
    states_.resize(rows.size);
    for (size_t i = 0; i < rows.size; ++i)
      states_[i] = groups.states[all_passed_ ? i : passed_[i]] + offset_;
    return entry_->state->update(*context.functions, states_.data(),
                                 Arguments(Chunk{values_, rows.size}), rows.size);
  }
  HELIOS_RETURN_IF_ERROR(EvaluateValues(context, rows, groups.numbers));
  const Chunk values{values_, rows.size};
  if (distinct_ == nullptr) return Deliver(context, values, groups.all_by_number);
  HELIOS_RETURN_IF_ERROR(distinct_->Select(context, values_, rows.size, &fresh_));
  if (fresh_.empty()) return absl::OkStatus();
  return Deliver(context, distinct_values_->Select(values, fresh_), groups.all_by_number);
}

absl::Status AggregateCall::AddToOne(ExecContext& context, const Chunk& input, char* group) {
  if (MayWait()) return Add(context, input, {{}, {}, {&group, 1}});
  HELIOS_ASSIGN_OR_RETURN(const Chunk rows, Filtered(context, input));
  if (rows.size == 0) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(EvaluateArguments(context, rows));
  return entry_->state->update_one(*context.functions, group + offset_,
                                   Arguments(Chunk{values_, rows.size}), rows.size);
}

absl::Status AggregateCall::Deliver(ExecContext& context, const Chunk& values,
                                    std::span<char* const> groups_by_number) {
  if (!NeedsOrder()) return Update(context, values, groups_by_number);
  const auto* const numbers = values.columns[0]->data<int32_t>();
  for (size_t i = 0; i < values.size; ++i) {
    key_.clear();
    AppendBig32(&key_, static_cast<uint32_t>(numbers[i]));
    for (const OrderColumn& order : order_columns_) {
      const Vector& column = *values.columns[order.column];
      types::AppendKeyColumn(column, column.is_constant() ? 0 : i, order.order, &key_);
    }
    sorter_->AddKey(key_);
  }
  return sorter_->AddRows(context, values);
}

absl::Status AggregateCall::Update(ExecContext& context, const Chunk& values,
                                   std::span<char* const> groups_by_number) {
  const auto* const numbers = values.columns[0]->data<int32_t>();
  states_.resize(values.size);
  for (size_t i = 0; i < values.size; ++i) states_[i] = groups_by_number[numbers[i]] + offset_;
  return entry_->state->update(*context.functions, states_.data(), Arguments(values), values.size);
}

absl::Status AggregateCall::EndInput(ExecContext& context,
                                     std::span<char* const> groups_by_number) {
  if (distinct_ != nullptr && distinct_->has_late_rows()) {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk values, distinct_->NextLate(context));
      if (values.size == 0) break;
      HELIOS_RETURN_IF_ERROR(Deliver(context, values, groups_by_number));
    }
  }
  if (!NeedsOrder()) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(sorter_->Finish(context, std::nullopt));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk values, sorter_->Next(context));
    if (values.size == 0) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(Update(context, values, groups_by_number));
  }
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
