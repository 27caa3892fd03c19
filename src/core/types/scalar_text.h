// Text of booleans, numbers, byte strings and the character types, as PostgreSQL reads and writes
// it.
#ifndef HELIOSDB_CORE_TYPES_SCALAR_TEXT_H_
#define HELIOSDB_CORE_TYPES_SCALAR_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/types/type.h"

namespace heliosdb::types {

// Unambiguous prefixes of true, false, yes, no, on, off, and 1, 0; blanks around are ignored.
// Errors: 22P02.
absl::StatusOr<bool> ParseBool(std::string_view text);
// Decimal digits with a sign. bits: 16, 32 or 64. Errors: 22P02, 22003.
absl::StatusOr<int64_t> ParseInteger(std::string_view text, int bits);
absl::StatusOr<uint32_t> ParseOid(std::string_view text);
absl::StatusOr<double> ParseDouble(std::string_view text);
absl::StatusOr<float> ParseFloat(std::string_view text);
absl::StatusOr<uint64_t> ParsePgLsn(std::string_view text);
// Hex ("\xdeadbeef") or escape format. Errors: 22P02, 22023.
absl::StatusOr<std::string> ParseBytea(std::string_view text);

void AppendIntegerText(int64_t value, std::string* out);
// The shortest text that reads back as the same number.
void AppendDoubleText(double value, std::string* out);
void AppendFloatText(float value, std::string* out);
void AppendByteaText(std::string_view bytes, std::string* out);
void AppendPgLsnText(uint64_t lsn, std::string* out);

enum class LengthCoercion { kError, kTruncate };
// value of a char(n) or varchar(n) with this modifier, truncated or padded; a view of value, or of
// *storage where it has to be padded. kError: 22001 unless only spaces are lost.
absl::StatusOr<std::string_view> ApplyLength(TypeOid oid, int32_t modifier, std::string_view value,
                                             LengthCoercion coercion, std::string* storage);
// Bytes of the first characters characters of UTF-8 text; never cuts a character.
size_t Utf8Prefix(std::string_view text, size_t characters);
size_t Utf8Length(std::string_view text);
// A name keeps 63 bytes, cut at a character.
std::string_view TruncateName(std::string_view text);
// char(n) without the blanks that do not count.
constexpr std::string_view TrimTrailingSpaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_SCALAR_TEXT_H_
