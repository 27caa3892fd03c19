// WITH queries: computed once a statement and kept; recursive ones round by round.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_COMMON_TABLES_H_
#define HELIOSDB_CORE_SQL_EXECUTE_COMMON_TABLES_H_

#include <memory>
#include <vector>

#include "core/sql/execute/operator.h"
#include "core/sql/execute/row_spool.h"

namespace heliosdb::sql::execute {

// The common tables of one execution. Not thread-safe.
class CommonTables {
 public:
  static absl::StatusOr<std::unique_ptr<CommonTables>> Build(const plan::Plan& plan);

  // The rows of a table; computes them on the first call of a statement.
  absl::StatusOr<const RowSpool*> Rows(ExecContext& context, int table);
  // What a recursive union's second child reads; set by the union for each round.
  const RowSpool* working_table(int table) const { return entries_[table].working; }
  void set_working_table(int table, const RowSpool* rows) { entries_[table].working = rows; }
  // Forgets everything computed: for the next execution.
  void Reset();

 private:
  struct Entry {
    OperatorPtr root;
    std::unique_ptr<RowSpool> rows;
    bool filled = false;
    const RowSpool* working = nullptr;
  };
  std::vector<Entry> entries_;
};

absl::StatusOr<OperatorPtr> BuildCommonTableScan(const plan::CommonTableScanNode& node);
absl::StatusOr<OperatorPtr> BuildRecursiveUnion(const plan::RecursiveUnionNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_COMMON_TABLES_H_
