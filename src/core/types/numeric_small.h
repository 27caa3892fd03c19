// The fast path of numeric: values of few digits as 128-bit integers. Only numeric*.cc use it.
#ifndef HELIOSDB_CORE_TYPES_NUMERIC_SMALL_H_
#define HELIOSDB_CORE_TYPES_NUMERIC_SMALL_H_

#include <cstdint>
#include <string_view>

#include "core/base/coding.h"
#include "core/types/numeric.h"

namespace heliosdb::types {

inline constexpr uint16_t kNumericSignBits = 0xC000;
inline constexpr uint16_t kNumericNegative = 0x4000;
inline constexpr uint16_t kNumericSpecial = 0x8000;
inline constexpr uint16_t kNumericScaleBits = 0x3FFF;
// At most four base-10000 digits: below 10^16, so that a product of two fits 128 bits.
inline constexpr size_t kSmallNumericBytes = 4 + 4 * 2;

inline uint16_t NumericHeader(std::string_view numeric) {
  return LoadFixed<uint16_t>(numeric.data());
}
inline bool NumericIsSpecial(std::string_view numeric) {
  return (NumericHeader(numeric) & kNumericSignBits) == kNumericSpecial;
}

// mantissa * 10000^exponent, |mantissa| < 10^16.
struct SmallNumeric {
  int64_t mantissa = 0;
  int exponent = 0;
  int display_scale = 0;
};

// False for what is special or longer.
inline bool LoadSmall(std::string_view numeric, SmallNumeric* out) {
  const uint16_t header = NumericHeader(numeric);
  if (numeric.size() > kSmallNumericBytes || (header & kNumericSignBits) == kNumericSpecial) {
    return false;
  }
  int64_t mantissa = 0;
  for (size_t at = 4; at < numeric.size(); at += 2) {
    mantissa = mantissa * 10000 + LoadFixed<uint16_t>(numeric.data() + at);
  }
  const int digits = static_cast<int>(numeric.size() - 4) / 2;
  out->mantissa = (header & kNumericNegative) != 0 ? -mantissa : mantissa;
  out->exponent = digits == 0 ? 0 : LoadFixed<int16_t>(numeric.data() + 2) - digits + 1;
  out->display_scale = header & kNumericScaleBits;
  return true;
}

// Stores mantissa * 10000^exponent; the weight is known to fit.
void StoreSmall(Int128 mantissa, int exponent, int display_scale, NumericBuffer* out);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_NUMERIC_SMALL_H_
