#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "core/sql/functions/evaluate.h"
#include "core/sql/functions/like.h"
#include "core/sql/functions/registry.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::functions {
namespace {

using types::Type;
using types::TypeOid;
using types::Value;
using types::Vector;

TEST(SessionRandom, GivesPostgresqlsNumbers) {
  SessionRandom random(1);
  random.SeedFraction(0.5);
  EXPECT_DOUBLE_EQ(random.Next(), 0.9851677175347999);
  EXPECT_DOUBLE_EQ(random.Next(), 0.825301858027981);
  random.SeedFraction(-1);
  EXPECT_DOUBLE_EQ(random.Next(), 0.725656831544149);
}

// The rows of a set-returning function, in batches of two.
std::string Rows(std::string_view name, const std::vector<Value>& arguments) {
  EvalContext context;
  std::vector<TypeOid> given;
  for (const Value& argument : arguments) given.push_back(argument.type().oid);
  const FunctionEntry* const entry = FindFunction(name, given);
  if (entry == nullptr) return "no such function";
  auto iterator = entry->set(context, arguments);
  if (!iterator.ok()) return std::string(iterator.status().message());
  std::string rows;
  Vector batch(Type{entry->result});
  while (true) {
    batch.Reset();
    const absl::StatusOr<size_t> count = (*iterator)->Next(context, 2, &batch);
    if (!count.ok()) return std::string(count.status().message());
    if (*count == 0) return rows;
    for (size_t row = 0; row < *count; ++row) {
      if (!rows.empty()) rows += '|';
      rows += batch.IsNull(row) ? "NULL" : types::ToText(batch.GetValue(row), context.format);
    }
  }
}
Value Read(TypeOid type, std::string_view text) {
  return *types::ParseText({type}, text, types::FormatContext());
}
Value Numeric(std::string_view text) { return Read(TypeOid::kNumeric, text); }

TEST(GenerateSeries, CountsBothWaysAndStopsAtTheTypesEnd) {
  EXPECT_EQ(Rows("generate_series", {Value::Int4(5), Value::Int4(1), Value::Int4(-2)}), "5|3|1");
  EXPECT_EQ(Rows("generate_series", {Value::Int4(2), Value::Int4(1)}), "");
  EXPECT_EQ(
      Rows("generate_series", {Value::Int8(9223372036854775806), Value::Int8(9223372036854775807)}),
      "9223372036854775806|9223372036854775807");
  EXPECT_EQ(Rows("generate_series", {Value::Int4(1), Value::Int4(2), Value::Int4(0)}),
            "step size cannot equal zero");
  EXPECT_EQ(Rows("generate_series", {Value::Int4(1), Value::Null({TypeOid::kInt4})}), "");
  EXPECT_EQ(Rows("generate_series", {Numeric("1.5"), Numeric("3.1"), Numeric("0.5")}),
            "1.5|2.0|2.5|3.0");
  EXPECT_EQ(Rows("generate_series",
                 {Read(TypeOid::kTimestamp, "2024-01-31"), Read(TypeOid::kTimestamp, "2024-05-01"),
                  Read(TypeOid::kInterval, "1 month")}),
            "2024-01-31 00:00:00|2024-02-29 00:00:00|2024-03-29 00:00:00|2024-04-29 00:00:00");
}

TEST(TextTables, SplitAsPostgresql) {
  EXPECT_EQ(Rows("regexp_split_to_table", {Value::Text("hello world"), Value::Text("\\s*")}),
            "h|e|l|l|o|w|o|r|l|d");
  EXPECT_EQ(Rows("regexp_split_to_table", {Value::Text("a,b,,c"), Value::Text(",")}), "a|b||c");
  EXPECT_EQ(Rows("string_to_table", {Value::Text("a,b,,c"), Value::Text(","), Value::Text("b")}),
            "a|NULL||c");
}

TEST(LikePrefix, IsWhatEveryMatchBeginsWith) {
  EXPECT_EQ(ExtractLikePrefix("abc%").prefix, "abc");
  EXPECT_FALSE(ExtractLikePrefix("abc%").exact);
  EXPECT_TRUE(ExtractLikePrefix("a\\%c").exact);
  EXPECT_EQ(ExtractLikePrefix("a\\%c").prefix, "a%c");
  EXPECT_EQ(ExtractLikePrefix("_a").prefix, "");
  EXPECT_EQ(PrefixUpperBound("abc"), "abd");
  EXPECT_EQ(PrefixUpperBound("a\xff"), "b");
  EXPECT_EQ(PrefixUpperBound("\xff"), "");
}

TEST(EvaluateFilter, NarrowsASelectionInPlaceAndSkipsNulls) {
  Vector column(Type{TypeOid::kInt4});
  for (int32_t row = 0; row < 10; ++row) column.data<int32_t>()[row] = row;
  column.SetNull(4);
  const Vector limit = Vector::Constant(Value::Int4(6));
  const std::vector<const Vector*> arguments = {&column, &limit};
  EvalContext context;
  Vector scratch(Type{TypeOid::kBool});
  std::vector<uint16_t> rows = {1, 4, 5, 7, 9};
  const FunctionEntry& less = *FindOperator("<", TypeOid::kInt4, TypeOid::kInt4)->function;
  const absl::StatusOr<size_t> count = EvaluateFilter(
      less, context, arguments, {.rows = rows.data(), .count = rows.size()}, rows.data(), &scratch);
  ASSERT_TRUE(count.ok());
  rows.resize(*count);
  EXPECT_EQ(rows, (std::vector<uint16_t>{1, 5}));
}

TEST(EvaluateFilter, LooksAtSelectedRowsOnly) {
  // The row that is not selected would fail: its pattern is no regular expression.
  Vector text(Type{TypeOid::kText});
  Vector pattern(Type{TypeOid::kText});
  const char* const patterns[] = {"b", "(", "z"};
  for (size_t row = 0; row < 3; ++row) {
    text.SetValue(row, Value::Text("abc"));
    pattern.SetValue(row, Value::Text(patterns[row]));
  }
  const std::vector<const Vector*> arguments = {&text, &pattern};
  EvalContext context;
  Vector scratch(Type{TypeOid::kBool});
  const std::vector<uint16_t> rows = {0, 2};
  uint16_t selected[2];
  const FunctionEntry& matches = *FindOperator("~", TypeOid::kText, TypeOid::kText)->function;
  const absl::StatusOr<size_t> count = EvaluateFilter(
      matches, context, arguments, {.rows = rows.data(), .count = rows.size()}, selected, &scratch);
  ASSERT_TRUE(count.ok());
  ASSERT_EQ(*count, 1u);
  EXPECT_EQ(selected[0], 0);
}

TEST(Evaluate, ReportsErrorsOfPresentRowsOnly) {
  Vector column(Type{TypeOid::kInt4});
  for (int32_t row = 0; row < 3; ++row) column.data<int32_t>()[row] = 1;
  column.SetNull(1);
  const Vector zeros = [] {
    Vector vector(Type{TypeOid::kInt4});
    for (int32_t row = 0; row < 3; ++row) vector.data<int32_t>()[row] = row == 1 ? 0 : 1;
    return vector;
  }();
  const std::vector<const Vector*> arguments = {&column, &zeros};
  EvalContext context;
  Vector result(Type{TypeOid::kInt4});
  const FunctionEntry& divide = *FindOperator("/", TypeOid::kInt4, TypeOid::kInt4)->function;
  ASSERT_TRUE(Evaluate(divide, context, arguments, 3, &result).ok());
  EXPECT_TRUE(result.IsNull(1));
  EXPECT_EQ(result.data<int32_t>()[2], 1);
}

}  // namespace
}  // namespace heliosdb::sql::functions
