// to_date() and to_timestamp(): reading text by a format pattern. PostgreSQL's rules for blanks and
// separators: outside of FX mode, blanks before and after fields count for nothing, and a separator
// of the pattern matches one of the text or nothing.
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>

#include "core/base/status.h"
#include "core/sql/functions/datetime_format.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

using types::FormatContext;

// What the fields said. Zero stands for not said where zero is no value.
struct Scanned {
  std::optional<int32_t> year;
  int32_t year_digits = 4;
  std::optional<int32_t> century;
  bool is_bc = false;
  std::optional<int32_t> month;
  std::optional<int32_t> day;
  std::optional<int32_t> day_of_year;
  std::optional<int32_t> iso_day_of_year;
  std::optional<int32_t> week;
  std::optional<int32_t> iso_week;
  std::optional<int32_t> week_of_month;
  std::optional<int32_t> weekday;  // ISO: 1 is Monday; otherwise 1 is Sunday.
  std::optional<int32_t> julian;
  std::optional<int32_t> hour;
  bool clock_12 = false;
  std::optional<bool> pm;
  std::optional<int32_t> minute;
  std::optional<int32_t> second;
  std::optional<int32_t> seconds_of_day;
  int32_t microsecond = 0;
  std::optional<int32_t> zone_hours;
  int32_t zone_minutes = 0;
  int32_t zone_sign = 1;
  bool has_zone = false;
  bool uses_gregorian = false;
  bool uses_iso = false;
};

absl::Status InvalidFormat(std::string_view message, std::string_view detail) {
  return WithDetail(SqlError(sqlstate::kInvalidDatetimeFormat, "{}", message), detail);
}
absl::Status OutOfRange(std::string_view text) {
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "date/time field value out of range: \"{}\"",
                  text);
}

constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsSeparatorCharacter(char c) {
  return c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !IsDigit(c);
}

// Shortest match by the first letters that differ: for names whose list is given in full.
template <typename Names>
std::optional<size_t> FindName(std::string_view text, const Names& names, size_t length) {
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = std::string_view(names[i]).substr(0, length);
    if (text.size() < name.size()) continue;
    const bool same = std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) {
      return ToLower(static_cast<unsigned char>(a)) == ToLower(static_cast<unsigned char>(b));
    });
    if (same) return i;
  }
  return std::nullopt;
}

class Scanner {
 public:
  Scanner(std::string_view text, std::string_view pattern)
      : rest_(text), nodes_(ParseDatetimeFormat(pattern)) {}

  absl::StatusOr<Scanned> Run() {
    for (index_ = 0; index_ < nodes_.size() && !rest_.empty(); ++index_) {
      const DatetimeNode& node = nodes_[index_];
      const bool is_field = node.kind == DatetimeNode::Kind::kField;
      if (!fixed_ && (is_field || index_ == 0)) {
        if (node.field != DatetimeField::kFixed || !is_field) SkipSpaces();
      }
      if (!is_field) {
        SkipCharacter(node);
        continue;
      }
      HELIOS_RETURN_IF_ERROR(CheckMode(node));
      HELIOS_RETURN_IF_ERROR(Field(node));
      SkipOrdinal(node);
      if (!fixed_) {
        extra_skip_ = 0;
        SkipSpaces();
      }
    }
    return scanned_;
  }

 private:
  void SkipSpaces() {
    while (!rest_.empty() && IsSpace(rest_.front())) {
      Advance(1);
      ++extra_skip_;
    }
  }
  void Advance(size_t bytes) {
    if (bytes > 0) last_ = rest_[bytes - 1];
    rest_.remove_prefix(bytes);
  }
  void SkipOne() { Advance(Utf8First(rest_).size()); }

  void SkipCharacter(const DatetimeNode& node) {
    if (rest_.empty()) return;
    if (fixed_) return SkipOne();
    if (node.kind != DatetimeNode::Kind::kText) {
      --extra_skip_;
      if (IsSpace(rest_.front()) || IsSeparatorCharacter(rest_.front())) {
        Advance(1);
        ++extra_skip_;
      }
      return;
    }
    // Blanks skipped beyond the pattern's count as the character, which may belong to a field.
    if (extra_skip_ > 0) {
      --extra_skip_;
    } else {
      SkipOne();
    }
  }

