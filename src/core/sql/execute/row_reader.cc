#include "core/sql/execute/row_reader.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {

std::vector<types::KeyOrder> KeyOrdersOf(const catalog::Table& table) {
  return std::vector<types::KeyOrder>(
      table.clustered_key.has_value() ? table.clustered_key->columns.size() : 0);
}

std::vector<types::KeyOrder> KeyOrdersOf(const catalog::Index& index) {
  std::vector<types::KeyOrder> orders;
  for (const catalog::IndexColumn& column : index.columns)
    orders.push_back({column.descending, column.nulls_first});
  return orders;
}

absl::StatusOr<std::string_view> RowKeySuffix(const catalog::Index& index,
                                              std::string_view entry_key) {
  std::string_view rest = entry_key;
  rest.remove_prefix(std::min(rest.size(), kStorageIdBytes));
  for (const catalog::IndexColumn& column : index.columns) {
    HELIOS_RETURN_IF_ERROR(
        types::SkipKeyColumn(column.type.oid, {column.descending, column.nulls_first}, &rest));
  }
  return rest;
}

}  // namespace heliosdb::sql::execute
