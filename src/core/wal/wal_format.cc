#include "core/wal/wal_format.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/status.h"

namespace heliosdb::wal {
namespace {

constexpr uint64_t kMagic = 0x4C41574F494C4548;  // "HELIOWAL" in the file.
constexpr size_t kIdentityBytes = 4 + 8 + 4 + 16 + 8 + 8;
constexpr size_t kStartBytes = 4 + 8 + 4;
constexpr size_t kMarkBytes = 4 + 8 + 1;
constexpr uint8_t kFlagFirst = 1;
constexpr uint8_t kFlagLast = 2;
constexpr uint8_t kMarkForeign = 1;
constexpr uint8_t kMarkClosed = 2;

// Puts the crc of a block's body before it.
std::string WithCrc(std::string_view body) {
  std::string block;
  AppendFixed<uint32_t>(&block, Crc32c(body));
  block.append(body);
  return block;
}

// The body of a block of this size at the front of bytes; nullopt if its crc does not match.
std::optional<ByteReader> CheckedBlock(std::string_view bytes, size_t block_bytes) {
  if (bytes.size() < block_bytes) return std::nullopt;
  const std::string_view body = bytes.substr(4, block_bytes - 4);
  if (LoadFixed<uint32_t>(bytes.data()) != Crc32c(body)) return std::nullopt;
  return ByteReader(body);
}

}  // namespace

std::string HistoryIdText(HistoryId history) {
  return fmt::format("{:016x}{:016x}", history.high, history.low);
}

std::optional<HistoryId> ParseHistoryId(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  HistoryId history;
  const char* const middle = text.data() + 16;
  const char* const end = text.data() + 32;
  const auto high = std::from_chars(text.data(), middle, history.high, 16);
  const auto low = std::from_chars(middle, end, history.low, 16);
  if (high.ec != std::errc() || high.ptr != middle) return std::nullopt;
  if (low.ec != std::errc() || low.ptr != end) return std::nullopt;
  return history;
}

uint32_t HistoryTag(HistoryId history) {
  std::string bytes;
  AppendFixed(&bytes, history.high);
  AppendFixed(&bytes, history.low);
  return Crc32c(bytes);
}

uint32_t ChainStart(HistoryId history, Lsn first_lsn) {
  std::string bytes;
  AppendFixed(&bytes, ToInt(first_lsn));
  return Crc32c(bytes, HistoryTag(history));
}

uint32_t AppendFrame(std::string* out, const FrameHeader& header, std::string_view payload,
                     uint32_t history_tag) {
  HELIOS_CHECK(header.payload_bytes == payload.size());
  HELIOS_CHECK(payload.size() <= kFramePayloadBytesMax);
  const size_t begin = out->size();
  char fields[kFrameHeaderBytes] = {};
  StoreFixed<uint32_t>(fields + 4, header.previous_crc);
  StoreFixed<uint64_t>(fields + 8, ToInt(header.lsn));
  StoreFixed<uint64_t>(fields + 16, ToInt(header.term));
  StoreFixed<uint64_t>(fields + 24, ToInt(header.synced));
  StoreFixed<uint64_t>(fields + 32, ToInt(header.commit));
  StoreFixed<uint32_t>(fields + 40, header.payload_bytes);
  StoreFixed<uint8_t>(fields + 44, static_cast<uint8_t>(header.type));
  StoreFixed<uint8_t>(fields + 45, header.flags);
  out->append(fields, kFrameHeaderBytes);
  out->append(payload);
  out->resize(begin + header.frame_bytes(), '\0');
  const std::string_view covered = std::string_view(*out).substr(begin + 4);
  const uint32_t crc = Crc32c(covered, history_tag);
  StoreFixed<uint32_t>(out->data() + begin, crc);
  return crc;
}

std::string_view FrameFaultText(FrameFault fault) {
  switch (fault) {
    case FrameFault::kNone:
      return "no fault";
    case FrameFault::kShort:
      return "the log's files end inside the record";
    case FrameFault::kLsn:
      return "no record begins there";
    case FrameFault::kLength:
      return "impossible length";
    case FrameFault::kFlags:
      return "impossible flags";
    case FrameFault::kCrc:
      return "checksum does not match";
    case FrameFault::kChain:
      return "it does not follow the record before it";
    case FrameFault::kTerm:
      return "its term is lower than the one before it";
  }
  return "";
}

ParsedFrame ParseFrame(std::string_view bytes, Lsn lsn, uint32_t history_tag) {
  ParsedFrame frame;
  FrameHeader& header = frame.header;
  if (bytes.size() < kFrameHeaderBytes) {
    frame.fault = FrameFault::kShort;
    return frame;
  }
  const char* const fields = bytes.data();
  header.crc = LoadFixed<uint32_t>(fields);
  header.previous_crc = LoadFixed<uint32_t>(fields + 4);
  header.lsn = Lsn{LoadFixed<uint64_t>(fields + 8)};
  header.term = Term{LoadFixed<uint64_t>(fields + 16)};
  header.synced = Lsn{LoadFixed<uint64_t>(fields + 24)};
  header.commit = Lsn{LoadFixed<uint64_t>(fields + 32)};
  header.payload_bytes = LoadFixed<uint32_t>(fields + 40);
  header.type = static_cast<WalRecordType>(fields[44]);
  header.flags = static_cast<uint8_t>(fields[45]);
  if (header.lsn != lsn) {
    frame.fault = FrameFault::kLsn;
  } else if (header.payload_bytes > kFramePayloadBytesMax) {
    frame.fault = FrameFault::kLength;
  } else if (header.flags > (kFlagFirst | kFlagLast) || LoadFixed<uint16_t>(fields + 46) != 0) {
    frame.fault = FrameFault::kFlags;
  } else if (bytes.size() < header.frame_bytes()) {
    frame.fault = FrameFault::kShort;
  }
  if (frame.fault != FrameFault::kNone) return frame;

  const std::string_view covered = bytes.substr(4, header.frame_bytes() - 4);
  if (Crc32c(covered, history_tag) != header.crc) {
    frame.fault = FrameFault::kCrc;
    return frame;
  }
  frame.payload = bytes.substr(kFrameHeaderBytes, header.payload_bytes);
  return frame;
}

std::string EncodeSegmentHeader(const SegmentIdentity& identity) {
  std::string body;
  AppendFixed<uint64_t>(&body, kMagic);
  AppendFixed<uint32_t>(&body, kWalFormatVersion);
  AppendFixed<uint64_t>(&body, identity.history.high);
  AppendFixed<uint64_t>(&body, identity.history.low);
  AppendFixed<uint64_t>(&body, ToInt(identity.first_lsn));
  AppendFixed<uint64_t>(&body, identity.segment_bytes);
  std::string header = WithCrc(body);
  HELIOS_CHECK(header.size() == kIdentityBytes);
  header.resize(kSegmentHeaderBytes, '\0');
  return header;
}

std::string EncodeSegmentStart(const SegmentStart& start) {
  std::string body;
  AppendFixed<uint64_t>(&body, ToInt(start.first_boundary));
  AppendFixed<uint32_t>(&body, start.chain_crc);
  return WithCrc(body);
}

std::string EncodeSegmentMark(const SegmentMark& mark) {
  std::string body;
  AppendFixed<uint64_t>(&body, ToInt(mark.synced));
  AppendFixed<uint8_t>(&body, (mark.holds_foreign_frames ? kMarkForeign : 0) |
                                  (mark.closed_in_order ? kMarkClosed : 0));
  return WithCrc(body);
}

absl::StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes, std::string_view name,
                                                  std::optional<HistoryId> expected) {
  std::optional<ByteReader> identity = CheckedBlock(bytes, kIdentityBytes);
  if (bytes.size() < kSegmentHeaderBytes || !identity.has_value()) {
    return Corruption("wal segment {} is damaged at byte 0: its header's checksum does not match",
                      name);
  }
  if (identity->Fixed<uint64_t>() != kMagic) {
    return Corruption("file {} is not a wal segment", name);
  }
  if (const uint32_t version = identity->Fixed<uint32_t>(); version != kWalFormatVersion) {
    return FailedPrecondition("wal segment {} has format version {}, this program reads version {}",
                              name, version, kWalFormatVersion);
  }
  SegmentHeader header;
  header.identity.history.high = identity->Fixed<uint64_t>();
  header.identity.history.low = identity->Fixed<uint64_t>();
  header.identity.first_lsn = Lsn{identity->Fixed<uint64_t>()};
  header.identity.segment_bytes = identity->Fixed<uint64_t>();
  if (expected.has_value() && header.identity.history != *expected) {
    return FailedPrecondition("wal segment {} belongs to history {}, this database has history {}",
                              name, HistoryIdText(header.identity.history),
                              HistoryIdText(*expected));
  }
  if (header.identity.segment_bytes < kSegmentBytesMin ||
      header.identity.segment_bytes % kSegmentHeaderBytes != 0 ||
      ToInt(header.identity.first_lsn) > UINT64_MAX - header.identity.segment_bytes) {
    return Corruption("wal segment {} is damaged at byte 0: impossible size", name);
  }
  if (auto start = CheckedBlock(bytes.substr(kSegmentStartOffset), kStartBytes)) {
    header.start.emplace();
    header.start->first_boundary = Lsn{start->Fixed<uint64_t>()};
    header.start->chain_crc = start->Fixed<uint32_t>();
  }
  if (auto mark = CheckedBlock(bytes.substr(kSegmentMarkOffset), kMarkBytes)) {
    header.mark.synced = Lsn{mark->Fixed<uint64_t>()};
    const uint8_t flags = mark->Fixed<uint8_t>();
    header.mark.holds_foreign_frames = (flags & kMarkForeign) != 0;
    header.mark.closed_in_order = (flags & kMarkClosed) != 0;
  }
  return header;
}

std::string SegmentName(Lsn first_lsn) { return fmt::format("{:016x}.wal", ToInt(first_lsn)); }

std::optional<Lsn> ParseSegmentName(std::string_view name) {
  if (name.size() != 20 || name.substr(16) != ".wal") return std::nullopt;
  uint64_t first_lsn = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + 16, first_lsn, 16);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + 16) return std::nullopt;
  if (SegmentName(Lsn{first_lsn}) != name) return std::nullopt;
  return Lsn{first_lsn};
}

}  // namespace heliosdb::wal
