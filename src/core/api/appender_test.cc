#include "heliosdb/appender.h"

#include <limits>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/api/test_database.h"

namespace heliosdb::api {
namespace {

using testing::HasSubstr;

class AppenderTest : public testing::Test {
 protected:
  Appender Open(std::string_view table) {
    absl::StatusOr<Appender> appender = connection_->Append("", table);
    EXPECT_TRUE(appender.ok()) << appender.status();
    return *std::move(appender);
  }
  std::string OpenError(std::string_view schema, std::string_view table) {
    return ErrorText(connection_->Append(schema, table).status());
  }

  const std::unique_ptr<Database> database_ = OpenForTest(":memory:");
  const std::unique_ptr<Connection> connection_ = ConnectForTest(*database_);
};

TEST_F(AppenderTest, LoadsManyRowsAndKeepsIndexes) {
  Sql(*connection_, "CREATE TABLE t (id int8 PRIMARY KEY, k int UNIQUE, s text, f float8)");
  Sql(*connection_, "CREATE INDEX i ON t (s) WHERE id % 2 = 0");
  Appender appender = Open("t");
  for (int i = 0; i < 10'000; ++i) {
    appender.Add(i).Add(10'000 - i).Add("s" + std::to_string(i % 10)).Add(i / 2.0);
    ASSERT_TRUE(appender.EndRow().ok());
  }
  EXPECT_TRUE(connection_->in_transaction());
  EXPECT_EQ(appender.Finish().value(), 10'000u);
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Sql(*connection_, "SELECT count(*), sum(k), min(f) FROM t"), "10000,50005000,0");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t WHERE s = 's4' AND id % 2 = 0"), "1000");
  const absl::StatusOr<VerifyReport> report = database_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 10'000u);
  EXPECT_EQ(report->index_entries, 15'000u);
}

TEST_F(AppenderTest, TakesEveryType) {
  Sql(*connection_,
      "CREATE TABLE t (a int2, b int4, c int8, d float4, e float8, f numeric(6,2), g bool, h text, "
      "i varchar(5), "
      "j char(5), k bytea, l date, m timestamptz, n interval)");
  Appender appender = Open("t");
  appender.Add(1)
      .Add(2)
      .Add(int64_t{3})
      .Add(1.5)
      .Add(2)
      .Add(12.345)
      .Add(true)
      .Add("text")
      .Add("var")
      .Add("chr");
  appender.Add(Value(Bytes{std::string_view("\0\x01", 2)}))
      .Add("2024-02-29")
      .Add("2024-02-29 12:00Z")
      .Add("1 day");
  EXPECT_TRUE(appender.EndRow().ok());
  for (int i = 0; i < 14; ++i) appender.AddNull();
  EXPECT_TRUE(appender.EndRow().ok());
  for (int i = 0; i < 14; ++i) appender.Add(Value());
  EXPECT_TRUE(appender.EndRow().ok());
  EXPECT_EQ(appender.Finish().value(), 3u);
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t WHERE a = 1"),
            "1,2,3,1.5,2,12.35,t,text,var,chr  ,\\x0001,2024-02-29,2024-02-29 12:00:00+00,1 day");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t WHERE a IS NULL AND k IS NULL AND n IS NULL"),
            "2");
}

TEST_F(AppenderTest, WrongValuesAreReportedWithTheirRow) {
  Sql(*connection_, "CREATE TABLE t (a int2, b varchar(3), c date, d bool, e text)");
  const auto error = [&](const Value& a, const Value& b, const Value& c, const Value& d,
                         const Value& e) {
    Appender appender = Open("t");
    appender.Add(1).Add("x").Add("2024-01-01").Add(true).Add("y");
    EXPECT_TRUE(appender.EndRow().ok());
    appender.Add(a).Add(b).Add(c).Add(d).Add(e);
    return ErrorText(appender.EndRow());
  };
  EXPECT_EQ(error(100'000, "x", "2024-01-01", true, "y"), "22003 row 2: smallint out of range");
  EXPECT_EQ(error("x", "x", "2024-01-01", true, "y"),
            "22P02 row 2: invalid input syntax for type smallint: \"x\"");
  EXPECT_EQ(error(1, "abcd", "2024-01-01", true, "y"),
            "22001 row 2: value too long for type character varying(3)");
  EXPECT_THAT(error(1, "x", "2024-02-30", true, "y"),
              HasSubstr("22008 row 2: date/time field value out of range"));
  EXPECT_THAT(error(1, "x", 5, true, "y"), HasSubstr("42804 row 2: "));
  EXPECT_EQ(error(1, "x", "2024-01-01", true, std::string_view("\xff", 1)),
            "22021 row 2: invalid byte sequence for encoding \"UTF8\": 0xff");
  Appender appender = Open("t");
  appender.Add(1).Add("x").AddNull().AddNull().Add(std::string_view("\xc3", 1));
  EXPECT_THAT(ErrorText(appender.EndRow()), HasSubstr("22021 row 1: "));
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(AppenderTest, EveryColumnMustBeGiven) {
  Sql(*connection_, "CREATE TABLE t (a int, gone int, b int DEFAULT 7)");
  Sql(*connection_, "ALTER TABLE t DROP COLUMN gone");
  {
    Appender appender = Open("t");
    EXPECT_EQ(ErrorText(appender.Add(1).EndRow()),
              "42601 row 1: too few values: table \"t\" has 2 columns, 1 were given");
  }
  {
    Appender appender = Open("t");
    EXPECT_EQ(ErrorText(appender.Add(1).Add(2).Add(3).EndRow()),
              "42601 row 1: too many values: table \"t\" has 2 columns");
  }
  {
    Appender appender = Open("t");
    appender.Add(1);
    EXPECT_EQ(SqlStateOf(appender.Finish().status()), "55000");
  }
  // A default is not applied: the NULL that is given is what the row has.
  Appender appender = Open("t");
  EXPECT_TRUE(appender.Add(1).AddNull().EndRow().ok());
  EXPECT_TRUE(appender.Finish().ok());
  EXPECT_EQ(Sql(*connection_, "SELECT a, b FROM t"), "1,null");
}

TEST_F(AppenderTest, ConstraintsHold) {
  Sql(*connection_, "CREATE TABLE p (id int PRIMARY KEY)");
  Sql(*connection_, "INSERT INTO p VALUES (1)");
  Sql(*connection_,
      "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int CHECK (b > 0), c int UNIQUE, d "
      "int REFERENCES p)");
  Sql(*connection_, "INSERT INTO t VALUES (1, 1, 1, 1, 1)");
  const auto error = [&](const Value& id, const Value& a, const Value& b, const Value& c,
                         const Value& d) {
    Appender appender = Open("t");
    appender.Add(100).Add(1).Add(1).Add(100).Add(1);
    EXPECT_TRUE(appender.EndRow().ok());
    appender.Add(id).Add(a).Add(b).Add(c).Add(d);
    EXPECT_TRUE(appender.EndRow().ok());
    return SqlStateOf(appender.Finish().status());
  };
  EXPECT_EQ(error(1, 1, 1, 2, 1), "23505");
  EXPECT_EQ(error(100, 1, 1, 2, 1), "23505");
  EXPECT_EQ(error(2, 1, 1, 1, 1), "23505");
  EXPECT_EQ(error(2, Value(), 1, 2, 1), "23502");
  EXPECT_EQ(error(2, 1, 0, 2, 1), "23514");
  EXPECT_EQ(error(2, 1, 1, 2, 5), "23503");
  EXPECT_EQ(error(Value(), 1, 1, 2, 1), "23502");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "1");
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(AppenderTest, AnErrorInTheMiddleKeepsNothing) {
  Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY)");
  Appender appender = Open("t");
  absl::Status status;
  // Duplicates the 2,000th row in the third batch.
  for (int i = 0; i < 5000 && status.ok(); ++i)
    status = appender.Add(i == 2500 ? 2000 : i).EndRow();
  EXPECT_EQ(SqlStateOf(status), "23505");
  EXPECT_THAT(ErrorText(status), HasSubstr("row 2501: "));
  // The error stays, and the connection can be used.
  EXPECT_EQ(SqlStateOf(appender.Add(6000).EndRow()), "23505");
  EXPECT_EQ(SqlStateOf(appender.Finish().status()), "23505");
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(AppenderTest, AnErrorInABlockFailsIt) {
  Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY)");
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  Sql(*connection_, "SAVEPOINT s");
  {
    Appender appender = Open("t");
    for (int i = 10; i < 2000; ++i) ASSERT_TRUE(appender.Add(i).EndRow().ok());
    ASSERT_TRUE(appender.Add(1).EndRow().ok());
    EXPECT_EQ(SqlStateOf(appender.Finish().status()), "23505");
  }
  EXPECT_TRUE(connection_->transaction_failed());
  EXPECT_EQ(SqlStateOf(connection_->Append("", "t").status()), "25P02");
  EXPECT_EQ(Sql(*connection_, "ROLLBACK TO s"), "ROLLBACK");
  EXPECT_EQ(Sql(*connection_, "SELECT id FROM t"), "1");
  {
    Appender appender = Open("t");
    ASSERT_TRUE(appender.Add(2).EndRow().ok());
    EXPECT_EQ(appender.Finish().value(), 1u);
  }
  EXPECT_EQ(Sql(*connection_, "COMMIT"), "COMMIT");
  EXPECT_EQ(Sql(*connection_, "SELECT id FROM t ORDER BY id"), "1;2");
}

TEST_F(AppenderTest, AnErrorInABlockWithoutSavepoints) {
  Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY)");
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  Appender appender = Open("t");
  EXPECT_EQ(SqlStateOf(appender.Add("x").EndRow()), "22P02");
  EXPECT_EQ(StateOf(*connection_, "SELECT 1"), "25P02");
  EXPECT_EQ(SqlStateOf(appender.Finish().status()), "22P02");
  EXPECT_EQ(Sql(*connection_, "COMMIT"), "ROLLBACK");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(AppenderTest, WithoutFinishNothingStays) {
  Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY)");
  {
    Appender appender = Open("t");
    for (int i = 0; i < 3000; ++i) ASSERT_TRUE(appender.Add(i).EndRow().ok());
  }
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
  // In a block, too, which goes on.
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  {
    Appender appender = Open("t");
    for (int i = 10; i < 3000; ++i) ASSERT_TRUE(appender.Add(i).EndRow().ok());
  }
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "1");
  EXPECT_EQ(Sql(*connection_, "COMMIT"), "COMMIT");
  EXPECT_EQ(Sql(*connection_, "SELECT id FROM t"), "1");
}

TEST_F(AppenderTest, BecomesPartOfABlock) {
  Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY)");
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*connection_, "BEGIN");
  Appender appender = Open("t");
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(appender.Add(i).EndRow().ok());
  EXPECT_EQ(appender.Finish().value(), 2000u);
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "2000");
  EXPECT_EQ(Sql(*other, "SELECT count(*) FROM t"), "0");
  Sql(*connection_, "ROLLBACK");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(AppenderTest, FinishesOnce) {
  Sql(*connection_, "CREATE TABLE t (id int)");
  Appender appender = Open("t");
  ASSERT_TRUE(appender.Add(1).EndRow().ok());
  EXPECT_EQ(appender.Finish().value(), 1u);
  EXPECT_EQ(ErrorText(appender.Finish().status()), "55000 the appender is finished already");
  EXPECT_EQ(SqlStateOf(appender.Add(2).EndRow()), "55000");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "1");
}

