// Locks in memory on rows, tables and advisory numbers: who holds what, who waits for it, and who
// must fail so that the rest can go on.
#ifndef HELIOSDB_CORE_TXN_LOCK_TABLE_H_
#define HELIOSDB_CORE_TXN_LOCK_TABLE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/hash64.h"
#include "core/base/mutex.h"
#include "core/txn/cancel_token.h"
#include "core/txn/key_claims.h"
#include "core/txn/lock_mode.h"

namespace heliosdb::txn {

// A holder of locks: a transaction, or a session that holds advisory locks of its own. Owners with
// the same session id never exclude each other. Used by one thread at a time; must have released
// everything before it goes.
class LockOwner {
 public:
  explicit LockOwner(uint32_t session_id) : session_id_(session_id) {}
  LockOwner(const LockOwner&) = delete;
  LockOwner& operator=(const LockOwner&) = delete;

  uint32_t session_id() const { return session_id_; }
  // Locks taken so far; LockTable::ReleaseTo(owner, mark) gives the later ones back.
  size_t mark() const { return held_.size(); }

 private:
  friend class LockTable;
  struct Held {
    LockKey key;
    uint8_t mode;
  };
  const uint32_t session_id_;
  std::vector<Held> held_;  // One entry for each mode that was not held before.
};

struct LockWaitOptions {
  LockWait wait = LockWait::kBlock;
  absl::Duration lock_timeout{};      // Zero: no limit.
  absl::Duration deadlock_timeout{};  // When a wait looks for a deadlock.
  CancelToken* cancel = nullptr;      // May be null; not owned.
};

// Thread-safe.
//
// A row lock is granted when no other holder excludes it, whoever waits; a table or advisory lock
// also stands behind waiters that it conflicts with. Waiters are granted first come, first served.
// Both as in PostgreSQL.
class LockTable {
 public:
  // skip_one_in: plants a bug for tests: every n-th row lock is granted without being taken; 0:
  // none. clock is not owned and outlives this.
  LockTable(Clock* clock, uint32_t skip_one_in);
  ~LockTable();

  // Takes a lock. A mode that is held already costs nothing. Errors: 55P03 "canceling statement due
  // to lock timeout", 40P01 "deadlock detected" with who waits for whom as detail, and the cancel
  // token's.
  absl::StatusOr<LockResult> Acquire(LockOwner& owner, LockKey key, uint8_t mode,
                                     const LockWaitOptions& options);
  // A row lock on a key of the database.
  absl::StatusOr<LockResult> AcquireRow(LockOwner& owner, std::string_view key, RowLockMode mode,
                                        const LockWaitOptions& options);
  // Row locks in mode kUpdate on all these keys, which ascend strictly, held as one. True: granted.
  // False: they cannot be taken together, and none is; somebody may hold one of them. Does not wait.
  bool TryClaim(LockOwner& owner, std::span<const std::string> keys);
  // Gives one mode of one lock back (advisory unlock). False if it is not held.
  bool Release(LockOwner& owner, LockKey key, uint8_t mode);
  // Gives back what was taken after the mark; 0 is everything.
  void ReleaseTo(LockOwner& owner, size_t mark);

  // The sessions that keep this one from its lock: holders, and waiters before it. Ascending.
  std::vector<uint32_t> BlockingSessions(uint32_t session_id);

  struct LockInfo {
    LockKey key;
    uint8_t mode = 0;
    uint32_t session_id = 0;
    bool granted = false;
  };
  // Every lock held or waited for outside the row spaces (row locks only where somebody waits): pg_locks.
  std::vector<LockInfo> List();

  uint64_t deadlocks() const { return deadlocks_.load(std::memory_order_relaxed); }

 private:
  // All are locked at once to look for deadlocks; ThreadSanitizer follows at most 64 locks a thread.
  static constexpr int kShardBits = 5;
  static constexpr size_t kShards = size_t{1} << kShardBits;

  struct Waiter;
  struct Holder {
    LockOwner* owner;
    uint8_t modes;
  };
  struct Entry {
    absl::InlinedVector<Holder, 1> holders;
    std::unique_ptr<std::list<Waiter*>> waiters;  // Null when nobody waits.
  };
  struct KeyHash {
    size_t operator()(const LockKey& key) const {
      return MixHash64(key.id + static_cast<uint64_t>(key.space), 0x9e3779b97f4a7c15);
    }
  };
  struct Shard {
    Mutex mu;
    absl::flat_hash_map<LockKey, Entry, KeyHash> entries ABSL_GUARDED_BY(mu);
    uint64_t row_entries ABSL_GUARDED_BY(mu) = 0;  // Those of kRow.
  };
  // An edge of the wait-for graph that only the queue's order makes: it can be turned round.
  struct SoftEdge {
    Waiter* waiter;
    Waiter* before;
  };
  struct Search;

  Shard& ShardOf(const LockKey& key) { return shards_[KeyHash()(key) >> (64 - kShardBits)]; }
  static uint8_t HeldByOthers(const Entry& entry, const LockOwner& owner);
  static uint8_t HeldBySession(const Entry& entry, uint32_t session_id);
  static void Grant(Entry& entry, LockOwner& owner, LockKey key, uint8_t mode);
  // Grants what can be granted, in order.
  static void GrantWaiters(Entry& entry);
  static Entry& EntryOf(Shard& shard, LockKey key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mu);
  void ReleaseMode(Shard& shard, LockOwner& owner, LockKey key, uint8_t mode)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mu);
  // Whether another session holds a row lock on one of the keys, given by their hashes.
  bool AnyHeldByOthers(const LockOwner& owner, std::span<const uint64_t> hashes);
  // Where a new waiter stands. Null: granted at once or, with *deadlock set by its return, fails.
  enum class Placed : uint8_t { kWaits, kGranted, kDeadlock };
  static Placed Place(Entry& entry, Waiter& waiter);

  absl::StatusOr<LockResult> WaitFor(Shard& shard, Waiter& waiter, const LockWaitOptions& options);
  absl::Status Wait(Shard& shard, Waiter& waiter, const LockWaitOptions& options);
  void Withdraw(Shard& shard, Waiter& waiter);

  void LockAllShards();
  void UnlockAllShards();
  // OK, after turning queue entries round if that helps, or 40P01. All shards are locked by it.
  absl::Status CheckDeadlock(Waiter& waiter);
  bool FindCycle(Search& search, Waiter& waiter);
  bool TryReorder(const std::vector<SoftEdge>& edges, Waiter& start);
  absl::Status DeadlockError(const Search& search);

  Clock* const clock_;
  const uint32_t skip_one_in_;
  std::atomic<uint64_t> row_requests_{0};
  std::atomic<uint64_t> deadlocks_{0};
  std::array<Shard, kShards> shards_;
  KeyClaims claims_;  // Its mutex is taken after a shard's.
  Mutex waiting_mu_;  // Taken after a shard's mutex.
  absl::flat_hash_map<uint32_t, Waiter*> waiting_ ABSL_GUARDED_BY(waiting_mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_LOCK_TABLE_H_
