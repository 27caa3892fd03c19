// count, the boolean and the bitwise aggregates.
#include <bit>

#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;

struct CountState {
  int64_t count = 0;
};
struct CountRows {
  using State = CountState;
  using Inputs = InputTypes<>;
  static void Add(State& state) { ++state.count; }
  static void Merge(State& state, const State& from) { state.count += from.count; }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    result->data<int64_t>()[row] = state.count;
    return absl::OkStatus();
  }
};

// count(x) looks at validity alone, whatever the type.
absl::Status CountPresent(EvalContext&, void* const* states, Arguments arguments, size_t rows) {
  const Vector& argument = *arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    if (!argument.IsNull(row)) ++static_cast<CountState*>(states[row])->count;
  }
  return absl::OkStatus();
}
int64_t PresentRows(const Vector& vector, size_t rows) {
  if (vector.is_constant()) return vector.IsNull(0) ? 0 : static_cast<int64_t>(rows);
  if (!vector.validity().has_nulls()) return static_cast<int64_t>(rows);
  const uint64_t* const words = vector.validity().words();
  int64_t count = 0;
  for (size_t word = 0; word < rows / 64; ++word) count += std::popcount(words[word]);
  if (rows % 64 != 0) {
    count += std::popcount(words[rows / 64] & ((uint64_t{1} << (rows % 64)) - 1));
  }
  return count;
}
absl::Status CountPresentOne(EvalContext&, void* state, Arguments arguments, size_t rows) {
  static_cast<CountState*>(state)->count += PresentRows(*arguments[0], rows);
  return absl::OkStatus();
}
absl::Status CountAllOne(EvalContext&, void* state, Arguments, size_t rows) {
  static_cast<CountState*>(state)->count += static_cast<int64_t>(rows);
  return absl::OkStatus();
}

constexpr AggregateState CountRowsState() {
  AggregateState state = kStateOf<CountRows>;
  state.update_one = CountAllOne;
  return state;
}
constexpr AggregateState CountPresentState() {
  AggregateState state = kStateOf<CountRows>;
  state.update = CountPresent;
  state.update_one = CountPresentOne;
  return state;
}
constexpr AggregateState kCountRows = CountRowsState();
constexpr AggregateState kCountPresent = CountPresentState();

struct AndOp {
  template <typename T>
  static T Apply(T a, T b) {
    return static_cast<T>(a & b);
  }
};
struct OrOp {
  template <typename T>
  static T Apply(T a, T b) {
    return static_cast<T>(a | b);
  }
};
struct XorOp {
  template <typename T>
  static T Apply(T a, T b) {
    return static_cast<T>(a ^ b);
  }
};

// T is bool or an integer.
template <typename T, typename Op>
struct Folded {
  struct State {
    T value{};
    bool any = false;
  };
  using Inputs = InputTypes<T>;
  static void Add(State& state, T value) {
    state.value =
        state.any ? static_cast<T>(Op::template Apply<Stored<T>>(state.value, value)) : value;
    state.any = true;
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

constexpr AggregateEntry Fold(uint32_t id, std::string_view name, types::TypeOid type,
                              const AggregateState* state, bool distinct_sensitive) {
  return {.id = id,
          .name = name,
          .arguments = {type},
          .result = type,
          .state = state,
          .distinct_sensitive = distinct_sensitive};
}

constexpr AggregateEntry kRows[] = {
    {.id = 2803,
     .name = "count",
     .arguments = {},
     .result = kInt8,
     .state = &kCountRows,
     .empty = EmptyResult::kZero},
    {.id = 2147,
     .name = "count",
     .arguments = {kAny},
     .result = kInt8,
     .state = &kCountPresent,
     .empty = EmptyResult::kZero},
    Fold(2517, "bool_and", kBool, &kStateOf<Folded<bool, AndOp>>, false),
    Fold(2518, "bool_or", kBool, &kStateOf<Folded<bool, OrOp>>, false),
    Fold(2519, "every", kBool, &kStateOf<Folded<bool, AndOp>>, false),
    Fold(2236, "bit_and", kInt2, &kStateOf<Folded<int16_t, AndOp>>, false),
    Fold(2238, "bit_and", kInt4, &kStateOf<Folded<int32_t, AndOp>>, false),
    Fold(2240, "bit_and", kInt8, &kStateOf<Folded<int64_t, AndOp>>, false),
    Fold(2237, "bit_or", kInt2, &kStateOf<Folded<int16_t, OrOp>>, false),
    Fold(2239, "bit_or", kInt4, &kStateOf<Folded<int32_t, OrOp>>, false),
    Fold(2241, "bit_or", kInt8, &kStateOf<Folded<int64_t, OrOp>>, false),
    Fold(6164, "bit_xor", kInt2, &kStateOf<Folded<int16_t, XorOp>>, true),
    Fold(6165, "bit_xor", kInt4, &kStateOf<Folded<int32_t, XorOp>>, true),
    Fold(6166, "bit_xor", kInt8, &kStateOf<Folded<int64_t, XorOp>>, true),
};

}  // namespace

std::span<const AggregateEntry> CountingAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
