#include "core/txn/lock_table.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/status.h"

namespace heliosdb::txn {

// Lives on the waiting thread's stack. Its fields are guarded by the shard's mutex.
struct LockTable::Waiter : public CancelToken::Waiter {
  Waiter(Shard* in_shard, LockOwner* by, LockKey of, uint8_t wanted)
      : shard(in_shard), owner(by), key(of), mode(wanted) {}

  void Wake() override {
    MutexLock lock(&shard->mu);
    changed.Signal();
  }

  Shard* const shard;
  LockOwner* const owner;
  const LockKey key;
  const uint8_t mode;
  bool granted = false;
  CondVar changed;
};

// A walk through the wait-for graph.
struct LockTable::Search {
  Waiter* start;
  std::vector<Waiter*> visited;
  // Filled from the cycle's end while the recursion returns.
  std::vector<Waiter*> cycle;
  std::vector<SoftEdge> soft_edges;
};

LockTable::LockTable(Clock* clock, uint32_t skip_one_in)
    : clock_(clock), skip_one_in_(skip_one_in) {}

LockTable::~LockTable() = default;

uint8_t LockTable::HeldByOthers(const Entry& entry, const LockOwner& owner) {
  uint8_t modes = 0;
  for (const Holder& holder : entry.holders) {
    if (holder.owner->session_id() != owner.session_id()) modes |= holder.modes;
  }
  return modes;
}

uint8_t LockTable::HeldBySession(const Entry& entry, uint32_t session_id) {
  uint8_t modes = 0;
  for (const Holder& holder : entry.holders) {
    if (holder.owner->session_id() == session_id) modes |= holder.modes;
  }
  return modes;
}

void LockTable::Grant(Entry& entry, LockOwner& owner, LockKey key, uint8_t mode) {
  const auto bit = static_cast<uint8_t>(1 << mode);
  const auto holder = std::find_if(entry.holders.begin(), entry.holders.end(),
                                   [&owner](const Holder& each) { return each.owner == &owner; });
  if (holder == entry.holders.end()) {
    entry.holders.push_back({&owner, bit});
  } else {
    holder->modes |= bit;
  }
  owner.held_.push_back({key, mode});
}

void LockTable::GrantWaiters(Entry& entry) {
  if (entry.waiters == nullptr) return;
  uint8_t ahead = 0;
  for (auto at = entry.waiters->begin(); at != entry.waiters->end();) {
    Waiter& waiter = **at;
    const uint8_t conflicts = ConflictMask(waiter.key.space, waiter.mode);
    if ((conflicts & (ahead | HeldByOthers(entry, *waiter.owner))) != 0) {
      ahead |= static_cast<uint8_t>(1 << waiter.mode);
      ++at;
      continue;
    }
    // The owner's thread sleeps, so its list may be changed here.
    Grant(entry, *waiter.owner, waiter.key, waiter.mode);
    waiter.granted = true;
    waiter.changed.Signal();
    at = entry.waiters->erase(at);
  }
  if (entry.waiters->empty()) entry.waiters.reset();
}

LockTable::Placed LockTable::Place(Entry& entry, Waiter& waiter) {
  const uint8_t conflicts = ConflictMask(waiter.key.space, waiter.mode);
  const uint8_t own = HeldBySession(entry, waiter.owner->session_id());
  if (entry.waiters == nullptr) entry.waiters = std::make_unique<std::list<Waiter*>>();
  auto at = entry.waiters->begin();
  if (own == 0) at = entry.waiters->end();
  uint8_t ahead = 0;
  // A waiter that waits for what this session holds already must let it pass, or both would wait
  // for ever.
  for (; at != entry.waiters->end(); ++at) {
    const Waiter& other = **at;
    if ((ConflictMask(other.key.space, other.mode) & own) != 0) {
      if (!IsRowSpace(waiter.key.space) &&
          (conflicts & HeldBySession(entry, other.owner->session_id())) != 0) {
        return Placed::kDeadlock;
      }
      if ((conflicts & (ahead | HeldByOthers(entry, *waiter.owner))) == 0) {
        Grant(entry, *waiter.owner, waiter.key, waiter.mode);
        return Placed::kGranted;
      }
      break;
    }
    ahead |= static_cast<uint8_t>(1 << other.mode);
  }
  entry.waiters->insert(at, &waiter);
  return Placed::kWaits;
}

LockTable::Entry& LockTable::EntryOf(Shard& shard, LockKey key) {
  const auto [at, added] = shard.entries.try_emplace(key);
  if (added && key.space == LockSpace::kRow) ++shard.row_entries;
  return at->second;
}

absl::StatusOr<LockResult> LockTable::Acquire(LockOwner& owner, LockKey key, uint8_t mode,
                                              const LockWaitOptions& options) {
  if (skip_one_in_ != 0 && key.space == LockSpace::kRow &&
      row_requests_.fetch_add(1, std::memory_order_relaxed) % skip_one_in_ == skip_one_in_ - 1) {
    return LockResult::kGranted;
  }
  const uint8_t conflicts = ConflictMask(key.space, mode);
  Shard& shard = ShardOf(key);
  Waiter waiter(&shard, &owner, key, mode);
  {
    MutexLock lock(&shard.mu);
    Entry& entry = EntryOf(shard, key);
    for (const Holder& holder : entry.holders) {
      if (holder.owner == &owner && (holder.modes & (1 << mode)) != 0) return LockResult::kGranted;
    }
    uint8_t against = HeldByOthers(entry, owner);
    if (!IsRowSpace(key.space) && entry.waiters != nullptr) {
      for (const Waiter* each : *entry.waiters) against |= static_cast<uint8_t>(1 << each->mode);
    }
    if ((conflicts & against) == 0) {
      Grant(entry, owner, key, mode);
      return LockResult::kGranted;
    }
    if (options.wait == LockWait::kTry) {
      // A session that holds part of the lock passes waiters even here.
      const bool own = HeldBySession(entry, owner.session_id()) != 0;
      if (!own || (conflicts & HeldByOthers(entry, owner)) != 0) return LockResult::kNotAvailable;
      Grant(entry, owner, key, mode);
      return LockResult::kGranted;
    }
    const Placed placed = Place(entry, waiter);
    if (entry.waiters->empty()) entry.waiters.reset();
    if (placed == Placed::kGranted) return LockResult::kGranted;
    if (placed == Placed::kDeadlock) {
      deadlocks_.fetch_add(1, std::memory_order_relaxed);
      return SqlError(sqlstate::kTRDeadlockDetected, "deadlock detected");
    }
    MutexLock waiting(&waiting_mu_);
    waiting_[owner.session_id()] = &waiter;
  }
  return WaitFor(shard, waiter, options);
}

// A claim is published before it looks for row locks, and a row lock is entered before it looks for claims: of two that
// want the same key at least one sees the other.
absl::StatusOr<LockResult> LockTable::AcquireRow(LockOwner& owner, std::string_view key,
                                                 RowLockMode mode, const LockWaitOptions& options) {
  const uint64_t hash = Hash64(key);
  bool waited = false;
  for (;;) {
    const size_t mark = owner.mark();
    HELIOS_ASSIGN_OR_RETURN(const LockResult result, Acquire(owner, {LockSpace::kRow, hash},
                                                             static_cast<uint8_t>(mode), options));
    if (result == LockResult::kNotAvailable) return result;
    waited = waited || result == LockResult::kGrantedAfterWait;
    const uint64_t claim = claims_.Find(key, hash, owner.session_id());
    if (claim == 0) return waited ? LockResult::kGrantedAfterWait : LockResult::kGranted;
    ReleaseTo(owner, mark);
    if (options.wait == LockWait::kTry) return LockResult::kNotAvailable;
    HELIOS_RETURN_IF_ERROR(Acquire(owner, {LockSpace::kClaim, claim},
                                   static_cast<uint8_t>(RowLockMode::kKeyShare), options)
                               .status());
    ReleaseTo(owner, mark);
    waited = true;
  }
}

bool LockTable::TryClaim(LockOwner& owner, std::span<const std::string> keys) {
  std::vector<uint64_t> hashes;
  hashes.reserve(keys.size());
  for (const std::string& key : keys) hashes.push_back(Hash64(key));
  const uint64_t id = claims_.Add(keys.front(), keys.back(), hashes, owner.session_id());
  if (id == 0) return false;
  const LockKey key{LockSpace::kClaim, id};
  constexpr auto kMode = static_cast<uint8_t>(RowLockMode::kUpdate);
  Shard& shard = ShardOf(key);
  {
    // Nobody can hold this yet; who has seen the claim already holds it for a moment at most.
    MutexLock lock(&shard.mu);
    Grant(EntryOf(shard, key), owner, key, kMode);
  }
  if (!AnyHeldByOthers(owner, hashes)) return true;
  ReleaseTo(owner, owner.mark() - 1);
  return false;
}

bool LockTable::AnyHeldByOthers(const LockOwner& owner, std::span<const uint64_t> hashes) {
  bool any = false;
  for (Shard& shard : shards_) {
    MutexLock lock(&shard.mu);
    any = any || shard.row_entries != 0;
  }
  if (!any) return false;
  for (const uint64_t hash : hashes) {
    const LockKey key{LockSpace::kRow, hash};
    Shard& shard = ShardOf(key);
    MutexLock lock(&shard.mu);
    const auto found = shard.entries.find(key);
    if (found != shard.entries.end() && HeldByOthers(found->second, owner) != 0) return true;
  }
  return false;
}

absl::StatusOr<LockResult> LockTable::WaitFor(Shard& shard, Waiter& waiter,
                                              const LockWaitOptions& options) {
  if (options.cancel != nullptr) options.cancel->SetWaiter(&waiter);
  absl::Status status = Wait(shard, waiter, options);
  if (options.cancel != nullptr) options.cancel->SetWaiter(nullptr);
  Withdraw(shard, waiter);
  if (!status.ok()) return status;
  return LockResult::kGrantedAfterWait;
}

absl::Status LockTable::Wait(Shard& shard, Waiter& waiter, const LockWaitOptions& options) {
  const absl::Duration start = clock_->Now();
  bool checked = false;
  for (;;) {
    const absl::Duration waited = clock_->Now() - start;
    if (!checked && waited >= options.deadlock_timeout) {
      checked = true;
      HELIOS_RETURN_IF_ERROR(CheckDeadlock(waiter));
    }
    if (options.cancel != nullptr) HELIOS_RETURN_IF_ERROR(options.cancel->Check());
    absl::Duration left = checked ? absl::InfiniteDuration() : options.deadlock_timeout - waited;
    if (options.lock_timeout > absl::ZeroDuration()) {
      if (waited >= options.lock_timeout) {
        MutexLock lock(&shard.mu);
        if (waiter.granted) return absl::OkStatus();
        return SqlError(sqlstate::kLockNotAvailable, "canceling statement due to lock timeout");
      }
      left = std::min(left, options.lock_timeout - waited);
    }
    if (options.cancel != nullptr) left = std::min(left, options.cancel->TimeLeft());
    MutexLock lock(&shard.mu);
    if (waiter.granted) return absl::OkStatus();
    // A cancel sets its flag before it asks for this mutex to wake the waiter.
    if (options.cancel != nullptr) HELIOS_RETURN_IF_ERROR(options.cancel->Check());
    waiter.changed.WaitWithTimeout(&shard.mu, std::max(left, absl::ZeroDuration()));
    if (waiter.granted) return absl::OkStatus();
  }
}

void LockTable::Withdraw(Shard& shard, Waiter& waiter) {
  MutexLock lock(&shard.mu);
  {
    MutexLock waiting(&waiting_mu_);
    waiting_.erase(waiter.owner->session_id());
  }
  if (waiter.granted) return;
  const auto found = shard.entries.find(waiter.key);
  HELIOS_CHECK(found != shard.entries.end() && found->second.waiters != nullptr);
  Entry& entry = found->second;
  entry.waiters->remove(&waiter);
  GrantWaiters(entry);
}

void LockTable::ReleaseMode(Shard& shard, LockOwner& owner, LockKey key, uint8_t mode) {
  const auto found = shard.entries.find(key);
  HELIOS_CHECK(found != shard.entries.end());
  Entry& entry = found->second;
  const auto holder = std::find_if(entry.holders.begin(), entry.holders.end(),
                                   [&owner](const Holder& each) { return each.owner == &owner; });
  HELIOS_CHECK(holder != entry.holders.end());
  holder->modes &= static_cast<uint8_t>(~(1 << mode));
  if (holder->modes == 0) entry.holders.erase(holder);
  if (key.space == LockSpace::kClaim && mode == static_cast<uint8_t>(RowLockMode::kUpdate)) {
    claims_.Remove(key.id);  // Before those who wait for it go on, and look again.
  }
  GrantWaiters(entry);
  if (entry.holders.empty() && entry.waiters == nullptr) {
    if (key.space == LockSpace::kRow) --shard.row_entries;
    shard.entries.erase(found);
  }
}

bool LockTable::Release(LockOwner& owner, LockKey key, uint8_t mode) {
  const auto held = std::find_if(
      owner.held_.rbegin(), owner.held_.rend(),
      [&](const LockOwner::Held& each) { return each.key == key && each.mode == mode; });
  if (held == owner.held_.rend()) return false;
  owner.held_.erase(std::next(held).base());
  Shard& shard = ShardOf(key);
  MutexLock lock(&shard.mu);
  ReleaseMode(shard, owner, key, mode);
  return true;
}

void LockTable::ReleaseTo(LockOwner& owner, size_t mark) {
  while (owner.held_.size() > mark) {
    const LockOwner::Held held = owner.held_.back();
    owner.held_.pop_back();
    Shard& shard = ShardOf(held.key);
    MutexLock lock(&shard.mu);
    ReleaseMode(shard, owner, held.key, held.mode);
  }
}

std::vector<LockTable::LockInfo> LockTable::List() {
  std::vector<LockInfo> infos;
  for (Shard& shard : shards_) {
    MutexLock lock(&shard.mu);
    for (const auto& [key, entry] : shard.entries) {
      if (IsRowSpace(key.space) && entry.waiters == nullptr) continue;
      for (const Holder& holder : entry.holders) {
        for (uint8_t mode = 0; mode < 8; ++mode) {
          if ((holder.modes & (1 << mode)) == 0) continue;
          infos.push_back({key, mode, holder.owner->session_id(), true});
        }
      }
      if (entry.waiters == nullptr) continue;
      for (const Waiter* waiter : *entry.waiters) {
        infos.push_back({key, waiter->mode, waiter->owner->session_id(), false});
      }
    }
  }
  return infos;
}

// --- The wait-for graph. Everything below runs with all shards locked, so that it stands still.
// ---

void LockTable::LockAllShards() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  // Always in the same order; no other code holds two shards at once.
  for (Shard& shard : shards_) shard.mu.Lock();
}

