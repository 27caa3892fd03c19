// Messages to and from their wire form, replication.proto.
#ifndef HELIOSDB_REPLICATION_GRPC_MESSAGE_CODEC_H_
#define HELIOSDB_REPLICATION_GRPC_MESSAGE_CODEC_H_

#include "absl/status/statusor.h"

#include "replication/message.h"

namespace heliosdb::replication {

namespace v1 {
class Envelope;
}  // namespace v1

void EncodeMessage(Message message, v1::Envelope* envelope);
// INVALID_ARGUMENT for an envelope without a message, or with an impossible field. Takes the bytes
// out of it.
absl::StatusOr<Message> DecodeMessage(v1::Envelope* envelope);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_GRPC_MESSAGE_CODEC_H_
