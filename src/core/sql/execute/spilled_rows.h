// Rows in a spill file: records of the form of types/row_codec.h.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SPILLED_ROWS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SPILLED_ROWS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/sql/execute/spill_file.h"
#include "core/sql/execute/spill_records.h"
#include "core/types/row_codec.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// A sequence of rows, written once and then read. Not thread-safe.
class SpilledRows {
 public:
  // Both outlive this.
  SpilledRows(const types::RowLayout* layout, SpillFile* file, size_t block_bytes)
      : layout_(*layout), file_(file), writer_(file, block_bytes) {}

  // One row; columns beyond those of the layout are left out.
  absl::Status AppendRow(std::span<const types::Vector* const> columns, size_t row);
  absl::Status Append(const types::Chunk& chunk);
  // No row may follow.
  absl::Status Finish() { return writer_.Finish(); }

  uint64_t size() const { return writer_.run().records; }
  const types::RowLayout& layout() const { return layout_; }
  SpillReader NewReader() const { return {file_, &writer_.run()}; }

 private:
  const types::RowLayout& layout_;
  SpillFile* const file_;
  SpillWriter writer_;
  std::string row_;
};

// Turns rows' bytes into chunks. Takes no memory before it is used. Not thread-safe.
class RowDecoder {
 public:
  explicit RowDecoder(std::span<const types::Type> types) : types_(types.begin(), types.end()) {}
  // Strings are views into the rows; valid until the next call.
  types::Chunk Decode(const types::RowLayout& layout, std::span<const std::string_view> rows);

 private:
  std::vector<types::Type> types_;
  std::vector<types::Vector> vectors_;
  std::vector<const types::Vector*> columns_;
};

// Reads spilled rows in the order in which they were written. Not thread-safe.
class SpilledRowsReader {
 public:
  explicit SpilledRowsReader(std::span<const types::Type> types) : decoder_(types) {}

  // From the first row on. rows outlives the reading.
  void Start(const SpilledRows* rows) {
    rows_ = rows;
    reader_.emplace(rows->NewReader());
  }
  void Stop() { reader_.reset(); }
  // Size 0 at the end, or when not started. Valid until the next call.
  absl::StatusOr<types::Chunk> Next();

 private:
  RowDecoder decoder_;
  const SpilledRows* rows_ = nullptr;
  std::optional<SpillReader> reader_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SPILLED_ROWS_H_
