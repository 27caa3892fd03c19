// compare: HeliosDB beside its peers, in one run, on one disk, in turn.
//
//   compare [--only NAME] [--dir DIR]
//
// One line a figure: `compare NAME helios=… peer=… ratio=… unit=… bar=… met=yes|no`. Rates are medians of five. --dir is
// a folder of the disk to measure (default: the current one). Exit code 0 when every bar is met, 1 when one is not, 2
// when a figure could not be taken.
#include <cstdio>
#include <string>

#include "fmt/format.h"

#include "bench/compare/figure.h"
#include "core/base/status.h"

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
  for (const auto& subject : {CompareCommits, CompareReads, CompareBulkInsert, CompareRecovery}) {
    HELIOS_RETURN_IF_ERROR(subject(&workspace, wanted));
  }
  if (!any) return InvalidArgument("there is no figure {}", only);
  return BarsMissed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::bench

int main(int argc, char** argv) {
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