  void SkipOrdinal(const DatetimeNode& node) {
    if (node.ordinal == OrdinalSuffix::kNone) return;
    for (int i = 0; i < 2 && !rest_.empty(); ++i) SkipOne();
  }

  absl::Status CheckMode(const DatetimeNode& node) {
    switch (node.field) {
      case DatetimeField::kIsoYear:
      case DatetimeField::kIsoWeek:
      case DatetimeField::kIsoWeekday:
      case DatetimeField::kIsoDayOfYear:
        scanned_.uses_iso = true;
        break;
      case DatetimeField::kYear:
      case DatetimeField::kYearComma:
      case DatetimeField::kCentury:
      case DatetimeField::kMonth:
      case DatetimeField::kMonthName:
      case DatetimeField::kMonthShort:
      case DatetimeField::kRomanMonth:
      case DatetimeField::kDay:
      case DatetimeField::kDayOfYear:
      case DatetimeField::kWeekOfYear:
      case DatetimeField::kWeekOfMonth:
      case DatetimeField::kWeekday:
      case DatetimeField::kAd:
      case DatetimeField::kAdPlain:
        scanned_.uses_gregorian = true;
        break;
      default:
        break;
    }
    if (!scanned_.uses_iso || !scanned_.uses_gregorian) return absl::OkStatus();
    return WithHint(
        SqlError(sqlstate::kInvalidDatetimeFormat, "invalid combination of date conventions"),
        "Do not mix Gregorian and ISO week date conventions in a formatting template.");
  }

  // Whether what follows in the pattern cannot be a digit, so that a number may be of any length.
  bool NextIsSeparator(const DatetimeNode& node) const {
    if (node.ordinal != OrdinalSuffix::kNone) return true;
    if (index_ + 1 >= nodes_.size()) return true;
    const DatetimeNode& next = nodes_[index_ + 1];
    if (next.kind == DatetimeNode::Kind::kField) {
      switch (next.field) {
        case DatetimeField::kAd:
        case DatetimeField::kAdPlain:
        case DatetimeField::kAm:
        case DatetimeField::kAmPlain:
        case DatetimeField::kDayName:
        case DatetimeField::kDayShort:
        case DatetimeField::kMonthName:
        case DatetimeField::kMonthShort:
        case DatetimeField::kRomanMonth:
        case DatetimeField::kOffset:
        case DatetimeField::kZone:
        case DatetimeField::kZoneHours:
        case DatetimeField::kZoneMinutes:
        case DatetimeField::kFixed:
          return true;
        default:
          return false;
      }
    }
    return !(next.text.size() == 1 && IsDigit(next.text.front()));
  }

  // A number of length digits at most, or of any length where the pattern allows it. Tells how many
  // characters it took.
  struct Number {
    int32_t value;
    size_t taken;
  };
  absl::StatusOr<Number> ReadNumber(const DatetimeNode& node, size_t length) {
    SkipSpaces();
    const std::string_view field = node.text;
    const bool slurp = node.fill || NextIsSeparator(node);
    if (!slurp && rest_.size() < length) {
      return FixedWidthHint(InvalidFormat(
          fmt::format("source string too short for \"{}\" formatting field", field),
          fmt::format("Field requires {} characters, but only {} remain.", length, rest_.size())));
    }
    const std::string_view source = slurp ? rest_ : rest_.substr(0, length);
    size_t taken = 0;
    if (taken < source.size() && (source[0] == '-' || source[0] == '+')) ++taken;
    const size_t first_digit = taken;
    while (taken < source.size() && IsDigit(source[taken])) ++taken;
    if (taken == first_digit) {
      return InvalidFormat(
          fmt::format("invalid value \"{}\" for \"{}\"", rest_.substr(0, length), field),
          "Value must be an integer.");
    }
    if (!slurp && taken < length) {
      return FixedWidthHint(InvalidFormat(
          fmt::format("invalid value \"{}\" for \"{}\"", rest_.substr(0, length), field),
          fmt::format("Field requires {} characters, but only {} could be parsed.", length,
                      taken)));
    }
    int64_t value = 0;
    for (size_t i = first_digit; i < taken; ++i) {
      value = std::min<int64_t>(value * 10 + (source[i] - '0'), int64_t{1} << 40);
    }
    if (source[0] == '-') value = -value;
    if (value > std::numeric_limits<int32_t>::max() ||
        value < std::numeric_limits<int32_t>::min()) {
      return WithDetail(
          SqlError(sqlstate::kDatetimeValueOutOfRange,
                   "value for \"{}\" in source string is out of range", field),
          fmt::format("Value must be in the range {} to {}.", std::numeric_limits<int32_t>::min(),
                      std::numeric_limits<int32_t>::max()));
    }
    Advance(taken);
    return Number{static_cast<int32_t>(value), taken};
  }
  static absl::Status FixedWidthHint(absl::Status status) {
    return WithHint(std::move(status),
                    "If your source string is not fixed-width, try using the \"FM\" modifier.");
  }

