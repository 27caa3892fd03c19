// numeric: decimals of arbitrary precision, with PostgreSQL's results digit by digit.
//
// The binary form (version 1), what a numeric holds in vectors and rows:
//   numeric := header u16le | finite-rest
//   header bits 14..15: 0 positive or zero, 1 negative, 2 special; bits 0..13: the display scale,
//   0..16383. Special: the low bits are 0 for NaN, 1 for Infinity, 2 for -Infinity, and nothing
//   follows. finite-rest := weight i16le | digit u16le ...   digits are base 10000, most
//   significant first; the first digit counts 10000^weight. Valid iff every digit is 0..9999, the
//   first and the last digit are not 0, and zero is positive with weight 0 and no digit.
// So equal values differ at most in their display scale.
#ifndef HELIOSDB_CORE_TYPES_NUMERIC_H_
#define HELIOSDB_CORE_TYPES_NUMERIC_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace heliosdb::types {

using Int128 = __int128;

// Room for a result, used again from row to row: no allocation while results stay under 56 bytes
// (about 100 digits).
class NumericBuffer {
 public:
  std::string_view view() const { return {data_, size_}; }
  // size bytes of uninitialised room; view() shows them.
  char* Resize(size_t size) {
    size_ = size;
    if (size <= sizeof(inline_)) return data_ = inline_;
    large_.resize(size);
    return data_ = large_.data();
  }
  NumericBuffer() = default;
  NumericBuffer(const NumericBuffer& other) { *this = other; }
  NumericBuffer& operator=(const NumericBuffer& other) {
    if (this != &other) std::memcpy(Resize(other.size_), other.data_, other.size_);
    return *this;
  }

 private:
  char* data_ = inline_;
  size_t size_ = 0;
  char inline_[56];
  std::string large_;
};

// Every function takes well-formed binary forms. Results go to *out, which is overwritten, because
// a StatusOr of a buffer costs more than the arithmetic; out must not hold an argument.

// True when bytes are a valid binary form.
bool NumericIsWellFormed(std::string_view numeric);

// text: PostgreSQL's input, blanks around it allowed. Errors: 22P02, 22003.
absl::Status NumericFromText(std::string_view text, int32_t modifier, NumericBuffer* out);
void AppendNumericText(std::string_view numeric, std::string* out);
// With an exponent, scale digits after the point ("1.25e+03"): to_char's EEEE needs it.
std::string NumericScientificText(std::string_view numeric, int32_t scale);

void NumericFromInt64(int64_t value, NumericBuffer* out);
void NumericFromInt128(Int128 value, NumericBuffer* out);
// unscaled * 10^-scale, displayed with that scale.
void NumericFromUnscaled(Int128 unscaled, int32_t scale, NumericBuffer* out);
// 15 significant digits for double, 6 for float, as PostgreSQL converts.
void NumericFromDouble(double value, NumericBuffer* out);
void NumericFromFloat(float value, NumericBuffer* out);
// Rounded half away from zero. Errors: 22003 "integer out of range", 0A000 "cannot convert NaN to
// integer", by the name of the type that holds bits bits.
absl::StatusOr<int64_t> NumericToInteger(std::string_view numeric, int bits);
// Overflow: 22003 "\"1e400\" is out of range for type double precision".
absl::StatusOr<double> NumericToDouble(std::string_view numeric);
absl::StatusOr<float> NumericToFloat(std::string_view numeric);
// The nearest double; infinite on overflow. For statistics and estimates.
double NumericToDoubleNoOverflow(std::string_view numeric);

// Rounds to a modifier's scale; 22003 "numeric field overflow" with PostgreSQL's detail when it
// does not fit.
absl::Status NumericApplyModifier(std::string_view numeric, int32_t modifier, NumericBuffer* out);

// Negative, zero, positive. NaN equals NaN and is greater than everything.
int NumericCompare(std::string_view a, std::string_view b);
// Equal for values that compare equal.
uint64_t NumericHash(std::string_view numeric);
bool NumericIsNan(std::string_view numeric);
bool NumericIsInfinite(std::string_view numeric);
// -1, 0, 1; 0 for NaN.
int NumericSign(std::string_view numeric);
bool NumericIsZero(std::string_view numeric);
// Digits shown after the point; 0 for NaN and infinities.
int32_t NumericScale(std::string_view numeric);
// The smallest scale that shows every digit.
int32_t NumericMinScale(std::string_view numeric);

absl::Status NumericAdd(std::string_view a, std::string_view b, NumericBuffer* out);
absl::Status NumericSubtract(std::string_view a, std::string_view b, NumericBuffer* out);
absl::Status NumericMultiply(std::string_view a, std::string_view b, NumericBuffer* out);
// Errors: 22012 division by zero.
absl::Status NumericDivide(std::string_view a, std::string_view b, NumericBuffer* out);
// div(a, b): the quotient truncated to an integer.
absl::Status NumericDivideTruncated(std::string_view a, std::string_view b, NumericBuffer* out);
absl::Status NumericModulo(std::string_view a, std::string_view b, NumericBuffer* out);
absl::Status NumericGcd(std::string_view a, std::string_view b, NumericBuffer* out);
absl::Status NumericLcm(std::string_view a, std::string_view b, NumericBuffer* out);
absl::Status NumericNegate(std::string_view a, NumericBuffer* out);
absl::Status NumericAbsolute(std::string_view a, NumericBuffer* out);
absl::Status NumericCeiling(std::string_view a, NumericBuffer* out);
absl::Status NumericFloor(std::string_view a, NumericBuffer* out);
// sign() as SQL sees it: NaN gives NaN.
absl::Status NumericSignOf(std::string_view a, NumericBuffer* out);
// scale may be negative: digits before the point.
absl::Status NumericRound(std::string_view a, int32_t scale, NumericBuffer* out);
absl::Status NumericTruncate(std::string_view a, int32_t scale, NumericBuffer* out);
absl::Status NumericTrimScale(std::string_view a, NumericBuffer* out);
// Errors: 2201F.
absl::Status NumericSqrt(std::string_view a, NumericBuffer* out);
absl::Status NumericPower(std::string_view base, std::string_view exponent, NumericBuffer* out);
absl::Status NumericExp(std::string_view a, NumericBuffer* out);
// Errors: 2201E.
absl::Status NumericLn(std::string_view a, NumericBuffer* out);
absl::Status NumericLog(std::string_view base, std::string_view a, NumericBuffer* out);
absl::Status NumericFactorial(int64_t n, NumericBuffer* out);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_NUMERIC_H_
