// A host that links heliosdb::core and uses its public headers only: makes a database, loads it, closes it, and reads
// it again. Prints one line a fact, which the test compares.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "heliosdb/heliosdb.h"

namespace {

// Prints what is wrong; true when nothing is.
bool Fine(const absl::Status& status, const char* what) {
  if (status.ok()) return true;
  std::printf("%s: %s %s\n", what, heliosdb::SqlStateOf(status).c_str(), status.ToString().c_str());
  return false;
}

bool Load(const std::string& path, const heliosdb::Options& options) {
  auto database = heliosdb::Database::Open(path, options);
  if (!Fine(database.status(), "open")) return false;
  auto connection = (*database)->Connect();
  if (!Fine(connection.status(), "connect")) return false;
  const auto created =
      (*connection)->Execute("CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL)");
  if (!Fine(created.status(), "create")) return false;
  auto appender = (*connection)->Append("", "users");
  if (!Fine(appender.status(), "append")) return false;
  for (int i = 1; i <= 3000; ++i) {
    if (!Fine(appender->Add(i).Add("user " + std::to_string(i)).EndRow(), "row")) return false;
  }
  const auto rows = appender->Finish();
  if (!Fine(rows.status(), "finish")) return false;
  std::printf("loaded=%llu\n", static_cast<unsigned long long>(*rows));
  const auto refused = (*connection)->Execute("INSERT INTO users VALUES ($1, $2)", 7, "again");
  std::printf("duplicate=%s constraint=%s\n", heliosdb::SqlStateOf(refused.status()).c_str(),
              heliosdb::ErrorConstraintOf(refused.status()).c_str());
  connection->reset();
  return Fine((*database)->Close(), "close");
}

bool Read(const std::string& path) {
  auto database = heliosdb::Database::Open(path);
  if (!Fine(database.status(), "reopen")) return false;
  auto connection = (*database)->Connect();
  if (!Fine(connection.status(), "connect")) return false;
  auto statement = (*connection)->Prepare("SELECT name FROM users WHERE id = $1");
  if (!Fine(statement.status(), "prepare")) return false;
  auto result = statement->Execute(2999);
  if (!Fine(result.status(), "execute")) return false;
  for (const heliosdb::Row row : *result) {
    std::printf("name=%s\n", std::string(row.Get<std::string_view>(0)).c_str());
  }
  const auto report = (*database)->Verify();
  if (!Fine(report.status(), "verify")) return false;
  std::printf("verified=%llu\n", static_cast<unsigned long long>(report->rows));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto options = heliosdb::Options::Builder().WalSegmentBytes(1 << 20).Build();
  if (!Fine(options.status(), "options")) return 1;
  return Load(argv[1], *options) && Read(argv[1]) ? 0 : 1;
}
