#include "core/wal/wal_reader.h"

#include "core/base/status.h"

namespace heliosdb::wal {

WalReader::WalReader(const WalReaderOptions& options, Lsn position)
    : segments_(options.files, options.directory, options.history),
      scanner_(&segments_, HistoryTag(options.history), options.buffer_bytes, position) {}

absl::StatusOr<std::unique_ptr<WalReader>> WalReader::Open(const WalReaderOptions& options,
                                                           Lsn from) {
  auto reader = std::unique_ptr<WalReader>(new WalReader(options, from));
  // A reader may wait at the very end of a full segment for the next one to be made.
  const Lsn inside = from == Lsn{0} ? from : Lsn{ToInt(from) - 1};
  const auto here = reader->segments_.HeaderAt(from);
  if (!here.ok()) {
    if (!absl::IsNotFound(here.status())) return here.status();
    HELIOS_RETURN_IF_ERROR(reader->segments_.HeaderAt(inside).status());
  }
  return reader;
}

absl::StatusOr<std::unique_ptr<WalReader>> WalReader::OpenAtStart(const WalReaderOptions& options) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> segments,
                          ListSegments(*options.files, options.directory));
  if (segments.empty()) return NotFound("directory \"{}\" holds no wal segment", options.directory);
  SegmentFiles files(options.files, options.directory, options.history);
  HELIOS_ASSIGN_OR_RETURN(const SegmentHeader header, files.HeaderAt(segments.front()));
  if (!header.start.has_value()) {
    return Corruption(
        "wal segment {} is damaged at byte {}: it does not say where its first record is",
        SegmentName(segments.front()), kSegmentStartOffset);
  }
  auto reader = std::unique_ptr<WalReader>(new WalReader(options, header.start->first_boundary));
  reader->ExpectChain(header.start->chain_crc, Term{0});
  return reader;
}

absl::Status WalReader::Damaged(FrameFault fault) {
  const SegmentPlace place = segments_.PlaceOf(scanner_.position());
  return Corruption("wal segment {} is damaged at byte {} (record {}): {}", place.segment,
                    place.offset, LsnText(scanner_.position()), FrameFaultText(fault));
}

absl::StatusOr<std::optional<WalRecord>> WalReader::Next(Lsn bound) {
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const FrameScanner::Scan scan, scanner_.Peek(bound));
    if (scan.outcome == FrameScanner::Outcome::kNotYet) return std::optional<WalRecord>();
    if (scan.outcome == FrameScanner::Outcome::kFault) return Damaged(scan.frame.fault);
    scanner_.Pass(scan.frame.header);
    if (std::optional<WalRecord> record = assembler_.Add(scan.frame)) {
      record_end_ = record->end;
      return record;
    }
  }
}

absl::StatusOr<std::optional<WalReader::RawFrames>> WalReader::NextRaw(Lsn bound,
                                                                       uint64_t bytes_max) {
  RawFrames frames;
  frames.lsn = scanner_.position();
  raw_.clear();
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const FrameScanner::Scan scan, scanner_.Peek(bound));
    if (scan.outcome == FrameScanner::Outcome::kFault) return Damaged(scan.frame.fault);
    if (scan.outcome == FrameScanner::Outcome::kNotYet) break;
    if (!raw_.empty() && raw_.size() + scan.bytes.size() > bytes_max) break;
    raw_.append(scan.bytes);
    scanner_.Pass(scan.frame.header);
    if (scan.frame.header.last()) record_end_ = scan.frame.header.end();
  }
  if (raw_.empty()) return std::optional<RawFrames>();
  frames.end = scanner_.position();
  frames.bytes = raw_;
  frames.chain_crc = *scanner_.chain_crc();
  frames.last_term = scanner_.last_term();
  frames.record_end = record_end_;
  return std::optional<RawFrames>(frames);
}

}  // namespace heliosdb::wal
