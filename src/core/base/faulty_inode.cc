#include "core/base/faulty_inode.h"

#include <algorithm>
#include <cstring>

namespace heliosdb {

size_t FaultyInode::Read(uint64_t offset, std::span<char> out) const {
  if (offset >= size_) return 0;
  const size_t count = std::min<uint64_t>(out.size(), size_ - offset);
  for (size_t done = 0; done < count;) {
    const uint64_t at = offset + done;
    const size_t within = at % kPageBytes;
    const size_t part = std::min<size_t>(count - done, kPageBytes - within);
    const auto page = pages_.find(at / kPageBytes);
    if (page == pages_.end()) {
      std::memset(out.data() + done, 0, part);
    } else {
      std::memcpy(out.data() + done, page->second.data() + within, part);
    }
    done += part;
  }
  return count;
}

void FaultyInode::SaveForCrash(uint64_t page_number) {
  lost_.erase(page_number);
  if (on_disk_.contains(page_number)) return;
  const auto page = pages_.find(page_number);
  on_disk_[page_number] =
      page == pages_.end() ? std::optional<Page>() : std::optional<Page>(page->second);
}

void FaultyInode::Write(uint64_t offset, std::string_view bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const uint64_t at = offset + done;
    const size_t within = at % kPageBytes;
    const size_t part = std::min<size_t>(bytes.size() - done, kPageBytes - within);
    SaveForCrash(at / kPageBytes);
    Page& page = pages_.try_emplace(at / kPageBytes, Page{}).first->second;
    std::memcpy(page.data() + within, bytes.data() + done, part);
    done += part;
  }
  size_ = std::max(size_, offset + bytes.size());
}

void FaultyInode::Zero(uint64_t begin, uint64_t end) {
  auto page = pages_.lower_bound(begin / kPageBytes);
  while (page != pages_.end() && page->first * kPageBytes < end) {
    const uint64_t page_begin = page->first * kPageBytes;
    SaveForCrash(page->first);
    if (page_begin >= begin && page_begin + kPageBytes <= end) {
      page = pages_.erase(page);
      continue;
    }
    const uint64_t from = std::max(begin, page_begin) - page_begin;
    const uint64_t to = std::min(end, page_begin + kPageBytes) - page_begin;
    std::memset(page->second.data() + from, 0, to - from);
    ++page;
  }
}

void FaultyInode::Resize(uint64_t bytes) {
  if (bytes < size_) Zero(bytes, size_);
  size_ = bytes;
}

void FaultyInode::Sync() {
  std::erase_if(on_disk_, [this](const auto& entry) { return !lost_.contains(entry.first); });
  size_on_disk_ = size_;
}

void FaultyInode::FailSync() {
  for (const auto& [page_number, content] : on_disk_) lost_.insert(page_number);
}

void FaultyInode::FlipBit(uint64_t offset, int bit) {
  const uint64_t page_number = offset / kPageBytes;
  const char mask = static_cast<char>(1 << bit);
  pages_.try_emplace(page_number, Page{}).first->second[offset % kPageBytes] ^= mask;
  const auto old = on_disk_.find(page_number);
  if (old == on_disk_.end()) return;
  if (!old->second.has_value()) old->second.emplace(Page{});
  (*old->second)[offset % kPageBytes] ^= mask;
}

void FaultyInode::Restore(uint64_t page_number, uint64_t begin, uint64_t end) {
  const std::optional<Page>& old = on_disk_.at(page_number);
  Page& page = pages_.try_emplace(page_number, Page{}).first->second;
  if (old.has_value()) {
    std::memcpy(page.data() + begin, old->data() + begin, end - begin);
  } else {
    std::memset(page.data() + begin, 0, end - begin);
  }
}

void FaultyInode::ForgetHistory() {
  on_disk_.clear();
  lost_.clear();
  size_on_disk_ = size_;
}

void FaultyInode::SetSizeAfterCrash(uint64_t bytes) {
  // Restored pages may lie behind the size; they must not come back when the file grows.
  size_ = std::max(size_, size_on_disk_);
  Resize(bytes);
}

void FaultyInode::LoseUnsynced() {
  for (const auto& [page_number, content] : on_disk_) Restore(page_number, 0, kPageBytes);
  SetSizeAfterCrash(size_on_disk_);
  ForgetHistory();
}

void FaultyInode::LoseUnsyncedByChance(Random& random) {
  // Four kinds of disk: keeps all, loses all, keeps what came first, keeps what it likes.
  const uint64_t kind = random.Below(4);
  const uint64_t sectors = on_disk_.size() * (kPageBytes / kSectorBytes);
  const uint64_t prefix = sectors == 0 ? 0 : random.Below(sectors + 1);
  uint64_t sector = 0;
  for (const auto& [page_number, content] : on_disk_) {
    for (uint64_t begin = 0; begin < kPageBytes; begin += kSectorBytes, ++sector) {
      const bool keep =
          !lost_.contains(page_number) &&
          (kind == 0 || (kind == 2 && sector < prefix) || (kind == 3 && random.Below(2) == 0));
      if (keep) continue;
      // The sector that was being written when the power went may hold a part of the new bytes.
      const bool torn = !lost_.contains(page_number) && kind == 2 && sector == prefix;
      const uint64_t kept = torn ? random.Below(kSectorBytes) : 0;
      Restore(page_number, begin + kept, begin + kSectorBytes);
    }
  }
  SetSizeAfterCrash(random.Below(2) == 0 ? size_on_disk_ : size_);
  ForgetHistory();
}

}  // namespace heliosdb
