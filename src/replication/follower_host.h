// What a standby's link does to its own node.
#ifndef HELIOSDB_REPLICATION_FOLLOWER_HOST_H_
#define HELIOSDB_REPLICATION_FOLLOWER_HOST_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "heliosdb/replication/replication_config.h"
#include "replication/wal_applicator.h"

namespace heliosdb::replication {

// Implemented by Node. Called by one thread at a time.
class FollowerHost {
 public:
  virtual ~FollowerHost() = default;

  virtual absl::Duration Now() = 0;
  virtual absl::Time WallNow() = 0;
  // Where this node's log stands. Reads the part of it that is not applied yet.
  virtual absl::StatusOr<FollowerLog> ReadOwnLog() = 0;
  virtual absl::Status Remember(Term term, const std::string& leader) = 0;
  virtual absl::Status CutLog(Lsn end) = 0;
  // Each returns where the log ends then, is synced, or is applied.
  virtual absl::StatusOr<Lsn> AppendLog(Lsn lsn, std::string_view bytes) = 0;
  virtual absl::StatusOr<Lsn> SyncLog() = 0;
  virtual absl::StatusOr<Lsn> ApplyLog(Lsn lsn) = 0;
  // Takes a copy of the database of the node at this address, in place of the own one. Blocks until
  // it is there, or CancelBackup() was called.
  virtual absl::Status TakeBackup(const std::string& address) = 0;
  virtual void CancelBackup() = 0;
  virtual void CountReceived(const Message& message) = 0;
  virtual void Tell(Event::Kind kind, const std::string& peer, std::string text) = 0;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_FOLLOWER_HOST_H_
