// WalWriter's work on segment files: making, adopting, retiring and cutting them.
#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/wal/segment_files.h"
#include "core/wal/wal_writer.h"

namespace heliosdb::wal {
namespace {

constexpr std::string_view kSpareSuffix = ".spare";
constexpr std::string_view kTemporarySuffix = ".tmp";

absl::Status CheckOptions(const WalOptions& options) {
  if (options.segment_bytes < kSegmentBytesMin ||
      options.segment_bytes % kSegmentHeaderBytes != 0) {
    return InvalidArgument("wal_segment_bytes is {}; it must be a multiple of {} and at least {}",
                           options.segment_bytes, kSegmentHeaderBytes, kSegmentBytesMin);
  }
  return absl::OkStatus();
}

}  // namespace

std::string WalWriter::PathOf(std::string_view name) const {
  return JoinPath(options_.directory, name);
}

absl::StatusOr<std::unique_ptr<WalWriter>> WalWriter::Create(const WalOptions& options,
                                                             Lsn first_lsn) {
  return CreateAt(options, {first_lsn, ChainStart(options.history, first_lsn), Term{0}});
}

absl::StatusOr<std::unique_ptr<WalWriter>> WalWriter::CreateAt(const WalOptions& options,
                                                               const WalEnd& start) {
  const Lsn first_lsn = start.end;
  HELIOS_RETURN_IF_ERROR(CheckOptions(options));
  HELIOS_CHECK(first_lsn != kLsnInvalid && ToInt(first_lsn) % 8 == 0);
  HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> existing,
                          ListSegments(*options.files, options.directory));
  if (!existing.empty()) {
    return AlreadyExists("directory \"{}\" holds a log already", options.directory);
  }
  // Spares of a log that was removed hold its old frames.
  HELIOS_RETURN_IF_ERROR(RemoveLog(*options.files, options.directory));
  auto writer = std::unique_ptr<WalWriter>(new WalWriter(options));
  HELIOS_ASSIGN_OR_RETURN(writer->active_,
                          writer->MakeSegment(first_lsn, SegmentStart{first_lsn, start.chain_crc}));
  {
    MutexLock lock(&writer->mu_);
    writer->segments_.push_back(writer->active_.identity);
  }
  writer->GoTo(start);
  return writer;
}

absl::StatusOr<std::unique_ptr<WalWriter>> WalWriter::Open(const WalOptions& options,
                                                           const WalEnd& end) {
  HELIOS_RETURN_IF_ERROR(CheckOptions(options));
  auto writer = std::unique_ptr<WalWriter>(new WalWriter(options));
  HELIOS_RETURN_IF_ERROR(writer->AdoptSegments(end));
  writer->GoTo(end);
  return writer;
}

absl::Status WalWriter::RemoveLog(FileSystem& files, const std::string& directory) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(directory));
  // Names sort by LSN: newest first leaves a log without holes if this is cut short.
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const std::string_view text = *name;
    if (!ParseSegmentName(text).has_value() && !text.ends_with(kSpareSuffix) &&
        !text.ends_with(kTemporarySuffix)) {
      continue;
    }
    HELIOS_RETURN_IF_ERROR(files.Remove(JoinPath(directory, text)));
  }
  return files.SyncDir(directory);
}

void WalWriter::GoTo(const WalEnd& end) {
  chain_crc_ = end.chain_crc;
  last_term_ = end.last_term;
  pending_starts_.clear();
  reached_end_ = active_.identity.end();
  unsynced_full_.clear();
  active_unsynced_ = false;
  appended_.store(ToInt(end.end), std::memory_order_release);
  written_.store(ToInt(end.end), std::memory_order_release);
  synced_.store(ToInt(end.end), std::memory_order_release);
}

absl::StatusOr<WalWriter::Segment> WalWriter::OpenSegment(Lsn first_lsn) const {
  const std::string name = SegmentName(first_lsn);
  Segment segment;
  HELIOS_ASSIGN_OR_RETURN(segment.file, options_.files->Open(PathOf(name), OpenMode::kWrite));
  HELIOS_ASSIGN_OR_RETURN(const SegmentHeader header,
                          ReadSegmentHeader(*segment.file, name, first_lsn, options_.history));
  segment.identity = header.identity;
  segment.mark = header.mark;
  return segment;
}

absl::Status WalWriter::AdoptSegments(const WalEnd& end) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                          options_.files->List(options_.directory));
  {
    MutexLock lock(&mu_);
    for (const std::string& name : names) {
      const std::string_view text = name;
      if (text.ends_with(kSpareSuffix)) spares_.push_back(name);
    }
  }
  for (const std::string& name : names) {
    if (!std::string_view(name).ends_with(kTemporarySuffix)) continue;
    HELIOS_RETURN_IF_ERROR(options_.files->Remove(PathOf(name)));
  }
  HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> segments,
                          ListSegments(*options_.files, options_.directory));
  return CutTo(end, segments);
}

