#include "replication/node.h"

#include <atomic>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "replication/test_cluster.h"

namespace heliosdb::replication {
namespace {

using testing::HasSubstr;

std::string KeyOf(int number) { return fmt::format("key{:04}", number); }

TEST(Node, NewStandbyTakesACopyAndFollows) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "before").ok());
  ASSERT_TRUE(
      cluster.a.node()
          .WithDatabase([](MemberDatabase& database) { return database.engine().Checkpoint(); })
          .ok());
  for (int i = 10; i < 30; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "after").ok());
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.ExpectSame(cluster.a, cluster.b);
  ASSERT_TRUE(cluster.a.Write("more", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  EXPECT_TRUE(cluster.b.Saw(Event::Kind::kBaseBackup, "has a copy of node a"));
  EXPECT_FALSE(cluster.b.Write("no", "1").ok());
  EXPECT_EQ(cluster.b.node().role(), NodeRole::kStandby);
  EXPECT_EQ(cluster.b.node().PrimaryAddress(), "a:5433");
}

TEST(Node, SyncCommitWaitsForTheStandbyAndNeverDegrades) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  // Cut off the answers: whatever b has, a does not know.
  cluster.network.Isolate(cluster.a.address());
  std::atomic<int> answers = 0;
  std::atomic<bool> good = false;
  cluster.a.WriteAsync("two", "2", [&](const absl::StatusOr<txn::CommitReceipt>& receipt) {
    good = receipt.ok();
    ++answers;
  });
  ASSERT_TRUE(Eventually([&] {
    return cluster.a.node().Status().flushed_lsn > cluster.a.node().Status().commit_lsn;
  }));
  EXPECT_EQ(answers, 0);
  EXPECT_EQ(cluster.a.Show(), "one=1 ");
  cluster.network.Rejoin(cluster.a.address());
  ASSERT_TRUE(Eventually([&] { return answers == 1; }));
  EXPECT_TRUE(good);
  EXPECT_EQ(cluster.a.Show(), "one=1 two=2 ");
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(Node, CommitThatNobodyConfirmsEndsWithUnknownOutcome) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.a.engine_options().commit_ack_timeout = absl::Milliseconds(20);
  cluster.StartPrimary();
  const absl::StatusOr<txn::CommitReceipt> receipt = cluster.a.Write("one", "1");
  EXPECT_TRUE(HasSqlState(receipt.status(), sqlstate::kTRStatementCompletionUnknown))
      << receipt.status();
  EXPECT_EQ(cluster.a.Show(), "");
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(Eventually([&] { return cluster.a.Show() == "one=1 "; }));
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(Node, QuorumGoesOnWithoutAMinority) {
  TestCluster cluster(SyncMode::kQuorum, {"a", "b", "c"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.StartStandby(cluster.c, cluster.a);
  cluster.ExpectSame(cluster.a, cluster.c);
  cluster.b.Crash();
  ASSERT_TRUE(cluster.a.Write("two", "2").ok());
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(Node, SemiSyncCountsWhatIsReceived) {
  TestCluster cluster(SyncMode::kSemiSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "x").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(Node, GoesOnWhereverTheConnectionBreaks) {
  for (int broken = 1; broken <= 24; ++broken) {
    std::atomic<int> messages = 0;
    TestCluster cluster(SyncMode::kSync, {"a", "b"});
    cluster.network.SetFilter([&](const Message&) { return ++messages != broken; });
    cluster.StartPrimary();
    cluster.StartStandby(cluster.b, cluster.a);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "x").ok()) << broken;
    cluster.ExpectSame(cluster.a, cluster.b);
  }
}

TEST(Node, StandbyComesBackFromACrash) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(round * 10 + i), "x").ok());
    cluster.b.Crash();
    std::atomic<bool> done = false;
    cluster.a.WriteAsync("late", "x",
                         [&](const absl::StatusOr<txn::CommitReceipt>&) { done = true; });
    cluster.StartStandby(cluster.b, cluster.a);
    ASSERT_TRUE(Eventually([&] { return done.load(); }));
    cluster.ExpectSame(cluster.a, cluster.b);
  }
}

