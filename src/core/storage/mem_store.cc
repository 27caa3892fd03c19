#include "core/storage/mem_store.h"

#include <deque>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"

#include "core/base/check.h"
#include "core/base/mutex.h"
#include "core/base/status.h"
#include "core/storage/kv_keys.h"
#include "core/storage/mem_tree.h"

namespace heliosdb::storage {
namespace {

using mem_tree::Branch;
using mem_tree::Node;

class MemStore : public KvStore {
 public:
  explicit MemStore(MemStoreOptions options) : options_(options), root_(NewRoot()) {}

  ~MemStore() override {
    MutexLock lock(&mu_);
    HELIOS_CHECK(readers_.empty() && !writing_);
    for (auto& [version, garbage] : garbage_) garbage.Free();
    mem_tree::FreeTree(root_);
  }

  absl::StatusOr<std::unique_ptr<KvReader>> NewReader() override;
  absl::StatusOr<std::unique_ptr<KvWriter>> BeginWrite() override;

  uint64_t version() const override {
    MutexLock lock(&mu_);
    return version_;
  }

  absl::StatusOr<KvStats> Stats() override {
    MutexLock lock(&mu_);
    KvStats stats;
    stats.keys = mem_tree::CountKeys(root_) - mem_tree::RankOf(root_, kKeyMin);
    stats.bytes_used = MemoryBytes(root_);
    for (const auto& [version, count] : readers_) stats.readers_active += count;
    if (!readers_.empty()) stats.oldest_reader_version = readers_.begin()->first;
    return stats;
  }

  struct Pinned {
    Node* root = nullptr;
    uint64_t version = 0;
  };
  Pinned Pin() {
    MutexLock lock(&mu_);
    ++readers_[version_];
    return {root_, version_};
  }
  void Unpin(uint64_t version) {
    std::deque<mem_tree::Garbage> unreachable;
    {
      MutexLock lock(&mu_);
      const auto reader = readers_.find(version);
      if (--reader->second == 0) readers_.erase(reader);
      unreachable = TakeUnreachable();
    }
    for (mem_tree::Garbage& garbage : unreachable) garbage.Free();
  }

  Pinned StartWrite() {
    MutexLock lock(&mu_);
    return {root_, version_ + 1};
  }
  void Publish(Node* root, uint64_t version, mem_tree::Garbage replaced) {
    std::deque<mem_tree::Garbage> unreachable;
    {
      MutexLock lock(&mu_);
      root_ = root;
      version_ = version;
      garbage_.emplace_back(version, std::move(replaced));
      unreachable = TakeUnreachable();
    }
    for (mem_tree::Garbage& garbage : unreachable) garbage.Free();
  }
  void EndWrite() {
    MutexLock lock(&mu_);
    writing_ = false;
  }
  FailpointSet* failpoints() const { return options_.failpoints; }

 private:
  static Node* NewRoot() { return std::make_unique<Node>().release(); }

  static uint64_t MemoryBytes(const Node* node) {
    uint64_t bytes = node->leaf ? sizeof(Node) : sizeof(Branch);
    for (int i = 0; i < node->count; ++i) {
      bytes += node->leaf ? node->entries[i]->memory_bytes() : MemoryBytes(node->children[i]);
    }
    return bytes;
  }

  // What version v replaced is needed by readers of versions before v only.
  std::deque<mem_tree::Garbage> TakeUnreachable() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    std::deque<mem_tree::Garbage> unreachable;
    const uint64_t oldest = readers_.empty() ? version_ : readers_.begin()->first;
    while (!garbage_.empty() && garbage_.front().first <= oldest) {
      unreachable.push_back(std::move(garbage_.front().second));
      garbage_.pop_front();
    }
    return unreachable;
  }

  const MemStoreOptions options_;
  mutable Mutex mu_;
  Node* root_ ABSL_GUARDED_BY(mu_);
  uint64_t version_ ABSL_GUARDED_BY(mu_) = 1;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  std::map<uint64_t, int> readers_ ABSL_GUARDED_BY(mu_);  // Active ones by version.
  std::deque<std::pair<uint64_t, mem_tree::Garbage>> garbage_ ABSL_GUARDED_BY(mu_);
};

// A place between two entries of a tree that nobody changes.
class MemCursor : public KvCursor {
 public:
  explicit MemCursor(const Node* root) : root_(root) {}

