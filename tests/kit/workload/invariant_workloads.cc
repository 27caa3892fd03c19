#include "tests/kit/workload/invariant_workloads.h"

#include <atomic>
#include <cstdlib>
#include <utility>

#include "fmt/format.h"

#include "core/base/mutex.h"
#include "core/base/status.h"

namespace heliosdb::testkit::workload {
namespace {

std::optional<int64_t> Number(const std::optional<std::string>& text) {
  if (!text.has_value()) return std::nullopt;
  return std::strtoll(text->c_str(), nullptr, 10);
}

// Items that many threads add to.
template <typename T>
class Collected {
 public:
  void Add(T item) {
    MutexLock lock(&mu_);
    items_.push_back(std::move(item));
  }
  std::vector<T> Take() {
    MutexLock lock(&mu_);
    return std::move(items_);
  }

 private:
  Mutex mu_;
  std::vector<T> items_ ABSL_GUARDED_BY(mu_);
};

absl::Status ExecuteAll(SqlSession* session, const std::vector<std::string>& statements) {
  for (const std::string& sql : statements) HELIOS_RETURN_IF_ERROR(session->Execute(sql).status());
  return absl::OkStatus();
}

// A few operations a key, so that the search for an order stays short.
constexpr int kOperationsPerKey = 120;

history::RegisterOperation RandomRegisterOperation(Client* client, int64_t key) {
  using Kind = history::RegisterOperation::Kind;
  history::RegisterOperation operation;
  operation.process = client->process();
  operation.key = key;
  const uint64_t choice = client->random().Below(3);
  operation.kind = choice == 0 ? Kind::kRead : choice == 1 ? Kind::kWrite : Kind::kCompareAndSet;
  if (operation.kind != Kind::kRead)
    operation.value = static_cast<int64_t>(client->random().Below(5));
  if (operation.kind == Kind::kCompareAndSet)
    operation.expected = static_cast<int64_t>(client->random().Below(5));
  return operation;
}

std::string RegisterSql(const history::RegisterOperation& operation) {
  using Kind = history::RegisterOperation::Kind;
  switch (operation.kind) {
    case Kind::kRead:
      return fmt::format("SELECT v FROM reg WHERE k = {}", operation.key);
    case Kind::kWrite:
      return fmt::format("UPDATE reg SET v = {} WHERE k = {}", *operation.value, operation.key);
    case Kind::kCompareAndSet:
      break;
  }
  return fmt::format("UPDATE reg SET v = {} WHERE k = {} AND v = {}", *operation.value,
                     operation.key, *operation.expected);
}

constexpr int kAccounts = 8;
constexpr int64_t kBalance = 100;

class Bank {
 public:
  explicit Bank(BankStyle style) : style_(style) {}

  void RunOne(Client* client) {
    if (client->random().Below(3) == 0) {
      ReadAll(client);
      return;
    }
    const auto from = static_cast<int>(client->random().Below(kAccounts));
    const int to = (from + 1 + static_cast<int>(client->random().Below(kAccounts - 1))) % kAccounts;
    const auto amount = static_cast<int64_t>(1 + client->random().Below(60));
    absl::Status status = client->Begin();
    if (status.ok()) {
      status = style_ == BankStyle::kRelative ? TransferRelative(client, from, to, amount)
                                              : TransferByReading(client, from, to, amount);
    }
    client->End();
  }

  std::vector<history::BankRead> TakeReads() { return reads_.Take(); }

 private:
  static absl::Status TransferRelative(Client* client, int from, int to, int64_t amount) {
    HELIOS_ASSIGN_OR_RETURN(
        const SqlResult taken,
        client->Execute(
            fmt::format("UPDATE bank SET balance = balance - {0} WHERE id = {1} AND balance >= {0}",
                        amount, from)));
    if (taken.command_tag != "UPDATE 1") return absl::OkStatus();
    return client
        ->Execute(fmt::format("UPDATE bank SET balance = balance + {} WHERE id = {}", amount, to))
        .status();
  }

