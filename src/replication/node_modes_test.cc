// What each mode promises, and what travels between the nodes.
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "replication/test_cluster.h"

namespace heliosdb::replication {
namespace {

using testing::HasSubstr;

std::string KeyOf(int number) { return fmt::format("key{:04}", number); }

// A commit that nobody waits for.
struct Pending {
  std::atomic<bool> answered = false;
  std::atomic<bool> committed = false;
};
void WriteInBackground(TestNode& node, std::string_view key, Pending& pending) {
  node.WriteAsync(key, "1", [&pending](const absl::StatusOr<txn::CommitReceipt>& receipt) {
    pending.committed = receipt.ok();
    pending.answered = true;
  });
}
// It is on the disk, and a heartbeat later still not committed.
void ExpectWaits(TestNode& primary, const Pending& pending, const std::string& shown) {
  ASSERT_TRUE(Eventually([&] {
    const NodeStatus status = primary.node().Status();
    return status.flushed_lsn == status.written_lsn && status.flushed_lsn > status.commit_lsn;
  })) << primary.Events();
  EXPECT_FALSE(pending.answered);
  EXPECT_EQ(primary.Show(), shown);
}

TEST(NodeModes, AsyncWaitsForNobody) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.b.Crash();
  ASSERT_TRUE(cluster.a.Write("two", "1").ok());
  EXPECT_EQ(cluster.a.Show(), "one=1 two=1 ");
}

TEST(NodeModes, SyncWaitsForEveryMember) {
  Pending pending;
  TestCluster cluster(SyncMode::kSync, {"a", "b", "c"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.StartStandby(cluster.c, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.c.Crash();
  WriteInBackground(cluster.a, "two", pending);
  // b has it; c does not.
  ASSERT_TRUE(Eventually([&] {
    return cluster.a.node().Status().written_lsn > cluster.a.node().Status().commit_lsn &&
           cluster.b.node().Status().flushed_lsn == cluster.a.node().Status().written_lsn;
  }));
  ExpectWaits(cluster.a, pending, "one=1 ");
  EXPECT_EQ(cluster.b.Show(), "one=1 ");
  cluster.StartStandby(cluster.c, cluster.a);
  ASSERT_TRUE(Eventually([&] { return pending.committed.load(); }));
  cluster.ExpectSame(cluster.a, cluster.c);
}

TEST(NodeModes, QuorumWaitsForAMajority) {
  Pending pending;
  TestCluster cluster(SyncMode::kQuorum, {"a", "b", "c"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  cluster.StartStandby(cluster.c, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.b.Crash();
  cluster.c.Crash();
  WriteInBackground(cluster.a, "two", pending);
  ExpectWaits(cluster.a, pending, "one=1 ");
  cluster.StartStandby(cluster.c, cluster.a);
  ASSERT_TRUE(Eventually([&] { return pending.committed.load(); }));
  cluster.ExpectSame(cluster.a, cluster.c);
}

// The standby's disk takes its time.
TEST(NodeModes, SemiSyncCountsWhatIsReceivedAndSyncWhatIsOnTheDisk) {
  for (const SyncMode mode : {SyncMode::kSemiSync, SyncMode::kSync}) {
    Pending second;
    Pending third;
    TestCluster cluster(mode, {"a", "b"});
    cluster.StartPrimary();
    cluster.StartStandby(cluster.b, cluster.a);
    ASSERT_TRUE(cluster.a.Write("one", "1").ok());
    cluster.ExpectSame(cluster.a, cluster.b);
    std::atomic<bool> goes_on = false;
    cluster.b.failpoints().CallAt("node.before_append",
                                  [&]() -> absl::Status {
                                    return Eventually([&] { return goes_on.load(); })
                                               ? absl::OkStatus()
                                               : Unavailable("too slow a disk");
                                  },
                                  {});
    WriteInBackground(cluster.a, "two", second);
    if (mode == SyncMode::kSemiSync) {
      EXPECT_TRUE(Eventually([&] { return second.committed.load(); }));
      EXPECT_LT(cluster.b.node().Status().flushed_lsn, cluster.a.node().Status().commit_lsn);
    } else {
      ExpectWaits(cluster.a, second, "one=1 ");
    }
    goes_on = true;
    ASSERT_TRUE(Eventually([&] { return second.committed.load(); }));
    cluster.ExpectSame(cluster.a, cluster.b);
    cluster.b.Crash();
    WriteInBackground(cluster.a, "three", third);
    ExpectWaits(cluster.a, third, "one=1 two=1 ");
    cluster.StartStandby(cluster.b, cluster.a);
    ASSERT_TRUE(Eventually([&] { return third.committed.load(); }));
    cluster.ExpectSame(cluster.a, cluster.b);
  }
}

// A standby whose disk is gone says so, and is not asked again and again.
TEST(NodeModes, StandbyWithoutADiskSaysSo) {
  Pending second;
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.b.files().FailNth(1, FileFault::kPowerOff, std::nullopt);
  WriteInBackground(cluster.a, "two", second);
  ASSERT_TRUE(Eventually([&] {
    const NodeStatus status = cluster.b.node().Status();
    return status.primary->last_error.find("no further writes are accepted") != std::string::npos;
  })) << cluster.b.Events();
  ExpectWaits(cluster.a, second, "one=1 ");
  EXPECT_THAT(cluster.b.node().Status().primary->last_error, HasSubstr("Input/output error"));
  cluster.b.Crash();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(Eventually([&] { return second.committed.load(); }));
  cluster.ExpectSame(cluster.a, cluster.b);
}

// Whatever a primary tells or shows, and whatever its standby shows, the standby has confirmed before.
TEST(NodeModes, NothingIsShownBeyondWhatTheStandbyConfirmed) {
  std::atomic<uint64_t> confirmed = 0;
  std::atomic<uint64_t> told_too_much = 0;
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  const uint64_t from = cluster.a.node().Status().commit_lsn;
  cluster.network.SetFilter([&](const Message& message) {
    if (const Ack* ack = std::get_if<Ack>(&message)) {
      uint64_t known = confirmed;
      while (known < ToInt(ack->flushed) &&
             !confirmed.compare_exchange_weak(known, ToInt(ack->flushed))) {
      }
    }
    uint64_t commit = 0;
    if (const WalData* data = std::get_if<WalData>(&message)) commit = ToInt(data->commit);
    if (const Heartbeat* beat = std::get_if<Heartbeat>(&message)) commit = ToInt(beat->commit);
    if (commit > std::max(from, confirmed.load())) told_too_much = commit;
    return true;
  });
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> shown_too_much = 0;
  std::vector<std::thread> threads;
  for (TestNode* node : {&cluster.a, &cluster.b}) {
    threads.emplace_back([&, node] {
      while (!stop) {
        const uint64_t shown = node->node().Status().applied_lsn;
        if (shown > std::max(from, confirmed.load())) shown_too_much = shown;
      }
    });
  }
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "x").ok());
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(told_too_much, 0);
  EXPECT_EQ(shown_too_much, 0);
  cluster.ExpectSame(cluster.a, cluster.b);
}

TEST(NodeModes, GoesOnFromExactlyWhereItWas) {
  std::atomic<uint64_t> sent = 0;
  std::atomic<uint64_t> next = 0;
  std::atomic<bool> gap = false;
  TestCluster cluster(SyncMode::kAsync);
  cluster.network.SetFilter([&](const Message& message) {
    if (const WalData* data = std::get_if<WalData>(&message)) {
      if (next != 0 && next != ToInt(data->lsn)) gap = true;
      next = ToInt(data->lsn) + data->bytes.size();
      sent += data->bytes.size();
    }
    return true;
  });
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "x").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  // By the network, by a restart of the standby in order, and by a crash.
  for (int round = 0; round < 3; ++round) {
    const uint64_t before = cluster.a.node().Status().written_lsn;
    sent = 0;
    if (round == 0) {
      cluster.network.Isolate(cluster.a.address());
      // What goes into the broken stream before that is noticed counts for nobody.
      ASSERT_TRUE(Eventually([&] {
        return cluster.a.node().Status().standbys[0].state == StandbyState::kDisconnected;
      }));
    }
    if (round == 1) cluster.b.Stop();
    if (round == 2) cluster.b.Crash();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.a.Write(KeyOf(i), "y").ok());
    if (round == 0) cluster.network.Rejoin(cluster.a.address());
    if (round != 0) cluster.StartStandby(cluster.b, cluster.a);
    cluster.ExpectSame(cluster.a, cluster.b);
    EXPECT_EQ(sent, cluster.a.node().Status().written_lsn - before) << round;
    EXPECT_FALSE(gap) << round;
  }
}

TEST(NodeModes, NewStandbyComesWhileWritesGoOn) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.a.engine_options().wal_segment_bytes = 64 << 10;
  cluster.a.engine_options().checkpoint_interval = absl::Milliseconds(5);
  cluster.StartPrimary();
  std::atomic<bool> stop = false;
  std::atomic<int> failed = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; !stop; ++i) {
        const std::string key = fmt::format("{}-{:04}", writer, i % 500);
        if (!cluster.a.Write(key, fmt::format("{}", i)).ok()) ++failed;
      }
    });
  }
  // The second is a copy of a copy.
  for (TestNode* node : {&cluster.b, &cluster.c}) {
    cluster.StartStandby(*node, node == &cluster.b ? cluster.a : cluster.b);
    const Lsn end{cluster.a.node().Status().applied_lsn};
    EXPECT_TRUE(Eventually([&] {
      return node->node().WaitApplied(end, absl::Milliseconds(50)).ok();
    })) << node->Events();
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  cluster.ExpectSame(cluster.a, cluster.b);
  cluster.ExpectSame(cluster.a, cluster.c);
}

