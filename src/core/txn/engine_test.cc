#include "core/txn/engine.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/txn/test_engine.h"
#include "heliosdb/error.h"

namespace heliosdb::txn {
namespace {

TEST(Engine, CommittedDataIsReadBack) {
  TestEngine test;
  Engine& engine = test.Open();
  test.Write({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(test.Read("a"), "1");
  EXPECT_EQ(test.Read("b"), "2");
  EXPECT_EQ(test.Read("c"), std::nullopt);
  EXPECT_EQ(engine.Stats().commits, 1);
}

TEST(Engine, CommittedDataOutlivesAReopen) {
  TestEngine test;
  test.Open();
  test.Write({{"a", "1"}});
  test.Reopen();
  EXPECT_EQ(test.Read("a"), "1");
  test.Write({{"a", "2"}, {"b", "3"}});
  test.Crash();
  test.Open();
  EXPECT_EQ(test.Read("a"), "2");
  EXPECT_EQ(test.Read("b"), "3");
}

TEST(Engine, CheckpointMovesTheDeltaAndReplayIsShort) {
  TestEngine test;
  Engine& engine = test.Open();
  for (int i = 0; i < 1000; ++i) test.Write({{fmt::format("k{:04}", i), fmt::format("{}", i)}});
  ASSERT_TRUE(engine.Checkpoint().ok());
  EXPECT_EQ(engine.Stats().checkpoint_lsn, engine.visible_lsn());
  EXPECT_EQ(engine.Stats().delta_bytes, 0);
  test.Write({{"k0500", "new"}});
  EXPECT_EQ(test.Read("k0499"), "499");
  EXPECT_EQ(test.Read("k0500"), "new");
  test.Crash();
  test.Open();
  EXPECT_EQ(test.Read("k0499"), "499");
  EXPECT_EQ(test.Read("k0500"), "new");
  EXPECT_EQ(test.Scan("k0498", "k0502"), "k0498=498 k0499=499 k0500=new k0501=501 ");
  ASSERT_TRUE(test.engine().Verify().ok());
}

TEST(Engine, ScanMergesWriteSetDeltaAndStoreInBothDirections) {
  TestEngine test;
  Engine& engine = test.Open();
  test.Write({{"a", "1"}, {"c", "3"}, {"e", "5"}, {"g", "7"}});
  ASSERT_TRUE(engine.Checkpoint().ok());
  test.Write({{"b", "2"}, {"c", "33"}});
  test.Erase({"e"});
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  ASSERT_TRUE(txn->Put(TestEngine::Key("f"), "6").ok());
  ASSERT_TRUE(txn->Delete(TestEngine::Key("a")).ok());
  EXPECT_EQ(test.Scan(*txn, "a", "z", ScanDirection::kForward), "a=1 b=2 c=33 g=7 ");
  txn->NextCommand();
  EXPECT_EQ(test.Scan(*txn, "a", "z", ScanDirection::kForward), "b=2 c=33 f=6 g=7 ");
  EXPECT_EQ(test.Scan(*txn, "a", "z", ScanDirection::kBackward), "g=7 f=6 c=33 b=2 ");
  EXPECT_EQ(test.Scan(*txn, "b", "g", ScanDirection::kBackward), "f=6 c=33 b=2 ");
}

TEST(Engine, StatementDoesNotSeeItsOwnWrites) {
  TestEngine test;
  Engine& engine = test.Open();
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "1").ok());
  EXPECT_EQ(test.Read(*txn, "a"), std::nullopt);
  txn->NextCommand();
  EXPECT_EQ(test.Read(*txn, "a"), "1");
}

TEST(Engine, SavepointsTakeBackWritesAndLocks) {
  TestEngine test;
  Engine& engine = test.Open();
  const std::unique_ptr<Transaction> txn = engine.Begin({.session_id = 1});
  const std::unique_ptr<Transaction> other = engine.Begin({.session_id = 2});
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "1").ok());
  txn->NextCommand();
  const SavepointMark mark = txn->Mark();
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "2").ok());
  ASSERT_TRUE(txn->Put(TestEngine::Key("b"), "2").ok());
  ASSERT_TRUE(txn->LockRow("x", RowLockMode::kUpdate, LockWait::kTry).ok());
  EXPECT_EQ(other->LockRow("x", RowLockMode::kKeyShare, LockWait::kTry).value(),
            LockResult::kNotAvailable);
  txn->RollbackTo(mark);
  EXPECT_EQ(other->LockRow("x", RowLockMode::kKeyShare, LockWait::kTry).value(),
            LockResult::kGranted);
  txn->NextCommand();
  EXPECT_EQ(test.Read(*txn, "a"), "1");
  EXPECT_EQ(test.Read(*txn, "b"), std::nullopt);
  ASSERT_TRUE(txn->Commit(std::nullopt).ok());
  EXPECT_EQ(test.Read("a"), "1");
  EXPECT_EQ(test.Read("b"), std::nullopt);
}

