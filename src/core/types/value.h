// One SQL value: for constants, parameters, and the edges of the engine. Inside it, values travel
// in vectors.
#ifndef HELIOSDB_CORE_TYPES_VALUE_H_
#define HELIOSDB_CORE_TYPES_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/types/type.h"

namespace heliosdb::types {

class Value {
 public:
  // A NULL of unknown type. (Not defaulted: clang 14 would delete it for the union's sake.)
  Value() {}

  static Value Null(Type type) { return Value(type, true); }
  static Value Bool(bool value) { return Integer({TypeOid::kBool}, value ? 1 : 0); }
  static Value Int2(int16_t value) { return Integer({TypeOid::kInt2}, value); }
  static Value Int4(int32_t value) { return Integer({TypeOid::kInt4}, value); }
  static Value Int8(int64_t value) { return Integer({TypeOid::kInt8}, value); }
  static Value Float8(double value);
  static Value Text(std::string value) { return String({TypeOid::kText}, std::move(value)); }
  // For every type of a physical form: integer forms and bool (as the number), strings, intervals,
  // both floats.
  static Value Integer(Type type, int64_t value);
  static Value Float(Type type, double value);
  static Value String(Type type, std::string value);
  static Value OfInterval(Interval value);

  Type type() const { return type_; }
  bool is_null() const { return null_; }
  // Each is for its physical form only (checked).
  bool bool_value() const { return integer_ != 0; }
  int64_t integer() const { return integer_; }
  double float_value() const { return float_; }
  const std::string& string() const { return string_; }
  Interval interval() const { return interval_; }

  // The same value under another type of the same physical form.
  Value WithType(Type type) const {
    Value copy = *this;
    copy.type_ = type;
    return copy;
  }
  // Same type oid, same nullness and the same bytes; not SQL equality.
  bool Identical(const Value& other) const;

 private:
  Value(Type type, bool null) : type_(type), null_(null) {}

  Type type_{TypeOid::kUnknown};
  bool null_ = true;
  union {
    int64_t integer_ = 0;
    double float_;
    Interval interval_;
  };
  std::string string_;
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_VALUE_H_
