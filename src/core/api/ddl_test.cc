// Statements that change the schema, as far as C++ must look at them: notices, locks, and the storage below.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/api/database_state.h"
#include "core/api/test_database.h"

namespace heliosdb::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A database of small transactions, with a table of several times their size.
class DdlTest : public testing::Test {
 protected:
  static constexpr int kRows = 30'000;

  DdlTest() { Open(); }

  void Open() {
    const absl::StatusOr<Options> options = Options::Builder()
                                                .TransactionBytesMax(1 << 20)
                                                .CheckpointInterval(absl::Hours(24))
                                                .OnProgress([this](const Progress& progress) {
                                                  if (on_progress_) on_progress_(progress);
                                                })
                                                .Build();
    txn::EngineOptions seams;
    seams.failpoints = &failpoints_;
    absl::StatusOr<std::unique_ptr<DatabaseState>> state =
        DatabaseState::Open(folder_.database(), *options, {}, std::move(seams));
    ASSERT_TRUE(state.ok()) << state.status();
    state_ = state->get();
    database_ = DatabaseState::MakeDatabase(*std::move(state));
    connection_ = ConnectForTest(*database_);
  }
  void Reopen() {
    connection_.reset();
    ASSERT_TRUE(database_->Close().ok());
    Open();
  }
  void MakeTable() {
    EXPECT_EQ(Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY, k int, s text)"),
              "CREATE TABLE");
    for (int i = 0; i < kRows; i += 2000) {
      EXPECT_EQ(Sql(*connection_,
                    "INSERT INTO t SELECT g, g * 7 % 30011, 'text number ' || g FROM "
                    "generate_series($1::int, $2::int) g",
                    i, i + 1999),
                "INSERT 0 2000");
    }
  }
  std::string RunHere(std::string_view sql) { return Sql(*connection_, sql); }
  // What is left once the checkpointer has deleted what is not needed.
  std::vector<uint32_t> StorageInUse() {
    EXPECT_TRUE(database_->Checkpoint().ok());
    return *state_->engine()->StorageIdsInUse();
  }
  std::vector<std::string> Notices(std::string_view sql) {
    const absl::StatusOr<Result> result = connection_->Execute(sql);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->notices() : std::vector<std::string>();
  }

  // Calls this when the statement to come has committed two parts of a new index or table and is about to commit a third.
  void AfterTwoParts(std::function<void()> call) {
    failpoints_.CallAt("commit.before_queue",
                       [call = std::move(call)] {
                         call();
                         return absl::OkStatus();
                       },
                       {.skip = 2, .count = 1});
  }

  TestFolder folder_;
  FailpointSet failpoints_;
  std::function<void(const Progress&)> on_progress_;
  DatabaseState* state_ = nullptr;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
};

// --- Indexes and tables larger than a transaction ---