TEST(Engine, ReadCommittedSeesNewCommitsAndRepeatableReadDoesNot) {
  TestEngine test;
  Engine& engine = test.Open();
  test.Write({{"a", "1"}});
  const std::unique_ptr<Transaction> committed = engine.Begin({});
  const std::unique_ptr<Transaction> repeatable =
      engine.Begin({.isolation = Isolation::kRepeatableRead});
  EXPECT_EQ(test.Read(*committed, "a"), "1");
  EXPECT_EQ(test.Read(*repeatable, "a"), "1");
  test.Write({{"a", "2"}});
  EXPECT_EQ(test.Read(*committed, "a"), "2");
  EXPECT_EQ(test.Read(*repeatable, "a"), "1");
  ASSERT_TRUE(engine.Checkpoint().ok());
  EXPECT_EQ(test.Read(*repeatable, "a"), "1");
  absl::StatusOr<ReadView> view = repeatable->View();
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(repeatable->StateSince(*view, TestEngine::Key("a")).value(), RowState::kUpdated);
  EXPECT_EQ(repeatable->StateSince(*view, TestEngine::Key("b")).value(), RowState::kUnchanged);
  EXPECT_EQ(SqlStateOf(repeatable->RequireUnchanged(*view, TestEngine::Key("a"))), "40001");
}

TEST(Engine, OutcomesAreKnownAfterACrash) {
  TestEngine test;
  Engine& engine = test.Open();
  const std::unique_ptr<Transaction> aborted = engine.Begin({});
  const uint64_t aborted_id = aborted->AssignId().value();
  EXPECT_EQ(engine.Outcome(aborted_id).value(), TxnOutcome::kInProgress);
  const std::unique_ptr<Transaction> committed = engine.Begin({});
  ASSERT_TRUE(committed->Put(TestEngine::Key("a"), "1").ok());
  const uint64_t committed_id = committed->id();
  ASSERT_TRUE(committed->Commit(std::nullopt).ok());
  aborted->Rollback();
  const auto check = [&](Engine& now) {
    EXPECT_EQ(now.Outcome(committed_id).value(), TxnOutcome::kCommitted);
    EXPECT_EQ(now.Outcome(aborted_id).value(), TxnOutcome::kAborted);
    EXPECT_EQ(now.Outcome(uint64_t{1} << 40).value(), TxnOutcome::kNeverSeen);
  };
  check(engine);
  ASSERT_TRUE(engine.Checkpoint().ok());
  check(engine);
  test.Crash();
  check(test.Open());
  const std::unique_ptr<Transaction> later = test.engine().Begin({});
  EXPECT_GT(later->AssignId().value(), std::max(aborted_id, committed_id));
}

