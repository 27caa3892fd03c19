#include "tests/kit/crash_replicated/node_child.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "fmt/format.h"
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/status.h"

namespace heliosdb::testkit::crash {

absl::StatusOr<std::unique_ptr<NodeChild>> NodeChild::Start(
    const std::vector<std::string>& command) {
  // Closed on exec: a child that held another one's ends would keep them open beyond its death.
  int commands[2];
  int answers[2];
  if (pipe2(commands, O_CLOEXEC) != 0) return Internal("pipe: {}", std::strerror(errno));
  if (pipe2(answers, O_CLOEXEC) != 0) return Internal("pipe: {}", std::strerror(errno));
  std::vector<std::string> arguments = command;
  arguments.push_back("--pipe");
  arguments.push_back(fmt::format("{}", answers[1]));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return Internal("fork: {}", std::strerror(errno));
  if (pid == 0) {
    dup2(commands[0], STDIN_FILENO);
    fcntl(answers[1], F_SETFD, 0);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(commands[0]);
  close(answers[1]);
  return std::unique_ptr<NodeChild>(new NodeChild(pid, commands[1], answers[0]));
}

NodeChild::~NodeChild() {
  Kill();
  Reap().IgnoreError();  // Who cares how it ended has asked before.
  close(to_);
  close(from_);
}

void NodeChild::Send(const std::string& line) {
  const std::string bytes = line + "\n";
  // SIGPIPE is ignored by RunReplicatedRounds; the end of the other pipe tells of the death.
  if (write(to_, bytes.data(), bytes.size()) < 0) return;
}

std::vector<std::string> NodeChild::Read() {
  char bytes[64 << 10];
  const ssize_t count = read(from_, bytes, sizeof(bytes));
  if (count <= 0) {
    gone_ = true;
    return {};
  }
  partial_.append(bytes, static_cast<size_t>(count));
  std::vector<std::string> lines;
  size_t begin = 0;
  for (size_t end = 0; (end = partial_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(partial_.substr(begin, end - begin));
  }
  partial_.erase(0, begin);
  return lines;
}

void NodeChild::Kill() {
  if (pid_ > 0) kill(pid_, SIGKILL);
}

absl::Status NodeChild::Reap() {
  if (pid_ < 0) return absl::OkStatus();
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return absl::OkStatus();
  return Internal("a node's process ended by itself, with wait status {}", status);
}

}  // namespace heliosdb::testkit::crash
