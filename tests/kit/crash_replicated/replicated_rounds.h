// Crashes of one of two processes: a primary and its sync standby run under a load, one of them, or both, is killed as by
// kill -9, at a random moment or at a failpoint; it is started again, or the standby is promoted and the old primary
// follows it. Then the load must go on by itself, and afterwards both nodes are examined and compared.
#ifndef HELIOSDB_TESTS_KIT_CRASH_REPLICATED_REPLICATED_ROUNDS_H_
#define HELIOSDB_TESTS_KIT_CRASH_REPLICATED_REPLICATED_ROUNDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tests/kit/crash/crash_load.h"

namespace heliosdb::testkit::crash {

struct ReplicatedOptions {
  int rounds = 10;
  uint64_t seed = 1;
  // Is started as `PROGRAM --node DIRECTORY --id ID --role ROLE --listen ADDRESS --primary ADDRESS [--failpoint NAME]
  // --pipe FD` and runs RunNodeProcess().
  std::string program;
  std::string directory;  // Nodes are made in it, and removed when they held.
};

struct ReplicatedReport {
  int rounds = 0;
  uint64_t acknowledged = 0;
  uint64_t promotions = 0;
  Findings findings;                    // Of both nodes, all rounds together.
  bool nodes_equal = true;              // After every round.
  std::map<std::string, int> kills_at;  // By failpoint: processes that died there.
};

// Every failpoint of a node in every situation in which it is passed: "primary wal.rotate", "promotion node.after_term".
const std::vector<std::string>& NodeFailpointNames();

// Two rounds of three kill at the failpoints in turn, the others at a random moment. A node that ends by itself, does
// not start, or does not go on within a minute is an error. Ignores SIGPIPE for the whole process.
absl::StatusOr<ReplicatedReport> RunReplicatedRounds(const ReplicatedOptions& options);

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_REPLICATED_REPLICATED_ROUNDS_H_
