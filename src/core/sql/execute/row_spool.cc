#include "core/sql/execute/row_spool.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::sql::execute {

using types::Chunk;

RowSpool::RowSpool(std::vector<types::Type> types) : memory_(types), layout_(types) {}

RowSpool::~RowSpool() = default;

void RowSpool::Start(size_t memory_bytes, TemporaryFiles* files) {
  Clear();
  memory_bytes_max_ = memory_bytes;
  files_ = files;
}

void RowSpool::OpenDisk() {
  if (disk_ != nullptr) return;
  file_ = std::make_unique<SpillFile>(files_);
  disk_ = std::make_unique<SpilledRows>(&layout_, file_.get(),
                                        SpillSizesFor(memory_bytes_max_).block_bytes);
}

absl::Status RowSpool::Append(const Chunk& chunk) {
  if (FitsInMemory()) {
    memory_.Append(chunk);
    return absl::OkStatus();
  }
  OpenDisk();
  return disk_->Append(chunk);
}

absl::Status RowSpool::Append(const Chunk& chunk, std::span<const uint16_t> rows) {
  if (FitsInMemory()) {
    memory_.Append(chunk, rows);
    return absl::OkStatus();
  }
  OpenDisk();
  for (const uint16_t row : rows) HELIOS_RETURN_IF_ERROR(disk_->AppendRow(chunk.columns, row));
  return absl::OkStatus();
}

absl::Status RowSpool::Finish() { return disk_ == nullptr ? absl::OkStatus() : disk_->Finish(); }

void RowSpool::Clear() {
  memory_.Clear();
  disk_.reset();
  file_.reset();
}

void RowSpoolReader::Start(const RowSpool* spool) {
  Stop();
  spool_ = spool;
  if (spool->disk_ == nullptr) return;
  if (!disk_.has_value()) disk_.emplace(spool->types());
  disk_->Start(spool->disk_.get());
}

void RowSpoolReader::Stop() {
  spool_ = nullptr;
  next_block_ = 0;
  if (disk_.has_value()) disk_->Stop();
}

absl::StatusOr<Chunk> RowSpoolReader::Next() {
  if (spool_ == nullptr) return Chunk{};
  if (next_block_ < spool_->memory_.block_count()) return spool_->memory_.Block(next_block_++);
  return disk_.has_value() ? disk_->Next() : Chunk{};
}

}  // namespace heliosdb::sql::execute
