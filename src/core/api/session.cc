#include "core/api/session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/api/parameter.h"
#include "core/api/utility.h"
#include "core/base/status.h"
#include "core/catalog/catalog_lock.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/parse/deparse.h"
#include "core/sql/parse/parse.h"
#include "core/sql/parse/schema_statement.h"
#include "core/sql/parse/table_statement.h"

namespace heliosdb::api {
namespace {

using sql::parse::StatementKind;

// Executions kept for plans that this session ran before.
constexpr size_t kIdleExecutionsMax = 64;
// After as many waits for table locks a statement goes on with what it has.
constexpr int kLockRetriesMax = 16;

std::shared_ptr<const sql::parse::Statement> Share(sql::parse::StatementPtr statement) {
  return std::shared_ptr<const sql::parse::Statement>(std::move(statement));
}

}  // namespace

bool Session::IsPlanned(StatementKind kind) {
  return kind == StatementKind::kSelect || kind == StatementKind::kInsert ||
         kind == StatementKind::kUpdate || kind == StatementKind::kDelete;
}

Session::Session(DatabaseState* database, uint32_t id)
    : database_(database),
      id_(id),
      cancel_(database->clock()),
      settings_(database->options()),
      sequences_(database->sequences()),
      access_(this),
      random_(database->random()->Next()) {}

Session::~Session() {
  Abandon();
  while (!streams_.empty()) {
    streams_.back()->CloseStream(SqlError(sqlstate::kInvalidCursorState,
                                          "the connection that this result was read from is gone"));
  }
  idle_executions_.clear();
  database_->Disconnected(id_);
}

sql::functions::EvalContext Session::MakeEvalContext() {
  sql::functions::EvalContext context;
  context.format = {&settings_.values().time_zone, transaction_start_};
  context.statement_start = statement_start_;
  context.clock = database_->clock();
  context.random = &random_;
  context.sequences = &sequences_;
  context.settings = &access_;
  context.system = &access_;
  context.interruption = &access_;
  return context;
}

absl::Status Session::FailedBlockError() const {
  return SqlError(
      sqlstate::kInFailedSqlTransaction,
      "current transaction is aborted, commands ignored until end of transaction block");
}

absl::Status Session::StartStatement() {
  const absl::Duration timeout = settings_.values().statement_timeout;
  cancel_.StartStatement(timeout == absl::ZeroDuration() ? absl::InfiniteDuration() : timeout);
  statement_start_ = sql::functions::WallMicroseconds(database_->clock());
  notices_.clear();
  return absl::OkStatus();
}

absl::Status Session::EnsureTransaction() {
  if (transaction_ != nullptr) return absl::OkStatus();
  const SettingValues& values = settings_.values();
  txn::TransactionOptions options;
  options.isolation = values.default_isolation;
  options.access = values.default_read_only || database_->options().read_only
                       ? txn::Access::kReadOnly
                       : txn::Access::kReadWrite;
  options.deferrable = values.default_deferrable;
  options.session_id = id_;
  options.cancel = &cancel_;
  options.lock_timeout = values.lock_timeout;
  options.deadlock_timeout = values.deadlock_timeout;
  transaction_ = database_->engine()->Begin(options);
  transaction_start_ = statement_start_;
  settings_mark_ = settings_.Mark();
  return absl::OkStatus();
}

absl::StatusOr<catalog::ImagePtr> Session::ImageFor(txn::ReadView* view) {
  if (transaction_ != nullptr && transaction_->touched_catalog()) {
    // Others may have changed the catalogue since; within one snapshot that does not show.
    const bool is_old = view->catalog_lsn() != own_image_lsn_ && !transaction_->has_snapshot();
    if (own_image_ == nullptr || is_old) {
      HELIOS_ASSIGN_OR_RETURN(own_image_, database_->catalogs()->Load(view));
      own_image_lsn_ = view->catalog_lsn();
    }
    return own_image_;
  }
  if (last_image_ == nullptr || last_image_lsn_ != view->catalog_lsn()) {
    HELIOS_ASSIGN_OR_RETURN(last_image_, database_->catalogs()->Get(view));
    last_image_lsn_ = view->catalog_lsn();
  }
  return last_image_;
}

absl::StatusOr<catalog::ImagePtr> Session::FreshImage(txn::ReadView* fresh) {
  if (!transaction_->touched_catalog()) return database_->catalogs()->Get(fresh);
  if (own_image_ == nullptr || fresh->catalog_lsn() != own_image_lsn_) {
    HELIOS_ASSIGN_OR_RETURN(own_image_, database_->catalogs()->Load(fresh));
    own_image_lsn_ = fresh->catalog_lsn();
  }
  return own_image_;
}

absl::Status Session::LockNames(const sql::parse::Statement& statement) {
  if (const auto* create = statement.TryAs<sql::parse::CreateSchemaStatement>()) {
    return catalog::LockSchemaName(transaction_.get(), create->name).status();
  }
  if (const auto* rename = statement.TryAs<sql::parse::RenameStatement>()) {
    if (rename->object == sql::parse::ObjectKind::kSchema)
      return catalog::LockSchemaName(transaction_.get(), rename->new_name).status();
    if (rename->object == sql::parse::ObjectKind::kColumn) return absl::OkStatus();
    return catalog::LockRelationName(transaction_.get(), catalog::kPublicSchema, rename->new_name)
        .status();
  }
  const sql::parse::QualifiedName* name = nullptr;
  if (const auto* index = statement.TryAs<sql::parse::CreateIndexStatement>()) {
    if (index->name.empty()) return absl::OkStatus();
    return catalog::LockRelationName(transaction_.get(), catalog::kPublicSchema, index->name)
        .status();
  }
  if (const auto* move = statement.TryAs<sql::parse::SetSchemaStatement>())
    name = &move->relation.name;
  if (const auto* table = statement.TryAs<sql::parse::CreateTableStatement>())
    name = &table->table.name;
  if (const auto* table = statement.TryAs<sql::parse::CreateTableAsStatement>())
    name = &table->into.table.name;
  if (const auto* view = statement.TryAs<sql::parse::CreateViewStatement>())
    name = &view->view.name;
  if (const auto* sequence = statement.TryAs<sql::parse::CreateSequenceStatement>())
    name = &sequence->sequence.name;
  if (name == nullptr) return absl::OkStatus();
  // The schema's own oid need not be known: one name in two schemas only waits without need.
  return catalog::LockRelationName(transaction_.get(), catalog::kPublicSchema, name->name).status();
}

// --- Running statements ---

absl::StatusOr<ResultPtr> Session::Execute(std::string_view sql,
                                           std::span<const Value> parameters) {
  HELIOS_RETURN_IF_ERROR(StartStatement());
  // A text in the cache is one planned statement: it need not be parsed.
  if (block_ != BlockState::kFailed && database_->plans()->Contains(sql)) {
    return InTransaction([&] { return RunPlanned(nullptr, sql, nullptr, parameters); });
  }
  absl::StatusOr<std::vector<sql::parse::StatementPtr>> parsed = sql::parse::Parse(sql);
  if (!parsed.ok()) {
    Fail();
    return parsed.status();
  }
  if (parsed->empty()) return std::make_unique<ResultState>();
  if (parsed->size() == 1) return ExecuteTree(Share(std::move(parsed->front())), sql, parameters);
  if (!parameters.empty()) {
    Fail();
    return SqlError(sqlstate::kSyntaxError,
                    "cannot insert multiple commands into a prepared statement");
  }
  return ExecuteScriptInBlock(*std::move(parsed), sql);
}

absl::StatusOr<ResultPtr> Session::ExecuteScriptInBlock(
    std::vector<sql::parse::StatementPtr> statements, std::string_view text) {
  // As in PostgreSQL's simple protocol: one transaction for all, unless the text ends it itself.
  absl::StatusOr<ResultPtr> last = std::make_unique<ResultState>();
  for (sql::parse::StatementPtr& statement : statements) {
    if (block_ == BlockState::kNone) block_ = BlockState::kImplicit;
    const std::string_view own_text = text.substr(statement->range.start, statement->range.length);
    last = ExecuteTree(Share(std::move(statement)), own_text, {});
    if (!last.ok()) break;
  }
  if (block_ != BlockState::kImplicit) return last;
  block_ = BlockState::kNone;
  if (!last.ok()) {
    Abandon();
    return last;
  }
  if (transaction_ != nullptr) {
    // A streaming result would need the transaction that ends here.
    if ((*last)->streaming()) HELIOS_RETURN_IF_ERROR(Materialize(last->get()));
    HELIOS_ASSIGN_OR_RETURN((*last)->receipt, EndTransaction(std::nullopt));
  }
  return last;
}

absl::StatusOr<ResultPtr> Session::ExecuteTree(std::shared_ptr<const sql::parse::Statement> tree,
                                               std::string_view text,
                                               std::span<const Value> parameters) {
  if (const auto* control = tree->TryAs<sql::parse::TransactionStatement>())
    return RunTransactionStatement(*control);
  if (block_ == BlockState::kFailed) return FailedBlockError();
  if (IsPlanned(tree->kind)) {
    return InTransaction([&] { return RunPlanned(tree, text, nullptr, parameters); });
  }
  if (!parameters.empty()) {
    Fail();
    return SqlError(sqlstate::kIndeterminateDatatype, "{} takes no parameters",
                    sql::parse::CommandTag(*tree));
  }
  UtilityRunner runner(this);
  if (!UtilityRunner::NeedsTransaction(*tree)) {
    absl::StatusOr<ResultPtr> result = runner.Run(*tree, text);
    if (!result.ok()) Fail();
    return result;
  }
  return InTransaction([&] { return runner.Run(*tree, text); });
}

absl::StatusOr<ResultPtr> Session::InTransaction(
    const std::function<absl::StatusOr<ResultPtr>()>& run) {
  if (block_ == BlockState::kFailed) return FailedBlockError();
  HELIOS_RETURN_IF_ERROR(EnsureTransaction());
  absl::StatusOr<ResultPtr> result = run();
  if (!result.ok()) {
    Fail();
    return result;
  }
  if (transaction_ != nullptr && block_ != BlockState::kNone) transaction_->NextCommand();
  if (block_ == BlockState::kNone && transaction_ != nullptr) {
    if ((*result)->streaming()) {
      // The rows to come are read in the statement's own transaction, which goes with the result.
      (*result)->stream->transaction = std::move(transaction_);
      settings_.Commit();
    } else {
      HELIOS_ASSIGN_OR_RETURN((*result)->receipt, EndTransaction(std::nullopt));
    }
  }
  (*result)->notices = std::move(notices_);
  notices_.clear();
  return result;
}

absl::StatusOr<ResultPtr> Session::RunPlanned(std::shared_ptr<const sql::parse::Statement> tree,
                                              std::string_view cache_key,
                                              PreparedStatement* prepared,
                                              std::span<const Value> parameters) {
  for (int attempt = 0;; ++attempt) {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction_->View());
    HELIOS_ASSIGN_OR_RETURN(catalog::ImagePtr image, ImageFor(&view));
    std::shared_ptr<const CompiledStatement> statement;
    if (prepared != nullptr) {
      if (prepared->compiled != nullptr && prepared->compiled->image == image &&
          prepared->compiled->names == settings_.names()) {
        statement = prepared->compiled;
      }
    } else {
      statement = database_->plans()->Find(cache_key, image.get(), settings_.names());
    }
    if (statement == nullptr) {
      if (tree == nullptr) {
        HELIOS_ASSIGN_OR_RETURN(sql::parse::StatementPtr parsed,
                                sql::parse::ParseStatement(cache_key));
        tree = Share(std::move(parsed));
      }
      HELIOS_ASSIGN_OR_RETURN(statement,
                              Compile(tree, image, &view,
                                      prepared == nullptr ? std::span<const types::Type>()
                                                          : std::span(prepared->declared_types)));
      if (prepared != nullptr) {
        prepared->compiled = statement;
      } else if (!transaction_->touched_catalog() && !statement->depends_on_session) {
        database_->plans()->Insert(std::string(cache_key), statement);
      }
    }
    if (prepared == nullptr && parameters.empty() && !statement->parameter_types.empty())
      return SqlError(sqlstate::kUndefinedParameter, "there is no parameter $1");
    if (statement->writes) HELIOS_RETURN_IF_ERROR(CheckWritable(statement->command));
    if (statement->locks_rows) HELIOS_RETURN_IF_ERROR(CheckWritable(statement->lock_command));
    HELIOS_ASSIGN_OR_RETURN(const bool waited, LockTables(*statement));
    // The catalogue may have changed before the locks were there, too. Under them it stays as it is.
    const bool is_old = waited || database_->engine()->catalog_lsn() != view.catalog_lsn();
    if (is_old && !transaction_->has_snapshot() && attempt < kLockRetriesMax) continue;
    if (is_old && transaction_->has_snapshot() && (statement->writes || statement->locks_rows)) {
      HELIOS_RETURN_IF_ERROR(CheckTablesUnchanged(*statement));
    }
    return RunCompiled(statement, std::move(view), parameters);
  }
}