  absl::Status Conflict(const DatetimeNode& node) {
    return InvalidFormat(
        fmt::format("conflicting values for \"{}\" field in formatting string", node.text),
        "This value contradicts a previous setting for the same field type.");
  }
  absl::Status Set(const DatetimeNode& node, std::optional<int32_t>* target, int32_t value) {
    if (target->has_value() && **target != value) return Conflict(node);
    *target = value;
    return absl::OkStatus();
  }
  absl::Status ReadInto(const DatetimeNode& node, size_t length, std::optional<int32_t>* target) {
    HELIOS_ASSIGN_OR_RETURN(const Number number, ReadNumber(node, length));
    return Set(node, target, number.value);
  }

  template <typename Names>
  absl::StatusOr<size_t> ReadName(const DatetimeNode& node, const Names& names, size_t length) {
    const std::optional<size_t> found = FindName(rest_, names, length);
    if (!found.has_value()) {
      const size_t end = std::find_if(rest_.begin(), rest_.end(), IsSpace) - rest_.begin();
      return InvalidFormat(
          fmt::format("invalid value \"{}\" for \"{}\"", rest_.substr(0, end), node.text),
          "The given value did not match any of the allowed values for this field.");
    }
    Advance(std::string_view(names[*found]).substr(0, length).size());
    return *found;
  }

  absl::Status Year(const DatetimeNode& node, std::optional<int32_t>* target) {
    HELIOS_ASSIGN_OR_RETURN(const Number number, ReadNumber(node, node.digits));
    int32_t year = number.value;
    // Fewer than four digits mean a year near 2020.
    if (node.digits < 4 && number.taken < 4) {
      if (year < 70) {
        year += 2000;
      } else if (year < 100) {
        year += 1900;
      } else if (year < 520) {
        year += 2000;
      } else if (year < 1000) {
        year += 1000;
      }
    }
    scanned_.year_digits = node.digits;
    return Set(node, target, year);
  }

  absl::Status YearWithComma(const DatetimeNode& node) {
    size_t at = 0;
    int32_t thousands = 0;
    for (; at < rest_.size() && at < 6 && IsDigit(rest_[at]); ++at) {
      thousands = thousands * 10 + (rest_[at] - '0');
    }
    int32_t years = 0;
    size_t digits = 0;
    if (at > 0 && at < rest_.size() && rest_[at] == ',') {
      for (++at; digits < 3 && at < rest_.size() && IsDigit(rest_[at]); ++at, ++digits) {
        years = years * 10 + (rest_[at] - '0');
      }
    }
    if (digits == 0) {
      return SqlError(sqlstate::kInvalidDatetimeFormat, "invalid input string for \"Y,YYY\"");
    }
    Advance(at);
    scanned_.year_digits = 4;
    return Set(node, &scanned_.year, thousands * 1000 + years);
  }

  // A fraction of a second with so many digits at most.
  absl::Status Fraction(const DatetimeNode& node, size_t digits) {
    HELIOS_ASSIGN_OR_RETURN(const Number number, ReadNumber(node, digits));
    int64_t value = number.value;
    for (size_t i = number.taken; i < 6; ++i) value *= 10;
    scanned_.microsecond += static_cast<int32_t>(std::clamp<int64_t>(value, 0, 999999));
    return absl::OkStatus();
  }

  absl::Status ZoneHours(const DatetimeNode& node) {
    const char c = rest_.empty() ? '\0' : rest_.front();
    if (c == '+' || c == '-' || c == ' ') {
      scanned_.zone_sign = c == '-' ? -1 : 1;
      Advance(1);
    } else {
      // A minus sign may have been taken for a separator.
      scanned_.zone_sign = extra_skip_ > 0 && last_ == '-' ? -1 : 1;
    }
    scanned_.has_zone = true;
    return ReadInto(node, 2, &scanned_.zone_hours);
  }

