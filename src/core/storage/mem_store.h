// A KvStore in memory: for :memory: databases, temporary tables and the simulator. Deterministic.
//
// A B-tree that is never changed where a reader might look: a writer copies the nodes on the way to
// what it changes, once a transaction, and a commit swaps the root. What a commit replaced is freed
// when no reader stands before it.
#ifndef HELIOSDB_CORE_STORAGE_MEM_STORE_H_
#define HELIOSDB_CORE_STORAGE_MEM_STORE_H_

#include <memory>

#include "core/base/failpoint.h"
#include "core/storage/kv_store.h"

namespace heliosdb::storage {

struct MemStoreOptions {
  // Passes "store.before_commit" and "store.after_commit". May be null; not owned; outlives the
  // store.
  FailpointSet* failpoints = nullptr;
};

std::unique_ptr<KvStore> NewMemStore(MemStoreOptions options);

}  // namespace heliosdb::storage

#endif  // HELIOSDB_CORE_STORAGE_MEM_STORE_H_
