// The format patterns of to_char() and to_number() for numbers.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_NUMBER_FORMAT_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_NUMBER_FORMAT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::sql::functions {

enum class NumberKeyword : uint8_t {
  kText,
  kComma,
  kPoint,
  kZero,
  kNine,
  kBlank,
  kLocalePoint,  // D
  kExponent,     // EEEE
  kFill,         // FM
  kGroup,        // G
  kCurrency,     // L
  kMinus,        // MI
  kPlus,         // PL
  kBrackets,     // PR
  kRoman,
  kRomanLower,
  kSign,          // SG
  kAnchoredSign,  // S
  kOrdinal,
  kOrdinalLower,
  kShift,    // V
  kNothing,  // C, SP: taken and ignored
};

struct NumberNode {
  NumberKeyword keyword = NumberKeyword::kText;
  // kText: one character.
  std::string_view text;
};

enum class SignPlace : uint8_t { kNone, kBefore, kBehind };

// A pattern, and what it asks for as a whole.
struct NumberFormat {
  std::vector<NumberNode> nodes;
  // Digits before and after the point, and after V.
  int before = 0;
  int after = 0;
  int shift = 0;
  // Counted in digits; the positions of the first and last 0.
  int zero_start = 0;
  int zero_end = 0;
  SignPlace anchored_sign = SignPlace::kNone;
  int digits_before_sign = 0;
  bool has_zero = false;
  bool has_point = false;
  bool fill = false;
  bool has_anchored_sign = false;
  bool brackets = false;
  bool minus = false;
  bool plus = false;
  bool roman = false;
  bool exponent = false;
  bool has_shift = false;
};
// Errors: 42601.
absl::StatusOr<NumberFormat> ParseNumberFormat(std::string_view pattern);

// A number as decimal text, rounded to format.after digits behind the point.
struct DecimalText {
  bool negative = false;
  std::string digits;
};
void AppendFormatted(const NumberFormat& format, DecimalText number, std::string* out);
// The digits and sign that text holds by the format, as text that numeric reads. Errors: 0A000 for
// formats that are for output only.
absl::StatusOr<std::string> ScanNumber(NumberFormat* format, std::string_view text);
// I to MMMCMXCIX; number signs where it is out of range.
std::string RomanNumeral(int64_t value);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_NUMBER_FORMAT_H_
