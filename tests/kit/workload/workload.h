// What the workloads share: the threads that run random transactions on sessions of their own, and how the end of a
// transaction is judged. Each workload makes its tables, runs, and gives back a history for tests/kit/history.
#ifndef HELIOSDB_TESTS_KIT_WORKLOAD_WORKLOAD_H_
#define HELIOSDB_TESTS_KIT_WORKLOAD_WORKLOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/base/clock.h"
#include "core/base/random.h"
#include "tests/kit/history/list_append.h"
#include "tests/kit/sql_session.h"

namespace heliosdb::testkit::workload {

struct WorkloadOptions {
  history::Isolation isolation = history::Isolation::kReadCommitted;
  int sessions = 8;  // Each on a thread of its own.
  int transactions_per_session = 250;
  uint64_t seed = 1;             // Of what is run; how the threads interleave is up to the machine.
  Clock* clock = Clock::Real();  // Not owned. Dates the invocations and completions.
  // Run on every session of a client when it is opened.
  std::vector<std::string> session_setup;
  // Whether every workload starts from an emptied database (no session may be open then) or keeps what is there.
  bool resets_database = true;
};

// "read committed", "repeatable read", "serializable".
std::string_view NameOf(history::Isolation isolation);

// How a statement or COMMIT that failed leaves its transaction: aborted for errors that say so (classes 22, 23, 25, 40,
// 53 to 55, a cancel), unknown for those that leave the outcome open (40003, a lost connection, a shutdown, I/O).
history::Ending EndingOf(const absl::Status& error);

// One client: a session, reconnected after an unknown ending, and its own randomness.
class Client {
 public:
  Client(int process, const WorkloadOptions& options, SqlDatabase* database);

  int process() const { return process_; }
  Random& random() { return random_; }
  absl::Duration Now() { return options_.clock->Now(); }

  // Runs one statement of the open transaction (or of its own). After an error further calls fail with it.
  absl::StatusOr<SqlResult> Execute(std::string_view sql);
  // Begins a transaction at the workload's level.
  absl::Status Begin();
  // Commits what Begin opened, or, when something failed since, rolls it back; how it ended.
  history::Ending End();
  // The ending of a single statement outside a transaction, by the status that it gave.
  history::Ending EndOfStatement(const absl::Status& status);
  // False once no session can be had any more.
  bool is_connected() const { return session_ != nullptr; }

 private:
  void Reconnect();

  const int process_;
  const WorkloadOptions options_;
  SqlDatabase* const database_;  // Not owned.
  Random random_;
  std::unique_ptr<SqlSession> session_;
  absl::Status failure_;  // Of the open transaction.
};

// Runs setup on one session (after a reset, if so asked), then body(client, i) for i below transactions_per_session on
// every client at once. Returns when all have ended.
absl::Status RunClients(const WorkloadOptions& options, SqlDatabase* database,
                        const std::function<absl::Status(SqlSession*)>& setup,
                        const std::function<void(Client*, int)>& body);

}  // namespace heliosdb::testkit::workload

#endif  // HELIOSDB_TESTS_KIT_WORKLOAD_WORKLOAD_H_
