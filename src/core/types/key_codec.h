// Order-preserving keys: memcmp of two keys gives the order of their columns. Format version 1,
// docs/formats/key.md.
//
//   key     := column column ...
//   column  := marker u8 | payload; no payload after a NULL
//   marker  := 0x00 NULL that sorts first | 0x01 value | 0x02 NULL that sorts last; never
//              complemented
//   payload := by type, every byte complemented when the column is descending:
//     bool                              u8, 0 or 1
//     int2/4/8, date, time, timestamps  big-endian, sign bit flipped
//     oid, regclass, pg_lsn             big-endian
//     float4/8                          big-endian bits; positive: sign bit flipped, negative: all
//                                       flipped; NaN as 0xff..., -0 as 0
//     text, varchar, name, "char",      bytes, 0x00 written as 0x00 0xff; then 0x00 0x01
//     bytea
//     char(n)                           the same without trailing spaces
//     interval                          its span (months of 30 days) in microseconds, 128 bits
//                                       big-endian, sign bit flipped
//     numeric                           class u8: 1 -Infinity, 2 negative, 3 zero, 4 positive,
//                                       5 Infinity, 6 NaN; for 4: weight + 32768 as u16 big-endian,
//                                       each base-10000 digit + 1 as u16 big-endian, 0x0000; for 2
//                                       the same, complemented
//
// No column's bytes are a prefix of another value's, so columns simply follow each other.
#ifndef HELIOSDB_CORE_TYPES_KEY_CODEC_H_
#define HELIOSDB_CORE_TYPES_KEY_CODEC_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/coding.h"
#include "core/types/compare.h"
#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::types {

inline constexpr uint32_t kKeyFormatVersion = 1;

// The row may be NULL.
void AppendKeyColumn(const Vector& vector, size_t row, KeyOrder order, std::string* key);
void AppendKeyColumn(const Value& value, KeyOrder order, std::string* key);

// Single-column integer keys, ascending and not NULL: the same bytes as AppendKeyColumn, 5 and 9 of
// them.
inline constexpr size_t kInt4KeyBytes = 5;
inline constexpr size_t kInt8KeyBytes = 9;
inline void StoreInt4Key(char* to, int32_t value) {
  to[0] = 1;
  StoreBig32(to + 1, static_cast<uint32_t>(value) ^ 0x80000000u);
}
inline void StoreInt8Key(char* to, int64_t value) {
  to[0] = 1;
  StoreBig64(to + 1, static_cast<uint64_t>(value) ^ 0x8000000000000000u);
}

// Whether a key gives back exactly the bytes of the value that it was made of, so that an
// index-only scan may use it. Not so for numeric (display scale), interval, char(n) and the floats
// (-0).
bool KeyIsExact(TypeOid oid);
// Takes one column off the front of *key and sets the row of *out. For every type but numeric and
// interval (0A000); a char(n) comes back without its blanks, a float's -0 as 0. DATA_LOSS when the
// bytes are no such column.
absl::Status DecodeKeyColumn(std::string_view* key, KeyOrder order, size_t row, Vector* out);
// Whether the key's first column is NULL.
inline bool KeyColumnIsNull(std::string_view key) { return !key.empty() && key[0] != 1; }
// Takes one column of any type off the front; DATA_LOSS as above.
absl::Status SkipKeyColumn(TypeOid oid, KeyOrder order, std::string_view* key);

// The smallest byte string greater than every string that starts with prefix; empty when there is
// none (all 0xff).
std::optional<std::string> PrefixSuccessor(std::string_view prefix);
// The key of every text that starts with prefix starts with this: LIKE 'abc%' over an ascending or
// descending column.
void AppendKeyTextPrefix(std::string_view prefix, KeyOrder order, std::string* key);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_KEY_CODEC_H_