TEST(Node, PrimaryComesBackFromACrashInANewTerm) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(round * 10 + i), "x").ok());
    const uint64_t term = cluster.a.node().Status().term;
    cluster.a.Crash();
    cluster.StartPrimary();
    EXPECT_GT(cluster.a.node().Status().term, term);
    ASSERT_TRUE(cluster.a.Write("after", "x").ok());
    cluster.ExpectSame(cluster.a, cluster.b);
  }
  EXPECT_EQ(cluster.a.Show().size(), 40 * std::string("key0000=x ").size() + 8);
}

TEST(Node, OldPrimaryDropsWhatTheNewOneNeverHad) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "kept").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.network.Isolate(cluster.a.address());
  // Nobody is told that this is committed, and nobody sees it.
  std::atomic<bool> answered_ok = false;
  std::atomic<int> answers = 0;
  for (int i = 0; i < 5; ++i) {
    cluster.a.WriteAsync(KeyOf(i), "lost", [&](const absl::StatusOr<txn::CommitReceipt>& receipt) {
      answered_ok = answered_ok || receipt.ok();
      ++answers;
    });
  }
  ASSERT_TRUE(Eventually([&] {
    return cluster.a.node().Status().flushed_lsn > cluster.a.node().Status().commit_lsn;
  }));
  cluster.a.Stop();
  EXPECT_EQ(answers, 5);
  EXPECT_FALSE(answered_ok);
  ASSERT_TRUE(cluster.b.node().Promote({{{"a", "b"}}}).ok());
  cluster.network.Rejoin(cluster.a.address());
  cluster.StartStandby(cluster.a, cluster.b);
  ASSERT_TRUE(cluster.b.Write("new", "1").ok());
  cluster.ExpectSame(cluster.b, cluster.a);
  EXPECT_THAT(cluster.a.Show(), testing::Not(HasSubstr("lost")));
  EXPECT_TRUE(cluster.a.Saw(Event::Kind::kLogCut, "parts from this one"));
  EXPECT_FALSE(cluster.a.Saw(Event::Kind::kBaseBackup, "copy of node b"));
}

TEST(Node, OldPrimaryThatShowedTooMuchTakesACopy) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("both", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.network.Isolate(cluster.a.address());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "lost").ok());
  cluster.a.Stop();
  ASSERT_TRUE(cluster.b.node().Promote({}).ok());
  ASSERT_TRUE(cluster.b.Write("new", "1").ok());
  cluster.network.Rejoin(cluster.a.address());
  cluster.StartStandby(cluster.a, cluster.b);
  ASSERT_TRUE(Eventually([&] { return cluster.a.Saw(Event::Kind::kBaseBackup, "has a copy"); }));
  cluster.ExpectSame(cluster.b, cluster.a);
  EXPECT_EQ(cluster.a.Show(), "both=1 new=1 ");
}

TEST(Node, PromotedStandbyIsFollowedByTheOthers) {
  TestCluster cluster(SyncMode::kSync, {"a", "b", "c"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.StartStandby(cluster.c, cluster.a);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "x").ok());
  cluster.a.Crash();
  ASSERT_TRUE(cluster.b.node().Promote({{{"b", "c"}}}).ok());
  ASSERT_TRUE(cluster.c.node().Follow(cluster.b.address()).ok());
  ASSERT_TRUE(cluster.b.Write("more", "1").ok());
  cluster.ExpectSame(cluster.b, cluster.c);
  cluster.StartStandby(cluster.a, cluster.b);
  cluster.ExpectSame(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.b.node().SetSyncSet({"a", "b", "c"}).ok());
  ASSERT_TRUE(Eventually([&] { return cluster.b.node().Status().sync_set.size() == 3; }));
  ASSERT_TRUE(cluster.b.Write("again", "1").ok());
  cluster.ExpectSame(cluster.b, cluster.a);
}

