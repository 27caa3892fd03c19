#include "core/sql/execute/key_lookup.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/execute/row_reader.h"
#include "core/types/compare.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {
namespace {

constexpr size_t kBatchRows = 64;

// Which of columns each leading key column is, when the first columns.size() key columns are just those columns.
std::vector<size_t> LeadingOrder(const std::vector<int>& key_columns,
                                 const std::vector<int>& columns) {
  if (key_columns.size() < columns.size()) return {};
  std::vector<size_t> order;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto found = std::find(columns.begin(), columns.end(), key_columns[i]);
    if (found == columns.end()) return {};
    order.push_back(static_cast<size_t>(found - columns.begin()));
  }
  return order;
}

std::vector<int> PlainColumns(const catalog::Index& index) {
  std::vector<int> columns;
  for (const catalog::IndexColumn& column : index.columns) columns.push_back(column.column);
  return columns;
}

}  // namespace

KeyLookup::KeyLookup(const catalog::CatalogImage& image, const catalog::Table& table,
                     std::vector<int> columns)
    : table_(table), columns_(std::move(columns)) {
  if (table.clustered_key.has_value())
    key_order_ = LeadingOrder(table.clustered_key->columns, columns_);
  for (const catalog::Index* index : image.IndexesOf(table.oid)) {
    if (!key_order_.empty()) break;
    if (!index->valid || !index->predicate_text.empty()) continue;
    key_order_ = LeadingOrder(PlainColumns(*index), columns_);
    if (!key_order_.empty()) index_ = index;
  }
}

bool KeyLookup::Matches(std::string_view row_bytes, std::span<const types::Vector* const> values,
                        size_t row) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    types::Vector column(table_.columns[columns_[i]].type);
    ReadColumn(table_, {&row_bytes, 1}, columns_[i], &column);
    if (column.IsNull(0)) return false;
    const size_t at = values[i]->is_constant() ? 0 : row;
    if (types::CompareRows(column, 0, *values[i], at) != 0) return false;
  }
  return true;
}

absl::StatusOr<std::vector<FoundRow>> KeyLookup::Find(txn::ReadView* view,
                                                      std::span<const types::Vector* const> values,
                                                      size_t row, size_t rows_max) const {
  std::string low = StorageKeyPrefix(index_ != nullptr ? index_->storage_id : table_.storage_id);
  const std::vector<types::KeyOrder> orders =
      index_ != nullptr ? KeyOrdersOf(*index_) : KeyOrdersOf(table_);
  for (size_t i = 0; i < key_order_.size(); ++i) {
    const types::Vector& value = *values[key_order_[i]];
    types::AppendKeyColumn(value, value.is_constant() ? 0 : row, orders[i], &low);
  }
  const std::optional<std::string> high = types::PrefixSuccessor(low);
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<txn::Cursor> cursor,
                          view->Open(low, high.value_or(""), txn::ScanDirection::kForward));
  std::vector<FoundRow> rows;
  std::array<storage::KvPair, kBatchRows> batch;
  while (rows.size() < rows_max) {
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(batch));
    if (count == 0) break;
    for (size_t i = 0; i < count && rows.size() < rows_max; ++i) {
      FoundRow found{std::string(batch[i].key), std::string(batch[i].value)};
      if (index_ != nullptr) {
        HELIOS_ASSIGN_OR_RETURN(const std::string_view suffix, RowKeySuffix(*index_, batch[i].key));
        found.key = StorageKeyPrefix(table_.storage_id).append(suffix);
        HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes, view->Get(found.key));
        if (!bytes.has_value()) {
          return Corruption("index {} has an entry for a row that table {} does not have",
                            index_->name, table_.name);
        }
        found.row = std::string(*bytes);
      }
      if (!key_order_.empty() || Matches(found.row, values, row)) rows.push_back(std::move(found));
    }
  }
  return rows;
}

}  // namespace heliosdb::sql::execute
