// How a node takes part in a cluster.
//
//   auto config = ReplicationConfig::Builder()
//                     .NodeId("a").Role(NodeRole::kPrimary).ListenAddress("10.0.0.1:5433")
//                     .Mode(SyncMode::kSync).SyncSet({"a", "b", "c"})
//                     .Build();
//   if (!config.ok()) ...                        // names every mistake at once
//
// Builder and ReplicationConfig are plain values: copy them, use them from any thread.
#ifndef HELIOSDB_REPLICATION_REPLICATION_CONFIG_H_
#define HELIOSDB_REPLICATION_REPLICATION_CONFIG_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "heliosdb/replication/sync_mode.h"

namespace heliosdb::replication {

enum class NodeRole : uint8_t {
  kPrimary,  // Takes writes, sends its log.
  kStandby,  // Follows a primary; answers reads.
};
// "primary", "standby".
std::string_view NodeRoleName(NodeRole role);

// Files in PEM form. All three, or none: then the connections are neither encrypted nor
// authenticated. With them each side demands a certificate of the other, signed by this authority.
struct TlsFiles {
  std::string certificate;  // This node's, for its host name; used as server and as client.
  std::string private_key;
  std::string authority;  // The certificate that must have signed the peer's.
};

// Something that happened to the node and that an operator may want to know.
struct Event {
  enum class Kind : uint8_t {
    kRoleChanged,   // Became primary or standby.
    kConnected,     // A stream with the node `peer` is up.
    kDisconnected,  // ... is down; `text` says why.
    kRefused,       // This node refused the peer, or was refused by it; `text` says why.
    kLogCut,        // The end of this node's log was not part of the primary's and was cut off.
    kBaseBackup,    // A copy of the whole database begins, or ends.
    kSlotLost,      // The log that `peer` still needed is gone: it will take a base backup.
    kDeposed,       // A node with a higher term was seen; this one takes no writes any more.
    kSyncSetChanged,
  };
  Kind kind = Kind::kConnected;
  std::string peer;  // A node's id, or its address while the id is not known; may be empty.
  std::string text;  // One sentence, with the values.
};
std::string_view EventKindName(Event::Kind kind);
// Called from the node's own threads, one call at a time; must return soon and must not call the
// node.
using EventCallback = std::function<void(const Event&)>;

class ReplicationConfig {
 public:
  class Builder;

  // See the setters of the same names for what each means.
  std::string node_id;
  std::string cluster = "heliosdb";
  NodeRole role = NodeRole::kPrimary;
  std::string listen_address;
  std::string advertised_address;
  std::string primary_address;
  SyncMode mode = SyncMode::kAsync;
  std::vector<std::string> sync_set;
  absl::Duration commit_ack_timeout = absl::InfiniteDuration();
  absl::Duration heartbeat_interval = absl::Milliseconds(100);
  absl::Duration peer_timeout = absl::Seconds(2);
  absl::Duration reconnect_delay_max = absl::Seconds(1);
  uint64_t send_window_bytes = uint64_t{16} << 20;
  uint64_t message_bytes_max = uint64_t{256} << 10;
  TlsFiles tls;
  EventCallback on_event;

 private:
  ReplicationConfig() = default;
};

// Each setter replaces one value and returns the builder.
class ReplicationConfig::Builder {
 public:
  // Names this node; unique in the cluster, and the same after every restart. 1 to 48 letters,
  // digits, '-', '_' or '.'. Required.
  Builder& NodeId(std::string id);
  // Names the cluster: nodes of different clusters refuse each other. 1 to 48 characters as above.
  // Default "heliosdb".
  Builder& Cluster(std::string name);
  // What the node is when it opens. Default kPrimary.
  Builder& Role(NodeRole role);
  // "host:port" at which other nodes reach this one; port 0 takes any free one. Required for a
  // primary; a standby needs it to be promoted later or to serve other standbys.
  Builder& ListenAddress(std::string address);
  // The address that other nodes are told, when it is not the one listened at. Default: that one.
  Builder& AdvertisedAddress(std::string address);
  // "host:port" of the node to follow: the primary, or a standby to follow in its place. Required
  // for a standby; ignored by a primary.
  Builder& PrimaryAddress(std::string address);
  // The rule by which this node commits when it is primary. Default kAsync. What each mode costs: a
  // commit waits for the slowest (kSync), the fastest (kSemiSync), or the middle (kQuorum) of the
  // nodes.
  Builder& Mode(SyncMode mode);
  // The ids of the nodes that the rule counts, this one included; all of them in every member's
  // configuration, so that any of them can be promoted. Required for every mode but kAsync, where
  // it must be empty; at least 2, for kQuorum at least 3 nodes. At most 64.
  Builder& SyncSet(std::vector<std::string> node_ids);
  // How long a commit waits for other nodes before it is answered with 40003, "outcome unknown": it
  // is then in the log and may still count later. 1 ms or more; infinite by default.
  Builder& CommitAckTimeout(absl::Duration timeout);
  // How often a quiet connection is used to show that it lives. 1 ms to 1 min; default 100 ms.
  Builder& HeartbeatInterval(absl::Duration interval);
  // A peer that was silent for this long counts as gone; the standby connects again. At least twice
  // the heartbeat interval, at most 1 h; default 2 s.
  Builder& PeerTimeout(absl::Duration timeout);
  // The longest pause before a standby tries to connect again; the first is a hundredth of it. 1 ms
  // to 1 min; default 1 s.
  Builder& ReconnectDelayMax(absl::Duration delay);
  // Log bytes sent to a standby that it has not yet confirmed, at most: bounds its memory. 64 KiB
  // to 1 GiB; default 16 MiB. Too small a window slows down long lines.
  Builder& SendWindowBytes(uint64_t bytes);
  // Log bytes in one message. 4 KiB to 3 MiB; default 256 KiB. A larger frame of the log goes alone.
  Builder& MessageBytesMax(uint64_t bytes);
  // Default: none.
  Builder& Tls(TlsFiles files);
  // Default: none.
  Builder& OnEvent(EventCallback callback);

  // The configuration, or INVALID_ARGUMENT (22023) with every mistake, one a line: the value, and
  // what it must be.
  absl::StatusOr<ReplicationConfig> Build() const;

 private:
  ReplicationConfig config_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_REPLICATION_CONFIG_H_
