// Two nodes in mode sync on disks that forget what was not synced, under concurrent load: the power of
// one or both goes at a random file operation. Whatever was acknowledged, or shown to anybody, must be
// there afterwards on whichever node leads; and planted bugs must be found.
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/random.h"
#include "core/base/status.h"
#include "replication/test_cluster.h"

namespace heliosdb::replication {
namespace {

constexpr int kWriters = 3;
// File operations until the power goes.
constexpr uint64_t kOperationsMax = 120;
// Transactions of a writer after which its turn ends if the power is still there.
constexpr int kTransactionsMax = 200;

struct PlantedBug {
  NodeTestOnlyFaults node;
  txn::TestOnlyFaults engine;
};

struct Findings {
  int lost = 0;  // Transactions that were acknowledged or seen and are not there.
  int torn = 0;
  std::string text;
  bool ok() const { return lost == 0 && torn == 0; }
};

std::string CounterKey(int writer) { return fmt::format("counter{}", writer); }
std::string RowKey(int writer, int number) { return fmt::format("row{}-{:05}", writer, number); }

// Transaction n of a writer sets its counter to n and adds row n.
class PowerRun {
 public:
  PowerRun(uint64_t seed, const PlantedBug& bug)
      : cluster_(SyncMode::kSync, {"a", "b"}, seed), random_(seed), seed_(seed) {
    for (TestNode* node : {&cluster_.a, &cluster_.b}) {
      node->engine_options().wal_segment_bytes = 16 << 10;
      node->engine_options().checkpoint_bytes = 64 << 10;
      node->engine_options().checkpoint_interval = absl::Milliseconds(50);
      node->engine_options().test_only_faults = bug.engine;
      node->faults() = bug.node;
    }
  }

  Findings Run(int events) {
    cluster_.StartPrimary();
    cluster_.StartStandby(*follower_, *leader_);
    EXPECT_TRUE(leader_->Write("begun", "1").ok());
    cluster_.ExpectSame(*leader_, *follower_);
    for (int i = 0; i < events && findings_.ok() && !testing::Test::HasFailure(); ++i) RunEvent(i);
    return findings_;
  }
  int acknowledged() const { return acknowledged_; }

 private:
  // Whose power goes, and what follows.
  enum class Event { kFollower, kLeader, kBoth, kLeaderThenPromote, kBothThenPromote, kCount };

  void RunEvent(int number) {
    const Event event{static_cast<int>(random_.Below(static_cast<uint64_t>(Event::kCount)))};
    const bool takes_leader = event != Event::kFollower;
    const bool takes_follower = event != Event::kLeader && event != Event::kLeaderThenPromote;
    const bool strikes_leader = takes_leader && (!takes_follower || random_.Below(2) == 0);
    FaultyFileSystem& struck = strikes_leader ? leader_->files() : follower_->files();
    struck.FailNth(1 + random_.Below(kOperationsMax), FileFault::kPowerOff, std::nullopt);
    StartLoad();
    Eventually([&] { return struck.fault_struck() || writers_running_ == 0; });
    if (takes_follower) follower_->PowerOff();
    if (takes_leader) leader_->PowerOff();
    JoinObservers();
    if (takes_leader) JoinWriters();
    if (takes_follower) follower_->Crash(Unsynced());
    if (takes_leader) leader_->Crash(Unsynced());
    Recover(event == Event::kLeaderThenPromote || event == Event::kBothThenPromote);
    JoinWriters();
    Compare(fmt::format("seed {} event {} of kind {}", seed_, number, static_cast<int>(event)));
  }

  FaultyFileSystem::Unsynced Unsynced() {
    return random_.Below(3) == 0 ? FaultyFileSystem::Unsynced::kChance
                                 : FaultyFileSystem::Unsynced::kLost;
  }

  void Recover(bool promotes) {
    if (promotes) {
      if (!follower_->running()) cluster_.StartStandby(*follower_, *leader_);
      const absl::Status promoted = follower_->node().Promote({{{"a", "b"}}});
      ASSERT_TRUE(promoted.ok()) << promoted;
      std::swap(leader_, follower_);
    }
    if (!leader_->running()) {
      const absl::Status started = cluster_.TryStartPrimary(*leader_);
      ASSERT_TRUE(started.ok()) << started;
    }
    if (!follower_->running()) cluster_.StartStandby(*follower_, *leader_);
  }

  void StartLoad() {
    stop_ = false;
    writers_running_ = kWriters;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers_.emplace_back([this, writer, node = leader_] {
        for (int i = 0; i < kTransactionsMax && !stop_; ++i) {
          if (!Write(*node, writer).ok()) break;
        }
        --writers_running_;
      });
    }
    observing_ = true;
    for (TestNode* node : {leader_, follower_}) {
      observers_.emplace_back([this, node] {
        while (observing_) Observe(*node);
      });
    }
  }
  void JoinObservers() {
    observing_ = false;
    for (std::thread& thread : observers_) thread.join();
    observers_.clear();
  }
  void JoinWriters() {
    stop_ = true;
    for (std::thread& thread : writers_) thread.join();
    writers_.clear();
  }

