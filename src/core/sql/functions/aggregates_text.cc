// string_agg.
#include "core/base/coding.h"
#include "core/sql/functions/aggregate_loops.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;

struct StringAgg {
  struct State {
    std::string text;
    // What stands before the first value: it is dropped, unless the state follows another one.
    std::string first_delimiter;
    bool any = false;
  };
  using Inputs = InputTypes<std::string_view, std::string_view>;
  static void Add(State& state, std::string_view value, std::string_view delimiter) {
    if (state.any) {
      state.text.append(delimiter);
    } else {
      state.first_delimiter = delimiter;
    }
    state.text.append(value);
    state.any = true;
  }
  static void Merge(State& state, const State& from) {
    if (from.any) Add(state, from.text, from.first_delimiter);
  }
  static absl::Status Finish(const State& state, DirectArguments, size_t row, Vector* result) {
    if (state.any) {
      result->data<std::string_view>()[row] = result->AddString(state.text);
    } else {
      result->SetNull(row);
    }
    return absl::OkStatus();
  }
  static void Save(const State& state, std::string* out) {
    out->push_back(state.any ? 1 : 0);
    AppendFixed(out, static_cast<uint64_t>(state.first_delimiter.size()));
    out->append(state.first_delimiter);
    out->append(state.text);
  }
  static absl::Status Load(std::string_view bytes, State& state) {
    constexpr size_t kHeader = 1 + sizeof(uint64_t);
    if (bytes.size() < kHeader) return Corruption("string_agg state has {} bytes", bytes.size());
    const auto delimiter_bytes = LoadFixed<uint64_t>(bytes.data() + 1);
    if (delimiter_bytes > bytes.size() - kHeader) {
      return Corruption("string_agg delimiter has {} bytes", delimiter_bytes);
    }
    state.any = bytes.front() != 0;
    state.first_delimiter = bytes.substr(kHeader, delimiter_bytes);
    state.text = bytes.substr(kHeader + delimiter_bytes);
    return absl::OkStatus();
  }
  static size_t HeapBytes(const State& state) { return state.text.capacity(); }
};

// A NULL value is skipped, a NULL delimiter is an empty one.
template <typename StateOf>
void AddRows(Arguments arguments, size_t rows, StateOf state_of) {
  const Reader<std::string_view> values(*arguments[0]);
  const Reader<std::string_view> delimiters(*arguments[1]);
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) continue;
    const bool has_delimiter = !arguments[1]->IsNull(row);
    StringAgg::Add(state_of(row), values[row],
                   has_delimiter ? delimiters[row] : std::string_view());
  }
}
absl::Status Update(EvalContext&, void* const* states, Arguments arguments, size_t rows) {
  AddRows(arguments, rows, [states](size_t row) -> StringAgg::State& {
    return *static_cast<StringAgg::State*>(states[row]);
  });
  return absl::OkStatus();
}
absl::Status UpdateOne(EvalContext&, void* state, Arguments arguments, size_t rows) {
  AddRows(arguments, rows,
          [state](size_t) -> StringAgg::State& { return *static_cast<StringAgg::State*>(state); });
  return absl::OkStatus();
}
constexpr AggregateState MakeState() {
  AggregateState state = kStateOf<StringAgg>;
  state.update = Update;
  state.update_one = UpdateOne;
  return state;
}
constexpr AggregateState kState = MakeState();

constexpr AggregateEntry kRows[] = {
    {.id = 3538,
     .name = "string_agg",
     .arguments = {kText, kText},
     .result = kText,
     .state = &kState,
     .order_sensitive = true},
    {.id = 3545,
     .name = "string_agg",
     .arguments = {kBytea, kBytea},
     .result = kBytea,
     .state = &kState,
     .order_sensitive = true},
};

}  // namespace

std::span<const AggregateEntry> TextAggregates() { return kRows; }

}  // namespace heliosdb::sql::functions
