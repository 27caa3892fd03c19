#include "core/txn/read_view.h"

#include <utility>

#include "core/base/check.h"
#include "core/base/hash64.h"
#include "core/base/status.h"
#include "core/txn/merge_cursor.h"

namespace heliosdb::txn {

absl::Status SnapshotTooOld() {
  return WithHint(SqlError(sqlstate::kSnapshotTooOld, "snapshot too old"),
                  "The snapshot held more memory and pages than snapshot_pinned_bytes_max allows.");
}

absl::StatusOr<std::optional<std::string_view>> ReadView::Get(std::string_view key) {
  SnapshotSlot& slot = *snapshot_.slot();
  if (slot.cancelled.load(std::memory_order_relaxed)) return SnapshotTooOld();
  if (serializable_ != nullptr) HELIOS_RETURN_IF_ERROR(serializable_->OnRead(key));
  const auto value_of = [](const VersionMap::Version* version) -> std::optional<std::string_view> {
    if (version->tombstone()) return std::nullopt;
    return version->value();
  };
  std::optional<uint64_t> hash;
  if (writes_ != nullptr && !writes_->map().empty() && command_limit_ > 0) {
    hash = Hash64(key);
    if (const VersionMap::Node* const node = writes_->map().Find(key, *hash)) {
      const uint64_t limit = command_limit_ == kCommandIdMax ? UINT64_MAX : command_limit_ - 1;
      if (const VersionMap::Version* const version = node->At(limit)) return value_of(version);
    }
  }
  const auto& parts = slot.list->parts;
  for (size_t i = parts.size(); i-- > 0;) {
    const DeltaPart& part = *parts[i];
    if (part.map->empty()) continue;
    if (!hash.has_value()) hash = Hash64(key);
    const VersionMap::Node* const node = part.map->Find(key, *hash);
    if (node == nullptr) continue;
    if (const VersionMap::Version* const version = part.At(*node, ToInt(slot.read_lsn))) {
      return value_of(version);
    }
  }
  return slot.reader->Get(key);
}

absl::StatusOr<std::unique_ptr<Cursor>> ReadView::Open(std::string_view low, std::string_view high,
                                                       ScanDirection direction) {
  SnapshotSlot& slot = *snapshot_.slot();
  if (slot.cancelled.load(std::memory_order_relaxed)) return SnapshotTooOld();
  auto cursor = std::make_unique<MergeCursor>(&slot, writes_, command_limit_, serializable_,
                                              direction, slot.reader->NewCursor());
  HELIOS_RETURN_IF_ERROR(cursor->Restart(low, high));
  return cursor;
}

absl::StatusOr<uint64_t> ReadView::EstimateCount(std::string_view low, std::string_view high) {
  SnapshotSlot& slot = *snapshot_.slot();
  HELIOS_ASSIGN_OR_RETURN(uint64_t count, slot.reader->EstimateCount(low, high));
  // New keys of the delta: every part's share of them is unknown, so a part that lies in the range
  // with both ends counts whole, any other by half.
  const auto add = [&](const VersionMap& map) {
    if (map.empty()) return;
    const VersionMap::Node* const first = map.AtOrAfter(low);
    if (first == nullptr || (!high.empty() && first->key() >= high)) return;
    const bool whole = first == map.First() && (high.empty() || map.Last()->key() < high);
    if (whole) {
      count += map.count();
      return;
    }
    uint64_t seen = 0;
    const VersionMap::Node* node = first;
    constexpr uint64_t kSeenMax = 64;
    while (node != nullptr && seen < kSeenMax && (high.empty() || node->key() < high)) {
      ++seen;
      node = node->Next();
    }
    count += seen < kSeenMax ? seen : map.count() / 2;
  };
  for (const auto& part : slot.list->parts) add(*part->map);
  if (writes_ != nullptr) add(writes_->map());
  return count;
}

}  // namespace heliosdb::txn
