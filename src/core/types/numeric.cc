// numeric's binary form, its conversions and its order.
#include "core/types/numeric.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/types/decimal.h"
#include "core/types/numeric_small.h"

namespace heliosdb::types {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

absl::Status InvalidNumeric(std::string_view text) {
  return SqlError(sqlstate::kInvalidTextRepresentation,
                  "invalid input syntax for type numeric: \"{}\"", text);
}

// The decimal digits of a number and where its point stands.
struct DigitText {
  std::string digits;
  int whole_digits = 0;  // Digits before the point.
  int scale = 0;
  size_t read = 0;
};

// digits [. digits], at least one of them.
std::optional<DigitText> ScanDigits(std::string_view text) {
  DigitText result;
  bool point = false;
  for (; result.read < text.size(); ++result.read) {
    const char c = text[result.read];
    if (IsDigit(c)) {
      result.digits.push_back(c);
      ++(point ? result.scale : result.whole_digits);
    } else if (c == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (result.digits.empty()) return std::nullopt;
  return result;
}

// The exponent at the front of text ("e-12"), cut off it. Errors as PostgreSQL's.
absl::StatusOr<int> ScanExponent(std::string_view* text, std::string_view whole) {
  if (text->empty() || (text->front() != 'e' && text->front() != 'E')) return 0;
  size_t at = 1;
  bool negative = false;
  if (at < text->size() && ((*text)[at] == '+' || (*text)[at] == '-')) {
    negative = (*text)[at++] == '-';
  }
  if (at >= text->size() || !IsDigit((*text)[at])) return InvalidNumeric(whole);
  int64_t exponent = 0;
  for (; at < text->size() && IsDigit((*text)[at]); ++at) {
    exponent = std::min<int64_t>(exponent * 10 + ((*text)[at] - '0'), INT32_MAX);
  }
  if (exponent >= INT32_MAX / 2) return NumericOverflow();
  text->remove_prefix(at);
  return static_cast<int>(negative ? -exponent : exponent);
}

Decimal DecimalOfDigits(const DigitText& text, bool negative, int exponent) {
  Decimal result;
  result.negative = negative;
  result.display_scale = std::max(0, text.scale - exponent);
  const int decimal_weight = text.whole_digits + exponent - 1;
  result.weight = decimal_weight >= 0 ? decimal_weight / kDecimalBaseDigits
                                      : -((-decimal_weight - 1) / kDecimalBaseDigits + 1);
  // Zeros that fill up the first base digit.
  const int padding = (result.weight + 1) * kDecimalBaseDigits - (decimal_weight + 1);
  int digit = 0;
  int filled = padding;
  for (const char c : text.digits) {
    digit = digit * 10 + (c - '0');
    if (++filled == kDecimalBaseDigits) {
      result.digits.push_back(static_cast<int16_t>(digit));
      digit = filled = 0;
    }
  }
  if (filled > 0) {
    for (; filled < kDecimalBaseDigits; ++filled) digit *= 10;
    result.digits.push_back(static_cast<int16_t>(digit));
  }
  result.Normalize();
  return result;
}

std::optional<Decimal> SpecialOfText(std::string_view text) {
  if (EqualsIgnoringCase(text, "nan")) return Decimal::Nan();
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (EqualsIgnoringCase(text, "infinity") || EqualsIgnoringCase(text, "inf")) {
    return Decimal::Infinity(negative);
  }
  return std::nullopt;
}

absl::Status FieldOverflow(int precision, int scale, int whole_digits_max) {
  return WithDetail(
      SqlError(sqlstate::kNumericValueOutOfRange, "numeric field overflow"),
      fmt::format("A field with precision {}, scale {} must round to an absolute value less than "
                  "{}{}.",
                  precision, scale, whole_digits_max != 0 ? "10^" : "",
                  whole_digits_max != 0 ? whole_digits_max : 1));
}

absl::Status ApplyModifier(Decimal value, int32_t modifier, NumericBuffer* out) {
  if (modifier < 4) return StoreDecimal(std::move(value), out);
  const int precision = ((modifier - 4) >> 16) & 0xFFFF;
  const int scale = (((modifier - 4) & 0x7FF) ^ 1024) - 1024;
  if (!value.is_finite()) {
    if (value.is_nan()) return StoreDecimal(std::move(value), out);
    return WithDetail(
        SqlError(sqlstate::kNumericValueOutOfRange, "numeric field overflow"),
        fmt::format("A field with precision {}, scale {} cannot hold an infinite value.", precision,
                    scale));
  }
  value.Round(scale);
  value.display_scale = std::max(value.display_scale, 0);
  if (!value.digits.empty()) {
    int whole_digits = (value.weight + 1) * kDecimalBaseDigits;
    const int first = value.digits[0];
    whole_digits -= first < 10 ? 3 : first < 100 ? 2 : first < 1000 ? 1 : 0;
    if (whole_digits > precision - scale) return FieldOverflow(precision, scale, precision - scale);
  }
  return StoreDecimal(std::move(value), out);
}

void FromDecimalText(std::string_view text, NumericBuffer* out) {
  const absl::Status status = NumericFromText(text, -1, out);
  HELIOS_CHECK(status.ok());
}

std::string_view IntegerTypeName(int bits) {
  return bits == 16 ? "smallint" : bits == 32 ? "integer" : "bigint";
}

}  // namespace

void StoreSmall(Int128 mantissa, int exponent, int display_scale, NumericBuffer* out) {
  unsigned __int128 rest = mantissa < 0 ? -static_cast<unsigned __int128>(mantissa)
                                        : static_cast<unsigned __int128>(mantissa);
  uint16_t reversed[10];
  int count = 0;
  while (rest > UINT64_MAX) {
    reversed[count++] = static_cast<uint16_t>(rest % kDecimalBase);
    rest /= kDecimalBase;
  }
  for (uint64_t low = static_cast<uint64_t>(rest); low != 0; low /= kDecimalBase) {
    reversed[count++] = static_cast<uint16_t>(low % kDecimalBase);
  }
  int zeros = 0;
  while (zeros < count && reversed[zeros] == 0) ++zeros;
  char* const to = out->Resize(4 + static_cast<size_t>(count - zeros) * 2);
  StoreFixed<uint16_t>(to, static_cast<uint16_t>((mantissa < 0 ? kNumericNegative : 0) |
                                                 std::max(display_scale, 0)));
  StoreFixed<int16_t>(to + 2, static_cast<int16_t>(count == 0 ? 0 : exponent + count - 1));
  for (int i = count - 1, at = 4; i >= zeros; --i, at += 2) StoreFixed(to + at, reversed[i]);
}

bool NumericIsWellFormed(std::string_view numeric) {
  if (numeric.size() < 2) return false;
  const uint16_t header = NumericHeader(numeric);
  if ((header & kNumericSignBits) == kNumericSpecial) {
    return numeric.size() == 2 && (header & kNumericScaleBits) <= 2;
  }
  if ((header & kNumericSignBits) == kNumericSignBits) return false;
  if (numeric.size() < 4 || numeric.size() % 2 != 0) return false;
  const size_t count = (numeric.size() - 4) / 2;
  if (count == 0) {
    return LoadFixed<int16_t>(numeric.data() + 2) == 0 && (header & kNumericSignBits) == 0;
  }
  for (size_t i = 0; i < count; ++i) {
    const uint16_t digit = LoadFixed<uint16_t>(numeric.data() + 4 + i * 2);
    if (digit >= kDecimalBase || (digit == 0 && (i == 0 || i + 1 == count))) return false;
  }
  return true;
}

absl::Status NumericFromText(std::string_view text, int32_t modifier, NumericBuffer* out) {
  const std::string_view whole = text;
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  if (const auto special = SpecialOfText(text); special.has_value()) {
    return ApplyModifier(*special, modifier, out);
  }
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::optional<DigitText> digits = ScanDigits(text);
  if (!digits.has_value()) return InvalidNumeric(whole);
  text.remove_prefix(digits->read);
  HELIOS_ASSIGN_OR_RETURN(const int exponent, ScanExponent(&text, whole));
  if (!text.empty()) return InvalidNumeric(whole);
  return ApplyModifier(DecimalOfDigits(*digits, negative, exponent), modifier, out);
}

void AppendNumericText(std::string_view numeric, std::string* out) {
  AppendText(Decimal::FromBinary(numeric), out);
}

std::string NumericScientificText(std::string_view numeric, int32_t scale) {
  Decimal value = Decimal::FromBinary(numeric);
  std::string text;
  if (!value.is_finite()) {
    AppendText(value, &text);
    return text;
  }
  int exponent = 0;
  if (!value.digits.empty()) {
    const int first = value.digits[0];
    exponent = value.weight * kDecimalBaseDigits + (first < 10     ? 0
                                                    : first < 100  ? 1
                                                    : first < 1000 ? 2
                                                                   : 3);
  }
  // Rounding may carry into one more digit: 9.99 to 10.0.
  value.Round(std::max(scale, 0) - exponent);
  std::string digits;
  value.display_scale = std::max(value.display_scale, 0);
  AppendText(value, &digits);
  std::string significant;
  for (const char c : digits) {
    if (IsDigit(c) && (c != '0' || !significant.empty())) significant.push_back(c);
  }
  if (!value.digits.empty()) {
    const int first = value.digits[0];
    exponent = value.weight * kDecimalBaseDigits + (first < 10     ? 0
                                                    : first < 100  ? 1
                                                    : first < 1000 ? 2
                                                                   : 3);
  }
  significant.resize(static_cast<size_t>(std::max(scale, 0)) + 1, '0');
  if (value.negative) text.push_back('-');
  text.push_back(significant[0]);
  if (scale > 0) text.append(".").append(significant, 1);
  text += fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  return text;
}

void NumericFromInt64(int64_t value, NumericBuffer* out) { StoreSmall(value, 0, 0, out); }
void NumericFromInt128(Int128 value, NumericBuffer* out) { StoreSmall(value, 0, 0, out); }

void NumericFromUnscaled(Int128 unscaled, int32_t scale, NumericBuffer* out) {
  // Raise the value to a whole number of base digits after the point, where 128 bits have room for
  // that.
  constexpr Int128 kRoom = (static_cast<Int128>(1) << 126) / 1000;
  const int missing = (kDecimalBaseDigits - scale % kDecimalBaseDigits) % kDecimalBaseDigits;
  if (scale >= 0 && unscaled < kRoom && unscaled > -kRoom) {
    constexpr int kPowers[] = {1, 10, 100, 1000};
    StoreSmall(unscaled * kPowers[missing], -(scale + missing) / kDecimalBaseDigits, scale, out);
    return;
  }
  Decimal value = Decimal::FromInt128(unscaled);
  std::string text;
  AppendText(value, &text);
  FromDecimalText(text + "e" + std::to_string(-scale), out);
}

void NumericFromDouble(double value, NumericBuffer* out) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.15g", value);
  FromDecimalText(text[0] == '-' && text[1] == 'n' ? "nan" : text, out);
}
void NumericFromFloat(float value, NumericBuffer* out) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.6g", static_cast<double>(value));
  FromDecimalText(text[0] == '-' && text[1] == 'n' ? "nan" : text, out);
}

