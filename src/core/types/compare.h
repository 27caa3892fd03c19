// Order, equality and hash of values, as PostgreSQL's default operator classes in the C collation.
//
// NaN equals NaN and is greater than every number; -0 equals 0; char(n) ignores trailing spaces;
// numeric ignores the display scale; intervals compare by span. Equal values hash alike; int2, int4
// and int8 of one value hash alike too, and so do float4 and float8.
#ifndef HELIOSDB_CORE_TYPES_COMPARE_H_
#define HELIOSDB_CORE_TYPES_COMPARE_H_

#include <cstdint>
#include <span>

#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::types {

// How a column sorts. PostgreSQL's defaults: ASC NULLS LAST, DESC NULLS FIRST.
struct KeyOrder {
  bool descending = false;
  bool nulls_first = false;

  friend bool operator==(const KeyOrder&, const KeyOrder&) = default;
};

// Row i of a with row j of b: negative, zero or positive. Both have the same physical form; neither
// row is NULL. Constant vectors are read at row 0.
using CompareFunction = int (*)(const Vector& a, size_t i, const Vector& b, size_t j);
// The function for a type, to be taken once before a loop.
CompareFunction CompareFunctionFor(TypeOid oid);

inline int CompareRows(const Vector& a, size_t i, const Vector& b, size_t j) {
  return CompareFunctionFor(a.type().oid)(a, i, b, j);
}
// NULLs included, as ORDER BY sees them.
int CompareForSort(CompareFunction compare, KeyOrder order, const Vector& a, size_t i,
                   const Vector& b, size_t j);
// IS NOT DISTINCT FROM: NULLs are equal to each other.
bool RowsNotDistinct(const Vector& a, size_t i, const Vector& b, size_t j);

// Values of one type, neither NULL.
int CompareValues(const Value& a, const Value& b);
uint64_t HashValue(const Value& value);

// hashes[i] = hash of row i. NULLs hash alike.
void HashVector(const Vector& vector, size_t rows, uint64_t* hashes);
// hashes[i] = a mix of hashes[i] with row i's hash: call HashVector for the first column, this for
// the rest.
void CombineHashVector(const Vector& vector, size_t rows, uint64_t* hashes);

// matches[k] = 1 where row left_rows[k] of left equals row right_rows[k] of right and neither is
// NULL (or both are, with nulls_equal); hash joins and hash aggregates verify their candidates so.
enum class NullEquality { kNeverEqual, kEqual };
void EqualRowsBatch(const Vector& left, std::span<const uint16_t> left_rows, const Vector& right,
                    std::span<const uint16_t> right_rows, NullEquality nulls, uint8_t* matches);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_COMPARE_H_