absl::Status Session::CheckWritable(std::string_view command) {
  absl::Status refusal = SqlError(sqlstate::kReadOnlySqlTransaction,
                                  "cannot execute {} in a read-only transaction", command);
  if (transaction_->access() == txn::Access::kReadOnly) return refusal;
  return CheckNodeWritable(std::move(refusal));
}

absl::Status Session::CheckNodeWritable(absl::Status refusal) const {
  if (!database_->hooks().refuse_write) return absl::OkStatus();
  absl::Status why = database_->hooks().refuse_write();
  if (why.ok()) return why;
  return WithHint(std::move(refusal), std::string_view(why.message().data(), why.message().size()));
}

absl::StatusOr<bool> Session::LockTables(const CompiledStatement& statement) {
  // A lone SELECT reads its snapshot whatever happens to the tables meanwhile.
  if (!statement.writes && !statement.locks_rows && block_ == BlockState::kNone) return false;
  bool waited = false;
  for (const sql::bind::TableUse& use : statement.tables) {
    HELIOS_ASSIGN_OR_RETURN(const txn::LockResult result,
                            transaction_->LockTable(use.table, use.mode, txn::LockWait::kBlock));
    waited = waited || result == txn::LockResult::kGrantedAfterWait;
  }
  return waited;
}

