// Characters of UTF-8 text. Text is well-formed: whoever takes text from outside checks it.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_UTF8_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heliosdb::sql::functions {

// Bytes of the character that begins with this byte.
constexpr size_t Utf8CharacterBytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}
constexpr bool IsUtf8Continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}
// The first character of a text that is not empty.
constexpr std::string_view Utf8First(std::string_view text) {
  return text.substr(0, Utf8CharacterBytes(text.front()));
}
uint32_t DecodeUtf8(std::string_view character);
void AppendUtf8(uint32_t code_point, std::string* out);
bool IsAscii(std::string_view text);

// The case mappings of the C.UTF-8 locale: one character to one, and ASCII alone where the system
// does not have that locale.
uint32_t ToLower(uint32_t code_point);
uint32_t ToUpper(uint32_t code_point);
bool IsAlphanumeric(uint32_t code_point);
void AppendLower(std::string_view text, std::string* out);
void AppendUpper(std::string_view text, std::string* out);

// PostgreSQL's limit of a value; what would be longer fails with 54000.
inline constexpr size_t kTextBytesMax = 0x3FFFFFFF - 4;

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_UTF8_H_