TEST_F(DdlTest, AnIndexMayBeLargerThanATransaction) {
  MakeTable();
  const uint64_t commits = database_->GetStats().commits;
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s, k)"), "CREATE INDEX");
  EXPECT_GT(database_->GetStats().commits - commits, 3u);
  EXPECT_EQ(RunHere("CREATE UNIQUE INDEX u ON t (k)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("CREATE INDEX p ON t ((k + 1)) WHERE id < 25000"), "CREATE INDEX");
  const absl::StatusOr<VerifyReport> report = database_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->index_entries, uint64_t{kRows} * 2 + 25'000);
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE s = 'text number 12345'"), "12345");
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE k = 7"), "1");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (50000, 7, '')"), "23505");
  Reopen();
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, DuplicatesInDifferentPartsAreFound) {
  MakeTable();
  const std::vector<uint32_t> before = StorageInUse();
  // Rows far apart: their entries are written by different transactions.
  EXPECT_EQ(RunHere("UPDATE t SET k = 40000 WHERE id IN (3, 29990)"), "UPDATE 2");
  const absl::Status status = connection_->Execute("CREATE UNIQUE INDEX u ON t (k)").status();
  EXPECT_EQ(ErrorText(status), "23505 could not create unique index \"u\"");
  EXPECT_EQ(ErrorDetailOf(status), "Key (k)=(40000) is duplicated.");
  EXPECT_EQ(ErrorConstraintOf(status), "u");
  EXPECT_EQ(StorageInUse(), before);
  // NULLs are no duplicates.
  EXPECT_EQ(RunHere("UPDATE t SET k = NULL WHERE id IN (3, 29990)"), "UPDATE 2");
  EXPECT_EQ(RunHere("CREATE UNIQUE INDEX u ON t (k)"), "CREATE INDEX");
  EXPECT_EQ(StateOf(*connection_, "CREATE UNIQUE INDEX n ON t (k) NULLS NOT DISTINCT"), "23505");
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, ARolledBackIndexLeavesNothing) {
  MakeTable();
  const std::vector<uint32_t> before = StorageInUse();
  EXPECT_EQ(RunHere("BEGIN"), "BEGIN");
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("SELECT count(*) FROM t WHERE s = 'text number 5'"), "1");
  EXPECT_EQ(RunHere("ROLLBACK"), "ROLLBACK");
  EXPECT_EQ(StorageInUse(), before);

  EXPECT_EQ(RunHere("BEGIN"), "BEGIN");
  EXPECT_EQ(RunHere("CREATE INDEX kept ON t (k)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("SAVEPOINT a"), "SAVEPOINT");
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("SAVEPOINT b"), "SAVEPOINT");
  EXPECT_EQ(RunHere("CREATE INDEX j ON t (s, k)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("RELEASE b"), "RELEASE");
  EXPECT_EQ(RunHere("ROLLBACK TO a"), "ROLLBACK");
  EXPECT_EQ(RunHere("COMMIT"), "COMMIT");
  EXPECT_EQ(StorageInUse().size(), before.size() + 1);
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE k = 7"), "1");
  EXPECT_EQ(RunHere("DROP INDEX kept"), "DROP INDEX");
  EXPECT_EQ(StorageInUse(), before);
}

TEST_F(DdlTest, RowsOfTheOwnTransactionGoIntoItsIndex) {
  MakeTable();
  EXPECT_EQ(RunHere("BEGIN"), "BEGIN");
  EXPECT_EQ(RunHere("INSERT INTO t VALUES (90000, 90000, 'own')"), "INSERT 0 1");
  EXPECT_EQ(RunHere("DELETE FROM t WHERE id = 5"), "DELETE 1");
  EXPECT_EQ(RunHere("CREATE UNIQUE INDEX u ON t (s)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE s = 'own'"), "90000");
  EXPECT_EQ(RunHere("DELETE FROM t WHERE s = 'text number 6'"), "DELETE 1");
  EXPECT_EQ(RunHere("INSERT INTO t VALUES (90001, 90001, 'later')"), "INSERT 0 1");
  EXPECT_EQ(RunHere("COMMIT"), "COMMIT");
  const absl::StatusOr<VerifyReport> report = database_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->index_entries, uint64_t{kRows});
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE s IN ('own', 'later', 'text number 5', 'text number "
                    "6') ORDER BY id"),
            "90000;90001");
}

TEST_F(DdlTest, WithinASnapshotAnIndexIsBuiltInItsTransaction) {
  MakeTable();
  const std::vector<uint32_t> before = StorageInUse();
  EXPECT_EQ(RunHere("BEGIN ISOLATION LEVEL REPEATABLE READ"), "BEGIN");
  EXPECT_EQ(RunHere("SELECT count(*) FROM t"), "30000");
  EXPECT_THAT(RunHere("CREATE INDEX i ON t (s)"), HasSubstr("53200 "));
  EXPECT_EQ(RunHere("ROLLBACK"), "ROLLBACK");
  EXPECT_EQ(RunHere("BEGIN ISOLATION LEVEL REPEATABLE READ"), "BEGIN");
  EXPECT_EQ(RunHere("SELECT count(*) FROM t"), "30000");
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s) WHERE id < 1000"), "CREATE INDEX");
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE s = 'text number 5' AND id < 1000"), "5");
  EXPECT_EQ(RunHere("ROLLBACK"), "ROLLBACK");
  EXPECT_EQ(StorageInUse(), before);
  // Before the snapshot is taken it may be in parts.
  EXPECT_EQ(RunHere("BEGIN ISOLATION LEVEL REPEATABLE READ"), "BEGIN");
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s)"), "CREATE INDEX");
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE s = 'text number 5'"), "5");
  EXPECT_EQ(RunHere("COMMIT"), "COMMIT");
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, ACrashInTheMiddleLeavesNothing) {
  MakeTable();
  const std::vector<uint32_t> before = StorageInUse();
  // The files as they are once some parts are in the log: what a killed process leaves.
  TestFolder copy;
  AfterTwoParts([&] {
    EXPECT_EQ(state_->engine()->StorageIdsInUse()->size(), before.size() + 1);
    CopyDatabase(folder_.database(), copy.database());
  });
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s, k)"), "CREATE INDEX");
  ASSERT_TRUE(std::filesystem::exists(copy.database()));
  absl::StatusOr<std::unique_ptr<DatabaseState>> state =
      DatabaseState::Open(copy.database(), {}, {}, {});
  ASSERT_TRUE(state.ok()) << state.status();
  DatabaseState* const crashed = state->get();
  const std::unique_ptr<Database> database = DatabaseState::MakeDatabase(*std::move(state));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_TRUE(database->Checkpoint().ok());
  EXPECT_EQ(*crashed->engine()->StorageIdsInUse(), before);
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), "30000");
  EXPECT_EQ(Sql(*connection, "CREATE INDEX i ON t (s, k)"), "CREATE INDEX");
  EXPECT_TRUE(database->Verify().ok());
}

