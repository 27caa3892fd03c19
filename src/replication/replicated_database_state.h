// What a ReplicatedDatabase is made of.
#ifndef HELIOSDB_REPLICATION_REPLICATED_DATABASE_STATE_H_
#define HELIOSDB_REPLICATION_REPLICATED_DATABASE_STATE_H_

#include <atomic>
#include <memory>
#include <string>

#include "heliosdb/replication/replicated_database.h"
#include "replication/node.h"
#include "replication/sql_database.h"
#include "replication/system_views.h"
#include "replication/transport.h"

namespace heliosdb::replication::internal {

class ReplicatedDatabaseState {
 public:
  // The public object. seams: files and failpoints of a test; nothing that it points to is owned.
  static absl::StatusOr<std::unique_ptr<ReplicatedDatabase>> Open(
      std::string path, const ReplicationConfig& config, const Options& options,
      std::unique_ptr<Transport> transport, const txn::EngineOptions& seams);

  Node& node() { return *node_; }

 private:
  ReplicatedDatabaseState(const ReplicationConfig& config, const Options& options,
                          std::unique_ptr<Transport> transport, const txn::EngineOptions& seams);
  absl::Status RefuseWrite() const;

  const std::unique_ptr<Transport> transport_;
  // Null while the node opens: nobody asks then.
  std::atomic<Node*> ready_{nullptr};
  ReplicationViews views_;
  SqlDatabases databases_;
  std::unique_ptr<Node> node_;
};

}  // namespace heliosdb::replication::internal

#endif  // HELIOSDB_REPLICATION_REPLICATED_DATABASE_STATE_H_
