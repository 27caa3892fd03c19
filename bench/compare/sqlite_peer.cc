#include "bench/compare/sqlite_peer.h"

#include <atomic>
#include <map>
#include <utility>

#include <sqlite3.h>

#include "core/base/mutex.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr char kVfsName[] = "counting";
constexpr int kBusyTimeoutMilliseconds = 60'000;

std::atomic<uint64_t> syncs{0};
int (*real_open)(sqlite3_vfs*, const char*, sqlite3_file*, int, int*) = nullptr;
std::atomic<int (*)(sqlite3_file*, int)> real_sync{nullptr};

int CountingSync(sqlite3_file* file, int flags) {
  ++syncs;
  return real_sync.load()(file, flags);
}

// A copy of a file's methods whose sync counts. There are a few kinds of files, all with one sync.
const sqlite3_io_methods* CountingMethods(const sqlite3_io_methods* own) {
  static Mutex mu;
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods> copies;
  MutexLock lock(&mu);
  const auto [place, is_new] = copies.emplace(own, *own);
  if (is_new) {
    real_sync = own->xSync;
    place->second.xSync = CountingSync;
  }
  return &place->second;
}

int CountingOpen(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  const int result = real_open(vfs, name, file, flags, out);
  if (result == SQLITE_OK && file->pMethods != nullptr)
    file->pMethods = CountingMethods(file->pMethods);
  return result;
}

// The default VFS with a sync that counts.
bool RegisterCountingVfs() {
  sqlite3_initialize();
  static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
  real_open = vfs.xOpen;
  vfs.zName = kVfsName;
  vfs.xOpen = CountingOpen;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

absl::Status ErrorOf(sqlite3* db, std::string_view what) {
  return Internal("sqlite: {}: {}", what, sqlite3_errmsg(db));
}

}  // namespace

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }
SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)) {}

SqliteStatement& SqliteStatement::Bind(int parameter, int64_t value) {
  sqlite3_bind_int64(statement_, parameter, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(int parameter, std::string_view text) {
  sqlite3_bind_text(statement_, parameter, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
  return *this;
}

absl::Status SqliteStatement::Run() {
  rows_ = 0;
  const int columns = sqlite3_column_count(statement_);
  int result = SQLITE_ROW;
  while ((result = sqlite3_step(statement_)) == SQLITE_ROW) {
    ++rows_;
    for (int i = 0; i < columns; ++i) {
      if (sqlite3_column_type(statement_, i) == SQLITE_TEXT) {
        sink_ += sqlite3_column_text(statement_, i)[0];
      } else {
        sink_ += sqlite3_column_int64(statement_, i);
      }
    }
  }
  absl::Status status = result == SQLITE_DONE ? absl::OkStatus() : ErrorOf(db_, "step");
  sqlite3_reset(statement_);
  return status;
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path) {
  static const bool registered = RegisterCountingVfs();
  if (!registered) return Internal("sqlite: cannot register a VFS");
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int result = sqlite3_open_v2(path.c_str(), &db, flags, kVfsName);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db));
  if (result != SQLITE_OK) return ErrorOf(db, path);
  sqlite3_busy_timeout(db, kBusyTimeoutMilliseconds);
  for (const char* const sql :
       {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA cache_size=-1048576"}) {
    HELIOS_RETURN_IF_ERROR(connection->Execute(sql));
  }
  return connection;
}

SqliteConnection::~SqliteConnection() { sqlite3_close_v2(db_); }

absl::Status SqliteConnection::Execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return ErrorOf(db_, sql);
}

absl::StatusOr<SqliteStatement> SqliteConnection::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &statement, nullptr) != SQLITE_OK) {
    return ErrorOf(db_, sql);
  }
  return SqliteStatement(db_, statement);
}

uint64_t SqliteSyncs() { return syncs; }

}  // namespace heliosdb::bench
