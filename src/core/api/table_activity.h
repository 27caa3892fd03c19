// How many rows of each table were changed since the database was opened, and since its last ANALYZE.
#ifndef HELIOSDB_CORE_API_TABLE_ACTIVITY_H_
#define HELIOSDB_CORE_API_TABLE_ACTIVITY_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"

#include "core/base/mutex.h"
#include "core/catalog/object.h"
#include "core/sql/execute/table_changes.h"

namespace heliosdb::api {

enum class AnalyzeOrigin : uint8_t { kStatement, kAutomatic };

// One a database; in memory, gone when it is closed. Thread-safe.
class TableActivity {
 public:
  struct Table {
    sql::execute::RowCounts rows;  // Committed here since the database was opened.
    uint64_t changed_since_analyze = 0;
    // Whether changes of before the database was opened were looked for (AddUnseen).
    bool compared = false;
    uint64_t analyze_count = 0;
    uint64_t auto_analyze_count = 0;
    std::optional<int64_t> last_analyze;  // Microseconds since 2000-01-01.
    std::optional<int64_t> last_auto_analyze;
  };

  // What a transaction changed, once it is committed. An ANALYZE among it ran now.
  void Committed(const sql::execute::TableChanges& changes, int64_t now);
  // The table was analysed, by a transaction that saw the first `seen` of the changes.
  void Analyzed(catalog::Oid table, uint64_t seen, AnalyzeOrigin origin, int64_t now);
  // At least so many rows were changed since the last ANALYZE, some of them before the database was opened.
  void AddUnseen(catalog::Oid table, uint64_t changed_min);
  // Zeros for a table that nothing was done to.
  Table Of(catalog::Oid table) const;
  // Whether anything was committed since the last call.
  bool TakeChanged();
  // The tables may have changed by other ways: this node begins or stops to write.
  void ForgetComparisons();
  // Forgets tables that are gone.
  void KeepOnly(const std::function<bool(catalog::Oid table)>& exists);

 private:
  void AnalyzedLocked(Table* table, uint64_t seen, AnalyzeOrigin origin, int64_t now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  absl::flat_hash_map<catalog::Oid, Table> tables_ ABSL_GUARDED_BY(mu_);
  bool changed_ ABSL_GUARDED_BY(mu_) = true;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_TABLE_ACTIVITY_H_
