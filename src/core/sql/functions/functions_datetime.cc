// Functions over dates, times and intervals.
#include <array>
#include <optional>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/cast.h"
#include "core/types/datetime.h"
#include "core/types/datetime_text.h"

namespace heliosdb::sql::functions {
namespace {

using types::FormatContext;
using types::Interval;
using types::NumericBuffer;
using types::Vector;
using enum types::TypeOid;
using enum Volatility;

absl::StatusOr<int64_t> WallClock(EvalContext& context) {
  if (context.clock == nullptr) return Unsupported("the wall clock is not supported here");
  return WallMicroseconds(context.clock);
}
int64_t TransactionTimestamp(EvalContext& context) { return context.format.now_microseconds; }
int64_t StatementTimestamp(EvalContext& context) { return context.statement_start; }

constexpr std::array<std::string_view, 7> kDayNames = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "Wed Feb 26 13:11:45.123456 2025 UTC".
absl::Status TimeOfDayText(EvalContext& context, std::string* out) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t now, WallClock(context));
  HELIOS_ASSIGN_OR_RETURN(const int64_t local,
                          types::TimestampFromTimestamptz(now, context.format));
  const types::CivilTime civil = types::CivilOfTimestamp(local);
  const int32_t julian_day = types::JulianDay(civil.year, civil.month, civil.day);
  const types::TimeZone utc;
  const types::TimeZone& zone =
      context.format.time_zone == nullptr ? utc : *context.format.time_zone;
  *out = fmt::format("{} {} {:02} {:02}:{:02}:{:02}.{:06} {:04} {}",
                     kDayNames[static_cast<size_t>((julian_day + 1) % 7)],
                     kMonthNames[static_cast<size_t>(civil.month - 1)], civil.day, civil.hour,
                     civil.minute, civil.second, civil.microsecond, civil.year,
                     zone.AbbreviationAt(now));
  return absl::OkStatus();
}

// Midnight of the transaction's day, for age() with one argument.
absl::StatusOr<int64_t> TodayLocal(const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t local,
                          types::TimestampFromTimestamptz(context.now_microseconds, context));
  return local - types::TimeOfTimestamp(local);
}
absl::StatusOr<Interval> AgeOfTimestamp(int64_t timestamp, const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t today, TodayLocal(context));
  return types::TimestampAge(today, timestamp);
}
absl::StatusOr<Interval> AgeOfTimestamptz(int64_t timestamptz, const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t today, TodayLocal(context));
  HELIOS_ASSIGN_OR_RETURN(const int64_t moment, types::TimestamptzFromTimestamp(today, context));
  return types::TimestamptzAge(moment, timestamptz, context);
}

// date_part() is extract() as a float8.
using OptionalDouble = absl::StatusOr<std::optional<double>>;
OptionalDouble AsDouble(absl::StatusOr<bool> present, const NumericBuffer& numeric) {
  if (!present.ok()) return std::move(present).status();
  if (!*present) return std::nullopt;
  HELIOS_ASSIGN_OR_RETURN(const double value, types::NumericToDouble(numeric.view()));
  return value;
}
OptionalDouble DatePartOfDate(std::string_view field, int32_t date) {
  NumericBuffer out;
  HELIOS_ASSIGN_OR_RETURN(const int64_t timestamp, types::TimestampFromDate(date));
  absl::StatusOr<bool> present = types::ExtractFromTimestamp(field, timestamp, &out);
  return AsDouble(std::move(present), out);
}
OptionalDouble DatePartOfTime(std::string_view field, int64_t time) {
  NumericBuffer out;
  absl::StatusOr<bool> present = types::ExtractFromTime(field, time, &out);
  return AsDouble(std::move(present), out);
}
OptionalDouble DatePartOfTimestamp(std::string_view field, int64_t timestamp) {
  NumericBuffer out;
  absl::StatusOr<bool> present = types::ExtractFromTimestamp(field, timestamp, &out);
  return AsDouble(std::move(present), out);
}
OptionalDouble DatePartOfTimestamptz(std::string_view field, int64_t timestamptz,
                                     const FormatContext& context) {
  NumericBuffer out;
  absl::StatusOr<bool> present = types::ExtractFromTimestamptz(field, timestamptz, context, &out);
  return AsDouble(std::move(present), out);
}
OptionalDouble DatePartOfInterval(std::string_view field, Interval interval) {
  NumericBuffer out;
  absl::StatusOr<bool> present = types::ExtractFromInterval(field, interval, &out);
  return AsDouble(std::move(present), out);
}

