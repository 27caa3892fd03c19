#include "core/txn/lock_table.h"

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "heliosdb/error.h"

namespace heliosdb::txn {
namespace {

constexpr LockKey kRow{LockSpace::kRow, 42};
constexpr LockKey kOtherRow{LockSpace::kRow, 43};
constexpr LockKey kTable{LockSpace::kTable, 16384};
constexpr LockKey kOtherTable{LockSpace::kTable, 16385};

uint8_t Mode(RowLockMode mode) { return static_cast<uint8_t>(mode); }
uint8_t Mode(TableLockMode mode) { return static_cast<uint8_t>(mode); }

constexpr absl::Duration kNever = absl::Hours(1);

class LockTableTest : public testing::Test {
 protected:
  // A session with its own thread for lock requests that wait.
  struct Session {
    Session(LockTable* locks, uint32_t id) : table(locks), owner(id), cancel(Clock::Real()) {}
    ~Session() {
      if (waiting.valid()) waiting.wait();
      table->ReleaseTo(owner, 0);
    }
    LockTable* const table;
    LockOwner owner;
    CancelToken cancel;
    std::future<absl::StatusOr<LockResult>> waiting;
  };

  LockResult Try(Session& session, LockKey key, uint8_t mode) {
    return locks_.Acquire(session.owner, key, mode, {.wait = LockWait::kTry}).value();
  }
  // Starts a request that must wait, and returns once it does.
  void StartWaiting(Session& session, LockKey key, uint8_t mode,
                    absl::Duration deadlock_timeout = kNever,
                    absl::Duration lock_timeout = absl::ZeroDuration()) {
    StartWaiting(session, [&session, key, mode, deadlock_timeout, lock_timeout, this] {
      return locks_.Acquire(session.owner, key, mode,
                            {LockWait::kBlock, lock_timeout, deadlock_timeout, &session.cancel});
    });
  }
  void StartWaiting(Session& session, std::function<absl::StatusOr<LockResult>()> request) {
    session.waiting = std::async(std::launch::async, std::move(request));
    while (locks_.BlockingSessions(session.owner.session_id()).empty() &&
           session.waiting.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      std::this_thread::yield();
    }
  }
  LockResult TryRow(Session& session, std::string_view key, RowLockMode mode) {
    return locks_.AcquireRow(session.owner, key, mode, {.wait = LockWait::kTry}).value();
  }
  // A request for a row lock that waits for its own end.
  std::function<absl::StatusOr<LockResult>()> RowRequest(Session& session, std::string_view key,
                                                         absl::Duration deadlock_timeout = kNever) {
    return [&session, key, deadlock_timeout, this] {
      return locks_.AcquireRow(session.owner, key, RowLockMode::kUpdate,
                               {LockWait::kBlock, {}, deadlock_timeout, &session.cancel});
    };
  }
  bool Waits(Session& session) {
    return !locks_.BlockingSessions(session.owner.session_id()).empty();
  }

