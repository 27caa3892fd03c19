#include "core/types/datetime_reader.h"

#include <cmath>
#include <cstdlib>

#include "core/types/zone_abbreviations.h"

namespace heliosdb::types {
namespace {

constexpr int32_t kOffsetHoursMax = 15;
constexpr int32_t kYearMax = 100'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

int32_t NumberOf(std::string_view digits) {
  int32_t value = 0;
  TakeNumber(&digits, &value);
  return value;
}

}  // namespace

void DatetimeReader::SetDate(int32_t julian_day) { CivilFromJulianDay(julian_day, &civil_); }

void DatetimeReader::SetNow() {
  const int64_t offset =
      context_.time_zone == nullptr ? 0 : context_.time_zone->OffsetAt(context_.now_microseconds);
  civil_ = CivilOfTimestamp(context_.now_microseconds + offset * kMicrosecondsPerSecond);
  offset_ = static_cast<int32_t>(offset);
}

DatetimeError DatetimeReader::Read(const DatetimeTokens& tokens) {
  civil_.year = 0;
  civil_.month = civil_.day = 0;
  for (size_t i = 0; i < tokens.size; ++i) {
    new_fields_ = 0;
    const DatetimeError error = ReadToken(tokens, i);
    if (error != DatetimeError::kNone) return error;
    if ((new_fields_ & fields_) != 0) return DatetimeError::kBadFormat;
    fields_ |= new_fields_;
  }
  return Finish();
}

DatetimeError DatetimeReader::ReadToken(const DatetimeTokens& tokens, size_t i) {
  const DatetimeToken& token = tokens.tokens[i];
  switch (token.kind) {
    case DatetimeTokenKind::kDate:
      return ReadDateToken(tokens, i);
    case DatetimeTokenKind::kTime: {
      if (label_ != Label::kNone) {
        if (label_ != Label::kIsoTime) return DatetimeError::kBadFormat;
        label_ = Label::kNone;
      }
      return ReadTime(token.text);
    }
    case DatetimeTokenKind::kZone:
      return ReadOffset(token.text);
    case DatetimeTokenKind::kNumber:
      return ReadNumberToken(token.text);
    case DatetimeTokenKind::kString:
    case DatetimeTokenKind::kSpecial:
      return ReadWordToken(tokens, i);
  }
  return DatetimeError::kBadFormat;
}

DatetimeError DatetimeReader::ReadDateToken(const DatetimeTokens& tokens, size_t i) {
  const std::string& text = tokens.tokens[i].text;
  if (label_ == Label::kJulian) {
    // A Julian day with its zone attached: "J2451187-8".
    std::string_view rest = text;
    int32_t julian_day = 0;
    if (!TakeNumber(&rest, &julian_day)) return DatetimeError::kFieldOverflow;
    label_ = Label::kNone;
    is_julian_ = true;
    SetDate(julian_day);
    const DatetimeError error = ReadOffset(rest);
    new_fields_ |= kDate | kTime | kZone;
    return error;
  }
  const bool takes_date = wants_ == Wants::kDateTime ||
                          (i == 0 && tokens.size >= 2 &&
                           (tokens.tokens[tokens.size - 1].kind == DatetimeTokenKind::kDate ||
                            tokens.tokens[1].kind == DatetimeTokenKind::kTime));
  if (label_ == Label::kNone && !Has(kMonth | kDay) && takes_date) return ReadDate(text);
  if (!IsDigit(text.front()) && label_ == Label::kNone) {
    new_fields_ |= kZone;
    return ReadZoneName(text);
  }
  return ReadTrailingZone(text);
}

// A time run together with its zone: "040506-08".
DatetimeError DatetimeReader::ReadTrailingZone(const std::string& text) {
  if (label_ != Label::kNone && label_ != Label::kIsoTime) return DatetimeError::kBadFormat;
  label_ = Label::kNone;
  if (Has(kTime)) return DatetimeError::kBadFormat;
  const size_t dash = text.find('-');
  if (dash == std::string::npos) return DatetimeError::kBadFormat;
  DatetimeError error = ReadOffset(std::string_view(text).substr(dash));
  if (error != DatetimeError::kNone) return error;
  const uint32_t known = wants_ == Wants::kTimeOnly ? fields_ | kDate : fields_;
  error = ReadRunTogether(std::string_view(text).substr(0, dash), known);
  new_fields_ |= kZone;
  return error;
}

DatetimeError DatetimeReader::ReadNumberToken(const std::string& text) {
  if (label_ != Label::kNone) return ReadLabelledNumber(text);
  const size_t point = text.find('.');
  const bool has_point = point != std::string::npos;
  if (wants_ == Wants::kTimeOnly) {
    if (has_point && point <= 2) return ReadDate(text);
    if (has_point) return ReadRunTogether(text, fields_ | kDate);
    if (text.size() > 4) return ReadRunTogether(text, fields_ | kDate);
    if (text.size() == 4) return ReadRunTogether(text, fields_ | kDate);
    return DatetimeError::kBadFormat;
  }
  if (has_point && (fields_ & kDate) == 0) return ReadDate(text);
  if (has_point && point > 2) return ReadRunTogether(text, fields_);
  if (text.size() >= 6 && ((fields_ & kDate) == 0 || (fields_ & kTime) == 0)) {
    return ReadRunTogether(text, fields_);
  }
  return ReadNumber(text);
}

DatetimeError DatetimeReader::ReadLabelledNumber(std::string_view text) {
  const Label label = label_;
  label_ = Label::kNone;
  std::string_view rest = text;
  int32_t value = 0;
  if (!TakeNumber(&rest, &value)) {
    return IsDigit(text.front()) ? DatetimeError::kFieldOverflow : DatetimeError::kBadFormat;
  }
  if (!rest.empty() && rest.front() != '.') return DatetimeError::kBadFormat;
  if (label == Label::kJulian) {
    SetDate(value);
    is_julian_ = true;
    new_fields_ = kDate;
    if (rest.empty()) return DatetimeError::kNone;
    const double fraction = std::strtod(("0" + std::string(rest)).c_str(), nullptr);
    const int64_t time = static_cast<int64_t>(fraction * kMicrosecondsPerDay);
    const CivilTime clock = CivilOfTimestamp(time);
    civil_.hour = clock.hour;
    civil_.minute = clock.minute;
    civil_.second = clock.second;
    civil_.microsecond = clock.microsecond;
    new_fields_ |= kTime;
    return DatetimeError::kNone;
  }
  if (label != Label::kIsoTime) return DatetimeError::kBadFormat;
  const DatetimeError error = ReadRunTogether(text, fields_ | kDate);
  if (error == DatetimeError::kNone && new_fields_ != kTime) return DatetimeError::kBadFormat;
  return error;
}

DatetimeError DatetimeReader::ReadWordToken(const DatetimeTokens& tokens, size_t i) {
  const std::string& text = tokens.tokens[i].text;
  if (const ZoneAbbreviation* const abbreviation = FindZoneAbbreviation(text);
      abbreviation != nullptr) {
    new_fields_ = abbreviation->is_daylight ? kZone | kDaylight : kZone;
    offset_ = abbreviation->seconds_east;
    return DatetimeError::kNone;
  }
  const DatetimeWord word = FindDatetimeWord(text);
  if (word.kind != DatetimeWordKind::kUnknown) return ReadWord(word, tokens, i);
  new_fields_ = kZone;
  return ReadZoneName(text) == DatetimeError::kNone ? DatetimeError::kNone
                                                    : DatetimeError::kBadFormat;
}

// NOLINTNEXTLINE(readability-function-size): one case a kind of word.
DatetimeError DatetimeReader::ReadWord(DatetimeWord word, const DatetimeTokens& tokens, size_t i) {
  const bool time_only = wants_ == Wants::kTimeOnly;
  switch (word.kind) {
    case DatetimeWordKind::kIgnored:
      return DatetimeError::kNone;
    case DatetimeWordKind::kMonth:
      if (time_only) return DatetimeError::kBadFormat;
      new_fields_ = kMonth;
      // A number taken for the month was the day: "1 Jan 2020".
      if (Has(kMonth) && !text_month_ && !Has(kDay) && civil_.month >= 1 && civil_.month <= 31) {
        civil_.day = civil_.month;
        new_fields_ = kDay;
      }
      text_month_ = true;
      civil_.month = word.value;
      return DatetimeError::kNone;
    case DatetimeWordKind::kWeekday:
      new_fields_ = kWeekday;
      return time_only ? DatetimeError::kBadFormat : DatetimeError::kNone;
    case DatetimeWordKind::kMeridian:
      new_fields_ = kMeridian;
      meridian_ = word.value;
      return DatetimeError::kNone;
    case DatetimeWordKind::kEra:
      new_fields_ = kEra;
      before_christ_ = word.value == 2;
      return DatetimeError::kNone;
    case DatetimeWordKind::kNow:
      new_fields_ = kDate | kTime | kZone;
      SetNow();
      return DatetimeError::kNone;
    case DatetimeWordKind::kToday:
    case DatetimeWordKind::kTomorrow:
    case DatetimeWordKind::kYesterday: {
      if (time_only) return DatetimeError::kBadFormat;
      const CivilTime clock = civil_;
      const std::optional<int32_t> offset = offset_;
      SetNow();
      offset_ = offset;
      const int32_t step = word.kind == DatetimeWordKind::kTomorrow    ? 1
                           : word.kind == DatetimeWordKind::kYesterday ? -1
                                                                       : 0;
      SetDate(JulianDay(civil_.year, civil_.month, civil_.day) + step);
      civil_.hour = clock.hour;
      civil_.minute = clock.minute;
      civil_.second = clock.second;
      civil_.microsecond = clock.microsecond;
      new_fields_ = kDate;
      return DatetimeError::kNone;
    }
    case DatetimeWordKind::kAllBalls:
      new_fields_ = kTime | kZone;
      offset_ = 0;
      return DatetimeError::kNone;
    case DatetimeWordKind::kEpoch:
    case DatetimeWordKind::kInfinity:
    case DatetimeWordKind::kMinusInfinity:
      if (time_only) return DatetimeError::kBadFormat;
      new_fields_ = kReserved;
      meaning_ = word.kind == DatetimeWordKind::kEpoch      ? DatetimeMeaning::kEpoch
                 : word.kind == DatetimeWordKind::kInfinity ? DatetimeMeaning::kInfinity
                                                            : DatetimeMeaning::kMinusInfinity;
      return DatetimeError::kNone;
    case DatetimeWordKind::kJulian:
    case DatetimeWordKind::kUnit:
      if (label_ != Label::kNone) return DatetimeError::kBadFormat;
      label_ = word.kind == DatetimeWordKind::kJulian ? Label::kJulian : Label::kUnit;
      return DatetimeError::kNone;
    case DatetimeWordKind::kIsoTime: {
      // Says that the next token is a time.
      if (!time_only && !Has(kDate)) return DatetimeError::kBadFormat;
      if (i + 1 >= tokens.size) return DatetimeError::kBadFormat;
      const DatetimeTokenKind next = tokens.tokens[i + 1].kind;
      if (next != DatetimeTokenKind::kNumber && next != DatetimeTokenKind::kTime &&
          next != DatetimeTokenKind::kDate) {
        return DatetimeError::kBadFormat;
      }
      label_ = Label::kIsoTime;
      return DatetimeError::kNone;
    }
    case DatetimeWordKind::kDaylight:
      // "DST" after a zone adds an hour.
      if (!offset_.has_value()) return DatetimeError::kBadFormat;
      new_fields_ = kDaylight;
      *offset_ += word.value;
      return DatetimeError::kNone;
    case DatetimeWordKind::kUnknown:
      break;
  }
  return DatetimeError::kBadFormat;
}

DatetimeError DatetimeReader::ReadDate(std::string_view text) {
  struct Part {
    std::string_view text;
    bool is_word;
  };
  constexpr size_t kPartsMax = 25;
  Part parts[kPartsMax];
  size_t count = 0;
  while (!text.empty() && count < kPartsMax) {
    while (!text.empty() && !IsDigit(text.front()) && !IsLetter(text.front())) {
      text.remove_prefix(1);
    }
    if (text.empty()) return DatetimeError::kBadFormat;
    const bool is_word = IsLetter(text.front());
    size_t size = 0;
    while (size < text.size() && (is_word ? IsLetter(text[size]) : IsDigit(text[size]))) ++size;
    parts[count++] = {text.substr(0, size), is_word};
    text.remove_prefix(size);
    if (!text.empty()) {
      // One delimiter belongs to the part before it.
      if (!IsDigit(text.front()) && !IsLetter(text.front())) text.remove_prefix(1);
    }
  }
  const uint32_t before = fields_;
  uint32_t seen = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!parts[i].is_word) continue;
    const DatetimeWord word = FindDatetimeWord(parts[i].text);
    if (word.kind == DatetimeWordKind::kIgnored) continue;
    if (word.kind != DatetimeWordKind::kMonth || Has(kMonth)) return DatetimeError::kBadFormat;
    civil_.month = word.value;
    text_month_ = true;
    fields_ |= kMonth;
    seen |= kMonth;
  }
  for (size_t i = 0; i < count; ++i) {
    if (parts[i].is_word) continue;
    new_fields_ = 0;
    const DatetimeError error = ReadNumber(parts[i].text);
    if (error != DatetimeError::kNone) return error;
    if ((fields_ & new_fields_) != 0) return DatetimeError::kBadFormat;
    fields_ |= new_fields_;
    seen |= new_fields_;
  }
  const bool whole = (fields_ & ~static_cast<uint32_t>(kDayOfYear | kZone)) == kDate;
  fields_ = before;
  new_fields_ = seen;
  return whole ? DatetimeError::kNone : DatetimeError::kBadFormat;
}

