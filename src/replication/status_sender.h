// Answers the question how a node is.
#ifndef HELIOSDB_REPLICATION_STATUS_SENDER_H_
#define HELIOSDB_REPLICATION_STATUS_SENDER_H_

#include <vector>

#include "replication/sender_host.h"
#include "replication/transport.h"

namespace heliosdb::replication {

// One a stream. Answers nodes of any cluster and history.
class StatusSender : public StreamHandler {
 public:
  StatusSender(SenderHost* host, Stream* stream) : host_(host), stream_(stream) {}

  void OnMessages(std::vector<Message> messages) override {
    for (const Message& message : messages) {
      if (!std::holds_alternative<StatusRequest>(message)) continue;
      const absl::StatusOr<SenderFacts> facts = host_->Facts();
      StatusReply reply;
      reply.self = host_->Self();
      if (facts.ok()) {
        reply.leading = facts->leading;
        reply.written = facts->written;
        reply.flushed = facts->flushed;
        reply.commit = facts->commit;
      }
      stream_->Send(std::move(reply));
    }
    stream_->Close();
  }
  void OnSent() override {}
  void OnClosed(const absl::Status&) override {}

 private:
  SenderHost* const host_;
  Stream* const stream_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_STATUS_SENDER_H_
