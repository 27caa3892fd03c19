// The format patterns of to_char(), to_date() and to_timestamp() for dates and times.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_DATETIME_FORMAT_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_DATETIME_FORMAT_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/types/datetime.h"
#include "core/types/format_context.h"

namespace heliosdb::sql::functions {

enum class DatetimeField : uint8_t {
  kAd,         // AD, BC: with dots
  kAm,         // AM, PM: with dots
  kAdPlain,    // AD, BC
  kAmPlain,    // AM, PM
  kCentury,    // CC
  kDayName,    // DAY
  kDayOfYear,  // DDD
  kDay,        // DD
  kDayShort,   // DY
  kWeekday,    // D
  kFraction,   // FF1 to FF6: digits
  kFixed,      // FX
  kHour24,
  kHour12,
  kIsoDayOfYear,  // IDDD
  kIsoWeekday,    // ID
  kIsoWeek,       // IW
  kIsoYear,       // IYYY to I: digits
  kJulian,        // J
  kMinute,
  kMonth,      // MM
  kMonthName,  // MONTH
  kMonthShort,
  kMillisecond,
  kOffset,  // OF
  kQuarter,
  kRomanMonth,
  kSecondsOfDay,  // SSSS, SSSSS
  kSecond,
  kZoneHours,    // TZH
  kZoneMinutes,  // TZM
  kZone,         // TZ
  kMicrosecond,
  kWeekOfYear,   // WW
  kWeekOfMonth,  // W
  kYearComma,    // Y,YYY
  kYear,         // YYYY to Y: digits
};

enum class LetterCase : uint8_t { kUpper, kLower, kCapital };
enum class OrdinalSuffix : uint8_t { kNone, kUpper, kLower };

struct DatetimeNode {
  enum class Kind : uint8_t { kField, kText, kSpace, kSeparator };
  Kind kind = Kind::kText;
  // The keyword as it is written, or the one character of the other kinds.
  std::string_view text;
  DatetimeField field = DatetimeField::kFixed;
  uint8_t digits = 0;
  LetterCase letters = LetterCase::kUpper;
  OrdinalSuffix ordinal = OrdinalSuffix::kNone;
  bool fill = false;       // FM
  bool translate = false;  // TM
};
// Nodes refer to the pattern's text. \ and double quotes make text of what they enclose.
std::vector<DatetimeNode> ParseDatetimeFormat(std::string_view pattern);

extern const std::array<std::string_view, 12> kMonthNames;
extern const std::array<std::string_view, 7> kDayNames;  // Sunday first.
// I to XII.
extern const std::array<std::string_view, 12> kRomanMonths;

// to_date() and to_timestamp(). Errors: 22007, 22008, 0A000.
absl::StatusOr<int32_t> ParseDateByFormat(std::string_view text, std::string_view pattern);
absl::StatusOr<int64_t> ParseTimestampByFormat(std::string_view text, std::string_view pattern,
                                               const types::FormatContext& context);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_DATETIME_FORMAT_H_
