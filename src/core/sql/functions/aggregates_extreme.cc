// min and max.
#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/comparison.h"
#include "core/sql/functions/tables.h"
#include "core/types/datetime.h"
#include "core/types/numeric.h"
#include "core/types/scalar_text.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;

enum class End { kMin, kMax };

struct NumberOrder {
  template <typename T>
  static bool Less(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) return Floats<T, T>::Less(a, b);
    return a < b;
  }
};
struct IntervalOrder {
  static bool Less(types::Interval a, types::Interval b) {
    return types::IntervalCompare(a, b) < 0;
  }
};

// Of equal values the later one stays, as in PostgreSQL; it shows in -0 and in intervals.
template <typename T, typename Order, End end>
struct Extreme {
  struct State {
    T value{};
    bool any = false;
  };
  using Inputs = InputTypes<T>;
  static T Better(T old, T value) {
    const bool keep = end == End::kMin ? Order::Less(old, value) : Order::Less(value, old);
    return keep ? old : value;
  }
  static void Add(State& state, T value) {
    state.value = state.any ? Better(state.value, value) : value;
    state.any = true;
  }
  static void AddColumn(State& state, const Stored<T>* values, size_t rows) {
    if (rows == 0) return;
    T best = static_cast<T>(values[0]);
    for (size_t row = 1; row < rows; ++row) best = Better(best, static_cast<T>(values[row]));
    Add(state, best);
  }
  static void Merge(State& state, const State& from) {
    if (from.any) Add(state, from.value);
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.any) {
      result->data<Stored<T>>()[row] = static_cast<Stored<T>>(state.value);
    } else {
      result->SetNull(row);
    }
    return absl::OkStatus();
  }
};

int CompareBytes(std::string_view a, std::string_view b) { return a.compare(b); }
int CompareBlanks(std::string_view a, std::string_view b) {
  return types::TrimTrailingSpaces(a).compare(types::TrimTrailingSpaces(b));
}
enum class Tie { kKeepsFirst, kKeepsLast };

template <int (*Compare)(std::string_view, std::string_view), Tie tie, End end>
struct ExtremeText {
  struct State {
    std::string value;
    bool any = false;
  };
  using Inputs = InputTypes<std::string_view>;
  static bool Replaces(std::string_view old, std::string_view value) {
    const int order = end == End::kMin ? Compare(value, old) : Compare(old, value);
    return order < 0 || (order == 0 && tie == Tie::kKeepsLast);
  }
  static void Add(State& state, std::string_view value) {
    if (state.any && !Replaces(state.value, value)) return;
    state.value = value;
    state.any = true;
  }
  // Only the best of the column is copied.
  static void AddColumn(State& state, const std::string_view* values, size_t rows) {
    if (rows == 0) return;
    std::string_view best = values[0];
    for (size_t row = 1; row < rows; ++row) {
      if (Replaces(best, values[row])) best = values[row];
    }
    Add(state, best);
  }
  static void Merge(State& state, const State& from) {
    if (from.any) Add(state, from.value);
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.any) {
      result->data<std::string_view>()[row] = result->AddString(state.value);
    } else {
      result->SetNull(row);
    }
    return absl::OkStatus();
  }
  static void Save(const State& state, std::string* out) {
    out->push_back(state.any ? 1 : 0);
    out->append(state.value);
  }
  static absl::Status Load(std::string_view bytes, State& state) {
    if (bytes.empty()) return Corruption("aggregate state is empty");
    state.any = bytes.front() != 0;
    state.value = bytes.substr(1);
    return absl::OkStatus();
  }
  static size_t HeapBytes(const State& state) {
    return state.value.capacity() > 15 ? state.value.capacity() : 0;
  }
};

template <typename A>
constexpr AggregateEntry Entry(uint32_t id, End end, types::TypeOid type) {
  return {.id = id,
          .name = end == End::kMin ? "min" : "max",
          .arguments = {type},
          .result = type,
          .state = &kStateOf<A>,
          .distinct_sensitive = false,
          .index_end = end == End::kMin ? OperatorKind::kLess : OperatorKind::kGreater};
}
template <typename T, End end>
constexpr AggregateEntry Number(uint32_t id, types::TypeOid type) {
  return Entry<Extreme<T, NumberOrder, end>>(id, end, type);
}
template <int (*Compare)(std::string_view, std::string_view), Tie tie, End end>
constexpr AggregateEntry Text(uint32_t id, types::TypeOid type) {
  return Entry<ExtremeText<Compare, tie, end>>(id, end, type);
}

constexpr AggregateEntry kRows[] = {
    Number<int16_t, End::kMin>(2133, kInt2),
    Number<int16_t, End::kMax>(2117, kInt2),
    Number<int32_t, End::kMin>(2132, kInt4),
    Number<int32_t, End::kMax>(2116, kInt4),
    Number<int64_t, End::kMin>(2131, kInt8),
    Number<int64_t, End::kMax>(2115, kInt8),
    Number<uint32_t, End::kMin>(2134, kOid),
    Number<uint32_t, End::kMax>(2118, kOid),
    Number<uint64_t, End::kMin>(4190, kPgLsn),
    Number<uint64_t, End::kMax>(4189, kPgLsn),
    Number<float, End::kMin>(2135, kFloat4),
    Number<float, End::kMax>(2119, kFloat4),
    Number<double, End::kMin>(2136, kFloat8),
    Number<double, End::kMax>(2120, kFloat8),
    Number<int32_t, End::kMin>(2138, kDate),
    Number<int32_t, End::kMax>(2122, kDate),
    Number<int64_t, End::kMin>(2139, kTime),
    Number<int64_t, End::kMax>(2123, kTime),
    Number<int64_t, End::kMin>(2142, kTimestamp),
    Number<int64_t, End::kMax>(2126, kTimestamp),
    Number<int64_t, End::kMin>(2143, kTimestamptz),
    Number<int64_t, End::kMax>(2127, kTimestamptz),
    Entry<Extreme<types::Interval, IntervalOrder, End::kMin>>(2144, End::kMin, kInterval),
    Entry<Extreme<types::Interval, IntervalOrder, End::kMax>>(2128, End::kMax, kInterval),
    Text<CompareBytes, Tie::kKeepsLast, End::kMin>(2145, kText),
    Text<CompareBytes, Tie::kKeepsLast, End::kMax>(2129, kText),
    Text<types::NumericCompare, Tie::kKeepsLast, End::kMin>(2146, kNumeric),
    Text<types::NumericCompare, Tie::kKeepsLast, End::kMax>(2130, kNumeric),
    Text<CompareBlanks, Tie::kKeepsFirst, End::kMin>(2245, kBpchar),
    Text<CompareBlanks, Tie::kKeepsFirst, End::kMax>(2244, kBpchar),
};

}  // namespace

std::span<const AggregateEntry> ExtremeAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
