// The first of equal rows, of any number of rows.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_DISTINCT_FILTER_H_
#define HELIOSDB_CORE_SQL_EXECUTE_DISTINCT_FILTER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_subset.h"
#include "core/sql/execute/spill_partitions.h"

namespace heliosdb::sql::execute {

// Gives each row that was not seen before: at once while the set fits in memory, later, from disk, when it does not. NULLs
// equal each other. Not thread-safe.
class DistinctFilter {
 public:
  explicit DistinctFilter(const std::vector<types::Type>& types);

  // *fresh = the rows of columns that are new. Rows of which that cannot be said are set aside.
  absl::Status Select(ExecContext& context, std::span<const types::Vector* const> columns,
                      size_t size, std::vector<uint16_t>* fresh);
  // After the last Select: new rows among those set aside; size 0 at the end. Valid until the next call.
  absl::StatusOr<types::Chunk> NextLate(ExecContext& context);
  bool has_late_rows() const { return !aside_.empty(); }

  size_t memory_bytes() const { return seen_.bytes(); }
  uint64_t disk_bytes() const { return aside_.disk_bytes(); }
  void Clear();

 private:
  DistinctRows seen_;
  SpillPartitions aside_;
  bool reading_ = false;
  // No row is added any more: what is not in the set may have been set aside before.
  bool full_ = false;
  std::array<uint32_t, types::kChunkRows> numbers_;
  std::vector<uint16_t> unknown_;
  std::vector<uint16_t> fresh_;
  RowSubset subset_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_DISTINCT_FILTER_H_
