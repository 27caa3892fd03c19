#include "core/wal/wal_writer.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"

namespace heliosdb::wal {

WalWriter::WalWriter(const WalOptions& options)
    : options_(options), history_tag_(HistoryTag(options.history)) {}

WalWriter::~WalWriter() = default;

absl::Status WalWriter::failure() const {
  MutexLock lock(&mu_);
  return SeparateCopy(failure_);
}

absl::Status WalWriter::CheckUsable() const {
  HELIOS_RETURN_IF_ERROR(failure());
  if (closed_) return FailedPrecondition("the log is closed");
  return absl::OkStatus();
}

absl::Status WalWriter::Fail(absl::Status error) {
  if (error.ok()) return error;
  MutexLock lock(&mu_);
  if (failure_.ok()) {
    failure_ = WithContext(error, "the log takes no more writes until it is opened again");
  }
  return error;
}

void WalWriter::NoteFrame(const FrameHeader& header, uint32_t crc) {
  while (reached_end_ < header.end()) {
    const bool begins_segment = header.lsn == reached_end_;
    pending_starts_.push_back({reached_end_,
                               {begins_segment ? reached_end_ : header.end(),
                                begins_segment ? header.previous_crc : crc}});
    reached_end_ = reached_end_ + (options_.segment_bytes - kSegmentHeaderBytes);
  }
  chain_crc_ = crc;
  last_term_ = header.term;
  appended_.store(ToInt(header.end()), std::memory_order_release);
}

void WalWriter::AppendRecord(const WalAppend& record, Term term, Lsn commit) {
  std::string_view rest = record.payload;
  FrameHeader header;
  header.term = term;
  header.synced = synced();
  header.commit = commit;
  header.type = record.type;
  header.flags = 1;
  while (true) {
    const std::string_view part = rest.substr(0, kFramePayloadBytesMax);
    rest.remove_prefix(part.size());
    header.previous_crc = chain_crc_;
    header.lsn = appended();
    header.payload_bytes = static_cast<uint32_t>(part.size());
    if (rest.empty()) header.flags |= 2;
    NoteFrame(header, AppendFrame(&buffer_, header, part, history_tag_));
    if (rest.empty()) return;
    header.flags = 0;
    if (buffer_.size() < options_.buffer_bytes_max) continue;
    // The error is kept: the caller of Append finds it there.
    if (!WriteBuffer().ok()) return;
  }
}

absl::StatusOr<std::vector<WalPosition>> WalWriter::Append(std::span<const WalAppend> records,
                                                           Term term, Lsn commit) {
  HELIOS_RETURN_IF_ERROR(CheckUsable());
  HELIOS_CHECK(term >= last_term_);
  HELIOS_CHECK(commit <= appended());
  std::vector<WalPosition> positions;
  positions.reserve(records.size());
  for (const WalAppend& record : records) {
    const Lsn lsn = appended();
    AppendRecord(record, term, commit);
    positions.push_back({lsn, appended(), chain_crc_});
    if (buffer_.size() >= options_.buffer_bytes_max) HELIOS_RETURN_IF_ERROR(WriteBuffer());
  }
  HELIOS_RETURN_IF_ERROR(failure());
  return positions;
}

absl::Status WalWriter::AppendForeign(Lsn lsn, std::string_view bytes) {
  HELIOS_RETURN_IF_ERROR(CheckUsable());
  if (lsn != appended()) {
    return FailedPrecondition("log bytes begin at {}, this log ends at {}", LsnText(lsn),
                              LsnText(appended()));
  }
  std::vector<FrameHeader> headers;
  uint32_t chain = chain_crc_;
  Term term = last_term_;
  for (std::string_view rest = bytes; !rest.empty();) {
    const ParsedFrame frame = ParseFrame(rest, lsn, history_tag_);
    if (frame.fault != FrameFault::kNone) {
      return Corruption("received log bytes are damaged at {}: {}", LsnText(lsn),
                        FrameFaultText(frame.fault));
    }
    if (frame.header.previous_crc != chain || frame.header.term < term) {
      return FailedPrecondition(
          "received log does not continue this one at {}: another record precedes it",
          LsnText(lsn));
    }
    chain = frame.header.crc;
    term = frame.header.term;
    lsn = frame.header.end();
    rest.remove_prefix(frame.header.frame_bytes());
    headers.push_back(frame.header);
  }
  buffer_.append(bytes);
  buffer_has_foreign_ = buffer_has_foreign_ || !bytes.empty();
  for (const FrameHeader& header : headers) NoteFrame(header, header.crc);
  if (buffer_.size() >= options_.buffer_bytes_max) return WriteBuffer();
  return absl::OkStatus();
}

absl::Status WalWriter::WriteMark(SegmentMark mark) {
  HELIOS_RETURN_IF_ERROR(active_.file->WriteAt(kSegmentMarkOffset, EncodeSegmentMark(mark)));
  active_.mark = mark;
  active_unsynced_ = true;
  return absl::OkStatus();
}

// Before the first foreign frame: its synced LSN is another node's and proves nothing here, so from
// now on the segment's mark tells what this node synced. It must be on the disk before the frame
// can be.
absl::Status WalWriter::MarkForeign() {
  if (active_.mark.holds_foreign_frames) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(WriteMark({.synced = synced(), .holds_foreign_frames = true}));
  return active_.file->Sync();
}

absl::Status WalWriter::Rotate() {
  std::optional<Segment> prepared;
  {
    MutexLock lock(&mu_);
    AwaitPreparation();
    prepared = std::exchange(prepared_, std::nullopt);
    // Until the new segment is in segments_, a preparation would make it a second time.
    preparing_ = true;
  }
  const bool was_prepared = prepared.has_value();
  const absl::Status switched = SwitchTo(std::move(prepared));
  MutexLock lock(&mu_);
  preparing_ = false;
  prepared_changed_.SignalAll();
  HELIOS_RETURN_IF_ERROR(switched);
  segments_.push_back(active_.identity);
  ++statistics_.rotations;
  if (!was_prepared) ++statistics_.rotations_unprepared;
  return absl::OkStatus();
}

absl::Status WalWriter::SwitchTo(std::optional<Segment> next) {
  if (!next.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(next, MakeSegment(active_.identity.end(), std::nullopt));
  }
  HELIOS_CHECK(next->identity.first_lsn == active_.identity.end());
  HELIOS_CHECK(!pending_starts_.empty());
  HELIOS_CHECK(pending_starts_.front().first_lsn == next->identity.first_lsn);
  HELIOS_FAILPOINT(options_.files->failpoints(), "wal.rotate");
  HELIOS_RETURN_IF_ERROR(
      next->file->WriteAt(kSegmentStartOffset, EncodeSegmentStart(pending_starts_.front().start)));
  pending_starts_.pop_front();
  if (active_unsynced_) unsynced_full_.push_back(std::move(active_.file));
  active_ = *std::move(next);
  active_unsynced_ = true;
  return absl::OkStatus();
}

absl::Status WalWriter::WriteBuffer() {
  HELIOS_RETURN_IF_ERROR(CheckUsable());
  if (buffer_.empty()) return absl::OkStatus();
  const auto write = [this]() -> absl::Status {
    HELIOS_FAILPOINT(options_.files->failpoints(), "wal.before_write");
    std::string_view rest = buffer_;
    Lsn lsn = written();
    while (!rest.empty()) {
      if (lsn == active_.identity.end()) HELIOS_RETURN_IF_ERROR(Rotate());
      if (buffer_has_foreign_) HELIOS_RETURN_IF_ERROR(MarkForeign());
      if (active_.mark.closed_in_order) {
        SegmentMark open = active_.mark;
        open.closed_in_order = false;
        HELIOS_RETURN_IF_ERROR(WriteMark(open));
      }
      const std::string_view part = rest.substr(0, active_.identity.end() - lsn);
      HELIOS_RETURN_IF_ERROR(
          active_.file->WriteAt(kSegmentHeaderBytes + (lsn - active_.identity.first_lsn), part));
      active_unsynced_ = true;
      lsn = lsn + part.size();
      rest.remove_prefix(part.size());
    }
    return absl::OkStatus();
  };
  HELIOS_RETURN_IF_ERROR(Fail(write()));
  {
    MutexLock lock(&mu_);
    ++statistics_.writes;
    statistics_.bytes += buffer_.size();
  }
  buffer_.clear();
  buffer_has_foreign_ = false;
  written_.store(ToInt(appended()), std::memory_order_release);
  return Fail(PassFailpoint(options_.files->failpoints(), "wal.after_write"));
}

absl::Status WalWriter::Write() { return WriteBuffer(); }

absl::Status WalWriter::Sync() {
  HELIOS_RETURN_IF_ERROR(WriteBuffer());
  if (!active_unsynced_ && unsynced_full_.empty()) return absl::OkStatus();
  uint64_t syncs = 0;
  const auto sync = [&]() -> absl::Status {
    if (active_.mark.holds_foreign_frames && active_.mark.synced < synced()) {
      SegmentMark mark = active_.mark;
      mark.synced = synced();
      HELIOS_RETURN_IF_ERROR(WriteMark(mark));
    }
    HELIOS_FAILPOINT(options_.files->failpoints(), "wal.before_sync");
    for (const std::unique_ptr<File>& file : unsynced_full_) {
      HELIOS_RETURN_IF_ERROR(file->Sync());
      ++syncs;
    }
    HELIOS_RETURN_IF_ERROR(active_.file->Sync());
    ++syncs;
    return absl::OkStatus();
  };
  HELIOS_RETURN_IF_ERROR(Fail(sync()));
  unsynced_full_.clear();
  active_unsynced_ = false;
  synced_.store(ToInt(written()), std::memory_order_release);
  {
    MutexLock lock(&mu_);
    statistics_.syncs += syncs;
  }
  return Fail(PassFailpoint(options_.files->failpoints(), "wal.after_sync"));
}

absl::Status WalWriter::Close() {
  if (closed_) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(Sync());
  SegmentMark mark = active_.mark;
  mark.synced = synced();
  mark.closed_in_order = true;
  HELIOS_RETURN_IF_ERROR(Fail(WriteMark(mark)));
  HELIOS_RETURN_IF_ERROR(Fail(active_.file->Sync()));
  closed_ = true;
  return absl::OkStatus();
}

}  // namespace heliosdb::wal
