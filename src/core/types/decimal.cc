#include "core/types/decimal.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/base/coding.h"
#include "core/base/status.h"

namespace heliosdb::types {
namespace {

constexpr int kPowersOfTen[] = {1, 10, 100, 1000};
constexpr uint16_t kSignBits = 0xC000;
constexpr uint16_t kNegativeBit = 0x4000;
constexpr uint16_t kSpecialBit = 0x8000;

// |a| + |b|.
Decimal AddAbsolute(const Decimal& a, const Decimal& b) {
  Decimal result;
  result.display_scale = std::max(a.display_scale, b.display_scale);
  const int high = std::max(a.weight, b.weight) + 1;
  const int low = std::min(a.weight - static_cast<int>(a.digits.size()),
                           b.weight - static_cast<int>(b.digits.size())) +
                  1;
  result.weight = high;
  result.digits.resize(static_cast<size_t>(high - low + 1));
  int carry = 0;
  for (int place = low; place <= high; ++place) {
    int sum = carry;
    const int i = a.weight - place;
    const int j = b.weight - place;
    if (i >= 0 && i < static_cast<int>(a.digits.size())) sum += a.digits[i];
    if (j >= 0 && j < static_cast<int>(b.digits.size())) sum += b.digits[j];
    carry = sum >= kDecimalBase ? 1 : 0;
    result.digits[high - place] = static_cast<int16_t>(sum - carry * kDecimalBase);
  }
  result.Normalize();
  return result;
}

// |a| - |b| where |a| >= |b|.
Decimal SubtractAbsolute(const Decimal& a, const Decimal& b) {
  Decimal result;
  result.display_scale = std::max(a.display_scale, b.display_scale);
  const int high = a.weight;
  const int low = std::min(a.weight - static_cast<int>(a.digits.size()),
                           b.weight - static_cast<int>(b.digits.size())) +
                  1;
  result.weight = high;
  result.digits.resize(static_cast<size_t>(std::max(0, high - low + 1)));
  int borrow = 0;
  for (int place = low; place <= high; ++place) {
    int difference = -borrow;
    const int i = a.weight - place;
    const int j = b.weight - place;
    if (i >= 0 && i < static_cast<int>(a.digits.size())) difference += a.digits[i];
    if (j >= 0 && j < static_cast<int>(b.digits.size())) difference -= b.digits[j];
    borrow = difference < 0 ? 1 : 0;
    result.digits[high - place] = static_cast<int16_t>(difference + borrow * kDecimalBase);
  }
  result.Normalize();
  return result;
}

// Drops what lies beyond scale; says whether what was dropped rounds up (half or more).
bool CutAt(Decimal* a, int scale, int* carry_unit) {
  a->display_scale = scale;
  int decimal_digits = (a->weight + 1) * kDecimalBaseDigits + scale;
  if (decimal_digits < 0) {
    a->digits.clear();
    *carry_unit = 1;
    return false;
  }
  const int kept = (decimal_digits + kDecimalBaseDigits - 1) / kDecimalBaseDigits;
  decimal_digits %= kDecimalBaseDigits;
  const int count = static_cast<int>(a->digits.size());
  *carry_unit = 1;
  if (kept > count || (kept == count && decimal_digits == 0)) return false;
  if (decimal_digits == 0) {
    const bool up = a->digits[kept] >= kDecimalBase / 2;
    a->digits.resize(kept);
    return up;
  }
  const int unit = kPowersOfTen[kDecimalBaseDigits - decimal_digits];
  const int extra = a->digits[kept - 1] % unit;
  a->digits.resize(kept);
  a->digits[kept - 1] = static_cast<int16_t>(a->digits[kept - 1] - extra);
  *carry_unit = unit;
  return extra >= unit / 2;
}

// Knuth's algorithm D: the count first base-10000 digits of dividend / divisor, both without
// leading zeros.
std::vector<int32_t> LongDivide(const Decimal& a, const Decimal& b, int count) {
  const int divisor_size = static_cast<int>(b.digits.size());
  const int scale_up = kDecimalBase / (b.digits[0] + 1);
  std::vector<int32_t> rest(static_cast<size_t>(count + divisor_size + 1), 0);
  std::vector<int32_t> divisor(static_cast<size_t>(divisor_size));
  int carry = 0;
  for (int i = divisor_size - 1; i >= 0; --i) {
    const int product = b.digits[i] * scale_up + carry;
    divisor[i] = product % kDecimalBase;
    carry = product / kDecimalBase;
  }
  carry = 0;
  const int used = std::min(static_cast<int>(a.digits.size()), count + divisor_size);
  for (int i = used - 1; i >= 0; --i) {
    const int product = a.digits[i] * scale_up + carry;
    rest[i + 1] = product % kDecimalBase;
    carry = product / kDecimalBase;
  }
  rest[0] = carry;

  std::vector<int32_t> quotient(static_cast<size_t>(count), 0);
  const int next_divisor = divisor_size > 1 ? divisor[1] : 0;
  for (int j = 0; j < count; ++j) {
    const int64_t top = int64_t{rest[j]} * kDecimalBase + rest[j + 1];
    int64_t digit = std::min<int64_t>(top / divisor[0], kDecimalBase - 1);
    const int third = divisor_size > 1 ? rest[j + 2] : 0;
    while (digit > 0 && digit * next_divisor > (top - digit * divisor[0]) * kDecimalBase + third) {
      --digit;
    }
    int64_t borrow = 0;
    for (int i = divisor_size - 1; i >= 0; --i) {
      int64_t value = rest[j + i + 1] - digit * divisor[i] - borrow;
      borrow = value < 0 ? (-value + kDecimalBase - 1) / kDecimalBase : 0;
      rest[j + i + 1] = static_cast<int32_t>(value + borrow * kDecimalBase);
    }
    rest[j] -= static_cast<int32_t>(borrow);
    while (rest[j] < 0) {
      --digit;
      int add_carry = 0;
      for (int i = divisor_size - 1; i >= 0; --i) {
        const int value = rest[j + i + 1] + divisor[i] + add_carry;
        add_carry = value >= kDecimalBase ? 1 : 0;
        rest[j + i + 1] = value - add_carry * kDecimalBase;
      }
      rest[j] += add_carry;
    }
    quotient[j] = static_cast<int32_t>(digit);
  }
  return quotient;
}

}  // namespace

int Decimal::sign() const {
  switch (kind) {
    case DecimalKind::kNan:
      return 0;
    case DecimalKind::kInfinity:
      return 1;
    case DecimalKind::kMinusInfinity:
      return -1;
    case DecimalKind::kFinite:
      break;
  }
  return digits.empty() ? 0 : (negative ? -1 : 1);
}

Decimal Decimal::FromBinary(std::string_view numeric) {
  Decimal result;
  const uint16_t header = LoadFixed<uint16_t>(numeric.data());
  if ((header & kSignBits) == kSpecialBit) {
    result.kind = static_cast<DecimalKind>((header & 3) + 1);
    return result;
  }
  result.negative = (header & kNegativeBit) != 0;
  result.display_scale = header & kNumericScaleLimit;
  result.weight = LoadFixed<int16_t>(numeric.data() + 2);
  result.digits.resize((numeric.size() - 4) / 2);
  std::memcpy(result.digits.data(), numeric.data() + 4, result.digits.size() * 2);
  return result;
}

Decimal Decimal::FromInt64(int64_t value) { return FromInt128(value); }

Decimal Decimal::FromInt128(Int128 value) {
  Decimal result;
  result.negative = value < 0;
  unsigned __int128 rest =
      value < 0 ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  int16_t reversed[10];
  int count = 0;
  while (rest != 0) {
    reversed[count++] = static_cast<int16_t>(rest % kDecimalBase);
    rest /= kDecimalBase;
  }
  result.weight = count - 1;
  for (int i = count - 1; i >= 0; --i) result.digits.push_back(reversed[i]);
  result.Normalize();
  return result;
}

void Decimal::Normalize() {
  size_t leading = 0;
  while (leading < digits.size() && digits[leading] == 0) ++leading;
  if (leading > 0) {
    digits.erase(digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(leading));
    weight -= static_cast<int>(leading);
  }
  while (!digits.empty() && digits.back() == 0) digits.pop_back();
  if (digits.empty()) {
    negative = false;
    weight = 0;
  }
}

void Decimal::Round(int scale) {
  int unit = 1;
  if (CutAt(this, scale, &unit)) {
    int i = static_cast<int>(digits.size()) - 1;
    int carry = unit;
    for (; i >= 0 && carry != 0; --i) {
      const int sum = digits[i] + carry;
      carry = sum >= kDecimalBase ? 1 : 0;
      digits[i] = static_cast<int16_t>(sum - carry * kDecimalBase);
    }
    if (carry != 0) {
      digits.insert(digits.begin(), 1);
      ++weight;
    }
  }
  Normalize();
}

void Decimal::Truncate(int scale) {
  int unit = 1;
  CutAt(this, scale, &unit);
  Normalize();
}

int CompareAbsolute(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty()) {
    return static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty());
  }
  if (a.weight != b.weight) return a.weight < b.weight ? -1 : 1;
  const size_t common = std::min(a.digits.size(), b.digits.size());
  for (size_t i = 0; i < common; ++i) {
    if (a.digits[i] != b.digits[i]) return a.digits[i] < b.digits[i] ? -1 : 1;
  }
  return static_cast<int>(a.digits.size() > common) - static_cast<int>(b.digits.size() > common);
}

