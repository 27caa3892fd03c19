#include "heliosdb/result.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <malloc.h>

#include "core/api/test_database.h"

namespace heliosdb::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ResultTest : public testing::Test {
 protected:
  Result Rows(std::string_view sql) {
    absl::StatusOr<Result> result = connection_->Execute(sql);
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }

  const std::unique_ptr<Database> database_ = OpenForTest(":memory:");
  std::unique_ptr<Connection> connection_ = ConnectForTest(*database_);
};

TEST_F(ResultTest, ColumnsAndTypes) {
  const Result result =
      Rows("SELECT 1 AS a, 2::int8, 'x'::varchar(5) AS c, 1.5::numeric(4,2) WHERE false");
  ASSERT_EQ(result.columns().size(), 4u);
  EXPECT_EQ(result.columns()[0].name, "a");
  EXPECT_EQ(result.columns()[0].type, TypeId::kInt4);
  EXPECT_EQ(result.columns()[0].type_modifier, -1);
  EXPECT_EQ(result.columns()[1].name, "int8");
  EXPECT_EQ(result.columns()[2].type, TypeId::kVarchar);
  EXPECT_EQ(result.columns()[2].type_modifier, 9);
  EXPECT_EQ(result.columns()[3].type_modifier, (4 << 16 | 2) + 4);
}

TEST_F(ResultTest, ReadsValues) {
  Result result = Rows(
      "SELECT true, 1::int2, 2::int4, 3::int8, 1.5::float4, 2.5::float8, 'text', '\\x0041'::bytea, "
      "12.340::numeric, date '2024-02-29', NULL::int4, 'abc'::char(5)");
  ASSERT_TRUE(result.Next());
  const Row row = result.row();
  EXPECT_EQ(row.size(), 12u);
  EXPECT_TRUE(row.Get<bool>(0));
  EXPECT_EQ(row.Get<int16_t>(1), 1);
  EXPECT_EQ(row.Get<int64_t>(1), 1);
  EXPECT_EQ(row.Get<int32_t>(2), 2);
  EXPECT_EQ(row.Get<int64_t>(3), 3);
  EXPECT_EQ(row.Get<float>(4), 1.5f);
  EXPECT_EQ(row.Get<double>(4), 1.5);
  EXPECT_EQ(row.Get<double>(5), 2.5);
  EXPECT_EQ(row.Get<double>(2), 2.0);
  EXPECT_EQ(row.Get<double>(8), 12.34);
  EXPECT_EQ(row.Get<std::string_view>(6), "text");
  EXPECT_EQ(row.Get<std::string_view>(7), std::string_view("\0A", 2));
  EXPECT_EQ(row.Text(7), "\\x0041");
  EXPECT_EQ(row.Get<std::string>(8), "12.340");
  EXPECT_EQ(row.Get<std::string_view>(9), "2024-02-29");
  EXPECT_EQ(row.Get<std::string_view>(11), "abc  ");
  EXPECT_TRUE(row.IsNull(10));
  EXPECT_EQ(row.Get<int32_t>(10), 0);
  EXPECT_EQ(row.Get<std::optional<int32_t>>(10), std::nullopt);
  EXPECT_EQ(row.Get<std::optional<int32_t>>(2), std::optional<int32_t>(2));
  EXPECT_EQ(row.Text(10), "");
  EXPECT_FALSE(result.Next());
  EXPECT_FALSE(result.Next());
}

using ResultDeathTest = ResultTest;

TEST_F(ResultDeathTest, AColumnReadAsATypeThatIsTooNarrowStopsTheProgram) {
  Result result = Rows("SELECT 3::int8, 'x'");
  ASSERT_TRUE(result.Next());
  EXPECT_DEATH(result.row().Get<int32_t>(0), "");
  EXPECT_DEATH(result.row().Get<bool>(1), "");
}

