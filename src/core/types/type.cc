#include "core/types/type.h"

#include <algorithm>
#include <array>

#include "fmt/format.h"

#include "core/base/status.h"
#include "core/types/interval_fields.h"

namespace heliosdb::types {
namespace {

struct TypeEntry {
  TypeOid oid;
  std::string_view catalog_name;  // pg_type.typname
  std::string_view sql_name;      // What format_type prints.
};

constexpr TypeEntry kTypes[] = {
    {TypeOid::kBool, "bool", "boolean"},
    {TypeOid::kBytea, "bytea", "bytea"},
    {TypeOid::kChar, "char", "\"char\""},
    {TypeOid::kName, "name", "name"},
    {TypeOid::kInt8, "int8", "bigint"},
    {TypeOid::kInt2, "int2", "smallint"},
    {TypeOid::kInt4, "int4", "integer"},
    {TypeOid::kText, "text", "text"},
    {TypeOid::kOid, "oid", "oid"},
    {TypeOid::kFloat4, "float4", "real"},
    {TypeOid::kFloat8, "float8", "double precision"},
    {TypeOid::kUnknown, "unknown", "unknown"},
    {TypeOid::kBpchar, "bpchar", "character"},
    {TypeOid::kVarchar, "varchar", "character varying"},
    {TypeOid::kDate, "date", "date"},
    {TypeOid::kTime, "time", "time without time zone"},
    {TypeOid::kTimestamp, "timestamp", "timestamp without time zone"},
    {TypeOid::kTimestamptz, "timestamptz", "timestamp with time zone"},
    {TypeOid::kInterval, "interval", "interval"},
    {TypeOid::kNumeric, "numeric", "numeric"},
    {TypeOid::kRegclass, "regclass", "regclass"},
    {TypeOid::kVoid, "void", "void"},
    {TypeOid::kPgLsn, "pg_lsn", "pg_lsn"},
    {TypeOid::kAny, "any", "\"any\""},
    {TypeOid::kAnyElement, "anyelement", "anyelement"},
};

// Spellings of the grammar that are neither of the two names above.
constexpr std::pair<std::string_view, TypeOid> kAliases[] = {
    {"int", TypeOid::kInt4},
    {"decimal", TypeOid::kNumeric},
    {"dec", TypeOid::kNumeric},
    {"float", TypeOid::kFloat8},
    {"char varying", TypeOid::kVarchar},
    {"timestamp with time zone", TypeOid::kTimestamptz},
};

const TypeEntry* EntryOf(TypeOid oid) {
  for (const TypeEntry& entry : kTypes) {
    if (entry.oid == oid) return &entry;
  }
  return nullptr;
}

std::string IntervalTypeName(int32_t modifier) {
  const int32_t fields = IntervalFieldsOf(modifier);
  const int32_t precision = IntervalPrecisionOf(modifier);
  std::string name = "interval";
  for (const IntervalFieldsName& entry : kIntervalFieldsNames) {
    if (entry.fields == fields) name += entry.suffix;
  }
  if (precision != kIntervalFullPrecision) name += fmt::format("({})", precision);
  return name;
}

absl::StatusOr<int32_t> NumericModifier(std::span<const int32_t> arguments) {
  constexpr int kPrecisionMax = 1000;
  constexpr int kScaleMin = -1000;
  constexpr int kScaleMax = 1000;
  if (arguments.empty() || arguments.size() > 2) {
    return SqlError(sqlstate::kInvalidParameterValue, "invalid NUMERIC type modifier");
  }
  const int32_t precision = arguments[0];
  const int32_t scale = arguments.size() == 2 ? arguments[1] : 0;
  if (precision < 1 || precision > kPrecisionMax) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "NUMERIC precision {} must be between 1 and {}", precision, kPrecisionMax);
  }
  if (scale < kScaleMin || scale > kScaleMax) {
    return SqlError(sqlstate::kInvalidParameterValue, "NUMERIC scale {} must be between {} and {}",
                    scale, kScaleMin, kScaleMax);
  }
  return ((precision << 16) | (scale & 0x7FF)) + 4;
}

absl::StatusOr<int32_t> LengthModifier(std::string_view name, std::span<const int32_t> arguments) {
  constexpr int kLengthMax = 10 * 1024 * 1024;
  if (arguments.size() != 1) {
    return SqlError(sqlstate::kInvalidParameterValue, "invalid type modifier");
  }
  if (arguments[0] < 1) {
    return SqlError(sqlstate::kInvalidParameterValue, "length for type {} must be at least 1",
                    name);
  }
  if (arguments[0] > kLengthMax) {
    return SqlError(sqlstate::kInvalidParameterValue, "length for type {} cannot exceed {}", name,
                    kLengthMax);
  }
  return arguments[0] + 4;
}

