// sum and avg.
#include <cmath>

#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/datetime.h"
#include "core/types/numeric_sum.h"

namespace heliosdb::sql::functions {
namespace {

using types::Interval;
using types::NumericBuffer;
using types::Vector;
using enum types::TypeOid;

absl::Status StoreNumeric(const NumericBuffer& numeric, size_t row, Vector* result) {
  result->data<std::string_view>()[row] = result->AddString(numeric.view());
  return absl::OkStatus();
}
absl::Status StoreNull(size_t row, Vector* result) {
  result->SetNull(row);
  return absl::OkStatus();
}

// sum(int2) and sum(int4): 64 bits are enough for 2^32 rows of the largest values.
template <typename T>
struct SumOfSmall {
  struct State {
    int64_t total = 0;
    int64_t count = 0;
  };
  using Inputs = InputTypes<T>;
  static void Add(State& state, T value) {
    state.total += value;
    ++state.count;
  }
  static void AddColumn(State& state, const T* values, size_t rows) {
    int64_t total = 0;
    for (size_t row = 0; row < rows; ++row) total += values[row];
    state.total += total;
    state.count += static_cast<int64_t>(rows);
  }
  static void Merge(State& state, const State& from) {
    state.total += from.total;
    state.count += from.count;
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count == 0) return StoreNull(row, result);
    result->data<int64_t>()[row] = state.total;
    return absl::OkStatus();
  }
};

// Exact sums of integers in 128 bits, for what gives numeric.
enum class Figure { kSum, kAverage };
template <typename T, Figure figure>
struct IntegerFigure {
  using State = types::IntegerSum;
  using Inputs = InputTypes<T>;
  static void Add(State& state, T value) { state.Add(value); }
  static void AddColumn(State& state, const T* values, size_t rows) {
    if constexpr (sizeof(T) < 8) {
      int64_t total = 0;
      for (size_t row = 0; row < rows; ++row) total += values[row];
      state.total += total;
    } else {
      // The halves apart: each fits 64 bits for a chunk's rows, and both sums vectorise.
      int64_t high = 0;
      int64_t low = 0;
      for (size_t row = 0; row < rows; ++row) {
        high += values[row] >> 32;
        low += values[row] & 0xFFFFFFFF;
      }
      state.total += (types::Int128{high} << 32) + low;
    }
    state.count += static_cast<int64_t>(rows);
  }
  static void Merge(State& state, const State& from) { state.Merge(from); }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count == 0) return StoreNull(row, result);
    NumericBuffer out;
    if constexpr (figure == Figure::kSum) {
      state.Sum(&out);
    } else {
      HELIOS_RETURN_IF_ERROR(state.Average(&out));
    }
    return StoreNumeric(out, row, result);
  }
};

template <Figure figure>
struct NumericFigure {
  using State = types::NumericSum;
  using Inputs = InputTypes<std::string_view>;
  static void Add(State& state, std::string_view value) { state.Add(value); }
  static void Merge(State& state, const State& from) { state.Merge(from); }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count() == 0) return StoreNull(row, result);
    NumericBuffer out;
    HELIOS_RETURN_IF_ERROR(figure == Figure::kSum ? state.Sum(&out) : state.Average(&out));
    return StoreNumeric(out, row, result);
  }
  static void Save(const State& state, std::string* out) { state.AppendTo(out); }
  static absl::Status Load(std::string_view bytes, State& state) {
    HELIOS_ASSIGN_OR_RETURN(state, types::NumericSum::Decode(bytes));
    return absl::OkStatus();
  }
};

absl::Status Overflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}

