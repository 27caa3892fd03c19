// A primary and a standby joined by hand, with the seams that replication uses.

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/clock.h"
#include "core/base/status.h"
#include "core/storage/mem_store.h"
#include "core/txn/cancel_token.h"
#include "core/txn/test_engine.h"
#include "heliosdb/error.h"

namespace heliosdb::txn {
namespace {

// Lets the test say what is committed.
class ManualGate : public CommitGate {
 public:
  void Attach(GateListener* listener) override { listener_ = listener; }
  void Detach(GateListener*) override { listener_ = nullptr; }
  void OnLocalLog(Lsn written, Lsn synced) override {
    MutexLock lock(&mu_);
    written_ = std::max(written_, written);
    synced_ = std::max(synced_, synced);
  }
  absl::Status CheckDurability(Durability durability) override {
    if (durability == Durability::kApplied) return FailedPrecondition("no standby applies");
    return absl::OkStatus();
  }
  void Advance(Lsn commit) {
    GateProgress progress;
    progress.commit = commit;
    progress.reached.fill(commit);
    listener_->OnGateProgress(progress);
  }
  Lsn synced() {
    MutexLock lock(&mu_);
    return synced_;
  }

 private:
  GateListener* listener_ = nullptr;
  Mutex mu_;
  Lsn written_ ABSL_GUARDED_BY(mu_){0};
  Lsn synced_ ABSL_GUARDED_BY(mu_){0};
};

class FollowTest : public testing::Test {
 protected:
  FollowTest() : primary_(Member(&gate_)), standby_(Member(nullptr)) {
    primary_.Open();
    EXPECT_TRUE(primary_.engine().BeginTerm(Term{1}).ok());
    gate_.Advance(primary_.engine().log_written());
    // The standby is a base backup of the primary.
    absl::StatusOr<std::unique_ptr<Backup>> backup = primary_.engine().BeginBackup();
    EXPECT_TRUE(backup.ok());
    absl::StatusOr<std::unique_ptr<BackupLoad>> load = Engine::LoadBackup(standby_.options());
    EXPECT_TRUE(load.ok()) << load.status();
    absl::Status status =
        (*backup)->Copy([&](std::string_view chunk) { return (*load)->Add(chunk); });
    EXPECT_TRUE(status.ok()) << status;
    status = (*load)->Finish();
    EXPECT_TRUE(status.ok()) << status;
    load->reset();
    standby_.Open();
    EXPECT_EQ(standby_.engine().history(), primary_.engine().history());
  }

  static EngineOptions Member(CommitGate* gate) {
    EngineOptions options;
    options.role = NodeRole::kMember;
    options.gate = gate;
    options.checkpoint_interval = absl::InfiniteDuration();
    options.checkpoint_on_close = false;
    return options;
  }

  // Copies what the primary has and the standby has not.
  void Ship(TestEngine& from, TestEngine& to) {
    const Lsn end = to.engine().Stats().log_written;
    absl::StatusOr<std::unique_ptr<wal::WalReader>> reader = from.engine().OpenLog(end);
    ASSERT_TRUE(reader.ok()) << reader.status();
    for (;;) {
      const auto frames = (*reader)->NextRaw(from.engine().log_written(), 1 << 16);
      ASSERT_TRUE(frames.ok()) << frames.status();
      if (!frames->has_value()) break;
      const absl::Status status = to.engine().AppendForeign((*frames)->lsn, (*frames)->bytes);
      ASSERT_TRUE(status.ok()) << status;
    }
    ASSERT_TRUE(to.engine().SyncLog().ok());
  }
  // Commits on the primary and returns once the commit is logged there, and only there.
  std::thread StartWrite(TestEngine& at, std::string key, std::string value,
                         absl::StatusOr<CommitReceipt>* result) {
    const Lsn before = at.engine().log_synced();
    std::thread thread([&at, key, value, result] {
      const std::unique_ptr<Transaction> txn = at.engine().Begin({});
      EXPECT_TRUE(txn->Put(TestEngine::Key(key), value).ok());
      *result = txn->Commit(std::nullopt);
    });
    while (at.engine().log_synced() == before) std::this_thread::yield();
    return thread;
  }

