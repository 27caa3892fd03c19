// bulk_insert: a million rows into an empty table, durable at the end: the Appender to SQLite's prepared INSERT in one
// transaction.
#include <memory>

#include "fmt/format.h"

#include "bench/compare/figure.h"
#include "bench/compare/helios_peer.h"
#include "bench/compare/sqlite_peer.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr size_t kPadLength = 40;
constexpr double kBar = 0.8;

absl::StatusOr<double> LoadHelios(Database* database, Connection* connection,
                                  const std::string& pad, int serial) {
  HELIOS_RETURN_IF_ERROR(database->Checkpoint());
  const std::string table = fmt::format("t{}", serial);
  HELIOS_RETURN_IF_ERROR(
      connection
          ->Execute(
              fmt::format("CREATE TABLE {} (id integer PRIMARY KEY, k integer, pad text)", table))
          .status());
  Dice dice(7);
  const double start = NowSeconds();
  HELIOS_ASSIGN_OR_RETURN(Appender appender, connection->Append("", table));
  for (int64_t id = 1; id <= kRows; ++id) {
    appender.Add(id).Add(dice.Below(kDistinctK)).Add(std::string_view(pad));
    HELIOS_RETURN_IF_ERROR(appender.EndRow());
  }
  HELIOS_RETURN_IF_ERROR(appender.Finish().status());
  return static_cast<double>(kRows) / (NowSeconds() - start);
}

absl::StatusOr<double> LoadSqlite(SqliteConnection* connection, const std::string& pad,
                                  int serial) {
  HELIOS_RETURN_IF_ERROR(connection->Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  const std::string table = fmt::format("t{}", serial);
  HELIOS_RETURN_IF_ERROR(connection->Execute(
      fmt::format("CREATE TABLE {} (id integer PRIMARY KEY, k integer, pad text)", table).c_str()));
  HELIOS_ASSIGN_OR_RETURN(SqliteStatement insert, connection->Prepare(fmt::format(
                                                      "INSERT INTO {} VALUES (?, ?, ?)", table)));
  Dice dice(7);
  const double start = NowSeconds();
  HELIOS_RETURN_IF_ERROR(connection->Execute("BEGIN"));
  for (int64_t id = 1; id <= kRows; ++id) {
    HELIOS_RETURN_IF_ERROR(insert.Bind(1, id).Bind(2, dice.Below(kDistinctK)).Bind(3, pad).Run());
  }
  HELIOS_RETURN_IF_ERROR(connection->Execute("COMMIT"));
  return static_cast<double>(kRows) / (NowSeconds() - start);
}

}  // namespace

absl::Status CompareBulkInsert(Workspace* workspace, const Wanted& wanted) {
  if (!wanted("bulk_insert")) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                          Database::Open(workspace->NewPath("bulk")));
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> helios, database->Connect());
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<SqliteConnection> sqlite,
                          SqliteConnection::Open(workspace->NewPath("sqlite")));
  const std::string pad(kPadLength, 'p');
  int serial = 0;
  HELIOS_ASSIGN_OR_RETURN(
      const Medians medians,
      Interleave([&] { return LoadHelios(database.get(), helios.get(), pad, ++serial); },
                 [&] { return LoadSqlite(sqlite.get(), pad, serial); }));
  Print("bulk_insert", medians, "rows/s", kBar);
  return absl::OkStatus();
}

}  // namespace heliosdb::bench