TEST_F(ResultTest, ForLoops) {
  int64_t sum = 0;
  Result result = Rows("SELECT g, 'name' || g FROM generate_series(1, 5000) g");
  for (const Row row : result) {
    sum += row.Get<int32_t>(0);
    EXPECT_EQ(row.Get<std::string_view>(1), "name" + std::to_string(row.Get<int32_t>(0)));
  }
  EXPECT_TRUE(result.status().ok());
  EXPECT_EQ(sum, 5000 * 5001 / 2);
  EXPECT_EQ(result.command_tag(), "SELECT 5000");
  Result empty = Rows("SELECT 1 WHERE false");
  for (const Row row : empty) ADD_FAILURE() << row.size();
}

TEST_F(ResultTest, TagsCountsAndReceipts) {
  EXPECT_EQ(Rows("CREATE TABLE t (a int)").command_tag(), "CREATE TABLE");
  Result insert = Rows("INSERT INTO t SELECT generate_series(1, 3) RETURNING a");
  EXPECT_EQ(insert.command_tag(), "INSERT 0 3");
  EXPECT_EQ(insert.rows_changed(), 3u);
  EXPECT_TRUE(insert.receipt().has_value());
  EXPECT_EQ(RowsText(insert), "1;2;3");
  EXPECT_EQ(Rows("UPDATE t SET a = a WHERE a > 1").command_tag(), "UPDATE 2");
  EXPECT_EQ(Rows("DELETE FROM t").rows_changed(), 3u);
  Rows("BEGIN");
  EXPECT_FALSE(Rows("INSERT INTO t VALUES (1)").receipt().has_value());
  EXPECT_TRUE(Rows("COMMIT").receipt().has_value());
}

TEST_F(ResultTest, Notices) {
  EXPECT_THAT(Rows("DROP TABLE IF EXISTS nope").notices(),
              ElementsAre("NOTICE:  table \"nope\" does not exist, skipping"));
  EXPECT_THAT(Rows("COMMIT").notices(),
              ElementsAre("WARNING:  there is no transaction in progress"));
  EXPECT_TRUE(Rows("SELECT 1").notices().empty());
}

TEST_F(ResultTest, AnErrorOnTheWayEndsTheResult) {
  Result result = Rows("SELECT 1 / (3000 - g) FROM generate_series(1, 4000) g");
  int rows = 0;
  while (result.Next()) ++rows;
  EXPECT_LT(rows, 3000);
  EXPECT_EQ(ErrorText(result.status()), "22012 division by zero");
  EXPECT_FALSE(result.Next());
  EXPECT_EQ(Sql(*connection_, "SELECT 1"), "1");
}

TEST_F(ResultTest, AnErrorOnTheWayFailsTheTransactionBlock) {
  Rows("BEGIN");
  Result result = Rows("SELECT 1 / (3000 - g) FROM generate_series(1, 4000) g");
  while (result.Next()) {
  }
  EXPECT_EQ(SqlStateOf(result.status()), "22012");
  EXPECT_TRUE(connection_->transaction_failed());
  EXPECT_EQ(StateOf(*connection_, "SELECT 1"), "25P02");
  EXPECT_EQ(Sql(*connection_, "COMMIT"), "ROLLBACK");
}

TEST_F(ResultTest, ACancelEndsAStreamingResult) {
  Result result = Rows("SELECT g FROM generate_series(1, 100000000) g");
  ASSERT_TRUE(result.Next());
  connection_->Cancel();
  while (result.Next()) {
  }
  EXPECT_EQ(SqlStateOf(result.status()), "57014");
}

TEST_F(ResultTest, StreamsInConstantMemory) {
  Rows("CREATE TABLE t (a int, b text)");
  Rows("INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 50000) g");
  Result result = Rows("SELECT a, b || 'y' FROM t");
  ASSERT_TRUE(result.Next());
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(result.Next());
  const size_t early = mallinfo2().uordblks;
  size_t most = early;
  int64_t rows = 0;
  while (result.Next()) {
    if (++rows % 1000 == 0) most = std::max(most, mallinfo2().uordblks);
  }
  EXPECT_EQ(rows, 50000 - 5001);
  // 45 MB went by.
  EXPECT_LT(most - early, size_t{4} << 20);
}

