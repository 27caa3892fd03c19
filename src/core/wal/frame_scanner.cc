#include "core/wal/frame_scanner.h"

#include <algorithm>

#include "core/base/status.h"

namespace heliosdb::wal {

absl::StatusOr<bool> FrameScanner::Fill(uint64_t bytes, Lsn bound) {
  if (Window().size() >= bytes) return true;
  window_.erase(0, position_ - window_lsn_);
  window_lsn_ = position_;
  const size_t have = window_.size();
  const uint64_t wanted = std::min(std::max(bytes, buffer_bytes_), bound - position_);
  if (wanted <= have) return false;
  window_.resize(wanted);
  const auto count = segments_->ReadAt(
      position_ + have, std::span<char>(window_.data() + have, window_.size() - have));
  if (!count.ok()) {
    window_.resize(have);
    return count.status();
  }
  window_.resize(have + *count);
  return window_.size() >= bytes;
}

FrameFault FrameScanner::FaultInPlace(const FrameHeader& header) const {
  if (chain_crc_.has_value() && header.previous_crc != *chain_crc_) return FrameFault::kChain;
  if (header.term < last_term_) return FrameFault::kTerm;
  if (!inside_record_.has_value()) return FrameFault::kNone;
  if (header.first() == *inside_record_) return FrameFault::kFlags;
  if (*inside_record_ && (header.type != record_type_ || header.term != last_term_)) {
    return FrameFault::kFlags;
  }
  return FrameFault::kNone;
}

absl::StatusOr<FrameScanner::Scan> FrameScanner::Peek(Lsn bound) {
  if (bound <= position_ || bound - position_ < kFrameHeaderBytes) return Scan{};
  Scan scan;
  scan.outcome = Outcome::kFault;
  HELIOS_ASSIGN_OR_RETURN(const bool has_header, Fill(kFrameHeaderBytes, bound));
  scan.frame = ParseFrame(Window(), position_, history_tag_);
  if (scan.frame.fault == FrameFault::kShort && has_header) {
    const uint64_t frame_bytes = scan.frame.header.frame_bytes();
    if (frame_bytes > bound - position_) return Scan{};
    HELIOS_ASSIGN_OR_RETURN(const bool has_frame, Fill(frame_bytes, bound));
    if (has_frame) scan.frame = ParseFrame(Window(), position_, history_tag_);
  }
  if (scan.frame.fault == FrameFault::kNone) scan.frame.fault = FaultInPlace(scan.frame.header);
  if (scan.frame.fault != FrameFault::kNone) return scan;
  scan.outcome = Outcome::kFrame;
  scan.bytes = Window().substr(0, scan.frame.header.frame_bytes());
  return scan;
}

void FrameScanner::Pass(const FrameHeader& header) {
  position_ = header.end();
  chain_crc_ = header.crc;
  last_term_ = header.term;
  inside_record_ = !header.last();
  record_type_ = header.type;
}

std::optional<WalRecord> RecordAssembler::Add(const ParsedFrame& frame) {
  const FrameHeader& header = frame.header;
  if (header.first()) {
    inside_ = true;
    record_.lsn = header.lsn;
    record_.term = header.term;
    record_.type = header.type;
    record_.synced = header.synced;
    record_.commit = header.commit;
    payload_.clear();
  }
  if (!inside_) return std::nullopt;  // The rest of a record that began before the first frame.
  const bool whole_in_one_frame = header.first() && header.last();
  if (!whole_in_one_frame) payload_.append(frame.payload);
  if (!header.last()) return std::nullopt;
  inside_ = false;
  record_.end = header.end();
  record_.chain_crc = header.crc;
  record_.payload = whole_in_one_frame ? frame.payload : std::string_view(payload_);
  return record_;
}

}  // namespace heliosdb::wal
