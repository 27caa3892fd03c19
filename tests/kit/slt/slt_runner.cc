#include "tests/kit/slt/slt_runner.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "fmt/format.h"

#include "core/base/status.h"
#include "heliosdb/error.h"
#include "tests/kit/slt/md5.h"
#include "tests/kit/slt/slt_file.h"

namespace heliosdb::testkit::slt {
namespace {

using Values = std::vector<std::string>;

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

// A line break would end the record's line.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else {
      line += c;
    }
  }
  return line;
}

// A value as the original sqllogictest prints it under the type letters I, R and T.
std::string OriginalForm(const std::optional<std::string>& value, char type) {
  if (!value.has_value()) return "NULL";
  switch (type) {
    case 'I':
      if (*value == "t" || *value == "f") return *value == "t" ? "1" : "0";
      return std::to_string(std::strtoll(value->c_str(), nullptr, 10));
    case 'R':
      return fmt::format("{:.3f}", std::strtod(value->c_str(), nullptr));
    default:
      break;
  }
  if (value->empty()) return "(empty)";
  std::string text = *value;
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '@';
  }
  return text;
}

std::vector<Values> OriginalRows(const SqlResult& result, std::string_view types) {
  std::vector<Values> rows;
  for (const SqlRow& row : result.rows) {
    Values& values = rows.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      values.push_back(OriginalForm(row[i], i < types.size() ? types[i] : 'T'));
    }
  }
  return rows;
}

std::vector<Values> PostgresRows(const SqlResult& result) {
  std::vector<Values> rows;
  for (const SqlRow& row : result.rows) {
    Values& values = rows.emplace_back();
    for (const std::optional<std::string>& value : row) {
      values.push_back(!value.has_value() ? "NULL" : value->empty() ? "(empty)" : OneLine(*value));
    }
  }
  return rows;
}

std::vector<std::string> Sorted(std::vector<Values> rows, Sort sort, Dialect dialect) {
  if (sort == Sort::kRows) std::sort(rows.begin(), rows.end());
  std::vector<std::string> lines;
  for (const Values& row : rows) {
    if (dialect == Dialect::kOriginal || sort == Sort::kValues) {
      lines.insert(lines.end(), row.begin(), row.end());
    } else {
      lines.push_back(fmt::format("{}", fmt::join(row, "|")));
    }
  }
  if (sort == Sort::kValues) std::sort(lines.begin(), lines.end());
  return lines;
}

std::string Md5Line(const std::vector<std::string>& lines) {
  return Md5(fmt::format("{}{}", fmt::join(lines, "\n"), lines.empty() ? "" : "\n"));
}

std::string TypesOf(const SqlResult& result) {
  std::vector<std::string> names;
  for (const SqlColumn& column : result.columns) names.push_back(TypeName(column.type_oid));
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ","));
}

// The run of one file: its sessions and the labels seen.
class Run {
 public:
  Run(SqlDatabase* database, Dialect dialect) : database_(database), dialect_(dialect) {}

  absl::StatusOr<SqlOutcome> Execute(const Record& record) {
    std::unique_ptr<SqlSession>& session = sessions_[record.connection];
    if (session == nullptr) {
      HELIOS_ASSIGN_OR_RETURN(session, database_->Connect(record.connection));
    }
    return session->Run(record.sql);
  }

  // What is wrong with the outcome; empty when it is as the record expects.
  std::string Judge(const Record& record, const SqlOutcome& outcome) {
    return record.kind == RecordKind::kStatement ? JudgeStatement(record, outcome)
                                                 : JudgeQuery(record, outcome);
  }

 private:
  static std::string JudgeStatement(const Record& record, const SqlOutcome& outcome) {
    if (!record.expects_error) {
      if (!outcome.status.ok()) {
        return fmt::format("failed: {} {}", SqlStateOf(outcome.status), MessageOf(outcome.status));
      }
      const std::string tag = outcome.results.empty() ? "" : outcome.results.back().command_tag;
      if (record.tag.empty() || record.tag == tag) return "";
      return fmt::format("expected tag: {}\nactual tag: {}", record.tag, tag);
    }
    if (outcome.status.ok()) return "succeeded, but an error was expected";
    const std::string state = SqlStateOf(outcome.status);
    if (!record.sql_state.empty() && record.sql_state != state) {
      return fmt::format("expected SQLSTATE {}, came {} {}", record.sql_state, state,
                         MessageOf(outcome.status));
    }
    const std::string message = OneLine(MessageOf(outcome.status));
    if (record.expected.has_value() && *record.expected != std::vector<std::string>{message}) {
      return fmt::format("expected message: {}\nactual message: {}",
                         fmt::join(*record.expected, "\n"), message);
    }
    return "";
  }

