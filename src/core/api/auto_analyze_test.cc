#include "core/api/auto_analyze.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "core/api/database_state.h"
#include "core/base/failpoint.h"
#include "core/base/status.h"
#include "core/base/test_folder.h"
#include "heliosdb/connection.h"
#include "heliosdb/error.h"

namespace heliosdb::api {
namespace {

// Background work runs when the test says so.
class ManualExecutor : public Executor {
 public:
  void PostAfter(const void* owner, absl::Duration delay, std::function<void()> work) override {
    MutexLock lock(&mu_);
    tasks_.push_back({owner, delay, std::move(work)});
  }
  bool MayBlock() const override { return false; }
  void Drop(const void* owner) override {
    MutexLock lock(&mu_);
    std::erase_if(tasks_, [owner](const Task& task) { return task.owner == owner; });
  }
  // Runs what the owner has posted so far, then what is due at once; gives the delays of the former.
  std::vector<absl::Duration> Run(const void* owner) {
    std::vector<absl::Duration> delays;
    for (const Task& task : Take([owner](const Task& task) { return task.owner == owner; })) {
      delays.push_back(task.delay);
      task.work();
    }
    const auto is_due = [](const Task& task) { return task.delay == absl::ZeroDuration(); };
    for (std::vector<Task> tasks = Take(is_due); !tasks.empty(); tasks = Take(is_due)) {
      for (const Task& task : tasks) task.work();
    }
    return delays;
  }

 private:
  struct Task {
    const void* owner;
    absl::Duration delay;
    std::function<void()> work;
  };
  std::vector<Task> Take(const std::function<bool(const Task&)>& which) {
    MutexLock lock(&mu_);
    const auto others = std::stable_partition(tasks_.begin(), tasks_.end(), which);
    std::vector<Task> taken(std::make_move_iterator(tasks_.begin()),
                            std::make_move_iterator(others));
    tasks_.erase(tasks_.begin(), others);
    return taken;
  }

  Mutex mu_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mu_);
};

class AutoAnalyzeTest : public testing::Test {
 protected:
  void Open(const Options::Builder& builder = {}, NodeHooks hooks = {},
            const std::string& path = ":memory:") {
    const absl::StatusOr<Options> options = builder.Build();
    ASSERT_TRUE(options.ok()) << options.status();
    txn::EngineOptions seams;
    seams.executor = &executor_;
    seams.failpoints = &failpoints_;
    absl::StatusOr<std::unique_ptr<DatabaseState>> state =
        DatabaseState::Open(path, *options, std::move(hooks), std::move(seams));
    ASSERT_TRUE(state.ok()) << state.status();
    state_ = state->get();
    database_ = DatabaseState::MakeDatabase(*std::move(state));
    connection_ = *database_->Connect();
  }
  void Close() {
    connection_ = nullptr;
    EXPECT_TRUE(database_->Close().ok());
    database_ = nullptr;
  }

  void Run(std::string_view sql) { Run(connection_.get(), sql); }
  static void Run(Connection* connection, std::string_view sql) {
    const absl::StatusOr<Result> result = connection->Execute(sql);
    EXPECT_TRUE(result.ok()) << sql << ": " << result.status();
  }
  std::string Get(std::string_view sql) {
    absl::StatusOr<Result> result = connection_->Execute(sql);
    if (!result.ok()) return std::string(result.status().message());
    std::string text;
    for (const Row row : *result) {
      for (size_t i = 0; i < row.size(); ++i)
        text += (text.empty() ? "" : " ") + (row.IsNull(i) ? "NULL" : std::string(row.Text(i)));
    }
    return text;
  }
  // What the background does after its pause.
  std::vector<absl::Duration> Tick() { return executor_.Run(state_->auto_analyze()); }
  std::string Counts() {
    return Get(
        "SELECT autoanalyze_count, n_mod_since_analyze FROM pg_stat_user_tables "
        "WHERE relname = 't'");
  }

