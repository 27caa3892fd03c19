// Runs sqllogictest files (slt_file.h) over a database, and fills in the answers of our own from a
// reference.
#ifndef HELIOSDB_TESTS_KIT_SLT_SLT_RUNNER_H_
#define HELIOSDB_TESTS_KIT_SLT_SLT_RUNNER_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "tests/kit/sql_session.h"

namespace heliosdb::testkit::slt {

struct Failure {
  int line = 0;
  std::string text;  // The statement, what was expected and what came.
};

struct Report {
  int records = 0;  // Those that count.
  int passed = 0;
  std::vector<Failure> failures;  // One for each that counts and did not pass.
  int failed() const { return records - passed; }
};

struct RunOptions {
  std::string engine = "postgresql";  // Whom skipif and onlyif mean.
  // When given, only the records that begin on these lines count; the others run too, for what they
  // leave behind.
  const std::set<int>* counted_lines = nullptr;
};

// Empties the database and runs the file's records in it, in order.
absl::StatusOr<Report> RunSltText(std::string_view text, const RunOptions& options,
                                  SqlDatabase* database);

// The text of a file of our dialect with every record's expectation replaced by what the database
// answers: whether it is a query, a statement that succeeds or one that fails follows from the
// answer. Comments and blank lines stay.
absl::StatusOr<std::string> RewriteSltText(std::string_view text, SqlDatabase* database);

}  // namespace heliosdb::testkit::slt

#endif  // HELIOSDB_TESTS_KIT_SLT_SLT_RUNNER_H_
