#include "core/sql/execute/row_store.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace heliosdb::sql::execute {
namespace {

using types::kChunkRows;
using types::Physical;
using types::Vector;

template <typename T>
void CopyFixed(const Vector& from, size_t from_row, size_t count, size_t to_row, Vector* to) {
  const T* const in = from.data<T>();
  T* const out = to->data<T>() + to_row;
  if (from.is_constant()) {
    std::fill(out, out + count, in[0]);
  } else {
    std::copy(in + from_row, in + from_row + count, out);
  }
}

size_t CopyStrings(const Vector& from, size_t from_row, size_t count, size_t to_row, Vector* to) {
  const auto* const in = from.data<std::string_view>();
  auto* const out = to->data<std::string_view>() + to_row;
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view value = in[from.is_constant() ? 0 : from_row + i];
    out[i] = to->AddString(value);
    bytes += value.size();
  }
  return bytes;
}

// Copies count rows; gives the bytes of strings copied.
size_t CopyRange(const Vector& from, size_t from_row, size_t count, size_t to_row, Vector* to) {
  size_t bytes = 0;
  switch (from.physical()) {
    case Physical::kBool:
      CopyFixed<uint8_t>(from, from_row, count, to_row, to);
      break;
    case Physical::kInt16:
      CopyFixed<int16_t>(from, from_row, count, to_row, to);
      break;
    case Physical::kInt32:
      CopyFixed<int32_t>(from, from_row, count, to_row, to);
      break;
    case Physical::kInt64:
      CopyFixed<int64_t>(from, from_row, count, to_row, to);
      break;
    case Physical::kFloat32:
      CopyFixed<float>(from, from_row, count, to_row, to);
      break;
    case Physical::kFloat64:
      CopyFixed<double>(from, from_row, count, to_row, to);
      break;
    case Physical::kInterval:
      CopyFixed<types::Interval>(from, from_row, count, to_row, to);
      break;
    case Physical::kString:
      bytes = CopyStrings(from, from_row, count, to_row, to);
      break;
  }
  if (from.validity().has_nulls()) {
    for (size_t i = 0; i < count; ++i) {
      if (from.IsNull(from_row + i)) {
        to->SetNull(to_row + i);
      } else {
        to->validity().SetValid(to_row + i);
      }
    }
  } else if (to->validity().has_nulls()) {
    for (size_t i = 0; i < count; ++i) to->validity().SetValid(to_row + i);
  }
  return bytes;
}

}  // namespace

void CopyRowDeep(const Vector& from, size_t from_row, size_t to_row, Vector* to) {
  CopyRange(from, from_row, 1, to_row, to);
}

RowStore::RowStore(std::vector<types::Type> types) : types_(std::move(types)) {}

void RowStore::AddBlockIfFull() {
  if (size_ < blocks_.size() * kChunkRows) return;
  auto& block = blocks_.emplace_back();
  auto& columns = block_columns_.emplace_back();
  block.reserve(types_.size());
  for (const types::Type& type : types_) block.emplace_back(type);
  for (const Vector& column : block) columns.push_back(&column);
}

void RowStore::AppendRow(std::span<const Vector* const> columns, size_t row) {
  AddBlockIfFull();
  auto& block = blocks_[size_ / kChunkRows];
  for (size_t c = 0; c < types_.size(); ++c) {
    bytes_ += CopyRange(*columns[c], row, 1, Offset(size_), &block[c]);
    bytes_ += types::PhysicalBytes(block[c].physical());
  }
  ++size_;
}

void RowStore::Append(const types::Chunk& chunk) {
  HELIOS_CHECK(chunk.columns.size() >= types_.size());
  size_t done = 0;
  while (done < chunk.size) {
    AddBlockIfFull();
    const size_t offset = Offset(size_);
    const size_t count = std::min(chunk.size - done, kChunkRows - offset);
    auto& block = blocks_[size_ / kChunkRows];
    for (size_t c = 0; c < types_.size(); ++c) {
      bytes_ += CopyRange(*chunk.columns[c], done, count, offset, &block[c]);
      bytes_ += count * types::PhysicalBytes(block[c].physical());
    }
    size_ += count;
    done += count;
  }
}

void RowStore::Append(const types::Chunk& chunk, std::span<const uint16_t> rows) {
  if (rows.size() == chunk.size) return Append(chunk);
  std::vector<Vector> picked;
  std::vector<const Vector*> columns;
  picked.reserve(types_.size());
  for (size_t c = 0; c < types_.size(); ++c) {
    picked.emplace_back(types_[c]).GatherShallow(*chunk.columns[c], rows);
    columns.push_back(&picked.back());
  }
  Append(types::Chunk{columns, rows.size()});
}

void RowStore::Clear() {
  if (blocks_.size() > 1) {
    blocks_.erase(blocks_.begin() + 1, blocks_.end());
    block_columns_.erase(block_columns_.begin() + 1, block_columns_.end());
  }
  if (!blocks_.empty()) {
    for (Vector& column : blocks_.front()) column.Reset();
  }
  size_ = 0;
  bytes_ = 0;
}

types::Chunk RowStore::Block(size_t block) const {
  return {block_columns_[block], std::min(kChunkRows, size_ - block * kChunkRows)};
}

void RowStore::Gather(std::span<const uint32_t> rows, std::span<Vector> out) const {
  for (size_t c = 0; c < types_.size(); ++c) {
    for (size_t i = 0; i < rows.size(); ++i)
      out[c].CopyRowShallow(i, column(rows[i], c), Offset(rows[i]));
  }
}

}  // namespace heliosdb::sql::execute
