#include "core/txn/key_claims.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/check.h"

namespace heliosdb::txn {

uint64_t KeyClaims::Add(std::string_view first, std::string_view last, std::vector<uint64_t> hashes,
                        uint32_t session_id) {
  MutexLock lock(&mu_);
  const auto after = ranges_.lower_bound(first);
  if (after != ranges_.end() && after->first <= last) return 0;
  if (after != ranges_.begin() && std::prev(after)->second.last >= first) return 0;
  const uint64_t id = ++last_id_;
  const auto added = ranges_.emplace_hint(
      after, first, Claim{id, std::string(last), std::move(hashes), session_id});
  by_id_[id] = added;
  count_.store(ranges_.size(), std::memory_order_release);
  return id;
}

void KeyClaims::Remove(uint64_t id) {
  MutexLock lock(&mu_);
  const auto found = by_id_.find(id);
  HELIOS_CHECK(found != by_id_.end());
  ranges_.erase(found->second);
  by_id_.erase(found);
  count_.store(ranges_.size(), std::memory_order_release);
}

uint64_t KeyClaims::Search(std::string_view key, uint64_t hash, uint32_t session_id) const {
  MutexLock lock(&mu_);
  const auto after = ranges_.upper_bound(key);
  if (after == ranges_.begin()) return 0;
  const Claim& claim = std::prev(after)->second;
  if (claim.session_id == session_id || claim.last < key) return 0;
  const bool holds =
      std::find(claim.hashes.begin(), claim.hashes.end(), hash) != claim.hashes.end();
  return holds ? claim.id : 0;
}

}  // namespace heliosdb::txn
