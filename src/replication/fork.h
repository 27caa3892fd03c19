// Where two logs part.
#ifndef HELIOSDB_REPLICATION_FORK_H_
#define HELIOSDB_REPLICATION_FORK_H_

#include <vector>

#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/wal/recover.h"

namespace heliosdb::replication {

// What one needs to know of a log to compare it: its term starts, ascending, and its end.
struct LogOutline {
  std::vector<wal::TermStart> terms;
  Lsn end{0};
};

// Two logs with a term in common are equal up to where that term ends in one of them, since a term
// has one writer: the fork is there, for their last common term. It is at most both ends.
// FAILED_PRECONDITION with the reason when the logs have nothing in common, or when a term begins
// in two places, so that it had two writers.
absl::StatusOr<Lsn> FindFork(const LogOutline& ours, const LogOutline& theirs);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_FORK_H_
