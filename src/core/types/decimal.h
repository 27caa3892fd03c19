// The working form of numeric's arithmetic: digits in base 10000, in memory. Only numeric*.cc use
// it.
#ifndef HELIOSDB_CORE_TYPES_DECIMAL_H_
#define HELIOSDB_CORE_TYPES_DECIMAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"

#include "core/types/numeric.h"

namespace heliosdb::types {

inline constexpr int kDecimalBase = 10000;
inline constexpr int kDecimalBaseDigits = 4;
// PostgreSQL's limits of the scales that results choose for themselves.
inline constexpr int kSignificantDigitsMin = 16;
inline constexpr int kDisplayScaleMax = 1000;
inline constexpr int kResultScaleMax = 2000;
inline constexpr int kNumericScaleLimit = 0x3FFF;
inline constexpr int kNumericWeightMax = 0x7FFF;

enum class DecimalKind : uint8_t { kFinite, kNan, kInfinity, kMinusInfinity };

// A finite number is (-1)^negative * sum of digits[i] * 10000^(weight - i). Normalized: neither the
// first nor the last digit is 0, and zero is not negative and has weight 0.
struct Decimal {
  DecimalKind kind = DecimalKind::kFinite;
  bool negative = false;
  int weight = 0;
  int display_scale = 0;
  absl::InlinedVector<int16_t, 32> digits;

  bool is_finite() const { return kind == DecimalKind::kFinite; }
  bool is_nan() const { return kind == DecimalKind::kNan; }
  bool is_zero() const { return is_finite() && digits.empty(); }
  // -1, 0 or 1; 0 for NaN.
  int sign() const;
  bool is_integral() const { return static_cast<int>(digits.size()) <= weight + 1; }

  static Decimal FromBinary(std::string_view numeric);
  static Decimal FromInt64(int64_t value);
  static Decimal FromInt128(Int128 value);
  static Decimal Nan() { return OfKind(DecimalKind::kNan); }
  static Decimal Infinity(bool negative) {
    return OfKind(negative ? DecimalKind::kMinusInfinity : DecimalKind::kInfinity);
  }

  void Normalize();
  // Finite numbers. Rounds half away from zero, or cuts, to scale digits after the point (before
  // it, when negative), which becomes the display scale.
  void Round(int scale);
  void Truncate(int scale);

 private:
  static Decimal OfKind(DecimalKind kind) {
    Decimal result;
    result.kind = kind;
    return result;
  }
};

// Finite operands.
int CompareAbsolute(const Decimal& a, const Decimal& b);
int CompareFinite(const Decimal& a, const Decimal& b);
Decimal Add(const Decimal& a, const Decimal& b);
Decimal Subtract(const Decimal& a, const Decimal& b);
// The product rounded to scale digits.
Decimal Multiply(const Decimal& a, const Decimal& b, int scale);
// The exact product.
inline Decimal Multiply(const Decimal& a, const Decimal& b) {
  return Multiply(a, b, a.display_scale + b.display_scale);
}
enum class Rounding { kRound, kTruncate };
// b is not zero.
Decimal Divide(const Decimal& a, const Decimal& b, int scale, Rounding rounding);
// The scale that PostgreSQL gives a quotient.
int QuotientScale(const Decimal& a, const Decimal& b);

double ToDoubleNoOverflow(const Decimal& a);
// The integer it is exactly, if it is one that fits.
std::optional<int64_t> ToExactInt64(const Decimal& a);
void AppendText(const Decimal& a, std::string* out);

absl::Status NumericOverflow();
absl::Status NumericDivisionByZero();
// The binary form; 22003 when weight or scale exceed it. a need not be normalized.
absl::Status StoreDecimal(Decimal a, NumericBuffer* out);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_DECIMAL_H_
