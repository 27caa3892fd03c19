#include "core/api/session.h"

#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/api/test_database.h"

namespace heliosdb::api {
namespace {

using testing::HasSubstr;

class SessionTest : public testing::Test {
 protected:
  const std::unique_ptr<Database> database_ = OpenForTest(":memory:");
  const std::unique_ptr<Connection> connection_ = ConnectForTest(*database_);
};

TEST_F(SessionTest, SettingsFollowTheTransaction) {
  EXPECT_EQ(Sql(*connection_, "SET lock_timeout = '3s'"), "SET");
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "SET lock_timeout = '4s'");
  Sql(*connection_, "SAVEPOINT s");
  Sql(*connection_, "SET LOCAL lock_timeout = '5s'");
  EXPECT_EQ(Sql(*connection_, "SHOW lock_timeout"), "5s");
  Sql(*connection_, "ROLLBACK TO s");
  EXPECT_EQ(Sql(*connection_, "SHOW lock_timeout"), "4s");
  Sql(*connection_, "ROLLBACK");
  EXPECT_EQ(Sql(*connection_, "SHOW lock_timeout"), "3s");
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "SET LOCAL lock_timeout = '6s'");
  Sql(*connection_, "COMMIT");
  EXPECT_EQ(Sql(*connection_, "SHOW lock_timeout"), "3s");
  Sql(*connection_, "RESET lock_timeout");
  EXPECT_EQ(Sql(*connection_, "SHOW lock_timeout"), "0");
  EXPECT_EQ(StateOf(*connection_, "SET no_such_setting = 1"), "42704");
  EXPECT_EQ(StateOf(*connection_, "SET lock_timeout = 'soon'"), "22023");
}

TEST_F(SessionTest, SettingsAreTheSessionsOwn) {
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*connection_, "SET search_path = nowhere");
  Sql(*other, "CREATE TABLE t (a int)");
  EXPECT_EQ(StateOf(*connection_, "SELECT a FROM t"), "42P01");
  EXPECT_EQ(Sql(*other, "SELECT count(*) FROM t"), "0");
  // One text, two meanings: the plan cache tells them apart.
  Sql(*other, "CREATE SCHEMA s");
  Sql(*other, "CREATE TABLE s.t (a int)");
  Sql(*other, "INSERT INTO s.t VALUES (1)");
  Sql(*connection_, "SET search_path = s");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "1");
  EXPECT_EQ(Sql(*other, "SELECT count(*) FROM t"), "0");
}

TEST_F(SessionTest, StatementTimeoutIsForOneStatement) {
  Sql(*connection_, "SET statement_timeout = '20ms'");
  EXPECT_EQ(StateOf(*connection_, "SELECT pg_sleep(60)"), "57014");
  EXPECT_EQ(Sql(*connection_, "SELECT 1"), "1");
  Sql(*connection_, "BEGIN");
  EXPECT_EQ(StateOf(*connection_, "SELECT pg_sleep(60)"), "57014");
  EXPECT_TRUE(connection_->transaction_failed());
  Sql(*connection_, "ROLLBACK");
}

TEST_F(SessionTest, SqlPreparedStatements) {
  Sql(*connection_, "CREATE TABLE t (a int, b text)");
  EXPECT_EQ(Sql(*connection_, "PREPARE p (int, text) AS INSERT INTO t VALUES ($1, $2)"), "PREPARE");
  EXPECT_EQ(Sql(*connection_, "EXECUTE p (1 + 1, 'x' || 'y')"), "INSERT 0 1");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t"), "2,xy");
  EXPECT_EQ(StateOf(*connection_, "EXECUTE p (1)"), "42601");
  EXPECT_EQ(StateOf(*connection_, "PREPARE p AS SELECT 1"), "42P05");
  EXPECT_EQ(Sql(*connection_, "DEALLOCATE p"), "DEALLOCATE");
  EXPECT_EQ(StateOf(*connection_, "EXECUTE p (1, 'x')"), "26000");
}