// Adds in the order of the rows: another order would give another result. T is the type of the
// values, S that of the sum.
template <typename T, typename S, Figure figure>
struct FloatFigure {
  struct State {
    S total = 0;
    int64_t count = 0;
  };
  using Inputs = InputTypes<T>;
  static absl::Status Add(State& state, T value) {
    const S total = state.total + value;
    if (std::isinf(total) && !std::isinf(state.total) && !std::isinf(value)) return Overflow();
    state.total = total;
    ++state.count;
    return absl::OkStatus();
  }
  static absl::Status AddColumn(State& state, const T* values, size_t rows) {
    S total = state.total;
    for (size_t row = 0; row < rows; ++row) total += values[row];
    if (std::isinf(total) || std::isnan(total)) {
      for (size_t row = 0; row < rows; ++row) HELIOS_RETURN_IF_ERROR(Add(state, values[row]));
      return absl::OkStatus();
    }
    state.total = total;
    state.count += static_cast<int64_t>(rows);
    return absl::OkStatus();
  }
  static absl::Status Merge(State& state, const State& from) {
    const S total = state.total + from.total;
    if (std::isinf(total) && !std::isinf(state.total) && !std::isinf(from.total)) {
      return Overflow();
    }
    state.total = total;
    state.count += from.count;
    return absl::OkStatus();
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count == 0) return StoreNull(row, result);
    if constexpr (figure == Figure::kSum) {
      result->data<S>()[row] = state.total;
    } else {
      result->data<double>()[row] = state.total / static_cast<double>(state.count);
    }
    return absl::OkStatus();
  }
};

template <Figure figure>
struct IntervalFigure {
  struct State {
    Interval total;
    int64_t count = 0;
  };
  using Inputs = InputTypes<Interval>;
  static absl::Status Add(State& state, Interval value) {
    HELIOS_ASSIGN_OR_RETURN(state.total, types::IntervalAdd(state.total, value));
    ++state.count;
    return absl::OkStatus();
  }
  static absl::Status Merge(State& state, const State& from) {
    HELIOS_ASSIGN_OR_RETURN(state.total, types::IntervalAdd(state.total, from.total));
    state.count += from.count;
    return absl::OkStatus();
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count == 0) return StoreNull(row, result);
    Interval value = state.total;
    if constexpr (figure == Figure::kAverage) {
      HELIOS_ASSIGN_OR_RETURN(value,
                              types::IntervalDivide(value, static_cast<double>(state.count)));
    }
    result->data<Interval>()[row] = value;
    return absl::OkStatus();
  }
};

template <typename A>
constexpr AggregateEntry Entry(uint32_t id, std::string_view name, types::TypeOid argument,
                               types::TypeOid result) {
  return {.id = id, .name = name, .arguments = {argument}, .result = result, .state = &kStateOf<A>};
}

constexpr AggregateEntry kRows[] = {
    Entry<SumOfSmall<int16_t>>(2109, "sum", kInt2, kInt8),
    Entry<SumOfSmall<int32_t>>(2108, "sum", kInt4, kInt8),
    Entry<IntegerFigure<int64_t, Figure::kSum>>(2107, "sum", kInt8, kNumeric),
    Entry<NumericFigure<Figure::kSum>>(2114, "sum", kNumeric, kNumeric),
    Entry<FloatFigure<float, float, Figure::kSum>>(2110, "sum", kFloat4, kFloat4),
    Entry<FloatFigure<double, double, Figure::kSum>>(2111, "sum", kFloat8, kFloat8),
    Entry<IntervalFigure<Figure::kSum>>(2113, "sum", kInterval, kInterval),
    Entry<IntegerFigure<int16_t, Figure::kAverage>>(2102, "avg", kInt2, kNumeric),
    Entry<IntegerFigure<int32_t, Figure::kAverage>>(2101, "avg", kInt4, kNumeric),
    Entry<IntegerFigure<int64_t, Figure::kAverage>>(2100, "avg", kInt8, kNumeric),
    Entry<NumericFigure<Figure::kAverage>>(2103, "avg", kNumeric, kNumeric),
    Entry<FloatFigure<float, double, Figure::kAverage>>(2104, "avg", kFloat4, kFloat8),
    Entry<FloatFigure<double, double, Figure::kAverage>>(2105, "avg", kFloat8, kFloat8),
    Entry<IntervalFigure<Figure::kAverage>>(2106, "avg", kInterval, kInterval),
};

}  // namespace

std::span<const AggregateEntry> SumAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
