// heliosdb: the program. "heliosdb sql DIR" is a shell over an embedded database.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "fmt/format.h"
#include <unistd.h>

#include "CLI/CLI.hpp"
#include "heliosdb/heliosdb.h"
#include "tools/progress_bar.h"
#include "tools/shell.h"

namespace {

using heliosdb::tools::LineReader;
using heliosdb::tools::Shell;

struct SqlCommand {
  std::string path;
  std::vector<std::string> commands;
  std::vector<std::string> files;
  bool stop_on_error = false;
  bool timing = false;
  bool must_exist = false;
};

int Fail(const absl::Status& status) {
  const auto message = status.message();
  fmt::print(stderr, "heliosdb: {}\n", std::string_view(message.data(), message.size()));
  return 1;
}

std::string HistoryPath() {
  const char* const home = std::getenv("HOME");
  return home == nullptr ? "" : std::string(home) + "/.heliosdb_history";
}

bool RunShell(Shell* shell, const SqlCommand& command) {
  for (const std::string& file : command.files) {
    if (!shell->RunFile(file)) return false;
  }
  for (const std::string& text : command.commands) {
    if (!shell->RunText(text + "\n", "", Shell::Bar::kNone)) return false;
  }
  if (!command.files.empty() || !command.commands.empty()) return true;
  const bool terminal = isatty(STDIN_FILENO) == 1;
  const std::unique_ptr<LineReader> reader =
      terminal ? heliosdb::tools::MakeTerminalReader(HistoryPath())
               : heliosdb::tools::MakeStreamReader(&std::cin);
  if (terminal) fmt::print("heliosdb: type \\? for help, \\q to quit\n");
  return shell->Run(reader.get());
}

int RunSql(const SqlCommand& command) {
  auto options = heliosdb::Options::Builder().CreateIfMissing(!command.must_exist).Build();
  if (!options.ok()) return Fail(options.status());
  auto database = heliosdb::Database::Open(command.path, *options);
  if (!database.ok()) return Fail(database.status());
  auto connection = (*database)->Connect();
  if (!connection.ok()) return Fail(connection.status());
  Shell shell(connection->get(), stdout, stderr,
              {.timing = command.timing, .stop_on_error = command.stop_on_error});
  const bool fine = RunShell(&shell, command);
  connection->reset();
  const absl::Status closed = (*database)->Close();
  if (!closed.ok()) return Fail(closed);
  return fine ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"HeliosDB, a PostgreSQL-compatible SQL database"};
  app.require_subcommand(1);
  SqlCommand sql;
  CLI::App* const sql_app = app.add_subcommand("sql", "A shell over an embedded database");
  sql_app->add_option("DIR", sql.path, "The database's directory, or :memory:")->required();
  sql_app->add_option("-c,--command", sql.commands, "Run this text and exit; may be repeated");
  sql_app->add_option("-f,--file", sql.files, "Run this file and exit; may be repeated");
  sql_app->add_flag("--stop-on-error", sql.stop_on_error,
                    "Stop at the first error, with exit code 3");
  sql_app->add_flag("--timing", sql.timing, "Show how long statements take");
  sql_app->add_flag("--must-exist", sql.must_exist, "Do not create the database");
  CLI11_PARSE(app, argc, argv);
  return RunSql(sql);
}