  absl::Status Seek(std::string_view key) override {
    if (IsReservedKey(key)) key = kKeyMin;
    depth_ = 0;
    const Node* node = root_;
    while (!node->leaf) {
      const int at = mem_tree::ChildFor(static_cast<const Branch&>(*node), key);
      Push(node, at);
      node = node->children[at];
    }
    Push(node, mem_tree::LowerBound(*node, key));
    return absl::OkStatus();
  }

  absl::Status SeekToEnd() override {
    depth_ = 0;
    DescendToLast(root_);
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> NextBatch(std::span<KvPair> out) override {
    HELIOS_CHECK(depth_ > 0);
    size_t count = 0;
    while (count < out.size()) {
      Place& leaf = path_[depth_ - 1];
      for (; leaf.at < leaf.node->count && count < out.size(); ++leaf.at, ++count) {
        const mem_tree::Entry* const entry = leaf.node->entries[leaf.at];
        out[count] = {entry->key(), entry->value()};
      }
      if (leaf.at == leaf.node->count && !ToNextLeaf()) break;
    }
    return count;
  }

  absl::StatusOr<size_t> PrevBatch(std::span<KvPair> out) override {
    HELIOS_CHECK(depth_ > 0);
    size_t count = 0;
    while (count < out.size()) {
      Place& leaf = path_[depth_ - 1];
      for (; leaf.at > 0 && count < out.size(); --leaf.at, ++count) {
        const mem_tree::Entry* const entry = leaf.node->entries[leaf.at - 1];
        if (IsReservedKey(entry->key())) return count;
        out[count] = {entry->key(), entry->value()};
      }
      if (leaf.at == 0 && !ToPreviousLeaf()) break;
    }
    return count;
  }

 private:
  struct Place {
    const Node* node;
    int at;
  };

  void Push(const Node* node, int at) {
    HELIOS_CHECK(depth_ < mem_tree::kDepthMax);
    path_[depth_++] = {node, at};
  }
  void DescendToFirst(const Node* node) {
    for (; !node->leaf; node = node->children[0]) Push(node, 0);
    Push(node, 0);
  }
  void DescendToLast(const Node* node) {
    for (; !node->leaf; node = node->children[node->count - 1]) Push(node, node->count - 1);
    Push(node, node->count);
  }
  // False, and where it was, when there is none.
  bool ToNextLeaf() {
    int level = depth_ - 2;
    while (level >= 0 && path_[level].at + 1 == path_[level].node->count) --level;
    if (level < 0) return false;
    depth_ = level + 1;
    const Node* const child = path_[level].node->children[++path_[level].at];
    DescendToFirst(child);
    return true;
  }
  bool ToPreviousLeaf() {
    int level = depth_ - 2;
    while (level >= 0 && path_[level].at == 0) --level;
    if (level < 0) return false;
    depth_ = level + 1;
    const Node* const child = path_[level].node->children[--path_[level].at];
    DescendToLast(child);
    return true;
  }

  const Node* const root_;
  std::array<Place, mem_tree::kDepthMax> path_;
  int depth_ = 0;
};

class MemReader : public KvReader {
 public:
  explicit MemReader(MemStore* store) : store_(store) {}
  ~MemReader() override { Reset(); }

  absl::Status Renew() override {
    Reset();
    pinned_ = store_->Pin();
    return absl::OkStatus();
  }
  void Reset() override {
    if (pinned_.version != 0) store_->Unpin(pinned_.version);
    pinned_ = {};
  }
  uint64_t version() const override { return pinned_.version; }

