// Checking a whole database.
#ifndef HELIOSDB_CORE_API_VERIFY_H_
#define HELIOSDB_CORE_API_VERIFY_H_

#include "absl/status/statusor.h"

#include "heliosdb/database.h"

namespace heliosdb::api {

class DatabaseState;

// Log and store checksums, the form of every row, and, for each index, that its entries are just those that the table's
// rows ask for, all as of one snapshot. DATA_LOSS names the first damage. Blocks for as long as that takes.
absl::StatusOr<VerifyReport> VerifyDatabase(DatabaseState* database);

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_VERIFY_H_
