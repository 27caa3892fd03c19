// percentile_cont, percentile_disc and mode. Rows arrive sorted, so a state is the list of values, or
// for mode the longest run so far.
#include <cmath>
#include <vector>

#include "core/base/coding.h"
#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/compare.h"
#include "core/types/datetime.h"

namespace heliosdb::sql::functions {
namespace {

using types::Interval;
using types::Value;
using types::Vector;
using enum types::TypeOid;

absl::StatusOr<double> Fraction(DirectArguments direct_arguments) {
  const double fraction = direct_arguments[0].float_value();
  if (fraction >= 0 && fraction <= 1) return fraction;
  return SqlError(sqlstate::kNumericValueOutOfRange, "percentile value {} is not between 0 and 1",
                  fraction);
}

double Interpolate(double low, double high, double part) { return low + part * (high - low); }
absl::StatusOr<Interval> Interpolate(Interval low, Interval high, double part) {
  HELIOS_ASSIGN_OR_RETURN(const Interval distance, types::IntervalSubtract(high, low));
  HELIOS_ASSIGN_OR_RETURN(const Interval share, types::IntervalMultiply(distance, part));
  return types::IntervalAdd(low, share);
}

// T is double or Interval.
template <typename T>
struct PercentileContinuous {
  struct State {
    std::vector<T> values;
  };
  using Inputs = InputTypes<T>;
  static void Add(State& state, T value) { state.values.push_back(value); }
  static void Merge(State& state, const State& from) {
    state.values.insert(state.values.end(), from.values.begin(), from.values.end());
  }
  static absl::Status Finish(const State& state, DirectArguments direct_arguments, size_t row,
                             Vector* result) {
    if (direct_arguments[0].is_null()) {
      result->SetNull(row);
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(const double fraction, Fraction(direct_arguments));
    if (state.values.empty()) {
      result->SetNull(row);
      return absl::OkStatus();
    }
    const double position = fraction * static_cast<double>(state.values.size() - 1);
    const auto low = static_cast<size_t>(std::floor(position));
    const auto high = static_cast<size_t>(std::ceil(position));
    T value = state.values[low];
    if (high != low) {
      const double part = position - static_cast<double>(low);
      if constexpr (std::is_same_v<T, double>) {
        value = Interpolate(value, state.values[high], part);
      } else {
        HELIOS_ASSIGN_OR_RETURN(value, Interpolate(value, state.values[high], part));
      }
    }
    result->data<T>()[row] = value;
    return absl::OkStatus();
  }
  static void Save(const State& state, std::string* out) {
    out->append(reinterpret_cast<const char*>(state.values.data()),
                state.values.size() * sizeof(T));
  }
  static absl::Status Load(std::string_view bytes, State& state) {
    if (bytes.size() % sizeof(T) != 0) {
      return Corruption("percentile state has {} bytes", bytes.size());
    }
    state.values.resize(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(state.values.data(), bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  static size_t HeapBytes(const State& state) { return state.values.capacity() * sizeof(T); }
};

// Values of any one type, as the bytes that a vector holds; strings with their length before them.
struct AnyValues {
  std::string bytes;
  // Where each value begins, for strings only.
  std::vector<size_t> starts;
  size_t count = 0;
};

std::string_view BytesOf(const Vector& vector, size_t row) {
  if (vector.is_constant()) row = 0;
  if (vector.physical() == types::Physical::kString) return vector.data<std::string_view>()[row];
  const size_t width = types::PhysicalBytes(vector.physical());
  return {vector.data<char>() + row * width, width};
}
void StoreBytes(std::string_view bytes, size_t row, Vector* result) {
  if (result->physical() == types::Physical::kString) {
    result->data<std::string_view>()[row] = result->AddString(bytes);
  } else {
    std::memcpy(result->data<char>() + row * bytes.size(), bytes.data(), bytes.size());
  }
}

struct PercentileDiscrete {
  using State = AnyValues;
  using Inputs = InputTypes<>;
  static void Add(State&) {}
  static void AddRow(State& state, const Vector& vector, size_t row) {
    const std::string_view bytes = BytesOf(vector, row);
    state.starts.push_back(state.bytes.size());
    state.bytes.append(bytes);
    ++state.count;
  }
  static void Merge(State& state, const State& from) {
    for (const size_t start : from.starts) state.starts.push_back(state.bytes.size() + start);
    state.bytes.append(from.bytes);
    state.count += from.count;
  }
  static absl::Status Finish(const State& state, DirectArguments direct_arguments, size_t row,
                             Vector* result) {
    if (direct_arguments[0].is_null()) {
      result->SetNull(row);
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(const double fraction, Fraction(direct_arguments));
    if (state.count == 0) {
      result->SetNull(row);
      return absl::OkStatus();
    }
    const double position = std::ceil(fraction * static_cast<double>(state.count));
    const size_t index = position < 1 ? 0 : static_cast<size_t>(position) - 1;
    const size_t start = state.starts[index];
    const size_t end = index + 1 < state.count ? state.starts[index + 1] : state.bytes.size();
    StoreBytes(std::string_view(state.bytes).substr(start, end - start), row, result);
    return absl::OkStatus();
  }
  static void Save(const State& state, std::string* out) {
    AppendFixed(out, static_cast<uint64_t>(state.count));
    for (const size_t start : state.starts) AppendFixed(out, static_cast<uint64_t>(start));
    out->append(state.bytes);
  }
  static absl::Status Load(std::string_view bytes, State& state) {
    if (bytes.size() < sizeof(uint64_t)) return Bad(bytes.size());
    const auto count = LoadFixed<uint64_t>(bytes.data());
    bytes.remove_prefix(sizeof(uint64_t));
    if (count > bytes.size() / sizeof(uint64_t)) return Bad(bytes.size());
    const size_t values_bytes = bytes.size() - count * sizeof(uint64_t);
    size_t previous = 0;
    for (size_t i = 0; i < count; ++i) {
      const auto start = LoadFixed<uint64_t>(bytes.data() + i * sizeof(uint64_t));
      if (start < previous || start > values_bytes) return Bad(bytes.size());
      state.starts.push_back(start);
      previous = start;
    }
    state.bytes = bytes.substr(count * sizeof(uint64_t));
    state.count = count;
    return absl::OkStatus();
  }
  static absl::Status Bad(size_t size) {
    return Corruption("percentile_disc state of {} bytes is malformed", size);
  }
  static size_t HeapBytes(const State& state) {
    return state.bytes.capacity() + state.starts.capacity() * sizeof(size_t);
  }
};

struct Mode {
  struct State {
    Value best = Value::Null({kUnknown});
    Value current = Value::Null({kUnknown});
    int64_t best_count = 0;
    int64_t current_count = 0;
  };
  using Inputs = InputTypes<>;
  static void Add(State&) {}
  static void AddRow(State& state, const Vector& vector, size_t row) {
    Value value = vector.GetValue(row);
    if (state.current_count > 0 && types::CompareValues(state.current, value) == 0) {
      ++state.current_count;
    } else {
      state.current = std::move(value);
      state.current_count = 1;
    }
    if (state.current_count > state.best_count) {
      if (state.current_count == 1 || !state.best.Identical(state.current)) {
        state.best = state.current;
      }
      state.best_count = state.current_count;
    }
  }
  static void Merge(State& state, const State& from) {
    if (from.best_count > state.best_count) state = from;
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.best_count == 0) {
      result->SetNull(row);
    } else {
      result->SetValue(row, state.best);
    }
    return absl::OkStatus();
  }
};

template <typename A>
absl::Status UpdateAny(EvalContext&, void* const* states, Arguments arguments, size_t rows) {
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) continue;
    A::AddRow(*static_cast<typename A::State*>(states[row]), *arguments[0], row);
  }
  return absl::OkStatus();
}
template <typename A>
absl::Status UpdateAnyOne(EvalContext&, void* state, Arguments arguments, size_t rows) {
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) continue;
    A::AddRow(*static_cast<typename A::State*>(state), *arguments[0], row);
  }
  return absl::OkStatus();
}

template <typename A>
constexpr AggregateState OfAny() {
  AggregateState state = kStateOf<A>;
  state.update = UpdateAny<A>;
  state.update_one = UpdateAnyOne<A>;
  state.combine = nullptr;
  return state;
}
template <typename A>
constexpr AggregateState Sorted() {
  AggregateState state = kStateOf<A>;
  state.combine = nullptr;
  return state;
}
constexpr AggregateState kContinuous = Sorted<PercentileContinuous<double>>();
constexpr AggregateState kContinuousInterval = Sorted<PercentileContinuous<Interval>>();
constexpr AggregateState kDiscrete = OfAny<PercentileDiscrete>();
constexpr AggregateState kMode = OfAny<Mode>();

constexpr AggregateEntry OrderedSet(uint32_t id, std::string_view name, Signature arguments,
                                    types::TypeOid result, const AggregateState* state) {
  return {.id = id,
          .name = name,
          .arguments = arguments,
          .result = result,
          .state = state,
          .kind = AggregateKind::kOrderedSet,
          .direct_count = static_cast<uint8_t>(arguments.size() - 1),
          .order_sensitive = true};
}

constexpr AggregateEntry kRows[] = {
    OrderedSet(3974, "percentile_cont", {kFloat8, kFloat8}, kFloat8, &kContinuous),
    OrderedSet(3976, "percentile_cont", {kFloat8, kInterval}, kInterval, &kContinuousInterval),
    OrderedSet(3972, "percentile_disc", {kFloat8, kAnyElement}, kAnyElement, &kDiscrete),
    OrderedSet(3984, "mode", {kAnyElement}, kAnyElement, &kMode),
};

}  // namespace

std::span<const AggregateEntry> OrderedSetAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