DatetimeError DatetimeReader::ReadNumber(std::string_view text) {
  std::string_view rest = text;
  int32_t value = 0;
  if (!TakeNumber(&rest, &value)) {
    return !text.empty() && IsDigit(text.front()) ? DatetimeError::kFieldOverflow
                                                  : DatetimeError::kBadFormat;
  }
  if (!rest.empty()) {
    if (rest.front() != '.') return DatetimeError::kBadFormat;
    if (text.size() - rest.size() > 2) return ReadRunTogether(text, fields_ | kDate);
    if (!ParseSecondFraction(rest, &civil_.microsecond)) return DatetimeError::kBadFormat;
  }
  return ChooseDateField(value, text.size(), text);
}

// Which field of a date a bare number is, by what is known already (DateStyle MDY).
DatetimeError DatetimeReader::ChooseDateField(int32_t value, size_t digits, std::string_view text) {
  const uint32_t known = fields_ & kDate;
  if (digits == 3 && known == kYear && value >= 1 && value <= 366) {
    new_fields_ = kDayOfYear | kMonth | kDay;
    day_of_year_ = value;
    return DatetimeError::kNone;
  }
  const auto set_year = [&] {
    new_fields_ = kYear;
    civil_.year = value;
    two_digit_year_ = digits <= 2;
  };
  const auto set_month = [&] {
    new_fields_ = kMonth;
    civil_.month = value;
  };
  const auto set_day = [&] {
    new_fields_ = kDay;
    civil_.day = value;
  };
  switch (known) {
    case 0:
      digits >= 3 ? set_year() : set_month();
      return DatetimeError::kNone;
    case kYear:
      set_month();
      return DatetimeError::kNone;
    case kMonth:
      text_month_&& digits >= 3 ? set_year() : set_day();
      return DatetimeError::kNone;
    case kYear | kMonth:
      if (text_month_ && digits >= 3 && two_digit_year_) {
        // The number before was the day after all: "12-Jan-2020".
        new_fields_ = kDay;
        civil_.day = civil_.year;
        civil_.year = value;
        two_digit_year_ = false;
      } else {
        set_day();
      }
      return DatetimeError::kNone;
    case kDay:
      set_month();
      return DatetimeError::kNone;
    case kMonth | kDay:
      set_year();
      return DatetimeError::kNone;
    case kDate:
      return ReadRunTogether(text, fields_);
    default:
      return DatetimeError::kBadFormat;
  }
}