  // NOLINTNEXTLINE(readability-function-size): one case per keyword, no logic of its own.
  absl::Status Field(const DatetimeNode& node) {
    constexpr std::array<std::string_view, 2> kMeridiem = {"am", "pm"};
    constexpr std::array<std::string_view, 2> kMeridiemDots = {"a.m.", "p.m."};
    constexpr std::array<std::string_view, 2> kEra = {"ad", "bc"};
    constexpr std::array<std::string_view, 2> kEraDots = {"a.d.", "b.c."};
    constexpr size_t kWhole = std::string_view::npos;
    switch (node.field) {
      case DatetimeField::kFixed:
        fixed_ = true;
        return absl::OkStatus();
      case DatetimeField::kAm:
      case DatetimeField::kAmPlain: {
        HELIOS_ASSIGN_OR_RETURN(
            const size_t which,
            ReadName(node, node.field == DatetimeField::kAm ? kMeridiemDots : kMeridiem, kWhole));
        scanned_.pm = which == 1;
        scanned_.clock_12 = true;
        return absl::OkStatus();
      }
      case DatetimeField::kAd:
      case DatetimeField::kAdPlain: {
        HELIOS_ASSIGN_OR_RETURN(
            const size_t which,
            ReadName(node, node.field == DatetimeField::kAd ? kEraDots : kEra, kWhole));
        scanned_.is_bc = which == 1;
        return absl::OkStatus();
      }
      case DatetimeField::kMonthName:
      case DatetimeField::kMonthShort: {
        HELIOS_ASSIGN_OR_RETURN(
            const size_t which,
            ReadName(node, kMonthNames,
                     node.field == DatetimeField::kMonthName ? kWhole : size_t{3}));
        return Set(node, &scanned_.month, static_cast<int32_t>(which) + 1);
      }
      case DatetimeField::kDayName:
      case DatetimeField::kDayShort: {
        HELIOS_ASSIGN_OR_RETURN(
            const size_t which,
            ReadName(node, kDayNames, node.field == DatetimeField::kDayName ? kWhole : size_t{3}));
        return Set(node, &scanned_.weekday, static_cast<int32_t>(which) + 1);
      }
      case DatetimeField::kRomanMonth: {
        // The longest first: VIII before VII before VI.
        std::array<std::string_view, 12> names = kRomanMonths;
        std::reverse(names.begin(), names.end());
        HELIOS_ASSIGN_OR_RETURN(const size_t which, ReadRoman(node, names));
        return Set(node, &scanned_.month, 12 - static_cast<int32_t>(which));
      }
      case DatetimeField::kZone:
      case DatetimeField::kOffset:
        return SqlError(sqlstate::kFeatureNotSupported,
                        "formatting field \"{}\" is only supported in to_char", node.text);
      default:
        return NumberField(node);
    }
  }

  absl::StatusOr<size_t> ReadRoman(const DatetimeNode& node,
                                   const std::array<std::string_view, 12>& names) {
    size_t best = names.size();
    for (size_t i = 0; i < names.size(); ++i) {
      const std::array<std::string_view, 1> one = {names[i]};
      if (!FindName(rest_, one, std::string_view::npos).has_value()) continue;
      if (best == names.size() || names[i].size() > names[best].size()) best = i;
    }
    if (best == names.size()) return ReadName(node, names, std::string_view::npos);
    Advance(names[best].size());
    return best;
  }

