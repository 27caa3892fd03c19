// What a node does when it begins to lead: with what it had received before, and with a new database.
#include <atomic>
#include <string>
#include <thread>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "replication/test_cluster.h"

namespace heliosdb::replication {
namespace {

using testing::HasSubstr;

// Adds one to the value of a key, as an UPDATE does: locks the row, then reads the newest state.
absl::Status AddOne(TestNode& node, std::string_view name) {
  return node.node().WithDatabase([&](MemberDatabase& database) -> absl::Status {
    const std::string key = txn::TestEngine::Key(name);
    const std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
    HELIOS_RETURN_IF_ERROR(
        txn->LockRow(key, txn::RowLockMode::kUpdate, txn::LockWait::kBlock).status());
    int value = 0;
    {
      HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, txn->View());
      HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> found, view.Get(key));
      if (found.has_value()) value = std::stoi(std::string(*found));
    }
    HELIOS_RETURN_IF_ERROR(txn->Put(key, fmt::format("{}", value + 1)));
    return txn->Commit(std::nullopt).status();
  });
}

// a has "count" = 2 in its log, and only a; everybody has 1.
void LeaveUnconfirmed(TestCluster& cluster) {
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(AddOne(cluster.a, "count").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.b.Stop();
  cluster.a.WriteAsync("count", "2", [](const absl::StatusOr<txn::CommitReceipt>&) {});
  ASSERT_TRUE(Eventually([&] {
    return cluster.a.node().Status().flushed_lsn == cluster.a.node().Status().written_lsn &&
           cluster.a.node().Status().flushed_lsn > cluster.a.node().Status().commit_lsn;
  }));
  cluster.a.Crash();
  cluster.StartPrimary();
  EXPECT_EQ(cluster.a.Show(), "count=1 ");
}

TEST(NodeLead, WriterWaitsForWhatAnEarlierTermLeft) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  LeaveUnconfirmed(cluster);
  absl::Status added = absl::UnknownError("still waiting");
  std::thread writer([&] { added = AddOne(cluster.a, "count"); });
  cluster.StartStandby(cluster.b, cluster.a);
  writer.join();
  EXPECT_TRUE(added.ok()) << added;
  EXPECT_EQ(cluster.a.Show(), "count=3 ");
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(NodeLead, WriterThatHasWaitedTooLongIsToldWhy) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  LeaveUnconfirmed(cluster);
  cluster.a.Stop();
  cluster.a.engine_options().commit_ack_timeout = absl::Milliseconds(5);
  cluster.StartPrimary();
  const absl::Status refused = AddOne(cluster.a, "count");
  EXPECT_TRUE(HasSqlState(refused, sqlstate::kObjectNotInPrerequisiteState)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("other nodes have not confirmed"));
  EXPECT_EQ(cluster.a.Show(), "count=1 ");
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(Eventually([&] { return cluster.a.Show() == "count=2 "; }));
  // A slow machine may take longer than the timeout for this one too.
  ASSERT_TRUE(Eventually([&] { return AddOne(cluster.a, "count").ok(); }));
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(NodeLead, WriterThatWaitsEndsWhenTheNodeStepsDown) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  LeaveUnconfirmed(cluster);
  absl::Status added;
  std::atomic<bool> ended = false;
  std::thread writer([&] {
    added = AddOne(cluster.a, "count");
    ended = true;
  });
  ASSERT_TRUE(cluster.a.node().Follow("nowhere:1").ok());
  writer.join();
  EXPECT_TRUE(HasSqlState(added, sqlstate::kReadOnlySqlTransaction)) << added;
}

TEST(NodeLead, NewDatabaseThatWasCutShortIsMadeAgain) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  int calls = 0;
  cluster.a.SetInitialize([&]() -> absl::Status {
    if (++calls > 1) return absl::OkStatus();
    cluster.a.files().FailNth(1, FileFault::kPowerOff, std::nullopt);
    return Unavailable("the power went before it was made");
  });
  EXPECT_FALSE(cluster.TryStartPrimary(cluster.a).ok());
  cluster.a.Crash();
  cluster.StartPrimary();
  EXPECT_EQ(calls, 2) << "the log holds the first term's record, and no database";
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.a.Stop();
  cluster.StartPrimary();
  EXPECT_EQ(calls, 2) << "it is not new any more";
}

