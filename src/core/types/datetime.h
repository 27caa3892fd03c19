// Dates, times and intervals: fields, arithmetic and PostgreSQL's range rules. Text forms:
// datetime_text.h.
//
// date: days since 2000-01-01; time: microseconds of the day, 24:00:00 allowed; timestamp and
// timestamptz: microseconds since 2000-01-01 (UTC for timestamptz). The extreme integers stand for
// -infinity and infinity.
#ifndef HELIOSDB_CORE_TYPES_DATETIME_H_
#define HELIOSDB_CORE_TYPES_DATETIME_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/types/format_context.h"
#include "core/types/numeric.h"
#include "core/types/type.h"

namespace heliosdb::types {

inline constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
inline constexpr int64_t kMicrosecondsPerMinute = 60 * kMicrosecondsPerSecond;
inline constexpr int64_t kMicrosecondsPerHour = 60 * kMicrosecondsPerMinute;
inline constexpr int64_t kMicrosecondsPerDay = 24 * kMicrosecondsPerHour;
// Days from 1970-01-01 to 2000-01-01.
inline constexpr int32_t kUnixEpochDays = 10957;
// The Julian day of 2000-01-01.
inline constexpr int32_t kPostgresEpochJulianDay = 2451545;

inline constexpr int32_t kDateInfinity = std::numeric_limits<int32_t>::max();
inline constexpr int32_t kDateMinusInfinity = std::numeric_limits<int32_t>::min();
inline constexpr int64_t kTimestampInfinity = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kTimestampMinusInfinity = std::numeric_limits<int64_t>::min();
constexpr bool DateIsFinite(int32_t date) {
  return date != kDateInfinity && date != kDateMinusInfinity;
}
constexpr bool TimestampIsFinite(int64_t timestamp) {
  return timestamp != kTimestampInfinity && timestamp != kTimestampMinusInfinity;
}
// 4714-11-24 BC up to 5874897-12-31, and up to 294276-12-31 for timestamps.
bool DateIsInRange(int32_t date);
bool TimestampIsInRange(int64_t timestamp);

// A broken-down moment. Years are astronomical: 0 is 1 BC.
struct CivilTime {
  int32_t year = 2000;
  int32_t month = 1;  // 1..12
  int32_t day = 1;    // 1..31
  int32_t hour = 0;
  int32_t minute = 0;
  int32_t second = 0;
  int32_t microsecond = 0;
};
// Proleptic Gregorian, any int32 Julian day from 0.
int32_t JulianDay(int32_t year, int32_t month, int32_t day);
void CivilFromJulianDay(int32_t julian_day, CivilTime* civil);
int32_t DaysInMonth(int32_t year, int32_t month);
CivilTime CivilOfTimestamp(int64_t timestamp);
// nullopt when out of range.
std::optional<int64_t> TimestampOfCivil(const CivilTime& civil);

// Conversions between the types; 22008 where the target's range is exceeded ("date out of range for
// timestamp").
absl::StatusOr<int64_t> TimestampFromDate(int32_t date);
absl::StatusOr<int64_t> TimestamptzFromDate(int32_t date, const FormatContext& context);
absl::StatusOr<int64_t> TimestamptzFromTimestamp(int64_t timestamp, const FormatContext& context);
absl::StatusOr<int64_t> TimestampFromTimestamptz(int64_t timestamptz, const FormatContext& context);
absl::StatusOr<int32_t> DateFromTimestamp(int64_t timestamp);
// The microseconds since midnight; the timestamp is finite.
int64_t TimeOfTimestamp(int64_t timestamp);
// timestamp AT TIME ZONE zone and timestamptz AT TIME ZONE zone.
absl::StatusOr<int64_t> TimestampAtZone(int64_t timestamp, const TimeZone& zone);
absl::StatusOr<int64_t> TimestamptzAtZone(int64_t timestamptz, const TimeZone& zone);

// Modifiers: round to precision digits; interval also drops what its fields do not name. -1 changes
// nothing.
absl::StatusOr<int64_t> TimestampApplyModifier(int64_t timestamp, int32_t modifier);
int64_t TimeApplyModifier(int64_t time, int32_t modifier);
absl::StatusOr<Interval> IntervalApplyModifier(Interval interval, int32_t modifier);

// Arithmetic; 22008 "date out of range", "timestamp out of range", "interval out of range".
absl::StatusOr<int32_t> DatePlusDays(int32_t date, int64_t days);
absl::StatusOr<int32_t> DateMinusDate(int32_t a, int32_t b);
absl::StatusOr<int64_t> TimestampPlusInterval(int64_t timestamp, Interval interval);
absl::StatusOr<int64_t> TimestampMinusInterval(int64_t timestamp, Interval interval);
// Days and months count in the session's zone.
absl::StatusOr<int64_t> TimestamptzPlusInterval(int64_t timestamptz, Interval interval,
                                                const FormatContext& context);
absl::StatusOr<int64_t> TimestamptzMinusInterval(int64_t timestamptz, Interval interval,
                                                 const FormatContext& context);
absl::StatusOr<Interval> TimestampMinusTimestamp(int64_t a, int64_t b);
int64_t TimePlusInterval(int64_t time, Interval interval);
int64_t TimeMinusInterval(int64_t time, Interval interval);
absl::StatusOr<Interval> IntervalAdd(Interval a, Interval b);
absl::StatusOr<Interval> IntervalSubtract(Interval a, Interval b);
absl::StatusOr<Interval> IntervalNegate(Interval interval);
absl::StatusOr<Interval> IntervalMultiply(Interval interval, double factor);
// 22012 for a divisor of zero.
absl::StatusOr<Interval> IntervalDivide(Interval interval, double divisor);
absl::StatusOr<Interval> IntervalJustifyHours(Interval interval);
absl::StatusOr<Interval> IntervalJustifyDays(Interval interval);
absl::StatusOr<Interval> IntervalJustify(Interval interval);
// The time of day within an interval, for interval::time.
int64_t TimeOfInterval(Interval interval);
// Symbolic difference in years, months, days and time.
absl::StatusOr<Interval> TimestampAge(int64_t a, int64_t b);
absl::StatusOr<Interval> TimestamptzAge(int64_t a, int64_t b, const FormatContext& context);

// Comparison counts a month as 30 days and a day as 24 hours, as PostgreSQL does.
Int128 IntervalSpan(Interval interval);
int IntervalCompare(Interval a, Interval b);
uint64_t IntervalHash(Interval interval);

// make_date(), make_time(), make_timestamp(), make_interval(). Years before 1 are BC (there is no
// year 0). 22008.
absl::StatusOr<int32_t> MakeDate(int32_t year, int32_t month, int32_t day);
absl::StatusOr<int64_t> MakeTime(int32_t hour, int32_t minute, double second);
absl::StatusOr<int64_t> MakeTimestamp(int32_t year, int32_t month, int32_t day, int32_t hour,
                                      int32_t minute, double second);
struct IntervalParts {
  int32_t years = 0;
  int32_t months = 0;
  int32_t weeks = 0;
  int32_t days = 0;
  int32_t hours = 0;
  int32_t minutes = 0;
  double seconds = 0;
};
absl::StatusOr<Interval> MakeInterval(const IntervalParts& parts);
// to_timestamp(double): seconds since 1970 to timestamptz.
absl::StatusOr<int64_t> TimestamptzFromUnixSeconds(double seconds);

// (a1, a2) OVERLAPS (b1, b2) over any ordered integers.
bool RangesOverlap(int64_t a_start, int64_t a_end, int64_t b_start, int64_t b_end);

// date_trunc(). unit: "hour", "week", ... in any case. 22023 for an unknown unit.
absl::StatusOr<int64_t> TimestampTruncate(std::string_view unit, int64_t timestamp);
absl::StatusOr<int64_t> TimestamptzTruncate(std::string_view unit, int64_t timestamptz,
                                            const FormatContext& context);
absl::StatusOr<Interval> IntervalTruncate(std::string_view unit, Interval interval);
// date_bin(stride, source, origin).
absl::StatusOr<int64_t> TimestampBin(Interval stride, int64_t timestamp, int64_t origin);

// extract(field FROM value) with PostgreSQL 14's numeric results; false: NULL (a field of infinity
// that has no value).
absl::StatusOr<bool> ExtractFromDate(std::string_view field, int32_t date, NumericBuffer* out);
absl::StatusOr<bool> ExtractFromTime(std::string_view field, int64_t time, NumericBuffer* out);
absl::StatusOr<bool> ExtractFromTimestamp(std::string_view field, int64_t timestamp,
                                          NumericBuffer* out);
absl::StatusOr<bool> ExtractFromTimestamptz(std::string_view field, int64_t timestamptz,
                                            const FormatContext& context, NumericBuffer* out);
absl::StatusOr<bool> ExtractFromInterval(std::string_view field, Interval interval,
                                         NumericBuffer* out);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_DATETIME_H_
