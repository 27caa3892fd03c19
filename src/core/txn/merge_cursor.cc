#include "core/txn/merge_cursor.h"

#include <algorithm>

#include "core/base/status.h"

namespace heliosdb::txn {

MergeCursor::MergeCursor(const SnapshotSlot* slot, const WriteSet* writes, CommandId command_limit,
                         SerializableTransaction* serializable, ScanDirection direction,
                         std::unique_ptr<storage::KvCursor> store)
    : slot_(slot),
      writes_(writes),
      serializable_(serializable),
      direction_(direction),
      store_(std::move(store)),
      limit_(ToInt(slot->read_lsn)),
      write_limit_(command_limit == kCommandIdMax ? UINT64_MAX : command_limit - uint64_t{1}) {}

const VersionMap::Version* MergeCursor::VisibleVersion(const Overlay& overlay,
                                                       const VersionMap::Node& node) const {
  return overlay.part == nullptr ? node.At(write_limit_) : overlay.part->At(node, limit_);
}

void MergeCursor::Settle(Overlay& overlay) {
  while (overlay.node != nullptr) {
    if (!InBounds(overlay.node->key())) {
      overlay.node = nullptr;
      return;
    }
    overlay.version = VisibleVersion(overlay, *overlay.node);
    if (overlay.version != nullptr) return;
    overlay.node = forward() ? overlay.node->Next() : overlay.map->Previous(overlay.node);
  }
}

void MergeCursor::Advance(Overlay& overlay) {
  overlay.node = forward() ? overlay.node->Next() : overlay.map->Previous(overlay.node);
  Settle(overlay);
}

void MergeCursor::AddOverlay(const VersionMap& map, const DeltaPart* part) {
  if (map.empty()) return;
  Overlay overlay{&map, part, nullptr, nullptr};
  if (forward()) {
    overlay.node = map.AtOrAfter(low_);
  } else {
    overlay.node = high_.empty() ? map.Last() : map.Before(high_);
  }
  Settle(overlay);
  if (overlay.node != nullptr) overlays_.push_back(overlay);
}

absl::Status MergeCursor::Restart(std::string_view low, std::string_view high) {
  low_ = low;
  high_ = high;
  marked_ = forward() ? low : high;
  marked_all_ = false;
  store_done_ = false;
  pending_.clear();
  pending_at_ = 0;
  overlays_.clear();
  if (writes_ != nullptr) AddOverlay(writes_->map(), nullptr);
  const PartList& list = *slot_->list;
  for (size_t i = list.parts.size(); i-- > 0;) AddOverlay(*list.parts[i]->map, list.parts[i].get());
  if (forward()) return store_->Seek(low);
  return high.empty() ? store_->SeekToEnd() : store_->Seek(high);
}

MergeCursor::Overlay* MergeCursor::First() {
  Overlay* first = nullptr;
  for (Overlay& overlay : overlays_) {
    if (overlay.node == nullptr) continue;
    if (first == nullptr || Earlier(overlay.node->key(), first->node->key())) first = &overlay;
  }
  return first;
}

void MergeCursor::AdvancePast(std::string_view key) {
  bool any_done = false;
  for (Overlay& overlay : overlays_) {
    if (overlay.node != nullptr && overlay.node->key() == key) Advance(overlay);
    any_done = any_done || overlay.node == nullptr;
  }
  if (!any_done) return;
  overlays_.erase(std::remove_if(overlays_.begin(), overlays_.end(),
                                 [](const Overlay& overlay) { return overlay.node == nullptr; }),
                  overlays_.end());
}

absl::StatusOr<size_t> MergeCursor::ReadStore(std::span<KvPair> out) {
  if (store_done_) return size_t{0};
  HELIOS_ASSIGN_OR_RETURN(size_t count,
                          forward() ? store_->NextBatch(out) : store_->PrevBatch(out));
  if (count == 0) {
    store_done_ = true;
  } else if (!InBounds(out[count - 1].key)) {
    store_done_ = true;
    const auto end =
        std::partition_point(out.begin(), out.begin() + static_cast<ptrdiff_t>(count),
                             [this](const KvPair& pair) { return InBounds(pair.key); });
    count = static_cast<size_t>(end - out.begin());
  }
  return count;
}

absl::StatusOr<size_t> MergeCursor::Merge(std::span<KvPair> out) {
  size_t count = 0;
  while (count < out.size()) {
    Overlay* const first = First();
    const bool has_store = pending_at_ < pending_.size();
    if (!has_store && !store_done_) break;  // The store's next key is not known: read on first.
    if (first == nullptr && !has_store) break;
    if (first == nullptr || (has_store && Earlier(pending_[pending_at_].key, first->node->key()))) {
      out[count++] = pending_[pending_at_++];
      continue;
    }
    const std::string_view key = first->node->key();
    const VersionMap::Version* const version = first->version;
    if (has_store && pending_[pending_at_].key == key) ++pending_at_;
    if (!version->tombstone()) out[count++] = {key, version->value()};
    AdvancePast(key);
  }
  return count;
}

absl::StatusOr<size_t> MergeCursor::NextBatchUnmarked(std::span<KvPair> out) {
  for (;;) {
    if (pending_at_ == pending_.size()) {
      pending_.clear();
      pending_at_ = 0;
      HELIOS_ASSIGN_OR_RETURN(const size_t count, ReadStore(out));
      const Overlay* const first = First();
      if (first == nullptr) return count;
      if (count > 0 && Earlier(out[count - 1].key, first->node->key())) return count;
      pending_.assign(out.begin(), out.begin() + static_cast<ptrdiff_t>(count));
    }
    HELIOS_ASSIGN_OR_RETURN(const size_t count, Merge(out));
    if (count > 0) return count;
    // Nothing but tombstones so far.
    if (store_done_ && pending_at_ == pending_.size() && First() == nullptr) return size_t{0};
  }
}

absl::Status MergeCursor::Mark(std::span<const KvPair> batch) {
  if (marked_all_) return absl::OkStatus();
  if (batch.empty()) {
    marked_all_ = true;
    return forward() ? serializable_->OnReadRange(marked_, high_)
                     : serializable_->OnReadRange(low_, marked_);
  }
  const std::string_view last = batch.back().key;
  absl::Status status;
  if (forward()) {
    // Just behind the last key.
    std::string bound(last);
    bound.push_back('\0');
    status = serializable_->OnReadRange(marked_, bound);
    marked_ = std::move(bound);
  } else {
    status = serializable_->OnReadRange(last, marked_);
    marked_ = last;
  }
  return status;
}

absl::StatusOr<size_t> MergeCursor::NextBatch(std::span<KvPair> out) {
  if (slot_->cancelled.load(std::memory_order_relaxed)) return SnapshotTooOld();
  HELIOS_ASSIGN_OR_RETURN(const size_t count, NextBatchUnmarked(out));
  if (serializable_ != nullptr) HELIOS_RETURN_IF_ERROR(Mark(out.first(count)));
  return count;
}

}  // namespace heliosdb::txn