// "20200115", "200115", "040506.789", "0405".
DatetimeError DatetimeReader::ReadRunTogether(std::string_view text, uint32_t fields) {
  const size_t point = text.find('.');
  std::string_view digits = text.substr(0, point);
  for (const char c : digits) {
    if (!IsDigit(c)) return DatetimeError::kBadFormat;
  }
  if (point != std::string_view::npos) {
    if (!ParseSecondFraction(text.substr(point), &civil_.microsecond)) {
      return DatetimeError::kBadFormat;
    }
  } else if ((fields & kDate) != kDate && digits.size() >= 6) {
    new_fields_ |= kDate;
    civil_.day = NumberOf(digits.substr(digits.size() - 2));
    civil_.month = NumberOf(digits.substr(digits.size() - 4, 2));
    civil_.year = NumberOf(digits.substr(0, digits.size() - 4));
    // Far outside every range, which is for the caller to say.
    if (digits.size() > 13 || civil_.year > kYearMax) civil_.year = kYearMax;
    two_digit_year_ = digits.size() == 6;
    return DatetimeError::kNone;
  }
  if ((fields & kTime) != 0 || (digits.size() != 6 && digits.size() != 4)) {
    return DatetimeError::kBadFormat;
  }
  new_fields_ |= kTime;
  civil_.hour = NumberOf(digits.substr(0, 2));
  civil_.minute = NumberOf(digits.substr(2, 2));
  civil_.second = digits.size() == 6 ? NumberOf(digits.substr(4, 2)) : 0;
  return DatetimeError::kNone;
}

