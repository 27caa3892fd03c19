// The SQL shell: statements and backslash commands over one connection.
#ifndef HELIOSDB_TOOLS_SHELL_H_
#define HELIOSDB_TOOLS_SHELL_H_

#include <cstdio>
#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "heliosdb/connection.h"
#include "tools/line_reader.h"

namespace heliosdb::tools {

// For one thread.
class Shell {
 public:
  struct Settings {
    bool timing = false;
    bool stop_on_error = false;
  };

  // connection, out and error are not owned and outlive the shell.
  Shell(Connection* connection, std::FILE* out, std::FILE* error, Settings settings)
      : connection_(connection), out_(out), error_(error), settings_(settings) {}

  // Reads and runs until the end of input or \q. False when a statement failed and stop_on_error is set.
  bool Run(LineReader* reader);
  // Runs the statements and backslash commands of a text. progress: draw a bar of the text's bytes.
  enum class Bar { kNone, kShow };
  bool RunText(std::string_view text, const std::string& label, Bar bar);
  // Runs the file's statements (\i).
  bool RunFile(const std::string& path);

  Connection* connection() { return connection_; }
  std::FILE* out() { return out_; }
  Settings& settings() { return settings_; }
  // Prints as psql does: "ERROR:  ...", DETAIL, HINT.
  void PrintError(const absl::Status& status, std::string_view statement);
  void Quit() { quit_ = true; }
  // Runs one statement and prints what it gives. False when it failed.
  bool RunStatement(std::string_view sql);

 private:
  // Runs the complete statements at the front of *text and takes them off.
  bool RunComplete(std::string* text, LineReader* reader);
  bool PrintResult(Result* result, std::string_view sql);
  std::string Prompt(bool continued) const;

  Connection* const connection_;
  std::FILE* const out_;
  std::FILE* const error_;
  Settings settings_;
  bool quit_ = false;
};

}  // namespace heliosdb::tools

#endif  // HELIOSDB_TOOLS_SHELL_H_
