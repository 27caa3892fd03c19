// hermitage: runs the scenarios of a folder over a database at every isolation level.
//
//   hermitage --dir DIR [--database TARGET] [--rewrite]
//
// One line a scenario and level that differs, with what happened; a line a level; then the sum. --rewrite writes the
// transcripts of this database into the files instead. Exit code 0 when all agree, 1 when one does not.
#include "tests/kit/hermitage/hermitage.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "fmt/format.h"

#include "core/base/status.h"
#include "tests/kit/open_database.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {
namespace {

namespace fs = std::filesystem;

absl::Status Rewrite(const std::string& path, SqlDatabase* database) {
  HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  HELIOS_ASSIGN_OR_RETURN(const hermitage::Scenario scenario, hermitage::ParseScenario(text));
  std::vector<std::pair<std::string, std::string>> transcripts;
  for (const std::string_view level : hermitage::kLevels) {
    HELIOS_ASSIGN_OR_RETURN(std::string transcript,
                            hermitage::RunScenario(scenario, level, database));
    transcripts.emplace_back(level, std::move(transcript));
  }
  // The other transcripts of a level stay: a database may find a conflict later than the reference does.
  std::set<std::string> seen;
  for (const auto& transcript : scenario.transcripts) {
    if (!seen.insert(transcript.first).second) transcripts.push_back(transcript);
  }
  return WriteTextFile(path, hermitage::WithTranscripts(text, transcripts));
}

// Whether what happens at the level is one of the scenario's transcripts of it.
absl::StatusOr<bool> Agrees(const hermitage::Scenario& scenario, std::string_view level,
                            SqlDatabase* database) {
  const absl::StatusOr<std::string> actual = hermitage::RunScenario(scenario, level, database);
  const std::string text = actual.ok() ? *actual : std::string(actual.status().message());
  for (const auto& [expected_level, transcript] : scenario.transcripts) {
    if (expected_level == level && transcript == text) return true;
  }
  fmt::print("DIFFERS {} at {}:\n{}\n", scenario.title, level, text);
  return false;
}

absl::StatusOr<int> Hermitage(const Flags& flags) {
  HELIOS_ASSIGN_OR_RETURN(const std::string folder, flags.Required("dir"));
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  if (flags.Has("rewrite")) {
    for (const std::string& path : paths)
      HELIOS_RETURN_IF_ERROR(WithContext(Rewrite(path, database.get()), path));
    return 0;
  }
  int scenarios = 0;
  int agreed = 0;
  for (const std::string_view level : hermitage::kLevels) {
    int agreed_here = 0;
    for (const std::string& path : paths) {
      HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
      HELIOS_ASSIGN_OR_RETURN(const hermitage::Scenario scenario, hermitage::ParseScenario(text));
      HELIOS_ASSIGN_OR_RETURN(const bool agrees, Agrees(scenario, level, database.get()));
      agreed_here += agrees;
    }
    fmt::print("hermitage level \"{}\" scenarios={} agreed={}\n", level, paths.size(), agreed_here);
    scenarios += static_cast<int>(paths.size());
    agreed += agreed_here;
  }
  fmt::print("hermitage scenarios={} agreed={}\n", scenarios, agreed);
  return scenarios > 0 && scenarios == agreed ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv, {"dir", "database", "rewrite"},
                                     heliosdb::testkit::Hermitage);
}
