#include "tools/csv.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::tools {

absl::StatusOr<std::optional<CsvRecord>> CsvReader::Next() {
  CsvRecord record;
  std::string field;
  bool quoted = false;  // The field began with a quote.
  bool in_quotes = false;
  bool any = false;
  const auto end_field = [&] {
    record.push_back(field.empty() && !quoted ? std::nullopt
                                              : std::optional<std::string>(std::move(field)));
    field.clear();
    quoted = false;
  };
  int c = 0;
  while ((c = in_->get()) != std::istream::traits_type::eof()) {
    ++bytes_read_;
    any = true;
    if (c == '\n') ++line_;
    if (in_quotes) {
      if (c != '"') {
        field.push_back(static_cast<char>(c));
      } else if (in_->peek() == '"') {
        field.push_back(static_cast<char>(in_->get()));
        ++bytes_read_;
      } else {
        in_quotes = false;
      }
    } else if (c == '"' && field.empty() && !quoted) {
      in_quotes = true;
      quoted = true;
    } else if (c == ',') {
      end_field();
    } else if (c == '\n') {
      end_field();
      return std::optional<CsvRecord>(std::move(record));
    } else if (c == '\r' && in_->peek() == '\n') {
      continue;
    } else if (quoted) {
      return SqlError(sqlstate::kBadCopyFileFormat, "line {}: text after a closing quote",
                      line_ + 1);
    } else {
      field.push_back(static_cast<char>(c));
    }
  }
  if (in_quotes)
    return SqlError(sqlstate::kBadCopyFileFormat, "line {}: unterminated CSV quoted field",
                    line_ + 1);
  if (!any) return std::optional<CsvRecord>();
  ++line_;
  end_field();
  return std::optional<CsvRecord>(std::move(record));
}

std::string FormatCsv(const CsvRecord& record) {
  std::string text;
  for (size_t i = 0; i < record.size(); ++i) {
    if (i > 0) text.push_back(',');
    if (!record[i].has_value()) continue;
    const std::string& value = *record[i];
    if (!value.empty() && value.find_first_of(",\"\r\n") == std::string::npos) {
      text += value;
      continue;
    }
    text.push_back('"');
    for (const char c : value) {
      if (c == '"') text.push_back('"');
      text.push_back(c);
    }
    text.push_back('"');
  }
  text.push_back('\n');
  return text;
}

}  // namespace heliosdb::tools