  absl::StatusOr<std::optional<std::string_view>> Get(std::string_view key) override {
    HELIOS_CHECK(pinned_.root != nullptr);
    HELIOS_RETURN_IF_ERROR(CheckKey(key));
    return Find(key);
  }
  std::unique_ptr<KvCursor> NewCursor() override {
    HELIOS_CHECK(pinned_.root != nullptr);
    return std::make_unique<MemCursor>(pinned_.root);
  }
  absl::StatusOr<std::optional<std::string_view>> GetMeta(std::string_view name) override {
    HELIOS_CHECK(pinned_.root != nullptr);
    HELIOS_ASSIGN_OR_RETURN(const std::string key, MetaKey(name));
    return Find(key);
  }
  absl::StatusOr<uint64_t> EstimateCount(std::string_view low, std::string_view high) override {
    HELIOS_CHECK(pinned_.root != nullptr);
    const Node* const root = pinned_.root;
    const uint64_t first = mem_tree::RankOf(root, std::max(low, kKeyMin));
    const uint64_t last =
        high.empty() ? mem_tree::CountKeys(root) : mem_tree::RankOf(root, std::max(high, kKeyMin));
    return last > first ? last - first : 0;
  }
  uint64_t KeyCount() override {
    return mem_tree::CountKeys(pinned_.root) - mem_tree::RankOf(pinned_.root, kKeyMin);
  }
  absl::Status Verify() override {
    MemCursor cursor(pinned_.root);
    HELIOS_RETURN_IF_ERROR(cursor.Seek(""));
    std::array<KvPair, 256> pairs;
    std::string_view last;
    uint64_t keys = 0;
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor.NextBatch(pairs));
      if (count == 0) break;
      for (const KvPair& pair : std::span(pairs).first(count)) {
        if (pair.key <= last) return Corruption("keys of the memory store are out of order");
        last = pair.key;
      }
      keys += count;
    }
    if (keys == KeyCount()) return absl::OkStatus();
    return Corruption("the memory store holds {} keys and counts {}", keys, KeyCount());
  }

 private:
  std::optional<std::string_view> Find(std::string_view key) const {
    const mem_tree::Entry* const entry = mem_tree::Find(pinned_.root, key);
    return entry == nullptr ? std::nullopt : std::optional<std::string_view>(entry->value());
  }

  MemStore* const store_;
  MemStore::Pinned pinned_;
};

class MemWriter : public KvWriter {
 public:
  MemWriter(MemStore* store, MemStore::Pinned base)
      : store_(store), version_(base.version), tree_(base.root, base.version) {}

  ~MemWriter() override {
    tree_.Abort();
    store_->EndWrite();
  }

  absl::Status Put(std::string_view key, std::string_view value) override {
    HELIOS_RETURN_IF_ERROR(CheckPair(key, value));
    tree_.Put(key, value);
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Delete(std::string_view key) override {
    HELIOS_RETURN_IF_ERROR(CheckKey(key));
    return tree_.Delete(key);
  }
  absl::StatusOr<uint64_t> DeleteRange(std::string_view low, std::string_view high,
                                       uint64_t count_max) override {
    std::vector<std::string> doomed;
    MemCursor cursor(tree_.root());
    HELIOS_RETURN_IF_ERROR(cursor.Seek(low));
    std::array<KvPair, 256> pairs;
    bool more = true;
    while (more && doomed.size() < count_max) {
      HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor.NextBatch(pairs));
      more = count > 0;
      for (const KvPair& pair : std::span(pairs).first(count)) {
        more = more && doomed.size() < count_max && (high.empty() || pair.key < high);
        if (more) doomed.emplace_back(pair.key);
      }
    }
    for (const std::string& key : doomed) tree_.Delete(key);
    return doomed.size();
  }
  absl::Status PutMeta(std::string_view name, std::string_view value) override {
    HELIOS_ASSIGN_OR_RETURN(const std::string key, MetaKey(name));
    tree_.Put(key, value);
    return absl::OkStatus();
  }
  uint64_t DirtyBytes() const override { return tree_.dirty_bytes(); }

  absl::Status Commit() override {
    HELIOS_CHECK(!committed_);
    HELIOS_FAILPOINT(store_->failpoints(), "store.before_commit");
    committed_ = true;
    Node* const root = tree_.root();
    store_->Publish(root, version_, tree_.Commit());
    HELIOS_FAILPOINT(store_->failpoints(), "store.after_commit");
    return absl::OkStatus();
  }

 private:
  MemStore* const store_;
  const uint64_t version_;
  mem_tree::TreeWriter tree_;
  bool committed_ = false;
};

absl::StatusOr<std::unique_ptr<KvReader>> MemStore::NewReader() {
  return std::make_unique<MemReader>(this);
}

absl::StatusOr<std::unique_ptr<KvWriter>> MemStore::BeginWrite() {
  {
    MutexLock lock(&mu_);
    if (writing_) return FailedPrecondition("the store has a writer already");
    writing_ = true;
  }
  return std::make_unique<MemWriter>(this, StartWrite());
}

}  // namespace

std::unique_ptr<KvStore> NewMemStore(MemStoreOptions options) {
  return std::make_unique<MemStore>(options);
}

}  // namespace heliosdb::storage
