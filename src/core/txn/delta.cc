#include "core/txn/delta.h"

#include <utility>

#include "core/base/check.h"

namespace heliosdb::txn {

Delta::Delta() {
  MutexLock lock(&mu_);
  PartList list;
  list.parts.push_back(NewPart());
  active_ = list.parts.back().get();
  Publish(std::move(list));
}

std::shared_ptr<DeltaPart> Delta::NewPart() { return std::make_shared<DeltaPart>(&memory_held_); }

std::shared_ptr<const PartList> Delta::List() const {
  MutexLock lock(&mu_);
  return list_;
}

void Delta::Publish(PartList list) {
  list_ = std::make_shared<const PartList>(std::move(list));
  // After the list: whoever reads the new number finds the new list.
  version_.fetch_add(1, std::memory_order_seq_cst);
}

void Delta::Recount() {
  uint64_t bytes = 0;
  for (const auto& part : list_->parts) bytes += part->memory_noted;
  uint64_t validation = 0;
  for (const auto& part : list_->validation) validation += part->memory_noted;
  bytes_.store(bytes, std::memory_order_relaxed);
  validation_bytes_.store(validation, std::memory_order_relaxed);
}

void Delta::NoteAdded(DeltaPart& part, Lsn lsn) {
  part.last_lsn.store(ToInt(lsn), std::memory_order_release);
  const uint64_t bytes = part.map->bytes();
  if (bytes == part.memory_noted) return;
  // Recount adds the parts up afresh, so both the field and the sum change under its mutex.
  MutexLock lock(&mu_);
  memory_held_.fetch_add(bytes - part.memory_noted, std::memory_order_relaxed);
  part.memory_noted = bytes;
  Recount();
}

void Delta::AddWhole(std::unique_ptr<VersionMap> versions, Lsn lsn) {
  const uint64_t bytes = versions->bytes();
  auto whole = std::make_shared<DeltaPart>(std::move(versions), lsn, &memory_held_);
  whole->memory_noted = bytes;
  memory_held_.fetch_add(bytes, std::memory_order_relaxed);
  MutexLock lock(&mu_);
  PartList list = *list_;
  std::shared_ptr<DeltaPart> active;
  if (active_->map->empty()) {
    // An empty active part stays active, behind the new one.
    active = list.parts.back();
    list.parts.pop_back();
  } else {
    active = NewPart();
  }
  list.parts.push_back(std::move(whole));
  list.parts.push_back(std::move(active));
  active_ = list.parts.back().get();
  Publish(std::move(list));
  Recount();
}

void Delta::Freeze() {
  if (active_->map->empty()) return;
  MutexLock lock(&mu_);
  PartList list = *list_;
  list.parts.push_back(NewPart());
  active_ = list.parts.back().get();
  Publish(std::move(list));
}

void Delta::NoteStoreCommit() { version_.fetch_add(1, std::memory_order_seq_cst); }

void Delta::Checkpointed(size_t count, Lsn keep_from, uint64_t validation_bytes_max) {
  MutexLock lock(&mu_);
  PartList list = *list_;
  HELIOS_CHECK(count < list.parts.size());
  for (size_t i = 0; i < count; ++i) list.validation.push_back(std::move(list.parts[i]));
  list.parts.erase(list.parts.begin(), list.parts.begin() + static_cast<ptrdiff_t>(count));
  uint64_t kept = 0;
  size_t first = list.validation.size();
  while (first > 0) {
    const DeltaPart& part = *list.validation[first - 1];
    const Lsn last{part.last_lsn.load(std::memory_order_acquire)};
    if (last < keep_from || kept + part.memory_noted > validation_bytes_max) {
      list.validation_floor = std::max(list.validation_floor, last);
      break;
    }
    kept += part.memory_noted;
    --first;
  }
  list.validation.erase(list.validation.begin(),
                        list.validation.begin() + static_cast<ptrdiff_t>(first));
  Publish(std::move(list));
  Recount();
}

void Delta::TrimValidation(Lsn keep_from) {
  MutexLock lock(&mu_);
  if (list_->validation.empty()) return;
  const Lsn oldest{list_->validation.front()->last_lsn.load(std::memory_order_acquire)};
  if (oldest >= keep_from) return;
  PartList list = *list_;
  while (!list.validation.empty()) {
    const Lsn last{list.validation.front()->last_lsn.load(std::memory_order_acquire)};
    if (last >= keep_from) break;
    list.validation_floor = std::max(list.validation_floor, last);
    list.validation.erase(list.validation.begin());
  }
  Publish(std::move(list));
  Recount();
}

void Delta::Replace(std::shared_ptr<DeltaPart> part, Lsn floor) {
  MutexLock lock(&mu_);
  PartList list;
  list.validation_floor = floor;
  list.parts.push_back(std::move(part));
  active_ = list.parts.back().get();
  Publish(std::move(list));
  Recount();
}

bool Delta::HasChanges() const {
  MutexLock lock(&mu_);
  for (const auto& part : list_->parts) {
    if (!part->map->empty()) return true;
  }
  return false;
}

}  // namespace heliosdb::txn
