// The log's bytes. docs/formats/wal.md tells the same with more words.
//
// The log is one endless run of frames; an LSN is the offset of a byte in it. It lies in segment
// files of a fixed size, each named "<first LSN, 16 hex digits>.wal". File headers are not part of
// the log: LSNs run on from the last byte of one segment to the first byte behind the next one's
// header, and a frame may span segments.
//
//   segment := header (kSegmentHeaderBytes) | log bytes (segment_bytes - kSegmentHeaderBytes)
//   header  := three blocks in sectors of their own, each a crc32c u32le of the rest of the block,
//              then:
//     at 0     identity: magic u64le "HELIOWAL" | format version u32le | history high u64le, low
//              u64le | first LSN u64le | segment bytes u64le. Written once, before the file gets
//              its name.
//     at 512   start: first boundary LSN u64le | chain crc u32le. Written with the first log bytes
//              of the segment. The first frame that begins in or after this segment begins at that
//              LSN, and follows a frame of that crc.
//     at 1024  mark: synced LSN u64le | flags u8 (1: the segment holds frames that another node
//              wrote; 2: the log was closed in order, at synced LSN). All zero: no mark.
//
//   frame   := header (kFrameHeaderBytes) | payload | zeros up to a multiple of 8
//     at 0     crc u32le: CRC-32C of all that follows, padding included, begun with the history tag
//     at 4     previous crc u32le: the crc field of the frame before; ChainStart() for a log's
//              first. It is covered by the crc, so each crc depends on all before it.
//     at 8     LSN u64le of this frame
//     at 16    term u64le
//     at 24    synced LSN u64le: the writer had synced the log below it before it wrote this frame
//     at 32    commit LSN u64le: the writer knew the log below it to be committed
//     at 40    payload bytes u32le, at most kFramePayloadBytesMax
//     at 44    record type u8
//     at 45    flags u8: 1 first frame of its record, 2 last frame of its record
//     at 46    zero u16
//
// A frame is valid iff its crc matches, its LSN is its place, its previous crc is the frame
// before's, its term is not below the frame before's, and its flags fit it. A record is a run of
// frames from a first to a last one, of one type and term; it exists only with its last frame.
//
// The tail: the first bad frame, at LSN p, ends the log, if nothing proves that the log was synced
// beyond p. Proofs are: a later frame with a good crc (checked with its own previous crc) and a
// synced LSN > p, in a segment without flag 1; a mark > p in any segment; what the caller knows.
// With a proof the frame is damaged: an error, never a cut.
#ifndef HELIOSDB_CORE_WAL_WAL_FORMAT_H_
#define HELIOSDB_CORE_WAL_WAL_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/lsn.h"

namespace heliosdb::wal {

inline constexpr uint32_t kWalFormatVersion = 1;
inline constexpr uint64_t kSegmentHeaderBytes = 4096;
inline constexpr uint64_t kSegmentBytesMin = 8192;
inline constexpr uint64_t kSegmentBytesDefault = uint64_t{64} << 20;
inline constexpr size_t kFrameHeaderBytes = 48;
inline constexpr size_t kFramePayloadBytesMax = size_t{1} << 20;
// Where a new database's log begins. 0 is no position.
inline constexpr Lsn kFirstLsn{0x1000};

// The 128-bit identity of a database's history.
struct HistoryId {
  uint64_t high = 0;
  uint64_t low = 0;
  friend bool operator==(const HistoryId&, const HistoryId&) = default;
};
// 32 hex digits.
std::string HistoryIdText(HistoryId history);
std::optional<HistoryId> ParseHistoryId(std::string_view text);

// What a record is for. wal/ treats all payloads as opaque; the numbers are part of the format.
enum class WalRecordType : uint8_t {
  kTransaction = 1,  // wal/txn_payload.h
  kTermStart = 2,
  kCheckpoint = 3,
  kConfiguration = 4,
  kSequence = 5,
  kNoOp = 6,
};

struct FrameHeader {
  uint32_t crc = 0;
  uint32_t previous_crc = 0;
  Lsn lsn{0};
  Term term{0};
  Lsn synced{0};
  Lsn commit{0};
  uint32_t payload_bytes = 0;
  WalRecordType type{0};
  uint8_t flags = 0;

  bool first() const { return (flags & 1) != 0; }
  bool last() const { return (flags & 2) != 0; }
  // Header, payload and padding.
  uint64_t frame_bytes() const {
    return kFrameHeaderBytes + ((uint64_t{payload_bytes} + 7) & ~uint64_t{7});
  }
  Lsn end() const { return lsn + frame_bytes(); }
};

// The crc that a log's first frame follows.
uint32_t ChainStart(HistoryId history, Lsn first_lsn);
uint32_t HistoryTag(HistoryId history);

// Appends one whole frame and returns its crc. header.crc is ignored; header.payload_bytes must be
// payload.size().
uint32_t AppendFrame(std::string* out, const FrameHeader& header, std::string_view payload,
                     uint32_t history_tag);

// Why bytes are no frame; for messages.
enum class FrameFault { kNone, kShort, kLsn, kLength, kFlags, kCrc, kChain, kTerm };
std::string_view FrameFaultText(FrameFault fault);
struct ParsedFrame {
  FrameFault fault = FrameFault::kNone;
  FrameHeader header;  // Meaningful when fault is kNone; for kShort, when bytes hold a header.
  std::string_view payload;  // Within bytes.
};
// Reads the frame that should begin at bytes[0] and lsn, and checks it alone: everything but its
// link to the frame before. kShort: bytes end inside it.
ParsedFrame ParseFrame(std::string_view bytes, Lsn lsn, uint32_t history_tag);

struct SegmentIdentity {
  HistoryId history;
  Lsn first_lsn{0};
  uint64_t segment_bytes = 0;

  uint64_t capacity() const { return segment_bytes - kSegmentHeaderBytes; }
  // The first LSN of the next segment.
  Lsn end() const { return first_lsn + capacity(); }
};
struct SegmentStart {
  Lsn first_boundary{0};
  uint32_t chain_crc = 0;
};
struct SegmentMark {
  Lsn synced{0};
  bool holds_foreign_frames = false;
  bool closed_in_order = false;
};
struct SegmentHeader {
  SegmentIdentity identity;
  std::optional<SegmentStart> start;  // None before the first log byte.
  SegmentMark mark;
};
inline constexpr uint64_t kSegmentStartOffset = 512;
inline constexpr uint64_t kSegmentMarkOffset = 1024;

// A whole header with neither start nor mark.
std::string EncodeSegmentHeader(const SegmentIdentity& identity);
// One sector each, to be written at its offset.
std::string EncodeSegmentStart(const SegmentStart& start);
std::string EncodeSegmentMark(const SegmentMark& mark);
// name is for messages. DATA_LOSS for a bad identity block; FAILED_PRECONDITION, naming both, for
// another format version or another history than expected (nullopt: any). A bad start or mark block
// counts as none: a crash may have torn it.
absl::StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes, std::string_view name,
                                                  std::optional<HistoryId> expected);

std::string SegmentName(Lsn first_lsn);
// nullopt for any other file.
std::optional<Lsn> ParseSegmentName(std::string_view name);

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_WAL_FORMAT_H_
