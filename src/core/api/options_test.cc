#include "heliosdb/options.h"

#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/api/database_state.h"
#include "core/api/test_database.h"
#include "core/base/failpoint.h"
#include "core/base/mutex.h"
#include "core/base/status.h"

namespace heliosdb::api {
namespace {

using testing::HasSubstr;

constexpr uint64_t kKiB = uint64_t{1} << 10;
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kGiB = uint64_t{1} << 30;
constexpr uint64_t kTiB = uint64_t{1} << 40;

Options Built(const Options::Builder& builder) {
  const absl::StatusOr<Options> options = builder.Build();
  EXPECT_TRUE(options.ok()) << options.status();
  return options.ok() ? *options : Options();
}
std::string BuildError(const Options::Builder& builder) {
  return ErrorText(builder.Build().status());
}

// --- Ranges ---

struct SizeRange {
  const char* name;
  std::function<void(Options::Builder&, uint64_t)> set;
  uint64_t least;
  uint64_t greatest;
};

std::vector<SizeRange> SizeRanges() {
  using B = Options::Builder;
  const auto thousands = [](uint64_t value) { return static_cast<uint32_t>(value); };
  return {
      // A delta limit as small as possible needs checkpoints as small.
      {"DeltaLimit", [](B& b, uint64_t v) { b.CheckpointBytes(kMiB).DeltaLimit(v); }, 8 * kMiB,
       kTiB},
      {"TransactionBytesMax", [](B& b, uint64_t v) { b.TransactionBytesMax(v); }, kMiB, kTiB},
      {"WalSegmentBytes", [](B& b, uint64_t v) { b.WalSegmentBytes(v); }, kMiB, kGiB},
      {"CheckpointBytes", [](B& b, uint64_t v) { b.DeltaLimit(kTiB).CheckpointBytes(v); }, kMiB,
       kTiB},
      {"MapBytesMax", [](B& b, uint64_t v) { b.MapBytesMax(v); }, 64 * kMiB, 64 * kTiB},
      {"SnapshotPinnedBytesMax", [](B& b, uint64_t v) { b.SnapshotPinnedBytesMax(v); }, 16 * kMiB,
       kTiB},
      {"WorkMem", [](B& b, uint64_t v) { b.WorkMem(v); }, 64 * kKiB, kTiB},
      {"PlanCacheStatements",
       [thousands](B& b, uint64_t v) { b.PlanCacheStatements(thousands(v)); }, 0, 1'000'000},
      {"ConnectionsMax", [thousands](B& b, uint64_t v) { b.ConnectionsMax(thousands(v)); }, 1,
       1'000'000},
  };
}

TEST(Options, SizesHaveTheirRanges) {
  for (const SizeRange& range : SizeRanges()) {
    SCOPED_TRACE(range.name);
    const auto error = [&range](uint64_t value) {
      Options::Builder builder;
      range.set(builder, value);
      return BuildError(builder);
    };
    EXPECT_EQ(error(range.least), "");
    EXPECT_EQ(error(range.greatest), "");
    std::vector<uint64_t> wrong = {range.greatest + 1};
    if (range.least > 0) wrong.push_back(range.least - 1);
    for (const uint64_t value : wrong) {
      const std::string text = error(value);
      EXPECT_THAT(text, HasSubstr("22023 "));
      EXPECT_THAT(text, HasSubstr(range.name));
      EXPECT_THAT(text, HasSubstr(std::to_string(value)));
      EXPECT_THAT(text,
                  HasSubstr(std::to_string(range.least) + " to " + std::to_string(range.greatest)));
    }
  }
}

struct TimeRange {
  const char* name;
  std::function<void(Options::Builder&, absl::Duration)> set;
  absl::Duration least;
  absl::Duration greatest;
};

TEST(Options, TimesHaveTheirRanges) {
  using B = Options::Builder;
  const std::vector<TimeRange> ranges = {
      {"CheckpointInterval", [](B& b, absl::Duration v) { b.CheckpointInterval(v); },
       absl::Seconds(1), absl::Hours(24)},
      {"LockTimeout", [](B& b, absl::Duration v) { b.LockTimeout(v); }, absl::ZeroDuration(),
       absl::Hours(24 * 30)},
      {"DeadlockTimeout", [](B& b, absl::Duration v) { b.DeadlockTimeout(v); },
       absl::Milliseconds(1), absl::Seconds(1)},
      {"StatementTimeout", [](B& b, absl::Duration v) { b.StatementTimeout(v); },
       absl::ZeroDuration(), absl::Hours(24 * 30)},
  };
  for (const TimeRange& range : ranges) {
    SCOPED_TRACE(range.name);
    const auto error = [&range](absl::Duration value) {
      Options::Builder builder;
      range.set(builder, value);
      return BuildError(builder);
    };
    EXPECT_EQ(error(range.least), "");
    EXPECT_EQ(error(range.greatest), "");
    for (const absl::Duration value :
         {range.least - absl::Microseconds(1), range.greatest + absl::Microseconds(1),
          absl::InfiniteDuration()}) {
      const std::string text = error(value);
      EXPECT_THAT(text, HasSubstr("22023 "));
      EXPECT_THAT(text, HasSubstr(std::string(range.name) + " is " + absl::FormatDuration(value)));
      EXPECT_THAT(text, HasSubstr(absl::FormatDuration(range.least) + " to " +
                                  absl::FormatDuration(range.greatest)));
    }
  }
}

TEST(Options, EveryMistakeIsReportedAtOnce) {
  const std::string text = BuildError(Options::Builder()
                                          .DeltaLimit(1)
                                          .TransactionBytesMax(2)
                                          .WalSegmentBytes(kMiB + 1)
                                          .CheckpointInterval(absl::Milliseconds(3))
                                          .CheckpointBytes(4)
                                          .MapBytesMax(5)
                                          .SnapshotPinnedBytesMax(6)
                                          .LockTimeout(absl::Seconds(-7))
                                          .DeadlockTimeout(absl::Seconds(8))
                                          .StatementTimeout(absl::Seconds(-9))
                                          .WorkMem(10)
                                          .PlanCacheStatements(1'000'011)
                                          .ConnectionsMax(0)
                                          .TimeZone("Nowhere/Land")
                                          .DefaultDurability(static_cast<Durability>(77)));
  for (const char* const mistake :
       {"DeltaLimit is 1 ", "TransactionBytesMax is 2 ",
        "WalSegmentBytes is 1048577, must be a multiple of 4096", "CheckpointInterval is 3ms",
        "CheckpointBytes is 4 ", "MapBytesMax is 5 ", "SnapshotPinnedBytesMax is 6 ",
        "LockTimeout is -7s", "DeadlockTimeout is 8s", "StatementTimeout is -9s", "WorkMem is 10 ",
        "PlanCacheStatements is 1000011", "ConnectionsMax is 0", "TimeZone is \"Nowhere/Land\"",
        "DefaultDurability is 77"}) {
    EXPECT_THAT(text, HasSubstr(mistake));
  }
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 16) << text;
}

TEST(Options, CheckpointsMustFitTheDelta) {
  EXPECT_THAT(BuildError(Options::Builder().DeltaLimit(8 * kMiB).CheckpointBytes(9 * kMiB)),
              HasSubstr("CheckpointBytes is 9437184, must not exceed DeltaLimit, 8388608"));
}

TEST(Options, OpeningChecksOptionsFilledByHand) {
  Options options;
  options.connections_max = 0;
  const absl::Status status = Database::Open(":memory:", options).status();
  EXPECT_THAT(ErrorText(status), HasSubstr("22023 "));
  EXPECT_THAT(ErrorText(status), HasSubstr("ConnectionsMax is 0"));
}

// --- Effects ---

TEST(Options, CreateIfMissing) {
  TestFolder folder;
  const Options options = Built(Options::Builder().CreateIfMissing(false));
  EXPECT_EQ(Database::Open(folder.database(), options).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder.database()));
  OpenForTest(folder.database()).reset();
  EXPECT_NE(OpenForTest(folder.database(), options), nullptr);
  EXPECT_NE(OpenForTest(":memory:"), nullptr);
}

