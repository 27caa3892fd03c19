// variance and stddev: exact over integers and numeric, Youngs and Cramer's recurrence over floats,
// as PostgreSQL has them.
#include <cmath>
#include <limits>

#include "core/base/coding.h"
#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/numeric_sum.h"

namespace heliosdb::sql::functions {
namespace {

using types::NumericBuffer;
using types::Vector;
using enum types::TypeOid;

enum class Divisor { kPopulation, kSample };
enum class Root { kNone, kSquare };

// (n * sum of squares - square of the sum) / (n * n, or n * (n - 1) for a sample).
template <Divisor divisor, Root root>
absl::Status ExactSpread(int64_t count, std::string_view sum, std::string_view squares,
                         NumericBuffer* out) {
  NumericBuffer n;
  NumericBuffer scaled_squares;
  NumericBuffer square_of_sum;
  NumericBuffer numerator;
  types::NumericFromInt64(count, &n);
  HELIOS_RETURN_IF_ERROR(types::NumericMultiply(n.view(), squares, &scaled_squares));
  HELIOS_RETURN_IF_ERROR(types::NumericMultiply(sum, sum, &square_of_sum));
  HELIOS_RETURN_IF_ERROR(
      types::NumericSubtract(scaled_squares.view(), square_of_sum.view(), &numerator));
  if (types::NumericIsNan(numerator.view())) {
    *out = numerator;
    return absl::OkStatus();
  }
  if (types::NumericSign(numerator.view()) <= 0) {
    types::NumericFromInt64(0, out);
    return absl::OkStatus();
  }
  NumericBuffer other;
  NumericBuffer denominator;
  types::NumericFromInt64(divisor == Divisor::kSample ? count - 1 : count, &other);
  HELIOS_RETURN_IF_ERROR(types::NumericMultiply(n.view(), other.view(), &denominator));
  if constexpr (root == Root::kNone) {
    return types::NumericDivide(numerator.view(), denominator.view(), out);
  }
  NumericBuffer variance;
  HELIOS_RETURN_IF_ERROR(types::NumericDivide(numerator.view(), denominator.view(), &variance));
  const int32_t scale = types::NumericScale(variance.view());
  NumericBuffer deviation;
  HELIOS_RETURN_IF_ERROR(types::NumericSqrt(variance.view(), &deviation));
  return types::NumericRound(deviation.view(), scale, out);
}

template <Divisor divisor>
constexpr int64_t kCountMin = divisor == Divisor::kSample ? 2 : 1;

absl::Status StoreNull(size_t row, Vector* result) {
  result->SetNull(row);
  return absl::OkStatus();
}

template <typename T, Divisor divisor, Root root>
struct IntegerSpread {
  struct State {
    types::Int128 sum = 0;
    types::Int128 squares = 0;
    int64_t count = 0;
  };
  using Inputs = InputTypes<T>;
  static void Add(State& state, T value) {
    state.sum += value;
    state.squares += int64_t{value} * int64_t{value};
    ++state.count;
  }
  static void Merge(State& state, const State& from) {
    state.sum += from.sum;
    state.squares += from.squares;
    state.count += from.count;
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count < kCountMin<divisor>) return StoreNull(row, result);
    NumericBuffer sum;
    NumericBuffer squares;
    NumericBuffer out;
    types::NumericFromInt128(state.sum, &sum);
    types::NumericFromInt128(state.squares, &squares);
    HELIOS_RETURN_IF_ERROR(
        (ExactSpread<divisor, root>(state.count, sum.view(), squares.view(), &out)));
    result->data<std::string_view>()[row] = result->AddString(out.view());
    return absl::OkStatus();
  }
};

// T is int64_t, whose squares exceed 128 bits soon, or std::string_view for numeric.
template <typename T, Divisor divisor, Root root>
struct NumericSpread {
  struct State {
    types::NumericSum sum;
    types::NumericSum squares;
  };
  using Inputs = InputTypes<T>;
  static void Add(State& state, T value) {
    if constexpr (std::is_same_v<T, int64_t>) {
      NumericBuffer numeric;
      types::NumericFromInt64(value, &numeric);
      state.sum.Add(numeric.view());
      state.squares.AddProduct(numeric.view(), numeric.view());
    } else {
      state.sum.Add(value);
      state.squares.AddProduct(value, value);
    }
  }
  static void Merge(State& state, const State& from) {
    state.sum.Merge(from.sum);
    state.squares.Merge(from.squares);
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.sum.count() < kCountMin<divisor>) return StoreNull(row, result);
    NumericBuffer sum;
    NumericBuffer squares;
    NumericBuffer out;
    HELIOS_RETURN_IF_ERROR(state.sum.Sum(&sum));
    HELIOS_RETURN_IF_ERROR(state.squares.Sum(&squares));
    HELIOS_RETURN_IF_ERROR(
        (ExactSpread<divisor, root>(state.sum.count(), sum.view(), squares.view(), &out)));
    result->data<std::string_view>()[row] = result->AddString(out.view());
    return absl::OkStatus();
  }
  static void Save(const State& state, std::string* out) {
    std::string sum;
    state.sum.AppendTo(&sum);
    AppendFixed(out, static_cast<uint64_t>(sum.size()));
    out->append(sum);
    state.squares.AppendTo(out);
  }
  static absl::Status Load(std::string_view bytes, State& state) {
    if (bytes.size() < sizeof(uint64_t)) {
      return Corruption("variance state has {} bytes", bytes.size());
    }
    const auto sum_bytes = LoadFixed<uint64_t>(bytes.data());
    bytes.remove_prefix(sizeof(uint64_t));
    if (sum_bytes > bytes.size()) return Corruption("variance sum has {} bytes", sum_bytes);
    HELIOS_ASSIGN_OR_RETURN(state.sum, types::NumericSum::Decode(bytes.substr(0, sum_bytes)));
    HELIOS_ASSIGN_OR_RETURN(state.squares, types::NumericSum::Decode(bytes.substr(sum_bytes)));
    return absl::OkStatus();
  }
};

