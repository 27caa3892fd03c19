#include "core/sql/plan/statistics.h"

#include <algorithm>
#include <cmath>

namespace heliosdb::sql::plan {
namespace {

// PostgreSQL's least size of a table that was never vacuumed.
constexpr double kPagesUnknown = 10;
constexpr double kPageBytes = 8192;
// What a row takes besides its columns.
constexpr double kRowOverheadBytes = 28;
constexpr double kDistinctUnknown = 200;
constexpr int kTextBytesUnknown = 32;

}  // namespace

int TypicalBytes(types::Type type) {
  const types::Physical physical = types::PhysicalOf(type.oid);
  if (physical != types::Physical::kString) return static_cast<int>(types::PhysicalBytes(physical));
  const bool counted = type.oid == types::TypeOid::kVarchar || type.oid == types::TypeOid::kBpchar;
  if (!counted || type.modifier < 4) return kTextBytesUnknown;
  // PostgreSQL: a short limit is mostly used up, a long one half, a very long one says nothing.
  const int bytes_max = type.modifier - 4;
  if (bytes_max <= kTextBytesUnknown) return bytes_max;
  if (bytes_max < 1000) return kTextBytesUnknown + (bytes_max - kTextBytesUnknown) / 2;
  return kTextBytesUnknown + (1000 - kTextBytesUnknown) / 2;
}

double Statistics::RowCount(const catalog::Table& table) const {
  const catalog::TableStatistics* const known = image_.StatisticsOf(table.oid);
  double rows = source_ == nullptr ? -1 : source_->RowCount(table);
  if (rows < 0 && known != nullptr) rows = known->rows;
  if (known == nullptr || known->rows < 0)
    rows = std::max(rows, std::floor(kPagesUnknown * kPageBytes / RowBytes(table)));
  return std::max(1.0, rows);
}

double Statistics::RowBytes(const catalog::Table& table) const {
  double bytes = kRowOverheadBytes;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].dropped) bytes += AverageBytes(table, static_cast<int>(i));
  }
  return bytes;
}

double Statistics::DistinctValues(const catalog::Table& table, int column) const {
  const double rows = RowCount(table);
  if (table.clustered_key.has_value() && table.clustered_key->columns.size() == 1 &&
      table.clustered_key->columns[0] == column)
    return rows;
  for (const catalog::Index* const index : image_.IndexesOf(table.oid)) {
    if (index->unique && index->columns.size() == 1 && index->columns[0].column == column &&
        index->predicate_text.empty())
      return rows;
  }
  const catalog::ColumnStatistics* const known = Column(table, column);
  double values = std::min(rows, kDistinctUnknown);
  if (known != nullptr && known->distinct > 0) values = known->distinct;
  if (known != nullptr && known->distinct < 0) values = -known->distinct * rows;
  if (table.columns[column].type.oid == types::TypeOid::kBool) values = std::min(values, 2.0);
  return std::clamp(values, 1.0, rows);
}

const catalog::ColumnStatistics* Statistics::Column(const catalog::Table& table, int column) const {
  const catalog::TableStatistics* const known = image_.StatisticsOf(table.oid);
  if (known == nullptr || column < 0 || static_cast<size_t>(column) >= known->columns.size())
    return nullptr;
  return &known->columns[column];
}

double Statistics::AverageBytes(const catalog::Table& table, int column) const {
  const catalog::ColumnStatistics* const known = Column(table, column);
  if (known != nullptr && known->average_bytes > 0) return known->average_bytes;
  return TypicalBytes(table.columns[column].type);
}

}  // namespace heliosdb::sql::plan
