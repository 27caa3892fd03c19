// Which casts exist: PostgreSQL 15's pg_cast for the types that the engine has.
#include "core/types/cast.h"

namespace heliosdb::types {
namespace {

struct CastRule {
  TypeOid from;
  TypeOid to;
  CastKind kind;
};

constexpr CastRule kCastRules[] = {
    {TypeOid::kBool, TypeOid::kInt4, CastKind::kExplicit},
    {TypeOid::kBool, TypeOid::kText, CastKind::kAssignment},
    {TypeOid::kBool, TypeOid::kBpchar, CastKind::kAssignment},
    {TypeOid::kBool, TypeOid::kVarchar, CastKind::kAssignment},
    {TypeOid::kChar, TypeOid::kInt4, CastKind::kExplicit},
    {TypeOid::kChar, TypeOid::kText, CastKind::kImplicit},
    {TypeOid::kChar, TypeOid::kBpchar, CastKind::kAssignment},
    {TypeOid::kChar, TypeOid::kVarchar, CastKind::kAssignment},
    {TypeOid::kName, TypeOid::kText, CastKind::kImplicit},
    {TypeOid::kName, TypeOid::kBpchar, CastKind::kAssignment},
    {TypeOid::kName, TypeOid::kVarchar, CastKind::kAssignment},
    {TypeOid::kInt8, TypeOid::kInt2, CastKind::kAssignment},
    {TypeOid::kInt8, TypeOid::kInt4, CastKind::kAssignment},
    {TypeOid::kInt8, TypeOid::kOid, CastKind::kImplicit},
    {TypeOid::kInt8, TypeOid::kFloat4, CastKind::kImplicit},
    {TypeOid::kInt8, TypeOid::kFloat8, CastKind::kImplicit},
    {TypeOid::kInt8, TypeOid::kNumeric, CastKind::kImplicit},
    {TypeOid::kInt8, TypeOid::kRegclass, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kInt8, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kInt4, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kOid, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kFloat4, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kFloat8, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kNumeric, CastKind::kImplicit},
    {TypeOid::kInt2, TypeOid::kRegclass, CastKind::kImplicit},
    {TypeOid::kInt4, TypeOid::kBool, CastKind::kExplicit},
    {TypeOid::kInt4, TypeOid::kChar, CastKind::kExplicit},
    {TypeOid::kInt4, TypeOid::kInt8, CastKind::kImplicit},
    {TypeOid::kInt4, TypeOid::kInt2, CastKind::kAssignment},
    {TypeOid::kInt4, TypeOid::kOid, CastKind::kImplicit},
    {TypeOid::kInt4, TypeOid::kFloat4, CastKind::kImplicit},
    {TypeOid::kInt4, TypeOid::kFloat8, CastKind::kImplicit},
    {TypeOid::kInt4, TypeOid::kNumeric, CastKind::kImplicit},
    {TypeOid::kInt4, TypeOid::kRegclass, CastKind::kImplicit},
    {TypeOid::kText, TypeOid::kChar, CastKind::kAssignment},
    {TypeOid::kText, TypeOid::kName, CastKind::kImplicit},
    {TypeOid::kText, TypeOid::kBpchar, CastKind::kImplicit},
    {TypeOid::kText, TypeOid::kVarchar, CastKind::kImplicit},
    {TypeOid::kText, TypeOid::kRegclass, CastKind::kImplicit},
    {TypeOid::kOid, TypeOid::kInt8, CastKind::kAssignment},
    {TypeOid::kOid, TypeOid::kInt4, CastKind::kAssignment},
    {TypeOid::kOid, TypeOid::kRegclass, CastKind::kImplicit},
    {TypeOid::kFloat4, TypeOid::kInt8, CastKind::kAssignment},
    {TypeOid::kFloat4, TypeOid::kInt2, CastKind::kAssignment},
    {TypeOid::kFloat4, TypeOid::kInt4, CastKind::kAssignment},
    {TypeOid::kFloat4, TypeOid::kFloat8, CastKind::kImplicit},
    {TypeOid::kFloat4, TypeOid::kNumeric, CastKind::kAssignment},
    {TypeOid::kFloat8, TypeOid::kInt8, CastKind::kAssignment},
    {TypeOid::kFloat8, TypeOid::kInt2, CastKind::kAssignment},
    {TypeOid::kFloat8, TypeOid::kInt4, CastKind::kAssignment},
    {TypeOid::kFloat8, TypeOid::kFloat4, CastKind::kAssignment},
    {TypeOid::kFloat8, TypeOid::kNumeric, CastKind::kAssignment},
    {TypeOid::kBpchar, TypeOid::kChar, CastKind::kAssignment},
    {TypeOid::kBpchar, TypeOid::kName, CastKind::kImplicit},
    {TypeOid::kBpchar, TypeOid::kText, CastKind::kImplicit},
    {TypeOid::kBpchar, TypeOid::kVarchar, CastKind::kImplicit},
    {TypeOid::kVarchar, TypeOid::kChar, CastKind::kAssignment},
    {TypeOid::kVarchar, TypeOid::kName, CastKind::kImplicit},
    {TypeOid::kVarchar, TypeOid::kText, CastKind::kImplicit},
    {TypeOid::kVarchar, TypeOid::kBpchar, CastKind::kImplicit},
    {TypeOid::kVarchar, TypeOid::kRegclass, CastKind::kImplicit},
    {TypeOid::kDate, TypeOid::kTimestamp, CastKind::kImplicit},
    {TypeOid::kDate, TypeOid::kTimestamptz, CastKind::kImplicit},
    {TypeOid::kTime, TypeOid::kInterval, CastKind::kImplicit},
    {TypeOid::kTimestamp, TypeOid::kDate, CastKind::kAssignment},
    {TypeOid::kTimestamp, TypeOid::kTime, CastKind::kAssignment},
    {TypeOid::kTimestamp, TypeOid::kTimestamptz, CastKind::kImplicit},
    {TypeOid::kTimestamptz, TypeOid::kDate, CastKind::kAssignment},
    {TypeOid::kTimestamptz, TypeOid::kTime, CastKind::kAssignment},
    {TypeOid::kTimestamptz, TypeOid::kTimestamp, CastKind::kAssignment},
    {TypeOid::kInterval, TypeOid::kTime, CastKind::kAssignment},
    {TypeOid::kNumeric, TypeOid::kInt8, CastKind::kAssignment},
    {TypeOid::kNumeric, TypeOid::kInt2, CastKind::kAssignment},
    {TypeOid::kNumeric, TypeOid::kInt4, CastKind::kAssignment},
    {TypeOid::kNumeric, TypeOid::kFloat4, CastKind::kImplicit},
    {TypeOid::kNumeric, TypeOid::kFloat8, CastKind::kImplicit},
    {TypeOid::kRegclass, TypeOid::kInt8, CastKind::kAssignment},
    {TypeOid::kRegclass, TypeOid::kInt4, CastKind::kAssignment},
    {TypeOid::kRegclass, TypeOid::kOid, CastKind::kImplicit},
};

bool IsCharacterType(TypeOid oid) {
  switch (oid) {
    case TypeOid::kText:
    case TypeOid::kVarchar:
    case TypeOid::kBpchar:
    case TypeOid::kName:
    case TypeOid::kChar:
      return true;
    default:
      return false;
  }
}

// Types of values, as opposed to those that only signatures name.
bool HasValues(TypeOid oid) {
  switch (oid) {
    case TypeOid::kInvalid:
    case TypeOid::kVoid:
    case TypeOid::kAny:
    case TypeOid::kAnyElement:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<CastKind> FindCast(TypeOid from, TypeOid to) {
  if (from == to) return CastKind::kImplicit;
  if (!HasValues(from) || !HasValues(to)) return std::nullopt;
  if (from == TypeOid::kUnknown) return CastKind::kImplicit;
  for (const CastRule& rule : kCastRules) {
    if (rule.from == from && rule.to == to) return rule.kind;
  }
  // Casts through the text form. PostgreSQL counts "char" as no string type here.
  if (to == TypeOid::kUnknown) return std::nullopt;
  if (IsCharacterType(to) && to != TypeOid::kChar) return CastKind::kAssignment;
  if (IsCharacterType(from) && from != TypeOid::kChar) return CastKind::kExplicit;
  return std::nullopt;
}

bool IsBinaryCoercible(TypeOid from, TypeOid to) {
  if (from == to) return true;
  switch (to) {
    case TypeOid::kText:
      return from == TypeOid::kVarchar;
    case TypeOid::kVarchar:
      return from == TypeOid::kText;
    case TypeOid::kBpchar:
      return from == TypeOid::kText || from == TypeOid::kVarchar;
    case TypeOid::kOid:
      return from == TypeOid::kInt4 || from == TypeOid::kRegclass;
    case TypeOid::kRegclass:
      return from == TypeOid::kInt4 || from == TypeOid::kOid;
    case TypeOid::kInt4:
      return from == TypeOid::kOid || from == TypeOid::kRegclass;
    default:
      return false;
  }
}

}  // namespace heliosdb::types
