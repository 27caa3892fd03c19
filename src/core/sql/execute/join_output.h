// The chunks that a join gives: left columns, then right ones.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_JOIN_OUTPUT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_JOIN_OUTPUT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/sql/execute/row_store.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Strings are shared with the sides. A chunk is valid until the next call, and as long as the sides' rows are. Not
// thread-safe.
class JoinOutput {
 public:
  JoinOutput(const std::vector<types::Type>& left, const std::vector<types::Type>& right)
      : left_count_(left.size()) {
    for (const types::Type& type : left) vectors_.emplace_back(type);
    for (const types::Type& type : right) vectors_.emplace_back(type);
    for (const types::Vector& column : vectors_) columns_.push_back(&column);
  }

  types::Chunk Pairs(const types::Chunk& left, std::span<const uint16_t> left_rows,
                     const RowStore& right, std::span<const uint32_t> right_rows) {
    GatherLeft(left, left_rows);
    GatherRight(right, right_rows);
    return {columns_, left_rows.size()};
  }
  types::Chunk LeftAlone(const types::Chunk& left, std::span<const uint16_t> rows) {
    GatherLeft(left, rows);
    return {std::span(columns_).first(left_count_), rows.size()};
  }
  types::Chunk LeftWithNulls(const types::Chunk& left, std::span<const uint16_t> rows) {
    GatherLeft(left, rows);
    SetNulls(left_count_, vectors_.size(), rows.size());
    return {columns_, rows.size()};
  }
  types::Chunk RightWithNulls(const RowStore& right, std::span<const uint32_t> rows) {
    SetNulls(0, left_count_, rows.size());
    GatherRight(right, rows);
    return {columns_, rows.size()};
  }

 private:
  void GatherLeft(const types::Chunk& left, std::span<const uint16_t> rows) {
    for (size_t c = 0; c < left_count_; ++c) {
      vectors_[c].Reset();
      vectors_[c].GatherShallow(*left.columns[c], rows);
    }
  }
  void GatherRight(const RowStore& right, std::span<const uint32_t> rows) {
    for (size_t c = left_count_; c < vectors_.size(); ++c) vectors_[c].Reset();
    right.Gather(rows, std::span(vectors_).subspan(left_count_));
  }
  void SetNulls(size_t first_column, size_t end_column, size_t rows) {
    for (size_t c = first_column; c < end_column; ++c) {
      vectors_[c].Reset();
      for (size_t i = 0; i < rows; ++i) vectors_[c].SetNull(i);
    }
  }

  const size_t left_count_;
  std::vector<types::Vector> vectors_;
  std::vector<const types::Vector*> columns_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_JOIN_OUTPUT_H_