  std::string JudgeQuery(const Record& record, const SqlOutcome& outcome) {
    if (!outcome.status.ok()) {
      return fmt::format("failed: {} {}", SqlStateOf(outcome.status), MessageOf(outcome.status));
    }
    if (outcome.results.empty() || !outcome.results.back().is_query) return "is no query";
    const SqlResult& result = outcome.results.back();
    if (dialect_ == Dialect::kPostgres) {
      const std::string types = TypesOf(result);
      if (!record.types.empty() && types != record.types) {
        return fmt::format("expected types: {}\nactual types: {}", record.types, types);
      }
    } else if (result.columns.size() != record.types.size()) {
      return fmt::format("expected {} columns, came {}", record.types.size(),
                         result.columns.size());
    }
    std::vector<std::string> lines = Sorted(
        dialect_ == Dialect::kOriginal ? OriginalRows(result, record.types) : PostgresRows(result),
        record.sort, dialect_);
    const std::string digest = Md5Line(lines);
    if (!record.label.empty()) {
      const auto [seen, is_new] = labels_.emplace(record.label, std::pair(digest, record.line));
      if (!is_new && seen->second.first != digest) {
        return fmt::format("differs from the query of line {} with the same label",
                           seen->second.second);
      }
    }
    if (dialect_ == Dialect::kOriginal && IsHashed(record, lines)) {
      lines = {fmt::format("{} values hashing to {}", lines.size(), digest)};
    }
    const std::vector<std::string> expected = record.expected.value_or(std::vector<std::string>());
    if (lines == expected) return "";
    return fmt::format("expected:\n{}\nactual:\n{}", fmt::join(expected, "\n"),
                       fmt::join(lines, "\n"));
  }

  // A file made with a threshold may still spell out a result above it.
  static bool IsHashed(const Record& record, const std::vector<std::string>& lines) {
    if (record.expected.has_value() && record.expected->size() == 1 &&
        record.expected->front().find(" values hashing to ") != std::string::npos) {
      return true;
    }
    return record.hash_threshold > 0 && lines.size() > record.hash_threshold &&
           (!record.expected.has_value() || record.expected->size() != lines.size());
  }

  SqlDatabase* const database_;  // Not owned.
  const Dialect dialect_;
  std::map<std::string, std::unique_ptr<SqlSession>> sessions_;
  absl::flat_hash_map<std::string, std::pair<std::string, int>> labels_;  // Digest and line.
};

std::string RewrittenRecord(const Record& record, const SqlOutcome& outcome) {
  if (!outcome.status.ok()) {
    return fmt::format("statement error {}\n{}\n----\n{}\n", SqlStateOf(outcome.status), record.sql,
                       OneLine(MessageOf(outcome.status)));
  }
  if (outcome.results.empty() || !outcome.results.back().is_query) {
    const std::string tag = outcome.results.empty() ? "" : outcome.results.back().command_tag;
    return fmt::format("statement ok{}{}\n{}\n", tag.empty() ? "" : " ", tag, record.sql);
  }
  const SqlResult& result = outcome.results.back();
  const std::string_view sort = record.sort == Sort::kNone   ? ""
                                : record.sort == Sort::kRows ? " rowsort"
                                                             : " valuesort";
  std::string text = fmt::format("query {}{}{}{}\n{}\n----\n", TypesOf(result), sort,
                                 record.label.empty() ? "" : " ", record.label, record.sql);
  for (const std::string& line : Sorted(PostgresRows(result), record.sort, Dialect::kPostgres)) {
    text += line + '\n';
  }
  return text;
}

}  // namespace

absl::StatusOr<Report> RunSltText(std::string_view text, const RunOptions& options,
                                  SqlDatabase* database) {
  HELIOS_ASSIGN_OR_RETURN(const SltFile file, ParseSltFile(text, options.engine));
  HELIOS_RETURN_IF_ERROR(database->Reset());
  Run run(database, file.dialect);
  Report report;
  std::set<int> absent =
      options.counted_lines == nullptr ? std::set<int>() : *options.counted_lines;
  for (const Record& record : file.records) {
    const bool counts =
        options.counted_lines == nullptr ? record.applies : absent.erase(record.line) > 0;
    report.records += counts;
    if (!record.applies) {
      if (counts)
        report.failures.push_back({record.line, "is listed, but skipped for this engine"});
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(const SqlOutcome outcome, run.Execute(record));
    std::string wrong = run.Judge(record, outcome);
    if (!counts) continue;
    if (wrong.empty()) {
      ++report.passed;
    } else {
      report.failures.push_back({record.line, fmt::format("{}\n{}", record.sql, wrong)});
    }
  }
  for (const int line : absent) {
    ++report.records;
    report.failures.push_back({line, "is listed, but no record begins here"});
  }
  return report;
}

absl::StatusOr<std::string> RewriteSltText(std::string_view text, SqlDatabase* database) {
  HELIOS_ASSIGN_OR_RETURN(const SltFile file, ParseSltFile(text, "postgresql"));
  if (file.dialect != Dialect::kPostgres)
    return InvalidArgument("only files of our dialect can be rewritten");
  HELIOS_RETURN_IF_ERROR(database->Reset());
  Run run(database, file.dialect);
  std::string rewritten;
  size_t record = 0;
  for (int line = 1; !text.empty(); ++line) {
    const size_t end = text.find('\n');
    const std::string_view rest =
        text.substr(end == std::string_view::npos ? text.size() : end + 1);
    if (record < file.records.size() && line + 1 == file.records[record].line_end) {
      HELIOS_ASSIGN_OR_RETURN(const SqlOutcome outcome, run.Execute(file.records[record]));
      rewritten += RewrittenRecord(file.records[record], outcome);
      ++record;
    } else if (record >= file.records.size() || line < file.records[record].line) {
      rewritten += text.substr(0, text.size() - rest.size());
    }
    text = rest;
  }
  return rewritten;
}

}  // namespace heliosdb::testkit::slt
