// Storage that is filled ahead of the catalogue, and what a crash leaves of it.
#include <memory>
#include <vector>

#include "core/api/database_state.h"
#include "core/base/status.h"
#include "core/txn/meta.h"

namespace heliosdb::api {
namespace {

// The storage that the catalogue names.
absl::flat_hash_set<uint32_t> NamedStorage(const catalog::CatalogImage& image) {
  absl::flat_hash_set<uint32_t> named;
  for (const auto& [oid, object] : image.objects()) {
    if (const catalog::Table* const table = image.TableByOid(oid)) named.insert(table->storage_id);
    if (const catalog::Index* const index = image.IndexByOid(oid)) named.insert(index->storage_id);
  }
  return named;
}

}  // namespace

void DatabaseState::BeginFilling(std::span<const uint32_t> storage_ids) {
  MutexLock lock(&mu_);
  filling_.insert(storage_ids.begin(), storage_ids.end());
}

void DatabaseState::EndFilling(uint32_t storage_id) {
  MutexLock lock(&mu_);
  filling_.erase(storage_id);
}

absl::Status DatabaseState::RetireStorage(std::span<const uint32_t> storage_ids) {
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  for (const uint32_t id : storage_ids) HELIOS_RETURN_IF_ERROR(transaction->RetireStorageId(id));
  return transaction->Commit(txn::Durability::kAsync).status();
}

absl::Status DatabaseState::SweepStorage(txn::CancelToken* cancel) {
  {
    MutexLock lock(&mu_);
    if (swept_) return absl::OkStatus();
  }
  // A catalogue row that is in the log and not yet shown may name what has been filled.
  if (hooks_.is_member) {
    HELIOS_RETURN_IF_ERROR(
        engine_->WaitVisible(engine_->log_written(), absl::InfiniteDuration(), cancel));
  }
  // In this order: what is filled is entered before its first key is written, and struck out after its catalogue row
  // was committed.
  HELIOS_ASSIGN_OR_RETURN(const std::vector<uint32_t> in_use, engine_->StorageIdsInUse());
  absl::flat_hash_set<uint32_t> filling;
  {
    MutexLock lock(&mu_);
    filling = filling_;
  }
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  std::vector<uint32_t> lost;
  {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->View());
    HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr image, catalogs_.Get(&view));
    const absl::flat_hash_set<uint32_t> named = NamedStorage(*image);
    for (const uint32_t id : in_use) {
      if (named.contains(id) || filling.contains(id)) continue;
      HELIOS_ASSIGN_OR_RETURN(const auto retired, view.Get(txn::RetiredKey(id)));
      if (!retired.has_value()) lost.push_back(id);
    }
  }
  if (!lost.empty()) HELIOS_RETURN_IF_ERROR(RetireStorage(lost));
  MutexLock lock(&mu_);
  swept_ = true;
  return absl::OkStatus();
}

}  // namespace heliosdb::api
