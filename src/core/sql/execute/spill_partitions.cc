#include "core/sql/execute/spill_partitions.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash64.h"
#include "core/base/status.h"

namespace heliosdb::sql::execute {

using types::Chunk;

struct SpillPartitions::Partition {
  std::vector<SpilledRows> sides;
  uint64_t rows() const {
    return std::accumulate(sides.begin(), sides.end(), uint64_t{0},
                           [](uint64_t sum, const SpilledRows& side) { return sum + side.size(); });
  }
};

struct SpillPartitions::Level {
  explicit Level(TemporaryFiles* space, size_t depth)
      : file(space), seed(0x9E3779B97F4A7C15u * (2 * depth + 1)) {}

  SpillFile file;
  const uint64_t seed;  // Of the bits by which rows are split: other ones at each depth.
  std::vector<Partition> partitions;
  size_t next = 0;
  std::vector<uint64_t> rows;  // By side.
};

SpillPartitions::SpillPartitions(const std::vector<std::vector<types::Type>>& sides) {
  for (const std::vector<types::Type>& types : sides) {
    layouts_.emplace_back(types);
    readers_.emplace_back(types);
  }
}

SpillPartitions::~SpillPartitions() = default;

absl::Status SpillPartitions::StartLevel(ExecContext& context) {
  HELIOS_CHECK(CanSplit());
  const SpillSizes sizes = SpillSizesFor(context.HashMemoryBytes());
  auto level = std::make_unique<Level>(context.temporary_files, levels_.size());
  level->rows.assign(layouts_.size(), 0);
  level->partitions.resize(sizes.partitions);
  for (Partition& partition : level->partitions) {
    for (const types::RowLayout& layout : layouts_)
      partition.sides.emplace_back(&layout, &level->file, sizes.block_bytes);
  }
  levels_.push_back(std::move(level));
  writing_ = true;
  return absl::OkStatus();
}

absl::Status SpillPartitions::Add(ExecContext& context, size_t side, const Chunk& chunk,
                                  std::span<const uint16_t> rows,
                                  std::span<const uint64_t> hashes) {
  if (rows.empty()) return absl::OkStatus();
  if (!writing_) HELIOS_RETURN_IF_ERROR(StartLevel(context));
  Level& level = *levels_.back();
  const uint64_t mask = level.partitions.size() - 1;
  for (const uint16_t row : rows) {
    const uint64_t bits = MixHash64(hashes[row] ^ level.seed, 0xD6E8FEB86659FD93u) >> 32;
    HELIOS_RETURN_IF_ERROR(level.partitions[bits & mask].sides[side].AppendRow(chunk.columns, row));
  }
  level.rows[side] += rows.size();
  return absl::OkStatus();
}

absl::Status SpillPartitions::FinishWriting() {
  if (!writing_) return absl::OkStatus();
  writing_ = false;
  for (Partition& partition : levels_.back()->partitions) {
    for (SpilledRows& side : partition.sides) HELIOS_RETURN_IF_ERROR(side.Finish());
  }
  uint64_t bytes = 0;
  for (const auto& level : levels_) bytes += level->file.bytes();
  disk_bytes_ = std::max(disk_bytes_, bytes);
  return absl::OkStatus();
}

absl::StatusOr<bool> SpillPartitions::TakeNext() {
  HELIOS_RETURN_IF_ERROR(FinishWriting());
  for (SpilledRowsReader& reader : readers_) reader.Stop();
  current_ = nullptr;
  while (!levels_.empty()) {
    Level& level = *levels_.back();
    while (level.next < level.partitions.size()) {
      const Partition& partition = level.partitions[level.next++];
      if (partition.rows() == 0) continue;
      current_ = &partition;
      ++partitions_taken_;
      return true;
    }
    levels_.pop_back();
  }
  return false;
}

uint64_t SpillPartitions::rows(size_t side) const { return current_->sides[side].size(); }

uint64_t SpillPartitions::rows_before_split(size_t side) const {
  return levels_.back()->rows[side];
}

void SpillPartitions::Start(size_t side) { readers_[side].Start(&current_->sides[side]); }

absl::StatusOr<Chunk> SpillPartitions::Next(ExecContext& context, size_t side) {
  HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
  return readers_[side].Next();
}

void SpillPartitions::Clear() {
  for (SpilledRowsReader& reader : readers_) reader.Stop();
  levels_.clear();
  writing_ = false;
  current_ = nullptr;
  disk_bytes_ = 0;
  partitions_taken_ = 0;
}

}  // namespace heliosdb::sql::execute
