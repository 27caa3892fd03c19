#include "core/sql/execute/column_summary.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace heliosdb::sql::execute {
namespace {

using types::Value;

TEST(ColumnSummary, TellsUniqueColumnsApart) {
  std::vector<Value> values;
  for (int i = 0; i < 1000; ++i) values.push_back(Value::Int4(i));
  const catalog::ColumnStatistics summary = SummarizeColumn(values, 1000);
  EXPECT_EQ(summary.distinct, -1);
  EXPECT_EQ(summary.null_fraction, 0);
  EXPECT_TRUE(summary.common_values.empty());
  ASSERT_EQ(summary.histogram.size(), 101u);
  EXPECT_EQ(summary.histogram.front().integer(), 0);
  EXPECT_EQ(summary.histogram.back().integer(), 999);
  EXPECT_NEAR(summary.correlation, 1, 1e-9);
}

TEST(ColumnSummary, FindsCommonValues) {
  std::vector<Value> values;
  for (int i = 0; i < 900; ++i) values.push_back(Value::Text(i % 3 == 0 ? "a" : "b"));
  for (int i = 0; i < 100; ++i) values.push_back(Value::Null({types::TypeOid::kText}));
  const catalog::ColumnStatistics summary = SummarizeColumn(values, 1000);
  EXPECT_EQ(summary.distinct, 2);
  EXPECT_DOUBLE_EQ(summary.null_fraction, 0.1);
  ASSERT_EQ(summary.common_values.size(), 2u);
  EXPECT_EQ(summary.common_values[0].string(), "b");
  EXPECT_DOUBLE_EQ(summary.common_fractions[0], 0.6);
  EXPECT_DOUBLE_EQ(summary.common_fractions[1], 0.3);
  EXPECT_TRUE(summary.histogram.empty());
}

TEST(ColumnSummary, KeepsManyValuesAsAShare) {
  std::vector<Value> values;
  for (int i = 0; i < 1000; ++i) values.push_back(Value::Int4(i / 5));
  EXPECT_EQ(SummarizeColumn(values, 1000).distinct, -0.2);
}

TEST(ColumnSummary, CountsTheLengthsOfTexts) {
  const std::vector<Value> values = {Value::Text("ab"), Value::Text(std::string(200, 'x'))};
  EXPECT_EQ(SummarizeColumn(values, 2).average_bytes, (3 + 204) / 2.0);
}

TEST(ColumnSummary, EstimatesValuesOfAPartialSample) {
  std::vector<Value> values;
  for (int i = 0; i < 30'000; ++i) values.push_back(Value::Int4((i * 7919) % 20'000));
  const catalog::ColumnStatistics summary = SummarizeColumn(values, 1'000'000);
  EXPECT_GT(summary.distinct, 20'000);
  EXPECT_LT(summary.distinct, 100'000);
}

TEST(ColumnSummary, SaysNothingAboutNulls) {
  const std::vector<Value> values(10, Value::Null({types::TypeOid::kInt4}));
  const catalog::ColumnStatistics summary = SummarizeColumn(values, 10);
  EXPECT_EQ(summary.null_fraction, 1);
  EXPECT_EQ(summary.distinct, 0);
  EXPECT_TRUE(summary.histogram.empty());
}

}  // namespace
}  // namespace heliosdb::sql::execute
