#include "core/base/crc32c.h"

#include <array>

#include "core/base/coding.h"

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace heliosdb {
namespace {

#if defined(__SSE4_2__)

uint32_t Extend(uint32_t crc, const char* data, size_t size) {
  uint64_t wide = crc;
  for (; size >= 8; data += 8, size -= 8) wide = _mm_crc32_u64(wide, LoadFixed<uint64_t>(data));
  crc = static_cast<uint32_t>(wide);
  for (; size > 0; ++data, --size) crc = _mm_crc32_u8(crc, static_cast<uint8_t>(*data));
  return crc;
}

#else

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82F63B78u : 0);
    table[i] = crc;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = MakeTable();

uint32_t Extend(uint32_t crc, const char* data, size_t size) {
  for (; size > 0; ++data, --size)
    crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint8_t>(*data)) & 0xFF];
  return crc;
}

#endif

}  // namespace

uint32_t Crc32c(std::string_view bytes, uint32_t before) {
  return ~Extend(~before, bytes.data(), bytes.size());
}

}  // namespace heliosdb
