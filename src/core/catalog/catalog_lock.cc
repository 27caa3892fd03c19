#include "core/catalog/catalog_lock.h"

#include <string>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/catalog/catalog_key.h"

namespace heliosdb::catalog {
namespace {

// A key of the catalogue's storage that no row has: its kind is none of RowKind's.
constexpr char kNameLock = '\xF0';

std::string NameLockKey(Oid schema, std::string_view name) {
  std::string key;
  AppendBig32(&key, kCatalogStorageId);
  key.push_back(kNameLock);
  AppendBig32(&key, schema);
  key.append(name);
  return key;
}

}  // namespace

absl::StatusOr<txn::LockResult> LockRelation(txn::Transaction* transaction, Oid oid,
                                             std::string_view name, txn::TableLockMode mode,
                                             txn::LockWait wait) {
  HELIOS_ASSIGN_OR_RETURN(const txn::LockResult result, transaction->LockTable(oid, mode, wait));
  if (result == txn::LockResult::kNotAvailable) {
    return SqlError(sqlstate::kLockNotAvailable, "could not obtain lock on relation \"{}\"", name);
  }
  return result;
}

absl::StatusOr<txn::LockResult> LockRelationName(txn::Transaction* transaction, Oid schema,
                                                 std::string_view name) {
  return transaction->LockRow(NameLockKey(schema, name), txn::RowLockMode::kUpdate,
                              txn::LockWait::kBlock);
}

absl::StatusOr<txn::LockResult> LockSchemaName(txn::Transaction* transaction,
                                               std::string_view name) {
  return LockRelationName(transaction, kOidInvalid, name);
}

}  // namespace heliosdb::catalog
