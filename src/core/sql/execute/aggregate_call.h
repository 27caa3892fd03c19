// One aggregate of an Aggregate operator: its arguments, filter, DISTINCT and ORDER BY, over many groups.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_CALL_H_
#define HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_CALL_H_

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/execute/row_subset.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/plan.h"

namespace heliosdb::sql::execute {

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

  // Feeds the rows of a chunk: row i belongs to the group whose memory is groups[i] and whose number is numbers[i].
  absl::Status Add(ExecContext& context, const types::Chunk& input, std::span<char* const> groups,
                   std::span<const uint32_t> numbers);
  // Feeds all rows to one group, number 0.
  absl::Status AddToOne(ExecContext& context, const types::Chunk& input, char* group);
  // Feeds what had to wait for order; once, before Finish.
  absl::Status EndInput(ExecContext& context, std::span<char* const> groups_by_number);
  absl::Status Finish(ExecContext& context, const char* group, size_t row, types::Vector* result);
  // Forgets the rows seen; states are the caller's to destroy.
  void Reset();

 private:
  AggregateCall(const bind::Aggregate& aggregate, size_t offset);

  // Drops rows that FILTER or DISTINCT exclude, into kept_; false when all stay.
  absl::StatusOr<bool> PickRows(ExecContext& context, const types::Chunk& input,
                                std::span<const uint32_t> numbers);
  absl::Status EvaluateArguments(ExecContext& context, const types::Chunk& input);
  bool NeedsOrder() const { return !order_.empty(); }
  absl::Status KeepForOrder(ExecContext& context, const types::Chunk& rows,
                            std::span<const uint32_t> numbers);

  const bind::Aggregate& aggregate_;
  const functions::AggregateEntry* const entry_;
  const size_t offset_;
  std::vector<EvaluatorPtr> arguments_;
  std::vector<EvaluatorPtr> direct_arguments_;
  EvaluatorPtr filter_;  // May be null.
  std::vector<EvaluatorPtr> order_;
  std::unique_ptr<DistinctRows>
      distinct_;                       // Rows of group number and arguments; null without DISTINCT.
  std::unique_ptr<RowStore> waiting_;  // Arguments, for aggregates with ORDER BY.
  std::vector<std::string> waiting_keys_;  // Row by row: group number, then sort key.
  std::vector<uint32_t> waiting_groups_;
  std::optional<std::vector<types::Value>> direct_values_;

  std::unique_ptr<RowSubset> subset_;
  std::vector<uint16_t> kept_;
  std::vector<const types::Vector*> columns_;
  std::vector<void*> states_;
  std::vector<uint32_t> kept_numbers_;
  types::Vector number_column_;
  std::array<uint32_t, types::kChunkRows> row_numbers_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_CALL_H_
