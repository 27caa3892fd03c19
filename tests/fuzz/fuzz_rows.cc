// Foreign bytes as a row. The first byte is the number of columns, the next ones are their types,
// the rest is the row.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/types/row_codec.h"

namespace {

using heliosdb::types::Type;
using heliosdb::types::TypeOid;
using heliosdb::types::Value;

constexpr TypeOid kTypes[] = {TypeOid::kBool,      TypeOid::kInt2,     TypeOid::kInt4,
                              TypeOid::kInt8,      TypeOid::kFloat4,   TypeOid::kFloat8,
                              TypeOid::kText,      TypeOid::kBytea,    TypeOid::kNumeric,
                              TypeOid::kTimestamp, TypeOid::kInterval, TypeOid::kBpchar};
constexpr size_t kColumnsMax = 20;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t count = data[0] % kColumnsMax + 1;
  if (size < 1 + count) return 0;
  std::vector<Type> columns;
  for (size_t i = 0; i < count; ++i) {
    columns.push_back(Type{.oid = kTypes[data[1 + i] % std::size(kTypes)]});
  }
  const std::string_view row(reinterpret_cast<const char*>(data) + 1 + count, size - 1 - count);
  const heliosdb::types::RowLayout layout(columns);
  if (!heliosdb::types::ValidateRow(layout, row).ok()) return 0;

  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i) {
    values.push_back(heliosdb::types::DecodeValue(layout, row, i, nullptr));
    HELIOS_CHECK(values.back().is_null() == heliosdb::types::RowIsNull(layout, row, i));
  }
  std::string again;
  heliosdb::types::EncodeRow(layout, values, &again);
  HELIOS_CHECK(heliosdb::types::ValidateRow(layout, again).ok());
  std::string third;
  for (size_t i = 0; i < count; ++i) {
    values[i] = heliosdb::types::DecodeValue(layout, again, i, nullptr);
  }
  heliosdb::types::EncodeRow(layout, values, &third);
  HELIOS_CHECK(third == again);
  return 0;
}