TEST(Node, DeposedPrimaryTakesNoMoreWrites) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.StartStandby(cluster.c, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.ExpectSame(cluster.a, cluster.c);
  ASSERT_TRUE(cluster.b.node().Promote({}).ok());
  ASSERT_TRUE(cluster.c.node().Follow(cluster.b.address()).ok());
  ASSERT_TRUE(Eventually([&] { return cluster.c.node().Status().term == 2; }));
  // c is sent back to a by mistake: it refuses, and a learns why.
  ASSERT_TRUE(cluster.c.node().Follow(cluster.a.address()).ok());
  ASSERT_TRUE(Eventually([&] { return cluster.a.Saw(Event::Kind::kDeposed, "term 2"); }));
  ASSERT_TRUE(Eventually([&] { return cluster.a.node().role() == NodeRole::kStandby; }));
  EXPECT_FALSE(cluster.a.Write("two", "2").ok());
  EXPECT_TRUE(Eventually([&] { return cluster.c.Saw(Event::Kind::kRefused, "newer primary"); }));
  cluster.a.Stop();
  const absl::Status reopened = cluster.a.Start(cluster.a.Config(NodeRole::kPrimary, ""));
  EXPECT_TRUE(reopened.ok()) << "it knows of the term, not of who leads it: " << reopened;
}

TEST(Node, StandbyServesAnotherStandby) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.StartStandby(cluster.c, cluster.b);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "x").ok());
  cluster.ExpectSame(cluster.a, cluster.c);
}

TEST(Node, OtherClustersAndHistoriesAreRefused) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  ASSERT_TRUE(cluster.b.Start(cluster.b.Config(NodeRole::kStandby, "a:5433").Cluster("bank")).ok());
  ASSERT_TRUE(Eventually(
      [&] { return cluster.b.Saw(Event::Kind::kRefused, "node b belongs to cluster bank"); }));
  cluster.b.Stop();
  EXPECT_THAT(
      std::string(cluster.b.Start(cluster.b.Config(NodeRole::kStandby, "a:5433")).message()),
      HasSubstr("belongs to node b of cluster bank, not to node b of cluster heliosdb"));
  ASSERT_TRUE(cluster.c.Start(cluster.c.Config(NodeRole::kPrimary, "")).ok());
  cluster.c.Stop();
  ASSERT_TRUE(cluster.c.Start(cluster.c.Config(NodeRole::kStandby, "a:5433")).ok());
  ASSERT_TRUE(Eventually([&] { return cluster.c.Saw(Event::Kind::kRefused, "has history"); }));
}

TEST(Node, StandbyThatWasAwayTooLongTakesACopyWhileWritesGoOn) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.a.engine_options().wal_segment_bytes = 64 << 10;
  cluster.a.engine_options().checkpoint_bytes = 64 << 10;
  cluster.a.engine_options().max_slot_wal_keep_size = 128 << 10;
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.b.Stop();
  const std::string value(1000, 'v');
  int next = 0;
  const auto write_some = [&] {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(next++ % 500), value).ok());
  };
  ASSERT_TRUE(Eventually([&] {
    write_some();
    bool invalidated = false;
    EXPECT_TRUE(cluster.a.node()
                    .WithDatabase([&](MemberDatabase& database) {
                      for (const txn::RetentionSlot& slot : database.engine().Slots()) {
                        invalidated = invalidated || slot.invalidated;
                      }
                      return absl::OkStatus();
                    })
                    .ok());
    return invalidated;
  }));
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(Eventually([&] {
    write_some();
    return cluster.b.Saw(Event::Kind::kBaseBackup, "has a copy");
  }));
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(Node, RefusesToLeadWhileItKnowsOfAnotherPrimary) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.b.Stop();
  EXPECT_THAT(std::string(cluster.b.Start(cluster.b.Config(NodeRole::kPrimary, "")).message()),
              HasSubstr("node a led term 1"));
}

}  // namespace
}  // namespace heliosdb::replication
