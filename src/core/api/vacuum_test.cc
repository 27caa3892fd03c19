#include "core/api/vacuum.h"

#include <memory>
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "heliosdb/database.h"
#include "heliosdb/error.h"

namespace heliosdb::api {
namespace {

using testing::ElementsAre;

class VacuumTest : public testing::Test {
 protected:
  VacuumTest() {
    database_ = *Database::Open(":memory:", *Options::Builder().Autovacuum(false).Build());
    connection_ = *database_->Connect();
  }

  Result Run(std::string_view sql) { return Run(connection_.get(), sql); }
  static Result Run(Connection* connection, std::string_view sql) {
    absl::StatusOr<Result> result = connection->Execute(sql);
    EXPECT_TRUE(result.ok()) << sql << ": " << result.status();
    return *std::move(result);
  }
  std::string Get(std::string_view sql) {
    std::string text;
    for (const Row row : Run(sql)) {
      for (size_t i = 0; i < row.size(); ++i)
        text += (text.empty() ? "" : " ") + (row.IsNull(i) ? "NULL" : std::string(row.Text(i)));
    }
    return text;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(VacuumTest, GivesBackTheStorageOfDroppedTables) {
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 5000)");
  EXPECT_EQ(Run("VACUUM").command_tag(), "VACUUM");
  EXPECT_GE(database_->GetStats().store_keys, 5000u);
  Run("DROP TABLE t");
  Run("VACUUM");
  EXPECT_LT(database_->GetStats().store_keys, 100u);
}

TEST_F(VacuumTest, TellsWhatItDoes) {
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 1000)");
  Run("CREATE VIEW v AS SELECT * FROM t");
  EXPECT_THAT(Run("ANALYZE VERBOSE t").notices(),
              ElementsAre("INFO:  analyzing \"public.t\"",
                          testing::MatchesRegex(
                              "INFO:  \"t\": scanned ([0-9]+) of [0-9]+ pages, containing 1000 "
                              "live rows and 0 dead rows; 1000 rows in sample, 1000 estimated "
                              "total rows")));
  EXPECT_THAT(Run("ANALYZE v").notices(),
              ElementsAre("WARNING:  skipping \"v\" --- cannot analyze non-tables or special "
                          "system tables"));
  EXPECT_THAT(Run("VACUUM ANALYZE v").notices(),
              ElementsAre("WARNING:  skipping \"v\" --- cannot vacuum non-tables or special "
                          "system tables"));
  EXPECT_THAT(Run("VACUUM t").notices(), ElementsAre());
  EXPECT_EQ(Run("VACUUM VERBOSE t").notices().size(), 2u);
}

TEST_F(VacuumTest, SkipsLockedTablesWhereAsked) {
  Run("CREATE TABLE t (a int)");
  const std::unique_ptr<Connection> other = *database_->Connect();
  Run(other.get(), "BEGIN");
  Run(other.get(), "LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
  EXPECT_THAT(Run("ANALYZE (SKIP_LOCKED) t").notices(),
              ElementsAre("WARNING:  skipping analyze of \"t\" --- lock not available"));
  Run("SET lock_timeout = '1ms'");
  EXPECT_EQ(SqlStateOf(connection_->Execute("ANALYZE t").status()), "55P03");
}

TEST_F(VacuumTest, BlocksNeitherReadersNorWriters) {
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t VALUES (1)");
  Run("BEGIN");
  Run("ANALYZE t");
  const std::unique_ptr<Connection> other = *database_->Connect();
  Run(other.get(), "SET lock_timeout = '1ms'");
  Run(other.get(), "INSERT INTO t VALUES (2)");
  Run(other.get(), "UPDATE t SET a = 3 WHERE a = 1");
  Run(other.get(), "SELECT * FROM t FOR UPDATE");
  EXPECT_EQ(SqlStateOf(other->Execute("DROP TABLE t").status()), "55P03");
  Run("COMMIT");
}

TEST_F(VacuumTest, FailsNoSerializableTransaction) {
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("CREATE TABLE u (a int PRIMARY KEY)");
  const std::unique_ptr<Connection> other = *database_->Connect();
  Run("BEGIN ISOLATION LEVEL SERIALIZABLE");
  Run(other.get(), "BEGIN ISOLATION LEVEL SERIALIZABLE");
  Run("SELECT * FROM u WHERE a = 1");
  Run(other.get(), "SELECT * FROM u WHERE a = 2");
  Run("ANALYZE t");
  Run(other.get(), "ANALYZE u");
  Run("INSERT INTO t VALUES (1)");
  Run(other.get(), "INSERT INTO t VALUES (2)");
  Run("COMMIT");
  Run(other.get(), "COMMIT");
}

TEST_F(VacuumTest, HasPlansMadeAnew) {
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("SELECT * FROM t");
  Run("SELECT * FROM t");
  const Stats before = database_->GetStats();
  Run("ANALYZE t");
  Run("SELECT * FROM t");
  const Stats after = database_->GetStats();
  EXPECT_EQ(after.plan_cache_hits, before.plan_cache_hits);
  EXPECT_EQ(after.plan_cache_misses, before.plan_cache_misses + 1);
}

TEST_F(VacuumTest, CountsItsRunsOnceTheyAreCommitted) {
  const std::string_view counts =
      "SELECT analyze_count, n_mod_since_analyze, last_analyze IS NULL FROM pg_stat_user_tables";
  Run("CREATE TABLE t (a int PRIMARY KEY, b int)");
  Run("INSERT INTO t SELECT g, g FROM generate_series(1, 10) g");
  Run("BEGIN");
  Run("ANALYZE t");
  Run("ROLLBACK");
  EXPECT_EQ(Get(counts), "0 10 t");
  // Part of the columns leaves the others old.
  Run("ANALYZE t (b)");
  EXPECT_EQ(Get(counts), "0 10 t");
  Run("BEGIN");
  Run("INSERT INTO t VALUES (11, 11)");
  Run("ANALYZE t");
  Run("INSERT INTO t VALUES (12, 12)");
  Run("COMMIT");
  EXPECT_EQ(Get(counts), "1 1 f");
  EXPECT_EQ(Get("SELECT reltuples FROM pg_class WHERE relname = 't'"), "11");
}

TEST_F(VacuumTest, IsRefusedByReadOnlyTransactions) {
  Run("CREATE TABLE t (a int)");
  Run("BEGIN READ ONLY");
  EXPECT_EQ(SqlStateOf(connection_->Execute("ANALYZE t").status()), "25006");
  Run("ROLLBACK");
  EXPECT_EQ(SqlStateOf(connection_->Execute("VACUUM FULL t").status()), "0A000");
}

}  // namespace
}  // namespace heliosdb::api
