#include "tools/line_reader.h"

#include <cstdlib>
#include <utility>

#include <editline/readline.h>

namespace heliosdb::tools {
namespace {

constexpr int kHistoryLinesMax = 1000;

class TerminalReader final : public LineReader {
 public:
  explicit TerminalReader(std::string history_path) : history_path_(std::move(history_path)) {
    using_history();
    stifle_history(kHistoryLinesMax);
    if (!history_path_.empty()) read_history(history_path_.c_str());
  }
  std::optional<std::string> Next(const std::string& prompt) override {
    char* const line = readline(prompt.c_str());
    if (line == nullptr) return std::nullopt;
    std::string text(line);
    std::free(line);
    return text;
  }
  void Remember(const std::string& statement) override {
    add_history(statement.c_str());
    if (!history_path_.empty()) write_history(history_path_.c_str());
  }

 private:
  const std::string history_path_;
};

class StreamReader final : public LineReader {
 public:
  explicit StreamReader(std::istream* in) : in_(in) {}
  std::optional<std::string> Next(const std::string&) override {
    std::string line;
    if (!std::getline(*in_, line)) return std::nullopt;
    return line;
  }
  void Remember(const std::string&) override {}

 private:
  std::istream* const in_;
};

}  // namespace

std::unique_ptr<LineReader> MakeTerminalReader(const std::string& history_path) {
  return std::make_unique<TerminalReader>(history_path);
}
std::unique_ptr<LineReader> MakeStreamReader(std::istream* in) {
  return std::make_unique<StreamReader>(in);
}

}  // namespace heliosdb::tools
