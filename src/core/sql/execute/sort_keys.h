// Sort keys as bytes whose memcmp order is the wanted order.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SORT_KEYS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SORT_KEYS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/sql/plan/plan.h"
#include "core/types/key_codec.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Appends the key of one row.
inline void AppendSortKey(const std::vector<plan::SortKey>& keys, const types::Chunk& chunk,
                          size_t row, std::string* out) {
  for (const plan::SortKey& key : keys) {
    const types::Vector& column = *chunk.columns[key.slot];
    types::AppendKeyColumn(column, column.is_constant() ? 0 : row,
                           {key.descending, key.nulls_first}, out);
  }
}

// The first eight bytes as a number that compares as they do; missing bytes count as zero.
inline uint64_t SortKeyPrefix(std::string_view key) {
  if (key.size() >= 8) return LoadBig64(key.data());
  char padded[8] = {};
  std::memcpy(padded, key.data(), key.size());
  return LoadBig64(padded);
}

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SORT_KEYS_H_
