// Filling storage that nobody reads yet, in log transactions of their own: a new index, a table written anew. It may be
// larger than a transaction may be: readers come with the catalogue row that the statement's own transaction commits,
// which lies behind all parts in the log. What a statement that fails, or a crash, leaves is storage that no catalogue
// row names; its id is retired by whoever finds it.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_STORAGE_FILL_H_
#define HELIOSDB_CORE_SQL_EXECUTE_STORAGE_FILL_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"

#include "core/txn/cancel_token.h"
#include "core/txn/engine.h"
#include "core/txn/transaction.h"

namespace heliosdb::sql::execute {

// Not thread-safe. engine and cancel (may be null) outlive it. Destroyed with a part open, it rolls that part back.
class StorageFill {
 public:
  // A part is ended once it holds part_bytes of changes.
  StorageFill(txn::Engine* engine, txn::CancelToken* cancel, uint64_t part_bytes)
      : engine_(engine), cancel_(cancel), part_bytes_(part_bytes) {}

  uint64_t part_bytes() const { return part_bytes_; }
  // The part's transaction; a new one after EndPart.
  txn::Transaction* part();
  bool part_is_full() const { return part_ != nullptr && part_->write_bytes() >= part_bytes_; }
  // Commits the part, if there is one, and returns once views see it. Errors are the commit's, and 57014.
  absl::Status EndPart();

 private:
  txn::Engine* const engine_;
  txn::CancelToken* const cancel_;
  const uint64_t part_bytes_;
  std::unique_ptr<txn::Transaction> part_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_STORAGE_FILL_H_
