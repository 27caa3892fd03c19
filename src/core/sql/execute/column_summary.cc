#include "core/sql/execute/column_summary.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/sql/execute/analyze.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {
namespace {

using types::Value;

// Longer values are counted, but neither compared nor kept.
constexpr size_t kValueBytesMax = 1024;

// Longest value whose length PostgreSQL stores in one byte.
constexpr size_t kShortBytesMax = 127;

struct SampledValue {
  Value value;
  size_t place = 0;  // In the table's order.
};

// A run of equal values in the sorted sample.
struct Run {
  size_t first = 0;
  size_t count = 0;
};

double BytesOf(const Value& value) {
  const types::Physical physical = types::PhysicalOf(value.type().oid);
  if (physical != types::Physical::kString)
    return static_cast<double>(types::PhysicalBytes(physical));
  // With what PostgreSQL stores before it: the length, in one byte or four.
  const size_t bytes = value.string().size();
  return static_cast<double>(bytes + (bytes < kShortBytesMax ? 1 : 4));
}

class Summary {
 public:
  Summary(std::vector<Value> values, double table_rows)
      : sample_rows_(static_cast<double>(values.size())), table_rows_(table_rows) {
    double bytes = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].is_null()) continue;
      ++present_;
      const double value_bytes = BytesOf(values[i]);
      bytes += value_bytes;
      if (value_bytes > kValueBytesMax) {
        ++wide_;
      } else {
        sorted_.push_back({std::move(values[i]), i});
      }
    }
    result_.null_fraction = (sample_rows_ - static_cast<double>(present_)) / sample_rows_;
    result_.average_bytes = present_ == 0 ? 0 : bytes / static_cast<double>(present_);
  }

  catalog::ColumnStatistics Compute() {
    if (present_ == 0) return std::move(result_);
    std::sort(sorted_.begin(), sorted_.end(), [](const SampledValue& a, const SampledValue& b) {
      const int order = types::CompareValues(a.value, b.value);
      return order != 0 ? order < 0 : a.place < b.place;
    });
    FindRuns();
    EstimateDistinct();
    PickCommonValues();
    MakeHistogram();
    Correlate();
    return std::move(result_);
  }

 private:
  void FindRuns() {
    for (size_t i = 0; i < sorted_.size(); ++i) {
      if (i > 0 && types::CompareValues(sorted_[i - 1].value, sorted_[i].value) == 0) {
        ++runs_.back().count;
      } else {
        runs_.push_back({i, 1});
      }
    }
    for (const Run& run : runs_) repeated_ += run.count > 1 ? 1 : 0;
  }

  void EstimateDistinct() {
    result_.distinct = DistinctInTable();
    // A number that grows with the table is kept as a share of it.
    if (result_.distinct > 0.1 * table_rows_) result_.distinct = -(result_.distinct / table_rows_);
  }

  // Haas and Stokes' estimator, unless the sample shows all values or only different ones.
  double DistinctInTable() const {
    const double runs = static_cast<double>(runs_.size());
    const double wide = static_cast<double>(wide_);
    const double repeated = static_cast<double>(repeated_);
    if (repeated_ == 0) return -(1 - result_.null_fraction);
    if (wide_ == 0 && repeated_ == runs_.size()) return runs;
    const double once = runs - repeated + wide;
    const double seen = once + repeated;
    const double n = static_cast<double>(present_);
    const double rows = table_rows_ * (1 - result_.null_fraction);
    const double estimate = rows > 0 ? n * seen / (n - once + once * n / rows) : 0;
    return std::floor(std::clamp(estimate, seen, std::max(seen, rows)) + 0.5);
  }

  // How many of the most common values are clearly more common than the rest.
  size_t SignificantCount(const std::vector<Run>& common) const {
    size_t count = common.size();
    if (sample_rows_ == table_rows_ || table_rows_ <= 1) return count;
    const double distinct =
        result_.distinct < 0 ? -result_.distinct * table_rows_ : result_.distinct;
    double before = 0;
    for (size_t i = 0; i + 1 < count; ++i) before += static_cast<double>(common[i].count);
    while (count > 0) {
      double selectivity = std::clamp(1 - before / sample_rows_ - result_.null_fraction, 0.0, 1.0);
      const double others = distinct - static_cast<double>(count - 1);
      if (others > 1) selectivity /= others;
      const double seen = static_cast<double>(common[count - 1].count);
      const double n = sample_rows_;
      const double rows = table_rows_;
      const double expected = rows * seen / n;
      const double variance =
          n * expected * (rows - expected) * (rows - n) / (rows * rows * (rows - 1));
      if (seen > selectivity * n + 2 * std::sqrt(variance) + 0.5) break;
      if (--count == 0) break;
      before -= static_cast<double>(common[count - 1].count);
    }
    return count;
  }

  void PickCommonValues() {
    std::vector<Run> common;
    for (const Run& run : runs_) {
      if (run.count > 1) common.push_back(run);
    }
    std::stable_sort(common.begin(), common.end(),
                     [](const Run& a, const Run& b) { return a.count > b.count; });
    if (common.size() > kStatisticsTarget) common.resize(kStatisticsTarget);
    const bool shows_all = common.size() == runs_.size() && wide_ == 0 && result_.distinct > 0;
    if (!shows_all) common.resize(SignificantCount(common));
    is_common_.assign(sorted_.size(), false);
    for (const Run& run : common) {
      result_.common_values.push_back(sorted_[run.first].value);
      result_.common_fractions.push_back(static_cast<double>(run.count) / sample_rows_);
      std::fill_n(is_common_.begin() + static_cast<std::ptrdiff_t>(run.first), run.count, true);
    }
  }

  void MakeHistogram() {
    const size_t distinct = runs_.size() - result_.common_values.size();
    if (distinct < 2) return;
    const size_t bounds = std::min(distinct, kStatisticsTarget + 1);
    std::vector<const Value*> rest;
    for (size_t i = 0; i < sorted_.size(); ++i) {
      if (!is_common_[i]) rest.push_back(&sorted_[i].value);
    }
    for (size_t i = 0; i < bounds; ++i)
      result_.histogram.push_back(*rest[i * (rest.size() - 1) / (bounds - 1)]);
  }

  // Between the order of the values and that of the rows.
  void Correlate() {
    const double n = static_cast<double>(sorted_.size());
    if (n < 2) return;
    // Places are counted among the values alone, as if NULLs and wide values were not there.
    std::vector<size_t> by_place(sorted_.size());
    for (size_t i = 0; i < by_place.size(); ++i) by_place[i] = i;
    std::sort(by_place.begin(), by_place.end(),
              [this](size_t a, size_t b) { return sorted_[a].place < sorted_[b].place; });
    double products = 0;
    for (size_t rank = 0; rank < by_place.size(); ++rank)
      products += static_cast<double>(rank) * static_cast<double>(by_place[rank]);
    const double sum = (n - 1) * n / 2;
    const double squares = (n - 1) * n * (2 * n - 1) / 6;
    result_.correlation = (n * products - sum * sum) / (n * squares - sum * sum);
  }

  const double sample_rows_;
  const double table_rows_;
  size_t present_ = 0;
  size_t wide_ = 0;
  size_t repeated_ = 0;
  std::vector<SampledValue> sorted_;
  std::vector<Run> runs_;
  std::vector<bool> is_common_;
  catalog::ColumnStatistics result_;
};

}  // namespace

catalog::ColumnStatistics SummarizeColumn(std::vector<Value> values, double table_rows) {
  if (values.empty()) return {};
  return Summary(std::move(values), table_rows).Compute();
}

}  // namespace heliosdb::sql::execute
