#include "core/types/binary_form.h"

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/decimal.h"
#include "core/types/numeric.h"
#include "core/types/scalar_text.h"
#include "core/types/utf8.h"

namespace heliosdb::types {
namespace {

// PostgreSQL's numeric on the wire: digit count, weight, sign, scale, digits; all u16 big-endian.
constexpr uint16_t kWireNegative = 0x4000;
constexpr uint16_t kWireNan = 0xC000;
constexpr uint16_t kWireInfinity = 0xD000;
constexpr uint16_t kWireMinusInfinity = 0xF000;
constexpr size_t kWireNumericHeader = 8;

void AppendNumericBinary(std::string_view numeric, std::string* out) {
  const Decimal value = Decimal::FromBinary(numeric);
  uint16_t sign = value.negative ? kWireNegative : 0;
  if (value.is_nan()) sign = kWireNan;
  if (value.kind == DecimalKind::kInfinity) sign = kWireInfinity;
  if (value.kind == DecimalKind::kMinusInfinity) sign = kWireMinusInfinity;
  AppendBig16(out, static_cast<uint16_t>(value.digits.size()));
  AppendBig16(out, static_cast<uint16_t>(value.weight));
  AppendBig16(out, sign);
  AppendBig16(out, static_cast<uint16_t>(value.display_scale));
  for (const int16_t digit : value.digits) AppendBig16(out, static_cast<uint16_t>(digit));
}

void AppendIntervalBinary(Interval interval, std::string* out) {
  AppendBig64(out, static_cast<uint64_t>(interval.microseconds));
  AppendBig32(out, static_cast<uint32_t>(interval.days));
  AppendBig32(out, static_cast<uint32_t>(interval.months));
}

void AppendIntegerBinary(Physical physical, int64_t value, std::string* out) {
  switch (physical) {
    case Physical::kBool:
      out->push_back(value != 0 ? 1 : 0);
      return;
    case Physical::kInt16:
      return AppendBig16(out, static_cast<uint16_t>(value));
    case Physical::kInt32:
      return AppendBig32(out, static_cast<uint32_t>(value));
    default:
      return AppendBig64(out, static_cast<uint64_t>(value));
  }
}

void AppendStringBinary(TypeOid oid, std::string_view value, std::string* out) {
  if (oid == TypeOid::kNumeric) return AppendNumericBinary(value, out);
  if (oid == TypeOid::kChar && value.empty()) {
    out->push_back('\0');
    return;
  }
  out->append(value);
}

uint16_t LoadBig16(std::string_view bytes, size_t at) {
  return __builtin_bswap16(LoadFixed<uint16_t>(bytes.data() + at));
}

absl::Status BadBinary(std::string_view what) {
  return SqlError(sqlstate::kInvalidBinaryRepresentation, "{}", what);
}

absl::StatusOr<Value> ParseNumericBinary(Type type, std::string_view bytes) {
  if (bytes.size() < kWireNumericHeader) {
    return SqlError(sqlstate::kProtocolViolation, "insufficient data left in message");
  }
  const size_t count = LoadBig16(bytes, 0);
  const uint16_t sign = LoadBig16(bytes, 4);
  const uint16_t scale = LoadBig16(bytes, 6);
  if (bytes.size() < kWireNumericHeader + count * 2) {
    return SqlError(sqlstate::kProtocolViolation, "insufficient data left in message");
  }
  if (bytes.size() > kWireNumericHeader + count * 2) {
    return BadBinary("incorrect binary data format");
  }
  Decimal value;
  switch (sign) {
    case 0:
    case kWireNegative:
      value.negative = sign == kWireNegative;
      break;
    case kWireNan:
      value = Decimal::Nan();
      break;
    case kWireInfinity:
    case kWireMinusInfinity:
      value = Decimal::Infinity(sign == kWireMinusInfinity);
      break;
    default:
      return BadBinary("invalid sign in external \"numeric\" value");
  }
  if (scale > kNumericScaleLimit) return BadBinary("invalid scale in external \"numeric\" value");
  if (value.is_finite()) {
    value.weight = static_cast<int16_t>(LoadBig16(bytes, 2));
    for (size_t i = 0; i < count; ++i) {
      const uint16_t digit = LoadBig16(bytes, kWireNumericHeader + i * 2);
      if (digit >= kDecimalBase) return BadBinary("invalid digit in external \"numeric\" value");
      value.digits.push_back(static_cast<int16_t>(digit));
    }
    // Digits that the scale does not show are cut, as PostgreSQL does.
    value.Truncate(scale);
  }
  NumericBuffer plain;
  NumericBuffer rounded;
  HELIOS_RETURN_IF_ERROR(StoreDecimal(std::move(value), &plain));
  HELIOS_RETURN_IF_ERROR(NumericApplyModifier(plain.view(), type.modifier, &rounded));
  return Value::String(type, std::string(rounded.view()));
}

absl::StatusOr<Value> ParseStringBinary(Type type, std::string_view bytes) {
  if (type.oid == TypeOid::kNumeric) return ParseNumericBinary(type, bytes);
  if (type.oid == TypeOid::kBytea) return Value::String(type, std::string(bytes));
  if (type.oid == TypeOid::kChar) {
    if (bytes.size() != 1) return BadBinary("incorrect binary data format");
    return Value::String(type, bytes[0] == '\0' ? std::string() : std::string(bytes));
  }
  HELIOS_RETURN_IF_ERROR(CheckUtf8(bytes));
  std::string storage;
  HELIOS_ASSIGN_OR_RETURN(std::string_view value, ApplyLength(type.oid, type.modifier, bytes,
                                                              LengthCoercion::kError, &storage));
  if (type.oid == TypeOid::kName) value = TruncateName(value);
  return Value::String(type, std::string(value));
}

absl::Status CheckDatetime(TypeOid oid, int64_t value) {
  switch (oid) {
    case TypeOid::kDate: {
      const int32_t date = static_cast<int32_t>(value);
      if (DateIsFinite(date) && !DateIsInRange(date)) {
        return SqlError(sqlstate::kDatetimeValueOutOfRange, "date out of range");
      }
      return absl::OkStatus();
    }
    case TypeOid::kTime:
      if (value < 0 || value > kMicrosecondsPerDay) {
        return SqlError(sqlstate::kDatetimeValueOutOfRange, "time out of range");
      }
      return absl::OkStatus();
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
      if (TimestampIsFinite(value) && !TimestampIsInRange(value)) {
        return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range");
      }
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<Value> ParseIntegerBinary(Type type, std::string_view bytes) {
  int64_t value = 0;
  switch (PhysicalOf(type.oid)) {
    case Physical::kBool:
      value = bytes[0] != 0 ? 1 : 0;
      break;
    case Physical::kInt16:
      value = static_cast<int16_t>(LoadBig16(bytes, 0));
      break;
    case Physical::kInt32:
      value = static_cast<int32_t>(LoadBig32(bytes.data()));
      break;
    default:
      value = static_cast<int64_t>(LoadBig64(bytes.data()));
      break;
  }
  HELIOS_RETURN_IF_ERROR(CheckDatetime(type.oid, value));
  if (type.oid == TypeOid::kOid || type.oid == TypeOid::kRegclass) {
    value = static_cast<uint32_t>(value);
  } else if (type.oid == TypeOid::kTime) {
    value = TimeApplyModifier(value, type.modifier);
  } else if (type.oid == TypeOid::kTimestamp || type.oid == TypeOid::kTimestamptz) {
    HELIOS_ASSIGN_OR_RETURN(value, TimestampApplyModifier(value, type.modifier));
  }
  return Value::Integer(type, value);
}

}  // namespace

void AppendBinary(const Vector& vector, size_t row, std::string* out) {
  if (vector.is_constant()) row = 0;
  switch (vector.physical()) {
    case Physical::kBool:
      return AppendIntegerBinary(Physical::kBool, vector.data<uint8_t>()[row], out);
    case Physical::kInt16:
      return AppendIntegerBinary(Physical::kInt16, vector.data<int16_t>()[row], out);
    case Physical::kInt32:
      return AppendIntegerBinary(Physical::kInt32, vector.data<int32_t>()[row], out);
    case Physical::kInt64:
      return AppendIntegerBinary(Physical::kInt64, vector.data<int64_t>()[row], out);
    case Physical::kFloat32:
      return AppendBig32(out, LoadFixed<uint32_t>(vector.data<float>() + row));
    case Physical::kFloat64:
      return AppendBig64(out, LoadFixed<uint64_t>(vector.data<double>() + row));
    case Physical::kInterval:
      return AppendIntervalBinary(vector.data<Interval>()[row], out);
    case Physical::kString:
      return AppendStringBinary(vector.type().oid, vector.data<std::string_view>()[row], out);
  }
}

void AppendBinary(const Value& value, std::string* out) {
  const Physical physical = PhysicalOf(value.type().oid);
  switch (physical) {
    case Physical::kFloat32: {
      const float narrow = static_cast<float>(value.float_value());
      return AppendBig32(out, LoadFixed<uint32_t>(&narrow));
    }
    case Physical::kFloat64: {
      const double wide = value.float_value();
      return AppendBig64(out, LoadFixed<uint64_t>(&wide));
    }
    case Physical::kInterval:
      return AppendIntervalBinary(value.interval(), out);
    case Physical::kString:
      return AppendStringBinary(value.type().oid, value.string(), out);
    default:
      return AppendIntegerBinary(physical, value.integer(), out);
  }
}

absl::StatusOr<Value> ParseBinary(Type type, std::string_view bytes) {
  const Physical physical = PhysicalOf(type.oid);
  if (physical == Physical::kString) return ParseStringBinary(type, bytes);
  if (bytes.size() < PhysicalBytes(physical)) {
    return SqlError(sqlstate::kProtocolViolation, "insufficient data left in message");
  }
  if (bytes.size() > PhysicalBytes(physical)) return BadBinary("incorrect binary data format");
  switch (physical) {
    case Physical::kFloat32: {
      const uint32_t bits = LoadBig32(bytes.data());
      return Value::Float(type, LoadFixed<float>(&bits));
    }
    case Physical::kFloat64: {
      const uint64_t bits = LoadBig64(bytes.data());
      return Value::Float(type, LoadFixed<double>(&bits));
    }
    case Physical::kInterval: {
      const Interval plain = {static_cast<int64_t>(LoadBig64(bytes.data())),
                              static_cast<int32_t>(LoadBig32(bytes.data() + 8)),
                              static_cast<int32_t>(LoadBig32(bytes.data() + 12))};
      HELIOS_ASSIGN_OR_RETURN(const Interval interval, IntervalApplyModifier(plain, type.modifier));
      return Value::OfInterval(interval).WithType(type);
    }
    default:
      return ParseIntegerBinary(type, bytes);
  }
}

}  // namespace heliosdb::types
