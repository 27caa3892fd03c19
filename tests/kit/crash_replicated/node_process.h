// A process with one node of a cluster in it, which does what it is told over its standard input and answers over a
// pipe: the victim of replicated_rounds.h.
//
//   asked                         answered
//                                 ready ADDRESS              once, when the node is open
//   load SEED                     ack WORKER SEQUENCE ID     for each commit; for what a reader saw ID is 0
//   stop                          stopped LSN                the load is over, and everything below LSN is shown
//   failpoint NAME SKIP           armed                      the process dies there
//   promote                       promoted
//   examine LSN LEDGER            examined FINDINGS          once everything below LSN is shown here
//   anything that fails           failed TEXT
//
// LEDGER is the last sequence of each worker and then transaction ids; FINDINGS is lost, torn, corrupt, a digest of all
// rows, the history, and a text.
#ifndef HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_PROCESS_H_
#define HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_PROCESS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

#include "heliosdb/replication/replication_config.h"

namespace heliosdb::testkit::crash {

struct NodeProcessOptions {
  std::string directory;
  std::string node_id;  // "a" or "b": the sync set is both.
  replication::NodeRole role = replication::NodeRole::kPrimary;
  std::string listen_address;
  std::string primary_address;
  int pipe_fd = -1;       // Where answers go.
  std::string failpoint;  // Where it dies from the start on; empty: nowhere.
};

// Comes back only with an error; the process ends at the end of its standard input.
absl::Status RunNodeProcess(const NodeProcessOptions& options);

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_PROCESS_H_
