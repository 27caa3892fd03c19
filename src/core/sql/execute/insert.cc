#include <optional>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/modify.h"
#include "core/sql/execute/on_conflict.h"
#include "core/sql/execute/returning.h"
#include "core/sql/execute/table_writer.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

class Insert final : public Operator {
 public:
  Insert(const plan::InsertNode& node, OperatorPtr child, std::unique_ptr<TableWriter> writer,
         std::vector<EvaluatorPtr> defaults, std::unique_ptr<OnConflict> on_conflict,
         Returning returning)
      : node_(node),
        child_(std::move(child)),
        writer_(std::move(writer)),
        defaults_(std::move(defaults)),
        on_conflict_(std::move(on_conflict)),
        returning_(std::move(returning)) {
    for (const catalog::Column& column : node.table->columns) rows_.emplace_back(column.type);
    columns_.resize(rows_.size());
    source_of_.assign(rows_.size(), -1);
    for (size_t i = 0; i < node.source_columns.size(); ++i)
      source_of_[node.source_columns[i]] = static_cast<int>(i);
  }

  absl::Status Open(ExecContext& context) override {
    if (on_conflict_ != nullptr) on_conflict_->Start();
    return child_->Open(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk input, child_->Next(context));
      if (input.size == 0) return Chunk{};
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(Complete(context, input));
      HELIOS_ASSIGN_OR_RETURN(const Chunk written, Write(context, Chunk{columns_, input.size}));
      context.rows_changed += written.size;
      if (!returning_.wanted() || written.size == 0) continue;
      return returning_.Evaluate(context, written);
    }
  }

  void Close() override { child_->Close(); }

 private:
  // Whole rows: the source's columns, and defaults for the others.
  absl::Status Complete(ExecContext& context, const Chunk& input) {
    for (size_t c = 0; c < rows_.size(); ++c) {
      if (source_of_[c] >= 0) {
        columns_[c] = input.columns[source_of_[c]];
        continue;
      }
      if (defaults_[c] != nullptr) {
        HELIOS_ASSIGN_OR_RETURN(columns_[c],
                                defaults_[c]->Evaluate(context, Chunk{{}, input.size}));
        continue;
      }
      rows_[c].Reset();
      rows_[c].set_constant(true);
      rows_[c].SetNull(0);
      columns_[c] = &rows_[c];
    }
    return absl::OkStatus();
  }

  // Gives the rows that RETURNING shows and the count takes in.
  absl::StatusOr<Chunk> Write(ExecContext& context, const Chunk& rows) {
    HELIOS_RETURN_IF_ERROR(writer_->CheckRows(context, rows));
    HELIOS_RETURN_IF_ERROR(writer_->PrepareNew(context, rows));
    if (on_conflict_ != nullptr) return on_conflict_->Write(context, writer_.get(), rows);
    size_t rows_put = 0;
    HELIOS_RETURN_IF_ERROR(writer_->PutAllNew(context, rows, &rows_put));
    if (context.foreign_keys != nullptr) context.foreign_keys->Inserted(*node_.table, rows);
    return rows;
  }

  const plan::InsertNode& node_;
  OperatorPtr child_;
  std::unique_ptr<TableWriter> writer_;
  std::vector<EvaluatorPtr> defaults_;       // By column; null where there is none.
  std::unique_ptr<OnConflict> on_conflict_;  // May be null.
  Returning returning_;
  std::vector<int> source_of_;  // By column: the child's slot, or -1.
  std::vector<Vector> rows_;    // NULLs for columns without source and default.
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildInsert(const plan::InsertNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<TableWriter> writer,
                          TableWriter::Build(*node.table, node.rules));
  std::vector<EvaluatorPtr> defaults(node.table->columns.size());
  for (size_t c = 0; c < node.defaults.size(); ++c) {
    if (node.defaults[c] == nullptr) continue;
    HELIOS_ASSIGN_OR_RETURN(defaults[c], CompileExpression(*node.defaults[c]));
  }
  std::unique_ptr<OnConflict> on_conflict;
  if (node.on_conflict.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(on_conflict, OnConflict::Build(*node.table, *node.on_conflict));
  }
  HELIOS_ASSIGN_OR_RETURN(Returning returning, Returning::Compile(node.returning));
  return std::make_unique<Insert>(node, std::move(child), std::move(writer), std::move(defaults),
                                  std::move(on_conflict), std::move(returning));
}

}  // namespace heliosdb::sql::execute
