// Reads of one million checkpointed rows, and the mixture of reads and durable updates over them.
#include <memory>
#include <optional>
#include <vector>

#include "bench/compare/figure.h"
#include "bench/compare/helios_peer.h"
#include "bench/compare/sqlite_peer.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr double kSecondsEach = 0.6;
constexpr size_t kPadLength = 40;
constexpr int kUpdatesInFive = 1;

constexpr char kPointSelect[] = "SELECT k, pad FROM t WHERE id = $1";
constexpr char kUpdate[] = "UPDATE t SET k = k + 1 WHERE id = $1";

struct Query {
  std::string_view name;
  const char* sql;
  double bar;
};
constexpr Query kQueries[] = {
    {"scan_filter_sum", "SELECT count(*), sum(k) FROM t WHERE k < 500", 2.0},
    {"group_by", "SELECT k, count(*), avg(id) FROM t GROUP BY k", 2.0},
    {"join_hash", "SELECT count(*), sum(a.k) FROM t a JOIN t b ON a.id = b.k", 2.0},
    {"top_n", "SELECT id, k, pad FROM t ORDER BY pad, k LIMIT 10", 2.0},
};

// The table on both sides, with the same rows, checkpointed.
class Tables {
 public:
  static absl::StatusOr<std::unique_ptr<Tables>> Load(Workspace* workspace) {
    auto self = std::make_unique<Tables>();
    HELIOS_ASSIGN_OR_RETURN(self->database_, Database::Open(workspace->NewPath("reads")));
    HELIOS_ASSIGN_OR_RETURN(self->helios_, self->database_->Connect());
    HELIOS_RETURN_IF_ERROR(self->helios_->Execute(kCreateTable).status());
    HELIOS_RETURN_IF_ERROR(LoadRows(self->helios_.get(), "t", 1, kRows, kPadLength));
    HELIOS_RETURN_IF_ERROR(self->database_->Checkpoint());
    HELIOS_RETURN_IF_ERROR(self->helios_->Execute("ANALYZE t").status());
    HELIOS_RETURN_IF_ERROR(self->database_->Checkpoint());
    self->sqlite_path_ = workspace->NewPath("sqlite");
    HELIOS_ASSIGN_OR_RETURN(self->sqlite_, SqliteConnection::Open(self->sqlite_path_));
    HELIOS_RETURN_IF_ERROR(self->LoadSqlite());
    return self;
  }

  Database* database() { return database_.get(); }
  Connection* helios() { return helios_.get(); }
  SqliteConnection* sqlite() { return sqlite_.get(); }
  const std::string& sqlite_path() const { return sqlite_path_; }

