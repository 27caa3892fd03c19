// Our side, by the public API.
#ifndef HELIOSDB_BENCH_COMPARE_HELIOS_PEER_H_
#define HELIOSDB_BENCH_COMPARE_HELIOS_PEER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bench/compare/figure.h"
#include "heliosdb/heliosdb.h"

namespace heliosdb::bench {

inline constexpr char kCreateTable[] =
    "CREATE TABLE t (id integer PRIMARY KEY, k integer, pad text)";

// Reads a result to its end, every value of it; the number of rows.
absl::StatusOr<int64_t> Drain(absl::StatusOr<Result> result);

// Rows first .. first + rows - 1 with a k below kDistinctK and a pad of pad_length letters.
absl::Status LoadRows(Connection* connection, const std::string& table, int64_t first, int64_t rows,
                      size_t pad_length);

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_HELIOS_PEER_H_
