// Foreign bytes as log frames and as a segment's header; then the same bytes as the payload of a
// sound frame, which must come back as it went in, and must not once a bit of it is changed.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/wal/wal_format.h"

namespace {

using heliosdb::wal::FrameFault;
using heliosdb::wal::FrameHeader;
using heliosdb::wal::ParsedFrame;
using heliosdb::wal::WalRecordType;

constexpr heliosdb::Lsn kLsn{0x1000};
constexpr uint32_t kHistoryTag = 0x51AB;

void RoundTrip(std::string_view payload) {
  if (payload.size() > heliosdb::wal::kFramePayloadBytesMax) return;
  FrameHeader header;
  header.lsn = kLsn;
  header.term = heliosdb::Term{1};
  header.type = WalRecordType::kTransaction;
  header.flags = 3;
  header.payload_bytes = static_cast<uint32_t>(payload.size());
  std::string frame;
  const uint32_t crc = heliosdb::wal::AppendFrame(&frame, header, payload, kHistoryTag);
  const ParsedFrame parsed = heliosdb::wal::ParseFrame(frame, kLsn, kHistoryTag);
  HELIOS_CHECK(parsed.fault == FrameFault::kNone);
  HELIOS_CHECK(parsed.header.crc == crc);
  HELIOS_CHECK(parsed.payload == payload);
  std::string damaged = frame;
  damaged[payload.size() % frame.size()] ^= 0x10;
  HELIOS_CHECK(heliosdb::wal::ParseFrame(damaged, kLsn, kHistoryTag).fault != FrameFault::kNone);
  const std::string_view cut = std::string_view(frame).substr(0, frame.size() - 1);
  HELIOS_CHECK(heliosdb::wal::ParseFrame(cut, kLsn, kHistoryTag).fault == FrameFault::kShort);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const ParsedFrame parsed = heliosdb::wal::ParseFrame(input, kLsn, kHistoryTag);
  if (parsed.fault == FrameFault::kNone) HELIOS_CHECK(parsed.header.frame_bytes() <= size);
  heliosdb::wal::DecodeSegmentHeader(input, "fuzz", std::nullopt).status().IgnoreError();  // Any.
  RoundTrip(input);
  return 0;
}
