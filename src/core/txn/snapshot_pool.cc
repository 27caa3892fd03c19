#include "core/txn/snapshot_pool.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/status.h"

namespace heliosdb::txn {
namespace {

// Catalogue commits remembered; a snapshot older than all of them gets the one before its time as
// "unknown", which only costs a cache miss.
constexpr size_t kCatalogLsnsMax = 1024;

}  // namespace

SnapshotPool::~SnapshotPool() { HELIOS_CHECK(open_count() == 0); }

SnapshotSlot* SnapshotPool::PopIdle() {
  uint64_t head = idle_head_.load(std::memory_order_acquire);
  for (;;) {
    const auto top = static_cast<uint32_t>(head & kNumberMask);
    if (top == 0) return nullptr;
    SnapshotSlot* const slot = slots_[top - 1].load(std::memory_order_acquire);
    const uint64_t below = slot->next_idle.load(std::memory_order_relaxed);
    // The count of changes keeps a stale `below` from being installed.
    const uint64_t next = ((head & ~kNumberMask) + (kNumberMask + 1)) | below;
    if (idle_head_.compare_exchange_weak(head, next, std::memory_order_acq_rel,
                                         std::memory_order_acquire)) {
      return slot;
    }
  }
}

void SnapshotPool::PushIdle(SnapshotSlot* slot) {
  uint64_t head = idle_head_.load(std::memory_order_acquire);
  for (;;) {
    slot->next_idle.store(static_cast<uint32_t>(head & kNumberMask), std::memory_order_relaxed);
    const uint64_t next = ((head & ~kNumberMask) + (kNumberMask + 1)) | (slot->number + 1);
    if (idle_head_.compare_exchange_weak(head, next, std::memory_order_acq_rel,
                                         std::memory_order_acquire)) {
      return;
    }
  }
}

absl::StatusOr<SnapshotSlot*> SnapshotPool::NewSlot() {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<storage::KvReader> reader, store_->NewReader());
  MutexLock lock(&mu_);
  const uint32_t number = slot_count_.load(std::memory_order_relaxed);
  if (number == kSlotsMax) {
    return SqlError(sqlstate::kTooManyConnections, "too many open snapshots (limit {})", kSlotsMax);
  }
  owned_.push_back(std::make_unique<SnapshotSlot>());
  SnapshotSlot* const slot = owned_.back().get();
  slot->number = number;
  slot->reader = std::move(reader);
  slots_[number].store(slot, std::memory_order_release);
  slot_count_.store(number + 1, std::memory_order_release);
  return slot;
}

absl::Status SnapshotPool::Refresh(SnapshotSlot& slot, uint64_t version) {
  Drop(slot);
  slot.list = delta_->List();
  HELIOS_RETURN_IF_ERROR(slot.reader->Renew());
  slot.version = version;
  return absl::OkStatus();
}

absl::StatusOr<SnapshotRef> SnapshotPool::Acquire() {
  SnapshotSlot* slot = PopIdle();
  if (slot == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(slot, NewSlot());
  }
  for (;;) {
    const uint64_t version = delta_->version();
    if (slot->version != version) {
      if (absl::Status status = Refresh(*slot, version); !status.ok()) {
        Return(slot);
        return status;
      }
    }
    slot->read_lsn = visible();
    if (read_late_one_in_ != 0 && acquired_.fetch_add(1) % read_late_one_in_ == 0) {
      slot->read_lsn = Lsn{visible_before_.load(std::memory_order_acquire)};
    }
    // Either the checkpointer sees this LSN, or the version it made before it looked is seen here.
    slot->active_lsn.store(ToInt(slot->read_lsn), std::memory_order_seq_cst);
    if (delta_->version() == version) return SnapshotRef(this, slot, true);
  }
}

void SnapshotPool::Drop(SnapshotSlot& slot) {
  if (slot.version == 0) return;
  slot.version = 0;
  slot.reader->Reset();
  slot.list.reset();
}

