// Reads foreign bytes field by field: the first byte of each step chooses the kind of the next
// field.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/coding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  heliosdb::ByteReader reader(input);
  while (reader.ok() && !reader.AtEnd()) {
    const size_t before = reader.rest().size();
    switch (reader.Fixed<uint8_t>() % 4) {
      case 0:
        reader.Fixed<uint64_t>();
        break;
      case 1: {
        const uint64_t value = reader.Varint();
        if (!reader.ok()) break;
        std::string again;
        heliosdb::AppendVarint(&again, value);
        heliosdb::ByteReader second(again);
        HELIOS_CHECK(second.Varint() == value && second.AtEnd());
        break;
      }
      case 2:
        reader.Prefixed();
        break;
      default:
        reader.Bytes(3);
    }
    HELIOS_CHECK(!reader.ok() || reader.rest().size() < before);
  }
  return 0;
}
