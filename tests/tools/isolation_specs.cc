// isolation_specs: runs PostgreSQL's isolation specs over a database and compares with their
// expected output.
//
//   isolation_specs [NAME ...] --dir DIR [--database TARGET] [--show]
//
// DIR holds specs/NAME.spec and expected/NAME.out, NAME_1.out ... (any one of them will do).
// Without names, all of DIR's. One line a spec, `ok NAME` or `FAILED NAME`, the latter with its
// first difference when --show is given; then `isolation specs=N agreed=N`. Exit code 0 when all
// agree, 1 when one does not.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "fmt/format.h"

#include "core/base/status.h"
#include "tests/kit/isolation/spec_runner.h"
#include "tests/kit/open_database.h"
#include "tests/kit/recorded/recorded_queries.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> SpecNames(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(folder) / "specs")) {
    if (entry.path().extension() == ".spec") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Empty when the output is one of those expected; else the shortest tale of a difference.
absl::StatusOr<std::string> Differences(const std::string& folder, const std::string& name,
                                        const std::string& output) {
  constexpr int kVariantsMax = 9;
  std::string difference;
  for (int variant = 0; variant <= kVariantsMax; ++variant) {
    const std::string suffix = variant == 0 ? "" : fmt::format("_{}", variant);
    const absl::StatusOr<std::string> expected =
        ReadTextFile(fmt::format("{}/expected/{}{}.out", folder, name, suffix));
    if (!expected.ok()) {
      if (variant == 0) return expected.status();
      continue;
    }
    if (*expected == output) return "";
    difference +=
        fmt::format("{}{}.out {}\n", name, suffix, recorded::FirstDifference(*expected, output));
  }
  return difference;
}

absl::StatusOr<std::string> RunOne(const std::string& folder, const std::string& name,
                                   SqlDatabase* database) {
  HELIOS_ASSIGN_OR_RETURN(const std::string text,
                          ReadTextFile(fmt::format("{}/specs/{}.spec", folder, name)));
  HELIOS_ASSIGN_OR_RETURN(const isolation::Spec spec, isolation::ParseSpec(text));
  const absl::StatusOr<std::string> output = isolation::RunSpec(spec, {}, database);
  if (!output.ok()) return std::string(output.status().message()) + "\n";
  return Differences(folder, name, *output);
}

absl::StatusOr<int> IsolationSpecs(const Flags& flags) {
  HELIOS_ASSIGN_OR_RETURN(const std::string folder, flags.Required("dir"));
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  const std::vector<std::string> names =
      flags.arguments().empty() ? SpecNames(folder) : flags.arguments();
  size_t agreed = 0;
  for (const std::string& name : names) {
    const absl::StatusOr<std::string> difference = RunOne(folder, name, database.get());
    if (!difference.ok()) return WithContext(difference.status(), name);
    agreed += difference->empty();
    fmt::print("{} {}\n{}", difference->empty() ? "ok" : "FAILED", name,
               flags.Has("show") ? *difference : "");
    std::fflush(stdout);
  }
  fmt::print("isolation specs={} agreed={}\n", names.size(), agreed);
  return agreed == names.size() && !names.empty() ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv, {"dir", "database", "show"},
                                     heliosdb::testkit::IsolationSpecs);
}