absl::StatusOr<int64_t> TruncateInZone(std::string_view unit, int64_t timestamptz,
                                       std::string_view zone_name) {
  HELIOS_ASSIGN_OR_RETURN(const types::TimeZone zone, types::TimeZone::Load(zone_name));
  return types::TimestamptzTruncate(unit, timestamptz, FormatContext{.time_zone = &zone});
}

absl::StatusOr<types::TimeZone> ZoneOfInterval(Interval interval) {
  if (interval.months != 0 || interval.days != 0) {
    std::string text;
    types::AppendIntervalText(interval, &text);
    return SqlError(sqlstate::kInvalidParameterValue,
                    "interval time zone \"{}\" must not include months or days", text);
  }
  return types::TimeZone::Fixed(
      static_cast<int32_t>(interval.microseconds / types::kMicrosecondsPerSecond));
}
absl::StatusOr<int64_t> AtZone(std::string_view name, int64_t timestamp) {
  HELIOS_ASSIGN_OR_RETURN(const types::TimeZone zone, types::TimeZone::Load(name));
  return types::TimestampAtZone(timestamp, zone);
}
absl::StatusOr<int64_t> AtOffset(Interval offset, int64_t timestamp) {
  HELIOS_ASSIGN_OR_RETURN(const types::TimeZone zone, ZoneOfInterval(offset));
  return types::TimestampAtZone(timestamp, zone);
}
absl::StatusOr<int64_t> MomentAtZone(std::string_view name, int64_t timestamptz) {
  HELIOS_ASSIGN_OR_RETURN(const types::TimeZone zone, types::TimeZone::Load(name));
  return types::TimestamptzAtZone(timestamptz, zone);
}
absl::StatusOr<int64_t> MomentAtOffset(Interval offset, int64_t timestamptz) {
  HELIOS_ASSIGN_OR_RETURN(const types::TimeZone zone, ZoneOfInterval(offset));
  return types::TimestamptzAtZone(timestamptz, zone);
}

absl::StatusOr<int64_t> MakeTimestamptz(int32_t year, int32_t month, int32_t day, int32_t hour,
                                        int32_t minute, double second,
                                        const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t local,
                          types::MakeTimestamp(year, month, day, hour, minute, second));
  return types::TimestamptzFromTimestamp(local, context);
}
absl::StatusOr<int64_t> MakeTimestamptzAt(int32_t year, int32_t month, int32_t day, int32_t hour,
                                          int32_t minute, double second, std::string_view name) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t local,
                          types::MakeTimestamp(year, month, day, hour, minute, second));
  HELIOS_ASSIGN_OR_RETURN(const types::TimeZone zone, types::TimeZone::Load(name));
  return types::TimestampAtZone(local, zone);
}
absl::StatusOr<Interval> MakeInterval(int32_t years, int32_t months, int32_t weeks, int32_t days,
                                      int32_t hours, int32_t minutes, double seconds) {
  return types::MakeInterval({.years = years,
                              .months = months,
                              .weeks = weeks,
                              .days = days,
                              .hours = hours,
                              .minutes = minutes,
                              .seconds = seconds});
}

bool DateFinite(int32_t date) { return types::DateIsFinite(date); }
bool TimestampFinite(int64_t timestamp) { return types::TimestampIsFinite(timestamp); }
bool IntervalFinite(Interval) { return true; }

// The end of a period that is given by its start and an argument.
struct GivenEnd {
  static absl::StatusOr<int64_t> End(int64_t, const Vector& vector, size_t row,
                                     const FormatContext&) {
    return Reader<int64_t>(vector)[row];
  }
};
template <types::TypeOid type>
struct StartPlusLength {
  static absl::StatusOr<int64_t> End(int64_t start, const Vector& vector, size_t row,
                                     const FormatContext& context) {
    const Interval length = Reader<Interval>(vector)[row];
    if constexpr (type == kTime) return types::TimePlusInterval(start, length);
    if constexpr (type == kTimestamp) return types::TimestampPlusInterval(start, length);
    if constexpr (type == kTimestamptz) {
      return types::TimestamptzPlusInterval(start, length, context);
    }
  }
};

