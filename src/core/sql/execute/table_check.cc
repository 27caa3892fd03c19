#include "core/sql/execute/table_check.h"

#include <vector>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/table_rows.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

bool AnyFalse(const Vector& passes, size_t rows) {
  for (size_t i = 0; i < (passes.is_constant() ? 1 : rows); ++i) {
    if (passes.validity().IsValid(i) && passes.data<uint8_t>()[i] == 0) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckTable(ExecContext& context, const catalog::Table& table,
                        std::span<const int> not_null_columns, std::span<const NewCheck> checks) {
  std::vector<EvaluatorPtr> evaluators;
  for (const NewCheck& check : checks) {
    HELIOS_ASSIGN_OR_RETURN(evaluators.emplace_back(), CompileExpression(*check.expression));
  }
  TableRows rows(table);
  HELIOS_RETURN_IF_ERROR(rows.Start(context.view));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, rows.Next());
    if (chunk.size == 0) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    for (const int column : not_null_columns) {
      const Vector& values = *chunk.columns[column];
      for (size_t i = 0; i < chunk.size && values.validity().has_nulls(); ++i) {
        if (!values.IsNull(i)) continue;
        return SqlError(sqlstate::kNotNullViolation,
                        "column \"{}\" of relation \"{}\" contains null values",
                        table.columns[column].name, table.name);
      }
    }
    for (size_t k = 0; k < evaluators.size(); ++k) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* passes, evaluators[k]->Evaluate(context, chunk));
      if (!AnyFalse(*passes, chunk.size)) continue;
      return WithConstraint(
          SqlError(sqlstate::kCheckViolation,
                   "check constraint \"{}\" of relation \"{}\" is violated by some row",
                   checks[k].name, table.name),
          checks[k].name);
    }
  }
}

absl::Status CheckForeignKey(ExecContext& context, const catalog::Table& table,
                             const catalog::ForeignKey& key) {
  TableRows rows(table);
  HELIOS_RETURN_IF_ERROR(rows.Start(context.view));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, rows.Next());
    if (chunk.size == 0) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    context.foreign_keys->Referring(table, key, chunk);
    HELIOS_RETURN_IF_ERROR(context.foreign_keys->RunPending(context));
  }
}

}  // namespace heliosdb::sql::execute
