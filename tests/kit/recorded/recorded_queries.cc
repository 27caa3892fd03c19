#include "tests/kit/recorded/recorded_queries.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "fmt/format.h"

#include "core/base/status.h"

namespace heliosdb::testkit::recorded {
namespace {

std::string Escaped(const std::optional<std::string>& value) {
  if (!value.has_value()) return "\\N";
  std::string text;
  for (const char c : *value) {
    switch (c) {
      case '\\':
        text += "\\\\";
        break;
      case '\t':
        text += "\\t";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string AnswerText(const SqlResult& result) {
  std::vector<std::string> fields;
  for (const SqlColumn& column : result.columns) {
    fields.push_back(fmt::format("{} {}", Escaped(column.name), TypeName(column.type_oid)));
  }
  std::string text = fmt::format("{}\n", fmt::join(fields, "\t"));
  for (const SqlRow& row : result.rows) {
    fields.clear();
    for (const std::optional<std::string>& value : row) fields.push_back(Escaped(value));
    text += fmt::format("{}\n", fmt::join(fields, "\t"));
  }
  return text;
}

// Takes the first line off text, without its line break.
std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return line;
}

}  // namespace

absl::StatusOr<std::vector<Query>> ParseQueries(std::string_view text) {
  constexpr std::string_view kMark = "-- name: ";
  std::vector<Query> queries;
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    if (line.starts_with(kMark)) {
      queries.push_back({.name = std::string(line.substr(kMark.size())), .sql = ""});
    } else if (!queries.empty()) {
      queries.back().sql += std::string(line) + "\n";
    } else if (!line.empty() && !line.starts_with("--")) {
      return InvalidArgument("a statement before the first {}: {}", kMark, line);
    }
  }
  return queries;
}

absl::Status LoadScript(std::string_view script, SqlSession* session) {
  for (const std::string_view statement : SplitStatements(script)) {
    const absl::StatusOr<SqlResult> result = session->Execute(statement);
    if (!result.ok()) return WithContext(result.status(), statement.substr(0, 80));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Answer(const Query& query, SqlSession* session) {
  std::optional<SqlResult> last;
  for (const std::string_view statement : SplitStatements(query.sql)) {
    HELIOS_ASSIGN_OR_RETURN(SqlResult result, session->Execute(statement));
    if (result.is_query) last = std::move(result);
  }
  if (!last.has_value()) return InvalidArgument("{} has no SELECT", query.name);
  return AnswerText(*last);
}

std::string FirstDifference(std::string_view expected, std::string_view actual) {
  for (int line = 1; !expected.empty() || !actual.empty(); ++line) {
    const bool had_expected = !expected.empty();
    const bool had_actual = !actual.empty();
    const std::string_view expected_line = TakeLine(&expected);
    const std::string_view actual_line = TakeLine(&actual);
    if (had_expected != had_actual || expected_line != actual_line) {
      return fmt::format("line {}:\nexpected: {}\nactual:   {}", line,
                         had_expected ? expected_line : "(no more)",
                         had_actual ? actual_line : "(no more)");
    }
  }
  return "";
}

}  // namespace heliosdb::testkit::recorded
