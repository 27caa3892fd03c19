// Integer arithmetic and bits. Sums and products run over whole vectors with the overflows gathered,
// and only a batch that had one is looked at again row by row.
#include <limits>
#include <numeric>
#include <type_traits>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

template <typename T>
absl::Status OutOfRange() {
  const std::string_view name = sizeof(T) == 2 ? "smallint" : sizeof(T) == 4 ? "integer" : "bigint";
  return SqlError(sqlstate::kNumericValueOutOfRange, "{} out of range", name);
}
absl::Status DivisionByZero() { return SqlError(sqlstate::kDivisionByZero, "division by zero"); }

// Each computes modulo 2^n, and makes *flags negative when the result overflowed.
struct Add {
  template <typename T>
  static T Apply(T a, T b, T* flags) {
    using U = std::make_unsigned_t<T>;
    const T r = static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
    *flags |= static_cast<T>((a ^ r) & (b ^ r));
    return r;
  }
};
struct Subtract {
  template <typename T>
  static T Apply(T a, T b, T* flags) {
    using U = std::make_unsigned_t<T>;
    const T r = static_cast<T>(static_cast<U>(static_cast<U>(a) - static_cast<U>(b)));
    *flags |= static_cast<T>((a ^ b) & (a ^ r));
    return r;
  }
};
struct Multiply {
  template <typename T>
  static T Apply(T a, T b, T* flags) {
    if constexpr (sizeof(T) == 8) {
      T r = 0;
      *flags |= __builtin_mul_overflow(a, b, &r) ? T{-1} : T{0};
      return r;
    } else {
      const int64_t wide = int64_t{a} * int64_t{b};
      const T r = static_cast<T>(wide);
      *flags |= static_cast<T>(wide != r ? -1 : 0);
      return r;
    }
  }
};

template <typename L, typename R, typename Op>
absl::Status Checked(EvalContext&, Arguments arguments, size_t rows, Vector* result) {
  using T = std::conditional_t<(sizeof(L) > sizeof(R)), L, R>;
  T* const __restrict out = result->data<T>();
  absl::Status status;
  WithReaders<L, R>(*arguments[0], *arguments[1], [&](auto left, auto right) {
    T flags = 0;
    for (size_t row = 0; row < rows; ++row) {
      out[row] = Op::template Apply<T>(left[row], right[row], &flags);
    }
    if (flags >= 0) return;
    for (size_t row = 0; row < rows; ++row) {
      T row_flags = 0;
      Op::template Apply<T>(left[row], right[row], &row_flags);
      if (row_flags < 0 && result->validity().IsValid(row)) status = OutOfRange<T>();
    }
  });
  return status;
}

template <typename T>
absl::Status DivideOne(T a, T b, T* out) {
  if (b == 0) return DivisionByZero();
  if (b == -1) {
    if (a == std::numeric_limits<T>::min()) return OutOfRange<T>();
    *out = static_cast<T>(-a);
  } else {
    *out = static_cast<T>(a / b);
  }
  return absl::OkStatus();
}

template <typename L, typename R>
absl::Status Divide(EvalContext&, Arguments arguments, size_t rows, Vector* result) {
  using T = std::conditional_t<(sizeof(L) > sizeof(R)), L, R>;
  T* const __restrict out = result->data<T>();
  const Reader<L> left(*arguments[0]);
  if (arguments[1]->is_constant()) {
    const T divisor = arguments[1]->data<R>()[0];
    if (divisor > 0) {
      for (size_t row = 0; row < rows; ++row) out[row] = static_cast<T>(left[row] / divisor);
      return absl::OkStatus();
    }
  }
  const Reader<R> right(*arguments[1]);
  for (size_t row = 0; row < rows; ++row) {
    out[row] = 0;
    if (!result->validity().IsValid(row)) continue;
    HELIOS_RETURN_IF_ERROR(DivideOne<T>(left[row], right[row], &out[row]));
  }
  return absl::OkStatus();
}

template <typename T>
absl::StatusOr<T> Modulo(T a, T b) {
  if (b == 0) return DivisionByZero();
  return b == -1 ? T{0} : static_cast<T>(a % b);
}

