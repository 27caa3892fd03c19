// extract() and date_trunc(): the named fields of dates, times and intervals.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/datetime_units.h"

namespace heliosdb::types {
namespace {

// The order matters: what follows kDay cuts the time of day as well.
constexpr bool IsTimeUnit(DatetimeUnit unit) { return unit < DatetimeUnit::kDay; }

absl::Status NotRecognized(std::string_view unit, TypeOid type) {
  return SqlError(sqlstate::kInvalidParameterValue, "unit \"{}\" not recognized for type {}", unit,
                  BaseTypeName(type));
}
absl::Status NotSupported(std::string_view unit, TypeOid type) {
  return Unsupported("unit \"{}\" not supported for type {}", unit, BaseTypeName(type));
}

// A unit by its name in any case; lower is set to the name in small letters for messages.
absl::StatusOr<DatetimeUnit> FindUnit(std::string_view name, TypeOid type, std::string* lower) {
  lower->assign(name);
  std::transform(lower->begin(), lower->end(), lower->begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::optional<DatetimeUnit> unit = FindDatetimeUnit(*lower);
  if (!unit.has_value()) return NotRecognized(*lower, type);
  return *unit;
}

// Monday is 1, Sunday 7.
int32_t IsoDayOfWeek(int32_t julian_day) { return julian_day % 7 + 1; }

// The ISO year and week of a day.
struct IsoWeek {
  int32_t year;
  int32_t week;
};
IsoWeek IsoWeekOf(int32_t julian_day) {
  // A week belongs to the year of its Thursday.
  const int32_t thursday = julian_day - IsoDayOfWeek(julian_day) + 4;
  CivilTime civil;
  CivilFromJulianDay(thursday, &civil);
  return {civil.year, (thursday - JulianDay(civil.year, 1, 1)) / 7 + 1};
}

// Years in which a decade, century or millennium begins, after PostgreSQL's timestamp_trunc.
int32_t FirstYear(DatetimeUnit unit, int32_t year) {
  switch (unit) {
    case DatetimeUnit::kMillennium:
      return year > 0 ? (year + 999) / 1000 * 1000 - 999 : -((999 - (year - 1)) / 1000) * 1000 + 1;
    case DatetimeUnit::kCentury:
      return year > 0 ? (year + 99) / 100 * 100 - 99 : -((99 - (year - 1)) / 100) * 100 + 1;
    case DatetimeUnit::kDecade:
      return year > 0 ? year / 10 * 10 : -((8 - (year - 1)) / 10) * 10;
    default:
      return year;
  }
}

// A local timestamp cut at a unit; nullopt for units that cannot be cut at.
std::optional<int64_t> CutLocal(DatetimeUnit unit, int64_t local) {
  const auto cut = [local](int64_t width) { return local - ((local % width) + width) % width; };
  switch (unit) {
    case DatetimeUnit::kMicrosecond:
      return local;
    case DatetimeUnit::kMillisecond:
      return cut(1000);
    case DatetimeUnit::kSecond:
      return cut(kMicrosecondsPerSecond);
    case DatetimeUnit::kMinute:
      return cut(kMicrosecondsPerMinute);
    case DatetimeUnit::kHour:
      return cut(kMicrosecondsPerHour);
    case DatetimeUnit::kDay:
      return cut(kMicrosecondsPerDay);
    default:
      break;
  }
  CivilTime civil = CivilOfTimestamp(local);
  civil.hour = civil.minute = civil.second = civil.microsecond = 0;
  switch (unit) {
    case DatetimeUnit::kWeek: {
      const int32_t julian_day = JulianDay(civil.year, civil.month, civil.day);
      CivilFromJulianDay(julian_day - IsoDayOfWeek(julian_day) + 1, &civil);
      break;
    }
    case DatetimeUnit::kMonth:
      civil.day = 1;
      break;
    case DatetimeUnit::kQuarter:
      civil.day = 1;
      civil.month = 3 * ((civil.month - 1) / 3) + 1;
      break;
    case DatetimeUnit::kYear:
    case DatetimeUnit::kDecade:
    case DatetimeUnit::kCentury:
    case DatetimeUnit::kMillennium:
      civil.year = FirstYear(unit, civil.year);
      civil.month = civil.day = 1;
      break;
    default:
      return std::nullopt;
  }
  return TimestampOfCivil(civil);
}

// Fields of time alone; false when the unit is none of them.
bool ExtractTimeField(DatetimeUnit unit, int64_t time, NumericBuffer* out) {
  switch (unit) {
    case DatetimeUnit::kMicrosecond:
      NumericFromInt64(time % kMicrosecondsPerMinute, out);
      return true;
    case DatetimeUnit::kMillisecond:
      NumericFromUnscaled(time % kMicrosecondsPerMinute, 3, out);
      return true;
    case DatetimeUnit::kSecond:
      NumericFromUnscaled(time % kMicrosecondsPerMinute, 6, out);
      return true;
    case DatetimeUnit::kMinute:
      NumericFromInt64(time / kMicrosecondsPerMinute % 60, out);
      return true;
    case DatetimeUnit::kHour:
      NumericFromInt64(time / kMicrosecondsPerHour, out);
      return true;
    default:
      return false;
  }
}

// Fields of the calendar; nullopt when the unit is none of them.
std::optional<int64_t> CalendarField(DatetimeUnit unit, const CivilTime& civil) {
  const int32_t year = civil.year;
  const int32_t julian_day = JulianDay(year, civil.month, civil.day);
  switch (unit) {
    case DatetimeUnit::kDay:
      return civil.day;
    case DatetimeUnit::kMonth:
      return civil.month;
    case DatetimeUnit::kQuarter:
      return (civil.month - 1) / 3 + 1;
    case DatetimeUnit::kWeek:
      return IsoWeekOf(julian_day).week;
    case DatetimeUnit::kYear:
      return year > 0 ? year : year - 1;
    case DatetimeUnit::kDecade:
      return year >= 0 ? year / 10 : -((8 - (year - 1)) / 10);
    case DatetimeUnit::kCentury:
      return year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100);
    case DatetimeUnit::kMillennium:
      return year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000);
    case DatetimeUnit::kIsoYear: {
      const int32_t iso_year = IsoWeekOf(julian_day).year;
      return iso_year <= 0 ? iso_year - 1 : iso_year;
    }
    case DatetimeUnit::kDayOfWeek:
      return IsoDayOfWeek(julian_day) % 7;
    case DatetimeUnit::kIsoDayOfWeek:
      return IsoDayOfWeek(julian_day);
    case DatetimeUnit::kDayOfYear:
      return julian_day - JulianDay(year, 1, 1) + 1;
    default:
      return std::nullopt;
  }
}

// What an infinite date gives: infinity for fields that grow without end, NULL (false) for the
// others.
absl::StatusOr<bool> ExtractFromInfinity(DatetimeUnit unit, std::string_view name, TypeOid type,
                                         bool negative, NumericBuffer* out) {
  switch (unit) {
    case DatetimeUnit::kYear:
    case DatetimeUnit::kDecade:
    case DatetimeUnit::kCentury:
    case DatetimeUnit::kMillennium:
    case DatetimeUnit::kJulian:
    case DatetimeUnit::kIsoYear:
    case DatetimeUnit::kEpoch:
      HELIOS_RETURN_IF_ERROR(NumericFromText(negative ? "-Infinity" : "Infinity", -1, out));
      return true;
    case DatetimeUnit::kTimezone:
    case DatetimeUnit::kTimezoneHour:
    case DatetimeUnit::kTimezoneMinute:
      if (type == TypeOid::kTimestamptz) return false;
      return NotSupported(name, type);
    default:
      if (type == TypeOid::kDate && IsTimeUnit(unit)) return NotSupported(name, type);
      return false;
  }
}

// The Julian day with the time of day as its fraction.
absl::Status ExtractJulian(int64_t local, NumericBuffer* out) {
  const CivilTime civil = CivilOfTimestamp(local);
  NumericBuffer day;
  NumericBuffer time;
  NumericBuffer day_length;
  NumericBuffer fraction;
  NumericFromInt64(JulianDay(civil.year, civil.month, civil.day), &day);
  NumericFromInt64(TimeOfTimestamp(local), &time);
  NumericFromInt64(kMicrosecondsPerDay, &day_length);
  HELIOS_RETURN_IF_ERROR(NumericDivide(time.view(), day_length.view(), &fraction));
  return NumericAdd(day.view(), fraction.view(), out);
}

// local: the local time; utc: the moment, which epoch counts.
absl::StatusOr<bool> ExtractLocal(DatetimeUnit unit, std::string_view name, TypeOid type,
                                  int64_t local, int64_t utc, NumericBuffer* out) {
  if (ExtractTimeField(unit, TimeOfTimestamp(local), out)) return true;
  if (unit == DatetimeUnit::kEpoch) {
    NumericFromUnscaled(Int128{utc} + Int128{kUnixEpochDays} * kMicrosecondsPerDay, 6, out);
    return true;
  }
  if (unit == DatetimeUnit::kJulian) {
    HELIOS_RETURN_IF_ERROR(ExtractJulian(local, out));
    return true;
  }
  const std::optional<int64_t> field = CalendarField(unit, CivilOfTimestamp(local));
  if (!field.has_value()) return NotSupported(name, type);
  NumericFromInt64(*field, out);
  return true;
}

std::optional<int64_t> IntervalField(DatetimeUnit unit, Interval interval) {
  switch (unit) {
    case DatetimeUnit::kDay:
      return interval.days;
    case DatetimeUnit::kMonth:
      return interval.months % 12;
    case DatetimeUnit::kQuarter:
      return interval.months % 12 / 3 + 1;
    case DatetimeUnit::kYear:
      return interval.months / 12;
    case DatetimeUnit::kDecade:
      return interval.months / 12 / 10;
    case DatetimeUnit::kCentury:
      return interval.months / 12 / 100;
    case DatetimeUnit::kMillennium:
      return interval.months / 12 / 1000;
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::StatusOr<int64_t> TimestampTruncate(std::string_view unit, int64_t timestamp) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit parsed, FindUnit(unit, TypeOid::kTimestamp, &name));
  if (!IsTruncationUnit(parsed)) return NotRecognized(name, TypeOid::kTimestamp);
  if (!TimestampIsFinite(timestamp)) return timestamp;
  const std::optional<int64_t> cut = CutLocal(parsed, timestamp);
  if (!cut.has_value() || !TimestampIsInRange(*cut)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range");
  }
  return *cut;
}

absl::StatusOr<int64_t> TimestamptzTruncate(std::string_view unit, int64_t timestamptz,
                                            const FormatContext& context) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit parsed, FindUnit(unit, TypeOid::kTimestamptz, &name));
  if (!IsTruncationUnit(parsed)) return NotRecognized(name, TypeOid::kTimestamptz);
  if (!TimestampIsFinite(timestamptz)) return timestamptz;
  HELIOS_ASSIGN_OR_RETURN(const int64_t local, TimestampFromTimestamptz(timestamptz, context));
  const std::optional<int64_t> cut = CutLocal(parsed, local);
  if (!cut.has_value()) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range");
  }
  // Below a day the offset stays, so that an hour cut inside a repeated hour is that same hour.
  if (IsTimeUnit(parsed)) return timestamptz - (local - *cut);
  return TimestamptzFromTimestamp(*cut, context);
}