 private:
  absl::Status LoadSqlite() {
    HELIOS_RETURN_IF_ERROR(sqlite_->Execute(kCreateTable));
    HELIOS_RETURN_IF_ERROR(sqlite_->Execute("BEGIN"));
    {
      HELIOS_ASSIGN_OR_RETURN(SqliteStatement insert,
                              sqlite_->Prepare("INSERT INTO t VALUES (?, ?, ?)"));
      Dice dice(7);
      for (int64_t id = 1; id <= kRows; ++id) {
        const std::string pad = dice.Text(kPadLength);
        HELIOS_RETURN_IF_ERROR(
            insert.Bind(1, id).Bind(2, dice.Below(kDistinctK)).Bind(3, pad).Run());
      }
    }
    HELIOS_RETURN_IF_ERROR(sqlite_->Execute("COMMIT"));
    HELIOS_RETURN_IF_ERROR(sqlite_->Execute("ANALYZE"));
    return sqlite_->Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> helios_;
  std::string sqlite_path_;
  std::unique_ptr<SqliteConnection> sqlite_;
};

// One random row by its key.
absl::Status HeliosPoint(Statement* select, Dice* dice) {
  HELIOS_ASSIGN_OR_RETURN(const int64_t rows, Drain(select->Execute(1 + dice->Below(kRows))));
  return rows == 1 ? absl::OkStatus() : Internal("{} rows for a key", rows);
}
absl::Status SqlitePoint(SqliteStatement* select, Dice* dice) {
  HELIOS_RETURN_IF_ERROR(select->Bind(1, 1 + dice->Below(kRows)).Run());
  return select->rows() == 1 ? absl::OkStatus() : Internal("{} rows for a key", select->rows());
}

absl::Status ComparePointSelect(Tables* tables) {
  HELIOS_ASSIGN_OR_RETURN(Statement helios, tables->helios()->Prepare(kPointSelect));
  HELIOS_ASSIGN_OR_RETURN(SqliteStatement sqlite, tables->sqlite()->Prepare(kPointSelect));
  Dice helios_dice(1);
  Dice sqlite_dice(1);
  const auto run_helios = [&]() -> absl::StatusOr<double> {
    HELIOS_ASSIGN_OR_RETURN(Transaction transaction, tables->helios()->Begin());
    return RunThreads(1, kSecondsEach, [&](int) { return HeliosPoint(&helios, &helios_dice); });
  };
  const auto run_sqlite = [&]() -> absl::StatusOr<double> {
    HELIOS_RETURN_IF_ERROR(tables->sqlite()->Execute("BEGIN"));
    auto rate =
        RunThreads(1, kSecondsEach, [&](int) { return SqlitePoint(&sqlite, &sqlite_dice); });
    HELIOS_RETURN_IF_ERROR(tables->sqlite()->Execute("COMMIT"));
    return rate;
  };
  HELIOS_ASSIGN_OR_RETURN(const Medians medians, Interleave(run_helios, run_sqlite));
  Print("point_select", medians, "selects/s", 1.0);
  return absl::OkStatus();
}

absl::Status ComparePointSelectAutocommit(Tables* tables) {
  HELIOS_ASSIGN_OR_RETURN(Statement helios, tables->helios()->Prepare(kPointSelect));
  HELIOS_ASSIGN_OR_RETURN(SqliteStatement sqlite, tables->sqlite()->Prepare(kPointSelect));
  Dice helios_dice(2);
  Dice sqlite_dice(2);
  HELIOS_ASSIGN_OR_RETURN(const Medians medians, Interleave(
                                                     [&] {
                                                       return RunThreads(1, kSecondsEach, [&](int) {
                                                         return HeliosPoint(&helios, &helios_dice);
                                                       });
                                                     },
                                                     [&] {
                                                       return RunThreads(1, kSecondsEach, [&](int) {
                                                         return SqlitePoint(&sqlite, &sqlite_dice);
                                                       });
                                                     }));
  Print("point_select_autocommit", medians, "selects/s", 2.5);
  return absl::OkStatus();
}

absl::Status CompareQuery(Tables* tables, const Query& query) {
  HELIOS_ASSIGN_OR_RETURN(Statement helios, tables->helios()->Prepare(query.sql));
  HELIOS_ASSIGN_OR_RETURN(SqliteStatement sqlite, tables->sqlite()->Prepare(query.sql));
  int64_t helios_rows = 0;
  const auto run_helios = [&] {
    return RunThreads(1, kSecondsEach / 2, [&](int) -> absl::Status {
      HELIOS_ASSIGN_OR_RETURN(helios_rows, Drain(helios.Execute()));
      return absl::OkStatus();
    });
  };
  const auto run_sqlite = [&] {
    return RunThreads(1, kSecondsEach / 2, [&](int) { return sqlite.Run(); });
  };
  HELIOS_ASSIGN_OR_RETURN(const Medians medians, Interleave(run_helios, run_sqlite));
  if (helios_rows != sqlite.rows()) {
    return Internal("{}: {} rows, SQLite gives {}", query.name, helios_rows, sqlite.rows());
  }
  Print(query.name, medians, "queries/s", query.bar);
  return absl::OkStatus();
}

// A thread's connection on each side.
struct MixedClient {
  std::unique_ptr<Connection> helios;
  std::optional<Statement> helios_select;
  std::optional<Statement> helios_update;
  std::unique_ptr<SqliteConnection> sqlite;
  std::optional<SqliteStatement> sqlite_select;
  std::optional<SqliteStatement> sqlite_update;
  Dice dice{0};
};

absl::StatusOr<MixedClient> OpenMixedClient(Tables* tables, uint64_t seed) {
  MixedClient client;
  client.dice = Dice(seed);
  HELIOS_ASSIGN_OR_RETURN(client.helios, tables->database()->Connect());
  HELIOS_ASSIGN_OR_RETURN(client.helios_select, client.helios->Prepare(kPointSelect));
  HELIOS_ASSIGN_OR_RETURN(client.helios_update, client.helios->Prepare(kUpdate));
  HELIOS_ASSIGN_OR_RETURN(client.sqlite, SqliteConnection::Open(tables->sqlite_path()));
  HELIOS_ASSIGN_OR_RETURN(SqliteStatement select, client.sqlite->Prepare(kPointSelect));
  client.sqlite_select.emplace(std::move(select));
  HELIOS_ASSIGN_OR_RETURN(SqliteStatement update, client.sqlite->Prepare(kUpdate));
  client.sqlite_update.emplace(std::move(update));
  return client;
}

absl::Status CompareMixed(Tables* tables) {
  std::vector<std::unique_ptr<MixedClient>> clients;
  for (int i = 0; i < kThreads; ++i) {
    HELIOS_ASSIGN_OR_RETURN(MixedClient client, OpenMixedClient(tables, 100 + i));
    clients.push_back(std::make_unique<MixedClient>(std::move(client)));
  }
  const auto run_helios = [&] {
    return RunThreads(kThreads, kSecondsEach, [&](int thread) {
      MixedClient& client = *clients[thread];
      if (client.dice.Below(5) >= kUpdatesInFive) {
        return HeliosPoint(&*client.helios_select, &client.dice);
      }
      return client.helios_update->Execute(1 + client.dice.Below(kRows)).status();
    });
  };
  const auto run_sqlite = [&] {
    return RunThreads(kThreads, kSecondsEach, [&](int thread) {
      MixedClient& client = *clients[thread];
      if (client.dice.Below(5) >= kUpdatesInFive) {
        return SqlitePoint(&*client.sqlite_select, &client.dice);
      }
      return client.sqlite_update->Bind(1, 1 + client.dice.Below(kRows)).Run();
    });
  };
  HELIOS_ASSIGN_OR_RETURN(const Medians medians, Interleave(run_helios, run_sqlite));
  Print("mixed_16threads", medians, "operations/s", 4.0);
  return absl::OkStatus();
}

}  // namespace

absl::Status CompareReads(Workspace* workspace, const Wanted& wanted) {
  bool any =
      wanted("point_select") || wanted("point_select_autocommit") || wanted("mixed_16threads");
  for (const Query& query : kQueries) any = any || wanted(query.name);
  if (!any) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Tables> tables, Tables::Load(workspace));
  if (wanted("point_select")) HELIOS_RETURN_IF_ERROR(ComparePointSelect(tables.get()));
  if (wanted("point_select_autocommit")) {
    HELIOS_RETURN_IF_ERROR(ComparePointSelectAutocommit(tables.get()));
  }
  for (const Query& query : kQueries) {
    if (wanted(query.name)) HELIOS_RETURN_IF_ERROR(CompareQuery(tables.get(), query));
  }
  if (wanted("mixed_16threads")) HELIOS_RETURN_IF_ERROR(CompareMixed(tables.get()));
  return absl::OkStatus();
}

}  // namespace heliosdb::bench
