// An ordered map from keys to chains of versions, newest first: a delta part, and a write set.
//
// One thread at a time writes; any number of threads read beside it without locks. A reader
// that asks for versions up to a stamp never sees a half-made entry: a node and a version are
// complete before the release store that links them, and what is linked later has a greater stamp
// than any reader asks for. Nothing is freed before the map.
//
// The order is a skiplist with back pointers. A remembered position makes insertion in key order
// cheap. From kIndexedFrom entries on, an open-addressing table of tagged pointers finds a key by
// its hash: a key that is not there costs one cache line.
#ifndef HELIOSDB_CORE_TXN_VERSION_MAP_H_
#define HELIOSDB_CORE_TXN_VERSION_MAP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/arena.h"
#include "core/base/hash64.h"

namespace heliosdb::txn {

class VersionMap {
 public:
  // One value of a key, or its absence, from a stamp (an LSN, or a command id) on.
  struct Version {
    static constexpr uint32_t kTombstone = UINT32_MAX;

    Version* older;
    uint64_t stamp;
    uint32_t size;

    bool tombstone() const { return size == kTombstone; }
    std::string_view value() const {
      return {reinterpret_cast<const char*>(this + 1), tombstone() ? 0 : size};
    }
  };

  struct Node {
    std::atomic<Version*> newest;
    std::atomic<Node*> previous;
    uint64_t hash;
    uint32_t key_size;
    uint32_t height;
    // height pointers, then the key's bytes.
    std::atomic<Node*> next[1];

    std::string_view key() const {
      return {reinterpret_cast<const char*>(&next[0] + height), key_size};
    }
    const Node* Next() const { return next[0].load(std::memory_order_acquire); }
    // The newest version with a stamp <= limit; null if there is none.
    const Version* At(uint64_t limit) const {
      const Version* version = newest.load(std::memory_order_acquire);
      while (version != nullptr && version->stamp > limit) version = version->older;
      return version;
    }
    const Version* Newest() const { return newest.load(std::memory_order_acquire); }
  };

  VersionMap();
  VersionMap(const VersionMap&) = delete;
  VersionMap& operator=(const VersionMap&) = delete;

  // --- The writing thread ---
  // Puts a version before the key's others. Its stamp must not be below theirs. nullopt: a
  // tombstone. Copies the bytes.
  Node* Put(std::string_view key, uint64_t hash, uint64_t stamp,
            std::optional<std::string_view> value);
  // Takes the newest version of a node away again. Only while no other thread reads.
  void Pop(Node* node);
  // Empties the map and keeps some memory. Only while no other thread reads.
  void Reset();

  // --- Any thread ---
  // The key's node; null if there never was a version of it.
  const Node* Find(std::string_view key, uint64_t hash) const;
  // The first node with a key >= key; null at the end.
  const Node* AtOrAfter(std::string_view key) const;
  // The last node with a key < key; null at the beginning.
  const Node* Before(std::string_view key) const;
  const Node* First() const { return head_->Next(); }
  const Node* Last() const { return SkipHead(head_->previous.load(std::memory_order_acquire)); }
  const Node* Previous(const Node* node) const {
    return SkipHead(node->previous.load(std::memory_order_acquire));
  }
  // Some of the keys of [low, high), evenly spread, and how many keys each of them stands for. An
  // empty high means no upper end.
  struct Sample {
    std::vector<const Node*> nodes;
    uint64_t weight = 1;
  };
  // At least nodes_min of them, or all. Costs a few searches and as many steps.
  Sample SampleRange(std::string_view low, std::string_view high, size_t nodes_min) const;
  bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
  // Keys.
  uint64_t count() const { return count_.load(std::memory_order_acquire); }
  // Memory held, in bytes.
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr int kHeightMax = 16;
  // One node in so many reaches each next level.
  static constexpr uint64_t kLevelRatio = 4;
  static constexpr uint64_t kIndexedFrom = 16;

  // Slots hold a node's address in the low 48 bits, which suffice for user space on x86-64 and
  // AArch64, and 16 bits of its hash above it. 0: empty.
  struct Index {
    uint64_t mask;
    std::unique_ptr<std::atomic<uint64_t>[]> slots;
  };

  const Node* SkipHead(const Node* node) const { return node == head_ ? nullptr : node; }
  Node* NewNode(std::string_view key, uint64_t hash, int height);
  Node* Insert(std::string_view key, uint64_t hash);
  // Makes splice_[level] the last node before key at every level.
  void FindSplice(std::string_view key);
  int RandomHeight();
  void AddToIndex(Node* node);
  void GrowIndex();
  static void IndexInsert(Index& index, Node* node);
  void NoteBytes();

  Arena arena_;
  Node* head_ = nullptr;
  std::atomic<const Index*> index_{nullptr};
  std::atomic<uint64_t> count_{0};
  std::atomic<uint64_t> bytes_{0};
  // The writing thread's own. A table that was replaced may still be read: it stays.
  std::vector<std::unique_ptr<Index>> indexes_;
  uint64_t index_bytes_ = 0;
  Node* splice_[kHeightMax] = {};
  uint64_t random_state_ = 0x9e3779b97f4a7c15;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_VERSION_MAP_H_