  LockTable locks_{Clock::Real(), 0};
};

TEST_F(LockTableTest, RowModesExcludeEachOtherAsInPostgres) {
  // Rows: held; columns: requested. X excludes.
  const char* const kExpected[4] = {"...X", "..XX", ".XXX", "XXXX"};
  for (uint8_t held = 0; held < 4; ++held) {
    for (uint8_t wanted = 0; wanted < 4; ++wanted) {
      Session a(&locks_, 1);
      Session b(&locks_, 2);
      ASSERT_EQ(Try(a, kRow, held), LockResult::kGranted);
      const bool excluded = Try(b, kRow, wanted) == LockResult::kNotAvailable;
      EXPECT_EQ(excluded, kExpected[held][wanted] == 'X') << int{held} << " " << int{wanted};
    }
  }
}

TEST_F(LockTableTest, TableModesExcludeEachOtherAsInPostgres) {
  const char* const kExpected[8] = {".......X", "......XX", "....XXXX", "...XXXXX",
                                    "..XX.XXX", "..XXXXXX", ".XXXXXXX", "XXXXXXXX"};
  for (uint8_t held = 0; held < 8; ++held) {
    for (uint8_t wanted = 0; wanted < 8; ++wanted) {
      Session a(&locks_, 1);
      Session b(&locks_, 2);
      ASSERT_EQ(Try(a, kTable, held), LockResult::kGranted);
      const bool excluded = Try(b, kTable, wanted) == LockResult::kNotAvailable;
      EXPECT_EQ(excluded, kExpected[held][wanted] == 'X') << int{held} << " " << int{wanted};
    }
  }
}

TEST_F(LockTableTest, WaitersAreGrantedInOrder) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  Session c(&locks_, 3);
  ASSERT_EQ(Try(a, kRow, Mode(RowLockMode::kUpdate)), LockResult::kGranted);
  StartWaiting(b, kRow, Mode(RowLockMode::kUpdate));
  StartWaiting(c, kRow, Mode(RowLockMode::kUpdate));
  EXPECT_EQ(locks_.BlockingSessions(3), (std::vector<uint32_t>{1, 2}));
  locks_.ReleaseTo(a.owner, 0);
  EXPECT_EQ(b.waiting.get().value(), LockResult::kGrantedAfterWait);
  EXPECT_TRUE(Waits(c));
  locks_.ReleaseTo(b.owner, 0);
  EXPECT_EQ(c.waiting.get().value(), LockResult::kGrantedAfterWait);
}

TEST_F(LockTableTest, TableRequestStandsBehindAConflictingWaiter) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  Session c(&locks_, 3);
  ASSERT_EQ(Try(a, kTable, Mode(TableLockMode::kAccessShare)), LockResult::kGranted);
  StartWaiting(b, kTable, Mode(TableLockMode::kAccessExclusive));
  EXPECT_EQ(Try(c, kTable, Mode(TableLockMode::kAccessShare)), LockResult::kNotAvailable);
  locks_.ReleaseTo(a.owner, 0);
  EXPECT_TRUE(b.waiting.get().ok());
}

TEST_F(LockTableTest, RowRequestCompatibleWithTheHolderPassesWaiters) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  Session c(&locks_, 3);
  ASSERT_EQ(Try(a, kRow, Mode(RowLockMode::kShare)), LockResult::kGranted);
  StartWaiting(b, kRow, Mode(RowLockMode::kUpdate));
  EXPECT_EQ(Try(c, kRow, Mode(RowLockMode::kShare)), LockResult::kGranted);
  locks_.ReleaseTo(a.owner, 0);
  EXPECT_TRUE(Waits(b));
  locks_.ReleaseTo(c.owner, 0);
  EXPECT_TRUE(b.waiting.get().ok());
}

TEST_F(LockTableTest, HolderUpgradesPastAWaiter) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  ASSERT_EQ(Try(a, kRow, Mode(RowLockMode::kShare)), LockResult::kGranted);
  StartWaiting(b, kRow, Mode(RowLockMode::kUpdate));
  EXPECT_EQ(Try(a, kRow, Mode(RowLockMode::kUpdate)), LockResult::kGranted);
  locks_.ReleaseTo(a.owner, 1);
  EXPECT_TRUE(Waits(b));
  locks_.ReleaseTo(a.owner, 0);
  EXPECT_TRUE(b.waiting.get().ok());
}

TEST_F(LockTableTest, DeadlockIsFoundByWhoLooksFirst) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  ASSERT_EQ(Try(a, kRow, Mode(RowLockMode::kUpdate)), LockResult::kGranted);
  ASSERT_EQ(Try(b, kOtherRow, Mode(RowLockMode::kUpdate)), LockResult::kGranted);
  StartWaiting(a, kOtherRow, Mode(RowLockMode::kUpdate));
  const absl::StatusOr<LockResult> result =
      locks_.Acquire(b.owner, kRow, Mode(RowLockMode::kUpdate),
                     {LockWait::kBlock, absl::ZeroDuration(), absl::Milliseconds(1), nullptr});
  EXPECT_EQ(SqlStateOf(result.status()), "40P01");
  EXPECT_EQ(result.status().message(), "deadlock detected");
  const std::string detail = ErrorDetailOf(result.status());
  EXPECT_NE(detail.find("Process 2 waits for"), std::string::npos) << detail;
  EXPECT_NE(detail.find("blocked by process 1"), std::string::npos) << detail;
  locks_.ReleaseTo(b.owner, 0);
  EXPECT_TRUE(a.waiting.get().ok());
  EXPECT_EQ(locks_.deadlocks(), 1);
}