  ManualGate gate_;
  TestEngine primary_;
  TestEngine standby_;
};

TEST_F(FollowTest, NothingIsShownBeforeTheGateSaysSo) {
  absl::StatusOr<CommitReceipt> receipt;
  std::thread writer = StartWrite(primary_, "a", "1", &receipt);
  EXPECT_EQ(primary_.Read("a"), std::nullopt);
  Ship(primary_, standby_);
  EXPECT_EQ(standby_.Read("a"), std::nullopt);
  gate_.Advance(primary_.engine().log_synced());
  writer.join();
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->term, Term{1});
  EXPECT_EQ(primary_.Read("a"), "1");
  EXPECT_EQ(primary_.engine().Outcome(receipt->txn_id).value(), TxnOutcome::kCommitted);
  ASSERT_TRUE(standby_.engine().AdvanceCommit(receipt->end).ok());
  EXPECT_EQ(standby_.Read("a"), "1");
  EXPECT_EQ(standby_.engine().Outcome(receipt->txn_id).value(), TxnOutcome::kCommitted);
}

TEST_F(FollowTest, StandbyRefusesWrites) {
  const std::unique_ptr<Transaction> txn = standby_.engine().Begin({});
  EXPECT_EQ(SqlStateOf(txn->Put(TestEngine::Key("a"), "1")), "25006");
  txn->Rollback();
}

TEST_F(FollowTest, LessDurabilityIsAnsweredEarlierButNotShown) {
  const std::unique_ptr<Transaction> txn = primary_.engine().Begin({});
  ASSERT_TRUE(txn->Put(TestEngine::Key("a"), "1").ok());
  ASSERT_TRUE(txn->LockRow("a", RowLockMode::kUpdate, LockWait::kTry).ok());
  const absl::StatusOr<CommitReceipt> receipt = txn->Commit(Durability::kLocal);
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(primary_.Read("a"), std::nullopt);
  const std::unique_ptr<Transaction> other = primary_.engine().Begin({});
  // The row stays locked until the commit can be seen.
  EXPECT_EQ(other->LockRow("a", RowLockMode::kUpdate, LockWait::kTry).value(),
            LockResult::kNotAvailable);
  gate_.Advance(receipt->end);
  EXPECT_EQ(primary_.Read("a"), "1");
  EXPECT_EQ(other->LockRow("a", RowLockMode::kUpdate, LockWait::kTry).value(),
            LockResult::kGranted);
  const std::unique_ptr<Transaction> refused = primary_.engine().Begin({});
  ASSERT_TRUE(refused->Put(TestEngine::Key("b"), "1").ok());
  EXPECT_FALSE(refused->Commit(Durability::kApplied).ok());
}

TEST_F(FollowTest, CancelledWaitLeavesTheOutcomeOpen) {
  CancelToken cancel(Clock::Real());
  absl::StatusOr<CommitReceipt> result;
  const Lsn before = primary_.engine().log_synced();
  uint64_t id = 0;
  std::thread writer([&] {
    const std::unique_ptr<Transaction> txn = primary_.engine().Begin({.cancel = &cancel});
    EXPECT_TRUE(txn->Put(TestEngine::Key("a"), "1").ok());
    id = txn->id();
    result = txn->Commit(std::nullopt);
  });
  while (primary_.engine().log_synced() == before) std::this_thread::yield();
  cancel.Cancel();
  writer.join();
  EXPECT_EQ(SqlStateOf(result.status()), "40003");
  EXPECT_EQ(primary_.engine().Outcome(id).value(), TxnOutcome::kInProgress);
  gate_.Advance(primary_.engine().log_synced());
  EXPECT_EQ(primary_.engine().Outcome(id).value(), TxnOutcome::kCommitted);
  EXPECT_EQ(primary_.Read("a"), "1");
}

TEST_F(FollowTest, PromotedStandbyKeepsThePendingTail) {
  absl::StatusOr<CommitReceipt> receipt;
  std::thread writer = StartWrite(primary_, "a", "1", &receipt);
  Ship(primary_, standby_);
  const absl::StatusOr<Lsn> begun = standby_.engine().BeginTerm(Term{2});
  ASSERT_TRUE(begun.ok()) << begun.status();
  // Without a gate, a member that leads shows what is synced.
  EXPECT_EQ(standby_.Read("a"), "1");
  EXPECT_EQ(standby_.engine().TermHistory().back().term, Term{2});
  standby_.Write({{"b", "2"}});
  EXPECT_EQ(standby_.Read("b"), "2");
  EXPECT_FALSE(standby_.engine().BeginTerm(Term{3}).ok());
  gate_.Advance(primary_.engine().log_synced());
  writer.join();
}

TEST_F(FollowTest, DemotedPrimaryCutsItsLogAndFollows) {
  absl::StatusOr<CommitReceipt> kept;
  std::thread writer = StartWrite(primary_, "kept", "1", &kept);
  gate_.Advance(primary_.engine().log_synced());
  writer.join();
  Ship(primary_, standby_);
  absl::StatusOr<CommitReceipt> lost;
  writer = StartWrite(primary_, "lost", "1", &lost);
  ASSERT_TRUE(primary_.engine().StopLeading().ok());
  writer.join();
  EXPECT_EQ(SqlStateOf(lost.status()), "40003");
  const absl::StatusOr<Lsn> begun = standby_.engine().BeginTerm(Term{2});
  ASSERT_TRUE(begun.ok()) << begun.status();
  standby_.Write({{"new", "2"}});

  EXPECT_FALSE(primary_.engine().CutLog(kept->end + 8).ok());
  ASSERT_TRUE(primary_.engine().CutLog(kept->end).ok());
  Ship(standby_, primary_);
  ASSERT_TRUE(primary_.engine().AdvanceCommit(standby_.engine().log_synced()).ok());
  EXPECT_EQ(primary_.Read("kept"), "1");
  EXPECT_EQ(primary_.Read("lost"), std::nullopt);
  EXPECT_EQ(primary_.Read("new"), "2");
  ASSERT_EQ(primary_.engine().TermHistory().size(), 2);
  EXPECT_EQ(primary_.engine().TermHistory()[1].first_lsn,
            standby_.engine().TermHistory()[1].first_lsn);
  ASSERT_TRUE(primary_.engine().Checkpoint().ok());
  EXPECT_EQ(primary_.Read("new"), "2");
  EXPECT_TRUE(primary_.engine().Verify().ok());
}

TEST_F(FollowTest, MemberShowsAfterARestartOnlyWhatItKnowsToBeCommitted) {
  absl::StatusOr<CommitReceipt> first;
  std::thread writer = StartWrite(primary_, "first", "1", &first);
  gate_.Advance(primary_.engine().log_synced());
  writer.join();
  absl::StatusOr<CommitReceipt> second;
  writer = StartWrite(primary_, "second", "1", &second);
  primary_.Crash();
  writer.join();
  primary_.Open();
  // The second record carries that the first one is committed.
  EXPECT_EQ(primary_.Read("first"), "1");
  EXPECT_EQ(primary_.Read("second"), std::nullopt);
  ASSERT_TRUE(primary_.engine().BeginTerm(Term{2}).ok());
  EXPECT_EQ(primary_.Read("second"), std::nullopt);
  gate_.Advance(primary_.engine().log_synced());
  EXPECT_EQ(primary_.Read("second"), "1");
}

// The delta of a primary that could not go back to what is committed must not reach the store.
TEST_F(FollowTest, PrimaryThatCannotReadItsLogWritesNoCheckpointOnceItFollows) {
  absl::StatusOr<CommitReceipt> lost;
  std::thread writer = StartWrite(primary_, "lost", "1", &lost);
  primary_.files().FailNth(1, FileFault::kIoError, FileOperation::kRead);
  EXPECT_EQ(SqlStateOf(primary_.engine().StopLeading()), "58030");
  writer.join();
  EXPECT_FALSE(primary_.engine().Checkpoint().ok());
  EXPECT_FALSE(primary_.engine().AdvanceCommit(primary_.engine().log_written()).ok());
  primary_.Crash();
  primary_.Open();
  EXPECT_EQ(primary_.Read("lost"), std::nullopt);
  EXPECT_TRUE(primary_.engine().Verify().ok());
}

// A checkpoint that meets the end of a term must not take along what is not committed.
TEST_F(FollowTest, CheckpointsBesideTheEndOfATermHoldOnlyWhatIsCommitted) {
  for (uint64_t term = 2; term < 60; ++term) {
    const Lsn kept = primary_.engine().visible_lsn();
    absl::StatusOr<CommitReceipt> lost;
    std::thread writer = StartWrite(primary_, "lost", "1", &lost);
    std::vector<std::thread> checkpoints;
    for (int i = 0; i < 3; ++i) {
      // Given up, or done: either is right.
      checkpoints.emplace_back([this] { primary_.engine().Checkpoint().IgnoreError(); });
    }
    ASSERT_TRUE(primary_.engine().StopLeading().ok());
    writer.join();
    for (std::thread& checkpoint : checkpoints) checkpoint.join();
    ASSERT_EQ(primary_.Read("lost"), std::nullopt) << term;
    ASSERT_TRUE(primary_.engine().CutLog(kept).ok());
    ASSERT_TRUE(primary_.engine().BeginTerm(Term{term}).ok());
    gate_.Advance(primary_.engine().log_synced());
    std::thread next = StartWrite(primary_, "kept", "1", &lost);
    gate_.Advance(primary_.engine().log_synced());
    next.join();
    ASSERT_TRUE(lost.ok()) << lost.status();
  }
}

// What an earlier primary left has no locks; a writer must not build on what it replaces.
TEST_F(FollowTest, WriterWaitsForWhatTheNewTermFound) {
  absl::StatusOr<CommitReceipt> first;
  std::thread writer = StartWrite(primary_, "a", "1", &first);
  ASSERT_TRUE(primary_.engine().StopLeading().ok());
  writer.join();
  ASSERT_TRUE(primary_.engine().BeginTerm(Term{2}).ok());
  const std::unique_ptr<Transaction> reader = primary_.engine().Begin({});
  EXPECT_TRUE(reader->View().ok()) << "readers go on";
  CancelToken cancel(Clock::Real());
  cancel.Cancel();
  TransactionOptions options;
  options.cancel = &cancel;
  const std::unique_ptr<Transaction> impatient = primary_.engine().Begin(options);
  EXPECT_EQ(
      SqlStateOf(impatient->LockRow(TestEngine::Key("a"), RowLockMode::kUpdate, LockWait::kBlock)
                     .status()),
      "57014");
  EXPECT_EQ(SqlStateOf(impatient->Put(TestEngine::Key("a"), "2")), "57014");
  gate_.Advance(primary_.engine().log_synced());
  const std::unique_ptr<Transaction> patient = primary_.engine().Begin({});
  EXPECT_EQ(*patient->LockRow(TestEngine::Key("a"), RowLockMode::kUpdate, LockWait::kBlock),
            LockResult::kGranted);
  EXPECT_EQ(primary_.Read(*patient, "a"), "1");
}

TEST_F(FollowTest, StandbyCheckpointsAndContinuesAfterARestart) {
  for (int i = 0; i < 50; ++i) {
    absl::StatusOr<CommitReceipt> receipt;
    std::thread writer = StartWrite(primary_, fmt::format("k{:02}", i), "v", &receipt);
    gate_.Advance(primary_.engine().log_synced());
    writer.join();
  }
  Ship(primary_, standby_);
  ASSERT_TRUE(standby_.engine().AdvanceCommit(primary_.engine().log_synced()).ok());
  ASSERT_TRUE(standby_.engine().Checkpoint().ok());
  EXPECT_EQ(standby_.engine().Stats().checkpoint_lsn, primary_.engine().log_synced());
  standby_.Crash();
  standby_.Open();
  EXPECT_EQ(standby_.Read("k49"), "v");
  absl::StatusOr<CommitReceipt> receipt;
  std::thread writer = StartWrite(primary_, "after", "v", &receipt);
  gate_.Advance(primary_.engine().log_synced());
  writer.join();
  Ship(primary_, standby_);
  ASSERT_TRUE(standby_.engine().AdvanceCommit(receipt->end).ok());
  EXPECT_EQ(standby_.Read("after"), "v");
}

TEST_F(FollowTest, FenceRefusesWritesWithItsStatus) {
  primary_.engine().SetWriteFence(SqlError(sqlstate::kCannotConnectNow, "switchover"));
  const std::unique_ptr<Transaction> txn = primary_.engine().Begin({});
  EXPECT_EQ(txn->Put(TestEngine::Key("a"), "1").message(), "switchover");
  txn->Rollback();
  primary_.engine().SetWriteFence(absl::OkStatus());
  const std::unique_ptr<Transaction> again = primary_.engine().Begin({});
  EXPECT_TRUE(again->Put(TestEngine::Key("a"), "1").ok());
  again->Rollback();
}

TEST(RetentionSlots, KeepTheLogAndOutliveARestart) {
  EngineOptions options;
  options.wal_segment_bytes = 8192;
  TestEngine test(options);
  test.Open();
  const Lsn start = test.engine().visible_lsn();
  ASSERT_TRUE(test.engine().CreateSlot("s1", start).ok());
  EXPECT_EQ(SqlStateOf(test.engine().CreateSlot("s1", start)), "42710");
  EXPECT_EQ(SqlStateOf(test.engine().CreateSlot("No", start)), "42602");
  for (int i = 0; i < 50; ++i) test.Write({{"k", std::string(1000, 'v')}});
  ASSERT_TRUE(test.engine().Checkpoint().ok());
  EXPECT_EQ(test.engine().log_first(), start);
  test.Reopen();
  ASSERT_EQ(test.engine().Slots().size(), 1);
  EXPECT_EQ(test.engine().Slots()[0].restart_lsn, start);
  EXPECT_EQ(test.engine().log_first(), start);
  ASSERT_TRUE(test.engine().AdvanceSlot("s1", test.engine().visible_lsn()).ok());
  test.Write({{"k", "v"}});
  ASSERT_TRUE(test.engine().Checkpoint().ok());
  EXPECT_GT(test.engine().log_first(), start);
  EXPECT_EQ(SqlStateOf(test.engine().CreateSlot("s2", start)), "55000");
  ASSERT_TRUE(test.engine().DropSlot("s1").ok());
  EXPECT_EQ(SqlStateOf(test.engine().DropSlot("s1")), "42704");
}

TEST(RetentionSlots, TooFarBehindIsInvalidated) {
  EngineOptions options;
  options.wal_segment_bytes = 8192;
  options.max_slot_wal_keep_size = 20000;
  TestEngine test(options);
  test.Open();
  const Lsn start = test.engine().visible_lsn();
  ASSERT_TRUE(test.engine().CreateSlot("slow", start).ok());
  for (int i = 0; i < 50; ++i) test.Write({{"k", std::string(1000, 'v')}});
  ASSERT_TRUE(test.engine().Checkpoint().ok());
  EXPECT_TRUE(test.engine().Slots()[0].invalidated);
  EXPECT_GT(test.engine().log_first(), start);
  EXPECT_EQ(SqlStateOf(test.engine().AdvanceSlot("slow", test.engine().visible_lsn())), "55000");
}

}  // namespace
}  // namespace heliosdb::txn