TEST(Options, ReadOnlyRefusesEveryWrite) {
  TestFolder folder;
  {
    const std::unique_ptr<Database> database = OpenForTest(folder.database());
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    EXPECT_EQ(Sql(*connection, "CREATE TABLE t (a int PRIMARY KEY)"), "CREATE TABLE");
    EXPECT_EQ(Sql(*connection, "CREATE SEQUENCE s"), "CREATE SEQUENCE");
    EXPECT_EQ(Sql(*connection, "INSERT INTO t VALUES (1), (2)"), "INSERT 0 2");
  }
  const std::unique_ptr<Database> database =
      OpenForTest(folder.database(), Built(Options::Builder().ReadOnly(true)));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_EQ(Sql(*connection, "SELECT a FROM t ORDER BY a"), "1;2");
  for (const char* const sql :
       {"INSERT INTO t VALUES (3)", "UPDATE t SET a = 4", "DELETE FROM t", "CREATE TABLE u (a int)",
        "DROP TABLE t", "CREATE INDEX i ON t (a)", "TRUNCATE t", "ALTER TABLE t ADD b int",
        "SELECT nextval('s')", "SELECT a FROM t FOR UPDATE", "COMMENT ON TABLE t IS 'x'"}) {
    EXPECT_EQ(StateOf(*connection, sql), "25006") << sql;
  }
  // Nor does a session get round it.
  EXPECT_EQ(Sql(*connection, "SET default_transaction_read_only = off"), "SET");
  EXPECT_EQ(StateOf(*connection, "INSERT INTO t VALUES (3)"), "25006");
  EXPECT_EQ(Sql(*connection, "BEGIN READ WRITE"),
            "25006 cannot set transaction read-write mode: the database is open read-only");
  EXPECT_EQ(Sql(*connection, "ROLLBACK"), "ROLLBACK");
  EXPECT_EQ(SqlStateOf(connection->Append("", "t").status()), "25006");
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), "2");
}

