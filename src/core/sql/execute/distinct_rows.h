// A set of whole rows, NULLs equal to each other.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_DISTINCT_ROWS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_DISTINCT_ROWS_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/sql/execute/row_store.h"
#include "core/types/compare.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Rows get numbers from 0 in the order in which they were first seen. Not thread-safe.
class DistinctRows {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit DistinctRows(std::vector<types::Type> types);

  // numbers[i] = the number of row i of columns, which is added when it is new. rows <= kChunkRows; columns may be
  // constant.
  void FindOrAdd(std::span<const types::Vector* const> columns, size_t rows, uint32_t* numbers);
  // The same, but an unknown row gives kNone and nothing is added.
  void Find(std::span<const types::Vector* const> columns, size_t rows, uint32_t* numbers);

  // By row of the last call.
  std::span<const uint64_t> hashes() const { return hashes_; }

  size_t size() const { return rows_.size(); }
  const RowStore& rows() const { return rows_; }
  size_t bytes() const { return rows_.bytes() + table_.size() * sizeof(Entry); }
  // The same, were FindOrAdd called with so many rows: the table makes room for all of them.
  size_t BytesWithRoomFor(size_t rows) const {
    return rows_.bytes() + TableSizeFor(rows_.size() + rows) * sizeof(Entry);
  }
  void Clear();

 private:
  // Below this many entries the table grows by four, above it by two.
  static constexpr size_t kFastGrowthMax = 1 << 18;

  // Open addressing with linear probing; number kNone marks a free entry.
  struct Entry {
    uint64_t hash;
    uint32_t number;
  };

  void Prepare(std::span<const types::Vector* const> columns, size_t rows);
  uint32_t Probe(size_t row, size_t* place) const;
  // Entries that the table has when it holds so many rows.
  size_t TableSizeFor(size_t rows) const {
    size_t size = table_.size();
    while (rows * 2 > size) size *= size < kFastGrowthMax ? 4 : 2;
    return size;
  }
  void GrowTo(size_t size);

  std::vector<types::Type> types_;
  std::vector<types::CompareFunction> compare_;
  RowStore rows_;
  std::vector<Entry> table_;
  size_t mask_ = 0;

  std::vector<const types::Vector*> columns_;  // Of the call that runs, flat.
  std::vector<types::Vector> flattened_;
  std::array<uint64_t, types::kChunkRows> hashes_;
  // A single integer column is compared without a call.
  bool single_integer_ = false;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_DISTINCT_ROWS_H_
