// Rows from foreign bytes: either ValidateRow refuses them, or every column can be read and written back to the same bytes.
// The first byte is the number of columns, the next ones are their types, the rest is the row.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/types/row_codec.h"
#include "core/types/text_form.h"

namespace {

using heliosdb::types::RowLayout;
using heliosdb::types::Type;
using heliosdb::types::TypeOid;
using heliosdb::types::Value;
using heliosdb::types::Vector;

constexpr TypeOid kTypes[] = {
    TypeOid::kBool,     TypeOid::kInt2,   TypeOid::kInt4,  TypeOid::kInt8,    TypeOid::kFloat4,
    TypeOid::kFloat8,   TypeOid::kText,   TypeOid::kBytea, TypeOid::kNumeric, TypeOid::kTimestamp,
    TypeOid::kInterval, TypeOid::kBpchar, TypeOid::kPgLsn};
constexpr size_t kColumnsMax = 20;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t count = data[0] % kColumnsMax + 1;
  if (size < 1 + count) return 0;
  std::vector<Type> columns;
  for (size_t k = 0; k < count; ++k) columns.push_back({kTypes[data[1 + k] % std::size(kTypes)]});
  const RowLayout layout(columns);
  const std::string_view row(reinterpret_cast<const char*>(data) + 1 + count, size - 1 - count);
  if (!heliosdb::types::ValidateRow(layout, row).ok()) return 0;

  std::vector<Type> stored;
  std::vector<Value> values;
  for (size_t k = 0; k < columns.size(); ++k) {
    Vector column(columns[k]);
    heliosdb::types::DecodeColumn(layout, {&row, 1}, k, nullptr, &column);
    const Value value = heliosdb::types::DecodeValue(layout, row, k, nullptr);
    HELIOS_CHECK(column.GetValue(0).Identical(value));
    // Dates and times of any bits must at least be printable.
    if (!value.is_null() && columns[k].oid != TypeOid::kTimestamp) {
      std::string text;
      heliosdb::types::AppendText(value, {}, &text);
    }
    if (k <
        static_cast<size_t>(static_cast<uint8_t>(row[0])) + 256u * static_cast<uint8_t>(row[1])) {
      stored.push_back(columns[k]);
      values.push_back(value);
    }
  }
  std::string again;
  heliosdb::types::EncodeRow(RowLayout(stored), values, &again);
  HELIOS_CHECK(again == row);
  return 0;
}
