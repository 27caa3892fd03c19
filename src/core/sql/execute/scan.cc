#include "core/sql/execute/scan.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "core/base/coding.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/row_source.h"
#include "core/txn/read_view.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

// What all scans share: the emitted columns, and the filters, which are read first so that the other columns are
// decoded for the rows that pass alone.
class ScanBase : public Operator {
 public:
  ScanBase(const plan::ScanNode& node, KeyRangeMaker ranges, RowFilter filter)
      : node_(node), range_maker_(std::move(ranges)), filter_(std::move(filter)) {
    for (const types::Type& type : node.outputs) {
      vectors_.emplace_back(type);
      picked_.emplace_back(type);
    }
    columns_.resize(node.columns.size());
    is_filter_slot_.resize(node.columns.size(), false);
    for (const int slot : filter_.Slots()) is_filter_slot_[slot] = true;
  }

  void Close() override { reader_.Stop(); }

 protected:
  // Puts column `slot` of the batch's rows into *out; all rows, or those of a selection.
  virtual absl::Status Decode(size_t slot, Vector* out) = 0;
  virtual absl::Status Decode(size_t slot, std::span<const uint16_t> selection, Vector* out) = 0;

  // The chunk of rows of the batch that pass the filters; size 0 when none does.
  absl::StatusOr<Chunk> FilterBatch(ExecContext& context, size_t size) {
    if (filter_.empty()) {
      for (size_t slot = 0; slot < columns_.size(); ++slot) {
        HELIOS_RETURN_IF_ERROR(Decode(slot, &vectors_[slot]));
        columns_[slot] = &vectors_[slot];
      }
      return Chunk{columns_, size};
    }
    for (size_t slot = 0; slot < columns_.size(); ++slot) {
      if (!is_filter_slot_[slot]) continue;
      HELIOS_RETURN_IF_ERROR(Decode(slot, &vectors_[slot]));
      columns_[slot] = &vectors_[slot];
    }
    HELIOS_RETURN_IF_ERROR(filter_.Select(context, Chunk{columns_, size}, &rows_));
    if (rows_.empty()) return Chunk{};
    const bool all = rows_.size() == size;
    for (size_t slot = 0; slot < columns_.size(); ++slot) {
      if (!is_filter_slot_[slot]) {
        HELIOS_RETURN_IF_ERROR(all ? Decode(slot, &vectors_[slot])
                                   : Decode(slot, rows_, &vectors_[slot]));
        columns_[slot] = &vectors_[slot];
      } else if (!all) {
        picked_[slot].Reset();
        picked_[slot].GatherShallow(vectors_[slot], rows_);
        columns_[slot] = &picked_[slot];
      }
    }
    return Chunk{columns_, rows_.size()};
  }

  const plan::ScanNode& node_;
  KeyRangeMaker range_maker_;
  RowFilter filter_;
  std::vector<KeyRange> ranges_;
  RangeReader reader_;
  KvBatch batch_;

 private:
  std::vector<Vector> vectors_;
  std::vector<Vector> picked_;
  std::vector<const Vector*> columns_;
  std::vector<bool> is_filter_slot_;
  std::vector<uint16_t> rows_;
};

// Emits the row keys that are wanted for a later change or lock.
void EmitKeys(std::span<const std::string_view> keys, Vector* out) {
  out->Reset();
  std::copy(keys.begin(), keys.end(), out->data<std::string_view>());
}
void EmitKeys(std::span<const std::string_view> keys, std::span<const uint16_t> selection,
              Vector* out) {
  out->Reset();
  for (size_t i = 0; i < selection.size(); ++i)
    out->data<std::string_view>()[i] = keys[selection[i]];
}

// By the table's own keys. A full clustered key is one probe instead of a scan.
class TableScan final : public ScanBase {
 public:
  TableScan(const plan::ScanNode& node, KeyRangeMaker ranges, RowFilter filter)
      : ScanBase(node, std::move(ranges), std::move(filter)),
        point_(node.table->clustered_key.has_value() &&
               node.equal_keys.size() == node.table->clustered_key->columns.size()) {}

