// Keeps statistics fresh: ANALYZE in the background, of tables that changed enough since the last one.
#ifndef HELIOSDB_CORE_API_AUTO_ANALYZE_H_
#define HELIOSDB_CORE_API_AUTO_ANALYZE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

#include "core/api/table_activity.h"
#include "core/base/mutex.h"
#include "core/base/random.h"
#include "core/catalog/catalog_image.h"
#include "core/sql/execute/analyze.h"
#include "core/txn/cancel_token.h"

namespace heliosdb::api {

class DatabaseState;

// PostgreSQL's rule: a table is due when more than autovacuum_analyze_threshold + autovacuum_analyze_scale_factor *
// rows of its rows were changed. Looks every autovacuum_naptime, in a thread of the engine's executor.
//
// Rows are read without a lock. The statistics are then written by a transaction that takes its lock only if it is
// free, and only if the table is still what was read: a statement of a user neither waits for the reading nor fails.
//
// Thread-safe.
class AutoAnalyze {
 public:
  // database is not owned. Outlives the database's engine; stopped before it is closed.
  explicit AutoAnalyze(DatabaseState* database);

  // Looks from now on, unless the options say otherwise.
  void Start();
  // Ends a run in progress, and waits for that. Nothing runs afterwards.
  void Stop();
  // Looks now, and returns when the statistics of all tables that were due are written or have failed.
  void RunNow();

  struct Statistics {
    uint64_t analyzed = 0;
    uint64_t failed = 0;
    std::string last_error;  // Empty when the last one succeeded.
  };
  Statistics Stats() const;

 private:
  void Tick();
  void Schedule();
  // Whether this node may write.
  bool MayWrite() const;
  absl::Status Run();
  // Whether enough was changed.
  absl::StatusOr<bool> IsDue(const catalog::CatalogImage& image, const catalog::Table& table,
                             txn::ReadView* view);
  absl::Status Analyze(catalog::Oid table);
  // Writes what was found about `read`, as the table was then.
  absl::Status Write(const catalog::Table& read, sql::execute::Analysis analysis, uint64_t seen);
  void Finish(const absl::Status& status);

  DatabaseState* const database_;
  txn::CancelToken cancel_;
  std::atomic<bool> stopping_{false};
  Mutex run_mu_;  // One run at a time; held while it reads and writes.
  mutable Mutex mu_ ABSL_ACQUIRED_AFTER(run_mu_);
  CondVar finished_;
  // Something that was due is still to be done.
  bool again_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t commits_pending_ ABSL_GUARDED_BY(mu_) = 0;
  Statistics statistics_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_AUTO_ANALYZE_H_
