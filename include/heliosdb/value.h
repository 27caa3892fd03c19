// Values that go into statements as parameters.
//
// A Value is one SQL value owned by the caller: nothing in it refers to a database. Copying copies the bytes. Results
// are read through Row (result.h), which avoids the copy.
#ifndef HELIOSDB_VALUE_H_
#define HELIOSDB_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace heliosdb {

// PostgreSQL's oids of the types that a result column or a parameter may have. Other numbers may come with later
// versions; a text form (Row::Text) exists for every type.
enum class TypeId : uint32_t {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
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
};

// Bytes for a bytea parameter, to tell them from text. The view must live until the call that takes it returns.
struct Bytes {
  std::string_view data;
};

// NULL, a boolean, an integer, a double, text, or bytes. Text is converted to the parameter's type as PostgreSQL
// converts a literal: Value("2024-02-29") serves for a date, Value("12.50") for a numeric. An integer or double for a
// parameter of another number type is cast as an assignment is (out of range: 22003).
class Value {
 public:
  // NULL.
  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): a parameter is written as what it is, Execute(sql, 42, "x").
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int16_t value) : data_(int64_t{value}) {}
  Value(int32_t value) : data_(int64_t{value}) {}
  Value(int64_t value) : data_(value) {}
  Value(float value) : data_(static_cast<double>(value)) {}
  Value(double value) : data_(value) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Bytes value) : data_(OwnedBytes{std::string(value.data)}) {}
  template <typename T>
  Value(const std::optional<T>& value) : Value(value.has_value() ? Value(*value) : Value()) {}
  // NOLINTEND(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  // The content, when the value is of that kind; else null.
  const bool* if_bool() const { return std::get_if<bool>(&data_); }
  const int64_t* if_integer() const { return std::get_if<int64_t>(&data_); }
  const double* if_double() const { return std::get_if<double>(&data_); }
  const std::string* if_text() const { return std::get_if<std::string>(&data_); }
  const std::string* if_bytes() const {
    const OwnedBytes* bytes = std::get_if<OwnedBytes>(&data_);
    return bytes == nullptr ? nullptr : &bytes->data;
  }

 private:
  struct OwnedBytes {
    std::string data;
  };
  std::variant<std::monostate, bool, int64_t, double, std::string, OwnedBytes> data_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_VALUE_H_