  absl::Status Open(ExecContext& context) override {
    HELIOS_RETURN_IF_ERROR(range_maker_.Make(context, node_.backward, &ranges_));
    probed_ = false;
    return point_ ? absl::OkStatus() : reader_.Start(context.view, &ranges_, node_.backward);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_RETURN_IF_ERROR(point_ ? Probe(context) : reader_.Fill(&batch_));
      if (batch_.size == 0) return Chunk{};
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, FilterBatch(context, batch_.size));
      if (chunk.size > 0) return chunk;
    }
  }

 protected:
  absl::Status Decode(size_t slot, Vector* out) override {
    if (node_.columns[slot] == plan::kRowKeySlot) {
      EmitKeys(std::span(batch_.keys).first(batch_.size), out);
    } else {
      ReadColumn(*node_.table, std::span(batch_.values).first(batch_.size), node_.columns[slot],
                 out);
    }
    return absl::OkStatus();
  }
  absl::Status Decode(size_t slot, std::span<const uint16_t> selection, Vector* out) override {
    if (node_.columns[slot] == plan::kRowKeySlot) {
      EmitKeys(batch_.keys, selection, out);
    } else {
      ReadColumn(*node_.table, std::span(batch_.values).first(batch_.size), selection,
                 node_.columns[slot], out);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Probe(ExecContext& context) {
    batch_.size = 0;
    if (probed_ || ranges_.empty()) return absl::OkStatus();
    probed_ = true;
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> row,
                            context.view->Get(ranges_[0].low));
    if (!row.has_value()) return absl::OkStatus();
    batch_.keys[0] = ranges_[0].low;
    batch_.values[0] = *row;
    batch_.size = 1;
    return absl::OkStatus();
  }

  const bool point_;
  bool probed_ = false;
};

// Through an index: entries in index order, then each row by its key; or the entries alone.
class IndexScan final : public ScanBase {
 public:
  IndexScan(const plan::ScanNode& node, KeyRangeMaker ranges, RowFilter filter)
      : ScanBase(node, std::move(ranges), std::move(filter)) {
    AppendBig32(&table_prefix_, node.table->storage_id);
    if (node.index_only) {
      for (const int column : node.columns) key_places_.push_back(KeyPlaceOf(column));
    }
    for (const size_t place : key_places_) {
      if (is_read_.size() <= place) is_read_.resize(place + 1, false);
      is_read_[place] = true;
    }
  }

