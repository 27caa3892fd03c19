#include "tests/kit/workload/list_append_workload.h"

#include <atomic>
#include <cstdlib>
#include <utility>

#include "fmt/format.h"

#include "core/base/mutex.h"
#include "core/base/status.h"

namespace heliosdb::testkit::workload {
namespace {

using history::ListOperation;
using history::ListTransaction;

class ListAppend {
 public:
  ListAppend(const WorkloadOptions& options, const ListAppendOptions& list_options)
      : options_(options), list_options_(list_options) {}

  absl::Status Setup(SqlSession* session) {
    if (list_options_.form == ListForm::kRows) {
      HELIOS_RETURN_IF_ERROR(
          session->Execute("CREATE TABLE la_key (k int PRIMARY KEY, n int NOT NULL)").status());
      HELIOS_RETURN_IF_ERROR(
          session->Execute("CREATE TABLE la_row (k int, n int, v int NOT NULL, PRIMARY KEY (k, n))")
              .status());
    } else {
      HELIOS_RETURN_IF_ERROR(
          session->Execute("CREATE TABLE la (k int PRIMARY KEY, v text NOT NULL)").status());
    }
    if (list_options_.form == ListForm::kUpsert) return absl::OkStatus();
    const int total = options_.sessions * options_.transactions_per_session;
    const int keys = (total / list_options_.transactions_per_key_set + 1) * list_options_.keys;
    const bool rows = list_options_.form == ListForm::kRows;
    for (int key = 0; key < keys; ++key) {
      HELIOS_RETURN_IF_ERROR(
          session
              ->Execute(rows ? fmt::format("INSERT INTO la_key VALUES ({}, 0)", key)
                             : fmt::format("INSERT INTO la VALUES ({}, '')", key))
              .status());
    }
    return absl::OkStatus();
  }

  void RunOne(Client* client) {
    ListTransaction transaction;
    transaction.process = client->process();
    const int64_t first_key =
        started_.fetch_add(1) / list_options_.transactions_per_key_set * list_options_.keys;
    transaction.invoked = client->Now();
    absl::Status status = client->Begin();
    uint64_t operations =
        1 + client->random().Below(static_cast<uint64_t>(list_options_.operations_max));
    for (; status.ok() && operations > 0; --operations) {
      const int64_t key =
          first_key + static_cast<int64_t>(client->random().Below(list_options_.keys));
      status = client->random().Below(2) == 0 ? Append(client, key, &transaction)
                                              : Read(client, key, &transaction);
    }
    // Some roll back of their own will: nobody may have seen what they wrote.
    if (status.ok() && client->random().Below(20) == 0) {
      transaction.ending =
          client->Execute("ROLLBACK").ok() ? history::Ending::kAborted : client->End();
    } else {
      transaction.ending = client->End();
    }
    transaction.completed = client->Now();
    MutexLock lock(&mu_);
    history_.push_back(std::move(transaction));
  }

  std::vector<ListTransaction> TakeHistory() {
    MutexLock lock(&mu_);
    return std::move(history_);
  }

 private:
  absl::Status Append(Client* client, int64_t key, ListTransaction* transaction) {
    const int64_t value = next_value_.fetch_add(1);
    transaction->operations.push_back(ListOperation::Append(key, value));
    switch (list_options_.form) {
      case ListForm::kUpdate:
        return client->Execute(fmt::format("UPDATE la SET v = v || ',{}' WHERE k = {}", value, key))
            .status();
      case ListForm::kUpsert:
        return client
            ->Execute(fmt::format("INSERT INTO la VALUES ({}, ',{}') ON CONFLICT (k) DO UPDATE SET "
                                  "v = la.v || excluded.v",
                                  key, value))
            .status();
      case ListForm::kRows:
        break;
    }
    HELIOS_ASSIGN_OR_RETURN(
        const SqlResult counter,
        client->Execute(fmt::format("UPDATE la_key SET n = n + 1 WHERE k = {} RETURNING n", key)));
    if (counter.rows.size() != 1)
      return Internal("counter {} has {} rows", key, counter.rows.size());
    const std::string number = counter.rows[0][0].value_or("NULL");
    return client
        ->Execute(fmt::format("INSERT INTO la_row VALUES ({}, {}, {})", key, number, value))
        .status();
  }

  absl::Status Read(Client* client, int64_t key, ListTransaction* transaction) {
    const bool rows = list_options_.form == ListForm::kRows;
    transaction->operations.push_back({ListOperation::Kind::kRead, key, 0, std::nullopt});
    const std::string sql = rows ? fmt::format("SELECT v FROM la_row WHERE k = {} ORDER BY n", key)
                                 : fmt::format("SELECT v FROM la WHERE k = {}", key);
    HELIOS_ASSIGN_OR_RETURN(const SqlResult result, client->Execute(sql));
    std::vector<int64_t> list;
    for (const SqlRow& row : result.rows) {
      const std::string text = row[0].value_or("");
      for (const int64_t value : ParseList(rows ? "," + text : text)) list.push_back(value);
    }
    transaction->operations.back().list = std::move(list);
    return absl::OkStatus();
  }

  const WorkloadOptions options_;
  const ListAppendOptions list_options_;
  std::atomic<int64_t> started_ = 0;
  std::atomic<int64_t> next_value_ = 1;
  Mutex mu_;
  std::vector<ListTransaction> history_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

absl::StatusOr<std::vector<ListTransaction>> RunListAppend(const WorkloadOptions& options,
                                                           const ListAppendOptions& list_options,
                                                           SqlDatabase* database) {
  ListAppend workload(options, list_options);
  HELIOS_RETURN_IF_ERROR(RunClients(
      options, database, [&](SqlSession* session) { return workload.Setup(session); },
      [&](Client* client, int) { workload.RunOne(client); }));
  return workload.TakeHistory();
}

std::vector<int64_t> ParseList(std::string_view text) {
  std::vector<int64_t> list;
  while (text.starts_with(',')) {
    text.remove_prefix(1);
    const size_t end = text.find(',');
    list.push_back(std::strtoll(std::string(text.substr(0, end)).c_str(), nullptr, 10));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  return list;
}

}  // namespace heliosdb::testkit::workload
