#include "core/sql/execute/row_subset.h"

#include <algorithm>
#include <utility>

namespace heliosdb::sql::execute {
namespace {

std::vector<int> SortedUnique(std::vector<int> slots) {
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

}  // namespace

std::vector<int> AllSlots(size_t count) {
  std::vector<int> slots(count);
  for (size_t i = 0; i < count; ++i) slots[i] = static_cast<int>(i);
  return slots;
}

RowSubset::RowSubset(std::vector<int> slots) : slots_(SortedUnique(std::move(slots))) {
  gathered_.resize(slots_.size());
  columns_.resize(slots_.empty() ? 0 : slots_.back() + 1, nullptr);
}

types::Chunk RowSubset::Select(const types::Chunk& input, std::span<const uint16_t> rows) {
  if (rows.size() == input.size) return input;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const types::Vector& from = *input.columns[slots_[i]];
    if (from.is_constant()) {
      columns_[slots_[i]] = &from;
      continue;
    }
    if (!gathered_[i].has_value()) gathered_[i].emplace(from.type());
    gathered_[i]->Reset();
    gathered_[i]->GatherShallow(from, rows);
    columns_[slots_[i]] = &*gathered_[i];
  }
  return {columns_, rows.size()};
}

void Scatter(const types::Vector& from, std::span<const uint16_t> rows, types::Vector* result) {
  for (size_t i = 0; i < rows.size(); ++i) {
    result->CopyRowShallow(rows[i], from, from.is_constant() ? 0 : i);
  }
}

void SelectTrue(const types::Vector& condition, size_t size, std::vector<uint16_t>* rows) {
  rows->clear();
  const uint8_t* const values = condition.data<uint8_t>();
  if (condition.is_constant()) {
    if (condition.IsNull(0) || values[0] == 0) return;
    rows->resize(size);
    for (size_t i = 0; i < size; ++i) (*rows)[i] = static_cast<uint16_t>(i);
    return;
  }
  rows->resize(size);
  size_t count = 0;
  if (!condition.validity().has_nulls()) {
    for (size_t i = 0; i < size; ++i) {
      (*rows)[count] = static_cast<uint16_t>(i);
      count += values[i] != 0;
    }
  } else {
    for (size_t i = 0; i < size; ++i) {
      (*rows)[count] = static_cast<uint16_t>(i);
      count += values[i] != 0 && condition.validity().IsValid(i);
    }
  }
  rows->resize(count);
}

}  // namespace heliosdb::sql::execute
