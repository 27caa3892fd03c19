// Walks the log frame by frame and says of each whether it is valid where it stands. What a bad one
// means is for the caller to decide: damage (WalReader) or perhaps the tail (Recover).
#ifndef HELIOSDB_CORE_WAL_FRAME_SCANNER_H_
#define HELIOSDB_CORE_WAL_FRAME_SCANNER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/wal/segment_files.h"
#include "core/wal/wal_format.h"
#include "core/wal/wal_record.h"

namespace heliosdb::wal {

class FrameScanner {
 public:
  FrameScanner(SegmentFiles* segments, uint32_t history_tag, uint64_t buffer_bytes, Lsn position)
      : segments_(segments),
        history_tag_(history_tag),
        buffer_bytes_(buffer_bytes),
        position_(position),
        window_lsn_(position) {}

  enum class Outcome { kFrame, kNotYet, kFault };
  struct Scan {
    Outcome outcome = Outcome::kNotYet;
    // For kFrame: the frame and all its bytes, which live until the next Peek; for kFault: why it
    // is none.
    ParsedFrame frame;
    std::string_view bytes;
  };
  // Looks at the frame at position(). kNotYet: it does not end at or below bound.
  absl::StatusOr<Scan> Peek(Lsn bound);
  // Moves behind a frame that Peek gave.
  void Pass(const FrameHeader& header);

  // Demands this crc of the frame before position(), and no term below this one.
  void Expect(uint32_t chain_crc, Term term) {
    chain_crc_ = chain_crc;
    last_term_ = term;
  }

  Lsn position() const { return position_; }
  std::optional<uint32_t> chain_crc() const { return chain_crc_; }
  Term last_term() const { return last_term_; }
  // Of the frames passed so far, the last one left its record unfinished. nullopt: nothing was
  // passed yet.
  std::optional<bool> inside_record() const { return inside_record_; }

 private:
  // Makes the window hold `bytes` from position() on; false if the log's files end before.
  absl::StatusOr<bool> Fill(uint64_t bytes, Lsn bound);
  std::string_view Window() const {
    return std::string_view(window_).substr(position_ - window_lsn_);
  }
  FrameFault FaultInPlace(const FrameHeader& header) const;

  SegmentFiles* const segments_;  // Not owned.
  const uint32_t history_tag_;
  const uint64_t buffer_bytes_;
  Lsn position_;
  std::optional<uint32_t> chain_crc_;
  Term last_term_{0};
  std::optional<bool> inside_record_;
  WalRecordType record_type_{0};
  std::string window_;  // The log from window_lsn_ on.
  Lsn window_lsn_;
};

// Puts frames together to records.
class RecordAssembler {
 public:
  // Takes the next frame in order; the record it completes, if any, whose payload lives until the
  // next call.
  std::optional<WalRecord> Add(const ParsedFrame& frame);

 private:
  WalRecord record_;
  bool inside_ = false;
  std::string payload_;
};

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_FRAME_SCANNER_H_
