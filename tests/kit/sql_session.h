// The seam between the test components and a SQL database: sessions that run statements and give
// back what a client of PostgreSQL would see, in text form. Every runner of the kit is written
// against it, so that the same files are run over an embedded database and over PostgreSQL itself.
#ifndef HELIOSDB_TESTS_KIT_SQL_SESSION_H_
#define HELIOSDB_TESTS_KIT_SQL_SESSION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/mutex.h"

namespace heliosdb::testkit {

class SqlSession;

struct SqlColumn {
  std::string name;
  uint32_t type_oid = 0;  // As in PostgreSQL's pg_type: 23 for int4.
};

using SqlRow = std::vector<std::optional<std::string>>;  // PostgreSQL's text forms; empty for NULL.

// What one statement answered. Statements that return no rows have no columns and is_query false (a
// SELECT of no columns has is_query true).
struct SqlResult {
  bool is_query = false;
  std::vector<SqlColumn> columns;
  std::vector<SqlRow> rows;
  std::string command_tag;  // "INSERT 0 1"
};

// A notice or a notification that came in beside the answers.
struct SqlMessage {
  bool is_notification = false;
  std::string severity;  // Of a notice: "NOTICE".
  std::string text;      // Of a notice: its text. Of a notification: its payload.
  std::string channel;   // Of a notification.
  SqlSession* sender =
      nullptr;  // Of a notification: who sent it; null when that is no session of this database.
};

// What a text of one or several statements answered: the results up to the first error, then that
// error.
struct SqlOutcome {
  std::vector<SqlResult> results;
  absl::Status status;  // Carries the SQLSTATE and the other fields that heliosdb/error.h reads.
};

// One session. For one thread at a time, save Cancel and IsRunning. A text handed to Start runs on
// a thread of the session; while it runs only Cancel, IsRunning, WaitFor, Finish and TakeMessages
// may be called.
class SqlSession {
 public:
  virtual ~SqlSession();

  // Runs the statements of sql in the calling thread, in one implicit transaction as PostgreSQL's
  // simple query does.
  virtual SqlOutcome Run(std::string_view sql) = 0;
  // Asks the running statement to stop (it then fails with 57014). From any thread; returns at
  // once.
  virtual void Cancel() = 0;
  // Messages received since the last call, oldest first. Safe while a statement runs.
  virtual std::vector<SqlMessage> TakeMessages() { return {}; }
  // Every message received so far, taken or not.
  virtual uint64_t messages_received() { return 0; }

  // Runs sql; the last result, or the error.
  absl::StatusOr<SqlResult> Execute(std::string_view sql);

  // Begins to run sql on the session's thread. Nothing may be running.
  void Start(std::string_view sql);
  bool IsRunning();
  // Waits until the statement has ended or timeout has passed; true when it has ended.
  bool WaitFor(absl::Duration timeout);
  // Waits for the end of what Start began, and returns its outcome.
  SqlOutcome Finish();

 protected:
  // Ends the session's thread; every implementation calls it first in its destructor, since the
  // thread calls Run.
  void StopThread();

 private:
  void ThreadMain();

  Mutex mu_;
  CondVar changed_;
  std::optional<std::string> next_ ABSL_GUARDED_BY(mu_);  // What the thread is to run, or runs.
  std::optional<SqlOutcome> outcome_ ABSL_GUARDED_BY(mu_);
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

// A database that tests open sessions on. Thread-safe.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  // A session with time zone UTC, ISO dates and the other defaults of PostgreSQL. The database
  // outlives it.
  virtual absl::StatusOr<std::unique_ptr<SqlSession>> Connect(std::string_view name) = 0;
  // Whether the statement that session runs waits for a lock that one of others holds or awaits
  // before it.
  virtual absl::StatusOr<bool> IsBlocked(SqlSession& session,
                                         std::span<SqlSession* const> others) = 0;
  // Leaves nothing but an empty schema public. No session may be open.
  virtual absl::Status Reset() = 0;
};

// The statements of a script, without their semicolons and without leading comments; knows quoted
// and dollar-quoted strings, quoted names and both kinds of comments. Empty statements are left
// out. The views point into script.
std::vector<std::string_view> SplitStatements(std::string_view script);

// PostgreSQL's name of a built-in type ("int4"), or its oid in digits when it is none of ours.
std::string TypeName(uint32_t type_oid);

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_KIT_SQL_SESSION_H_
