// commit_1thread, commit_16threads (to the raw log) and the same to SQLite: durable INSERTs of one row.
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "bench/compare/figure.h"
#include "bench/compare/helios_inserts.h"
#include "bench/compare/helios_peer.h"
#include "bench/compare/raw_log.h"
#include "bench/compare/sqlite_peer.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr double kSecondsEach = 0.8;
constexpr size_t kPadLength = 40;
constexpr double kBarRaw1 = 0.80;
constexpr double kBarSqlite1 = 1.0;
constexpr double kBarRaw16 = 3.0;
constexpr double kBarSqlite16 = 4.0;

// A database of its own, and INSERTs into it.
struct LocalInserts {
  std::unique_ptr<Database> database;
  std::unique_ptr<HeliosInserts> inserts;
};

absl::StatusOr<LocalInserts> OpenLocal(const std::string& path) {
  LocalInserts local;
  HELIOS_ASSIGN_OR_RETURN(local.database, Database::Open(path));
  Database* const database = local.database.get();
  HELIOS_ASSIGN_OR_RETURN(
      local.inserts, HeliosInserts::Open(
                         {[database] { return database->Connect(); },
                          [database]() -> absl::StatusOr<Stats> { return database->GetStats(); }}));
  return local;
}

class SqliteInserts {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteInserts>> Open(const std::string& path) {
    auto self = std::make_unique<SqliteInserts>();
    for (int i = 0; i < kThreads; ++i) {
      HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                              SqliteConnection::Open(path));
      if (i == 0) HELIOS_RETURN_IF_ERROR(connection->Execute(kCreateTable));
      HELIOS_ASSIGN_OR_RETURN(SqliteStatement insert,
                              connection->Prepare("INSERT INTO t VALUES (?, ?, ?)"));
      self->connections_.push_back(std::move(connection));
      self->inserts_.push_back(std::move(insert));
    }
    return self;
  }

  absl::StatusOr<double> Run(int threads) {
    const uint64_t syncs = SqliteSyncs();
    std::atomic<uint64_t> commits{0};
    HELIOS_ASSIGN_OR_RETURN(
        const double rate, RunThreads(threads, kSecondsEach, [&](int thread) {
          const int64_t id = ++next_id_;
          ++commits;
          return inserts_[thread].Bind(1, id).Bind(2, id % kDistinctK).Bind(3, pad_).Run();
        }));
    syncs_per_commit_ = static_cast<double>(SqliteSyncs() - syncs) / static_cast<double>(commits);
    return rate;
  }
  double syncs_per_commit() const { return syncs_per_commit_; }

 private:
  std::vector<std::unique_ptr<SqliteConnection>> connections_;
  std::vector<SqliteStatement> inserts_;
  std::atomic<int64_t> next_id_{0};
  const std::string pad_ = std::string(kPadLength, 'p');
  double syncs_per_commit_ = 0;
};

absl::Status CompareToRaw(Workspace* workspace, std::string_view name, int threads, double bar) {
  HELIOS_ASSIGN_OR_RETURN(const LocalInserts local, OpenLocal(workspace->NewPath("commit")));
  HeliosInserts& helios = *local.inserts;
  HELIOS_ASSIGN_OR_RETURN(RawLog raw, RawLog::Open(workspace->NewPath("raw")));
  const auto run_raw = [&] {
    const auto bytes = static_cast<uint64_t>(helios.bytes_per_commit());
    return RunThreads(1, kSecondsEach, [&](int) { return raw.Commit(bytes); });
  };
  HELIOS_ASSIGN_OR_RETURN(const Medians medians,
                          Interleave([&] { return helios.Run(threads); }, run_raw));
  Print(name, medians, "commits/s", bar, SyncNote(helios, 1));
  return absl::OkStatus();
}

absl::Status CompareToSqlite(Workspace* workspace, std::string_view name, int threads, double bar) {
  HELIOS_ASSIGN_OR_RETURN(const LocalInserts local, OpenLocal(workspace->NewPath("commit")));
  HeliosInserts& helios = *local.inserts;
  HELIOS_ASSIGN_OR_RETURN(const auto sqlite, SqliteInserts::Open(workspace->NewPath("sqlite")));
  HELIOS_ASSIGN_OR_RETURN(const Medians medians, Interleave([&] { return helios.Run(threads); },
                                                            [&] { return sqlite->Run(threads); }));
  Print(name, medians, "commits/s", bar, SyncNote(helios, sqlite->syncs_per_commit()));
  return absl::OkStatus();
}

}  // namespace

absl::Status CompareCommits(Workspace* workspace, const Wanted& wanted) {
  if (wanted("commit_1thread")) {
    HELIOS_RETURN_IF_ERROR(CompareToRaw(workspace, "commit_1thread", 1, kBarRaw1));
  }
  if (wanted("commit_1thread_sqlite")) {
    HELIOS_RETURN_IF_ERROR(CompareToSqlite(workspace, "commit_1thread_sqlite", 1, kBarSqlite1));
  }
  if (wanted("commit_16threads")) {
    HELIOS_RETURN_IF_ERROR(CompareToRaw(workspace, "commit_16threads", kThreads, kBarRaw16));
  }
  if (wanted("commit_16threads_sqlite")) {
    HELIOS_RETURN_IF_ERROR(
        CompareToSqlite(workspace, "commit_16threads_sqlite", kThreads, kBarSqlite16));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::bench
