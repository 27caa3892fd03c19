// Whole nodes in one process: real engines on files that can be lost, a network that can break.
#ifndef HELIOSDB_REPLICATION_TEST_CLUSTER_H_
#define HELIOSDB_REPLICATION_TEST_CLUSTER_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/base/faulty_file_system.h"
#include "core/storage/borrowed_store.h"
#include "core/storage/mem_store.h"
#include "core/txn/test_engine.h"
#include "replication/in_process_transport.h"
#include "replication/node.h"

namespace heliosdb::replication {

// True as soon as the condition holds; false if it does not within a minute.
inline bool Eventually(const std::function<bool()>& condition) {
  const absl::Duration deadline = Clock::Real()->Now() + absl::Seconds(60);
  while (!condition()) {
    if (Clock::Real()->Now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class TestMember : public MemberDatabase {
 public:
  TestMember(std::unique_ptr<txn::Engine> engine, std::function<absl::Status()> initialize)
      : engine_(std::move(engine)), initialize_(std::move(initialize)) {}
  txn::Engine& engine() override { return *engine_; }
  void OnRoleChange() override {}
  absl::Status Initialize() override { return initialize_ ? initialize_() : absl::OkStatus(); }
  void Retire() override {}
  absl::Status Close() override { return engine_->Close(); }

 private:
  std::unique_ptr<txn::Engine> engine_;
  const std::function<absl::Status()> initialize_;
};

// A machine: its disk, and the node that runs on it.
class TestNode : public MemberDatabases {
 public:
  TestNode(InProcessTransport* network, std::string id, uint64_t seed = 1)
      : network_(network),
        id_(std::move(id)),
        files_({.seed = seed, .capacity_bytes = UINT64_MAX, .failpoints = &failpoints_}) {}
  ~TestNode() override { node_.reset(); }

  absl::StatusOr<std::unique_ptr<MemberDatabase>> Open(const std::string& directory,
                                                       txn::CommitGate* gate) override {
    txn::EngineOptions options = OptionsOf(directory);
    options.gate = gate;
    absl::StatusOr<std::unique_ptr<txn::Engine>> engine = txn::Engine::Open(options);
    if (!engine.ok()) return engine.status();
    return std::make_unique<TestMember>(*std::move(engine), initialize_);
  }
  txn::EngineOptions LoadOptions(const std::string& directory) override {
    stores_.erase(directory);
    return OptionsOf(directory);
  }

  ReplicationConfig::Builder Config(NodeRole role, const std::string& primary) const {
    ReplicationConfig::Builder builder;
    builder.NodeId(id_)
        .Role(role)
        .ListenAddress(address())
        .PrimaryAddress(primary)
        .HeartbeatInterval(absl::Milliseconds(10))
        .PeerTimeout(absl::Seconds(30))
        .ReconnectDelayMax(absl::Milliseconds(100));
    return builder;
  }
  absl::Status Start(ReplicationConfig::Builder builder) {
    builder.OnEvent([this](const Event& event) {
      MutexLock lock(&mu_);
      events_.push_back(event);
    });
    absl::StatusOr<ReplicationConfig> config = builder.Build();
    EXPECT_TRUE(config.ok()) << config.status();
    absl::StatusOr<std::unique_ptr<Node>> node =
        Node::Open({"node", *config, network_, this, &files_, Clock::Real(), faults_});
    if (!node.ok()) return node.status();
    node_ = *std::move(node);
    return absl::OkStatus();
  }
  // Loses the power, and with it what was not synced.
  void Crash(FaultyFileSystem::Unsynced unsynced = FaultyFileSystem::Unsynced::kLost) {
    network_->Isolate(address());
    files_.FailNth(1, FileFault::kPowerOff, std::nullopt);
    node_.reset();
    files_.Crash(unsynced);
    network_->Rejoin(address());
  }
  // The power goes: every call that runs or comes fails. Crash() follows.
  void PowerOff() {
    network_->Isolate(address());
    files_.FailNth(1, FileFault::kPowerOff, std::nullopt);
    node_->Close().IgnoreError();  // It fails, of course.
  }
  void Stop() { node_.reset(); }

  std::string address() const { return id_ + ":5433"; }
  const std::string& id() const { return id_; }
  Node& node() { return *node_; }
  bool running() const { return node_ != nullptr; }
  FaultyFileSystem& files() { return files_; }
  // Of the node and its log.
  FailpointSet& failpoints() { return failpoints_; }
  // For the next start.
  txn::EngineOptions& engine_options() { return engine_options_; }
  NodeTestOnlyFaults& faults() { return faults_; }
  void SetInitialize(std::function<absl::Status()> initialize) {
    initialize_ = std::move(initialize);
  }
  bool Saw(Event::Kind kind, std::string_view text) {
    MutexLock lock(&mu_);
    for (const Event& event : events_) {
      if (event.kind == kind && event.text.find(text) != std::string::npos) return true;
    }
    return false;
  }

  // What happened, a line each, and where the node stands.
  std::string Events() {
    const NodeStatus status = node_->Status();
    std::string text =
        fmt::format("{}: {} written={} applied={}", id_, NodeRoleName(status.role),
                    LsnText(Lsn{status.written_lsn}), LsnText(Lsn{status.applied_lsn}));
    if (status.primary.has_value()) {
      text += fmt::format(" {} {}", StandbyStateName(status.primary->state),
                          status.primary->last_error);
    }
    MutexLock lock(&mu_);
    for (const Event& event : events_) {
      text += fmt::format("\n  {} {}", EventKindName(event.kind), event.text);
    }
    return text + "\n";
  }

  // OK once committed with the durability.
  absl::StatusOr<txn::CommitReceipt> Write(std::string_view key, std::string_view value) {
    absl::StatusOr<txn::CommitReceipt> receipt = absl::UnknownError("not asked");
    const absl::Status status = node_->WithDatabase([&](MemberDatabase& database) -> absl::Status {
      const std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
      if (absl::Status put = txn->Put(txn::TestEngine::Key(key), value); !put.ok()) return put;
      receipt = txn->Commit(std::nullopt);
      return receipt.status();
    });
    if (!status.ok()) return status;
    return receipt;
  }
  // The same without waiting: done is called at the end.
  void WriteAsync(std::string_view key, std::string_view value, txn::Transaction::CommitDone done) {
    EXPECT_TRUE(node_
                    ->WithDatabase([&](MemberDatabase& database) -> absl::Status {
                      std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
                      const absl::Status put = txn->Put(txn::TestEngine::Key(key), value);
                      if (put.ok()) {
                        txn::Transaction::CommitAsync(std::move(txn), std::nullopt,
                                                      std::move(done));
                      }
                      return put;
                    })
                    .ok());
  }
  // "key=value " for each that this node shows.
  std::string Show() {
    std::string text;
    const absl::Status status = node_->WithDatabase([&](MemberDatabase& database) -> absl::Status {
      const std::unique_ptr<txn::Transaction> txn = database.engine().Begin({});
      absl::StatusOr<txn::ReadView> view = txn->View();
      if (!view.ok()) return view.status();
      absl::StatusOr<std::unique_ptr<txn::Cursor>> cursor = view->Open(
          txn::TestEngine::Key(""), txn::TestEngine::Key("~"), txn::ScanDirection::kForward);
      if (!cursor.ok()) return cursor.status();
      txn::KvPair pairs[8];
      for (;;) {
        const absl::StatusOr<size_t> count = (*cursor)->NextBatch(pairs);
        if (!count.ok()) return count.status();
        if (*count == 0) return absl::OkStatus();
        for (size_t i = 0; i < *count; ++i) {
          text += std::string(pairs[i].key.substr(4)) + "=" + std::string(pairs[i].value) + " ";
        }
      }
    });
    return status.ok() ? text : status.ToString();
  }
  // The log from lsn on; an error when a checkpoint has just freed it.
  absl::StatusOr<std::string> LogFrom(Lsn lsn) {
    std::string bytes;
    const absl::Status status = node_->WithDatabase([&](MemberDatabase& database) -> absl::Status {
      const Lsn end = database.engine().log_written();
      auto reader = database.engine().OpenLog(lsn);
      if (!reader.ok()) return reader.status();
      for (;;) {
        auto raw = (*reader)->NextRaw(end, 1 << 20);
        if (!raw.ok()) return raw.status();
        if (!raw->has_value()) return absl::OkStatus();
        bytes += (*raw)->bytes;
      }
    });
    if (!status.ok()) return status;
    return bytes;
  }
  // Where its log can be read from: a record begins there. Never below lsn.
  Lsn LogReach(Lsn lsn) {
    EXPECT_TRUE(node_
                    ->WithDatabase([&](MemberDatabase& database) {
                      lsn = std::max(lsn, database.engine().Stats().checkpoint_lsn);
                      return absl::OkStatus();
                    })
                    .ok());
    return lsn;
  }

 private:
  txn::EngineOptions OptionsOf(const std::string& directory) {
    txn::EngineOptions options = engine_options_;
    options.directory = directory;
    options.role = txn::NodeRole::kMember;
    options.files = &files_;
    if (options.wal_segment_bytes == txn::EngineOptions().wal_segment_bytes) {
      options.wal_segment_bytes = 1 << 20;
    }
    options.open_store = [this, directory]() -> absl::StatusOr<std::unique_ptr<storage::KvStore>> {
      std::unique_ptr<storage::KvStore>& store = stores_[directory];
      if (store == nullptr) store = storage::NewMemStore({});
      return std::make_unique<storage::BorrowedStore>(store.get());
    };
    return options;
  }

  InProcessTransport* const network_;
  const std::string id_;
  FailpointSet failpoints_;
  FaultyFileSystem files_;
  std::map<std::string, std::unique_ptr<storage::KvStore>> stores_;
  txn::EngineOptions engine_options_;
  NodeTestOnlyFaults faults_;
  std::function<absl::Status()> initialize_;
  Mutex mu_;
  std::vector<Event> events_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Node> node_;
};

// Nodes a, b, c; a is the primary at first.
class TestCluster {
 public:
  explicit TestCluster(SyncMode mode, std::vector<std::string> sync_set = {}, uint64_t seed = 1)
      : a(&network, "a", seed),
        b(&network, "b", seed + 1),
        c(&network, "c", seed + 2),
        mode_(mode),
        sync_set_(std::move(sync_set)) {}

  absl::Status TryStartPrimary(TestNode& node) {
    return node.Start(node.Config(NodeRole::kPrimary, "").Mode(mode_).SyncSet(sync_set_));
  }
  absl::Status TryStartStandby(TestNode& node, const TestNode& primary) {
    return node.Start(
        node.Config(NodeRole::kStandby, primary.address()).Mode(mode_).SyncSet(sync_set_));
  }
  void StartPrimary() {
    const absl::Status status = TryStartPrimary(a);
    EXPECT_TRUE(status.ok()) << status;
    HELIOS_CHECK(status.ok());
  }
  void StartStandby(TestNode& node, const TestNode& primary) {
    const absl::Status status = TryStartStandby(node, primary);
    EXPECT_TRUE(status.ok()) << status;
    HELIOS_CHECK(status.ok());
  }
  // Everything that `from` shows, `to` shows too, with the same log.
  void ExpectSame(TestNode& from, TestNode& to) {
    const Lsn visible{from.node().Status().applied_lsn};
    ASSERT_TRUE(Eventually([&] {
      return to.node().WaitApplied(visible, absl::Milliseconds(100)).ok();
    })) << to.id()
        << " does not reach " << LsnText(visible) << "\n"
        << from.Events() << to.Events();
    EXPECT_EQ(from.Show(), to.Show());
    const NodeStatus status = to.node().Status();
    EXPECT_EQ(from.node().Status().history, status.history);
    EXPECT_TRUE(Eventually(
        [&] { return to.node().Status().written_lsn == from.node().Status().written_lsn; }));
    EXPECT_TRUE(Eventually([&] {
      const Lsn first = to.LogReach(from.LogReach(Lsn{0}));
      const absl::StatusOr<std::string> one = from.LogFrom(first);
      const absl::StatusOr<std::string> other = to.LogFrom(first);
      return one.ok() && other.ok() && *one == *other;
    })) << "the logs differ: "
        << from.Events() << to.Events();
  }

  InProcessTransport network;
  TestNode a;
  TestNode b;
  TestNode c;

 private:
  const SyncMode mode_;
  const std::vector<std::string> sync_set_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_TEST_CLUSTER_H_
