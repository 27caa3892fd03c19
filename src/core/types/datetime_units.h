// The names of date and time units, for extract(), date_trunc() and interval input.
#ifndef HELIOSDB_CORE_TYPES_DATETIME_UNITS_H_
#define HELIOSDB_CORE_TYPES_DATETIME_UNITS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace heliosdb::types {

enum class DatetimeUnit : uint8_t {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  // Fields that only extract() knows.
  kEpoch,
  kJulian,
  kIsoYear,
  kDayOfWeek,
  kIsoDayOfWeek,
  kDayOfYear,
  kTimezone,
  kTimezoneHour,
  kTimezoneMinute,
};

constexpr bool IsTruncationUnit(DatetimeUnit unit) { return unit <= DatetimeUnit::kMillennium; }

struct DatetimeUnitName {
  std::string_view name;
  DatetimeUnit unit;
};
// PostgreSQL compares the first ten characters of a name only.
inline constexpr size_t kDatetimeNameMax = 10;
inline constexpr DatetimeUnitName kDatetimeUnitNames[] = {
    {"c", DatetimeUnit::kCentury},
    {"cent", DatetimeUnit::kCentury},
    {"centuries", DatetimeUnit::kCentury},
    {"century", DatetimeUnit::kCentury},
    {"d", DatetimeUnit::kDay},
    {"day", DatetimeUnit::kDay},
    {"days", DatetimeUnit::kDay},
    {"dec", DatetimeUnit::kDecade},
    {"decade", DatetimeUnit::kDecade},
    {"decades", DatetimeUnit::kDecade},
    {"decs", DatetimeUnit::kDecade},
    {"h", DatetimeUnit::kHour},
    {"hour", DatetimeUnit::kHour},
    {"hours", DatetimeUnit::kHour},
    {"hr", DatetimeUnit::kHour},
    {"hrs", DatetimeUnit::kHour},
    {"m", DatetimeUnit::kMinute},
    {"microsecon", DatetimeUnit::kMicrosecond},
    {"mil", DatetimeUnit::kMillennium},
    {"millennia", DatetimeUnit::kMillennium},
    {"millennium", DatetimeUnit::kMillennium},
    {"millisecon", DatetimeUnit::kMillisecond},
    {"mils", DatetimeUnit::kMillennium},
    {"min", DatetimeUnit::kMinute},
    {"mins", DatetimeUnit::kMinute},
    {"minute", DatetimeUnit::kMinute},
    {"minutes", DatetimeUnit::kMinute},
    {"mon", DatetimeUnit::kMonth},
    {"mons", DatetimeUnit::kMonth},
    {"month", DatetimeUnit::kMonth},
    {"months", DatetimeUnit::kMonth},
    {"ms", DatetimeUnit::kMillisecond},
    {"msec", DatetimeUnit::kMillisecond},
    {"mseconds", DatetimeUnit::kMillisecond},
    {"msecs", DatetimeUnit::kMillisecond},
    {"qtr", DatetimeUnit::kQuarter},
    {"quarter", DatetimeUnit::kQuarter},
    {"s", DatetimeUnit::kSecond},
    {"sec", DatetimeUnit::kSecond},
    {"second", DatetimeUnit::kSecond},
    {"seconds", DatetimeUnit::kSecond},
    {"secs", DatetimeUnit::kSecond},
    {"timezone", DatetimeUnit::kTimezone},
    {"timezone_h", DatetimeUnit::kTimezoneHour},
    {"timezone_m", DatetimeUnit::kTimezoneMinute},
    {"us", DatetimeUnit::kMicrosecond},
    {"usec", DatetimeUnit::kMicrosecond},
    {"useconds", DatetimeUnit::kMicrosecond},
    {"usecs", DatetimeUnit::kMicrosecond},
    {"w", DatetimeUnit::kWeek},
    {"week", DatetimeUnit::kWeek},
    {"weeks", DatetimeUnit::kWeek},
    {"y", DatetimeUnit::kYear},
    {"year", DatetimeUnit::kYear},
    {"years", DatetimeUnit::kYear},
    {"yr", DatetimeUnit::kYear},
    {"yrs", DatetimeUnit::kYear},
    {"epoch", DatetimeUnit::kEpoch},
    {"j", DatetimeUnit::kJulian},
    {"jd", DatetimeUnit::kJulian},
    {"julian", DatetimeUnit::kJulian},
    {"isoyear", DatetimeUnit::kIsoYear},
    {"dow", DatetimeUnit::kDayOfWeek},
    {"isodow", DatetimeUnit::kIsoDayOfWeek},
    {"doy", DatetimeUnit::kDayOfYear},
};

// The unit of a name in small letters.
inline std::optional<DatetimeUnit> FindDatetimeUnit(std::string_view lower_name) {
  const std::string_view key = lower_name.substr(0, kDatetimeNameMax);
  for (const DatetimeUnitName& entry : kDatetimeUnitNames) {
    if (entry.name == key) return entry.unit;
  }
  return std::nullopt;
}

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_DATETIME_UNITS_H_