struct Period {
  std::optional<int64_t> start;
  std::optional<int64_t> end;
};
template <typename EndRule>
absl::StatusOr<Period> ReadPeriod(const Vector& start, const Vector& end, size_t row,
                                  const FormatContext& context) {
  Period period;
  if (!start.IsNull(row)) period.start = Reader<int64_t>(start)[row];
  // With a NULL start the end stands alone where it is a time; a length says nothing then.
  if (end.IsNull(row)) return period;
  if (!period.start.has_value() && !std::is_same_v<EndRule, GivenEnd>) return period;
  HELIOS_ASSIGN_OR_RETURN(period.end, EndRule::End(period.start.value_or(0), end, row, context));
  return period;
}

// The SQL standard's rules with NULLs: a period's one known end may decide alone.
std::optional<bool> PeriodsOverlap(Period a, Period b) {
  const auto order = [](Period* period) {
    if (!period->start.has_value()) {
      period->start = period->end;
      period->end = std::nullopt;
    } else if (period->end.has_value() && *period->start > *period->end) {
      std::swap(period->start, period->end);
    }
  };
  order(&a);
  order(&b);
  if (!a.start.has_value() || !b.start.has_value()) return std::nullopt;
  if (*a.start == *b.start) {
    if (!a.end.has_value() || !b.end.has_value()) return std::nullopt;
    return true;
  }
  const Period& first = *a.start < *b.start ? a : b;
  const Period& second = *a.start < *b.start ? b : a;
  if (!first.end.has_value()) return std::nullopt;
  if (*second.start < *first.end) return true;
  // An end that is not known could only lie after the second period's start.
  return second.end.has_value() ? std::optional<bool>(false) : std::nullopt;
}

template <typename FirstEnd, typename SecondEnd>
absl::Status Overlaps(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  for (size_t row = 0; row < rows; ++row) {
    HELIOS_ASSIGN_OR_RETURN(
        const Period a, ReadPeriod<FirstEnd>(*arguments[0], *arguments[1], row, context.format));
    HELIOS_ASSIGN_OR_RETURN(
        const Period b, ReadPeriod<SecondEnd>(*arguments[2], *arguments[3], row, context.format));
    const std::optional<bool> overlap = PeriodsOverlap(a, b);
    if (overlap.has_value()) {
      result->data<uint8_t>()[row] = *overlap ? 1 : 0;
    } else {
      result->SetNull(row);
    }
  }
  return absl::OkStatus();
}

constexpr std::string_view kMakeIntervalNames[] = {"years", "months", "weeks", "days",
                                                   "hours", "mins",   "secs"};
constexpr std::string_view kMakeTimestampNames[] = {"year", "month", "mday",    "hour",
                                                    "min",  "sec",   "timezone"};
constexpr std::span<const std::string_view> kMakeTimeNames(&kMakeTimestampNames[3], 3);
constexpr std::string_view kMakeDateNames[] = {"year", "month", "day"};

