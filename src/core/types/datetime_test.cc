// Arithmetic on dates, times and intervals; the expected texts are PostgreSQL 15's.
#include "core/types/datetime.h"

#include <string>

#include "gtest/gtest.h"

#include "core/types/datetime_text.h"
#include "heliosdb/error.h"

namespace heliosdb::types {
namespace {

int64_t Timestamp(std::string_view text) {
  const auto value = ParseTimestamp(text, -1, {});
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? *value : 0;
}
Interval Span(std::string_view text) {
  const auto value = ParseInterval(text, -1);
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? *value : Interval{};
}
int32_t Date(std::string_view text) {
  const auto value = ParseDate(text, {});
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? *value : 0;
}
std::string Error(const absl::Status& status) {
  return "ERR " + SqlStateOf(status) + " " + std::string(status.message());
}
std::string Show(const absl::StatusOr<int64_t>& timestamp) {
  if (!timestamp.ok()) return Error(timestamp.status());
  std::string text;
  AppendTimestampText(*timestamp, &text);
  return text;
}
std::string Show(const absl::StatusOr<Interval>& interval) {
  if (!interval.ok()) return Error(interval.status());
  std::string text;
  AppendIntervalText(*interval, &text);
  return text;
}
std::string ShowDate(const absl::StatusOr<int32_t>& date) {
  if (!date.ok()) return Error(date.status());
  std::string text;
  AppendDateText(*date, &text);
  return text;
}
std::string ShowTime(int64_t time) {
  std::string text;
  AppendTimeText(time, &text);
  return text;
}
std::string ShowNumber(const absl::StatusOr<bool>& present, const NumericBuffer& number) {
  if (!present.ok()) return Error(present.status());
  if (!*present) return "NULL";
  std::string text;
  AppendNumericText(number.view(), &text);
  return text;
}

TEST(Datetime, AddsIntervals) {
  EXPECT_EQ(Show(TimestampPlusInterval(Timestamp("2024-01-31"), Span("1 month"))),
            "2024-02-29 00:00:00");
  EXPECT_EQ(Show(TimestampMinusInterval(Timestamp("2024-03-31"), Span("1 mon 1 day"))),
            "2024-02-28 00:00:00");
  EXPECT_EQ(Show(TimestampPlusInterval(Timestamp("infinity"), Span("1 month"))), "infinity");
  EXPECT_EQ(Show(TimestampPlusInterval(Timestamp("294276-12-31"), Span("1 month"))),
            "ERR 22008 timestamp out of range");
  EXPECT_EQ(ShowDate(DatePlusDays(Date("2024-02-28"), 2)), "2024-03-01");
  EXPECT_EQ(ShowDate(DatePlusDays(Date("2024-02-28"), INT32_MAX)), "ERR 22008 date out of range");
  EXPECT_EQ(*DateMinusDate(Date("2024-03-01"), Date("2023-03-01")), 366);
  EXPECT_EQ(ShowTime(TimePlusInterval(23 * kMicrosecondsPerHour, Span("2 hours"))), "01:00:00");
  EXPECT_EQ(ShowTime(TimeMinusInterval(1 * kMicrosecondsPerHour, Span("26 hours"))), "23:00:00");
}

TEST(Datetime, SubtractsTimestamps) {
  EXPECT_EQ(
      Show(TimestampMinusTimestamp(Timestamp("2024-03-10 12:00"), Timestamp("2024-01-01 13:30"))),
      "68 days 22:30:00");
  EXPECT_EQ(Show(TimestampAge(Timestamp("2024-03-01"), Timestamp("2023-12-31"))), "2 mons 1 day");
  EXPECT_EQ(Show(TimestampAge(Timestamp("2001-04-10"), Timestamp("1957-06-13"))),
            "43 years 9 mons 27 days");
  EXPECT_EQ(Show(TimestampAge(Timestamp("1957-06-13"), Timestamp("2001-04-10"))),
            "-43 years -9 mons -27 days");
  EXPECT_EQ(Show(TimestampMinusTimestamp(Timestamp("infinity"), Timestamp("2020-01-01"))),
            "ERR 22008 cannot subtract infinite timestamps");
}

TEST(Datetime, ScalesAndJustifiesIntervals) {
  EXPECT_EQ(Show(IntervalMultiply(Span("1 mon 15 days"), 1.5)), "1 mon 37 days 12:00:00");
  EXPECT_EQ(Show(IntervalDivide(Span("1 day"), 3)), "08:00:00");
  EXPECT_EQ(Show(IntervalMultiply(Span("1 year 3 mons 7 days 05:06:07.8"), -0.37)),
            "-5 mons -19 days -04:02:52.086");
  EXPECT_EQ(Show(IntervalDivide(Span("1 year 1 day"), 7.3)), "1 mon 19 days 10:50:57.491638");
  EXPECT_EQ(Show(IntervalDivide(Span("1 day"), 0)), "ERR 22012 division by zero");
  EXPECT_EQ(Show(IntervalJustify(Span("1 mon -1 hour"))), "29 days 23:00:00");
  EXPECT_EQ(Show(IntervalJustifyDays(Span("35 days"))), "1 mon 5 days");
  EXPECT_EQ(Show(IntervalJustifyHours(Span("50 hours -1 day"))), "1 day 02:00:00");
  EXPECT_EQ(IntervalCompare(Span("1 mon"), Span("30 days")), 0);
  EXPECT_EQ(IntervalHash(Span("1 mon")), IntervalHash(Span("720 hours")));
  EXPECT_LT(IntervalCompare(Span("1 mon"), Span("31 days")), 0);
  EXPECT_EQ(Show(IntervalAdd(Span("2147483647 months"), Span("1 month"))),
            "ERR 22008 interval out of range");
}

TEST(Datetime, Truncates) {
  const auto cut = [](std::string_view unit, std::string_view text) {
    return Show(TimestampTruncate(unit, Timestamp(text)));
  };
  EXPECT_EQ(cut("week", "2024-01-03 10:00"), "2024-01-01 00:00:00");
  EXPECT_EQ(cut("century", "2024-01-03"), "2001-01-01 00:00:00");
  EXPECT_EQ(cut("decade", "0004-01-01 BC"), "0011-01-01 00:00:00 BC");
  EXPECT_EQ(cut("QUARTER", "2024-08-03"), "2024-07-01 00:00:00");
  EXPECT_EQ(cut("millennium", "2000-12-31"), "1001-01-01 00:00:00");
  EXPECT_EQ(cut("hour", "1999-12-31 23:59:59.99"), "1999-12-31 23:00:00");
  EXPECT_EQ(cut("foo", "2020-01-01"),
            "ERR 22023 unit \"foo\" not recognized for type timestamp without time zone");
  EXPECT_EQ(Show(IntervalTruncate("week", Span("1 day"))),
            "ERR 0A000 unit \"week\" not supported for type interval");
  EXPECT_EQ(Show(TimestampBin(Span("15 minutes"), Timestamp("2020-02-11 15:44:17"),
                              Timestamp("2001-01-01 00:02:30"))),
            "2020-02-11 15:32:30");
}

TEST(Datetime, Extracts) {
  NumericBuffer out;
  const auto of_timestamp = [&out](std::string_view field, std::string_view text) {
    return ShowNumber(ExtractFromTimestamp(field, Timestamp(text), &out), out);
  };
  const auto of_date = [&out](std::string_view field, std::string_view text) {
    return ShowNumber(ExtractFromDate(field, Date(text), &out), out);
  };
  const auto of_interval = [&out](std::string_view field, std::string_view text) {
    return ShowNumber(ExtractFromInterval(field, Span(text), &out), out);
  };
  EXPECT_EQ(of_timestamp("epoch", "2024-01-03 10:11:12.5"), "1704276672.500000");
  EXPECT_EQ(of_timestamp("julian", "2024-01-03 12:00"), "2460313.50000000000000000000");
  EXPECT_EQ(of_timestamp("second", "2024-01-03 10:11:12.5"), "12.500000");
  EXPECT_EQ(of_timestamp("epoch", "infinity"), "Infinity");
  EXPECT_EQ(of_timestamp("day", "infinity"), "NULL");
  EXPECT_EQ(of_date("week", "2021-01-03"), "53");
  EXPECT_EQ(of_date("isoyear", "2021-01-03"), "2020");
  EXPECT_EQ(of_date("century", "0001-01-01 BC"), "-1");
  EXPECT_EQ(of_date("decade", "0011-01-01 BC"), "-1");
  EXPECT_EQ(of_date("dow", "2024-01-07"), "0");
  EXPECT_EQ(of_date("isodow", "2024-01-07"), "7");
  EXPECT_EQ(of_date("doy", "2024-12-31"), "366");
  EXPECT_EQ(of_date("hour", "2020-01-01"), "ERR 0A000 unit \"hour\" not supported for type date");
  EXPECT_EQ(of_date("foo", "2020-01-01"), "ERR 22023 unit \"foo\" not recognized for type date");
  EXPECT_EQ(of_interval("epoch", "1 year 2 mons 3 days 04:05:06.7"), "37015506.700000");
  EXPECT_EQ(of_interval("quarter", "7 mons"), "3");
  EXPECT_EQ(of_interval("microseconds", "-00:00:01.5"), "-1500000");
  const auto time = ParseTime("10:11:12.345678", -1, {});
  EXPECT_EQ(ShowNumber(ExtractFromTime("milliseconds", *time, &out), out), "12345.678");
}

TEST(Datetime, Makes) {
  EXPECT_EQ(Show(MakeInterval({1, 2, 3, 4, 5, 6, 7.5})), "1 year 2 mons 25 days 05:06:07.5");
  EXPECT_EQ(Show(MakeTimestamp(2024, 2, 29, 23, 59, 59.999999)), "2024-02-29 23:59:59.999999");
  EXPECT_EQ(ShowDate(MakeDate(-44, 3, 15)), "0044-03-15 BC");
  EXPECT_EQ(ShowDate(MakeDate(2020, 13, 1)), "ERR 22008 date field value out of range: 2020-13-01");
  EXPECT_EQ(Error(MakeTime(25, 0, 0).status()),
            "ERR 22008 time field value out of range: 25:00:00");
  EXPECT_EQ(Show(TimestamptzFromUnixSeconds(1700000000.123456)), "2023-11-14 22:13:20.123456");
}

TEST(Datetime, CountsInTheSessionsZone) {
  const auto zone = TimeZone::Load("America/New_York");
  ASSERT_TRUE(zone.ok());
  const FormatContext context{&*zone, 0};
  const auto show = [&context](const absl::StatusOr<int64_t>& timestamptz) {
    std::string text;
    if (timestamptz.ok()) AppendTimestamptzText(*timestamptz, context, &text);
    return text;
  };
  const auto noon = ParseTimestamptz("2024-03-09 12:00", -1, context);
  EXPECT_EQ(show(TimestamptzPlusInterval(*noon, Span("1 day"), context)), "2024-03-10 12:00:00-04");
  EXPECT_EQ(show(TimestamptzPlusInterval(*noon, Span("24 hours"), context)),
            "2024-03-10 13:00:00-04");
  const auto autumn = ParseTimestamptz("2024-11-03 12:00", -1, context);
  EXPECT_EQ(show(TimestamptzTruncate("day", *autumn, context)), "2024-11-03 00:00:00-04");
  EXPECT_EQ(show(TimestamptzFromDate(Date("2024-07-04"), context)), "2024-07-04 00:00:00-04");
}

TEST(Datetime, CalendarRoundTrips) {
  for (int32_t julian_day = 0; julian_day < 5'000'000; julian_day += 37) {
    CivilTime civil;
    CivilFromJulianDay(julian_day, &civil);
    ASSERT_EQ(JulianDay(civil.year, civil.month, civil.day), julian_day);
    ASSERT_LE(civil.day, DaysInMonth(civil.year, civil.month));
  }
}

TEST(Datetime, RangesOverlap) {
  EXPECT_TRUE(RangesOverlap(1, 5, 4, 9));
  EXPECT_FALSE(RangesOverlap(1, 5, 5, 9));
  EXPECT_TRUE(RangesOverlap(5, 1, 4, 9));
  EXPECT_TRUE(RangesOverlap(3, 3, 3, 3));
}

TEST(TimeZone, NamesAndOffsets) {
  EXPECT_EQ(TimeZone::Load("+02")->OffsetAt(0), 7200);
  EXPECT_EQ(TimeZone::Load("GMT+3")->OffsetAt(0), -3 * 3600);
  EXPECT_EQ(TimeZone::Load("<+0530>-5:30")->OffsetAt(0), 19800);
  EXPECT_EQ(TimeZone::Load("est")->OffsetAt(0), -18000);
  EXPECT_EQ(TimeZone::Load("Europe/Berlin")->AbbreviationAt(0), "CET");
  EXPECT_EQ(SqlStateOf(TimeZone::Load("Nowhere/City").status()), "22023");
  EXPECT_EQ(SqlStateOf(TimeZone::Load("../../etc/passwd").status()), "22023");
}

}  // namespace
}  // namespace heliosdb::types
