#include "core/sql/execute/table_rewrite.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/storage_fill.h"
#include "core/sql/execute/table_rows.h"
#include "core/sql/execute/table_writer.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

class TableRewriter {
 public:
  TableRewriter(const catalog::Table& old_table, const catalog::Table& new_table,
                const RewriteTarget& target)
      : rows_(old_table), columns_(new_table.columns.size()), target_(target) {}

  absl::Status Compile(const catalog::Table& new_table,
                       const std::vector<bind::ExpressionPtr>& values,
                       const bind::TableRules& new_rules) {
    HELIOS_ASSIGN_OR_RETURN(writer_, TableWriter::Build(new_table, new_rules));
    evaluators_.resize(values.size());
    for (size_t c = 0; c < values.size(); ++c) {
      if (values[c] == nullptr) continue;
      HELIOS_ASSIGN_OR_RETURN(evaluators_[c], CompileExpression(*values[c]));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<RewriteResult> Run(ExecContext& context, const RowProgress& progress) {
    txn::Transaction* const own = context.transaction;
    HELIOS_RETURN_IF_ERROR(rows_.Start(context.view));
    for (uint64_t done = 0;;) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, rows_.Next());
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      part_ended_ = false;
      absl::Status status = WriteChunk(context, chunk);
      context.transaction = own;
      HELIOS_RETURN_IF_ERROR(status);
      done += chunk.size;
      if (progress) progress(done);
      if (target_.fill == nullptr && own->write_bytes() > target_.bytes_max) {
        return RewriteResult::kTooLarge;
      }
      if (!part_ended_) continue;
      const std::string last_key(rows_.key(chunk.size - 1));
      // A view that stayed open would keep all parts in memory.
      rows_.Stop();
      HELIOS_ASSIGN_OR_RETURN(*context.view, own->FreshView());
      HELIOS_RETURN_IF_ERROR(rows_.StartAfter(context.view, last_key));
    }
    if (target_.fill != nullptr) HELIOS_RETURN_IF_ERROR(target_.fill->EndPart());
    return RewriteResult::kDone;
  }

 private:
  absl::Status WriteChunk(ExecContext& context, const Chunk& chunk) {
    for (size_t c = 0; c < columns_.size(); ++c) {
      columns_[c] = c < chunk.columns.size() ? chunk.columns[c] : nullptr;
      if (c >= evaluators_.size() || evaluators_[c] == nullptr) continue;
      HELIOS_ASSIGN_OR_RETURN(columns_[c], evaluators_[c]->Evaluate(context, chunk));
    }
    const Chunk new_rows{columns_, chunk.size};
    HELIOS_RETURN_IF_ERROR(writer_->CheckRows(context, new_rows));
    // The parts see each other, and so each other's keys.
    if (target_.fill != nullptr) context.transaction = target_.fill->part();
    HELIOS_RETURN_IF_ERROR(writer_->PrepareNew(context, new_rows));
    for (size_t i = 0; i < chunk.size; ++i) {
      HELIOS_ASSIGN_OR_RETURN(const std::optional<TableWriter::Conflict> conflict,
                              writer_->FindConflict(context, new_rows, i, {}, {}));
      if (conflict.has_value()) return writer_->UniqueViolation(context, i, *conflict);
      HELIOS_RETURN_IF_ERROR(writer_->PutNew(context, new_rows, i));
      if (target_.fill == nullptr || !target_.fill->part_is_full()) continue;
      HELIOS_RETURN_IF_ERROR(target_.fill->EndPart());
      context.transaction = target_.fill->part();
      part_ended_ = true;
    }
    return absl::OkStatus();
  }

  std::unique_ptr<TableWriter> writer_;
  std::vector<EvaluatorPtr> evaluators_;
  TableRows rows_;
  std::vector<const Vector*> columns_;
  const RewriteTarget target_;
  bool part_ended_ = false;
};

}  // namespace

absl::StatusOr<RewriteResult> RewriteTable(ExecContext& context, const catalog::Table& old_table,
                                           const catalog::Table& new_table,
                                           const std::vector<bind::ExpressionPtr>& values,
                                           const bind::TableRules& new_rules,
                                           const RewriteTarget& target,
                                           const RowProgress& progress) {
  TableRewriter rewriter(old_table, new_table, target);
  HELIOS_RETURN_IF_ERROR(rewriter.Compile(new_table, values, new_rules));
  return rewriter.Run(context, progress);
}

}  // namespace heliosdb::sql::execute
