// The seam to the network: streams of messages between nodes.
#ifndef HELIOSDB_REPLICATION_TRANSPORT_H_
#define HELIOSDB_REPLICATION_TRANSPORT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "replication/message.h"

namespace heliosdb::replication {

// What a stream is for; says which messages go over it (message.h).
enum class StreamKind : uint8_t { kLog, kBaseBackup, kStatus };

// One end of a stream, to be used by its handler. Thread-safe.
class Stream {
 public:
  virtual ~Stream() = default;
  // Queues a message, in order. Never blocks; after Close, or once the stream has ended, it does
  // nothing.
  virtual void Send(Message message) = 0;
  // Everything that was queued has left this node.
  virtual bool Idle() const = 0;
  // The other side has answered all and says nothing more until the next Send: no other thread sends
  // meanwhile. The transport may put its next read off until then.
  virtual void ExpectSilence() {}
  // Ends the stream once what is queued has left. OnClosed follows.
  virtual void Close() = 0;
};

// Who uses a stream. One call at a time, but for OnSent, which may come beside the others; from the
// transport's threads. No call may destroy the stream.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // Everything that has come since the last call, in order. May block on the disk: what comes
  // meanwhile comes together in the next call.
  virtual void OnMessages(std::vector<Message> messages) = 0;
  // The stream became idle. Must not block.
  virtual void OnSent() = 0;
  // The stream has ended, by either side or by the network. The last call.
  virtual void OnClosed(const absl::Status& why) = 0;
};

// The end that opened a stream. Destroying it ends the stream, and returns when no call of the
// handler runs any more.
class ClientStream : public Stream {};

// Makes handlers for the streams that others open here. Thread-safe.
class StreamAcceptor {
 public:
  virtual ~StreamAcceptor() = default;
  // The stream lives until OnClosed returned; then the handler is destroyed. Null: the stream is
  // ended at once.
  virtual std::unique_ptr<StreamHandler> Accept(StreamKind kind, Stream* stream) = 0;
};

// Accepts streams until destroyed: then it ends them all and waits for their handlers.
class Listener {
 public:
  virtual ~Listener() = default;
  // With the port that was really taken.
  virtual std::string address() const = 0;
};

// Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;
  // UNAVAILABLE, saying why, for an address that cannot be listened at. The acceptor is borrowed
  // until the listener is destroyed.
  virtual absl::StatusOr<std::unique_ptr<Listener>> Listen(const std::string& address,
                                                           StreamAcceptor* acceptor) = 0;
  // Opens a stream; messages can be queued at once. What goes wrong comes as OnClosed. The handler
  // is borrowed until the stream is destroyed.
  virtual std::unique_ptr<ClientStream> Connect(const std::string& address, StreamKind kind,
                                                StreamHandler* handler) = 0;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_TRANSPORT_H_
