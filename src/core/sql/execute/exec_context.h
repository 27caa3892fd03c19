// What one execution of a plan carries with it.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_EXEC_CONTEXT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_EXEC_CONTEXT_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/sql/functions/eval_context.h"
#include "core/sql/plan/plan.h"
#include "core/txn/cancel_token.h"
#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::catalog {
class CatalogImage;
}  // namespace heliosdb::catalog
namespace heliosdb::txn {
class Transaction;
class ReadView;
}  // namespace heliosdb::txn

namespace heliosdb::sql::execute {

class CommonTables;
class ForeignKeys;
class RowIds;
class Subplans;
class TableChanges;
class TemporaryFiles;

// PostgreSQL's hash_mem_multiplier.
inline constexpr size_t kHashMemoryFactor = 2;

// Not thread-safe: one execution runs in one thread at a time. Everything it points at outlives it.
struct ExecContext {
  const plan::Plan* plan = nullptr;
  // The catalogue that the plan was made for.
  const catalog::CatalogImage* image = nullptr;
  functions::EvalContext* functions = nullptr;
  txn::Transaction* transaction = nullptr;
  // What this statement sees.
  txn::ReadView* view = nullptr;
  // $1, $2, ..., of the plan's parameter types.
  std::span<const types::Value> parameters;
  // By kOuterValue index; constant vectors.
  std::vector<types::Vector> outer_values;
  // Changes whenever outer_values do, so that what was computed from them is known to be old.
  uint64_t outer_values_version = 0;
  Subplans* subplans = nullptr;
  CommonTables* common_tables = nullptr;
  RowIds* row_ids = nullptr;
  // What the statement's changes leave to be checked at its end.
  ForeignKeys* foreign_keys = nullptr;
  // Where changed rows are counted. Null: nowhere.
  TableChanges* changes = nullptr;
  // How the statement is told to stop. May be null.
  const txn::CancelToken* cancel = nullptr;
  // Bytes a sort may take before it goes to disk; a hash table may take kHashMemoryFactor times as much.
  size_t work_mem_bytes = 64 << 20;
  // Null: a database in memory, where nothing goes to disk.
  TemporaryFiles* temporary_files = nullptr;
  // Rows inserted, updated or deleted.
  uint64_t rows_changed = 0;

  size_t SortMemoryBytes() const {
    return temporary_files == nullptr ? std::numeric_limits<size_t>::max() : work_mem_bytes;
  }
  size_t HashMemoryBytes() const {
    return temporary_files == nullptr ? std::numeric_limits<size_t>::max()
                                      : work_mem_bytes * kHashMemoryFactor;
  }

  absl::Status CheckCancelled() const {
    return cancel == nullptr ? absl::OkStatus() : cancel->Check();
  }
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_EXEC_CONTEXT_H_
