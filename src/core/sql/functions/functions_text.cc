// Text: lengths, letter case, substrings, positions, trimming and padding. Lengths and positions
// count characters.
#include <algorithm>
#include <limits>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"
#include "core/types/scalar_text.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum Volatility;

absl::Status TooLong() {
  return SqlError(sqlstate::kProgramLimitExceeded, "requested length too large");
}

int32_t CharacterLength(std::string_view text) {
  return static_cast<int32_t>(types::Utf8Length(text));
}
int32_t BlankPaddedLength(std::string_view text) {
  return CharacterLength(types::TrimTrailingSpaces(text));
}
int32_t OctetLength(std::string_view text) { return static_cast<int32_t>(text.size()); }
int32_t BitLength(std::string_view text) { return static_cast<int32_t>(text.size() * 8); }

void Lower(std::string_view text, std::string* out) { AppendLower(text, out); }
void Upper(std::string_view text, std::string* out) { AppendUpper(text, out); }
void InitCap(std::string_view text, std::string* out) {
  bool in_word = false;
  while (!text.empty()) {
    const std::string_view character = Utf8First(text);
    const uint32_t code_point = DecodeUtf8(character);
    AppendUtf8(in_word ? ToLower(code_point) : ToUpper(code_point), out);
    in_word = IsAlphanumeric(code_point);
    text.remove_prefix(character.size());
  }
}

// Where a substring lies, in characters from 0. length may reach past the end.
struct Range {
  size_t start = 0;
  size_t length = std::numeric_limits<size_t>::max();
};
absl::StatusOr<Range> SubstringRange(int32_t start, int32_t length) {
  if (length < 0) {
    return SqlError(sqlstate::kSubstringError, "negative substring length not allowed");
  }
  const int64_t first = std::max<int64_t>(start, 1);
  const int64_t end = std::max(first, int64_t{start} + length);
  return Range{static_cast<size_t>(first - 1), static_cast<size_t>(end - first)};
}

std::string_view TextRange(std::string_view text, Range range) {
  if (range.start >= text.size()) return {};
  text.remove_prefix(types::Utf8Prefix(text, range.start));
  if (range.length >= text.size()) return text;
  return text.substr(0, types::Utf8Prefix(text, range.length));
}
std::string_view SubstringFrom(std::string_view text, int32_t start) {
  return TextRange(text, {.start = static_cast<size_t>(std::max(start, 1) - 1)});
}
absl::StatusOr<std::string_view> Substring(std::string_view text, int32_t start, int32_t length) {
  HELIOS_ASSIGN_OR_RETURN(const Range range, SubstringRange(start, length));
  return TextRange(text, range);
}
std::string_view BytesFrom(std::string_view bytes, int32_t start) {
  return bytes.substr(std::min(bytes.size(), static_cast<size_t>(std::max(start, 1) - 1)));
}
absl::StatusOr<std::string_view> ByteSubstring(std::string_view bytes, int32_t start,
                                               int32_t length) {
  HELIOS_ASSIGN_OR_RETURN(const Range range, SubstringRange(start, length));
  if (range.start >= bytes.size()) return std::string_view();
  return bytes.substr(range.start, range.length);
}

void Overlay(std::string_view text, std::string_view replacement, Range before, size_t after,
             std::string* out) {
  out->append(TextRange(text, before));
  out->append(replacement);
  out->append(TextRange(text, {.start = after}));
}
absl::Status OverlayFor(std::string_view text, std::string_view replacement, int32_t start,
                        int32_t length, std::string* out) {
  if (start <= 0) {
    return SqlError(sqlstate::kSubstringError, "negative substring length not allowed");
  }
  int32_t after = 0;
  if (__builtin_add_overflow(start, length, &after)) {
    return SqlError(sqlstate::kNumericValueOutOfRange, "integer out of range");
  }
  Overlay(text, replacement, {.start = 0, .length = static_cast<size_t>(start - 1)},
          static_cast<size_t>(std::max(after, 1) - 1), out);
  return absl::OkStatus();
}
absl::Status OverlayAt(std::string_view text, std::string_view replacement, int32_t start,
                       std::string* out) {
  return OverlayFor(text, replacement, start, CharacterLength(replacement), out);
}
absl::Status OverlayBytesFor(std::string_view bytes, std::string_view replacement, int32_t start,
                             int32_t length, std::string* out) {
  if (start <= 0) {
    return SqlError(sqlstate::kSubstringError, "negative substring length not allowed");
  }
  int32_t after = 0;
  if (__builtin_add_overflow(start, length, &after)) {
    return SqlError(sqlstate::kNumericValueOutOfRange, "integer out of range");
  }
  out->append(bytes.substr(0, static_cast<size_t>(start - 1)));
  out->append(replacement);
  out->append(BytesFrom(bytes, after));
  return absl::OkStatus();
}
absl::Status OverlayBytesAt(std::string_view bytes, std::string_view replacement, int32_t start,
                            std::string* out) {
  return OverlayBytesFor(bytes, replacement, start, OctetLength(replacement), out);
}

