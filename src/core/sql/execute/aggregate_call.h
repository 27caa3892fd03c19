// One aggregate of an Aggregate operator: its arguments, filter, DISTINCT and ORDER BY, over many groups.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_CALL_H_
#define HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_CALL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/execute/distinct_filter.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/row_sorter.h"
#include "core/sql/execute/row_subset.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/plan.h"

namespace heliosdb::sql::execute {

// The groups to which the rows of a chunk belong.
struct RowGroups {
  std::span<const uint32_t> numbers;     // By row.
  std::span<char* const> states;         // By row: the group's memory.
  std::span<char* const> all_by_number;  // Of all groups, by number.
};

// The groups' states live in blocks of memory of the caller; this one's part begins at state_offset of each. Not
// thread-safe.
class AggregateCall {
 public:
  static absl::StatusOr<std::unique_ptr<AggregateCall>> Compile(const bind::Aggregate& aggregate,
                                                                size_t state_offset);

  size_t state_bytes() const { return entry_->state->bytes; }
  void InitState(char* group) const { entry_->state->init(group + offset_); }
  void DestroyState(char* group) const {
    if (entry_->state->destroy != nullptr) entry_->state->destroy(group + offset_);
  }

  // Feeds the rows of a chunk.
  absl::Status Add(ExecContext& context, const types::Chunk& input, const RowGroups& groups);
  // Feeds all rows to one group, number 0.
  absl::Status AddToOne(ExecContext& context, const types::Chunk& input, char* group);
  // Whether rows may wait for EndInput.
  bool MayWait() const { return distinct_ != nullptr || sorter_ != nullptr; }
  // Feeds what had to wait for order, or was not known to be new; once, before Finish.
  absl::Status EndInput(ExecContext& context, std::span<char* const> groups_by_number);
  // The slots of the input that it reads.
  void CollectSlots(std::vector<int>* slots) const;
  absl::Status Finish(ExecContext& context, const char* group, size_t row, types::Vector* result);
  // Forgets the rows seen; states are the caller's to destroy.
  void Reset();

  // Whether states hold memory besides their own block, and how much one group's does.
  bool HasHeap() const { return entry_->state->heap_bytes != nullptr; }
  size_t HeapBytes(const char* group) const { return entry_->state->heap_bytes(group + offset_); }

 private:
  AggregateCall(const bind::Aggregate& aggregate, size_t offset);

  void ChooseOrder();
  bool NeedsOrder() const { return sorter_ != nullptr; }
  // The rows that FILTER lets pass. Valid until the next call.
  absl::StatusOr<types::Chunk> Filtered(ExecContext& context, const types::Chunk& input);
  absl::Status EvaluateArguments(ExecContext& context, const types::Chunk& rows);
  // Of each row: its group's number, the arguments, what ORDER BY reads.
  absl::Status EvaluateValues(ExecContext& context, const types::Chunk& rows,
                              std::span<const uint32_t> numbers);
  // Rows of such values, to their groups or to where they wait for their order.
  absl::Status Deliver(ExecContext& context, const types::Chunk& values,
                       std::span<char* const> groups_by_number);
  absl::Status Update(ExecContext& context, const types::Chunk& values,
                      std::span<char* const> groups_by_number);
  std::span<const types::Vector* const> Arguments(const types::Chunk& values) const {
    return values.columns.subspan(1, arguments_.size());
  }

  const bind::Aggregate& aggregate_;
  const functions::AggregateEntry* const entry_;
  const size_t offset_;
  std::vector<EvaluatorPtr> arguments_;
  std::vector<EvaluatorPtr> direct_arguments_;
  EvaluatorPtr filter_;  // May be null.
  std::vector<EvaluatorPtr> order_;
  std::unique_ptr<DistinctFilter> distinct_;  // Of whole rows of values; null without DISTINCT.
  std::unique_ptr<RowSorter> sorter_;         // Null when rows need no order.
  struct OrderColumn {
    size_t column;  // Of values_.
    types::KeyOrder order;
  };
  std::vector<OrderColumn> order_columns_;
  std::optional<std::vector<types::Value>> direct_values_;

  std::unique_ptr<RowSubset> filtered_;
  std::vector<uint16_t> passed_;
  bool all_passed_ = true;
  types::Vector number_column_;
  std::vector<const types::Vector*> values_;  // number_column_, arguments, ORDER BY.
  std::unique_ptr<RowSubset> distinct_values_;
  std::vector<uint16_t> fresh_;
  std::vector<void*> states_;
  std::string key_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_CALL_H_
