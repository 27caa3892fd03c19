// A consistent state of the database: the store as a reader sees it, and the delta parts over it,
// as of one LSN.
//
// Taking one costs neither a mutex nor an allocation: idle slots, each with a store reader and the
// part list of some version, stand in a lock-free stack. A slot whose version is still the
// engine's is used as it is; any other is renewed first. Every freeze and every store commit makes
// a new version.
#ifndef HELIOSDB_CORE_TXN_SNAPSHOT_H_
#define HELIOSDB_CORE_TXN_SNAPSHOT_H_

#include <utility>

#include "core/base/lsn.h"

namespace heliosdb::txn {

class SnapshotPool;
struct SnapshotSlot;

// Owns a snapshot slot until destroyed. Moves between threads, but is used by one at a time.
class SnapshotRef {
 public:
  SnapshotRef() = default;
  SnapshotRef(SnapshotRef&& other) noexcept
      : pool_(other.pool_),
        slot_(std::exchange(other.slot_, nullptr)),
        owned_(std::exchange(other.owned_, false)) {}
  SnapshotRef& operator=(SnapshotRef&& other) noexcept {
    if (this != &other) {
      Release();
      pool_ = other.pool_;
      slot_ = std::exchange(other.slot_, nullptr);
      owned_ = std::exchange(other.owned_, false);
    }
    return *this;
  }
  ~SnapshotRef() { Release(); }

  // The same snapshot, which this one must outlive.
  SnapshotRef Borrow() const { return SnapshotRef(pool_, slot_, false); }

  bool valid() const { return slot_ != nullptr; }
  Lsn read_lsn() const;
  Lsn catalog_lsn() const;
  // Only for this layer.
  SnapshotSlot* slot() const { return slot_; }
  void Release();

 private:
  friend class SnapshotPool;
  SnapshotRef(SnapshotPool* pool, SnapshotSlot* slot, bool owned)
      : pool_(pool), slot_(slot), owned_(owned) {}

  SnapshotPool* pool_ = nullptr;
  SnapshotSlot* slot_ = nullptr;
  bool owned_ = false;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_SNAPSHOT_H_
