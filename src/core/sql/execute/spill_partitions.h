// Rows that a full hash table sets aside, to come back partition by partition.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SPILL_PARTITIONS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SPILL_PARTITIONS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/spill_file.h"
#include "core/sql/execute/spilled_rows.h"
#include "core/types/row_codec.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Rows of one or two sides are split by their hash, so that equal keys of all sides meet in one partition. While a
// partition is being read, rows that are set aside again are split by other bits, one level deeper, and come back before
// the rest of the level above. One file a level. Not thread-safe.
class SpillPartitions {
 public:
  // The columns of each side.
  explicit SpillPartitions(const std::vector<std::vector<types::Type>>& sides);
  ~SpillPartitions();

  // Sets aside the listed rows of chunk; hashes are by row of the chunk.
  absl::Status Add(ExecContext& context, size_t side, const types::Chunk& chunk,
                   std::span<const uint16_t> rows, std::span<const uint64_t> hashes);
  // Goes to the next partition that holds a row of any side; false when none is left. What was read before is forgotten.
  absl::StatusOr<bool> TakeNext();

  // --- The partition taken last ---
  uint64_t rows(size_t side) const;
  // How many rows of the side its level was split from; tells whether splitting helped.
  uint64_t rows_before_split(size_t side) const;
  // Begins to read a side anew.
  void Start(size_t side);
  // Size 0 at the end. Valid until the next call for this side.
  absl::StatusOr<types::Chunk> Next(ExecContext& context, size_t side);
  // Whether rows may be set aside once more; past kSpillDepthMax levels they may not.
  bool CanSplit() const { return levels_.size() < kSpillDepthMax; }

  bool empty() const { return levels_.empty(); }
  // Since the last Clear: the most disk taken at once, and the partitions gone through.
  uint64_t disk_bytes() const { return disk_bytes_; }
  uint64_t partitions_taken() const { return partitions_taken_; }
  void Clear();

 private:
  struct Level;
  struct Partition;

  absl::Status StartLevel(ExecContext& context);
  absl::Status FinishWriting();

  std::vector<types::RowLayout> layouts_;
  std::vector<SpilledRowsReader> readers_;
  std::vector<std::unique_ptr<Level>> levels_;
  // levels_.back() is being written.
  bool writing_ = false;
  const Partition* current_ = nullptr;
  uint64_t disk_bytes_ = 0;
  uint64_t partitions_taken_ = 0;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SPILL_PARTITIONS_H_
