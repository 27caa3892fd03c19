// The list-append checker: transactions append unique values to lists and read whole lists; what
// they read tells in which order the appends took place, and so how the transactions depend on one
// another. An isolation level is a set of forbidden cycles in that graph (Adya; Alvaro and
// Kingsbury, "Elle").
#ifndef HELIOSDB_TESTS_KIT_HISTORY_LIST_APPEND_H_
#define HELIOSDB_TESTS_KIT_HISTORY_LIST_APPEND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "tests/kit/history/verdict.h"

namespace heliosdb::testkit::history {

struct ListOperation {
  enum class Kind { kAppend, kRead };
  Kind kind = Kind::kRead;
  int64_t key = 0;
  int64_t value = 0;  // Of an append. Appended to this key once in the whole history.
  std::optional<std::vector<int64_t>> list;  // What a read returned; empty when it did not return.

  static ListOperation Append(int64_t key, int64_t value) {
    return {Kind::kAppend, key, value, {}};
  }
  static ListOperation Read(int64_t key, std::vector<int64_t> list) {
    return {Kind::kRead, key, 0, std::move(list)};
  }
};

struct ListTransaction {
  int process = 0;  // Whose transactions follow one another.
  Ending ending = Ending::kCommitted;
  absl::Duration invoked;    // By one monotonic clock: before its first statement was sent,
  absl::Duration completed;  // and after the answer to its commit came. Of no meaning when the
                             // ending is unknown.
  std::vector<ListOperation> operations;
};

enum class Isolation {
  kReadCommitted,   // Forbids G0, G1a, G1b, G1c.
  kRepeatableRead,  // PostgreSQL's, which is snapshot isolation: also G-single and G-nonadjacent.
                    // Allows write skew.
  kSerializable,    // Forbids every cycle.
};

// Which orders beyond the dependencies a cycle may run through: what a client did one after the
// other (strong session variants), and what ended before something else began (strict variants).
enum class Order { kNone, kProcess, kRealtime };

// Judges the history. Besides cycles, these are forbidden at every level: G1a (a read of an aborted
// append), G1b (of one that its own transaction appended to again), "internal" (a transaction that
// misses its own appends or, from repeatable read up, whose reads change), "duplicate",
// "incompatible-order" (two reads of a list of which neither begins the other), "unknown-value"
// (never appended), and "lost-write" (an acknowledged append that stands in no read although its
// list was read afterwards). One anomaly a class and connected part of the graph is reported, with
// its shortest cycle. Takes time in proportion to the history; 20,000 transactions well under 2 s.
Verdict CheckListAppend(const std::vector<ListTransaction>& history, Isolation isolation,
                        Order order);

// "T3 (process 1, committed): append 4 7, read 5 [1 2]".
std::string Describe(const ListTransaction& transaction, size_t index);

}  // namespace heliosdb::testkit::history

#endif  // HELIOSDB_TESTS_KIT_HISTORY_LIST_APPEND_H_
