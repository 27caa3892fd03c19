// record_answers: writes the answers of the recorded queries (tests/recorded), as the database
// gives them. Meant for PostgreSQL 15, whose answers are the measure.
//
//   record_answers --dir tests --database postgres:CONNINFO
//
// Empties the database, loads tests/data/SET/SET.sql, runs tests/recorded/SET.sql and writes
// tests/recorded/answers/SET/NAME.txt, for each data set.
#include <filesystem>

#include "fmt/format.h"

#include "core/base/status.h"
#include "tests/kit/open_database.h"
#include "tests/tools/flags.h"
#include "tests/tools/recorded_sets.h"

namespace heliosdb::testkit {
namespace {

absl::StatusOr<int> RecordAnswers(const Flags& flags) {
  HELIOS_ASSIGN_OR_RETURN(const std::string folder, flags.Required("dir"));
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  int written = 0;
  const auto record = [&](const std::string& path, const recorded::Query& query,
                          SqlSession* session) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(const std::string answer, recorded::Answer(query, session));
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    ++written;
    return WriteTextFile(path, answer);
  };
  HELIOS_RETURN_IF_ERROR(ForEachRecordedQuery(folder, database.get(), record));
  fmt::print("recorded answers={}\n", written);
  return 0;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv, {"dir", "database"},
                                     heliosdb::testkit::RecordAnswers);
}