void LockTable::UnlockAllShards() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  for (Shard& shard : shards_) shard.mu.Unlock();
}

std::vector<uint32_t> LockTable::BlockingSessions(uint32_t session_id)
    ABSL_NO_THREAD_SAFETY_ANALYSIS {
  std::vector<uint32_t> sessions;
  LockAllShards();
  {
    MutexLock waiting(&waiting_mu_);
    const auto found = waiting_.find(session_id);
    if (found != waiting_.end() && !found->second->granted) {
      const Waiter& waiter = *found->second;
      const Entry& entry = waiter.shard->entries.find(waiter.key)->second;
      const uint8_t conflicts = ConflictMask(waiter.key.space, waiter.mode);
      for (const Holder& holder : entry.holders) {
        if (holder.owner->session_id() != session_id && (holder.modes & conflicts) != 0) {
          sessions.push_back(holder.owner->session_id());
        }
      }
      for (const Waiter* other : *entry.waiters) {
        if (other == &waiter) break;
        if ((conflicts & (1 << other->mode)) != 0) sessions.push_back(other->owner->session_id());
      }
    }
  }
  UnlockAllShards();
  std::sort(sessions.begin(), sessions.end());
  sessions.erase(std::unique(sessions.begin(), sessions.end()), sessions.end());
  return sessions;
}

