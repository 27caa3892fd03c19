#include "core/sql/execute/spill_file.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/status.h"

namespace heliosdb::sql::execute {
namespace {

constexpr size_t kHeaderBytes = 8;
constexpr size_t kBlockBytesMin = 4 << 10;
constexpr size_t kBlockBytesMax = 128 << 10;

uint32_t BlockCrc(uint64_t place, std::string_view payload) {
  char seed[12];
  StoreFixed(seed, kSpillFormatVersion);
  StoreFixed(seed + 4, place);
  return Crc32c(payload, Crc32c({seed, sizeof(seed)}));
}

}  // namespace

SpillSizes SpillSizesFor(size_t memory_bytes) {
  SpillSizes sizes;
  sizes.block_bytes = std::clamp(memory_bytes / 64, kBlockBytesMin, kBlockBytesMax);
  const size_t buffers = memory_bytes / 4 / sizes.block_bytes;
  sizes.partitions = std::bit_floor(std::clamp<size_t>(buffers, 4, 32));
  sizes.runs = std::clamp<size_t>(buffers, 4, 64);
  return sizes;
}

absl::StatusOr<uint64_t> SpillFile::Append(std::string_view payload) {
  if (payload.size() > std::numeric_limits<uint32_t>::max()) {
    return SqlError(sqlstate::kProgramLimitExceeded,
                    "a row of {} bytes is too large for a temporary file", payload.size());
  }
  if (file_ == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(file_, space_->Create());
  }
  const uint64_t place = bytes_;
  block_.clear();
  AppendFixed(&block_, static_cast<uint32_t>(payload.size()));
  AppendFixed(&block_, BlockCrc(place, payload));
  block_ += payload;
  HELIOS_RETURN_IF_ERROR(file_->WriteAt(place, block_));
  bytes_ += block_.size();
  return place;
}

absl::Status SpillFile::Read(uint64_t place, std::string* payload) {
  char header[kHeaderBytes];
  if (file_ == nullptr || place + kHeaderBytes > bytes_) {
    return Internal("temporary file of {} bytes has no block at {}", bytes_, place);
  }
  HELIOS_ASSIGN_OR_RETURN(const size_t header_read, file_->ReadAt(place, header));
  const auto size = LoadFixed<uint32_t>(header);
  if (header_read < kHeaderBytes || place + kHeaderBytes + size > bytes_) {
    return Corruption("temporary file of {} bytes ends within its block at {}", bytes_, place);
  }
  payload->resize(size);
  HELIOS_ASSIGN_OR_RETURN(const size_t read, file_->ReadAt(place + kHeaderBytes, *payload));
  if (read < size) {
    return Corruption("temporary file of {} bytes ends within its block at {}", bytes_, place);
  }
  if (BlockCrc(place, *payload) != LoadFixed<uint32_t>(header + 4)) {
    return Corruption("block at {} of a temporary file is damaged", place);
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::execute