  // NOLINTNEXTLINE(readability-function-size): one case per keyword, no logic of its own.
  absl::Status NumberField(const DatetimeNode& node) {
    constexpr size_t kAnyLength = 10;
    switch (node.field) {
      case DatetimeField::kHour12:
        scanned_.clock_12 = true;
        return ReadInto(node, 2, &scanned_.hour);
      case DatetimeField::kHour24:
        return ReadInto(node, 2, &scanned_.hour);
      case DatetimeField::kMinute:
        return ReadInto(node, 2, &scanned_.minute);
      case DatetimeField::kSecond:
        return ReadInto(node, 2, &scanned_.second);
      case DatetimeField::kMillisecond:
        return Fraction(node, 3);
      case DatetimeField::kMicrosecond:
        return Fraction(node, 6);
      case DatetimeField::kFraction:
        return Fraction(node, node.digits);
      case DatetimeField::kSecondsOfDay:
        return ReadInto(node, 5, &scanned_.seconds_of_day);
      case DatetimeField::kZoneHours:
        return ZoneHours(node);
      case DatetimeField::kZoneMinutes: {
        scanned_.has_zone = true;
        HELIOS_ASSIGN_OR_RETURN(const Number number, ReadNumber(node, 2));
        scanned_.zone_minutes = number.value;
        return absl::OkStatus();
      }
      case DatetimeField::kMonth:
        return ReadInto(node, 2, &scanned_.month);
      case DatetimeField::kDay:
        return ReadInto(node, 2, &scanned_.day);
      case DatetimeField::kDayOfYear:
        return ReadInto(node, 3, &scanned_.day_of_year);
      case DatetimeField::kIsoDayOfYear:
        return ReadInto(node, 3, &scanned_.iso_day_of_year);
      case DatetimeField::kWeekday:
        return ReadInto(node, 1, &scanned_.weekday);
      case DatetimeField::kIsoWeekday: {
        HELIOS_ASSIGN_OR_RETURN(const Number number, ReadNumber(node, 1));
        // Kept as the others: 1 is Sunday.
        return Set(node, &scanned_.weekday, number.value >= 7 ? 1 : number.value + 1);
      }
      case DatetimeField::kWeekOfYear:
        return ReadInto(node, 2, &scanned_.week);
      case DatetimeField::kIsoWeek:
        return ReadInto(node, 2, &scanned_.iso_week);
      case DatetimeField::kWeekOfMonth:
        return ReadInto(node, 1, &scanned_.week_of_month);
      case DatetimeField::kQuarter:
        // Read over: with a year alone it would not say which month.
        return ReadNumber(node, 1).status();
      case DatetimeField::kCentury:
        return ReadInto(node, 2, &scanned_.century);
      case DatetimeField::kJulian:
        return ReadInto(node, kAnyLength, &scanned_.julian);
      case DatetimeField::kYear:
        return Year(node, &scanned_.year);
      case DatetimeField::kIsoYear:
        return Year(node, &scanned_.year);
      default:
        return YearWithComma(node);
    }
  }

  std::string_view rest_;
  const std::vector<DatetimeNode> nodes_;
  size_t index_ = 0;
  // FX was seen.
  bool fixed_ = false;
  // Blanks and separators of the text beyond those of the pattern.
  int extra_skip_ = 0;
  // The last byte passed over.
  char last_ = '\0';
  Scanned scanned_;
};

int32_t IsoWeekMonday(int32_t year, int32_t week) {
  const int32_t january_4 = types::JulianDay(year, 1, 4);
  return january_4 - january_4 % 7 + (week - 1) * 7;
}

// The year, of the calendar or of ISO weeks, as it counts: 0 is 1 BC.
int32_t YearOf(const Scanned& s) {
  if (s.year.has_value()) {
    int32_t year = *s.year;
    if (s.century.has_value() && s.year_digits <= 2) {
      int32_t century = *s.century;
      if (s.is_bc) century = -century;
      // Within the century, whose last year ends in 00.
      year %= 100;
      if (year != 0) {
        year += century < 0 ? (century + 1) * 100 + (-2 * year + 1) : (century - 1) * 100;
      } else {
        year = century * 100 + (century < 0 ? 1 : 0);
      }
      return year;
    }
    return s.is_bc ? 1 - year : year;
  }
  if (s.century.has_value()) {
    int32_t century = *s.century;
    if (s.is_bc) century = -century;
    return century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1;
  }
  return 0;
}

