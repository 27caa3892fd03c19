// Interval input, after PostgreSQL's DecodeInterval and DecodeISO8601Interval.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/datetime_text.h"
#include "core/types/datetime_tokens.h"
#include "core/types/datetime_units.h"
#include "core/types/interval_fields.h"

namespace heliosdb::types {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Microseconds of one unit up to hours, months of one from years on; 0 for the others.
int64_t MicrosecondsOf(DatetimeUnit unit) {
  switch (unit) {
    case DatetimeUnit::kMicrosecond:
      return 1;
    case DatetimeUnit::kMillisecond:
      return 1000;
    case DatetimeUnit::kSecond:
      return kMicrosecondsPerSecond;
    case DatetimeUnit::kMinute:
      return kMicrosecondsPerMinute;
    case DatetimeUnit::kHour:
      return kMicrosecondsPerHour;
    default:
      return 0;
  }
}
int32_t YearsOf(DatetimeUnit unit) {
  switch (unit) {
    case DatetimeUnit::kYear:
      return 1;
    case DatetimeUnit::kDecade:
      return 10;
    case DatetimeUnit::kCentury:
      return 100;
    case DatetimeUnit::kMillennium:
      return 1000;
    default:
      return 0;
  }
}

// A number of units with its fraction, which has the number's sign.
struct Quantity {
  int64_t whole = 0;
  double fraction = 0;
};

// Adds quantities up; every method is false on overflow.
class IntervalBuilder {
 public:
  bool Add(DatetimeUnit unit, Quantity quantity) {
    if (const int64_t microseconds = MicrosecondsOf(unit); microseconds != 0) {
      return AddMicroseconds(quantity.whole, microseconds) &&
             AddFractionOfMicroseconds(quantity.fraction, microseconds);
    }
    if (const int32_t years = YearsOf(unit); years != 0) {
      return AddTo(&years_, quantity.whole, years) &&
             AddTo(&months_, static_cast<int64_t>(std::rint(quantity.fraction * years * 12)), 1);
    }
    switch (unit) {
      case DatetimeUnit::kDay:
        return AddTo(&days_, quantity.whole, 1) &&
               AddFractionOfMicroseconds(quantity.fraction, kMicrosecondsPerDay);
      case DatetimeUnit::kWeek:
        return AddTo(&days_, quantity.whole, 7) && AddFractionOfDays(quantity.fraction, 7);
      case DatetimeUnit::kMonth:
        return AddTo(&months_, quantity.whole, 1) && AddFractionOfDays(quantity.fraction, 30);
      default:
        return false;
    }
  }
  bool AddMicroseconds(int64_t count, int64_t unit) {
    int64_t product = 0;
    return !__builtin_mul_overflow(count, unit, &product) &&
           !__builtin_add_overflow(microseconds_, product, &microseconds_);
  }
  bool Negate() {
    return !__builtin_sub_overflow(int64_t{0}, microseconds_, &microseconds_) &&
           !__builtin_sub_overflow(0, days_, &days_) &&
           !__builtin_sub_overflow(0, months_, &months_) &&
           !__builtin_sub_overflow(0, years_, &years_);
  }
  // 22008 when years and months together are too many.
  absl::StatusOr<Interval> Build() const {
    const int64_t months = int64_t{years_} * 12 + months_;
    if (months > INT32_MAX || months < INT32_MIN) {
      return SqlError(sqlstate::kDatetimeValueOutOfRange, "interval out of range");
    }
    return Interval{microseconds_, days_, static_cast<int32_t>(months)};
  }

 private:
  static bool AddTo(int32_t* field, int64_t count, int64_t unit) {
    int64_t product = 0;
    return !__builtin_mul_overflow(count, unit, &product) &&
           !__builtin_add_overflow(*field, product, field);
  }
  bool AddFractionOfMicroseconds(double fraction, int64_t unit) {
    if (fraction == 0) return true;
    fraction *= static_cast<double>(unit);
    int64_t whole = static_cast<int64_t>(fraction);
    fraction -= static_cast<double>(whole);
    if (fraction > 0.5) ++whole;
    if (fraction < -0.5) --whole;
    return AddMicroseconds(whole, 1);
  }
  bool AddFractionOfDays(double fraction, int32_t days) {
    if (fraction == 0) return true;
    fraction *= days;
    const int32_t whole = static_cast<int32_t>(fraction);
    return AddTo(&days_, whole, 1) &&
           AddFractionOfMicroseconds(fraction - whole, kMicrosecondsPerDay);
  }

