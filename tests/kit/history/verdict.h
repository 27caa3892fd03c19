// What the checkers of this folder share: outcomes of operations, and verdicts with readable
// explanations. The checkers are pure: a history in, a verdict out.
#ifndef HELIOSDB_TESTS_KIT_HISTORY_VERDICT_H_
#define HELIOSDB_TESTS_KIT_HISTORY_VERDICT_H_

#include <string>
#include <string_view>
#include <vector>

namespace heliosdb::testkit::history {

// How a transaction or operation ended, as its client knows it. Unknown: the connection or the time
// ran out before the answer; it may have taken effect, may yet do so, or never will.
enum class Ending { kCommitted, kAborted, kUnknown };

struct Anomaly {
  std::string name;         // "G-single"; order edges are named after it: "G-single-realtime".
  std::string explanation;  // Several lines: what happened, with the transactions involved.
};

struct Verdict {
  std::vector<Anomaly> anomalies;  // Forbidden at the level that was asked for.
  std::vector<Anomaly> allowed;    // Found, but within what the level allows.

  bool ok() const { return anomalies.empty(); }
  bool Has(std::string_view name) const;
  // Every forbidden anomaly, one after the other; empty when there is none.
  std::string Explain() const;
};

}  // namespace heliosdb::testkit::history

#endif  // HELIOSDB_TESTS_KIT_HISTORY_VERDICT_H_
