// Fails every file operation of a standby in turn: while it follows (append, sync, rotation,
// checkpoint) and while it takes a base backup. Nothing may be acknowledged that the standby does not
// hold, the standby says what is wrong, and after a restart all is equal.
#include <atomic>
#include <memory>
#include <string>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "replication/test_cluster.h"

namespace heliosdb::replication {
namespace {

constexpr int kWrites = 24;
constexpr int kWritesBefore = 4;

std::string KeyOf(int number) { return fmt::format("key{:03}", number); }

// The kinds of fault take turns, each at another operation.
FileFault FaultOf(uint64_t n) {
  constexpr FileFault kKinds[] = {FileFault::kIoError, FileFault::kShortWrite,
                                  FileFault::kSyncFails, FileFault::kDiskFull};
  return kKinds[n % 4];
}

bool NamesTheDisk(const std::string& text) {
  return text.find("Input/output error") != std::string::npos ||
         text.find("No space left on device") != std::string::npos;
}

// What the node says is wrong with its disk; empty while it says nothing.
std::string ComplaintOf(TestNode& node) {
  if (!node.running()) return "";
  const NodeStatus status = node.node().Status();
  if (status.primary.has_value() && NamesTheDisk(status.primary->last_error)) {
    return status.primary->last_error;
  }
  return "";
}

void UseSmallFiles(TestNode& node) {
  node.engine_options().wal_segment_bytes = 8 << 10;
  node.engine_options().checkpoint_interval = absl::InfiniteDuration();
}

class StandbySweep {
 public:
  StandbySweep() : cluster_(SyncMode::kSync, {"a", "b"}) {
    UseSmallFiles(cluster_.a);
    UseSmallFiles(cluster_.b);
    cluster_.StartPrimary();
    cluster_.StartStandby(cluster_.b, cluster_.a);
    for (int i = 0; i < kWritesBefore; ++i) WriteNext();
    cluster_.ExpectSame(cluster_.a, cluster_.b);
    cluster_.b.Stop();
  }

  // Starts the standby again and writes for as long as it goes on.
  void Follow() {
    opened_ = cluster_.TryStartStandby(cluster_.b, cluster_.a);
    if (!opened_.ok()) return;
    for (int i = 0; i < kWrites; ++i) {
      if (!WriteNext()) return;
      if (i % 6 == 5 && !Checkpoint().ok()) return;
    }
  }
  uint64_t operations() { return cluster_.b.files().OperationCount(); }
  void FailNth(uint64_t n) { cluster_.b.files().FailNth(n, FaultOf(n), std::nullopt); }

  // The primary is lost for good: the standby alone holds all that was acknowledged or shown.
  void CheckAfterwards(const std::string& where) {
    if (!opened_.ok()) {
      EXPECT_TRUE(NamesTheDisk(opened_.ToString())) << where << opened_;
    } else if (attempted_ < kWritesBefore + kWrites) {
      const bool complains = !checkpoint_error_.empty() || !ComplaintOf(cluster_.b).empty();
      EXPECT_TRUE(complains) << where << cluster_.b.Events();
    }
    const std::string shown = cluster_.a.Show();
    cluster_.a.Crash(FaultyFileSystem::Unsynced::kLost);
    cluster_.b.Crash(FaultyFileSystem::Unsynced::kLost);
    cluster_.StartStandby(cluster_.b, cluster_.a);
    const absl::Status promoted = cluster_.b.node().Promote({});
    ASSERT_TRUE(promoted.ok()) << where << promoted;
    cluster_.StartStandby(cluster_.a, cluster_.b);
    const absl::StatusOr<txn::CommitReceipt> last = cluster_.b.Write("last", "1");
    ASSERT_TRUE(last.ok()) << where << last.status();
    cluster_.ExpectSame(cluster_.b, cluster_.a);
    const std::string found = cluster_.b.Show();
    EXPECT_TRUE(found.starts_with(shown)) << where << shown << " was shown, found " << found;
    bool is_prefix = false;
    for (int count = acknowledged_; count <= attempted_; ++count) {
      is_prefix = is_prefix || found == Expected(count) + "last=1 ";
    }
    EXPECT_TRUE(is_prefix) << where << acknowledged_ << " acknowledged, found " << found;
  }

