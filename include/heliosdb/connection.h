// Sessions: statements, prepared statements, transactions, cancellation.
#ifndef HELIOSDB_CONNECTION_H_
#define HELIOSDB_CONNECTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "heliosdb/receipt.h"
#include "heliosdb/result.h"
#include "heliosdb/value.h"

namespace heliosdb {

class Appender;
class Connection;
class Transaction;

namespace api {
class Session;
class StatementState;
}  // namespace api

enum class IsolationLevel : uint8_t { kReadCommitted, kRepeatableRead, kSerializable };

// A prepared statement: parsed and planned once, run many times. Plans itself anew when the schema changed. Belongs to
// its connection, which must outlive it, and to that connection's thread.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // How many parameters ($1, $2, ...) the statement has, and the types that were inferred for them.
  size_t parameter_count() const;
  std::vector<TypeId> parameter_types() const;
  // Of the result; empty for statements that return no rows.
  const std::vector<Column>& columns() const;

  // Runs the statement. INVALID_ARGUMENT (08P01) when the number of parameters is not parameter_count().
  template <typename... Args>
  absl::StatusOr<Result> Execute(const Args&... args) {
    if constexpr (sizeof...(Args) == 0) {
      return ExecuteValues({});
    } else {
      const Value values[] = {Value(args)...};
      return ExecuteValues(values);
    }
  }
  absl::StatusOr<Result> ExecuteValues(std::span<const Value> parameters);

 private:
  friend class Connection;
  explicit Statement(std::unique_ptr<api::StatementState> state);
  std::unique_ptr<api::StatementState> state_;
};

struct TransactionOptions {
  IsolationLevel isolation = IsolationLevel::kReadCommitted;
  bool read_only = false;
  // With kSerializable and read_only: waits for a snapshot that cannot fail.
  bool deferrable = false;
};

// One session. For one thread at a time; which thread may change between calls. Made by Database::Connect and must be
// destroyed before the database. Destroying it rolls an open transaction back.
//
// Errors carry a SQLSTATE (error.h). Inside a transaction block an error makes every further statement fail with 25P02
// until ROLLBACK or ROLLBACK TO SAVEPOINT, as in PostgreSQL.
class Connection {
 public:
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one statement; args are its parameters $1, $2, .... Waits for locks, and for the disk when it commits. A
  // second use of the same text finds its plan in the database's cache. With no parameters, sql may hold several
  // statements separated by semicolons, which then run in one implicit transaction; the last one's result is returned.
  template <typename... Args>
  absl::StatusOr<Result> Execute(std::string_view sql, const Args&... args) {
    if constexpr (sizeof...(Args) == 0) {
      return ExecuteValues(sql, {});
    } else {
      const Value values[] = {Value(args)...};
      return ExecuteValues(sql, values);
    }
  }
  absl::StatusOr<Result> ExecuteValues(std::string_view sql, std::span<const Value> parameters);

  // Parses, binds and plans one statement.
  absl::StatusOr<Statement> Prepare(std::string_view sql);

  // Runs a script, statement by statement, each in a transaction of its own unless the script says BEGIN. Stops at the
  // first error, which names the statement's line. progress, when given, is told the bytes done.
  absl::Status ExecuteScript(std::string_view script,
                             const std::function<void(uint64_t bytes_done)>& progress = nullptr);

  // Starts a transaction that ends with the guard (transaction.h). 25001 when one is open.
  absl::StatusOr<Transaction> Begin(const TransactionOptions& options = {});
  bool in_transaction() const;
  // True after an error inside a transaction block.
  bool transaction_failed() const;

  // A bulk loader for a table (appender.h); schema may be empty for the search path.
  absl::StatusOr<Appender> Append(std::string_view schema, std::string_view table);

  // Stops the statement that runs now, if any, with 57014. From any thread.
  void Cancel();
  // A number that tells sessions apart while they live: pg_backend_pid().
  uint32_t session_id() const;
  // The sessions that hold, or wait first for, the lock that this one waits for. From any thread.
  std::vector<uint32_t> BlockedBy() const;

  // What the transaction id of the open transaction is, to ask Database::Outcome after a crash: assigned now if need
  // be. 25P01 outside a transaction.
  absl::StatusOr<uint64_t> TransactionId();

 private:
  friend class Appender;
  friend class Database;
  friend class Transaction;
  explicit Connection(std::unique_ptr<api::Session> session);
  std::unique_ptr<api::Session> session_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CONNECTION_H_