int CompareFinite(const Decimal& a, const Decimal& b) {
  const int sign_a = a.sign();
  const int sign_b = b.sign();
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  const int compared = CompareAbsolute(a, b);
  return sign_a < 0 ? -compared : compared;
}

Decimal Add(const Decimal& a, const Decimal& b) {
  if (a.negative == b.negative) {
    Decimal sum = AddAbsolute(a, b);
    sum.negative = a.negative && !sum.digits.empty();
    return sum;
  }
  const int compared = CompareAbsolute(a, b);
  Decimal difference = compared >= 0 ? SubtractAbsolute(a, b) : SubtractAbsolute(b, a);
  difference.negative = !difference.digits.empty() && (compared >= 0 ? a.negative : b.negative);
  return difference;
}

Decimal Subtract(const Decimal& a, const Decimal& b) {
  Decimal negated = b;
  negated.negative = !b.negative && !b.digits.empty();
  return Add(a, negated);
}

Decimal Multiply(const Decimal& a, const Decimal& b, int scale) {
  Decimal result;
  result.display_scale = scale;
  if (a.digits.empty() || b.digits.empty()) return result;
  const size_t size_a = a.digits.size();
  const size_t size_b = b.digits.size();
  absl::InlinedVector<uint64_t, 64> sums(size_a + size_b, 0);
  for (size_t i = 0; i < size_a; ++i) {
    const uint64_t digit = static_cast<uint64_t>(a.digits[i]);
    for (size_t j = 0; j < size_b; ++j) {
      sums[i + j + 1] += digit * static_cast<uint64_t>(b.digits[j]);
    }
  }
  uint64_t carry = 0;
  result.digits.resize(sums.size());
  for (size_t i = sums.size(); i-- > 0;) {
    const uint64_t sum = sums[i] + carry;
    carry = sum / kDecimalBase;
    result.digits[i] = static_cast<int16_t>(sum % kDecimalBase);
  }
  result.weight = a.weight + b.weight + 1;
  result.negative = a.negative != b.negative;
  result.Round(scale);
  return result;
}