  ManualExecutor executor_;
  FailpointSet failpoints_;
  DatabaseState* state_ = nullptr;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(AutoAnalyzeTest, AnalysesTablesPastThresholdAndShare) {
  Open();
  Run("CREATE TABLE t (a int PRIMARY KEY, b int)");
  Run("INSERT INTO t SELECT g, g FROM generate_series(1, 50) g");
  Tick();
  EXPECT_EQ(Counts(), "0 50");
  Run("INSERT INTO t VALUES (51, 51)");
  Tick();
  EXPECT_EQ(Counts(), "1 0");
  EXPECT_EQ(Get("SELECT reltuples FROM pg_class WHERE relname = 't'"), "51");
  EXPECT_EQ(Get("SELECT last_autoanalyze IS NULL, last_analyze IS NULL FROM pg_stat_user_tables"),
            "f t");
  EXPECT_EQ(database_->GetStats().auto_analyzes, 1u);
  EXPECT_EQ(database_->GetStats().auto_analyze_failures, 0u);
  // 50 + 0.1 * 51.
  Run("UPDATE t SET b = 0 WHERE a <= 30");
  Run("DELETE FROM t WHERE a <= 25");
  Tick();
  EXPECT_EQ(Counts(), "1 55");
  Run("UPDATE t SET a = 1 WHERE a = 51");
  Tick();
  EXPECT_EQ(Counts(), "2 0");
}

TEST_F(AutoAnalyzeTest, ObeysItsOptions) {
  Open(Options::Builder()
           .AutovacuumNaptime(absl::Seconds(7))
           .AutovacuumAnalyzeThreshold(2)
           .AutovacuumAnalyzeScaleFactor(0.5));
  EXPECT_EQ(Get("SHOW autovacuum"), "on");
  EXPECT_EQ(Get("SHOW autovacuum_naptime"), "7s");
  EXPECT_EQ(Get("SHOW autovacuum_analyze_threshold"), "2");
  EXPECT_EQ(Get("SHOW autovacuum_analyze_scale_factor"), "0.5");
  EXPECT_EQ(Get("SET autovacuum = off"), "parameter \"autovacuum\" cannot be changed now");
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t VALUES (1), (2)");
  EXPECT_EQ(Tick(), std::vector<absl::Duration>{absl::Seconds(7)});
  EXPECT_EQ(Counts(), "0 2");
  Run("INSERT INTO t VALUES (3), (4)");
  EXPECT_EQ(Tick(), std::vector<absl::Duration>{absl::Seconds(7)});
  EXPECT_EQ(Counts(), "1 0");
  Run("DELETE FROM t");  // Exactly 2 + 0.5 * 4.
  Tick();
  EXPECT_EQ(Counts(), "1 4");
}

TEST_F(AutoAnalyzeTest, CanBeTurnedOff) {
  Open(Options::Builder().Autovacuum(false));
  EXPECT_EQ(Get("SHOW autovacuum"), "off");
  EXPECT_TRUE(Tick().empty());
}

TEST(AutoAnalyzeOptions, HaveRanges) {
  const absl::Status status = Options::Builder()
                                  .AutovacuumNaptime(absl::Milliseconds(999))
                                  .AutovacuumAnalyzeThreshold(UINT32_MAX)
                                  .AutovacuumAnalyzeScaleFactor(-0.1)
                                  .Build()
                                  .status();
  EXPECT_EQ(SqlStateOf(status), "22023");
  EXPECT_EQ(status.message(),
            "wrong options:\nAutovacuumNaptime is 999ms, must be 1s to 576h\n"
            "AutovacuumAnalyzeThreshold is 4294967295, must be 0 to 2147483647\n"
            "AutovacuumAnalyzeScaleFactor is -0.1, must be 0 to 100");
}

TEST_F(AutoAnalyzeTest, CountsWhatWasCommittedAlone) {
  Open();
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("BEGIN");
  Run("INSERT INTO t SELECT generate_series(1, 100)");
  Run("ROLLBACK");
  EXPECT_EQ(Counts(), "0 0");
  Run("BEGIN");
  Run("INSERT INTO t VALUES (1)");
  Run("SAVEPOINT s");
  Run("INSERT INTO t SELECT generate_series(2, 100)");
  Run("ROLLBACK TO s");
  Run("INSERT INTO t VALUES (2)");
  Run("COMMIT");
  EXPECT_EQ(Counts(), "0 2");
  EXPECT_EQ(Get("SELECT n_tup_ins, n_tup_upd, n_tup_del, n_live_tup FROM pg_stat_user_tables"),
            "2 0 0 2");
  Run("CREATE TABLE copy AS SELECT * FROM t");
  EXPECT_EQ(Get("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'copy'"), "2");
}

TEST_F(AutoAnalyzeTest, CountsCascadesAndConflicts) {
  Open();
  Run("CREATE TABLE p (a int PRIMARY KEY)");
  Run("CREATE TABLE t (a int REFERENCES p ON DELETE CASCADE)");
  Run("INSERT INTO p VALUES (1), (2)");
  Run("INSERT INTO t VALUES (1), (1), (2)");
  Run("DELETE FROM p WHERE a = 1");
  EXPECT_EQ(Counts(), "0 5");
  Run("INSERT INTO p VALUES (2) ON CONFLICT (a) DO NOTHING");
  EXPECT_EQ(Get("SELECT n_tup_ins, n_tup_del FROM pg_stat_user_tables WHERE relname = 'p'"), "2 1");
  Run("DELETE FROM t");
  Run("INSERT INTO p VALUES (2) ON CONFLICT (a) DO UPDATE SET a = 3");
  EXPECT_EQ(Get("SELECT n_tup_ins, n_tup_upd FROM pg_stat_user_tables WHERE relname = 'p'"), "2 1");
}

TEST_F(AutoAnalyzeTest, SkipsLockedTablesAndComesBack) {
  Open();
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 100)");
  const std::unique_ptr<Connection> other = *database_->Connect();
  Run(other.get(), "BEGIN");
  Run(other.get(), "LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
  Tick();
  EXPECT_EQ(Counts(), "0 100");
  Run(other.get(), "COMMIT");
  Tick();
  EXPECT_EQ(Counts(), "1 0");
}

TEST_F(AutoAnalyzeTest, DisturbsNoOpenTransaction) {
  Open();
  Run("CREATE TABLE t (a int PRIMARY KEY, b int)");
  Run("INSERT INTO t SELECT g, g FROM generate_series(1, 100) g");
  const std::unique_ptr<Connection> other = *database_->Connect();
  Run(other.get(), "BEGIN ISOLATION LEVEL SERIALIZABLE");
  Run(other.get(), "UPDATE t SET b = 0 WHERE a = 1");
  Run(other.get(), "SELECT count(*) FROM t");
  Tick();
  EXPECT_EQ(Counts(), "1 0");
  Run(other.get(), "SELECT count(*) FROM t");
  Run(other.get(), "COMMIT");
  EXPECT_EQ(Counts(), "1 1");
}

TEST_F(AutoAnalyzeTest, ShowsItsFailures) {
  Open();
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 100)");
  failpoints_.FailAt("commit.before_queue", Internal("no luck"), {.skip = 0, .count = 1});
  Tick();
  EXPECT_EQ(database_->GetStats().auto_analyzes, 0u);
  EXPECT_EQ(database_->GetStats().auto_analyze_failures, 1u);
  EXPECT_EQ(database_->GetStats().auto_analyze_last_error, "no luck");
  EXPECT_EQ(Counts(), "0 100");
  Tick();
  EXPECT_EQ(database_->GetStats().auto_analyzes, 1u);
  EXPECT_EQ(database_->GetStats().auto_analyze_last_error, "");
}

TEST_F(AutoAnalyzeTest, WritesOnPrimariesOnly) {
  const TestFolder folder;
  NodeHooks hooks;
  hooks.is_member = true;
  hooks.refuse_write = [this]() -> absl::Status {
    if (state_->engine()->CheckWritable().ok()) return absl::OkStatus();
    return FailedPrecondition("the primary is n2");
  };
  Open({}, std::move(hooks), folder.database());
  ASSERT_TRUE(state_->engine()->BeginTerm(Term{1}).ok());
  ASSERT_TRUE(state_->InitializeIfNew().ok());
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 100)");
  ASSERT_TRUE(state_->engine()->StopLeading().ok());
  state_->ForgetWriterState();
  Tick();
  EXPECT_EQ(Counts(), "0 100");
  EXPECT_EQ(database_->GetStats().auto_analyze_failures, 0u);
  const absl::Status refused = connection_->Execute("ANALYZE t").status();
  EXPECT_EQ(SqlStateOf(refused), "25006");
  EXPECT_EQ(refused.message(), "cannot execute ANALYZE during recovery");
  EXPECT_EQ(ErrorHintOf(refused), "the primary is n2");
  ASSERT_TRUE(state_->engine()->BeginTerm(Term{2}).ok());
  state_->ForgetWriterState();
  Tick();
  EXPECT_EQ(Counts(), "1 0");
  Close();
}