TEST_F(DdlTest, ACancelledBuildLeavesNothing) {
  MakeTable();
  const std::vector<uint32_t> before = StorageInUse();
  AfterTwoParts([&] { connection_->Cancel(); });
  EXPECT_EQ(StateOf(*connection_, "CREATE INDEX i ON t (s, k)"), "57014");
  EXPECT_EQ(StorageInUse(), before);
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, ReadersGoOnAndWritersWaitDuringABuild) {
  MakeTable();
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*other, "SET lock_timeout = 1");
  bool asked = false;
  AfterTwoParts([&] {
    asked = true;
    EXPECT_EQ(Sql(*other, "SELECT count(*) FROM t"), "30000");
    EXPECT_EQ(StateOf(*other, "INSERT INTO t VALUES (99999, 99999, '')"), "55P03");
  });
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s, k)"), "CREATE INDEX");
  EXPECT_TRUE(asked);
  EXPECT_EQ(Sql(*other, "INSERT INTO t VALUES (99999, 99999, '')"), "INSERT 0 1");
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, ATableLargerThanATransactionIsRewritten) {
  MakeTable();
  EXPECT_EQ(RunHere("CREATE UNIQUE INDEX u ON t (k)"), "CREATE INDEX");
  const size_t storages = StorageInUse().size();
  EXPECT_EQ(RunHere("ALTER TABLE t ALTER COLUMN k TYPE int8, ALTER COLUMN s TYPE varchar(40)"),
            "ALTER TABLE");
  EXPECT_EQ(RunHere("SELECT sum(k), count(DISTINCT s) FROM t"),
            RunHere("SELECT sum(g::int8 * 7 % 30011), count(*) FROM generate_series(0, 29999) g"));
  EXPECT_EQ(RunHere("ALTER TABLE t ADD COLUMN r float8 DEFAULT random()"), "ALTER TABLE");
  EXPECT_GT(std::stoi(RunHere("SELECT count(DISTINCT r) FROM t")), kRows / 2);
  EXPECT_EQ(RunHere("ALTER TABLE t DROP CONSTRAINT t_pkey"), "ALTER TABLE");
  EXPECT_EQ(RunHere("SELECT count(*) FROM t"), "30000");
  EXPECT_TRUE(database_->Verify().ok());
  EXPECT_EQ(StorageInUse().size(), storages);
  Reopen();
  EXPECT_TRUE(database_->Verify().ok());
  EXPECT_EQ(RunHere("SELECT id FROM t WHERE k = 7"), "1");
}

