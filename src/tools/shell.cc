#include "tools/shell.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#include "fmt/format.h"

#include "core/base/clock.h"
#include "heliosdb/error.h"
#include "heliosdb/script.h"
#include "tools/meta_command.h"
#include "tools/progress_bar.h"
#include "tools/table_printer.h"

namespace heliosdb::tools {
namespace {

// Rows shown at once: a table's widths are those of so many rows, and memory stays bounded.
constexpr size_t kRowsAtOnce = 10'000;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The statement's line with a caret under the error's position, as psql shows it.
std::string PositionText(std::string_view statement, int position) {
  size_t byte = 0;
  for (int characters = 1; byte < statement.size(); ++byte) {
    const bool starts = (static_cast<unsigned char>(statement[byte]) & 0xC0) != 0x80;
    if (starts && characters++ == position) break;
  }
  const size_t before = statement.substr(0, byte).rfind('\n');
  const size_t start = before == std::string_view::npos ? 0 : before + 1;
  const size_t end = std::min(statement.find('\n', byte), statement.size());
  const auto line_number = 1 + std::count(statement.begin(), statement.begin() + byte, '\n');
  const std::string head = fmt::format("LINE {}: ", line_number);
  const std::string_view line = statement.substr(start, end - start);
  return fmt::format(
      "{}{}\n{}^\n", head, line,
      std::string(head.size() + DisplayWidth(statement.substr(start, byte - start)), ' '));
}

}  // namespace

void Shell::PrintError(const absl::Status& status, std::string_view statement) {
  const auto message = status.message();
  fmt::print(error_, "ERROR:  {}\n", std::string_view(message.data(), message.size()));
  if (const std::optional<int> position = ErrorPositionOf(status)) {
    fmt::print(error_, "{}", PositionText(statement, *position));
  }
  if (const std::string detail = ErrorDetailOf(status); !detail.empty())
    fmt::print(error_, "DETAIL:  {}\n", detail);
  if (const std::string hint = ErrorHintOf(status); !hint.empty())
    fmt::print(error_, "HINT:  {}\n", hint);
  std::fflush(error_);
}

bool Shell::PrintResult(Result* result, std::string_view sql) {
  for (const std::string& notice : result->notices()) fmt::print(error_, "{}\n", notice);
  if (result->columns().empty()) {
    const std::string tag = result->command_tag();
    if (!tag.empty()) fmt::print(out_, "{}\n", tag);
    return true;
  }
  size_t rows = 0;
  while (true) {
    const TextTable table = ReadTable(result, kRowsAtOnce);
    if (!result->status().ok()) {
      PrintError(result->status(), sql);
      return false;
    }
    const bool last = table.rows.size() < kRowsAtOnce;
    const bool only = last && rows == 0;
    if (!table.rows.empty() || rows == 0) {
      fmt::print(out_, "{}", FormatTable(table, only ? Footer::kRowCount : Footer::kNone));
    }
    rows += table.rows.size();
    if (!last) continue;
    if (!only) fmt::print(out_, "({} rows)\n", rows);
    fmt::print(out_, "\n");
    return true;
  }
}

bool Shell::RunStatement(std::string_view sql) {
  const absl::Duration start = Clock::Real()->Now();
  absl::StatusOr<Result> result = connection_->ExecuteValues(sql, {});
  bool fine = result.ok();
  if (fine) {
    fine = PrintResult(&*result, sql);
  } else {
    PrintError(result.status(), sql);
  }
  if (settings_.timing) {
    fmt::print(out_, "Time: {:.3f} ms\n", absl::ToDoubleMilliseconds(Clock::Real()->Now() - start));
  }
  std::fflush(out_);
  return fine;
}

std::string Shell::Prompt(bool continued) const {
  const char* const mark = connection_->transaction_failed() ? "!"
                           : connection_->in_transaction()   ? "*"
                                                             : "";
  return fmt::format("heliosdb{}{} ", continued ? "-" : "=", fmt::format("{}>", mark));
}

bool Shell::RunComplete(std::string* text, LineReader* reader) {
  absl::StatusOr<std::vector<ScriptStatement>> statements = SplitScript(*text);
  if (!statements.ok()) {
    PrintError(statements.status(), *text);
    text->clear();
    return !settings_.stop_on_error;
  }
  size_t done = 0;
  for (const ScriptStatement& statement : *statements) {
    if (!statement.terminated) break;
    const std::string sql = text->substr(statement.start, statement.length);
    reader->Remember(sql + ";");
    done = text->find(';', statement.start + statement.length) + 1;
    if (!RunStatement(sql) && settings_.stop_on_error) return false;
  }
  text->erase(0, done);
  if (IsBlank(*text)) text->clear();
  return true;
}

bool Shell::Run(LineReader* reader) {
  std::string text;
  while (!quit_) {
    const std::optional<std::string> line = reader->Next(Prompt(!text.empty()));
    if (!line.has_value()) break;
    const size_t first = line->find_first_not_of(" \t");
    if (text.empty() && first != std::string::npos && (*line)[first] == '\\') {
      reader->Remember(*line);
      if (!RunMetaCommand(this, line->substr(first)) && settings_.stop_on_error) return false;
      continue;
    }
    text += *line + "\n";
    if (!RunComplete(&text, reader)) return false;
  }
  if (!quit_ && !IsBlank(text)) return RunStatement(text) || !settings_.stop_on_error;
  return true;
}

bool Shell::RunText(std::string_view text, const std::string& label, Bar bar) {
  std::istringstream in{std::string(text)};
  const std::unique_ptr<LineReader> lines = MakeStreamReader(&in);
  std::unique_ptr<ProgressBar> progress;
  if (bar == Bar::kShow) progress = std::make_unique<ProgressBar>(error_, label, text.size());
  std::string pending;
  while (!quit_) {
    const std::optional<std::string> line = lines->Next("");
    if (!line.has_value()) break;
    if (progress != nullptr && in.tellg() > 0) progress->Update(static_cast<uint64_t>(in.tellg()));
    if (pending.empty() && line->starts_with("\\")) {
      if (!RunMetaCommand(this, *line) && settings_.stop_on_error) return false;
      continue;
    }
    pending += *line + "\n";
    // Splitting costs as much as the text: only a line that ends a statement is worth it.
    if (line->find(';') == std::string::npos) continue;
    if (!RunComplete(&pending, lines.get())) return false;
  }
  if (progress != nullptr) progress->Update(text.size());
  return IsBlank(pending) || RunStatement(pending) || !settings_.stop_on_error;
}

bool Shell::RunFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    fmt::print(error_, "{}: cannot be read\n", path);
    return false;
  }
  std::ostringstream text;
  text << in.rdbuf();
  return RunText(text.str(), path, Bar::kShow);
}

}  // namespace heliosdb::tools
