// Set-returning functions: generate_series, and the splitters of text.
#include <limits>
#include <optional>

#include "core/base/status.h"
#include "core/sql/functions/eval_context.h"
#include "core/sql/functions/pattern_cache.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"
#include "core/types/datetime.h"
#include "core/types/numeric.h"
#include "core/types/scalar_text.h"

namespace heliosdb::sql::functions {
namespace {

using types::Interval;
using types::NumericBuffer;
using types::Value;
using types::Vector;
using enum types::TypeOid;
using enum Volatility;
using SetResult = absl::StatusOr<std::unique_ptr<SetIterator>>;

absl::Status ZeroStep() {
  return SqlError(sqlstate::kInvalidParameterValue, "step size cannot equal zero");
}

class Empty : public SetIterator {
 public:
  absl::StatusOr<size_t> Next(EvalContext&, size_t, Vector*) override { return 0; }
};
bool AnyNull(std::span<const Value> arguments) {
  for (const Value& argument : arguments) {
    if (argument.is_null()) return true;
  }
  return false;
}

// T is int32_t or int64_t; stops rather than overflow.
template <typename T>
class IntegerSeries : public SetIterator {
 public:
  IntegerSeries(T first, T last, T step) : next_(first), last_(last), step_(step) {}
  absl::StatusOr<size_t> Next(EvalContext&, size_t rows_max, Vector* result) override {
    T* const out = result->data<T>();
    size_t rows = 0;
    while (rows < rows_max && !done_ && (step_ > 0 ? next_ <= last_ : next_ >= last_)) {
      out[rows++] = next_;
      done_ = __builtin_add_overflow(next_, step_, &next_);
    }
    return rows;
  }

 private:
  T next_;
  const T last_;
  const T step_;
  bool done_ = false;
};
template <typename T>
SetResult MakeIntegerSeries(EvalContext&, std::span<const Value> arguments) {
  if (AnyNull(arguments)) return std::make_unique<Empty>();
  const T step = arguments.size() > 2 ? static_cast<T>(arguments[2].integer()) : T{1};
  if (step == 0) return ZeroStep();
  return std::make_unique<IntegerSeries<T>>(static_cast<T>(arguments[0].integer()),
                                            static_cast<T>(arguments[1].integer()), step);
}

class NumericSeries : public SetIterator {
 public:
  NumericSeries(std::string first, std::string last, std::string step)
      : next_(std::move(first)),
        last_(std::move(last)),
        step_(std::move(step)),
        sign_(types::NumericSign(step_)) {}
  absl::StatusOr<size_t> Next(EvalContext&, size_t rows_max, Vector* result) override {
    size_t rows = 0;
    while (rows < rows_max && types::NumericCompare(next_, last_) * sign_ <= 0) {
      result->data<std::string_view>()[rows++] = result->AddString(next_);
      HELIOS_RETURN_IF_ERROR(types::NumericAdd(next_, step_, &sum_));
      next_ = sum_.view();
    }
    return rows;
  }

 private:
  std::string next_;
  const std::string last_;
  const std::string step_;
  const int sign_;
  NumericBuffer sum_;
};
absl::Status CheckBound(std::string_view numeric, std::string_view name) {
  if (types::NumericIsNan(numeric)) {
    return SqlError(sqlstate::kInvalidParameterValue, "{} cannot be NaN", name);
  }
  if (types::NumericIsInfinite(numeric)) {
    return SqlError(sqlstate::kInvalidParameterValue, "{} cannot be infinity", name);
  }
  return absl::OkStatus();
}
SetResult MakeNumericSeries(EvalContext&, std::span<const Value> arguments) {
  if (AnyNull(arguments)) return std::make_unique<Empty>();
  NumericBuffer one;
  types::NumericFromInt64(1, &one);
  std::string step(one.view());
  if (arguments.size() > 2) step = arguments[2].string();
  HELIOS_RETURN_IF_ERROR(CheckBound(arguments[0].string(), "start value"));
  HELIOS_RETURN_IF_ERROR(CheckBound(arguments[1].string(), "stop value"));
  HELIOS_RETURN_IF_ERROR(CheckBound(step, "step size"));
  if (types::NumericIsZero(step)) return ZeroStep();
  return std::make_unique<NumericSeries>(arguments[0].string(), arguments[1].string(),
                                         std::move(step));
}

enum class Zone { kNone, kSession };
template <Zone zone>
class TimestampSeries : public SetIterator {
 public:
  TimestampSeries(int64_t first, int64_t last, Interval step, bool ascending)
      : next_(first), last_(last), step_(step), ascending_(ascending) {}
  absl::StatusOr<size_t> Next(EvalContext& context, size_t rows_max, Vector* result) override {
    size_t rows = 0;
    while (rows < rows_max && (ascending_ ? next_ <= last_ : next_ >= last_)) {
      result->data<int64_t>()[rows++] = next_;
      if constexpr (zone == Zone::kSession) {
        HELIOS_ASSIGN_OR_RETURN(next_,
                                types::TimestamptzPlusInterval(next_, step_, context.format));
      } else {
        HELIOS_ASSIGN_OR_RETURN(next_, types::TimestampPlusInterval(next_, step_));
      }
    }
    return rows;
  }

