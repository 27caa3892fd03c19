// Reads the log in order, and follows its tail.
#ifndef HELIOSDB_CORE_WAL_WAL_READER_H_
#define HELIOSDB_CORE_WAL_WAL_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"
#include "core/base/lsn.h"
#include "core/wal/frame_scanner.h"
#include "core/wal/segment_files.h"
#include "core/wal/wal_format.h"
#include "core/wal/wal_record.h"

namespace heliosdb::wal {

struct WalReaderOptions {
  FileSystem* files = nullptr;  // Not owned; outlives the reader.
  std::string directory;
  HistoryId history;
  // Bytes read from the disk at a time.
  uint64_t buffer_bytes = uint64_t{256} << 10;
};

// For one thread at a time. Any number of readers beside one writer; none blocks another. While a
// reader is open, the segments from its position on must not be retired (WalWriter::RemoveBelow)
// nor cut (TruncateTo).
//
// The caller says how far the log may be read: WalWriter::written() or something below it. Below
// that bound every byte is there, so anything wrong is DATA_LOSS, with the segment's name and the
// offset in its file.
class WalReader {
 public:
  // Begins at a record boundary. NOT_FOUND (58P01) if the log's segments begin after `from`.
  static absl::StatusOr<std::unique_ptr<WalReader>> Open(const WalReaderOptions& options, Lsn from);
  // Begins at the first record boundary that the segments hold.
  static absl::StatusOr<std::unique_ptr<WalReader>> OpenAtStart(const WalReaderOptions& options);

  // Demands that the frame before the position has this crc; otherwise the first frame read is
  // taken at its word.
  void ExpectChain(uint32_t chain_crc, Term last_term) { scanner_.Expect(chain_crc, last_term); }

  // The next record that ends at or below bound; nullopt when there is none yet. Its payload lives
  // until the next call.
  absl::StatusOr<std::optional<WalRecord>> Next(Lsn bound);

  struct RawFrames {
    Lsn lsn{0};
    Lsn end{0};
    std::string_view bytes;  // Whole frames; lives until the next call.
    uint32_t chain_crc = 0;  // Of the last one.
    Term last_term{0};
    Lsn record_end{
        0};  // End of the last record that is whole within the frames read so far; 0: none.
  };
  // Frames as they stand in the log, for a standby: as many whole ones as fit in bytes_max and end
  // at or below bound, at least one if there is one; nullopt when there is none yet. Every frame is
  // checked. Not to be mixed with Next() inside a record of several frames.
  absl::StatusOr<std::optional<RawFrames>> NextRaw(Lsn bound, uint64_t bytes_max);

  // Where the next frame begins.
  Lsn position() const { return scanner_.position(); }
  // crc of the frame before position(), and its term, once known.
  std::optional<uint32_t> chain_crc() const { return scanner_.chain_crc(); }
  Term last_term() const { return scanner_.last_term(); }

 private:
  WalReader(const WalReaderOptions& options, Lsn position);
  absl::Status Damaged(FrameFault fault);

  SegmentFiles segments_;
  FrameScanner scanner_;
  RecordAssembler assembler_;
  Lsn record_end_{0};
  std::string raw_;
};

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_WAL_READER_H_
