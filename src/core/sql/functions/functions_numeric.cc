// Functions and operators over numeric, and the arithmetic of pg_lsn, whose distances are numeric.
#include <limits>
#include <optional>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/numeric.h"

namespace heliosdb::sql::functions {
namespace {

using types::NumericBuffer;
using enum types::TypeOid;
using enum Volatility;

std::string_view Same(std::string_view a) { return a; }
absl::Status RoundToInteger(std::string_view a, NumericBuffer* out) {
  return types::NumericRound(a, 0, out);
}
absl::Status TruncateToInteger(std::string_view a, NumericBuffer* out) {
  return types::NumericTruncate(a, 0, out);
}
absl::Status DecimalLogarithm(std::string_view a, NumericBuffer* out) {
  NumericBuffer ten;
  types::NumericFromInt64(10, &ten);
  return types::NumericLog(ten.view(), a, out);
}
absl::Status Increment(std::string_view a, NumericBuffer* out) {
  NumericBuffer one;
  types::NumericFromInt64(1, &one);
  return types::NumericAdd(a, one.view(), out);
}
bool IsSpecial(std::string_view a) { return types::NumericIsNan(a) || types::NumericIsInfinite(a); }
std::optional<int32_t> Scale(std::string_view a) {
  if (IsSpecial(a)) return std::nullopt;
  return types::NumericScale(a);
}
std::optional<int32_t> MinScale(std::string_view a) {
  if (IsSpecial(a)) return std::nullopt;
  return types::NumericMinScale(a);
}
int32_t Compare(std::string_view a, std::string_view b) { return types::NumericCompare(a, b); }

absl::Status WidthBucketError(std::string_view message) {
  return SqlError(sqlstate::kInvalidArgumentForWidthBucketFunction, "{}", message);
}

absl::StatusOr<int32_t> WidthBucket(std::string_view operand, std::string_view low,
                                    std::string_view high, int32_t count) {
  if (count <= 0) return WidthBucketError("count must be greater than zero");
  if (types::NumericIsNan(operand) || types::NumericIsNan(low) || types::NumericIsNan(high)) {
    return WidthBucketError("operand, lower bound, and upper bound cannot be NaN");
  }
  if (types::NumericIsInfinite(low) || types::NumericIsInfinite(high)) {
    return WidthBucketError("lower and upper bounds must be finite");
  }
  const int order = types::NumericCompare(low, high);
  if (order == 0) return WidthBucketError("lower bound cannot equal upper bound");
  const int to_low = types::NumericCompare(operand, low);
  const int to_high = types::NumericCompare(operand, high);
  if (order < 0 ? to_low < 0 : to_low > 0) return 0;
  if (order < 0 ? to_high >= 0 : to_high <= 0) {
    if (count == std::numeric_limits<int32_t>::max()) {
      return SqlError(sqlstate::kNumericValueOutOfRange, "integer out of range");
    }
    return count + 1;
  }
  NumericBuffer distance;
  NumericBuffer width;
  NumericBuffer buckets;
  NumericBuffer scaled;
  NumericBuffer quotient;
  HELIOS_RETURN_IF_ERROR(types::NumericSubtract(operand, low, &distance));
  HELIOS_RETURN_IF_ERROR(types::NumericSubtract(high, low, &width));
  types::NumericFromInt64(count, &buckets);
  HELIOS_RETURN_IF_ERROR(types::NumericMultiply(distance.view(), buckets.view(), &scaled));
  HELIOS_RETURN_IF_ERROR(types::NumericDivideTruncated(scaled.view(), width.view(), &quotient));
  HELIOS_ASSIGN_OR_RETURN(const int64_t bucket, types::NumericToInteger(quotient.view(), 64));
  return static_cast<int32_t>(bucket + 1);
}

void LsnDistance(uint64_t a, uint64_t b, NumericBuffer* out) {
  types::NumericFromInt128(types::Int128{a} - types::Int128{b}, out);
}

enum class Direction { kForward, kBackward };
absl::StatusOr<uint64_t> MoveLsn(uint64_t lsn, std::string_view bytes, Direction direction) {
  if (types::NumericIsNan(bytes)) {
    return SqlError(sqlstate::kFeatureNotSupported, "cannot {} NaN {} pg_lsn",
                    direction == Direction::kForward ? "add" : "subtract",
                    direction == Direction::kForward ? "to" : "from");
  }
  const absl::StatusOr<int64_t> offset = types::NumericToInteger(bytes, 64);
  if (offset.ok()) {
    const types::Int128 moved = direction == Direction::kForward ? types::Int128{lsn} + *offset
                                                                 : types::Int128{lsn} - *offset;
    if (moved >= 0 && moved <= types::Int128{std::numeric_limits<uint64_t>::max()}) {
      return static_cast<uint64_t>(moved);
    }
  }
  return SqlError(sqlstate::kInvalidParameterValue, "pg_lsn out of range");
}
absl::StatusOr<uint64_t> LsnPlus(uint64_t lsn, std::string_view bytes) {
  return MoveLsn(lsn, bytes, Direction::kForward);
}
absl::StatusOr<uint64_t> PlusLsn(std::string_view bytes, uint64_t lsn) {
  return MoveLsn(lsn, bytes, Direction::kForward);
}
absl::StatusOr<uint64_t> LsnMinus(uint64_t lsn, std::string_view bytes) {
  return MoveLsn(lsn, bytes, Direction::kBackward);
}

constexpr FunctionEntry kRows[] = {
    {1724, "numeric_add", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericAdd>},
    {1725,
     "numeric_sub",
     {kNumeric, kNumeric},
     kNumeric,
     kImmutable,
     Scalar<types::NumericSubtract>},
    {1726,
     "numeric_mul",
     {kNumeric, kNumeric},
     kNumeric,
     kImmutable,
     Scalar<types::NumericMultiply>},
    {1727, "numeric_div", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericDivide>},
    {1729, "numeric_mod", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericModulo>},
    {1728, "mod", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericModulo>},
    {1973,
     "div",
     {kNumeric, kNumeric},
     kNumeric,
     kImmutable,
     Scalar<types::NumericDivideTruncated>},
    {1980,
     "numeric_div_trunc",
     {kNumeric, kNumeric},
     kNumeric,
     kImmutable,
     Scalar<types::NumericDivideTruncated>},
    {5048, "gcd", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericGcd>},
    {5049, "lcm", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericLcm>},
    {2169, "power", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericPower>},
    {1738, "pow", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericPower>},
    {1739,
     "numeric_power",
     {kNumeric, kNumeric},
     kNumeric,
     kImmutable,
     Scalar<types::NumericPower>},
    {1736, "log", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericLog>},
    {1737, "numeric_log", {kNumeric, kNumeric}, kNumeric, kImmutable, Scalar<types::NumericLog>},
    {1771, "numeric_uminus", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericNegate>},
    {1704, "numeric_abs", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericAbsolute>},
    {1705, "abs", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericAbsolute>},
    {1711, "ceil", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericCeiling>},
    {2167, "ceiling", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericCeiling>},
    {1712, "floor", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericFloor>},
    {1706, "sign", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericSignOf>},
    {1730, "sqrt", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericSqrt>},
    {1731, "numeric_sqrt", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericSqrt>},
    {1732, "exp", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericExp>},
    {1733, "numeric_exp", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericExp>},
    {1734, "ln", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericLn>},
    {1735, "numeric_ln", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericLn>},
    {5043, "trim_scale", {kNumeric}, kNumeric, kImmutable, Scalar<types::NumericTrimScale>},
    {1915, "numeric_uplus", {kNumeric}, kNumeric, kImmutable, Scalar<Same>},
    {1708, "round", {kNumeric}, kNumeric, kImmutable, Scalar<RoundToInteger>},
    {1710, "trunc", {kNumeric}, kNumeric, kImmutable, Scalar<TruncateToInteger>},
    {1741, "log", {kNumeric}, kNumeric, kImmutable, Scalar<DecimalLogarithm>},
    {1481, "log10", {kNumeric}, kNumeric, kImmutable, Scalar<DecimalLogarithm>},
    {1764, "numeric_inc", {kNumeric}, kNumeric, kImmutable, Scalar<Increment>},
    {3281, "scale", {kNumeric}, kInt4, kImmutable, Scalar<Scale>},
    {5042, "min_scale", {kNumeric}, kInt4, kImmutable, Scalar<MinScale>},
    {1769, "numeric_cmp", {kNumeric, kNumeric}, kInt4, kImmutable, Scalar<Compare>},
    {1707, "round", {kNumeric, kInt4}, kNumeric, kImmutable, Scalar<types::NumericRound>},
    {1709, "trunc", {kNumeric, kInt4}, kNumeric, kImmutable, Scalar<types::NumericTruncate>},
    {1376, "factorial", {kInt8}, kNumeric, kImmutable, Scalar<types::NumericFactorial>},
    {2170,
     "width_bucket",
     {kNumeric, kNumeric, kNumeric, kInt4},
     kInt4,
     kImmutable,
     Scalar<WidthBucket>},
    {3237, "pg_lsn_mi", {kPgLsn, kPgLsn}, kNumeric, kImmutable, Scalar<LsnDistance>},
    {3165, "pg_wal_lsn_diff", {kPgLsn, kPgLsn}, kNumeric, kImmutable, Scalar<LsnDistance>},
    {5022, "pg_lsn_pli", {kPgLsn, kNumeric}, kPgLsn, kImmutable, Scalar<LsnPlus>},
    {5023, "numeric_pl_pg_lsn", {kNumeric, kPgLsn}, kPgLsn, kImmutable, Scalar<PlusLsn>},
    {5024, "pg_lsn_mii", {kPgLsn, kNumeric}, kPgLsn, kImmutable, Scalar<LsnMinus>},
};

}  // namespace

std::span<const FunctionEntry> NumericFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
