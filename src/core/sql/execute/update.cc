#include <array>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/modify.h"
#include "core/sql/execute/returning.h"
#include "core/sql/execute/row_locker.h"
#include "core/sql/execute/table_writer.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

// What UPDATE and DELETE share: locking the rows found, dropping second matches of one row, and the table's columns
// among the input's slots.
class ChangeRows : public Operator {
 public:
  // Node: UpdateNode or DeleteNode.
  template <typename Node>
  ChangeRows(const Node& node, OperatorPtr child, RowLocker locker,
             std::unique_ptr<TableWriter> writer, Returning returning)
      : table_(*node.recheck.table),
        writer_(std::move(writer)),
        returning_(std::move(returning)),
        recheck_(node.recheck),
        child_(std::move(child)),
        locker_(std::move(locker)),
        may_repeat_(node.may_repeat) {
    std::vector<int> slots(node.children[0]->outputs.size());
    for (size_t i = 0; i < slots.size(); ++i) slots[i] = static_cast<int>(i);
    first_matches_.emplace(std::move(slots));
    table_columns_.resize(table_.columns.size());
  }

  absl::Status Open(ExecContext& context) override {
    changed_keys_.clear();
    return child_->Open(context);
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk found, child_->Next(context));
      if (found.size == 0) return found;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_ASSIGN_OR_RETURN(const Chunk locked,
                              locker_.Lock(context, found, LockMode(), bind::RowLockWait::kBlock));
      const Chunk input = may_repeat_ ? FirstMatches(locked) : locked;
      if (input.size == 0) continue;
      for (const auto& [column, slot] : recheck_.column_slots)
        table_columns_[column] = input.columns[slot];
      context.rows_changed += input.size;
      HELIOS_ASSIGN_OR_RETURN(const Chunk written, Change(context, input));
      if (returning_.wanted()) return returning_.Evaluate(context, written);
    }
  }

  void Close() override { child_->Close(); }

 protected:
  virtual txn::RowLockMode LockMode() const = 0;
  // Changes the input's rows; gives the input with the columns that RETURNING sees.
  virtual absl::StatusOr<Chunk> Change(ExecContext& context, const Chunk& input) = 0;

  std::string_view RowKey(const Chunk& input, size_t row) const {
    const Vector& keys = *input.columns[recheck_.row_key_slot];
    return keys.data<std::string_view>()[keys.is_constant() ? 0 : row];
  }
  Chunk TableRows(const Chunk& input) const { return {table_columns_, input.size}; }

  const catalog::Table& table_;
  std::unique_ptr<TableWriter> writer_;
  Returning returning_;
  const plan::RowRecheck& recheck_;

 private:
  // A row that a join finds several times is changed once, by its first match.
  Chunk FirstMatches(const Chunk& input) {
    rows_.clear();
    for (size_t i = 0; i < input.size; ++i) {
      if (changed_keys_.insert(std::string(RowKey(input, i))).second)
        rows_.push_back(static_cast<uint16_t>(i));
    }
    return first_matches_->Select(input, rows_);
  }

  OperatorPtr child_;
  RowLocker locker_;
  const bool may_repeat_;
  absl::flat_hash_set<std::string> changed_keys_;  // Empty unless rows may repeat.
  std::optional<RowSubset> first_matches_;
  std::vector<uint16_t> rows_;
  std::vector<const Vector*> table_columns_;
};

class Update final : public ChangeRows {
 public:
  Update(const plan::UpdateNode& node, OperatorPtr child, RowLocker locker,
         std::unique_ptr<TableWriter> writer, Returning returning, std::vector<EvaluatorPtr> values)
      : ChangeRows(node, std::move(child), std::move(locker), std::move(writer),
                   std::move(returning)),
        node_(node),
        values_(std::move(values)) {
    lock_mode_ = writer_->UpdateLockMode(node.assigned_columns);
  }

 protected:
  txn::RowLockMode LockMode() const override { return lock_mode_; }

  absl::StatusOr<Chunk> Change(ExecContext& context, const Chunk& input) override {
    const Chunk old_rows = TableRows(input);
    new_columns_.assign(old_rows.columns.begin(), old_rows.columns.end());
    for (size_t i = 0; i < values_.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(new_columns_[node_.assigned_columns[i]],
                              values_[i]->Evaluate(context, input));
    }
    const Chunk new_rows{new_columns_, input.size};
    HELIOS_RETURN_IF_ERROR(writer_->CheckRows(context, new_rows));
    HELIOS_RETURN_IF_ERROR(writer_->PrepareOld(context, old_rows));
    HELIOS_RETURN_IF_ERROR(writer_->PrepareReplacement(context, new_rows));
    for (size_t i = 0; i < input.size; ++i) {
      HELIOS_RETURN_IF_ERROR(writer_->Replace(context, new_rows, i, RowKey(input, i)));
    }
    if (context.foreign_keys != nullptr) context.foreign_keys->Updated(table_, old_rows, new_rows);
    shown_columns_.assign(input.columns.begin(), input.columns.end());
    for (const auto& [column, slot] : recheck_.column_slots)
      shown_columns_[slot] = new_columns_[column];
    return Chunk{shown_columns_, input.size};
  }

 private:
  const plan::UpdateNode& node_;
  std::vector<EvaluatorPtr> values_;
  txn::RowLockMode lock_mode_ = txn::RowLockMode::kUpdate;
  std::vector<const Vector*> new_columns_;
  std::vector<const Vector*> shown_columns_;
};

class Delete final : public ChangeRows {
 public:
  Delete(const plan::DeleteNode& node, OperatorPtr child, RowLocker locker,
         std::unique_ptr<TableWriter> writer, Returning returning)
      : ChangeRows(node, std::move(child), std::move(locker), std::move(writer),
                   std::move(returning)) {}

 protected:
  txn::RowLockMode LockMode() const override { return txn::RowLockMode::kUpdate; }

  absl::StatusOr<Chunk> Change(ExecContext& context, const Chunk& input) override {
    HELIOS_RETURN_IF_ERROR(writer_->PrepareOld(context, TableRows(input)));
    for (size_t i = 0; i < input.size; ++i) {
      HELIOS_RETURN_IF_ERROR(writer_->DeleteOld(context, i, RowKey(input, i)));
    }
    if (context.foreign_keys != nullptr) context.foreign_keys->Deleted(table_, TableRows(input));
    return input;
  }
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildUpdate(const plan::UpdateNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(RowLocker locker,
                          RowLocker::Build(node.recheck, node.children[0]->outputs));
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<TableWriter> writer,
                          TableWriter::Build(*node.recheck.table, node.rules));
  HELIOS_ASSIGN_OR_RETURN(Returning returning, Returning::Compile(node.returning));
  HELIOS_ASSIGN_OR_RETURN(std::vector<EvaluatorPtr> values, CompileExpressions(node.values));
  return std::make_unique<Update>(node, std::move(child), std::move(locker), std::move(writer),
                                  std::move(returning), std::move(values));
}

absl::StatusOr<OperatorPtr> BuildDelete(const plan::DeleteNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(RowLocker locker,
                          RowLocker::Build(node.recheck, node.children[0]->outputs));
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<TableWriter> writer,
                          TableWriter::Build(*node.recheck.table, node.rules));
  HELIOS_ASSIGN_OR_RETURN(Returning returning, Returning::Compile(node.returning));
  return std::make_unique<Delete>(node, std::move(child), std::move(locker), std::move(writer),
                                  std::move(returning));
}

}  // namespace heliosdb::sql::execute
