// sync_commit, sync_commit_16threads: durable INSERTs of one row with one standby in a process of its own.
#ifndef HELIOSDB_BENCH_COMPARE_SYNC_COMMITS_H_
#define HELIOSDB_BENCH_COMPARE_SYNC_COMMITS_H_

#include <string>

#include "absl/status/status.h"

#include "bench/compare/figure.h"

namespace heliosdb::bench {

absl::Status CompareSyncCommits(Workspace* workspace, const Wanted& wanted);

// The standby, as main() of the child. Does not return but with an error.
absl::Status RunStandby(const std::string& directory, const std::string& primary_address);

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_SYNC_COMMITS_H_
