#include "core/wal/recover.h"

#include <algorithm>
#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/wal/frame_scanner.h"

namespace heliosdb::wal {
namespace {

struct LogSegments {
  std::vector<SegmentHeader> headers;  // Ascending, without holes; at least one.
  Lsn end() const { return headers.back().identity.end(); }
};

// The headers of the segments from the one that holds `from` (kLsnInvalid: the first) to the last.
absl::StatusOr<LogSegments> ReadSegments(const WalReaderOptions& options, Lsn from) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> names,
                          ListSegments(*options.files, options.directory));
  if (names.empty()) return NotFound("directory \"{}\" holds no wal segment", options.directory);
  auto first = names.begin();
  if (from != kLsnInvalid) {
    // At a border, the segment before: it tells whether the log was closed there.
    first = std::lower_bound(names.begin(), names.end(), from);
    if (first != names.begin()) --first;
    if (*first > from) {
      return Corruption("the log begins at {} (wal segment {}), the checkpoint needs it from {}",
                        LsnText(*first), SegmentName(*first), LsnText(from));
    }
  }
  LogSegments segments;
  for (; first != names.end(); ++first) {
    const std::string name = SegmentName(*first);
    if (!segments.headers.empty() && segments.end() != *first) {
      return Corruption("wal segment {} is missing", SegmentName(segments.end()));
    }
    HELIOS_ASSIGN_OR_RETURN(
        const std::unique_ptr<File> file,
        options.files->Open(JoinPath(options.directory, name), OpenMode::kRead));
    HELIOS_ASSIGN_OR_RETURN(const SegmentHeader header,
                            ReadSegmentHeader(*file, name, *first, options.history));
    segments.headers.push_back(header);
  }
  if (from > segments.end()) {
    return Corruption("the log ends with wal segment {}, the checkpoint needs it from {}",
                      SegmentName(segments.headers.back().identity.first_lsn), LsnText(from));
  }
  return segments;
}

// Looks in a segment, behind `fault`, for a frame that this node wrote after it had synced the log
// beyond `fault`. Frames begin at multiples of 8 and carry their own place, so nearly every other
// place is ruled out by one comparison.
absl::StatusOr<Lsn> SyncedBySegment(SegmentFiles& files, const SegmentIdentity& segment, Lsn fault,
                                    uint32_t history_tag) {
  constexpr size_t kStepBytes = 1 << 20;
  const Lsn begin{(ToInt(std::max(fault, segment.first_lsn)) + 7) & ~uint64_t{7}};
  std::string window;
  std::string frame_bytes;
  for (Lsn step = begin; step < segment.end(); step = step + kStepBytes) {
    window.resize(kStepBytes + kFrameHeaderBytes);
    HELIOS_ASSIGN_OR_RETURN(const size_t count, files.ReadAt(step, window));
    const uint64_t limit = std::min<uint64_t>(kStepBytes, segment.end() - step);
    for (size_t at = 0; at < limit && at + kFrameHeaderBytes <= count; at += 8) {
      const Lsn lsn = step + at;
      if (LoadFixed<uint64_t>(window.data() + at + 8) != ToInt(lsn)) continue;
      const ParsedFrame head =
          ParseFrame(std::string_view(window).substr(at, kFrameHeaderBytes), lsn, history_tag);
      if (head.header.synced <= fault || head.header.synced > lsn) continue;
      if (head.fault != FrameFault::kNone && head.fault != FrameFault::kShort) continue;
      frame_bytes.resize(head.header.frame_bytes());
      HELIOS_ASSIGN_OR_RETURN(const size_t read, files.ReadAt(lsn, frame_bytes));
      const ParsedFrame frame =
          ParseFrame(std::string_view(frame_bytes).substr(0, read), lsn, history_tag);
      if (frame.fault == FrameFault::kNone) return frame.header.synced;
    }
  }
  return kLsnInvalid;
}

class Recovery {
 public:
  Recovery(const RecoverOptions& options, LogSegments segments)
      : options_(options),
        segments_(std::move(segments)),
        files_(options.reader.files, options.reader.directory, options.reader.history) {}

  absl::StatusOr<Recovered> Run(absl::FunctionRef<absl::Status(const WalRecord&)> replay);

 private:
  // Where to begin reading, and what is known of the frame before it.
  absl::StatusOr<WalEnd> Start() const;
  void Take(const WalRecord& record);
  absl::Status JudgeFault(Lsn fault, FrameFault why);
  absl::StatusOr<std::string> TailReason(Lsn lsn, FrameFault why);

  const RecoverOptions& options_;
  const LogSegments segments_;
  SegmentFiles files_;
  Recovered result_;
};

absl::StatusOr<WalEnd> Recovery::Start() const {
  WalEnd start;
  if (options_.from != kLsnInvalid && options_.from_chain_crc.has_value()) {
    start.end = options_.from;
    start.chain_crc = *options_.from_chain_crc;
    start.last_term = options_.from_term;
    return start;
  }
  const SegmentHeader& first = segments_.headers.front();
  const std::string name = SegmentName(first.identity.first_lsn);
  if (!first.start.has_value()) {
    return Corruption(
        "wal segment {} is damaged at byte {}: it does not say where its first record is", name,
        kSegmentStartOffset);
  }
  start.end = first.start->first_boundary;
  start.chain_crc = first.start->chain_crc;
  if (options_.from != kLsnInvalid && start.end > options_.from) {
    return Corruption(
        "no record begins at {}, where the checkpoint needs one: the first one of wal segment {} "
        "begins at {}",
        LsnText(options_.from), name, LsnText(start.end));
  }
  return start;
}

