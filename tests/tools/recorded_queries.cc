// recorded_queries: runs the recorded queries over a database and compares with the recorded
// answers, exactly.
//
//   recorded_queries --dir tests [--database TARGET]
//
// One line a query that differs, then `recorded queries=N equal=N`. Exit code 0 when all are equal,
// 1 when one is not.
#include "fmt/format.h"

#include "core/base/status.h"
#include "tests/kit/open_database.h"
#include "tests/tools/flags.h"
#include "tests/tools/recorded_sets.h"

namespace heliosdb::testkit {
namespace {

absl::StatusOr<int> VerifyAnswers(const Flags& flags) {
  HELIOS_ASSIGN_OR_RETURN(const std::string folder, flags.Required("dir"));
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  int queries = 0;
  int equal = 0;
  const auto verify = [&](const std::string& path, const recorded::Query& query,
                          SqlSession* session) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(const std::string expected, ReadTextFile(path));
    ++queries;
    const absl::StatusOr<std::string> actual = recorded::Answer(query, session);
    const std::string difference = actual.ok() ? recorded::FirstDifference(expected, *actual)
                                               : std::string(actual.status().message());
    if (difference.empty()) {
      ++equal;
    } else {
      fmt::print("DIFFERS {}: {}\n", path, difference);
    }
    return absl::OkStatus();
  };
  HELIOS_RETURN_IF_ERROR(ForEachRecordedQuery(folder, database.get(), verify));
  fmt::print("recorded queries={} equal={}\n", queries, equal);
  return queries > 0 && queries == equal ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv, {"dir", "database"},
                                     heliosdb::testkit::VerifyAnswers);
}