bool LockTable::FindCycle(Search& search, Waiter& waiter) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (std::find(search.visited.begin(), search.visited.end(), &waiter) != search.visited.end()) {
    // Back at the start is the cycle; any other known waiter leads nowhere, or to a cycle that is
    // not ours to break.
    return &waiter == search.start;
  }
  search.visited.push_back(&waiter);
  const Entry& entry = waiter.shard->entries.find(waiter.key)->second;
  const uint8_t conflicts = ConflictMask(waiter.key.space, waiter.mode);
  for (const Holder& holder : entry.holders) {
    const uint32_t session = holder.owner->session_id();
    if (session == waiter.owner->session_id() || (holder.modes & conflicts) == 0) continue;
    const auto next = waiting_.find(session);
    if (next == waiting_.end() || next->second->granted) continue;
    if (FindCycle(search, *next->second)) {
      search.cycle.push_back(&waiter);
      return true;
    }
  }
  if (entry.waiters == nullptr) return false;
  for (Waiter* before : *entry.waiters) {
    if (before == &waiter) break;
    if ((conflicts & (1 << before->mode)) == 0) continue;
    if (FindCycle(search, *before)) {
      search.cycle.push_back(&waiter);
      search.soft_edges.push_back({&waiter, before});
      return true;
    }
  }
  return false;
}

