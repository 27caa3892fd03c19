// ANALYZE: what a sample of a table says about its columns.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ANALYZE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ANALYZE_H_

#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"

#include "core/base/random.h"
#include "core/catalog/object.h"
#include "core/txn/cancel_token.h"
#include "core/txn/read_view.h"

namespace heliosdb::sql::execute {

// As PostgreSQL with its default statistics target of 100.
inline constexpr size_t kSampleRowsMax = 30'000;
inline constexpr size_t kStatisticsTarget = 100;

struct Analysis {
  std::unique_ptr<catalog::TableStatistics> statistics;
  size_t rows_sampled = 0;
};

// Reads every row of the table, and looks at a uniform sample of at most kSampleRowsMax of them.
// columns: the places of those to look at; empty for all. The others have no statistics then.
// cancel may be null. Counts as reads of the view's transaction: give it a fresh view under
// SERIALIZABLE. May block on the disk.
absl::StatusOr<Analysis> AnalyzeTable(const catalog::Table& table, std::span<const int> columns,
                                      txn::ReadView* view, Random* random,
                                      const txn::CancelToken* cancel);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ANALYZE_H_
