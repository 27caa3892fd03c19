// A quick look at the first sort column, for top-N sorts.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_FIRST_COLUMN_BOUND_H_
#define HELIOSDB_CORE_SQL_EXECUTE_FIRST_COLUMN_BOUND_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/execute/sort_keys.h"
#include "core/sql/plan/plan.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// A test, cheaper than encoding a key, that a row cannot come before a bound. Works on the first sort column, when that
// is a string or an integer in ascending order; otherwise it never rejects.
class FirstColumnBound {
 public:
  explicit FirstColumnBound(const plan::SortKey& key) : key_(key) {}

  void Set(const types::Chunk& chunk, size_t row) {
    const types::Vector& column = *chunk.columns[key_.slot];
    const size_t at = column.is_constant() ? 0 : row;
    active_ = !key_.descending && !key_.nulls_first && !column.IsNull(at);
    if (!active_) return;
    switch (column.type().oid) {
      case types::TypeOid::kText:
      case types::TypeOid::kVarchar:
        text_ = std::string(column.data<std::string_view>()[at]);
        break;
      case types::TypeOid::kInt4:
      case types::TypeOid::kDate:
        integer_ = column.data<int32_t>()[at];
        break;
      case types::TypeOid::kInt8:
      case types::TypeOid::kTimestamp:
      case types::TypeOid::kTimestamptz:
        integer_ = column.data<int64_t>()[at];
        break;
      default:
        active_ = false;
    }
  }

  // Appends the rows of chunk that may come before the bound.
  void Select(const types::Chunk& chunk, std::vector<uint16_t>* rows) const {
    rows->resize(chunk.size);
    const types::Vector& column = *chunk.columns[key_.slot];
    size_t count = 0;
    const auto keep_if = [&](auto may_precede) {
      for (size_t i = 0; i < chunk.size; ++i) {
        (*rows)[count] = static_cast<uint16_t>(i);
        count += may_precede(i) ? 1 : 0;
      }
    };
    if (!active_ || column.is_constant()) {
      keep_if([](size_t) { return true; });
    } else if (column.physical() == types::Physical::kString) {
      const auto* const values = column.data<std::string_view>();
      const uint64_t bound = SortKeyPrefix(text_);
      keep_if([&](size_t i) {
        const uint64_t prefix = SortKeyPrefix(values[i]);
        return prefix < bound || (prefix == bound && values[i] <= text_);
      });
    } else if (column.physical() == types::Physical::kInt32) {
      const auto* const values = column.data<int32_t>();
      keep_if([&](size_t i) { return values[i] <= integer_; });
    } else {
      const auto* const values = column.data<int64_t>();
      keep_if([&](size_t i) { return values[i] <= integer_; });
    }
    rows->resize(count);
  }

 private:
  const plan::SortKey key_;
  bool active_ = false;
  std::string text_;
  int64_t integer_ = 0;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_FIRST_COLUMN_BOUND_H_
