// Calendar, conversions between the date types, and arithmetic on dates and timestamps.
#include "core/types/datetime.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/base/status.h"

namespace heliosdb::types {
namespace {

constexpr int32_t kDateMin = -kPostgresEpochJulianDay;
constexpr int32_t kDateEnd = 2147483494 - kPostgresEpochJulianDay;
constexpr int64_t kTimestampMin = -211813488000000000;
constexpr int64_t kTimestampEnd = 9223371331200000000;

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

absl::Status TimestampOutOfRange() {
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range");
}
absl::Status DateOutOfRange() {
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "date out of range");
}
absl::Status IntervalOutOfRange() {
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "interval out of range");
}

bool JulianIsValid(int64_t year, int64_t month) {
  return (year > -4713 || (year == -4713 && month >= 11)) &&
         (year < 5874898 || (year == 5874898 && month < 6));
}

int32_t OffsetAt(const FormatContext& context, int64_t utc) {
  return context.time_zone == nullptr ? 0 : context.time_zone->OffsetAt(utc);
}
int32_t OffsetOfLocal(const FormatContext& context, int64_t local) {
  return context.time_zone == nullptr ? 0 : context.time_zone->OffsetOfLocal(local);
}

// value rounded half away from zero to precision digits of a second.
int64_t RoundMicroseconds(int64_t value, int32_t precision) {
  if (precision < 0 || precision >= 6) return value;
  int64_t unit = 1;
  for (int32_t i = precision; i < 6; ++i) unit *= 10;
  // Computed on the magnitude's remainder, so that the ends of the range do not overflow.
  const int64_t rest = value % unit;
  int64_t rounded = value - rest;
  if (rest >= unit / 2) rounded += unit;
  if (rest <= -(unit / 2)) rounded -= unit;
  return rounded;
}

absl::StatusOr<int64_t> AddMicroseconds(int64_t timestamp, int64_t microseconds) {
  int64_t sum = 0;
  if (__builtin_add_overflow(timestamp, microseconds, &sum) || !TimestampIsInRange(sum)) {
    return TimestampOutOfRange();
  }
  return sum;
}

// A local timestamp with months and days added; the day is clamped to the month.
absl::StatusOr<int64_t> AddMonthsAndDays(int64_t local, int32_t months, int32_t days) {
  CivilTime civil = CivilOfTimestamp(local);
  if (months != 0) {
    const int64_t month = int64_t{civil.year} * 12 + (civil.month - 1) + months;
    const int64_t year = FloorDivide(month, 12);
    if (!JulianIsValid(year, 6)) return TimestampOutOfRange();
    civil.year = static_cast<int32_t>(year);
    civil.month = static_cast<int32_t>(month - year * 12) + 1;
    civil.day = std::min(civil.day, DaysInMonth(civil.year, civil.month));
  }
  const int64_t date =
      int64_t{JulianDay(civil.year, civil.month, civil.day)} - kPostgresEpochJulianDay + days;
  if (date < kDateMin || date >= kDateEnd) return TimestampOutOfRange();
  const int64_t time =
      ((civil.hour * int64_t{60} + civil.minute) * 60 + civil.second) * kMicrosecondsPerSecond +
      civil.microsecond;
  int64_t result = 0;
  if (__builtin_mul_overflow(date, kMicrosecondsPerDay, &result) ||
      __builtin_add_overflow(result, time, &result) || !TimestampIsInRange(result)) {
    return TimestampOutOfRange();
  }
  return result;
}

