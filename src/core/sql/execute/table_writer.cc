#include "core/sql/execute/table_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/coding.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/execute/key_text.h"
#include "core/sql/execute/row_ids.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/table_changes.h"
#include "core/types/key_codec.h"
#include "core/types/row_codec.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

}  // namespace

absl::StatusOr<std::unique_ptr<TableWriter>> TableWriter::Build(const catalog::Table& table,
                                                                const bind::TableRules& rules) {
  std::unique_ptr<TableWriter> writer(new TableWriter(table));
  for (const bind::TableRules::Check& check : rules.checks) {
    HELIOS_ASSIGN_OR_RETURN(writer->checks_.emplace_back(), CompileExpression(*check.expression));
    writer->check_names_.push_back(check.name);
  }
  for (const bind::TableRules::IndexRule& rule : rules.indexes) {
    IndexWriter& index = writer->indexes_.emplace_back();
    index.index = rule.index;
    index.orders = KeyOrdersOf(*rule.index);
    HELIOS_ASSIGN_OR_RETURN(index.keys, CompileExpressions(rule.keys));
    if (rule.predicate != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(index.predicate, CompileExpression(*rule.predicate));
    }
    for (const catalog::IndexColumn& column : rule.index->columns) {
      index.column_names.push_back(column.column >= 0 ? table.columns[column.column].name
                                                      : column.expression_text);
    }
  }
  return writer;
}

absl::Status TableWriter::CheckRows(ExecContext& context, const Chunk& rows) {
  for (size_t c = 0; c < table_.columns.size(); ++c) {
    const catalog::Column& column = table_.columns[c];
    const Vector& values = *rows.columns[c];
    if (!column.not_null || column.dropped || !values.validity().has_nulls()) continue;
    for (size_t i = 0; i < rows.size; ++i) {
      if (!values.IsNull(i)) continue;
      return WithDetail(
          SqlError(sqlstate::kNotNullViolation,
                   "null value in column \"{}\" of relation \"{}\" violates not-null constraint",
                   column.name, table_.name),
          FailingRowText(table_, rows.columns, i, context.functions->format));
    }
  }
  for (size_t k = 0; k < checks_.size(); ++k) {
    HELIOS_ASSIGN_OR_RETURN(const Vector* passes, checks_[k]->Evaluate(context, rows));
    for (size_t i = 0; i < rows.size; ++i) {
      const size_t at = passes->is_constant() ? 0 : i;
      if (!passes->validity().IsValid(at) || passes->data<uint8_t>()[at] != 0) continue;
      return WithConstraint(
          WithDetail(SqlError(sqlstate::kCheckViolation,
                              "new row for relation \"{}\" violates check constraint \"{}\"",
                              table_.name, check_names_[k]),
                     FailingRowText(table_, rows.columns, i, context.functions->format)),
          check_names_[k]);
    }
  }
  return absl::OkStatus();
}

absl::Status TableWriter::PrepareNew(ExecContext& context, const Chunk& rows) {
  return Prepare(context, rows, true, &new_side_);
}
absl::Status TableWriter::PrepareReplacement(ExecContext& context, const Chunk& rows) {
  return Prepare(context, rows, false, &new_side_);
}
absl::Status TableWriter::PrepareOld(ExecContext& context, const Chunk& rows) {
  return Prepare(context, rows, false, &old_side_);
}

absl::Status TableWriter::Prepare(ExecContext& context, const Chunk& rows, bool is_new,
                                  Side* side) {
  HELIOS_RETURN_IF_ERROR(AssignRowKeys(context, rows, is_new, side));
  side->entries.resize(indexes_.size());
  side->has_null.resize(indexes_.size());
  for (size_t k = 0; k < indexes_.size(); ++k)
    HELIOS_RETURN_IF_ERROR(PrepareIndex(context, rows, k, side));
  return absl::OkStatus();
}