absl::StatusOr<WalWriter::Segment> WalWriter::MakeSegment(Lsn first_lsn,
                                                          std::optional<SegmentStart> start) {
  Segment segment;
  segment.identity = {options_.history, first_lsn, options_.segment_bytes};
  const std::string name = SegmentName(first_lsn);
  const std::string path = PathOf(name);
  const std::string temporary = fmt::format("{}{}", path, kTemporarySuffix);
  std::string spare;
  {
    MutexLock lock(&mu_);
    if (!spares_.empty()) {
      spare = std::move(spares_.back());
      spares_.pop_back();
    }
  }
  if (!spare.empty()) {
    HELIOS_RETURN_IF_ERROR(options_.files->Rename(PathOf(spare), temporary));
  }
  HELIOS_ASSIGN_OR_RETURN(segment.file, options_.files->Open(temporary, OpenMode::kCreate));
  HELIOS_ASSIGN_OR_RETURN(const uint64_t size, segment.file->Size());
  if (size != options_.segment_bytes) {
    HELIOS_RETURN_IF_ERROR(segment.file->Truncate(0));
    HELIOS_RETURN_IF_ERROR(segment.file->Allocate(0, options_.segment_bytes));
  }
  HELIOS_RETURN_IF_ERROR(segment.file->WriteAt(0, EncodeSegmentHeader(segment.identity)));
  if (start.has_value()) {
    HELIOS_RETURN_IF_ERROR(segment.file->WriteAt(kSegmentStartOffset, EncodeSegmentStart(*start)));
  }
  HELIOS_RETURN_IF_ERROR(segment.file->Sync());
  HELIOS_FAILPOINT(options_.files->failpoints(), "wal.segment_made");
  HELIOS_RETURN_IF_ERROR(options_.files->Rename(temporary, path));
  HELIOS_RETURN_IF_ERROR(options_.files->SyncDir(options_.directory));
  return segment;
}

void WalWriter::AwaitPreparation() {
  while (preparing_) prepared_changed_.Wait(&mu_);
}

bool WalWriter::NeedsNextSegment() const {
  MutexLock lock(&mu_);
  return !prepared_.has_value() && !preparing_ && failure_.ok();
}

absl::Status WalWriter::PrepareNextSegment() {
  Lsn first_lsn{0};
  {
    MutexLock lock(&mu_);
    if (prepared_.has_value() || preparing_) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(failure_);
    preparing_ = true;
    first_lsn = segments_.back().end();
  }
  absl::StatusOr<Segment> segment = MakeSegment(first_lsn, std::nullopt);
  MutexLock lock(&mu_);
  preparing_ = false;
  prepared_changed_.SignalAll();
  HELIOS_RETURN_IF_ERROR(segment.status());
  prepared_ = *std::move(segment);
  return absl::OkStatus();
}

Lsn WalWriter::first_lsn() const {
  MutexLock lock(&mu_);
  return segments_.front().first_lsn;
}

absl::StatusOr<int> WalWriter::RemoveBelow(Lsn lsn) {
  int retired = 0;
  while (true) {
    SegmentIdentity segment;
    bool keep = false;
    {
      MutexLock lock(&mu_);
      if (segments_.size() < 2 || segments_.front().end() > lsn) break;
      segment = segments_.front();
      segments_.pop_front();
      keep = static_cast<int>(spares_.size()) < options_.spare_segments_max &&
             segment.segment_bytes == options_.segment_bytes;
    }
    const std::string name = SegmentName(segment.first_lsn);
    const std::string spare = fmt::format("{:016x}{}", ToInt(segment.first_lsn), kSpareSuffix);
    absl::Status status = PassFailpoint(options_.files->failpoints(), "wal.retire");
    if (status.ok()) {
      status = keep ? options_.files->Rename(PathOf(name), PathOf(spare))
                    : options_.files->Remove(PathOf(name));
    }
    if (!status.ok()) {
      // It is still there, and the next ones must not go before it: the log has no holes.
      MutexLock lock(&mu_);
      segments_.push_front(segment);
      return status;
    }
    ++retired;
    if (!keep) continue;
    // A spare is written over as soon as it is in the list: its old name must be gone from the disk
    // by then.
    HELIOS_RETURN_IF_ERROR(options_.files->SyncDir(options_.directory));
    MutexLock lock(&mu_);
    spares_.push_back(spare);
  }
  return retired;
}

