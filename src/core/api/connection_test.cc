#include "heliosdb/connection.h"

#include <atomic>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/api/test_database.h"

namespace heliosdb::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConnectionTest : public testing::Test {
 protected:
  const std::unique_ptr<Database> database_ = OpenForTest(":memory:");
  const std::unique_ptr<Connection> connection_ = ConnectForTest(*database_);
};

TEST_F(ConnectionTest, RunsOneStatementWithParameters) {
  EXPECT_EQ(Sql(*connection_,
                "CREATE TABLE t (id int PRIMARY KEY, name text, price numeric(6,2), day date)"),
            "CREATE TABLE");
  EXPECT_EQ(
      Sql(*connection_, "INSERT INTO t VALUES ($1, $2, $3, $4)", 1, "one", "12.5", "2024-02-29"),
      "INSERT 0 1");
  EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES ($1, $2, $3, $4)", int16_t{2},
                std::string("two"), 2.345, nullptr),
            "INSERT 0 1");
  EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES ($1, $2, $3, $4)", int64_t{3},
                std::string_view("three"), std::optional<int>(),
                std::optional<std::string>("2024-03-01")),
            "INSERT 0 1");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t ORDER BY id"),
            "1,one,12.50,2024-02-29;2,two,2.35,null;3,three,null,2024-03-01");
  EXPECT_EQ(Sql(*connection_, "SELECT name FROM t WHERE id = $1", 2), "two");
  EXPECT_EQ(
      Sql(*connection_, "SELECT $1::bool, $2::bytea", true, Bytes{std::string_view("\0\xff", 2)}),
      "t,\\x00ff");
}

TEST_F(ConnectionTest, RefusesParametersThatDoNotFit) {
  EXPECT_EQ(Sql(*connection_, "SELECT $1::int4"), "42P02 there is no parameter $1");
  EXPECT_EQ(Sql(*connection_, "SELECT 1", 5),
            "08P01 the statement has 0 parameters, but 1 were given");
  EXPECT_EQ(StateOf(*connection_, "SELECT $1::int4", std::numeric_limits<int64_t>::max()), "22003");
  EXPECT_EQ(StateOf(*connection_, "SELECT $1::int4", "no number"), "22P02");
  EXPECT_EQ(StateOf(*connection_, "SELECT $1::date", 5), "42804");
  EXPECT_EQ(StateOf(*connection_, "SELECT $1::text", std::string_view("\xff", 1)), "22021");
  EXPECT_EQ(StateOf(*connection_, "SELECT $1::text", std::string_view("a\0b", 3)), "22021");
  EXPECT_EQ(StateOf(*connection_, "CREATE TABLE t (a int)", 1), "42P18");
}

TEST_F(ConnectionTest, SeveralStatementsAreOneTransaction) {
  EXPECT_EQ(
      Sql(*connection_,
          "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); SELECT a FROM t ORDER BY a"),
      "1;2");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (3); INSERT INTO t VALUES (1 / 0)"),
            "22012");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "2");
  // Unless they say otherwise.
  EXPECT_EQ(StateOf(*connection_, "BEGIN; INSERT INTO t VALUES (4); COMMIT; SELECT 1 / 0"),
            "22012");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "3");
  EXPECT_EQ(Sql(*connection_, "SELECT 1; SELECT 2", 5),
            "42601 cannot insert multiple commands into a prepared statement");
  EXPECT_EQ(Sql(*connection_, ""), "");
  EXPECT_EQ(Sql(*connection_, " ; -- nothing\n"), "");
}

TEST_F(ConnectionTest, AFailedStatementLeavesNoTrace) {
  Sql(*connection_, "CREATE TABLE t (a int PRIMARY KEY)");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (1), (2), (1)"), "23505");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
  EXPECT_FALSE(connection_->in_transaction());
}

TEST_F(ConnectionTest, ErrorsCarryTheirFields) {
  Sql(*connection_, "CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0))");
  absl::Status status = connection_->Execute("INSERT INTO t VALUES (-1)").status();
  EXPECT_EQ(SqlStateOf(status), "23514");
  EXPECT_EQ(ErrorConstraintOf(status), "positive");
  EXPECT_EQ(ErrorDetailOf(status), "Failing row contains (-1).");
  status = connection_->Execute("SELECT nope FROM t").status();
  EXPECT_EQ(ErrorPositionOf(status), std::optional<int>(8));
}

