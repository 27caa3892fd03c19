// A node of a cluster inside the host's process: a database that sends its log to standbys, or is
// one.
//
//   auto node = ReplicatedDatabase::Open("node-a", *config);
//   auto connection = (*node)->Connect();                       // SQL as on any database
//   ...
//   auto promoted = (*standby)->Promote();                      // when the host finds the primary dead
//
// Every node's log is the same, byte for byte, up to where it ends. A standby shows a commit once the
// primary counts it as committed (SyncMode), never before. A standby that was away goes on from
// exactly where it was; one that was away for too long, or is new, takes a copy of the whole
// database by itself while the primary goes on. An old primary that comes back as a standby drops
// what the new primary never had.
//
// No automatic failover: the host, or its operator, decides when to promote and whom, and sees to
// it that the old primary is gone. docs/replication.md tells what is promised in which mode.
#ifndef HELIOSDB_REPLICATION_REPLICATED_DATABASE_H_
#define HELIOSDB_REPLICATION_REPLICATED_DATABASE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "heliosdb/connection.h"
#include "heliosdb/database.h"
#include "heliosdb/options.h"
#include "heliosdb/receipt.h"
#include "heliosdb/replication/replication_config.h"

namespace heliosdb::api {
class DatabaseState;
}  // namespace heliosdb::api

namespace heliosdb::replication {

namespace internal {
class ReplicatedDatabaseState;
}  // namespace internal

enum class StandbyState : uint8_t {
  kDisconnected,
  kConnecting,
  kBaseBackup,  // Takes a copy of the database.
  kCatchingUp,  // Receives log that is older than what the primary writes now.
  kStreaming,   // Receives the log as it is written.
};
// "disconnected", "connecting", "base_backup", "catching_up", "streaming".
std::string_view StandbyStateName(StandbyState state);

// All LSNs are bytes from the beginning of the log; each tells that everything below it is there.
struct StandbyStatus {
  std::string node_id;
  std::string address;  // Where it listens, as it says itself.
  StandbyState state = StandbyState::kDisconnected;
  bool in_sync_set = false;
  uint64_t sent_lsn = 0;
  uint64_t received_lsn = 0;  // In the standby's memory.
  uint64_t flushed_lsn = 0;   // On its disk.
  uint64_t applied_lsn = 0;   // Shown by it.
  uint64_t lag_bytes = 0;     // Written by the primary, not yet on the standby's disk.
  // Since the last moment at which the standby had everything that the primary then had.
  absl::Duration lag_time = absl::ZeroDuration();
  absl::Time connected_at = absl::InfinitePast();
  absl::Time last_heard = absl::InfinitePast();
};

struct PrimaryStatus {
  std::string node_id;  // Empty until the first contact.
  std::string address;
  StandbyState state = StandbyState::kDisconnected;
  uint64_t written_lsn = 0;  // Its log's end, as last heard.
  uint64_t commit_lsn = 0;   // Its commit LSN, as last heard.
  uint64_t lag_bytes = 0;    // What this node has not applied of that log.
  absl::Duration lag_time = absl::ZeroDuration();
  absl::Time connected_at = absl::InfinitePast();
  absl::Time last_heard = absl::InfinitePast();
  std::string last_error;  // Why the last connection ended; empty while none did.
};

struct NodeStatus {
  std::string node_id;
  std::string cluster;
  NodeRole role = NodeRole::kPrimary;
  SyncMode mode = SyncMode::kAsync;
  HistoryId history;
  std::string listen_address;  // With the port really taken; empty when the node does not listen.
  uint64_t term = 0;
  uint64_t written_lsn = 0;
  uint64_t flushed_lsn = 0;
  uint64_t commit_lsn = 0;   // Everything below counts as committed, as far as this node knows.
  uint64_t applied_lsn = 0;  // Shown by this node.
  std::vector<std::string> sync_set;
  std::vector<StandbyStatus> standbys;   // Every one seen since the node became primary.
  std::optional<PrimaryStatus> primary;  // Of a standby.
  absl::Duration uptime = absl::ZeroDuration();
};

struct PromoteOptions {
  // The sync set that counts from here on; nullopt: the configured one. A member that is gone makes
  // commits wait in mode kSync: leave it out here, deliberately, and add it again when it is back.
  std::optional<std::vector<std::string>> sync_set;
};

// Thread-safe but for Close and destruction, which must come last.
class ReplicatedDatabase {
 public:
  // Opens the node whose files lie in a directory, or makes it. A primary without a database makes
  // an empty one; a standby without one takes a base backup in the background: until it is there
  // Connect fails with 57P03. Blocks for recovery, not for other nodes.
  //
  // Errors: Database::Open's; FAILED_PRECONDITION for a directory of another node or cluster,
  // naming both; UNAVAILABLE for an address that cannot be listened at.
  static absl::StatusOr<std::unique_ptr<ReplicatedDatabase>> Open(
      std::string path, const ReplicationConfig& config, const Options& options = Options());
  // Closes, if need be. Errors are lost: call Close to see them.
  ~ReplicatedDatabase();
  ReplicatedDatabase(const ReplicatedDatabase&) = delete;
  ReplicatedDatabase& operator=(const ReplicatedDatabase&) = delete;

  // A new session. On a standby it reads at full speed and refuses writes with 25006, with the
  // primary's address in the hint. 57P03 while a base backup replaces the database. Sessions that
  // were open then fail with 57P01: connect again.
  absl::StatusOr<std::unique_ptr<Connection>> Connect();

  // Makes this standby the primary: it stops following, begins a new term, takes writes. What it
  // received but did not know to be committed counts once the new term's rule is met. Blocks on the
  // disk. 55000 on a primary and on a standby without a database. Call it for one node only, and for
  // one that has the most log (NodeStatus) of those that the mode counted on.
  absl::Status Promote(const PromoteOptions& options = {});
  // Makes this node a standby of the node at that address: a primary steps down (running
  // transactions fail with 57P03, commits that wait with 40003), a standby changes its primary.
  absl::Status Follow(std::string primary_address);
  // Changes the sync set of a primary. The old set is obeyed until the new one holds all that is
  // committed; shrinking takes effect at once. 55000 on a standby; 22023 for a set that does not
  // fit the mode.
  absl::Status SetSyncSet(std::vector<std::string> node_ids);

  NodeRole role() const;
  NodeStatus Status() const;

  // Waits until this node has a database that shows everything below lsn (0: any).
  // DEADLINE_EXCEEDED after timeout; UNAVAILABLE once the node is closing.
  absl::Status WaitApplied(uint64_t lsn, absl::Duration timeout);

  // As on Database; 57P03 while there is none.
  absl::StatusOr<TransactionOutcome> Outcome(uint64_t transaction_id);
  absl::Status Checkpoint();
  absl::StatusOr<VerifyReport> Verify();
  absl::StatusOr<Stats> GetStats();

  // Leaves the cluster in order and closes the database: every connection must be gone (55006).
  absl::Status Close();

 private:
  friend class internal::ReplicatedDatabaseState;
  static std::unique_ptr<Database> Wrap(std::unique_ptr<api::DatabaseState> state);
  explicit ReplicatedDatabase(std::unique_ptr<internal::ReplicatedDatabaseState> state);
  std::unique_ptr<internal::ReplicatedDatabaseState> state_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_REPLICATED_DATABASE_H_
