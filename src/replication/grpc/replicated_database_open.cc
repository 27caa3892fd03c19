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
  return internal::ReplicatedDatabaseState::Open(std::move(path), config, options,
                                                 std::move(transport), {});
}

}  // namespace heliosdb::replication
