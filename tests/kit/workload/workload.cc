#include "tests/kit/workload/workload.h"

#include <thread>
#include <utility>
#include <vector>

#include "fmt/format.h"

#include "core/base/status.h"
#include "heliosdb/error.h"

namespace heliosdb::testkit::workload {

std::string_view NameOf(history::Isolation isolation) {
  switch (isolation) {
    case history::Isolation::kReadCommitted:
      return "read committed";
    case history::Isolation::kRepeatableRead:
      return "repeatable read";
    case history::Isolation::kSerializable:
      break;
  }
  return "serializable";
}

history::Ending EndingOf(const absl::Status& error) {
  const std::string state = SqlStateOf(error);
  if (state == "40003") return history::Ending::kUnknown;
  if (state == "57014") return history::Ending::kAborted;
  for (const std::string_view refused :
       {"0A", "22", "23", "25", "40", "42", "53", "54", "55", "72"}) {
    if (state.starts_with(refused)) return history::Ending::kAborted;
  }
  return history::Ending::kUnknown;
}

Client::Client(int process, const WorkloadOptions& options, SqlDatabase* database)
    : process_(process),
      options_(options),
      database_(database),
      random_(options.seed * 1000003 + static_cast<uint64_t>(process)) {
  Reconnect();
}

void Client::Reconnect() {
  session_ = nullptr;
  absl::StatusOr<std::unique_ptr<SqlSession>> session =
      database_->Connect(fmt::format("client {}", process_));
  if (!session.ok()) return;
  for (const std::string& sql : options_.session_setup) {
    if (!(*session)->Execute(sql).ok()) return;
  }
  session_ = *std::move(session);
}

absl::StatusOr<SqlResult> Client::Execute(std::string_view sql) {
  if (!failure_.ok()) return failure_;
  if (!is_connected()) return failure_ = Unavailable("no session");
  absl::StatusOr<SqlResult> result = session_->Execute(sql);
  if (!result.ok()) failure_ = result.status();
  return result;
}

absl::Status Client::Begin() {
  failure_ = absl::OkStatus();
  return Execute(fmt::format("BEGIN ISOLATION LEVEL {}", NameOf(options_.isolation))).status();
}

history::Ending Client::End() {
  if (!failure_.ok()) {
    // Nothing was asked to commit: the transaction is gone with its session at the latest.
    const bool is_lost = EndingOf(failure_) == history::Ending::kUnknown;
    failure_ = absl::OkStatus();
    if (is_lost || !Execute("ROLLBACK").ok()) Reconnect();
    return history::Ending::kAborted;
  }
  const absl::StatusOr<SqlResult> commit = Execute("COMMIT");
  if (commit.ok()) {
    return commit->command_tag == "COMMIT" ? history::Ending::kCommitted
                                           : history::Ending::kAborted;
  }
  return EndOfStatement(commit.status());
}

history::Ending Client::EndOfStatement(const absl::Status& status) {
  failure_ = absl::OkStatus();
  if (status.ok()) return history::Ending::kCommitted;
  const history::Ending ending = EndingOf(status);
  if (ending == history::Ending::kUnknown) Reconnect();
  return ending;
}

absl::Status RunClients(const WorkloadOptions& options, SqlDatabase* database,
                        const std::function<absl::Status(SqlSession*)>& setup,
                        const std::function<void(Client*, int)>& body) {
  if (options.resets_database) HELIOS_RETURN_IF_ERROR(database->Reset());
  {
    HELIOS_ASSIGN_OR_RETURN(const auto session, database->Connect("setup"));
    HELIOS_RETURN_IF_ERROR(setup(session.get()));
  }
  std::vector<std::unique_ptr<Client>> clients;
  for (int process = 0; process < options.sessions; ++process) {
    clients.push_back(std::make_unique<Client>(process, options, database));
    if (!clients.back()->is_connected()) return Unavailable("no session for client {}", process);
  }
  std::vector<std::thread> threads;
  threads.reserve(clients.size());
  for (const auto& client : clients) {
    threads.emplace_back([&options, &body, client = client.get()] {
      for (int i = 0; i < options.transactions_per_session && client->is_connected(); ++i)
        body(client, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return absl::OkStatus();
}

}  // namespace heliosdb::testkit::workload
