// Merges sorted runs of a spill file.
//
//   record of a run := key length varint | key | row (types/row_codec.h)
#ifndef HELIOSDB_CORE_SQL_EXECUTE_MERGE_RUNS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_MERGE_RUNS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/sql/execute/spill_records.h"

namespace heliosdb::sql::execute {

// The records of some runs in the order of their keys; equal keys in the order of the runs. Not thread-safe.
class RunMerger {
 public:
  // All outlives the merging.
  RunMerger(SpillFile* file, std::span<const SpillRun> runs);
  ~RunMerger();

  absl::Status Start();
  bool done() const { return heap_.empty(); }
  // The least record that is left; valid until Advance.
  std::string_view record() const;
  // The row within it.
  std::string_view row() const;
  absl::Status Advance();

 private:
  struct Source;

  absl::Status ReadNext(Source* source);
  bool After(const Source* a, const Source* b) const;

  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> heap_;  // The least record first.
};

// The record of a row.
void MakeSortedRecord(std::string_view key, std::string_view row, std::string* record);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_MERGE_RUNS_H_
