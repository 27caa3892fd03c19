#include "tests/kit/crash_replicated/node_process.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>
#include <utility>

#include "fmt/format.h"
#include <unistd.h>

#include "core/base/failpoint.h"
#include "core/base/file_system.h"
#include "core/base/hash64.h"
#include "core/base/status.h"
#include "heliosdb/replication/replicated_database.h"
#include "heliosdb/result.h"
#include "replication/grpc/grpc_transport.h"
#include "replication/replicated_database_state.h"
#include "tests/kit/crash/crash_load.h"

namespace heliosdb::testkit::crash {
namespace {

// A line of this size goes into a pipe in one piece.
constexpr size_t kLineBytesMax = 4000;

Target TargetOf(replication::ReplicatedDatabase* node) {
  return {[node] { return node->Connect(); }, [node] { return node->Verify().status(); },
          [node](uint64_t transaction_id) { return node->Outcome(transaction_id); }};
}

// Of every row that the load wrote, in order.
absl::StatusOr<uint64_t> DigestOf(replication::ReplicatedDatabase* node) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection, node->Connect());
  uint64_t digest = 0;
  for (const char* query : {"SELECT * FROM progress ORDER BY worker",
                            "SELECT * FROM entry ORDER BY worker, sequence, part"}) {
    HELIOS_ASSIGN_OR_RETURN(Result result, connection->Execute(query));
    for (const Row row : result) {
      for (size_t i = 0; i < row.size(); ++i) digest = Hash64(row.Text(i), digest);
    }
    HELIOS_RETURN_IF_ERROR(result.status());
  }
  return digest;
}

class NodeProcess {
 public:
  explicit NodeProcess(const NodeProcessOptions& options)
      : options_(options), files_(FileSystem::NewPosix(&failpoints_)) {}
  ~NodeProcess() { StopLoad(); }

  absl::Status Open() {
    if (!options_.failpoint.empty())
      failpoints_.KillAt(options_.failpoint, {.skip = 0, .count = 1});
    HELIOS_ASSIGN_OR_RETURN(const replication::ReplicationConfig config,
                            replication::ReplicationConfig::Builder()
                                .NodeId(options_.node_id)
                                .Role(options_.role)
                                .ListenAddress(options_.listen_address)
                                .PrimaryAddress(options_.primary_address)
                                .Mode(replication::SyncMode::kSync)
                                .SyncSet({"a", "b"})
                                .HeartbeatInterval(absl::Milliseconds(20))
                                .ReconnectDelayMax(absl::Milliseconds(200))
                                .Build());
    HELIOS_ASSIGN_OR_RETURN(
        const Options options,
        Options::Builder().WalSegmentBytes(1 << 20).CheckpointInterval(absl::Seconds(1)).Build());
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<replication::Transport> transport,
                            replication::NewGrpcTransport({}));
    txn::EngineOptions seams;
    seams.files = files_.get();
    seams.failpoints = &failpoints_;
    HELIOS_ASSIGN_OR_RETURN(node_,
                            replication::internal::ReplicatedDatabaseState::Open(
                                options_.directory, config, options, std::move(transport), seams));
    Say(fmt::format("ready {}", node_->Status().listen_address));
    return absl::OkStatus();
  }

  void Obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (const absl::Status status = Do(verb, words); !status.ok()) Fail(status);
  }
  void Fail(const absl::Status& status) { Say("failed " + status.ToString()); }

 private:
  absl::Status Do(const std::string& verb, std::istringstream& words) {
    if (verb == "load") {
      StartLoad(words);
      return absl::OkStatus();
    }
    if (verb == "stop") {
      StopLoad();
      Say(fmt::format("stopped {}", node_->Status().applied_lsn));
      return absl::OkStatus();
    }
    if (verb == "failpoint") {
      std::string name;
      uint64_t skip = 0;
      words >> name >> skip;
      Say("armed");  // Afterwards it may be too late.
      failpoints_.KillAt(name, {.skip = skip, .count = 1});
      return absl::OkStatus();
    }
    if (verb == "promote") {
      HELIOS_RETURN_IF_ERROR(node_->Promote());
      Say("promoted");
      return absl::OkStatus();
    }
    if (verb == "examine") return ExamineHere(words);
    return InvalidArgument("unknown command {}", verb);
  }

  void StartLoad(std::istringstream& words) {
    StopLoad();
    stop_ = false;
    LoadOptions load;
    words >> load.seed;
    load.acknowledged = [this](const Acknowledgement& each) {
      Say(fmt::format("ack {} {} {}", each.worker, each.sequence, each.transaction_id));
    };
    load_ = std::thread([this, load] {
      const absl::Status status = RunLoad(TargetOf(node_.get()), load, &stop_);
      if (!status.ok()) Fail(status);
    });
  }
  void StopLoad() {
    stop_ = true;
    if (load_.joinable()) load_.join();
  }

  absl::Status ExamineHere(std::istringstream& words) {
    uint64_t lsn = 0;
    words >> lsn;
    Ledger ledger;
    for (uint32_t worker = 0; worker < kWorkers; ++worker) {
      uint32_t last = 0;
      words >> last;
      ledger.Add({worker, last, 0});
    }
    for (uint64_t id = 0; words >> id;) ledger.Add({0, 0, id});
    HELIOS_RETURN_IF_ERROR(node_->WaitApplied(lsn, absl::Minutes(1)));
    HELIOS_ASSIGN_OR_RETURN(Findings findings, Examine(TargetOf(node_.get()), ledger));
    HELIOS_ASSIGN_OR_RETURN(const uint64_t digest, DigestOf(node_.get()));
    std::string history;
    for (const uint8_t byte : node_->Status().history.bytes) history += fmt::format("{:02x}", byte);
    std::replace(findings.explanation.begin(), findings.explanation.end(), '\n', ';');
    Say(fmt::format("examined {} {} {} {:016x} {} {}", findings.lost, findings.torn,
                    findings.corrupt, digest, history, findings.explanation));
    return absl::OkStatus();
  }

  // Thread-safe.
  void Say(std::string line) {
    line = line.substr(0, kLineBytesMax) + "\n";
    // A failure means that whoever listens is gone.
    if (write(options_.pipe_fd, line.data(), line.size()) < 0) std::raise(SIGKILL);
  }

  const NodeProcessOptions options_;
  FailpointSet failpoints_;
  const std::unique_ptr<FileSystem> files_;
  std::unique_ptr<replication::ReplicatedDatabase> node_;
  std::atomic<bool> stop_ = false;
  std::thread load_;
};

}  // namespace

absl::Status RunNodeProcess(const NodeProcessOptions& options) {
  NodeProcess process(options);
  if (const absl::Status opened = process.Open(); !opened.ok()) {
    process.Fail(opened);
    return opened;
  }
  for (std::string line; std::getline(std::cin, line);) process.Obey(line);
  // Whoever gave commands is gone; a load that waits for the other node would never end.
  _exit(0);
}

}  // namespace heliosdb::testkit::crash
