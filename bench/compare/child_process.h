// This program once more, as another process: the other side of what is replicated.
#ifndef HELIOSDB_BENCH_COMPARE_CHILD_PROCESS_H_
#define HELIOSDB_BENCH_COMPARE_CHILD_PROCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include <sys/types.h>

namespace heliosdb::bench {

// Killed when the object ends, or when this process does.
class ChildProcess {
 public:
  static absl::StatusOr<ChildProcess> Start(const std::vector<std::string>& arguments);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept : pid_(other.pid_) { other.pid_ = -1; }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_CHILD_PROCESS_H_
