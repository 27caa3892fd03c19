// What a transaction owns besides its options, and what lives on in the commit pipeline when the
// caller is answered before the commit can be seen.
#ifndef HELIOSDB_CORE_TXN_TRANSACTION_STATE_H_
#define HELIOSDB_CORE_TXN_TRANSACTION_STATE_H_

#include <cstdint>
#include <memory>

#include "core/base/lsn.h"
#include "core/txn/lock_table.h"
#include "core/txn/serializable.h"
#include "core/txn/snapshot.h"
#include "core/txn/write_set.h"

namespace heliosdb::txn {

struct TransactionState {
  explicit TransactionState(uint32_t session_id) : locks(session_id) {}

  uint64_t id = 0;
  LockOwner locks;
  std::unique_ptr<WriteSet> writes;                 // Null until the first write.
  SerializableTransaction* serializable = nullptr;  // The manager's.
  SnapshotRef snapshot;                             // Of the stricter levels, once taken.
  // The commit waits until the log is durable up to here: sequence blocks it used.
  Lsn depends_on{0};
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_TRANSACTION_STATE_H_
