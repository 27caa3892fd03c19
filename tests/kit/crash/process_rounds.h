// Crashes of a process: a child writes until it is killed as by kill -9, at a random moment or at a failpoint; then its
// directory is opened and examined.
#ifndef HELIOSDB_TESTS_KIT_CRASH_PROCESS_ROUNDS_H_
#define HELIOSDB_TESTS_KIT_CRASH_PROCESS_ROUNDS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tests/kit/crash/crash_load.h"

namespace heliosdb::testkit::crash {

// Every failpoint that a standalone database on disk passes.
const std::vector<std::string>& FailpointNames();

struct ChildOptions {
  std::string directory;
  int pipe_fd = -1;       // Where acknowledgements go.
  std::string failpoint;  // Where the child kills itself; empty: nowhere.
  uint64_t skip = 0;      // Passes of the failpoint that go through before.
  std::optional<uint64_t>
      torn;  // Dies in the middle of a write of log records, after so many of them.
  uint64_t seed = 1;
};
// The child's side; comes back only with an error.
absl::Status RunChild(const ChildOptions& options);

struct ProcessOptions {
  int rounds = 10;
  uint64_t seed = 1;
  std::string
      program;  // Is started as `PROGRAM --child DIRECTORY --pipe FD [--failpoint NAME --skip N] [--torn N] --seed N`.
  std::string directory;  // Databases are made in it, and removed when they held.
};

struct ProcessReport {
  int rounds = 0;
  uint64_t acknowledged = 0;
  Findings findings;                    // Of all rounds together.
  std::map<std::string, int> kills_at;  // By failpoint: children that died there.
};
// Odd rounds kill at a random moment, even ones at the failpoints in turn, where a torn write is a child's end before. A child that fails by itself, or a database
// that cannot be opened, is an error.
absl::StatusOr<ProcessReport> RunProcessRounds(const ProcessOptions& options);

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_PROCESS_ROUNDS_H_