TEST(Engine, LargeTransactionBecomesAPartOfItsOwn) {
  TestEngine test;
  Engine& engine = test.Open();
  test.Write({{"k000005", "old"}});
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  const std::string value(100, 'v');
  for (int i = 0; i < 60000; ++i) {
    ASSERT_TRUE(txn->Put(TestEngine::Key(fmt::format("k{:06}", i)), value).ok());
  }
  ASSERT_TRUE(txn->Commit(std::nullopt).ok());
  EXPECT_EQ(test.Read("k000005"), value);
  test.Write({{"k000006", "new"}});
  EXPECT_EQ(test.Read("k000006"), "new");
  EXPECT_EQ(engine.Stats().delta_parts, 3);
  test.Crash();
  test.Open();
  EXPECT_EQ(test.Read("k000005"), value);
  EXPECT_EQ(test.Read("k000006"), "new");
  ASSERT_TRUE(test.engine().Checkpoint().ok());
  EXPECT_EQ(test.Read("k059999"), value);
  EXPECT_EQ(test.Read("k000006"), "new");
}

TEST(Engine, InMemoryDatabaseWorksWithoutADirectory) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open({});
  ASSERT_TRUE(engine.ok());
  const std::unique_ptr<Transaction> txn = (*engine)->Begin({});
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "1").ok());
  ASSERT_TRUE(txn->Commit(std::nullopt).ok());
  ASSERT_TRUE((*engine)->Checkpoint().ok());
  const std::unique_ptr<Transaction> reader = (*engine)->Begin({});
  absl::StatusOr<ReadView> view = reader->View();
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->Get(TestEngine::Key("a")).value(), "1");
}

TEST(Engine, SecondOpenOfADirectoryIsRefused) {
  TestEngine test;
  test.Open();
  EngineOptions options = test.options();
  const absl::StatusOr<std::unique_ptr<Engine>> second = Engine::Open(options);
  EXPECT_EQ(SqlStateOf(second.status()), "55006");
}

TEST(Engine, WrongOptionsAreNamedAllAtOnce) {
  EngineOptions options;
  options.delta_limit = 1;
  options.wal_segment_bytes = 5000;
  options.deadlock_timeout = absl::ZeroDuration();
  const absl::Status status = Engine::Open(options).status();
  const std::string text(status.message());
  EXPECT_EQ(SqlStateOf(status), "22023");
  for (const char* name : {"delta_limit", "wal_segment_bytes", "deadlock_timeout"}) {
    EXPECT_NE(text.find(name), std::string::npos) << text;
  }
}

