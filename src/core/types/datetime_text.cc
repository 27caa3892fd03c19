#include "core/types/datetime_text.h"

#include <cstdlib>
#include <iterator>
#include <optional>

#include "fmt/format.h"

#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/datetime_reader.h"
#include "core/types/datetime_tokens.h"

namespace heliosdb::types {
namespace {

constexpr int64_t kUnixEpoch = -int64_t{kUnixEpochDays} * kMicrosecondsPerDay;

absl::StatusOr<DatetimeReader> ReadText(std::string_view text, std::string_view type,
                                        DatetimeReader::Wants wants, const FormatContext& context) {
  DatetimeTokens tokens;
  DatetimeReader reader(context, wants);
  DatetimeError error = SplitDatetime(text, &tokens);
  if (error == DatetimeError::kNone) error = reader.Read(tokens);
  if (error == DatetimeError::kZoneUnknown) {
    return DatetimeParseError(error, type, reader.unknown_zone());
  }
  if (error != DatetimeError::kNone) return DatetimeParseError(error, type, text);
  return reader;
}

absl::Status OutOfRange(std::string_view type, std::string_view text) {
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "{} out of range: \"{}\"", type, text);
}

void AppendTwoDigits(int32_t value, std::string* out) {
  out->push_back(static_cast<char>('0' + value / 10 % 10));
  out->push_back(static_cast<char>('0' + value % 10));
}

// hh:mm:ss, then the fraction without trailing zeros.
void AppendClock(int32_t hour, int32_t minute, int32_t second, int32_t microsecond,
                 std::string* out) {
  AppendTwoDigits(hour, out);
  out->push_back(':');
  AppendTwoDigits(minute, out);
  out->push_back(':');
  AppendTwoDigits(second, out);
  if (microsecond == 0) return;
  char digits[6];
  for (int i = 5; i >= 0; --i, microsecond /= 10) {
    digits[i] = static_cast<char>('0' + microsecond % 10);
  }
  size_t count = 6;
  while (digits[count - 1] == '0') --count;
  out->push_back('.');
  out->append(digits, count);
}

void AppendCalendar(const CivilTime& civil, std::string* out) {
  const int32_t year = civil.year > 0 ? civil.year : 1 - civil.year;
  if (year > 9999) {
    fmt::format_to(std::back_inserter(*out), "{}", year);
  } else {
    AppendTwoDigits(year / 100, out);
    AppendTwoDigits(year % 100, out);
  }
  out->push_back('-');
  AppendTwoDigits(civil.month, out);
  out->push_back('-');
  AppendTwoDigits(civil.day, out);
}

void AppendOffset(int32_t seconds_east, std::string* out) {
  out->push_back(seconds_east < 0 ? '-' : '+');
  const int32_t seconds = std::abs(seconds_east);
  AppendTwoDigits(seconds / 3600, out);
  if (seconds % 3600 == 0) return;
  out->push_back(':');
  AppendTwoDigits(seconds / 60 % 60, out);
  if (seconds % 60 == 0) return;
  out->push_back(':');
  AppendTwoDigits(seconds % 60, out);
}

bool AppendInfinity(int64_t timestamp, std::string* out) {
  if (TimestampIsFinite(timestamp)) return false;
  out->append(timestamp < 0 ? "-infinity" : "infinity");
  return true;
}

void AppendLocal(const CivilTime& civil, std::string* out) {
  AppendCalendar(civil, out);
  out->push_back(' ');
  AppendClock(civil.hour, civil.minute, civil.second, civil.microsecond, out);
}

// Which of an interval's parts were written, and whether the last was negative: then a plus is
// shown.
struct IntervalTextState {
  bool is_first = true;
  bool is_before = false;
};

void AppendIntervalPart(int64_t value, std::string_view unit, IntervalTextState* parts,
                        std::string* out) {
  if (value == 0) return;
  fmt::format_to(std::back_inserter(*out), "{}{}{} {}{}", parts->is_first ? "" : " ",
                 parts->is_before && value > 0 ? "+" : "", value, unit, value != 1 ? "s" : "");
  parts->is_before = value < 0;
  parts->is_first = false;
}

}  // namespace

absl::StatusOr<int32_t> ParseDate(std::string_view text, const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const DatetimeReader reader,
                          ReadText(text, "date", DatetimeReader::Wants::kDateTime, context));
  switch (reader.meaning()) {
    case DatetimeMeaning::kEpoch:
      return -kUnixEpochDays;
    case DatetimeMeaning::kInfinity:
      return kDateInfinity;
    case DatetimeMeaning::kMinusInfinity:
      return kDateMinusInfinity;
    case DatetimeMeaning::kMoment:
      break;
  }
  const CivilTime& civil = reader.civil();
  constexpr int32_t kYearMax = 5874898;
  if (civil.year > kYearMax || civil.year < -4714) return OutOfRange("date", text);
  const int32_t date = JulianDay(civil.year, civil.month, civil.day) - kPostgresEpochJulianDay;
  if (!DateIsInRange(date)) return OutOfRange("date", text);
  return date;
}

