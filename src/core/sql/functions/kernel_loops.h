// Loops that kernels are made of: readers of arguments, and Scalar, which turns a C++ function over
// single values into a kernel.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_KERNEL_LOOPS_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_KERNEL_LOOPS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/status.h"
#include "core/sql/functions/eval_context.h"
#include "core/sql/functions/function_entry.h"
#include "core/types/numeric.h"
#include "core/types/vector.h"

namespace heliosdb::sql::functions {

// The type in which a vector keeps values that kernels see as T.
template <typename T>
struct StoredAs {
  using Type = T;
};
template <>
struct StoredAs<bool> {
  using Type = uint8_t;
};
template <>
struct StoredAs<uint32_t> {
  using Type = int32_t;
};
template <>
struct StoredAs<uint64_t> {
  using Type = int64_t;
};
template <typename T>
using Stored = typename StoredAs<T>::Type;

// Three readers with one interface; the first two let the compiler vectorise.
template <typename T>
struct ColumnReader {
  const Stored<T>* data;
  T operator[](size_t row) const { return static_cast<T>(data[row]); }
};
template <typename T>
struct ConstantReader {
  T value;
  T operator[](size_t) const { return value; }
};
template <typename T>
class Reader {
 public:
  explicit Reader(const types::Vector& vector)
      : data_(vector.data<Stored<T>>()), step_(vector.is_constant() ? 0 : 1) {}
  T operator[](size_t row) const { return static_cast<T>(data_[row * step_]); }

 private:
  const Stored<T>* data_;
  size_t step_;
};

// Calls loop(left, right) with the readers that fit: specialised for column with column and column
// with constant.
template <typename L, typename R, typename Loop>
void WithReaders(const types::Vector& left, const types::Vector& right, Loop loop) {
  if (!left.is_constant() && right.is_constant()) {
    loop(ColumnReader<L>{left.data<Stored<L>>()},
         ConstantReader<R>{static_cast<R>(right.data<Stored<R>>()[0])});
  } else if (!left.is_constant()) {
    loop(ColumnReader<L>{left.data<Stored<L>>()}, ColumnReader<R>{right.data<Stored<R>>()});
  } else {
    loop(Reader<L>(left), Reader<R>(right));
  }
}

namespace scalar_internal {

// Per call of a kernel: what parameters other than SQL arguments are bound to.
struct Frame {
  EvalContext& context;
  Arguments arguments;
  std::string text;
  types::NumericBuffer numeric;
};

// What a parameter of type P reads; index is the SQL argument's, where it is one.
template <typename P>
struct Source {
  static constexpr bool kIsArgument = true;
  Source(Frame& frame, size_t index) : reader(*frame.arguments[index]) {}
  P operator[](size_t row) const { return reader[row]; }
  Reader<P> reader;
};
template <>
struct Source<EvalContext&> {
  static constexpr bool kIsArgument = false;
  Source(Frame& frame, size_t) : context(frame.context) {}
  EvalContext& operator[](size_t) const { return context; }
  EvalContext& context;
};
template <>
struct Source<const types::FormatContext&> {
  static constexpr bool kIsArgument = false;
  Source(Frame& frame, size_t) : format(frame.context.format) {}
  const types::FormatContext& operator[](size_t) const { return format; }
  const types::FormatContext& format;
};
template <>
struct Source<std::string*> {
  static constexpr bool kIsArgument = false;
  Source(Frame& frame, size_t) : text(&frame.text) {}
  std::string* operator[](size_t) const {
    text->clear();
    return text;
  }
  std::string* text;
};
template <>
struct Source<types::NumericBuffer*> {
  static constexpr bool kIsArgument = false;
  Source(Frame& frame, size_t) : numeric(&frame.numeric) {}
  types::NumericBuffer* operator[](size_t) const { return numeric; }
  types::NumericBuffer* numeric;
};

template <typename T>
struct IsStatusOr : std::false_type {};
template <typename T>
struct IsStatusOr<absl::StatusOr<T>> : std::true_type {};
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename T>
void StoreValue(size_t row, const T& value, types::Vector* result) {
  if constexpr (IsOptional<T>::value) {
    if (value.has_value()) {
      StoreValue(row, *value, result);
    } else {
      result->SetNull(row);
    }
  } else if constexpr (std::is_same_v<T, std::string>) {
    result->data<std::string_view>()[row] = result->AddString(value);
  } else {
    result->data<Stored<T>>()[row] = static_cast<Stored<T>>(value);
  }
}

// The result stands in the frame's buffer; present is false for NULL.
template <typename Out>
void StoreBuffer(const Frame& frame, bool present, size_t row, types::Vector* result) {
  if (!present) return result->SetNull(row);
  std::string_view bytes;
  if constexpr (std::is_same_v<Out, std::string*>) {
    bytes = frame.text;
  } else {
    bytes = frame.numeric.view();
  }
  result->data<std::string_view>()[row] = result->AddString(bytes);
}

// Defined data for a row that is NULL already.
inline void StoreNothing(size_t row, types::Vector* result) { result->SetNull(row); }

template <auto Function>
struct Call;

template <typename R, typename... P, R (*Function)(P...)>
struct Call<Function> {
  static constexpr bool kToText = (std::is_same_v<P, std::string*> || ...);
  static constexpr bool kToNumeric = (std::is_same_v<P, types::NumericBuffer*> || ...);
  using Out = std::conditional_t<kToText, std::string*, types::NumericBuffer*>;

