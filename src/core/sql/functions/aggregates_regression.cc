// corr, covar_ and regr_: over pairs (y, x) of float8.
#include <cmath>
#include <limits>
#include <optional>

#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

absl::Status Overflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}

// Sums, and sums of products of the distances from the means.
struct Sums {
  double n = 0;
  double x = 0;
  double y = 0;
  double xx = 0;
  double yy = 0;
  double xy = 0;
};

absl::Status AddPair(Sums& sums, double y, double x) {
  const Sums old = sums;
  sums.n += 1.0;
  sums.x += x;
  sums.y += y;
  if (old.n == 0) {
    if (!std::isfinite(x)) sums.xx = sums.xy = kNan;
    if (!std::isfinite(y)) sums.yy = sums.xy = kNan;
    return absl::OkStatus();
  }
  const double distance_x = x * sums.n - sums.x;
  const double distance_y = y * sums.n - sums.y;
  const double scale = 1.0 / (sums.n * old.n);
  sums.xx += distance_x * distance_x * scale;
  sums.yy += distance_y * distance_y * scale;
  sums.xy += distance_x * distance_y * scale;
  const bool x_was_finite = !std::isinf(old.x) && !std::isinf(x);
  const bool y_was_finite = !std::isinf(old.y) && !std::isinf(y);
  if (((std::isinf(sums.x) || std::isinf(sums.xx)) && x_was_finite) ||
      ((std::isinf(sums.y) || std::isinf(sums.yy)) && y_was_finite) ||
      (std::isinf(sums.xy) && x_was_finite && y_was_finite)) {
    return Overflow();
  }
  if (std::isinf(sums.xx)) sums.xx = kNan;
  if (std::isinf(sums.yy)) sums.yy = kNan;
  if (std::isinf(sums.xy)) sums.xy = kNan;
  return absl::OkStatus();
}

Sums Together(const Sums& a, const Sums& b) {
  if (a.n == 0) return b;
  if (b.n == 0) return a;
  const double x = a.x / a.n - b.x / b.n;
  const double y = a.y / a.n - b.y / b.n;
  const double n = a.n + b.n;
  return {.n = n,
          .x = a.x + b.x,
          .y = a.y + b.y,
          .xx = a.xx + b.xx + a.n * b.n * x * x / n,
          .yy = a.yy + b.yy + a.n * b.n * y * y / n,
          .xy = a.xy + b.xy + a.n * b.n * x * y / n};
}

using Result = std::optional<double>;

Result SumOfSquaresX(const Sums& s) { return s.n < 1 ? Result() : s.xx; }
Result SumOfSquaresY(const Sums& s) { return s.n < 1 ? Result() : s.yy; }
Result SumOfProducts(const Sums& s) { return s.n < 1 ? Result() : s.xy; }
Result AverageX(const Sums& s) { return s.n < 1 ? Result() : s.x / s.n; }
Result AverageY(const Sums& s) { return s.n < 1 ? Result() : s.y / s.n; }
Result CovariancePopulation(const Sums& s) { return s.n < 1 ? Result() : s.xy / s.n; }
Result CovarianceSample(const Sums& s) { return s.n < 2 ? Result() : s.xy / (s.n - 1.0); }
Result Correlation(const Sums& s) {
  if (s.n < 1 || s.xx == 0 || s.yy == 0) return std::nullopt;
  return s.xy / std::sqrt(s.xx * s.yy);
}
Result SquaredCorrelation(const Sums& s) {
  if (s.n < 1 || s.xx == 0) return std::nullopt;
  if (s.yy == 0) return 1.0;
  return (s.xy * s.xy) / (s.xx * s.yy);
}
Result Slope(const Sums& s) {
  if (s.n < 1 || s.xx == 0) return std::nullopt;
  return s.xy / s.xx;
}
Result Intercept(const Sums& s) {
  if (s.n < 1 || s.xx == 0) return std::nullopt;
  return (s.y - s.x * s.xy / s.xx) / s.n;
}

template <Result (*Figure)(const Sums&)>
struct Regression {
  using State = Sums;
  using Inputs = InputTypes<double, double>;
  static absl::Status Add(State& state, double y, double x) { return AddPair(state, y, x); }
  static void Merge(State& state, const State& from) { state = Together(state, from); }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    const Result figure = Figure(state);
    if (figure.has_value()) {
      result->data<double>()[row] = *figure;
    } else {
      result->SetNull(row);
    }
    return absl::OkStatus();
  }
};

struct CountPairs {
  struct State {
    int64_t count = 0;
  };
  using Inputs = InputTypes<double, double>;
  static void Add(State& state, double, double) { ++state.count; }
  static void Merge(State& state, const State& from) { state.count += from.count; }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    result->data<int64_t>()[row] = state.count;
    return absl::OkStatus();
  }
};

template <Result (*Figure)(const Sums&)>
constexpr AggregateEntry Entry(uint32_t id, std::string_view name) {
  return {.id = id,
          .name = name,
          .arguments = {kFloat8, kFloat8},
          .result = kFloat8,
          .state = &kStateOf<Regression<Figure>>};
}

constexpr AggregateEntry kRows[] = {
    {.id = 2818,
     .name = "regr_count",
     .arguments = {kFloat8, kFloat8},
     .result = kInt8,
     .state = &kStateOf<CountPairs>,
     .empty = EmptyResult::kZero},
    Entry<SumOfSquaresX>(2819, "regr_sxx"),
    Entry<SumOfSquaresY>(2820, "regr_syy"),
    Entry<SumOfProducts>(2821, "regr_sxy"),
    Entry<AverageX>(2822, "regr_avgx"),
    Entry<AverageY>(2823, "regr_avgy"),
    Entry<SquaredCorrelation>(2824, "regr_r2"),
    Entry<Slope>(2825, "regr_slope"),
    Entry<Intercept>(2826, "regr_intercept"),
    Entry<CovariancePopulation>(2827, "covar_pop"),
    Entry<CovarianceSample>(2828, "covar_samp"),
    Entry<Correlation>(2829, "corr"),
};

}  // namespace

std::span<const AggregateEntry> RegressionAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