  int64_t microseconds_ = 0;
  int32_t days_ = 0;
  int32_t months_ = 0;
  int32_t years_ = 0;
};

// [sign] digits off the front; false on overflow or when there are none.
bool TakeSigned(std::string_view* text, int64_t* value, bool* negative) {
  *negative = false;
  if (!text->empty() && (text->front() == '-' || text->front() == '+')) {
    *negative = text->front() == '-';
    text->remove_prefix(1);
  }
  uint64_t number = 0;
  size_t count = 0;
  for (; count < text->size() && IsDigit((*text)[count]); ++count) {
    if (__builtin_mul_overflow(number, uint64_t{10}, &number) ||
        __builtin_add_overflow(number, static_cast<uint64_t>((*text)[count] - '0'), &number) ||
        number > uint64_t{INT64_MAX}) {
      return false;
    }
  }
  text->remove_prefix(count);
  *value = *negative ? -static_cast<int64_t>(number) : static_cast<int64_t>(number);
  return true;
}

// The unit of a number without one, by the modifier's last field.
DatetimeUnit DefaultUnit(int32_t fields) {
  if (fields == kIntervalFullRange || (fields & kIntervalSecond) != 0) return DatetimeUnit::kSecond;
  if ((fields & kIntervalMinute) != 0) return DatetimeUnit::kMinute;
  if ((fields & kIntervalHour) != 0) return DatetimeUnit::kHour;
  if ((fields & kIntervalDay) != 0) return DatetimeUnit::kDay;
  if ((fields & kIntervalMonth) != 0) return DatetimeUnit::kMonth;
  return DatetimeUnit::kYear;
}

// hh:mm[:ss[.fff]], and mm:ss where the modifier says so.
DatetimeError ReadClock(std::string_view text, int32_t fields, int64_t* microseconds) {
  int64_t hours = 0;
  bool negative = false;
  int32_t minutes = 0;
  int32_t seconds = 0;
  int32_t fraction = 0;
  if (!TakeSigned(&text, &hours, &negative)) return DatetimeError::kFieldOverflow;
  if (text.empty() || text.front() != ':') return DatetimeError::kBadFormat;
  text.remove_prefix(1);
  if (!TakeNumber(&text, &minutes)) {
    return text.empty() ? DatetimeError::kBadFormat : DatetimeError::kFieldOverflow;
  }
  const bool minutes_first = (text.empty() && fields == (kIntervalMinute | kIntervalSecond)) ||
                             (!text.empty() && text.front() == '.');
  if (minutes_first) {
    if (hours > INT32_MAX) return DatetimeError::kFieldOverflow;
    seconds = minutes;
    minutes = static_cast<int32_t>(hours);
    hours = 0;
  } else if (!text.empty()) {
    if (text.front() != ':') return DatetimeError::kBadFormat;
    text.remove_prefix(1);
    if (!TakeNumber(&text, &seconds)) return DatetimeError::kFieldOverflow;
  }
  if (!text.empty() && !ParseSecondFraction(text, &fraction)) return DatetimeError::kBadFormat;
  if (minutes > 59 || seconds > 60) return DatetimeError::kFieldOverflow;
  const int64_t rest =
      minutes * kMicrosecondsPerMinute + seconds * kMicrosecondsPerSecond + fraction;
  if (__builtin_mul_overflow(hours, kMicrosecondsPerHour, microseconds) ||
      __builtin_add_overflow(*microseconds, rest, microseconds)) {
    return DatetimeError::kFieldOverflow;
  }
  return DatetimeError::kNone;
}

// Walks the tokens from the right, so that a unit is known before its number.
class IntervalReader {
 public:
  explicit IntervalReader(int32_t fields) : fields_(fields) {}

