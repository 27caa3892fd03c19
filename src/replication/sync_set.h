// Whether a set of nodes fits a mode.
#ifndef HELIOSDB_REPLICATION_SYNC_SET_H_
#define HELIOSDB_REPLICATION_SYNC_SET_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "heliosdb/replication/sync_mode.h"

namespace heliosdb::replication {

// OK, or INVALID_ARGUMENT (22023) with every mistake.
absl::Status ValidateSyncSet(SyncMode mode, const std::vector<std::string>& sync_set,
                             std::string_view node_id);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SYNC_SET_H_