TEST_F(ConnectionTest, ScriptsStopAtTheFirstErrorAndNameItsLine) {
  std::vector<uint64_t> done;
  const std::string script =
      "CREATE TABLE t (a int);\n"
      "INSERT INTO t VALUES (1);\n"
      "-- a comment; with a semicolon\n"
      "INSERT INTO t\n  VALUES (1 / 0);\n"
      "INSERT INTO t VALUES (3);\n";
  const absl::Status status =
      connection_->ExecuteScript(script, [&done](uint64_t bytes) { done.push_back(bytes); });
  EXPECT_EQ(ErrorText(status), "22012 line 4: division by zero");
  EXPECT_EQ(done.size(), 2u);
  EXPECT_EQ(Sql(*connection_, "SELECT a FROM t"), "1");
  done.clear();
  EXPECT_TRUE(
      connection_
          ->ExecuteScript("SELECT 1; SELECT 2;", [&done](uint64_t bytes) { done.push_back(bytes); })
          .ok());
  EXPECT_THAT(done, ElementsAre(8u, 18u));
  EXPECT_TRUE(connection_->ExecuteScript("").ok());
  // Rows that fail while they are read count, too.
  EXPECT_EQ(ErrorText(connection_->ExecuteScript(
                "SELECT 1 / (3000 - g) FROM generate_series(1, 4000) g")),
            "22012 line 1: division by zero");
}

TEST_F(ConnectionTest, PreparedStatements) {
  Sql(*connection_, "CREATE TABLE t (a int PRIMARY KEY, b text)");
  absl::StatusOr<Statement> insert = connection_->Prepare("INSERT INTO t VALUES ($1, $2)");
  ASSERT_TRUE(insert.ok()) << insert.status();
  EXPECT_EQ(insert->parameter_count(), 2u);
  EXPECT_THAT(insert->parameter_types(), ElementsAre(TypeId::kInt4, TypeId::kText));
  EXPECT_TRUE(insert->columns().empty());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(insert->Execute(i, "x").ok());
  EXPECT_EQ(SqlStateOf(insert->Execute(1, "x").status()), "23505");
  EXPECT_EQ(SqlStateOf(insert->Execute(11).status()), "08P01");
  EXPECT_TRUE(insert->Execute(10, nullptr).ok());

  absl::StatusOr<Statement> select =
      connection_->Prepare("SELECT a, b AS name FROM t WHERE a >= $1 ORDER BY a");
  ASSERT_TRUE(select.ok()) << select.status();
  ASSERT_EQ(select->columns().size(), 2u);
  EXPECT_EQ(select->columns()[0].name, "a");
  EXPECT_EQ(select->columns()[1].type, TypeId::kText);
  absl::StatusOr<Result> rows = select->Execute(9);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(RowsText(*rows), "9,x;10,null");
  EXPECT_EQ(ErrorText(connection_->Prepare("SELECT nope").status()),
            "42703 column \"nope\" does not exist");
  EXPECT_EQ(SqlStateOf(connection_->Prepare("SELECT 1; SELECT 2").status()), "42601");
}

TEST_F(ConnectionTest, PreparedStatementsFollowTheSchema) {
  Sql(*connection_, "CREATE TABLE t (a int, b int)");
  Sql(*connection_, "INSERT INTO t VALUES (1, 2)");
  absl::StatusOr<Statement> insert = connection_->Prepare("INSERT INTO t (a) VALUES ($1)");
  absl::StatusOr<Statement> count = connection_->Prepare("SELECT count(*) FROM t");
  ASSERT_TRUE(insert.ok() && count.ok());
  Sql(*connection_, "ALTER TABLE t DROP COLUMN b");
  Sql(*connection_, "ALTER TABLE t ADD COLUMN c int DEFAULT 7");
  Sql(*connection_, "CREATE UNIQUE INDEX i ON t (a)");
  EXPECT_TRUE(insert->Execute(2).ok());
  EXPECT_EQ(SqlStateOf(insert->Execute(2).status()), "23505");
  EXPECT_EQ(Sql(*connection_, "SELECT a, c FROM t ORDER BY a"), "1,7;2,7");
  EXPECT_EQ(RowsText(*count->Execute()), "2");
  Sql(*connection_, "DROP TABLE t");
  EXPECT_EQ(SqlStateOf(insert->Execute(3).status()), "42P01");
}

