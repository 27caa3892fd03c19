// Queries over a data set with the answers that PostgreSQL 15 gave, and their comparison.
//
// Query file: `-- name: NAME` begins a query; what follows up to the next one is its text, one
// statement or several. Answer file: the columns, then the rows, one a line; fields separated by
// tabs; a column is its name, a space and its type; values are escaped as in COPY's text format (\N
// for NULL, \\ \t \n \r).
#ifndef HELIOSDB_TESTS_KIT_RECORDED_RECORDED_QUERIES_H_
#define HELIOSDB_TESTS_KIT_RECORDED_RECORDED_QUERIES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "tests/kit/sql_session.h"

namespace heliosdb::testkit::recorded {

struct Query {
  std::string name;
  std::string sql;
};

absl::StatusOr<std::vector<Query>> ParseQueries(std::string_view text);

// Runs every statement of a script (a data set's); the first error is returned with the statement's
// first words.
absl::Status LoadScript(std::string_view script, SqlSession* session);

// Runs the query's statements; the result of its last SELECT as an answer file's text.
absl::StatusOr<std::string> Answer(const Query& query, SqlSession* session);

// Empty when the texts are equal; else their first difference, readable.
std::string FirstDifference(std::string_view expected, std::string_view actual);

}  // namespace heliosdb::testkit::recorded

#endif  // HELIOSDB_TESTS_KIT_RECORDED_RECORDED_QUERIES_H_
