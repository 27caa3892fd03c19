// Lines from a terminal, with editing and history, or from any other input.
#ifndef HELIOSDB_TOOLS_LINE_READER_H_
#define HELIOSDB_TOOLS_LINE_READER_H_

#include <istream>
#include <memory>
#include <optional>
#include <string>

namespace heliosdb::tools {

class LineReader {
 public:
  virtual ~LineReader() = default;
  // The next line without its newline; nullopt at the end of input.
  virtual std::optional<std::string> Next(const std::string& prompt) = 0;
  // Keeps a statement for the arrow keys and the next session.
  virtual void Remember(const std::string& statement) = 0;
};

// By libedit, on standard input. history_path: where history is kept; empty for nowhere.
std::unique_ptr<LineReader> MakeTerminalReader(const std::string& history_path);
// in is not owned and outlives the reader.
std::unique_ptr<LineReader> MakeStreamReader(std::istream* in);

}  // namespace heliosdb::tools

#endif  // HELIOSDB_TOOLS_LINE_READER_H_