// The symbolic difference of two local times, after PostgreSQL's timestamp_age.
Interval AgeOf(const CivilTime& a, const CivilTime& b, bool a_before_b) {
  int64_t microsecond = int64_t{a.microsecond} - b.microsecond;
  int64_t second = a.second - b.second;
  int64_t minute = a.minute - b.minute;
  int64_t hour = a.hour - b.hour;
  int64_t day = a.day - b.day;
  int64_t month = a.month - b.month;
  int64_t year = int64_t{a.year} - b.year;
  int64_t* const fields[] = {&microsecond, &second, &minute, &hour, &day, &month, &year};
  const auto negate = [&] {
    for (int64_t* field : fields) *field = -*field;
  };
  if (a_before_b) negate();
  const auto borrow = [](int64_t* low, int64_t base, int64_t* high) {
    while (*low < 0) {
      *low += base;
      --*high;
    }
  };
  borrow(&microsecond, kMicrosecondsPerSecond, &second);
  borrow(&second, 60, &minute);
  borrow(&minute, 60, &hour);
  borrow(&hour, 24, &day);
  const CivilTime& earlier = a_before_b ? a : b;
  borrow(&day, DaysInMonth(earlier.year, earlier.month), &month);
  borrow(&month, 12, &year);
  if (a_before_b) negate();
  return {((hour * 60 + minute) * 60 + second) * kMicrosecondsPerSecond + microsecond,
          static_cast<int32_t>(day), static_cast<int32_t>(year * 12 + month)};
}

}  // namespace

bool DateIsInRange(int32_t date) { return date >= kDateMin && date < kDateEnd; }
bool TimestampIsInRange(int64_t timestamp) {
  return timestamp >= kTimestampMin && timestamp < kTimestampEnd;
}

// The two calendar conversions are PostgreSQL's date2j and j2date.
int32_t JulianDay(int32_t year, int32_t month, int32_t day) {
  if (month > 2) {
    month += 1;
    year += 4800;
  } else {
    month += 13;
    year += 4799;
  }
  const int32_t century = year / 100;
  int32_t julian = year * 365 - 32167;
  julian += year / 4 - century + century / 4;
  julian += 7834 * month / 256 + day;
  return julian;
}

void CivilFromJulianDay(int32_t julian_day, CivilTime* civil) {
  uint32_t julian = static_cast<uint32_t>(julian_day) + 32044;
  uint32_t quad = julian / 146097;
  const uint32_t extra = (julian - quad * 146097) * 4 + 3;
  julian += 60 + quad * 3 + extra / 146097;
  quad = julian / 1461;
  julian -= quad * 1461;
  uint32_t year = julian * 4 / 1461;
  julian = (year != 0 ? (julian + 305) % 365 : (julian + 306) % 366) + 123;
  year += quad * 4;
  civil->year = static_cast<int32_t>(year) - 4800;
  quad = julian * 2141 / 65536;
  civil->day = static_cast<int32_t>(julian - 7834 * quad / 256);
  civil->month = static_cast<int32_t>((quad + 10) % 12 + 1);
}

int32_t DaysInMonth(int32_t year, int32_t month) {
  constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

CivilTime CivilOfTimestamp(int64_t timestamp) {
  const int64_t date = FloorDivide(timestamp, kMicrosecondsPerDay);
  const int64_t time = timestamp - date * kMicrosecondsPerDay;
  CivilTime civil;
  CivilFromJulianDay(static_cast<int32_t>(date + kPostgresEpochJulianDay), &civil);
  civil.hour = static_cast<int32_t>(time / kMicrosecondsPerHour);
  civil.minute = static_cast<int32_t>(time / kMicrosecondsPerMinute % 60);
  civil.second = static_cast<int32_t>(time / kMicrosecondsPerSecond % 60);
  civil.microsecond = static_cast<int32_t>(time % kMicrosecondsPerSecond);
  return civil;
}

std::optional<int64_t> TimestampOfCivil(const CivilTime& civil) {
  if (!JulianIsValid(civil.year, civil.month)) return std::nullopt;
  const int64_t date =
      int64_t{JulianDay(civil.year, civil.month, civil.day)} - kPostgresEpochJulianDay;
  const int64_t time =
      ((int64_t{civil.hour} * 60 + civil.minute) * 60 + civil.second) * kMicrosecondsPerSecond +
      civil.microsecond;
  int64_t result = 0;
  if (__builtin_mul_overflow(date, kMicrosecondsPerDay, &result) ||
      __builtin_add_overflow(result, time, &result) || !TimestampIsInRange(result)) {
    return std::nullopt;
  }
  return result;
}

absl::StatusOr<int64_t> TimestampFromDate(int32_t date) {
  if (date == kDateInfinity) return kTimestampInfinity;
  if (date == kDateMinusInfinity) return kTimestampMinusInfinity;
  int64_t result = 0;
  if (__builtin_mul_overflow(int64_t{date}, kMicrosecondsPerDay, &result) ||
      !TimestampIsInRange(result)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "date out of range for timestamp");
  }
  return result;
}

