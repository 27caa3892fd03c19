// The kernels of casts.
#include "core/types/cast.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/numeric.h"
#include "core/types/scalar_text.h"
#include "core/types/text_form.h"

namespace heliosdb::types {
namespace {

struct CastJob {
  const Vector& in;
  size_t rows;
  Type to;
  CastKind kind;
  const FormatContext& context;
  Vector* out;
};

std::string_view IntegerName(size_t bytes) {
  return bytes == 2 ? "smallint" : bytes == 4 ? "integer" : "bigint";
}

// from[i] as To where ok says that it fits; the rows that do not fit are looked at again for NULLs.
template <typename From, typename To, typename Convert>
absl::Status ConvertRows(const CastJob& job, Convert convert, std::string_view error) {
  const From* const from = job.in.data<From>();
  To* const to = job.out->data<To>();
  bool all_fit = true;
  for (size_t i = 0; i < job.rows; ++i) all_fit &= convert(from[i], &to[i]);
  if (all_fit) return absl::OkStatus();
  for (size_t i = 0; i < job.rows; ++i) {
    if (!job.in.IsNull(i) && !convert(from[i], &to[i])) {
      return SqlError(sqlstate::kNumericValueOutOfRange, "{}", error);
    }
  }
  return absl::OkStatus();
}

template <typename From, typename To>
absl::Status CastNumber(const CastJob& job) {
  if constexpr (std::is_integral_v<From> && std::is_integral_v<To>) {
    return ConvertRows<From, To>(
        job,
        [](From from, To* to) {
          *to = static_cast<To>(from);
          return static_cast<From>(*to) == from;
        },
        fmt::format("{} out of range", IntegerName(sizeof(To))));
  } else if constexpr (std::is_integral_v<To>) {
    return ConvertRows<From, To>(
        job,
        [](From from, To* to) {
          // Half rounds to even; the limits are exact in From, NaN fails both.
          const From rounded = std::rint(from);
          constexpr From kMin = static_cast<From>(std::numeric_limits<To>::min());
          const bool fits = rounded >= kMin && rounded < -kMin;
          *to = fits ? static_cast<To>(rounded) : To{0};
          return fits;
        },
        fmt::format("{} out of range", IntegerName(sizeof(To))));
  } else {
    const From* const from = job.in.data<From>();
    To* const to = job.out->data<To>();
    for (size_t i = 0; i < job.rows; ++i) to[i] = static_cast<To>(from[i]);
    return absl::OkStatus();
  }
}

absl::Status CastDoubleToFloat(const CastJob& job) {
  const double* const from = job.in.data<double>();
  float* const to = job.out->data<float>();
  for (size_t i = 0; i < job.rows; ++i) {
    to[i] = static_cast<float>(from[i]);
    if (std::isinf(to[i]) && !std::isinf(from[i]) && !job.in.IsNull(i)) {
      return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
    }
    if (to[i] == 0 && from[i] != 0 && !job.in.IsNull(i)) {
      return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: underflow");
    }
  }
  return absl::OkStatus();
}

// Calls function(row) for each row that is not NULL, until one fails.
template <typename Function>
absl::Status ForEachRow(const CastJob& job, Function function) {
  for (size_t i = 0; i < job.rows; ++i) {
    if (job.in.IsNull(i)) continue;
    HELIOS_RETURN_IF_ERROR(function(i));
  }
  return absl::OkStatus();
}

// to[i] = convert(from[i]), a StatusOr<To>.
template <typename From, typename To, typename Convert>
absl::Status MapRows(const CastJob& job, Convert convert) {
  const From* const from = job.in.data<From>();
  To* const to = job.out->data<To>();
  return ForEachRow(job, [&](size_t i) -> absl::Status {
    auto result = convert(from[i]);
    if (!result.ok()) return result.status();
    to[i] = static_cast<To>(*result);
    return absl::OkStatus();
  });
}

bool IsCharacters(TypeOid oid) {
  switch (oid) {
    case TypeOid::kText:
    case TypeOid::kVarchar:
    case TypeOid::kBpchar:
    case TypeOid::kName:
    case TypeOid::kChar:
    case TypeOid::kUnknown:
      return true;
    default:
      return false;
  }
}

LengthCoercion CoercionOf(CastKind kind) {
  return kind == CastKind::kExplicit ? LengthCoercion::kTruncate : LengthCoercion::kError;
}

// A character type's value under another character type. The result may be a view of text.
absl::StatusOr<std::string_view> CastCharacters(const CastJob& job, std::string_view text,
                                                std::string* storage) {
  switch (job.to.oid) {
    case TypeOid::kName:
      return TruncateName(text);
    case TypeOid::kChar:
      return text.substr(0, 1);
    case TypeOid::kBpchar:
    case TypeOid::kVarchar:
      return ApplyLength(job.to.oid, job.to.modifier, text, CoercionOf(job.kind), storage);
    default:
      return text;
  }
}

absl::Status CastCharactersToCharacters(const CastJob& job) {
  const std::string_view* const from = job.in.data<std::string_view>();
  std::string_view* const to = job.out->data<std::string_view>();
  // char(n) loses its padding on the way to any other character type.
  const bool trim = job.in.type().oid == TypeOid::kBpchar && job.to.oid != TypeOid::kBpchar;
  std::string storage;
  return ForEachRow(job, [&](size_t i) -> absl::Status {
    const std::string_view text = trim ? TrimTrailingSpaces(from[i]) : from[i];
    HELIOS_ASSIGN_OR_RETURN(to[i], CastCharacters(job, text, &storage));
    if (to[i].data() == storage.data() && !storage.empty()) to[i] = job.out->AddString(to[i]);
    return absl::OkStatus();
  });
}

absl::Status CastToCharacters(const CastJob& job) {
  std::string_view* const to = job.out->data<std::string_view>();
  std::string text;
  std::string storage;
  return ForEachRow(job, [&](size_t i) -> absl::Status {
    text.clear();
    // SQL's boolean becomes a whole word, its output form is a letter.
    if (job.in.type().oid == TypeOid::kBool) {
      text = job.in.data<uint8_t>()[i] != 0 ? "true" : "false";
    } else {
      AppendText(job.in, i, job.context, &text);
    }
    HELIOS_ASSIGN_OR_RETURN(const std::string_view result, CastCharacters(job, text, &storage));
    to[i] = job.out->AddString(result);
    return absl::OkStatus();
  });
}

absl::Status CastFromCharacters(const CastJob& job) {
  // char(n) keeps its padding here: no type minds it, and an error shows the text as it is.
  const std::string_view* const from = job.in.data<std::string_view>();
  return ForEachRow(job, [&](size_t i) { return ParseTextInto(from[i], job.context, i, job.out); });
}

template <typename From, typename MakeNumeric>
absl::Status ToNumeric(const CastJob& job, MakeNumeric make) {
  const From* const from = job.in.data<From>();
  std::string_view* const to = job.out->data<std::string_view>();
  NumericBuffer plain;
  NumericBuffer rounded;
  return ForEachRow(job, [&](size_t i) -> absl::Status {
    make(from[i], &plain);
    if (job.to.modifier < 0) {
      to[i] = job.out->AddString(plain.view());
      return absl::OkStatus();
    }
    HELIOS_RETURN_IF_ERROR(NumericApplyModifier(plain.view(), job.to.modifier, &rounded));
    to[i] = job.out->AddString(rounded.view());
    return absl::OkStatus();
  });
}

absl::Status CastToNumeric(const CastJob& job) {
  switch (job.in.physical()) {
    case Physical::kInt16:
      return ToNumeric<int16_t>(job, NumericFromInt64);
    case Physical::kInt32:
      return ToNumeric<int32_t>(job, NumericFromInt64);
    case Physical::kInt64:
      return ToNumeric<int64_t>(job, NumericFromInt64);
    case Physical::kFloat32:
      return ToNumeric<float>(job, NumericFromFloat);
    case Physical::kFloat64:
      return ToNumeric<double>(job, NumericFromDouble);
    default:
      return Unsupported("cast from {} to numeric is not supported",
                         BaseTypeName(job.in.type().oid));
  }
}

absl::Status CastFromNumeric(const CastJob& job) {
  using View = std::string_view;
  switch (job.out->physical()) {
    case Physical::kInt16:
      return MapRows<View, int16_t>(job, [](View v) { return NumericToInteger(v, 16); });
    case Physical::kInt32:
      return MapRows<View, int32_t>(job, [](View v) { return NumericToInteger(v, 32); });
    case Physical::kInt64:
      return MapRows<View, int64_t>(job, [](View v) { return NumericToInteger(v, 64); });
    case Physical::kFloat32:
      return MapRows<View, float>(job, [](View v) { return NumericToFloat(v); });
    case Physical::kFloat64:
      return MapRows<View, double>(job, [](View v) { return NumericToDouble(v); });
    default:
      return Unsupported("cast from numeric to {} is not supported", BaseTypeName(job.to.oid));
  }
}

template <typename From>
absl::Status CastNumberFrom(const CastJob& job) {
  switch (job.out->physical()) {
    case Physical::kInt16:
      return CastNumber<From, int16_t>(job);
    case Physical::kInt32:
      return CastNumber<From, int32_t>(job);
    case Physical::kInt64:
      return CastNumber<From, int64_t>(job);
    case Physical::kFloat32:
      if constexpr (std::is_same_v<From, double>) {
        return CastDoubleToFloat(job);
      } else {
        return CastNumber<From, float>(job);
      }
    default:
      return CastNumber<From, double>(job);
  }
}

bool IsOidType(TypeOid oid) { return oid == TypeOid::kOid || oid == TypeOid::kRegclass; }
bool IsPlainNumber(TypeOid oid) {
  switch (oid) {
    case TypeOid::kInt2:
    case TypeOid::kInt4:
    case TypeOid::kInt8:
    case TypeOid::kFloat4:
    case TypeOid::kFloat8:
      return true;
    default:
      return false;
  }
}

absl::Status CastPlainNumber(const CastJob& job) {
  switch (job.in.physical()) {
    case Physical::kInt16:
      return CastNumberFrom<int16_t>(job);
    case Physical::kInt32:
      return CastNumberFrom<int32_t>(job);
    case Physical::kInt64:
      return CastNumberFrom<int64_t>(job);
    case Physical::kFloat32:
      return CastNumberFrom<float>(job);
    default:
      return CastNumberFrom<double>(job);
  }
}

// Between oid or regclass and the integers.
absl::Status CastOid(const CastJob& job) {
  if (IsOidType(job.to.oid)) {
    switch (job.in.physical()) {
      case Physical::kInt16:
        return CastNumber<int16_t, int32_t>(job);
      case Physical::kInt64:
        return ConvertRows<int64_t, int32_t>(
            job,
            [](int64_t from, int32_t* to) {
              *to = static_cast<int32_t>(static_cast<uint32_t>(from));
              return from >= 0 && from <= UINT32_MAX;
            },
            "OID out of range");
      default:
        return CastNumber<int32_t, int32_t>(job);
    }
  }
  if (job.to.oid == TypeOid::kInt8) {
    return ConvertRows<int32_t, int64_t>(
        job,
        [](int32_t from, int64_t* to) {
          *to = static_cast<uint32_t>(from);
          return true;
        },
        "");
  }
  return CastNumber<int32_t, int32_t>(job);
}

absl::Status CastCharAndInteger(const CastJob& job) {
  if (job.to.oid == TypeOid::kInt4) {
    return MapRows<std::string_view, int32_t>(
        job, [](std::string_view v) -> absl::StatusOr<int32_t> {
          return v.empty() ? 0 : static_cast<signed char>(v[0]);
        });
  }
  return MapRows<int32_t, std::string_view>(
      job, [&job](int32_t value) -> absl::StatusOr<std::string_view> {
        if (value < -128 || value > 127) {
          return SqlError(sqlstate::kNumericValueOutOfRange, "\"char\" out of range");
        }
        const char c = static_cast<char>(value);
        return job.out->AddString({&c, value == 0 ? size_t{0} : size_t{1}});
      });
}

absl::Status CastBoolAndInteger(const CastJob& job) {
  if (job.to.oid == TypeOid::kBool) {
    return ConvertRows<int32_t, uint8_t>(
        job,
        [](int32_t from, uint8_t* to) {
          *to = from != 0 ? 1 : 0;
          return true;
        },
        "");
  }
  return CastNumber<uint8_t, int32_t>(job);
}

// The result of a timestamp cast, its modifier applied.
absl::StatusOr<int64_t> Rounded(absl::StatusOr<int64_t> timestamp, int32_t modifier) {
  if (!timestamp.ok() || modifier < 0) return timestamp;
  return TimestampApplyModifier(*timestamp, modifier);
}

absl::Status CastToTimestamp(const CastJob& job) {
  const int32_t modifier = job.to.modifier;
  const FormatContext& context = job.context;
  const bool zoned = job.to.oid == TypeOid::kTimestamptz;
  switch (job.in.type().oid) {
    case TypeOid::kDate:
      return MapRows<int32_t, int64_t>(job, [&](int32_t date) {
        return Rounded(zoned ? TimestamptzFromDate(date, context) : TimestampFromDate(date),
                       modifier);
      });
    case TypeOid::kTimestamp:
      return MapRows<int64_t, int64_t>(job, [&](int64_t timestamp) {
        return Rounded(TimestamptzFromTimestamp(timestamp, context), modifier);
      });
    default:
      return MapRows<int64_t, int64_t>(job, [&](int64_t timestamptz) {
        return Rounded(TimestampFromTimestamptz(timestamptz, context), modifier);
      });
  }
}

absl::StatusOr<int64_t> LocalOf(const CastJob& job, int64_t timestamp) {
  if (job.in.type().oid == TypeOid::kTimestamp) return timestamp;
  return TimestampFromTimestamptz(timestamp, job.context);
}

absl::Status CastToDate(const CastJob& job) {
  return MapRows<int64_t, int32_t>(job, [&](int64_t timestamp) -> absl::StatusOr<int32_t> {
    HELIOS_ASSIGN_OR_RETURN(const int64_t local, LocalOf(job, timestamp));
    return DateFromTimestamp(local);
  });
}

absl::Status CastToTime(const CastJob& job) {
  if (job.in.type().oid == TypeOid::kInterval) {
    return MapRows<Interval, int64_t>(job, [&](Interval interval) -> absl::StatusOr<int64_t> {
      return TimeApplyModifier(TimeOfInterval(interval), job.to.modifier);
    });
  }
  const int64_t* const from = job.in.data<int64_t>();
  int64_t* const to = job.out->data<int64_t>();
  return ForEachRow(job, [&](size_t i) -> absl::Status {
    if (!TimestampIsFinite(from[i])) {
      // An infinite moment has no time of day.
      job.out->SetNull(i);
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(const int64_t local, LocalOf(job, from[i]));
    to[i] = TimeApplyModifier(TimeOfTimestamp(local), job.to.modifier);
    return absl::OkStatus();
  });
}

absl::Status CastTimeToInterval(const CastJob& job) {
  const int64_t* const from = job.in.data<int64_t>();
  Interval* const to = job.out->data<Interval>();
  return ForEachRow(job, [&](size_t i) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(to[i], IntervalApplyModifier({from[i], 0, 0}, job.to.modifier));
    return absl::OkStatus();
  });
}

// The same type: only the modifier changes anything.
absl::Status ApplyModifier(const CastJob& job) {
  if (job.to.modifier >= 0 && job.to.modifier != job.in.type().modifier) {
    switch (job.to.oid) {
      case TypeOid::kBpchar:
      case TypeOid::kVarchar:
        return CastCharactersToCharacters(job);
      case TypeOid::kNumeric: {
        NumericBuffer buffer;
        return MapRows<std::string_view, std::string_view>(
            job, [&](std::string_view value) -> absl::StatusOr<std::string_view> {
              HELIOS_RETURN_IF_ERROR(NumericApplyModifier(value, job.to.modifier, &buffer));
              return job.out->AddString(buffer.view());
            });
      }
      case TypeOid::kTimestamp:
      case TypeOid::kTimestamptz:
        return MapRows<int64_t, int64_t>(
            job, [&](int64_t value) { return TimestampApplyModifier(value, job.to.modifier); });
      case TypeOid::kTime:
        return MapRows<int64_t, int64_t>(job, [&](int64_t value) -> absl::StatusOr<int64_t> {
          return TimeApplyModifier(value, job.to.modifier);
        });
      case TypeOid::kInterval:
        return MapRows<Interval, Interval>(
            job, [&](Interval value) { return IntervalApplyModifier(value, job.to.modifier); });
      default:
        break;
    }
  }
  std::memcpy(job.out->data<char>(), job.in.data<char>(),
              job.rows * PhysicalBytes(job.out->physical()));
  return absl::OkStatus();
}

absl::Status Dispatch(const CastJob& job) {
  const TypeOid from = job.in.type().oid;
  const TypeOid to = job.to.oid;
  if (from == to) return ApplyModifier(job);
  const bool char_number = (from == TypeOid::kChar && to == TypeOid::kInt4) ||
                           (from == TypeOid::kInt4 && to == TypeOid::kChar);
  if (char_number) return CastCharAndInteger(job);
  if (IsCharacters(from)) {
    return IsCharacters(to) ? CastCharactersToCharacters(job) : CastFromCharacters(job);
  }
  if (IsCharacters(to)) return CastToCharacters(job);
  if (IsPlainNumber(from) && IsPlainNumber(to)) return CastPlainNumber(job);
  if (from == TypeOid::kNumeric) return CastFromNumeric(job);
  if (to == TypeOid::kNumeric) return CastToNumeric(job);
  if (from == TypeOid::kBool || to == TypeOid::kBool) return CastBoolAndInteger(job);
  if (IsOidType(from) || IsOidType(to)) return CastOid(job);
  switch (to) {
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
      return CastToTimestamp(job);
    case TypeOid::kDate:
      return CastToDate(job);
    case TypeOid::kTime:
      return CastToTime(job);
    default:
      return CastTimeToInterval(job);
  }
}

}  // namespace

absl::Status CastVector(const Vector& in, size_t rows, Type to, CastKind kind,
                        const FormatContext& context, Vector* out) {
  HELIOS_CHECK(rows <= kChunkRows && out->physical() == PhysicalOf(to.oid));
  out->Reset();
  const TypeOid from = in.type().oid;
  if (!FindCast(from, to.oid).has_value()) {
    return SqlError(sqlstate::kCannotCoerce, "cannot cast type {} to {}", BaseTypeName(from),
                    BaseTypeName(to.oid));
  }
  const size_t work_rows = in.is_constant() ? 1 : rows;
  if (in.validity().has_nulls()) {
    for (size_t i = 0; i < work_rows; ++i) {
      if (in.IsNull(i)) out->SetNull(i);
    }
  }
  HELIOS_RETURN_IF_ERROR(Dispatch({in, work_rows, to, kind, context, out}));
  out->set_constant(in.is_constant());
  return absl::OkStatus();
}

absl::StatusOr<Value> CastValue(const Value& value, Type to, CastKind kind,
                                const FormatContext& context) {
  if (value.is_null()) return Value::Null(to);
  const Vector in = Vector::Constant(value);
  Vector out(to);
  HELIOS_RETURN_IF_ERROR(CastVector(in, 1, to, kind, context, &out));
  return out.GetValue(0);
}

}  // namespace heliosdb::types
