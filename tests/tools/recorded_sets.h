// The recorded queries of tests/recorded, for the program that records and the one that verifies.
#ifndef HELIOSDB_TESTS_TOOLS_RECORDED_SETS_H_
#define HELIOSDB_TESTS_TOOLS_RECORDED_SETS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

#include "tests/kit/recorded/recorded_queries.h"

namespace heliosdb::testkit {

// Given the path of a query's answer file, the query, and a session of the database that holds its
// data set.
using RecordedQueryVisitor = std::function<absl::Status(
    const std::string& path, const recorded::Query& query, SqlSession* session)>;

// For each data set: empties the database, loads the set, visits its queries in order. Stops at the
// first error. folder is the repository's tests folder.
absl::Status ForEachRecordedQuery(const std::string& folder, SqlDatabase* database,
                                  const RecordedQueryVisitor& visit);

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_TOOLS_RECORDED_SETS_H_