TEST_F(DdlTest, ARewriteThatFailsLeavesTheTableAsItWas) {
  MakeTable();
  EXPECT_EQ(RunHere("UPDATE t SET s = 'no number' WHERE id = 29999"), "UPDATE 1");
  const std::vector<uint32_t> before = StorageInUse();
  EXPECT_EQ(
      RunHere("ALTER TABLE t ALTER COLUMN s TYPE int USING replace(s, 'text number ', '')::int"),
      "22P02 invalid input syntax for type integer: \"no number\"");
  EXPECT_EQ(StorageInUse(), before);
  EXPECT_EQ(RunHere("BEGIN"), "BEGIN");
  EXPECT_EQ(RunHere("ALTER TABLE t ALTER COLUMN k TYPE int8"), "ALTER TABLE");
  EXPECT_EQ(RunHere("ROLLBACK"), "ROLLBACK");
  EXPECT_EQ(StorageInUse(), before);
  // Two rows that become one key, far apart.
  EXPECT_EQ(RunHere("CREATE UNIQUE INDEX u ON t (k)"), "CREATE INDEX");
  EXPECT_EQ(StateOf(*connection_,
                    "ALTER TABLE t ALTER COLUMN k TYPE int USING CASE WHEN id IN (2, 29998) THEN "
                    "-1 ELSE k END"),
            "23505");
  EXPECT_EQ(StorageInUse().size(), before.size() + 1);
  EXPECT_EQ(RunHere("SELECT count(*) FROM t WHERE s LIKE 'text%'"), "29999");
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, ConstraintsThatAreIndexesAreBuiltInParts) {
  MakeTable();
  EXPECT_EQ(RunHere("ALTER TABLE t ADD CONSTRAINT u UNIQUE (s)"), "ALTER TABLE");
  EXPECT_EQ(StateOf(*connection_,
                    "ALTER TABLE t ADD CONSTRAINT w UNIQUE (s), ADD CONSTRAINT c CHECK (id < 100)"),
            "23514");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (77777, 1, 'text number 1')"), "23505");
  EXPECT_TRUE(database_->Verify().ok());
}

TEST_F(DdlTest, ProgressOfABuildCountsRows) {
  MakeTable();
  std::vector<Progress> seen;
  on_progress_ = [&](const Progress& progress) {
    if (progress.task != Task::kIndexBuild) return;
    EXPECT_EQ(progress.subject, "i");
    seen.push_back(progress);
  };
  EXPECT_EQ(RunHere("CREATE INDEX i ON t (s)"), "CREATE INDEX");
  on_progress_ = nullptr;
  ASSERT_FALSE(seen.empty());
  EXPECT_TRUE(seen.back().finished);
  EXPECT_EQ(seen.back().done, uint64_t{kRows});
  EXPECT_EQ(seen.back().total, uint64_t{kRows});
}

// --- Notices, and locks on what depends ---

TEST_F(DdlTest, ACascadeTellsWhatItReached) {
  RunHere("CREATE TABLE a (id int PRIMARY KEY, b int, c int)");
  RunHere("CREATE VIEW v AS SELECT id, b FROM a");
  RunHere("CREATE VIEW w AS SELECT * FROM v");
  RunHere("CREATE TABLE r (x int REFERENCES a)");
  const absl::Status refused = connection_->Execute("DROP TABLE a").status();
  EXPECT_EQ(ErrorText(refused), "2BP01 cannot drop table a because other objects depend on it");
  EXPECT_EQ(ErrorDetailOf(refused),
            "view v depends on table a\nview w depends on view v\nconstraint r_x_fkey on table r "
            "depends on table a");
  EXPECT_EQ(ErrorHintOf(refused), "Use DROP ... CASCADE to drop the dependent objects too.");
  const absl::Status column = connection_->Execute("ALTER TABLE a DROP COLUMN b").status();
  EXPECT_EQ(ErrorText(column),
            "2BP01 cannot drop column b of table a because other objects depend on it");
  EXPECT_EQ(ErrorDetailOf(column),
            "view v depends on column b of table a\nview w depends on view v");
  EXPECT_TRUE(Notices("ALTER TABLE a DROP COLUMN c").empty());
  EXPECT_THAT(
      Notices("ALTER TABLE a DROP COLUMN b CASCADE"),
      ElementsAre("NOTICE:  drop cascades to 2 other objects\nDETAIL:  drop cascades to view v\n"
                  "drop cascades to view w"));
  EXPECT_THAT(Notices("DROP TABLE a CASCADE"),
              ElementsAre("NOTICE:  drop cascades to constraint r_x_fkey on table r"));
  EXPECT_EQ(RunHere("INSERT INTO r VALUES (5)"), "INSERT 0 1");

  RunHere("CREATE SEQUENCE s");
  RunHere("CREATE TABLE q (x int DEFAULT nextval('s'))");
  EXPECT_EQ(ErrorDetailOf(connection_->Execute("DROP SEQUENCE s").status()),
            "default value for column x of table q depends on sequence s");
  EXPECT_THAT(Notices("DROP SEQUENCE s CASCADE"),
              ElementsAre("NOTICE:  drop cascades to default value for column x of table q"));
  EXPECT_EQ(RunHere("INSERT INTO q DEFAULT VALUES RETURNING x"), "null");

  RunHere("CREATE SCHEMA sc");
  RunHere("CREATE TABLE sc.a (x int)");
  RunHere("CREATE VIEW sc.b AS SELECT * FROM sc.a");
  RunHere("CREATE VIEW outside AS SELECT * FROM sc.b");
  EXPECT_EQ(ErrorDetailOf(connection_->Execute("DROP SCHEMA sc").status()),
            "table sc.a depends on schema sc\nview sc.b depends on schema sc\nview outside depends "
            "on view sc.b");
  EXPECT_THAT(
      Notices("DROP SCHEMA sc CASCADE"),
      ElementsAre(
          "NOTICE:  drop cascades to 3 other objects\nDETAIL:  drop cascades to table sc.a\n"
          "drop cascades to view sc.b\ndrop cascades to view outside"));
}

