#include "core/types/value.h"

#include <cstring>

#include "core/base/check.h"

namespace heliosdb::types {

Value Value::Integer(Type type, int64_t value) {
  const Physical physical = PhysicalOf(type.oid);
  HELIOS_CHECK(physical <= Physical::kInt64);
  Value result(type, false);
  result.integer_ = value;
  return result;
}

Value Value::Float(Type type, double value) {
  const Physical physical = PhysicalOf(type.oid);
  HELIOS_CHECK(physical == Physical::kFloat32 || physical == Physical::kFloat64);
  Value result(type, false);
  result.float_ = value;
  return result;
}

Value Value::Float8(double value) { return Float({TypeOid::kFloat8}, value); }

Value Value::String(Type type, std::string value) {
  HELIOS_CHECK(PhysicalOf(type.oid) == Physical::kString);
  Value result(type, false);
  result.string_ = std::move(value);
  return result;
}

Value Value::OfInterval(Interval value) {
  Value result({TypeOid::kInterval}, false);
  result.interval_ = value;
  return result;
}

bool Value::Identical(const Value& other) const {
  if (type_.oid != other.type_.oid || null_ != other.null_) return false;
  if (null_) return true;
  switch (PhysicalOf(type_.oid)) {
    case Physical::kFloat32:
    case Physical::kFloat64:
      return std::memcmp(&float_, &other.float_, sizeof(float_)) == 0;
    case Physical::kInterval:
      return interval_.microseconds == other.interval_.microseconds &&
             interval_.days == other.interval_.days && interval_.months == other.interval_.months;
    case Physical::kString:
      return string_ == other.string_;
    default:
      return integer_ == other.integer_;
  }
}

}  // namespace heliosdb::types
