// A host that links heliosdb::ha-tier1, which brings heliosdb::core: a primary and a standby in one process, over
// loopback and ports that the operating system chose. Prints one line a fact, which the test compares.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "heliosdb/heliosdb.h"
#include "heliosdb/replication.h"

namespace {

using heliosdb::replication::NodeRole;
using heliosdb::replication::ReplicatedDatabase;
using heliosdb::replication::ReplicationConfig;
using heliosdb::replication::SyncMode;

constexpr absl::Duration kPatience = absl::Minutes(1);

// Prints what is wrong; true when nothing is.
bool Fine(const absl::Status& status, const char* what) {
  if (status.ok()) return true;
  std::printf("%s: %s %s\n", what, heliosdb::SqlStateOf(status).c_str(), status.ToString().c_str());
  return false;
}

std::unique_ptr<ReplicatedDatabase> OpenNode(const std::string& folder,
                                             ReplicationConfig::Builder builder) {
  const auto config = builder.ListenAddress("127.0.0.1:0").Mode(SyncMode::kAsync).Build();
  if (!Fine(config.status(), "config")) return nullptr;
  auto node = ReplicatedDatabase::Open(folder, *config);
  if (!Fine(node.status(), "node")) return nullptr;
  return *std::move(node);
}

bool Run(ReplicatedDatabase& node, const char* sql, std::string* answer) {
  auto connection = node.Connect();
  if (!Fine(connection.status(), "connect")) return false;
  auto result = (*connection)->Execute(sql);
  if (!Fine(result.status(), sql)) return false;
  for (const heliosdb::Row row : *result) *answer = row.Text(0);
  return Fine(result->status(), sql);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  const auto mistakes = ReplicationConfig::Builder().NodeId("").Build();
  std::printf("wrong_config=%s\n", heliosdb::SqlStateOf(mistakes.status()).c_str());

  const auto primary =
      OpenNode(folder + "-a", ReplicationConfig::Builder().NodeId("a").Role(NodeRole::kPrimary));
  if (primary == nullptr) return 1;
  const std::string address = primary->Status().listen_address;
  const auto standby = OpenNode(
      folder + "-b",
      ReplicationConfig::Builder().NodeId("b").Role(NodeRole::kStandby).PrimaryAddress(address));
  if (standby == nullptr || !Fine(standby->WaitApplied(0, kPatience), "base backup")) return 1;

  // The standby shows what the primary committed, once it is there.
  std::string answer;
  if (!Run(*primary, "CREATE TABLE t (a int PRIMARY KEY)", &answer) ||
      !Run(*primary, "INSERT INTO t SELECT generate_series(1, 1000)", &answer) ||
      !Fine(standby->WaitApplied(primary->Status().commit_lsn, kPatience), "wait") ||
      !Run(*standby, "SELECT count(*) FROM t", &answer)) {
    return 1;
  }
  std::printf("standby_rows=%s\n", answer.c_str());
  auto connection = standby->Connect();
  if (!Fine(connection.status(), "connect")) return 1;
  const auto refused = (*connection)->Execute("INSERT INTO t VALUES (5000)");
  std::printf("standby_write=%s\n", heliosdb::SqlStateOf(refused.status()).c_str());
  connection->reset();

  // The primary goes, the standby takes over alone.
  if (!Fine(primary->Close(), "close")) return 1;
  if (!Fine(standby->Promote(), "promote") ||
      !Run(*standby, "INSERT INTO t VALUES (5000)", &answer) ||
      !Run(*standby, "SELECT count(*) FROM t", &answer)) {
    return 1;
  }
  std::printf("promoted_rows=%s\n", answer.c_str());
  return Fine(standby->Close(), "close") ? 0 : 1;
}
