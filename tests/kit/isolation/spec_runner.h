// Runs an isolation spec over a database and writes what PostgreSQL's isolationtester would, byte
// for byte.
#ifndef HELIOSDB_TESTS_KIT_ISOLATION_SPEC_RUNNER_H_
#define HELIOSDB_TESTS_KIT_ISOLATION_SPEC_RUNNER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "tests/kit/isolation/spec_file.h"
#include "tests/kit/sql_session.h"

namespace heliosdb::testkit::isolation {

struct SpecRunOptions {
  Clock* clock = Clock::Real();  // Not owned.
  // A step that neither ends nor waits for a lock is cancelled after this, and the spec fails after
  // twice this.
  absl::Duration step_max = absl::Seconds(60);
};

// Empties the database and runs every permutation in it. An error when the spec cannot be run to
// its end: its setup fails, a session cannot be opened, or steps wait for each other for good.
absl::StatusOr<std::string> RunSpec(const Spec& spec, const SpecRunOptions& options,
                                    SqlDatabase* database);

// A result as isolationtester prints it: columns aligned, numbers to the right, a count of rows, an
// empty line.
std::string AlignedTable(const SqlResult& result);

}  // namespace heliosdb::testkit::isolation

#endif  // HELIOSDB_TESTS_KIT_ISOLATION_SPEC_RUNNER_H_
