// The cursor of a ReadView: merges the write set, the delta parts and the store in key order.
#ifndef HELIOSDB_CORE_TXN_MERGE_CURSOR_H_
#define HELIOSDB_CORE_TXN_MERGE_CURSOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"

#include "core/txn/delta.h"
#include "core/txn/read_view.h"
#include "core/txn/serializable.h"
#include "core/txn/snapshot_pool.h"
#include "core/txn/write_set.h"

namespace heliosdb::txn {

// While no key of the write set or the parts falls among them, the store's batches pass through
// untouched: a scan of a checkpointed table costs one comparison a batch beyond the store's.
class MergeCursor : public Cursor {
 public:
  // None is owned; all outlive the cursor.
  MergeCursor(const SnapshotSlot* slot, const WriteSet* writes, CommandId command_limit,
              SerializableTransaction* serializable, ScanDirection direction,
              std::unique_ptr<storage::KvCursor> store);

  absl::StatusOr<size_t> NextBatch(std::span<KvPair> out) override;
  absl::Status Restart(std::string_view low, std::string_view high) override;

 private:
  // One map laid over the store: its next node that this view sees.
  struct Overlay {
    const VersionMap* map;
    const DeltaPart* part;  // Null for the write set.
    const VersionMap::Node* node;
    const VersionMap::Version* version;
  };

  bool forward() const { return direction_ == ScanDirection::kForward; }
  // True when a comes before b in scan order.
  bool Earlier(std::string_view a, std::string_view b) const { return forward() ? a < b : b < a; }
  bool InBounds(std::string_view key) const {
    return forward() ? high_.empty() || key < high_ : key >= low_;
  }
  const VersionMap::Version* VisibleVersion(const Overlay& overlay,
                                            const VersionMap::Node& node) const;
  void AddOverlay(const VersionMap& map, const DeltaPart* part);
  // Moves on to the first visible node within bounds, beginning with overlay.node itself.
  void Settle(Overlay& overlay);
  void Advance(Overlay& overlay);
  // The overlay whose key comes next; of equal keys the newest layer. Null when all are done.
  Overlay* First();
  // Moves every overlay that stands at key.
  void AdvancePast(std::string_view key);

  // The store's next pairs within bounds, into out.
  absl::StatusOr<size_t> ReadStore(std::span<KvPair> out);
  absl::StatusOr<size_t> Merge(std::span<KvPair> out);
  absl::StatusOr<size_t> NextBatchUnmarked(std::span<KvPair> out);
  // Tells SERIALIZABLE what has been read: up to the last pair, or to the end.
  absl::Status Mark(std::span<const KvPair> batch);

  const SnapshotSlot* const slot_;
  const WriteSet* const writes_;
  SerializableTransaction* const serializable_;
  const ScanDirection direction_;
  const std::unique_ptr<storage::KvCursor> store_;
  const uint64_t limit_;        // The snapshot's read LSN.
  const uint64_t write_limit_;  // The greatest command id seen.
  std::string low_;
  std::string high_;
  std::string marked_;  // The bound of what has been reported as read, in scan order.
  bool marked_all_ = false;
  bool store_done_ = false;
  absl::InlinedVector<Overlay, 4> overlays_;  // Newest layer first.
  // Pairs of the store that a merge has read and not yet given out.
  std::vector<KvPair> pending_;
  size_t pending_at_ = 0;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_MERGE_CURSOR_H_
