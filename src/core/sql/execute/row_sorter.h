// Rows put in order, in memory as far as they fit, else by sorted runs on disk that are merged.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_SORTER_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_SORTER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/arena.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/merge_runs.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/execute/spilled_rows.h"
#include "core/types/row_codec.h"

namespace heliosdb::sql::execute {

// Rows come in by AddKey and AddRows, go out by Next after Finish; equal keys keep the order in which they came. Used again
// after Clear. Not thread-safe.
class RowSorter {
 public:
  explicit RowSorter(std::vector<types::Type> types);
  ~RowSorter();

  // The key, as bytes that compare as the rows do (types/key_codec.h), of the next row that AddRows will give.
  void AddKey(std::string_view key);
  // The rows of all keys added since the last call. Writes a run when the context's memory is used up.
  absl::Status AddRows(ExecContext& context, const types::Chunk& rows);
  // The two halves of AddRows, for callers that may drop rows in between.
  void KeepRows(const types::Chunk& rows, std::span<const uint16_t> picked) {
    rows_.Append(rows, picked);
  }
  absl::Status SpillIfFull(ExecContext& context);

  // Of the rows in memory.
  size_t rows_in_memory() const { return entries_.size(); }
  size_t memory_bytes() const {
    return rows_.bytes() + key_bytes_.bytes_held() + entries_.size() * sizeof(Entry);
  }
  bool spilled() const { return !runs_.empty(); }
  // While nothing was spilled: keeps the least rows alone, `wanted` or fewer, in order in rows().
  void KeepLeast(size_t wanted);
  const RowStore& rows() const { return rows_; }

  // No more rows come; the first `wanted` ones will be asked for, or all.
  absl::Status Finish(ExecContext& context, std::optional<uint64_t> wanted);
  // Size 0 at the end. Valid until the next call of any kind.
  absl::StatusOr<types::Chunk> Next(ExecContext& context);
  void Clear();

  size_t peak_bytes() const { return peak_bytes_; }
  uint64_t disk_bytes() const { return disk_bytes_; }

 private:
  // One row in memory: its key, its place in rows_, and, to keep equal keys in order, that place as the last criterion.
  struct Entry {
    uint64_t prefix;
    std::string_view key;
    uint32_t row;
  };
  static bool Before(const Entry& a, const Entry& b);

  absl::Status WriteRun(ExecContext& context);
  absl::Status MergeUntilFew(ExecContext& context);
  types::Chunk NextInMemory();
  absl::StatusOr<types::Chunk> NextMerged(ExecContext& context);
  void ForgetRows();

  const types::RowLayout layout_;
  RowStore rows_;
  Arena key_bytes_;
  std::vector<Entry> entries_;
  size_t next_ = 0;

  std::unique_ptr<SpillFile> file_;
  std::vector<SpillRun> runs_;
  std::unique_ptr<RunMerger> merger_;
  std::optional<uint64_t> wanted_;  // Of the merged rows still to give.
  size_t peak_bytes_ = 0;
  uint64_t disk_bytes_ = 0;

  RowDecoder decoder_;
  Arena batch_bytes_;
  std::vector<std::string_view> batch_;
  std::vector<uint32_t> picked_;
  std::vector<types::Vector> out_;
  std::vector<const types::Vector*> columns_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_SORTER_H_