 private:
  int64_t next_;
  const int64_t last_;
  const Interval step_;
  const bool ascending_;
};
template <Zone zone>
SetResult MakeTimestampSeries(EvalContext&, std::span<const Value> arguments) {
  if (AnyNull(arguments)) return std::make_unique<Empty>();
  const Interval step = arguments[2].interval();
  const int sign = types::IntervalCompare(step, Interval());
  if (sign == 0) return ZeroStep();
  return std::make_unique<TimestampSeries<zone>>(arguments[0].integer(), arguments[1].integer(),
                                                 step, sign > 0);
}

// Fields between separators; nullopt for the one that is to be NULL.
class Fields : public SetIterator {
 public:
  explicit Fields(std::vector<std::optional<std::string>> fields) : fields_(std::move(fields)) {}
  absl::StatusOr<size_t> Next(EvalContext&, size_t rows_max, Vector* result) override {
    size_t rows = 0;
    for (; rows < rows_max && next_ < fields_.size(); ++rows, ++next_) {
      if (fields_[next_].has_value()) {
        result->data<std::string_view>()[rows] = result->AddString(*fields_[next_]);
      } else {
        result->SetNull(rows);
      }
    }
    return rows;
  }

 private:
  const std::vector<std::optional<std::string>> fields_;
  size_t next_ = 0;
};

// string_to_table(text, separator [, the field that becomes NULL]). A NULL separator splits into
// characters, an empty one does not split.
SetResult StringToTable(EvalContext&, std::span<const Value> arguments) {
  if (arguments[0].is_null()) return std::make_unique<Empty>();
  std::string_view text = arguments[0].string();
  std::vector<std::optional<std::string>> fields;
  const auto add = [&](std::string_view field) {
    if (arguments.size() > 2 && !arguments[2].is_null() && arguments[2].string() == field) {
      fields.emplace_back(std::nullopt);
    } else {
      fields.emplace_back(field);
    }
  };
  if (arguments[1].is_null()) {
    while (!text.empty()) {
      add(Utf8First(text));
      text.remove_prefix(Utf8First(text).size());
    }
  } else if (!text.empty()) {
    const std::string_view separator = arguments[1].string();
    size_t at = separator.empty() ? std::string_view::npos : text.find(separator);
    for (; at != std::string_view::npos; at = text.find(separator)) {
      add(text.substr(0, at));
      text.remove_prefix(at + separator.size());
    }
    add(text);
  }
  return std::make_unique<Fields>(std::move(fields));
}

SetResult RegexSplitToTable(EvalContext& context, std::span<const Value> arguments) {
  if (AnyNull(arguments)) return std::make_unique<Empty>();
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags,
                          ParseRegexFlags(arguments.size() > 2 ? arguments[2].string() : ""));
  if (flags.global) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "regexp_split_to_table() does not support the \"global\" option");
  }
  HELIOS_ASSIGN_OR_RETURN(const Regex* const regex,
                          PatternCache::Of(context).Compiled(arguments[1].string(), flags));
  const std::string_view text = arguments[0].string();
  std::vector<std::optional<std::string>> fields;
  size_t copied = 0;
  size_t from = 0;
  while (from <= text.size()) {
    HELIOS_ASSIGN_OR_RETURN(const std::vector<RegexGroup> groups, regex->Find(text, from));
    if (groups.empty()) break;
    const RegexGroup& match = groups[0];
    const bool empty = match.start == match.end;
    // An empty match at either end, or right behind a match, splits nothing.
    if (!empty || (match.start < text.size() && match.start > copied)) {
      fields.emplace_back(text.substr(copied, match.start - copied));
      copied = match.end;
    }
    from = empty ? match.end + std::max<size_t>(types::Utf8Prefix(text.substr(match.end), 1), 1)
                 : match.end;
  }
  fields.emplace_back(text.substr(copied));
  return std::make_unique<Fields>(std::move(fields));
}

constexpr FunctionEntry Series(uint32_t id, std::string_view name, Signature arguments,
                               types::TypeOid result, Volatility volatility, SetKernel kernel) {
  FunctionEntry entry;
  entry.id = id;
  entry.name = name;
  entry.arguments = arguments;
  entry.result = result;
  entry.volatility = volatility;
  entry.set = kernel;
  return entry;
}
constexpr FunctionEntry Splitter(uint32_t id, std::string_view name, Signature arguments,
                                 SetKernel kernel) {
  FunctionEntry entry = Series(id, name, arguments, kText, kImmutable, kernel);
  entry.strict = false;
  return entry;
}

constexpr FunctionEntry kRows[] = {
    Series(1066, "generate_series", {kInt4, kInt4, kInt4}, kInt4, kImmutable,
           MakeIntegerSeries<int32_t>),
    Series(1067, "generate_series", {kInt4, kInt4}, kInt4, kImmutable, MakeIntegerSeries<int32_t>),
    Series(1068, "generate_series", {kInt8, kInt8, kInt8}, kInt8, kImmutable,
           MakeIntegerSeries<int64_t>),
    Series(1069, "generate_series", {kInt8, kInt8}, kInt8, kImmutable, MakeIntegerSeries<int64_t>),
    Series(3259, "generate_series", {kNumeric, kNumeric, kNumeric}, kNumeric, kImmutable,
           MakeNumericSeries),
    Series(3260, "generate_series", {kNumeric, kNumeric}, kNumeric, kImmutable, MakeNumericSeries),
    Series(938, "generate_series", {kTimestamp, kTimestamp, kInterval}, kTimestamp, kImmutable,
           MakeTimestampSeries<Zone::kNone>),
    Series(939, "generate_series", {kTimestamptz, kTimestamptz, kInterval}, kTimestamptz, kStable,
           MakeTimestampSeries<Zone::kSession>),
    Splitter(6160, "string_to_table", {kText, kText}, StringToTable),
    Splitter(6161, "string_to_table", {kText, kText, kText}, StringToTable),
    Series(2765, "regexp_split_to_table", {kText, kText}, kText, kImmutable, RegexSplitToTable),
    Series(2766, "regexp_split_to_table", {kText, kText, kText}, kText, kImmutable,
           RegexSplitToTable),
};

}  // namespace

std::span<const FunctionEntry> SeriesFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
