// CSV as PostgreSQL's COPY reads and writes it: commas, double quotes, doubled within quotes; an unquoted empty field is
// NULL, a quoted one the empty string.
#ifndef HELIOSDB_TOOLS_CSV_H_
#define HELIOSDB_TOOLS_CSV_H_

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::tools {

using CsvRecord = std::vector<std::optional<std::string>>;

// Reads records, which may span lines. Not thread-safe.
class CsvReader {
 public:
  // in is not owned and outlives the reader.
  explicit CsvReader(std::istream* in) : in_(in) {}

  // The next record; nullopt at the end. 22P04 for an unterminated quote or text behind a closing one.
  absl::StatusOr<std::optional<CsvRecord>> Next();
  // The line that the last record ended on, from 1.
  int line() const { return line_; }
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  std::istream* const in_;
  int line_ = 0;
  uint64_t bytes_read_ = 0;
};

// One record with its newline.
std::string FormatCsv(const CsvRecord& record);

}  // namespace heliosdb::tools

#endif  // HELIOSDB_TOOLS_CSV_H_