  static absl::StatusOr<int64_t> Balance(Client* client, int account) {
    HELIOS_ASSIGN_OR_RETURN(
        const SqlResult result,
        client->Execute(fmt::format("SELECT balance FROM bank WHERE id = {}", account)));
    if (result.rows.size() != 1)
      return Internal("account {} has {} rows", account, result.rows.size());
    return Number(result.rows[0][0]).value_or(0);
  }

  static absl::Status SetBalance(Client* client, int account, int64_t balance) {
    return client
        ->Execute(fmt::format("UPDATE bank SET balance = {} WHERE id = {}", balance, account))
        .status();
  }

  static absl::Status TransferByReading(Client* client, int from, int to, int64_t amount) {
    HELIOS_ASSIGN_OR_RETURN(const int64_t from_balance, Balance(client, from));
    HELIOS_ASSIGN_OR_RETURN(const int64_t to_balance, Balance(client, to));
    if (from_balance < amount) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(SetBalance(client, from, from_balance - amount));
    return SetBalance(client, to, to_balance + amount);
  }

  void ReadAll(Client* client) {
    history::BankRead read;
    absl::Status status = client->Begin();
    const int statements = style_ == BankStyle::kRelative ? 1 : kAccounts;
    for (int i = 0; status.ok() && i < statements; ++i) {
      const absl::StatusOr<SqlResult> result = client->Execute(
          statements == 1 ? "SELECT id, balance FROM bank"
                          : fmt::format("SELECT id, balance FROM bank WHERE id = {}", i));
      status = result.status();
      if (!status.ok()) break;
      for (const SqlRow& row : result->rows)
        read.emplace_back(Number(row[0]).value_or(-1), Number(row[1]));
    }
    if (client->End() == history::Ending::kCommitted) reads_.Add(std::move(read));
  }

