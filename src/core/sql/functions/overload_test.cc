#include "core/sql/functions/overload.h"

#include "gtest/gtest.h"

#include "core/base/status.h"
#include "core/sql/functions/registry.h"
#include "heliosdb/error.h"

namespace heliosdb::sql::functions {
namespace {

using types::TypeOid;
using enum types::TypeOid;

std::string ErrorOf(const absl::Status& status) {
  return fmt::format("{} {}", SqlStateOf(status), std::string(status.message()));
}
uint32_t OperatorOf(std::string_view symbol, TypeOid left, TypeOid right) {
  const auto resolved = ResolveOperator(symbol, left, right);
  return resolved.ok() ? resolved->entry->id : 0;
}
uint32_t FunctionOf(std::string_view name, std::vector<TypeOid> arguments) {
  const auto resolved = ResolveFunction(name, arguments, {});
  return resolved.ok() && resolved->entry != nullptr ? resolved->entry->id : 0;
}

TEST(ResolveOperator, TakesTheExactMatch) {
  EXPECT_EQ(OperatorOf("+", kInt4, kInt4), 551u);
  EXPECT_EQ(OperatorOf("+", kInt2, kInt8), 818u + 4u);
  EXPECT_EQ(OperatorOf("=", kText, kText), 98u);
  EXPECT_EQ(OperatorOf("!=", kInt4, kInt4), 518u);
}

TEST(ResolveOperator, GivesAnUnknownLiteralTheOtherSidesType) {
  EXPECT_EQ(OperatorOf("+", kInt4, kUnknown), 551u);
  EXPECT_EQ(OperatorOf("=", kUnknown, kDate), 1093u);
  EXPECT_EQ(OperatorOf("-", kTimestamp, kUnknown), 2067u);
}

TEST(ResolveOperator, PrefersTypesOfTheCategory) {
  EXPECT_EQ(OperatorOf("+", kInt4, kFloat4), 1126u);
  EXPECT_EQ(OperatorOf("+", kInt4, kNumeric), 1758u);
  EXPECT_EQ(OperatorOf("||", kUnknown, kUnknown), 654u);
  EXPECT_EQ(OperatorOf("||", kText, kInt4), 2779u);
  EXPECT_EQ(OperatorOf("||", kVarchar, kVarchar), 654u);
  EXPECT_EQ(OperatorOf("=", kVarchar, kVarchar), 98u);
  EXPECT_EQ(OperatorOf("=", kBpchar, kText), 98u);
  EXPECT_EQ(OperatorOf("~~", kVarchar, kUnknown), 1209u);
  EXPECT_EQ(OperatorOf("<", kDate, kTimestamptz), 2358u);
}

TEST(ResolveOperator, CastsWhatItMust) {
  const auto resolved = ResolveOperator("+", kInt4, kFloat4);
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->left, kFloat8);
  EXPECT_EQ(resolved->right, kFloat4);
  EXPECT_EQ(resolved->result, kFloat8);
}

TEST(ResolveOperator, SaysWhatDoesNotExist) {
  const auto missing = ResolveOperator("+", kInt4, kText);
  EXPECT_EQ(ErrorOf(missing.status()), "42883 operator does not exist: integer + text");
  const auto prefix = ResolveOperator("@", kInvalid, kText);
  EXPECT_EQ(ErrorOf(prefix.status()), "42883 operator does not exist: @ text");
  const auto ambiguous_prefix = ResolveOperator("-", kInvalid, kUnknown);
  EXPECT_EQ(ErrorOf(ambiguous_prefix.status()), "42725 operator is not unique: - unknown");
  const auto ambiguous = ResolveOperator("+", kUnknown, kUnknown);
  EXPECT_EQ(ErrorOf(ambiguous.status()), "42725 operator is not unique: unknown + unknown");
}

TEST(ResolveFunction, ChoosesAsPostgresql) {
  EXPECT_EQ(FunctionOf("abs", {kInt4}), 1397u);
  EXPECT_EQ(FunctionOf("abs", {kUnknown}), 1395u);
  EXPECT_EQ(FunctionOf("round", {kInt4}), 1342u);
  EXPECT_EQ(FunctionOf("round", {kFloat8, kInt4}), 0u);
  EXPECT_EQ(FunctionOf("length", {kVarchar}), 1317u);
  EXPECT_EQ(FunctionOf("length", {kUnknown}), 1317u);
  EXPECT_EQ(FunctionOf("substring", {kUnknown, kInt4, kInt4}), 936u);
  EXPECT_EQ(FunctionOf("date_trunc", {kUnknown, kDate}), 1217u);
  EXPECT_EQ(FunctionOf("concat", {kInt4, kText, kUnknown}), 3058u);
  EXPECT_EQ(FunctionOf("generate_series", {kInt4, kInt8}), 1069u);
  EXPECT_EQ(FunctionOf("nextval", {kUnknown}), 1574u);
}

TEST(ResolveFunction, TakesATypesNameAsACast) {
  const std::vector<TypeOid> arguments = {kText};
  const auto resolved = ResolveFunction("float8", arguments, {});
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->entry, nullptr);
  EXPECT_EQ(resolved->result, kFloat8);
}

