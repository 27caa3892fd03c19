// Fails every file operation in turn under a fixed workload, then reopens: the database holds a
// committed prefix with everything that was acknowledged, or refuses with the reason.

#include <memory>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/txn/test_engine.h"
#include "heliosdb/error.h"

namespace heliosdb::txn {
namespace {

// Background work runs when the test says so: same seed, same operations.
class ManualExecutor : public Executor {
 public:
  void PostAfter(const void*, absl::Duration, std::function<void()> work) override {
    MutexLock lock(&mu_);
    work_.push_back(std::move(work));
  }
  void Drop(const void*) override {
    MutexLock lock(&mu_);
    work_.clear();
  }
  void RunAll() {
    std::vector<std::function<void()>> work;
    {
      MutexLock lock(&mu_);
      work.swap(work_);
    }
    for (const std::function<void()>& each : work) each();
  }

 private:
  Mutex mu_;
  std::vector<std::function<void()>> work_ ABSL_GUARDED_BY(mu_);
};

constexpr int kSteps = 60;

// Step i writes counter = i, a key of its own, and removes an older one: any prefix is recognised.
struct History {
  int acknowledged = 0;  // Steps known to be committed.
  int attempted = 0;     // Steps that may be.
};

class FaultSweep {
 public:
  explicit FaultSweep(uint64_t seed) : test_(Options(), seed) {}

  uint64_t operations() const { return test_.files().OperationCount(); }
  FaultyFileSystem& files() { return test_.files(); }

  bool Open() {
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(test_.options());
    open_error_ = engine.status();
    if (engine.ok()) engine_ = *std::move(engine);
    return engine_ != nullptr;
  }
  const absl::Status& open_error() const { return open_error_; }

  // Runs the workload from where it is; false once the engine takes no more.
  bool Run(int steps) {
    for (int i = 0; i < steps; ++i) {
      const int step = history_.attempted + 1;
      const std::unique_ptr<Transaction> txn = engine_->Begin({});
      absl::Status status = txn->Put(TestEngine::Key("counter"), fmt::format("{}", step));
      if (status.ok()) {
        status = txn->Put(TestEngine::Key(fmt::format("k{:04}", step)), std::string(300, 'v'));
      }
      if (status.ok() && step > 5) {
        status = txn->Delete(TestEngine::Key(fmt::format("k{:04}", step - 5)));
      }
      if (!status.ok()) {
        txn->Rollback();
        return false;
      }
      history_.attempted = step;
      if (!txn->Commit(std::nullopt).ok()) return false;
      history_.acknowledged = step;
      executor_.RunAll();
      if (step % 10 == 0 && !engine_->Checkpoint().ok()) return false;
    }
    return true;
  }

  void Crash(FaultyFileSystem::Unsynced unsynced) {
    files().FailNth(1, FileFault::kPowerOff, std::nullopt);
    engine_.reset();
    files().Crash(unsynced);
  }

  void CheckPrefix(const std::string& where) {
    const std::unique_ptr<Transaction> txn = engine_->Begin({});
    const std::string counter = Read(*txn, "counter").value_or("0");
    const int found = std::stoi(counter);
    EXPECT_GE(found, history_.acknowledged) << where;
    EXPECT_LE(found, history_.attempted) << where;
    std::string expected;
    for (int step = std::max(1, found - 4); step <= found; ++step) {
      expected += fmt::format("k{:04} ", step);
    }
    EXPECT_EQ(Keys(*txn), expected) << where;
    // Goes on from what was found.
    history_.attempted = found;
    history_.acknowledged = found;
    absl::Status verified = engine_->Verify();
    EXPECT_TRUE(verified.ok()) << where << verified;
  }

  Engine* engine() { return engine_.get(); }
  History history() const { return history_; }

 private:
  EngineOptions Options() {
    EngineOptions options;
    options.wal_segment_bytes = 8192;
    options.executor = &executor_;
    options.checkpoint_interval = absl::InfiniteDuration();
    return options;
  }
  std::optional<std::string> Read(Transaction& txn, std::string_view key) {
    absl::StatusOr<ReadView> view = txn.View();
    EXPECT_TRUE(view.ok());
    const auto value = view->Get(TestEngine::Key(key));
    EXPECT_TRUE(value.ok());
    if (!value->has_value()) return std::nullopt;
    return std::string(**value);
  }
  std::string Keys(Transaction& txn) {
    std::string keys;
    absl::StatusOr<ReadView> view = txn.View();
    EXPECT_TRUE(view.ok());
    auto cursor = view->Open(TestEngine::Key("k"), TestEngine::Key("l"), ScanDirection::kForward);
    EXPECT_TRUE(cursor.ok());
    KvPair pairs[16];
    for (;;) {
      const auto count = (*cursor)->NextBatch(pairs);
      EXPECT_TRUE(count.ok());
      if (*count == 0) return keys;
      for (size_t i = 0; i < *count; ++i) {
        keys += pairs[i].key.substr(4);
        keys += ' ';
      }
    }
  }

