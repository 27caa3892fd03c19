// The segment files of a log directory: finds the one that holds an LSN and reads the log across
// their borders.
#ifndef HELIOSDB_CORE_WAL_SEGMENT_FILES_H_
#define HELIOSDB_CORE_WAL_SEGMENT_FILES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"
#include "core/base/lsn.h"
#include "core/wal/wal_format.h"

namespace heliosdb::wal {

// The LSNs in the segments' names, ascending. Other files are passed over.
absl::StatusOr<std::vector<Lsn>> ListSegments(FileSystem& files, const std::string& directory);
// Reads and checks a segment's header.
absl::StatusOr<SegmentHeader> ReadSegmentHeader(File& file, std::string_view name, Lsn first_lsn,
                                                std::optional<HistoryId> expected);

// A byte of the log as a person finds it: the segment's name and the offset in the file.
struct SegmentPlace {
  std::string segment;
  uint64_t offset = 0;
};

// For one thread. Keeps the segment read last open.
class SegmentFiles {
 public:
  SegmentFiles(FileSystem* files, std::string directory, HistoryId history)
      : files_(files), directory_(std::move(directory)), history_(history) {}

  // The header of the segment that holds lsn; NOT_FOUND (58P01) if no segment reaches it.
  absl::StatusOr<SegmentHeader> HeaderAt(Lsn lsn);
  // Fills out with the log from lsn on, across segments; returns how many bytes there were before
  // the log's files end. A segment file shorter than its header says reads as zeros behind its end.
  absl::StatusOr<size_t> ReadAt(Lsn lsn, std::span<char> out);
  // The place of lsn, by the segment opened last where it holds it.
  SegmentPlace PlaceOf(Lsn lsn);

 private:
  absl::Status OpenAt(Lsn lsn);

  FileSystem* const files_;
  const std::string directory_;
  const HistoryId history_;
  std::unique_ptr<File> file_;
  SegmentHeader header_;
};

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_SEGMENT_FILES_H_