  absl::Status Open(ExecContext& context) override {
    HELIOS_RETURN_IF_ERROR(range_maker_.Make(context, node_.backward, &ranges_));
    return reader_.Start(context.view, &ranges_, node_.backward);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_RETURN_IF_ERROR(reader_.Fill(&batch_));
      if (batch_.size == 0) return Chunk{};
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(node_.index_only ? DecodeEntries() : FetchRows(context));
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, FilterBatch(context, batch_.size));
      if (chunk.size > 0) return chunk;
    }
  }

 protected:
  absl::Status Decode(size_t slot, Vector* out) override {
    if (node_.columns[slot] == plan::kRowKeySlot) {
      EmitKeys(std::span(row_keys_).first(batch_.size), out);
    } else if (node_.index_only) {
      all_.resize(batch_.size);
      std::iota(all_.begin(), all_.end(), uint16_t{0});
      out->Reset();
      out->GatherShallow(entry_columns_[key_places_[slot]], all_);
    } else {
      ReadColumn(*node_.table, std::span(batch_.values).first(batch_.size), node_.columns[slot],
                 out);
    }
    return absl::OkStatus();
  }
  absl::Status Decode(size_t slot, std::span<const uint16_t> selection, Vector* out) override {
    if (node_.columns[slot] == plan::kRowKeySlot) {
      EmitKeys(row_keys_, selection, out);
    } else if (node_.index_only) {
      out->Reset();
      out->GatherShallow(entry_columns_[key_places_[slot]], selection);
    } else {
      ReadColumn(*node_.table, std::span(batch_.values).first(batch_.size), selection,
                 node_.columns[slot], out);
    }
    return absl::OkStatus();
  }

 private:
  size_t KeyPlaceOf(int column) const {
    for (size_t i = 0; i < node_.index->columns.size(); ++i) {
      if (node_.index->columns[i].column == column) return i;
    }
    return 0;
  }

  // Replaces the batch's entries by the rows they lead to.
  absl::Status FetchRows(ExecContext& context) {
    key_bytes_.Reset();
    size_t found = 0;
    for (size_t i = 0; i < batch_.size; ++i) {
      HELIOS_ASSIGN_OR_RETURN(const std::string_view suffix,
                              RowKeySuffix(*node_.index, batch_.keys[i]));
      char* const key = key_bytes_.Allocate(table_prefix_.size() + suffix.size(), 1);
      std::memcpy(key, table_prefix_.data(), table_prefix_.size());
      std::memcpy(key + table_prefix_.size(), suffix.data(), suffix.size());
      const std::string_view row_key(key, table_prefix_.size() + suffix.size());
      HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> row,
                              context.view->Get(row_key));
      if (!row.has_value()) {
        return Corruption("index {} has an entry for a row that table {} does not have",
                          node_.index->name, node_.table->name);
      }
      row_keys_[found] = row_key;
      batch_.values[found] = *row;
      ++found;
    }
    batch_.size = found;
    return absl::OkStatus();
  }

  absl::Status DecodeEntries() {
    const std::vector<catalog::IndexColumn>& columns = node_.index->columns;
    if (entry_columns_.empty()) {
      for (const catalog::IndexColumn& column : columns) entry_columns_.emplace_back(column.type);
    }
    for (Vector& column : entry_columns_) column.Reset();
    for (size_t i = 0; i < batch_.size; ++i) {
      std::string_view rest = batch_.keys[i];
      rest.remove_prefix(kStorageIdBytes);
      // What stands behind the last column that is read need not be looked at.
      for (size_t c = 0; c < is_read_.size(); ++c) {
        const types::KeyOrder order{columns[c].descending, columns[c].nulls_first};
        if (is_read_[c]) {
          HELIOS_RETURN_IF_ERROR(types::DecodeKeyColumn(&rest, order, i, &entry_columns_[c]));
        } else {
          HELIOS_RETURN_IF_ERROR(types::SkipKeyColumn(columns[c].type.oid, order, &rest));
        }
      }
    }
    return absl::OkStatus();
  }

  std::string table_prefix_;
  // Of index-only scans: by slot, the index column that holds it; and by index column, whether a slot
  // does.
  std::vector<size_t> key_places_;
  std::vector<bool> is_read_;
  Arena key_bytes_;
  std::array<std::string_view, types::kChunkRows> row_keys_;
  std::vector<Vector> entry_columns_;
  std::vector<uint16_t> all_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildScan(const plan::ScanNode& node) {
  const uint32_t storage_id =
      node.index != nullptr ? node.index->storage_id : node.table->storage_id;
  std::vector<types::KeyOrder> orders =
      node.index != nullptr ? KeyOrdersOf(*node.index) : KeyOrdersOf(*node.table);
  HELIOS_ASSIGN_OR_RETURN(KeyRangeMaker ranges,
                          KeyRangeMaker::Compile(node, storage_id, std::move(orders)));
  HELIOS_ASSIGN_OR_RETURN(RowFilter filter, RowFilter::Compile(node.filters));
  if (node.index != nullptr)
    return std::make_unique<IndexScan>(node, std::move(ranges), std::move(filter));
  return std::make_unique<TableScan>(node, std::move(ranges), std::move(filter));
}

}  // namespace heliosdb::sql::execute
