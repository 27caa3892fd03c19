// to_char() of numbers and to_number().
#include <cfloat>
#include <cmath>
#include <optional>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/number_format.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"
#include "core/types/numeric.h"

namespace heliosdb::sql::functions {
namespace {

using types::NumericBuffer;
using enum types::TypeOid;
using enum Volatility;

void AppendRoman(const NumberFormat& format, std::optional<int64_t> value, std::string* out) {
  std::string roman = RomanNumeral(value.value_or(0));
  for (const NumberNode& node : format.nodes) {
    if (node.keyword == NumberKeyword::kText) out->append(node.text);
    if (node.keyword != NumberKeyword::kRoman && node.keyword != NumberKeyword::kRomanLower) {
      continue;
    }
    std::string shown = roman;
    if (node.keyword == NumberKeyword::kRomanLower) {
      shown.clear();
      AppendLower(roman, &shown);
    }
    *out += format.fill ? shown : fmt::format("{:>15}", shown);
  }
}

// A sign or a blank first, so that numbers align.
void AppendScientific(const NumberFormat& format, std::string_view text, std::string* out) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") {
    *out += ' ';
    out->append(static_cast<size_t>(format.before), '#');
    *out += '.';
    out->append(static_cast<size_t>(format.after) + 4, '#');
    return;
  }
  if (!text.starts_with('-')) *out += ' ';
  out->append(text);
}

DecimalText SplitSign(std::string text) {
  if (!text.starts_with('-')) return {.negative = false, .digits = std::move(text)};
  return {.negative = true, .digits = text.substr(1)};
}

absl::Status TenToThe(int exponent, NumericBuffer* out) {
  NumericBuffer ten;
  NumericBuffer power;
  types::NumericFromInt64(10, &ten);
  types::NumericFromInt64(exponent, &power);
  return types::NumericPower(ten.view(), power.view(), out);
}

absl::Status NumericToChar(std::string_view numeric, std::string_view pattern, std::string* out) {
  if (pattern.empty()) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(const NumberFormat format, ParseNumberFormat(pattern));
  if (format.roman) {
    const absl::StatusOr<int64_t> value = types::NumericToInteger(numeric, 32);
    if (!value.ok()) return value.status();
    AppendRoman(format, *value, out);
    return absl::OkStatus();
  }
  if (format.exponent) {
    AppendScientific(format, types::NumericScientificText(numeric, format.after), out);
    return absl::OkStatus();
  }
  NumericBuffer shifted;
  if (format.has_shift) {
    NumericBuffer factor;
    HELIOS_RETURN_IF_ERROR(TenToThe(format.shift, &factor));
    HELIOS_RETURN_IF_ERROR(types::NumericMultiply(numeric, factor.view(), &shifted));
    numeric = shifted.view();
  }
  NumericBuffer rounded;
  HELIOS_RETURN_IF_ERROR(types::NumericRound(numeric, format.after, &rounded));
  std::string text;
  types::AppendNumericText(rounded.view(), &text);
  AppendFormatted(format, SplitSign(std::move(text)), out);
  return absl::OkStatus();
}

template <typename T>
absl::Status IntegerToChar(T value, std::string_view pattern, std::string* out) {
  NumericBuffer numeric;
  types::NumericFromInt64(value, &numeric);
  return NumericToChar(numeric.view(), pattern, out);
}

// kDigits: how many digits the type holds exactly; more are not shown.
template <typename T, int kDigits>
absl::Status FloatToChar(T input, std::string_view pattern, std::string* out) {
  if (pattern.empty()) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(NumberFormat format, ParseNumberFormat(pattern));
  if (format.roman) {
    const T whole = std::nearbyint(input);
    const bool fits = whole >= 1 && whole <= 3999;
    AppendRoman(format, fits ? std::optional<int64_t>(static_cast<int64_t>(whole)) : std::nullopt,
                out);
    return absl::OkStatus();
  }
  if (format.exponent) {
    const std::string text = std::isnan(input)   ? "NaN"
                             : std::isinf(input) ? "Infinity"
                                                 : fmt::format("{:.{}e}", input, format.after);
    AppendScientific(format, text, out);
    return absl::OkStatus();
  }
  const T value = format.has_shift ? input * static_cast<T>(std::pow(10.0, format.shift)) : input;
  const auto whole_digits = static_cast<int>(fmt::format("{:.0f}", std::fabs(value)).size());
  if (whole_digits >= kDigits) {
    format.after = 0;
  } else if (whole_digits + format.after > kDigits) {
    format.after = kDigits - whole_digits;
  }
  AppendFormatted(format, SplitSign(fmt::format("{:.{}f}", value, format.after)), out);
  return absl::OkStatus();
}

absl::StatusOr<bool> ToNumber(std::string_view text, std::string_view pattern, NumericBuffer* out) {
  if (pattern.empty()) return false;
  HELIOS_ASSIGN_OR_RETURN(NumberFormat format, ParseNumberFormat(pattern));
  HELIOS_ASSIGN_OR_RETURN(const std::string number, ScanNumber(&format, text));
  const int32_t precision = format.before + format.shift + format.after;
  const int32_t modifier = ((precision << 16) | (format.after & 0x7FF)) + 4;
  if (!format.has_shift) {
    HELIOS_RETURN_IF_ERROR(types::NumericFromText(number, modifier, out));
    return true;
  }
  NumericBuffer read;
  NumericBuffer factor;
  HELIOS_RETURN_IF_ERROR(types::NumericFromText(number, modifier, &read));
  HELIOS_RETURN_IF_ERROR(TenToThe(-format.shift, &factor));
  HELIOS_RETURN_IF_ERROR(types::NumericMultiply(read.view(), factor.view(), out));
  return true;
}

constexpr FunctionEntry kRows[] = {
    {1773, "to_char", {kInt4, kText}, kText, kStable, Scalar<IntegerToChar<int32_t>>},
    {1774, "to_char", {kInt8, kText}, kText, kStable, Scalar<IntegerToChar<int64_t>>},
    {1772, "to_char", {kNumeric, kText}, kText, kStable, Scalar<NumericToChar>},
    {1775, "to_char", {kFloat4, kText}, kText, kStable, Scalar<FloatToChar<float, FLT_DIG>>},
    {1776, "to_char", {kFloat8, kText}, kText, kStable, Scalar<FloatToChar<double, DBL_DIG>>},
    {1777, "to_number", {kText, kText}, kNumeric, kStable, Scalar<ToNumber>},
};

}  // namespace

std::span<const FunctionEntry> NumberFormatFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
