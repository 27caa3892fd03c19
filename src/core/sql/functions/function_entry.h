// The registry's entries: functions, operators and aggregates as plain data.
//
// An id is PostgreSQL's oid of the same pg_proc or pg_operator row. What only HeliosDB has counts
// from kOwnIdMin; ids are never used again for something else.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_FUNCTION_ENTRY_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_FUNCTION_ENTRY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/types/type.h"
#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::sql::functions {

struct EvalContext;

inline constexpr uint32_t kOwnIdMin = 12000;

// Computes rows rows. Call it through Evaluate (evaluate.h), which prepares *result: of the result
// type, empty, not constant; for a strict function its validity already is that of the arguments
// together, so a kernel computes over all rows where that is safe and otherwise over those that
// result->validity() shows. A kernel may set further rows NULL. Constant arguments are read at
// row 0. Strings of the result may be shared with the arguments', which outlive it.
using Arguments = std::span<const types::Vector* const>;
using Kernel = absl::Status (*)(EvalContext& context, Arguments arguments, size_t rows,
                                types::Vector* result);

// Which rows a filter looks at: rows[0..count), ascending, or 0..count-1 when rows is null.
struct Selection {
  const uint16_t* rows = nullptr;
  size_t count = 0;
};
// Writes those rows of the selection for which the function is true (neither false nor NULL) to
// selected, in order, and returns their number. selected has room for count and may be
// selection.rows itself.
using FilterKernel = absl::StatusOr<size_t> (*)(EvalContext& context, Arguments arguments,
                                                Selection selection, uint16_t* selected);

// The rows of a set-returning function, a batch at a time.
class SetIterator {
 public:
  virtual ~SetIterator() = default;
  // Writes up to rows_max rows into *result, which is Reset before. 0: no more.
  virtual absl::StatusOr<size_t> Next(EvalContext& context, size_t rows_max,
                                      types::Vector* result) = 0;
};
// The arguments have the signature's types; a NULL gives no rows.
using SetKernel = absl::StatusOr<std::unique_ptr<SetIterator>> (*)(
    EvalContext& context, std::span<const types::Value> arguments);

enum class Volatility : uint8_t { kImmutable, kStable, kVolatile };

// The types of the arguments, in order.
class Signature {
 public:
  static constexpr size_t kArgumentsMax = 8;

  constexpr Signature() = default;
  constexpr Signature(std::initializer_list<types::TypeOid> arguments) {
    for (const types::TypeOid type : arguments) types_[size_++] = type;
  }
  constexpr size_t size() const { return size_; }
  constexpr types::TypeOid operator[](size_t i) const { return types_[i]; }
  constexpr const types::TypeOid* begin() const { return types_.data(); }
  constexpr const types::TypeOid* end() const { return types_.data() + size_; }

 private:
  std::array<types::TypeOid, kArgumentsMax> types_{};
  uint8_t size_ = 0;
};

struct FunctionEntry {
  uint32_t id = 0;
  std::string_view name;
  // kAny takes anything as it is; all kAnyElement of a call are one type, that of a kAnyElement
  // result.
  Signature arguments;
  types::TypeOid result = types::TypeOid::kInvalid;
  Volatility volatility = Volatility::kImmutable;
  // Null for a set-returning function.
  Kernel kernel = nullptr;
  // Null when the function has no selection form.
  FilterKernel filter = nullptr;
  // NULL for any NULL argument, without a call.
  bool strict = true;
  // The last argument may be given any number of times, at least once.
  bool variadic = false;
  // So many arguments at the end may be left out; they are then zero.
  uint8_t default_count = 0;
  // For calls by name (f(days => 3)): as many as arguments, or empty.
  std::span<const std::string_view> argument_names = {};
  // Set for a set-returning function.
  SetKernel set = nullptr;
};

// What index and planner may conclude from an operator; PostgreSQL's default btree operator
// families.
enum class OperatorKind : uint8_t {
  kOther,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreaterOrEqual,
  kGreater,
};

struct OperatorEntry {
  uint32_t id = 0;
  std::string_view symbol;
  // kInvalid for a prefix operator.
  types::TypeOid left = types::TypeOid::kInvalid;
  types::TypeOid right = types::TypeOid::kInvalid;
  types::TypeOid result = types::TypeOid::kInvalid;
  const FunctionEntry* function = nullptr;
  // (a op b) = (b commutator a); null for none.
  const OperatorEntry* commutator = nullptr;
  // (a op b) = NOT (a negator b); null for none.
  const OperatorEntry* negator = nullptr;
  OperatorKind kind = OperatorKind::kOther;
  // kEqual only: equal values of both sides hash alike (types/compare.h).
  bool can_hash = false;
};

enum class AggregateKind : uint8_t { kPlain, kOrderedSet };
enum class EmptyResult : uint8_t { kNull, kZero };

// How a state is kept. State memory is state_bytes long, aligned to 16, from the caller; the caller
// calls init once and, where it is not null, destroy once. Two states are never the same memory.
struct AggregateState {
  uint32_t bytes = 0;
  void (*init)(void* state) = nullptr;
  // Row i goes to states[i]. NULLs among the arguments are skipped here where the aggregate skips
  // them.
  absl::Status (*update)(EvalContext& context, void* const* states, Arguments arguments,
                         size_t rows) = nullptr;
  // All rows go to one state.
  absl::Status (*update_one)(EvalContext& context, void* state, Arguments arguments,
                             size_t rows) = nullptr;
  // into becomes the state of both inputs, into's rows first. Null for ordered-set aggregates.
  absl::Status (*combine)(EvalContext& context, void* into, const void* from) = nullptr;
  // Writes the result to that row.
  absl::Status (*finalize)(EvalContext& context, const void* state,
                           std::span<const types::Value> direct_arguments, size_t row,
                           types::Vector* result) = nullptr;
  // Null when there is nothing to free.
  void (*destroy)(void* state) = nullptr;
  // The state as bytes, for spilling, and back into an initialised state (DATA_LOSS). Null for mode,
  // whose state is two values and good only for input that stays sorted.
  void (*save)(const void* state, std::string* out) = nullptr;
  absl::Status (*load)(std::string_view bytes, void* state) = nullptr;
  // Bytes that the state holds outside of itself; null for none.
  size_t (*heap_bytes)(const void* state) = nullptr;
};

struct AggregateEntry {
  uint32_t id = 0;
  std::string_view name;
  // Empty for count(*). For ordered-set aggregates: the direct arguments, then the sorted ones.
  Signature arguments;
  types::TypeOid result = types::TypeOid::kInvalid;
  const AggregateState* state = nullptr;
  AggregateKind kind = AggregateKind::kPlain;
  // kOrderedSet: how many of the arguments are direct. update sees only the sorted one, in its
  // order.
  uint8_t direct_count = 0;
  EmptyResult empty = EmptyResult::kNull;
  // Whether DISTINCT changes the result (it does not for min).
  bool distinct_sensitive = true;
  bool order_sensitive = false;
  // min and max: the operator of an ordered index that would find the result at an end; else
  // kOther.
  OperatorKind index_end = OperatorKind::kOther;
};

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_FUNCTION_ENTRY_H_
