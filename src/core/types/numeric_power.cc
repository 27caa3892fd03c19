// Roots, exponentials and logarithms of numeric. The scales follow PostgreSQL's numeric.c, so that
// results agree to the last digit shown.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/base/status.h"
#include "core/types/decimal.h"
#include "core/types/numeric.h"

namespace heliosdb::types {
namespace {

constexpr double kLogTenOfE = 0.434294481903252;
constexpr double kLogTenOfTwo = 0.301029995663981;
constexpr double kLnOfTen = 2.302585092994046;
constexpr int kGuardDigits = 8;

Decimal One() { return Decimal::FromInt64(1); }
Decimal OfFraction(int tenths) {
  Decimal result = Divide(Decimal::FromInt64(tenths), Decimal::FromInt64(10), 1, Rounding::kRound);
  return result;
}

absl::Status NegativeLogarithm() {
  return SqlError(sqlstate::kInvalidArgumentForLog, "cannot take logarithm of a negative number");
}
absl::Status ZeroLogarithm() {
  return SqlError(sqlstate::kInvalidArgumentForLog, "cannot take logarithm of zero");
}

// The scale that shows kSignificantDigitsMin digits of a result of that decimal weight.
int ScaleFor(int decimal_weight, int scale_a, int scale_b = 0) {
  const int scale = std::max({kSignificantDigitsMin - decimal_weight, scale_a, scale_b, 0});
  return std::min(scale, kDisplayScaleMax);
}

// Heron's iteration from a double's estimate; a is positive. The last step's quotient has guard
// digits beyond scale.
Decimal SquareRoot(const Decimal& a, int scale) {
  if (a.is_zero()) {
    Decimal zero;
    zero.display_scale = scale;
    return zero;
  }
  // Estimate from the first base digits, with an even base exponent.
  double head = 0;
  const int taken = 4;
  for (int i = 0; i < taken; ++i) {
    head = head * kDecimalBase + (i < static_cast<int>(a.digits.size()) ? a.digits[i] : 0);
  }
  int exponent = a.weight - taken + 1;
  if (exponent % 2 != 0) {
    head *= kDecimalBase;
    --exponent;
  }
  Decimal root = Decimal::FromInt64(static_cast<int64_t>(std::sqrt(head)));
  root.weight += exponent / 2;
  const int work_scale = std::max(scale, 0) + kGuardDigits;
  root.display_scale = work_scale;
  const Decimal half = OfFraction(5);
  // Each step doubles the correct digits, about 8 at the start.
  const int digits_needed = std::max(work_scale + (root.weight + 1) * kDecimalBaseDigits, 1) + 8;
  int digits = 6;
  while (digits < 2 * digits_needed) {
    const Decimal quotient = Divide(a, root, work_scale, Rounding::kRound);
    root = Multiply(Add(root, quotient), half, work_scale);
    digits *= 2;
  }
  root.Round(scale);
  return root;
}

// e^a to scale digits.
absl::StatusOr<Decimal> Exponential(const Decimal& a, int scale) {
  Decimal x = a;
  double value = ToDoubleNoOverflow(x);
  if (std::fabs(value) >= kResultScaleMax * 3) {
    if (value > 0) return NumericOverflow();
    Decimal zero;
    zero.display_scale = scale;
    return zero;
  }
  const int decimal_weight = static_cast<int>(value * kLogTenOfE);
  int halvings = 0;
  if (std::fabs(value) > 0.01) {
    int64_t divisor = 1;
    do {
      ++halvings;
      divisor *= 2;
      value /= 2;
    } while (std::fabs(value) > 0.01);
    x = Divide(x, Decimal::FromInt64(divisor), x.display_scale + halvings, Rounding::kRound);
  }
  const int significant =
      std::max(1 + decimal_weight + scale + static_cast<int>(halvings * kLogTenOfTwo), 0) +
      kGuardDigits;
  int work_scale = significant - 1;
  Decimal result = Add(One(), x);
  Decimal element = Multiply(x, x, work_scale);
  int64_t n = 2;
  element = Divide(element, Decimal::FromInt64(n), work_scale, Rounding::kRound);
  while (!element.digits.empty()) {
    result = Add(result, element);
    element = Multiply(element, x, work_scale);
    ++n;
    element = Divide(element, Decimal::FromInt64(n), work_scale, Rounding::kRound);
  }
  for (; halvings > 0; --halvings) {
    work_scale = std::max(significant - result.weight * 2 * kDecimalBaseDigits, 0);
    result = Multiply(result, result, work_scale);
  }
  result.Round(scale);
  return result;
}

// The decimal weight of ln(a), roughly; a is positive.
int LogarithmWeight(const Decimal& a) {
  if (a.sign() <= 0) return 0;
  if (CompareFinite(a, OfFraction(9)) >= 0 && CompareFinite(a, OfFraction(11)) <= 0) {
    // Near 1, ln(1 + x) is about x.
    const Decimal x = Subtract(a, One());
    if (x.digits.empty()) return 0;
    return x.weight * kDecimalBaseDigits + static_cast<int>(std::log10(x.digits[0]));
  }
  int digits = a.digits[0];
  int weight = a.weight * kDecimalBaseDigits;
  if (a.digits.size() > 1) {
    digits = digits * kDecimalBase + a.digits[1];
    weight -= kDecimalBaseDigits;
  }
  const double logarithm = std::log(static_cast<double>(digits)) + weight * kLnOfTen;
  return static_cast<int>(std::log10(std::fabs(logarithm)));
}

// ln(a) to scale digits; a is positive.
Decimal Logarithm(const Decimal& a, int scale) {
  const Decimal low = OfFraction(9);
  const Decimal high = OfFraction(11);
  Decimal x = a;
  Decimal factor = Decimal::FromInt64(2);
  int roots = 0;
  while (CompareFinite(x, low) <= 0 || CompareFinite(x, high) >= 0) {
    x = SquareRoot(x, scale - x.weight * kDecimalBaseDigits / 2 + kGuardDigits);
    factor = Multiply(factor, Decimal::FromInt64(2), 0);
    ++roots;
  }
  // ln(x) = 2 (z + z^3/3 + z^5/5 + ...) with z = (x - 1) / (x + 1).
  const int work_scale = scale + static_cast<int>((roots + 1) * kLogTenOfTwo) + kGuardDigits;
  Decimal result = Divide(Subtract(x, One()), Add(x, One()), work_scale, Rounding::kRound);
  Decimal power = result;
  const Decimal square = Multiply(result, result, work_scale);
  for (int64_t n = 3;; n += 2) {
    power = Multiply(power, square, work_scale);
    const Decimal element = Divide(power, Decimal::FromInt64(n), work_scale, Rounding::kRound);
    if (element.digits.empty()) break;
    result = Add(result, element);
    if (element.weight < result.weight - work_scale * 2 / kDecimalBaseDigits) break;
  }
  return Multiply(result, factor, scale);
}

Decimal ZeroWithScale(int scale) {
  Decimal zero;
  zero.display_scale = scale;
  return zero;
}

// base^exponent by squaring, where the general case needs it.
absl::StatusOr<Decimal> PowerBySquaring(const Decimal& base, int32_t exponent, int scale) {
  double digits = base.digits[0];
  int weight = base.weight * kDecimalBaseDigits;
  for (size_t i = 1; i < base.digits.size() && i * kDecimalBaseDigits < 16; ++i) {
    digits = digits * kDecimalBase + base.digits[i];
    weight -= kDecimalBaseDigits;
  }
  const double result_weight = exponent * (std::log10(digits) + weight);
  if (result_weight > 3.0 * kNumericWeightMax * kDecimalBaseDigits) return NumericOverflow();
  if (result_weight + 1 < -scale || result_weight + 1 < -kDisplayScaleMax) {
    return ZeroWithScale(scale);
  }
  int significant = 1 + scale + static_cast<int>(result_weight);
  significant += static_cast<int>(std::log(std::fabs(static_cast<double>(exponent)))) + 8;
  bool invert = exponent < 0;
  uint32_t mask = invert ? -static_cast<uint32_t>(exponent) : static_cast<uint32_t>(exponent);
  Decimal product = base;
  Decimal result = (mask & 1) != 0 ? base : One();
  while ((mask >>= 1) > 0) {
    int work_scale =
        std::min(significant - 2 * product.weight * kDecimalBaseDigits, 2 * product.display_scale);
    product = Multiply(product, product, std::max(work_scale, 0));
    if ((mask & 1) != 0) {
      work_scale = std::min(significant - (product.weight + result.weight) * kDecimalBaseDigits,
                            product.display_scale + result.display_scale);
      result = Multiply(product, result, std::max(work_scale, 0));
    }
    if (product.weight > kNumericWeightMax || result.weight > kNumericWeightMax) {
      if (!invert) return NumericOverflow();
      return ZeroWithScale(scale);
    }
  }
  if (invert) {
    if (result.digits.empty()) return NumericDivisionByZero();
    return Divide(One(), result, scale, Rounding::kRound);
  }
  result.Round(scale);
  return result;
}

absl::StatusOr<Decimal> IntegerPower(const Decimal& base, int32_t exponent, int scale) {
  switch (exponent) {
    case 0: {
      Decimal one = One();
      one.display_scale = scale;
      return one;
    }
    case 1: {
      Decimal result = base;
      result.Round(scale);
      return result;
    }
    case -1:
      if (base.is_zero()) return NumericDivisionByZero();
      return Divide(One(), base, scale, Rounding::kRound);
    case 2:
      return Multiply(base, base, scale);
    default:
      break;
  }
  if (base.is_zero()) {
    if (exponent < 0) return NumericDivisionByZero();
    return ZeroWithScale(scale);
  }
  return PowerBySquaring(base, exponent, scale);
}

bool IsOdd(const Decimal& a) {
  return !a.digits.empty() && static_cast<int>(a.digits.size()) == a.weight + 1 &&
         (a.digits.back() & 1) != 0;
}

// Finite operands for which the error rules were checked.
absl::StatusOr<Decimal> FinitePower(const Decimal& base, const Decimal& exponent) {
  if (exponent.is_integral()) {
    const std::optional<int64_t> integer = ToExactInt64(exponent);
    if (integer.has_value() && *integer >= INT32_MIN && *integer <= INT32_MAX) {
      return IntegerPower(base, static_cast<int32_t>(*integer), ScaleFor(0, base.display_scale));
    }
  }
  if (base.is_zero()) return ZeroWithScale(kSignificantDigitsMin);
  const bool negative = base.negative && IsOdd(exponent);
  Decimal absolute = base;
  absolute.negative = false;
  const int ln_weight = LogarithmWeight(absolute);
  int work_scale = std::max(8 - ln_weight, 0);
  Decimal product = Multiply(Logarithm(absolute, work_scale), exponent, work_scale);
  double value = ToDoubleNoOverflow(product);
  if (std::fabs(value) > kResultScaleMax * 3.01) {
    if (value > 0) return NumericOverflow();
    return ZeroWithScale(kDisplayScaleMax);
  }
  value *= kLogTenOfE;
  const int scale = ScaleFor(static_cast<int>(value), base.display_scale, exponent.display_scale);
  const int significant = std::max(scale + static_cast<int>(value), 0);
  work_scale = std::max(significant - ln_weight + kGuardDigits, 0);
  product = Multiply(Logarithm(absolute, work_scale), exponent, work_scale);
  HELIOS_ASSIGN_OR_RETURN(Decimal result, Exponential(product, scale));
  result.negative = negative && !result.digits.empty();
  return result;
}

absl::Status CheckPowerOperands(const Decimal& base, const Decimal& exponent) {
  if (base.sign() == 0 && exponent.sign() < 0) {
    return SqlError(sqlstate::kInvalidArgumentForPowerFunction,
                    "zero raised to a negative power is undefined");
  }
  if (base.sign() < 0 && exponent.is_finite() && !exponent.is_integral()) {
    return SqlError(sqlstate::kInvalidArgumentForPowerFunction,
                    "a negative number raised to a non-integer power yields a complex result");
  }
  return absl::OkStatus();
}

// POSIX's rules for pow() where an operand is NaN or infinite.
absl::StatusOr<Decimal> SpecialPower(const Decimal& base, const Decimal& exponent) {
  const auto is_one = [](const Decimal& a) {
    return a.is_finite() && CompareFinite(a, One()) == 0;
  };
  if (base.is_nan()) return exponent.is_zero() ? One() : Decimal::Nan();
  if (exponent.is_nan()) return is_one(base) ? One() : Decimal::Nan();
  HELIOS_RETURN_IF_ERROR(CheckPowerOperands(base, exponent));
  if (is_one(base) || exponent.is_zero()) return One();
  if (base.is_zero()) return Decimal();
  if (!exponent.is_finite()) {
    bool above_one = true;
    if (base.is_finite()) {
      const int compared = CompareAbsolute(base, One());
      if (compared == 0) return One();
      above_one = compared > 0;
    }
    return above_one == (exponent.sign() > 0) ? Decimal::Infinity(false) : Decimal();
  }
  if (exponent.sign() < 0) return Decimal();
  return Decimal::Infinity(base.sign() < 0 && IsOdd(exponent));
}

}  // namespace

absl::Status NumericSqrt(std::string_view a, NumericBuffer* out) {
  const Decimal value = Decimal::FromBinary(a);
  if (value.sign() < 0) {
    return SqlError(sqlstate::kInvalidArgumentForPowerFunction,
                    "cannot take square root of a negative number");
  }
  if (!value.is_finite()) return StoreDecimal(value, out);
  const int weight = (value.weight + 1) * kDecimalBaseDigits / 2 - 1;
  return StoreDecimal(SquareRoot(value, ScaleFor(weight, value.display_scale)), out);
}

absl::Status NumericExp(std::string_view a, NumericBuffer* out) {
  const Decimal value = Decimal::FromBinary(a);
  if (value.kind == DecimalKind::kMinusInfinity) return StoreDecimal(Decimal(), out);
  if (!value.is_finite()) return StoreDecimal(value, out);
  const double weight = std::clamp(ToDoubleNoOverflow(value) * kLogTenOfE, -1.0 * kResultScaleMax,
                                   1.0 * kResultScaleMax);
  HELIOS_ASSIGN_OR_RETURN(
      Decimal result, Exponential(value, ScaleFor(static_cast<int>(weight), value.display_scale)));
  return StoreDecimal(std::move(result), out);
}

absl::Status NumericLn(std::string_view a, NumericBuffer* out) {
  const Decimal value = Decimal::FromBinary(a);
  if (value.sign() < 0) return NegativeLogarithm();
  if (!value.is_finite()) return StoreDecimal(value, out);
  if (value.is_zero()) return ZeroLogarithm();
  return StoreDecimal(Logarithm(value, ScaleFor(LogarithmWeight(value), value.display_scale)), out);
}

absl::Status NumericLog(std::string_view base, std::string_view a, NumericBuffer* out) {
  const Decimal x = Decimal::FromBinary(base);
  const Decimal y = Decimal::FromBinary(a);
  if (x.is_nan() || y.is_nan()) return StoreDecimal(Decimal::Nan(), out);
  if (x.is_finite() && y.is_finite()) {
    // The base is looked at first.
    if (x.sign() <= 0) return x.is_zero() ? ZeroLogarithm() : NegativeLogarithm();
  }
  if (x.sign() < 0 || y.sign() < 0) return NegativeLogarithm();
  if (x.sign() == 0 || y.sign() == 0) return ZeroLogarithm();
  if (!x.is_finite()) return StoreDecimal(y.is_finite() ? Decimal() : Decimal::Nan(), out);
  if (!y.is_finite()) return StoreDecimal(Decimal::Infinity(false), out);
  const int base_weight = LogarithmWeight(x);
  const int value_weight = LogarithmWeight(y);
  const int weight = value_weight - base_weight;
  const int scale = ScaleFor(weight, x.display_scale, y.display_scale);
  const Decimal ln_base = Logarithm(x, std::max(scale + weight - base_weight + kGuardDigits, 0));
  const Decimal ln_value = Logarithm(y, std::max(scale + weight - value_weight + kGuardDigits, 0));
  if (ln_base.is_zero()) return NumericDivisionByZero();
  return StoreDecimal(Divide(ln_value, ln_base, scale, Rounding::kRound), out);
}

absl::Status NumericPower(std::string_view base, std::string_view exponent, NumericBuffer* out) {
  const Decimal x = Decimal::FromBinary(base);
  const Decimal y = Decimal::FromBinary(exponent);
  if (!x.is_finite() || !y.is_finite()) {
    HELIOS_ASSIGN_OR_RETURN(Decimal result, SpecialPower(x, y));
    return StoreDecimal(std::move(result), out);
  }
  HELIOS_RETURN_IF_ERROR(CheckPowerOperands(x, y));
  HELIOS_ASSIGN_OR_RETURN(Decimal result, FinitePower(x, y));
  return StoreDecimal(std::move(result), out);
}

}  // namespace heliosdb::types
