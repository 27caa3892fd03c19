// Arithmetic that rounds nothing or by a simple rule. The transcendental functions are in
// numeric_power.cc.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/types/decimal.h"
#include "core/types/numeric.h"
#include "core/types/numeric_small.h"

namespace heliosdb::types {
namespace {

constexpr Int128 kPowersOfBase[] = {1, 10000, 100000000, 1000000000000, 10000000000000000};
constexpr int kShiftMax = 4;
constexpr int kSmallExponentMax = 4000;

// a + b in 128 bits; false when the exponents are too far apart.
bool AddSmall(const SmallNumeric& a, const SmallNumeric& b, NumericBuffer* out) {
  const int exponent = std::min(a.exponent, b.exponent);
  const int shift_a = a.exponent - exponent;
  const int shift_b = b.exponent - exponent;
  if (shift_a > kShiftMax || shift_b > kShiftMax) return false;
  // A carry must not leave the weight's range.
  if (exponent > kSmallExponentMax) return false;
  const Int128 sum = a.mantissa * kPowersOfBase[shift_a] + b.mantissa * kPowersOfBase[shift_b];
  StoreSmall(sum, exponent, std::max(a.display_scale, b.display_scale), out);
  return true;
}

// The sum of infinities and NaN.
Decimal AddSpecial(const Decimal& a, const Decimal& b) {
  if (a.is_nan() || b.is_nan()) return Decimal::Nan();
  if (a.is_finite()) return b;
  if (b.is_finite() || a.kind == b.kind) return a;
  return Decimal::Nan();
}

Decimal Negated(Decimal a) {
  if (a.kind == DecimalKind::kInfinity) return Decimal::Infinity(true);
  if (a.kind == DecimalKind::kMinusInfinity) return Decimal::Infinity(false);
  a.negative = !a.negative && !a.digits.empty();
  return a;
}

// What division makes of operands of which one is special; nullopt when there is an ordinary zero
// divisor.
std::optional<Decimal> DivideSpecial(const Decimal& a, const Decimal& b) {
  if (a.is_nan() || b.is_nan()) return Decimal::Nan();
  if (!a.is_finite() && !b.is_finite()) return Decimal::Nan();
  if (!a.is_finite()) {
    if (b.sign() == 0) return std::nullopt;
    return Decimal::Infinity((a.sign() < 0) != (b.sign() < 0));
  }
  return Decimal();
}

enum class GcdOf { kGcd, kLcm };

Decimal Remainder(const Decimal& a, const Decimal& b) {
  const Decimal quotient = Divide(a, b, 0, Rounding::kTruncate);
  return Subtract(a, Multiply(b, quotient, b.display_scale));
}

Decimal GreatestDivisor(Decimal a, Decimal b) {
  const int scale = std::max(a.display_scale, b.display_scale);
  while (!b.digits.empty()) {
    Decimal rest = Remainder(a, b);
    a = std::move(b);
    b = std::move(rest);
  }
  a.negative = false;
  a.display_scale = scale;
  return a;
}

absl::Status GcdOrLcm(std::string_view a, std::string_view b, GcdOf which, NumericBuffer* out) {
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Decimal::FromBinary(b);
  if (!x.is_finite() || !y.is_finite()) return StoreDecimal(Decimal::Nan(), out);
  if (which == GcdOf::kGcd) return StoreDecimal(GreatestDivisor(x, y), out);
  Decimal result;
  if (!x.is_zero() && !y.is_zero()) {
    const Decimal quotient = Divide(x, GreatestDivisor(x, y), 0, Rounding::kTruncate);
    result = Multiply(y, quotient, y.display_scale);
    result.negative = false;
  }
  result.display_scale = std::max(x.display_scale, y.display_scale);
  return StoreDecimal(std::move(result), out);
}

}  // namespace

absl::Status NumericAdd(std::string_view a, std::string_view b, NumericBuffer* out) {
  SmallNumeric small_a;
  SmallNumeric small_b;
  if (LoadSmall(a, &small_a) && LoadSmall(b, &small_b) && AddSmall(small_a, small_b, out)) {
    return absl::OkStatus();
  }
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Decimal::FromBinary(b);
  if (!x.is_finite() || !y.is_finite()) return StoreDecimal(AddSpecial(x, y), out);
  return StoreDecimal(Add(x, y), out);
}

absl::Status NumericSubtract(std::string_view a, std::string_view b, NumericBuffer* out) {
  SmallNumeric small_a;
  SmallNumeric small_b;
  if (LoadSmall(a, &small_a) && LoadSmall(b, &small_b)) {
    small_b.mantissa = -small_b.mantissa;
    if (AddSmall(small_a, small_b, out)) return absl::OkStatus();
  }
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Negated(Decimal::FromBinary(b));
  if (!x.is_finite() || !y.is_finite()) return StoreDecimal(AddSpecial(x, y), out);
  return StoreDecimal(Add(x, y), out);
}

absl::Status NumericMultiply(std::string_view a, std::string_view b, NumericBuffer* out) {
  SmallNumeric small_a;
  SmallNumeric small_b;
  if (LoadSmall(a, &small_a) && LoadSmall(b, &small_b)) {
    const int exponent = small_a.exponent + small_b.exponent;
    const int scale = small_a.display_scale + small_b.display_scale;
    if (exponent > -kSmallExponentMax && exponent < kSmallExponentMax &&
        scale <= kNumericScaleLimit) {
      StoreSmall(Int128{small_a.mantissa} * small_b.mantissa, exponent, scale, out);
      return absl::OkStatus();
    }
  }
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Decimal::FromBinary(b);
  if (x.is_nan() || y.is_nan()) return StoreDecimal(Decimal::Nan(), out);
  if (!x.is_finite() || !y.is_finite()) {
    const int sign = x.sign() * y.sign();
    return StoreDecimal(sign == 0 ? Decimal::Nan() : Decimal::Infinity(sign < 0), out);
  }
  Decimal product = Multiply(x, y);
  if (product.display_scale > kNumericScaleLimit) product.Round(kNumericScaleLimit);
  return StoreDecimal(std::move(product), out);
}

absl::Status NumericDivide(std::string_view a, std::string_view b, NumericBuffer* out) {
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Decimal::FromBinary(b);
  if (!x.is_finite() || !y.is_finite()) {
    const std::optional<Decimal> result = DivideSpecial(x, y);
    return result.has_value() ? StoreDecimal(*result, out) : NumericDivisionByZero();
  }
  if (y.is_zero()) return NumericDivisionByZero();
  return StoreDecimal(Divide(x, y, QuotientScale(x, y), Rounding::kRound), out);
}

absl::Status NumericDivideTruncated(std::string_view a, std::string_view b, NumericBuffer* out) {
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Decimal::FromBinary(b);
  if (!x.is_finite() || !y.is_finite()) {
    const std::optional<Decimal> result = DivideSpecial(x, y);
    return result.has_value() ? StoreDecimal(*result, out) : NumericDivisionByZero();
  }
  if (y.is_zero()) return NumericDivisionByZero();
  return StoreDecimal(Divide(x, y, 0, Rounding::kTruncate), out);
}

absl::Status NumericModulo(std::string_view a, std::string_view b, NumericBuffer* out) {
  const Decimal x = Decimal::FromBinary(a);
  const Decimal y = Decimal::FromBinary(b);
  if (x.is_nan() || y.is_nan()) return StoreDecimal(Decimal::Nan(), out);
  if (y.is_zero()) return NumericDivisionByZero();
  if (!x.is_finite()) return StoreDecimal(Decimal::Nan(), out);
  if (!y.is_finite()) return StoreDecimal(x, out);
  return StoreDecimal(Remainder(x, y), out);
}

absl::Status NumericGcd(std::string_view a, std::string_view b, NumericBuffer* out) {
  return GcdOrLcm(a, b, GcdOf::kGcd, out);
}
absl::Status NumericLcm(std::string_view a, std::string_view b, NumericBuffer* out) {
  return GcdOrLcm(a, b, GcdOf::kLcm, out);
}

absl::Status NumericNegate(std::string_view a, NumericBuffer* out) {
  return StoreDecimal(Negated(Decimal::FromBinary(a)), out);
}

absl::Status NumericAbsolute(std::string_view a, NumericBuffer* out) {
  Decimal value = Decimal::FromBinary(a);
  if (value.kind == DecimalKind::kMinusInfinity) value = Decimal::Infinity(false);
  value.negative = false;
  return StoreDecimal(std::move(value), out);
}

absl::Status NumericCeiling(std::string_view a, NumericBuffer* out) {
  const Decimal value = Decimal::FromBinary(a);
  if (!value.is_finite()) return StoreDecimal(value, out);
  Decimal result = value;
  result.Truncate(0);
  if (CompareFinite(result, value) < 0) result = Add(result, Decimal::FromInt64(1));
  return StoreDecimal(std::move(result), out);
}

absl::Status NumericFloor(std::string_view a, NumericBuffer* out) {
  const Decimal value = Decimal::FromBinary(a);
  if (!value.is_finite()) return StoreDecimal(value, out);
  Decimal result = value;
  result.Truncate(0);
  if (CompareFinite(result, value) > 0) result = Subtract(result, Decimal::FromInt64(1));
  return StoreDecimal(std::move(result), out);
}

absl::Status NumericSignOf(std::string_view a, NumericBuffer* out) {
  const Decimal value = Decimal::FromBinary(a);
  return StoreDecimal(value.is_nan() ? value : Decimal::FromInt64(value.sign()), out);
}

absl::Status NumericRound(std::string_view a, int32_t scale, NumericBuffer* out) {
  Decimal value = Decimal::FromBinary(a);
  if (!value.is_finite()) return StoreDecimal(std::move(value), out);
  value.Round(std::clamp(scale, -kResultScaleMax, kResultScaleMax));
  value.display_scale = std::max(value.display_scale, 0);
  return StoreDecimal(std::move(value), out);
}

absl::Status NumericTruncate(std::string_view a, int32_t scale, NumericBuffer* out) {
  Decimal value = Decimal::FromBinary(a);
  if (!value.is_finite()) return StoreDecimal(std::move(value), out);
  value.Truncate(std::clamp(scale, -kResultScaleMax, kResultScaleMax));
  value.display_scale = std::max(value.display_scale, 0);
  return StoreDecimal(std::move(value), out);
}

absl::Status NumericTrimScale(std::string_view a, NumericBuffer* out) {
  Decimal value = Decimal::FromBinary(a);
  if (value.is_finite()) value.display_scale = NumericMinScale(a);
  return StoreDecimal(std::move(value), out);
}

absl::Status NumericFactorial(int64_t n, NumericBuffer* out) {
  constexpr int64_t kFactorialMax = 32177;
  if (n < 0) {
    return SqlError(sqlstate::kNumericValueOutOfRange,
                    "factorial of a negative number is undefined");
  }
  if (n > kFactorialMax) return NumericOverflow();
  Decimal result = Decimal::FromInt64(1);
  for (int64_t i = 2; i <= n; ++i) result = Multiply(result, Decimal::FromInt64(i), 0);
  return StoreDecimal(std::move(result), out);
}

}  // namespace heliosdb::types
