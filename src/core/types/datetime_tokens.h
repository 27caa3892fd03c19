// The pieces of date, time and interval text, after PostgreSQL's ParseDateTime. Only the datetime
// readers use it.
#ifndef HELIOSDB_CORE_TYPES_DATETIME_TOKENS_H_
#define HELIOSDB_CORE_TYPES_DATETIME_TOKENS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace heliosdb::types {

// What is wrong with date text; the reader turns it into an error with the whole text.
enum class DatetimeError : uint8_t {
  kNone,
  kBadFormat,
  kFieldOverflow,
  kMonthDayOverflow,  // The same with a hint about DateStyle.
  kIntervalOverflow,
  kZoneOverflow,
  kZoneUnknown,
};

enum class DatetimeTokenKind : uint8_t {
  kNumber,   // Digits, perhaps with a fraction
  kString,   // Letters
  kDate,     // Digits or letters with - / . between them; also names of zones
  kTime,     // Digits with :
  kZone,     // A sign and digits
  kSpecial,  // A sign and letters
};

struct DatetimeToken {
  DatetimeTokenKind kind = DatetimeTokenKind::kNumber;
  std::string text;  // In small letters.
};

struct DatetimeTokens {
  static constexpr size_t kTokensMax = 25;
  std::array<DatetimeToken, kTokensMax> tokens;
  size_t size = 0;
};

// kNone or kBadFormat.
DatetimeError SplitDatetime(std::string_view text, DatetimeTokens* tokens);

// The error for text that is no value of the type ("date", "timestamp with time zone").
absl::Status DatetimeParseError(DatetimeError error, std::string_view type, std::string_view text);

// A number off the front of *text, which loses it; false when there is none or it does not fit an
// int32.
bool TakeNumber(std::string_view* text, int32_t* value);
// ".25" as microseconds, rounded; the whole of text must be a point and digits.
bool ParseSecondFraction(std::string_view text, int32_t* microseconds);

enum class DatetimeWordKind : uint8_t {
  kUnknown,
  kIgnored,
  kMonth,
  kWeekday,
  kMeridian,  // 1 am, 2 pm
  kEra,       // 1 AD, 2 BC
  kNow,
  kToday,
  kTomorrow,
  kYesterday,
  kEpoch,
  kInfinity,
  kMinusInfinity,
  kAllBalls,
  kJulian,
  kIsoTime,
  kDaylight,
  kUnit,
};
struct DatetimeWord {
  DatetimeWordKind kind = DatetimeWordKind::kUnknown;
  int32_t value = 0;
};
DatetimeWord FindDatetimeWord(std::string_view lower_word);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_DATETIME_TOKENS_H_
