// Rows kept to be read again: in memory as far as they fit, the rest on disk.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_SPOOL_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_SPOOL_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/sql/execute/row_store.h"
#include "core/sql/execute/spilled_rows.h"

namespace heliosdb::sql::execute {

// Rows are appended, Finish is called, then any number of readers go through them in that order. Not thread-safe.
class RowSpool {
 public:
  explicit RowSpool(std::vector<types::Type> types);
  ~RowSpool();

  // Empty again; what follows takes memory_bytes, about, before it goes to a file of files. Without this call, or with no
  // files, all stays in memory.
  void Start(size_t memory_bytes, TemporaryFiles* files);
  absl::Status Append(const types::Chunk& chunk);
  absl::Status Append(const types::Chunk& chunk, std::span<const uint16_t> rows);
  absl::Status Finish();

  const std::vector<types::Type>& types() const { return memory_.types(); }
  uint64_t size() const { return memory_.size() + (disk_ == nullptr ? 0 : disk_->size()); }
  size_t memory_bytes() const { return memory_.bytes(); }
  uint64_t disk_bytes() const { return file_ == nullptr ? 0 : file_->bytes(); }
  // Empty, with as much memory as before.
  void Clear();

 private:
  friend class RowSpoolReader;

  bool FitsInMemory() const {
    return files_ == nullptr || (disk_ == nullptr && memory_.bytes() <= memory_bytes_max_);
  }
  void OpenDisk();

  RowStore memory_;
  const types::RowLayout layout_;
  size_t memory_bytes_max_ = std::numeric_limits<size_t>::max();
  TemporaryFiles* files_ = nullptr;
  std::unique_ptr<SpillFile> file_;
  std::unique_ptr<SpilledRows>
      disk_;  // What follows the rows in memory; null while there is nothing.
};

// One reading of a spool. Not thread-safe.
class RowSpoolReader {
 public:
  // From the first row on; spool outlives the reading and does not change.
  void Start(const RowSpool* spool);
  void Stop();
  // Size 0 at the end, or when not started. Valid until the next call.
  absl::StatusOr<types::Chunk> Next();

 private:
  const RowSpool* spool_ = nullptr;
  size_t next_block_ = 0;
  std::optional<SpilledRowsReader> disk_;  // Made when a spool has rows on disk.
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_SPOOL_H_
