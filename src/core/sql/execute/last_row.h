// One row remembered, to tell whether later rows equal it.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_LAST_ROW_H_
#define HELIOSDB_CORE_SQL_EXECUTE_LAST_ROW_H_

#include <utility>
#include <vector>

#include "core/sql/execute/row_store.h"
#include "core/types/compare.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Some columns of a row; NULLs equal each other. Not thread-safe.
class LastRow {
 public:
  // types: of all columns of the chunks. slots: those that count.
  LastRow(const std::vector<types::Type>& types, std::vector<int> slots)
      : slots_(std::move(slots)) {
    for (const int slot : slots_) {
      values_.emplace_back(types[slot]);
      compare_.push_back(types::CompareFunctionFor(types[slot].oid));
    }
  }

  bool Equals(const types::Chunk& chunk, size_t row) const {
    for (size_t i = 0; i < slots_.size(); ++i) {
      const types::Vector& column = *chunk.columns[slots_[i]];
      const bool null = column.IsNull(row);
      if (null != values_[i].IsNull(0)) return false;
      if (!null && compare_[i](values_[i], 0, column, row) != 0) return false;
    }
    return true;
  }
  void Set(const types::Chunk& chunk, size_t row) {
    for (size_t i = 0; i < slots_.size(); ++i) {
      const types::Vector& column = *chunk.columns[slots_[i]];
      values_[i].Reset();
      CopyRowDeep(column, column.is_constant() ? 0 : row, 0, &values_[i]);
    }
  }
  // The columns, in the order of the slots; the row is row 0.
  const std::vector<types::Vector>& values() const { return values_; }

 private:
  const std::vector<int> slots_;
  std::vector<types::Vector> values_;
  std::vector<types::CompareFunction> compare_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_LAST_ROW_H_