TEST_F(DdlTest, WhatACascadeChangesIsLocked) {
  RunHere("CREATE TABLE a (id int PRIMARY KEY)");
  RunHere("CREATE TABLE r (x int REFERENCES a)");
  RunHere("CREATE VIEW v AS SELECT id FROM a");
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*other, "SET lock_timeout = 1");
  RunHere("BEGIN");
  RunHere("DROP TABLE a CASCADE");
  EXPECT_EQ(StateOf(*other, "ALTER TABLE r ADD COLUMN y int"), "55P03");
  EXPECT_EQ(StateOf(*other, "CREATE OR REPLACE VIEW v AS SELECT 1 AS id"), "55P03");
  RunHere("ROLLBACK");
  EXPECT_EQ(Sql(*other, "ALTER TABLE r ADD COLUMN y int"), "ALTER TABLE");
}

TEST_F(DdlTest, AViewHoldsWhatItReadsWhileItIsMade) {
  RunHere("CREATE TABLE a (id int)");
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*other, "SET lock_timeout = 1");
  RunHere("BEGIN");
  RunHere("CREATE VIEW v AS SELECT id FROM a");
  EXPECT_EQ(StateOf(*other, "DROP TABLE a"), "55P03");
  RunHere("COMMIT");
  EXPECT_EQ(StateOf(*other, "DROP TABLE a"), "2BP01");
}

TEST_F(DdlTest, ARenamedViewIsLocked) {
  RunHere("CREATE TABLE a (id int)");
  RunHere("CREATE VIEW v AS SELECT id FROM a");
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*other, "SET lock_timeout = 1");
  RunHere("BEGIN");
  RunHere("ALTER TABLE a RENAME COLUMN id TO number");
  EXPECT_EQ(StateOf(*other, "DROP VIEW v"), "55P03");
  EXPECT_EQ(Sql(*other, "SELECT count(id) FROM v"), "0");
  RunHere("COMMIT");
  EXPECT_EQ(Sql(*other, "SELECT count(id) FROM v"), "0");
}

TEST_F(DdlTest, TwoSessionsCannotGiveOneName) {
  RunHere("CREATE TABLE a (id int)");
  RunHere("CREATE TABLE b (id int)");
  const std::unique_ptr<Connection> other = ConnectForTest(*database_);
  Sql(*other, "SET lock_timeout = 1");
  RunHere("BEGIN");
  RunHere("ALTER TABLE a RENAME TO c");
  EXPECT_EQ(StateOf(*other, "ALTER TABLE b RENAME TO c"), "55P03");
  EXPECT_EQ(StateOf(*other, "CREATE INDEX c ON b (id)"), "55P03");
  RunHere("COMMIT");
  EXPECT_EQ(StateOf(*other, "ALTER TABLE b RENAME TO c"), "42P07");
}

}  // namespace
}  // namespace heliosdb::api
