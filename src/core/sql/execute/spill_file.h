// One temporary file, written in blocks and read back checked. Format version 1, docs/formats/spill.md.
//
//   file  := block block ...
//   block := payload length u32le | crc u32le | payload
//
// crc is the CRC32C of version u32le, the block's place in the file u64le, and the payload. A block is valid iff it lies
// within the file and its crc matches; what a payload holds is said by who writes it (spill_records.h).
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SPILL_FILE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SPILL_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"
#include "core/sql/execute/temporary_files.h"

namespace heliosdb::sql::execute {

inline constexpr uint32_t kSpillFormatVersion = 1;

// Payload bytes of one block, and how many blocks may be in memory at once, for an operator that may hold this much: the
// buffers of what is written or read together take about a quarter of it.
struct SpillSizes {
  size_t block_bytes = 0;
  // Partitions written together; a power of two.
  size_t partitions = 0;
  // Sorted runs read together.
  size_t runs = 0;
};
SpillSizes SpillSizesFor(size_t memory_bytes);

// Rows are set aside again and again no deeper than this; then memory is what it takes.
inline constexpr size_t kSpillDepthMax = 12;

// Made on disk by the first block; gone when destroyed. Not thread-safe.
class SpillFile {
 public:
  // Not owned; outlives this.
  explicit SpillFile(TemporaryFiles* space) : space_(space) {}

  // Returns the block's place. A full disk is 53100; after an error the file is good for nothing but to be destroyed.
  absl::StatusOr<uint64_t> Append(std::string_view payload);
  // Replaces *payload by that of the block at place. DATA_LOSS when it is not as it was written.
  absl::Status Read(uint64_t place, std::string* payload);

  uint64_t bytes() const { return bytes_; }

 private:
  TemporaryFiles* const space_;
  std::unique_ptr<File> file_;
  uint64_t bytes_ = 0;
  std::string block_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SPILL_FILE_H_
