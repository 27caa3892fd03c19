// The kit's seam over PostgreSQL's own client library: what the recorders use, and what proves
// every runner of the kit against PostgreSQL. Built only with HELIOSDB_TEST_POSTGRES.
#ifndef HELIOSDB_TESTS_KIT_LIBPQ_SESSION_H_
#define HELIOSDB_TESTS_KIT_LIBPQ_SESSION_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"

#include "tests/kit/sql_session.h"

namespace heliosdb::testkit {

// conninfo as libpq takes it: "dbname=reference". Reset() drops every schema of that database: give
// it one of its own.
absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenLibpqDatabase(std::string_view conninfo);

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_KIT_LIBPQ_SESSION_H_
