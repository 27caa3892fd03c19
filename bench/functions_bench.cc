// Kernels, filters and aggregates a row: items per second are rows.
#include <memory>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"

#include "core/base/check.h"
#include "core/sql/functions/evaluate.h"
#include "core/sql/functions/registry.h"

namespace heliosdb::sql::functions {
namespace {

using types::Type;
using types::TypeOid;
using types::Value;
using types::Vector;

constexpr size_t kRows = types::kChunkRows;

Vector Column(TypeOid type) {
  Vector vector(Type{type});
  for (size_t row = 0; row < kRows; ++row) {
    const auto number = static_cast<int64_t>((row * 7919) % 1000);
    switch (types::PhysicalOf(type)) {
      case types::Physical::kFloat64:
        vector.SetValue(row, Value::Float8(static_cast<double>(number)));
        break;
      case types::Physical::kString:
        vector.SetValue(row, Value::Text("customer number " + std::to_string(number)));
        break;
      default:
        vector.SetValue(row, Value::Integer({type}, number));
    }
  }
  return vector;
}

Value Constant(TypeOid type) {
  if (type == TypeOid::kFloat8) return Value::Float8(500);
  if (type == TypeOid::kText) return Value::Text("customer number 5%");
  return Value::Integer({type}, 500);
}

void Operator(benchmark::State& state, const char* symbol, TypeOid type) {
  const OperatorEntry* const entry = FindOperator(symbol, type, type);
  HELIOS_CHECK(entry != nullptr);
  EvalContext context;
  const Vector left = Column(type);
  const Vector right = Vector::Constant(Constant(type));
  const std::vector<const Vector*> arguments = {&left, &right};
  Vector result(Type{entry->result});
  for (auto _ : state) {
    HELIOS_CHECK(Evaluate(*entry->function, context, arguments, kRows, &result).ok());
    benchmark::DoNotOptimize(result.data<char>());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRows));
}

void Filter(benchmark::State& state, const char* symbol, TypeOid type) {
  const OperatorEntry* const entry = FindOperator(symbol, type, type);
  HELIOS_CHECK(entry != nullptr);
  EvalContext context;
  const Vector left = Column(type);
  const Vector right = Vector::Constant(Constant(type));
  const std::vector<const Vector*> arguments = {&left, &right};
  Vector scratch(Type{TypeOid::kBool});
  uint16_t selected[kRows];
  for (auto _ : state) {
    const auto count = EvaluateFilter(*entry->function, context, arguments,
                                      {.rows = nullptr, .count = kRows}, selected, &scratch);
    HELIOS_CHECK(count.ok());
    benchmark::DoNotOptimize(selected);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRows));
}

const AggregateState& FindState(const char* name, TypeOid type) {
  for (const AggregateEntry* const entry : AggregatesNamed(name)) {
    if (entry->arguments.size() == 1 &&
        (entry->arguments[0] == type || entry->arguments[0] == TypeOid::kAny)) {
      return *entry->state;
    }
  }
  HELIOS_CHECK(false);
  std::abort();
}

void OneState(benchmark::State& state, const char* name, TypeOid type) {
  const AggregateState& kind = FindState(name, type);
  EvalContext context;
  const Vector column = Column(type);
  const std::vector<const Vector*> arguments = {&column};
  alignas(16) char memory[256];
  HELIOS_CHECK(kind.bytes <= sizeof(memory));
  kind.init(memory);
  for (auto _ : state) {
    HELIOS_CHECK(kind.update_one(context, memory, arguments, kRows).ok());
    benchmark::DoNotOptimize(memory);
  }
  if (kind.destroy != nullptr) kind.destroy(memory);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRows));
}

void StatePointers(benchmark::State& state, const char* name, TypeOid type) {
  constexpr size_t kGroups = 100;
  const AggregateState& kind = FindState(name, type);
  EvalContext context;
  const Vector column = Column(type);
  const std::vector<const Vector*> arguments = {&column};
  const size_t stride = (kind.bytes + 15) / 16 * 16;
  std::unique_ptr<char[]> memory = std::make_unique<char[]>(stride * kGroups);
  std::vector<void*> states(kRows);
  for (size_t i = 0; i < kGroups; ++i) kind.init(memory.get() + i * stride);
  for (size_t row = 0; row < kRows; ++row) {
    states[row] = memory.get() + (row * 31 % kGroups) * stride;
  }
  for (auto _ : state) {
    HELIOS_CHECK(kind.update(context, states.data(), arguments, kRows).ok());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRows));
}

BENCHMARK_CAPTURE(Operator, int4_plus, "+", TypeOid::kInt4);
BENCHMARK_CAPTURE(Operator, int8_plus, "+", TypeOid::kInt8);
BENCHMARK_CAPTURE(Operator, int4_times, "*", TypeOid::kInt4);
BENCHMARK_CAPTURE(Operator, int4_divide, "/", TypeOid::kInt4);
BENCHMARK_CAPTURE(Operator, float8_times, "*", TypeOid::kFloat8);
BENCHMARK_CAPTURE(Operator, int4_less, "<", TypeOid::kInt4);
BENCHMARK_CAPTURE(Operator, float8_less, "<", TypeOid::kFloat8);
BENCHMARK_CAPTURE(Operator, text_equal, "=", TypeOid::kText);
BENCHMARK_CAPTURE(Filter, int4_less, "<", TypeOid::kInt4);
BENCHMARK_CAPTURE(Filter, int8_equal, "=", TypeOid::kInt8);
BENCHMARK_CAPTURE(Filter, float8_less, "<", TypeOid::kFloat8);
BENCHMARK_CAPTURE(Filter, text_equal, "=", TypeOid::kText);
BENCHMARK_CAPTURE(Filter, text_like_prefix, "~~", TypeOid::kText);
BENCHMARK_CAPTURE(OneState, sum_int4, "sum", TypeOid::kInt4);
BENCHMARK_CAPTURE(OneState, sum_int8, "sum", TypeOid::kInt8);
BENCHMARK_CAPTURE(OneState, sum_float8, "sum", TypeOid::kFloat8);
BENCHMARK_CAPTURE(OneState, avg_int4, "avg", TypeOid::kInt4);
BENCHMARK_CAPTURE(OneState, min_int4, "min", TypeOid::kInt4);
BENCHMARK_CAPTURE(OneState, max_int8, "max", TypeOid::kInt8);
BENCHMARK_CAPTURE(OneState, max_float8, "max", TypeOid::kFloat8);
BENCHMARK_CAPTURE(OneState, count_int4, "count", TypeOid::kInt4);
BENCHMARK_CAPTURE(OneState, stddev_float8, "stddev", TypeOid::kFloat8);
BENCHMARK_CAPTURE(StatePointers, sum_int4, "sum", TypeOid::kInt4);
BENCHMARK_CAPTURE(StatePointers, sum_int8, "sum", TypeOid::kInt8);
BENCHMARK_CAPTURE(StatePointers, avg_float8, "avg", TypeOid::kFloat8);
BENCHMARK_CAPTURE(StatePointers, min_int4, "min", TypeOid::kInt4);
BENCHMARK_CAPTURE(StatePointers, count_int4, "count", TypeOid::kInt4);

}  // namespace
}  // namespace heliosdb::sql::functions

BENCHMARK_MAIN();
