// Operators over dates, times and intervals.
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/datetime.h"

namespace heliosdb::sql::functions {
namespace {

using types::FormatContext;
using types::Interval;
using enum types::TypeOid;
using enum Volatility;

absl::StatusOr<int32_t> DatePlusDays(int32_t date, int32_t days) {
  return types::DatePlusDays(date, days);
}
absl::StatusOr<int32_t> DaysPlusDate(int32_t days, int32_t date) {
  return types::DatePlusDays(date, days);
}
absl::StatusOr<int32_t> DateMinusDays(int32_t date, int32_t days) {
  return types::DatePlusDays(date, -int64_t{days});
}
absl::StatusOr<int64_t> DatePlusInterval(int32_t date, Interval interval) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t timestamp, types::TimestampFromDate(date));
  return types::TimestampPlusInterval(timestamp, interval);
}
absl::StatusOr<int64_t> IntervalPlusDate(Interval interval, int32_t date) {
  return DatePlusInterval(date, interval);
}
absl::StatusOr<int64_t> DateMinusInterval(int32_t date, Interval interval) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t timestamp, types::TimestampFromDate(date));
  return types::TimestampMinusInterval(timestamp, interval);
}
absl::StatusOr<int64_t> DatePlusTime(int32_t date, int64_t time) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t timestamp, types::TimestampFromDate(date));
  if (!types::TimestampIsFinite(timestamp)) return timestamp;
  if (!types::TimestampIsInRange(timestamp + time)) {
    return SqlError(sqlstate::kDatetimeValueOutOfRange, "timestamp out of range");
  }
  return timestamp + time;
}
absl::StatusOr<int64_t> TimePlusDate(int64_t time, int32_t date) {
  return DatePlusTime(date, time);
}
absl::StatusOr<int64_t> IntervalPlusTimestamp(Interval interval, int64_t timestamp) {
  return types::TimestampPlusInterval(timestamp, interval);
}
absl::StatusOr<int64_t> IntervalPlusTimestamptz(Interval interval, int64_t timestamptz,
                                                const FormatContext& context) {
  return types::TimestamptzPlusInterval(timestamptz, interval, context);
}
int64_t IntervalPlusTime(Interval interval, int64_t time) {
  return types::TimePlusInterval(time, interval);
}
Interval TimeMinusTime(int64_t a, int64_t b) { return {.microseconds = a - b}; }
absl::StatusOr<Interval> FactorTimesInterval(double factor, Interval interval) {
  return types::IntervalMultiply(interval, factor);
}

constexpr FunctionEntry kRows[] = {
    {1141, "date_pli", {kDate, kInt4}, kDate, kImmutable, Scalar<DatePlusDays>},
    {2550, "integer_pl_date", {kInt4, kDate}, kDate, kImmutable, Scalar<DaysPlusDate>},
    {1142, "date_mii", {kDate, kInt4}, kDate, kImmutable, Scalar<DateMinusDays>},
    {1140, "date_mi", {kDate, kDate}, kInt4, kImmutable, Scalar<types::DateMinusDate>},
    {2071,
     "date_pl_interval",
     {kDate, kInterval},
     kTimestamp,
     kImmutable,
     Scalar<DatePlusInterval>},
    {2546,
     "interval_pl_date",
     {kInterval, kDate},
     kTimestamp,
     kImmutable,
     Scalar<IntervalPlusDate>},
    {2072,
     "date_mi_interval",
     {kDate, kInterval},
     kTimestamp,
     kImmutable,
     Scalar<DateMinusInterval>},
    {1272, "datetime_pl", {kDate, kTime}, kTimestamp, kImmutable, Scalar<DatePlusTime>},
    {1296, "timedate_pl", {kTime, kDate}, kTimestamp, kImmutable, Scalar<TimePlusDate>},
    {2032,
     "timestamp_pl_interval",
     {kTimestamp, kInterval},
     kTimestamp,
     kImmutable,
     Scalar<types::TimestampPlusInterval>},
    {2548,
     "interval_pl_timestamp",
     {kInterval, kTimestamp},
     kTimestamp,
     kImmutable,
     Scalar<IntervalPlusTimestamp>},
    {2033,
     "timestamp_mi_interval",
     {kTimestamp, kInterval},
     kTimestamp,
     kImmutable,
     Scalar<types::TimestampMinusInterval>},
    {2031,
     "timestamp_mi",
     {kTimestamp, kTimestamp},
     kInterval,
     kImmutable,
     Scalar<types::TimestampMinusTimestamp>},
    {1189,
     "timestamptz_pl_interval",
     {kTimestamptz, kInterval},
     kTimestamptz,
     kStable,
     Scalar<types::TimestamptzPlusInterval>},
    {2549,
     "interval_pl_timestamptz",
     {kInterval, kTimestamptz},
     kTimestamptz,
     kStable,
     Scalar<IntervalPlusTimestamptz>},
    {1190,
     "timestamptz_mi_interval",
     {kTimestamptz, kInterval},
     kTimestamptz,
     kStable,
     Scalar<types::TimestamptzMinusInterval>},
    {1188,
     "timestamptz_mi",
     {kTimestamptz, kTimestamptz},
     kInterval,
     kImmutable,
     Scalar<types::TimestampMinusTimestamp>},
    {1747,
     "time_pl_interval",
     {kTime, kInterval},
     kTime,
     kImmutable,
     Scalar<types::TimePlusInterval>},
    {1848, "interval_pl_time", {kInterval, kTime}, kTime, kImmutable, Scalar<IntervalPlusTime>},
    {1748,
     "time_mi_interval",
     {kTime, kInterval},
     kTime,
     kImmutable,
     Scalar<types::TimeMinusInterval>},
    {1690, "time_mi_time", {kTime, kTime}, kInterval, kImmutable, Scalar<TimeMinusTime>},
    {1169,
     "interval_pl",
     {kInterval, kInterval},
     kInterval,
     kImmutable,
     Scalar<types::IntervalAdd>},
    {1170,
     "interval_mi",
     {kInterval, kInterval},
     kInterval,
     kImmutable,
     Scalar<types::IntervalSubtract>},
    {1168, "interval_um", {kInterval}, kInterval, kImmutable, Scalar<types::IntervalNegate>},
    {1618,
     "interval_mul",
     {kInterval, kFloat8},
     kInterval,
     kImmutable,
     Scalar<types::IntervalMultiply>},
    {1624,
     "mul_d_interval",
     {kFloat8, kInterval},
     kInterval,
     kImmutable,
     Scalar<FactorTimesInterval>},
    {1326,
     "interval_div",
     {kInterval, kFloat8},
     kInterval,
     kImmutable,
     Scalar<types::IntervalDivide>},
};

}  // namespace

std::span<const FunctionEntry> DatetimeArithmetic() { return kRows; }

}  // namespace heliosdb::sql::functions