// PostgreSQL's isolation test deadlock-soft: the queue's order alone makes the cycle.
TEST_F(LockTableTest, SoftDeadlockIsResolvedByReordering) {
  Session d1(&locks_, 1);
  Session d2(&locks_, 2);
  Session e1(&locks_, 3);
  Session e2(&locks_, 4);
  ASSERT_EQ(Try(d1, kTable, Mode(TableLockMode::kAccessShare)), LockResult::kGranted);
  ASSERT_EQ(Try(d2, kOtherTable, Mode(TableLockMode::kAccessShare)), LockResult::kGranted);
  StartWaiting(e1, kTable, Mode(TableLockMode::kAccessExclusive));
  StartWaiting(e2, kOtherTable, Mode(TableLockMode::kAccessExclusive));
  StartWaiting(d1, kOtherTable, Mode(TableLockMode::kAccessShare));
  d2.waiting = std::async(std::launch::async, [&] {
    return locks_.Acquire(d2.owner, kTable, Mode(TableLockMode::kAccessShare),
                          {LockWait::kBlock, absl::ZeroDuration(), absl::Milliseconds(1), nullptr});
  });
  // d1 passes the waiter before it, and nobody fails.
  EXPECT_TRUE(d1.waiting.get().ok());
  EXPECT_EQ(locks_.deadlocks(), 0);
  locks_.ReleaseTo(d1.owner, 0);
  EXPECT_TRUE(e1.waiting.get().ok());
  locks_.ReleaseTo(e1.owner, 0);
  EXPECT_TRUE(d2.waiting.get().ok());
  locks_.ReleaseTo(d2.owner, 0);
  EXPECT_TRUE(e2.waiting.get().ok());
}

TEST_F(LockTableTest, LockTimeoutEndsTheWait) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  ASSERT_EQ(Try(a, kRow, Mode(RowLockMode::kUpdate)), LockResult::kGranted);
  StartWaiting(b, kRow, Mode(RowLockMode::kUpdate), kNever, absl::Milliseconds(2));
  const absl::StatusOr<LockResult> result = b.waiting.get();
  EXPECT_EQ(SqlStateOf(result.status()), "55P03");
  EXPECT_EQ(result.status().message(), "canceling statement due to lock timeout");
}

TEST_F(LockTableTest, CancelAndStatementTimeoutEndTheWait) {
  Session a(&locks_, 1);
  ASSERT_EQ(Try(a, kRow, Mode(RowLockMode::kUpdate)), LockResult::kGranted);
  {
    Session b(&locks_, 2);
    StartWaiting(b, kRow, Mode(RowLockMode::kUpdate));
    b.cancel.Cancel();
    EXPECT_EQ(SqlStateOf(b.waiting.get().status()), "57014");
  }
  Session c(&locks_, 3);
  c.cancel.StartStatement(absl::Milliseconds(2));
  StartWaiting(c, kRow, Mode(RowLockMode::kUpdate));
  const absl::StatusOr<LockResult> result = c.waiting.get();
  EXPECT_EQ(result.status().message(), "canceling statement due to statement timeout");
}

TEST_F(LockTableTest, ThreadsExcludeEachOther) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 300;
  int inside = 0;  // Guarded by the row lock alone: ThreadSanitizer watches.
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      LockOwner owner(static_cast<uint32_t>(t + 1));
      for (int i = 0; i < kRounds; ++i) {
        EXPECT_TRUE(locks_
                        .Acquire(owner, kRow, Mode(RowLockMode::kUpdate),
                                 {LockWait::kBlock, absl::ZeroDuration(), kNever, nullptr})
                        .ok());
        ++inside;
        locks_.ReleaseTo(owner, 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(inside, kThreads * kRounds);
  EXPECT_TRUE(locks_.List().empty());
}

using Keys = std::vector<std::string>;

TEST_F(LockTableTest, AClaimHoldsItsKeysAndNoOthers) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  ASSERT_TRUE(locks_.TryClaim(a.owner, Keys{"b", "d", "f"}));
  for (const char* key : {"b", "d", "f"}) {
    EXPECT_EQ(TryRow(b, key, RowLockMode::kKeyShare), LockResult::kNotAvailable) << key;
  }
  for (const char* key : {"a", "c", "e", "g"}) {
    EXPECT_EQ(TryRow(b, key, RowLockMode::kUpdate), LockResult::kGranted) << key;
  }
  EXPECT_EQ(TryRow(a, "d", RowLockMode::kUpdate), LockResult::kGranted);
  locks_.ReleaseTo(a.owner, 0);
  EXPECT_EQ(TryRow(b, "d", RowLockMode::kUpdate), LockResult::kGranted);
}

