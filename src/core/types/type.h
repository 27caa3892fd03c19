// SQL types: PostgreSQL's oids and type modifiers, and the physical form in which the engine holds
// values.
#ifndef HELIOSDB_CORE_TYPES_TYPE_H_
#define HELIOSDB_CORE_TYPES_TYPE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/base/check.h"

namespace heliosdb::types {

// PostgreSQL's pg_type oids, so that clients and catalogue queries see the numbers they know.
enum class TypeOid : uint32_t {
  kInvalid = 0,
  kBool = 16,
  kBytea = 17,
  kChar = 18,  // PostgreSQL's "char": one byte.
  kName = 19,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kOid = 26,
  kFloat4 = 700,
  kFloat8 = 701,
  kUnknown = 705,
  kBpchar = 1042,
  kVarchar = 1043,
  kDate = 1082,
  kTime = 1083,
  kTimestamp = 1114,
  kTimestamptz = 1184,
  kInterval = 1186,
  kNumeric = 1700,
  kRegclass = 2205,
  kVoid = 2278,
  kPgLsn = 3220,
  // Pseudo-types that only function signatures name.
  kAny = 2276,
  kAnyElement = 2283,
};

// How a value of a type lies in memory, in vectors and in rows.
enum class Physical : uint8_t {
  kBool,      // uint8_t, 0 or 1
  kInt16,     // int16_t
  kInt32,     // int32_t; date: days since 2000-01-01; oid, regclass: the bits of a uint32_t
  kInt64,     // int64_t; timestamps: microseconds since 2000-01-01 (UTC for timestamptz); time:
              // microseconds of the day; pg_lsn: the bits of a uint64_t
  kFloat32,   // float
  kFloat64,   // double
  kInterval,  // Interval
  kString,    // std::string_view; numeric: the binary form of types/numeric.h
};

// PostgreSQL's interval: three fields that do not convert into each other.
struct Interval {
  int64_t microseconds = 0;
  int32_t days = 0;
  int32_t months = 0;
};

// A type with its modifier, PostgreSQL's typmod: -1 for none; varchar(n) and char(n): n + 4;
// numeric(p, s):
// ((p << 16) | (s & 0x7FF)) + 4; timestamp(p), time(p): p; interval: PostgreSQL's fields and
// precision word.
struct Type {
  TypeOid oid = TypeOid::kInvalid;
  int32_t modifier = -1;

  friend bool operator==(const Type&, const Type&) = default;
};

constexpr Physical PhysicalOf(TypeOid oid) {
  switch (oid) {
    case TypeOid::kBool:
      return Physical::kBool;
    case TypeOid::kInt2:
      return Physical::kInt16;
    case TypeOid::kInt4:
    case TypeOid::kDate:
    case TypeOid::kOid:
    case TypeOid::kRegclass:
      return Physical::kInt32;
    case TypeOid::kInt8:
    case TypeOid::kTime:
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
    case TypeOid::kPgLsn:
      return Physical::kInt64;
    case TypeOid::kFloat4:
      return Physical::kFloat32;
    case TypeOid::kFloat8:
      return Physical::kFloat64;
    case TypeOid::kInterval:
      return Physical::kInterval;
    default:
      return Physical::kString;
  }
}

// Bytes of one value of a physical form inside a vector.
constexpr size_t PhysicalBytes(Physical physical) {
  switch (physical) {
    case Physical::kBool:
      return 1;
    case Physical::kInt16:
      return 2;
    case Physical::kInt32:
    case Physical::kFloat32:
      return 4;
    case Physical::kInt64:
    case Physical::kFloat64:
      return 8;
    case Physical::kInterval:
    case Physical::kString:
      return 16;
  }
  return 0;
}
static_assert(sizeof(Interval) == 16 && sizeof(std::string_view) == 16);

// The name that PostgreSQL prints for a type, with its modifier: "character varying(20)",
// "numeric(10,2)".
std::string TypeName(Type type);
// The name without its modifier, as error messages print it: "character varying", "integer".
std::string_view BaseTypeName(TypeOid oid);
// The name in pg_type: "int4", "bpchar".
std::string_view CatalogTypeName(TypeOid oid);
// The type of a name as it stands in pg_type or in SQL ("int4", "integer", "varchar"); empty when
// there is none. The name is compared as it is, in small letters, with single spaces: "double
// precision".
std::optional<TypeOid> TypeOidByName(std::string_view name);
// The modifier of a type written with arguments: numeric(10, 2), varchar(20), timestamp(3). For
// interval: {fields mask, precision} as PostgreSQL's grammar gives them. Errors: 22023 out of
// range, 42601 for a type that takes none.
absl::StatusOr<int32_t> MakeTypeModifier(TypeOid oid, std::span<const int32_t> arguments);
// Whether length or precision is part of the type: a cast to the same oid with another modifier
// changes the value.
constexpr bool HasModifier(Type type) { return type.modifier >= 0; }

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_TYPE_H_