absl::StatusOr<int64_t> NumericToInteger(std::string_view numeric, int bits) {
  Decimal value = Decimal::FromBinary(numeric);
  if (!value.is_finite()) {
    return Unsupported("cannot convert {} to {}", value.is_nan() ? "NaN" : "infinity",
                       IntegerTypeName(bits));
  }
  value.Round(0);
  const std::optional<int64_t> integer = ToExactInt64(value);
  const int64_t max = static_cast<int64_t>((uint64_t{1} << (bits - 1)) - 1);
  if (!integer.has_value() || *integer > max || *integer < -max - 1) {
    return SqlError(sqlstate::kNumericValueOutOfRange, "{} out of range", IntegerTypeName(bits));
  }
  return *integer;
}

absl::StatusOr<double> NumericToDouble(std::string_view numeric) {
  const Decimal value = Decimal::FromBinary(numeric);
  const double result = ToDoubleNoOverflow(value);
  if (value.is_finite() && (std::isinf(result) || (result == 0 && !value.is_zero()))) {
    std::string text;
    AppendText(value, &text);
    return SqlError(sqlstate::kNumericValueOutOfRange,
                    "\"{}\" is out of range for type double precision", text);
  }
  return result;
}

absl::StatusOr<float> NumericToFloat(std::string_view numeric) {
  const Decimal value = Decimal::FromBinary(numeric);
  if (!value.is_finite()) return static_cast<float>(ToDoubleNoOverflow(value));
  std::string text;
  AppendText(value, &text);
  const float result = std::strtof(text.c_str(), nullptr);
  if (std::isinf(result) || (result == 0 && !value.is_zero())) {
    return SqlError(sqlstate::kNumericValueOutOfRange, "\"{}\" is out of range for type real",
                    text);
  }
  return result;
}