TEST_F(LockTableTest, AClaimIsRefusedWhereARowIsHeldOrClaimed) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  Session c(&locks_, 3);
  ASSERT_EQ(TryRow(b, "d", RowLockMode::kKeyShare), LockResult::kGranted);
  EXPECT_FALSE(locks_.TryClaim(a.owner, Keys{"b", "d"}));
  EXPECT_EQ(a.owner.mark(), 0u);
  EXPECT_EQ(TryRow(c, "b", RowLockMode::kUpdate), LockResult::kGranted);
  // Between the rows that are held, and so close that the ranges meet.
  EXPECT_TRUE(locks_.TryClaim(a.owner, Keys{"c", "e"}));
  EXPECT_FALSE(locks_.TryClaim(c.owner, Keys{"e", "f"}));
  EXPECT_FALSE(locks_.TryClaim(c.owner, Keys{"c1", "c2"}));
  EXPECT_TRUE(locks_.TryClaim(c.owner, Keys{"f", "g"}));
}

TEST_F(LockTableTest, ARowOfAClaimIsWaitedFor) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  ASSERT_TRUE(locks_.TryClaim(a.owner, Keys{"b", "d"}));
  StartWaiting(b, RowRequest(b, "d"));
  EXPECT_EQ(locks_.BlockingSessions(2), (std::vector<uint32_t>{1}));
  locks_.ReleaseTo(a.owner, 0);
  EXPECT_EQ(b.waiting.get().value(), LockResult::kGrantedAfterWait);
  EXPECT_EQ(TryRow(a, "d", RowLockMode::kKeyShare), LockResult::kNotAvailable);
  EXPECT_EQ(b.owner.mark(), 1u);
}

TEST_F(LockTableTest, ClaimsTakePartInDeadlocks) {
  Session a(&locks_, 1);
  Session b(&locks_, 2);
  ASSERT_TRUE(locks_.TryClaim(a.owner, Keys{"b", "d"}));
  ASSERT_TRUE(locks_.TryClaim(b.owner, Keys{"v", "x"}));
  StartWaiting(a, RowRequest(a, "x"));
  const absl::Status status = RowRequest(b, "b", absl::ZeroDuration())().status();
  EXPECT_EQ(SqlStateOf(status), "40P01");
  locks_.ReleaseTo(b.owner, 0);
  EXPECT_TRUE(a.waiting.get().ok());
}

// Each number is taken by whoever comes first, alone; the other may only see it gone.
TEST_F(LockTableTest, ClaimsAndRowLocksNeverHoldTheSameKey) {
  constexpr int kRounds = 2000;
  std::atomic<int> holders{0};
  std::atomic<bool> shared{false};
  const auto work = [&](uint32_t id, bool claims) {
    Session session(&locks_, id);
    for (int i = 0; i < kRounds; ++i) {
      const bool held =
          claims ? locks_.TryClaim(session.owner, Keys{"a", "b", "c"})
                 : TryRow(session, "b", RowLockMode::kUpdate) != LockResult::kNotAvailable;
      if (held && holders.fetch_add(1) != 0) shared = true;
      if (held) holders.fetch_sub(1);
      locks_.ReleaseTo(session.owner, 0);
    }
  };
  std::thread claimer(work, 1, true);
  std::thread other_claimer(work, 2, true);
  std::thread locker(work, 3, false);
  claimer.join();
  other_claimer.join();
  locker.join();
  EXPECT_FALSE(shared);
}

}  // namespace
}  // namespace heliosdb::txn