  DatetimeError Read(const DatetimeTokens& tokens) {
    for (size_t i = tokens.size; i-- > 0;) {
      new_fields_ = 0;
      const DatetimeError error = ReadToken(tokens.tokens[i]);
      if (error != DatetimeError::kNone) return error;
      if ((seen_ & new_fields_) != 0) return DatetimeError::kBadFormat;
      seen_ |= new_fields_;
    }
    if (seen_ == 0) return DatetimeError::kBadFormat;
    if (ago_ && !builder_.Negate()) return DatetimeError::kFieldOverflow;
    return DatetimeError::kNone;
  }
  absl::StatusOr<Interval> Build() const { return builder_.Build(); }

 private:
  static constexpr uint32_t kClock = (1u << static_cast<int>(DatetimeUnit::kHour)) |
                                     (1u << static_cast<int>(DatetimeUnit::kMinute)) |
                                     (1u << static_cast<int>(DatetimeUnit::kSecond)) |
                                     (1u << static_cast<int>(DatetimeUnit::kMillisecond)) |
                                     (1u << static_cast<int>(DatetimeUnit::kMicrosecond));
  static constexpr uint32_t kAllSeconds = (1u << static_cast<int>(DatetimeUnit::kSecond)) |
                                          (1u << static_cast<int>(DatetimeUnit::kMillisecond)) |
                                          (1u << static_cast<int>(DatetimeUnit::kMicrosecond));

  DatetimeError ReadToken(const DatetimeToken& token) {
    switch (token.kind) {
      case DatetimeTokenKind::kTime:
        return AddClock(token.text, false);
      case DatetimeTokenKind::kZone:
        // A signed clock, or a signed number.
        if (token.text.find(':') != std::string::npos) {
          const DatetimeError error =
              AddClock(std::string_view(token.text).substr(1), token.text[0] == '-');
          if (error == DatetimeError::kNone) return error;
        }
        return AddNumber(token.text);
      case DatetimeTokenKind::kDate:
      case DatetimeTokenKind::kNumber:
        return AddNumber(token.text);
      case DatetimeTokenKind::kString:
      case DatetimeTokenKind::kSpecial:
        return SetUnit(token.text);
    }
    return DatetimeError::kBadFormat;
  }

  DatetimeError AddClock(std::string_view text, bool negative) {
    int64_t microseconds = 0;
    const DatetimeError error = ReadClock(text, fields_, &microseconds);
    if (error != DatetimeError::kNone) return error;
    if (!builder_.AddMicroseconds(negative ? -microseconds : microseconds, 1)) {
      return DatetimeError::kFieldOverflow;
    }
    new_fields_ = kClock;
    unit_ = DatetimeUnit::kDay;
    return DatetimeError::kNone;
  }

  DatetimeError AddNumber(std::string_view text) {
    if (!unit_.has_value()) unit_ = DefaultUnit(fields_);
    Quantity quantity;
    bool negative = false;
    const bool has_digits =
        !text.empty() && (IsDigit(text.front()) || text.front() == '.' || text.size() > 1);
    if (!has_digits) return DatetimeError::kBadFormat;
    if (!TakeSigned(&text, &quantity.whole, &negative)) return DatetimeError::kFieldOverflow;
    DatetimeUnit unit = *unit_;
    if (!text.empty() && text.front() == '-') {
      // SQL's years-months.
      text.remove_prefix(1);
      int32_t months = 0;
      if (!TakeNumber(&text, &months) || months >= 12) return DatetimeError::kFieldOverflow;
      if (!text.empty()) return DatetimeError::kBadFormat;
      unit = DatetimeUnit::kMonth;
      if (__builtin_mul_overflow(quantity.whole, int64_t{12}, &quantity.whole) ||
          __builtin_add_overflow(quantity.whole, negative ? -months : months, &quantity.whole)) {
        return DatetimeError::kFieldOverflow;
      }
    } else if (!text.empty()) {
      for (size_t i = 0; i < text.size(); ++i) {
        if (i == 0 ? text[i] != '.' : !IsDigit(text[i])) return DatetimeError::kBadFormat;
      }
      quantity.fraction =
          text.size() == 1 ? 0 : std::strtod(("0" + std::string(text)).c_str(), nullptr);
      if (negative) quantity.fraction = -quantity.fraction;
    }
    if (!builder_.Add(unit, quantity)) return DatetimeError::kFieldOverflow;
    new_fields_ = 1u << static_cast<int>(unit);
    if (unit == DatetimeUnit::kSecond && quantity.fraction != 0) new_fields_ = kAllSeconds;
    if (unit == DatetimeUnit::kHour) unit_ = DatetimeUnit::kDay;
    if (unit == DatetimeUnit::kMonth) unit_ = unit;
    return DatetimeError::kNone;
  }