TEST_F(SessionTest, ThePlanCacheFollowsTheSchema) {
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*connection_, "CREATE TABLE t (a int)");
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t"), "1");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t"), "1");
  Sql(*other, "ALTER TABLE t ADD COLUMN b int DEFAULT 2");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t"), "1,2");
  Sql(*other, "DROP TABLE t");
  EXPECT_EQ(StateOf(*connection_, "SELECT * FROM t"), "42P01");
  // A transaction sees its own schema, others theirs.
  Sql(*other, "BEGIN");
  Sql(*other, "CREATE TABLE t (z text)");
  Sql(*other, "INSERT INTO t VALUES ('mine')");
  EXPECT_EQ(Sql(*other, "SELECT * FROM t"), "mine");
  EXPECT_EQ(StateOf(*connection_, "SELECT * FROM t"), "42P01");
  Sql(*other, "ROLLBACK");
  EXPECT_EQ(StateOf(*other, "SELECT * FROM t"), "42P01");
}

// --- A schema that changes beside a transaction ---

TEST_F(SessionTest, AnIndexMadeAfterASnapshotStopsItsWrites) {
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*connection_, "CREATE TABLE t (a int PRIMARY KEY, b int)");
  Sql(*connection_, "CREATE TABLE u (a int)");
  Sql(*connection_, "INSERT INTO t VALUES (1, 1)");
  Sql(*connection_, "BEGIN ISOLATION LEVEL REPEATABLE READ");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM u"), "0");
  Sql(*other, "CREATE UNIQUE INDEX i ON t (b)");
  // What the snapshot shows can still be read, and other tables written.
  EXPECT_EQ(Sql(*connection_, "INSERT INTO u VALUES (1)"), "INSERT 0 1");
  EXPECT_EQ(Sql(*connection_, "SELECT a FROM t WHERE b = 1"), "1");
  EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES (2, 2)"),
            "40001 could not serialize access due to concurrent update");
  Sql(*connection_, "ROLLBACK");
  EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES (2, 2)"), "INSERT 0 1");
  EXPECT_EQ(Sql(*connection_, "SELECT a FROM t WHERE b = 2"), "2");
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(SessionTest, AnotherSessionsIndexIsKeptBesideOwnChangesOfTheSchema) {
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*connection_, "CREATE TABLE t (a int PRIMARY KEY, b int)");
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "CREATE TABLE own (a int)");
  Sql(*connection_, "INSERT INTO own VALUES (1)");
  Sql(*other, "CREATE INDEX i ON t (b)");
  Sql(*connection_, "INSERT INTO t VALUES (1, 1)");
  Sql(*connection_, "INSERT INTO own VALUES (2)");
  Sql(*connection_, "COMMIT");
  const absl::StatusOr<VerifyReport> report = database_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->index_entries, 1u);
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM own"), "2");
}

TEST_F(SessionTest, AStatementThatWaitedForDdlRunsOnTheNewSchema) {
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*connection_, "CREATE TABLE t (a int)");
  Sql(*other, "BEGIN");
  Sql(*other, "ALTER TABLE t ADD COLUMN b int DEFAULT 5");
  std::thread writer(
      [&] { EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES (1)"), "INSERT 0 1"); });
  while (connection_->BlockedBy().empty()) std::this_thread::yield();
  Sql(*other, "COMMIT");
  writer.join();
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t"), "1,5");
}

TEST_F(SessionTest, DdlIsTransactional) {
  Sql(*connection_, "CREATE TABLE t (a int)");
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  Sql(*connection_, "BEGIN");
  Sql(*connection_, "ALTER TABLE t RENAME TO u");
  Sql(*connection_, "ALTER TABLE u ALTER COLUMN a TYPE text");
  Sql(*connection_, "INSERT INTO u VALUES ('x')");
  Sql(*connection_, "SAVEPOINT s");
  Sql(*connection_, "DROP TABLE u");
  EXPECT_EQ(StateOf(*connection_, "SELECT * FROM u"), "42P01");
  Sql(*connection_, "ROLLBACK TO s");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM u ORDER BY a"), "1;x");
  Sql(*connection_, "ROLLBACK");
  EXPECT_EQ(Sql(*connection_, "SELECT * FROM t"), "1");
  EXPECT_TRUE(database_->Verify().ok());
}

}  // namespace
}  // namespace heliosdb::api
