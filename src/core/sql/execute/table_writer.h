// Writing rows of one table: constraints, keys, the row itself, and its index entries.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_TABLE_WRITER_H_
#define HELIOSDB_CORE_SQL_EXECUTE_TABLE_WRITER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "core/catalog/object.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/execute/evaluator.h"
#include "core/txn/transaction.h"
#include "core/types/compare.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// Chunks given to it have one column for each of Table::columns, dropped ones included. One a table and execution; not
// thread-safe. Foreign keys are the callers' (ForeignKeys).
class TableWriter {
 public:
  // table and rules must outlive the writer; rules' expressions read slots.
  static absl::StatusOr<std::unique_ptr<TableWriter>> Build(const catalog::Table& table,
                                                            const bind::TableRules& rules);

  const catalog::Table& table() const { return table_; }

  // NOT NULL and CHECK over all rows: 23502, 23514.
  absl::Status CheckRows(ExecContext& context, const types::Chunk& rows);

  // Where a new row would go, and which row is in its way.
  struct Conflict {
    const catalog::Index* index = nullptr;  // Null: the clustered key.
    std::string row_key;                    // Of the row that is there.
    std::string key_text;                   // "(id)=(1)"
  };
  // Evaluates index keys of a chunk, before the calls below for its rows: of rows to add (which get row ids), of rows
  // to put in the place of others, and of rows that are there.
  absl::Status PrepareNew(ExecContext& context, const types::Chunk& rows);
  absl::Status PrepareReplacement(ExecContext& context, const types::Chunk& rows);
  absl::Status PrepareOld(ExecContext& context, const types::Chunk& rows);

  // Locks the unique keys of new row `row` (those of `arbiters` alone when given) and looks for a row that has one of
  // them already. Waits for transactions that are about to add or remove such a row. except_row_key: not a conflict.
  struct UniqueScope {
    bool all = true;
    bool clustered_key = false;
    std::vector<const catalog::Index*> indexes;
  };
  absl::StatusOr<std::optional<Conflict>> FindConflict(ExecContext& context,
                                                       const types::Chunk& rows, size_t row,
                                                       const UniqueScope& scope,
                                                       std::string_view except_row_key);
  // The error for row `row` of the prepared new chunk. 40001 comes first, as in PostgreSQL: a
  // serializable transaction may have looked for the other row before that came.
  absl::Status UniqueViolation(ExecContext& context, size_t row, const Conflict& conflict) const;

  // Changed rows are counted in context.changes.
  //
  // Row `row` of the prepared new chunk, after FindConflict over all unique keys found none.
  absl::Status PutNew(ExecContext& context, const types::Chunk& rows, size_t row);
  // All rows of the prepared new chunk, with the search for conflicts: 23505 for the first. *rows_put counts those
  // that went in before an error.
  absl::Status PutAllNew(ExecContext& context, const types::Chunk& rows, size_t* rows_put);
  // Row `row` of the prepared old chunk, which stands under row_key.
  absl::Status DeleteOld(ExecContext& context, size_t row, std::string_view row_key);
  // Both prepared: replaces the old row by the new one at the same place of their chunks. Unique keys that do not change
  // are not checked. 23505 for a conflict.
  absl::Status Replace(ExecContext& context, const types::Chunk& new_rows, size_t row,
                       std::string_view old_row_key);

  // The storage key of row `row` of the prepared new chunk.
  const std::string& new_row_key(size_t row) const { return new_side_.row_keys[row]; }

  // The same of the prepared old chunk, for tables with a clustered key.
  const std::string& old_row_key(size_t row) const { return old_side_.row_keys[row]; }
  // The entry of index `index` (by place in the rules) for a row of the prepared old chunk, without
  // the row's key; empty when a partial index leaves the row out.
  const std::string& old_entry(size_t index, size_t row) const {
    return old_side_.entries[index][row];
  }

  // How strongly an update of these columns must lock the row: kUpdate when a unique key may change.
  txn::RowLockMode UpdateLockMode(std::span<const int> assigned_columns) const;

 private:
  struct IndexWriter {
    const catalog::Index* index = nullptr;
    std::vector<EvaluatorPtr> keys;
    EvaluatorPtr predicate;  // May be null.
    std::vector<types::KeyOrder> orders;
    std::vector<std::string> column_names;
  };
  // Keys of a chunk's rows: the row's own, and for each index the entry without the row's key; empty when a partial
  // index leaves the row out.
  struct Side {
    std::vector<std::string> row_keys;
    std::vector<std::vector<std::string>> entries;  // By index, row.
    std::vector<std::vector<uint8_t>> has_null;     // By index, row: some key column is NULL.
  };

  explicit TableWriter(const catalog::Table& table) : table_(table) {}
  absl::Status Prepare(ExecContext& context, const types::Chunk& rows, bool is_new, Side* side);
  absl::Status PrepareIndex(ExecContext& context, const types::Chunk& rows, size_t index,
                            Side* side);
  absl::Status AssignRowKeys(ExecContext& context, const types::Chunk& rows, bool is_new,
                             Side* side);
  absl::StatusOr<std::optional<std::string>> FindByClusteredKey(ExecContext& context,
                                                                const std::string& row_key);
  absl::StatusOr<std::optional<std::string>> FindByEntry(ExecContext& context,
                                                         const IndexWriter& index,
                                                         const std::string& entry,
                                                         std::string_view except_row_key);
  // FindConflict for all rows of the prepared new chunk at once, with one look at each key's range instead of one a
  // row: true when all keys are locked and no row has one of them. False tells nothing: ask row by row. Keys that do
  // not ascend within the chunk are not tried.
  absl::StatusOr<bool> ClaimAscendingKeys(ExecContext& context, size_t rows);
  // Whether the keys ascend, each locked at once, with no key of the table or index from the first to the last.
  absl::StatusOr<bool> ClaimRange(ExecContext& context, std::span<const std::string> keys);
  // Locks a key value that is about to be taken, and gives the row that has it; see the .cc file.
  template <typename Find>
  absl::StatusOr<std::optional<std::string>> LockAndFind(ExecContext& context,
                                                         const std::string& lock_key,
                                                         const Find& find);
  std::string_view RowSuffix(std::string_view row_key) const;
  // PutNew and DeleteOld, uncounted.
  absl::Status Write(ExecContext& context, const types::Chunk& rows, size_t row);
  absl::Status Remove(ExecContext& context, size_t row, std::string_view row_key);

  const catalog::Table& table_;
  std::vector<EvaluatorPtr> checks_;
  std::vector<std::string> check_names_;
  std::vector<IndexWriter> indexes_;
  Side new_side_;
  Side old_side_;
  std::string row_bytes_;
  std::string entry_key_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_TABLE_WRITER_H_