template <typename T>
absl::StatusOr<T> Negate(T a) {
  if (a == std::numeric_limits<T>::min()) return OutOfRange<T>();
  return static_cast<T>(-a);
}
template <typename T>
absl::StatusOr<T> Absolute(T a) {
  return a < 0 ? Negate<T>(a) : absl::StatusOr<T>(a);
}
template <typename T>
T Same(T a) {
  return a;
}
template <typename T>
T BitAnd(T a, T b) {
  return static_cast<T>(a & b);
}
template <typename T>
T BitOr(T a, T b) {
  return static_cast<T>(a | b);
}
template <typename T>
T BitXor(T a, T b) {
  return static_cast<T>(a ^ b);
}
template <typename T>
T BitNot(T a) {
  return static_cast<T>(~a);
}

// Shift counts wrap as the processor's do: at 32, for bigint at 64.
template <typename T>
constexpr int kShiftMask = sizeof(T) == 8 ? 63 : 31;
template <typename T>
T ShiftLeft(T a, int32_t count) {
  using U = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  return static_cast<T>(static_cast<U>(a) << (count & kShiftMask<T>));
}
template <typename T>
T ShiftRight(T a, int32_t count) {
  using S = std::conditional_t<sizeof(T) == 8, int64_t, int32_t>;
  return static_cast<T>(S{a} >> (count & kShiftMask<T>));
}

template <typename T>
std::make_unsigned_t<T> Magnitude(T a) {
  using U = std::make_unsigned_t<T>;
  return a < 0 ? static_cast<U>(U{0} - static_cast<U>(a)) : static_cast<U>(a);
}
template <typename T>
absl::StatusOr<T> GreatestCommonDivisor(T a, T b) {
  const auto divisor = std::gcd(Magnitude(a), Magnitude(b));
  if (divisor > Magnitude(std::numeric_limits<T>::max())) return OutOfRange<T>();
  return static_cast<T>(divisor);
}
template <typename T>
absl::StatusOr<T> LeastCommonMultiple(T a, T b) {
  if (a == 0 || b == 0) return T{0};
  const auto divisor = std::gcd(Magnitude(a), Magnitude(b));
  std::make_unsigned_t<T> multiple = 0;
  if (__builtin_mul_overflow(Magnitude(a) / divisor, Magnitude(b), &multiple) ||
      multiple > Magnitude(std::numeric_limits<T>::max())) {
    return OutOfRange<T>();
  }
  return static_cast<T>(multiple);
}

