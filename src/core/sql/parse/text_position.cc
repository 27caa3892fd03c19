#include "core/sql/parse/text_position.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/base/coding.h"
#include "core/base/status.h"

namespace heliosdb::sql::parse {
namespace {

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// Length of the UTF-8 sequence that this lead byte announces, by PostgreSQL's pg_utf_mblen().
size_t AnnouncedLength(uint8_t lead) {
  if (lead < 0x80) return 1;
  if ((lead & 0xE0) == 0xC0) return 2;
  if ((lead & 0xF0) == 0xE0) return 3;
  if ((lead & 0xF8) == 0xF0) return 4;
  return 1;
}

// Length of the well-formed character at the front of rest, 0 when there is none (Unicode, table
// 3-7).
size_t ValidLength(std::string_view rest) {
  const auto lead = static_cast<uint8_t>(rest[0]);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  const size_t length = AnnouncedLength(lead);
  if (length == 1 || lead < 0xC2 || lead > 0xF4 || rest.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(rest[i])) return 0;
  }
  const auto second = static_cast<uint8_t>(rest[1]);
  if (lead == 0xE0 && second < 0xA0) return 0;
  if (lead == 0xED && second > 0x9F) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;
  if (lead == 0xF4 && second > 0x8F) return 0;
  return length;
}

absl::Status InvalidSequence(std::string_view rest) {
  std::string bytes;
  const size_t count = std::min(rest.size(), AnnouncedLength(static_cast<uint8_t>(rest[0])));
  for (size_t i = 0; i < count; ++i) {
    bytes += fmt::format("{}0x{:02x}", i == 0 ? "" : " ", static_cast<uint8_t>(rest[i]));
  }
  return SqlError(sqlstate::kCharacterNotInRepertoire,
                  "invalid byte sequence for encoding \"UTF8\": {}", bytes);
}

// True when all eight bytes are ASCII and none is NUL.
bool IsPlainWord(uint64_t word) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  constexpr uint64_t kOnes = 0x0101010101010101;
  return ((word | (word - kOnes)) & kHighBits) == 0;
}

}  // namespace

absl::Status CheckText(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && IsPlainWord(LoadFixed<uint64_t>(text.data() + at))) {
      at += 8;
      continue;
    }
    const size_t length = ValidLength(text.substr(at));
    if (length == 0) return InvalidSequence(text.substr(at));
    at += length;
  }
  return absl::OkStatus();
}

TextPositions::TextPositions(std::string_view text) : text_(text) {
  const auto is_ascii = [](char byte) { return static_cast<uint8_t>(byte) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) return;
  int characters = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (at % kBlockBytes == 0) characters_before_.push_back(characters);
    if (!IsContinuation(text[at])) ++characters;
  }
}

int TextPositions::At(size_t offset) const {
  if (offset >= text_.size()) offset = text_.size();
  if (characters_before_.empty()) return static_cast<int>(offset) + 1;
  const size_t block = std::min(offset / kBlockBytes, characters_before_.size() - 1);
  int characters = characters_before_[block];
  for (size_t at = block * kBlockBytes; at < offset; ++at) {
    if (!IsContinuation(text_[at])) ++characters;
  }
  return characters + 1;
}

}  // namespace heliosdb::sql::parse
