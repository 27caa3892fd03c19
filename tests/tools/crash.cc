// crash: kills databases under load, opens what is left and examines it.
//
//   crash [--rounds N] [--forgetful N] [--planted N] [--dir DIR] [--seed N]
//
// --rounds (default 300): a child process is killed, as by kill -9, at random moments and at every failpoint in turn,
// while it writes with 8 sessions and checkpoints every second. --forgetful (default rounds / 5): power failures in
// this process over files that forget what was not synced. --planted (default 20): most rounds of the same until the
// planted bugs, to acknowledge and to publish before the sync, are found.
// Prints `rounds=N acknowledged=N acknowledged_lost=0 corrupt=0 torn=0 failpoints_hit=N/N`, and a line for each of the
// others. Exit code 0 when nothing was lost, torn or corrupt, every failpoint was hit (from twice as many rounds as
// there are failpoints on) and the planted bugs were found; 1 otherwise.
#include <cstdlib>
#include <filesystem>

#include "fmt/format.h"
#include <unistd.h>

#include "core/base/status.h"
#include "tests/kit/crash/forgetful_rounds.h"
#include "tests/kit/crash/process_rounds.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {
namespace {

uint64_t NumberOf(const Flags& flags, const std::string& name, uint64_t otherwise) {
  const std::string text = flags.Get(name);
  return text.empty() ? otherwise : std::strtoull(text.c_str(), nullptr, 10);
}

absl::StatusOr<int> Child(const Flags& flags) {
  crash::ChildOptions options;
  options.directory = flags.Get("child");
  options.pipe_fd = static_cast<int>(NumberOf(flags, "pipe", 0));
  options.failpoint = flags.Get("failpoint");
  options.skip = NumberOf(flags, "skip", 0);
  options.seed = NumberOf(flags, "seed", 1);
  if (flags.Has("torn")) options.torn = NumberOf(flags, "torn", 0);
  return crash::RunChild(options);
}

absl::StatusOr<bool> KillProcesses(const Flags& flags, int rounds) {
  crash::ProcessOptions options;
  options.rounds = rounds;
  options.seed = NumberOf(flags, "seed", 1);
  options.program = "/proc/self/exe";
  options.directory = flags.Get(
      "dir", (std::filesystem::temp_directory_path() / fmt::format("heliosdb-crash-{}", getpid()))
                 .string());
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) return InvalidArgument("cannot make {}: {}", options.directory, error.message());
  HELIOS_ASSIGN_OR_RETURN(const crash::ProcessReport report, crash::RunProcessRounds(options));
  const size_t points = crash::FailpointNames().size();
  fmt::print(
      "rounds={} acknowledged={} acknowledged_lost={} corrupt={} torn={} failpoints_hit={}/{}\n{}",
      report.rounds, report.acknowledged, report.findings.lost, report.findings.corrupt,
      report.findings.torn, report.kills_at.size(), points, report.findings.explanation);
  const bool expects_all = static_cast<size_t>(rounds) >= 2 * points;
  if (expects_all) {
    for (const std::string& name : crash::FailpointNames()) {
      if (!report.kills_at.contains(name)) fmt::print("failpoint {} was never hit\n", name);
    }
  }
  if (report.findings.ok()) std::filesystem::remove_all(options.directory, error);
  return report.findings.ok() && (!expects_all || report.kills_at.size() == points);
}

absl::StatusOr<bool> LosePower(const Flags& flags, int rounds) {
  crash::ForgetfulOptions options;
  options.rounds = rounds;
  options.seed = NumberOf(flags, "seed", 1);
  HELIOS_ASSIGN_OR_RETURN(const crash::ForgetfulReport report, crash::RunForgetfulRounds(options));
  fmt::print("forgetful rounds={} acknowledged={} acknowledged_lost={} corrupt={} torn={}\n{}",
             report.rounds, report.acknowledged, report.findings.lost, report.findings.corrupt,
             report.findings.torn, report.findings.explanation);
  return report.findings.ok();
}

absl::StatusOr<bool> FindPlantedBug(const Flags& flags, int rounds, std::string_view name,
                                    const txn::TestOnlyFaults& faults) {
  crash::ForgetfulOptions options;
  options.rounds = rounds;
  options.seed = NumberOf(flags, "seed", 1);
  options.faults = faults;
  options.stops_at_findings = true;
  HELIOS_ASSIGN_OR_RETURN(const crash::ForgetfulReport report, crash::RunForgetfulRounds(options));
  const bool found = report.findings.lost > 0;
  fmt::print("planted bug={} rounds={} acknowledged_lost={} found={}\n", name, report.rounds,
             report.findings.lost, found ? "yes" : "no");
  return found;
}

absl::StatusOr<int> Crash(const Flags& flags) {
  if (flags.Has("child")) return Child(flags);
  const auto rounds = static_cast<int>(NumberOf(flags, "rounds", 300));
  const auto forgetful = static_cast<int>(NumberOf(flags, "forgetful", rounds / 5));
  const auto planted = static_cast<int>(NumberOf(flags, "planted", 20));
  bool held = true;
  if (rounds > 0) {
    HELIOS_ASSIGN_OR_RETURN(const bool ok, KillProcesses(flags, rounds));
    held = held && ok;
  }
  if (forgetful > 0) {
    HELIOS_ASSIGN_OR_RETURN(const bool ok, LosePower(flags, forgetful));
    held = held && ok;
  }
  if (planted > 0) {
    HELIOS_ASSIGN_OR_RETURN(const bool acknowledged,
                            FindPlantedBug(flags, planted, "acknowledge_before_sync",
                                           {.acknowledge_before_sync = true}));
    HELIOS_ASSIGN_OR_RETURN(
        const bool published,
        FindPlantedBug(flags, planted, "publish_before_sync", {.publish_before_sync = true}));
    held = held && acknowledged && published;
  }
  return held ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv,
                                     {"rounds", "forgetful", "planted", "dir", "seed", "child",
                                      "pipe", "failpoint", "skip", "torn"},
                                     heliosdb::testkit::Crash);
}