TEST(Options, DefaultDurabilityIsWhatACommitReaches) {
  for (const Durability durability : {Durability::kAsync, Durability::kLocal, Durability::kFull}) {
    TestFolder folder;
    const std::unique_ptr<Database> database =
        OpenForTest(folder.database(), Built(Options::Builder().DefaultDurability(durability)));
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    const absl::StatusOr<Result> result = connection->Execute("CREATE TABLE t (a int)");
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_TRUE(result->receipt().has_value());
    EXPECT_EQ(result->receipt()->reached, durability);
    if (durability != Durability::kAsync) {
      EXPECT_GE(database->GetStats().log_synced_lsn, result->receipt()->end_lsn);
    }
  }
}

TEST(Options, ADurabilityThatNeedsStandbysIsRefusedWithoutThem) {
  TestFolder folder;
  const Options options = Built(Options::Builder().DefaultDurability(Durability::kQuorum));
  const absl::Status status = Database::Open(folder.database(), options).status();
  EXPECT_THAT(ErrorText(status), HasSubstr("55000 durability \"quorum\" needs a cluster"));
}

TEST(Options, TransactionBytesMax) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().TransactionBytesMax(kMiB)));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int, b text)");
  EXPECT_THAT(
      Sql(*connection, "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 2000) g"),
      HasSubstr("53200 the transaction's changes exceed transaction_bytes_max (1048576 bytes)"));
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), "0");
  // Many that fit are no larger one.
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(Sql(*connection,
                  "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 500) g"),
              "INSERT 0 500");
  }
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), "2000");
}

