// The first half of opening an engine: directory, lock, store, identity.
#ifndef HELIOSDB_CORE_TXN_OPEN_PARTS_H_
#define HELIOSDB_CORE_TXN_OPEN_PARTS_H_

#include <memory>

#include "absl/status/statusor.h"

#include "core/txn/engine_core.h"
#include "core/txn/engine_options.h"

namespace heliosdb::txn {

// The checkpoint store that the options name. OpenParts validates the options, fills in the production seams, and opens or creates what is not the log.
absl::StatusOr<std::unique_ptr<storage::KvStore>> OpenStore(const EngineOptions& options);
absl::StatusOr<EngineCore::Parts> OpenParts(EngineOptions options);

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_OPEN_PARTS_H_
