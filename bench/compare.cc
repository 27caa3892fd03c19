// compare: HeliosDB beside its peers, in one run, on one disk, in turn.
//
//   compare [--only NAME] [--dir DIR]
//
// One line a figure: `compare NAME helios=… peer=… ratio=… unit=… bar=… met=yes|no`. Rates are medians of five. --dir is
// a folder of the disk to measure (default: the current one). Exit code 0 when every bar is met, 1 when one is not, 2
// when a figure could not be taken.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "fmt/format.h"

#include "bench/compare/bare_pair.h"
#include "bench/compare/figure.h"
#include "core/base/status.h"
#ifdef HELIOSDB_BENCH_REPLICATION
#include "bench/compare/sync_commits.h"
#endif

namespace heliosdb::bench {
namespace {

absl::StatusOr<int> Compare(const std::string& only, const std::string& directory) {
  HELIOS_ASSIGN_OR_RETURN(Workspace workspace, Workspace::Make(directory));
  bool any = false;
  const Wanted wanted = [&](std::string_view name) {
    const bool is_wanted = only.empty() || name == only;
    any = any || is_wanted;
    return is_wanted;
  };
  std::vector<absl::Status (*)(Workspace*, const Wanted&)> subjects = {
      CompareCommits, CompareReads, CompareBulkInsert, CompareRecovery};
#ifdef HELIOSDB_BENCH_REPLICATION
  subjects.push_back(CompareSyncCommits);
#endif
  for (const auto& subject : subjects) HELIOS_RETURN_IF_ERROR(subject(&workspace, wanted));
  if (!any) return InvalidArgument("there is no figure {}", only);
  return BarsMissed() == 0 ? 0 : 1;
}

// The other process of a figure that takes two; nullopt when this is the first.
std::optional<absl::Status> RunAsChild(const std::vector<std::string>& words) {
  if (words.size() != 3) return std::nullopt;
  if (words[0] == "--bare-peer")
    return RunBarePeer(words[1], static_cast<uint16_t>(std::atoi(words[2].c_str())));
#ifdef HELIOSDB_BENCH_REPLICATION
  if (words[0] == "--standby") return RunStandby(words[1], words[2]);
#endif
  return std::nullopt;
}

}  // namespace
}  // namespace heliosdb::bench

int main(int argc, char** argv) {
  if (const auto ended = heliosdb::bench::RunAsChild({argv + 1, argv + argc}); ended.has_value()) {
    fmt::print(stderr, "compare {}: {}\n", argv[1], ended->ToString());
    return 2;
  }
  std::string only;
  std::string directory = ".";
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (i + 1 == argc || (flag != "--only" && flag != "--dir")) {
      fmt::print(stderr, "compare: usage: compare [--only NAME] [--dir DIR]\n");
      return 2;
    }
    (flag == "--only" ? only : directory) = argv[++i];
  }
  const absl::StatusOr<int> result = heliosdb::bench::Compare(only, directory);
  if (result.ok()) return *result;
  fmt::print(stderr, "compare: {}\n", result.status().ToString());
  return 2;
}
