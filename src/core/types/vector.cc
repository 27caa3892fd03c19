#include "core/types/vector.h"

namespace heliosdb::types {
namespace {

template <typename T>
void Fill(T* data, size_t rows) {
  const T first = data[0];
  for (size_t i = 1; i < rows; ++i) data[i] = first;
}

template <typename T>
void Gather(T* to, const T* from, std::span<const uint16_t> rows) {
  for (size_t i = 0; i < rows.size(); ++i) to[i] = from[rows[i]];
}

}  // namespace

void Validity::And(const Validity& other) {
  if (!other.has_nulls_) return;
  if (!has_nulls_) {
    *this = other;
    return;
  }
  for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

Vector::Vector(Type type)
    : type_(type),
      physical_(PhysicalOf(type.oid)),
      data_(std::make_unique<char[]>(PhysicalBytes(physical_) * kChunkRows)) {}

Vector Vector::Constant(const Value& value) {
  Vector result(value.type());
  result.SetValue(0, value);
  result.constant_ = true;
  return result;
}

void Vector::SetNull(size_t row) {
  const size_t width = PhysicalBytes(physical_);
  std::memset(data_.get() + row * width, 0, width);
  validity_.SetNull(row);
}

void Vector::SetValue(size_t row, const Value& value) {
  if (value.is_null()) return SetNull(row);
  HELIOS_CHECK(PhysicalOf(value.type().oid) == physical_);
  validity_.SetValid(row);
  switch (physical_) {
    case Physical::kBool:
      data<uint8_t>()[row] = value.integer() != 0 ? 1 : 0;
      return;
    case Physical::kInt16:
      data<int16_t>()[row] = static_cast<int16_t>(value.integer());
      return;
    case Physical::kInt32:
      data<int32_t>()[row] = static_cast<int32_t>(value.integer());
      return;
    case Physical::kInt64:
      data<int64_t>()[row] = value.integer();
      return;
    case Physical::kFloat32:
      data<float>()[row] = static_cast<float>(value.float_value());
      return;
    case Physical::kFloat64:
      data<double>()[row] = value.float_value();
      return;
    case Physical::kInterval:
      data<Interval>()[row] = value.interval();
      return;
    case Physical::kString:
      data<std::string_view>()[row] = AddString(value.string());
      return;
  }
}

Value Vector::GetValue(size_t row) const {
  if (constant_) row = 0;
  if (!validity_.IsValid(row)) return Value::Null(type_);
  switch (physical_) {
    case Physical::kBool:
      return Value::Integer(type_, data<uint8_t>()[row]);
    case Physical::kInt16:
      return Value::Integer(type_, data<int16_t>()[row]);
    case Physical::kInt32:
      if (type_.oid == TypeOid::kOid || type_.oid == TypeOid::kRegclass) {
        return Value::Integer(type_, static_cast<uint32_t>(data<int32_t>()[row]));
      }
      return Value::Integer(type_, data<int32_t>()[row]);
    case Physical::kInt64:
      return Value::Integer(type_, data<int64_t>()[row]);
    case Physical::kFloat32:
      return Value::Float(type_, data<float>()[row]);
    case Physical::kFloat64:
      return Value::Float(type_, data<double>()[row]);
    case Physical::kInterval:
      return Value::OfInterval(data<Interval>()[row]).WithType(type_);
    case Physical::kString:
      return Value::String(type_, std::string(data<std::string_view>()[row]));
  }
  return Value::Null(type_);
}

void Vector::Flatten(size_t rows) {
  HELIOS_CHECK(rows <= kChunkRows);
  if (!constant_) return;
  constant_ = false;
  if (!validity_.IsValid(0)) {
    for (size_t i = 0; i < rows; ++i) SetNull(i);
    return;
  }
  validity_.SetAllValid();
  switch (physical_) {
    case Physical::kBool:
      return Fill(data<uint8_t>(), rows);
    case Physical::kInt16:
      return Fill(data<int16_t>(), rows);
    case Physical::kInt32:
    case Physical::kFloat32:
      return Fill(data<int32_t>(), rows);
    case Physical::kInt64:
    case Physical::kFloat64:
      return Fill(data<int64_t>(), rows);
    case Physical::kInterval:
      return Fill(data<Interval>(), rows);
    case Physical::kString:
      return Fill(data<std::string_view>(), rows);
  }
}

void Vector::CopyRowShallow(size_t to_row, const Vector& from, size_t from_row) {
  HELIOS_CHECK(from.physical_ == physical_);
  if (from.constant_) from_row = 0;
  const size_t width = PhysicalBytes(physical_);
  std::memcpy(data_.get() + to_row * width, from.data_.get() + from_row * width, width);
  if (from.validity_.IsValid(from_row)) {
    validity_.SetValid(to_row);
  } else {
    validity_.SetNull(to_row);
  }
}

void Vector::GatherShallow(const Vector& from, std::span<const uint16_t> rows) {
  HELIOS_CHECK(from.physical_ == physical_ && rows.size() <= kChunkRows);
  if (from.constant_) {
    CopyRowShallow(0, from, 0);
    constant_ = true;
    return Flatten(rows.size());
  }
  switch (physical_) {
    case Physical::kBool:
      Gather(data<uint8_t>(), from.data<uint8_t>(), rows);
      break;
    case Physical::kInt16:
      Gather(data<int16_t>(), from.data<int16_t>(), rows);
      break;
    case Physical::kInt32:
    case Physical::kFloat32:
      Gather(data<int32_t>(), from.data<int32_t>(), rows);
      break;
    case Physical::kInt64:
    case Physical::kFloat64:
      Gather(data<int64_t>(), from.data<int64_t>(), rows);
      break;
    case Physical::kInterval:
      Gather(data<Interval>(), from.data<Interval>(), rows);
      break;
    case Physical::kString:
      Gather(data<std::string_view>(), from.data<std::string_view>(), rows);
      break;
  }
  validity_.SetAllValid();
  if (!from.validity_.has_nulls()) return;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!from.validity_.IsValid(rows[i])) validity_.SetNull(i);
  }
}

}  // namespace heliosdb::types