absl::Status Overflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}

template <typename T, Divisor divisor, Root root>
struct FloatSpread {
  struct State {
    double count = 0;
    double sum = 0;
    // The sum of the squared distances from the mean.
    double squares = 0;
  };
  using Inputs = InputTypes<T>;
  static absl::Status Add(State& state, T input) {
    const double value = input;
    const double old_count = state.count;
    const double old_sum = state.sum;
    state.count += 1.0;
    state.sum += value;
    if (old_count == 0) {
      if (!std::isfinite(value)) state.squares = std::numeric_limits<double>::quiet_NaN();
      return absl::OkStatus();
    }
    const double distance = value * state.count - state.sum;
    state.squares += distance * distance / (state.count * old_count);
    if (std::isinf(state.sum) || std::isinf(state.squares)) {
      if (!std::isinf(old_sum) && !std::isinf(value)) return Overflow();
      state.squares = std::numeric_limits<double>::quiet_NaN();
    }
    return absl::OkStatus();
  }
  static absl::Status Merge(State& state, const State& from) {
    if (from.count == 0) return absl::OkStatus();
    if (state.count == 0) {
      state = from;
      return absl::OkStatus();
    }
    const double distance = state.sum / state.count - from.sum / from.count;
    const double count = state.count + from.count;
    const double squares =
        state.squares + from.squares + state.count * from.count * distance * distance / count;
    if (std::isinf(squares) && !std::isinf(state.squares) && !std::isinf(from.squares)) {
      return Overflow();
    }
    state.sum += from.sum;
    state.count = count;
    state.squares = squares;
    return absl::OkStatus();
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.count < static_cast<double>(kCountMin<divisor>)) return StoreNull(row, result);
    const double variance =
        state.squares / (divisor == Divisor::kSample ? state.count - 1.0 : state.count);
    result->data<double>()[row] = root == Root::kSquare ? std::sqrt(variance) : variance;
    return absl::OkStatus();
  }
};

