// A session: transaction blocks, settings, prepared statements, and the running of statements.
#ifndef HELIOSDB_CORE_API_SESSION_H_
#define HELIOSDB_CORE_API_SESSION_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "core/api/compiled_statement.h"
#include "core/api/database_state.h"
#include "core/api/result_state.h"
#include "core/api/sequences.h"
#include "core/api/session_access.h"
#include "core/api/setting.h"
#include "core/catalog/catalog_edit.h"
#include "core/sql/execute/execution.h"
#include "core/sql/execute/table_changes.h"
#include "core/sql/parse/statement.h"
#include "core/sql/parse/utility_statement.h"
#include "core/sql/plan/explain.h"
#include "core/txn/cancel_token.h"
#include "core/txn/transaction.h"
#include "heliosdb/connection.h"
#include "heliosdb/value.h"

namespace heliosdb::api {

using ResultPtr = std::unique_ptr<ResultState>;

// A statement of Prepare or PREPARE.
struct PreparedStatement {
  std::string text;
  std::shared_ptr<const sql::parse::Statement> tree;
  std::vector<types::Type> declared_types;  // PREPARE name (types).
  std::shared_ptr<const CompiledStatement> compiled;
  // Columns and parameter types as they were when it was prepared.
  std::vector<Column> columns;
  std::vector<types::Type> parameter_types;
};

// For one thread at a time, but for Cancel.
class Session {
 public:
  Session(DatabaseState* database, uint32_t id);
  ~Session();

  uint32_t id() const { return id_; }
  DatabaseState* database() { return database_; }
  txn::CancelToken* cancel() { return &cancel_; }
  Settings& settings() { return settings_; }
  SessionSequences& sequences() { return sequences_; }

  // --- Statements ---
  absl::StatusOr<ResultPtr> Execute(std::string_view sql, std::span<const Value> parameters);
  absl::StatusOr<std::unique_ptr<PreparedStatement>> Prepare(std::string_view sql);
  absl::StatusOr<ResultPtr> ExecutePrepared(PreparedStatement* prepared,
                                            std::span<const Value> parameters);

  // Whether such statements are planned: queries and changes of data.
  static bool IsPlanned(sql::parse::StatementKind kind);

  // --- Transactions ---
  enum class BlockState : uint8_t { kNone, kImplicit, kExplicit, kFailed };
  BlockState block_state() const { return block_; }
  // Counts explicit transactions: tells a guard whether its transaction is still the session's.
  uint64_t transaction_serial() const { return transaction_serial_; }
  absl::Status Begin(const TransactionOptions& options);
  absl::StatusOr<CommitReceipt> Commit(std::optional<Durability> durability);
  absl::Status Rollback();
  txn::Transaction* transaction() { return transaction_.get(); }
  // What the error of a statement does to the transaction.
  void FailStatement() { Fail(); }

  // --- For ResultState ---
  absl::StatusOr<types::Chunk> NextChunk(ResultState::Stream* stream);
  // Reads the rest of a stream into memory and ends it.
  absl::Status Materialize(ResultState* result);
  void FailStream(ResultState* result, const absl::Status& failure);
  void EndStream(ResultState* result, std::unique_ptr<ResultState::Stream> stream);

  // --- For the parts of the session ---
  // A transaction for one statement: the block's, or one of its own.
  absl::Status StartStatement();
  absl::Status EnsureTransaction();
  // The catalogue as `view` sees it, the transaction's own changes included.
  absl::StatusOr<catalog::ImagePtr> ImageFor(txn::ReadView* view);
  void SetOwnImage(catalog::ImagePtr image, Lsn lsn) {
    own_image_ = std::move(image);
    own_image_lsn_ = lsn;
  }
  // Storage that this transaction's catalogue rows name and that may hold what was committed ahead of it: retired when
  // they do not become part of the catalogue.
  void NoteFilled(std::span<const uint32_t> storage_ids);
  absl::StatusOr<std::shared_ptr<const CompiledStatement>> Compile(
      std::shared_ptr<const sql::parse::Statement> tree, catalog::ImagePtr image,
      txn::ReadView* view, std::span<const types::Type> declared_types);
  // The same for a tree that the caller keeps; the statement is not to be shared.
  absl::StatusOr<std::shared_ptr<CompiledStatement>> CompileBorrowed(
      const sql::parse::Statement& tree, catalog::ImagePtr image, txn::ReadView* view,
      std::span<const types::Type> declared_types);
  sql::functions::EvalContext MakeEvalContext();
  sql::bind::BindContext MakeBindContext(const catalog::CatalogImage& image) const;
  void AddNotice(std::string notice) { notices_.push_back(std::move(notice)); }
  // 25006 when this transaction, database or node may not run `command`, which writes.
  absl::Status CheckWritable(std::string_view command);
  // `refusal`, with a hint that names the primary, when this node may not write.
  absl::Status CheckNodeWritable(absl::Status refusal) const;
  // Keeps others from making what the statement is about to make under the same name.
  absl::Status LockNames(const sql::parse::Statement& statement);
  // The newest catalogue, for statements that change it.
  absl::StatusOr<catalog::ImagePtr> FreshImage(txn::ReadView* fresh);
  SessionAccess& access() { return access_; }
  // Rows that the transaction has changed so far.
  sql::execute::TableChanges* changes() { return &changes_; }
  CommitReceipt PublicReceipt(const txn::CommitReceipt& receipt) const;
  std::map<std::string, PreparedStatement, std::less<>>& prepared() { return prepared_; }
  // Columns and parameters of a new prepared statement.
  absl::Status DescribeInTransaction(PreparedStatement* prepared);
  absl::Status ApplyModes(const sql::parse::TransactionModes& modes);
  // Runs a prepared statement within the statement that runs (EXECUTE).
  absl::StatusOr<ResultPtr> RunPreparedInTransaction(PreparedStatement* prepared,
                                                     std::span<const Value> parameters);
  // The plan of a statement as EXPLAIN shows it; with analyze, after running it.
  absl::StatusOr<std::vector<std::string>> Explain(const sql::parse::Statement& statement,
                                                   sql::plan::ExplainOptions options);
  // Values of expressions without columns: the arguments of EXECUTE, as text.
  absl::StatusOr<std::vector<Value>> EvaluateArguments(
      const std::vector<sql::parse::ExpressionPtr>& arguments);