absl::Status Session::CheckTablesUnchanged(const CompiledStatement& statement) {
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, transaction_->FreshView());
  HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr now, transaction_->touched_catalog()
                                                           ? database_->catalogs()->Load(&fresh)
                                                           : database_->catalogs()->Get(&fresh));
  for (const sql::bind::TableUse& use : statement.tables) {
    if (use.mode < txn::TableLockMode::kRowShare) continue;
    if (catalog::SameTable(*statement.image, *now, use.table)) continue;
    return SqlError(sqlstate::kTRSerializationFailure,
                    "could not serialize access due to concurrent update");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<sql::execute::Execution>> Session::TakeExecution(
    const std::shared_ptr<const CompiledStatement>& statement) {
  if (const auto found = idle_executions_.find(statement.get()); found != idle_executions_.end()) {
    std::unique_ptr<sql::execute::Execution> execution = std::move(found->second.execution);
    idle_executions_.erase(found);
    return execution;
  }
  return sql::execute::Execution::Build(*statement->plan);
}

void Session::KeepExecution(std::shared_ptr<const CompiledStatement> statement,
                            std::unique_ptr<sql::execute::Execution> execution) {
  if (idle_executions_.size() >= kIdleExecutionsMax)
    idle_executions_.erase(idle_executions_.begin());
  const CompiledStatement* const key = statement.get();
  idle_executions_.insert_or_assign(key, IdleExecution{std::move(statement), std::move(execution)});
}

absl::StatusOr<ResultPtr> Session::RunCompiled(
    const std::shared_ptr<const CompiledStatement>& statement, txn::ReadView view,
    std::span<const Value> parameters) {
  auto result = std::make_unique<ResultState>();
  result->SetColumns(&statement->columns, statement);
  result->command = statement->command;
  result->counts_rows = true;
  result->changes_rows = statement->writes;
  result->time_zone = settings_.values().time_zone;

  result->stream = std::make_unique<ResultState::Stream>();
  ResultState::Stream* const stream = result->stream.get();
  streams_.push_back(result.get());
  stream->session = this;
  stream->statement = statement;
  stream->view = std::move(view);
  stream->functions = std::make_unique<sql::functions::EvalContext>(MakeEvalContext());
  HELIOS_RETURN_IF_ERROR(ToParameters(parameters, statement->parameter_types,
                                      stream->functions->format, &stream->parameters));
  HELIOS_ASSIGN_OR_RETURN(stream->execution, TakeExecution(statement));
  sequences_.SetStatement(statement->image.get(), transaction_.get());
  if (statement->writes) stream->foreign_keys = MakeForeignKeys(*statement, stream);
  sql::execute::Execution::Run run;
  run.image = statement->image.get();
  run.functions = stream->functions.get();
  run.transaction = transaction_.get();
  run.view = &stream->view;
  run.parameters = stream->parameters;
  run.row_ids = database_->row_ids();
  run.foreign_keys = stream->foreign_keys.get();
  run.changes = &changes_;
  run.cancel = &cancel_;
  run.work_mem_bytes = settings_.values().work_mem;
  run.temporary_files = database_->temporary_files();
  HELIOS_RETURN_IF_ERROR(stream->execution->Start(run));
  HELIOS_ASSIGN_OR_RETURN(stream->chunk, stream->execution->Next());
  // What changes or locks rows is done before the caller goes on; a result that ends here needs no snapshot.
  if (statement->writes || statement->locks_rows || stream->chunk.size == 0) {
    HELIOS_RETURN_IF_ERROR(Materialize(result.get()));
  }
  return result;
}

absl::Status Session::Materialize(ResultState* result) {
  ResultState::Stream* const stream = result->stream.get();
  auto rows = std::make_unique<sql::execute::RowSpool>(stream->statement->plan->root->outputs);
  rows->Start(settings_.values().work_mem, database_->temporary_files());
  while (stream->chunk.size > 0) {
    if (!stream->statement->columns.empty()) HELIOS_RETURN_IF_ERROR(rows->Append(stream->chunk));
    HELIOS_ASSIGN_OR_RETURN(stream->chunk, stream->execution->Next());
  }
  HELIOS_RETURN_IF_ERROR(rows->Finish());
  result->rows_changed = stream->execution->rows_changed();
  result->rows = std::move(rows);
  result->CloseStream(absl::OkStatus());
  return absl::OkStatus();
}

// --- Streams ---

absl::StatusOr<types::Chunk> Session::NextChunk(ResultState::Stream* stream) {
  return stream->execution->Next();
}

void Session::FailStream(ResultState* result, const absl::Status&) {
  if (result->stream->transaction == nullptr && block_ == BlockState::kExplicit)
    block_ = BlockState::kFailed;
}

void Session::EndStream(ResultState* result, std::unique_ptr<ResultState::Stream> stream) {
  std::erase(streams_, result);
  if (stream->execution != nullptr) {
    stream->execution->Finish();
    KeepExecution(stream->statement, std::move(stream->execution));
  }
  stream->view = txn::ReadView();
  if (stream->transaction != nullptr) stream->transaction->Rollback();
}

void Session::CloseStreams(const absl::Status& why) {
  // Results with a transaction of their own go on.
  std::vector<ResultState*> closing;
  std::copy_if(streams_.begin(), streams_.end(), std::back_inserter(closing),
               [](const ResultState* result) { return result->stream->transaction == nullptr; });
  for (ResultState* const result : closing) result->CloseStream(why);
}

// --- Prepared statements ---

absl::StatusOr<std::unique_ptr<PreparedStatement>> Session::Prepare(std::string_view sql) {
  HELIOS_RETURN_IF_ERROR(StartStatement());
  auto prepared = std::make_unique<PreparedStatement>();
  prepared->text = std::string(sql);
  absl::StatusOr<sql::parse::StatementPtr> parsed = sql::parse::ParseStatement(sql);
  if (!parsed.ok()) {
    Fail();
    return parsed.status();
  }
  prepared->tree = Share(*std::move(parsed));
  HELIOS_RETURN_IF_ERROR(Describe(prepared.get()));
  return prepared;
}

absl::Status Session::DescribeInTransaction(PreparedStatement* prepared) {
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction_->View());
  HELIOS_ASSIGN_OR_RETURN(catalog::ImagePtr image, ImageFor(&view));
  HELIOS_ASSIGN_OR_RETURN(prepared->compiled,
                          Compile(prepared->tree, image, &view, prepared->declared_types));
  prepared->columns = prepared->compiled->columns;
  prepared->parameter_types = prepared->compiled->parameter_types;
  return absl::OkStatus();
}