// From 1; 0 for absent.
int32_t Position(std::string_view text, std::string_view part) {
  const size_t at = text.find(part);
  if (at == std::string_view::npos) return 0;
  return CharacterLength(text.substr(0, at)) + 1;
}
int32_t BytePosition(std::string_view bytes, std::string_view part) {
  const size_t at = bytes.find(part);
  return at == std::string_view::npos ? 0 : static_cast<int32_t>(at + 1);
}
bool StartsWith(std::string_view text, std::string_view prefix) { return text.starts_with(prefix); }

bool HasCharacter(std::string_view set, std::string_view character) {
  return set.find(character) != std::string_view::npos;
}
std::string_view TrimLeft(std::string_view text, std::string_view set) {
  while (!text.empty() && HasCharacter(set, Utf8First(text))) {
    text.remove_prefix(Utf8First(text).size());
  }
  return text;
}
std::string_view TrimRight(std::string_view text, std::string_view set) {
  while (!text.empty()) {
    size_t at = text.size() - 1;
    while (at > 0 && IsUtf8Continuation(text[at])) --at;
    if (!HasCharacter(set, text.substr(at))) break;
    text = text.substr(0, at);
  }
  return text;
}
std::string_view TrimBoth(std::string_view text, std::string_view set) {
  return TrimRight(TrimLeft(text, set), set);
}
std::string_view TrimLeftSpaces(std::string_view text) { return TrimLeft(text, " "); }
std::string_view TrimRightSpaces(std::string_view text) { return TrimRight(text, " "); }
std::string_view TrimBothSpaces(std::string_view text) { return TrimBoth(text, " "); }

std::string_view TrimLeftBytes(std::string_view bytes, std::string_view set) {
  return bytes.substr(std::min(bytes.find_first_not_of(set), bytes.size()));
}
std::string_view TrimRightBytes(std::string_view bytes, std::string_view set) {
  return bytes.substr(0, bytes.find_last_not_of(set) + 1);
}
std::string_view TrimBothBytes(std::string_view bytes, std::string_view set) {
  return TrimRightBytes(TrimLeftBytes(bytes, set), set);
}

// characters characters of fill, over and over.
void AppendFill(std::string_view fill, size_t characters, std::string* out) {
  const size_t fill_length = types::Utf8Length(fill);
  for (; characters >= fill_length; characters -= fill_length) out->append(fill);
  out->append(fill.substr(0, types::Utf8Prefix(fill, characters)));
}
enum class Side { kLeft, kRight };
template <Side side>
absl::Status Pad(std::string_view text, int32_t length, std::string_view fill, std::string* out) {
  const size_t wanted = static_cast<size_t>(std::max(length, 0));
  if (wanted > kTextBytesMax / 4) return TooLong();
  const size_t present = types::Utf8Length(text);
  if (wanted <= present) {
    out->append(text.substr(0, types::Utf8Prefix(text, wanted)));
    return absl::OkStatus();
  }
  if (side == Side::kRight) out->append(text);
  if (!fill.empty()) AppendFill(fill, wanted - present, out);
  if (side == Side::kLeft) out->append(text);
  return absl::OkStatus();
}
template <Side side>
absl::Status PadSpaces(std::string_view text, int32_t length, std::string* out) {
  return Pad<side>(text, length, " ", out);
}

