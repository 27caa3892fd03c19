// The hashed side of a hash join.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_JOIN_TABLE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_JOIN_TABLE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/sql/execute/hash_index.h"
#include "core/sql/execute/join_keys.h"
#include "core/sql/execute/row_store.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {

// Rows are added, then found by their keys once Build was called. Not thread-safe.
class JoinTable {
 public:
  JoinTable(std::vector<types::Type> types, JoinKeys keys);

  absl::Status Add(ExecContext& context, const types::Chunk& chunk);
  void Build() { index_.Build(); }
  void Clear();

  size_t size() const { return rows_.size(); }
  // With the index that Build makes.
  size_t bytes() const { return rows_.bytes() + key_rows_.bytes() + index_.bytes(); }
  size_t buckets() const { return index_.buckets(); }
  const RowStore& rows() const { return rows_; }
  const HashIndex& index() const { return index_; }
  // Evaluates the keys of rows that are not to be added.
  JoinKeys* keys() { return &keys_; }
  // Whether a row with a NULL in its key was ever added.
  bool has_null_key() const { return has_null_key_; }

  // Whether row left_row of the evaluated keys of the other side equals row `row`'s.
  bool KeysMatch(const JoinKeys& left, size_t left_row, uint32_t row) const {
    const size_t offset = RowStore::Offset(row);
    for (size_t k = 0; k < compare_.size(); ++k) {
      if (compare_[k](*left.columns()[k], left_row, key_rows_.column(row, k), offset) != 0)
        return false;
    }
    return true;
  }

 private:
  JoinKeys keys_;
  RowStore rows_;  // And, row by row, their keys.
  RowStore key_rows_;
  HashIndex index_;
  bool has_null_key_ = false;
  std::vector<types::CompareFunction> compare_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_JOIN_TABLE_H_
