#include "core/api/parameter.h"

#include "core/base/status.h"
#include "core/types/cast.h"
#include "core/types/text_form.h"
#include "core/types/utf8.h"

namespace heliosdb::api {
namespace {

using types::TypeOid;

absl::StatusOr<types::Value> FromInteger(int64_t value, types::Type type,
                                         const types::FormatContext& format) {
  // The common cases without a cast.
  if (type.oid == TypeOid::kInt8) return types::Value::Int8(value);
  if (type.oid == TypeOid::kInt4 && value >= INT32_MIN && value <= INT32_MAX) {
    return types::Value::Int4(static_cast<int32_t>(value));
  }
  return types::CastValue(types::Value::Int8(value), type, types::CastKind::kAssignment, format);
}

absl::Status Mismatch(std::string_view kind, types::Type type) {
  return SqlError(sqlstate::kDatatypeMismatch, "a parameter of type {} cannot take {}",
                  types::TypeName(type), kind);
}

// Whether the cast exists for an assignment; text goes through the type's input instead.
bool Casts(TypeOid from, types::Type to) {
  const std::optional<types::CastKind> kind = types::FindCast(from, to.oid);
  return kind.has_value() && *kind != types::CastKind::kExplicit;
}

}  // namespace

absl::StatusOr<types::Value> ToParameter(const Value& value, types::Type type,
                                         const types::FormatContext& format) {
  if (value.is_null()) return types::Value::Null(type);
  if (const int64_t* integer = value.if_integer()) {
    if (type.oid != TypeOid::kInt4 && type.oid != TypeOid::kInt2 && !Casts(TypeOid::kInt8, type)) {
      return Mismatch("an integer", type);
    }
    return FromInteger(*integer, type, format);
  }
  if (const std::string* text = value.if_text()) {
    HELIOS_RETURN_IF_ERROR(types::CheckUtf8(*text));
    if (type.oid == TypeOid::kText) return types::Value::Text(*text);
    return types::ParseText(type, *text, format);
  }
  if (const double* number = value.if_double()) {
    if (type.oid == TypeOid::kFloat8) return types::Value::Float8(*number);
    if (!Casts(TypeOid::kFloat8, type)) return Mismatch("a floating-point number", type);
    return types::CastValue(types::Value::Float8(*number), type, types::CastKind::kAssignment,
                            format);
  }
  if (const bool* flag = value.if_bool()) {
    if (!Casts(TypeOid::kBool, type)) return Mismatch("a boolean", type);
    return types::CastValue(types::Value::Bool(*flag), type, types::CastKind::kAssignment, format);
  }
  if (type.oid != TypeOid::kBytea) return Mismatch("bytes", type);
  return types::Value::String(type, *value.if_bytes());
}

absl::Status ToParameters(std::span<const Value> values, std::span<const types::Type> types,
                          const types::FormatContext& format, std::vector<types::Value>* to) {
  if (values.size() != types.size()) {
    return SqlError(sqlstate::kProtocolViolation,
                    "the statement has {} parameters, but {} were given", types.size(),
                    values.size());
  }
  to->resize(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN((*to)[i], ToParameter(values[i], types[i], format));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::api
