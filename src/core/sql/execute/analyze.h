// ANALYZE: what a sample of a table says about its columns.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ANALYZE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ANALYZE_H_

#include <atomic>
#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"

#include "core/base/random.h"
#include "core/catalog/object.h"
#include "core/txn/read_view.h"

namespace heliosdb::sql::execute {

// As PostgreSQL with its default statistics target of 100.
inline constexpr size_t kSampleRowsMax = 30'000;
inline constexpr size_t kStatisticsTarget = 100;

// Reads every row of the table, and looks at a uniform sample of at most kSampleRowsMax of them.
// cancelled may be null; set by another thread, it ends the work with 57014. Counts as reads of the
// view's transaction: give it a view of its own under SERIALIZABLE. May block on the disk.
absl::StatusOr<std::unique_ptr<catalog::TableStatistics>> AnalyzeTable(
    const catalog::Table& table, txn::ReadView* view, Random* random,
    const std::atomic<bool>* cancelled);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ANALYZE_H_
