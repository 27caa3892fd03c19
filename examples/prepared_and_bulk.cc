// Prepared statements and the bulk loader.
//
//   prepared_and_bulk [DIR [ROWS]]        default: a database in memory, 100,000 rows
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "heliosdb/heliosdb.h"

namespace {

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

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : ":memory:";
  const int64_t rows = argc > 2 ? std::atoll(argv[2]) : 100'000;
  const auto options = Check(heliosdb::Options::Builder()
                                 .DeltaLimit(uint64_t{512} << 20)
                                 .OnProgress([](const heliosdb::Progress& progress) {
                                   if (progress.finished) std::cerr << "checkpoint done\n";
                                 })
                                 .Build());
  auto database = Check(heliosdb::Database::Open(path, options));
  auto connection = Check(database->Connect());
  Check(connection->Execute("DROP TABLE IF EXISTS readings"));
  Check(connection->Execute(
      "CREATE TABLE readings (id bigint PRIMARY KEY, sensor integer NOT NULL, value float8)"));

  // The bulk loader: one transaction, rows in column batches, every constraint kept.
  auto start = std::chrono::steady_clock::now();
  auto appender = Check(connection->Append("", "readings"));
  for (int64_t id = 0; id < rows; ++id) {
    appender.Add(id).Add(id % 100);
    if (id % 10 == 0) {
      appender.AddNull();
    } else {
      appender.Add(static_cast<double>(id) / 8);
    }
    Check(appender.EndRow());
  }
  const uint64_t loaded = Check(appender.Finish());
  std::cout << "loaded " << loaded << " rows\n";
  std::cerr << "  " << static_cast<int64_t>(loaded / SecondsSince(start)) << " rows/s\n";
  Check(database->Checkpoint());

  // A prepared statement is parsed and planned once.
  auto by_id = Check(connection->Prepare("SELECT sensor, value FROM readings WHERE id = $1"));
  start = std::chrono::steady_clock::now();
  const int64_t lookups = 10'000;
  int64_t sensors = 0;
  int64_t nulls = 0;
  for (int64_t i = 0; i < lookups; ++i) {
    auto found = Check(by_id.Execute(i * 7919 % rows));
    for (heliosdb::Row row : found) {
      sensors += row.Get<int32_t>(0);
      nulls += row.Get<std::optional<double>>(1).has_value() ? 0 : 1;
    }
  }
  std::cout << lookups << " lookups, sensors add up to " << sensors << ", " << nulls
            << " without a value\n";
  std::cerr << "  " << static_cast<int64_t>(lookups / SecondsSince(start)) << " lookups/s\n";

  auto summary = Check(
      connection->Execute("SELECT sensor, count(*), count(value), round(avg(value)::numeric, 2) "
                          "FROM readings GROUP BY sensor ORDER BY sensor LIMIT 3"));
  for (heliosdb::Row row : summary) {
    std::cout << "sensor " << row.Get<int32_t>(0) << ": " << row.Get<int64_t>(1) << " rows, "
              << row.Get<int64_t>(2) << " values, average " << row.Text(3) << "\n";
  }
  Check(summary.status());

  connection.reset();
  Check(database->Close());
  return 0;
}
