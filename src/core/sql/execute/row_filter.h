// Conjuncts over a chunk, one after the other, each seeing only the rows that passed those before.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ROW_FILTER_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ROW_FILTER_H_

#include <optional>
#include <vector>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/row_subset.h"

namespace heliosdb::sql::execute {

class RowFilter {
 public:
  static absl::StatusOr<RowFilter> Compile(const std::vector<bind::ExpressionPtr>& conjuncts);

  bool empty() const { return conjuncts_.empty(); }
  // The slots that any conjunct reads.
  std::vector<int> Slots() const;
  // Sets *rows to the rows for which all conjuncts are true, in order.
  absl::Status Select(ExecContext& context, const types::Chunk& input, std::vector<uint16_t>* rows);

 private:
  struct Conjunct {
    // A comparison that cannot fail filters by its function's selection form, over its arguments of all rows.
    const functions::FunctionEntry* function = nullptr;
    std::vector<EvaluatorPtr> arguments;
    std::vector<const types::Vector*> columns;
    // Anything else is computed for the rows that are left.
    EvaluatorPtr evaluator;
    RowSubset subset{{}};
  };

  absl::Status SelectByFunction(ExecContext& context, const types::Chunk& input, Conjunct* conjunct,
                                std::vector<uint16_t>* rows);
  absl::Status SelectByValue(ExecContext& context, const types::Chunk& input, Conjunct* conjunct,
                             std::vector<uint16_t>* rows);

  std::vector<Conjunct> conjuncts_;
  std::vector<uint16_t> passed_;
  std::optional<types::Vector> scratch_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ROW_FILTER_H_