TEST(NodeLead, StandbyWithoutADatabaseCannotLead) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartStandby(cluster.b, cluster.a);
  const absl::Status refused = cluster.b.node().Promote({});
  EXPECT_TRUE(HasSqlState(refused, sqlstate::kObjectNotInPrerequisiteState)) << refused;
  cluster.StartPrimary();
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  const absl::Status again = cluster.a.node().Promote({});
  EXPECT_TRUE(HasSqlState(again, sqlstate::kObjectNotInPrerequisiteState)) << again;
}

// A checkpoint waits until the standby confirms what it holds; the standby must be able to come.
TEST(NodeLead, StandbyComesBackWhileACheckpointWaitsForIt) {
  for (const bool is_new : {false, true}) {
    FailpointSet failpoints;
    std::atomic<bool> committed = false;
    TestCluster cluster(SyncMode::kSync, {"a", "b"});
    cluster.a.engine_options().failpoints = &failpoints;
    cluster.StartPrimary();
    if (!is_new) {
      cluster.StartStandby(cluster.b, cluster.a);
      ASSERT_TRUE(cluster.a.Write("one", "1").ok());
      cluster.b.Stop();
    }
    cluster.a.WriteAsync("two", "2", [&](const absl::StatusOr<txn::CommitReceipt>& receipt) {
      committed = receipt.ok();
    });
    ASSERT_TRUE(Eventually([&] {
      return cluster.a.node().Status().flushed_lsn > cluster.a.node().Status().commit_lsn;
    }));
    const uint64_t before = failpoints.Hits("checkpoint.after_freeze");
    absl::Status checkpoint;
    std::thread waiting([&] {
      checkpoint = cluster.a.node().WithDatabase(
          [](MemberDatabase& database) { return database.engine().Checkpoint(); });
    });
    ASSERT_TRUE(Eventually([&] { return failpoints.Hits("checkpoint.after_freeze") > before; }));
    cluster.StartStandby(cluster.b, cluster.a);
    EXPECT_TRUE(Eventually([&] { return committed.load(); })) << cluster.a.Events();
    waiting.join();
    EXPECT_TRUE(checkpoint.ok()) << checkpoint;
    cluster.ExpectSame(cluster.a, cluster.b);
  }
}

// The copy's database takes commits, though the one that it replaced closed after it was opened.
TEST(NodeLead, NodeThatTookACopyLeadsLater) {
  std::atomic<bool> committed = false;
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("both", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.network.Isolate(cluster.a.address());
  ASSERT_TRUE(cluster.a.Write("lost", "1").ok());
  ASSERT_TRUE(cluster.b.node().Promote({}).ok());
  ASSERT_TRUE(cluster.b.Write("kept", "1").ok());
  cluster.network.Rejoin(cluster.a.address());
  ASSERT_TRUE(cluster.a.node().Follow(cluster.b.address()).ok());
  cluster.ExpectSame(cluster.b, cluster.a);
  EXPECT_TRUE(cluster.a.Saw(Event::Kind::kBaseBackup, "has a copy of node b"));
  ASSERT_TRUE(cluster.a.node().Promote({}).ok());
  cluster.a.WriteAsync("more", "1", [&](const absl::StatusOr<txn::CommitReceipt>& receipt) {
    committed = receipt.ok();
  });
  EXPECT_TRUE(Eventually([&] { return committed.load(); }));
  EXPECT_EQ(cluster.a.Show(), "both=1 kept=1 more=1 ");
}

// An old primary must not keep its log for those that follow another node now.
TEST(NodeLead, OldPrimaryKeepsNoLogForItsFormerStandbys) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  for (TestNode* node : {&cluster.a, &cluster.b})
    node->engine_options().wal_segment_bytes = 8 << 10;
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.a.Crash();
  ASSERT_TRUE(cluster.b.node().Promote({}).ok());
  cluster.StartStandby(cluster.a, cluster.b);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(cluster.b.Write(fmt::format("key{:03}", i), std::string(1000, 'v')).ok());
  }
  cluster.ExpectSame(cluster.b, cluster.a);
  uint64_t kept = 0;
  ASSERT_TRUE(cluster.a.node()
                  .WithDatabase([&](MemberDatabase& database) {
                    EXPECT_TRUE(database.engine().Slots().empty());
                    const absl::Status status = database.engine().Checkpoint();
                    kept = database.engine().log_written() - database.engine().log_first();
                    return status;
                  })
                  .ok());
  EXPECT_LT(kept, 64 << 10);
}

}  // namespace
}  // namespace heliosdb::replication
