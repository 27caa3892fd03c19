// When a commit counts in a cluster.
#ifndef HELIOSDB_REPLICATION_SYNC_MODE_H_
#define HELIOSDB_REPLICATION_SYNC_MODE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace heliosdb::replication {

// The cluster's rule: what must have happened before a commit is visible anywhere and is answered
// (with the default durability). A single transaction may ask for more, or for less (receipt.h).
//
// A rule that cannot be met makes commits wait; it is never replaced by a weaker one.
enum class SyncMode : uint8_t {
  // On the primary's disk. A failover may lose the newest commits.
  kAsync,
  // On the primary's disk and received by one standby of the sync set. Survives one failure.
  kSemiSync,
  // On the disks of all members of the sync set.
  kSync,
  // On the disks of a majority of the sync set: floor(n / 2) + 1 of n members.
  kQuorum,
};

// "async", "semi-sync", "sync", "quorum".
std::string_view SyncModeName(SyncMode mode);
// The reverse; also "synchronous" and "asynchronous". nullopt for any other text.
std::optional<SyncMode> ParseSyncMode(std::string_view text);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SYNC_MODE_H_