// Half of a large transaction has come when the primary dies: the promoted node drops that half.
TEST(NodeModes, PromotedNodeDropsHalfATransaction) {
  std::atomic<bool> has_part = false;
  Pending pending;
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  // With the first answer that tells of a part of it the network goes.
  const Lsn before{cluster.a.node().Status().written_lsn};
  cluster.network.SetFilter([&](const Message& message) {
    const Ack* const ack = std::get_if<Ack>(&message);
    if (ack != nullptr && ack->flushed > before + (100 << 10)) has_part = true;
    return !has_part;
  });
  cluster.a.WriteAsync("big", std::string(24 << 20, 'x'),
                       [&](const absl::StatusOr<txn::CommitReceipt>& receipt) {
                         pending.committed = receipt.ok();
                         pending.answered = true;
                       });
  ASSERT_TRUE(Eventually([&] { return has_part.load(); }));
  ASSERT_TRUE(Eventually([&] {
    return cluster.a.node().Status().flushed_lsn > ToInt(before) + (uint64_t{24} << 20);
  }));
  const NodeStatus half = cluster.b.node().Status();
  EXPECT_GT(half.flushed_lsn, half.applied_lsn);
  EXPECT_LT(half.flushed_lsn, cluster.a.node().Status().flushed_lsn);
  cluster.a.Crash(FaultyFileSystem::Unsynced::kKept);
  EXPECT_FALSE(pending.committed);
  cluster.network.SetFilter({});
  ASSERT_TRUE(cluster.b.node().Promote({}).ok());
  cluster.StartStandby(cluster.a, cluster.b);
  ASSERT_TRUE(cluster.b.Write("two", "2").ok());
  cluster.ExpectSame(cluster.b, cluster.a);
  EXPECT_EQ(cluster.b.Show(), "one=1 two=2 ");
  EXPECT_TRUE(cluster.a.Saw(Event::Kind::kLogCut, "parts from this one"));
}