 private:
  friend class UtilityRunner;

  absl::StatusOr<ResultPtr> ExecuteTree(std::shared_ptr<const sql::parse::Statement> tree,
                                        std::string_view text, std::span<const Value> parameters);
  absl::StatusOr<ResultPtr> ExecuteScriptInBlock(std::vector<sql::parse::StatementPtr> statements,
                                                 std::string_view text);
  // Runs something that needs a transaction, and ends it when the statement stands alone.
  absl::StatusOr<ResultPtr> InTransaction(const std::function<absl::StatusOr<ResultPtr>()>& run);
  absl::StatusOr<ResultPtr> RunTransactionStatement(
      const sql::parse::TransactionStatement& statement);
  absl::StatusOr<ResultPtr> RunPlanned(std::shared_ptr<const sql::parse::Statement> tree,
                                       std::string_view cache_key, PreparedStatement* prepared,
                                       std::span<const Value> parameters);
  absl::StatusOr<ResultPtr> RunCompiled(const std::shared_ptr<const CompiledStatement>& statement,
                                        txn::ReadView view, std::span<const Value> parameters);
  absl::StatusOr<std::unique_ptr<sql::execute::Execution>> TakeExecution(
      const std::shared_ptr<const CompiledStatement>& statement);
  void KeepExecution(std::shared_ptr<const CompiledStatement> statement,
                     std::unique_ptr<sql::execute::Execution> execution);
  // True when a lock had to be waited for, so that snapshot and plan are old.
  absl::StatusOr<bool> LockTables(const CompiledStatement& statement);

  absl::Status FailedBlockError() const;
  absl::Status Describe(PreparedStatement* prepared);
  absl::Status Chain();
  // What checks the foreign keys of a running statement; null when its tables have none.
  std::unique_ptr<sql::execute::ForeignKeys> MakeForeignKeys(const CompiledStatement& statement,
                                                             ResultState::Stream* stream);
  void Fail();
  // Of results that read from transaction_.
  void CloseStreams(const absl::Status& why);
  absl::StatusOr<CommitReceipt> EndTransaction(std::optional<Durability> durability);
  void Abandon();
  // The transaction committed, or may have.
  void ForgetFilled();
  // Has the checkpointer delete the storage filled since `savepoints` were set.
  void RetireFilled(size_t savepoints);
  // 40001 when a table whose rows the statement changes or locks is another one by now than in its snapshot.
  absl::Status CheckTablesUnchanged(const CompiledStatement& statement);
  absl::Status SavepointStatement(const sql::parse::TransactionStatement& statement);

  DatabaseState* const database_;
  const uint32_t id_;
  txn::CancelToken cancel_;
  Settings settings_;
  SessionSequences sequences_;
  SessionAccess access_;
  sql::functions::SessionRandom random_;

  BlockState block_ = BlockState::kNone;
  std::unique_ptr<txn::Transaction> transaction_;
  int64_t transaction_start_ = 0;
  int64_t statement_start_ = 0;
  uint64_t transaction_serial_ = 0;
  size_t settings_mark_ = 0;
  struct Savepoint {
    std::string name;
    txn::SavepointMark mark;
    size_t settings_mark = 0;
    sql::execute::TableChanges changes;
  };
  std::vector<Savepoint> savepoints_;
  sql::execute::TableChanges changes_;
  // The catalogue with the transaction's own changes; null when there are none, or when it must be read anew.
  catalog::ImagePtr own_image_;
  Lsn own_image_lsn_{0};  // ReadView::catalog_lsn() of what it was made of.
  struct FilledStorage {
    uint32_t id = 0;
    size_t savepoints = 0;  // How many were set then: rolling back to one of them takes it away.
  };
  std::vector<FilledStorage> filled_;
  Lsn last_image_lsn_{0};
  catalog::ImagePtr last_image_;

  std::vector<ResultState*>
      streams_;  // Results that read from transaction_, or from one of their own.
  std::map<std::string, PreparedStatement, std::less<>> prepared_;  // PREPARE.
  struct IdleExecution {
    std::shared_ptr<const CompiledStatement> statement;
    std::unique_ptr<sql::execute::Execution> execution;
  };
  absl::flat_hash_map<const CompiledStatement*, IdleExecution> idle_executions_;
  std::vector<types::Value> parameters_;
  std::vector<std::string> notices_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_SESSION_H_
