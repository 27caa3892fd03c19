// Some rows of a chunk as a chunk of their own, for expressions that must see only those rows.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_SUBSET_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_SUBSET_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// 0 .. count-1.
std::vector<int> AllSlots(size_t count);

class RowSubset {
 public:
  // slots: the columns that will be read; the others are absent from the subset.
  explicit RowSubset(std::vector<int> slots);

  // The chosen rows of input; strings are shared with it. Valid until the next call. All rows: the input itself.
  types::Chunk Select(const types::Chunk& input, std::span<const uint16_t> rows);

 private:
  std::vector<int> slots_;
  std::vector<std::optional<types::Vector>> gathered_;
  std::vector<const types::Vector*> columns_;
};

// result[rows[i]] = from[i] (or from's one value) for each i; strings are shared.
void Scatter(const types::Vector& from, std::span<const uint16_t> rows, types::Vector* result);

// The rows of 0 .. size-1 for which a boolean vector is true.
void SelectTrue(const types::Vector& condition, size_t size, std::vector<uint16_t>* rows);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_SUBSET_H_
