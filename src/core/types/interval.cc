// Arithmetic on intervals.
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/hash.h"
#include "core/types/interval_fields.h"

namespace heliosdb::types {
namespace {

constexpr int32_t kDaysPerMonth = 30;
constexpr double kSecondsPerDay = 86400;

absl::Status OutOfRange() {
  return SqlError(sqlstate::kDatetimeValueOutOfRange, "interval out of range");
}

// PostgreSQL's TSROUND: to whole microseconds of a second.
double RoundToMicroseconds(double value) { return std::rint(value * 1e6) / 1e6; }

// A finite double that an integer type can hold after truncation.
template <typename T>
bool Fits(double value) {
  constexpr double kMin = static_cast<double>(std::numeric_limits<T>::min());
  return value >= kMin && value < -kMin;
}

// interval * factor where apply(x) is x * factor or x / divisor.
template <typename Apply>
absl::StatusOr<Interval> Scale(Interval interval, Apply apply) {
  const double months = apply(static_cast<double>(interval.months));
  const double days = apply(static_cast<double>(interval.days));
  if (!Fits<int32_t>(months) || !Fits<int32_t>(days)) return OutOfRange();
  Interval result;
  result.months = static_cast<int32_t>(months);
  result.days = static_cast<int32_t>(days);
  // Fractions of months become days, fractions of days become time; months do not swallow days.
  const double month_days = RoundToMicroseconds((months - result.months) * kDaysPerMonth);
  double seconds = RoundToMicroseconds(
      (days - result.days + month_days - static_cast<int>(month_days)) * kSecondsPerDay);
  if (std::fabs(seconds) >= kSecondsPerDay) {
    const int whole_days = static_cast<int>(seconds / kSecondsPerDay);
    if (__builtin_add_overflow(result.days, whole_days, &result.days)) return OutOfRange();
    seconds -= whole_days * kSecondsPerDay;
  }
  if (__builtin_add_overflow(result.days, static_cast<int32_t>(month_days), &result.days)) {
    return OutOfRange();
  }
  const double time = std::rint(apply(static_cast<double>(interval.microseconds)) + seconds * 1e6);
  if (!Fits<int64_t>(time)) return OutOfRange();
  result.microseconds = static_cast<int64_t>(time);
  return result;
}

void AlignSigns(int64_t base, int32_t* high, int64_t* low) {
  if (*high > 0 && *low < 0) {
    *low += base;
    --*high;
  } else if (*high < 0 && *low > 0) {
    *low -= base;
    ++*high;
  }
}

int64_t TruncateTo(int64_t value, int64_t unit) { return value - value % unit; }

// What a modifier's fields leave of an interval.
Interval KeepFields(Interval interval, int32_t fields) {
  if (fields == kIntervalFullRange) return interval;
  if ((fields & ~(kIntervalYear | kIntervalMonth)) == 0) {
    interval.days = 0;
    interval.microseconds = 0;
    if (fields == kIntervalYear) interval.months -= interval.months % 12;
    return interval;
  }
  if ((fields & kIntervalSecond) != 0) return interval;
  if ((fields & kIntervalMinute) != 0) {
    interval.microseconds = TruncateTo(interval.microseconds, kMicrosecondsPerMinute);
  } else if ((fields & kIntervalHour) != 0) {
    interval.microseconds = TruncateTo(interval.microseconds, kMicrosecondsPerHour);
  } else {
    interval.microseconds = 0;
  }
  return interval;
}

}  // namespace

absl::StatusOr<Interval> IntervalApplyModifier(Interval interval, int32_t modifier) {
  if (modifier < 0) return interval;
  interval = KeepFields(interval, IntervalFieldsOf(modifier));
  const int32_t precision = IntervalPrecisionOf(modifier);
  if (precision < 6) {
    int64_t unit = 1;
    for (int32_t i = precision; i < 6; ++i) unit *= 10;
    const int64_t rest = interval.microseconds % unit;
    interval.microseconds -= rest;
    int64_t step = 0;
    if (rest >= unit / 2) step = unit;
    if (rest <= -(unit / 2)) step = -unit;
    if (__builtin_add_overflow(interval.microseconds, step, &interval.microseconds)) {
      return OutOfRange();
    }
  }
  return interval;
}

absl::StatusOr<Interval> IntervalAdd(Interval a, Interval b) {
  Interval sum;
  if (__builtin_add_overflow(a.microseconds, b.microseconds, &sum.microseconds) ||
      __builtin_add_overflow(a.days, b.days, &sum.days) ||
      __builtin_add_overflow(a.months, b.months, &sum.months)) {
    return OutOfRange();
  }
  return sum;
}

absl::StatusOr<Interval> IntervalSubtract(Interval a, Interval b) {
  Interval difference;
  if (__builtin_sub_overflow(a.microseconds, b.microseconds, &difference.microseconds) ||
      __builtin_sub_overflow(a.days, b.days, &difference.days) ||
      __builtin_sub_overflow(a.months, b.months, &difference.months)) {
    return OutOfRange();
  }
  return difference;
}

absl::StatusOr<Interval> IntervalNegate(Interval interval) {
  return IntervalSubtract({}, interval);
}

absl::StatusOr<Interval> IntervalMultiply(Interval interval, double factor) {
  return Scale(interval, [factor](double value) { return value * factor; });
}

absl::StatusOr<Interval> IntervalDivide(Interval interval, double divisor) {
  if (divisor == 0) return SqlError(sqlstate::kDivisionByZero, "division by zero");
  return Scale(interval, [divisor](double value) { return value / divisor; });
}

absl::StatusOr<Interval> IntervalJustifyHours(Interval interval) {
  const int64_t days = interval.microseconds / kMicrosecondsPerDay;
  interval.microseconds %= kMicrosecondsPerDay;
  if (__builtin_add_overflow(interval.days, days, &interval.days)) return OutOfRange();
  AlignSigns(kMicrosecondsPerDay, &interval.days, &interval.microseconds);
  return interval;
}

absl::StatusOr<Interval> IntervalJustifyDays(Interval interval) {
  const int32_t months = interval.days / kDaysPerMonth;
  int64_t days = interval.days % kDaysPerMonth;
  if (__builtin_add_overflow(interval.months, months, &interval.months)) return OutOfRange();
  AlignSigns(kDaysPerMonth, &interval.months, &days);
  interval.days = static_cast<int32_t>(days);
  return interval;
}

absl::StatusOr<Interval> IntervalJustify(Interval interval) {
  const int64_t all_days = interval.days + interval.microseconds / kMicrosecondsPerDay;
  int64_t time = interval.microseconds % kMicrosecondsPerDay;
  int64_t months = int64_t{interval.months} + all_days / kDaysPerMonth;
  int64_t days = all_days % kDaysPerMonth;
  if (months > 0 && (days < 0 || (days == 0 && time < 0))) {
    days += kDaysPerMonth;
    --months;
  } else if (months < 0 && (days > 0 || (days == 0 && time > 0))) {
    days -= kDaysPerMonth;
    ++months;
  }
  int32_t narrow_days = static_cast<int32_t>(days);
  AlignSigns(kMicrosecondsPerDay, &narrow_days, &time);
  if (months > INT32_MAX || months < INT32_MIN) return OutOfRange();
  return Interval{time, narrow_days, static_cast<int32_t>(months)};
}

int64_t TimeOfInterval(Interval interval) { return TimeOfTimestamp(interval.microseconds); }

Int128 IntervalSpan(Interval interval) {
  const int64_t days = interval.days + int64_t{interval.months} * kDaysPerMonth;
  return Int128{days} * kMicrosecondsPerDay + interval.microseconds;
}

int IntervalCompare(Interval a, Interval b) {
  const Int128 span_a = IntervalSpan(a);
  const Int128 span_b = IntervalSpan(b);
  return span_a < span_b ? -1 : span_a > span_b ? 1 : 0;
}

uint64_t IntervalHash(Interval interval) {
  // Equal intervals have equal spans; their low 64 bits suffice, as PostgreSQL found too.
  return HashInteger(static_cast<uint64_t>(IntervalSpan(interval)));
}

absl::StatusOr<Interval> MakeInterval(const IntervalParts& parts) {
  // Months and days wrap round as PostgreSQL 15's do; only the seconds are checked.
  if (!std::isfinite(parts.seconds)) return OutOfRange();
  Interval result;
  result.months = static_cast<int32_t>(static_cast<uint32_t>(parts.years) * 12u +
                                       static_cast<uint32_t>(parts.months));
  result.days = static_cast<int32_t>(static_cast<uint32_t>(parts.weeks) * 7u +
                                     static_cast<uint32_t>(parts.days));
  const double seconds = std::rint(parts.seconds * 1e6);
  if (!Fits<int64_t>(seconds)) return OutOfRange();
  const Int128 time = Int128{parts.hours} * kMicrosecondsPerHour +
                      Int128{parts.minutes} * kMicrosecondsPerMinute +
                      static_cast<int64_t>(seconds);
  if (time > INT64_MAX || time < INT64_MIN) return OutOfRange();
  result.microseconds = static_cast<int64_t>(time);
  return result;
}

}  // namespace heliosdb::types
