// Keys from foreign bytes: reading never touches what lies outside them, and what can be read encodes to the same bytes.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/types/key_codec.h"

namespace {

using heliosdb::types::KeyOrder;
using heliosdb::types::TypeOid;
using heliosdb::types::Vector;

constexpr TypeOid kTypes[] = {
    TypeOid::kBool,   TypeOid::kInt2, TypeOid::kInt4,  TypeOid::kInt8,    TypeOid::kFloat4,
    TypeOid::kFloat8, TypeOid::kText, TypeOid::kBytea, TypeOid::kNumeric, TypeOid::kInterval,
    TypeOid::kPgLsn,  TypeOid::kOid,  TypeOid::kDate,  TypeOid::kBpchar};

}  // namespace

// The first byte chooses type and order.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const TypeOid oid = kTypes[data[0] % std::size(kTypes)];
  const KeyOrder order{(data[0] & 0x40) != 0, (data[0] & 0x80) != 0};
  const std::string_view key(reinterpret_cast<const char*>(data) + 1, size - 1);

  std::string_view skipped = key;
  const bool is_column = heliosdb::types::SkipKeyColumn(oid, order, &skipped).ok();
  Vector value({oid});
  std::string_view rest = key;
  if (!heliosdb::types::DecodeKeyColumn(&rest, order, 0, &value).ok()) return 0;
  HELIOS_CHECK(is_column && rest.size() == skipped.size());
  if (!heliosdb::types::KeyIsExact(oid) || value.IsNull(0)) return 0;
  std::string again;
  heliosdb::types::AppendKeyColumn(value, 0, order, &again);
  HELIOS_CHECK(again == key.substr(0, key.size() - rest.size()));
  return 0;
}
