// Hidden keys for the rows of tables without a clustered primary key.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_IDS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_IDS_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "core/base/mutex.h"
#include "core/txn/read_view.h"

namespace heliosdb::sql::execute {

// One a database that writes. A table's first id after opening is one more than its greatest stored row's, found by one
// seek; ids of rows that were never committed are not given again before the next opening. Thread-safe.
class RowIds {
 public:
  // count new ids in a row; returns the first. fresh: a view of the newest committed state and the caller's own writes.
  absl::StatusOr<uint64_t> Take(uint32_t storage_id, uint64_t count, txn::ReadView* fresh);
  // Forgets all tables: after this node stopped writing, others may have.
  void Clear();

 private:
  Mutex mu_;
  absl::flat_hash_map<uint32_t, uint64_t> next_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_IDS_H_
