// A host program with a node of a cluster inside. Started three times, it is a primary and two
// standbys:
//
//   replicated_app --node-id a --role primary --listen 127.0.0.1:5433 --data-dir node-a
//                  --mode sync --members a,b,c
//   replicated_app --node-id b --role standby --listen 127.0.0.1:5434 --data-dir node-b
//                  --mode sync --members a,b,c --primary 127.0.0.1:5433
//
// Reads a command a line from the standard input and answers with lines, the last of which begins
// with "OK" or "ERROR":
//
//   SELECT ...           any SQL: a line for each row, columns separated by tabs, NULL as \N
//   \script FILE         runs an SQL script, with lines "PROGRESS done total"
//   \promote [a,b]       makes this standby the primary, with this sync set
//   \follow HOST:PORT    makes this node a standby of that one
//   \members a,b         changes the sync set of a primary
//   \status              where this node and its peers stand
//   \wait LSN            waits until this node shows everything below it
//   \quit
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "heliosdb/heliosdb.h"
#include "heliosdb/replication.h"

namespace {

using heliosdb::Connection;
using heliosdb::replication::Event;
using heliosdb::replication::NodeRole;
using heliosdb::replication::NodeStatus;
using heliosdb::replication::PromoteOptions;
using heliosdb::replication::ReplicatedDatabase;
using heliosdb::replication::ReplicationConfig;
using heliosdb::replication::StandbyStatus;

// The node's threads tell of events while commands are answered.
std::mutex output_mutex;

void Print(std::string_view line) {
  const std::lock_guard<std::mutex> lock(output_mutex);
  std::cout << line << "\n" << std::flush;
}

void PrintError(const absl::Status& status) {
  std::string line = "ERROR " + heliosdb::SqlStateOf(status) + " " + std::string(status.message());
  if (const std::string hint = heliosdb::ErrorHintOf(status); !hint.empty())
    line += " HINT " + hint;
  for (char& c : line) c = c == '\n' ? ' ' : c;
  Print(line);
}

std::vector<std::string> SplitByComma(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

absl::StatusOr<ReplicationConfig> ReadArguments(std::map<std::string, std::string>& arguments) {
  ReplicationConfig::Builder builder;
  builder.NodeId(arguments["--node-id"])
      .Role(arguments["--role"] == "standby" ? NodeRole::kStandby : NodeRole::kPrimary)
      .ListenAddress(arguments["--listen"])
      .PrimaryAddress(arguments["--primary"])
      .SyncSet(SplitByComma(arguments["--members"]));
  if (!arguments["--mode"].empty()) {
    const auto mode = heliosdb::replication::ParseSyncMode(arguments["--mode"]);
    if (!mode.has_value()) return absl::InvalidArgumentError("unknown mode " + arguments["--mode"]);
    builder.Mode(*mode);
  }
  if (!arguments["--tls-cert"].empty()) {
    builder.Tls({arguments["--tls-cert"], arguments["--tls-key"], arguments["--tls-ca"]});
  }
  builder.OnEvent([](const Event& event) {
    Print("EVENT " + std::string(EventKindName(event.kind)) + " " + event.text);
  });
  return builder.Build();
}

class App {
 public:
  explicit App(ReplicatedDatabase* node) : node_(node) {}

  // Answers a line; false for the last one.
  bool Run(const std::string& line) {
    if (line.empty()) return true;
    if (line == "\\quit") return false;
    absl::Status status;
    if (line.front() == '\\') {
      const size_t space = line.find(' ');
      const std::string argument = space == std::string::npos ? "" : line.substr(space + 1);
      status = Command(line.substr(0, space), argument);
    } else {
      status = Sql(line);
    }
    if (!status.ok()) PrintError(status);
    return true;
  }

 private:
  absl::Status Command(const std::string& name, const std::string& argument) {
    absl::Status status;
    if (name == "\\script") return Script(argument);
    if (name == "\\promote") {
      PromoteOptions options;
      if (!argument.empty()) options.sync_set = SplitByComma(argument);
      status = node_->Promote(options);
      connection_.reset();
    } else if (name == "\\follow") {
      status = node_->Follow(argument);
      connection_.reset();
    } else if (name == "\\members") {
      status = node_->SetSyncSet(SplitByComma(argument));
    } else if (name == "\\wait") {
      status = node_->WaitApplied(std::strtoull(argument.c_str(), nullptr, 10), absl::Minutes(1));
    } else if (name == "\\status") {
      PrintStatus();
    } else {
      status = absl::InvalidArgumentError("unknown command " + name);
    }
    if (status.ok()) Print("OK");
    return status;
  }

  // The session; a new one after the database was replaced by a copy.
  absl::StatusOr<Connection*> Session() {
    if (connection_ == nullptr) {
      auto connection = node_->Connect();
      if (!connection.ok()) return connection.status();
      connection_ = *std::move(connection);
    }
    return connection_.get();
  }

  absl::Status Sql(const std::string& text) {
    auto session = Session();
    if (!session.ok()) return session.status();
    auto result = (*session)->Execute(text);
    if (!result.ok()) {
      if (heliosdb::SqlStateOf(result.status()) == "57P01") connection_.reset();
      return result.status();
    }
    for (heliosdb::Row row : *result) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        line += (i == 0 ? "" : "\t") + (row.IsNull(i) ? std::string("\\N") : row.Text(i));
      }
      Print(line);
    }
    if (!result->status().ok()) return result->status();
    std::string answer = "OK " + result->command_tag();
    if (const auto& receipt = result->receipt(); receipt.has_value()) {
      answer += " lsn=" + std::to_string(receipt->end_lsn) +
                " transaction=" + std::to_string(receipt->transaction_id) +
                " term=" + std::to_string(receipt->term);
    }
    Print(answer);
    return absl::OkStatus();
  }

