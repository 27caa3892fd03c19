// What a statement sees: a snapshot of what was committed, and over it the transaction's own
// writes.
#ifndef HELIOSDB_CORE_TXN_READ_VIEW_H_
#define HELIOSDB_CORE_TXN_READ_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/storage/kv_store.h"
#include "core/txn/snapshot.h"
#include "core/txn/version_map.h"

namespace heliosdb::txn {

using storage::KvPair;

class WriteSet;
class SerializableTransaction;

enum class ScanDirection : uint8_t { kForward, kBackward };

// Commands of a transaction are numbered from 1. A view with limit c sees what commands below c
// wrote: a statement that runs as command c does not see its own writes.
using CommandId = uint32_t;
inline constexpr CommandId kCommandIdMax = UINT32_MAX;

class Cursor;

// SQLSTATE 72000, for a snapshot that was cancelled.
absl::Status SnapshotTooOld();

// Belongs to the transaction's thread, and must be destroyed before the transaction ends. Cheap to
// make and to move. Holding one keeps memory and store pages alive, so release it soon.
//
// Errors of every read: 72000 when the snapshot was cancelled because it pinned too much, DATA_LOSS
// when the store is damaged, 40001 in a SERIALIZABLE transaction that became part of a dangerous
// structure.
class ReadView {
 public:
  ReadView() = default;
  ReadView(ReadView&&) noexcept = default;
  ReadView& operator=(ReadView&&) noexcept = default;

  // The value of a key; nullopt when there is none. The bytes live as long as the view.
  absl::StatusOr<std::optional<std::string_view>> Get(std::string_view key);

  // A cursor over the keys of [low, high), in either order; an empty high means no upper end. Both
  // bounds are copied. The view outlives the cursor.
  absl::StatusOr<std::unique_ptr<Cursor>> Open(std::string_view low, std::string_view high,
                                               ScanDirection direction);

  // About how many keys [low, high) holds; for planning. Does not count as a read under
  // SERIALIZABLE.
  absl::StatusOr<uint64_t> EstimateCount(std::string_view low, std::string_view high);

  bool valid() const { return snapshot_.valid(); }
  // Everything committed below this LSN is seen, nothing at or beyond it.
  Lsn read_lsn() const { return snapshot_.read_lsn(); }
  // The last commit seen that touched the catalogue: a cache of catalogue data filled under the
  // same value is right for this view, as long as the transaction itself did not touch the
  // catalogue.
  Lsn catalog_lsn() const { return snapshot_.catalog_lsn(); }
  CommandId command_limit() const { return command_limit_; }
  // The same snapshot with another part of the transaction's own writes.
  void set_command_limit(CommandId limit) { command_limit_ = limit; }

 private:
  friend class Transaction;

  ReadView(SnapshotRef snapshot, const WriteSet* writes, SerializableTransaction* serializable,
           CommandId command_limit)
      : snapshot_(std::move(snapshot)),
        writes_(writes),
        serializable_(serializable),
        command_limit_(command_limit) {}

  // Whether what lies below delta part `parts_below` holds the key of a node; about.
  absl::StatusOr<bool> Holds(const VersionMap::Node& key, size_t parts_below);

  SnapshotRef snapshot_;
  const WriteSet* writes_ = nullptr;                 // Null: the transaction has written nothing.
  SerializableTransaction* serializable_ = nullptr;  // Null: reads need not be remembered.
  CommandId command_limit_ = kCommandIdMax;
};

// A scan in progress. Sees the view's writes as they were when it was opened or moved by Restart.
class Cursor {
 public:
  virtual ~Cursor() = default;

  // Fills out with the next keys in scan order and returns how many: 0 at the end only, and less
  // than out.size() possibly before it. Keys and values live as long as the view.
  virtual absl::StatusOr<size_t> NextBatch(std::span<KvPair> out) = 0;

  // Starts again over other bounds, in the same direction; costs no allocation when the bounds are
  // short.
  virtual absl::Status Restart(std::string_view low, std::string_view high) = 0;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_READ_VIEW_H_
