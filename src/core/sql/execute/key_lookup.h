// Finding the rows of a table that have certain values in certain columns, without a plan: for foreign keys.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_KEY_LOOKUP_H_
#define HELIOSDB_CORE_SQL_EXECUTE_KEY_LOOKUP_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "core/catalog/catalog_image.h"
#include "core/catalog/object.h"
#include "core/txn/read_view.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

struct FoundRow {
  std::string key;
  std::string row;
};

// Uses the clustered key or an index that begins with the columns, in any order of them; else reads the whole table.
class KeyLookup {
 public:
  KeyLookup(const catalog::CatalogImage& image, const catalog::Table& table,
            std::vector<int> columns);

  // Up to rows_max rows whose columns equal values[i] at `row` (none NULL), as view sees them.
  absl::StatusOr<std::vector<FoundRow>> Find(txn::ReadView* view,
                                             std::span<const types::Vector* const> values,
                                             size_t row, size_t rows_max) const;

 private:
  bool Matches(std::string_view row_bytes, std::span<const types::Vector* const> values,
               size_t row) const;

  const catalog::Table& table_;
  const std::vector<int> columns_;
  const catalog::Index* index_ = nullptr;
  // By key column of the access path: which of columns_ it is. Empty: read the whole table.
  std::vector<size_t> key_order_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_KEY_LOOKUP_H_