  ManualExecutor executor_;
  mutable TestEngine test_;
  std::unique_ptr<Engine> engine_;
  absl::Status open_error_;
  History history_;
};

uint64_t OperationsOfARun() {
  FaultSweep sweep(1);
  EXPECT_TRUE(sweep.Open());
  EXPECT_TRUE(sweep.Run(kSteps));
  EXPECT_TRUE(sweep.engine()->Close().ok());
  return sweep.operations();
}

void SweepWith(FileFault fault, FaultyFileSystem::Unsynced unsynced) {
  const uint64_t total = OperationsOfARun();
  ASSERT_GT(total, 100);
  for (uint64_t n = 1; n <= total; ++n) {
    const std::string where = fmt::format("operation {} of {}: ", n, total);
    FaultSweep sweep(n);
    sweep.files().FailNth(n, fault, std::nullopt);
    if (sweep.Open() && sweep.Run(kSteps)) {
      // The fault may still strike the close.
      sweep.engine()->Close().IgnoreError();
    }
    sweep.Crash(unsynced);
    ASSERT_TRUE(sweep.Open()) << where << sweep.open_error();
    sweep.CheckPrefix(where);
    ASSERT_TRUE(sweep.Run(12)) << where;
    sweep.Crash(FaultyFileSystem::Unsynced::kLost);
    ASSERT_TRUE(sweep.Open()) << where << sweep.open_error();
    sweep.CheckPrefix(where);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(FaultSweep, IoErrorThenLostCaches) {
  SweepWith(FileFault::kIoError, FaultyFileSystem::Unsynced::kLost);
}
TEST(FaultSweep, DiskFullThenProcessDeath) {
  SweepWith(FileFault::kDiskFull, FaultyFileSystem::Unsynced::kKept);
}
TEST(FaultSweep, ShortWriteThenChance) {
  SweepWith(FileFault::kShortWrite, FaultyFileSystem::Unsynced::kChance);
}
TEST(FaultSweep, FailedSyncThenChance) {
  SweepWith(FileFault::kSyncFails, FaultyFileSystem::Unsynced::kChance);
}
TEST(FaultSweep, PowerOffWithTornSectors) {
  SweepWith(FileFault::kPowerOff, FaultyFileSystem::Unsynced::kChance);
}

// The same during the recovery that follows a crash in the middle of the workload.
TEST(FaultSweep, PowerOffDuringRecovery) {
  for (uint64_t n = 1; n <= 40; ++n) {
    FaultSweep sweep(n);
    ASSERT_TRUE(sweep.Open());
    ASSERT_TRUE(sweep.Run(37));
    sweep.Crash(FaultyFileSystem::Unsynced::kChance);
    sweep.files().FailNth(n, FileFault::kPowerOff, std::nullopt);
    sweep.Open();
    sweep.Crash(FaultyFileSystem::Unsynced::kChance);
    ASSERT_TRUE(sweep.Open()) << sweep.open_error();
    sweep.CheckPrefix(fmt::format("operation {} of recovery: ", n));
  }
}

TEST(FaultSweep, FailedSyncStopsAllWrites) {
  FaultSweep sweep(1);
  ASSERT_TRUE(sweep.Open());
  ASSERT_TRUE(sweep.Run(3));
  sweep.files().FailNth(1, FileFault::kPowerOff, FileOperation::kSync);
  EXPECT_FALSE(sweep.Run(1));
  for (int i = 0; i < 2; ++i) {
    const std::unique_ptr<Transaction> txn = sweep.engine()->Begin({});
    const absl::Status status = txn->Put(TestEngine::Key("x"), "1");
    EXPECT_EQ(SqlStateOf(status), "58030");
    EXPECT_NE(std::string(status.message()).find("no further writes are accepted"),
              std::string::npos);
    txn->Rollback();
  }
  const std::unique_ptr<Transaction> reader = sweep.engine()->Begin({});
  absl::StatusOr<ReadView> view = reader->View();
  ASSERT_TRUE(view.ok());
  // Readers go on, and see nothing of the commit whose sync failed.
  EXPECT_EQ(view->Get(TestEngine::Key("counter")).value(), "3");
}

// The planted bug must be found: otherwise this file proves nothing.
TEST(FaultSweep, FindsAnAcknowledgementBeforeTheSync) {
  EngineOptions options;
  options.test_only_faults.acknowledge_before_sync = true;
  TestEngine test(options);
  test.Open();
  test.Write({{"a", "1"}});
  test.Crash();
  test.Open();
  EXPECT_EQ(test.Read("a"), std::nullopt);
}

}  // namespace
}  // namespace heliosdb::txn