TEST_F(AppenderTest, ATransactionThatEndsUnderItIsNoticed) {
  Sql(*connection_, "CREATE TABLE t (id int)");
  Sql(*connection_, "BEGIN");
  {
    Appender appender = Open("t");
    ASSERT_TRUE(appender.Add(1).EndRow().ok());
    Sql(*connection_, "COMMIT");
    EXPECT_EQ(ErrorText(appender.Finish().status()), "25000 the appender's transaction has ended");
  }
  Sql(*connection_, "BEGIN");
  {
    Appender appender = Open("t");
    ASSERT_TRUE(appender.Add(1).EndRow().ok());
    Sql(*connection_, "ROLLBACK");
    Sql(*connection_, "BEGIN");
    Sql(*connection_, "INSERT INTO t VALUES (2)");
  }
  Sql(*connection_, "COMMIT");
  EXPECT_EQ(Sql(*connection_, "SELECT id FROM t"), "2");
}

TEST_F(AppenderTest, CancelStopsIt) {
  Sql(*connection_, "CREATE TABLE t (id int)");
  Appender appender = Open("t");
  ASSERT_TRUE(appender.Add(1).EndRow().ok());
  connection_->Cancel();
  EXPECT_EQ(SqlStateOf(appender.Finish().status()), "57014");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(AppenderTest, TablesThatTakeNoRows) {
  Sql(*connection_, "CREATE TABLE t (id int)");
  Sql(*connection_, "CREATE VIEW v AS SELECT id FROM t");
  Sql(*connection_, "CREATE SCHEMA s");
  Sql(*connection_, "CREATE TABLE s.u (id int)");
  EXPECT_EQ(OpenError("", "nope"), "42P01 relation \"nope\" does not exist");
  EXPECT_EQ(OpenError("nope", "t"), "42P01 relation \"nope.t\" does not exist");
  EXPECT_EQ(OpenError("", "u"), "42P01 relation \"u\" does not exist");
  EXPECT_EQ(OpenError("", "v"), "42809 \"v\" is not a table");
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(OpenError("s", "u"), "");
  Sql(*connection_, "BEGIN READ ONLY");
  EXPECT_EQ(OpenError("", "t"), "25006 cannot execute INSERT in a read-only transaction");
  Sql(*connection_, "ROLLBACK");
}

TEST_F(AppenderTest, TwoAtOnceOnTwoConnections) {
  Sql(*connection_, "CREATE TABLE t (id int)");
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Appender a = Open("t");
  absl::StatusOr<Appender> b = other->Append("", "t");
  ASSERT_TRUE(b.ok());
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(a.Add(i).EndRow().ok());
    ASSERT_TRUE(b->Add(i).EndRow().ok());
  }
  EXPECT_EQ(a.Finish().value(), 2000u);
  EXPECT_EQ(b->Finish().value(), 2000u);
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "4000");
}

TEST_F(AppenderTest, MayBeMoved) {
  Sql(*connection_, "CREATE TABLE t (id int)");
  Appender a = Open("t");
  ASSERT_TRUE(a.Add(1).EndRow().ok());
  Appender b = std::move(a);
  ASSERT_TRUE(b.Add(2).EndRow().ok());
  EXPECT_EQ(b.Finish().value(), 2u);
}

}  // namespace
}  // namespace heliosdb::api
