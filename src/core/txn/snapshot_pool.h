// Hands out snapshots (txn/snapshot.h) and knows which are open.
#ifndef HELIOSDB_CORE_TXN_SNAPSHOT_POOL_H_
#define HELIOSDB_CORE_TXN_SNAPSHOT_POOL_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/mutex.h"
#include "core/storage/kv_store.h"
#include "core/txn/delta.h"
#include "core/txn/snapshot.h"

namespace heliosdb::txn {

struct SnapshotSlot {
  static constexpr uint64_t kIdle = UINT64_MAX;

  uint32_t number = 0;
  std::atomic<uint32_t> next_idle{0};  // Number + 1 of the slot below in the stack; 0: none.
  // The read LSN while in use: the checkpointer keeps what a snapshot at it may have to validate.
  std::atomic<uint64_t> active_lsn{kIdle};
  std::atomic<bool> cancelled{false};

  // Its holder's own.
  uint64_t version = 0;  // Of list and reader; 0: none.
  std::shared_ptr<const PartList> list;
  std::unique_ptr<storage::KvReader> reader;
  Lsn read_lsn{0};
};

// Thread-safe.
class SnapshotPool {
 public:
  static constexpr uint32_t kSlotsMax = 4000;  // Below the store's limit of readers.

  // store and delta are not owned and outlive this. read_late_one_in: plants a bug for tests: every
  // n-th snapshot reads what was visible before the last publication; 0: none.
  SnapshotPool(storage::KvStore* store, Delta* delta, uint32_t read_late_one_in)
      : store_(store), delta_(delta), read_late_one_in_(read_late_one_in) {}
  // Every snapshot must be gone.
  ~SnapshotPool();

  // 53300 when too many are open.
  absl::StatusOr<SnapshotRef> Acquire();

  // What new snapshots read up to. Advances only, but for ResetVisible.
  Lsn visible() const { return Lsn{visible_.load(std::memory_order_acquire)}; }
  void SetVisible(Lsn lsn);

  // The last catalogue commit at or below lsn.
  Lsn CatalogLsnAt(Lsn lsn) const;
  // Before SetVisible reaches it.
  void NoteCatalogCommit(Lsn lsn);

  // The least read LSN of any open snapshot; kLsnMax if none is open.
  Lsn OldestActive() const;
  uint64_t open_count() const;
  // Gives up the readers and parts that idle slots hold of older versions.
  void SweepIdle();
  // Cancels the open snapshot with the least read LSN below `below`. False if there is none.
  bool CancelOldest(Lsn below);
  uint64_t cancelled_count() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  friend class SnapshotRef;

  // The stack's head: a count of changes above, number + 1 of the top slot below.
  static constexpr uint64_t kNumberMask = 0xFFFFFFFF;

  SnapshotSlot* PopIdle();
  void PushIdle(SnapshotSlot* slot);
  absl::StatusOr<SnapshotSlot*> NewSlot();
  absl::Status Refresh(SnapshotSlot& slot, uint64_t version);
  void Return(SnapshotSlot* slot);
  static void Drop(SnapshotSlot& slot);

  storage::KvStore* const store_;
  Delta* const delta_;
  const uint32_t read_late_one_in_;
  std::atomic<uint64_t> visible_{0};
  std::atomic<uint64_t> visible_before_{0};  // For the planted bug.
  std::atomic<uint64_t> acquired_{0};        // For the planted bug.
  std::atomic<uint64_t> last_catalog_lsn_{0};
  std::atomic<uint64_t> cancelled_{0};
  std::atomic<uint64_t> idle_head_{0};
  // Filled once each, in order, under mu_; read without it up to slot_count_.
  std::array<std::atomic<SnapshotSlot*>, kSlotsMax> slots_{};
  std::atomic<uint32_t> slot_count_{0};

  mutable Mutex mu_;
  std::vector<std::unique_ptr<SnapshotSlot>> owned_ ABSL_GUARDED_BY(mu_);
  std::vector<Lsn> catalog_lsns_ ABSL_GUARDED_BY(mu_);  // Ascending; the last few.
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_SNAPSHOT_POOL_H_
