#include "core/types/numeric_sum.h"

#include <algorithm>
#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/types/decimal.h"
#include "core/types/numeric_small.h"

namespace heliosdb::types {
namespace {

constexpr Int128 kPowersOfBase[] = {1, 10000, 100000000, 1000000000000, 10000000000000000};
constexpr int kShiftMax = 4;
// Beyond this the narrow sum moves to the wide one; leaves room for one more shifted mantissa.
constexpr Int128 kSmallMax = static_cast<Int128>(1) << 120;

Decimal DecimalOf(Int128 mantissa, int exponent) {
  Decimal result = Decimal::FromInt128(mantissa);
  if (!result.digits.empty()) result.weight += exponent;
  return result;
}

// The average of total over count rows, with the scale of a numeric division.
absl::Status AverageOf(const Decimal& total, int64_t count, NumericBuffer* out) {
  if (!total.is_finite()) return StoreDecimal(total, out);
  const Decimal divisor = Decimal::FromInt64(count);
  return StoreDecimal(Divide(total, divisor, QuotientScale(total, divisor), Rounding::kRound), out);
}

}  // namespace

struct NumericSum::Wide {
  Decimal total;
};

absl::Status IntegerSum::Average(NumericBuffer* out) const {
  return AverageOf(Decimal::FromInt128(total), count, out);
}

NumericSum::NumericSum() = default;
NumericSum::~NumericSum() = default;
NumericSum::NumericSum(NumericSum&&) noexcept = default;
NumericSum& NumericSum::operator=(NumericSum&&) noexcept = default;

bool NumericSum::AddSmall(Int128 mantissa, int exponent) {
  if (small_ == 0) small_exponent_ = exponent;
  if (exponent < small_exponent_) {
    const int shift = small_exponent_ - exponent;
    if (shift > kShiftMax) return false;
    const Int128 limit = kSmallMax / kPowersOfBase[shift];
    if (small_ > limit || small_ < -limit) return false;
    small_ *= kPowersOfBase[shift];
    small_exponent_ = exponent;
  }
  const int shift = exponent - small_exponent_;
  if (shift > kShiftMax) return false;
  small_ += mantissa * kPowersOfBase[shift];
  if (small_ > kSmallMax || small_ < -kSmallMax) Flush();
  return true;
}

void NumericSum::Flush() {
  if (wide_ == nullptr) wide_ = std::make_unique<Wide>();
  wide_->total = heliosdb::types::Add(wide_->total, DecimalOf(small_, small_exponent_));
  small_ = 0;
}

void NumericSum::AddWide(std::string_view numeric) {
  Decimal value = Decimal::FromBinary(numeric);
  switch (value.kind) {
    case DecimalKind::kNan:
      ++nan_count_;
      return;
    case DecimalKind::kInfinity:
      ++positive_infinity_count_;
      return;
    case DecimalKind::kMinusInfinity:
      ++negative_infinity_count_;
      return;
    case DecimalKind::kFinite:
      break;
  }
  display_scale_ = std::max(display_scale_, value.display_scale);
  if (wide_ == nullptr) wide_ = std::make_unique<Wide>();
  wide_->total = heliosdb::types::Add(wide_->total, value);
}

void NumericSum::Add(std::string_view numeric) {
  ++count_;
  SmallNumeric value;
  if (LoadSmall(numeric, &value) && AddSmall(value.mantissa, value.exponent)) {
    display_scale_ = std::max(display_scale_, value.display_scale);
    return;
  }
  AddWide(numeric);
}

void NumericSum::AddProduct(std::string_view a, std::string_view b) {
  SmallNumeric x;
  SmallNumeric y;
  if (LoadSmall(a, &x) && LoadSmall(b, &y)) {
    const Int128 product = Int128{x.mantissa} * y.mantissa;
    // The product may have 106 bits: only unshifted ones are sure to fit.
    if (small_ == 0 || x.exponent + y.exponent == small_exponent_) {
      if (AddSmall(product, x.exponent + y.exponent)) {
        ++count_;
        display_scale_ = std::max(display_scale_, x.display_scale + y.display_scale);
        return;
      }
    }
  }
  NumericBuffer product;
  if (NumericMultiply(a, b, &product).ok()) {
    ++count_;
    AddWide(product.view());
    return;
  }
  // Too wide for numeric's format: every further sum is out of range as well, and Sum() says so.
  ++count_;
  if (wide_ == nullptr) wide_ = std::make_unique<Wide>();
  wide_->total =
      heliosdb::types::Add(wide_->total, Multiply(Decimal::FromBinary(a), Decimal::FromBinary(b)));
}

void NumericSum::Merge(const NumericSum& other) {
  count_ += other.count_;
  nan_count_ += other.nan_count_;
  positive_infinity_count_ += other.positive_infinity_count_;
  negative_infinity_count_ += other.negative_infinity_count_;
  display_scale_ = std::max(display_scale_, other.display_scale_);
  Flush();
  wide_->total = heliosdb::types::Add(wide_->total, DecimalOf(other.small_, other.small_exponent_));
  if (other.wide_ != nullptr) {
    wide_->total = heliosdb::types::Add(wide_->total, other.wide_->total);
  }
}

absl::Status NumericSum::Sum(NumericBuffer* out) const {
  if (nan_count_ > 0 || (positive_infinity_count_ > 0 && negative_infinity_count_ > 0)) {
    return StoreDecimal(Decimal::Nan(), out);
  }
  if (positive_infinity_count_ > 0 || negative_infinity_count_ > 0) {
    return StoreDecimal(Decimal::Infinity(negative_infinity_count_ > 0), out);
  }
  Decimal total = DecimalOf(small_, small_exponent_);
  if (wide_ != nullptr) total = heliosdb::types::Add(total, wide_->total);
  total.display_scale = display_scale_;
  return StoreDecimal(std::move(total), out);
}

absl::Status NumericSum::Average(NumericBuffer* out) const {
  NumericBuffer sum;
  HELIOS_RETURN_IF_ERROR(Sum(&sum));
  return AverageOf(Decimal::FromBinary(sum.view()), count_, out);
}

void NumericSum::AppendTo(std::string* out) const {
  AppendFixed(out, count_);
  AppendFixed(out, nan_count_);
  AppendFixed(out, positive_infinity_count_);
  AppendFixed(out, negative_infinity_count_);
  AppendFixed(out, display_scale_);
  AppendFixed(out, small_exponent_);
  AppendFixed(out, static_cast<uint64_t>(static_cast<unsigned __int128>(small_) >> 64));
  AppendFixed(out, static_cast<uint64_t>(small_));
  if (wide_ == nullptr) return;
  AppendFixed<int32_t>(out, wide_->total.weight);
  AppendFixed<uint8_t>(out, wide_->total.negative ? 1 : 0);
  out->append(reinterpret_cast<const char*>(wide_->total.digits.data()),
              wide_->total.digits.size() * sizeof(int16_t));
}

absl::StatusOr<NumericSum> NumericSum::Decode(std::string_view bytes) {
  ByteReader reader(bytes);
  NumericSum sum;
  sum.count_ = reader.Fixed<int64_t>();
  sum.nan_count_ = reader.Fixed<int64_t>();
  sum.positive_infinity_count_ = reader.Fixed<int64_t>();
  sum.negative_infinity_count_ = reader.Fixed<int64_t>();
  sum.display_scale_ = reader.Fixed<int32_t>();
  sum.small_exponent_ = reader.Fixed<int32_t>();
  const uint64_t high = reader.Fixed<uint64_t>();
  const uint64_t low = reader.Fixed<uint64_t>();
  sum.small_ = static_cast<Int128>((static_cast<unsigned __int128>(high) << 64) | low);
  constexpr int kWeightLimit = 1 << 20;
  bool valid = reader.ok() && sum.display_scale_ >= 0 && sum.small_exponent_ > -kWeightLimit &&
               sum.small_exponent_ < kWeightLimit;
  if (valid && !reader.rest().empty()) {
    sum.wide_ = std::make_unique<Wide>();
    sum.wide_->total.weight = reader.Fixed<int32_t>();
    sum.wide_->total.negative = reader.Fixed<uint8_t>() != 0;
    const size_t count = reader.rest().size() / sizeof(int16_t);
    valid = reader.ok() && reader.rest().size() % 2 == 0 &&
            sum.wide_->total.weight > -kWeightLimit && sum.wide_->total.weight < kWeightLimit;
    for (size_t i = 0; valid && i < count; ++i) {
      const int16_t digit = reader.Fixed<int16_t>();
      valid = digit >= 0 && digit < kDecimalBase;
      sum.wide_->total.digits.push_back(digit);
    }
    sum.wide_->total.Normalize();
  }
  if (!valid) return Corruption("numeric sum of {} bytes is malformed", bytes.size());
  return sum;
}

}  // namespace heliosdb::types
