#include "tests/kit/slt/slt_file.h"

#include <cstdlib>
#include <utility>

#include "core/base/status.h"

namespace heliosdb::testkit::slt {
namespace {

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// The words of a line up to a comment.
std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line) {
    if (c == '#' && word.empty()) break;
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view engine) : lines_(Lines(text)), engine_(engine) {}

  absl::StatusOr<SltFile> Parse() {
    while (at_ < lines_.size() && !halted_) {
      const std::vector<std::string> words = Words(lines_[at_]);
      if (words.empty()) {
        ++at_;
      } else if (words[0] == "statement" || words[0] == "query") {
        HELIOS_RETURN_IF_ERROR(AddRecord(words));
      } else {
        HELIOS_RETURN_IF_ERROR(Control(words));
        ++at_;
      }
    }
    return std::move(file_);
  }

 private:
  absl::Status Error(std::string_view what) const {
    return InvalidArgument("line {}: {}: {}", at_ + 1, what, lines_[at_]);
  }

  absl::Status Control(const std::vector<std::string>& words) {
    const std::string& word = words[0];
    if (word == "halt") {
      conditions_line_ = 0;
      halted_ = std::exchange(applies_, true);
      return absl::OkStatus();
    }
    if (words.size() < 2) return Error("unknown or incomplete directive");
    if ((word == "skipif" || word == "onlyif") && conditions_line_ == 0) {
      conditions_line_ = static_cast<int>(at_) + 1;
    }
    if (word == "skipif") {
      applies_ = applies_ && words[1] != engine_;
    } else if (word == "onlyif") {
      applies_ = applies_ && words[1] == engine_;
    } else if (word == "hash-threshold") {
      hash_threshold_ = std::strtoul(words[1].c_str(), nullptr, 10);
    } else if (word == "connection") {
      connection_ = words[1];
    } else if (word == "dialect" && words[1] == "postgresql") {
      file_.dialect = Dialect::kPostgres;
    } else {
      return Error("unknown directive");
    }
    return absl::OkStatus();
  }

  absl::Status AddRecord(const std::vector<std::string>& words) {
    Record record;
    record.line = std::exchange(conditions_line_, 0);
    if (record.line == 0) record.line = static_cast<int>(at_) + 1;
    record.applies = std::exchange(applies_, true);
    record.connection = connection_;
    record.hash_threshold = hash_threshold_;
    HELIOS_RETURN_IF_ERROR(words[0] == "query" ? ReadQueryLine(words, &record)
                                               : ReadStatementLine(words, &record));
    for (++at_; at_ < lines_.size() && !lines_[at_].empty() && lines_[at_] != "----"; ++at_) {
      if (!record.sql.empty()) record.sql += '\n';
      record.sql += lines_[at_];
    }
    if (at_ < lines_.size() && lines_[at_] == "----") {
      record.expected.emplace();
      for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_)
        record.expected->push_back(lines_[at_]);
    }
    record.line_end = static_cast<int>(at_) + 1;
    file_.records.push_back(std::move(record));
    return absl::OkStatus();
  }

  absl::Status ReadStatementLine(const std::vector<std::string>& words, Record* record) {
    record->kind = RecordKind::kStatement;
    if (words.size() < 2 || (words[1] != "ok" && words[1] != "error")) {
      return Error("a statement is ok or error");
    }
    record->expects_error = words[1] == "error";
    if (record->expects_error) {
      if (words.size() > 2) record->sql_state = words[2];
      return absl::OkStatus();
    }
    for (size_t i = 2; i < words.size(); ++i) record->tag += (i == 2 ? "" : " ") + words[i];
    return absl::OkStatus();
  }

  absl::Status ReadQueryLine(const std::vector<std::string>& words, Record* record) {
    record->kind = RecordKind::kQuery;
    size_t next = 1;
    if (next < words.size() && !ReadSort(words[next], &record->sort)) record->types = words[next++];
    if (next < words.size() && ReadSort(words[next], &record->sort)) ++next;
    if (next < words.size()) record->label = words[next++];
    return next < words.size() ? Error("too many words") : absl::OkStatus();
  }

  static bool ReadSort(const std::string& word, Sort* sort) {
    if (word == "nosort") {
      *sort = Sort::kNone;
    } else if (word == "rowsort") {
      *sort = Sort::kRows;
    } else if (word == "valuesort") {
      *sort = Sort::kValues;
    } else {
      return false;
    }
    return true;
  }

  const std::vector<std::string> lines_;
  const std::string engine_;
  SltFile file_;
  size_t at_ = 0;
  bool applies_ = true;      // What the conditions before the next record say.
  int conditions_line_ = 0;  // Of the first of them; 0: none.
  bool halted_ = false;
  size_t hash_threshold_ = 0;
  std::string connection_ = "default";
};

}  // namespace

absl::StatusOr<SltFile> ParseSltFile(std::string_view text, std::string_view engine) {
  return Parser(text, engine).Parse();
}

}  // namespace heliosdb::testkit::slt