double NumericToDoubleNoOverflow(std::string_view numeric) {
  return ToDoubleNoOverflow(Decimal::FromBinary(numeric));
}

absl::Status NumericApplyModifier(std::string_view numeric, int32_t modifier, NumericBuffer* out) {
  return ApplyModifier(Decimal::FromBinary(numeric), modifier, out);
}

int NumericCompare(std::string_view a, std::string_view b) {
  const bool special_a = NumericIsSpecial(a);
  const bool special_b = NumericIsSpecial(b);
  if (special_a || special_b) {
    // NaN 3, Infinity 2, finite 1, -Infinity 0.
    const auto rank = [](std::string_view numeric, bool special) {
      if (!special) return 1;
      const int kind = NumericHeader(numeric) & kNumericScaleBits;
      return kind == 0 ? 3 : kind == 1 ? 2 : 0;
    };
    return rank(a, special_a) - rank(b, special_b);
  }
  const auto sign = [](std::string_view numeric) {
    if (numeric.size() == 4) return 0;
    return (NumericHeader(numeric) & kNumericNegative) != 0 ? -1 : 1;
  };
  const int sign_a = sign(a);
  const int sign_b = sign(b);
  if (sign_a != sign_b || sign_a == 0) return sign_a - sign_b;
  const int weight_a = LoadFixed<int16_t>(a.data() + 2);
  const int weight_b = LoadFixed<int16_t>(b.data() + 2);
  if (weight_a != weight_b) return weight_a < weight_b ? -sign_a : sign_a;
  const size_t common = std::min(a.size(), b.size());
  for (size_t at = 4; at < common; at += 2) {
    const int digit_a = LoadFixed<uint16_t>(a.data() + at);
    const int digit_b = LoadFixed<uint16_t>(b.data() + at);
    if (digit_a != digit_b) return digit_a < digit_b ? -sign_a : sign_a;
  }
  if (a.size() == b.size()) return 0;
  return a.size() < b.size() ? -sign_a : sign_a;
}

