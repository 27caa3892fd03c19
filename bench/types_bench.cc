// The hot paths of the types layer: decoding columns, keys, hashes, numeric sums.
#include <string>
#include <vector>

#include "benchmark/benchmark.h"

#include "core/types/compare.h"
#include "core/types/key_codec.h"
#include "core/types/numeric.h"
#include "core/types/numeric_sum.h"
#include "core/types/row_codec.h"

namespace heliosdb::types {
namespace {

// kChunkRows rows of (int4, int8, text, numeric).
class Rows {
 public:
  Rows()
      : layout_(std::vector<Type>{
            {TypeOid::kInt4}, {TypeOid::kInt8}, {TypeOid::kText}, {TypeOid::kNumeric}}) {
    bytes_.reserve(kChunkRows);
    for (size_t i = 0; i < kChunkRows; ++i) {
      NumericBuffer number;
      NumericFromUnscaled(static_cast<Int128>(i) * 12345 + 7, 2, &number);
      const std::vector<Value> values = {
          Value::Int4(static_cast<int32_t>(i)), Value::Int8(static_cast<int64_t>(i) * 1000),
          Value::Text("row number " + std::to_string(i)),
          Value::String({TypeOid::kNumeric}, std::string(number.view()))};
      bytes_.emplace_back();
      EncodeRow(layout_, values, &bytes_.back());
    }
    views_.assign(bytes_.begin(), bytes_.end());
  }
  const RowLayout& layout() const { return layout_; }
  const std::vector<std::string_view>& views() const { return views_; }

 private:
  RowLayout layout_;
  std::vector<std::string> bytes_;
  std::vector<std::string_view> views_;
};

void CountRows(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kChunkRows));
}

// Argument: the column.
void BM_DecodeColumn(benchmark::State& state) {
  const Rows rows;
  const size_t column = static_cast<size_t>(state.range(0));
  Vector out(rows.layout().type(column));
  for (auto _ : state) {
    DecodeColumn(rows.layout(), rows.views(), column, nullptr, &out);
    benchmark::DoNotOptimize(out.data<char>());
  }
  CountRows(state);
}
BENCHMARK(BM_DecodeColumn)->DenseRange(0, 3);

void BM_HashColumn(benchmark::State& state) {
  const Rows rows;
  const size_t column = static_cast<size_t>(state.range(0));
  Vector vector(rows.layout().type(column));
  DecodeColumn(rows.layout(), rows.views(), column, nullptr, &vector);
  std::vector<uint64_t> hashes(kChunkRows);
  for (auto _ : state) {
    HashVector(vector, kChunkRows, hashes.data());
    benchmark::DoNotOptimize(hashes.data());
  }
  CountRows(state);
}
BENCHMARK(BM_HashColumn)->DenseRange(0, 3);

void BM_AppendKeyColumn(benchmark::State& state) {
  const Rows rows;
  const size_t column = static_cast<size_t>(state.range(0));
  Vector vector(rows.layout().type(column));
  DecodeColumn(rows.layout(), rows.views(), column, nullptr, &vector);
  std::string key;
  for (auto _ : state) {
    for (size_t i = 0; i < kChunkRows; ++i) {
      key.clear();
      AppendKeyColumn(vector, i, {}, &key);
      benchmark::DoNotOptimize(key.data());
    }
  }
  CountRows(state);
}
BENCHMARK(BM_AppendKeyColumn)->DenseRange(0, 3);

void BM_NumericSum(benchmark::State& state) {
  const Rows rows;
  Vector vector({TypeOid::kNumeric});
  DecodeColumn(rows.layout(), rows.views(), 3, nullptr, &vector);
  const std::string_view* const values = vector.data<std::string_view>();
  for (auto _ : state) {
    NumericSum sum;
    for (size_t i = 0; i < kChunkRows; ++i) sum.Add(values[i]);
    benchmark::DoNotOptimize(sum.count());
  }
  CountRows(state);
}
BENCHMARK(BM_NumericSum);

void BM_NumericMultiplyAdd(benchmark::State& state) {
  const Rows rows;
  Vector vector({TypeOid::kNumeric});
  DecodeColumn(rows.layout(), rows.views(), 3, nullptr, &vector);
  const std::string_view* const values = vector.data<std::string_view>();
  NumericBuffer product;
  NumericBuffer sum;
  for (auto _ : state) {
    for (size_t i = 0; i < kChunkRows; ++i) {
      NumericMultiply(values[i], values[0], &product).IgnoreError();  // Small values cannot fail.
      NumericAdd(product.view(), values[i], &sum).IgnoreError();
      benchmark::DoNotOptimize(sum.view().data());
    }
  }
  CountRows(state);
}
BENCHMARK(BM_NumericMultiplyAdd);

}  // namespace
}  // namespace heliosdb::types

BENCHMARK_MAIN();
