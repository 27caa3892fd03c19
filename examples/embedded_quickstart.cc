// The smallest host program: open a database, write, read, close.
//
//   embedded_quickstart [DIR]        default: a database in memory
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "heliosdb/heliosdb.h"

namespace {

// Every call gives a status; this program stops at the first that is not OK.
void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << heliosdb::SqlStateOf(status) << ": " << status.message() << "\n";
  std::exit(1);
}

template <typename T>
T Check(absl::StatusOr<T> result) {
  Check(result.status());
  return *std::move(result);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : ":memory:";
  auto database = Check(heliosdb::Database::Open(path));
  auto connection = Check(database->Connect());

  Check(
      connection->Execute("CREATE TABLE IF NOT EXISTS users ("
                          "  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                          "  name text NOT NULL,"
                          "  born date)"));

  // Parameters are typed values; text serves for any type.
  for (const auto& [name, born] :
       {std::pair{"Ada", "1815-12-10"}, std::pair{"Edgar", "1923-08-19"}}) {
    auto inserted = Check(connection->Execute(
        "INSERT INTO users (name, born) VALUES ($1, $2) RETURNING id", name, born));
    for (heliosdb::Row row : inserted)
      std::cout << name << " has id " << row.Get<int32_t>(0) << "\n";
    // What was acknowledged is on disk: the receipt says so, and names the transaction for later questions.
    std::cout << "  committed as transaction " << inserted.receipt()->transaction_id << ", "
              << heliosdb::DurabilityName(inserted.receipt()->reached) << "\n";
  }

  auto people = Check(connection->Execute(
      "SELECT name, born FROM users WHERE born < $1 ORDER BY name", "1900-01-01"));
  for (heliosdb::Row row : people) {
    std::cout << row.Get<std::string_view>(0) << " was born on " << row.Text(1) << "\n";
  }
  Check(people.status());

  // A transaction that ends with its scope: without Commit it is rolled back.
  {
    auto transaction = Check(connection->Begin());
    Check(connection->Execute("DELETE FROM users"));
    auto gone = Check(connection->Execute("SELECT count(*) FROM users"));
    for (heliosdb::Row row : gone)
      std::cout << "inside the transaction: " << row.Get<int64_t>(0) << " users\n";
  }
  auto there = Check(connection->Execute("SELECT count(*) FROM users"));
  for (heliosdb::Row row : there)
    std::cout << "after its end: " << row.Get<int64_t>(0) << " users\n";

  // Errors are values with PostgreSQL's codes.
  const auto wrong = connection->Execute("INSERT INTO users (name) VALUES (NULL)");
  std::cout << "refused with " << heliosdb::SqlStateOf(wrong.status()) << ": "
            << wrong.status().message() << "\n";

  connection.reset();
  Check(database->Close());
  return 0;
}