DatetimeError DatetimeReader::ReadTime(std::string_view text) {
  new_fields_ = kTime;
  civil_.second = civil_.microsecond = 0;
  const auto overflow_or = [](std::string_view rest) {
    return !rest.empty() && IsDigit(rest.front()) ? DatetimeError::kFieldOverflow
                                                  : DatetimeError::kBadFormat;
  };
  if (!TakeNumber(&text, &civil_.hour)) return overflow_or(text);
  if (text.empty() || text.front() != ':') return DatetimeError::kBadFormat;
  text.remove_prefix(1);
  if (!TakeNumber(&text, &civil_.minute)) return overflow_or(text);
  if (!text.empty() && text.front() == '.') {
    // mm:ss.fff
    civil_.second = civil_.minute;
    civil_.minute = civil_.hour;
    civil_.hour = 0;
  } else if (!text.empty()) {
    if (text.front() != ':') return DatetimeError::kBadFormat;
    text.remove_prefix(1);
    if (!TakeNumber(&text, &civil_.second)) return overflow_or(text);
  }
  if (!text.empty() && !ParseSecondFraction(text, &civil_.microsecond)) {
    return DatetimeError::kBadFormat;
  }
  if (civil_.minute > 59 || civil_.second > 60) return DatetimeError::kFieldOverflow;
  return DatetimeError::kNone;
}