absl::Status TableWriter::AssignRowKeys(ExecContext& context, const Chunk& rows, bool is_new,
                                        Side* side) {
  side->row_keys.resize(rows.size);
  if (table_.clustered_key.has_value()) {
    for (size_t i = 0; i < rows.size; ++i) {
      std::string& key = side->row_keys[i];
      key.clear();
      AppendBig32(&key, table_.storage_id);
      for (const int column : table_.clustered_key->columns) {
        const Vector& values = *rows.columns[column];
        types::AppendKeyColumn(values, values.is_constant() ? 0 : i, {}, &key);
      }
    }
    return absl::OkStatus();
  }
  if (!is_new) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, context.transaction->FreshView());
  HELIOS_ASSIGN_OR_RETURN(const uint64_t first,
                          context.row_ids->Take(table_.storage_id, rows.size, &fresh));
  for (size_t i = 0; i < rows.size; ++i) {
    std::string& key = side->row_keys[i];
    key.clear();
    AppendBig32(&key, table_.storage_id);
    AppendBig64(&key, first + i);
  }
  return absl::OkStatus();
}

absl::Status TableWriter::PrepareIndex(ExecContext& context, const Chunk& rows, size_t k,
                                       Side* side) {
  IndexWriter& index = indexes_[k];
  std::vector<std::string>& entries = side->entries[k];
  std::vector<uint8_t>& has_null = side->has_null[k];
  entries.resize(rows.size);
  has_null.assign(rows.size, 0);
  const Vector* included = nullptr;
  if (index.predicate != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(included, index.predicate->Evaluate(context, rows));
  }
  for (std::string& entry : entries) {
    entry.clear();
    AppendBig32(&entry, index.index->storage_id);
  }
  for (size_t c = 0; c < index.keys.size(); ++c) {
    HELIOS_ASSIGN_OR_RETURN(const Vector* values, index.keys[c]->Evaluate(context, rows));
    for (size_t i = 0; i < rows.size; ++i) {
      types::AppendKeyColumn(*values, values->is_constant() ? 0 : i, index.orders[c], &entries[i]);
      has_null[i] |= values->IsNull(i) ? 1 : 0;
    }
  }
  if (included != nullptr) {
    for (size_t i = 0; i < rows.size; ++i) {
      const size_t at = included->is_constant() ? 0 : i;
      if (!included->validity().IsValid(at) || included->data<uint8_t>()[at] == 0)
        entries[i].clear();
    }
  }
  return absl::OkStatus();
}

std::string_view TableWriter::RowSuffix(std::string_view row_key) const {
  return row_key.substr(kStorageIdBytes);
}

// A row that is there and stays settles the matter at once, as in PostgreSQL: only a transaction that is about to add
// or remove a row with this key is waited for. Adding and removing hold the key in mode kUpdate; locks that readers and
// updaters of other columns hold on it do not make an insert wait.
template <typename Find>
absl::StatusOr<std::optional<std::string>> TableWriter::LockAndFind(ExecContext& context,
                                                                    const std::string& lock_key,
                                                                    const Find& find) {
  txn::Transaction* const transaction = context.transaction;
  HELIOS_ASSIGN_OR_RETURN(
      txn::LockResult locked,
      transaction->LockRow(lock_key, txn::RowLockMode::kUpdate, txn::LockWait::kTry));
  while (locked == txn::LockResult::kNotAvailable) {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView before, transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(std::optional<std::string> there, find(&before));
    if (!there.has_value()) {
      HELIOS_ASSIGN_OR_RETURN(
          locked, transaction->LockRow(lock_key, txn::RowLockMode::kUpdate, txn::LockWait::kBlock));
      break;
    }
    HELIOS_RETURN_IF_ERROR(
        transaction->LockRow(*there, txn::RowLockMode::kKeyShare, txn::LockWait::kBlock).status());
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView after, transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(std::optional<std::string> still, find(&after));
    if (still.has_value()) return still;
  }
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, transaction->FreshView());
  return find(&fresh);
}

