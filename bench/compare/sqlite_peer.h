// SQLite 3 as the comparison runs it: write-ahead log, synchronous=FULL, a cache of 1 GB, prepared statements, a busy
// timeout.
#ifndef HELIOSDB_BENCH_COMPARE_SQLITE_PEER_H_
#define HELIOSDB_BENCH_COMPARE_SQLITE_PEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace heliosdb::bench {

// A prepared statement. Goes before its connection.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  ~SqliteStatement();
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement(const SqliteStatement&) = delete;

  SqliteStatement& Bind(int parameter, int64_t value);
  // The text must live until the statement was run.
  SqliteStatement& Bind(int parameter, std::string_view text);
  // Runs it to its end. sum() then holds the sum of all integer columns of all rows: every value was read.
  absl::Status Run();
  int64_t rows() const { return rows_; }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int64_t rows_ = 0;
  int64_t sink_ = 0;
};

// A connection, for one thread.
class SqliteConnection {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::string& path);
  ~SqliteConnection();

  absl::Status Execute(const char* sql);
  absl::StatusOr<SqliteStatement> Prepare(std::string_view sql);

 private:
  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  sqlite3* const db_;
};

// Syncs of SQLite's files since the program began.
uint64_t SqliteSyncs();

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_SQLITE_PEER_H_