  DatetimeError SetUnit(const std::string& text) {
    if (text == "ago") {
      ago_ = true;
      unit_ = std::nullopt;
      return DatetimeError::kNone;
    }
    if (text == "at" || text == "on") return DatetimeError::kNone;
    const std::optional<DatetimeUnit> unit = FindDatetimeUnit(text);
    // A quarter is no unit that input adds up, and the fields of extract() are none.
    if (!unit.has_value() || !IsTruncationUnit(*unit) || *unit == DatetimeUnit::kQuarter) {
      return DatetimeError::kBadFormat;
    }
    unit_ = unit;
    return DatetimeError::kNone;
  }

  const int32_t fields_;
  IntervalBuilder builder_;
  std::optional<DatetimeUnit> unit_;
  uint32_t seen_ = 0;
  uint32_t new_fields_ = 0;
  bool ago_ = false;
};

// ISO 8601: "P1Y2M3DT4H5M6.5S", "P0001-02-03T04:05:06", "P00010203T040506".
class IsoIntervalReader {
 public:
  DatetimeError Read(std::string_view text) {
    if (text.size() < 2 || text.front() != 'P') return DatetimeError::kBadFormat;
    rest_ = text.substr(1);
    bool date_part = true;
    bool have_field = false;
    while (!rest_.empty()) {
      if (rest_.front() == 'T') {
        date_part = false;
        have_field = false;
        rest_.remove_prefix(1);
        continue;
      }
      const size_t digits = IntegerDigits();
      Quantity quantity;
      if (const auto error = Number(&quantity); error != DatetimeError::kNone) return error;
      const char designator = rest_.empty() ? '\0' : rest_.front();
      const std::optional<DatetimeUnit> unit = UnitOf(designator, date_part);
      if (unit.has_value()) {
        rest_.remove_prefix(1);
        if (!builder_.Add(*unit, quantity)) return DatetimeError::kFieldOverflow;
        have_field = true;
        continue;
      }
      if (have_field) return DatetimeError::kBadFormat;
      const DatetimeError error =
          date_part ? AlternativeDate(quantity, digits) : AlternativeTime(quantity, digits);
      if (error != DatetimeError::kNone) return error;
      have_field = true;
    }
    return DatetimeError::kNone;
  }
  absl::StatusOr<Interval> Build() const { return builder_.Build(); }