uint64_t NumericHash(std::string_view numeric) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
  uint64_t hash = NumericHeader(numeric);
  if (!NumericIsSpecial(numeric)) {
    hash &= kNumericNegative;
    for (size_t at = 2; at < numeric.size(); at += 2) {
      hash = (hash ^ LoadFixed<uint16_t>(numeric.data() + at)) * kMultiplier;
      hash ^= hash >> 29;
    }
  }
  hash *= kMultiplier;
  return hash ^ (hash >> 32);
}

bool NumericIsNan(std::string_view numeric) { return NumericHeader(numeric) == kNumericSpecial; }
bool NumericIsInfinite(std::string_view numeric) {
  return NumericIsSpecial(numeric) && !NumericIsNan(numeric);
}
int NumericSign(std::string_view numeric) { return Decimal::FromBinary(numeric).sign(); }
bool NumericIsZero(std::string_view numeric) {
  return !NumericIsSpecial(numeric) && numeric.size() == 4;
}
int32_t NumericScale(std::string_view numeric) {
  return NumericIsSpecial(numeric) ? 0 : NumericHeader(numeric) & kNumericScaleBits;
}

int32_t NumericMinScale(std::string_view numeric) {
  const Decimal value = Decimal::FromBinary(numeric);
  if (!value.is_finite() || value.digits.empty()) return 0;
  int scale = (static_cast<int>(value.digits.size()) - value.weight - 1) * kDecimalBaseDigits;
  if (scale <= 0) return 0;
  for (int last = value.digits.back(); last % 10 == 0; last /= 10) --scale;
  return scale;
}

}  // namespace heliosdb::types