TEST_F(AutoAnalyzeTest, FindsWhatAnEarlierRunChanged) {
  const TestFolder folder;
  Open({}, {}, folder.database());
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 1000)");
  Run("CREATE TABLE u (a int PRIMARY KEY)");
  Run("INSERT INTO u SELECT generate_series(1, 1000)");
  Run("ANALYZE u");
  Close();
  Open({}, {}, folder.database());
  Tick();
  EXPECT_EQ(Counts(), "1 0");
  EXPECT_EQ(Get("SELECT autoanalyze_count FROM pg_stat_user_tables WHERE relname = 'u'"), "0");
  Close();
}

TEST_F(AutoAnalyzeTest, StopsForGood) {
  Open();
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 100)");
  state_->auto_analyze()->Stop();
  state_->auto_analyze()->RunNow();
  EXPECT_EQ(Counts(), "0 100");
  EXPECT_EQ(database_->GetStats().auto_analyze_failures, 0u);
  EXPECT_TRUE(Tick().empty());
}

TEST_F(AutoAnalyzeTest, RunsInAThreadOfItsOwn) {
  absl::StatusOr<std::unique_ptr<DatabaseState>> state =
      DatabaseState::Open(":memory:", *Options::Builder().Build(), {}, {});
  ASSERT_TRUE(state.ok()) << state.status();
  state_ = state->get();
  database_ = DatabaseState::MakeDatabase(*std::move(state));
  connection_ = *database_->Connect();
  Run("CREATE TABLE t (a int PRIMARY KEY)");
  Run("INSERT INTO t SELECT generate_series(1, 100000)");
  // Posted as its own ticks are: the close waits for it or ends it.
  state_->engine()->options().executor->Post(state_->auto_analyze(),
                                             [this] { state_->auto_analyze()->RunNow(); });
  Close();
}

}  // namespace
}  // namespace heliosdb::api
