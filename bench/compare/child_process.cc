#include "bench/compare/child_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/status.h"

namespace heliosdb::bench {

absl::StatusOr<ChildProcess> ChildProcess::Start(const std::vector<std::string>& arguments) {
  static constexpr char kProgram[] = "/proc/self/exe";
  std::vector<char*> words{const_cast<char*>("compare")};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return Internal("fork: {}", std::strerror(errno));
  if (pid == 0) {
    // Only calls that are safe in the child of a process with threads.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(kProgram, words.data());
    _exit(127);
  }
  return ChildProcess(pid);
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace heliosdb::bench
