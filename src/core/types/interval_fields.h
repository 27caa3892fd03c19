// The modifier word of interval: which fields are kept, and how many digits of a second.
#ifndef HELIOSDB_CORE_TYPES_INTERVAL_FIELDS_H_
#define HELIOSDB_CORE_TYPES_INTERVAL_FIELDS_H_

#include <cstdint>
#include <string_view>

namespace heliosdb::types {

// Bits of the fields mask; PostgreSQL's INTERVAL_MASK of its field numbers.
enum IntervalFieldBit : int32_t {
  kIntervalMonth = 1 << 1,
  kIntervalYear = 1 << 2,
  kIntervalDay = 1 << 3,
  kIntervalHour = 1 << 10,
  kIntervalMinute = 1 << 11,
  kIntervalSecond = 1 << 12,
};
inline constexpr int32_t kIntervalFullRange = 0x7FFF;
inline constexpr int32_t kIntervalFullPrecision = 0xFFFF;

constexpr int32_t MakeIntervalModifier(int32_t fields, int32_t precision) {
  return ((fields & 0x7FFF) << 16) | (precision & 0xFFFF);
}
constexpr int32_t IntervalFieldsOf(int32_t modifier) {
  return modifier < 0 ? kIntervalFullRange : (modifier >> 16) & 0x7FFF;
}
constexpr int32_t IntervalPrecisionOf(int32_t modifier) {
  return modifier < 0 ? kIntervalFullPrecision : modifier & 0xFFFF;
}

struct IntervalFieldsName {
  int32_t fields;
  std::string_view suffix;
};
inline constexpr IntervalFieldsName kIntervalFieldsNames[] = {
    {kIntervalYear, " year"},
    {kIntervalMonth, " month"},
    {kIntervalDay, " day"},
    {kIntervalHour, " hour"},
    {kIntervalMinute, " minute"},
    {kIntervalSecond, " second"},
    {kIntervalYear | kIntervalMonth, " year to month"},
    {kIntervalDay | kIntervalHour, " day to hour"},
    {kIntervalDay | kIntervalHour | kIntervalMinute, " day to minute"},
    {kIntervalDay | kIntervalHour | kIntervalMinute | kIntervalSecond, " day to second"},
    {kIntervalHour | kIntervalMinute, " hour to minute"},
    {kIntervalHour | kIntervalMinute | kIntervalSecond, " hour to second"},
    {kIntervalMinute | kIntervalSecond, " minute to second"},
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_INTERVAL_FIELDS_H_
