// What stands behind a Result: rows that are still being computed, or rows that are kept.
#ifndef HELIOSDB_CORE_API_RESULT_STATE_H_
#define HELIOSDB_CORE_API_RESULT_STATE_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "core/api/compiled_statement.h"
#include "core/sql/execute/execution.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/row_spool.h"
#include "core/txn/read_view.h"
#include "core/txn/transaction.h"
#include "core/types/format_context.h"
#include "core/types/time_zone.h"
#include "heliosdb/result.h"

namespace heliosdb::api {

class Session;

// Not thread-safe. The session knows every state that still reads from one of its transactions, and closes it before the
// transaction ends.
class ResultState {
 public:
  ResultState() = default;
  ~ResultState();
  ResultState(const ResultState&) = delete;
  ResultState& operator=(const ResultState&) = delete;

  static Result MakeResult(std::unique_ptr<ResultState> state) { return Result(std::move(state)); }

  // --- Set up by the session ---
  // Columns that live elsewhere, in `owner`; or the result's own.
  void SetColumns(const std::vector<Column>* shared, std::shared_ptr<const void> owner) {
    columns_ = shared;
    columns_owner_ = std::move(owner);
  }
  void SetOwnColumns(std::vector<Column> own) {
    own_columns_ = std::move(own);
    columns_ = &own_columns_;
  }
  const std::vector<Column>& columns() const { return *columns_; }
  std::string command;  // The command tag's first word, or the whole tag of a utility statement.
  bool counts_rows = false;  // The tag ends in the number of rows.
  uint64_t rows_changed = 0;
  bool changes_rows = false;  // The tag counts rows_changed, not rows read.
  std::optional<CommitReceipt> receipt;
  std::vector<std::string> notices;
  types::TimeZone time_zone;  // For text forms.
  // Rows that are all there; null when they stream or there are none.
  std::unique_ptr<sql::execute::RowSpool> rows;
  // A run in progress. The transaction is the statement's own (autocommit) or null. Destroyed in this order: execution
  // finished, view, transaction.
  struct Stream {
    Session* session = nullptr;
    std::shared_ptr<const CompiledStatement> statement;
    std::unique_ptr<txn::Transaction> transaction;
    txn::ReadView view;
    std::unique_ptr<sql::execute::Execution> execution;
    std::vector<types::Value> parameters;
    std::unique_ptr<sql::functions::EvalContext> functions;
    std::unique_ptr<sql::execute::ForeignKeys> foreign_keys;
    // Rules that foreign key actions bound.
    std::vector<std::unique_ptr<sql::bind::TableRules>> rules;
    // The first chunk, fetched by Execute.
    types::Chunk chunk;
    bool chunk_is_new = true;
  };
  std::unique_ptr<Stream> stream;

  // --- For Result and Row ---
  bool Next();
  size_t current_row() const { return row_; }
  const types::Chunk& chunk() const { return chunk_; }
  absl::Status status() const { return status_; }
  std::string CommandTag() const;
  std::string_view StringAt(size_t column, size_t row);
  std::string TextAt(size_t column, size_t row) const;

  // Ends the stream; later reading fails with why.
  void CloseStream(absl::Status why);
  bool streaming() const { return stream != nullptr; }

 private:
  types::FormatContext Format() const { return {&time_zone, 0}; }
  bool NextChunk();
  bool NextKeptChunk();

  std::vector<Column> own_columns_;
  const std::vector<Column>* columns_ = &own_columns_;
  std::shared_ptr<const void> columns_owner_;
  types::Chunk chunk_;
  size_t row_ = 0;
  bool started_ = false;
  bool done_ = false;
  std::optional<sql::execute::RowSpoolReader> reader_;  // Of rows.
  uint64_t rows_read_ = 0;
  absl::Status status_;
  std::deque<std::string> texts_;  // Text forms given as views for the current row.
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_RESULT_STATE_H_
