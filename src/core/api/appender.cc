#include "heliosdb/appender.h"

#include <utility>

#include "core/api/appender_state.h"
#include "core/api/parameter.h"
#include "core/base/status.h"
#include "core/sql/plan/planner.h"
#include "core/sql/plan/rewrite_rules.h"
#include "core/types/utf8.h"

namespace heliosdb {
namespace api {

using types::kChunkRows;
using types::TypeOid;
using types::Vector;

absl::StatusOr<std::unique_ptr<AppenderState>> AppenderState::Open(Session* session,
                                                                   std::string_view schema,
                                                                   std::string_view table) {
  std::unique_ptr<AppenderState> state(new AppenderState(session));
  HELIOS_RETURN_IF_ERROR(session->StartStatement());
  state->own_transaction_ = session->block_state() == Session::BlockState::kNone;
  if (state->own_transaction_) HELIOS_RETURN_IF_ERROR(session->Begin({}));
  state->transaction_serial_ = session->transaction_serial();
  HELIOS_RETURN_IF_ERROR(state->CheckCurrent());
  state->mark_ = session->transaction()->Mark();
  state->open_ = true;
  absl::Status status = state->Prepare(schema, table);
  if (!status.ok()) return state->Fail(std::move(status));
  return state;
}

AppenderState::~AppenderState() { TakeBack(); }

void AppenderState::LetGo() {
  open_ = false;
  context_ = {};
  foreign_keys_.reset();
  view_ = txn::ReadView();
}

bool AppenderState::IsCurrent() const {
  return session_->transaction() != nullptr &&
         session_->transaction_serial() == transaction_serial_;
}

void AppenderState::TakeBack() {
  if (!open_) return;
  LetGo();
  if (!IsCurrent()) return;
  if (own_transaction_) {
    // Nothing of an unfinished load is to stay; a rollback has no other outcome.
    session_->Rollback().IgnoreError();
  } else {
    session_->transaction()->RollbackTo(mark_);
  }
}

absl::Status AppenderState::Fail(absl::Status status) {
  status_ = std::move(status);
  if (!open_) return status_;
  LetGo();
  if (!IsCurrent()) return status_;
  if (own_transaction_) {
    session_->Rollback().IgnoreError();  // As above.
  } else {
    session_->FailStatement();
  }
  return status_;
}

absl::Status AppenderState::CheckCurrent() const {
  if (session_->block_state() == Session::BlockState::kFailed) {
    return SqlError(
        sqlstate::kInFailedSqlTransaction,
        "current transaction is aborted, commands ignored until end of transaction block");
  }
  if (IsCurrent()) return absl::OkStatus();
  return SqlError(sqlstate::kInvalidTransactionState, "the appender's transaction has ended");
}

absl::Status AppenderState::Prepare(std::string_view schema, std::string_view name) {
  txn::Transaction* const transaction = session_->transaction();
  HELIOS_RETURN_IF_ERROR(session_->CheckWritable("INSERT"));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(view_, transaction->View());
    HELIOS_ASSIGN_OR_RETURN(image_, session_->ImageFor(&view_));
    const catalog::Relation found =
        image_->FindRelation(session_->settings().values().search_path, schema, name);
    if (!found.found()) {
      return SqlError(sqlstate::kUndefinedTable, "relation \"{}{}{}\" does not exist", schema,
                      schema.empty() ? "" : ".", name);
    }
    table_ = found.table;
    if (table_ == nullptr)
      return SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a table", name);
    HELIOS_ASSIGN_OR_RETURN(const txn::LockResult locked,
                            transaction->LockTable(table_->oid, txn::TableLockMode::kRowExclusive,
                                                   txn::LockWait::kBlock));
    if (locked != txn::LockResult::kGrantedAfterWait) break;
  }
  const sql::bind::BindContext bind_context = session_->MakeBindContext(*image_);
  HELIOS_ASSIGN_OR_RETURN(const sql::bind::TableRules bound,
                          sql::bind::BindTableRules(*table_, bind_context));
  rules_ = sql::plan::RewriteRules(bound);
  HELIOS_ASSIGN_OR_RETURN(writer_, sql::execute::TableWriter::Build(*table_, rules_));
  functions_ = session_->MakeEvalContext();
  context_.image = image_.get();
  context_.functions = &functions_;
  context_.transaction = transaction;
  context_.view = &view_;
  context_.row_ids = session_->database()->row_ids();
  context_.changes = session_->changes();
  context_.cancel = session_->cancel();
  if (!table_->foreign_keys.empty()) {
    foreign_keys_ = std::make_unique<sql::execute::ForeignKeys>(
        *image_,
        [](const catalog::Table&) -> absl::StatusOr<const sql::bind::TableRules*> {
          return Internal("a bulk load changed a referring table");
        },
        [](const catalog::Table&, int) -> absl::StatusOr<types::Value> {
          return Internal("a bulk load changed a referring table");
        });
  }
  for (size_t c = 0; c < table_->columns.size(); ++c) {
    vectors_.emplace_back(table_->columns[c].type);
    if (!table_->columns[c].dropped) live_columns_.push_back(static_cast<int>(c));
  }
  for (const Vector& vector : vectors_) columns_.push_back(&vector);
  return absl::OkStatus();
}

void AppenderState::Remember(const absl::Status& status) {
  if (status_.ok()) {
    status_ = WithContext(status, fmt::format("row {}", rows_written_ + row_ + 1));
  }
}

Vector* AppenderState::NextColumn() {
  // After an error, or at the end, there is no row to fill: EndRow and Finish tell why.
  if (!open_ || !status_.ok()) return nullptr;
  if (next_column_ == live_columns_.size()) {
    Remember(SqlError(sqlstate::kSyntaxError, "too many values: table \"{}\" has {} columns",
                      table_->name, live_columns_.size()));
    return nullptr;
  }
  return &vectors_[live_columns_[next_column_++]];
}

void AppenderState::SetParsed(Vector* column, const Value& value) {
  absl::StatusOr<types::Value> parsed = ToParameter(value, column->type(), functions_.format);
  if (!parsed.ok()) return Remember(parsed.status());
  column->SetValue(row_, *parsed);
}

void AppenderState::AddInteger(int64_t value) {
  Vector* const column = NextColumn();
  if (column == nullptr) return;
  if (column->type().oid == TypeOid::kInt4 && value >= INT32_MIN && value <= INT32_MAX) {
    column->data<int32_t>()[row_] = static_cast<int32_t>(value);
  } else if (column->type().oid == TypeOid::kInt8) {
    column->data<int64_t>()[row_] = value;
  } else {
    SetParsed(column, Value(value));
  }
}

void AppenderState::AddDouble(double value) {
  Vector* const column = NextColumn();
  if (column == nullptr) return;
  if (column->type().oid == TypeOid::kFloat8) {
    column->data<double>()[row_] = value;
  } else {
    SetParsed(column, Value(value));
  }
}

void AppenderState::AddBool(bool value) {
  Vector* const column = NextColumn();
  if (column != nullptr) SetParsed(column, Value(value));
}

void AppenderState::AddText(std::string_view value) {
  Vector* const column = NextColumn();
  if (column == nullptr) return;
  if (column->type().oid == TypeOid::kText) {
    if (absl::Status status = types::CheckUtf8(value); !status.ok()) return Remember(status);
    column->data<std::string_view>()[row_] = column->AddString(value);
  } else {
    SetParsed(column, Value(value));
  }
}

void AppenderState::AddValue(const Value& value) {
  if (value.is_null()) return AddNull();
  Vector* const column = NextColumn();
  if (column != nullptr) SetParsed(column, value);
}

void AppenderState::AddNull() {
  Vector* const column = NextColumn();
  if (column != nullptr) column->SetNull(row_);
}

absl::Status AppenderState::EndRow() {
  if (!open_ && status_.ok()) return FinishedAlready();
  if (status_.ok() && next_column_ < live_columns_.size()) {
    Remember(SqlError(sqlstate::kSyntaxError,
                      "too few values: table \"{}\" has {} columns, {} were given", table_->name,
                      live_columns_.size(), next_column_));
  }
  if (!status_.ok()) return Fail(std::move(status_));
  next_column_ = 0;
  ++row_;
  if (row_ < kChunkRows) return absl::OkStatus();
  absl::Status status = Flush();
  return status.ok() ? status : Fail(std::move(status));
}

absl::Status AppenderState::Flush() {
  if (row_ == 0) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(CheckCurrent());
  HELIOS_RETURN_IF_ERROR(session_->cancel()->Check());
  for (size_t c = 0; c < vectors_.size(); ++c) {
    if (!table_->columns[c].dropped) continue;
    for (size_t i = 0; i < row_; ++i) vectors_[c].SetNull(i);
  }
  const types::Chunk rows{columns_, row_};
  HELIOS_RETURN_IF_ERROR(writer_->CheckRows(context_, rows));
  HELIOS_RETURN_IF_ERROR(writer_->PrepareNew(context_, rows));
  size_t rows_put = 0;
  if (absl::Status status = writer_->PutAllNew(context_, rows, &rows_put); !status.ok()) {
    return WithContext(status, fmt::format("row {}", rows_written_ + rows_put + 1));
  }
  if (foreign_keys_ != nullptr) {
    foreign_keys_->Inserted(*table_, rows);
    HELIOS_RETURN_IF_ERROR(foreign_keys_->RunPending(context_));
  }
  rows_written_ += row_;
  row_ = 0;
  for (Vector& vector : vectors_) vector.Reset();
  return absl::OkStatus();
}

absl::Status AppenderState::FinishedAlready() {
  return SqlError(sqlstate::kObjectNotInPrerequisiteState, "the appender is finished already");
}

absl::StatusOr<uint64_t> AppenderState::Finish() {
  if (!open_ && status_.ok()) return FinishedAlready();
  if (status_.ok() && next_column_ != 0) {
    Remember(
        SqlError(sqlstate::kObjectNotInPrerequisiteState, "the last row was not ended by EndRow"));
  }
  if (status_.ok()) status_ = CheckCurrent();
  if (status_.ok()) status_ = Flush();
  if (!status_.ok()) return Fail(std::move(status_));
  LetGo();
  if (own_transaction_) {
    status_ = session_->Commit(std::nullopt).status();
    HELIOS_RETURN_IF_ERROR(status_);
  } else {
    session_->transaction()->NextCommand();
  }
  return rows_written_;
}

}  // namespace api

Appender::Appender(std::unique_ptr<api::AppenderState> state) : state_(std::move(state)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;

Appender& Appender::Add(int64_t value) {
  state_->AddInteger(value);
  return *this;
}
Appender& Appender::Add(double value) {
  state_->AddDouble(value);
  return *this;
}
Appender& Appender::Add(bool value) {
  state_->AddBool(value);
  return *this;
}
Appender& Appender::Add(std::string_view value) {
  state_->AddText(value);
  return *this;
}
Appender& Appender::Add(const Value& value) {
  state_->AddValue(value);
  return *this;
}
Appender& Appender::AddNull() {
  state_->AddNull();
  return *this;
}
absl::Status Appender::EndRow() { return state_->EndRow(); }
absl::StatusOr<uint64_t> Appender::Finish() { return state_->Finish(); }

}  // namespace heliosdb
