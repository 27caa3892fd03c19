// Many threads, checkpoints all the time: totals stay right at every level, and every planted bug
// shows.

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/random.h"
#include "core/base/status.h"
#include "core/txn/test_engine.h"
#include "heliosdb/error.h"

namespace heliosdb::txn {
namespace {

constexpr int kAccounts = 20;
constexpr int kStartBalance = 100;

std::string Account(uint64_t number) {
  return TestEngine::Key(fmt::format("account{:02}", number));
}

int64_t ToNumber(std::string_view text) { return std::stoll(std::string(text)); }

// Moves money between two accounts. OK, or why not; 40001 and 40P01 are ordinary.
absl::Status Transfer(Engine& engine, Isolation isolation, Random& random) {
  const std::unique_ptr<Transaction> txn =
      engine.Begin({.isolation = isolation, .deadlock_timeout = absl::Milliseconds(1)});
  const uint64_t from = random.Below(kAccounts);
  const uint64_t to = (from + 1 + random.Below(kAccounts - 1)) % kAccounts;
  const absl::Status status = [&]() -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(ReadView view, txn->View());
    for (const auto& [account, amount] : {std::pair(from, -1), std::pair(to, 1)}) {
      const std::string key = Account(account);
      HELIOS_RETURN_IF_ERROR(
          txn->LockRow(key, RowLockMode::kNoKeyUpdate, LockWait::kBlock).status());
      std::string balance;
      if (isolation == Isolation::kReadCommitted) {
        // As an UPDATE does after it got the lock: the newest version counts.
        HELIOS_ASSIGN_OR_RETURN(ReadView fresh, txn->FreshView());
        HELIOS_ASSIGN_OR_RETURN(const auto value, fresh.Get(key));
        balance = *value;
      } else {
        HELIOS_RETURN_IF_ERROR(txn->RequireUnchanged(view, key));
        HELIOS_ASSIGN_OR_RETURN(const auto value, view.Get(key));
        balance = *value;
      }
      HELIOS_RETURN_IF_ERROR(txn->Put(key, fmt::format("{}", ToNumber(balance) + amount)));
    }
    return absl::OkStatus();
  }();
  if (!status.ok()) {
    txn->Rollback();
    return status;
  }
  return txn->Commit(std::nullopt).status();
}

absl::StatusOr<int64_t> Total(Engine& engine) {
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  HELIOS_ASSIGN_OR_RETURN(ReadView view, txn->View());
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Cursor> cursor,
                          view.Open(Account(0), TestEngine::Key("b"), ScanDirection::kForward));
  int64_t total = 0;
  KvPair pairs[8];
  for (;;) {
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(pairs));
    if (count == 0) return total;
    for (size_t i = 0; i < count; ++i) total += ToNumber(pairs[i].value);
  }
}

// How many times a reader saw a wrong total.
uint64_t RunBank(TestEngine& test, Isolation isolation, int rounds) {
  Engine& engine = test.Open();
  {
    const std::unique_ptr<Transaction> txn = engine.Begin({});
    for (int i = 0; i < kAccounts; ++i) {
      EXPECT_TRUE(txn->Put(Account(i), fmt::format("{}", kStartBalance)).ok());
    }
    EXPECT_TRUE(txn->Commit(std::nullopt).ok());
  }
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Random random(static_cast<uint64_t>(t));
      for (int i = 0; i < rounds; ++i) {
        const absl::Status status = Transfer(engine, isolation, random);
        const std::string code = SqlStateOf(status);
        EXPECT_TRUE(status.ok() || code == "40001" || code == "40P01") << status;
      }
    });
  }
  std::thread reader([&] {
    while (!stop.load()) {
      const absl::StatusOr<int64_t> total = Total(engine);
      EXPECT_TRUE(total.ok()) << total.status();
      if (*total != kAccounts * kStartBalance) wrong.fetch_add(1);
    }
  });
  std::thread checkpointer([&] {
    while (!stop.load()) EXPECT_TRUE(engine.Checkpoint().ok());
  });
  for (std::thread& thread : threads) thread.join();
  stop.store(true);
  reader.join();
  checkpointer.join();
  if (Total(engine).value() != kAccounts * kStartBalance) wrong.fetch_add(1);
  return wrong.load();
}

TEST(Stress, BankTotalsHoldAtReadCommitted) {
  TestEngine test;
  EXPECT_EQ(RunBank(test, Isolation::kReadCommitted, 150), 0);
  test.Crash();
  EXPECT_EQ(Total(test.Open()).value(), kAccounts * kStartBalance);
}
TEST(Stress, BankTotalsHoldAtRepeatableRead) {
  TestEngine test;
  EXPECT_EQ(RunBank(test, Isolation::kRepeatableRead, 150), 0);
}
TEST(Stress, BankTotalsHoldAtSerializable) {
  TestEngine test;
  EXPECT_EQ(RunBank(test, Isolation::kSerializable, 100), 0);
}

TEST(Stress, SkippedLockShows) {
  EngineOptions options;
  options.test_only_faults.skip_one_lock = true;
  uint64_t wrong = 0;
  for (int round = 0; round < 20 && wrong == 0; ++round) {
    TestEngine test(options);
    wrong = RunBank(test, Isolation::kReadCommitted, 300);
  }
  EXPECT_GT(wrong, 0);
}

