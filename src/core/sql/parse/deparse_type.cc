#include <optional>

#include "core/sql/parse/deparser.h"

namespace heliosdb::sql::parse {
namespace {

// PostgreSQL's bit mask of interval fields (its datetime.h).
constexpr int kIntervalFullRange = 0x7FFF;
struct IntervalRange {
  int mask;
  std::string_view words;
  bool has_seconds;
};
constexpr IntervalRange kIntervalRanges[] = {
    {1 << 2, "year", false},
    {1 << 1, "month", false},
    {1 << 3, "day", false},
    {1 << 10, "hour", false},
    {1 << 11, "minute", false},
    {1 << 12, "second", true},
    {1 << 2 | 1 << 1, "year to month", false},
    {1 << 3 | 1 << 10, "day to hour", false},
    {1 << 3 | 1 << 10 | 1 << 11, "day to minute", false},
    {1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, "day to second", true},
    {1 << 10 | 1 << 11, "hour to minute", false},
    {1 << 10 | 1 << 11 | 1 << 12, "hour to second", true},
    {1 << 11 | 1 << 12, "minute to second", true},
};

// How the grammar spells a type of its own. The text stands before and behind the modifiers.
struct GrammarType {
  std::string_view name;
  std::string_view before;
  std::string_view behind;
  size_t modifiers_min;
  size_t modifiers_max;
};
constexpr size_t kAnyNumber = 1000;
constexpr GrammarType kGrammarTypes[] = {
    {"int2", "smallint", "", 0, 0},
    {"int4", "integer", "", 0, 0},
    {"int8", "bigint", "", 0, 0},
    {"float4", "real", "", 0, 0},
    {"float8", "double precision", "", 0, 0},
    {"bool", "boolean", "", 0, 0},
    {"numeric", "numeric", "", 0, kAnyNumber},
    {"bpchar", "character", "", 1, 1},
    {"varchar", "character varying", "", 0, 1},
    {"bit", "bit", "", 1, kAnyNumber},
    {"varbit", "bit varying", "", 0, kAnyNumber},
    {"timestamp", "timestamp", " without time zone", 0, 1},
    {"timestamptz", "timestamp", " with time zone", 0, 1},
    {"time", "time", " without time zone", 0, 1},
    {"timetz", "time", " with time zone", 0, 1},
};

std::optional<int> IntegerModifier(const TypeName& type, size_t index) {
  if (index >= type.modifiers.size()) return std::nullopt;
  const Constant* constant = type.modifiers[index]->TryAs<Constant>();
  if (constant == nullptr || constant->type != ConstantType::kInteger) return std::nullopt;
  return constant->integer;
}

const GrammarType* FindGrammarType(const TypeName& type) {
  if (type.name.schema != "pg_catalog" || !type.name.catalog.empty() || type.is_percent_type) {
    return nullptr;
  }
  const size_t count = type.modifiers.size();
  for (const GrammarType& known : kGrammarTypes) {
    if (type.name.name != known.name || count < known.modifiers_min ||
        count > known.modifiers_max) {
      continue;
    }
    // The grammar's own words take numbers alone where they take one modifier.
    const bool needs_integer = known.modifiers_max == 1 && count == 1;
    if (needs_integer && IntegerModifier(type, 0).value_or(-1) < 0) continue;
    return &known;
  }
  return nullptr;
}

const IntervalRange* FindIntervalRange(int mask) {
  for (const IntervalRange& range : kIntervalRanges) {
    if (range.mask == mask) return &range;
  }
  return nullptr;
}

}  // namespace

// INTERVAL [(precision)], or INTERVAL fields [(precision)].
void Deparser::IntervalFields(const TypeName& type) {
  const std::optional<int> mask = IntegerModifier(type, 0);
  const std::optional<int> precision = IntegerModifier(type, 1);
  Add("interval");
  if (mask.has_value() && *mask != kIntervalFullRange) {
    if (const IntervalRange* range = FindIntervalRange(*mask); range != nullptr) {
      Add(" ");
      Add(range->words);
    }
  }
  if (precision.has_value()) Add("(" + std::to_string(*precision) + ")");
}

void Deparser::Type(const TypeName& type) {
  if (type.is_set) Add("SETOF ");
  const GrammarType* known = FindGrammarType(type);
  if (type.name.schema == "pg_catalog" && type.name.name == "interval") {
    IntervalFields(type);
  } else {
    Add(known != nullptr ? std::string(known->before) : QualifiedNameText(type.name));
    if (!type.modifiers.empty()) {
      Add("(");
      AddExpressions(type.modifiers);
      Add(")");
    }
    if (known != nullptr) Add(known->behind);
  }
  if (type.is_percent_type) Add("%TYPE");
  for (const int bound : type.array_bounds) {
    Add(bound < 0 ? "[]" : "[" + std::to_string(bound) + "]");
  }
}

std::string TypeNameText(const TypeName& type) {
  Deparser deparser;
  deparser.Type(type);
  return deparser.Take();
}

}  // namespace heliosdb::sql::parse