absl::StatusOr<int64_t> ParseTime(std::string_view text, int32_t modifier,
                                  const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const DatetimeReader reader,
                          ReadText(text, "time", DatetimeReader::Wants::kTimeOnly, context));
  const CivilTime& civil = reader.civil();
  const int64_t time =
      ((civil.hour * int64_t{60} + civil.minute) * 60 + civil.second) * kMicrosecondsPerSecond +
      civil.microsecond;
  return TimeApplyModifier(time, modifier);
}

absl::StatusOr<int64_t> ParseTimestamp(std::string_view text, int32_t modifier,
                                       const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const DatetimeReader reader,
                          ReadText(text, "timestamp", DatetimeReader::Wants::kDateTime, context));
  switch (reader.meaning()) {
    case DatetimeMeaning::kEpoch:
      return kUnixEpoch;
    case DatetimeMeaning::kInfinity:
      return kTimestampInfinity;
    case DatetimeMeaning::kMinusInfinity:
      return kTimestampMinusInfinity;
    case DatetimeMeaning::kMoment:
      break;
  }
  const std::optional<int64_t> timestamp = TimestampOfCivil(reader.civil());
  if (!timestamp.has_value()) return OutOfRange("timestamp", text);
  return TimestampApplyModifier(*timestamp, modifier);
}

absl::StatusOr<int64_t> ParseTimestamptz(std::string_view text, int32_t modifier,
                                         const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(
      const DatetimeReader reader,
      ReadText(text, "timestamp with time zone", DatetimeReader::Wants::kDateTime, context));
  switch (reader.meaning()) {
    case DatetimeMeaning::kEpoch:
      return kUnixEpoch;
    case DatetimeMeaning::kInfinity:
      return kTimestampInfinity;
    case DatetimeMeaning::kMinusInfinity:
      return kTimestampMinusInfinity;
    case DatetimeMeaning::kMoment:
      break;
  }
  const std::optional<int64_t> local = TimestampOfCivil(reader.civil());
  if (!local.has_value()) return OutOfRange("timestamp", text);
  int64_t offset = 0;
  if (reader.offset().has_value()) {
    offset = *reader.offset();
  } else if (context.time_zone != nullptr) {
    offset = context.time_zone->OffsetOfLocal(*local);
  }
  const int64_t timestamptz = *local - offset * kMicrosecondsPerSecond;
  if (!TimestampIsInRange(timestamptz)) return OutOfRange("timestamp", text);
  return TimestampApplyModifier(timestamptz, modifier);
}

void AppendDateText(int32_t date, std::string* out) {
  if (!DateIsFinite(date)) {
    out->append(date < 0 ? "-infinity" : "infinity");
    return;
  }
  CivilTime civil;
  CivilFromJulianDay(date + kPostgresEpochJulianDay, &civil);
  AppendCalendar(civil, out);
  if (civil.year <= 0) out->append(" BC");
}

void AppendTimeText(int64_t time, std::string* out) {
  AppendClock(static_cast<int32_t>(time / kMicrosecondsPerHour),
              static_cast<int32_t>(time / kMicrosecondsPerMinute % 60),
              static_cast<int32_t>(time / kMicrosecondsPerSecond % 60),
              static_cast<int32_t>(time % kMicrosecondsPerSecond), out);
}

void AppendTimestampText(int64_t timestamp, std::string* out) {
  if (AppendInfinity(timestamp, out)) return;
  const CivilTime civil = CivilOfTimestamp(timestamp);
  AppendLocal(civil, out);
  if (civil.year <= 0) out->append(" BC");
}

void AppendTimestamptzText(int64_t timestamptz, const FormatContext& context, std::string* out) {
  if (AppendInfinity(timestamptz, out)) return;
  const int32_t offset =
      context.time_zone == nullptr ? 0 : context.time_zone->OffsetAt(timestamptz);
  const CivilTime civil = CivilOfTimestamp(timestamptz + offset * kMicrosecondsPerSecond);
  AppendLocal(civil, out);
  AppendOffset(offset, out);
  if (civil.year <= 0) out->append(" BC");
}

void AppendIntervalText(Interval interval, std::string* out) {
  IntervalTextState parts;
  AppendIntervalPart(interval.months / 12, "year", &parts, out);
  AppendIntervalPart(interval.months % 12, "mon", &parts, out);
  AppendIntervalPart(interval.days, "day", &parts, out);
  if (!parts.is_first && interval.microseconds == 0) return;
  if (!parts.is_first) out->push_back(' ');
  // The magnitude of the smallest integer does not fit a signed one.
  uint64_t time = static_cast<uint64_t>(interval.microseconds);
  if (interval.microseconds < 0) {
    out->push_back('-');
    time = 0 - time;
  } else if (parts.is_before) {
    out->push_back('+');
  }
  const uint64_t hours = time / kMicrosecondsPerHour;
  if (hours > 99) {
    fmt::format_to(std::back_inserter(*out), "{}", hours);
    time -= hours * kMicrosecondsPerHour;
    std::string rest;
    AppendTimeText(static_cast<int64_t>(time), &rest);
    out->append(rest, 2);
    return;
  }
  AppendTimeText(static_cast<int64_t>(time), out);
}

}  // namespace heliosdb::types