TEST(ResolveFunction, FillsDefaultsAndNames) {
  const std::vector<TypeOid> arguments = {kInt4};
  const std::vector<std::string_view> names = {"days"};
  const auto resolved = ResolveFunction("make_interval", arguments, names);
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->sources, (std::vector<int>{-1, -1, -1, 0, -1, -1, -1}));
}

TEST(ResolveFunction, SaysWhatDoesNotExist) {
  const std::vector<TypeOid> arguments = {kInt4, kUnknown};
  EXPECT_EQ(ErrorOf(ResolveFunction("foo", arguments, {}).status()),
            "42883 function foo(integer, unknown) does not exist");
  const std::vector<std::string_view> names = {"b"};
  EXPECT_EQ(ErrorOf(ResolveFunction("foo", arguments, names).status()),
            "42883 function foo(integer, b => unknown) does not exist");
}

TEST(ResolveAggregate, ChoosesAsPostgresql) {
  const std::vector<TypeOid> none;
  EXPECT_EQ(ResolveAggregate("count", none, 0)->entry->id, 2803u);
  const std::vector<TypeOid> int4 = {kInt4};
  EXPECT_EQ(ResolveAggregate("sum", int4, 0)->result, kInt8);
  const std::vector<TypeOid> varchar = {kVarchar};
  EXPECT_EQ(ResolveAggregate("max", varchar, 0)->result, kText);
  EXPECT_EQ(ResolveAggregate("count", varchar, 0)->arguments[0], kVarchar);
  EXPECT_EQ(ErrorOf(ResolveAggregate("sum", varchar, 0).status()),
            "42883 function sum(character varying) does not exist");
  const std::vector<TypeOid> percentile = {kUnknown, kInt4};
  EXPECT_EQ(ResolveAggregate("percentile_cont", percentile, 1)->arguments[1], kFloat8);
  EXPECT_EQ(ResolveAggregate("percentile_disc", percentile, 1)->result, kInt4);
  EXPECT_EQ(ErrorOf(ResolveAggregate("mode", int4, 0).status()),
            "42809 WITHIN GROUP is required for ordered-set aggregate mode");
}

TEST(CommonType, FollowsUnionsRules) {
  const std::vector<TypeOid> numbers = {kInt4, kNumeric, kInt8};
  EXPECT_EQ(*CommonType("UNION", numbers), kNumeric);
  const std::vector<TypeOid> unknowns = {kUnknown, kUnknown};
  EXPECT_EQ(*CommonType("CASE", unknowns), kText);
  const std::vector<TypeOid> mixed = {kUnknown, kDate, kTimestamp};
  EXPECT_EQ(*CommonType("CASE", mixed), kTimestamp);
  const std::vector<TypeOid> bad = {kText, kInt4};
  EXPECT_EQ(ErrorOf(CommonType("UNION", bad).status()),
            "42804 UNION types text and integer cannot be matched");
}

}  // namespace
}  // namespace heliosdb::sql::functions