TEST_F(ConnectionTest, TransactionIds) {
  EXPECT_EQ(SqlStateOf(connection_->TransactionId().status()), "25P01");
  Sql(*connection_, "BEGIN");
  const uint64_t id = connection_->TransactionId().value();
  EXPECT_EQ(connection_->TransactionId().value(), id);
  EXPECT_EQ(Sql(*connection_, "SELECT txid_current()"), std::to_string(id));
  Sql(*connection_, "SELECT nope");
  EXPECT_TRUE(connection_->transaction_failed());
  EXPECT_EQ(SqlStateOf(connection_->TransactionId().status()), "25P01");
  Sql(*connection_, "ROLLBACK");
}

TEST_F(ConnectionTest, CancelStopsAStatementThatRuns) {
  std::atomic<bool> stop{false};
  // A cancel that comes before the statement is forgotten at its start: repeat until one hits.
  std::thread canceller([&] {
    while (!stop.load()) connection_->Cancel();
  });
  EXPECT_EQ(Sql(*connection_, "SELECT pg_sleep(600)"),
            "57014 canceling statement due to user request");
  EXPECT_EQ(
      StateOf(*connection_,
              "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"),
      "57014");
  stop.store(true);
  canceller.join();
  EXPECT_EQ(Sql(*connection_, "SELECT 1"), "1");
}

TEST_F(ConnectionTest, CancelStopsAWaitForALock) {
  const std::unique_ptr<Connection> holder = ConnectForTest(*database_);
  Sql(*holder, "CREATE TABLE t (a int PRIMARY KEY)");
  Sql(*holder, "INSERT INTO t VALUES (1)");
  Sql(*holder, "BEGIN");
  Sql(*holder, "DELETE FROM t");
  std::thread canceller([&] {
    while (connection_->BlockedBy().empty()) std::this_thread::yield();
    EXPECT_THAT(connection_->BlockedBy(), ElementsAre(holder->session_id()));
    connection_->Cancel();
  });
  EXPECT_EQ(StateOf(*connection_, "DELETE FROM t"), "57014");
  canceller.join();
  EXPECT_TRUE(connection_->BlockedBy().empty());
  Sql(*holder, "COMMIT");
  EXPECT_EQ(Sql(*connection_, "DELETE FROM t"), "DELETE 0");
}

TEST_F(ConnectionTest, ACancelWithNothingToCancelIsForgotten) {
  connection_->Cancel();
  EXPECT_EQ(Sql(*connection_, "SELECT 1"), "1");
}

TEST_F(ConnectionTest, SessionsHaveNumbersOfTheirOwn) {
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  EXPECT_NE(connection_->session_id(), other->session_id());
  EXPECT_EQ(Sql(*other, "SELECT pg_backend_pid()"), std::to_string(other->session_id()));
}

TEST_F(ConnectionTest, DestroyingAConnectionRollsBack) {
  std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*other, "CREATE TABLE t (a int PRIMARY KEY)");
  Sql(*other, "BEGIN");
  Sql(*other, "INSERT INTO t VALUES (1)");
  other.reset();
  EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES (1)"), "INSERT 0 1");
}

TEST_F(ConnectionTest, MayMoveBetweenThreads) {
  Sql(*connection_, "CREATE TABLE t (a int)");
  Sql(*connection_, "BEGIN");
  std::thread([&] {
    EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES (1)"), "INSERT 0 1");
  }).join();
  std::thread([&] { EXPECT_EQ(Sql(*connection_, "COMMIT"), "COMMIT"); }).join();
  EXPECT_EQ(Sql(*connection_, "SELECT a FROM t"), "1");
}

}  // namespace
}  // namespace heliosdb::api