absl::StatusOr<types::CivilTime> CivilOf(const Scanned& s, std::string_view text) {
  types::CivilTime civil;
  civil.year = YearOf(s);
  civil.month = s.month.value_or(1);
  civil.day = s.day.value_or(1);
  if (s.julian.has_value()) {
    if (*s.julian < 0) return OutOfRange(text);
    types::CivilFromJulianDay(*s.julian, &civil);
  } else if (s.iso_week.has_value()) {
    const int32_t weekday = s.weekday.has_value() ? (*s.weekday + 5) % 7 : 0;
    types::CivilFromJulianDay(IsoWeekMonday(civil.year, *s.iso_week) + weekday, &civil);
  } else if (s.iso_day_of_year.has_value()) {
    types::CivilFromJulianDay(IsoWeekMonday(civil.year, 1) + *s.iso_day_of_year - 1, &civil);
  } else {
    std::optional<int32_t> day_of_year = s.day_of_year;
    if (s.week.has_value()) day_of_year = (*s.week - 1) * 7 + 1;
    if (day_of_year.has_value() && (!s.month.has_value() || !s.day.has_value())) {
      if (!s.year.has_value() && !s.century.has_value()) {
        return SqlError(sqlstate::kInvalidDatetimeFormat,
                        "cannot calculate day of year without year information");
      }
      if (*day_of_year < 1 || *day_of_year > 366) return OutOfRange(text);
      types::CivilFromJulianDay(types::JulianDay(civil.year, 1, 1) + *day_of_year - 1, &civil);
    } else if (s.week_of_month.has_value()) {
      civil.day = (*s.week_of_month - 1) * 7 + 1;
    }
  }
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 ||
      civil.day > types::DaysInMonth(civil.year, civil.month)) {
    return OutOfRange(text);
  }
  return civil;
}

absl::Status ReadClock(const Scanned& s, std::string_view text, types::CivilTime* civil) {
  civil->hour = s.hour.value_or(0);
  civil->minute = s.minute.value_or(0);
  civil->second = s.second.value_or(0);
  civil->microsecond = s.microsecond;
  if (s.seconds_of_day.has_value()) {
    if (*s.seconds_of_day < 0 || *s.seconds_of_day >= 86400) return OutOfRange(text);
    civil->hour = *s.seconds_of_day / 3600;
    civil->minute = *s.seconds_of_day % 3600 / 60;
    civil->second = *s.seconds_of_day % 60;
  }
  if (s.clock_12) {
    if (civil->hour < 1 || civil->hour > 12) {
      return WithHint(SqlError(sqlstate::kInvalidDatetimeFormat,
                               "hour \"{}\" is invalid for the 12-hour clock", civil->hour),
                      "Use the 24-hour clock, or give an hour between 1 and 12.");
    }
    if (s.pm.value_or(false) && civil->hour < 12) civil->hour += 12;
    if (!s.pm.value_or(true) && civil->hour == 12) civil->hour = 0;
  }
  if (civil->hour < 0 || civil->hour >= 24 || civil->minute < 0 || civil->minute >= 60 ||
      civil->second < 0 || civil->second >= 60) {
    return OutOfRange(text);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int32_t> ParseDateByFormat(std::string_view text, std::string_view pattern) {
  HELIOS_ASSIGN_OR_RETURN(const Scanned scanned, Scanner(text, pattern).Run());
  HELIOS_ASSIGN_OR_RETURN(types::CivilTime civil, CivilOf(scanned, text));
  HELIOS_RETURN_IF_ERROR(ReadClock(scanned, text, &civil));
  const int32_t date =
      types::JulianDay(civil.year, civil.month, civil.day) - types::kPostgresEpochJulianDay;
  if (!types::DateIsInRange(date)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "date out of range: \"{}\"", text);
  }
  return date;
}

absl::StatusOr<int64_t> ParseTimestampByFormat(std::string_view text, std::string_view pattern,
                                               const FormatContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const Scanned scanned, Scanner(text, pattern).Run());
  HELIOS_ASSIGN_OR_RETURN(types::CivilTime civil, CivilOf(scanned, text));
  HELIOS_RETURN_IF_ERROR(ReadClock(scanned, text, &civil));
  const std::optional<int64_t> local = types::TimestampOfCivil(civil);
  if (!local.has_value()) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range");
  }
  if (!scanned.has_zone) return types::TimestamptzFromTimestamp(*local, context);
  const int32_t hours = scanned.zone_hours.value_or(0);
  if (hours < 0 || hours > 15 || scanned.zone_minutes < 0 || scanned.zone_minutes >= 60) {
    return OutOfRange(text);
  }
  const int32_t offset = scanned.zone_sign * (hours * 3600 + scanned.zone_minutes * 60);
  return types::TimestampAtZone(*local, types::TimeZone::Fixed(offset));
}

}  // namespace heliosdb::sql::functions