void SnapshotPool::Return(SnapshotSlot* slot) {
  slot->cancelled.store(false, std::memory_order_relaxed);
  slot->active_lsn.store(SnapshotSlot::kIdle, std::memory_order_release);
  if (slot->version != delta_->version()) Drop(*slot);
  PushIdle(slot);
}

void SnapshotPool::SetVisible(Lsn lsn) {
  const uint64_t before = visible_.load(std::memory_order_relaxed);
  if (ToInt(lsn) <= before) return;
  visible_before_.store(before, std::memory_order_release);
  visible_.store(ToInt(lsn), std::memory_order_release);
}

Lsn SnapshotPool::CatalogLsnAt(Lsn lsn) const {
  const Lsn last{last_catalog_lsn_.load(std::memory_order_acquire)};
  if (last <= lsn) return last;
  MutexLock lock(&mu_);
  const auto above = std::upper_bound(catalog_lsns_.begin(), catalog_lsns_.end(), lsn);
  // Older than all that is remembered: a value that no other snapshot has, but a later one of the
  // same age.
  return above == catalog_lsns_.begin() ? lsn : *std::prev(above);
}

void SnapshotPool::NoteCatalogCommit(Lsn lsn) {
  MutexLock lock(&mu_);
  catalog_lsns_.push_back(lsn);
  if (catalog_lsns_.size() > kCatalogLsnsMax) {
    catalog_lsns_.erase(catalog_lsns_.begin(), catalog_lsns_.begin() + kCatalogLsnsMax / 2);
  }
  last_catalog_lsn_.store(ToInt(lsn), std::memory_order_release);
}

Lsn SnapshotPool::OldestActive() const {
  uint64_t oldest = SnapshotSlot::kIdle;
  const uint32_t count = slot_count_.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < count; ++i) {
    const SnapshotSlot* const slot = slots_[i].load(std::memory_order_acquire);
    oldest = std::min(oldest, slot->active_lsn.load(std::memory_order_seq_cst));
  }
  return Lsn{oldest};
}

uint64_t SnapshotPool::open_count() const {
  uint64_t open = 0;
  const uint32_t count = slot_count_.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < count; ++i) {
    const SnapshotSlot* const slot = slots_[i].load(std::memory_order_acquire);
    if (slot->active_lsn.load(std::memory_order_relaxed) != SnapshotSlot::kIdle) ++open;
  }
  return open;
}

void SnapshotPool::SweepIdle() {
  std::vector<SnapshotSlot*> slots;
  const uint64_t version = delta_->version();
  while (SnapshotSlot* const slot = PopIdle()) {
    if (slot->version != version) Drop(*slot);
    slots.push_back(slot);
  }
  for (SnapshotSlot* const slot : slots) PushIdle(slot);
}

bool SnapshotPool::CancelOldest(Lsn below) {
  SnapshotSlot* oldest = nullptr;
  uint64_t least = ToInt(below);
  const uint32_t count = slot_count_.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < count; ++i) {
    SnapshotSlot* const slot = slots_[i].load(std::memory_order_acquire);
    const uint64_t lsn = slot->active_lsn.load(std::memory_order_acquire);
    if (lsn >= least || slot->cancelled.load(std::memory_order_relaxed)) continue;
    least = lsn;
    oldest = slot;
  }
  if (oldest == nullptr) return false;
  // If the slot is given back and taken again just now, a young snapshot is cancelled instead; its
  // statement fails with the same, repeatable error.
  oldest->cancelled.store(true, std::memory_order_relaxed);
  cancelled_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

Lsn SnapshotRef::read_lsn() const { return slot_->read_lsn; }

Lsn SnapshotRef::catalog_lsn() const { return pool_->CatalogLsnAt(slot_->read_lsn); }

void SnapshotRef::Release() {
  if (slot_ != nullptr && owned_) pool_->Return(slot_);
  slot_ = nullptr;
  owned_ = false;
}

}  // namespace heliosdb::txn
