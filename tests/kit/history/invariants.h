// Checkers of single invariants: bank totals, lost set elements, long forks, and predicate write
// skew.
#ifndef HELIOSDB_TESTS_KIT_HISTORY_INVARIANTS_H_
#define HELIOSDB_TESTS_KIT_HISTORY_INVARIANTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/time/time.h"

#include "tests/kit/history/verdict.h"

namespace heliosdb::testkit::history {

// What one transaction read of all accounts; an empty balance is NULL.
using BankRead = std::vector<std::pair<int64_t, std::optional<int64_t>>>;

struct BankRules {
  std::vector<int64_t> accounts;
  int64_t total = 0;             // Of all balances, always.
  bool allows_negative = false;  // A transfer that would overdraw must not take place.
};

// Needs snapshot isolation or better. "wrong-accounts", "null-balance", "wrong-total",
// "negative-balance".
Verdict CheckBank(const BankRules& rules, const std::vector<BankRead>& reads);

struct SetAdd {
  int64_t element = 0;  // Added once.
  Ending ending = Ending::kCommitted;
  absl::Duration invoked;
  absl::Duration completed;  // Of no meaning unless the ending is kCommitted.
};
struct SetRead {
  std::vector<int64_t> elements;
  absl::Duration invoked;
  absl::Duration completed;
};
// "lost": added or seen, and absent from every read that begins later (one at least does); "stale":
// absent from a read that began after it was acknowledged or seen, present in a later one;
// "unexpected": never added, or its adding was refused; "duplicate": twice in one read. allowed
// holds "recovered": of unknown ending, but present.
Verdict CheckSet(const std::vector<SetAdd>& adds, const std::vector<SetRead>& reads);

// What one transaction read of a group of keys of which each is written at most once; true:
// written.
using LongForkRead = std::map<int64_t, bool>;
// "long-fork": one read saw a write and not another, a second read the reverse. Snapshot isolation
// forbids it.
Verdict CheckLongFork(const std::vector<LongForkRead>& reads);

// An attempt to insert into one of two tables, for a key, after finding both empty for it.
struct PredicateInsert {
  int64_t key = 0;
  int64_t id = 0;  // Of the row.
  Ending ending = Ending::kCommitted;
};
// "G2": two inserts for one key committed. Serializability forbids it.
Verdict CheckPredicateInserts(const std::vector<PredicateInsert>& inserts);

}  // namespace heliosdb::testkit::history

#endif  // HELIOSDB_TESTS_KIT_HISTORY_INVARIANTS_H_
