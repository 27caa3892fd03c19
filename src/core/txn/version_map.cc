#include "core/txn/version_map.h"

#include <cstring>
#include <new>

#include "core/base/check.h"

namespace heliosdb::txn {
namespace {

constexpr uint64_t kPointerMask = (uint64_t{1} << 48) - 1;
constexpr uint64_t kIndexSlotsFirst = 64;

uint64_t TagOf(uint64_t hash) { return hash & ~kPointerMask; }

}  // namespace

VersionMap::VersionMap() { Reset(); }

void VersionMap::Reset() {
  arena_.Reset();
  index_.store(nullptr, std::memory_order_relaxed);
  indexes_.clear();
  index_bytes_ = 0;
  head_ = NewNode("", 0, kHeightMax);
  head_->previous.store(head_, std::memory_order_relaxed);
  for (Node*& splice : splice_) splice = head_;
  count_.store(0, std::memory_order_relaxed);
  NoteBytes();
}

void VersionMap::NoteBytes() {
  bytes_.store(arena_.bytes_held() + index_bytes_, std::memory_order_relaxed);
}

VersionMap::Node* VersionMap::NewNode(std::string_view key, uint64_t hash, int height) {
  const size_t bytes =
      sizeof(Node) + static_cast<size_t>(height - 1) * sizeof(std::atomic<Node*>) + key.size();
  Node* const node = new (arena_.Allocate(bytes, alignof(Node))) Node;
  node->newest.store(nullptr, std::memory_order_relaxed);
  node->previous.store(nullptr, std::memory_order_relaxed);
  node->hash = hash;
  node->key_size = static_cast<uint32_t>(key.size());
  node->height = static_cast<uint32_t>(height);
  for (int level = 0; level < height; ++level) new (&node->next[level]) std::atomic<Node*>(nullptr);
  std::memcpy(reinterpret_cast<char*>(&node->next[0] + height), key.data(), key.size());
  return node;
}

int VersionMap::RandomHeight() {
  random_state_ ^= random_state_ << 13;
  random_state_ ^= random_state_ >> 7;
  random_state_ ^= random_state_ << 17;
  static_assert(kLevelRatio == 4);
  const int levels = __builtin_ctzll(random_state_ | (uint64_t{1} << 62)) / 2;
  return levels + 1 < kHeightMax ? levels + 1 : kHeightMax;
}

void VersionMap::FindSplice(std::string_view key) {
  // Climb from the remembered position to the lowest level whose remembered gap holds the key; the
  // levels above it hold it too, as their gaps are wider.
  int level = 0;
  for (; level < kHeightMax; ++level) {
    Node* const before = splice_[level];
    if (before != head_ && before->key() >= key) continue;
    const Node* const after = before->next[level].load(std::memory_order_relaxed);
    if (after == nullptr || after->key() >= key) break;
  }
  Node* node = level < kHeightMax ? splice_[level] : head_;
  for (int below = (level < kHeightMax ? level : kHeightMax) - 1; below >= 0; --below) {
    // The old remembered node of this level may be nearer than the one above.
    Node* const hint = splice_[below];
    if (hint != head_ && hint->key() < key && (node == head_ || hint->key() > node->key())) {
      node = hint;
    }
    for (;;) {
      Node* const after = node->next[below].load(std::memory_order_relaxed);
      if (after == nullptr || after->key() >= key) break;
      node = after;
    }
    splice_[below] = node;
  }
}

VersionMap::Node* VersionMap::Insert(std::string_view key, uint64_t hash) {
  FindSplice(key);
  const int height = RandomHeight();
  Node* const node = NewNode(key, hash, height);
  Node* const after = splice_[0]->next[0].load(std::memory_order_relaxed);
  node->previous.store(splice_[0], std::memory_order_relaxed);
  for (int level = 0; level < height; ++level) {
    node->next[level].store(splice_[level]->next[level].load(std::memory_order_relaxed),
                            std::memory_order_relaxed);
  }
  for (int level = 0; level < height; ++level) {
    splice_[level]->next[level].store(node, std::memory_order_release);
    splice_[level] = node;
  }
  // A reader that goes back between these two stores passes the node by: it could not see any of
  // its versions.
  (after != nullptr ? after : head_)->previous.store(node, std::memory_order_release);
  count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  AddToIndex(node);
  return node;
}

VersionMap::Node* VersionMap::Put(std::string_view key, uint64_t hash, uint64_t stamp,
                                  std::optional<std::string_view> value) {
  // Beyond the last key, as in a bulk load, there is nothing to find.
  const Node* const last = Last();
  const bool is_last = last == nullptr || last->key() < key;
  Node* node = is_last ? nullptr : const_cast<Node*>(Find(key, hash));
  if (node == nullptr) node = Insert(key, hash);
  const size_t size = value.has_value() ? value->size() : 0;
  auto* const version = new (arena_.Allocate(sizeof(Version) + size, alignof(Version))) Version;
  version->older = node->newest.load(std::memory_order_relaxed);
  HELIOS_CHECK(version->older == nullptr || version->older->stamp <= stamp);
  version->stamp = stamp;
  version->size = value.has_value() ? static_cast<uint32_t>(size) : Version::kTombstone;
  if (size > 0) std::memcpy(reinterpret_cast<char*>(version + 1), value->data(), size);
  node->newest.store(version, std::memory_order_release);
  NoteBytes();
  return node;
}

void VersionMap::Pop(Node* node) {
  Version* const newest = node->newest.load(std::memory_order_relaxed);
  HELIOS_CHECK(newest != nullptr);
  node->newest.store(newest->older, std::memory_order_relaxed);
}

void VersionMap::IndexInsert(Index& index, Node* node) {
  const auto address = reinterpret_cast<uint64_t>(node);
  HELIOS_CHECK((address & ~kPointerMask) == 0);
  uint64_t at = node->hash & index.mask;
  while (index.slots[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & index.mask;
  index.slots[at].store(TagOf(node->hash) | address, std::memory_order_release);
}

void VersionMap::AddToIndex(Node* node) {
  const uint64_t count = count_.load(std::memory_order_relaxed);
  if (count < kIndexedFrom) return;
  // At most half full, so that a search ends soon.
  if (indexes_.empty() || count * 2 > indexes_.back()->mask + 1) {
    GrowIndex();  // Takes in node as well.
    return;
  }
  IndexInsert(*indexes_.back(), node);
}

void VersionMap::GrowIndex() {
  auto index = std::make_unique<Index>();
  const uint64_t slots = indexes_.empty() ? kIndexSlotsFirst : (indexes_.back()->mask + 1) * 4;
  index->mask = slots - 1;
  index->slots = std::make_unique<std::atomic<uint64_t>[]>(slots);
  for (Node* node = head_->next[0].load(std::memory_order_relaxed); node != nullptr;
       node = node->next[0].load(std::memory_order_relaxed)) {
    IndexInsert(*index, node);
  }
  index_bytes_ += slots * sizeof(uint64_t);
  index_.store(index.get(), std::memory_order_release);
  indexes_.push_back(std::move(index));
}

const VersionMap::Node* VersionMap::Find(std::string_view key, uint64_t hash) const {
  const Index* const index = index_.load(std::memory_order_acquire);
  if (index == nullptr) {
    if (empty()) return nullptr;
    const Node* const node = AtOrAfter(key);
    return node != nullptr && node->key() == key ? node : nullptr;
  }
  for (uint64_t at = hash & index->mask;; at = (at + 1) & index->mask) {
    const uint64_t slot = index->slots[at].load(std::memory_order_acquire);
    if (slot == 0) return nullptr;
    if (TagOf(slot) != TagOf(hash)) continue;
    const auto* const node = reinterpret_cast<const Node*>(slot & kPointerMask);
    if (node->hash == hash && node->key() == key) return node;
  }
}

const VersionMap::Node* VersionMap::AtOrAfter(std::string_view key) const {
  const Node* node = head_;
  for (int level = kHeightMax - 1;; --level) {
    const Node* after = node->next[level].load(std::memory_order_acquire);
    while (after != nullptr && after->key() < key) {
      node = after;
      after = node->next[level].load(std::memory_order_acquire);
    }
    if (level == 0) return after;
  }
}

const VersionMap::Node* VersionMap::Before(std::string_view key) const {
  const Node* node = head_;
  for (int level = kHeightMax - 1; level >= 0; --level) {
    for (;;) {
      const Node* const after = node->next[level].load(std::memory_order_acquire);
      if (after == nullptr || after->key() >= key) break;
      node = after;
    }
  }
  return SkipHead(node);
}

VersionMap::Sample VersionMap::SampleRange(std::string_view low, std::string_view high,
                                           size_t nodes_min) const {
  Sample sample;
  const Node* before = head_;
  for (int level = kHeightMax - 1; level >= 0; --level) {
    const Node* node = before->next[level].load(std::memory_order_acquire);
    while (node != nullptr && node->key() < low) {
      before = node;
      node = node->next[level].load(std::memory_order_acquire);
    }
    sample.nodes.clear();
    while (node != nullptr && (high.empty() || node->key() < high)) {
      sample.nodes.push_back(node);
      node = node->next[level].load(std::memory_order_acquire);
    }
    sample.weight = uint64_t{1} << (2 * level);
    if (sample.nodes.size() >= nodes_min) break;
  }
  return sample;
}

}  // namespace heliosdb::txn
