// crash_nodes: kills a primary, its sync standby, or both under load, and compares what is left.
//
//   crash_nodes [--rounds N] [--dir DIR] [--seed N]
//
// --rounds (default 60): two processes with a node each run in mode sync with 8 sessions and checkpoints every second;
// one of them, or both, is killed as by kill -9, at random moments and at every failpoint of either in turn. It is
// started again, or the standby is promoted and the old primary follows it.
// Prints `replicated rounds=N acknowledged=N acknowledged_lost=0 corrupt=0 torn=0 nodes_equal=yes promotions=N
// failpoints_hit=N/N`. Exit code 0 when nothing was lost, torn or corrupt, the nodes were equal after every round, and
// every failpoint was hit (from 60 rounds on); 1 otherwise.
#include <cstdlib>
#include <filesystem>

#include "fmt/format.h"
#include <unistd.h>

#include "core/base/status.h"
#include "tests/kit/crash_replicated/node_process.h"
#include "tests/kit/crash_replicated/replicated_rounds.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {
namespace {

uint64_t NumberOf(const Flags& flags, const std::string& name, uint64_t otherwise) {
  const std::string text = flags.Get(name);
  return text.empty() ? otherwise : std::strtoull(text.c_str(), nullptr, 10);
}

// A child.
absl::StatusOr<int> RunNode(const Flags& flags) {
  crash::NodeProcessOptions options;
  options.directory = flags.Get("node");
  options.node_id = flags.Get("id");
  options.role = flags.Get("role") == "primary" ? replication::NodeRole::kPrimary
                                                : replication::NodeRole::kStandby;
  options.listen_address = flags.Get("listen");
  options.primary_address = flags.Get("primary");
  options.failpoint = flags.Get("failpoint");
  options.pipe_fd = static_cast<int>(NumberOf(flags, "pipe", 0));
  return crash::RunNodeProcess(options);
}

absl::StatusOr<int> CrashNodes(const Flags& flags) {
  if (flags.Has("node")) return RunNode(flags);
  crash::ReplicatedOptions options;
  options.rounds = static_cast<int>(NumberOf(flags, "rounds", 60));
  options.seed = NumberOf(flags, "seed", 1);
  options.program = "/proc/self/exe";
  options.directory = flags.Get("dir", (std::filesystem::temp_directory_path() /
                                        fmt::format("heliosdb-crash-nodes-{}", getpid()))
                                           .string());
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) return InvalidArgument("cannot make {}: {}", options.directory, error.message());
  HELIOS_ASSIGN_OR_RETURN(const crash::ReplicatedReport report,
                          crash::RunReplicatedRounds(options));
  const size_t points = crash::NodeFailpointNames().size();
  fmt::print(
      "replicated rounds={} acknowledged={} acknowledged_lost={} corrupt={} torn={} "
      "nodes_equal={} promotions={} failpoints_hit={}/{}\n{}",
      report.rounds, report.acknowledged, report.findings.lost, report.findings.corrupt,
      report.findings.torn, report.nodes_equal ? "yes" : "no", report.promotions,
      report.kills_at.size(), points, report.findings.explanation);
  const bool expects_all = static_cast<size_t>(options.rounds) * 2 / 3 >= points + points / 8;
  for (const std::string& name : crash::NodeFailpointNames()) {
    if (expects_all && !report.kills_at.contains(name)) {
      fmt::print("failpoint {} was never hit\n", name);
    }
  }
  const bool held = report.findings.ok() && report.nodes_equal;
  if (held) std::filesystem::remove_all(options.directory, error);
  return held && (!expects_all || report.kills_at.size() == points) ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(
      argc, argv,
      {"rounds", "dir", "seed", "node", "id", "role", "listen", "primary", "failpoint", "pipe"},
      heliosdb::testkit::CrashNodes);
}