// A standby that is promoted with log that it did not know to be committed shows all of it.
TEST(NodeModes, PromotedNodeCommitsWhatItHadReceived) {
  TestCluster cluster(SyncMode::kSync, {"a", "b"});
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("one", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  // That it is committed never comes through.
  const uint64_t before = cluster.a.node().Status().commit_lsn;
  cluster.network.SetFilter([before](const Message& message) {
    uint64_t commit = 0;
    if (const WalData* data = std::get_if<WalData>(&message)) commit = ToInt(data->commit);
    if (const Heartbeat* beat = std::get_if<Heartbeat>(&message)) commit = ToInt(beat->commit);
    if (const Welcome* welcome = std::get_if<Welcome>(&message)) commit = ToInt(welcome->commit);
    return commit <= before;
  });
  ASSERT_TRUE(cluster.a.Write("two", "1").ok());
  EXPECT_EQ(cluster.b.Show(), "one=1 ");
  cluster.a.Crash();
  cluster.network.SetFilter({});
  ASSERT_TRUE(cluster.b.node().Promote({}).ok());
  EXPECT_EQ(cluster.b.Show(), "one=1 ") << "the new term's rule is not met yet";
  cluster.StartStandby(cluster.a, cluster.b);
  ASSERT_TRUE(Eventually([&] { return cluster.b.Show() == "one=1 two=1 "; }))
      << cluster.b.Events() << cluster.a.Events();
  cluster.ExpectSame(cluster.b, cluster.a);
}

TEST(NodeModes, AddressInUseIsSaid) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  const absl::Status status =
      cluster.b.Start(cluster.b.Config(NodeRole::kPrimary, "").ListenAddress("a:5433"));
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("cannot listen at a:5433"));
  // Nothing is damaged.
  ASSERT_TRUE(cluster.b.Start(cluster.b.Config(NodeRole::kPrimary, "")).ok());
}