  absl::Status Write(TestNode& node, int writer) {
    int number = 0;
    const absl::Status status =
        node.node().WithDatabase([&](MemberDatabase& database) -> absl::Status {
          const std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
          const std::string counter = txn::TestEngine::Key(CounterKey(writer));
          HELIOS_RETURN_IF_ERROR(
              txn->LockRow(counter, txn::RowLockMode::kUpdate, txn::LockWait::kBlock).status());
          HELIOS_ASSIGN_OR_RETURN(const int before, ReadCounter(*txn, writer));
          number = before + 1;
          HELIOS_RETURN_IF_ERROR(txn->Put(counter, fmt::format("{}", number)));
          HELIOS_RETURN_IF_ERROR(
              txn->Put(txn::TestEngine::Key(RowKey(writer, number)), std::string(200, 'v')));
          return txn->Commit(std::nullopt).status();
        });
    HELIOS_RETURN_IF_ERROR(status);
    ++acknowledged_;
    Know(writer, number);
    return status;
  }
  static absl::StatusOr<int> ReadCounter(txn::Transaction& txn, int writer) {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, txn.View());
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> value,
                            view.Get(txn::TestEngine::Key(CounterKey(writer))));
    return value.has_value() ? std::stoi(std::string(*value)) : 0;
  }
  void Know(int writer, int number) {
    int known = known_[writer];
    while (known < number && !known_[writer].compare_exchange_weak(known, number)) {
    }
  }
  // Whatever a reader saw must stay. A node without power shows nothing more.
  void Observe(TestNode& node) {
    node.node()
        .WithDatabase([&](MemberDatabase& database) -> absl::Status {
          const std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
          for (int writer = 0; writer < kWriters; ++writer) {
            HELIOS_ASSIGN_OR_RETURN(const int number, ReadCounter(*txn, writer));
            Know(writer, number);
          }
          return absl::OkStatus();
        })
        .IgnoreError();
  }

  void Compare(const std::string& where) {
    // What was pending is decided by the first write.
    ASSERT_TRUE(leader_->Write("decided", "1").ok()) << where;
    for (int writer = 0; writer < kWriters; ++writer) CompareWriter(writer, where);
    if (!findings_.ok()) {
      findings_.text += leader_->Events() + follower_->Events();
      return;
    }
    cluster_.ExpectSame(*leader_, *follower_);
    for (TestNode* node : {leader_, follower_}) {
      const absl::Status verified = node->node().WithDatabase(
          [](MemberDatabase& database) { return database.engine().Verify(); });
      EXPECT_TRUE(verified.ok()) << where << " " << verified;
    }
  }
  void CompareWriter(int writer, const std::string& where) {
    const absl::Status status =
        leader_->node().WithDatabase([&](MemberDatabase& database) -> absl::Status {
          const std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
          HELIOS_ASSIGN_OR_RETURN(const int last, ReadCounter(*txn, writer));
          HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, txn->View());
          int rows = 0;
          for (int number = 1; number <= last + 1; ++number) {
            HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> row,
                                    view.Get(txn::TestEngine::Key(RowKey(writer, number))));
            rows += row.has_value() ? 1 : 0;
          }
          const int lost = std::max(0, known_[writer] - last);
          if (lost == 0 && rows == last) return absl::OkStatus();
          findings_.lost += lost;
          findings_.torn += std::abs(rows - last);
          findings_.text += fmt::format("{}: writer {} known {}, counter {}, rows {}\n", where,
                                        writer, known_[writer].load(), last, rows);
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << where << " " << status;
  }

  TestCluster cluster_;
  TestNode* leader_ = &cluster_.a;
  TestNode* follower_ = &cluster_.b;
  Random random_;
  const uint64_t seed_;
  std::vector<std::thread> writers_;
  std::vector<std::thread> observers_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> observing_ = false;
  std::atomic<int> writers_running_ = 0;
  std::atomic<int> acknowledged_ = 0;
  // The last transaction of each writer that was acknowledged or seen.
  std::array<std::atomic<int>, kWriters> known_ = {};
  Findings findings_;
};

constexpr int kSeeds = 12;
constexpr int kEvents = 4;

TEST(NodePower, NothingAcknowledgedOrSeenIsLost) {
  int acknowledged = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    PowerRun run(seed, {});
    const Findings findings = run.Run(kEvents);
    EXPECT_TRUE(findings.ok()) << findings.text;
    acknowledged += run.acknowledged();
    if (HasFailure()) return;
  }
  EXPECT_GT(acknowledged, kSeeds * kEvents * kWriters);
}

// A test that finds nothing when there is something proves nothing.
void ExpectFound(const PlantedBug& bug) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    PowerRun run(seed, bug);
    if (run.Run(kEvents).lost > 0) return;
  }
  FAIL() << "the planted bug was not found";
}

TEST(NodePower, FindsAnAnswerBeforeTheSync) {
  ExpectFound({.node = {.acknowledge_before_sync = true}, .engine = {}});
}
TEST(NodePower, FindsACommitWithoutTheStandby) {
  ExpectFound({.node = {.commit_alone = true}, .engine = {}});
}
TEST(NodePower, FindsACommitShownBeforeItIsOne) {
  ExpectFound({.node = {}, .engine = {.publish_before_sync = true}});
}

}  // namespace
}  // namespace heliosdb::replication