Decimal Divide(const Decimal& a, const Decimal& b, int scale, Rounding rounding) {
  Decimal result;
  result.display_scale = scale;
  if (a.digits.empty()) return result;
  result.weight = a.weight - b.weight;
  // One base digit more than the scale needs, so that the digit that decides about rounding is
  // there.
  const int whole = result.weight + 1;
  const int fraction = (scale >= 0 ? scale + kDecimalBaseDigits - 1 : scale) / kDecimalBaseDigits;
  const int count = std::max(whole + fraction + 1, 1);
  const std::vector<int32_t> quotient = LongDivide(a, b, count);
  result.digits.resize(quotient.size());
  for (size_t i = 0; i < quotient.size(); ++i) result.digits[i] = static_cast<int16_t>(quotient[i]);
  result.negative = a.negative != b.negative;
  if (rounding == Rounding::kRound) {
    result.Round(scale);
  } else {
    result.Truncate(scale);
  }
  return result;
}

int QuotientScale(const Decimal& a, const Decimal& b) {
  const int first_a = a.digits.empty() ? 0 : a.digits[0];
  const int first_b = b.digits.empty() ? 0 : b.digits[0];
  int weight = a.weight - b.weight;
  if (first_a <= first_b) --weight;
  int scale = kSignificantDigitsMin - weight * kDecimalBaseDigits;
  scale = std::max({scale, a.display_scale, b.display_scale, 0});
  return std::min(scale, kDisplayScaleMax);
}

