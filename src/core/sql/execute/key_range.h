// The ranges of storage keys that a scan reads.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_KEY_RANGE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_KEY_RANGE_H_

#include <optional>
#include <string>
#include <vector>

#include "core/sql/execute/evaluator.h"
#include "core/sql/plan/plan.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {

struct KeyRange {
  std::string low;   // Inclusive.
  std::string high;  // Exclusive.
};

// The first four bytes of every key of a storage id.
std::string StorageKeyPrefix(uint32_t storage_id);

// Makes the ranges from a scan's bounds, whose values are known when it opens.
class KeyRangeMaker {
 public:
  // orders: of the key's columns. storage_id: whose keys these are.
  static absl::StatusOr<KeyRangeMaker> Compile(const plan::ScanNode& node, uint32_t storage_id,
                                               std::vector<types::KeyOrder> orders);

  // In scan order, without overlaps. Empty when a bound is NULL, or low is not below high.
  absl::Status Make(ExecContext& context, bool backward, std::vector<KeyRange>* ranges);

 private:
  // Appends the key columns of equal_keys; false when one is NULL.
  absl::StatusOr<bool> AppendEqualKeys(ExecContext& context, std::string* key);
  absl::StatusOr<std::optional<KeyRange>> MakeRange(ExecContext& context,
                                                    const std::string& prefix);
  absl::Status MakeInRanges(ExecContext& context, const std::string& prefix, bool backward,
                            std::vector<KeyRange>* ranges);

  std::string storage_prefix_;
  std::vector<types::KeyOrder> orders_;
  std::vector<EvaluatorPtr> equal_keys_;
  std::vector<EvaluatorPtr> in_keys_;
  EvaluatorPtr lower_;  // May be null.
  EvaluatorPtr upper_;  // May be null.
  bool lower_inclusive_ = false;
  bool upper_inclusive_ = false;
  std::optional<std::string> text_prefix_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_KEY_RANGE_H_