absl::StatusOr<std::optional<std::string>> TableWriter::FindByClusteredKey(
    ExecContext& context, const std::string& row_key) {
  return LockAndFind(context, row_key,
                     [&row_key](txn::ReadView* view) -> absl::StatusOr<std::optional<std::string>> {
                       HELIOS_ASSIGN_OR_RETURN(const auto row, view->Get(row_key));
                       if (!row.has_value()) return std::optional<std::string>();
                       return std::optional<std::string>(row_key);
                     });
}

absl::StatusOr<std::optional<std::string>> TableWriter::FindByEntry(
    ExecContext& context, const IndexWriter& index, const std::string& entry,
    std::string_view except_row_key) {
  const std::string end = *types::PrefixSuccessor(entry);
  return LockAndFind(
      context, entry, [&](txn::ReadView* view) -> absl::StatusOr<std::optional<std::string>> {
        HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<txn::Cursor> cursor,
                                view->Open(entry, end, txn::ScanDirection::kForward));
        std::array<storage::KvPair, 4> batch;
        while (true) {
          HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(batch));
          if (count == 0) return std::optional<std::string>();
          for (size_t i = 0; i < count; ++i) {
            HELIOS_ASSIGN_OR_RETURN(const std::string_view suffix,
                                    RowKeySuffix(*index.index, batch[i].key));
            std::string row_key = StorageKeyPrefix(table_.storage_id).append(suffix);
            if (row_key != except_row_key) return std::optional<std::string>(std::move(row_key));
          }
        }
      });
}

absl::StatusOr<bool> TableWriter::ClaimRange(ExecContext& context,
                                             std::span<const std::string> keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].empty() || (i > 0 && keys[i - 1] >= keys[i])) return false;
  }
  HELIOS_ASSIGN_OR_RETURN(const bool locked, context.transaction->TryClaimKeys(keys));
  if (!locked) return false;
  // After the locks: whoever held one of them before has shown by now what it wrote.
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, context.transaction->FreshView());
  const std::string end = types::PrefixSuccessor(keys.back()).value_or("");
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<txn::Cursor> cursor,
                          fresh.Open(keys.front(), end, txn::ScanDirection::kForward));
  std::array<storage::KvPair, 1> pair;
  HELIOS_ASSIGN_OR_RETURN(const size_t found, cursor->NextBatch(pair));
  return found == 0;
}

absl::StatusOr<bool> TableWriter::ClaimAscendingKeys(ExecContext& context, size_t rows) {
  if (rows < 2) return false;
  if (table_.clustered_key.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(const bool free,
                            ClaimRange(context, std::span(new_side_.row_keys).first(rows)));
    if (!free) return false;
  }
  for (size_t k = 0; k < indexes_.size(); ++k) {
    if (!indexes_[k].index->unique) continue;
    const std::vector<uint8_t>& has_null = new_side_.has_null[k];
    if (std::find(has_null.begin(), has_null.end(), 1) != has_null.end()) return false;
    HELIOS_ASSIGN_OR_RETURN(const bool free,
                            ClaimRange(context, std::span(new_side_.entries[k]).first(rows)));
    if (!free) return false;
  }
  return true;
}

