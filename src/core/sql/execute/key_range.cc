#include "core/sql/execute/key_range.h"

#include <algorithm>
#include <utility>

#include "core/base/coding.h"
#include "core/sql/execute/exec_context.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {
namespace {

// The end of all keys that begin with prefix. A prefix begins with a storage id, which is never all ones.
std::string EndOf(std::string_view prefix) {
  std::optional<std::string> end = types::PrefixSuccessor(prefix);
  HELIOS_CHECK(end.has_value());
  return *std::move(end);
}

// Every key column begins with a marker: 0 for a NULL that sorts first, 1 for a value, 2 for a NULL that sorts last.
constexpr char kValueMarker = '\1';

}  // namespace

std::string StorageKeyPrefix(uint32_t storage_id) {
  std::string prefix;
  AppendBig32(&prefix, storage_id);
  return prefix;
}

absl::StatusOr<KeyRangeMaker> KeyRangeMaker::Compile(const plan::ScanNode& node,
                                                     uint32_t storage_id,
                                                     std::vector<types::KeyOrder> orders) {
  KeyRangeMaker maker;
  maker.storage_prefix_ = StorageKeyPrefix(storage_id);
  maker.orders_ = std::move(orders);
  HELIOS_ASSIGN_OR_RETURN(maker.equal_keys_, CompileExpressions(node.equal_keys));
  HELIOS_ASSIGN_OR_RETURN(maker.in_keys_, CompileExpressions(node.in_keys));
  if (node.lower.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(maker.lower_, CompileExpression(*node.lower->value));
    maker.lower_inclusive_ = node.lower->inclusive;
  }
  if (node.upper.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(maker.upper_, CompileExpression(*node.upper->value));
    maker.upper_inclusive_ = node.upper->inclusive;
  }
  maker.text_prefix_ = node.prefix;
  return maker;
}

absl::StatusOr<bool> KeyRangeMaker::AppendEqualKeys(ExecContext& context, std::string* key) {
  for (size_t i = 0; i < equal_keys_.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(const types::Vector* value,
                            equal_keys_[i]->Evaluate(context, types::Chunk{{}, 1}));
    if (value->IsNull(0)) return false;
    types::AppendKeyColumn(*value, 0, orders_[i], key);
  }
  return true;
}

absl::Status KeyRangeMaker::Make(ExecContext& context, bool backward,
                                 std::vector<KeyRange>* ranges) {
  ranges->clear();
  std::string prefix = storage_prefix_;
  HELIOS_ASSIGN_OR_RETURN(const bool possible, AppendEqualKeys(context, &prefix));
  if (!possible) return absl::OkStatus();
  if (!in_keys_.empty()) return MakeInRanges(context, prefix, backward, ranges);
  HELIOS_ASSIGN_OR_RETURN(std::optional<KeyRange> range, MakeRange(context, prefix));
  if (range.has_value() && range->low < range->high) ranges->push_back(*std::move(range));
  return absl::OkStatus();
}

absl::Status KeyRangeMaker::MakeInRanges(ExecContext& context, const std::string& prefix,
                                         bool backward, std::vector<KeyRange>* ranges) {
  std::vector<std::string> keys;
  for (const EvaluatorPtr& in_key : in_keys_) {
    HELIOS_ASSIGN_OR_RETURN(const types::Vector* value,
                            in_key->Evaluate(context, types::Chunk{{}, 1}));
    if (value->IsNull(0)) continue;
    keys.push_back(prefix);
    types::AppendKeyColumn(*value, 0, orders_[equal_keys_.size()], &keys.back());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (backward) std::reverse(keys.begin(), keys.end());
  for (std::string& key : keys) {
    std::string end = EndOf(key);
    ranges->push_back({std::move(key), std::move(end)});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<KeyRange>> KeyRangeMaker::MakeRange(ExecContext& context,
                                                                 const std::string& prefix) {
  KeyRange range{prefix, EndOf(prefix)};
  if (text_prefix_.has_value()) {
    types::AppendKeyTextPrefix(*text_prefix_, orders_[equal_keys_.size()], &range.low);
    range.high = EndOf(range.low);
    return std::optional<KeyRange>(std::move(range));
  }
  if (lower_ == nullptr && upper_ == nullptr) return std::optional<KeyRange>(std::move(range));
  const types::KeyOrder order = orders_[equal_keys_.size()];
  // A comparison never matches a NULL, wherever NULLs stand.
  range.low.push_back(kValueMarker);
  range.high = EndOf(range.low);
  for (const bool is_lower : {true, false}) {
    Evaluator* const bound = (is_lower ? lower_ : upper_).get();
    if (bound == nullptr) continue;
    HELIOS_ASSIGN_OR_RETURN(const types::Vector* value,
                            bound->Evaluate(context, types::Chunk{{}, 1}));
    if (value->IsNull(0)) return std::optional<KeyRange>();
    std::string key = prefix;
    types::AppendKeyColumn(*value, 0, order, &key);
    const bool inclusive = is_lower ? lower_inclusive_ : upper_inclusive_;
    // In a descending column the lower bound of the values is the upper end of the keys.
    if (is_lower != order.descending) {
      range.low = inclusive ? std::move(key) : EndOf(key);
    } else {
      range.high = inclusive ? EndOf(key) : std::move(key);
    }
  }
  return std::optional<KeyRange>(std::move(range));
}

}  // namespace heliosdb::sql::execute