absl::StatusOr<Interval> IntervalTruncate(std::string_view unit, Interval interval) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit parsed, FindUnit(unit, TypeOid::kInterval, &name));
  if (!IsTruncationUnit(parsed)) return NotRecognized(name, TypeOid::kInterval);
  if (parsed == DatetimeUnit::kWeek) {
    return WithDetail(NotSupported(name, TypeOid::kInterval),
                      "Months usually have fractional weeks.");
  }
  const auto cut_time = [&](int64_t width) {
    interval.microseconds -= interval.microseconds % width;
  };
  const auto cut_months = [&](int32_t width) {
    interval = {0, 0, interval.months - interval.months % width};
  };
  switch (parsed) {
    case DatetimeUnit::kMillisecond:
      cut_time(1000);
      break;
    case DatetimeUnit::kSecond:
      cut_time(kMicrosecondsPerSecond);
      break;
    case DatetimeUnit::kMinute:
      cut_time(kMicrosecondsPerMinute);
      break;
    case DatetimeUnit::kHour:
      cut_time(kMicrosecondsPerHour);
      break;
    case DatetimeUnit::kDay:
      interval.microseconds = 0;
      break;
    case DatetimeUnit::kMonth:
      cut_months(1);
      break;
    case DatetimeUnit::kQuarter:
      cut_months(3);
      break;
    case DatetimeUnit::kYear:
      cut_months(12);
      break;
    case DatetimeUnit::kDecade:
      cut_months(120);
      break;
    case DatetimeUnit::kCentury:
      cut_months(1200);
      break;
    case DatetimeUnit::kMillennium:
      cut_months(12000);
      break;
    default:
      break;
  }
  return interval;
}