absl::StatusOr<std::optional<TableWriter::Conflict>> TableWriter::FindConflict(
    ExecContext& context, const Chunk& rows, size_t row, const UniqueScope& scope,
    std::string_view except_row_key) {
  const types::FormatContext& format = context.functions->format;
  if (table_.clustered_key.has_value() && (scope.all || scope.clustered_key) &&
      new_side_.row_keys[row] != except_row_key) {
    HELIOS_ASSIGN_OR_RETURN(std::optional<std::string> there,
                            FindByClusteredKey(context, new_side_.row_keys[row]));
    if (there.has_value()) {
      std::vector<std::string> names;
      std::vector<const Vector*> values;
      for (const int column : table_.clustered_key->columns) {
        names.push_back(table_.columns[column].name);
        values.push_back(rows.columns[column]);
      }
      return std::optional<Conflict>(
          Conflict{nullptr, *std::move(there), KeyText(names, values, row, format)});
    }
  }
  for (size_t k = 0; k < indexes_.size(); ++k) {
    IndexWriter& index = indexes_[k];
    const bool wanted = scope.all || std::find(scope.indexes.begin(), scope.indexes.end(),
                                               index.index) != scope.indexes.end();
    const std::string& entry = new_side_.entries[k][row];
    if (!index.index->unique || !wanted || entry.empty()) continue;
    if (new_side_.has_null[k][row] != 0 && !index.index->nulls_not_distinct) continue;
    HELIOS_ASSIGN_OR_RETURN(std::optional<std::string> there,
                            FindByEntry(context, index, entry, except_row_key));
    if (!there.has_value()) continue;
    std::vector<Vector> one_row;
    std::vector<const Vector*> one_row_columns;
    one_row.reserve(rows.columns.size());
    for (const Vector* column : rows.columns) {
      one_row.emplace_back(column->type())
          .CopyRowShallow(0, *column, column->is_constant() ? 0 : row);
      one_row_columns.push_back(&one_row.back());
    }
    std::vector<const Vector*> values;
    for (const EvaluatorPtr& key : index.keys) {
      HELIOS_ASSIGN_OR_RETURN(values.emplace_back(),
                              key->Evaluate(context, Chunk{one_row_columns, 1}));
    }
    return std::optional<Conflict>(
        Conflict{index.index, *std::move(there), KeyText(index.column_names, values, 0, format)});
  }
  return std::optional<Conflict>();
}

absl::Status TableWriter::UniqueViolation(ExecContext& context, size_t row,
                                          const Conflict& conflict) const {
  HELIOS_RETURN_IF_ERROR(context.transaction->CheckWrite(new_side_.row_keys[row]));
  for (size_t k = 0; k < indexes_.size(); ++k) {
    if (indexes_[k].index == conflict.index)
      HELIOS_RETURN_IF_ERROR(context.transaction->CheckWrite(new_side_.entries[k][row]));
  }
  const std::string& name =
      conflict.index != nullptr ? conflict.index->name : table_.clustered_key->name;
  return WithConstraint(
      WithDetail(SqlError(sqlstate::kUniqueViolation,
                          "duplicate key value violates unique constraint \"{}\"", name),
                 fmt::format("Key {} already exists.", conflict.key_text)),
      name);
}

absl::Status TableWriter::PutNew(ExecContext& context, const Chunk& rows, size_t row) {
  if (context.changes != nullptr) ++context.changes->Of(table_.oid).rows.inserted;
  return Write(context, rows, row);
}

absl::Status TableWriter::PutAllNew(ExecContext& context, const Chunk& rows, size_t* rows_put) {
  HELIOS_ASSIGN_OR_RETURN(const bool claimed, ClaimAscendingKeys(context, rows.size));
  for (*rows_put = 0; *rows_put < rows.size; ++*rows_put) {
    if (!claimed) {
      HELIOS_ASSIGN_OR_RETURN(const std::optional<Conflict> conflict,
                              FindConflict(context, rows, *rows_put, {}, {}));
      if (conflict.has_value()) return UniqueViolation(context, *rows_put, *conflict);
    }
    HELIOS_RETURN_IF_ERROR(PutNew(context, rows, *rows_put));
  }
  return absl::OkStatus();
}

absl::Status TableWriter::DeleteOld(ExecContext& context, size_t row, std::string_view row_key) {
  if (context.changes != nullptr) ++context.changes->Of(table_.oid).rows.deleted;
  return Remove(context, row, row_key);
}

absl::Status TableWriter::Write(ExecContext& context, const Chunk& rows, size_t row) {
  row_bytes_.clear();
  types::EncodeRow(*table_.layout, rows.columns, row, &row_bytes_);
  HELIOS_RETURN_IF_ERROR(context.transaction->Put(new_side_.row_keys[row], row_bytes_));
  for (size_t k = 0; k < indexes_.size(); ++k) {
    if (new_side_.entries[k][row].empty()) continue;
    entry_key_.assign(new_side_.entries[k][row]);
    entry_key_.append(RowSuffix(new_side_.row_keys[row]));
    HELIOS_RETURN_IF_ERROR(context.transaction->Put(entry_key_, ""));
  }
  return absl::OkStatus();
}

