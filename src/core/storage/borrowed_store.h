// A store for those who want one of their own.
#ifndef HELIOSDB_CORE_STORAGE_BORROWED_STORE_H_
#define HELIOSDB_CORE_STORAGE_BORROWED_STORE_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"

#include "core/storage/kv_store.h"

namespace heliosdb::storage {

// Another store, not owned, which stays when this object goes: as a disk outlives the engine that uses it.
class BorrowedStore final : public KvStore {
 public:
  explicit BorrowedStore(KvStore* store) : store_(store) {}
  absl::StatusOr<std::unique_ptr<KvReader>> NewReader() override { return store_->NewReader(); }
  absl::StatusOr<std::unique_ptr<KvWriter>> BeginWrite() override { return store_->BeginWrite(); }
  uint64_t version() const override { return store_->version(); }
  absl::StatusOr<KvStats> Stats() override { return store_->Stats(); }

 private:
  KvStore* const store_;
};

}  // namespace heliosdb::storage

#endif  // HELIOSDB_CORE_STORAGE_BORROWED_STORE_H_
