#include "core/sql/execute/spill_records.h"

#include "core/base/status.h"

namespace heliosdb::sql::execute {

absl::Status SpillWriter::WriteBlock() {
  HELIOS_ASSIGN_OR_RETURN(const uint64_t place, file_->Append(buffer_));
  run_.blocks.push_back(place);
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status SpillWriter::Finish() {
  if (!buffer_.empty()) HELIOS_RETURN_IF_ERROR(WriteBlock());
  std::string().swap(buffer_);
  return absl::OkStatus();
}

absl::StatusOr<std::span<const std::string_view>> SpillReader::NextBatch() {
  batch_.clear();
  if (rest_.rest().empty()) {
    if (next_block_ == run_->blocks.size()) return std::span<const std::string_view>();
    HELIOS_RETURN_IF_ERROR(file_->Read(run_->blocks[next_block_++], &block_));
    rest_ = ByteReader(block_);
  }
  while (batch_.size() < types::kChunkRows && !rest_.rest().empty()) {
    batch_.push_back(rest_.Prefixed());
    if (!rest_.ok()) return Corruption("a block of a temporary file ends within a record");
  }
  return std::span<const std::string_view>(batch_);
}

}  // namespace heliosdb::sql::execute
