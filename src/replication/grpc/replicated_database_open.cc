// Where a node gets its network from.
#include <utility>

#include "core/base/status.h"
#include "heliosdb/replication/replicated_database.h"
#include "replication/grpc/grpc_transport.h"
#include "replication/replicated_database_state.h"

namespace heliosdb::replication {

absl::StatusOr<std::unique_ptr<ReplicatedDatabase>> ReplicatedDatabase::Open(
    std::string path, const ReplicationConfig& config, const Options& options) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Transport> transport, NewGrpcTransport(config.tls));
  HELIOS_ASSIGN_OR_RETURN(
      std::unique_ptr<internal::ReplicatedDatabaseState> state,
      internal::ReplicatedDatabaseState::Open(std::move(path), config, options,
                                              std::move(transport), &ReplicatedDatabase::Wrap));
  return std::unique_ptr<ReplicatedDatabase>(new ReplicatedDatabase(std::move(state)));
}

}  // namespace heliosdb::replication
