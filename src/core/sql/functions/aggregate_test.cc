#include <cmath>
#include <memory>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "core/sql/functions/eval_context.h"
#include "core/sql/functions/overload.h"
#include "core/sql/functions/registry.h"
#include "core/types/scalar_text.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::functions {
namespace {

using types::Type;
using types::TypeOid;
using types::Value;
using types::Vector;

// A state on the heap, as an executor keeps it.
class State {
 public:
  explicit State(const AggregateState& kind)
      : kind_(kind), memory_(static_cast<char*>(::operator new(kind.bytes))) {
    kind_.init(memory_);
  }
  ~State() {
    if (kind_.destroy != nullptr) kind_.destroy(memory_);
    ::operator delete(memory_);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  void* get() { return memory_; }

 private:
  const AggregateState& kind_;
  char* const memory_;
};

struct AggregateCase {
  std::string_view name;
  std::string_view type;
  // Rows; the empty string is NULL. For two columns: "y|x".
  std::vector<std::string_view> rows;
  std::string_view answer;
  std::string_view direct = {};
};

enum class Way { kOneState, kStatePointers, kCombined, kSaved };

class Runner {
 public:
  explicit Runner(const AggregateCase& test) : test_(test) {}

  std::string Run(Way way) {
    const TypeOid type = *types::TypeOidByName(test_.type);
    const size_t columns = Columns();
    std::vector<TypeOid> given(columns, type);
    if (!test_.direct.empty()) given.insert(given.begin(), TypeOid::kFloat8);
    const bool within_group = !test_.direct.empty() || test_.name == "mode";
    const auto resolved = ResolveAggregate(test_.name, given, within_group ? 1 : 0);
    if (!resolved.ok()) return std::string(resolved.status().message());
    const AggregateState& kind = *resolved->entry->state;
    for (size_t i = 0; i < columns; ++i) vectors_.push_back(std::make_unique<Vector>(Type{type}));
    const size_t half = way == Way::kCombined ? test_.rows.size() / 2 : test_.rows.size();
    State state(kind);
    absl::Status status = Feed(kind, way, 0, half, state.get());
    if (status.ok() && way == Way::kCombined) {
      State other(kind);
      status = Feed(kind, way, half, test_.rows.size(), other.get());
      if (status.ok()) status = kind.combine(context_, state.get(), other.get());
    }
    if (!status.ok()) return std::string(status.message());
    if (way != Way::kSaved) return Finish(*resolved, state.get());
    std::string bytes;
    kind.save(state.get(), &bytes);
    State loaded(kind);
    status = kind.load(bytes, loaded.get());
    return status.ok() ? Finish(*resolved, loaded.get()) : std::string(status.message());
  }

 private:
  size_t Columns() const {
    if (test_.rows.empty()) return test_.name == "string_agg" ? 2 : 1;
    return test_.rows[0].find('|') == std::string_view::npos ? 1 : 2;
  }

  absl::Status Feed(const AggregateState& kind, Way way, size_t begin, size_t end, void* state) {
    std::vector<const Vector*> arguments;
    for (const auto& vector : vectors_) {
      vector->Reset();
      arguments.push_back(vector.get());
    }
    for (size_t i = begin; i < end; ++i) {
      std::string_view rest = test_.rows[i];
      for (const auto& vector : vectors_) {
        const size_t bar = rest.find('|');
        const std::string_view text = rest.substr(0, bar);
        if (text.empty()) {
          vector->SetNull(i - begin);
        } else {
          HELIOS_RETURN_IF_ERROR(
              types::ParseTextInto(text, context_.format, i - begin, vector.get()));
        }
        rest = bar == std::string_view::npos ? "" : rest.substr(bar + 1);
      }
    }
    if (way != Way::kStatePointers) {
      return kind.update_one(context_, state, arguments, end - begin);
    }
    const std::vector<void*> states(end - begin, state);
    return kind.update(context_, states.data(), arguments, end - begin);
  }

  std::string Finish(const ResolvedAggregate& resolved, const void* state) {
    std::vector<Value> direct;
    if (!test_.direct.empty()) {
      direct.push_back(*types::ParseText({TypeOid::kFloat8}, test_.direct, context_.format));
    }
    Vector result(Type{resolved.result});
    const absl::Status status =
        resolved.entry->state->finalize(context_, state, direct, 0, &result);
    if (!status.ok()) return std::string(status.message());
    return result.IsNull(0) ? "NULL" : types::ToText(result.GetValue(0), context_.format);
  }

