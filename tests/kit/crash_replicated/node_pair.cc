#include "tests/kit/crash_replicated/node_pair.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "fmt/format.h"
#include <poll.h>

#include "core/base/clock.h"
#include "core/base/status.h"

namespace heliosdb::testkit::crash {
namespace {

constexpr absl::Duration kAnswerTimeMax = absl::Minutes(2);
// A port that was given up may be taken by somebody else for a moment.
constexpr int kListenAttemptsMax = 100;
constexpr absl::Duration kListenPause = absl::Milliseconds(200);

}  // namespace

NodePair::NodePair(std::string program, const std::string& directory)
    : program_(std::move(program)) {
  nodes_[0].id = "a";
  nodes_[1].id = "b";
  for (Node& node : nodes_) node.directory = directory + "/" + node.id;
}

absl::StatusOr<bool> NodePair::Start(Node& node, const std::string& failpoint) {
  std::vector<std::string> command = {program_,     "--node",    node.directory,  "--id",
                                      node.id,      "--role",    "standby",       "--listen",
                                      node.address, "--primary", leader_->address};
  if (&node == leader_) {
    command[6] = "primary";
    command.back() = "";
  }
  if (!failpoint.empty()) command.insert(command.end(), {"--failpoint", failpoint});
  for (int attempt = 0; attempt < kListenAttemptsMax; ++attempt) {
    HELIOS_ASSIGN_OR_RETURN(node.child, NodeChild::Start(command));
    node.answers.clear();
    HELIOS_RETURN_IF_ERROR(
        WaitUntil([&] { return !node.answers.empty() || node.child->gone(); }, kAnswerTimeMax));
    if (node.answers.empty()) {
      HELIOS_RETURN_IF_ERROR(node.child->Reap());
      node.child.reset();
      return false;
    }
    const std::string answer = node.answers.front();
    node.answers.pop_front();
    if (answer.starts_with("ready ")) {
      node.address = answer.substr(6);
      return true;
    }
    node.child.reset();
    if (answer.find("cannot listen") == std::string::npos) {
      return Internal("node {} does not open: {}", node.id, answer);
    }
    HELIOS_RETURN_IF_ERROR(Pass(kListenPause));
  }
  return Internal("node {} cannot listen at {}", node.id, node.address);
}

absl::Status NodePair::StartAgain(Node& node) {
  HELIOS_ASSIGN_OR_RETURN(const bool ready, Start(node, ""));
  return ready ? absl::OkStatus() : Internal("node {} died of nothing", node.id);
}

absl::Status NodePair::Kill(Node& node) {
  node.child->Kill();
  HELIOS_RETURN_IF_ERROR(WaitUntil([&] { return node.child->gone(); }, kAnswerTimeMax));
  HELIOS_RETURN_IF_ERROR(node.child->Reap());
  node.child.reset();
  return absl::OkStatus();
}

absl::StatusOr<bool> NodePair::WaitForDeath(Node& node, absl::Duration time) {
  const absl::Status status = WaitUntil([&] { return node.child->gone(); }, time);
  if (absl::IsDeadlineExceeded(status)) return false;
  HELIOS_RETURN_IF_ERROR(status);
  HELIOS_RETURN_IF_ERROR(node.child->Reap());
  node.child.reset();
  return true;
}

absl::StatusOr<std::string> NodePair::Ask(Node& node, const std::string& line,
                                          const std::string& word) {
  node.child->Send(line);
  HELIOS_RETURN_IF_ERROR(WithContext(
      WaitUntil([&] { return !node.answers.empty() || node.child->gone(); }, kAnswerTimeMax),
      fmt::format("node {} was told \"{}\"", node.id, line.substr(0, line.find(' ')))));
  if (node.answers.empty()) return Unavailable("node {} died", node.id);
  const std::string answer = node.answers.front();
  node.answers.pop_front();
  if (!answer.starts_with(word)) return Internal("node {} answers {}", node.id, answer);
  return answer.substr(std::min(answer.size(), word.size() + 1));
}

absl::Status NodePair::WaitUntil(const std::function<bool()>& done, absl::Duration time) {
  const absl::Duration end = Clock::Real()->Now() + time;
  while (!done()) {
    const absl::Duration left = end - Clock::Real()->Now();
    if (left <= absl::ZeroDuration()) {
      return DeadlineExceeded("nothing happened for {}", absl::FormatDuration(time));
    }
    HELIOS_RETURN_IF_ERROR(TakeIn(left));
  }
  return absl::OkStatus();
}

absl::Status NodePair::Pass(absl::Duration time) {
  const absl::Status status = WaitUntil([] { return false; }, time);
  return absl::IsDeadlineExceeded(status) ? absl::OkStatus() : status;
}

absl::Status NodePair::TakeIn(absl::Duration time_left) {
  std::vector<pollfd> ready;
  std::vector<Node*> of;
  for (Node& node : nodes_) {
    if (node.child == nullptr || node.child->gone()) continue;
    ready.push_back({.fd = node.child->fd(), .events = POLLIN, .revents = 0});
    of.push_back(&node);
  }
  const int milliseconds =
      static_cast<int>(std::max<int64_t>(1, absl::ToInt64Milliseconds(time_left)));
  if (poll(ready.data(), ready.size(), milliseconds) <= 0) return absl::OkStatus();
  for (size_t i = 0; i < ready.size(); ++i) {
    if (ready[i].revents != 0) HELIOS_RETURN_IF_ERROR(TakeInFrom(*of[i]));
  }
  return absl::OkStatus();
}

absl::Status NodePair::TakeInFrom(Node& node) {
  for (std::string& line : node.child->Read()) {
    if (!line.starts_with("ack ")) {
      node.answers.push_back(std::move(line));
      continue;
    }
    std::istringstream words(line.substr(4));
    Acknowledgement each;
    words >> each.worker >> each.sequence >> each.transaction_id;
    if (!words || each.worker >= kWorkers) return Internal("node {} says {}", node.id, line);
    ledger_.Add(each);
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::testkit::crash
