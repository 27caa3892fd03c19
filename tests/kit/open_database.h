// How the programs of tests/tools name the database that they run against.
#ifndef HELIOSDB_TESTS_KIT_OPEN_DATABASE_H_
#define HELIOSDB_TESTS_KIT_OPEN_DATABASE_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"

#include "tests/kit/sql_session.h"

namespace heliosdb::testkit {

// What the programs open when they are not told otherwise.
inline constexpr char kDefaultTarget[] = "memory";

// target: "memory" is an embedded database in memory; a path, with a slash in it, is the folder in which embedded
// databases are made on disk, each removed when it is replaced; "postgres:CONNINFO" is PostgreSQL over libpq, in a build with HELIOSDB_TEST_POSTGRES.
// INVALID_ARGUMENT, with the targets that this build knows, for anything else.
absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenDatabase(std::string_view target);

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_KIT_OPEN_DATABASE_H_
