// Sequences of records in a spill file.
//
//   payload of a block := record record ...      record := length varint | bytes
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SPILL_RECORDS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SPILL_RECORDS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/coding.h"
#include "core/sql/execute/spill_file.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Where the records of one sequence lie: sequences of one file may be written by turns.
struct SpillRun {
  std::vector<uint64_t> blocks;
  uint64_t records = 0;
};

// Writes one sequence. Not thread-safe.
class SpillWriter {
 public:
  // The file outlives this.
  SpillWriter(SpillFile* file, size_t block_bytes) : file_(file), block_bytes_(block_bytes) {}

  absl::Status Add(std::string_view record) {
    AppendPrefixed(&buffer_, record);
    ++run_.records;
    return buffer_.size() < block_bytes_ ? absl::OkStatus() : WriteBlock();
  }
  // Writes what is left in memory. The run is whole then.
  absl::Status Finish();
  const SpillRun& run() const { return run_; }

 private:
  absl::Status WriteBlock();

  SpillFile* const file_;
  const size_t block_bytes_;
  std::string buffer_;
  SpillRun run_;
};

// Reads one finished sequence from its start. Not thread-safe.
class SpillReader {
 public:
  // Both outlive the reading.
  SpillReader(SpillFile* file, const SpillRun* run) : file_(file), run_(run) {}

  // The next records, kChunkRows of them at most; none at the end. Valid until the next call.
  absl::StatusOr<std::span<const std::string_view>> NextBatch();

 private:
  SpillFile* file_;
  const SpillRun* run_;
  size_t next_block_ = 0;
  std::string block_;
  ByteReader rest_{{}};
  std::vector<std::string_view> batch_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SPILL_RECORDS_H_