  const AggregateCase& test_;
  EvalContext context_;
  std::vector<std::unique_ptr<Vector>> vectors_;
};

// Floats that were summed in halves may differ in the last digits.
bool SameAnswer(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const absl::StatusOr<double> x = types::ParseDouble(a);
  const absl::StatusOr<double> y = types::ParseDouble(b);
  return x.ok() && y.ok() && std::fabs(*x - *y) <= 1e-12 * std::fabs(*x);
}

// clang-format off
const AggregateCase kCases[] = {
    {"sum", "int2", {"3", "", "-7", "12"}, "8"},
    {"avg", "int2", {"3", "", "-7", "12"}, "2.6666666666666667"},
    {"sum", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "4294967296"},
    {"avg", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1073741824.00000000"},
    {"sum", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "18446744073709551618"},
    {"avg", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "6148914691236517206"},
    {"sum", "numeric", {"1.10", "", "2.2", "-0.333"}, "2.967"},
    {"avg", "numeric", {"1.10", "", "2.2", "-0.333"}, "0.98900000000000000000"},
    {"sum", "float4", {"1.5", "", "2.25", "-3.125"}, "0.625"},
    {"avg", "float4", {"1.5", "", "2.25", "-3.125"}, "0.20833333333333334"},
    {"sum", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "10.625"},
    {"avg", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "2.65625"},
    {"sum", "interval", {"1 day", "", "02:30:00", "1 mon"}, "1 mon 1 day 02:30:00"},
    {"avg", "interval", {"1 day", "", "02:30:00", "1 mon"}, "10 days 08:50:00"},
    {"var_pop", "int2", {"3", "", "-7", "12"}, "60.2222222222222222"},
    {"var_samp", "int2", {"3", "", "-7", "12"}, "90.3333333333333333"},
    {"stddev_pop", "int2", {"3", "", "-7", "12"}, "7.7602978178818770"},
    {"stddev", "int2", {"3", "", "-7", "12"}, "9.5043849529221686"},
    {"variance", "int2", {"3", "", "-7", "12"}, "90.3333333333333333"},
    {"stddev_samp", "int2", {"3", "", "-7", "12"}, "9.5043849529221686"},
    {"var_samp", "int2", {"1"}, "NULL"},
    {"stddev_pop", "int2", {"1"}, "0"},
    {"sum", "int2", {}, "NULL"},
    {"avg", "int2", {"", ""}, "NULL"},
    {"stddev", "int2", {"1", "2", "3", "4", "5"}, "1.5811388300841897"},
    {"var_pop", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1152921502459363337"},
    {"var_samp", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1537228669945817783"},
    {"stddev_pop", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1073741823"},
    {"stddev", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1239850261"},
    {"variance", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1537228669945817783"},
    {"stddev_samp", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "1239850261"},
    {"var_samp", "int4", {"1"}, "NULL"},
    {"stddev_pop", "int4", {"1"}, "0"},
    {"sum", "int4", {}, "NULL"},
    {"avg", "int4", {"", ""}, "NULL"},
    {"stddev", "int4", {"1", "2", "3", "4", "5"}, "1.5811388300841897"},
    {"var_pop", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "18904575940052136838579984775420954402"},
    {"var_samp", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "28356863910078205257869977163131431603"},
    {"stddev_pop", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "4347939275110927402"},
    {"stddev", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "5325116328314171698"},
    {"variance", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "28356863910078205257869977163131431603"},
    {"stddev_samp", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "5325116328314171698"},
    {"var_samp", "int8", {"1"}, "NULL"},
    {"stddev_pop", "int8", {"1"}, "0"},
    {"sum", "int8", {}, "NULL"},
    {"avg", "int8", {"", ""}, "NULL"},
    {"stddev", "int8", {"1", "2", "3", "4", "5"}, "1.5811388300841897"},
    {"var_pop", "numeric", {"1.10", "", "2.2", "-0.333"}, "1.07550866666666666667"},
    {"var_samp", "numeric", {"1.10", "", "2.2", "-0.333"}, "1.6132630000000000"},
    {"stddev_pop", "numeric", {"1.10", "", "2.2", "-0.333"}, "1.03706733950436731834"},
    {"stddev", "numeric", {"1.10", "", "2.2", "-0.333"}, "1.2701429053456938"},
    {"variance", "numeric", {"1.10", "", "2.2", "-0.333"}, "1.6132630000000000"},
    {"stddev_samp", "numeric", {"1.10", "", "2.2", "-0.333"}, "1.2701429053456938"},
    {"var_samp", "numeric", {"1"}, "NULL"},
    {"stddev_pop", "numeric", {"1"}, "0"},
    {"sum", "numeric", {}, "NULL"},
    {"avg", "numeric", {"", ""}, "NULL"},
    {"stddev", "numeric", {"1", "2", "3", "4", "5"}, "1.5811388300841897"},
    {"var_pop", "float4", {"1.5", "", "2.25", "-3.125"}, "5.649305555555556"},
    {"var_samp", "float4", {"1.5", "", "2.25", "-3.125"}, "8.473958333333334"},
    {"stddev_pop", "float4", {"1.5", "", "2.25", "-3.125"}, "2.376826782825277"},
    {"stddev", "float4", {"1.5", "", "2.25", "-3.125"}, "2.911006412451428"},
    {"variance", "float4", {"1.5", "", "2.25", "-3.125"}, "8.473958333333334"},
    {"stddev_samp", "float4", {"1.5", "", "2.25", "-3.125"}, "2.911006412451428"},
    {"var_samp", "float4", {"1"}, "NULL"},
    {"stddev_pop", "float4", {"1"}, "0"},
    {"sum", "float4", {}, "NULL"},
    {"avg", "float4", {"", ""}, "NULL"},
    {"stddev", "float4", {"1", "2", "3", "4", "5"}, "1.5811388300841898"},
    {"var_pop", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "22.2138671875"},
    {"var_samp", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "29.618489583333332"},
    {"stddev_pop", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "4.713158939342063"},
    {"stddev", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "5.442287164725262"},
    {"variance", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "29.618489583333332"},
    {"stddev_samp", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "5.442287164725262"},
    {"var_samp", "float8", {"1"}, "NULL"},
    {"stddev_pop", "float8", {"1"}, "0"},
    {"sum", "float8", {}, "NULL"},
    {"avg", "float8", {"", ""}, "NULL"},
    {"stddev", "float8", {"1", "2", "3", "4", "5"}, "1.5811388300841898"},
    {"min", "int2", {"3", "", "-7", "12"}, "-7"},
    {"max", "int2", {"3", "", "-7", "12"}, "12"},
    {"count", "int2", {"3", "", "-7", "12"}, "3"},
    {"min", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "-3"},
    {"max", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "2147483647"},
    {"count", "int4", {"2147483647", "", "5", "-3", "2147483647"}, "4"},
    {"min", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "4"},
    {"max", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "9223372036854775807"},
    {"count", "int8", {"9223372036854775807", "9223372036854775807", "", "4"}, "3"},
    {"min", "numeric", {"1.10", "", "2.2", "-0.333"}, "-0.333"},
    {"max", "numeric", {"1.10", "", "2.2", "-0.333"}, "2.2"},
    {"count", "numeric", {"1.10", "", "2.2", "-0.333"}, "3"},
    {"min", "float4", {"1.5", "", "2.25", "-3.125"}, "-3.125"},
    {"max", "float4", {"1.5", "", "2.25", "-3.125"}, "2.25"},
    {"count", "float4", {"1.5", "", "2.25", "-3.125"}, "3"},
    {"min", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "-3.125"},
    {"max", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "10"},
    {"count", "float8", {"1.5", "", "2.25", "-3.125", "10"}, "4"},
    {"min", "interval", {"1 day", "", "02:30:00", "1 mon"}, "02:30:00"},
    {"max", "interval", {"1 day", "", "02:30:00", "1 mon"}, "1 mon"},
    {"count", "interval", {"1 day", "", "02:30:00", "1 mon"}, "3"},
    {"min", "text", {"b", "", "abc", "a"}, "a"},
    {"max", "text", {"b", "", "abc", "a"}, "b"},
    {"count", "text", {"b", "", "abc", "a"}, "3"},
    {"min", "bpchar", {"b", "", "abc ", "a"}, "a"},
    {"max", "bpchar", {"b", "", "abc ", "a"}, "b"},
    {"count", "bpchar", {"b", "", "abc ", "a"}, "3"},
    {"min", "date", {"2024-01-01", "", "2023-05-05"}, "2023-05-05"},
    {"max", "date", {"2024-01-01", "", "2023-05-05"}, "2024-01-01"},
    {"count", "date", {"2024-01-01", "", "2023-05-05"}, "2"},
    {"min", "time", {"10:00", "", "09:00"}, "09:00:00"},
    {"max", "time", {"10:00", "", "09:00"}, "10:00:00"},
    {"count", "time", {"10:00", "", "09:00"}, "2"},
    {"min", "timestamp", {"2024-01-01 10:00", "", "2023-05-05"}, "2023-05-05 00:00:00"},
    {"max", "timestamp", {"2024-01-01 10:00", "", "2023-05-05"}, "2024-01-01 10:00:00"},
    {"count", "timestamp", {"2024-01-01 10:00", "", "2023-05-05"}, "2"},
    {"min", "timestamptz", {"2024-01-01 10:00+00", "", "2023-05-05 00:00+00"}, "2023-05-05 00:00:00+00"},
    {"max", "timestamptz", {"2024-01-01 10:00+00", "", "2023-05-05 00:00+00"}, "2024-01-01 10:00:00+00"},
    {"count", "timestamptz", {"2024-01-01 10:00+00", "", "2023-05-05 00:00+00"}, "2"},
    {"min", "oid", {"4000000000", "", "7"}, "7"},
    {"max", "oid", {"4000000000", "", "7"}, "4000000000"},
    {"count", "oid", {"4000000000", "", "7"}, "2"},
    {"min", "pg_lsn", {"F/0", "", "1/0"}, "1/0"},
    {"max", "pg_lsn", {"F/0", "", "1/0"}, "F/0"},
    {"count", "pg_lsn", {"F/0", "", "1/0"}, "2"},
    {"min", "varchar", {"x", "", "y"}, "x"},
    {"max", "varchar", {"x", "", "y"}, "y"},
    {"count", "varchar", {"x", "", "y"}, "2"},
    {"max", "float8", {"1", "NaN", "Infinity"}, "NaN"},
    {"min", "float8", {"NaN", "1"}, "1"},
    {"min", "text", {}, "NULL"},
    {"max", "numeric", {"NaN", "1"}, "NaN"},
    {"sum", "numeric", {"NaN", "1"}, "NaN"},
    {"sum", "numeric", {"Infinity", "1"}, "Infinity"},
    {"avg", "numeric", {"1", "2", "4"}, "2.3333333333333333"},
    {"sum", "float8", {"1e308", "1e308"}, "value out of range: overflow"},
    {"sum", "float8", {"Infinity", "1"}, "Infinity"},
    {"variance", "numeric", {"1e100", "1e-10", "5"}, "33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333316666666666333333333333333333333333333333333333333333333333333333333333333333333333333333333333333341.66666666650000000000"},
    {"variance", "int8", {"9223372036854775807", "-9223372036854775808"}, "170141183460469231713240559642174554113"},
    {"stddev", "numeric", {"100000000000000000000", "300000000000000000001", "5"}, "152752523165194666885"},
    {"bool_and", "bool", {"t", "", "f", "t"}, "f"},
    {"bool_and", "bool", {"t", "t"}, "t"},
    {"bool_and", "bool", {}, "NULL"},
    {"bool_or", "bool", {"t", "", "f", "t"}, "t"},
    {"bool_or", "bool", {"t", "t"}, "t"},
    {"bool_or", "bool", {}, "NULL"},
    {"every", "bool", {"t", "", "f", "t"}, "f"},
    {"every", "bool", {"t", "t"}, "t"},
    {"every", "bool", {}, "NULL"},
    {"bit_and", "int2", {"12", "", "10", "7"}, "0"},
    {"bit_and", "int2", {}, "NULL"},
    {"bit_and", "int4", {"12", "", "10", "7"}, "0"},
    {"bit_and", "int4", {}, "NULL"},
    {"bit_and", "int8", {"12", "", "10", "7"}, "0"},
    {"bit_and", "int8", {}, "NULL"},
    {"bit_or", "int2", {"12", "", "10", "7"}, "15"},
    {"bit_or", "int2", {}, "NULL"},
    {"bit_or", "int4", {"12", "", "10", "7"}, "15"},
    {"bit_or", "int4", {}, "NULL"},
    {"bit_or", "int8", {"12", "", "10", "7"}, "15"},
    {"bit_or", "int8", {}, "NULL"},
    {"bit_xor", "int2", {"12", "", "10", "7"}, "1"},
    {"bit_xor", "int2", {}, "NULL"},
    {"bit_xor", "int4", {"12", "", "10", "7"}, "1"},
    {"bit_xor", "int4", {}, "NULL"},
    {"bit_xor", "int8", {"12", "", "10", "7"}, "1"},
    {"bit_xor", "int8", {}, "NULL"},
    {"string_agg", "text", {"a|,", "b|;", "|x", "c|"}, "a;bc"},
    {"string_agg", "text", {}, "NULL"},
    {"string_agg", "bytea", {"\\x01|\\xff", "\\x02|\\xee"}, "\\x01ee02"},
    {"corr", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "0.9922266627097066"},
    {"corr", "float8", {"1|2"}, "NULL"},
    {"covar_pop", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "5.59375"},
    {"covar_pop", "float8", {"1|2"}, "0"},
    {"covar_samp", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "7.458333333333333"},
    {"covar_samp", "float8", {"1|2"}, "NULL"},
    {"regr_avgx", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "3.375"},
    {"regr_avgx", "float8", {"1|2"}, "2"},
    {"regr_avgy", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "4.75"},
    {"regr_avgy", "float8", {"1|2"}, "1"},
    {"regr_count", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "4"},
    {"regr_count", "float8", {"1|2"}, "1"},
    {"regr_intercept", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "0.48056537102473484"},
    {"regr_intercept", "float8", {"1|2"}, "NULL"},
    {"regr_r2", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "0.9845137501920418"},
    {"regr_r2", "float8", {"1|2"}, "NULL"},
    {"regr_slope", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "1.265017667844523"},
    {"regr_slope", "float8", {"1|2"}, "NULL"},
    {"regr_sxx", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "17.6875"},
    {"regr_sxx", "float8", {"1|2"}, "0"},
    {"regr_sxy", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "22.375"},
    {"regr_sxy", "float8", {"1|2"}, "0"},
    {"regr_syy", "float8", {"2|1", "3|2", "5|4", "4|", "|7", "9|6.5"}, "28.75"},
    {"regr_syy", "float8", {"1|2"}, "0"},
    {"percentile_cont", "float8", {"1", "2", "4", "8"}, "1", "0"},
    {"percentile_disc", "int4", {"1", "2", "4", "8"}, "1", "0"},
    {"percentile_cont", "float8", {"1", "2", "4", "8"}, "3", "0.5"},
    {"percentile_disc", "int4", {"1", "2", "4", "8"}, "2", "0.5"},
    {"percentile_cont", "float8", {"1", "2", "4", "8"}, "1.9", "0.3"},
    {"percentile_disc", "int4", {"1", "2", "4", "8"}, "2", "0.3"},
    {"percentile_cont", "float8", {"1", "2", "4", "8"}, "8", "1"},
    {"percentile_disc", "int4", {"1", "2", "4", "8"}, "8", "1"},
    {"percentile_cont", "float8", {"1", "2", "4", "8"}, "percentile value 1.5 is not between 0 and 1", "1.5"},
    {"percentile_cont", "float8", {}, "NULL", "0.5"},
    {"percentile_cont", "interval", {"1 day", "2 days", "1 mon"}, "1 day 12:00:00", "0.25"},
    {"percentile_disc", "text", {"a", "bb", "", "ccc"}, "bb", "0.5"},
    {"mode", "int4", {"1", "2", "2", "3", "3", ""}, "2"},
    {"mode", "text", {"a", "b", "b"}, "b"},
};
// clang-format on

TEST(Aggregates, AnswerAsPostgresqlHoweverTheyAreFed) {
  for (const AggregateCase& test : kCases) {
    const std::string what =
        fmt::format("{}({}) of {} rows", test.name, test.type, test.rows.size());
    EXPECT_EQ(Runner(test).Run(Way::kOneState), test.answer) << what;
    EXPECT_EQ(Runner(test).Run(Way::kStatePointers), test.answer) << what;
    const AggregateEntry& entry = *AggregatesNamed(test.name)[0];
    if (entry.state->combine != nullptr) {
      const std::string combined = Runner(test).Run(Way::kCombined);
      EXPECT_TRUE(SameAnswer(combined, test.answer)) << what << ": " << combined;
    }
    if (entry.state->save != nullptr) {
      EXPECT_EQ(Runner(test).Run(Way::kSaved), test.answer) << what;
    }
  }
}

}  // namespace
}  // namespace heliosdb::sql::functions