  const BankStyle style_;
  Collected<history::BankRead> reads_;
};

}  // namespace

absl::StatusOr<std::vector<history::RegisterOperation>> RunRegister(
    const WorkloadOptions& given_options, SqlDatabase* database) {
  using Kind = history::RegisterOperation::Kind;
  WorkloadOptions options = given_options;
  options.session_setup.push_back(
      fmt::format("SET default_transaction_isolation = '{}'", NameOf(options.isolation)));
  Collected<history::RegisterOperation> collected;
  std::atomic<int64_t> started = 0;
  const auto setup = [&](SqlSession* session) {
    std::vector<std::string> statements = {"CREATE TABLE reg (k int PRIMARY KEY, v int)"};
    const int keys = options.sessions * options.transactions_per_session / kOperationsPerKey + 1;
    for (int key = 0; key < keys; ++key)
      statements.push_back(fmt::format("INSERT INTO reg VALUES ({}, NULL)", key));
    return ExecuteAll(session, statements);
  };
  const auto body = [&](Client* client, int) {
    history::RegisterOperation operation =
        RandomRegisterOperation(client, started.fetch_add(1) / kOperationsPerKey);
    operation.invoked = client->Now();
    const absl::StatusOr<SqlResult> result = client->Execute(RegisterSql(operation));
    operation.completed = client->Now();
    operation.ending = client->EndOfStatement(result.status());
    if (result.ok() && operation.kind == Kind::kRead && result->rows.size() == 1) {
      operation.value = Number(result->rows[0][0]);
    }
    if (result.ok()) operation.swapped = result->command_tag == "UPDATE 1";
    collected.Add(operation);
  };
  HELIOS_RETURN_IF_ERROR(RunClients(options, database, setup, body));
  return collected.Take();
}

absl::StatusOr<BankHistory> RunBank(const WorkloadOptions& options, BankStyle style,
                                    SqlDatabase* database) {
  BankHistory history;
  history.rules.total = kAccounts * kBalance;
  for (int account = 0; account < kAccounts; ++account) history.rules.accounts.push_back(account);
  const auto setup = [](SqlSession* session) {
    std::vector<std::string> statements = {
        "CREATE TABLE bank (id int PRIMARY KEY, balance int NOT NULL)"};
    for (int account = 0; account < kAccounts; ++account) {
      statements.push_back(fmt::format("INSERT INTO bank VALUES ({}, {})", account, kBalance));
    }
    return ExecuteAll(session, statements);
  };
  Bank bank(style);
  HELIOS_RETURN_IF_ERROR(
      RunClients(options, database, setup, [&](Client* client, int) { bank.RunOne(client); }));
  history.reads = bank.TakeReads();
  return history;
}

absl::StatusOr<SetHistory> RunSet(const WorkloadOptions& options, SqlDatabase* database) {
  Collected<history::SetAdd> adds;
  Collected<history::SetRead> reads;
  std::atomic<int64_t> next = 0;
  const auto setup = [](SqlSession* session) {
    return ExecuteAll(session, {"CREATE TABLE elements (id int PRIMARY KEY)"});
  };
  const auto read_all = [&](Client* client) {
    history::SetRead read;
    read.invoked = client->Now();
    const absl::StatusOr<SqlResult> result = client->Execute("SELECT id FROM elements");
    read.completed = client->Now();
    if (client->EndOfStatement(result.status()) != history::Ending::kCommitted) return;
    for (const SqlRow& row : result->rows) read.elements.push_back(Number(row[0]).value_or(-1));
    reads.Add(std::move(read));
  };
  const auto body = [&](Client* client, int i) {
    // The last thing that each client does is a read, so that every element is looked for after it was added.
    if (i + 1 == options.transactions_per_session || client->random().Below(10) == 0) {
      read_all(client);
      return;
    }
    history::SetAdd add;
    add.element = next.fetch_add(1);
    add.invoked = client->Now();
    const absl::StatusOr<SqlResult> result =
        client->Execute(fmt::format("INSERT INTO elements VALUES ({})", add.element));
    add.completed = client->Now();
    add.ending = client->EndOfStatement(result.status());
    adds.Add(add);
  };
  HELIOS_RETURN_IF_ERROR(RunClients(options, database, setup, body));
  return SetHistory{.adds = adds.Take(), .reads = reads.Take()};
}

absl::StatusOr<std::vector<history::PredicateInsert>> RunPredicateInserts(
    const WorkloadOptions& options, SqlDatabase* database) {
  Collected<history::PredicateInsert> collected;
  std::atomic<int64_t> started = 0;
  const auto setup = [](SqlSession* session) {
    return ExecuteAll(session, {"CREATE TABLE pa (id int PRIMARY KEY, k int, v int)",
                                "CREATE TABLE pb (id int PRIMARY KEY, k int, v int)",
                                "CREATE INDEX pa_k ON pa (k)", "CREATE INDEX pb_k ON pb (k)"});
  };
  const auto body = [&](Client* client, int) {
    history::PredicateInsert insert;
    insert.id = started.fetch_add(1);
    insert.key = insert.id / options.sessions;
    absl::Status status = client->Begin();
    bool is_free = true;
    for (const char* table : {"pa", "pb"}) {
      const auto found = client->Execute(
          fmt::format("SELECT id FROM {} WHERE k = {} AND v % 3 = 0", table, insert.key));
      is_free = is_free && found.ok() && found->rows.empty();
    }
    if (is_free) {
      const char* table = client->random().Below(2) == 0 ? "pa" : "pb";
      client
          ->Execute(fmt::format("INSERT INTO {} VALUES ({}, {}, 30)", table, insert.id, insert.key))
          .status()
          .IgnoreError();  // Kept by the client; End rolls back then.
    }
    insert.ending = client->End();
    if (is_free) collected.Add(insert);
  };
  HELIOS_RETURN_IF_ERROR(RunClients(options, database, setup, body));
  return collected.Take();
}

}  // namespace heliosdb::testkit::workload
