// The load that a crash interrupts, and the examination of what is left: workers that each write numbered
// transactions of several rows, so that what must be there, and what may be, follows from the last number that was
// acknowledged.
//
// Transaction n of a worker inserts 1 to 4 rows of (worker, n), marks the first row of transaction n - 1, and sets the
// worker's progress to n. A worker has one transaction open at a time: progress is the last acknowledged number or one
// more.
#ifndef HELIOSDB_TESTS_KIT_CRASH_CRASH_LOAD_H_
#define HELIOSDB_TESTS_KIT_CRASH_CRASH_LOAD_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "heliosdb/connection.h"
#include "heliosdb/database.h"

namespace heliosdb::testkit::crash {

inline constexpr uint32_t kWorkers = 8;

// A commit that was answered, or, with transaction id 0, one whose effect a reader saw: neither may be undone. Sent
// through pipes as it stands in memory.
struct Acknowledgement {
  uint32_t worker = 0;
  uint32_t sequence = 0;
  uint64_t transaction_id = 0;
};

// What the one who examines knows of one database.
class Ledger {
 public:
  void Add(const Acknowledgement& acknowledgement);
  uint32_t last(uint32_t worker) const { return last_[worker]; }
  // Commits that were answered.
  uint64_t count() const { return count_; }
  // Ids of the newest transactions, for Database::Outcome.
  const std::vector<uint64_t>& recent_ids() const { return recent_ids_; }

 private:
  std::vector<uint32_t> last_ = std::vector<uint32_t>(kWorkers);
  std::vector<uint64_t> recent_ids_;
  size_t next_recent_ = 0;
  uint64_t count_ = 0;
};

struct LoadOptions {
  uint64_t seed = 1;
  // Writes and drops a table larger than one commit of the checkpoint store may be.
  bool writes_bulk = false;
  // Called from the threads of the load when a commit was answered or seen, before the thread goes on.
  std::function<void(const Acknowledgement&)> acknowledged;
};

// The database that is loaded or examined, standing alone or a node of a cluster.
struct Target {
  std::function<absl::StatusOr<std::unique_ptr<Connection>>()> connect;
  std::function<absl::Status()> verify;
  std::function<absl::StatusOr<TransactionOutcome>(uint64_t transaction_id)> outcome;
};
// database is borrowed.
Target TargetOf(Database* database);

// Makes the tables if they are not there and writes until *stop, or until a statement fails: its error.
absl::Status RunLoad(const Target& target, const LoadOptions& options,
                     const std::atomic<bool>* stop);

struct Findings {
  uint64_t lost = 0;     // Acknowledged or seen transactions that are not there.
  uint64_t torn = 0;     // Transactions of which a part is there.
  uint64_t corrupt = 0;  // What Database::Verify complains about.
  std::string explanation;
  bool ok() const { return lost == 0 && torn == 0 && corrupt == 0; }
  void Add(const Findings& other);
};
absl::StatusOr<Findings> Examine(const Target& target, const Ledger& ledger);

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_CRASH_LOAD_H_
