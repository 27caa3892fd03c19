// Sets of keys that are locked together: what a bulk insert holds in place of a lock for every row.
#ifndef HELIOSDB_CORE_TXN_KEY_CLAIMS_H_
#define HELIOSDB_CORE_TXN_KEY_CLAIMS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"

#include "core/base/mutex.h"

namespace heliosdb::txn {

// Thread-safe. Remembers whose keys they are and decides nothing: LockTable does.
class KeyClaims {
 public:
  // Claims keys of [first, last] for a session, given by their Hash64. Returns the claim's number,
  // or 0 if the range meets that of another claim, whoever made it.
  uint64_t Add(std::string_view first, std::string_view last, std::vector<uint64_t> hashes,
               uint32_t session_id);
  void Remove(uint64_t id);
  // The claim of another session that holds the key; 0 if there is none. One load while there are
  // no claims at all.
  uint64_t Find(std::string_view key, uint64_t hash, uint32_t session_id) const {
    if (count_.load(std::memory_order_acquire) == 0) [[likely]]
      return 0;
    return Search(key, hash, session_id);
  }

 private:
  struct Claim {
    uint64_t id;
    std::string last;
    std::vector<uint64_t> hashes;
    uint32_t session_id;
  };
  using Ranges = std::map<std::string, Claim, std::less<>>;  // By first key; disjoint.

  uint64_t Search(std::string_view key, uint64_t hash, uint32_t session_id) const;

  std::atomic<uint64_t> count_{0};
  mutable Mutex mu_;
  uint64_t last_id_ ABSL_GUARDED_BY(mu_) = 0;
  Ranges ranges_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<uint64_t, Ranges::iterator> by_id_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_KEY_CLAIMS_H_
