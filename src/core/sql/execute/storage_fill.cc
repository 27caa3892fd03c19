#include "core/sql/execute/storage_fill.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::sql::execute {

txn::Transaction* StorageFill::part() {
  if (part_ == nullptr) {
    txn::TransactionOptions options;
    options.cancel = cancel_;
    part_ = engine_->Begin(options);
  }
  return part_.get();
}

absl::Status StorageFill::EndPart() {
  if (part_ == nullptr) return absl::OkStatus();
  const std::unique_ptr<txn::Transaction> ending = std::move(part_);
  // The commit of the catalogue row syncs the log up to itself, and so every part.
  HELIOS_ASSIGN_OR_RETURN(const txn::CommitReceipt receipt,
                          ending->Commit(txn::Durability::kAsync));
  return engine_->WaitVisible(receipt.end, absl::InfiniteDuration(), cancel_);
}

}  // namespace heliosdb::sql::execute
