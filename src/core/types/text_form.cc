#include "core/types/text_form.h"

#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/datetime_text.h"
#include "core/types/numeric.h"
#include "core/types/scalar_text.h"

namespace heliosdb::types {
namespace {

// Text of the types that are held as integers.
void AppendIntegerForm(TypeOid oid, int64_t value, const FormatContext& context, std::string* out) {
  switch (oid) {
    case TypeOid::kBool:
      out->push_back(value != 0 ? 't' : 'f');
      return;
    case TypeOid::kDate:
      return AppendDateText(static_cast<int32_t>(value), out);
    case TypeOid::kTime:
      return AppendTimeText(value, out);
    case TypeOid::kTimestamp:
      return AppendTimestampText(value, out);
    case TypeOid::kTimestamptz:
      return AppendTimestamptzText(value, context, out);
    case TypeOid::kPgLsn:
      return AppendPgLsnText(static_cast<uint64_t>(value), out);
    case TypeOid::kOid:
    case TypeOid::kRegclass:
      return AppendIntegerText(static_cast<uint32_t>(value), out);
    default:
      return AppendIntegerText(value, out);
  }
}

void AppendStringForm(TypeOid oid, std::string_view value, std::string* out) {
  if (oid == TypeOid::kNumeric) return AppendNumericText(value, out);
  if (oid == TypeOid::kBytea) return AppendByteaText(value, out);
  out->append(value);
}

absl::Status ParseCharacters(std::string_view text, size_t row, Vector* out) {
  const Type type = out->type();
  std::string storage;
  HELIOS_ASSIGN_OR_RETURN(std::string_view value, ApplyLength(type.oid, type.modifier, text,
                                                              LengthCoercion::kError, &storage));
  if (type.oid == TypeOid::kName) value = TruncateName(value);
  if (type.oid == TypeOid::kChar) value = value.substr(0, 1);
  out->data<std::string_view>()[row] = out->AddString(value);
  return absl::OkStatus();
}

absl::Status ParseStringForm(std::string_view text, size_t row, Vector* out) {
  const Type type = out->type();
  if (type.oid == TypeOid::kNumeric) {
    NumericBuffer buffer;
    HELIOS_RETURN_IF_ERROR(NumericFromText(text, type.modifier, &buffer));
    out->data<std::string_view>()[row] = out->AddString(buffer.view());
    return absl::OkStatus();
  }
  if (type.oid == TypeOid::kBytea) {
    HELIOS_ASSIGN_OR_RETURN(const std::string bytes, ParseBytea(text));
    out->data<std::string_view>()[row] = out->AddString(bytes);
    return absl::OkStatus();
  }
  return ParseCharacters(text, row, out);
}

absl::StatusOr<uint32_t> ParseRegclass(std::string_view text) {
  if (text == "-") return 0;
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!is_number) return Unsupported("reading the name of a relation as regclass is not supported");
  return ParseOid(text);
}

// Reads the types that are held as integers.
absl::StatusOr<int64_t> ParseIntegerForm(Type type, std::string_view text,
                                         const FormatContext& context) {
  switch (type.oid) {
    case TypeOid::kBool: {
      HELIOS_ASSIGN_OR_RETURN(const bool value, ParseBool(text));
      return value ? 1 : 0;
    }
    case TypeOid::kInt2:
      return ParseInteger(text, 16);
    case TypeOid::kInt4:
      return ParseInteger(text, 32);
    case TypeOid::kOid:
      return ParseOid(text);
    case TypeOid::kRegclass:
      return ParseRegclass(text);
    case TypeOid::kDate:
      return ParseDate(text, context);
    case TypeOid::kTime:
      return ParseTime(text, type.modifier, context);
    case TypeOid::kTimestamp:
      return ParseTimestamp(text, type.modifier, context);
    case TypeOid::kTimestamptz:
      return ParseTimestamptz(text, type.modifier, context);
    case TypeOid::kPgLsn: {
      HELIOS_ASSIGN_OR_RETURN(const uint64_t lsn, ParsePgLsn(text));
      return static_cast<int64_t>(lsn);
    }
    default:
      return ParseInteger(text, 64);
  }
}

void PutInteger(int64_t value, size_t row, Vector* out) {
  switch (out->physical()) {
    case Physical::kBool:
      out->data<uint8_t>()[row] = static_cast<uint8_t>(value);
      return;
    case Physical::kInt16:
      out->data<int16_t>()[row] = static_cast<int16_t>(value);
      return;
    case Physical::kInt32:
      out->data<int32_t>()[row] = static_cast<int32_t>(value);
      return;
    default:
      out->data<int64_t>()[row] = value;
      return;
  }
}

}  // namespace

