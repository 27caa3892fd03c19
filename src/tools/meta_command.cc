#include "tools/meta_command.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"

#include "core/base/status.h"
#include "heliosdb/appender.h"
#include "tools/csv.h"
#include "tools/progress_bar.h"
#include "tools/shell.h"
#include "tools/table_printer.h"

namespace heliosdb::tools {
namespace {

using Words = std::vector<std::string>;

Words Split(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

// schema.name, or name.
std::pair<std::string, std::string> SplitName(const std::string& name) {
  const size_t dot = name.find('.');
  if (dot == std::string::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

absl::StatusOr<TextTable> Query(Shell* shell, const std::string& sql, const std::string& title) {
  HELIOS_ASSIGN_OR_RETURN(Result result, shell->connection()->Execute(sql));
  TextTable table = ReadTable(&result, SIZE_MAX);
  HELIOS_RETURN_IF_ERROR(result.status());
  table.title = title;
  return table;
}

absl::Status PrintQuery(Shell* shell, const std::string& sql, const std::string& title) {
  HELIOS_ASSIGN_OR_RETURN(const TextTable table, Query(shell, sql, title));
  fmt::print(shell->out(), "{}\n", FormatTable(table, Footer::kRowCount));
  return absl::OkStatus();
}

absl::Status ListRelations(Shell* shell, std::string_view type) {
  const std::string filter = type.empty() ? "" : fmt::format(" AND table_type = '{}'", type);
  return PrintQuery(
      shell,
      "SELECT table_schema AS \"Schema\", table_name AS \"Name\", CASE table_type WHEN 'BASE "
      "TABLE' "
      "THEN 'table' ELSE 'view' END AS \"Type\" FROM information_schema.tables WHERE table_schema "
      "NOT IN ('pg_catalog', 'information_schema')" +
          filter + " ORDER BY 1, 2",
      "List of relations");
}

absl::Status ListIndexes(Shell* shell) {
  return PrintQuery(shell,
                    "SELECT schemaname AS \"Schema\", indexname AS \"Name\", tablename AS "
                    "\"Table\" FROM pg_indexes "
                    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2",
                    "List of indexes");
}

absl::Status Describe(Shell* shell, const Words& words) {
  if (words.size() < 2) return ListRelations(shell, "");
  const auto [schema, name] = SplitName(words[1]);
  const std::string in_schema =
      schema.empty() ? "" : fmt::format(" AND table_schema = {}", Quoted(schema));
  HELIOS_ASSIGN_OR_RETURN(
      const TextTable columns,
      Query(shell,
            fmt::format(
                "SELECT column_name AS \"Column\", data_type || coalesce('(' || "
                "character_maximum_length::text || ')', '') AS \"Type\", CASE is_nullable WHEN "
                "'NO' THEN "
                "'not null' ELSE '' END AS \"Nullable\", coalesce(column_default, '') AS "
                "\"Default\" FROM "
                "information_schema.columns WHERE table_name = {}{} ORDER BY ordinal_position",
                Quoted(name), in_schema),
            fmt::format("Table \"{}\"", words[1])));
  if (columns.rows.empty()) {
    return SqlError(sqlstate::kUndefinedTable, "did not find any relation named \"{}\"", words[1]);
  }
  fmt::print(shell->out(), "{}", FormatTable(columns, Footer::kNone));
  const std::string index_schema =
      schema.empty() ? "" : fmt::format(" AND schemaname = {}", Quoted(schema));
  HELIOS_ASSIGN_OR_RETURN(
      const TextTable indexes,
      Query(shell,
            fmt::format(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = {}{} ORDER BY 1",
                Quoted(name), index_schema),
            ""));
  if (!indexes.rows.empty()) fmt::print(shell->out(), "Indexes:\n");
  for (const auto& row : indexes.rows) {
    fmt::print(shell->out(), "    \"{}\" {}\n", row[0].value_or(""), row[1].value_or(""));
  }
  fmt::print(shell->out(), "\n");
  return absl::OkStatus();
}

// \copy TABLE from FILE [header] | \copy TABLE|(QUERY) to FILE [header]
struct CopyCommand {
  std::string source;
  std::string file;
  bool from = false;
  bool header = false;
};

absl::StatusOr<CopyCommand> ParseCopy(const std::string& line) {
  CopyCommand copy;
  const absl::Status usage = InvalidArgument(
      "usage: \\copy TABLE from FILE [header], or \\copy TABLE or (QUERY) to FILE [header]; files "
      "are CSV");
  std::string rest = line.substr(std::min(line.size(), std::string_view("\\copy").size()));
  const size_t start = rest.find_first_not_of(' ');
  if (start == std::string::npos) return usage;
  const size_t source_end = rest[start] == '(' ? rest.rfind(')') + 1 : rest.find(' ', start);
  if (source_end == std::string::npos || source_end <= start) return usage;
  copy.source = rest.substr(start, source_end - start);
  const Words words = Split(rest.substr(source_end));
  if (words.size() < 2 || words.size() > 3 || (words[0] != "from" && words[0] != "to"))
    return usage;
  if (words.size() == 3 && words[2] != "header") return usage;
  copy.from = words[0] == "from";
  copy.file = words[1];
  copy.header = words.size() == 3;
  if (copy.from && copy.source.front() == '(') return usage;
  return copy;
}

absl::Status CopyIn(Shell* shell, const CopyCommand& copy) {
  std::ifstream in(copy.file, std::ios::binary);
  if (!in) return NotFound("{} cannot be read", copy.file);
  const auto [schema, table] = SplitName(copy.source);
  HELIOS_ASSIGN_OR_RETURN(Appender appender, shell->connection()->Append(schema, table));
  CsvReader reader(&in);
  ProgressBar bar(stderr, copy.file, std::filesystem::file_size(copy.file));
  bool skip = copy.header;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<CsvRecord> record, reader.Next());
    if (!record.has_value()) break;
    bar.Update(reader.bytes_read());
    if (std::exchange(skip, false)) continue;
    for (const std::optional<std::string>& field : *record) {
      if (field.has_value()) {
        appender.Add(std::string_view(*field));
      } else {
        appender.AddNull();
      }
    }
    absl::Status status = appender.EndRow();
    if (!status.ok())
      return WithContext(status, fmt::format("{}, line {}", copy.file, reader.line()));
  }
  HELIOS_ASSIGN_OR_RETURN(const uint64_t rows, appender.Finish());
  fmt::print(shell->out(), "COPY {}\n", rows);
  return absl::OkStatus();
}

absl::Status CopyOut(Shell* shell, const CopyCommand& copy) {
  const bool query = copy.source.front() == '(';
  const std::string sql = query ? copy.source.substr(1, copy.source.size() - 2)
                                : fmt::format("SELECT * FROM {}", copy.source);
  HELIOS_ASSIGN_OR_RETURN(Result result, shell->connection()->Execute(sql));
  std::ofstream out(copy.file, std::ios::binary | std::ios::trunc);
  if (!out) return InvalidArgument("{} cannot be written", copy.file);
  CsvRecord record;
  if (copy.header) {
    for (const Column& column : result.columns()) record.push_back(column.name);
    out << FormatCsv(record);
  }
  uint64_t rows = 0;
  for (const Row row : result) {
    record.clear();
    for (size_t c = 0; c < row.size(); ++c) {
      record.push_back(row.IsNull(c) ? std::nullopt : std::optional<std::string>(row.Text(c)));
    }
    out << FormatCsv(record);
    ++rows;
  }
  HELIOS_RETURN_IF_ERROR(result.status());
  out.flush();
  if (!out) return InvalidArgument("{} cannot be written", copy.file);
  fmt::print(shell->out(), "COPY {}\n", rows);
  return absl::OkStatus();
}

absl::Status Copy(Shell* shell, const std::string& line) {
  HELIOS_ASSIGN_OR_RETURN(const CopyCommand copy, ParseCopy(line));
  return copy.from ? CopyIn(shell, copy) : CopyOut(shell, copy);
}

constexpr std::string_view kHelp =
    "\\?                           this list\n"
    "\\q                           quit\n"
    "\\d [NAME]                    describe a table, or list tables and views\n"
    "\\dt, \\dv, \\di                list tables, views, indexes\n"
    "\\i FILE                      run the statements of a file\n"
    "\\copy TABLE from FILE [header]            load a CSV file\n"
    "\\copy TABLE|(QUERY) to FILE [header]      write a CSV file\n"
    "\\timing [on|off]             show how long statements take\n"
    "\\echo TEXT                   print the text\n";

absl::Status SetTiming(Shell* shell, const Words& words) {
  bool& timing = shell->settings().timing;
  timing = words.size() > 1 ? words[1] == "on" : !timing;
  fmt::print(shell->out(), "Timing is {}.\n", timing ? "on" : "off");
  return absl::OkStatus();
}

absl::Status Run(Shell* shell, const std::string& line) {
  const Words words = Split(line);
  const std::string& command = words[0];
  if (command == "\\q") {
    shell->Quit();
    return absl::OkStatus();
  }
  if (command == "\\?") {
    fmt::print(shell->out(), "{}", kHelp);
    return absl::OkStatus();
  }
  if (command == "\\d") return Describe(shell, words);
  if (command == "\\dt") return ListRelations(shell, "BASE TABLE");
  if (command == "\\dv") return ListRelations(shell, "VIEW");
  if (command == "\\di") return ListIndexes(shell);
  if (command == "\\timing") return SetTiming(shell, words);
  if (command == "\\copy") return Copy(shell, line);
  if (command == "\\echo") {
    fmt::print(shell->out(), "{}\n", fmt::join(words.begin() + 1, words.end(), " "));
    return absl::OkStatus();
  }
  if (command == "\\i") {
    if (words.size() != 2) return InvalidArgument("usage: \\i FILE");
    return shell->RunFile(words[1]) ? absl::OkStatus()
                                    : Aborted("{} was not run to its end", words[1]);
  }
  return InvalidArgument("invalid command {}; try \\? for help", command);
}

}  // namespace

bool RunMetaCommand(Shell* shell, const std::string& line) {
  const absl::Status status = Run(shell, line);
  if (!status.ok()) shell->PrintError(status, "");
  std::fflush(shell->out());
  return status.ok();
}

}  // namespace heliosdb::tools
