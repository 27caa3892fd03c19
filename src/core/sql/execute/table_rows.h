// All rows of a table as chunks of all its columns: for work on whole tables (index builds, checks, rewrites).
#ifndef HELIOSDB_CORE_SQL_EXECUTE_TABLE_ROWS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_TABLE_ROWS_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/catalog/object.h"
#include "core/sql/execute/row_source.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Not thread-safe. The table and the view outlive it.
class TableRows {
 public:
  explicit TableRows(const catalog::Table& table);

  absl::Status Start(txn::ReadView* view);
  // Lets go of the view; what Next gave is void.
  void Stop() { reader_.Stop(); }
  // Goes on in another view behind the row with this storage key.
  absl::Status StartAfter(txn::ReadView* view, std::string_view key);
  // The next rows in key order; size 0 at the end. Valid until the next call.
  absl::StatusOr<types::Chunk> Next();
  // The storage key of a row of the last chunk; lives as long as the view.
  std::string_view key(size_t row) const { return batch_->keys[row]; }

 private:
  const catalog::Table& table_;
  std::vector<KeyRange> ranges_;
  RangeReader reader_;
  std::unique_ptr<KvBatch> batch_;
  std::vector<types::Vector> vectors_;
  std::vector<const types::Vector*> columns_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_TABLE_ROWS_H_
