// Rows kept by value: what sorts, hash tables and materialised inputs hold.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_STORE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_STORE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Rows in the order in which they were appended, numbered from 0, in column vectors of kChunkRows each. Strings are
// copied in. Not thread-safe.
class RowStore {
 public:
  explicit RowStore(std::vector<types::Type> types);

  const std::vector<types::Type>& types() const { return types_; }
  size_t size() const { return size_; }
  size_t column_count() const { return types_.size(); }
  // Bytes held, strings included.
  size_t bytes() const { return bytes_; }

  void Append(const types::Chunk& chunk);
  // The rows of chunk that are listed.
  void Append(const types::Chunk& chunk, std::span<const uint16_t> rows);
  // One row of flat columns.
  void AppendRow(std::span<const types::Vector* const> columns, size_t row);
  // Empty again; keeps one block of memory.
  void Clear();

  // The vector that holds row `row` of a column, and the row's place in it.
  const types::Vector& column(size_t row, size_t column) const {
    return blocks_[row / types::kChunkRows][column];
  }
  types::Vector& mutable_column(size_t row, size_t column) {
    return blocks_[row / types::kChunkRows][column];
  }
  static size_t Offset(size_t row) { return row % types::kChunkRows; }

  // Block `block` as a chunk; blocks are full but for the last.
  size_t block_count() const { return (size_ + types::kChunkRows - 1) / types::kChunkRows; }
  types::Chunk Block(size_t block) const;

  // out[i] = row rows[i], for each column; strings are shared with this store.
  void Gather(std::span<const uint32_t> rows, std::span<types::Vector> out) const;

 private:
  void AddBlockIfFull();

  std::vector<types::Type> types_;
  std::vector<std::vector<types::Vector>> blocks_;
  std::vector<std::vector<const types::Vector*>> block_columns_;
  size_t size_ = 0;
  size_t bytes_ = 0;
};

// Copies values (strings too) from one vector to another of the same type.
void CopyRowDeep(const types::Vector& from, size_t from_row, size_t to_row, types::Vector* to);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_STORE_H_
