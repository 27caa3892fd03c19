// A database in the host's process.
#ifndef HELIOSDB_DATABASE_H_
#define HELIOSDB_DATABASE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "heliosdb/connection.h"
#include "heliosdb/options.h"
#include "heliosdb/receipt.h"

namespace heliosdb {

namespace replication {
class ReplicatedDatabase;
}  // namespace replication
namespace api {
class DatabaseState;
}  // namespace api

// Counters since the database was opened, and sizes now. All sizes in bytes.
struct Stats {
  uint64_t commits = 0;        // Transactions with changes.
  uint64_t commit_groups = 0;  // Log writes that they shared.
  uint64_t log_syncs = 0;      // fdatasync calls on the log.
  uint64_t rollbacks = 0;
  uint64_t deadlocks = 0;
  uint64_t serialization_failures = 0;
  uint64_t checkpoints = 0;
  std::string checkpoint_last_error;  // Empty when the last one succeeded.
  uint64_t checkpoint_lsn = 0;
  uint64_t log_first_lsn = 0;  // The oldest byte of log on disk.
  uint64_t log_written_lsn = 0;
  uint64_t log_synced_lsn = 0;
  uint64_t visible_lsn = 0;   // Everything below it is seen by new snapshots.
  uint64_t delta_bytes = 0;   // Changes in memory that no checkpoint holds yet.
  uint64_t pinned_bytes = 0;  // What only open snapshots still need.
  uint64_t store_keys = 0;
  uint64_t store_file_bytes = 0;
  uint64_t log_file_bytes = 0;
  uint64_t connections = 0;
  uint64_t plan_cache_hits = 0;
  uint64_t plan_cache_misses = 0;
  uint64_t auto_analyzes = 0;  // Tables whose statistics were renewed in the background.
  uint64_t auto_analyze_failures = 0;
  std::string auto_analyze_last_error;  // Empty when the last one succeeded.
};

// What Verify looked at.
struct VerifyReport {
  uint64_t log_bytes = 0;
  uint64_t store_keys = 0;
  uint64_t tables = 0;
  uint64_t rows = 0;
  uint64_t indexes = 0;
  uint64_t index_entries = 0;
};

// Thread-safe but for Close and destruction, which must come last. Any number of databases live in one process; one
// directory is open once at a time, in one process.
class Database {
 public:
  // Opens the database in a directory, or makes it; ":memory:" is one without a disk that ends with the object.
  // Replays what the last run left in the log. Blocks.
  //
  // Errors: 55006 when the directory is open already, here or in another process; NOT_FOUND without create_if_missing;
  // FAILED_PRECONDITION for a directory of another format version, that says which; DATA_LOSS for damage, that says
  // where; 53100 for a full disk; 42501 for a directory that cannot be written. Nothing is changed by a refusal.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path,
                                                        const Options& options = Options());
  // Closes, if need be. Errors are lost: call Close to see them.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A new session. 53300 beyond connections_max; 57P03 once closed.
  absl::StatusOr<std::unique_ptr<Connection>> Connect();

  // Ends in order: every connection must be gone (55006 otherwise). Writes a checkpoint (Options::checkpoint_on_close).
  absl::Status Close();

  // Moves all changes committed so far from memory and log to the store. Blocks until that is done; readers and writers
  // go on.
  absl::Status Checkpoint();

  Stats GetStats();

  // Checks everything: the log's and the store's checksums, every row's form, and each index against its table. Blocks
  // for as long as reading everything takes; readers and writers go on. DATA_LOSS names the first damage.
  absl::StatusOr<VerifyReport> Verify();

  // What became of a transaction, by the id in its receipt or from Connection::TransactionId: also after a crash, when
  // the answer to COMMIT was never seen.
  absl::StatusOr<TransactionOutcome> Outcome(uint64_t transaction_id);

  HistoryId history() const;

 private:
  friend class replication::ReplicatedDatabase;
  friend class api::DatabaseState;
  explicit Database(std::unique_ptr<api::DatabaseState> state);
  std::unique_ptr<api::DatabaseState> state_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_DATABASE_H_