void Recovery::Take(const WalRecord& record) {
  result_.end.end = record.end;
  result_.end.chain_crc = record.chain_crc;
  if (result_.terms.empty() || record.term != result_.end.last_term) {
    result_.terms.push_back({record.term, record.lsn});
  }
  result_.end.last_term = record.term;
  result_.commit = std::max(result_.commit, record.commit);
  result_.synced = std::max(result_.synced, record.synced);
}

absl::Status Recovery::JudgeFault(Lsn fault, FrameFault why) {
  Lsn synced = std::max({options_.synced_floor, options_.from, result_.synced});
  for (const SegmentHeader& header : segments_.headers) {
    synced = std::max(synced, header.mark.synced);
    if (header.mark.closed_in_order && header.mark.synced == fault) {
      result_.closed_in_order = true;
    }
  }
  for (const SegmentHeader& header : segments_.headers) {
    if (result_.closed_in_order || synced > fault) break;
    const bool proves = header.start.has_value() && !header.mark.holds_foreign_frames;
    if (!proves || header.identity.end() <= fault) continue;
    HELIOS_ASSIGN_OR_RETURN(const Lsn proof, SyncedBySegment(files_, header.identity, fault,
                                                             HistoryTag(options_.reader.history)));
    synced = std::max(synced, proof);
  }
  result_.synced = synced;
  if (synced <= fault) return absl::OkStatus();
  const SegmentPlace place = files_.PlaceOf(fault);
  return Corruption(
      "wal segment {} is damaged at byte {} (record {}): {}; the log was synced up to {}",
      place.segment, place.offset, LsnText(fault), FrameFaultText(why), LsnText(synced));
}

absl::StatusOr<std::string> Recovery::TailReason(Lsn lsn, FrameFault why) {
  std::string bytes(kFrameHeaderBytes, '\0');
  HELIOS_ASSIGN_OR_RETURN(const size_t count, files_.ReadAt(lsn, bytes));
  bytes.resize(count);
  if (bytes.find_first_not_of('\0') == std::string::npos) return std::string();
  const SegmentPlace place = files_.PlaceOf(lsn);
  return fmt::format("the log ends at {}, wal segment {} byte {}: {}", LsnText(lsn), place.segment,
                     place.offset, FrameFaultText(why));
}

absl::StatusOr<Recovered> Recovery::Run(absl::FunctionRef<absl::Status(const WalRecord&)> replay) {
  HELIOS_ASSIGN_OR_RETURN(const WalEnd start, Start());
  result_.end = start;
  FrameScanner scanner(&files_, HistoryTag(options_.reader.history), options_.reader.buffer_bytes,
                       start.end);
  scanner.Expect(start.chain_crc, start.last_term);
  RecordAssembler assembler;
  const Lsn limit = segments_.end();
  FrameFault why = FrameFault::kShort;
  bool from_seen = start.end == options_.from;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const FrameScanner::Scan scan, scanner.Peek(limit));
    if (scan.outcome == FrameScanner::Outcome::kFault) why = scan.frame.fault;
    if (scan.outcome != FrameScanner::Outcome::kFrame) break;
    scanner.Pass(scan.frame.header);
    const std::optional<WalRecord> record = assembler.Add(scan.frame);
    if (!record.has_value()) continue;
    Take(*record);
    from_seen = from_seen || record->end == options_.from;
    if (record->lsn < options_.from) continue;
    ++result_.records;
    HELIOS_RETURN_IF_ERROR(replay(*record));
  }
  const Lsn fault = scanner.position();
  if (fault < limit) {
    HELIOS_RETURN_IF_ERROR(JudgeFault(fault, why));
    HELIOS_ASSIGN_OR_RETURN(result_.tail_reason, TailReason(fault, why));
  } else {
    const SegmentMark& mark = segments_.headers.back().mark;
    result_.closed_in_order = mark.closed_in_order && mark.synced == fault;
  }
  if (result_.end.end < options_.from || !from_seen) {
    if (options_.from != kLsnInvalid) {
      return Corruption("no record begins at {}, where the checkpoint needs one",
                        LsnText(options_.from));
    }
  }
  result_.end.nothing_behind = result_.closed_in_order && result_.end.end == fault;
  return std::move(result_);
}

}  // namespace

absl::StatusOr<Recovered> Recover(const RecoverOptions& options,
                                  absl::FunctionRef<absl::Status(const WalRecord&)> replay) {
  HELIOS_ASSIGN_OR_RETURN(LogSegments segments, ReadSegments(options.reader, options.from));
  return Recovery(options, std::move(segments)).Run(replay);
}

absl::StatusOr<uint64_t> VerifyLog(const WalReaderOptions& options, Lsn bound) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<WalReader> reader, WalReader::OpenAtStart(options));
  uint64_t records = 0;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<WalRecord> record, reader->Next(bound));
    if (!record.has_value()) break;
    ++records;
  }
  if (reader->position() < bound) {
    return Corruption(
        "the log is damaged: its last whole record ends at {}, it was written up to {}",
        LsnText(reader->position()), LsnText(bound));
  }
  return records;
}

}  // namespace heliosdb::wal