absl::StatusOr<int64_t> TimestamptzFromDate(int32_t date, const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t local, TimestampFromDate(date));
  if (!TimestampIsFinite(local)) return local;
  const int64_t result = local - OffsetOfLocal(context, local) * kMicrosecondsPerSecond;
  if (!TimestampIsInRange(result)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "date out of range for timestamp");
  }
  return result;
}

absl::StatusOr<int64_t> TimestamptzFromTimestamp(int64_t timestamp, const FormatContext& context) {
  if (!TimestampIsFinite(timestamp)) return timestamp;
  return AddMicroseconds(timestamp, -OffsetOfLocal(context, timestamp) * kMicrosecondsPerSecond);
}

absl::StatusOr<int64_t> TimestampFromTimestamptz(int64_t timestamptz,
                                                 const FormatContext& context) {
  if (!TimestampIsFinite(timestamptz)) return timestamptz;
  return AddMicroseconds(timestamptz, OffsetAt(context, timestamptz) * kMicrosecondsPerSecond);
}

absl::StatusOr<int32_t> DateFromTimestamp(int64_t timestamp) {
  if (timestamp == kTimestampInfinity) return kDateInfinity;
  if (timestamp == kTimestampMinusInfinity) return kDateMinusInfinity;
  return static_cast<int32_t>(FloorDivide(timestamp, kMicrosecondsPerDay));
}

int64_t TimeOfTimestamp(int64_t timestamp) {
  return timestamp - FloorDivide(timestamp, kMicrosecondsPerDay) * kMicrosecondsPerDay;
}

absl::StatusOr<int64_t> TimestampAtZone(int64_t timestamp, const TimeZone& zone) {
  return TimestamptzFromTimestamp(timestamp, {&zone, 0});
}
absl::StatusOr<int64_t> TimestamptzAtZone(int64_t timestamptz, const TimeZone& zone) {
  return TimestampFromTimestamptz(timestamptz, {&zone, 0});
}

absl::StatusOr<int64_t> TimestampApplyModifier(int64_t timestamp, int32_t modifier) {
  if (!TimestampIsFinite(timestamp)) return timestamp;
  // The last second of the range may round up to its end; PostgreSQL lets it stand.
  return RoundMicroseconds(timestamp, modifier);
}
int64_t TimeApplyModifier(int64_t time, int32_t modifier) {
  return RoundMicroseconds(time, modifier);
}

absl::StatusOr<int32_t> DatePlusDays(int32_t date, int64_t days) {
  if (!DateIsFinite(date)) return date;
  const int64_t sum = date + days;
  if (sum < kDateMin || sum >= kDateEnd) return DateOutOfRange();
  return static_cast<int32_t>(sum);
}

absl::StatusOr<int32_t> DateMinusDate(int32_t a, int32_t b) {
  if (!DateIsFinite(a) || !DateIsFinite(b)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "cannot subtract infinite dates");
  }
  return a - b;
}

absl::StatusOr<int64_t> TimestampPlusInterval(int64_t timestamp, Interval interval) {
  if (!TimestampIsFinite(timestamp)) return timestamp;
  if (interval.months != 0 || interval.days != 0) {
    HELIOS_ASSIGN_OR_RETURN(timestamp, AddMonthsAndDays(timestamp, interval.months, interval.days));
  }
  return AddMicroseconds(timestamp, interval.microseconds);
}

