#include "replication/introduction.h"

#include "fmt/format.h"

namespace heliosdb::replication {

std::string IntroductionMistake(const Introduction& peer, const Introduction& self) {
  if (peer.protocol != self.protocol) {
    return fmt::format("node {} speaks protocol version {}, node {} speaks {}", peer.node_id,
                       peer.protocol, self.node_id, self.protocol);
  }
  if (peer.cluster != self.cluster) {
    return fmt::format("node {} belongs to cluster {}, node {} to cluster {}", peer.node_id,
                       peer.cluster, self.node_id, self.cluster);
  }
  if (peer.node_id == self.node_id) {
    return fmt::format("both nodes are named {}: every node of a cluster needs its own id",
                       peer.node_id);
  }
  if (peer.history.has_value() && self.history.has_value() && *peer.history != *self.history) {
    return fmt::format("node {} has history {}, node {} has history {}", peer.node_id,
                       wal::HistoryIdText(*peer.history), self.node_id,
                       wal::HistoryIdText(*self.history));
  }
  return "";
}

}  // namespace heliosdb::replication
