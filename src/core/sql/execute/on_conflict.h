// INSERT ... ON CONFLICT: rows that are already there are left alone or updated.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_ON_CONFLICT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_ON_CONFLICT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "core/catalog/object.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/execute/table_writer.h"

namespace heliosdb::sql::execute {

// Row by row, since each may conflict with one before it. Not thread-safe.
class OnConflict {
 public:
  static absl::StatusOr<std::unique_ptr<OnConflict>> Build(const catalog::Table& table,
                                                           const bind::Insert::OnConflict& clause);

  // Before the first row of a statement.
  void Start() { touched_.clear(); }
  // rows are prepared as new ones in writer. Gives the rows inserted and updated, as written; valid until the next call.
  absl::StatusOr<types::Chunk> Write(ExecContext& context, TableWriter* writer,
                                     const types::Chunk& rows);

 private:
  OnConflict(const catalog::Table& table, const bind::Insert::OnConflict& clause);

  // False when the row is left alone.
  absl::StatusOr<bool> UpdateExisting(ExecContext& context, TableWriter* writer,
                                      const types::Chunk& rows, size_t row,
                                      const std::string& row_key);
  absl::Status LockExisting(ExecContext& context, TableWriter* writer, const std::string& row_key);
  void Written(const types::Chunk& rows, size_t row);

  const catalog::Table& table_;
  const bind::Insert::OnConflict& clause_;
  TableWriter::UniqueScope arbiters_;
  std::vector<int> assigned_columns_;
  std::vector<EvaluatorPtr> values_;
  std::vector<bind::ExpressionPtr> where_;  // None or one.
  RowFilter condition_;
  // Keys of rows that this statement inserted or updated: a second time is an error.
  absl::flat_hash_set<std::string> touched_;

  std::vector<types::Vector> existing_;
  std::vector<types::Vector> proposed_;
  std::vector<types::Vector> written_;
  std::vector<const types::Vector*> written_columns_;
  size_t written_size_ = 0;
  std::vector<uint16_t> passed_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_ON_CONFLICT_H_