constexpr FunctionEntry kRows[] = {
    {1299, "now", {}, kTimestamptz, kStable, Scalar<TransactionTimestamp>},
    {2647, "transaction_timestamp", {}, kTimestamptz, kStable, Scalar<TransactionTimestamp>},
    {2648, "statement_timestamp", {}, kTimestamptz, kStable, Scalar<StatementTimestamp>},
    {2649, "clock_timestamp", {}, kTimestamptz, kVolatile, Scalar<WallClock>},
    {274, "timeofday", {}, kText, kVolatile, Scalar<TimeOfDayText>},
    {2058, "age", {kTimestamp, kTimestamp}, kInterval, kImmutable, Scalar<types::TimestampAge>},
    {1199,
     "age",
     {kTimestamptz, kTimestamptz},
     kInterval,
     kImmutable,
     Scalar<types::TimestamptzAge>},
    {2059, "age", {kTimestamp}, kInterval, kStable, Scalar<AgeOfTimestamp>},
    {1386, "age", {kTimestamptz}, kInterval, kStable, Scalar<AgeOfTimestamptz>},
    {6199, "extract", {kText, kDate}, kNumeric, kImmutable, Scalar<types::ExtractFromDate>},
    {1384, "date_part", {kText, kDate}, kFloat8, kImmutable, Scalar<DatePartOfDate>},
    {6200, "extract", {kText, kTime}, kNumeric, kImmutable, Scalar<types::ExtractFromTime>},
    {1385, "date_part", {kText, kTime}, kFloat8, kImmutable, Scalar<DatePartOfTime>},
    {6202,
     "extract",
     {kText, kTimestamp},
     kNumeric,
     kImmutable,
     Scalar<types::ExtractFromTimestamp>},
    {2021, "date_part", {kText, kTimestamp}, kFloat8, kImmutable, Scalar<DatePartOfTimestamp>},
    {6203,
     "extract",
     {kText, kTimestamptz},
     kNumeric,
     kStable,
     Scalar<types::ExtractFromTimestamptz>},
    {1171, "date_part", {kText, kTimestamptz}, kFloat8, kStable, Scalar<DatePartOfTimestamptz>},
    {6204, "extract", {kText, kInterval}, kNumeric, kImmutable, Scalar<types::ExtractFromInterval>},
    {1172, "date_part", {kText, kInterval}, kFloat8, kImmutable, Scalar<DatePartOfInterval>},
    {2020,
     "date_trunc",
     {kText, kTimestamp},
     kTimestamp,
     kImmutable,
     Scalar<types::TimestampTruncate>},
    {1217,
     "date_trunc",
     {kText, kTimestamptz},
     kTimestamptz,
     kStable,
     Scalar<types::TimestamptzTruncate>},
    {1284,
     "date_trunc",
     {kText, kTimestamptz, kText},
     kTimestamptz,
     kStable,
     Scalar<TruncateInZone>},
    {1218,
     "date_trunc",
     {kText, kInterval},
     kInterval,
     kImmutable,
     Scalar<types::IntervalTruncate>},
    {6177,
     "date_bin",
     {kInterval, kTimestamp, kTimestamp},
     kTimestamp,
     kImmutable,
     Scalar<types::TimestampBin>},
    {6178,
     "date_bin",
     {kInterval, kTimestamptz, kTimestamptz},
     kTimestamptz,
     kImmutable,
     Scalar<types::TimestampBin>},
    {2069, "timezone", {kText, kTimestamp}, kTimestamptz, kImmutable, Scalar<AtZone>},
    {2070, "timezone", {kInterval, kTimestamp}, kTimestamptz, kImmutable, Scalar<AtOffset>},
    {1159, "timezone", {kText, kTimestamptz}, kTimestamp, kImmutable, Scalar<MomentAtZone>},
    {1026, "timezone", {kInterval, kTimestamptz}, kTimestamp, kImmutable, Scalar<MomentAtOffset>},
    {3846,
     "make_date",
     {kInt4, kInt4, kInt4},
     kDate,
     kImmutable,
     Scalar<types::MakeDate>,
     nullptr,
     true,
     false,
     0,
     kMakeDateNames},
    {3847,
     "make_time",
     {kInt4, kInt4, kFloat8},
     kTime,
     kImmutable,
     Scalar<types::MakeTime>,
     nullptr,
     true,
     false,
     0,
     kMakeTimeNames},
    {3461,
     "make_timestamp",
     {kInt4, kInt4, kInt4, kInt4, kInt4, kFloat8},
     kTimestamp,
     kImmutable,
     Scalar<types::MakeTimestamp>,
     nullptr,
     true,
     false,
     0,
     std::span(kMakeTimestampNames).first(6)},
    {3462,
     "make_timestamptz",
     {kInt4, kInt4, kInt4, kInt4, kInt4, kFloat8},
     kTimestamptz,
     kStable,
     Scalar<MakeTimestamptz>,
     nullptr,
     true,
     false,
     0,
     std::span(kMakeTimestampNames).first(6)},
    {3463,
     "make_timestamptz",
     {kInt4, kInt4, kInt4, kInt4, kInt4, kFloat8, kText},
     kTimestamptz,
     kStable,
     Scalar<MakeTimestamptzAt>,
     nullptr,
     true,
     false,
     0,
     kMakeTimestampNames},
    {3464,
     "make_interval",
     {kInt4, kInt4, kInt4, kInt4, kInt4, kInt4, kFloat8},
     kInterval,
     kImmutable,
     Scalar<MakeInterval>,
     nullptr,
     true,
     false,
     7,
     kMakeIntervalNames},
    {1175,
     "justify_hours",
     {kInterval},
     kInterval,
     kImmutable,
     Scalar<types::IntervalJustifyHours>},
    {1295, "justify_days", {kInterval}, kInterval, kImmutable, Scalar<types::IntervalJustifyDays>},
    {2711, "justify_interval", {kInterval}, kInterval, kImmutable, Scalar<types::IntervalJustify>},
    {1373, "isfinite", {kDate}, kBool, kImmutable, Scalar<DateFinite>},
    {2048, "isfinite", {kTimestamp}, kBool, kImmutable, Scalar<TimestampFinite>},
    {1389, "isfinite", {kTimestamptz}, kBool, kImmutable, Scalar<TimestampFinite>},
    {1390, "isfinite", {kInterval}, kBool, kImmutable, Scalar<IntervalFinite>},
    {1158,
     "to_timestamp",
     {kFloat8},
     kTimestamptz,
     kImmutable,
     Scalar<types::TimestamptzFromUnixSeconds>},
    {1308,
     "overlaps",
     {kTime, kTime, kTime, kTime},
     kBool,
     kImmutable,
     Overlaps<GivenEnd, GivenEnd>,
     nullptr,
     false},
    {1310,
     "overlaps",
     {kTime, kTime, kTime, kInterval},
     kBool,
     kImmutable,
     Overlaps<GivenEnd, StartPlusLength<kTime>>,
     nullptr,
     false},
    {1311,
     "overlaps",
     {kTime, kInterval, kTime, kTime},
     kBool,
     kImmutable,
     Overlaps<StartPlusLength<kTime>, GivenEnd>,
     nullptr,
     false},
    {1309,
     "overlaps",
     {kTime, kInterval, kTime, kInterval},
     kBool,
     kImmutable,
     Overlaps<StartPlusLength<kTime>, StartPlusLength<kTime>>,
     nullptr,
     false},
    {2041,
     "overlaps",
     {kTimestamp, kTimestamp, kTimestamp, kTimestamp},
     kBool,
     kImmutable,
     Overlaps<GivenEnd, GivenEnd>,
     nullptr,
     false},
    {2043,
     "overlaps",
     {kTimestamp, kTimestamp, kTimestamp, kInterval},
     kBool,
     kImmutable,
     Overlaps<GivenEnd, StartPlusLength<kTimestamp>>,
     nullptr,
     false},
    {2044,
     "overlaps",
     {kTimestamp, kInterval, kTimestamp, kTimestamp},
     kBool,
     kImmutable,
     Overlaps<StartPlusLength<kTimestamp>, GivenEnd>,
     nullptr,
     false},
    {2042,
     "overlaps",
     {kTimestamp, kInterval, kTimestamp, kInterval},
     kBool,
     kImmutable,
     Overlaps<StartPlusLength<kTimestamp>, StartPlusLength<kTimestamp>>,
     nullptr,
     false},
    {1304,
     "overlaps",
     {kTimestamptz, kTimestamptz, kTimestamptz, kTimestamptz},
     kBool,
     kImmutable,
     Overlaps<GivenEnd, GivenEnd>,
     nullptr,
     false},
    {1306,
     "overlaps",
     {kTimestamptz, kTimestamptz, kTimestamptz, kInterval},
     kBool,
     kStable,
     Overlaps<GivenEnd, StartPlusLength<kTimestamptz>>,
     nullptr,
     false},
    {1307,
     "overlaps",
     {kTimestamptz, kInterval, kTimestamptz, kTimestamptz},
     kBool,
     kStable,
     Overlaps<StartPlusLength<kTimestamptz>, GivenEnd>,
     nullptr,
     false},
    {1305,
     "overlaps",
     {kTimestamptz, kInterval, kTimestamptz, kInterval},
     kBool,
     kStable,
     Overlaps<StartPlusLength<kTimestamptz>, StartPlusLength<kTimestamptz>>,
     nullptr,
     false},
};

}  // namespace

std::span<const FunctionEntry> DatetimeFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