double ToDoubleNoOverflow(const Decimal& a) {
  if (a.is_nan()) return std::nan("");
  if (!a.is_finite()) return a.sign() * HUGE_VAL;
  std::string text;
  AppendText(a, &text);
  return std::strtod(text.c_str(), nullptr);
}

std::optional<int64_t> ToExactInt64(const Decimal& a) {
  if (!a.is_finite() || !a.is_integral() || a.weight > 4) return std::nullopt;
  Int128 value = 0;
  for (int i = 0; i <= a.weight; ++i) {
    value = value * kDecimalBase + (i < static_cast<int>(a.digits.size()) ? a.digits[i] : 0);
  }
  if (a.negative) value = -value;
  if (value < INT64_MIN || value > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(value);
}

void AppendText(const Decimal& a, std::string* out) {
  switch (a.kind) {
    case DecimalKind::kNan:
      out->append("NaN");
      return;
    case DecimalKind::kInfinity:
      out->append("Infinity");
      return;
    case DecimalKind::kMinusInfinity:
      out->append("-Infinity");
      return;
    case DecimalKind::kFinite:
      break;
  }
  const auto append_digit = [&](int index, int decimal_digits) {
    const int digit = index >= 0 && index < static_cast<int>(a.digits.size()) ? a.digits[index] : 0;
    const char text[4] = {
        static_cast<char>('0' + digit / 1000), static_cast<char>('0' + digit / 100 % 10),
        static_cast<char>('0' + digit / 10 % 10), static_cast<char>('0' + digit % 10)};
    out->append(text, static_cast<size_t>(decimal_digits));
  };
  if (a.negative) out->push_back('-');
  if (a.weight < 0) {
    out->push_back('0');
  } else {
    const size_t start = out->size();
    for (int i = 0; i <= a.weight; ++i) append_digit(i, 4);
    const size_t first = out->find_first_not_of('0', start);
    const size_t keep_from = first == std::string::npos ? out->size() - 1 : first;
    out->erase(start, keep_from - start);
  }
  if (a.display_scale <= 0) return;
  out->push_back('.');
  for (int left = a.display_scale, i = a.weight + 1; left > 0; left -= 4, ++i) {
    append_digit(i, std::min(left, 4));
  }
}

absl::Status NumericOverflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value overflows numeric format");
}
absl::Status NumericDivisionByZero() {
  return SqlError(sqlstate::kDivisionByZero, "division by zero");
}

absl::Status StoreDecimal(Decimal a, NumericBuffer* out) {
  if (!a.is_finite()) {
    StoreFixed<uint16_t>(out->Resize(2),
                         static_cast<uint16_t>(kSpecialBit | (static_cast<int>(a.kind) - 1)));
    return absl::OkStatus();
  }
  a.Normalize();
  if (a.display_scale > kNumericScaleLimit || a.weight > kNumericWeightMax ||
      a.weight < -kNumericWeightMax - 1) {
    return NumericOverflow();
  }
  char* const to = out->Resize(4 + a.digits.size() * 2);
  StoreFixed<uint16_t>(
      to, static_cast<uint16_t>((a.negative ? kNegativeBit : 0) | std::max(a.display_scale, 0)));
  StoreFixed<int16_t>(to + 2, static_cast<int16_t>(a.weight));
  if (!a.digits.empty()) std::memcpy(to + 4, a.digits.data(), a.digits.size() * 2);
  return absl::OkStatus();
}

}  // namespace heliosdb::types