 private:
  static std::optional<DatetimeUnit> UnitOf(char designator, bool date_part) {
    switch (designator) {
      case 'Y':
        return date_part ? std::optional(DatetimeUnit::kYear) : std::nullopt;
      case 'W':
        return date_part ? std::optional(DatetimeUnit::kWeek) : std::nullopt;
      case 'D':
        return date_part ? std::optional(DatetimeUnit::kDay) : std::nullopt;
      case 'M':
        return date_part ? DatetimeUnit::kMonth : DatetimeUnit::kMinute;
      case 'H':
        return date_part ? std::nullopt : std::optional(DatetimeUnit::kHour);
      case 'S':
        return date_part ? std::nullopt : std::optional(DatetimeUnit::kSecond);
      default:
        return std::nullopt;
    }
  }
  size_t IntegerDigits() const {
    size_t at = !rest_.empty() && rest_.front() == '-' ? 1 : 0;
    const size_t start = at;
    while (at < rest_.size() && IsDigit(rest_[at])) ++at;
    return at - start;
  }
  DatetimeError Number(Quantity* quantity) {
    bool negative = false;
    const bool is_number =
        !rest_.empty() && (IsDigit(rest_.front()) || rest_.front() == '-' || rest_.front() == '.');
    if (!is_number) return DatetimeError::kBadFormat;
    if (!TakeSigned(&rest_, &quantity->whole, &negative)) return DatetimeError::kFieldOverflow;
    if (rest_.empty() || rest_.front() != '.') return DatetimeError::kNone;
    size_t size = 1;
    while (size < rest_.size() && IsDigit(rest_[size])) ++size;
    if (size > 1) {
      quantity->fraction = std::strtod(("0" + std::string(rest_.substr(0, size))).c_str(), nullptr);
    }
    if (negative) quantity->fraction = -quantity->fraction;
    rest_.remove_prefix(size);
    return DatetimeError::kNone;
  }
  bool AtPartEnd() const { return rest_.empty() || rest_.front() == 'T'; }
  bool TakeDelimiter(char delimiter) {
    if (rest_.empty() || rest_.front() != delimiter) return false;
    rest_.remove_prefix(1);
    return true;
  }

  DatetimeError AddAll(Quantity quantity, size_t digits, size_t basic_digits, char delimiter,
                       const DatetimeUnit (&units)[3]) {
    if (AtPartEnd() && digits == basic_digits) {
      // The basic form runs the three numbers together.
      const int64_t base = 100;
      const bool added = builder_.Add(units[0], {quantity.whole / (base * base), 0}) &&
                         builder_.Add(units[1], {quantity.whole / base % base, 0}) &&
                         builder_.Add(units[2], {quantity.whole % base, quantity.fraction});
      return added ? DatetimeError::kNone : DatetimeError::kFieldOverflow;
    }
    for (size_t i = 0; i < 3; ++i) {
      if (!builder_.Add(units[i], quantity)) return DatetimeError::kFieldOverflow;
      if (AtPartEnd()) return DatetimeError::kNone;
      if (i == 2 || !TakeDelimiter(delimiter)) return DatetimeError::kBadFormat;
      quantity = {};
      if (const auto error = Number(&quantity); error != DatetimeError::kNone) return error;
    }
    return DatetimeError::kNone;
  }
  DatetimeError AlternativeDate(Quantity quantity, size_t digits) {
    return AddAll(quantity, digits, 8, '-',
                  {DatetimeUnit::kYear, DatetimeUnit::kMonth, DatetimeUnit::kDay});
  }
  DatetimeError AlternativeTime(Quantity quantity, size_t digits) {
    return AddAll(quantity, digits, 6, ':',
                  {DatetimeUnit::kHour, DatetimeUnit::kMinute, DatetimeUnit::kSecond});
  }

  std::string_view rest_;
  IntervalBuilder builder_;
};

}  // namespace

absl::StatusOr<Interval> ParseInterval(std::string_view text, int32_t modifier) {
  DatetimeTokens tokens;
  IntervalReader reader(IntervalFieldsOf(modifier));
  IsoIntervalReader iso_reader;
  DatetimeError error = SplitDatetime(text, &tokens);
  if (error == DatetimeError::kNone) error = reader.Read(tokens);
  const bool is_iso = error == DatetimeError::kBadFormat;
  if (is_iso) error = iso_reader.Read(text);
  if (error == DatetimeError::kFieldOverflow) error = DatetimeError::kIntervalOverflow;
  if (error != DatetimeError::kNone) return DatetimeParseError(error, "interval", text);
  HELIOS_ASSIGN_OR_RETURN(const Interval result, is_iso ? iso_reader.Build() : reader.Build());
  return IntervalApplyModifier(result, modifier);
}

}  // namespace heliosdb::types