TEST(Stress, LateVersionShows) {
  EngineOptions options;
  options.test_only_faults.read_one_version_late = true;
  uint64_t wrong = 0;
  for (int round = 0; round < 20 && wrong == 0; ++round) {
    TestEngine test(options);
    wrong = RunBank(test, Isolation::kReadCommitted, 300);
  }
  EXPECT_GT(wrong, 0);
}

// A commit that is shown before its log is synced is undone by a power loss.
TEST(Stress, PublicationBeforeTheSyncShows) {
  EngineOptions options;
  options.test_only_faults.publish_before_sync = true;
  TestEngine test(options);
  Engine& engine = test.Open();
  test.Write({{"a", "1"}});
  // To the crash: a sync in the background could be the first.
  test.files().FailNth(1, FileFault::kPowerOff, FileOperation::kSync);
  const std::unique_ptr<Transaction> txn = engine.Begin({});
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "2").ok());
  EXPECT_FALSE(txn->Commit(std::nullopt).ok());
  EXPECT_EQ(test.Read("a"), "2");
  test.Crash();
  test.Open();
  EXPECT_EQ(test.Read("a"), "1");
}

// Writers that outrun the checkpointer wait for it; they do not fail, and memory stays bounded.
TEST(Stress, WritersWaitForRoomInTheDelta) {
  EngineOptions options;
  options.delta_limit = 1 << 20;
  options.checkpoint_bytes = 1 << 20;
  TestEngine test(options);
  Engine& engine = test.Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      const std::string value(20000, 'v');
      for (int i = 0; i < 100; ++i) {
        const std::unique_ptr<Transaction> txn = engine.Begin({});
        EXPECT_TRUE(txn->Put(TestEngine::Key(fmt::format("{}-{}", t, i)), value).ok());
        EXPECT_TRUE(txn->Commit(std::nullopt).ok());
        EXPECT_LT(engine.Stats().delta_bytes, 4 << 20);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(engine.Stats().checkpoints, 2);
}

void ExpectWritersFail(SqlState state) {
  FailpointSet failpoints;
  EngineOptions options;
  options.delta_limit = 1 << 20;
  options.checkpoint_bytes = 1 << 20;
  options.failpoints = &failpoints;
  TestEngine test(options);
  Engine& engine = test.Open();
  failpoints.FailAt("checkpoint.before_commit",
                    SqlError(state, "could not write: the disk does not take it"), {});
  const std::string value(100000, 'v');
  std::string code;
  for (int i = 0; i < 100 && code.empty(); ++i) {
    const std::unique_ptr<Transaction> txn = engine.Begin({});
    ASSERT_TRUE(txn->Put(TestEngine::Key(fmt::format("{}", i)), value).ok());
    const absl::Status status = txn->Commit(std::nullopt).status();
    if (!status.ok()) code = SqlStateOf(status);
  }
  EXPECT_EQ(code, std::string(state.code()));
  // Room again: writers go on.
  failpoints.Clear("checkpoint.before_commit");
  ASSERT_TRUE(engine.Checkpoint().ok());
  test.Write({{"after", "1"}});
  EXPECT_EQ(test.Read("after"), "1");
}

TEST(Stress, WritersFailOnceTheCheckpointersDiskIsFull) { ExpectWritersFail(sqlstate::kDiskFull); }
TEST(Stress, WritersFailOnceTheCheckpointersDiskFails) { ExpectWritersFail(sqlstate::kIoError); }

TEST(Stress, OldSnapshotThatPinsTooMuchIsCancelled) {
  EngineOptions options;
  options.snapshot_pinned_bytes_max = 1 << 20;
  options.checkpoint_interval = absl::Milliseconds(1);
  TestEngine test(options);
  Engine& engine = test.Open();
  test.Write({{"a", "1"}});
  const std::unique_ptr<Transaction> old = engine.Begin({.isolation = Isolation::kRepeatableRead});
  absl::StatusOr<ReadView> view = old->View();
  ASSERT_TRUE(view.ok());
  const std::string value(100000, 'v');
  std::string code;
  for (int i = 0; i < 2000 && code.empty(); ++i) {
    test.Write({{"b", value}});
    const auto read = view->Get(TestEngine::Key("a"));
    if (!read.ok()) code = SqlStateOf(read.status());
  }
  EXPECT_EQ(code, "72000");
  EXPECT_EQ(engine.Stats().snapshots_cancelled, 1);
}

TEST(Stress, CallbackCommitsNeedNoWaitingThread) {
  TestEngine test;
  Engine& engine = test.Open();
  constexpr int kCommits = 500;
  std::atomic<int> done{0};
  for (int i = 0; i < kCommits; ++i) {
    std::unique_ptr<Transaction> txn = engine.Begin({});
    ASSERT_TRUE(txn->Put(TestEngine::Key(fmt::format("{:03}", i)), "v").ok());
    Transaction::CommitAsync(std::move(txn), std::nullopt,
                             [&](const absl::StatusOr<CommitReceipt>& receipt) {
                               EXPECT_TRUE(receipt.ok()) << receipt.status();
                               done.fetch_add(1);
                             });
  }
  while (done.load() < kCommits) std::this_thread::yield();
  EXPECT_LT(engine.Stats().commit_groups, kCommits);
  EXPECT_EQ(test.Read("499"), "v");
}

}  // namespace
}  // namespace heliosdb::txn