absl::Status TableWriter::Remove(ExecContext& context, size_t row, std::string_view row_key) {
  HELIOS_RETURN_IF_ERROR(context.transaction->Delete(row_key));
  for (size_t k = 0; k < indexes_.size(); ++k) {
    if (old_side_.entries[k][row].empty()) continue;
    entry_key_.assign(old_side_.entries[k][row]);
    entry_key_.append(RowSuffix(row_key));
    HELIOS_RETURN_IF_ERROR(context.transaction->Delete(entry_key_));
  }
  return absl::OkStatus();
}

absl::Status TableWriter::Replace(ExecContext& context, const Chunk& new_rows, size_t row,
                                  std::string_view old_row_key) {
  if (!table_.clustered_key.has_value()) new_side_.row_keys[row].assign(old_row_key);
  const std::string& new_row_key = new_side_.row_keys[row];
  const bool moves = new_row_key != old_row_key;
  UniqueScope scope{.all = false, .clustered_key = moves, .indexes = {}};
  for (size_t k = 0; k < indexes_.size(); ++k) {
    const bool changes = new_side_.entries[k][row] != old_side_.entries[k][row];
    if (indexes_[k].index->unique && changes) scope.indexes.push_back(indexes_[k].index);
  }
  if (scope.clustered_key || !scope.indexes.empty()) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<Conflict> conflict,
                            FindConflict(context, new_rows, row, scope, old_row_key));
    if (conflict.has_value()) return UniqueViolation(context, row, *conflict);
  }
  if (context.changes != nullptr) ++context.changes->Of(table_.oid).rows.updated;
  if (moves) {
    HELIOS_RETURN_IF_ERROR(Remove(context, row, old_row_key));
    return Write(context, new_rows, row);
  }
  row_bytes_.clear();
  types::EncodeRow(*table_.layout, new_rows.columns, row, &row_bytes_);
  HELIOS_RETURN_IF_ERROR(context.transaction->Put(new_row_key, row_bytes_));
  for (size_t k = 0; k < indexes_.size(); ++k) {
    const std::string& old_entry = old_side_.entries[k][row];
    const std::string& new_entry = new_side_.entries[k][row];
    if (old_entry == new_entry) continue;
    if (!old_entry.empty()) {
      entry_key_.assign(old_entry).append(RowSuffix(old_row_key));
      HELIOS_RETURN_IF_ERROR(context.transaction->Delete(entry_key_));
    }
    if (!new_entry.empty()) {
      entry_key_.assign(new_entry).append(RowSuffix(new_row_key));
      HELIOS_RETURN_IF_ERROR(context.transaction->Put(entry_key_, ""));
    }
  }
  return absl::OkStatus();
}

txn::RowLockMode TableWriter::UpdateLockMode(std::span<const int> assigned_columns) const {
  const auto assigned = [assigned_columns](int column) {
    return std::find(assigned_columns.begin(), assigned_columns.end(), column) !=
           assigned_columns.end();
  };
  if (table_.clustered_key.has_value()) {
    for (const int column : table_.clustered_key->columns) {
      if (assigned(column)) return txn::RowLockMode::kUpdate;
    }
  }
  for (const IndexWriter& index : indexes_) {
    // As in PostgreSQL, only indexes that a foreign key could refer to count.
    if (!index.index->unique || !index.index->predicate_text.empty()) continue;
    for (const catalog::IndexColumn& column : index.index->columns) {
      if (column.column >= 0 && assigned(column.column)) return txn::RowLockMode::kUpdate;
    }
  }
  return txn::RowLockMode::kNoKeyUpdate;
}

}  // namespace heliosdb::sql::execute
