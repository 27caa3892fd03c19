// From the bytes of a table's rows to vectors.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_READER_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_READER_H_

#include <span>
#include <string>
#include <string_view>

#include "core/catalog/object.h"
#include "core/types/compare.h"
#include "core/types/row_codec.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// A column of each row, Reset before; strings are views into the rows.
inline void ReadColumn(const catalog::Table& table, std::span<const std::string_view> rows,
                       int column, types::Vector* out) {
  const std::optional<types::Value>& missing = table.columns[column].missing;
  types::DecodeColumn(*table.layout, rows, static_cast<size_t>(column),
                      missing.has_value() ? &*missing : nullptr, out);
}
// The same for the rows that selection picks.
inline void ReadColumn(const catalog::Table& table, std::span<const std::string_view> rows,
                       std::span<const uint16_t> selection, int column, types::Vector* out) {
  const std::optional<types::Value>& missing = table.columns[column].missing;
  types::DecodeColumn(*table.layout, rows, selection, static_cast<size_t>(column),
                      missing.has_value() ? &*missing : nullptr, out);
}

// How the columns of a key are ordered.
std::vector<types::KeyOrder> KeyOrdersOf(const catalog::Table& table);
std::vector<types::KeyOrder> KeyOrdersOf(const catalog::Index& index);

// Bytes of a storage id in front of every key.
inline constexpr size_t kStorageIdBytes = 4;
// Bytes of the hidden row id of a table without clustered key, after the storage id.
inline constexpr size_t kRowIdBytes = 8;

// What follows the index columns in an index entry's key: the row's key without its storage id. DATA_LOSS when the
// entry is malformed.
absl::StatusOr<std::string_view> RowKeySuffix(const catalog::Index& index,
                                              std::string_view entry_key);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_READER_H_