  absl::Status Script(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return absl::NotFoundError("cannot read " + path);
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    auto session = Session();
    if (!session.ok()) return session.status();
    uint64_t shown = 0;
    const absl::Status status = (*session)->ExecuteScript(text, [&](uint64_t done) {
      if (done - shown < text.size() / 50) return;
      shown = done;
      Print("PROGRESS " + std::to_string(done) + " " + std::to_string(text.size()));
    });
    if (status.ok()) Print("OK");
    return status;
  }

  void PrintStatus() {
    const NodeStatus status = node_->Status();
    Print("node " + status.node_id + " " + std::string(NodeRoleName(status.role)) + " term " +
          std::to_string(status.term) + " written " + std::to_string(status.written_lsn) +
          " flushed " + std::to_string(status.flushed_lsn) + " commit " +
          std::to_string(status.commit_lsn) + " applied " + std::to_string(status.applied_lsn) +
          " address " + status.listen_address);
    for (const StandbyStatus& standby : status.standbys) {
      Print("standby " + standby.node_id + " " + std::string(StandbyStateName(standby.state)) +
            (standby.in_sync_set ? " sync" : " async") + " flushed " +
            std::to_string(standby.flushed_lsn) + " applied " +
            std::to_string(standby.applied_lsn) + " lag_bytes " +
            std::to_string(standby.lag_bytes));
    }
    if (status.primary.has_value()) {
      Print("primary " + status.primary->node_id + " " +
            std::string(StandbyStateName(status.primary->state)) + " at " +
            status.primary->address + " lag_bytes " + std::to_string(status.primary->lag_bytes) +
            " " + status.primary->last_error);
    }
  }

  ReplicatedDatabase* const node_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> arguments;
  for (int i = 1; i + 1 < argc; i += 2) arguments[argv[i]] = argv[i + 1];
  const absl::StatusOr<ReplicationConfig> config = ReadArguments(arguments);
  if (!config.ok()) {
    std::cerr << config.status().message() << "\n";
    return 2;
  }
  auto node = ReplicatedDatabase::Open(arguments["--data-dir"], *config);
  if (!node.ok()) {
    std::cerr << node.status().message() << "\n";
    return 1;
  }
  Print("READY " + (*node)->Status().listen_address);
  {
    App app(node->get());
    for (std::string line; std::getline(std::cin, line);) {
      if (!app.Run(line)) break;
    }
  }
  if (const absl::Status status = (*node)->Close(); !status.ok()) {
    PrintError(status);
    return 1;
  }
  return 0;
}