bool LockTable::TryReorder(const std::vector<SoftEdge>& edges,
                           Waiter& start) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  for (const SoftEdge& edge : edges) {
    Entry& entry = edge.waiter->shard->entries.find(edge.waiter->key)->second;
    std::list<Waiter*>& queue = *entry.waiters;
    const std::list<Waiter*> original = queue;
    queue.remove(edge.waiter);
    queue.insert(std::find(queue.begin(), queue.end(), edge.before), edge.waiter);
    // The new order must free everyone concerned, not only who asked.
    bool cyclic = false;
    for (Waiter* each : {&start, edge.waiter, edge.before}) {
      Search search{each, {}, {}, {}};
      cyclic = cyclic || FindCycle(search, *each);
    }
    if (!cyclic) {
      GrantWaiters(entry);
      return true;
    }
    queue = original;
  }
  return false;
}

absl::Status LockTable::DeadlockError(const Search& search) {
  const auto describe = [](const Waiter& waiter) {
    switch (waiter.key.space) {
      case LockSpace::kRow:
        return fmt::format("row lock {} on key {:016x}", RowLockModeText(RowLockMode{waiter.mode}),
                           waiter.key.id);
      case LockSpace::kClaim:
        return fmt::format("row lock {} on rows of a bulk insert",
                           RowLockModeText(RowLockMode{waiter.mode}));
      case LockSpace::kTable:
        return fmt::format("{} on relation {}", TableLockModeText(TableLockMode{waiter.mode}),
                           waiter.key.id);
      case LockSpace::kAdvisory:
        return fmt::format("{} on advisory lock {}", TableLockModeText(TableLockMode{waiter.mode}),
                           waiter.key.id);
    }
    return std::string();
  };
  std::string detail;
  // The cycle was collected from its end.
  for (size_t i = search.cycle.size(); i-- > 0;) {
    const Waiter& waiter = *search.cycle[i];
    const Waiter& blocker = *search.cycle[(i + search.cycle.size() - 1) % search.cycle.size()];
    if (!detail.empty()) detail += '\n';
    detail +=
        fmt::format("Process {} waits for {}; blocked by process {}.", waiter.owner->session_id(),
                    describe(waiter), blocker.owner->session_id());
  }
  return WithDetail(SqlError(sqlstate::kTRDeadlockDetected, "deadlock detected"), detail);
}

absl::Status LockTable::CheckDeadlock(Waiter& waiter) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  absl::Status status;
  LockAllShards();
  {
    MutexLock waiting(&waiting_mu_);
    Search search{&waiter, {}, {}, {}};
    if (!waiter.granted && FindCycle(search, waiter) && !TryReorder(search.soft_edges, waiter)) {
      deadlocks_.fetch_add(1, std::memory_order_relaxed);
      status = DeadlockError(search);
    }
  }
  UnlockAllShards();
  return status;
}

}  // namespace heliosdb::txn