absl::StatusOr<bool> ExtractFromDate(std::string_view field, int32_t date, NumericBuffer* out) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit unit, FindUnit(field, TypeOid::kDate, &name));
  if (!DateIsFinite(date)) {
    return ExtractFromInfinity(unit, name, TypeOid::kDate, date < 0, out);
  }
  const int32_t julian_day = date + kPostgresEpochJulianDay;
  CivilTime civil;
  CivilFromJulianDay(julian_day, &civil);
  std::optional<int64_t> value = CalendarField(unit, civil);
  if (unit == DatetimeUnit::kJulian) value = julian_day;
  if (unit == DatetimeUnit::kEpoch) value = (int64_t{date} + kUnixEpochDays) * 86400;
  if (!value.has_value()) return NotSupported(name, TypeOid::kDate);
  NumericFromInt64(*value, out);
  return true;
}

absl::StatusOr<bool> ExtractFromTime(std::string_view field, int64_t time, NumericBuffer* out) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit unit, FindUnit(field, TypeOid::kTime, &name));
  if (ExtractTimeField(unit, time, out)) return true;
  if (unit != DatetimeUnit::kEpoch) return NotSupported(name, TypeOid::kTime);
  NumericFromUnscaled(time, 6, out);
  return true;
}

absl::StatusOr<bool> ExtractFromTimestamp(std::string_view field, int64_t timestamp,
                                          NumericBuffer* out) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit unit, FindUnit(field, TypeOid::kTimestamp, &name));
  if (!TimestampIsFinite(timestamp)) {
    return ExtractFromInfinity(unit, name, TypeOid::kTimestamp, timestamp < 0, out);
  }
  return ExtractLocal(unit, name, TypeOid::kTimestamp, timestamp, timestamp, out);
}

