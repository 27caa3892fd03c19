#include "core/sql/execute/analyze.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/sql/execute/column_summary.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/execute/row_reader.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {
namespace {

// Sampled rows, in the table's order.
struct Sample {
  std::vector<std::string_view> rows;  // Views of the read view's bytes.
  double table_rows = 0;
  double table_bytes = 0;
};

// Every row has the same chance (Vitter's algorithm R).
absl::StatusOr<Sample> SampleRows(const catalog::Table& table, txn::ReadView* view, Random* random,
                                  const txn::CancelToken* cancel) {
  struct Picked {
    uint64_t place;
    std::string_view row;
  };
  std::vector<Picked> picked;
  Sample sample;
  HELIOS_ASSIGN_OR_RETURN(
      const std::unique_ptr<txn::Cursor> cursor,
      view->Open(StorageKeyPrefix(table.storage_id), StorageKeyPrefix(table.storage_id + 1),
                 txn::ScanDirection::kForward));
  std::array<storage::KvPair, types::kChunkRows> pairs;
  uint64_t seen = 0;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(pairs));
    if (count == 0) break;
    if (cancel != nullptr) HELIOS_RETURN_IF_ERROR(cancel->Check());
    for (size_t i = 0; i < count; ++i, ++seen) {
      sample.table_bytes += static_cast<double>(pairs[i].value.size());
      if (picked.size() < kSampleRowsMax) {
        picked.push_back({seen, pairs[i].value});
        continue;
      }
      const uint64_t place = random->Below(seen + 1);
      if (place < kSampleRowsMax) picked[place] = {seen, pairs[i].value};
    }
  }
  std::sort(picked.begin(), picked.end(),
            [](const Picked& a, const Picked& b) { return a.place < b.place; });
  for (const Picked& row : picked) sample.rows.push_back(row.row);
  sample.table_rows = static_cast<double>(seen);
  return sample;
}

std::vector<types::Value> ValuesOf(const catalog::Table& table, const Sample& sample, int column) {
  std::vector<types::Value> values;
  values.reserve(sample.rows.size());
  types::Vector vector(table.columns[column].type);
  for (size_t start = 0; start < sample.rows.size(); start += types::kChunkRows) {
    const size_t count = std::min(types::kChunkRows, sample.rows.size() - start);
    ReadColumn(table, std::span(sample.rows).subspan(start, count), column, &vector);
    for (size_t i = 0; i < count; ++i) values.push_back(vector.GetValue(i));
  }
  return values;
}

}  // namespace

absl::StatusOr<Analysis> AnalyzeTable(const catalog::Table& table, std::span<const int> columns,
                                      txn::ReadView* view, Random* random,
                                      const txn::CancelToken* cancel) {
  HELIOS_ASSIGN_OR_RETURN(const Sample sample, SampleRows(table, view, random, cancel));
  Analysis analysis;
  analysis.rows_sampled = sample.rows.size();
  analysis.statistics = std::make_unique<catalog::TableStatistics>();
  catalog::TableStatistics& statistics = *analysis.statistics;
  statistics.table = table.oid;
  statistics.rows = sample.table_rows;
  if (sample.table_rows > 0) statistics.average_row_bytes = sample.table_bytes / sample.table_rows;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const int place = static_cast<int>(c);
    catalog::ColumnStatistics& column = statistics.columns.emplace_back();
    const bool wanted =
        columns.empty() || std::find(columns.begin(), columns.end(), place) != columns.end();
    if (!wanted || table.columns[c].dropped || sample.rows.empty()) continue;
    if (cancel != nullptr) HELIOS_RETURN_IF_ERROR(cancel->Check());
    column = SummarizeColumn(ValuesOf(table, sample, place), sample.table_rows);
  }
  return analysis;
}

}  // namespace heliosdb::sql::execute
