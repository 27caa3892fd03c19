// RETURNING: expressions over the rows that were written.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_RETURNING_H_
#define HELIOSDB_CORE_SQL_EXECUTE_RETURNING_H_

#include <vector>

#include "core/base/status.h"
#include "core/sql/execute/evaluator.h"

namespace heliosdb::sql::execute {

class Returning {
 public:
  static absl::StatusOr<Returning> Compile(const std::vector<bind::ExpressionPtr>& expressions) {
    Returning returning;
    HELIOS_ASSIGN_OR_RETURN(returning.evaluators_, CompileExpressions(expressions));
    returning.columns_.resize(returning.evaluators_.size());
    return returning;
  }

  bool wanted() const { return !evaluators_.empty(); }
  // Valid until the next call, or rows' end.
  absl::StatusOr<types::Chunk> Evaluate(ExecContext& context, const types::Chunk& rows) {
    if (rows.size == 0) return types::Chunk{};
    for (size_t i = 0; i < evaluators_.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(columns_[i], evaluators_[i]->Evaluate(context, rows));
    }
    return types::Chunk{columns_, rows.size};
  }

 private:
  std::vector<EvaluatorPtr> evaluators_;
  std::vector<const types::Vector*> columns_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_RETURNING_H_