void AppendText(const Vector& vector, size_t row, const FormatContext& context, std::string* out) {
  if (vector.is_constant()) row = 0;
  const TypeOid oid = vector.type().oid;
  switch (vector.physical()) {
    case Physical::kBool:
      return AppendIntegerForm(oid, vector.data<uint8_t>()[row], context, out);
    case Physical::kInt16:
      return AppendIntegerForm(oid, vector.data<int16_t>()[row], context, out);
    case Physical::kInt32:
      return AppendIntegerForm(oid, vector.data<int32_t>()[row], context, out);
    case Physical::kInt64:
      return AppendIntegerForm(oid, vector.data<int64_t>()[row], context, out);
    case Physical::kFloat32:
      return AppendFloatText(vector.data<float>()[row], out);
    case Physical::kFloat64:
      return AppendDoubleText(vector.data<double>()[row], out);
    case Physical::kInterval:
      return AppendIntervalText(vector.data<Interval>()[row], out);
    case Physical::kString:
      return AppendStringForm(oid, vector.data<std::string_view>()[row], out);
  }
}

void AppendText(const Value& value, const FormatContext& context, std::string* out) {
  const TypeOid oid = value.type().oid;
  switch (PhysicalOf(oid)) {
    case Physical::kFloat32:
      return AppendFloatText(static_cast<float>(value.float_value()), out);
    case Physical::kFloat64:
      return AppendDoubleText(value.float_value(), out);
    case Physical::kInterval:
      return AppendIntervalText(value.interval(), out);
    case Physical::kString:
      return AppendStringForm(oid, value.string(), out);
    default:
      return AppendIntegerForm(oid, value.integer(), context, out);
  }
}

std::string ToText(const Value& value, const FormatContext& context) {
  std::string text;
  AppendText(value, context, &text);
  return text;
}

absl::Status ParseTextInto(std::string_view text, const FormatContext& context, size_t row,
                           Vector* out) {
  switch (out->physical()) {
    case Physical::kFloat32: {
      HELIOS_ASSIGN_OR_RETURN(out->data<float>()[row], ParseFloat(text));
      break;
    }
    case Physical::kFloat64: {
      HELIOS_ASSIGN_OR_RETURN(out->data<double>()[row], ParseDouble(text));
      break;
    }
    case Physical::kInterval: {
      HELIOS_ASSIGN_OR_RETURN(out->data<Interval>()[row],
                              ParseInterval(text, out->type().modifier));
      break;
    }
    case Physical::kString:
      HELIOS_RETURN_IF_ERROR(ParseStringForm(text, row, out));
      break;
    default: {
      HELIOS_ASSIGN_OR_RETURN(const int64_t value, ParseIntegerForm(out->type(), text, context));
      PutInteger(value, row, out);
      break;
    }
  }
  out->validity().SetValid(row);
  return absl::OkStatus();
}

absl::StatusOr<Value> ParseText(Type type, std::string_view text, const FormatContext& context) {
  switch (PhysicalOf(type.oid)) {
    case Physical::kFloat32: {
      HELIOS_ASSIGN_OR_RETURN(const float value, ParseFloat(text));
      return Value::Float(type, value);
    }
    case Physical::kFloat64: {
      HELIOS_ASSIGN_OR_RETURN(const double value, ParseDouble(text));
      return Value::Float(type, value);
    }
    case Physical::kInterval: {
      HELIOS_ASSIGN_OR_RETURN(const Interval value, ParseInterval(text, type.modifier));
      return Value::OfInterval(value).WithType(type);
    }
    case Physical::kString: {
      Vector scratch(type);
      HELIOS_RETURN_IF_ERROR(ParseStringForm(text, 0, &scratch));
      return scratch.GetValue(0);
    }
    default: {
      HELIOS_ASSIGN_OR_RETURN(const int64_t value, ParseIntegerForm(type, text, context));
      return Value::Integer(type, value);
    }
  }
}

}  // namespace heliosdb::types
