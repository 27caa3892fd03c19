// Turns a description of an aggregate over single values into an AggregateState with batch updates.
//
// A description A has:
//   State           default-constructible; what is kept
//   Inputs          InputTypes<T...>, the arguments as kernels see them
//   Add(state, T...)            takes one row without NULLs; void or Status
//   Merge(state, const from)    void or Status
//   Finish(const state, direct_arguments, row, result)   Status; a NULL through result->SetNull
// and may have:
//   AddColumn(state, const T* values, rows)   a whole column without NULLs, void or Status
//   Save(const state, out), Load(bytes, state)   without them, a State that is not
//                                           trivially copyable is never stored
//   HeapBytes(const state)
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_AGGREGATE_LOOPS_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_AGGREGATE_LOOPS_H_

#include <cstring>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/sql/functions/kernel_loops.h"

namespace heliosdb::sql::functions {

template <typename... T>
struct InputTypes {};

namespace aggregate_internal {

template <typename A, typename... T>
concept HasAddColumn = requires(typename A::State& state, const T*... values) {
  A::AddColumn(state, values..., size_t{});
};
template <typename A>
concept HasSave = requires(const typename A::State& state, std::string* out) {
  A::Save(state, out);
};
template <typename A>
concept HasHeapBytes = requires(const typename A::State& state) {
  A::HeapBytes(state);
};

// Runs a step that returns void or a Status.
template <typename Step>
absl::Status Run(Step step) {
  if constexpr (std::is_void_v<decltype(step())>) {
    step();
    return absl::OkStatus();
  } else {
    return step();
  }
}

template <typename A, typename Inputs>
struct Loops;

template <typename A, typename... T>
struct Loops<A, InputTypes<T...>> {
  using State = typename A::State;

  static bool IsPresent(Arguments arguments, size_t row) {
    for (const types::Vector* const argument : arguments) {
      if (argument->IsNull(row)) return false;
    }
    return true;
  }
  static bool HasNulls(Arguments arguments) {
    for (const types::Vector* const argument : arguments) {
      if (argument->validity().has_nulls()) return true;
    }
    return false;
  }

  // state_of(row) is the row's state.
  template <typename StateOf, size_t... I>
  static absl::Status ForRows(Arguments arguments, size_t rows, StateOf state_of,
                              std::index_sequence<I...>) {
    const std::tuple<Reader<T>...> readers{Reader<T>(*arguments[I])...};
    const bool has_nulls = HasNulls(arguments);
    for (size_t row = 0; row < rows; ++row) {
      if (has_nulls && !IsPresent(arguments, row)) continue;
      const auto step = [&] { return A::Add(state_of(row), std::get<I>(readers)[row]...); };
      if constexpr (std::is_void_v<decltype(step())>) {
        step();
      } else {
        HELIOS_RETURN_IF_ERROR(step());
      }
    }
    return absl::OkStatus();
  }

  static absl::Status Update(EvalContext&, void* const* states, Arguments arguments, size_t rows) {
    return ForRows(
        arguments, rows,
        [states](size_t row) -> State& { return *static_cast<State*>(states[row]); },
        std::index_sequence_for<T...>());
  }

  static absl::Status UpdateOne(EvalContext&, void* state, Arguments arguments, size_t rows) {
    State& target = *static_cast<State*>(state);
    if constexpr (sizeof...(T) == 1 && HasAddColumn<A, Stored<T>...>) {
      const types::Vector& column = *arguments[0];
      if (!column.is_constant() && !column.validity().has_nulls()) {
        return Run([&] { return A::AddColumn(target, column.data<Stored<T>>()..., rows); });
      }
    }
    if constexpr (std::is_trivially_copyable_v<State>) {
      // A local copy lets the compiler keep the state in registers.
      State local = target;
      absl::Status status = ForRows(
          arguments, rows, [&local](size_t) -> State& { return local; },
          std::index_sequence_for<T...>());
      target = local;
      return status;
    } else {
      return ForRows(
          arguments, rows, [&target](size_t) -> State& { return target; },
          std::index_sequence_for<T...>());
    }
  }
};

template <typename A>
struct Whole {
  using State = typename A::State;

  static void Init(void* state) { new (state) State(); }
  static void Destroy(void* state) { static_cast<State*>(state)->~State(); }
  static absl::Status Combine(EvalContext&, void* into, const void* from) {
    return Run(
        [&] { return A::Merge(*static_cast<State*>(into), *static_cast<const State*>(from)); });
  }
  static absl::Status Finalize(EvalContext&, const void* state,
                               std::span<const types::Value> direct_arguments, size_t row,
                               types::Vector* result) {
    return A::Finish(*static_cast<const State*>(state), direct_arguments, row, result);
  }
  static constexpr bool kSaves = HasSave<A> || std::is_trivially_copyable_v<State>;
  static void Save(const void* state, std::string* out) {
    if constexpr (HasSave<A>) {
      A::Save(*static_cast<const State*>(state), out);
    } else if constexpr (kSaves) {
      out->append(static_cast<const char*>(state), sizeof(State));
    }
  }
  static absl::Status Load(std::string_view bytes, void* state) {
    if constexpr (HasSave<A>) {
      return A::Load(bytes, *static_cast<State*>(state));
    } else if constexpr (!kSaves) {
      return Internal("the aggregate's state cannot be stored");
    } else {
      if (bytes.size() != sizeof(State)) {
        return Corruption("aggregate state has {} bytes, needs {}", bytes.size(), sizeof(State));
      }
      std::memcpy(state, bytes.data(), sizeof(State));
      return absl::OkStatus();
    }
  }
  static size_t HeapBytes(const void* state) {
    if constexpr (HasHeapBytes<A>) {
      return A::HeapBytes(*static_cast<const State*>(state));
    } else {
      return 0;
    }
  }
};

}  // namespace aggregate_internal

template <typename A>
inline constexpr AggregateState kStateOf = {
    .bytes = sizeof(typename A::State),
    .init = aggregate_internal::Whole<A>::Init,
    .update = aggregate_internal::Loops<A, typename A::Inputs>::Update,
    .update_one = aggregate_internal::Loops<A, typename A::Inputs>::UpdateOne,
    .combine = aggregate_internal::Whole<A>::Combine,
    .finalize = aggregate_internal::Whole<A>::Finalize,
    .destroy = std::is_trivially_destructible_v<typename A::State>
                   ? nullptr
                   : aggregate_internal::Whole<A>::Destroy,
    .save = aggregate_internal::Whole<A>::kSaves ? aggregate_internal::Whole<A>::Save : nullptr,
    .load = aggregate_internal::Whole<A>::kSaves ? aggregate_internal::Whole<A>::Load : nullptr,
    .heap_bytes =
        aggregate_internal::HasHeapBytes<A> ? aggregate_internal::Whole<A>::HeapBytes : nullptr,
};

using DirectArguments = std::span<const types::Value>;

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_AGGREGATE_LOOPS_H_
