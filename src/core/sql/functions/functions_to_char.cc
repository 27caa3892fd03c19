// to_char() of timestamps and intervals, to_date() and to_timestamp().
#include <cstdlib>
#include <optional>

#include "core/sql/functions/datetime_format.h"
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

using types::FormatContext;
using types::Interval;
using enum types::TypeOid;
using enum Volatility;

// What a pattern prints from.
struct Moment {
  types::CivilTime civil;
  // Whole hours, which an interval may have more than 24 of.
  int64_t hours = 0;
  int32_t julian_day = 0;
  int32_t day_of_year = 0;
  bool is_interval = false;
  // Of a timestamptz; empty for others.
  std::string zone;
  int32_t offset_seconds = 0;
};

// The ISO year and week of a day: the week is that of its Thursday.
struct IsoDate {
  int32_t year;
  int32_t week;
  int32_t day_of_year;
};
IsoDate IsoDateOf(int32_t julian_day) {
  const int32_t thursday = julian_day - julian_day % 7 + 3;
  types::CivilTime civil;
  types::CivilFromJulianDay(thursday, &civil);
  const int32_t first = types::JulianDay(civil.year, 1, 4);
  const int32_t first_monday = first - first % 7;
  return {civil.year, (thursday - first_monday) / 7 + 1, julian_day - first_monday + 1};
}

std::string_view OrdinalEnding(std::string_view number) {
  const char last = number.back();
  if (number.size() > 1 && number[number.size() - 2] == '1') return "TH";
  return last == '1' ? "ST" : last == '2' ? "ND" : last == '3' ? "RD" : "TH";
}

class Printer {
 public:
  Printer(const Moment& moment, std::string* out) : moment_(moment), out_(out) {}

