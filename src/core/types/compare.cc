#include "core/types/compare.h"

#include <cmath>
#include <cstring>

#include "core/types/datetime.h"
#include "core/types/hash.h"
#include "core/types/numeric.h"
#include "core/types/scalar_text.h"

namespace heliosdb::types {
namespace {

constexpr uint64_t kNullHash = 0x5BD1E9955BD1E995u;

// Each kind of order has Compare, Equal and Hash over its C++ type.
template <typename T>
struct IntegerOrder {
  using Data = T;
  static int Compare(T a, T b) { return a < b ? -1 : a > b ? 1 : 0; }
  static bool Equal(T a, T b) { return a == b; }
  static uint64_t Hash(T value) {
    return HashInteger(static_cast<uint64_t>(static_cast<int64_t>(value)));
  }
};

// Stored in a signed type, ordered as unsigned.
template <typename Signed, typename Unsigned>
struct UnsignedOrder {
  using Data = Signed;
  static int Compare(Signed a, Signed b) {
    return IntegerOrder<Unsigned>::Compare(static_cast<Unsigned>(a), static_cast<Unsigned>(b));
  }
  static bool Equal(Signed a, Signed b) { return a == b; }
  static uint64_t Hash(Signed value) {
    return HashInteger(static_cast<uint64_t>(static_cast<Unsigned>(value)));
  }
};

template <typename T>
struct FloatOrder {
  using Data = T;
  static int Compare(T a, T b) {
    if (a < b) return -1;
    if (a > b) return 1;
    if (a == b) return 0;
    return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  }
  static bool Equal(T a, T b) { return a == b || (std::isnan(a) && std::isnan(b)); }
  static uint64_t Hash(T value) {
    if (value == 0) return HashInteger(0);
    if (std::isnan(value)) return HashInteger(0x7FF8000000000000u);
    const double wide = value;
    return HashInteger(LoadFixed<uint64_t>(&wide));
  }
};

struct IntervalOrder {
  using Data = Interval;
  static int Compare(Interval a, Interval b) { return IntervalCompare(a, b); }
  static bool Equal(Interval a, Interval b) { return IntervalCompare(a, b) == 0; }
  static uint64_t Hash(Interval value) { return IntervalHash(value); }
};

struct BytesOrder {
  using Data = std::string_view;
  static int Compare(std::string_view a, std::string_view b) { return a.compare(b); }
  static bool Equal(std::string_view a, std::string_view b) { return a == b; }
  static uint64_t Hash(std::string_view value) { return HashBytes(value); }
};

struct BlankPaddedOrder {
  using Data = std::string_view;
  static int Compare(std::string_view a, std::string_view b) {
    return TrimTrailingSpaces(a).compare(TrimTrailingSpaces(b));
  }
  static bool Equal(std::string_view a, std::string_view b) {
    return TrimTrailingSpaces(a) == TrimTrailingSpaces(b);
  }
  static uint64_t Hash(std::string_view value) { return HashBytes(TrimTrailingSpaces(value)); }
};

struct NumericOrder {
  using Data = std::string_view;
  static int Compare(std::string_view a, std::string_view b) { return NumericCompare(a, b); }
  static bool Equal(std::string_view a, std::string_view b) { return NumericCompare(a, b) == 0; }
  static uint64_t Hash(std::string_view value) { return NumericHash(value); }
};

// Calls function.template operator()<Order>() with the order of a type.
template <typename Function>
decltype(auto) WithOrder(TypeOid oid, Function&& function) {
  switch (oid) {
    case TypeOid::kBool:
      return function.template operator()<IntegerOrder<uint8_t>>();
    case TypeOid::kInt2:
      return function.template operator()<IntegerOrder<int16_t>>();
    case TypeOid::kInt4:
    case TypeOid::kDate:
      return function.template operator()<IntegerOrder<int32_t>>();
    case TypeOid::kOid:
    case TypeOid::kRegclass:
      return function.template operator()<UnsignedOrder<int32_t, uint32_t>>();
    case TypeOid::kInt8:
    case TypeOid::kTime:
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
      return function.template operator()<IntegerOrder<int64_t>>();
    case TypeOid::kPgLsn:
      return function.template operator()<UnsignedOrder<int64_t, uint64_t>>();
    case TypeOid::kFloat4:
      return function.template operator()<FloatOrder<float>>();
    case TypeOid::kFloat8:
      return function.template operator()<FloatOrder<double>>();
    case TypeOid::kInterval:
      return function.template operator()<IntervalOrder>();
    case TypeOid::kBpchar:
      return function.template operator()<BlankPaddedOrder>();
    case TypeOid::kNumeric:
      return function.template operator()<NumericOrder>();
    default:
      return function.template operator()<BytesOrder>();
  }
}

template <typename Order>
typename Order::Data ValueOf(const Vector& vector, size_t row) {
  return vector.data<typename Order::Data>()[vector.is_constant() ? 0 : row];
}

template <typename Order>
int CompareAs(const Vector& a, size_t i, const Vector& b, size_t j) {
  return Order::Compare(ValueOf<Order>(a, i), ValueOf<Order>(b, j));
}

enum class HashStep { kFirst, kCombine };

template <typename Order, HashStep kStep>
void HashRows(const Vector& vector, size_t rows, uint64_t* hashes) {
  const auto* const data = vector.data<typename Order::Data>();
  const auto put = [hashes](size_t row, uint64_t hash) {
    if constexpr (kStep == HashStep::kFirst) {
      hashes[row] = hash;
    } else {
      hashes[row] = HashMix(hashes[row] ^ 0x8CB92BA72F3D8DD7u, hash | 1);
    }
  };
  if (vector.is_constant()) {
    const uint64_t hash = vector.IsNull(0) ? kNullHash : Order::Hash(data[0]);
    for (size_t i = 0; i < rows; ++i) put(i, hash);
    return;
  }
  if (!vector.validity().has_nulls()) {
    for (size_t i = 0; i < rows; ++i) put(i, Order::Hash(data[i]));
    return;
  }
  for (size_t i = 0; i < rows; ++i) {
    put(i, vector.validity().IsValid(i) ? Order::Hash(data[i]) : kNullHash);
  }
}

template <typename Order>
void EqualRowsAs(const Vector& left, std::span<const uint16_t> left_rows, const Vector& right,
                 std::span<const uint16_t> right_rows, NullEquality nulls, uint8_t* matches) {
  const bool any_nulls = left.validity().has_nulls() || right.validity().has_nulls();
  for (size_t k = 0; k < left_rows.size(); ++k) {
    if (any_nulls) {
      const bool left_null = left.IsNull(left_rows[k]);
      const bool right_null = right.IsNull(right_rows[k]);
      if (left_null || right_null) {
        matches[k] = nulls == NullEquality::kEqual && left_null && right_null ? 1 : 0;
        continue;
      }
    }
    matches[k] =
        Order::Equal(ValueOf<Order>(left, left_rows[k]), ValueOf<Order>(right, right_rows[k])) ? 1
                                                                                               : 0;
  }
}

}  // namespace

CompareFunction CompareFunctionFor(TypeOid oid) {
  return WithOrder(oid, []<typename Order>() -> CompareFunction { return &CompareAs<Order>; });
}

int CompareForSort(CompareFunction compare, KeyOrder order, const Vector& a, size_t i,
                   const Vector& b, size_t j) {
  const bool null_a = a.IsNull(i);
  const bool null_b = b.IsNull(j);
  if (null_a || null_b) {
    if (null_a && null_b) return 0;
    return null_a == order.nulls_first ? -1 : 1;
  }
  const int compared = compare(a, i, b, j);
  return order.descending ? (compared < 0 ? 1 : compared > 0 ? -1 : 0) : compared;
}

bool RowsNotDistinct(const Vector& a, size_t i, const Vector& b, size_t j) {
  const bool null_a = a.IsNull(i);
  if (null_a || b.IsNull(j)) return null_a && b.IsNull(j);
  return CompareRows(a, i, b, j) == 0;
}

int CompareValues(const Value& a, const Value& b) {
  HELIOS_CHECK(!a.is_null() && !b.is_null());
  const TypeOid oid = a.type().oid;
  switch (PhysicalOf(oid)) {
    case Physical::kInterval:
      return IntervalCompare(a.interval(), b.interval());
    case Physical::kFloat32:
    case Physical::kFloat64:
      return FloatOrder<double>::Compare(a.float_value(), b.float_value());
    case Physical::kString:
      if (oid == TypeOid::kNumeric) return NumericCompare(a.string(), b.string());
      if (oid == TypeOid::kBpchar) return BlankPaddedOrder::Compare(a.string(), b.string());
      return BytesOrder::Compare(a.string(), b.string());
    default:
      if (oid == TypeOid::kPgLsn) {
        return UnsignedOrder<int64_t, uint64_t>::Compare(a.integer(), b.integer());
      }
      if (oid == TypeOid::kOid || oid == TypeOid::kRegclass) {
        return IntegerOrder<uint32_t>::Compare(static_cast<uint32_t>(a.integer()),
                                               static_cast<uint32_t>(b.integer()));
      }
      return IntegerOrder<int64_t>::Compare(a.integer(), b.integer());
  }
}

uint64_t HashValue(const Value& value) {
  uint64_t hash = 0;
  HashVector(Vector::Constant(value), 1, &hash);
  return hash;
}

void HashVector(const Vector& vector, size_t rows, uint64_t* hashes) {
  WithOrder(vector.type().oid,
            [&]<typename Order>() { HashRows<Order, HashStep::kFirst>(vector, rows, hashes); });
}

void CombineHashVector(const Vector& vector, size_t rows, uint64_t* hashes) {
  WithOrder(vector.type().oid,
            [&]<typename Order>() { HashRows<Order, HashStep::kCombine>(vector, rows, hashes); });
}

void EqualRowsBatch(const Vector& left, std::span<const uint16_t> left_rows, const Vector& right,
                    std::span<const uint16_t> right_rows, NullEquality nulls, uint8_t* matches) {
  HELIOS_CHECK(left.physical() == right.physical() && left_rows.size() == right_rows.size());
  WithOrder(left.type().oid, [&]<typename Order>() {
    EqualRowsAs<Order>(left, left_rows, right, right_rows, nulls, matches);
  });
}

}  // namespace heliosdb::types
