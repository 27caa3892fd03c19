#include "core/sql/execute/distinct_filter.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::sql::execute {

using types::Chunk;
using types::Vector;

DistinctFilter::DistinctFilter(const std::vector<types::Type>& types)
    : seen_(types), aside_({types}), subset_(AllSlots(types.size())) {}

absl::Status DistinctFilter::Select(ExecContext& context, std::span<const Vector* const> columns,
                                    size_t size, std::vector<uint16_t>* fresh) {
  fresh->clear();
  full_ = full_ || (seen_.size() > 0 && aside_.CanSplit() &&
                    seen_.BytesWithRoomFor(size) > context.HashMemoryBytes());
  if (!full_) {
    size_t next_new = seen_.size();
    seen_.FindOrAdd(columns, size, numbers_.data());
    for (size_t i = 0; i < size; ++i) {
      if (numbers_[i] != next_new) continue;
      fresh->push_back(static_cast<uint16_t>(i));
      ++next_new;
    }
    return absl::OkStatus();
  }
  seen_.Find(columns, size, numbers_.data());
  unknown_.clear();
  for (size_t i = 0; i < size; ++i) {
    if (numbers_[i] == DistinctRows::kNone) unknown_.push_back(static_cast<uint16_t>(i));
  }
  return aside_.Add(context, 0, Chunk{columns, size}, unknown_, seen_.hashes());
}

absl::StatusOr<Chunk> DistinctFilter::NextLate(ExecContext& context) {
  while (true) {
    if (reading_) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, aside_.Next(context, 0));
      if (chunk.size > 0) {
        HELIOS_RETURN_IF_ERROR(Select(context, chunk.columns, chunk.size, &fresh_));
        if (fresh_.empty()) continue;
        return subset_.Select(chunk, fresh_);
      }
    }
    HELIOS_ASSIGN_OR_RETURN(reading_, aside_.TakeNext());
    if (!reading_) return Chunk{};
    seen_.Clear();
    full_ = false;
    aside_.Start(0);
  }
}

void DistinctFilter::Clear() {
  seen_.Clear();
  aside_.Clear();
  reading_ = false;
  full_ = false;
}

}  // namespace heliosdb::sql::execute
