#include "core/sql/execute/distinct_rows.h"

#include <array>

#include "gtest/gtest.h"

namespace heliosdb::sql::execute {
namespace {

using types::kChunkRows;
using types::Vector;

// A whole chunk of new rows in the first call: the table must grow more than once.
TEST(DistinctRows, TakesAFullChunkOfNewRowsAtOnce) {
  Vector column({types::TypeOid::kInt4});
  for (size_t i = 0; i < kChunkRows; ++i) column.data<int32_t>()[i] = static_cast<int32_t>(i * 7);
  const Vector* const columns[] = {&column};
  DistinctRows rows({{types::TypeOid::kInt4}});
  std::array<uint32_t, kChunkRows> numbers;
  rows.FindOrAdd(columns, kChunkRows, numbers.data());
  EXPECT_EQ(rows.size(), kChunkRows);
  for (size_t i = 0; i < kChunkRows; ++i) EXPECT_EQ(numbers[i], i);
  rows.FindOrAdd(columns, kChunkRows, numbers.data());
  EXPECT_EQ(rows.size(), kChunkRows);
  rows.Find(columns, kChunkRows, numbers.data());
  for (size_t i = 0; i < kChunkRows; ++i) EXPECT_EQ(numbers[i], i);
}

TEST(DistinctRows, TakesNullsForEqual) {
  Vector column({types::TypeOid::kText});
  column.SetNull(0);
  column.SetNull(1);
  column.data<std::string_view>()[2] = column.AddString("a");
  const Vector* const columns[] = {&column};
  DistinctRows rows({{types::TypeOid::kText}});
  std::array<uint32_t, kChunkRows> numbers;
  rows.FindOrAdd(columns, 3, numbers.data());
  EXPECT_EQ(rows.size(), 2u);
  EXPECT_EQ(numbers[0], numbers[1]);
  EXPECT_NE(numbers[0], numbers[2]);
}

}  // namespace
}  // namespace heliosdb::sql::execute