  absl::Status Print(std::string_view pattern) {
    for (const DatetimeNode& node : ParseDatetimeFormat(pattern)) {
      if (node.kind != DatetimeNode::Kind::kField) {
        out_->append(node.text);
        continue;
      }
      if (node.translate) {
        return Unsupported("the TM prefix of formats is not supported");
      }
      HELIOS_RETURN_IF_ERROR(Field(node));
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status NotForIntervals() {
    return WithHint(SqlError(sqlstate::kInvalidDatetimeFormat,
                             "invalid format specification for an interval value"),
                    "Intervals are not tied to specific calendar dates.");
  }

  // width counts digits; a sign takes one place more.
  void Number(const DatetimeNode& node, int64_t value, int width) {
    PlacesNumber(node, value, value < 0 ? width + 1 : width);
  }
  // places counts the sign too.
  void PlacesNumber(const DatetimeNode& node, int64_t value, int places) {
    std::string text = fmt::format("{:0{}}", value, node.fill ? 1 : places);
    if (node.ordinal != OrdinalSuffix::kNone) {
      std::string ending(OrdinalEnding(text));
      if (node.ordinal == OrdinalSuffix::kLower) {
        std::string lower;
        AppendLower(ending, &lower);
        ending = lower;
      }
      text += ending;
    }
    out_->append(text);
  }

  // In the case of the pattern, padded to width unless FM.
  void Name(const DatetimeNode& node, std::string_view name, size_t width) {
    std::string text;
    if (node.letters == LetterCase::kUpper) {
      AppendUpper(name, &text);
    } else if (node.letters == LetterCase::kLower) {
      AppendLower(name, &text);
    } else {
      text = name;
    }
    if (!node.fill && text.size() < width) text.append(width - text.size(), ' ');
    out_->append(text);
  }

  int64_t ShownYear(int64_t year) const {
    return moment_.is_interval || year > 0 ? year : 1 - year;
  }

  void Year(const DatetimeNode& node, int64_t year) {
    constexpr int64_t kModulus[] = {0, 10, 100, 1000};
    const int64_t shown = ShownYear(year);
    if (node.digits == 4) return Number(node, shown, 4);
    Number(node, shown % kModulus[node.digits], node.digits);
  }

  void Century(const DatetimeNode& node) {
    const int64_t year = moment_.civil.year;
    int64_t century = 0;
    if (moment_.is_interval) {
      century = year / 100;
    } else {
      century = year > 0 ? (year - 1) / 100 + 1 : year / 100 - 1;
    }
    Number(node, century, 2);
  }

  void Meridiem(const DatetimeNode& node, std::string_view am, std::string_view pm) {
    Name(node, moment_.hours % 24 >= 12 ? pm : am, 0);
  }

  void Offset(const DatetimeNode& node) {
    const int32_t offset = moment_.offset_seconds;
    const int32_t minutes = std::abs(offset) / 60;
    const char sign = offset >= 0 ? '+' : '-';
    switch (node.field) {
      case DatetimeField::kZoneHours:
        *out_ += fmt::format("{}{:02}", sign, minutes / 60);
        return;
      case DatetimeField::kZoneMinutes:
        *out_ += fmt::format("{:02}", minutes % 60);
        return;
      default:
        *out_ += fmt::format("{}{:0{}}", sign, minutes / 60, node.fill ? 1 : 2);
        if (minutes % 60 != 0) *out_ += fmt::format(":{:02}", minutes % 60);
        return;
    }
  }

  // NOLINTNEXTLINE(readability-function-size): one case per keyword, no logic of its own.
  absl::Status Field(const DatetimeNode& node) {
    switch (node.field) {
      case DatetimeField::kAm:
        Meridiem(node, "A.M.", "P.M.");
        return absl::OkStatus();
      case DatetimeField::kAmPlain:
        Meridiem(node, "AM", "PM");
        return absl::OkStatus();
      case DatetimeField::kHour12:
        Number(node, moment_.hours % 12 == 0 ? 12 : moment_.hours % 12, 2);
        return absl::OkStatus();
      case DatetimeField::kHour24:
        Number(node, moment_.hours, 2);
        return absl::OkStatus();
      case DatetimeField::kMinute:
        Number(node, moment_.civil.minute, 2);
        return absl::OkStatus();
      case DatetimeField::kSecond:
        Number(node, moment_.civil.second, 2);
        return absl::OkStatus();
      case DatetimeField::kMillisecond:
        Digits(node, moment_.civil.microsecond / 1000, 3);
        return absl::OkStatus();
      case DatetimeField::kMicrosecond:
        Digits(node, moment_.civil.microsecond, 6);
        return absl::OkStatus();
      case DatetimeField::kFraction: {
        constexpr int32_t kDivisor[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
        Digits(node, moment_.civil.microsecond / kDivisor[node.digits], node.digits);
        return absl::OkStatus();
      }
      case DatetimeField::kSecondsOfDay:
        Number(node, moment_.hours * 3600 + moment_.civil.minute * 60 + moment_.civil.second, 1);
        return absl::OkStatus();
      case DatetimeField::kCentury:
        Century(node);
        return absl::OkStatus();
      case DatetimeField::kYear:
        Year(node, moment_.civil.year);
        return absl::OkStatus();
      case DatetimeField::kYearComma: {
        const int64_t year = ShownYear(moment_.civil.year);
        *out_ += fmt::format("{},{:03}", year / 1000, year % 1000);
        return absl::OkStatus();
      }
      case DatetimeField::kMonth:
        Number(node, moment_.civil.month, 2);
        return absl::OkStatus();
      case DatetimeField::kDay:
        PlacesNumber(node, moment_.civil.day, 2);
        return absl::OkStatus();
      case DatetimeField::kQuarter:
        if (moment_.civil.month != 0) Number(node, (moment_.civil.month - 1) / 3 + 1, 1);
        return absl::OkStatus();
      case DatetimeField::kDayOfYear:
        PlacesNumber(node, moment_.day_of_year, 3);
        return absl::OkStatus();
      case DatetimeField::kWeekOfYear:
        Number(node, (moment_.day_of_year - 1) / 7 + 1, 2);
        return absl::OkStatus();
      case DatetimeField::kWeekOfMonth:
        Number(node, (moment_.civil.day - 1) / 7 + 1, 1);
        return absl::OkStatus();
      case DatetimeField::kJulian:
        Number(node, moment_.julian_day, 1);
        return absl::OkStatus();
      case DatetimeField::kRomanMonth:
        RomanMonth(node);
        return absl::OkStatus();
      case DatetimeField::kFixed:
        return absl::OkStatus();
      default:
        return moment_.is_interval ? NotForIntervals() : CalendarField(node);
    }
  }

  // Always so many digits, FM or not.
  void Digits(const DatetimeNode& node, int32_t value, int width) {
    DatetimeNode fixed = node;
    fixed.fill = false;
    Number(fixed, value, width);
  }

  void RomanMonth(const DatetimeNode& node) {
    int32_t month = moment_.civil.month;
    if (month == 0 && moment_.civil.year == 0) return;
    // The months of negative intervals count back from December.
    if (month == 0) month = moment_.civil.year >= 0 ? 12 : 1;
    if (month < 0) month += 13;
    Name(node, kRomanMonths[static_cast<size_t>(month - 1)], 4);
  }

  // What only a date has.
  absl::Status CalendarField(const DatetimeNode& node) {
    const IsoDate iso = IsoDateOf(moment_.julian_day);
    const auto weekday = static_cast<size_t>((moment_.julian_day + 1) % 7);
    const std::string_view month = kMonthNames[static_cast<size_t>(moment_.civil.month - 1)];
    switch (node.field) {
      case DatetimeField::kAd:
        Name(node, moment_.civil.year <= 0 ? "B.C." : "A.D.", 0);
        break;
      case DatetimeField::kAdPlain:
        Name(node, moment_.civil.year <= 0 ? "BC" : "AD", 0);
        break;
      case DatetimeField::kMonthName:
        Name(node, month, 9);
        break;
      case DatetimeField::kMonthShort:
        Name(node, month.substr(0, 3), 0);
        break;
      case DatetimeField::kDayName:
        Name(node, kDayNames[weekday], 9);
        break;
      case DatetimeField::kDayShort:
        Name(node, kDayNames[weekday].substr(0, 3), 0);
        break;
      case DatetimeField::kWeekday:
        Number(node, static_cast<int64_t>(weekday) + 1, 1);
        break;
      case DatetimeField::kIsoWeekday:
        Number(node, weekday == 0 ? 7 : static_cast<int64_t>(weekday), 1);
        break;
      case DatetimeField::kIsoDayOfYear:
        Number(node, iso.day_of_year, 3);
        break;
      case DatetimeField::kIsoWeek:
        Number(node, iso.week, 2);
        break;
      case DatetimeField::kIsoYear:
        Year(node, iso.year);
        break;
      case DatetimeField::kZone:
        if (node.letters == LetterCase::kLower) {
          AppendLower(moment_.zone, out_);
        } else {
          out_->append(moment_.zone);
        }
        break;
      default:
        Offset(node);
        break;
    }
    return absl::OkStatus();
  }

  const Moment& moment_;
  std::string* const out_;
};

Moment MomentOfTimestamp(int64_t timestamp) {
  Moment moment;
  moment.civil = types::CivilOfTimestamp(timestamp);
  moment.hours = moment.civil.hour;
  moment.julian_day = types::JulianDay(moment.civil.year, moment.civil.month, moment.civil.day);
  moment.day_of_year = moment.julian_day - types::JulianDay(moment.civil.year, 1, 1) + 1;
  return moment;
}

absl::StatusOr<bool> TimestampToChar(int64_t timestamp, std::string_view pattern,
                                     std::string* out) {
  if (pattern.empty() || !types::TimestampIsFinite(timestamp)) return false;
  const Moment moment = MomentOfTimestamp(timestamp);
  HELIOS_RETURN_IF_ERROR(Printer(moment, out).Print(pattern));
  return true;
}

absl::StatusOr<bool> TimestamptzToChar(int64_t timestamptz, std::string_view pattern,
                                       const FormatContext& context, std::string* out) {
  if (pattern.empty() || !types::TimestampIsFinite(timestamptz)) return false;
  HELIOS_ASSIGN_OR_RETURN(const int64_t local,
                          types::TimestampFromTimestamptz(timestamptz, context));
  Moment moment = MomentOfTimestamp(local);
  const types::TimeZone utc;
  const types::TimeZone& zone = context.time_zone == nullptr ? utc : *context.time_zone;
  moment.zone = zone.AbbreviationAt(timestamptz);
  moment.offset_seconds = zone.OffsetAt(timestamptz);
  HELIOS_RETURN_IF_ERROR(Printer(moment, out).Print(pattern));
  return true;
}

absl::StatusOr<bool> IntervalToChar(Interval interval, std::string_view pattern, std::string* out) {
  if (pattern.empty()) return false;
  Moment moment;
  moment.is_interval = true;
  moment.civil.year = interval.months / 12;
  moment.civil.month = interval.months % 12;
  moment.civil.day = interval.days;
  int64_t left = interval.microseconds;
  moment.julian_day = types::JulianDay(moment.civil.year, moment.civil.month, moment.civil.day);
  moment.hours = left / types::kMicrosecondsPerHour;
  left %= types::kMicrosecondsPerHour;
  moment.civil.minute = static_cast<int32_t>(left / types::kMicrosecondsPerMinute);
  left %= types::kMicrosecondsPerMinute;
  moment.civil.second = static_cast<int32_t>(left / types::kMicrosecondsPerSecond);
  moment.civil.microsecond = static_cast<int32_t>(left % types::kMicrosecondsPerSecond);
  moment.day_of_year = (moment.civil.year * 12 + moment.civil.month) * 30 + moment.civil.day;
  HELIOS_RETURN_IF_ERROR(Printer(moment, out).Print(pattern));
  return true;
}

constexpr FunctionEntry kRows[] = {
    {2049, "to_char", {kTimestamp, kText}, kText, kStable, Scalar<TimestampToChar>},
    {1770, "to_char", {kTimestamptz, kText}, kText, kStable, Scalar<TimestamptzToChar>},
    {1768, "to_char", {kInterval, kText}, kText, kStable, Scalar<IntervalToChar>},
    {1780, "to_date", {kText, kText}, kDate, kStable, Scalar<ParseDateByFormat>},
    {1778, "to_timestamp", {kText, kText}, kTimestamptz, kStable, Scalar<ParseTimestampByFormat>},
};

}  // namespace

std::span<const FunctionEntry> ToCharFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
