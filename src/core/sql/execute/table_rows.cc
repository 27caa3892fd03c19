#include "core/sql/execute/table_rows.h"

#include "core/base/status.h"
#include "core/sql/execute/row_reader.h"

namespace heliosdb::sql::execute {

TableRows::TableRows(const catalog::Table& table)
    : table_(table),
      ranges_{{StorageKeyPrefix(table.storage_id), StorageKeyPrefix(table.storage_id + 1)}},
      batch_(std::make_unique<KvBatch>()) {
  for (const catalog::Column& column : table.columns) vectors_.emplace_back(column.type);
  for (const types::Vector& vector : vectors_) columns_.push_back(&vector);
}

absl::Status TableRows::Start(txn::ReadView* view) { return reader_.Start(view, &ranges_, false); }

absl::Status TableRows::StartAfter(txn::ReadView* view, std::string_view key) {
  ranges_[0].low = std::string(key) + '\0';
  return Start(view);
}

absl::StatusOr<types::Chunk> TableRows::Next() {
  HELIOS_RETURN_IF_ERROR(reader_.Fill(batch_.get()));
  for (size_t c = 0; c < vectors_.size() && batch_->size > 0; ++c) {
    ReadColumn(table_, std::span(batch_->values).first(batch_->size), static_cast<int>(c),
               &vectors_[c]);
  }
  return types::Chunk{columns_, batch_->size};
}

}  // namespace heliosdb::sql::execute
