#include "core/sql/execute/row_ids.h"

#include <memory>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/execute/row_reader.h"

namespace heliosdb::sql::execute {
namespace {

absl::StatusOr<uint64_t> GreatestStored(uint32_t storage_id, txn::ReadView* fresh) {
  const std::string low = StorageKeyPrefix(storage_id);
  const std::string high = StorageKeyPrefix(storage_id + 1);
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<txn::Cursor> cursor,
                          fresh->Open(low, high, txn::ScanDirection::kBackward));
  storage::KvPair last;
  HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch({&last, 1}));
  if (count == 0) return 0;
  if (last.key.size() != kStorageIdBytes + kRowIdBytes) {
    return Corruption("a row key of storage {} has {} bytes", storage_id, last.key.size());
  }
  return LoadBig64(last.key.data() + kStorageIdBytes);
}

}  // namespace

absl::StatusOr<uint64_t> RowIds::Take(uint32_t storage_id, uint64_t count, txn::ReadView* fresh) {
  {
    MutexLock lock(&mu_);
    if (const auto found = next_.find(storage_id); found != next_.end()) {
      const uint64_t first = found->second;
      found->second += count;
      return first;
    }
  }
  HELIOS_ASSIGN_OR_RETURN(const uint64_t greatest, GreatestStored(storage_id, fresh));
  MutexLock lock(&mu_);
  uint64_t& next = next_.try_emplace(storage_id, greatest + 1).first->second;
  const uint64_t first = next;
  next += count;
  return first;
}

void RowIds::Clear() {
  MutexLock lock(&mu_);
  next_.clear();
}

}  // namespace heliosdb::sql::execute
