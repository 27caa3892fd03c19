// Streams between nodes over gRPC.
#ifndef HELIOSDB_REPLICATION_GRPC_GRPC_TRANSPORT_H_
#define HELIOSDB_REPLICATION_GRPC_GRPC_TRANSPORT_H_

#include <memory>

#include "absl/status/statusor.h"

#include "heliosdb/replication/replication_config.h"
#include "replication/transport.h"

namespace heliosdb::replication {

// With TLS files, both sides show a certificate and demand one signed by the authority; without,
// nothing is encrypted. Reads the files now: an error names the one that cannot be read.
absl::StatusOr<std::unique_ptr<Transport>> NewGrpcTransport(const TlsFiles& tls);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_GRPC_GRPC_TRANSPORT_H_