TEST_F(ResultTest, MayBeClosedEarly) {
  Rows("CREATE TABLE t (a int)");
  Rows("INSERT INTO t SELECT generate_series(1, 10000)");
  {
    Result result = Rows("SELECT a FROM t");
    ASSERT_TRUE(result.Next());
  }
  // Its locks and its snapshot are gone.
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  EXPECT_EQ(Sql(*other, "DROP TABLE t"), "DROP TABLE");
}

TEST_F(ResultTest, OutlivesLaterStatements) {
  Rows("CREATE TABLE t (a int)");
  Rows("INSERT INTO t SELECT generate_series(1, 5000)");
  Result first = Rows("SELECT a FROM t");
  ASSERT_TRUE(first.Next());
  Result second = Rows("SELECT a FROM t");
  ASSERT_TRUE(second.Next());
  // Neither sees what comes after it.
  Rows("DELETE FROM t");
  Rows("DROP TABLE t");
  int64_t rows = 1;
  while (first.Next() && second.Next()) ++rows;
  EXPECT_EQ(rows, 5000);
  EXPECT_TRUE(first.status().ok()) << first.status();
}

TEST_F(ResultTest, OutlivesItsStatement) {
  absl::StatusOr<Statement> statement =
      connection_->Prepare("SELECT g FROM generate_series(1, $1) g");
  ASSERT_TRUE(statement.ok());
  absl::StatusOr<Result> result = statement->Execute(5000);
  ASSERT_TRUE(result.ok());
  ASSERT_TRUE(result->Next());
  // The same statement may run again meanwhile.
  EXPECT_EQ(RowsText(*statement->Execute(3)), "1;2;3");
  { const Statement gone = *std::move(statement); }
  int64_t rows = 1;
  while (result->Next()) ++rows;
  EXPECT_EQ(rows, 5000);
}

TEST_F(ResultTest, EndsWithItsTransaction) {
  Rows("BEGIN");
  Result result = Rows("SELECT g FROM generate_series(1, 5000) g");
  ASSERT_TRUE(result.Next());
  Rows("COMMIT");
  while (result.Next()) {
  }
  EXPECT_EQ(ErrorText(result.status()),
            "24000 the transaction that this result was read in has ended");
}

TEST_F(ResultTest, EndsWithItsSavepoint) {
  Rows("BEGIN");
  Rows("SAVEPOINT s");
  Result result = Rows("SELECT g FROM generate_series(1, 5000) g");
  ASSERT_TRUE(result.Next());
  Rows("ROLLBACK TO s");
  while (result.Next()) {
  }
  EXPECT_EQ(SqlStateOf(result.status()), "24000");
  EXPECT_EQ(Sql(*connection_, "SELECT 1"), "1");
}

TEST_F(ResultTest, EndsWithItsConnection) {
  Result streaming = Rows("SELECT g FROM generate_series(1, 5000) g");
  ASSERT_TRUE(streaming.Next());
  connection_.reset();
  while (streaming.Next()) {
  }
  EXPECT_EQ(ErrorText(streaming.status()),
            "24000 the connection that this result was read from is gone");
  EXPECT_EQ(streaming.columns().size(), 1u);
  EXPECT_TRUE(database_->Close().ok());
}

TEST_F(ResultTest, RowsInMemoryOutliveTheConnection) {
  Rows("CREATE TABLE t (a int)");
  Result result = Rows("INSERT INTO t VALUES (1), (2) RETURNING a");
  connection_.reset();
  EXPECT_EQ(RowsText(result), "1;2");
}

TEST_F(ResultTest, MayBeMoved) {
  Result a = Rows("SELECT g FROM generate_series(1, 3000) g");
  ASSERT_TRUE(a.Next());
  Result b = std::move(a);
  int64_t rows = 1;
  while (b.Next()) ++rows;
  EXPECT_EQ(rows, 3000);
  b = Rows("SELECT 7");
  EXPECT_EQ(RowsText(b), "7");
}

}  // namespace
}  // namespace heliosdb::api
