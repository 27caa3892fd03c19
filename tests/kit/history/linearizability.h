// Linearizability of registers with reads, writes and compare-and-set: the search of Wing and Gong
// with Lowe's memo.
#ifndef HELIOSDB_TESTS_KIT_HISTORY_LINEARIZABILITY_H_
#define HELIOSDB_TESTS_KIT_HISTORY_LINEARIZABILITY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "core/base/clock.h"
#include "tests/kit/history/verdict.h"

namespace heliosdb::testkit::history {

using RegisterValue = std::optional<int64_t>;  // Empty: the register was never written.

struct RegisterOperation {
  enum class Kind { kRead, kWrite, kCompareAndSet };
  int process = 0;
  int64_t key = 0;  // Registers of different keys are judged apart.
  Kind kind = Kind::kRead;
  RegisterValue value;     // What a read returned, or what a write or compare-and-set was to set.
  RegisterValue expected;  // Of a compare-and-set.
  bool swapped = true;     // Of a compare-and-set that ended: whether it found what it expected.
  Ending ending = Ending::kCommitted;
  absl::Duration invoked;    // By one monotonic clock.
  absl::Duration completed;  // Of no meaning unless the ending is kCommitted.
};

struct LinearizabilityOptions {
  Clock* clock = nullptr;                       // Not owned. Null: no limit.
  absl::Duration time_max = absl::Seconds(10);  // For the whole check, by clock.
};

// Aborted operations and reads of unknown ending did not happen; writes of unknown ending may take
// effect at any time after their invocation, or never. Anomalies: "not-linearizable", one a key,
// with the longest prefix that could be put in an order. Keys whose search ran out of time stand in
// allowed as "unknown".
Verdict CheckLinearizable(const std::vector<RegisterOperation>& history,
                          const LinearizabilityOptions& options);

}  // namespace heliosdb::testkit::history

#endif  // HELIOSDB_TESTS_KIT_HISTORY_LINEARIZABILITY_H_