TEST(Options, WalSegmentBytesIsTheSizeOfLogFiles) {
  TestFolder folder;
  const std::unique_ptr<Database> database =
      OpenForTest(folder.database(), Built(Options::Builder().WalSegmentBytes(kMiB)));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int, b text)");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(Sql(*connection,
                  "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 700) g"),
              "INSERT 0 700");
  }
  int segments = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.database() + "/wal")) {
    if (entry.file_size() == kMiB) ++segments;
  }
  EXPECT_GE(segments, 3);
}

// Waits for the end of a checkpoint by its progress reports.
class CheckpointWatch {
 public:
  ProgressCallback callback() {
    return [this](const Progress& progress) {
      if (progress.task != Task::kCheckpoint || !progress.finished) return;
      MutexLock lock(&mu_);
      ++count_;
      changed_.SignalAll();
    };
  }
  void WaitForOne() {
    MutexLock lock(&mu_);
    while (count_ == 0) changed_.Wait(&mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(Options, CheckpointBytesStartsACheckpoint) {
  TestFolder folder;
  CheckpointWatch watch;
  const std::unique_ptr<Database> database =
      OpenForTest(folder.database(), Built(Options::Builder()
                                               .CheckpointBytes(kMiB)
                                               .CheckpointInterval(absl::Hours(24))
                                               .OnProgress(watch.callback())));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int, b text)");
  Sql(*connection, "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 2000) g");
  watch.WaitForOne();
}

TEST(Options, CheckpointIntervalStartsACheckpoint) {
  TestFolder folder;
  CheckpointWatch watch;
  const std::unique_ptr<Database> database = OpenForTest(
      folder.database(),
      Built(Options::Builder().CheckpointInterval(absl::Seconds(1)).OnProgress(watch.callback())));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int)");
  watch.WaitForOne();
}

TEST(Options, DeltaLimitHoldsWritersOnlyUntilTheCheckpoint) {
  TestFolder folder;
  constexpr uint64_t kLimit = 8 * kMiB;
  FailpointSet failpoints;
  Mutex mu;
  CondVar changed;
  bool released = false;
  // The first checkpoint stays open until the writers have filled the delta.
  failpoints.CallAt("checkpoint.before_commit",
                    [&]() -> absl::Status {
                      MutexLock lock(&mu);
                      while (!released) changed.Wait(&mu);
                      return absl::OkStatus();
                    },
                    {.skip = 0, .count = 1});
  txn::EngineOptions seams;
  seams.failpoints = &failpoints;
  absl::StatusOr<std::unique_ptr<DatabaseState>> state = DatabaseState::Open(
      folder.database(),
      Built(Options::Builder().DeltaLimit(kLimit).CheckpointBytes(kMiB).CheckpointInterval(
          absl::Hours(24))),
      {}, std::move(seams));
  ASSERT_TRUE(state.ok()) << state.status();
  const std::unique_ptr<Database> database = DatabaseState::MakeDatabase(*std::move(state));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int, b text)");
  uint64_t most = 0;
  for (int i = 0; i < 60; ++i) {
    if (i == 5) {
      MutexLock lock(&mu);
      released = true;
      changed.SignalAll();
    }
    ASSERT_EQ(Sql(*connection,
                  "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 700) g"),
              "INSERT 0 700");
    most = std::max(most, database->GetStats().delta_bytes);
  }
  // 60 transactions of 0.7 MB went through a delta of 8 MiB.
  EXPECT_LE(most, kLimit + kMiB);
  EXPECT_GT(database->GetStats().checkpoints, 1u);
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), "42000");
}

