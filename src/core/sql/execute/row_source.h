// Rows' bytes for a scan: from the table's key ranges, or through an index.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_SOURCE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_SOURCE_H_

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/execute/key_range.h"
#include "core/storage/kv_store.h"
#include "core/txn/read_view.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Up to kChunkRows keys and values; the views live as long as the read view.
struct KvBatch {
  std::array<std::string_view, types::kChunkRows> keys;
  std::array<std::string_view, types::kChunkRows> values;
  size_t size = 0;
};

// Reads ranges of keys, one after the other, in batches as full as can be.
class RangeReader {
 public:
  // ranges and view must outlive the reading.
  absl::Status Start(txn::ReadView* view, const std::vector<KeyRange>* ranges, bool backward);
  // size 0 at the end.
  absl::Status Fill(KvBatch* batch);
  void Stop() { cursor_.reset(); }

 private:
  absl::Status OpenRange();

  txn::ReadView* view_ = nullptr;
  const std::vector<KeyRange>* ranges_ = nullptr;
  bool backward_ = false;
  size_t next_range_ = 0;
  bool in_range_ = false;
  std::unique_ptr<txn::Cursor> cursor_;
  std::array<storage::KvPair, types::kChunkRows> pairs_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_SOURCE_H_