// "+02", "-03:30", "+0530", "+01:02:03".
DatetimeError DatetimeReader::ReadOffset(std::string_view text) {
  new_fields_ |= kZone;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) {
    return DatetimeError::kBadFormat;
  }
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  const size_t size = text.size();
  int32_t hours = 0;
  int32_t minutes = 0;
  int32_t seconds = 0;
  const auto take = [&text](int32_t* value) {
    // No digits count as zero; what stands there instead is found at the end.
    return TakeNumber(&text, value) || text.empty() || !IsDigit(text.front());
  };
  if (!take(&hours)) return DatetimeError::kZoneOverflow;
  if (!text.empty() && text.front() == ':') {
    text.remove_prefix(1);
    if (!take(&minutes)) return DatetimeError::kZoneOverflow;
    if (!text.empty() && text.front() == ':') {
      text.remove_prefix(1);
      if (!take(&seconds)) return DatetimeError::kZoneOverflow;
    }
  } else if (text.empty() && size > 2) {
    minutes = hours % 100;
    hours /= 100;
  }
  if (hours > kOffsetHoursMax || minutes > 59 || seconds > 59) {
    return DatetimeError::kZoneOverflow;
  }
  const int32_t total = hours * 3600 + minutes * 60 + seconds;
  offset_ = negative ? -total : total;
  return text.empty() ? DatetimeError::kNone : DatetimeError::kBadFormat;
}