TEST(Options, WritersBeyondTheDeltaLimitFailWhenNoCheckpointCanBe) {
  TestFolder folder;
  FailpointSet failpoints;
  failpoints.FailAt("checkpoint.before_commit",
                    SqlError(sqlstate::kDiskFull, "could not write store: no space left on device"),
                    {});
  txn::EngineOptions seams;
  seams.failpoints = &failpoints;
  absl::StatusOr<std::unique_ptr<DatabaseState>> state = DatabaseState::Open(
      folder.database(), Built(Options::Builder().DeltaLimit(8 * kMiB).CheckpointBytes(kMiB)), {},
      std::move(seams));
  ASSERT_TRUE(state.ok()) << state.status();
  const std::unique_ptr<Database> database = DatabaseState::MakeDatabase(*std::move(state));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int, b text)");
  std::string error;
  int written = 0;
  for (; written < 100 && error.empty(); ++written) {
    error = StateOf(*connection,
                    "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 700) g");
  }
  EXPECT_EQ(error, "53100");
  // What was acknowledged is there, and once there is room writing goes on.
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), std::to_string((written - 1) * 700));
  failpoints.Clear("checkpoint.before_commit");
  EXPECT_TRUE(database->Checkpoint().ok());
  EXPECT_EQ(Sql(*connection, "INSERT INTO t VALUES (1, 'x')"), "INSERT 0 1");
}

TEST(Options, CheckpointOnClose) {
  for (const bool on : {true, false}) {
    TestFolder folder;
    {
      const std::unique_ptr<Database> database =
          OpenForTest(folder.database(), Built(Options::Builder().CheckpointOnClose(on)));
      const std::unique_ptr<Connection> connection = ConnectForTest(*database);
      Sql(*connection, "CREATE TABLE t (a int)");
      Sql(*connection, "INSERT INTO t VALUES (1)");
    }
    const std::unique_ptr<Database> database = OpenForTest(folder.database());
    const Stats stats = database->GetStats();
    // What the log holds behind the checkpoint is in memory again.
    EXPECT_EQ(stats.delta_bytes == 0, on);
    EXPECT_EQ(stats.checkpoint_lsn == stats.visible_lsn, on);
    EXPECT_EQ(Sql(*ConnectForTest(*database), "SELECT a FROM t"), "1");
  }
}

TEST(Options, AFullMapIsAClearErrorAndALargerOneHelps) {
  TestFolder folder;
  const auto options = [](uint64_t map_bytes) {
    return Built(Options::Builder()
                     .MapBytesMax(map_bytes)
                     .DeltaLimit(8 * kMiB)
                     .CheckpointBytes(4 * kMiB)
                     .CheckpointOnClose(false));
  };
  int64_t acknowledged = 0;
  {
    const std::unique_ptr<Database> database = OpenForTest(folder.database(), options(64 * kMiB));
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    Sql(*connection, "CREATE TABLE t (a int, b text)");
    std::string error;
    for (int i = 0; i < 200 && error.empty(); ++i) {
      error = StateOf(*connection,
                      "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 700) g");
      if (error.empty()) acknowledged += 700;
    }
    EXPECT_EQ(error, "53100");
    const absl::Status status = database->Checkpoint();
    EXPECT_THAT(ErrorText(status), HasSubstr("53100 "));
    EXPECT_THAT(ErrorText(status), HasSubstr("it has reached its greatest size"));
    EXPECT_EQ(ErrorHintOf(status), "Raise map_bytes_max.");
    EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), std::to_string(acknowledged));
  }
  const std::unique_ptr<Database> database = OpenForTest(folder.database(), options(kGiB));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_TRUE(database->Checkpoint().ok());
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), std::to_string(acknowledged));
  EXPECT_EQ(Sql(*connection, "INSERT INTO t VALUES (1, 'x')"), "INSERT 0 1");
  EXPECT_TRUE(database->Verify().ok());
}

