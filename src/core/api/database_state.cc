#include "core/api/database_state.h"

#include <filesystem>
#include <utility>

#include "core/api/check_options.h"
#include "core/api/session.h"
#include "core/api/verify.h"
#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/catalog/catalog_edit.h"
#include "core/sql/functions/eval_context.h"

namespace heliosdb::api {
namespace {

constexpr std::string_view kMemory = ":memory:";
constexpr std::string_view kTemporaryFolder = "tmp";

std::string DatabaseName(const std::string& path) {
  if (path == kMemory) return "memory";
  const std::string name = std::filesystem::path(path).filename().string();
  return name.empty() ? "heliosdb" : name;
}

std::vector<const catalog::SystemViewProvider*> Providers(const NodeHooks& hooks,
                                                          const catalog::SystemViewProvider* own) {
  std::vector<const catalog::SystemViewProvider*> providers = hooks.views;
  providers.push_back(own);
  return providers;
}

Task TaskOf(txn::ProgressPhase phase) {
  switch (phase) {
    case txn::ProgressPhase::kRecovery:
      return Task::kRecovery;
    case txn::ProgressPhase::kCheckpoint:
      return Task::kCheckpoint;
    case txn::ProgressPhase::kVerify:
      return Task::kVerify;
    case txn::ProgressPhase::kBackup:
    case txn::ProgressPhase::kBackupLoad:
      break;
  }
  return Task::kBaseBackup;
}

txn::EngineOptions EngineOptionsFor(const std::string& path, const Options& options,
                                    const NodeHooks& hooks, ProgressReporter* reporter,
                                    txn::EngineOptions engine) {
  if (path != kMemory) engine.directory = path;
  engine.role = hooks.is_member ? txn::NodeRole::kMember : txn::NodeRole::kStandalone;
  engine.gate = hooks.gate;
  engine.must_exist = !options.create_if_missing;
  engine.wal_segment_bytes = options.wal_segment_bytes;
  engine.durability = static_cast<txn::Durability>(options.durability);
  engine.max_slot_wal_keep_size = options.max_slot_wal_keep_size;
  engine.delta_limit = options.delta_limit;
  engine.checkpoint_bytes = options.checkpoint_bytes;
  engine.checkpoint_interval = options.checkpoint_interval;
  engine.transaction_bytes_max = options.transaction_bytes_max;
  engine.snapshot_pinned_bytes_max = options.snapshot_pinned_bytes_max;
  engine.map_bytes_max = options.map_bytes_max;
  engine.checkpoint_on_close = options.checkpoint_on_close;
  engine.lock_timeout = options.lock_timeout;
  engine.deadlock_timeout = options.deadlock_timeout;
  if (options.progress) {
    engine.progress = [reporter](const txn::Progress& progress) {
      reporter->Report(Progress{.task = TaskOf(progress.phase),
                                .subject = {},
                                .done = progress.done,
                                .total = progress.total,
                                // VerifyDatabase goes on where the engine ends.
                                .finished = progress.total > 0 && progress.done >= progress.total &&
                                            progress.phase != txn::ProgressPhase::kVerify});
    };
  }
  return engine;
}

}  // namespace

DatabaseState::DatabaseState(const std::string& path, const Options& options, NodeHooks hooks,
                             const txn::EngineOptions& seams)
    : options_(options),
      hooks_(std::move(hooks)),
      name_(DatabaseName(path)),
      clock_(seams.clock != nullptr ? seams.clock : Clock::Real()),
      random_(seams.random != nullptr ? seams.random->Next() : Random::SystemSeed()),
      start_time_(sql::functions::WallMicroseconds(clock_)),
      progress_(options.progress, clock_),
      activity_views_(this),
      catalogs_(Providers(hooks_, &activity_views_)),
      plans_(options.plan_cache_statements),
      auto_analyze_(this) {}

DatabaseState::~DatabaseState() {
  if (engine_ != nullptr) auto_analyze_.Stop();
}

absl::StatusOr<std::unique_ptr<DatabaseState>> DatabaseState::Open(const std::string& path,
                                                                   const Options& options,
                                                                   NodeHooks hooks,
                                                                   txn::EngineOptions seams) {
  if (path.empty()) {
    return SqlError(sqlstate::kInvalidParameterValue, "the path of a database must not be empty");
  }
  HELIOS_RETURN_IF_ERROR(CheckOptions(options));
  std::unique_ptr<DatabaseState> state(new DatabaseState(path, options, std::move(hooks), seams));
  txn::EngineOptions engine_options =
      EngineOptionsFor(path, options, state->hooks_, &state->progress_, std::move(seams));
  const std::string directory = engine_options.directory;
  FileSystem* const files =
      engine_options.files == nullptr ? FileSystem::Posix() : engine_options.files;
  HELIOS_ASSIGN_OR_RETURN(state->engine_, txn::Engine::Open(std::move(engine_options)));
  if (!directory.empty()) {
    state->temporary_files_ = std::make_unique<sql::execute::TemporaryFiles>(
        files, JoinPath(directory, kTemporaryFolder));
    HELIOS_RETURN_IF_ERROR(state->temporary_files_->RemoveLeftovers());
  }
  // A member's catalogue comes with its log.
  if (!state->hooks_.is_member) {
    HELIOS_RETURN_IF_ERROR(state->InitializeIfNew());
    if (!options.read_only) HELIOS_RETURN_IF_ERROR(state->SweepStorage(nullptr));
  }
  state->auto_analyze_.Start();
  return state;
}

absl::Status DatabaseState::InitializeIfNew() {
  std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  HELIOS_ASSIGN_OR_RETURN(const bool wrote, catalog::InitializeCatalog(transaction.get()));
  if (!wrote) {
    transaction->Rollback();
    return absl::OkStatus();
  }
  return transaction->Commit(std::nullopt).status();
}

void DatabaseState::ForgetWriterState() {
  sequences_.Clear();
  row_ids_.Clear();
  activity_.ForgetComparisons();
  MutexLock lock(&mu_);
  swept_ = false;
}

absl::StatusOr<std::unique_ptr<Session>> DatabaseState::Connect() {
  uint32_t id = 0;
  {
    MutexLock lock(&mu_);
    if (closed_) return SqlError(sqlstate::kCannotConnectNow, "the database is closed");
    if (session_count_ >= options_.connections_max) {
      return SqlError(sqlstate::kTooManyConnections,
                      "sorry, too many clients already ({} connections)", session_count_);
    }
    ++session_count_;
    id = next_session_++;
  }
  auto session = std::make_unique<Session>(this, id);
  MutexLock lock(&mu_);
  sessions_.emplace(id, session.get());
  return session;
}

void DatabaseState::Disconnected(uint32_t session_id) {
  MutexLock lock(&mu_);
  --session_count_;
  sessions_.erase(session_id);
}

void DatabaseState::TerminateSessions() {
  MutexLock lock(&mu_);
  for (const auto& [id, session] : sessions_) session->cancel()->Terminate();
}

absl::Status DatabaseState::Close() {
  {
    MutexLock lock(&mu_);
    if (closed_) return absl::OkStatus();
    if (session_count_ > 0) {
      return SqlError(sqlstate::kObjectInUse, "{} connections are still open", session_count_);
    }
    closed_ = true;
  }
  auto_analyze_.Stop();
  absl::Status status = engine_->Close();
  // The directory is free again. A node of a cluster goes on using its engine.
  if (!hooks_.is_member) engine_.reset();
  return status;
}

absl::StatusOr<txn::Engine*> DatabaseState::OpenEngine() {
  if (engine_ == nullptr) return SqlError(sqlstate::kCannotConnectNow, "the database is closed");
  return engine_.get();
}

HistoryId DatabaseState::history() const {
  HistoryId result;
  if (engine_ == nullptr) return result;
  const wal::HistoryId id = engine_->history();
  StoreBig64(result.bytes.data(), id.high);
  StoreBig64(result.bytes.data() + 8, id.low);
  return result;
}

Stats DatabaseState::GetStats() {
  Stats stats;
  if (engine_ == nullptr) return stats;
  const txn::EngineStats engine = engine_->Stats();
  stats.commits = engine.commits;
  stats.commit_groups = engine.commit_groups;
  stats.log_syncs = engine.log_syncs;
  stats.rollbacks = engine.rollbacks;
  stats.deadlocks = engine.deadlocks;
  stats.serialization_failures = engine.serialization_failures;
  stats.checkpoints = engine.checkpoints;
  stats.checkpoint_last_error = engine.checkpoint_last_error;
  stats.checkpoint_lsn = ToInt(engine.checkpoint_lsn);
  stats.log_first_lsn = ToInt(engine.log_first);
  stats.log_written_lsn = ToInt(engine.log_written);
  stats.log_synced_lsn = ToInt(engine.log_synced);
  stats.visible_lsn = ToInt(engine.visible);
  stats.delta_bytes = engine.delta_bytes;
  stats.pinned_bytes = engine.pinned_bytes;
  stats.store_keys = engine.store.keys;
  stats.store_file_bytes = engine.store.bytes_file;
  stats.log_file_bytes = engine.log_file_bytes;
  stats.plan_cache_hits = plans_.hits();
  stats.plan_cache_misses = plans_.misses();
  const AutoAnalyze::Statistics analyses = auto_analyze_.Stats();
  stats.auto_analyzes = analyses.analyzed;
  stats.auto_analyze_failures = analyses.failed;
  stats.auto_analyze_last_error = analyses.last_error;
  MutexLock lock(&mu_);
  stats.connections = session_count_;
  return stats;
}

void DatabaseState::Report(Task task, std::string_view subject, uint64_t done, uint64_t total,
                           bool finished) {
  progress_.Report(Progress{task, subject, done, total, finished});
}

absl::StatusOr<VerifyReport> DatabaseState::Verify() { return VerifyDatabase(this); }

}  // namespace heliosdb::api