TEST(Engine, EstimatesCountsThroughTheDelta) {
  TestEngine test;
  Engine& engine = test.Open();
  const auto estimate = [&engine](std::string_view low, std::string_view high) {
    const std::unique_ptr<Transaction> txn = engine.Begin({});
    ReadView view = *txn->View();
    return static_cast<double>(*view.EstimateCount(TestEngine::Key(low), TestEngine::Key(high)));
  };
  const auto write = [&engine](std::string_view prefix, int count, bool remove) {
    const std::unique_ptr<Transaction> txn = engine.Begin({});
    for (int i = 0; i < count; ++i) {
      const std::string key = TestEngine::Key(fmt::format("{}{:06}", prefix, i));
      EXPECT_TRUE((remove ? txn->Delete(key) : txn->Put(key, "v")).ok());
    }
    EXPECT_TRUE(txn->Commit(std::nullopt).ok());
  };
  write("a", 10'000, false);
  write("b", 300, false);
  EXPECT_NEAR(estimate("a", "b"), 10'000, 2500);
  EXPECT_NEAR(estimate("b", "c"), 300, 100);
  EXPECT_EQ(estimate("c", "d"), 0);
  EXPECT_NEAR(estimate("a002000", "a004000"), 2000, 700);
  ASSERT_TRUE(engine.Checkpoint().ok());
  // Values that are written again are no more of them.
  write("a", 10'000, false);
  write("b", 300, false);
  EXPECT_NEAR(estimate("a", "b"), 10'000, 1000);
  EXPECT_NEAR(estimate("b", "c"), 300, 30);
  write("b", 300, true);
  EXPECT_NEAR(estimate("b", "c"), 0, 90);
  EXPECT_NEAR(estimate("a", "b"), 10'000, 1000);
}

TEST(Engine, RetiredStorageIdLosesItsKeys) {
  TestEngine test;
  Engine& engine = test.Open();
  const uint32_t id = engine.AllocateStorageId().value();
  const auto key = [id](int n) {
    std::string bytes;
    AppendBig32(&bytes, id);
    AppendBig32(&bytes, static_cast<uint32_t>(n));
    return bytes;
  };
  {
    const std::unique_ptr<Transaction> txn = engine.Begin({});
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(txn->Put(key(i), "v").ok());
    ASSERT_TRUE(txn->Commit(std::nullopt).ok());
  }
  ASSERT_TRUE(engine.Checkpoint().ok());
  EXPECT_EQ(engine.StorageIdsInUse().value(), std::vector<uint32_t>{id});
  const std::unique_ptr<Transaction> old = engine.Begin({.isolation = Isolation::kRepeatableRead});
  absl::StatusOr<ReadView> view = old->View();
  ASSERT_TRUE(view.ok());
  {
    const std::unique_ptr<Transaction> txn = engine.Begin({});
    ASSERT_TRUE(txn->RetireStorageId(id).ok());
    ASSERT_TRUE(txn->Commit(std::nullopt).ok());
  }
  ASSERT_TRUE(engine.Checkpoint().ok());
  EXPECT_TRUE(engine.StorageIdsInUse()->empty());
  EXPECT_EQ(view->Get(key(7)).value(), "v");
  EXPECT_GT(engine.AllocateStorageId().value(), id);
}

TEST(Engine, ManyThreadsCommitTogether) {
  TestEngine test;
  Engine& engine = test.Open();
  constexpr int kThreads = 8;
  constexpr int kCommits = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        const std::unique_ptr<Transaction> txn = engine.Begin({});
        const std::string key = TestEngine::Key(fmt::format("{}-{}", t, i));
        EXPECT_TRUE(txn->Put(key, "v").ok());
        EXPECT_TRUE(txn->Commit(std::nullopt).ok());
        const std::unique_ptr<Transaction> reader = engine.Begin({});
        absl::StatusOr<ReadView> view = reader->View();
        EXPECT_EQ(view->Get(key).value(), "v");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(engine.Stats().commits, kThreads * kCommits);
  EXPECT_LE(engine.Stats().commit_groups, kThreads * kCommits);
  test.Crash();
  test.Open();
  EXPECT_EQ(test.Read("7-199"), "v");
}

TEST(Engine, VerifyReadsTheLogWhileCheckpointsTrimIt) {
  EngineOptions options;
  options.wal_segment_bytes = 16 << 10;
  TestEngine test(options);
  Engine& engine = test.Open();
  std::atomic<bool> stop = false;
  std::thread verifier([&] {
    while (!stop) {
      const absl::Status verified = engine.Verify();
      EXPECT_TRUE(verified.ok()) << verified;
      if (!verified.ok()) break;
    }
  });
  constexpr int kCheckpoints = 300;
  for (int i = 0; i < kCheckpoints; ++i) {
    test.Write({{"row", std::string(8 << 10, 'v')}});
    EXPECT_TRUE(engine.Checkpoint().ok());
  }
  stop = true;
  verifier.join();
}

TEST(Engine, AsyncCommitIsVisibleAtOnceAndDurableSoon) {
  TestEngine test;
  Engine& engine = test.Open();
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "1").ok());
  const absl::StatusOr<CommitReceipt> receipt = txn->Commit(Durability::kAsync);
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->reached, Durability::kAsync);
  EXPECT_EQ(test.Read("a"), "1");
  while (engine.log_synced() < receipt->end) std::this_thread::yield();
}

TEST(Engine, SequenceBlockStaysAfterRollback) {
  TestEngine test;
  Engine& engine = test.Open();
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  ASSERT_TRUE(txn->ReserveSequenceBlock(TestEngine::Key("s"), "32").ok());
  txn->Rollback();
  EXPECT_EQ(test.Read("s"), "32");
  const std::unique_ptr<Transaction> reader = engine.Begin({});
  ASSERT_TRUE(reader->ReserveSequenceBlock(TestEngine::Key("s"), "64").ok());
  ASSERT_TRUE(reader->Commit(std::nullopt).ok());
  EXPECT_EQ(engine.log_synced(), engine.log_written());
}

}  // namespace
}  // namespace heliosdb::txn