TEST(Options, SnapshotPinnedBytesMaxCancelsTheOldestSnapshot) {
  TestFolder folder;
  const std::unique_ptr<Database> database =
      OpenForTest(folder.database(), Built(Options::Builder().SnapshotPinnedBytesMax(16 * kMiB)));
  const std::unique_ptr<Connection> old = ConnectForTest(*database);
  const std::unique_ptr<Connection> writer = ConnectForTest(*database);
  Sql(*writer, "CREATE TABLE t (a int PRIMARY KEY, b text)");
  Sql(*writer, "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 2000) g");
  EXPECT_EQ(Sql(*old, "BEGIN ISOLATION LEVEL REPEATABLE READ"), "BEGIN");
  EXPECT_EQ(Sql(*old, "SELECT count(*) FROM t"), "2000");
  std::string error;
  for (int i = 0; i < 50 && error.empty(); ++i) {
    ASSERT_EQ(Sql(*writer, "UPDATE t SET b = repeat('y', 1000)"), "UPDATE 2000");
    ASSERT_TRUE(database->Checkpoint().ok());
    error = StateOf(*old, "SELECT count(*) FROM t");
  }
  EXPECT_EQ(error, "72000");
  EXPECT_EQ(Sql(*old, "ROLLBACK"), "ROLLBACK");
  EXPECT_EQ(Sql(*old, "SELECT count(*) FROM t"), "2000");
}

TEST(Options, MaxSlotWalKeepSizeGivesUpASlotThatFallsBehind) {
  for (const uint64_t keep : {uint64_t{0}, 2 * kMiB}) {
    TestFolder folder;
    absl::StatusOr<std::unique_ptr<DatabaseState>> opened = DatabaseState::Open(
        folder.database(), Built(Options::Builder().MaxSlotWalKeepSize(keep).WalSegmentBytes(kMiB)),
        {}, {});
    ASSERT_TRUE(opened.ok()) << opened.status();
    txn::Engine* const engine = (*opened)->engine();
    const std::unique_ptr<Database> database = DatabaseState::MakeDatabase(*std::move(opened));
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    ASSERT_TRUE(engine->CreateSlot("late", engine->log_written()).ok());
    Sql(*connection, "CREATE TABLE t (a int, b text)");
    for (int i = 0; i < 6; ++i) {
      Sql(*connection, "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 700) g");
    }
    ASSERT_TRUE(database->Checkpoint().ok());
    ASSERT_EQ(engine->Slots().size(), 1u);
    EXPECT_EQ(engine->Slots()[0].invalidated, keep != 0);
  }
}

TEST(Options, LockTimeout) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().LockTimeout(absl::Milliseconds(20))));
  const std::unique_ptr<Connection> a = ConnectForTest(*database);
  const std::unique_ptr<Connection> b = ConnectForTest(*database);
  Sql(*a, "CREATE TABLE t (a int PRIMARY KEY)");
  Sql(*a, "INSERT INTO t VALUES (1)");
  Sql(*a, "BEGIN");
  Sql(*a, "SELECT a FROM t FOR UPDATE");
  EXPECT_EQ(Sql(*b, "SHOW lock_timeout"), "20ms");
  EXPECT_EQ(Sql(*b, "DELETE FROM t"), "55P03 canceling statement due to lock timeout");
  EXPECT_EQ(Sql(*b, "LOCK TABLE t"), "25P01 LOCK TABLE can only be used in transaction blocks");
  // A session may have its own.
  Sql(*b, "SET lock_timeout = 5");
  EXPECT_EQ(Sql(*b, "SHOW lock_timeout"), "5ms");
  EXPECT_EQ(StateOf(*b, "DELETE FROM t"), "55P03");
}

