// Comparison kernels and their selection forms, generated from what it means to compare two values.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_COMPARISON_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_COMPARISON_H_

#include <cmath>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "core/sql/functions/kernel_loops.h"

namespace heliosdb::sql::functions {

template <OperatorKind kind, typename T>
constexpr bool TestOrder(const T& a, const T& b) {
  if constexpr (kind == OperatorKind::kEqual) return a == b;
  if constexpr (kind == OperatorKind::kNotEqual) return a != b;
  if constexpr (kind == OperatorKind::kLess) return a < b;
  if constexpr (kind == OperatorKind::kLessOrEqual) return a <= b;
  if constexpr (kind == OperatorKind::kGreater) return a > b;
  if constexpr (kind == OperatorKind::kGreaterOrEqual) return a >= b;
}

// Integers, booleans, dates and times of two widths.
template <typename L, typename R>
struct Integers {
  using Left = L;
  using Right = R;
  template <OperatorKind kind>
  static bool Test(L a, R b) {
    using Common = std::common_type_t<L, R>;
    return TestOrder<kind, Common>(a, b);
  }
};

// NaN equals NaN and is greater than every number. Without branches, so that loops vectorise.
template <typename L, typename R>
struct Floats {
  using Left = L;
  using Right = R;
  using Common = std::common_type_t<L, R>;
  static bool Equal(Common a, Common b) { return (a == b) | (std::isnan(a) & std::isnan(b)); }
  static bool Less(Common a, Common b) { return (a < b) | (std::isnan(b) & !std::isnan(a)); }
  template <OperatorKind kind>
  static bool Test(L a, R b) {
    if constexpr (kind == OperatorKind::kEqual) return Equal(a, b);
    if constexpr (kind == OperatorKind::kNotEqual) return !Equal(a, b);
    if constexpr (kind == OperatorKind::kLess) return Less(a, b);
    if constexpr (kind == OperatorKind::kLessOrEqual) return !Less(b, a);
    if constexpr (kind == OperatorKind::kGreater) return Less(b, a);
    if constexpr (kind == OperatorKind::kGreaterOrEqual) return !Less(a, b);
  }
};

// text, name and bytea, in byte order.
struct Bytes {
  using Left = std::string_view;
  using Right = std::string_view;
  static bool Equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
  }
  template <OperatorKind kind>
  static bool Test(std::string_view a, std::string_view b) {
    if constexpr (kind == OperatorKind::kEqual) return Equal(a, b);
    if constexpr (kind == OperatorKind::kNotEqual) return !Equal(a, b);
    return TestOrder<kind>(a.compare(b), 0);
  }
};

// Whatever has a three-way comparison.
template <typename L, typename R, int (*Compare)(L, R)>
struct Ordered {
  using Left = L;
  using Right = R;
  template <OperatorKind kind>
  static bool Test(L a, R b) {
    return TestOrder<kind>(Compare(a, b), 0);
  }
};

template <typename Traits, OperatorKind kind>
absl::Status CompareVectors(EvalContext&, Arguments arguments, size_t rows, types::Vector* result) {
  uint8_t* const __restrict out = result->data<uint8_t>();
  WithReaders<typename Traits::Left, typename Traits::Right>(
      *arguments[0], *arguments[1], [out, rows](auto left, auto right) {
        for (size_t row = 0; row < rows; ++row) {
          out[row] = Traits::template Test<kind>(left[row], right[row]) ? 1 : 0;
        }
      });
  return absl::OkStatus();
}

// test(row) decides; no branch depends on the data.
template <typename Test>
size_t SelectRows(Selection selection, uint16_t* selected, Test test) {
  size_t count = 0;
  if (selection.rows == nullptr) {
    for (size_t row = 0; row < selection.count; ++row) {
      selected[count] = static_cast<uint16_t>(row);
      count += test(row) ? 1 : 0;
    }
    return count;
  }
  for (size_t k = 0; k < selection.count; ++k) {
    const uint16_t row = selection.rows[k];
    selected[count] = row;
    count += test(row) ? 1 : 0;
  }
  return count;
}

template <typename Traits, OperatorKind kind>
absl::StatusOr<size_t> FilterVectors(EvalContext&, Arguments arguments, Selection selection,
                                     uint16_t* selected) {
  const types::Vector& left = *arguments[0];
  const types::Vector& right = *arguments[1];
  if ((left.is_constant() && left.IsNull(0)) || (right.is_constant() && right.IsNull(0))) return 0;
  const bool left_nulls = !left.is_constant() && left.validity().has_nulls();
  const bool right_nulls = !right.is_constant() && right.validity().has_nulls();
  size_t count = 0;
  WithReaders<typename Traits::Left, typename Traits::Right>(left, right, [&](auto a, auto b) {
    if (!left_nulls && !right_nulls) {
      count = SelectRows(selection, selected, [a, b](size_t row) {
        return Traits::template Test<kind>(a[row], b[row]);
      });
      return;
    }
    count = SelectRows(selection, selected, [&, a, b](size_t row) {
      return (!left_nulls || left.validity().IsValid(row)) &
             (!right_nulls || right.validity().IsValid(row)) &
             Traits::template Test<kind>(a[row], b[row]);
    });
  });
  return count;
}

template <typename Traits, OperatorKind kind>
constexpr FunctionEntry Comparison(uint32_t id, std::string_view name, Signature arguments) {
  FunctionEntry entry;
  entry.id = id;
  entry.name = name;
  entry.arguments = arguments;
  entry.result = types::TypeOid::kBool;
  entry.kernel = CompareVectors<Traits, kind>;
  entry.filter = FilterVectors<Traits, kind>;
  return entry;
}

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_COMPARISON_H_
