#include "core/sql/execute/table_rewrite.h"

#include <memory>
#include <optional>
#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/table_rows.h"
#include "core/sql/execute/table_writer.h"

namespace heliosdb::sql::execute {

using types::Chunk;
using types::Vector;

absl::Status RewriteTable(ExecContext& context, const catalog::Table& old_table,
                          const catalog::Table& new_table,
                          const std::vector<bind::ExpressionPtr>& values,
                          const bind::TableRules& new_rules, const RowProgress& progress) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<TableWriter> writer,
                          TableWriter::Build(new_table, new_rules));
  std::vector<EvaluatorPtr> evaluators(values.size());
  for (size_t c = 0; c < values.size(); ++c) {
    if (values[c] == nullptr) continue;
    HELIOS_ASSIGN_OR_RETURN(evaluators[c], CompileExpression(*values[c]));
  }
  TableRows rows(old_table);
  HELIOS_RETURN_IF_ERROR(rows.Start(context.view));
  std::vector<const Vector*> columns(new_table.columns.size());
  uint64_t done = 0;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, rows.Next());
    if (chunk.size == 0) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    for (size_t c = 0; c < columns.size(); ++c) {
      columns[c] = c < chunk.columns.size() ? chunk.columns[c] : nullptr;
      if (c >= evaluators.size() || evaluators[c] == nullptr) continue;
      HELIOS_ASSIGN_OR_RETURN(columns[c], evaluators[c]->Evaluate(context, chunk));
    }
    const Chunk new_rows{columns, chunk.size};
    HELIOS_RETURN_IF_ERROR(writer->CheckRows(context, new_rows));
    HELIOS_RETURN_IF_ERROR(writer->PrepareNew(context, new_rows));
    for (size_t i = 0; i < chunk.size; ++i) {
      HELIOS_ASSIGN_OR_RETURN(const std::optional<TableWriter::Conflict> conflict,
                              writer->FindConflict(context, new_rows, i, {}, {}));
      if (conflict.has_value()) return writer->UniqueViolation(*conflict);
      HELIOS_RETURN_IF_ERROR(writer->PutNew(context, new_rows, i));
    }
    done += chunk.size;
    if (progress) progress(done);
  }
}

}  // namespace heliosdb::sql::execute
