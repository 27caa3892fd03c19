// Two node processes and what is known of them.
#ifndef HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_PAIR_H_
#define HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_PAIR_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "tests/kit/crash/crash_load.h"
#include "tests/kit/crash_replicated/node_child.h"

namespace heliosdb::testkit::crash {

// For one thread. Acknowledgements are taken in whenever a call waits.
class NodePair {
 public:
  struct Node {
    std::string id;
    std::string directory;
    std::string address = "localhost:0";  // With its port from the first start on.
    std::unique_ptr<NodeChild> child;     // Null while it does not run.
    std::deque<std::string> answers;
  };

  NodePair(std::string program, const std::string& directory);

  Node& leader() { return *leader_; }
  Node& follower() { return *follower_; }
  // The follower has been promoted.
  void Swap() { std::swap(leader_, follower_); }
  const Ledger& ledger() const { return ledger_; }

  // Starts a node, as leader() or follower() it is. False if it died, of its failpoint, before it was ready.
  absl::StatusOr<bool> Start(Node& node, const std::string& failpoint);
  // The same for one that must come up.
  absl::Status StartAgain(Node& node);
  absl::Status Kill(Node& node);
  // True once it died of its failpoint, false when it lives on after the time.
  absl::StatusOr<bool> WaitForDeath(Node& node, absl::Duration time);
  // Sends a line and waits for an answer that begins with the word: what follows it. UNAVAILABLE if the node died.
  absl::StatusOr<std::string> Ask(Node& node, const std::string& line, const std::string& word);
  void Tell(Node& node, const std::string& line) { node.child->Send(line); }
  // Takes in what comes until done, or until the time is over: then DEADLINE_EXCEEDED.
  absl::Status WaitUntil(const std::function<bool()>& done, absl::Duration time);
  // Takes in what comes for that long.
  absl::Status Pass(absl::Duration time);

 private:
  absl::Status TakeIn(absl::Duration time_left);
  absl::Status TakeInFrom(Node& node);

  const std::string program_;
  Node nodes_[2];
  Node* leader_ = &nodes_[0];
  Node* follower_ = &nodes_[1];
  Ledger ledger_;
};

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_PAIR_H_