constexpr FunctionEntry kRows[] = {
    {141, "int4mul", {kInt4, kInt4}, kInt4, kImmutable, Checked<int32_t, int32_t, Multiply>},
    {152, "int2mul", {kInt2, kInt2}, kInt2, kImmutable, Checked<int16_t, int16_t, Multiply>},
    {153, "int2div", {kInt2, kInt2}, kInt2, kImmutable, Divide<int16_t, int16_t>},
    {154, "int4div", {kInt4, kInt4}, kInt4, kImmutable, Divide<int32_t, int32_t>},
    {155, "int2mod", {kInt2, kInt2}, kInt2, kImmutable, Scalar<Modulo<int16_t>>},
    {156, "int4mod", {kInt4, kInt4}, kInt4, kImmutable, Scalar<Modulo<int32_t>>},
    {170, "int24mul", {kInt2, kInt4}, kInt4, kImmutable, Checked<int16_t, int32_t, Multiply>},
    {171, "int42mul", {kInt4, kInt2}, kInt4, kImmutable, Checked<int32_t, int16_t, Multiply>},
    {172, "int24div", {kInt2, kInt4}, kInt4, kImmutable, Divide<int16_t, int32_t>},
    {173, "int42div", {kInt4, kInt2}, kInt4, kImmutable, Divide<int32_t, int16_t>},
    {176, "int2pl", {kInt2, kInt2}, kInt2, kImmutable, Checked<int16_t, int16_t, Add>},
    {177, "int4pl", {kInt4, kInt4}, kInt4, kImmutable, Checked<int32_t, int32_t, Add>},
    {178, "int24pl", {kInt2, kInt4}, kInt4, kImmutable, Checked<int16_t, int32_t, Add>},
    {179, "int42pl", {kInt4, kInt2}, kInt4, kImmutable, Checked<int32_t, int16_t, Add>},
    {180, "int2mi", {kInt2, kInt2}, kInt2, kImmutable, Checked<int16_t, int16_t, Subtract>},
    {181, "int4mi", {kInt4, kInt4}, kInt4, kImmutable, Checked<int32_t, int32_t, Subtract>},
    {182, "int24mi", {kInt2, kInt4}, kInt4, kImmutable, Checked<int16_t, int32_t, Subtract>},
    {183, "int42mi", {kInt4, kInt2}, kInt4, kImmutable, Checked<int32_t, int16_t, Subtract>},
    {212, "int4um", {kInt4}, kInt4, kImmutable, Scalar<Negate<int32_t>>},
    {213, "int2um", {kInt2}, kInt2, kImmutable, Scalar<Negate<int16_t>>},
    {462, "int8um", {kInt8}, kInt8, kImmutable, Scalar<Negate<int64_t>>},
    {463, "int8pl", {kInt8, kInt8}, kInt8, kImmutable, Checked<int64_t, int64_t, Add>},
    {464, "int8mi", {kInt8, kInt8}, kInt8, kImmutable, Checked<int64_t, int64_t, Subtract>},
    {465, "int8mul", {kInt8, kInt8}, kInt8, kImmutable, Checked<int64_t, int64_t, Multiply>},
    {466, "int8div", {kInt8, kInt8}, kInt8, kImmutable, Divide<int64_t, int64_t>},
    {837, "int82pl", {kInt8, kInt2}, kInt8, kImmutable, Checked<int64_t, int16_t, Add>},
    {838, "int82mi", {kInt8, kInt2}, kInt8, kImmutable, Checked<int64_t, int16_t, Subtract>},
    {839, "int82mul", {kInt8, kInt2}, kInt8, kImmutable, Checked<int64_t, int16_t, Multiply>},
    {840, "int82div", {kInt8, kInt2}, kInt8, kImmutable, Divide<int64_t, int16_t>},
    {841, "int28pl", {kInt2, kInt8}, kInt8, kImmutable, Checked<int16_t, int64_t, Add>},
    {940, "mod", {kInt2, kInt2}, kInt2, kImmutable, Scalar<Modulo<int16_t>>},
    {941, "mod", {kInt4, kInt4}, kInt4, kImmutable, Scalar<Modulo<int32_t>>},
    {942, "int28mi", {kInt2, kInt8}, kInt8, kImmutable, Checked<int16_t, int64_t, Subtract>},
    {943, "int28mul", {kInt2, kInt8}, kInt8, kImmutable, Checked<int16_t, int64_t, Multiply>},
    {945, "int8mod", {kInt8, kInt8}, kInt8, kImmutable, Scalar<Modulo<int64_t>>},
    {947, "mod", {kInt8, kInt8}, kInt8, kImmutable, Scalar<Modulo<int64_t>>},
    {948, "int28div", {kInt2, kInt8}, kInt8, kImmutable, Divide<int16_t, int64_t>},
    {1230, "int8abs", {kInt8}, kInt8, kImmutable, Scalar<Absolute<int64_t>>},
    {1251, "int4abs", {kInt4}, kInt4, kImmutable, Scalar<Absolute<int32_t>>},
    {1253, "int2abs", {kInt2}, kInt2, kImmutable, Scalar<Absolute<int16_t>>},
    {1274, "int84pl", {kInt8, kInt4}, kInt8, kImmutable, Checked<int64_t, int32_t, Add>},
    {1275, "int84mi", {kInt8, kInt4}, kInt8, kImmutable, Checked<int64_t, int32_t, Subtract>},
    {1276, "int84mul", {kInt8, kInt4}, kInt8, kImmutable, Checked<int64_t, int32_t, Multiply>},
    {1277, "int84div", {kInt8, kInt4}, kInt8, kImmutable, Divide<int64_t, int32_t>},
    {1278, "int48pl", {kInt4, kInt8}, kInt8, kImmutable, Checked<int32_t, int64_t, Add>},
    {1279, "int48mi", {kInt4, kInt8}, kInt8, kImmutable, Checked<int32_t, int64_t, Subtract>},
    {1280, "int48mul", {kInt4, kInt8}, kInt8, kImmutable, Checked<int32_t, int64_t, Multiply>},
    {1281, "int48div", {kInt4, kInt8}, kInt8, kImmutable, Divide<int32_t, int64_t>},
    {1396, "abs", {kInt8}, kInt8, kImmutable, Scalar<Absolute<int64_t>>},
    {1397, "abs", {kInt4}, kInt4, kImmutable, Scalar<Absolute<int32_t>>},
    {1398, "abs", {kInt2}, kInt2, kImmutable, Scalar<Absolute<int16_t>>},
    {1892, "int2and", {kInt2, kInt2}, kInt2, kImmutable, Scalar<BitAnd<int16_t>>},
    {1893, "int2or", {kInt2, kInt2}, kInt2, kImmutable, Scalar<BitOr<int16_t>>},
    {1894, "int2xor", {kInt2, kInt2}, kInt2, kImmutable, Scalar<BitXor<int16_t>>},
    {1895, "int2not", {kInt2}, kInt2, kImmutable, Scalar<BitNot<int16_t>>},
    {1896, "int2shl", {kInt2, kInt4}, kInt2, kImmutable, Scalar<ShiftLeft<int16_t>>},
    {1897, "int2shr", {kInt2, kInt4}, kInt2, kImmutable, Scalar<ShiftRight<int16_t>>},
    {1898, "int4and", {kInt4, kInt4}, kInt4, kImmutable, Scalar<BitAnd<int32_t>>},
    {1899, "int4or", {kInt4, kInt4}, kInt4, kImmutable, Scalar<BitOr<int32_t>>},
    {1900, "int4xor", {kInt4, kInt4}, kInt4, kImmutable, Scalar<BitXor<int32_t>>},
    {1901, "int4not", {kInt4}, kInt4, kImmutable, Scalar<BitNot<int32_t>>},
    {1902, "int4shl", {kInt4, kInt4}, kInt4, kImmutable, Scalar<ShiftLeft<int32_t>>},
    {1903, "int4shr", {kInt4, kInt4}, kInt4, kImmutable, Scalar<ShiftRight<int32_t>>},
    {1904, "int8and", {kInt8, kInt8}, kInt8, kImmutable, Scalar<BitAnd<int64_t>>},
    {1905, "int8or", {kInt8, kInt8}, kInt8, kImmutable, Scalar<BitOr<int64_t>>},
    {1906, "int8xor", {kInt8, kInt8}, kInt8, kImmutable, Scalar<BitXor<int64_t>>},
    {1907, "int8not", {kInt8}, kInt8, kImmutable, Scalar<BitNot<int64_t>>},
    {1908, "int8shl", {kInt8, kInt4}, kInt8, kImmutable, Scalar<ShiftLeft<int64_t>>},
    {1909, "int8shr", {kInt8, kInt4}, kInt8, kImmutable, Scalar<ShiftRight<int64_t>>},
    {1910, "int8up", {kInt8}, kInt8, kImmutable, Scalar<Same<int64_t>>},
    {1911, "int2up", {kInt2}, kInt2, kImmutable, Scalar<Same<int16_t>>},
    {1912, "int4up", {kInt4}, kInt4, kImmutable, Scalar<Same<int32_t>>},
    {5044, "gcd", {kInt4, kInt4}, kInt4, kImmutable, Scalar<GreatestCommonDivisor<int32_t>>},
    {5045, "gcd", {kInt8, kInt8}, kInt8, kImmutable, Scalar<GreatestCommonDivisor<int64_t>>},
    {5046, "lcm", {kInt4, kInt4}, kInt4, kImmutable, Scalar<LeastCommonMultiple<int32_t>>},
    {5047, "lcm", {kInt8, kInt8}, kInt8, kImmutable, Scalar<LeastCommonMultiple<int64_t>>},
};

}  // namespace

std::span<const FunctionEntry> IntegerArithmetic() { return kRows; }

}  // namespace heliosdb::sql::functions
