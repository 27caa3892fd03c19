#include "core/sql/execute/on_conflict.h"

#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/row_store.h"
#include "core/txn/read_view.h"
#include "core/txn/transaction.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

std::vector<Vector> VectorsFor(const catalog::Table& table) {
  std::vector<Vector> vectors;
  vectors.reserve(table.columns.size());
  for (const catalog::Column& column : table.columns) vectors.emplace_back(column.type);
  return vectors;
}

std::vector<const Vector*> PointersTo(const std::vector<Vector>& vectors) {
  std::vector<const Vector*> pointers;
  pointers.reserve(vectors.size());
  for (const Vector& vector : vectors) pointers.push_back(&vector);
  return pointers;
}

}  // namespace

OnConflict::OnConflict(const catalog::Table& table, const bind::Insert::OnConflict& clause)
    : table_(table),
      clause_(clause),
      existing_(VectorsFor(table)),
      proposed_(VectorsFor(table)),
      written_(VectorsFor(table)),
      written_columns_(PointersTo(written_)) {
  arbiters_.all = !clause.primary_key && clause.indexes.empty();
  arbiters_.clustered_key = clause.primary_key;
  arbiters_.indexes = clause.indexes;
}

absl::StatusOr<std::unique_ptr<OnConflict>> OnConflict::Build(
    const catalog::Table& table, const bind::Insert::OnConflict& clause) {
  std::unique_ptr<OnConflict> on_conflict(new OnConflict(table, clause));
  for (const auto& [column, value] : clause.assignments) {
    on_conflict->assigned_columns_.push_back(column);
    HELIOS_ASSIGN_OR_RETURN(on_conflict->values_.emplace_back(), CompileExpression(*value));
  }
  if (clause.where != nullptr) {
    on_conflict->where_.push_back(bind::CloneExpression(*clause.where));
    HELIOS_ASSIGN_OR_RETURN(on_conflict->condition_, RowFilter::Compile(on_conflict->where_));
  }
  return on_conflict;
}

void OnConflict::Written(const Chunk& rows, size_t row) {
  for (size_t c = 0; c < written_.size(); ++c) {
    const Vector& from = *rows.columns[c];
    CopyRowDeep(from, from.is_constant() ? 0 : row, written_size_, &written_[c]);
  }
  ++written_size_;
}

absl::StatusOr<Chunk> OnConflict::Write(ExecContext& context, TableWriter* writer,
                                        const Chunk& rows) {
  written_size_ = 0;
  for (Vector& vector : written_) vector.Reset();
  for (size_t i = 0; i < rows.size; ++i) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<TableWriter::Conflict> conflict,
                            writer->FindConflict(context, rows, i, arbiters_, {}));
    if (conflict.has_value()) {
      if (!clause_.do_update) {
        // What the snapshot does not show cannot be silently taken for there (PostgreSQL: ExecCheckTIDVisible).
        if (context.transaction->isolation() != txn::Isolation::kReadCommitted) {
          HELIOS_RETURN_IF_ERROR(
              context.transaction->RequireUnchanged(*context.view, conflict->row_key));
        }
        continue;
      }
      const size_t before = written_size_;
      HELIOS_ASSIGN_OR_RETURN(const bool updated,
                              UpdateExisting(context, writer, rows, i, conflict->row_key));
      HELIOS_CHECK(updated == (written_size_ > before));
      // The update prepared a chunk of its own.
      HELIOS_RETURN_IF_ERROR(writer->PrepareNew(context, rows));
      continue;
    }
    if (!arbiters_.all) {
      HELIOS_ASSIGN_OR_RETURN(const std::optional<TableWriter::Conflict> other,
                              writer->FindConflict(context, rows, i, {}, {}));
      if (other.has_value()) return writer->UniqueViolation(context, i, *other);
    }
    HELIOS_RETURN_IF_ERROR(writer->PutNew(context, rows, i));
    if (clause_.do_update) touched_.insert(writer->new_row_key(i));
    const size_t first = written_size_;
    Written(rows, i);
    if (context.foreign_keys != nullptr) {
      std::vector<const Vector*> one;
      std::vector<Vector> copies = VectorsFor(table_);
      for (size_t c = 0; c < written_.size(); ++c) {
        copies[c].CopyRowShallow(0, written_[c], first);
        one.push_back(&copies[c]);
      }
      context.foreign_keys->Inserted(table_, Chunk{one, 1});
    }
  }
  return Chunk{written_columns_, written_size_};
}

absl::Status OnConflict::LockExisting(ExecContext& context, TableWriter* writer,
                                      const std::string& row_key) {
  if (touched_.contains(row_key)) {
    return WithHint(SqlError(sqlstate::kCardinalityViolation,
                             "ON CONFLICT DO UPDATE command cannot affect row a second time"),
                    "Ensure that no rows proposed for insertion within the same command have "
                    "duplicate constrained values.");
  }
  HELIOS_RETURN_IF_ERROR(
      context.transaction
          ->LockRow(row_key, writer->UpdateLockMode(assigned_columns_), txn::LockWait::kBlock)
          .status());
  if (context.transaction->isolation() == txn::Isolation::kReadCommitted) return absl::OkStatus();
  return context.transaction->RequireUnchanged(*context.view, row_key);
}

absl::StatusOr<bool> OnConflict::UpdateExisting(ExecContext& context, TableWriter* writer,
                                                const Chunk& rows, size_t row,
                                                const std::string& row_key) {
  HELIOS_RETURN_IF_ERROR(LockExisting(context, writer, row_key));
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, context.transaction->FreshView());
  HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes, fresh.Get(row_key));
  if (!bytes.has_value()) {
    return SqlError(sqlstate::kTRSerializationFailure,
                    "could not serialize access due to concurrent delete");
  }
  std::vector<const Vector*> both;
  for (size_t c = 0; c < existing_.size(); ++c) {
    ReadColumn(table_, {&*bytes, 1}, static_cast<int>(c), &existing_[c]);
    both.push_back(&existing_[c]);
  }
  for (size_t c = 0; c < proposed_.size(); ++c) {
    proposed_[c].Reset();
    proposed_[c].CopyRowShallow(0, *rows.columns[c], rows.columns[c]->is_constant() ? 0 : row);
    both.push_back(&proposed_[c]);
  }
  if (!condition_.empty()) {
    HELIOS_RETURN_IF_ERROR(condition_.Select(context, Chunk{both, 1}, &passed_));
    if (passed_.empty()) return false;
  }
  std::vector<const Vector*> new_columns(both.begin(), both.begin() + existing_.size());
  for (size_t i = 0; i < values_.size(); ++i) {
    HELIOS_ASSIGN_OR_RETURN(new_columns[assigned_columns_[i]],
                            values_[i]->Evaluate(context, Chunk{both, 1}));
  }
  const Chunk old_row{std::span(both).first(existing_.size()), 1};
  const Chunk new_row{new_columns, 1};
  HELIOS_RETURN_IF_ERROR(writer->CheckRows(context, new_row));
  HELIOS_RETURN_IF_ERROR(writer->PrepareOld(context, old_row));
  HELIOS_RETURN_IF_ERROR(writer->PrepareReplacement(context, new_row));
  HELIOS_RETURN_IF_ERROR(writer->Replace(context, new_row, 0, row_key));
  touched_.insert(writer->new_row_key(0));
  if (context.foreign_keys != nullptr) context.foreign_keys->Updated(table_, old_row, new_row);
  Written(new_row, 0);
  return true;
}

}  // namespace heliosdb::sql::execute
