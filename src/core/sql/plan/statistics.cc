#include "core/sql/plan/statistics.h"

#include <algorithm>

namespace heliosdb::sql::plan {
namespace {

// What PostgreSQL assumes about a table that was never analysed and has a few pages.
constexpr double kRowsUnknown = 1000;
constexpr int kTextBytesUnknown = 32;

}  // namespace

int TypicalBytes(types::Type type) {
  const types::Physical physical = types::PhysicalOf(type.oid);
  if (physical != types::Physical::kString) return static_cast<int>(types::PhysicalBytes(physical));
  const bool counted = type.oid == types::TypeOid::kVarchar || type.oid == types::TypeOid::kBpchar;
  if (!counted || type.modifier < 4) return kTextBytesUnknown;
  const int bytes_max = type.modifier - 4;
  // A long limit says little about the values.
  return bytes_max <= kTextBytesUnknown
             ? bytes_max
             : kTextBytesUnknown + (bytes_max > 1000 ? 0 : (bytes_max - kTextBytesUnknown) / 2);
}

double Statistics::RowCount(const catalog::Table& table) const {
  if (source_ != nullptr) {
    const double rows = source_->RowCount(table);
    if (rows >= 0) return std::max(1.0, rows);
  }
  const catalog::TableStatistics* const known = image_.StatisticsOf(table.oid);
  return known == nullptr ? kRowsUnknown : std::max(1.0, known->rows);
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
