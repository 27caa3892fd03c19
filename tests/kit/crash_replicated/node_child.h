// The parent's end of a node_process.h.
#ifndef HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_CHILD_H_
#define HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_CHILD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <sys/types.h>

namespace heliosdb::testkit::crash {

// Killed, as by kill -9, and reaped by its destructor.
class NodeChild {
 public:
  // command gets "--pipe FD" added.
  static absl::StatusOr<std::unique_ptr<NodeChild>> Start(const std::vector<std::string>& command);
  ~NodeChild();
  NodeChild(const NodeChild&) = delete;

  // A process that is dead by now takes no notice.
  void Send(const std::string& line);
  // Where answers come from, for poll().
  int fd() const { return from_; }
  // The whole lines that have come, once fd() is readable. At the end of the pipe gone() becomes true.
  std::vector<std::string> Read();
  bool gone() const { return gone_; }
  void Kill();
  // Waits for its end: OK if it was killed, INTERNAL if it ended by itself.
  absl::Status Reap();

 private:
  NodeChild(pid_t pid, int to, int from) : pid_(pid), to_(to), from_(from) {}

  pid_t pid_;
  const int to_;
  const int from_;
  std::string partial_;
  bool gone_ = false;
};

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_REPLICATED_NODE_CHILD_H_
