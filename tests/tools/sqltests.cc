// sqltests: runs every sqllogictest file (*.test) under a folder over a database; one line a file,
// then the sum.
//
//   sqltests DIR [--database TARGET] [--list FILE] [--name NAME] [--show N] [--only FILE]
//            [--rewrite]
//
// --list names the records that count, FILE:LINE a line, FILE relative to DIR (default:
// DIR/postgresql_agrees.txt, if it is there); without a list all that apply do.
// --name is the suite's name in the last line (default: DIR's last part). --show prints that many
// failures a file.
// --only runs one file of the folder.
// --rewrite writes the database's answers into the files of our dialect instead of judging.
// Exit code 0 when every counted record passed, 1 when one did not, 2 when the run itself failed.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "tests/kit/open_database.h"
#include "tests/kit/slt/slt_runner.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {
namespace {

namespace fs = std::filesystem;
// A folder's own list of the records that count.
constexpr char kListName[] = "postgresql_agrees.txt";
using Counted = std::map<std::string, std::set<int>>;

absl::StatusOr<Counted> ReadList(const std::string& path) {
  HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  std::istringstream lines(text);
  Counted counted;
  std::string line;
  while (std::getline(lines, line)) {
    const size_t colon = line.rfind(':');
    if (colon == std::string::npos) return InvalidArgument("{}: no FILE:LINE: {}", path, line);
    counted[line.substr(0, colon)].insert(std::atoi(line.c_str() + colon + 1));
  }
  return counted;
}

std::vector<std::string> TestFiles(const std::string& folder) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".test")
      files.push_back(fs::relative(entry.path(), folder).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

absl::Status RewriteFile(const std::string& path, SqlDatabase* database) {
  HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  HELIOS_ASSIGN_OR_RETURN(const std::string rewritten, slt::RewriteSltText(text, database));
  if (rewritten != text) std::ofstream(path) << rewritten;
  return absl::OkStatus();
}

void PrintReport(const std::string& file, const slt::Report& report, size_t show) {
  fmt::print("{} records={} passed={} failed={}\n", file, report.records, report.passed,
             report.failed());
  for (size_t i = 0; i < report.failures.size() && i < show; ++i) {
    fmt::print("  {}:{}: {}\n", file, report.failures[i].line, report.failures[i].text);
  }
  std::fflush(stdout);
}

absl::StatusOr<int> SqlTests(const Flags& flags) {
  std::string folder = flags.Get("dir");
  if (folder.empty() && flags.arguments().size() == 1) folder = flags.arguments()[0];
  if (folder.empty()) return InvalidArgument("which folder? sqltests DIR");
  if (!fs::is_directory(folder)) return InvalidArgument("{} is not a folder", folder);
  std::string list = flags.Get("list");
  if (list.empty() && fs::exists(fs::path(folder) / kListName)) list = fs::path(folder) / kListName;
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  Counted counted;
  if (!list.empty()) {
    HELIOS_ASSIGN_OR_RETURN(counted, ReadList(list));
  }
  slt::Report total;
  const std::string only = flags.Get("only");
  for (const std::string& file : TestFiles(folder)) {
    if (!only.empty() && file != only) continue;
    const std::string path = (fs::path(folder) / file).string();
    if (flags.Has("rewrite")) {
      if (absl::Status status = RewriteFile(path, database.get()); !status.ok())
        return WithContext(status, file);
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
    slt::RunOptions options;
    if (!list.empty()) options.counted_lines = &counted[file];
    absl::StatusOr<slt::Report> report = slt::RunSltText(text, options, database.get());
    if (!report.ok()) return WithContext(report.status(), file);
    PrintReport(file, *report, std::strtoul(flags.Get("show", "3").c_str(), nullptr, 10));
    total.records += report->records;
    total.passed += report->passed;
  }
  if (flags.Has("rewrite")) return 0;
  const std::string name =
      flags.Get("name", fs::path(folder + "/").parent_path().filename().string());
  fmt::print("{} records={} passed={} failed={}\n", name, total.records, total.passed,
             total.failed());
  return total.failed() == 0 && total.records > 0 ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv,
                                     {"dir", "database", "list", "name", "show", "only", "rewrite"},
                                     heliosdb::testkit::SqlTests);
}