constexpr FunctionEntry kRows[] = {
    {1317, "length", {kText}, kInt4, kImmutable, Scalar<CharacterLength>},
    {1318, "length", {kBpchar}, kInt4, kImmutable, Scalar<BlankPaddedLength>},
    {1381, "char_length", {kText}, kInt4, kImmutable, Scalar<CharacterLength>},
    {1372, "char_length", {kBpchar}, kInt4, kImmutable, Scalar<BlankPaddedLength>},
    {1369, "character_length", {kText}, kInt4, kImmutable, Scalar<CharacterLength>},
    {1367, "character_length", {kBpchar}, kInt4, kImmutable, Scalar<BlankPaddedLength>},
    {1257, "textlen", {kText}, kInt4, kImmutable, Scalar<CharacterLength>},
    {2010, "length", {kBytea}, kInt4, kImmutable, Scalar<OctetLength>},
    {1374, "octet_length", {kText}, kInt4, kImmutable, Scalar<OctetLength>},
    {1375, "octet_length", {kBpchar}, kInt4, kImmutable, Scalar<OctetLength>},
    {720, "octet_length", {kBytea}, kInt4, kImmutable, Scalar<OctetLength>},
    {1811, "bit_length", {kText}, kInt4, kImmutable, Scalar<BitLength>},
    {1810, "bit_length", {kBytea}, kInt4, kImmutable, Scalar<BitLength>},
    {870, "lower", {kText}, kText, kImmutable, Scalar<Lower>},
    {871, "upper", {kText}, kText, kImmutable, Scalar<Upper>},
    {872, "initcap", {kText}, kText, kImmutable, Scalar<InitCap>},
    {936, "substring", {kText, kInt4, kInt4}, kText, kImmutable, Scalar<Substring>},
    {937, "substring", {kText, kInt4}, kText, kImmutable, Scalar<SubstringFrom>},
    {2012, "substring", {kBytea, kInt4, kInt4}, kBytea, kImmutable, Scalar<ByteSubstring>},
    {2013, "substring", {kBytea, kInt4}, kBytea, kImmutable, Scalar<BytesFrom>},
    {877, "substr", {kText, kInt4, kInt4}, kText, kImmutable, Scalar<Substring>},
    {883, "substr", {kText, kInt4}, kText, kImmutable, Scalar<SubstringFrom>},
    {2085, "substr", {kBytea, kInt4, kInt4}, kBytea, kImmutable, Scalar<ByteSubstring>},
    {2086, "substr", {kBytea, kInt4}, kBytea, kImmutable, Scalar<BytesFrom>},
    {1404, "overlay", {kText, kText, kInt4, kInt4}, kText, kImmutable, Scalar<OverlayFor>},
    {1405, "overlay", {kText, kText, kInt4}, kText, kImmutable, Scalar<OverlayAt>},
    {749, "overlay", {kBytea, kBytea, kInt4, kInt4}, kBytea, kImmutable, Scalar<OverlayBytesFor>},
    {752, "overlay", {kBytea, kBytea, kInt4}, kBytea, kImmutable, Scalar<OverlayBytesAt>},
    {849, "position", {kText, kText}, kInt4, kImmutable, Scalar<Position>},
    {868, "strpos", {kText, kText}, kInt4, kImmutable, Scalar<Position>},
    {2014, "position", {kBytea, kBytea}, kInt4, kImmutable, Scalar<BytePosition>},
    {3696, "starts_with", {kText, kText}, kBool, kImmutable, Scalar<StartsWith>},
    {884, "btrim", {kText, kText}, kText, kImmutable, Scalar<TrimBoth>},
    {885, "btrim", {kText}, kText, kImmutable, Scalar<TrimBothSpaces>},
    {2015, "btrim", {kBytea, kBytea}, kBytea, kImmutable, Scalar<TrimBothBytes>},
    {875, "ltrim", {kText, kText}, kText, kImmutable, Scalar<TrimLeft>},
    {881, "ltrim", {kText}, kText, kImmutable, Scalar<TrimLeftSpaces>},
    {6195, "ltrim", {kBytea, kBytea}, kBytea, kImmutable, Scalar<TrimLeftBytes>},
    {876, "rtrim", {kText, kText}, kText, kImmutable, Scalar<TrimRight>},
    {882, "rtrim", {kText}, kText, kImmutable, Scalar<TrimRightSpaces>},
    {6196, "rtrim", {kBytea, kBytea}, kBytea, kImmutable, Scalar<TrimRightBytes>},
    {873, "lpad", {kText, kInt4, kText}, kText, kImmutable, Scalar<Pad<Side::kLeft>>},
    {874, "rpad", {kText, kInt4, kText}, kText, kImmutable, Scalar<Pad<Side::kRight>>},
    {879, "lpad", {kText, kInt4}, kText, kImmutable, Scalar<PadSpaces<Side::kLeft>>},
    {880, "rpad", {kText, kInt4}, kText, kImmutable, Scalar<PadSpaces<Side::kRight>>},
};

}  // namespace

std::span<const FunctionEntry> TextFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
