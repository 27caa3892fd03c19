// The comparisons of dates, times and intervals.
#include "core/sql/functions/comparison.h"
#include "core/sql/functions/tables.h"
#include "core/types/datetime.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum OperatorKind;

int CompareOrder(int64_t a, int64_t b) { return (a > b) - (a < b); }

// A date's midnight, for comparing only: dates past the range of timestamps stay beyond every
// finite one.
int CompareDateTimestamp(int32_t date, int64_t timestamp) {
  if (date == types::kDateInfinity) return timestamp == types::kTimestampInfinity ? 0 : 1;
  if (date == types::kDateMinusInfinity) {
    return timestamp == types::kTimestampMinusInfinity ? 0 : -1;
  }
  const absl::StatusOr<int64_t> midnight = types::TimestampFromDate(date);
  if (!midnight.ok()) return timestamp == types::kTimestampInfinity ? -1 : 1;
  return CompareOrder(*midnight, timestamp);
}
int CompareTimestampDate(int64_t timestamp, int32_t date) {
  return -CompareDateTimestamp(date, timestamp);
}
int CompareDateTimestamptz(int32_t date, int64_t timestamptz, const types::FormatContext& context) {
  if (!types::DateIsFinite(date)) return CompareDateTimestamp(date, timestamptz);
  const absl::StatusOr<int64_t> midnight = types::TimestamptzFromDate(date, context);
  if (!midnight.ok()) return timestamptz == types::kTimestampInfinity ? -1 : 1;
  return CompareOrder(*midnight, timestamptz);
}
int CompareTimestampTimestamptz(int64_t timestamp, int64_t timestamptz,
                                const types::FormatContext& context) {
  if (!types::TimestampIsFinite(timestamp)) return CompareOrder(timestamp, timestamptz);
  const absl::StatusOr<int64_t> moment = types::TimestamptzFromTimestamp(timestamp, context);
  // Only moments at the very ends of the range fail, by less than a day.
  return CompareOrder(moment.ok() ? *moment : timestamp, timestamptz);
}

using DateTimestamp = Ordered<int32_t, int64_t, CompareDateTimestamp>;
using TimestampDate = Ordered<int64_t, int32_t, CompareTimestampDate>;
using Intervals = Ordered<types::Interval, types::Interval, types::IntervalCompare>;

template <OperatorKind kind>
bool DateWithTimestamptz(int32_t a, int64_t b, const types::FormatContext& context) {
  return TestOrder<kind>(CompareDateTimestamptz(a, b, context), 0);
}
template <OperatorKind kind>
bool TimestamptzWithDate(int64_t a, int32_t b, const types::FormatContext& context) {
  return TestOrder<kind>(-CompareDateTimestamptz(b, a, context), 0);
}
template <OperatorKind kind>
bool TimestampWithTimestamptz(int64_t a, int64_t b, const types::FormatContext& context) {
  return TestOrder<kind>(CompareTimestampTimestamptz(a, b, context), 0);
}
template <OperatorKind kind>
bool TimestamptzWithTimestamp(int64_t a, int64_t b, const types::FormatContext& context) {
  return TestOrder<kind>(-CompareTimestampTimestamptz(b, a, context), 0);
}

// Depends on the session's time zone.
template <auto Function>
constexpr FunctionEntry ZonedComparison(uint32_t id, std::string_view name, Signature arguments) {
  return {id, name, arguments, kBool, Volatility::kStable, Scalar<Function>};
}