absl::StatusOr<int32_t> TimeModifier(std::string_view name, std::span<const int32_t> arguments) {
  if (arguments.size() != 1) {
    return SqlError(sqlstate::kInvalidParameterValue, "invalid type modifier");
  }
  if (arguments[0] < 0) {
    return SqlError(sqlstate::kInvalidParameterValue, "{} precision must not be negative",
                    fmt::format(fmt::runtime(name), arguments[0]));
  }
  return std::min<int32_t>(arguments[0], 6);
}

absl::StatusOr<int32_t> IntervalModifier(std::span<const int32_t> arguments) {
  if (arguments.empty() || arguments.size() > 2) {
    return SqlError(sqlstate::kInvalidParameterValue, "invalid INTERVAL type modifier");
  }
  if (arguments.size() == 1) {
    return arguments[0] == kIntervalFullRange
               ? -1
               : MakeIntervalModifier(arguments[0], kIntervalFullPrecision);
  }
  if (arguments[1] < 0) {
    return SqlError(sqlstate::kInvalidParameterValue, "INTERVAL({}) precision must not be negative",
                    arguments[1]);
  }
  return MakeIntervalModifier(arguments[0], std::min<int32_t>(arguments[1], 6));
}

}  // namespace

std::string_view BaseTypeName(TypeOid oid) {
  const TypeEntry* const entry = EntryOf(oid);
  return entry == nullptr ? "???" : entry->sql_name;
}

std::string_view CatalogTypeName(TypeOid oid) {
  const TypeEntry* const entry = EntryOf(oid);
  return entry == nullptr ? "???" : entry->catalog_name;
}

std::string TypeName(Type type) {
  const std::string_view base = BaseTypeName(type.oid);
  const int32_t modifier = type.modifier;
  if (modifier < 0) {
    // "character" alone would read back as character(1).
    return std::string(type.oid == TypeOid::kBpchar ? "bpchar" : base);
  }
  switch (type.oid) {
    case TypeOid::kBpchar:
    case TypeOid::kVarchar:
      return fmt::format("{}({})", base, modifier - 4);
    case TypeOid::kNumeric: {
      const int32_t scale = (((modifier - 4) & 0x7FF) ^ 1024) - 1024;
      return fmt::format("numeric({},{})", ((modifier - 4) >> 16) & 0xFFFF, scale);
    }
    case TypeOid::kTime:
      return fmt::format("time({}) without time zone", modifier);
    case TypeOid::kTimestamp:
      return fmt::format("timestamp({}) without time zone", modifier);
    case TypeOid::kTimestamptz:
      return fmt::format("timestamp({}) with time zone", modifier);
    case TypeOid::kInterval:
      return IntervalTypeName(modifier);
    default:
      return std::string(base);
  }
}

std::optional<TypeOid> TypeOidByName(std::string_view name) {
  // The grammar's char and character are bpchar; only the quoted name is the one-byte type.
  if (name == "char") return TypeOid::kBpchar;
  for (const TypeEntry& entry : kTypes) {
    if (entry.catalog_name == name || entry.sql_name == name) return entry.oid;
  }
  for (const auto& [alias, oid] : kAliases) {
    if (alias == name) return oid;
  }
  return std::nullopt;
}

absl::StatusOr<int32_t> MakeTypeModifier(TypeOid oid, std::span<const int32_t> arguments) {
  if (arguments.empty()) return -1;
  switch (oid) {
    case TypeOid::kNumeric:
      return NumericModifier(arguments);
    case TypeOid::kBpchar:
      return LengthModifier("char", arguments);
    case TypeOid::kVarchar:
      return LengthModifier("varchar", arguments);
    case TypeOid::kTime:
      return TimeModifier("TIME({})", arguments);
    case TypeOid::kTimestamp:
      return TimeModifier("TIMESTAMP({})", arguments);
    case TypeOid::kTimestamptz:
      return TimeModifier("TIMESTAMP({}) WITH TIME ZONE", arguments);
    case TypeOid::kInterval:
      return IntervalModifier(arguments);
    default:
      return SqlError(sqlstate::kSyntaxError, "type modifier is not allowed for type \"{}\"",
                      CatalogTypeName(oid));
  }
}

}  // namespace heliosdb::types