TEST(NodeModes, AnotherHistoryIsRefusedByBothIds) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  ASSERT_TRUE(cluster.b.Start(cluster.b.Config(NodeRole::kPrimary, "")).ok());
  std::vector<std::string> ids;
  for (TestNode* node : {&cluster.a, &cluster.b}) {
    std::string id;
    EXPECT_TRUE(node->node()
                    .WithDatabase([&](MemberDatabase& database) {
                      id = wal::HistoryIdText(database.engine().history());
                      return absl::OkStatus();
                    })
                    .ok());
    ids.push_back(id);
  }
  cluster.b.Stop();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(Eventually([&] { return cluster.b.Saw(Event::Kind::kRefused, "has history"); }));
  for (const std::string& id : ids) {
    EXPECT_TRUE(cluster.b.Saw(Event::Kind::kRefused, id)) << id << cluster.b.Events();
    EXPECT_TRUE(Eventually([&] { return cluster.a.Saw(Event::Kind::kRefused, id); }))
        << id << cluster.a.Events();
  }
}

// Its status is asked for all the time while its database is replaced.
TEST(NodeModes, StatusIsAnsweredWhileTheDatabaseIsReplaced) {
  TestCluster cluster(SyncMode::kAsync);
  cluster.StartPrimary();
  cluster.StartStandby(cluster.b, cluster.a);
  ASSERT_TRUE(cluster.a.Write("both", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  std::atomic<bool> stop = false;
  std::thread asking;
  for (int round = 0; round < 4; ++round) {
    // a shows what b never gets, so that it must take a copy of b.
    cluster.network.Isolate(cluster.a.address());
    ASSERT_TRUE(cluster.a.Write(fmt::format("lost{}", round), "1").ok());
    ASSERT_TRUE(cluster.b.node().Promote({}).ok());
    ASSERT_TRUE(cluster.b.Write(fmt::format("kept{}", round), "1").ok());
    cluster.network.Rejoin(cluster.a.address());
    stop = false;
    asking = std::thread([&] {
      while (!stop) {
        cluster.a.node().Status();
        cluster.a.node().Self();
        cluster.a.node().Facts().status().IgnoreError();  // There may be no database.
      }
    });
    ASSERT_TRUE(cluster.a.node().Follow(cluster.b.address()).ok());
    cluster.ExpectSame(cluster.b, cluster.a);
    stop = true;
    asking.join();
    // And back: a leads again.
    ASSERT_TRUE(cluster.a.node().Promote({}).ok());
    ASSERT_TRUE(cluster.b.node().Follow(cluster.a.address()).ok());
    cluster.ExpectSame(cluster.a, cluster.b);
  }
}

}  // namespace
}  // namespace heliosdb::replication