WalWriter::Statistics WalWriter::Stats() const {
  MutexLock lock(&mu_);
  Statistics statistics = statistics_;
  statistics.segments = segments_.size();
  for (const SegmentIdentity& segment : segments_) {
    statistics.segment_file_bytes += segment.segment_bytes;
  }
  if (prepared_.has_value()) statistics.segment_file_bytes += prepared_->identity.segment_bytes;
  statistics.segment_file_bytes += spares_.size() * options_.segment_bytes;
  return statistics;
}

absl::Status WalWriter::TruncateTo(const WalEnd& end) {
  HELIOS_RETURN_IF_ERROR(CheckUsable());
  HELIOS_CHECK(buffer_.empty());
  HELIOS_CHECK(end.end <= appended() && end.end >= first_lsn());
  const auto cut = [&]() -> absl::Status {
    std::vector<Lsn> segments;
    {
      MutexLock lock(&mu_);
      AwaitPreparation();
      for (const SegmentIdentity& segment : segments_) segments.push_back(segment.first_lsn);
      if (prepared_.has_value()) segments.push_back(prepared_->identity.first_lsn);
      prepared_.reset();
    }
    return CutTo(end, segments);
  };
  HELIOS_RETURN_IF_ERROR(Fail(cut()));
  GoTo(end);
  return absl::OkStatus();
}

absl::Status WalWriter::CutTo(const WalEnd& end, const std::vector<Lsn>& segments) {
  // The active segment is the one that holds the byte before the end, or the first one if the log
  // is empty.
  auto active = std::lower_bound(segments.begin(), segments.end(), end.end);
  if (active != segments.begin()) --active;
  if (active == segments.end() || *active > end.end) {
    return Corruption("no wal segment holds {}", LsnText(end.end));
  }
  HELIOS_ASSIGN_OR_RETURN(active_, OpenSegment(*active));
  if (end.end > active_.identity.end()) {
    return Corruption("no wal segment holds {}", LsnText(end.end));
  }
  if (end.nothing_behind) {
    HELIOS_RETURN_IF_ERROR(AdoptPrepared({std::next(active), segments.end()}));
  } else {
    HELIOS_RETURN_IF_ERROR(WipeBehind(end.end, {std::next(active), segments.end()}));
  }

  MutexLock lock(&mu_);
  segments_.clear();
  for (auto kept = segments.begin(); kept != active; ++kept) {
    const uint64_t segment_bytes = (*std::next(kept) - *kept) + kSegmentHeaderBytes;
    segments_.push_back({options_.history, *kept, segment_bytes});
  }
  segments_.push_back(active_.identity);
  return absl::OkStatus();
}

absl::Status WalWriter::AdoptPrepared(std::span<const Lsn> behind) {
  for (const Lsn first_lsn : behind) {
    HELIOS_ASSIGN_OR_RETURN(Segment segment, OpenSegment(first_lsn));
    if (first_lsn == active_.identity.end() &&
        segment.identity.segment_bytes == options_.segment_bytes) {
      MutexLock lock(&mu_);
      prepared_ = std::move(segment);
      continue;
    }
    HELIOS_RETURN_IF_ERROR(options_.files->Remove(PathOf(SegmentName(first_lsn))));
  }
  return absl::OkStatus();
}

absl::Status WalWriter::WipeBehind(Lsn end, std::span<const Lsn> behind) {
  // First the mark: it must not call synced what is about to go.
  if (active_.mark.synced > end || active_.mark.closed_in_order) {
    SegmentMark mark = active_.mark;
    mark.synced = std::min(mark.synced, end);
    mark.closed_in_order = false;
    HELIOS_RETURN_IF_ERROR(WriteMark(mark));
    HELIOS_RETURN_IF_ERROR(active_.file->Sync());
  }
  // Then whole segments, newest first, so that a crash leaves a log without holes. They are not
  // kept as spares: one may get the same LSNs again, and its old bytes would stand in their places.
  for (auto segment = behind.rbegin(); segment != behind.rend(); ++segment) {
    HELIOS_RETURN_IF_ERROR(options_.files->Remove(PathOf(SegmentName(*segment))));
    HELIOS_RETURN_IF_ERROR(options_.files->SyncDir(options_.directory));
  }
  HELIOS_FAILPOINT(options_.files->failpoints(), "wal.cut");
  const uint64_t offset = kSegmentHeaderBytes + (end - active_.identity.first_lsn);
  HELIOS_RETURN_IF_ERROR(active_.file->Truncate(offset));
  HELIOS_RETURN_IF_ERROR(active_.file->Sync());
  HELIOS_RETURN_IF_ERROR(active_.file->Allocate(0, active_.identity.segment_bytes));
  return active_.file->Sync();
}

}  // namespace heliosdb::wal