  template <size_t... I>
  static constexpr size_t ArgumentsBefore(size_t position, std::index_sequence<I...>) {
    return ((I < position && Source<P>::kIsArgument ? size_t{1} : size_t{0}) + ... + size_t{0});
  }

  template <size_t... I>
  static absl::Status Run(EvalContext& context, Arguments arguments, size_t rows,
                          types::Vector* result,
                          [[maybe_unused]] std::index_sequence<I...> sequence) {
    Frame frame{context, arguments, {}, {}};
    const std::tuple<Source<P>...> sources{Source<P>(frame, ArgumentsBefore(I, sequence))...};
    const bool has_nulls = result->validity().has_nulls();
    for (size_t row = 0; row < rows; ++row) {
      if (has_nulls && !result->validity().IsValid(row)) {
        StoreNothing(row, result);
        continue;
      }
      if constexpr (std::is_void_v<R>) {
        Function(std::get<I>(sources)[row]...);
        StoreBuffer<Out>(frame, true, row, result);
      } else {
        HELIOS_RETURN_IF_ERROR(Store(frame, Function(std::get<I>(sources)[row]...), row, result));
      }
    }
    return absl::OkStatus();
  }

  template <typename T>
  static absl::Status Store(const Frame& frame, T&& value, size_t row, types::Vector* result) {
    using V = std::remove_cvref_t<T>;
    if constexpr (std::is_same_v<V, absl::Status>) {
      if (!value.ok()) return std::forward<T>(value);
      StoreBuffer<Out>(frame, true, row, result);
    } else if constexpr (IsStatusOr<V>::value) {
      if (!value.ok()) return std::forward<T>(value).status();
      return Store(frame, *value, row, result);
    } else if constexpr (kToText || kToNumeric) {
      StoreBuffer<Out>(frame, value, row, result);
    } else {
      StoreValue(row, value, result);
    }
    return absl::OkStatus();
  }
};

template <typename F>
struct ParameterCount;
template <typename R, typename... P>
struct ParameterCount<R (*)(P...)> {
  using Sequence = std::index_sequence_for<P...>;
};

}  // namespace scalar_internal

// The kernel of a strict function over single values. Parameters are SQL arguments in order (bool,
// the integer and float types, uint32_t for oid, uint64_t for pg_lsn, Interval, std::string_view),
// and anywhere among them EvalContext&, const FormatContext&, and an output std::string* (cleared)
// or NumericBuffer*. It returns the value, an optional (NULL), or a StatusOr of these; with an
// output nothing, a Status, or a bool (false: NULL).
template <auto Function>
absl::Status Scalar(EvalContext& context, Arguments arguments, size_t rows, types::Vector* result) {
  using F = std::remove_cvref_t<decltype(Function)>;
  return scalar_internal::Call<Function>::Run(
      context, arguments, rows, result, typename scalar_internal::ParameterCount<F>::Sequence());
}

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_KERNEL_LOOPS_H_
