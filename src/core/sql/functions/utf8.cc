#include "core/sql/functions/utf8.h"

#include <algorithm>
#include <clocale>
#include <cwctype>

#include <locale.h>

namespace heliosdb::sql::functions {
namespace {

// Null where the system lacks the locale. Never freed: it serves until the program ends.
locale_t Utf8Locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

constexpr char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char AsciiUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

template <char (*OfAscii)(char), uint32_t (*OfCodePoint)(uint32_t)>
void AppendMapped(std::string_view text, std::string* out) {
  if (IsAscii(text)) {
    const size_t start = out->size();
    out->resize(start + text.size());
    std::transform(text.begin(), text.end(), out->begin() + static_cast<std::ptrdiff_t>(start),
                   OfAscii);
    return;
  }
  while (!text.empty()) {
    const std::string_view character = Utf8First(text);
    AppendUtf8(OfCodePoint(DecodeUtf8(character)), out);
    text.remove_prefix(character.size());
  }
}

}  // namespace

uint32_t DecodeUtf8(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first;
  uint32_t value = first & (0x7Fu >> character.size());
  for (const char byte : character.substr(1)) {
    value = (value << 6) | (static_cast<unsigned char>(byte) & 0x3Fu);
  }
  return value;
}

void AppendUtf8(uint32_t code_point, std::string* out) {
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
    return;
  }
  const int more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  out->push_back(static_cast<char>(((0xF0u << (3 - more)) & 0xFFu) | (code_point >> (6 * more))));
  for (int i = more - 1; i >= 0; --i) {
    out->push_back(static_cast<char>(0x80u | ((code_point >> (6 * i)) & 0x3Fu)));
  }
}

bool IsAscii(std::string_view text) {
  unsigned char bits = 0;
  for (const char byte : text) bits |= static_cast<unsigned char>(byte);
  return bits < 0x80;
}

uint32_t ToLower(uint32_t code_point) {
  if (code_point < 0x80) {
    return static_cast<unsigned char>(AsciiLower(static_cast<char>(code_point)));
  }
  const locale_t locale = Utf8Locale();
  return locale == nullptr ? code_point : static_cast<uint32_t>(towlower_l(code_point, locale));
}

uint32_t ToUpper(uint32_t code_point) {
  if (code_point < 0x80) {
    return static_cast<unsigned char>(AsciiUpper(static_cast<char>(code_point)));
  }
  const locale_t locale = Utf8Locale();
  return locale == nullptr ? code_point : static_cast<uint32_t>(towupper_l(code_point, locale));
}

bool IsAlphanumeric(uint32_t code_point) {
  if (code_point < 0x80) {
    return (code_point >= '0' && code_point <= '9') ||
           (ToLower(code_point) >= 'a' && ToLower(code_point) <= 'z');
  }
  const locale_t locale = Utf8Locale();
  return locale != nullptr && iswalnum_l(code_point, locale) != 0;
}

void AppendLower(std::string_view text, std::string* out) {
  AppendMapped<AsciiLower, ToLower>(text, out);
}
void AppendUpper(std::string_view text, std::string* out) {
  AppendMapped<AsciiUpper, ToUpper>(text, out);
}

}  // namespace heliosdb::sql::functions