DatetimeError DatetimeReader::ReadZoneName(const std::string& name) {
  absl::StatusOr<TimeZone> zone = TimeZone::Load(name);
  if (!zone.ok()) {
    unknown_zone_ = name;
    return DatetimeError::kZoneUnknown;
  }
  named_zone_ = *std::move(zone);
  return DatetimeError::kNone;
}

DatetimeError DatetimeReader::CheckDate() {
  if (Has(kYear) && !is_julian_) {
    if (before_christ_) {
      if (civil_.year <= 0) return DatetimeError::kFieldOverflow;
      civil_.year = -(civil_.year - 1);
    } else if (two_digit_year_) {
      civil_.year += civil_.year < 70 ? 2000 : civil_.year < 100 ? 1900 : 0;
    } else if (civil_.year <= 0) {
      return DatetimeError::kFieldOverflow;
    }
  }
  if (Has(kDayOfYear)) SetDate(JulianDay(civil_.year, 1, 1) + day_of_year_ - 1);
  if (Has(kMonth) && (civil_.month < 1 || civil_.month > 12)) {
    return DatetimeError::kMonthDayOverflow;
  }
  if (Has(kDay) && (civil_.day < 1 || civil_.day > 31)) return DatetimeError::kMonthDayOverflow;
  if (Has(kDate) && civil_.day > DaysInMonth(civil_.year, civil_.month)) {
    return DatetimeError::kFieldOverflow;
  }
  return DatetimeError::kNone;
}

DatetimeError DatetimeReader::Finish() {
  const DatetimeError error = CheckDate();
  if (error != DatetimeError::kNone) return error;
  if (meridian_ != 0 && civil_.hour > 12) return DatetimeError::kFieldOverflow;
  if (meridian_ == 1 && civil_.hour == 12) civil_.hour = 0;
  if (meridian_ == 2 && civil_.hour != 12) civil_.hour += 12;
  const bool beyond_midnight =
      civil_.hour > 24 ||
      (civil_.hour == 24 && (civil_.minute > 0 || civil_.second > 0 || civil_.microsecond > 0));
  if (beyond_midnight || civil_.minute > 59 || civil_.second > 60) {
    return DatetimeError::kFieldOverflow;
  }
  if (meaning_ != DatetimeMeaning::kMoment) return DatetimeError::kNone;
  if (label_ != Label::kNone) return DatetimeError::kBadFormat;
  if (!Has(wants_ == Wants::kTimeOnly ? kTime : kDate)) return DatetimeError::kBadFormat;
  if (named_zone_.has_value() && wants_ == Wants::kDateTime) {
    const std::optional<int64_t> local = TimestampOfCivil(civil_);
    if (!local.has_value()) return DatetimeError::kFieldOverflow;
    offset_ = named_zone_->OffsetOfLocal(*local);
  }
  return DatetimeError::kNone;
}

}  // namespace heliosdb::types