absl::StatusOr<bool> ExtractFromTimestamptz(std::string_view field, int64_t timestamptz,
                                            const FormatContext& context, NumericBuffer* out) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit unit, FindUnit(field, TypeOid::kTimestamptz, &name));
  if (!TimestampIsFinite(timestamptz)) {
    return ExtractFromInfinity(unit, name, TypeOid::kTimestamptz, timestamptz < 0, out);
  }
  const int32_t offset =
      context.time_zone == nullptr ? 0 : context.time_zone->OffsetAt(timestamptz);
  switch (unit) {
    case DatetimeUnit::kTimezone:
      NumericFromInt64(offset, out);
      return true;
    case DatetimeUnit::kTimezoneHour:
      NumericFromInt64(offset / 3600, out);
      return true;
    case DatetimeUnit::kTimezoneMinute:
      NumericFromInt64(offset / 60 % 60, out);
      return true;
    default:
      return ExtractLocal(unit, name, TypeOid::kTimestamptz,
                          timestamptz + offset * kMicrosecondsPerSecond, timestamptz, out);
  }
}

absl::StatusOr<bool> ExtractFromInterval(std::string_view field, Interval interval,
                                         NumericBuffer* out) {
  std::string name;
  HELIOS_ASSIGN_OR_RETURN(const DatetimeUnit unit, FindUnit(field, TypeOid::kInterval, &name));
  if (ExtractTimeField(unit, interval.microseconds, out)) return true;
  if (unit == DatetimeUnit::kEpoch) {
    // A year counts 365.25 days here, a month 30.
    const int64_t quarter_days = int64_t{1461} * (interval.months / 12) +
                                 int64_t{120} * (interval.months % 12) + int64_t{4} * interval.days;
    NumericFromUnscaled(Int128{quarter_days} * (kMicrosecondsPerDay / 4) + interval.microseconds, 6,
                        out);
    return true;
  }
  const std::optional<int64_t> value = IntervalField(unit, interval);
  if (!value.has_value()) return NotSupported(name, TypeOid::kInterval);
  NumericFromInt64(*value, out);
  return true;
}

}  // namespace heliosdb::types
