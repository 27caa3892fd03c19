#include "bench/compare/sync_commits.h"

#include <filesystem>
#include <memory>
#include <utility>

#include <unistd.h>

#include "bench/compare/bare_pair.h"
#include "bench/compare/child_process.h"
#include "bench/compare/helios_inserts.h"
#include "core/base/status.h"
#include "heliosdb/replication.h"

namespace heliosdb::bench {
namespace {

using replication::NodeRole;
using replication::ReplicatedDatabase;
using replication::ReplicationConfig;
using replication::SyncMode;

constexpr double kSecondsEach = 0.8;
constexpr double kBarPair = 0.5;
constexpr double kBarLocal = 0.6;

ReplicationConfig::Builder Member(const char* id) {
  ReplicationConfig::Builder builder;
  builder.NodeId(id).ListenAddress("127.0.0.1:0").Mode(SyncMode::kSync).SyncSet({"a", "b"});
  return builder;
}

// A primary here, its standby in another process, and durable INSERTs through it.
class SyncedInserts {
 public:
  static absl::StatusOr<std::unique_ptr<SyncedInserts>> Open(Workspace* workspace) {
    std::unique_ptr<SyncedInserts> self(new SyncedInserts());
    HELIOS_ASSIGN_OR_RETURN(const ReplicationConfig config, Member("a").Build());
    HELIOS_ASSIGN_OR_RETURN(self->primary_,
                            ReplicatedDatabase::Open(workspace->NewPath("primary"), config));
    HELIOS_ASSIGN_OR_RETURN(ChildProcess standby,
                            ChildProcess::Start({"--standby", workspace->NewPath("standby"),
                                                 self->primary_->Status().listen_address}));
    self->standby_ = std::make_unique<ChildProcess>(std::move(standby));
    ReplicatedDatabase* const primary = self->primary_.get();
    HELIOS_ASSIGN_OR_RETURN(self->inserts_,
                            HeliosInserts::Open({[primary] { return primary->Connect(); },
                                                 [primary] { return primary->GetStats(); }}));
    return self;
  }
  HeliosInserts& inserts() { return *inserts_; }

 private:
  SyncedInserts() = default;
  // The inserts go before the node, the node before its standby: a commit in flight would wait for it.
  std::unique_ptr<ChildProcess> standby_;
  std::unique_ptr<ReplicatedDatabase> primary_;
  std::unique_ptr<HeliosInserts> inserts_;
};

absl::Status CompareToPair(Workspace* workspace) {
  HELIOS_ASSIGN_OR_RETURN(const auto synced, SyncedInserts::Open(workspace));
  const std::string folder = workspace->NewPath("pair");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Internal("cannot make {}: {}", folder, error.message());
  HELIOS_ASSIGN_OR_RETURN(const auto pair, BarePair::Open(folder));
  HeliosInserts& inserts = synced->inserts();
  const auto run_pair = [&] {
    const auto bytes = static_cast<uint64_t>(inserts.bytes_per_commit());
    return RunThreads(1, kSecondsEach, [&](int) { return pair->Commit(bytes); });
  };
  HELIOS_ASSIGN_OR_RETURN(const Medians medians,
                          Interleave([&] { return inserts.Run(1); }, run_pair));
  Print("sync_commit", medians, "commits/s", kBarPair, SyncNote(inserts, 1));
  return absl::OkStatus();
}

absl::Status CompareToLocal(Workspace* workspace) {
  HELIOS_ASSIGN_OR_RETURN(const auto synced, SyncedInserts::Open(workspace));
  HELIOS_ASSIGN_OR_RETURN(const auto database, Database::Open(workspace->NewPath("local")));
  HELIOS_ASSIGN_OR_RETURN(
      const auto local,
      HeliosInserts::Open({[&] { return database->Connect(); },
                           [&]() -> absl::StatusOr<Stats> { return database->GetStats(); }}));
  HELIOS_ASSIGN_OR_RETURN(const Medians medians,
                          Interleave([&] { return synced->inserts().Run(kThreads); },
                                     [&] { return local->Run(kThreads); }));
  Print("sync_commit_16threads", medians, "commits/s", kBarLocal,
        SyncNote(synced->inserts(), local->syncs_per_commit()));
  return absl::OkStatus();
}

}  // namespace

absl::Status CompareSyncCommits(Workspace* workspace, const Wanted& wanted) {
  if (wanted("sync_commit")) HELIOS_RETURN_IF_ERROR(CompareToPair(workspace));
  if (wanted("sync_commit_16threads")) HELIOS_RETURN_IF_ERROR(CompareToLocal(workspace));
  return absl::OkStatus();
}

absl::Status RunStandby(const std::string& directory, const std::string& primary_address) {
  HELIOS_ASSIGN_OR_RETURN(
      const ReplicationConfig config,
      Member("b").Role(NodeRole::kStandby).PrimaryAddress(primary_address).Build());
  HELIOS_ASSIGN_OR_RETURN(const auto node, ReplicatedDatabase::Open(directory, config));
  // Until the process that started this one kills it.
  while (true) pause();
}

}  // namespace heliosdb::bench
