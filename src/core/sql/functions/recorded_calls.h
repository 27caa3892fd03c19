// For tests: runs a call that is written as text, so that answers recorded from PostgreSQL can be
// compared.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_RECORDED_CALLS_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_RECORDED_CALLS_H_

#include <string>
#include <string_view>
#include <vector>

namespace heliosdb::sql::functions {

struct RecordedCall {
  // A function's name or an operator.
  std::string_view name;
  // Each "type:text", or "type" alone for a NULL.
  std::vector<std::string_view> arguments;
  // The result as text, "NULL", or "!SQLSTATE message".
  std::string_view answer;
};

// Resolves, casts and evaluates the call with constants, and again with columns of a few equal rows;
// the answer of both, or a note on how they differ.
std::string RunCall(const RecordedCall& call);
std::string DescribeCall(const RecordedCall& call);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_RECORDED_CALLS_H_