absl::StatusOr<int64_t> TimestampMinusInterval(int64_t timestamp, Interval interval) {
  HELIOS_ASSIGN_OR_RETURN(const Interval negated, IntervalNegate(interval));
  return TimestampPlusInterval(timestamp, negated);
}

absl::StatusOr<int64_t> TimestamptzPlusInterval(int64_t timestamptz, Interval interval,
                                                const FormatContext& context) {
  if (!TimestampIsFinite(timestamptz)) return timestamptz;
  const std::pair<int32_t, int32_t> steps[] = {{interval.months, 0}, {0, interval.days}};
  for (const auto& [months, days] : steps) {
    if (months == 0 && days == 0) continue;
    HELIOS_ASSIGN_OR_RETURN(int64_t local, TimestampFromTimestamptz(timestamptz, context));
    HELIOS_ASSIGN_OR_RETURN(local, AddMonthsAndDays(local, months, days));
    HELIOS_ASSIGN_OR_RETURN(timestamptz, TimestamptzFromTimestamp(local, context));
  }
  return AddMicroseconds(timestamptz, interval.microseconds);
}

absl::StatusOr<int64_t> TimestamptzMinusInterval(int64_t timestamptz, Interval interval,
                                                 const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const Interval negated, IntervalNegate(interval));
  return TimestamptzPlusInterval(timestamptz, negated, context);
}

absl::StatusOr<Interval> TimestampMinusTimestamp(int64_t a, int64_t b) {
  if (!TimestampIsFinite(a) || !TimestampIsFinite(b)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "cannot subtract infinite timestamps");
  }
  int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return IntervalOutOfRange();
  return IntervalJustifyHours({difference, 0, 0});
}

int64_t TimePlusInterval(int64_t time, Interval interval) {
  // Both are reduced first, so that nothing overflows.
  return TimeOfTimestamp(time % kMicrosecondsPerDay + interval.microseconds % kMicrosecondsPerDay);
}
int64_t TimeMinusInterval(int64_t time, Interval interval) {
  return TimeOfTimestamp(time % kMicrosecondsPerDay - interval.microseconds % kMicrosecondsPerDay);
}

absl::StatusOr<Interval> TimestampAge(int64_t a, int64_t b) {
  if (!TimestampIsFinite(a) || !TimestampIsFinite(b)) return TimestampOutOfRange();
  return AgeOf(CivilOfTimestamp(a), CivilOfTimestamp(b), a < b);
}

absl::StatusOr<Interval> TimestamptzAge(int64_t a, int64_t b, const FormatContext& context) {
  if (!TimestampIsFinite(a) || !TimestampIsFinite(b)) return TimestampOutOfRange();
  HELIOS_ASSIGN_OR_RETURN(const int64_t local_a, TimestampFromTimestamptz(a, context));
  HELIOS_ASSIGN_OR_RETURN(const int64_t local_b, TimestampFromTimestamptz(b, context));
  return AgeOf(CivilOfTimestamp(local_a), CivilOfTimestamp(local_b), a < b);
}

absl::StatusOr<int32_t> MakeDate(int32_t year, int32_t month, int32_t day) {
  const bool before_christ = year < 0;
  const int64_t astronomical = before_christ ? int64_t{year} + 1 : year;
  const bool valid = year != 0 && month >= 1 && month <= 12 && day >= 1 &&
                     JulianIsValid(astronomical, month) &&
                     day <= DaysInMonth(static_cast<int32_t>(astronomical), month);
  if (!valid) {
    return SqlError(sqlstate::kDatetimeFieldOverflow,
                    "date field value out of range: {}-{:02}-{:02}", year, month, day);
  }
  const int32_t date =
      JulianDay(static_cast<int32_t>(astronomical), month, day) - kPostgresEpochJulianDay;
  if (!DateIsInRange(date)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "date out of range: {}-{:02}-{:02}", year,
                    month, day);
  }
  return date;
}

