// Streams between nodes of one process: for tests, which can break them at any message.
#ifndef HELIOSDB_REPLICATION_IN_PROCESS_TRANSPORT_H_
#define HELIOSDB_REPLICATION_IN_PROCESS_TRANSPORT_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"
#include "replication/transport.h"

namespace heliosdb::replication {

class InProcessPipe;

// A network; every node in it uses the same object, which outlives them all. Thread-safe.
class InProcessTransport : public Transport {
 public:
  InProcessTransport();
  ~InProcessTransport() override;

  absl::StatusOr<std::unique_ptr<Listener>> Listen(const std::string& address,
                                                   StreamAcceptor* acceptor) override;
  std::unique_ptr<ClientStream> Connect(const std::string& address, StreamKind kind,
                                        StreamHandler* handler) override;

  // Asked for every message that is sent, before it is delivered: false breaks the stream in its
  // place. Called under locks of the sender; must only decide. Empty: all pass.
  void SetFilter(std::function<bool(const Message&)> passes);
  // Breaks every stream that is open to or from this listener's address, and refuses new ones.
  void Isolate(const std::string& address);
  void Rejoin(const std::string& address);

 private:
  friend class InProcessPipe;
  friend class InProcessListener;

  bool Passes(const Message& message);
  void Stop(const std::string& address);

  Mutex filter_mu_;
  std::function<bool(const Message&)> filter_ ABSL_GUARDED_BY(filter_mu_);
  Mutex mu_ ABSL_ACQUIRED_BEFORE(filter_mu_);
  std::map<std::string, StreamAcceptor*> acceptors_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, bool> isolated_ ABSL_GUARDED_BY(mu_);
  int next_port_ ABSL_GUARDED_BY(mu_) = 40000;
  // Kept until the end: a handler may still look at a stream that is over.
  std::vector<std::unique_ptr<InProcessPipe>> pipes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_IN_PROCESS_TRANSPORT_H_
