#include "core/types/utf8.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/base/coding.h"
#include "core/base/status.h"

namespace heliosdb::types {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

// Bytes that a first byte announces; 0 when it is none.
size_t SequenceBytes(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// The bytes of one character at the front of text, 0 when it is not valid.
size_t CharacterBytes(std::string_view text) {
  const uint8_t first = static_cast<uint8_t>(text[0]);
  const size_t size = SequenceBytes(first);
  if (size == 0 || size > text.size() || first == 0) return 0;
  if (size == 1) return 1;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  for (size_t i = 1; i < size; ++i) {
    const uint8_t byte = static_cast<uint8_t>(text[i]);
    if (byte < low || byte > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return size;
}

// What PostgreSQL shows: as many bytes as the first announces.
absl::Status Invalid(std::string_view rest) {
  const uint8_t first = static_cast<uint8_t>(rest[0]);
  const size_t announced = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  std::string bytes;
  for (const char c : rest.substr(0, std::min(announced, rest.size()))) {
    if (!bytes.empty()) bytes.push_back(' ');
    bytes += fmt::format("0x{:02x}", static_cast<uint8_t>(c));
  }
  return SqlError(sqlstate::kCharacterNotInRepertoire,
                  "invalid byte sequence for encoding \"UTF8\": {}", bytes);
}

}  // namespace

absl::Status CheckUtf8(std::string_view text) {
  while (!text.empty()) {
    if (text.size() >= 8) {
      const uint64_t word = LoadFixed<uint64_t>(text.data());
      // No high bit and no zero byte among the eight.
      if ((word & kHighBits) == 0 && ((word - 0x0101010101010101u) & kHighBits) == 0) {
        text.remove_prefix(8);
        continue;
      }
    }
    const size_t size = CharacterBytes(text);
    if (size == 0) return Invalid(text);
    text.remove_prefix(size);
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::types