constexpr FunctionEntry kRows[] = {
    Comparison<Integers<int32_t, int32_t>, kEqual>(1086, "date_eq", {kDate, kDate}),
    Comparison<Integers<int32_t, int32_t>, kLess>(1087, "date_lt", {kDate, kDate}),
    Comparison<Integers<int32_t, int32_t>, kLessOrEqual>(1088, "date_le", {kDate, kDate}),
    Comparison<Integers<int32_t, int32_t>, kGreater>(1089, "date_gt", {kDate, kDate}),
    Comparison<Integers<int32_t, int32_t>, kGreaterOrEqual>(1090, "date_ge", {kDate, kDate}),
    Comparison<Integers<int32_t, int32_t>, kNotEqual>(1091, "date_ne", {kDate, kDate}),
    Comparison<Integers<int64_t, int64_t>, kLess>(1102, "time_lt", {kTime, kTime}),
    Comparison<Integers<int64_t, int64_t>, kLessOrEqual>(1103, "time_le", {kTime, kTime}),
    Comparison<Integers<int64_t, int64_t>, kGreater>(1104, "time_gt", {kTime, kTime}),
    Comparison<Integers<int64_t, int64_t>, kGreaterOrEqual>(1105, "time_ge", {kTime, kTime}),
    Comparison<Integers<int64_t, int64_t>, kNotEqual>(1106, "time_ne", {kTime, kTime}),
    Comparison<Integers<int64_t, int64_t>, kEqual>(1145, "time_eq", {kTime, kTime}),
    Comparison<Integers<int64_t, int64_t>, kEqual>(1152, "timestamptz_eq",
                                                   {kTimestamptz, kTimestamptz}),
    Comparison<Integers<int64_t, int64_t>, kNotEqual>(1153, "timestamptz_ne",
                                                      {kTimestamptz, kTimestamptz}),
    Comparison<Integers<int64_t, int64_t>, kLess>(1154, "timestamptz_lt",
                                                  {kTimestamptz, kTimestamptz}),
    Comparison<Integers<int64_t, int64_t>, kLessOrEqual>(1155, "timestamptz_le",
                                                         {kTimestamptz, kTimestamptz}),
    Comparison<Integers<int64_t, int64_t>, kGreaterOrEqual>(1156, "timestamptz_ge",
                                                            {kTimestamptz, kTimestamptz}),
    Comparison<Integers<int64_t, int64_t>, kGreater>(1157, "timestamptz_gt",
                                                     {kTimestamptz, kTimestamptz}),
    Comparison<Intervals, kEqual>(1162, "interval_eq", {kInterval, kInterval}),
    Comparison<Intervals, kNotEqual>(1163, "interval_ne", {kInterval, kInterval}),
    Comparison<Intervals, kLess>(1164, "interval_lt", {kInterval, kInterval}),
    Comparison<Intervals, kLessOrEqual>(1165, "interval_le", {kInterval, kInterval}),
    Comparison<Intervals, kGreaterOrEqual>(1166, "interval_ge", {kInterval, kInterval}),
    Comparison<Intervals, kGreater>(1167, "interval_gt", {kInterval, kInterval}),
    Comparison<Integers<int64_t, int64_t>, kEqual>(2052, "timestamp_eq", {kTimestamp, kTimestamp}),
    Comparison<Integers<int64_t, int64_t>, kNotEqual>(2053, "timestamp_ne",
                                                      {kTimestamp, kTimestamp}),
    Comparison<Integers<int64_t, int64_t>, kLess>(2054, "timestamp_lt", {kTimestamp, kTimestamp}),
    Comparison<Integers<int64_t, int64_t>, kLessOrEqual>(2055, "timestamp_le",
                                                         {kTimestamp, kTimestamp}),
    Comparison<Integers<int64_t, int64_t>, kGreaterOrEqual>(2056, "timestamp_ge",
                                                            {kTimestamp, kTimestamp}),
    Comparison<Integers<int64_t, int64_t>, kGreater>(2057, "timestamp_gt",
                                                     {kTimestamp, kTimestamp}),
    Comparison<DateTimestamp, kLess>(2338, "date_lt_timestamp", {kDate, kTimestamp}),
    Comparison<DateTimestamp, kLessOrEqual>(2339, "date_le_timestamp", {kDate, kTimestamp}),
    Comparison<DateTimestamp, kEqual>(2340, "date_eq_timestamp", {kDate, kTimestamp}),
    Comparison<DateTimestamp, kGreater>(2341, "date_gt_timestamp", {kDate, kTimestamp}),
    Comparison<DateTimestamp, kGreaterOrEqual>(2342, "date_ge_timestamp", {kDate, kTimestamp}),
    Comparison<DateTimestamp, kNotEqual>(2343, "date_ne_timestamp", {kDate, kTimestamp}),
    ZonedComparison<DateWithTimestamptz<kLess>>(2351, "date_lt_timestamptz", {kDate, kTimestamptz}),
    ZonedComparison<DateWithTimestamptz<kLessOrEqual>>(2352, "date_le_timestamptz",
                                                       {kDate, kTimestamptz}),
    ZonedComparison<DateWithTimestamptz<kEqual>>(2353, "date_eq_timestamptz",
                                                 {kDate, kTimestamptz}),
    ZonedComparison<DateWithTimestamptz<kGreater>>(2354, "date_gt_timestamptz",
                                                   {kDate, kTimestamptz}),
    ZonedComparison<DateWithTimestamptz<kGreaterOrEqual>>(2355, "date_ge_timestamptz",
                                                          {kDate, kTimestamptz}),
    ZonedComparison<DateWithTimestamptz<kNotEqual>>(2356, "date_ne_timestamptz",
                                                    {kDate, kTimestamptz}),
    Comparison<TimestampDate, kLess>(2364, "timestamp_lt_date", {kTimestamp, kDate}),
    Comparison<TimestampDate, kLessOrEqual>(2365, "timestamp_le_date", {kTimestamp, kDate}),
    Comparison<TimestampDate, kEqual>(2366, "timestamp_eq_date", {kTimestamp, kDate}),
    Comparison<TimestampDate, kGreater>(2367, "timestamp_gt_date", {kTimestamp, kDate}),
    Comparison<TimestampDate, kGreaterOrEqual>(2368, "timestamp_ge_date", {kTimestamp, kDate}),
    Comparison<TimestampDate, kNotEqual>(2369, "timestamp_ne_date", {kTimestamp, kDate}),
    ZonedComparison<TimestamptzWithDate<kLess>>(2377, "timestamptz_lt_date", {kTimestamptz, kDate}),
    ZonedComparison<TimestamptzWithDate<kLessOrEqual>>(2378, "timestamptz_le_date",
                                                       {kTimestamptz, kDate}),
    ZonedComparison<TimestamptzWithDate<kEqual>>(2379, "timestamptz_eq_date",
                                                 {kTimestamptz, kDate}),
    ZonedComparison<TimestamptzWithDate<kGreater>>(2380, "timestamptz_gt_date",
                                                   {kTimestamptz, kDate}),
    ZonedComparison<TimestamptzWithDate<kGreaterOrEqual>>(2381, "timestamptz_ge_date",
                                                          {kTimestamptz, kDate}),
    ZonedComparison<TimestamptzWithDate<kNotEqual>>(2382, "timestamptz_ne_date",
                                                    {kTimestamptz, kDate}),
    ZonedComparison<TimestampWithTimestamptz<kLess>>(2520, "timestamp_lt_timestamptz",
                                                     {kTimestamp, kTimestamptz}),
    ZonedComparison<TimestampWithTimestamptz<kLessOrEqual>>(2521, "timestamp_le_timestamptz",
                                                            {kTimestamp, kTimestamptz}),
    ZonedComparison<TimestampWithTimestamptz<kEqual>>(2522, "timestamp_eq_timestamptz",
                                                      {kTimestamp, kTimestamptz}),
    ZonedComparison<TimestampWithTimestamptz<kGreater>>(2523, "timestamp_gt_timestamptz",
                                                        {kTimestamp, kTimestamptz}),
    ZonedComparison<TimestampWithTimestamptz<kGreaterOrEqual>>(2524, "timestamp_ge_timestamptz",
                                                               {kTimestamp, kTimestamptz}),
    ZonedComparison<TimestampWithTimestamptz<kNotEqual>>(2525, "timestamp_ne_timestamptz",
                                                         {kTimestamp, kTimestamptz}),
    ZonedComparison<TimestamptzWithTimestamp<kLess>>(2527, "timestamptz_lt_timestamp",
                                                     {kTimestamptz, kTimestamp}),
    ZonedComparison<TimestamptzWithTimestamp<kLessOrEqual>>(2528, "timestamptz_le_timestamp",
                                                            {kTimestamptz, kTimestamp}),
    ZonedComparison<TimestamptzWithTimestamp<kEqual>>(2529, "timestamptz_eq_timestamp",
                                                      {kTimestamptz, kTimestamp}),
    ZonedComparison<TimestamptzWithTimestamp<kGreater>>(2530, "timestamptz_gt_timestamp",
                                                        {kTimestamptz, kTimestamp}),
    ZonedComparison<TimestamptzWithTimestamp<kGreaterOrEqual>>(2531, "timestamptz_ge_timestamp",
                                                               {kTimestamptz, kTimestamp}),
    ZonedComparison<TimestamptzWithTimestamp<kNotEqual>>(2532, "timestamptz_ne_timestamp",
                                                         {kTimestamptz, kTimestamp}),
};

}  // namespace

std::span<const FunctionEntry> DatetimeComparisons() { return kRows; }

}  // namespace heliosdb::sql::functions