template <typename A>
constexpr AggregateEntry Entry(uint32_t id, std::string_view name, types::TypeOid argument,
                               types::TypeOid result) {
  return {.id = id, .name = name, .arguments = {argument}, .result = result, .state = &kStateOf<A>};
}
template <Divisor d, Root r>
constexpr AggregateEntry OfInt8(uint32_t id, std::string_view name) {
  return Entry<NumericSpread<int64_t, d, r>>(id, name, kInt8, kNumeric);
}
template <Divisor d, Root r>
constexpr AggregateEntry OfInt4(uint32_t id, std::string_view name) {
  return Entry<IntegerSpread<int32_t, d, r>>(id, name, kInt4, kNumeric);
}
template <Divisor d, Root r>
constexpr AggregateEntry OfInt2(uint32_t id, std::string_view name) {
  return Entry<IntegerSpread<int16_t, d, r>>(id, name, kInt2, kNumeric);
}
template <Divisor d, Root r>
constexpr AggregateEntry OfFloat4(uint32_t id, std::string_view name) {
  return Entry<FloatSpread<float, d, r>>(id, name, kFloat4, kFloat8);
}
template <Divisor d, Root r>
constexpr AggregateEntry OfFloat8(uint32_t id, std::string_view name) {
  return Entry<FloatSpread<double, d, r>>(id, name, kFloat8, kFloat8);
}
template <Divisor d, Root r>
constexpr AggregateEntry OfNumeric(uint32_t id, std::string_view name) {
  return Entry<NumericSpread<std::string_view, d, r>>(id, name, kNumeric, kNumeric);
}

using enum Divisor;
using enum Root;

constexpr AggregateEntry kRows[] = {
    OfInt8<kPopulation, kNone>(2718, "var_pop"),
    OfInt4<kPopulation, kNone>(2719, "var_pop"),
    OfInt2<kPopulation, kNone>(2720, "var_pop"),
    OfFloat4<kPopulation, kNone>(2721, "var_pop"),
    OfFloat8<kPopulation, kNone>(2722, "var_pop"),
    OfNumeric<kPopulation, kNone>(2723, "var_pop"),
    OfInt8<kSample, kNone>(2641, "var_samp"),
    OfInt4<kSample, kNone>(2642, "var_samp"),
    OfInt2<kSample, kNone>(2643, "var_samp"),
    OfFloat4<kSample, kNone>(2644, "var_samp"),
    OfFloat8<kSample, kNone>(2645, "var_samp"),
    OfNumeric<kSample, kNone>(2646, "var_samp"),
    OfInt8<kSample, kNone>(2148, "variance"),
    OfInt4<kSample, kNone>(2149, "variance"),
    OfInt2<kSample, kNone>(2150, "variance"),
    OfFloat4<kSample, kNone>(2151, "variance"),
    OfFloat8<kSample, kNone>(2152, "variance"),
    OfNumeric<kSample, kNone>(2153, "variance"),
    OfInt8<kPopulation, kSquare>(2724, "stddev_pop"),
    OfInt4<kPopulation, kSquare>(2725, "stddev_pop"),
    OfInt2<kPopulation, kSquare>(2726, "stddev_pop"),
    OfFloat4<kPopulation, kSquare>(2727, "stddev_pop"),
    OfFloat8<kPopulation, kSquare>(2728, "stddev_pop"),
    OfNumeric<kPopulation, kSquare>(2729, "stddev_pop"),
    OfInt8<kSample, kSquare>(2712, "stddev_samp"),
    OfInt4<kSample, kSquare>(2713, "stddev_samp"),
    OfInt2<kSample, kSquare>(2714, "stddev_samp"),
    OfFloat4<kSample, kSquare>(2715, "stddev_samp"),
    OfFloat8<kSample, kSquare>(2716, "stddev_samp"),
    OfNumeric<kSample, kSquare>(2717, "stddev_samp"),
    OfInt8<kSample, kSquare>(2154, "stddev"),
    OfInt4<kSample, kSquare>(2155, "stddev"),
    OfInt2<kSample, kSquare>(2156, "stddev"),
    OfFloat4<kSample, kSquare>(2157, "stddev"),
    OfFloat8<kSample, kSquare>(2158, "stddev"),
    OfNumeric<kSample, kSquare>(2159, "stddev"),
};

}  // namespace

std::span<const AggregateEntry> VarianceAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
