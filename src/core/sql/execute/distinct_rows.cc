#include "core/sql/execute/distinct_rows.h"

#include <bit>
#include <utility>

#include "core/base/check.h"

namespace heliosdb::sql::execute {
namespace {

using types::Vector;

constexpr size_t kFirstEntries = 64;

// The hash as it is kept: spread, so that the low bits choose a place well whatever the hash function was.
uint64_t Spread(uint64_t hash) {
  hash *= 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 32);
}

}  // namespace

DistinctRows::DistinctRows(std::vector<types::Type> types)
    : types_(types), rows_(std::move(types)) {
  for (const types::Type& type : types_) {
    compare_.push_back(types::CompareFunctionFor(type.oid));
    flattened_.emplace_back(type);
  }
  columns_.resize(types_.size());
  single_integer_ =
      types_.size() == 1 && types::PhysicalOf(types_[0].oid) == types::Physical::kInt32;
  Clear();
}

void DistinctRows::Clear() {
  rows_.Clear();
  table_.assign(kFirstEntries, Entry{0, kNone});
  mask_ = kFirstEntries - 1;
}

void DistinctRows::Prepare(std::span<const Vector* const> columns, size_t rows) {
  HELIOS_CHECK(rows <= types::kChunkRows);
  for (size_t c = 0; c < types_.size(); ++c) {
    columns_[c] = columns[c];
    if (columns[c]->is_constant()) {
      flattened_[c].Reset();
      for (size_t i = 0; i < rows; ++i) flattened_[c].CopyRowShallow(i, *columns[c], 0);
      columns_[c] = &flattened_[c];
    }
    if (c == 0) {
      types::HashVector(*columns_[c], rows, hashes_.data());
    } else {
      types::CombineHashVector(*columns_[c], rows, hashes_.data());
    }
  }
  if (types_.empty()) hashes_.fill(0);
  for (size_t i = 0; i < rows; ++i) hashes_[i] = Spread(hashes_[i]);
}

uint32_t DistinctRows::Probe(size_t row, size_t* place) const {
  const uint64_t hash = hashes_[row];
  for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
    const Entry& entry = table_[at];
    if (entry.number == kNone) {
      *place = at;
      return kNone;
    }
    if (entry.hash != hash) continue;
    const size_t offset = RowStore::Offset(entry.number);
    bool equal = true;
    if (single_integer_ && !columns_[0]->validity().has_nulls()) {
      const Vector& kept = rows_.column(entry.number, 0);
      equal = kept.validity().IsValid(offset) &&
              kept.data<int32_t>()[offset] == columns_[0]->data<int32_t>()[row];
    } else {
      for (size_t c = 0; c < compare_.size() && equal; ++c) {
        const Vector& kept = rows_.column(entry.number, c);
        const bool kept_null = !kept.validity().IsValid(offset);
        const bool row_null = !columns_[c]->validity().IsValid(row);
        equal = kept_null || row_null ? kept_null == row_null
                                      : compare_[c](kept, offset, *columns_[c], row) == 0;
      }
    }
    if (equal) return entry.number;
  }
}

void DistinctRows::GrowTo(size_t size) {
  std::vector<Entry> old(size, Entry{0, kNone});
  old.swap(table_);
  mask_ = table_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.number == kNone) continue;
    size_t at = entry.hash & mask_;
    while (table_[at].number != kNone) at = (at + 1) & mask_;
    table_[at] = entry;
  }
}

void DistinctRows::FindOrAdd(std::span<const Vector* const> columns, size_t rows,
                             uint32_t* numbers) {
  Prepare(columns, rows);
  // Every row may be new, and a probe ends only at a free entry.
  const size_t table_size = TableSizeFor(rows_.size() + rows);
  if (table_size > table_.size()) GrowTo(table_size);
  for (size_t i = 0; i < rows; ++i) {
    size_t place = 0;
    uint32_t number = Probe(i, &place);
    if (number == kNone) {
      number = static_cast<uint32_t>(rows_.size());
      table_[place] = {hashes_[i], number};
      rows_.AppendRow(columns_, i);
    }
    numbers[i] = number;
  }
}

void DistinctRows::Find(std::span<const Vector* const> columns, size_t rows, uint32_t* numbers) {
  Prepare(columns, rows);
  for (size_t i = 0; i < rows; ++i) {
    size_t place = 0;
    numbers[i] = Probe(i, &place);
  }
}

}  // namespace heliosdb::sql::execute
