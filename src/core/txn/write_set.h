// What a transaction has written and not yet committed.
#ifndef HELIOSDB_CORE_TXN_WRITE_SET_H_
#define HELIOSDB_CORE_TXN_WRITE_SET_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/txn/version_map.h"

namespace heliosdb::txn {

// Versions are stamped with command ids, so that a statement does not see what it writes itself.
// For the transaction's thread.
class WriteSet {
 public:
  WriteSet() : map_(std::make_unique<VersionMap>()) {}

  void Put(std::string_view key, std::optional<std::string_view> value, uint32_t command) {
    undo_.push_back(map_->Put(key, Hash64(key), command, value));
    change_bytes_ += CostOf(key, value.value_or(""));
  }
  // Writes so far; RollbackTo takes the later ones back.
  size_t mark() const { return undo_.size(); }
  void RollbackTo(size_t mark) {
    for (; undo_.size() > mark; undo_.pop_back()) {
      const VersionMap::Node* const node = undo_.back();
      const VersionMap::Version* const version = node->Newest();
      change_bytes_ -= CostOf(node->key(), version == nullptr ? "" : version->value());
      map_->Pop(undo_.back());
    }
  }
  bool empty() const { return undo_.empty(); }
  // Memory held, some of it perhaps for later writes.
  uint64_t bytes() const { return map_->bytes() + undo_.capacity() * sizeof(VersionMap::Node*); }
  // What these writes take.
  uint64_t change_bytes() const { return change_bytes_; }
  // Bytes of the keys and values of all writes, those that were written over included.
  uint64_t content_bytes() const { return change_bytes_ - undo_.size() * kOverheadBytes; }
  const VersionMap& map() const { return *map_; }

  // Gives the map away, to become a delta part.
  std::unique_ptr<VersionMap> TakeMap() {
    undo_.clear();
    change_bytes_ = 0;
    return std::exchange(map_, std::make_unique<VersionMap>());
  }
  // Empty again, with some memory kept.
  void Reset() {
    map_->Reset();
    undo_.clear();
    change_bytes_ = 0;
  }

 private:
  // Of a node, its version and its place in undo_, beside their bytes.
  static constexpr uint64_t kOverheadBytes = 96;
  static uint64_t CostOf(std::string_view key, std::string_view value) {
    return key.size() + value.size() + kOverheadBytes;
  }

  std::unique_ptr<VersionMap> map_;
  uint64_t change_bytes_ = 0;
  std::vector<VersionMap::Node*> undo_;  // In order of writing.
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_WRITE_SET_H_
