// Locks that DDL and DML take on objects and on names.
#ifndef HELIOSDB_CORE_CATALOG_CATALOG_LOCK_H_
#define HELIOSDB_CORE_CATALOG_CATALOG_LOCK_H_

#include <string_view>

#include "absl/status/statusor.h"

#include "core/catalog/object.h"
#include "core/txn/transaction.h"

namespace heliosdb::catalog {

// Locks a table, view or sequence by its oid. After a wait (kGrantedAfterWait) the catalogue may
// have changed: look the name up again in a fresh image. With kTry and another's lock: 55P03 "could
// not obtain lock on relation "t"". Other errors are the transaction's.
absl::StatusOr<txn::LockResult> LockRelation(txn::Transaction* transaction, Oid oid,
                                             std::string_view name, txn::TableLockMode mode,
                                             txn::LockWait wait);

// Keeps others from creating a relation of that name, or renaming one to it, until the transaction
// ends. As above, look again after a wait.
absl::StatusOr<txn::LockResult> LockRelationName(txn::Transaction* transaction, Oid schema,
                                                 std::string_view name);
// The same for schemas.
absl::StatusOr<txn::LockResult> LockSchemaName(txn::Transaction* transaction,
                                               std::string_view name);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_CATALOG_LOCK_H_
