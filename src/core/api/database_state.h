// An open database, as its sessions share it.
#ifndef HELIOSDB_CORE_API_DATABASE_STATE_H_
#define HELIOSDB_CORE_API_DATABASE_STATE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"

#include "core/api/activity_views.h"
#include "core/api/auto_analyze.h"
#include "core/api/plan_cache.h"
#include "core/api/progress_reporter.h"
#include "core/api/sequences.h"
#include "core/api/table_activity.h"
#include "core/base/mutex.h"
#include "core/base/random.h"
#include "core/catalog/catalog_cache.h"
#include "core/catalog/system_view.h"
#include "core/sql/execute/row_ids.h"
#include "core/sql/execute/temporary_files.h"
#include "core/txn/engine.h"
#include "core/txn/engine_options.h"
#include "heliosdb/database.h"
#include "heliosdb/options.h"

namespace heliosdb::api {

class Session;

// What a node of a cluster adds to a database; everything outlives it.
struct NodeHooks {
  // The engine is a member: it follows until replication has it begin a term.
  bool is_member = false;
  txn::CommitGate* gate = nullptr;
  std::vector<const catalog::SystemViewProvider*> views;
  // Why writes are refused here, with a hint that names the primary; OK while this node leads. Called for each write
  // that is refused otherwise. May be empty.
  std::function<absl::Status()> refuse_write;
};

// Thread-safe. Sessions are gone before it is destroyed.
class DatabaseState {
 public:
  // seams: files, clock, failpoints and the like for tests; directory and sizes are taken from path and options.
  static absl::StatusOr<std::unique_ptr<DatabaseState>> Open(const std::string& path,
                                                             const Options& options,
                                                             NodeHooks hooks,
                                                             txn::EngineOptions seams);
  ~DatabaseState();
  // The public object over it.
  static std::unique_ptr<Database> MakeDatabase(std::unique_ptr<DatabaseState> state);

  // 55006 while sessions exist.
  absl::Status Close();

  absl::StatusOr<std::unique_ptr<Session>> Connect();
  // Called by a session that ends.
  void Disconnected(uint32_t session_id);
  // Every session there is fails from here on with 57P01.
  void TerminateSessions();

  const Options& options() const { return options_; }
  const std::string& name() const { return name_; }
  // For sessions, which are gone before the database is closed.
  txn::Engine* engine() { return engine_.get(); }
  // 57P03 once closed.
  absl::StatusOr<txn::Engine*> OpenEngine();
  catalog::CatalogCache* catalogs() { return &catalogs_; }
  PlanCache* plans() { return &plans_; }
  sql::execute::RowIds* row_ids() { return &row_ids_; }
  // Null for a database in memory, whose statements keep all in memory.
  sql::execute::TemporaryFiles* temporary_files() { return temporary_files_.get(); }
  Sequences* sequences() { return &sequences_; }
  TableActivity* activity() { return &activity_; }
  AutoAnalyze* auto_analyze() { return &auto_analyze_; }
  Clock* clock() const { return clock_; }
  Random* random() { return &random_; }
  int64_t start_time() const { return start_time_; }
  const NodeHooks& hooks() const { return hooks_; }

  // The first transaction of a new database writes the built-in schema; on a cluster member the first primary does.
  absl::Status InitializeIfNew();
  // This node stopped or began to write: what it knew of sequences and row ids may be old.
  void ForgetWriterState();

  // Storage that is filled ahead of the catalogue row that names it (execute/storage_fill.h).
  void BeginFilling(std::span<const uint32_t> storage_ids);
  void EndFilling(uint32_t storage_id);
  // Has the checkpointer delete it.
  absl::Status RetireStorage(std::span<const uint32_t> storage_ids);
  // Retires storage that no catalogue row names and nobody fills: what a crash left. Once for as long as this node goes
  // on writing; waits until all of the log is visible.
  absl::Status SweepStorage(txn::CancelToken* cancel);

  HistoryId history() const;
  Stats GetStats();
  absl::StatusOr<VerifyReport> Verify();
  void Report(Task task, std::string_view subject, uint64_t done, uint64_t total, bool finished);

 private:
  DatabaseState(const std::string& path, const Options& options, NodeHooks hooks,
                const txn::EngineOptions& seams);

  const Options options_;
  const NodeHooks hooks_;
  const std::string name_;
  Clock* const clock_;
  Random random_;
  const int64_t start_time_;
  ProgressReporter progress_;
  TableActivity activity_;
  const ActivityViews activity_views_;
  catalog::CatalogCache catalogs_;
  PlanCache plans_;
  sql::execute::RowIds row_ids_;
  Sequences sequences_;
  std::unique_ptr<sql::execute::TemporaryFiles> temporary_files_;
  AutoAnalyze auto_analyze_;
  std::unique_ptr<txn::Engine> engine_;

  Mutex mu_;
  uint32_t next_session_ ABSL_GUARDED_BY(mu_) = 1;
  uint32_t session_count_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<uint32_t, Session*> sessions_ ABSL_GUARDED_BY(mu_);
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  bool swept_ ABSL_GUARDED_BY(mu_) = false;
  absl::flat_hash_set<uint32_t> filling_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_DATABASE_STATE_H_
