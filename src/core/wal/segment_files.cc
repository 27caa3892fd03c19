#include "core/wal/segment_files.h"

#include <algorithm>
#include <cstring>

#include "core/base/status.h"

namespace heliosdb::wal {

absl::StatusOr<std::vector<Lsn>> ListSegments(FileSystem& files, const std::string& directory) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(directory));
  std::vector<Lsn> segments;
  for (const std::string& name : names) {
    if (const std::optional<Lsn> first_lsn = ParseSegmentName(name)) {
      segments.push_back(*first_lsn);
    }
  }
  std::sort(segments.begin(), segments.end());
  return segments;
}

absl::StatusOr<SegmentHeader> ReadSegmentHeader(File& file, std::string_view name, Lsn first_lsn,
                                                std::optional<HistoryId> expected) {
  std::string bytes(kSegmentHeaderBytes, '\0');
  HELIOS_ASSIGN_OR_RETURN(const size_t count, file.ReadAt(0, bytes));
  HELIOS_ASSIGN_OR_RETURN(
      SegmentHeader header,
      DecodeSegmentHeader(std::string_view(bytes).substr(0, count), name, expected));
  if (header.identity.first_lsn != first_lsn) {
    return Corruption("wal segment {} says that it begins at {}: it was renamed or overwritten",
                      name, LsnText(header.identity.first_lsn));
  }
  return header;
}

absl::Status SegmentFiles::OpenAt(Lsn lsn) {
  const SegmentIdentity& open = header_.identity;
  if (file_ != nullptr && open.first_lsn <= lsn && lsn < open.end()) return absl::OkStatus();

  Lsn first_lsn{0};
  if (file_ != nullptr && lsn == open.end()) {
    first_lsn = lsn;  // The usual step to the next segment needs no look at the directory.
  } else {
    HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> segments, ListSegments(*files_, directory_));
    const auto behind = std::upper_bound(segments.begin(), segments.end(), lsn);
    if (behind == segments.begin()) {
      return WithSqlState(NotFound("wal segment with {} has been removed", LsnText(lsn)),
                          sqlstate::kUndefinedFile);
    }
    first_lsn = *std::prev(behind);
  }
  const std::string name = SegmentName(first_lsn);
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<File> file,
                          files_->Open(JoinPath(directory_, name), OpenMode::kRead));
  HELIOS_ASSIGN_OR_RETURN(const SegmentHeader header,
                          ReadSegmentHeader(*file, name, first_lsn, history_));
  if (lsn >= header.identity.end()) {
    return WithSqlState(NotFound("wal segment with {} does not exist", LsnText(lsn)),
                        sqlstate::kUndefinedFile);
  }
  file_ = std::move(file);
  header_ = header;
  return absl::OkStatus();
}

absl::StatusOr<SegmentHeader> SegmentFiles::HeaderAt(Lsn lsn) {
  HELIOS_RETURN_IF_ERROR(OpenAt(lsn));
  return header_;
}

absl::StatusOr<size_t> SegmentFiles::ReadAt(Lsn lsn, std::span<char> out) {
  size_t done = 0;
  while (done < out.size()) {
    const Lsn at = lsn + done;
    if (absl::Status opened = OpenAt(at); !opened.ok()) {
      if (absl::IsNotFound(opened) && done > 0) break;
      return opened;
    }
    const SegmentIdentity& segment = header_.identity;
    const size_t part = std::min<uint64_t>(out.size() - done, segment.end() - at);
    HELIOS_ASSIGN_OR_RETURN(
        const size_t count,
        file_->ReadAt(kSegmentHeaderBytes + (at - segment.first_lsn), out.subspan(done, part)));
    std::memset(out.data() + done + count, 0, part - count);
    done += part;
  }
  return done;
}

SegmentPlace SegmentFiles::PlaceOf(Lsn lsn) {
  if (absl::Status opened = OpenAt(lsn); !opened.ok() || file_ == nullptr) {
    return {fmt::format("with {}", LsnText(lsn)), 0};
  }
  const Lsn first_lsn = header_.identity.first_lsn;
  return {SegmentName(first_lsn), kSegmentHeaderBytes + (lsn - first_lsn)};
}

}  // namespace heliosdb::wal