absl::StatusOr<int64_t> MakeTime(int32_t hour, int32_t minute, double second) {
  const bool valid = hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 && second >= 0 &&
                     second <= 60 && (hour < 24 || (minute == 0 && second == 0)) &&
                     !std::isnan(second);
  if (!valid) {
    return SqlError(sqlstate::kDatetimeFieldOverflow,
                    "time field value out of range: {}:{:02}:{:02g}", hour, minute, second);
  }
  return (hour * int64_t{60} + minute) * kMicrosecondsPerMinute +
         static_cast<int64_t>(std::rint(second * kMicrosecondsPerSecond));
}

absl::StatusOr<int64_t> MakeTimestamp(int32_t year, int32_t month, int32_t day, int32_t hour,
                                      int32_t minute, double second) {
  HELIOS_ASSIGN_OR_RETURN(const int32_t date, MakeDate(year, month, day));
  HELIOS_ASSIGN_OR_RETURN(const int64_t time, MakeTime(hour, minute, second));
  int64_t result = 0;
  if (__builtin_mul_overflow(int64_t{date}, kMicrosecondsPerDay, &result) ||
      __builtin_add_overflow(result, time, &result) || !TimestampIsInRange(result)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange,
                    "timestamp out of range: {}-{:02}-{:02} {}:{:02}:{:02g}", year, month, day,
                    hour, minute, second);
  }
  return result;
}

absl::StatusOr<int64_t> TimestamptzFromUnixSeconds(double seconds) {
  if (std::isnan(seconds)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp cannot be NaN");
  }
  if (std::isinf(seconds)) return seconds < 0 ? kTimestampMinusInfinity : kTimestampInfinity;
  constexpr double kSecondsPerDay = 86400;
  constexpr double kSecondsMin = kSecondsPerDay * (0.0 - 2440588);
  constexpr double kSecondsEnd = kSecondsPerDay * (109203528.0 - 2440588);
  if (seconds >= kSecondsMin && seconds < kSecondsEnd) {
    // Shifted first, as PostgreSQL does: the double loses digits before it is scaled.
    const double shifted = (seconds - kSecondsPerDay * kUnixEpochDays) * kMicrosecondsPerSecond;
    const int64_t result = static_cast<int64_t>(std::rint(shifted));
    if (TimestampIsInRange(result)) return result;
  }
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range: \"{:g}\"", seconds);
}

bool RangesOverlap(int64_t a_start, int64_t a_end, int64_t b_start, int64_t b_end) {
  if (a_start > a_end) std::swap(a_start, a_end);
  if (b_start > b_end) std::swap(b_start, b_end);
  if (a_start == b_start) return true;
  return a_start > b_start ? a_start < b_end : b_start < a_end;
}

absl::StatusOr<int64_t> TimestampBin(Interval stride, int64_t timestamp, int64_t origin) {
  if (!TimestampIsFinite(timestamp)) return timestamp;
  if (!TimestampIsFinite(origin)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "origin out of range");
  }
  if (stride.months != 0) {
    return Unsupported("timestamps cannot be binned into intervals containing months or years");
  }
  int64_t width = 0;
  if (__builtin_mul_overflow(int64_t{stride.days}, kMicrosecondsPerDay, &width) ||
      __builtin_add_overflow(width, stride.microseconds, &width)) {
    return IntervalOutOfRange();
  }
  if (width <= 0) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "stride must be greater than zero");
  }
  int64_t difference = 0;
  if (__builtin_sub_overflow(timestamp, origin, &difference)) return IntervalOutOfRange();
  int64_t bin = difference - difference % width;
  if (difference % width < 0) bin -= width;
  return AddMicroseconds(origin, bin);
}

}  // namespace heliosdb::types
