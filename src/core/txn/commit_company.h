// How many commits a group should wait for.
#ifndef HELIOSDB_CORE_TXN_COMMIT_COMPANY_H_
#define HELIOSDB_CORE_TXN_COMMIT_COMPANY_H_

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"

namespace heliosdb::txn {

// Sessions whose commits went through together will soon commit again. A group that goes with half
// of them makes two out of one, and every node syncs twice. So a leader waits for them about as
// long as a sync takes, as PostgreSQL does with commit_delay for a fixed time. This keeps what to
// expect: the most sessions that waited at once of late. It falls slowly with every commit, and
// fast when a wait was in vain. A lone session never waits. Not thread-safe.
class CommitCompany {
 public:
  // A session commits; with it, so many wait.
  void OnCommit(size_t waiting) {
    expected_ = std::max(static_cast<double>(waiting), expected_ * kAfterCommit);
  }
  // The log was synced.
  void OnSync(absl::Duration took) { sync_ += (took - sync_) / 8; }
  // The expected did not come in time; so many did.
  void OnMiss(size_t came) {
    expected_ = std::max(static_cast<double>(came), expected_ * kAfterMiss);
  }

  size_t expected() const { return static_cast<size_t>(expected_); }
  // How long a leader may wait for them.
  absl::Duration patience() const { return std::min(2 * sync_, kPatienceMax); }

 private:
  static constexpr double kAfterCommit = 0.99;
  static constexpr double kAfterMiss = 0.75;
  static constexpr absl::Duration kPatienceMax = absl::Milliseconds(5);

  double expected_ = 0;
  absl::Duration sync_;  // A moving average.
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_COMMIT_COMPANY_H_
