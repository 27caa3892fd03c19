#include "core/base/arena.h"

#include <algorithm>

namespace heliosdb {
namespace {

constexpr size_t kFirstBlockBytes = 4096;
constexpr size_t kBlockBytesMax = 1 << 20;

}  // namespace

char* Arena::AllocateInNewBlock(size_t size, size_t alignment) {
  const size_t doubled =
      std::min(kBlockBytesMax, kFirstBlockBytes << std::min<size_t>(blocks_.size(), 8));
  const size_t bytes = std::max(size + alignment, doubled);
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
  if (blocks_.size() == 1) first_block_bytes_ = bytes;
  bytes_held_ += bytes;
  next_ = blocks_.back().get();
  end_ = next_ + bytes;
  return Allocate(size, alignment);
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  blocks_.resize(1);
  bytes_held_ = first_block_bytes_;
  next_ = blocks_.front().get();
  end_ = next_ + first_block_bytes_;
}

}  // namespace heliosdb
