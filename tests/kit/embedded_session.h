// The kit's seam over an embedded database, by the library's own API.
#ifndef HELIOSDB_TESTS_KIT_EMBEDDED_SESSION_H_
#define HELIOSDB_TESTS_KIT_EMBEDDED_SESSION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "core/txn/engine_options.h"
#include "heliosdb/database.h"
#include "heliosdb/options.h"
#include "tests/kit/sql_session.h"

namespace heliosdb::testkit {

struct EmbeddedOptions {
  // Where the databases are made, each in a folder of its own that goes with it; empty: in memory.
  std::string directory;
  Options options;
  // Files, clock, failpoints and planted bugs. Nothing that it points to is owned.
  txn::EngineOptions seams;
};

// Opens a database whose engine is given seams of a test.
absl::StatusOr<std::unique_ptr<Database>> OpenWithSeams(std::string path, const Options& options,
                                                        const txn::EngineOptions& seams);

// Reset() replaces the database by a new one.
absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenEmbeddedDatabase(const EmbeddedOptions& options);

// A database that stays the caller's, and outlives what is returned. Reset() is refused.
std::unique_ptr<SqlDatabase> OverDatabase(Database* database);

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_KIT_EMBEDDED_SESSION_H_
