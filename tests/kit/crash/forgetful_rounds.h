// Crashes in this process, over files in memory that forget what was not synced: what kill -9 cannot show.
#ifndef HELIOSDB_TESTS_KIT_CRASH_FORGETFUL_ROUNDS_H_
#define HELIOSDB_TESTS_KIT_CRASH_FORGETFUL_ROUNDS_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "core/txn/engine_options.h"
#include "tests/kit/crash/crash_load.h"

namespace heliosdb::testkit::crash {

struct ForgetfulOptions {
  int rounds = 20;
  uint64_t seed = 1;
  // Planted bugs.
  txn::TestOnlyFaults faults;
  // Whether a round that finds something ends the run.
  bool stops_at_findings = false;
};

struct ForgetfulReport {
  int rounds = 0;
  uint64_t acknowledged = 0;
  Findings findings;  // Of all rounds together.
};

// Each round: a new database, a load, power off at a random file operation, a new start, an examination; three times
// over.
absl::StatusOr<ForgetfulReport> RunForgetfulRounds(const ForgetfulOptions& options);

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_FORGETFUL_ROUNDS_H_
