// The queries that expressions of a plan run.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SUBPLANS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SUBPLANS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/operator.h"
#include "core/sql/execute/row_store.h"

namespace heliosdb::sql::execute {

// The subplans of one execution, with what they gave for the outer values seen so far. Not thread-safe.
class Subplans {
 public:
  static absl::StatusOr<std::unique_ptr<Subplans>> Build(const plan::Plan& plan);

  // Each runs subplan `index` with the outer values as they stand in the context, unless its answer for them is known.
  // The one row's first column, NULL without a row; 21000 when there is a second row.
  absl::StatusOr<types::Value> Scalar(ExecContext& context, int index);
  absl::StatusOr<bool> Exists(ExecContext& context, int index);
  // All rows; valid until the next call for this subplan.
  absl::StatusOr<const RowStore*> Rows(ExecContext& context, int index);

  // Forgets all answers: for the next execution.
  void Reset();

 private:
  struct Entry {
    const plan::Subplan* plan = nullptr;
    OperatorPtr root;
    std::unique_ptr<RowStore> rows;
    std::string rows_key;
    bool rows_known = false;
    absl::flat_hash_map<std::string, types::Value> answers;
    std::string key;
  };

  // The outer values that the subplan reads, as bytes.
  static void MakeKey(const ExecContext& context, Entry* entry);
  static void Remember(Entry* entry, types::Value value);

  std::vector<Entry> entries_;
};

// Makes the evaluator of a kSubplan expression.
absl::StatusOr<EvaluatorPtr> CompileSubplan(const bind::Expression& expression);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SUBPLANS_H_