 private:
  static std::string Expected(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += KeyOf(i) + "=" + std::string(400, 'v') + " ";
    return text;
  }
  // False once the standby says that it cannot go on, and the commit waits.
  bool WriteNext() {
    const auto answered = std::make_shared<std::atomic<bool>>(false);
    cluster_.a.WriteAsync(KeyOf(attempted_++), std::string(400, 'v'),
                          [this, answered](const absl::StatusOr<txn::CommitReceipt>& receipt) {
                            if (receipt.ok()) ++acknowledged_;
                            *answered = true;
                          });
    const bool ended =
        Eventually([&] { return answered->load() || !ComplaintOf(cluster_.b).empty(); });
    EXPECT_TRUE(ended) << cluster_.a.Events() << cluster_.b.Events();
    return answered->load();
  }
  absl::Status Checkpoint() {
    const absl::Status status = cluster_.b.node().WithDatabase(
        [](MemberDatabase& database) { return database.engine().Checkpoint(); });
    if (!status.ok()) checkpoint_error_ = status.ToString();
    return status;
  }

  std::atomic<int> acknowledged_ = 0;
  TestCluster cluster_;
  int attempted_ = 0;
  absl::Status opened_;
  std::string checkpoint_error_;
};

TEST(NodeFaultSweep, StandbyThatFollows) {
  uint64_t total = 0;
  {
    StandbySweep sweep;
    const uint64_t before = sweep.operations();
    sweep.Follow();
    total = sweep.operations() - before;
    sweep.CheckAfterwards("without a fault: ");
  }
  ASSERT_GT(total, 60);
  for (uint64_t n = 1; n <= total; ++n) {
    const std::string where = fmt::format("operation {} of {}: ", n, total);
    StandbySweep sweep;
    sweep.FailNth(n);
    sweep.Follow();
    sweep.CheckAfterwards(where);
    if (HasFailure()) return;
  }
}

// A new standby; fails its n-th operation. Returns how many there were.
uint64_t TakeCopy(uint64_t n) {
  const std::string where = fmt::format("operation {}: ", n);
  TestCluster cluster(SyncMode::kAsync);
  UseSmallFiles(cluster.a);
  UseSmallFiles(cluster.b);
  cluster.StartPrimary();
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(cluster.a.Write(KeyOf(i), std::string(400, 'v')).ok());
  EXPECT_TRUE(
      cluster.a.node()
          .WithDatabase([](MemberDatabase& database) { return database.engine().Checkpoint(); })
          .ok());
  if (n > 0) cluster.b.files().FailNth(n, FaultOf(n), std::nullopt);
  const absl::Status opened = cluster.TryStartStandby(cluster.b, cluster.a);
  EXPECT_TRUE(opened.ok() || NamesTheDisk(opened.ToString())) << where << opened;
  // It tries again by itself; what it cannot get over it complains of.
  if (opened.ok()) {
    const Lsn end{cluster.a.node().Status().applied_lsn};
    EXPECT_TRUE(Eventually([&] {
      return cluster.b.node().WaitApplied(end, absl::Milliseconds(1)).ok() ||
             !ComplaintOf(cluster.b).empty();
    })) << where
        << cluster.b.Events();
  }
  const uint64_t operations = cluster.b.files().OperationCount();
  cluster.b.Crash();
  cluster.StartStandby(cluster.b, cluster.a);
  EXPECT_TRUE(cluster.a.Write("last", "1").ok());
  cluster.ExpectSame(cluster.a, cluster.b);
  return operations;
}

TEST(NodeFaultSweep, StandbyThatTakesACopy) {
  const uint64_t total = TakeCopy(0);
  ASSERT_GT(total, 15);
  for (uint64_t n = 1; n <= total && !HasFailure(); ++n) TakeCopy(n);
}

}  // namespace
}  // namespace heliosdb::replication
