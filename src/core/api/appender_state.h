// What stands behind an Appender.
#ifndef HELIOSDB_CORE_API_APPENDER_STATE_H_
#define HELIOSDB_CORE_API_APPENDER_STATE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/api/session.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/table_writer.h"
#include "core/types/vector.h"
#include "heliosdb/value.h"

namespace heliosdb::api {

// Collects rows in column vectors and writes them a chunk at a time. Not thread-safe.
class AppenderState {
 public:
  static absl::StatusOr<std::unique_ptr<AppenderState>> Open(Session* session,
                                                             std::string_view schema,
                                                             std::string_view table);
  ~AppenderState();

  void AddInteger(int64_t value);
  void AddDouble(double value);
  void AddBool(bool value);
  void AddText(std::string_view value);
  void AddValue(const Value& value);
  void AddNull();
  absl::Status EndRow();
  absl::StatusOr<uint64_t> Finish();

 private:
  explicit AppenderState(Session* session) : session_(session) {}
  absl::Status Prepare(std::string_view schema, std::string_view table);
  // The vector of the next column; null past the last one.
  types::Vector* NextColumn();
  void SetParsed(types::Vector* column, const Value& value);
  void Remember(const absl::Status& status);
  // Whether the session is still in the transaction that rows go to.
  bool IsCurrent() const;
  absl::Status CheckCurrent() const;
  static absl::Status FinishedAlready();
  // Drops what refers to the transaction.
  void LetGo();
  // Nothing of the rows so far stays.
  void TakeBack();
  // The same after an error, which fails the transaction block as that of a statement does. Returns it.
  absl::Status Fail(absl::Status status);
  absl::Status Flush();

  Session* const session_;
  // The transaction is the appender's own: Finish commits it.
  bool own_transaction_ = false;
  bool open_ = false;
  uint64_t transaction_serial_ = 0;
  txn::SavepointMark mark_;
  catalog::ImagePtr image_;
  const catalog::Table* table_ = nullptr;
  sql::bind::TableRules rules_;
  std::vector<std::unique_ptr<sql::bind::TableRules>> more_rules_;
  std::unique_ptr<sql::execute::TableWriter> writer_;
  std::unique_ptr<sql::execute::ForeignKeys> foreign_keys_;
  sql::functions::EvalContext functions_;
  txn::ReadView view_;
  sql::execute::ExecContext context_;

  std::vector<int> live_columns_;  // Columns that are not dropped.
  std::vector<types::Vector> vectors_;
  std::vector<const types::Vector*> columns_;
  size_t row_ = 0;
  size_t next_column_ = 0;
  uint64_t rows_written_ = 0;
  absl::Status status_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_APPENDER_STATE_H_