absl::Status Session::Describe(PreparedStatement* prepared) {
  if (!IsPlanned(prepared->tree->kind)) return absl::OkStatus();
  return InTransaction([&]() -> absl::StatusOr<ResultPtr> {
           HELIOS_RETURN_IF_ERROR(DescribeInTransaction(prepared));
           return std::make_unique<ResultState>();
         })
      .status();
}

absl::StatusOr<ResultPtr> Session::RunPreparedInTransaction(PreparedStatement* prepared,
                                                            std::span<const Value> parameters) {
  return RunPlanned(prepared->tree, prepared->text, prepared, parameters);
}

absl::StatusOr<std::vector<Value>> Session::EvaluateArguments(
    const std::vector<sql::parse::ExpressionPtr>& arguments) {
  std::vector<Value> values;
  if (arguments.empty()) return values;
  std::string sql = "SELECT ";
  for (const sql::parse::ExpressionPtr& argument : arguments) {
    if (sql.size() > 7) sql += ", ";
    sql += sql::parse::ExpressionText(*argument);
  }
  HELIOS_ASSIGN_OR_RETURN(sql::parse::StatementPtr parsed, sql::parse::ParseStatement(sql));
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction_->View());
  HELIOS_ASSIGN_OR_RETURN(catalog::ImagePtr image, ImageFor(&view));
  HELIOS_ASSIGN_OR_RETURN(const std::shared_ptr<const CompiledStatement> statement,
                          Compile(Share(std::move(parsed)), image, &view, {}));
  HELIOS_ASSIGN_OR_RETURN(const ResultPtr result, RunCompiled(statement, std::move(view), {}));
  if (!result->Next()) return result->status();
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool null = result->chunk().columns[i]->IsNull(result->current_row());
    values.push_back(null ? Value() : Value(result->TextAt(i, result->current_row())));
  }
  return values;
}

absl::StatusOr<ResultPtr> Session::ExecutePrepared(PreparedStatement* prepared,
                                                   std::span<const Value> parameters) {
  HELIOS_RETURN_IF_ERROR(StartStatement());
  if (!IsPlanned(prepared->tree->kind))
    return ExecuteTree(prepared->tree, prepared->text, parameters);
  return InTransaction(
      [&] { return RunPlanned(prepared->tree, prepared->text, prepared, parameters); });
}

}  // namespace heliosdb::api
