// Random values of every type, for property tests.
#ifndef HELIOSDB_CORE_TYPES_RANDOM_VALUES_FOR_TESTS_H_
#define HELIOSDB_CORE_TYPES_RANDOM_VALUES_FOR_TESTS_H_

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/types/datetime.h"
#include "core/types/numeric.h"
#include "core/types/value.h"

namespace heliosdb::types {

inline const std::vector<Type>& AllTypesForTests() {
  static const std::vector<Type> types = {
      {TypeOid::kBool},     {TypeOid::kInt2},   {TypeOid::kInt4},      {TypeOid::kInt8},
      {TypeOid::kFloat4},   {TypeOid::kFloat8}, {TypeOid::kNumeric},   {TypeOid::kText},
      {TypeOid::kVarchar},  {TypeOid::kBpchar}, {TypeOid::kBytea},     {TypeOid::kName},
      {TypeOid::kDate},     {TypeOid::kTime},   {TypeOid::kTimestamp}, {TypeOid::kTimestamptz},
      {TypeOid::kInterval}, {TypeOid::kOid},    {TypeOid::kRegclass},  {TypeOid::kPgLsn},
      {TypeOid::kChar}};
  return types;
}

inline int64_t RandomInteger(Random* random, int bits) {
  // Small ones and those near the limits as often as any.
  const int64_t max = static_cast<int64_t>((uint64_t{1} << (bits - 1)) - 1);
  switch (random->Below(4)) {
    case 0:
      return static_cast<int64_t>(random->Below(7)) - 3;
    case 1:
      return max - static_cast<int64_t>(random->Below(3));
    case 2:
      return -max - 1 + static_cast<int64_t>(random->Below(3));
    default:
      return static_cast<int64_t>(random->Next()) >> (64 - bits);
  }
}

inline double RandomDouble(Random* random) {
  constexpr double kSpecial[] = {0.0, -0.0, 1.0, -1.0, HUGE_VAL, -HUGE_VAL, 1e-300, -1e-300};
  const uint64_t kind = random->Below(12);
  if (kind < 8) return kSpecial[kind];
  if (kind == 8) return std::numeric_limits<double>::quiet_NaN();
  return (random->Unit() - 0.5) * std::pow(10.0, static_cast<double>(random->Below(60)) - 30);
}

inline std::string RandomNumericText(Random* random) {
  constexpr const char* kSpecial[] = {"NaN", "Infinity", "-Infinity", "0", "0.00", "1", "1.0"};
  const uint64_t kind = random->Below(20);
  if (kind < 7) return kSpecial[kind];
  std::string text = random->Below(2) == 0 ? "-" : "";
  for (uint64_t i = 0, n = 1 + random->Below(18); i < n; ++i) {
    text.push_back(static_cast<char>('0' + (random->Below(3) == 0 ? 0 : random->Below(10))));
  }
  if (random->Below(2) == 0) {
    text.push_back('.');
    for (uint64_t i = 0, n = 1 + random->Below(12); i < n; ++i) {
      text.push_back(static_cast<char>('0' + (random->Below(3) == 0 ? 0 : random->Below(10))));
    }
  }
  return text;
}

inline std::string RandomBytes(Random* random, bool any_byte) {
  constexpr char kLetters[] = "ab \x01";
  constexpr char kBytes[] = {'\0', '\x01', '\xff', 'a'};
  std::string text;
  for (uint64_t i = 0, n = random->Below(9); i < n; ++i) {
    text.push_back(any_byte ? kBytes[random->Below(4)] : kLetters[random->Below(4)]);
  }
  return text;
}

// Never NULL.
inline Value RandomValue(Type type, Random* random) {
  switch (type.oid) {
    case TypeOid::kBool:
      return Value::Integer(type, static_cast<int64_t>(random->Below(2)));
    case TypeOid::kInt2:
      return Value::Integer(type, RandomInteger(random, 16));
    case TypeOid::kInt4:
    case TypeOid::kDate:
      return Value::Integer(type, RandomInteger(random, 32));
    case TypeOid::kOid:
    case TypeOid::kRegclass:
      return Value::Integer(type, static_cast<uint32_t>(RandomInteger(random, 32)));
    case TypeOid::kFloat4:
      return Value::Float(type, static_cast<float>(RandomDouble(random)));
    case TypeOid::kFloat8:
      return Value::Float(type, RandomDouble(random));
    case TypeOid::kInterval: {
      const bool small = random->Below(2) == 0;
      const Interval interval =
          small
              ? Interval{static_cast<int64_t>(random->Below(3)) * kMicrosecondsPerDay,
                         static_cast<int32_t>(random->Below(61)) - 30,
                         static_cast<int32_t>(random->Below(5)) - 2}
              : Interval{RandomInteger(random, 64), static_cast<int32_t>(RandomInteger(random, 32)),
                         static_cast<int32_t>(RandomInteger(random, 32))};
      return Value::OfInterval(interval);
    }
    case TypeOid::kNumeric: {
      NumericBuffer buffer;
      HELIOS_CHECK(NumericFromText(RandomNumericText(random), -1, &buffer).ok());
      return Value::String(type, std::string(buffer.view()));
    }
    case TypeOid::kChar:
      return Value::String(type, RandomBytes(random, false).substr(0, 1));
    case TypeOid::kBytea:
      return Value::String(type, RandomBytes(random, true));
    default:
      break;
  }
  if (PhysicalOf(type.oid) == Physical::kInt64) {
    return Value::Integer(type, RandomInteger(random, 64));
  }
  return Value::String(type, RandomBytes(random, false));
}

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_RANDOM_VALUES_FOR_TESTS_H_
