#include "tests/kit/history/invariants.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "fmt/format.h"

namespace heliosdb::testkit::history {
namespace {

std::string Text(const BankRead& read) {
  std::vector<std::string> accounts;
  for (const auto& [account, balance] : read) {
    accounts.push_back(
        fmt::format("{}={}", account, balance.has_value() ? std::to_string(*balance) : "NULL"));
  }
  return fmt::format("{}", fmt::join(accounts, " "));
}

}  // namespace

Verdict CheckBank(const BankRules& rules, const std::vector<BankRead>& reads) {
  Verdict verdict;
  std::vector<int64_t> expected = rules.accounts;
  std::sort(expected.begin(), expected.end());
  for (size_t i = 0; i < reads.size(); ++i) {
    const auto forbid = [&](const char* name, std::string_view what) {
      verdict.anomalies.push_back({name, fmt::format("read {}: {}: {}", i, what, Text(reads[i]))});
    };
    std::vector<int64_t> accounts;
    int64_t total = 0;
    bool has_null = false;
    bool has_negative = false;
    for (const auto& [account, balance] : reads[i]) {
      accounts.push_back(account);
      total += balance.value_or(0);
      has_null |= !balance.has_value();
      has_negative |= balance.value_or(0) < 0;
    }
    std::sort(accounts.begin(), accounts.end());
    if (accounts != expected) {
      forbid("wrong-accounts", "not exactly the known accounts");
    } else if (has_null) {
      forbid("null-balance", "a balance is NULL");
    } else if (total != rules.total) {
      forbid("wrong-total", fmt::format("the total is {}, not {}", total, rules.total));
    } else if (has_negative && !rules.allows_negative) {
      forbid("negative-balance", "a balance is negative");
    }
  }
  return verdict;
}

Verdict CheckSet(const std::vector<SetAdd>& adds, const std::vector<SetRead>& unordered_reads) {
  struct State {
    const SetAdd* add = nullptr;
    absl::Duration known_at = absl::InfiniteDuration();  // When it was first certain to be there.
    size_t last_present = 0;                             // Number of the last read with it, from 1.
    size_t last_absent = 0;  // Number of the last read without it that had to have it.
  };
  std::vector<const SetRead*> reads;
  reads.reserve(unordered_reads.size());
  for (const SetRead& read : unordered_reads) reads.push_back(&read);
  std::stable_sort(reads.begin(), reads.end(),
                   [](auto* a, auto* b) { return a->invoked < b->invoked; });

  Verdict verdict;
  std::map<int64_t, State> states;
  for (const SetAdd& add : adds) {
    State& state = states[add.element];
    state.add = &add;
    if (add.ending == Ending::kCommitted) state.known_at = add.completed;
  }
  for (size_t i = 0; i < reads.size(); ++i) {
    absl::flat_hash_set<int64_t> seen;
    for (const int64_t element : reads[i]->elements) {
      if (!seen.insert(element).second) {
        verdict.anomalies.push_back(
            {"duplicate", fmt::format("{} stands twice in read {}", element, i)});
        continue;
      }
      const auto found = states.find(element);
      if (found == states.end() || found->second.add->ending == Ending::kAborted) {
        verdict.anomalies.push_back(
            {"unexpected", fmt::format("{} in read {} was not added", element, i)});
        continue;
      }
      found->second.last_present = i + 1;
      found->second.known_at = std::min(found->second.known_at, reads[i]->completed);
    }
  }
  for (size_t i = 0; i < reads.size(); ++i) {
    const absl::flat_hash_set<int64_t> present(reads[i]->elements.begin(),
                                               reads[i]->elements.end());
    for (auto& [element, state] : states) {
      if (reads[i]->invoked > state.known_at && !present.contains(element))
        state.last_absent = i + 1;
    }
  }
  for (const auto& [element, state] : states) {
    if (state.last_absent > state.last_present) {
      verdict.anomalies.push_back(
          {"lost",
           fmt::format("{} is certain from {} on, but absent from read {} and later", element,
                       absl::FormatDuration(state.known_at), state.last_absent - 1)});
    } else if (state.last_absent > 0) {
      verdict.anomalies.push_back(
          {"stale", fmt::format("{} is certain from {} on, but absent from read {}", element,
                                absl::FormatDuration(state.known_at), state.last_absent - 1)});
    }
    if (state.last_present > 0 && state.add->ending == Ending::kUnknown) {
      verdict.allowed.push_back(
          {"recovered", fmt::format("{} was added without an answer", element)});
    }
  }
  return verdict;
}

Verdict CheckLongFork(const std::vector<LongForkRead>& reads) {
  Verdict verdict;
  // A pair (a, b) of keys to the first read that saw a written and b not.
  std::map<std::pair<int64_t, int64_t>, size_t> seen;
  for (size_t i = 0; i < reads.size(); ++i) {
    for (const auto& [a, a_written] : reads[i]) {
      for (const auto& [b, b_written] : reads[i]) {
        if (!a_written || b_written) continue;
        seen.try_emplace({a, b}, i);
        const auto reverse = seen.find({b, a});
        if (reverse == seen.end()) continue;
        verdict.anomalies.push_back(
            {"long-fork",
             fmt::format(
                 "read {} saw the write of key {} and not that of key {}; read {} the reverse", i,
                 a, b, reverse->second)});
      }
    }
  }
  return verdict;
}

Verdict CheckPredicateInserts(const std::vector<PredicateInsert>& inserts) {
  Verdict verdict;
  absl::flat_hash_map<int64_t, int64_t> committed;
  for (const PredicateInsert& insert : inserts) {
    if (insert.ending != Ending::kCommitted) continue;
    const auto [before, is_first] = committed.try_emplace(insert.key, insert.id);
    if (is_first) continue;
    verdict.anomalies.push_back(
        {"G2", fmt::format("key {}: the inserts of rows {} and {} both committed, though each "
                           "had found nothing",
                           insert.key, before->second, insert.id)});
  }
  return verdict;
}

}  // namespace heliosdb::testkit::history