TEST(Options, DeadlockTimeout) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().DeadlockTimeout(absl::Milliseconds(1))));
  const std::unique_ptr<Connection> a = ConnectForTest(*database);
  const std::unique_ptr<Connection> b = ConnectForTest(*database);
  EXPECT_EQ(Sql(*a, "SHOW deadlock_timeout"), "1ms");
  Sql(*a, "CREATE TABLE t (a int PRIMARY KEY)");
  Sql(*a, "INSERT INTO t VALUES (1), (2)");
  Sql(*a, "BEGIN");
  Sql(*b, "BEGIN");
  Sql(*a, "SELECT a FROM t WHERE a = 1 FOR UPDATE");
  Sql(*b, "SELECT a FROM t WHERE a = 2 FOR UPDATE");
  std::string from_a;
  std::thread thread([&] {
    from_a = StateOf(*a, "SELECT a FROM t WHERE a = 2 FOR UPDATE");
    if (!from_a.empty()) Sql(*a, "ROLLBACK");
  });
  const std::string from_b = StateOf(*b, "SELECT a FROM t WHERE a = 1 FOR UPDATE");
  if (!from_b.empty()) Sql(*b, "ROLLBACK");
  thread.join();
  EXPECT_TRUE((from_a == "40P01" && from_b.empty()) || (from_a.empty() && from_b == "40P01"))
      << from_a << " " << from_b;
  EXPECT_EQ(database->GetStats().deadlocks, 1u);
}

TEST(Options, StatementTimeout) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().StatementTimeout(absl::Milliseconds(10))));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_EQ(Sql(*connection, "SHOW statement_timeout"), "10ms");
  EXPECT_EQ(Sql(*connection, "SELECT pg_sleep(60)"),
            "57014 canceling statement due to statement timeout");
  EXPECT_EQ(
      StateOf(*connection,
              "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"),
      "57014");
  Sql(*connection, "SET statement_timeout = 0");
  EXPECT_EQ(Sql(*connection, "SELECT pg_sleep(0.02)"), "");
}

TEST(Options, WorkMemIsTheSessionsDefault) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().WorkMem(2 * kMiB)));
  EXPECT_EQ(Sql(*ConnectForTest(*database), "SHOW work_mem"), "2MB");
}

TEST(Options, PlanCacheStatements) {
  for (const uint32_t statements : {0u, 2u}) {
    const std::unique_ptr<Database> database =
        OpenForTest(":memory:", Built(Options::Builder().PlanCacheStatements(statements)));
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    const auto hits = [&](std::string_view sql) {
      const uint64_t before = database->GetStats().plan_cache_hits;
      EXPECT_EQ(StateOf(*connection, sql), "");
      return database->GetStats().plan_cache_hits - before;
    };
    EXPECT_EQ(hits("SELECT 1"), 0u);
    EXPECT_EQ(hits("SELECT 1"), statements == 0 ? 0u : 1u);
    EXPECT_EQ(hits("SELECT 2"), 0u);
    EXPECT_EQ(hits("SELECT 3"), 0u);
    // The longest unused went.
    EXPECT_EQ(hits("SELECT 1"), 0u);
    EXPECT_EQ(hits("SELECT 3"), statements == 0 ? 0u : 1u);
  }
}

TEST(Options, ConnectionsMax) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().ConnectionsMax(2)));
  const std::unique_ptr<Connection> a = ConnectForTest(*database);
  std::unique_ptr<Connection> b = ConnectForTest(*database);
  EXPECT_EQ(SqlStateOf(database->Connect().status()), "53300");
  EXPECT_EQ(database->GetStats().connections, 2u);
  b.reset();
  EXPECT_TRUE(database->Connect().ok());
}

TEST(Options, TimeZoneIsTheSessionsDefault) {
  const std::unique_ptr<Database> database =
      OpenForTest(":memory:", Built(Options::Builder().TimeZone("Europe/Berlin")));
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_EQ(Sql(*connection, "SHOW TimeZone"), "Europe/Berlin");
  EXPECT_EQ(Sql(*connection, "SELECT timestamptz '2024-07-01 00:00:00Z'"),
            "2024-07-01 02:00:00+02");
}

}  // namespace
}  // namespace heliosdb::api
