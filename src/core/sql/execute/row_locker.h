// Locking rows that a statement found, and looking at them again when they changed meanwhile (EvalPlanQual in
// PostgreSQL).
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_LOCKER_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_LOCKER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sql/bind/bound_query.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/plan/plan.h"
#include "core/txn/lock_mode.h"

namespace heliosdb::sql::execute {

// Not thread-safe; one an operator.
class RowLocker {
 public:
  static absl::StatusOr<RowLocker> Build(const plan::RowRecheck& recheck,
                                         const std::vector<types::Type>& types);

  // Locks each row of input. READ COMMITTED: rows that were deleted, or whose newest version does not meet the
  // conditions any more, drop out; updated ones stand in the result with their newest columns. Stricter levels: 40001
  // for a row that changed since the snapshot. With kSkipLocked, rows locked by others drop out; kNoWait: 55P03.
  // The result is valid until the next call, or input's end. A row whose key is NULL (the empty side of an outer join)
  // stays as it is.
  absl::StatusOr<types::Chunk> Lock(ExecContext& context, const types::Chunk& input,
                                    txn::RowLockMode mode, bind::RowLockWait wait);

 private:
  RowLocker(const plan::RowRecheck& recheck, RowFilter conditions);
  enum class Verdict { kKeep, kDrop, kReread };
  absl::StatusOr<Verdict> LockOne(ExecContext& context, std::string_view key, txn::RowLockMode mode,
                                  bind::RowLockWait wait);
  // Copies the kept rows and puts the newest columns into those that changed; rows that are gone or no longer match are
  // taken out of kept_.
  absl::StatusOr<types::Chunk> Reread(ExecContext& context, const types::Chunk& input);

  const plan::RowRecheck* recheck_;
  RowFilter conditions_;
  std::vector<types::Vector>
      fresh_;  // All columns of the input, for chunks in which a row changed.
  std::vector<const types::Vector*> columns_;
  std::vector<uint16_t> kept_;
  std::vector<uint16_t> changed_;  // Places in kept_.
  std::vector<uint16_t> passed_;
  std::unique_ptr<RowSubset> subset_;
};

txn::RowLockMode LockModeOf(bind::RowLockStrength strength);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_LOCKER_H_
