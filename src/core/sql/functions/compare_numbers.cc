// The comparisons of booleans, numbers, oids and log positions.
#include "core/sql/functions/comparison.h"
#include "core/sql/functions/tables.h"
#include "core/types/numeric.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum OperatorKind;

// NULL rows hold empty views, which are no numerics but are compared along with the others.
int CompareNumerics(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() ? 0 : types::NumericCompare(a, b);
}
using Numerics = Ordered<std::string_view, std::string_view, CompareNumerics>;

constexpr FunctionEntry kRows[] = {
    Comparison<Integers<bool, bool>, kLess>(56, "boollt", {kBool, kBool}),
    Comparison<Integers<bool, bool>, kGreater>(57, "boolgt", {kBool, kBool}),
    Comparison<Integers<bool, bool>, kEqual>(60, "booleq", {kBool, kBool}),
    Comparison<Integers<int16_t, int16_t>, kEqual>(63, "int2eq", {kInt2, kInt2}),
    Comparison<Integers<int16_t, int16_t>, kLess>(64, "int2lt", {kInt2, kInt2}),
    Comparison<Integers<int32_t, int32_t>, kEqual>(65, "int4eq", {kInt4, kInt4}),
    Comparison<Integers<int32_t, int32_t>, kLess>(66, "int4lt", {kInt4, kInt4}),
    Comparison<Integers<bool, bool>, kNotEqual>(84, "boolne", {kBool, kBool}),
    Comparison<Integers<int32_t, int32_t>, kNotEqual>(144, "int4ne", {kInt4, kInt4}),
    Comparison<Integers<int16_t, int16_t>, kNotEqual>(145, "int2ne", {kInt2, kInt2}),
    Comparison<Integers<int16_t, int16_t>, kGreater>(146, "int2gt", {kInt2, kInt2}),
    Comparison<Integers<int32_t, int32_t>, kGreater>(147, "int4gt", {kInt4, kInt4}),
    Comparison<Integers<int16_t, int16_t>, kLessOrEqual>(148, "int2le", {kInt2, kInt2}),
    Comparison<Integers<int32_t, int32_t>, kLessOrEqual>(149, "int4le", {kInt4, kInt4}),
    Comparison<Integers<int32_t, int32_t>, kGreaterOrEqual>(150, "int4ge", {kInt4, kInt4}),
    Comparison<Integers<int16_t, int16_t>, kGreaterOrEqual>(151, "int2ge", {kInt2, kInt2}),
    Comparison<Integers<int16_t, int32_t>, kEqual>(158, "int24eq", {kInt2, kInt4}),
    Comparison<Integers<int32_t, int16_t>, kEqual>(159, "int42eq", {kInt4, kInt2}),
    Comparison<Integers<int16_t, int32_t>, kLess>(160, "int24lt", {kInt2, kInt4}),
    Comparison<Integers<int32_t, int16_t>, kLess>(161, "int42lt", {kInt4, kInt2}),
    Comparison<Integers<int16_t, int32_t>, kGreater>(162, "int24gt", {kInt2, kInt4}),
    Comparison<Integers<int32_t, int16_t>, kGreater>(163, "int42gt", {kInt4, kInt2}),
    Comparison<Integers<int16_t, int32_t>, kNotEqual>(164, "int24ne", {kInt2, kInt4}),
    Comparison<Integers<int32_t, int16_t>, kNotEqual>(165, "int42ne", {kInt4, kInt2}),
    Comparison<Integers<int16_t, int32_t>, kLessOrEqual>(166, "int24le", {kInt2, kInt4}),
    Comparison<Integers<int32_t, int16_t>, kLessOrEqual>(167, "int42le", {kInt4, kInt2}),
    Comparison<Integers<int16_t, int32_t>, kGreaterOrEqual>(168, "int24ge", {kInt2, kInt4}),
    Comparison<Integers<int32_t, int16_t>, kGreaterOrEqual>(169, "int42ge", {kInt4, kInt2}),
    Comparison<Integers<uint32_t, uint32_t>, kEqual>(184, "oideq", {kOid, kOid}),
    Comparison<Integers<uint32_t, uint32_t>, kNotEqual>(185, "oidne", {kOid, kOid}),
    Comparison<Floats<float, float>, kEqual>(287, "float4eq", {kFloat4, kFloat4}),
    Comparison<Floats<float, float>, kNotEqual>(288, "float4ne", {kFloat4, kFloat4}),
    Comparison<Floats<float, float>, kLess>(289, "float4lt", {kFloat4, kFloat4}),
    Comparison<Floats<float, float>, kLessOrEqual>(290, "float4le", {kFloat4, kFloat4}),
    Comparison<Floats<float, float>, kGreater>(291, "float4gt", {kFloat4, kFloat4}),
    Comparison<Floats<float, float>, kGreaterOrEqual>(292, "float4ge", {kFloat4, kFloat4}),
    Comparison<Floats<double, double>, kEqual>(293, "float8eq", {kFloat8, kFloat8}),
    Comparison<Floats<double, double>, kNotEqual>(294, "float8ne", {kFloat8, kFloat8}),
    Comparison<Floats<double, double>, kLess>(295, "float8lt", {kFloat8, kFloat8}),
    Comparison<Floats<double, double>, kLessOrEqual>(296, "float8le", {kFloat8, kFloat8}),
    Comparison<Floats<double, double>, kGreater>(297, "float8gt", {kFloat8, kFloat8}),
    Comparison<Floats<double, double>, kGreaterOrEqual>(298, "float8ge", {kFloat8, kFloat8}),
    Comparison<Floats<float, double>, kEqual>(299, "float48eq", {kFloat4, kFloat8}),
    Comparison<Floats<float, double>, kNotEqual>(300, "float48ne", {kFloat4, kFloat8}),
    Comparison<Floats<float, double>, kLess>(301, "float48lt", {kFloat4, kFloat8}),
    Comparison<Floats<float, double>, kLessOrEqual>(302, "float48le", {kFloat4, kFloat8}),
    Comparison<Floats<float, double>, kGreater>(303, "float48gt", {kFloat4, kFloat8}),
    Comparison<Floats<float, double>, kGreaterOrEqual>(304, "float48ge", {kFloat4, kFloat8}),
    Comparison<Floats<double, float>, kEqual>(305, "float84eq", {kFloat8, kFloat4}),
    Comparison<Floats<double, float>, kNotEqual>(306, "float84ne", {kFloat8, kFloat4}),
    Comparison<Floats<double, float>, kLess>(307, "float84lt", {kFloat8, kFloat4}),
    Comparison<Floats<double, float>, kLessOrEqual>(308, "float84le", {kFloat8, kFloat4}),
    Comparison<Floats<double, float>, kGreater>(309, "float84gt", {kFloat8, kFloat4}),
    Comparison<Floats<double, float>, kGreaterOrEqual>(310, "float84ge", {kFloat8, kFloat4}),
    Comparison<Integers<int64_t, int64_t>, kEqual>(467, "int8eq", {kInt8, kInt8}),
    Comparison<Integers<int64_t, int64_t>, kNotEqual>(468, "int8ne", {kInt8, kInt8}),
    Comparison<Integers<int64_t, int64_t>, kLess>(469, "int8lt", {kInt8, kInt8}),
    Comparison<Integers<int64_t, int64_t>, kGreater>(470, "int8gt", {kInt8, kInt8}),
    Comparison<Integers<int64_t, int64_t>, kLessOrEqual>(471, "int8le", {kInt8, kInt8}),
    Comparison<Integers<int64_t, int64_t>, kGreaterOrEqual>(472, "int8ge", {kInt8, kInt8}),
    Comparison<Integers<int64_t, int32_t>, kEqual>(474, "int84eq", {kInt8, kInt4}),
    Comparison<Integers<int64_t, int32_t>, kNotEqual>(475, "int84ne", {kInt8, kInt4}),
    Comparison<Integers<int64_t, int32_t>, kLess>(476, "int84lt", {kInt8, kInt4}),
    Comparison<Integers<int64_t, int32_t>, kGreater>(477, "int84gt", {kInt8, kInt4}),
    Comparison<Integers<int64_t, int32_t>, kLessOrEqual>(478, "int84le", {kInt8, kInt4}),
    Comparison<Integers<int64_t, int32_t>, kGreaterOrEqual>(479, "int84ge", {kInt8, kInt4}),
    Comparison<Integers<uint32_t, uint32_t>, kLess>(716, "oidlt", {kOid, kOid}),
    Comparison<Integers<uint32_t, uint32_t>, kLessOrEqual>(717, "oidle", {kOid, kOid}),
    Comparison<Integers<int32_t, int64_t>, kEqual>(852, "int48eq", {kInt4, kInt8}),
    Comparison<Integers<int32_t, int64_t>, kNotEqual>(853, "int48ne", {kInt4, kInt8}),
    Comparison<Integers<int32_t, int64_t>, kLess>(854, "int48lt", {kInt4, kInt8}),
    Comparison<Integers<int32_t, int64_t>, kGreater>(855, "int48gt", {kInt4, kInt8}),
    Comparison<Integers<int32_t, int64_t>, kLessOrEqual>(856, "int48le", {kInt4, kInt8}),
    Comparison<Integers<int32_t, int64_t>, kGreaterOrEqual>(857, "int48ge", {kInt4, kInt8}),
    Comparison<Integers<uint32_t, uint32_t>, kGreater>(1638, "oidgt", {kOid, kOid}),
    Comparison<Integers<uint32_t, uint32_t>, kGreaterOrEqual>(1639, "oidge", {kOid, kOid}),
    Comparison<Integers<bool, bool>, kLessOrEqual>(1691, "boolle", {kBool, kBool}),
    Comparison<Integers<bool, bool>, kGreaterOrEqual>(1692, "boolge", {kBool, kBool}),
    Comparison<Numerics, kEqual>(1718, "numeric_eq", {kNumeric, kNumeric}),
    Comparison<Numerics, kNotEqual>(1719, "numeric_ne", {kNumeric, kNumeric}),
    Comparison<Numerics, kGreater>(1720, "numeric_gt", {kNumeric, kNumeric}),
    Comparison<Numerics, kGreaterOrEqual>(1721, "numeric_ge", {kNumeric, kNumeric}),
    Comparison<Numerics, kLess>(1722, "numeric_lt", {kNumeric, kNumeric}),
    Comparison<Numerics, kLessOrEqual>(1723, "numeric_le", {kNumeric, kNumeric}),
    Comparison<Integers<int16_t, int64_t>, kEqual>(1850, "int28eq", {kInt2, kInt8}),
    Comparison<Integers<int16_t, int64_t>, kNotEqual>(1851, "int28ne", {kInt2, kInt8}),
    Comparison<Integers<int16_t, int64_t>, kLess>(1852, "int28lt", {kInt2, kInt8}),
    Comparison<Integers<int16_t, int64_t>, kGreater>(1853, "int28gt", {kInt2, kInt8}),
    Comparison<Integers<int16_t, int64_t>, kLessOrEqual>(1854, "int28le", {kInt2, kInt8}),
    Comparison<Integers<int16_t, int64_t>, kGreaterOrEqual>(1855, "int28ge", {kInt2, kInt8}),
    Comparison<Integers<int64_t, int16_t>, kEqual>(1856, "int82eq", {kInt8, kInt2}),
    Comparison<Integers<int64_t, int16_t>, kNotEqual>(1857, "int82ne", {kInt8, kInt2}),
    Comparison<Integers<int64_t, int16_t>, kLess>(1858, "int82lt", {kInt8, kInt2}),
    Comparison<Integers<int64_t, int16_t>, kGreater>(1859, "int82gt", {kInt8, kInt2}),
    Comparison<Integers<int64_t, int16_t>, kLessOrEqual>(1860, "int82le", {kInt8, kInt2}),
    Comparison<Integers<int64_t, int16_t>, kGreaterOrEqual>(1861, "int82ge", {kInt8, kInt2}),
    Comparison<Integers<uint64_t, uint64_t>, kLess>(3231, "pg_lsn_lt", {kPgLsn, kPgLsn}),
    Comparison<Integers<uint64_t, uint64_t>, kLessOrEqual>(3232, "pg_lsn_le", {kPgLsn, kPgLsn}),
    Comparison<Integers<uint64_t, uint64_t>, kEqual>(3233, "pg_lsn_eq", {kPgLsn, kPgLsn}),
    Comparison<Integers<uint64_t, uint64_t>, kGreaterOrEqual>(3234, "pg_lsn_ge", {kPgLsn, kPgLsn}),
    Comparison<Integers<uint64_t, uint64_t>, kGreater>(3235, "pg_lsn_gt", {kPgLsn, kPgLsn}),
    Comparison<Integers<uint64_t, uint64_t>, kNotEqual>(3236, "pg_lsn_ne", {kPgLsn, kPgLsn}),
};

}  // namespace

std::span<const FunctionEntry> NumberComparisons() { return kRows; }

}  // namespace heliosdb::sql::functions
