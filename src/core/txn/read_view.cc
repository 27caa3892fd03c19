#include "core/txn/read_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash64.h"
#include "core/base/status.h"
#include "core/txn/merge_cursor.h"

namespace heliosdb::txn {
namespace {

// Of a delta part, for an estimate: keys looked at, and keys looked up in what lies below it.
constexpr size_t kSampledNodesMin = 64;
constexpr size_t kProbesMax = 16;

}  // namespace

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
  HELIOS_ASSIGN_OR_RETURN(const uint64_t stored, slot.reader->EstimateCount(low, high));
  const auto& parts = slot.list->parts;
  double count = static_cast<double>(stored);
  // What each part adds to, or takes from, the keys below it.
  const auto add = [&](const VersionMap& map, size_t parts_below) -> absl::Status {
    if (map.empty()) return absl::OkStatus();
    const VersionMap::Sample sample = map.SampleRange(low, high, kSampledNodesMin);
    const size_t step = std::max<size_t>(1, sample.nodes.size() / kProbesMax);
    double net = 0;
    double probes = 0;
    for (size_t i = 0; i < sample.nodes.size(); i += step, ++probes) {
      const VersionMap::Node& node = *sample.nodes[i];
      const VersionMap::Version* const version = node.Newest();
      if (version == nullptr) continue;
      HELIOS_ASSIGN_OR_RETURN(const bool was_there, Holds(node, parts_below));
      net += (version->tombstone() ? 0.0 : 1.0) - (was_there ? 1.0 : 0.0);
    }
    if (probes == 0) return absl::OkStatus();
    const bool whole = map.First()->key() >= low && (high.empty() || map.Last()->key() < high);
    const double keys = whole ? static_cast<double>(map.count())
                              : static_cast<double>(sample.nodes.size() * sample.weight);
    count += keys * net / probes;
    return absl::OkStatus();
  };
  for (size_t i = 0; i < parts.size(); ++i) HELIOS_RETURN_IF_ERROR(add(*parts[i]->map, i));
  if (writes_ != nullptr) HELIOS_RETURN_IF_ERROR(add(writes_->map(), parts.size()));
  return static_cast<uint64_t>(std::max(0.0, std::round(count)));
}

absl::StatusOr<bool> ReadView::Holds(const VersionMap::Node& key, size_t parts_below) {
  SnapshotSlot& slot = *snapshot_.slot();
  for (size_t i = parts_below; i-- > 0;) {
    const VersionMap& map = *slot.list->parts[i]->map;
    const VersionMap::Node* const node = map.empty() ? nullptr : map.Find(key.key(), key.hash);
    const VersionMap::Version* const version = node == nullptr ? nullptr : node->Newest();
    if (version != nullptr) return !version->tombstone();
  }
  HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> value, slot.reader->Get(key.key()));
  return value.has_value();
}

}  // namespace heliosdb::txn
