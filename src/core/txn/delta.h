// The delta: every change since the checkpoint, in memory, in parts that follow each other in the
// log.
//
// The last part is active: the commit pipeline adds to it. Freezing starts a new one; a large write
// set becomes a frozen part of its own, uncopied. A frozen part never changes, and lives while a
// snapshot needs it (docs/adr/0002: shared_ptr for delta parts). What a checkpoint has taken in is
// kept on the side while an open transaction may have to be validated against it.
#ifndef HELIOSDB_CORE_TXN_DELTA_H_
#define HELIOSDB_CORE_TXN_DELTA_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/lsn.h"
#include "core/base/mutex.h"
#include "core/txn/version_map.h"

namespace heliosdb::txn {

struct DeltaPart {
  // memory: bytes held by all parts that live, wherever they are held; not owned; outlives the
  // part.
  explicit DeltaPart(std::atomic<uint64_t>* memory) : map(new VersionMap), memory_held(memory) {}
  DeltaPart(std::unique_ptr<VersionMap> versions, Lsn lsn, std::atomic<uint64_t>* memory)
      : map(std::move(versions)), whole_lsn(lsn), last_lsn(ToInt(lsn)), memory_held(memory) {}
  ~DeltaPart() { memory_held->fetch_sub(memory_noted, std::memory_order_relaxed); }
  DeltaPart(const DeltaPart&) = delete;
  DeltaPart& operator=(const DeltaPart&) = delete;

  // The version of a node that a snapshot at `limit` sees; null for none. A part made of one write
  // set has one LSN, and its newest versions count.
  const VersionMap::Version* At(const VersionMap::Node& node, uint64_t limit) const {
    if (whole_lsn == kLsnInvalid) return node.At(limit);
    return ToInt(whole_lsn) <= limit ? node.Newest() : nullptr;
  }
  // The LSN of a node's newest version; 0 if it has none.
  uint64_t NewestLsn(const VersionMap::Node& node) const {
    const VersionMap::Version* const version = node.Newest();
    if (version == nullptr) return 0;
    return whole_lsn == kLsnInvalid ? version->stamp : ToInt(whole_lsn);
  }

  const std::unique_ptr<VersionMap> map;
  const Lsn whole_lsn{0};             // Of a write set's part; 0 for any other.
  std::atomic<uint64_t> last_lsn{0};  // The greatest LSN of any version.
  std::atomic<uint64_t>* const memory_held;
  uint64_t memory_noted = 0;  // What *memory_held counts for this part; the pipeline's own.
};

// What a snapshot reads through. Immutable.
struct PartList {
  // Oldest first; the last one is active.
  std::vector<std::shared_ptr<DeltaPart>> parts;
  // In the store already; for validation only. Oldest first.
  std::vector<std::shared_ptr<DeltaPart>> validation;
  // Changes up to here are in none of the parts any more.
  Lsn validation_floor{0};
};

// Thread-safe. Add, AddWhole and Freeze are the commit pipeline's: one thread at a time.
class Delta {
 public:
  Delta();

  // The list and the number of its version. The number also grows with NoteStoreCommit.
  uint64_t version() const { return version_.load(std::memory_order_seq_cst); }
  std::shared_ptr<const PartList> List() const;

  DeltaPart& active() { return *active_; }
  // A part that no snapshot sees before Replace.
  std::shared_ptr<DeltaPart> NewPart();
  // After adding to the active part, or to one from NewPart: keeps the counters right.
  void NoteAdded(DeltaPart& part, Lsn lsn);
  // Links a write set's versions in as a frozen part.
  void AddWhole(std::unique_ptr<VersionMap> versions, Lsn lsn);
  // Starts a new active part, unless the active one is empty.
  void Freeze();

  // The store has changed: snapshots must renew their readers.
  void NoteStoreCommit();
  // The first `count` parts are in the store. Those with changes at or beyond `keep_from` stay for
  // validation, up to validation_bytes_max.
  void Checkpointed(size_t count, Lsn keep_from, uint64_t validation_bytes_max);
  // Drops what is kept for validation below keep_from.
  void TrimValidation(Lsn keep_from);
  // Takes `part` in place of all others, as the active one; changes up to `floor` cannot be
  // validated any more.
  void Replace(std::shared_ptr<DeltaPart> part, Lsn floor);

  // Bytes of the parts that are not in the store.
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  uint64_t validation_bytes() const { return validation_bytes_.load(std::memory_order_relaxed); }
  // Bytes of every part that lives, also of those that only snapshots hold.
  uint64_t memory_held() const { return memory_held_.load(std::memory_order_relaxed); }
  // Whether there is anything to write into the store.
  bool HasChanges() const;

 private:
  void Publish(PartList list) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Recount() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  std::atomic<uint64_t> memory_held_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> validation_bytes_{0};
  std::atomic<uint64_t> version_{1};
  DeltaPart* active_ = nullptr;  // The pipeline's own; held by list_.
  mutable Mutex mu_;
  std::shared_ptr<const PartList> list_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_DELTA_H_
