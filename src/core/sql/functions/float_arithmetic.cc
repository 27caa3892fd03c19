// Arithmetic on float4 and float8: IEEE, but an overflow or underflow is an error, as PostgreSQL has
// it.
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

absl::Status Overflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}
absl::Status Underflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: underflow");
}

// Suspect says, without branches, whether a result needs the exact Check.
struct Add {
  template <typename T>
  static T Apply(T a, T b) {
    return a + b;
  }
  template <typename T>
  static bool Suspect(T, T, T r) {
    return std::fabs(r) > std::numeric_limits<T>::max();
  }
  template <typename T>
  static absl::Status Check(T a, T b, T r) {
    return std::isinf(r) && !std::isinf(a) && !std::isinf(b) ? Overflow() : absl::OkStatus();
  }
};
struct Subtract : Add {
  template <typename T>
  static T Apply(T a, T b) {
    return a - b;
  }
};
struct Multiply {
  template <typename T>
  static T Apply(T a, T b) {
    return a * b;
  }
  template <typename T>
  static bool Suspect(T, T, T r) {
    return (std::fabs(r) > std::numeric_limits<T>::max()) | (r == 0);
  }
  template <typename T>
  static absl::Status Check(T a, T b, T r) {
    if (std::isinf(r) && !std::isinf(a) && !std::isinf(b)) return Overflow();
    return r == 0 && a != 0 && b != 0 ? Underflow() : absl::OkStatus();
  }
};
struct Divide {
  template <typename T>
  static T Apply(T a, T b) {
    return a / b;
  }
  template <typename T>
  static bool Suspect(T, T b, T r) {
    return (std::fabs(r) > std::numeric_limits<T>::max()) | (r == 0) | (b == 0);
  }
  template <typename T>
  static absl::Status Check(T a, T b, T r) {
    if (b == 0 && !std::isnan(a)) {
      return SqlError(sqlstate::kDivisionByZero, "division by zero");
    }
    if (std::isinf(r) && !std::isinf(a)) return Overflow();
    return r == 0 && a != 0 && !std::isinf(b) ? Underflow() : absl::OkStatus();
  }
};

template <typename L, typename R, typename Op>
absl::Status Checked(EvalContext&, Arguments arguments, size_t rows, Vector* result) {
  using T = std::common_type_t<L, R>;
  T* const __restrict out = result->data<T>();
  absl::Status status;
  WithReaders<L, R>(*arguments[0], *arguments[1], [&](auto left, auto right) {
    bool suspect = false;
    for (size_t row = 0; row < rows; ++row) {
      const T a = left[row];
      const T b = right[row];
      const T r = Op::template Apply<T>(a, b);
      out[row] = r;
      suspect |= Op::template Suspect<T>(a, b, r);
    }
    if (!suspect) return;
    for (size_t row = 0; row < rows && status.ok(); ++row) {
      if (!result->validity().IsValid(row)) continue;
      status = Op::template Check<T>(left[row], right[row], out[row]);
    }
  });
  return status;
}

template <typename T>
T Negate(T a) {
  return -a;
}
template <typename T>
T Absolute(T a) {
  return std::fabs(a);
}
template <typename T>
T Same(T a) {
  return a;
}

constexpr FunctionEntry kRows[] = {
    {202, "float4mul", {kFloat4, kFloat4}, kFloat4, kImmutable, Checked<float, float, Multiply>},
    {203, "float4div", {kFloat4, kFloat4}, kFloat4, kImmutable, Checked<float, float, Divide>},
    {204, "float4pl", {kFloat4, kFloat4}, kFloat4, kImmutable, Checked<float, float, Add>},
    {205, "float4mi", {kFloat4, kFloat4}, kFloat4, kImmutable, Checked<float, float, Subtract>},
    {206, "float4um", {kFloat4}, kFloat4, kImmutable, Scalar<Negate<float>>},
    {207, "float4abs", {kFloat4}, kFloat4, kImmutable, Scalar<Absolute<float>>},
    {216, "float8mul", {kFloat8, kFloat8}, kFloat8, kImmutable, Checked<double, double, Multiply>},
    {217, "float8div", {kFloat8, kFloat8}, kFloat8, kImmutable, Checked<double, double, Divide>},
    {218, "float8pl", {kFloat8, kFloat8}, kFloat8, kImmutable, Checked<double, double, Add>},
    {219, "float8mi", {kFloat8, kFloat8}, kFloat8, kImmutable, Checked<double, double, Subtract>},
    {220, "float8um", {kFloat8}, kFloat8, kImmutable, Scalar<Negate<double>>},
    {221, "float8abs", {kFloat8}, kFloat8, kImmutable, Scalar<Absolute<double>>},
    {279, "float48mul", {kFloat4, kFloat8}, kFloat8, kImmutable, Checked<float, double, Multiply>},
    {280, "float48div", {kFloat4, kFloat8}, kFloat8, kImmutable, Checked<float, double, Divide>},
    {281, "float48pl", {kFloat4, kFloat8}, kFloat8, kImmutable, Checked<float, double, Add>},
    {282, "float48mi", {kFloat4, kFloat8}, kFloat8, kImmutable, Checked<float, double, Subtract>},
    {283, "float84mul", {kFloat8, kFloat4}, kFloat8, kImmutable, Checked<double, float, Multiply>},
    {284, "float84div", {kFloat8, kFloat4}, kFloat8, kImmutable, Checked<double, float, Divide>},
    {285, "float84pl", {kFloat8, kFloat4}, kFloat8, kImmutable, Checked<double, float, Add>},
    {286, "float84mi", {kFloat8, kFloat4}, kFloat8, kImmutable, Checked<double, float, Subtract>},
    {1394, "abs", {kFloat4}, kFloat4, kImmutable, Scalar<Absolute<float>>},
    {1395, "abs", {kFloat8}, kFloat8, kImmutable, Scalar<Absolute<double>>},
    {1913, "float4up", {kFloat4}, kFloat4, kImmutable, Scalar<Same<float>>},
    {1914, "float8up", {kFloat8}, kFloat8, kImmutable, Scalar<Same<double>>},
};

}  // namespace

std::span<const FunctionEntry> FloatArithmetic() { return kRows; }

}  // namespace heliosdb::sql::functions
