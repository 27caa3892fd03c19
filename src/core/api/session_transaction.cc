// The transaction blocks of a session.
#include <algorithm>
#include <utility>

#include "core/api/session.h"
#include "core/base/status.h"

namespace heliosdb::api {
namespace {

using sql::parse::TransactionAction;

txn::Isolation ToIsolation(sql::parse::IsolationLevel level) {
  switch (level) {
    case sql::parse::IsolationLevel::kReadUncommitted:
    case sql::parse::IsolationLevel::kReadCommitted:
      return txn::Isolation::kReadCommitted;
    case sql::parse::IsolationLevel::kRepeatableRead:
      return txn::Isolation::kRepeatableRead;
    case sql::parse::IsolationLevel::kSerializable:
      break;
  }
  return txn::Isolation::kSerializable;
}

ResultPtr Tag(std::string_view tag) {
  auto result = std::make_unique<ResultState>();
  result->command = std::string(tag);
  return result;
}

}  // namespace

CommitReceipt Session::PublicReceipt(const txn::CommitReceipt& receipt) const {
  CommitReceipt result;
  result.history = database_->history();
  result.term = ToInt(receipt.term);
  result.end_lsn = ToInt(receipt.end);
  result.transaction_id = receipt.txn_id;
  result.reached = static_cast<Durability>(receipt.reached);
  return result;
}

absl::StatusOr<CommitReceipt> Session::EndTransaction(std::optional<Durability> durability) {
  CloseStreams(SqlError(sqlstate::kInvalidCursorState,
                        "the transaction that this result was read in has ended"));
  std::unique_ptr<txn::Transaction> ending = std::move(transaction_);
  const bool touched_catalog = ending->touched_catalog();
  savepoints_.clear();
  own_image_ = nullptr;
  const bool own_sequences = sequences_.HasOwn();
  sequences_.ClearOwn();
  const sql::execute::TableChanges changes = std::exchange(changes_, {});
  absl::StatusOr<txn::CommitReceipt> receipt =
      ending->Commit(durability.has_value() ? static_cast<txn::Durability>(*durability)
                                            : settings_.values().durability);
  if (touched_catalog && own_sequences) database_->sequences()->Clear();
  if (!receipt.ok()) {
    settings_.RollbackTo(settings_mark_);
    // With an unknown outcome the catalogue may come to name it.
    if (HasSqlState(receipt.status(), sqlstate::kTRStatementCompletionUnknown) ||
        HasSqlState(receipt.status(), sqlstate::kIoError) ||
        HasSqlState(receipt.status(), sqlstate::kDiskFull)) {
      ForgetFilled();
    }
    RetireFilled(0);
    return receipt.status();
  }
  ForgetFilled();
  settings_.Commit();
  database_->activity()->Committed(changes, statement_start_);
  return PublicReceipt(*receipt);
}

void Session::NoteFilled(std::span<const uint32_t> storage_ids) {
  database_->BeginFilling(storage_ids);
  for (const uint32_t id : storage_ids) filled_.push_back({id, savepoints_.size()});
}

void Session::ForgetFilled() {
  for (const FilledStorage& filled : filled_) database_->EndFilling(filled.id);
  filled_.clear();
}

void Session::RetireFilled(size_t savepoints) {
  std::vector<uint32_t> ids;
  for (; !filled_.empty() && filled_.back().savepoints >= savepoints; filled_.pop_back())
    ids.push_back(filled_.back().id);
  if (ids.empty()) return;
  // What cannot be retired now, because the log takes no writes, is found by SweepStorage.
  database_->RetireStorage(ids).IgnoreError();
  for (const uint32_t id : ids) database_->EndFilling(id);
}

void Session::Abandon() {
  CloseStreams(SqlError(sqlstate::kInvalidCursorState,
                        "the transaction that this result was read in has ended"));
  savepoints_.clear();
  own_image_ = nullptr;
  sequences_.ClearOwn();
  changes_.Clear();
  if (transaction_ == nullptr) return;
  transaction_->Rollback();
  transaction_ = nullptr;
  settings_.RollbackTo(settings_mark_);
  RetireFilled(0);
}

void Session::Fail() {
  switch (block_) {
    case BlockState::kNone:
      Abandon();
      break;
    case BlockState::kImplicit:
      break;  // The script's end abandons it.
    case BlockState::kExplicit:
    case BlockState::kFailed:
      block_ = BlockState::kFailed;
      CloseStreams(FailedBlockError());
      // Locks and snapshots of a block without savepoints serve nobody any more.
      if (savepoints_.empty()) Abandon();
      break;
  }
}

absl::Status Session::Begin(const TransactionOptions& options) {
  if (block_ == BlockState::kExplicit || block_ == BlockState::kFailed) {
    return SqlError(sqlstate::kActiveSqlTransaction, "there is already a transaction in progress");
  }
  HELIOS_RETURN_IF_ERROR(StartStatement());
  HELIOS_RETURN_IF_ERROR(EnsureTransaction());
  HELIOS_RETURN_IF_ERROR(
      transaction_->SetIsolation(static_cast<txn::Isolation>(options.isolation)));
  if (options.read_only) HELIOS_RETURN_IF_ERROR(transaction_->SetAccess(txn::Access::kReadOnly));
  if (options.deferrable) HELIOS_RETURN_IF_ERROR(transaction_->SetDeferrable(true));
  block_ = BlockState::kExplicit;
  ++transaction_serial_;
  return absl::OkStatus();
}

absl::StatusOr<CommitReceipt> Session::Commit(std::optional<Durability> durability) {
  const BlockState state = std::exchange(block_, BlockState::kNone);
  if (state == BlockState::kFailed) {
    Abandon();
    return FailedBlockError();
  }
  if (transaction_ == nullptr) return CommitReceipt{};
  HELIOS_RETURN_IF_ERROR(StartStatement());
  return EndTransaction(durability);
}

absl::Status Session::Rollback() {
  block_ = BlockState::kNone;
  Abandon();
  return absl::OkStatus();
}

absl::StatusOr<ResultPtr> Session::RunTransactionStatement(
    const sql::parse::TransactionStatement& statement) {
  switch (statement.action) {
    case TransactionAction::kBegin:
    case TransactionAction::kStart: {
      if (block_ == BlockState::kFailed) return FailedBlockError();
      ResultPtr result =
          Tag(statement.action == TransactionAction::kBegin ? "BEGIN" : "START TRANSACTION");
      if (block_ == BlockState::kExplicit) {
        result->notices.push_back("WARNING:  there is already a transaction in progress");
      } else {
        HELIOS_RETURN_IF_ERROR(EnsureTransaction());
        block_ = BlockState::kExplicit;
        ++transaction_serial_;
      }
      HELIOS_RETURN_IF_ERROR(ApplyModes(statement.modes));
      return result;
    }
    case TransactionAction::kCommit: {
      const bool failed = block_ == BlockState::kFailed;
      const bool outside = block_ == BlockState::kNone || block_ == BlockState::kImplicit;
      ResultPtr result = Tag(failed ? "ROLLBACK" : "COMMIT");
      if (outside) result->notices.push_back("WARNING:  there is no transaction in progress");
      block_ = BlockState::kNone;
      if (failed) {
        Abandon();
      } else if (transaction_ != nullptr) {
        HELIOS_ASSIGN_OR_RETURN(result->receipt, EndTransaction(std::nullopt));
      }
      if (statement.is_chain) HELIOS_RETURN_IF_ERROR(Chain());
      return result;
    }
    case TransactionAction::kRollback: {
      ResultPtr result = Tag("ROLLBACK");
      if (block_ == BlockState::kNone || block_ == BlockState::kImplicit) {
        result->notices.push_back("WARNING:  there is no transaction in progress");
      }
      HELIOS_RETURN_IF_ERROR(Rollback());
      if (statement.is_chain) HELIOS_RETURN_IF_ERROR(Chain());
      return result;
    }
    case TransactionAction::kSavepoint:
    case TransactionAction::kRelease:
    case TransactionAction::kRollbackTo: {
      absl::Status status = SavepointStatement(statement);
      if (!status.ok()) {
        if (block_ == BlockState::kExplicit) Fail();
        return status;
      }
      return Tag(statement.action == TransactionAction::kSavepoint ? "SAVEPOINT"
                 : statement.action == TransactionAction::kRelease ? "RELEASE"
                                                                   : "ROLLBACK");
    }
    case TransactionAction::kPrepare:
    case TransactionAction::kCommitPrepared:
    case TransactionAction::kRollbackPrepared:
      break;
  }
  Fail();
  return Unsupported("PREPARE TRANSACTION is not supported");
}

absl::Status Session::Chain() {
  HELIOS_RETURN_IF_ERROR(EnsureTransaction());
  block_ = BlockState::kExplicit;
  ++transaction_serial_;
  return absl::OkStatus();
}

absl::Status Session::ApplyModes(const sql::parse::TransactionModes& modes) {
  absl::Status status;
  if (modes.isolation.has_value())
    status.Update(transaction_->SetIsolation(ToIsolation(*modes.isolation)));
  if (modes.is_read_only.has_value() && !*modes.is_read_only && database_->options().read_only) {
    status.Update(
        SqlError(sqlstate::kReadOnlySqlTransaction,
                 "cannot set transaction read-write mode: the database is open read-only"));
  } else if (modes.is_read_only.has_value()) {
    status.Update(transaction_->SetAccess(*modes.is_read_only ? txn::Access::kReadOnly
                                                              : txn::Access::kReadWrite));
  }
  if (modes.is_deferrable.has_value())
    status.Update(transaction_->SetDeferrable(*modes.is_deferrable));
  if (!status.ok()) Fail();
  return status;
}

absl::Status Session::SavepointStatement(const sql::parse::TransactionStatement& statement) {
  const std::string_view verb = statement.action == TransactionAction::kSavepoint ? "SAVEPOINT"
                                : statement.action == TransactionAction::kRelease
                                    ? "RELEASE SAVEPOINT"
                                    : "ROLLBACK TO SAVEPOINT";
  if (block_ != BlockState::kExplicit && block_ != BlockState::kFailed) {
    return SqlError(sqlstate::kNoActiveSqlTransaction, "{} can only be used in transaction blocks",
                    verb);
  }
  if (statement.action == TransactionAction::kSavepoint) {
    if (block_ == BlockState::kFailed) return FailedBlockError();
    savepoints_.push_back({statement.savepoint, transaction_->Mark(), settings_.Mark(), changes_});
    return absl::OkStatus();
  }
  const auto found =
      std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                   [&](const Savepoint& s) { return s.name == statement.savepoint; });
  if (found == savepoints_.rend()) {
    if (block_ == BlockState::kFailed && statement.action == TransactionAction::kRelease)
      return FailedBlockError();
    return SqlError(sqlstate::kSEInvalidSpecification, "savepoint \"{}\" does not exist",
                    statement.savepoint);
  }
  if (statement.action == TransactionAction::kRelease) {
    if (block_ == BlockState::kFailed) return FailedBlockError();
    savepoints_.erase(std::prev(found.base()), savepoints_.end());
    for (FilledStorage& filled : filled_)
      filled.savepoints = std::min(filled.savepoints, savepoints_.size());
    return absl::OkStatus();
  }
  CloseStreams(SqlError(sqlstate::kInvalidCursorState,
                        "the savepoint that this result was read under is gone"));
  transaction_->RollbackTo(found->mark);
  settings_.RollbackTo(found->settings_mark);
  changes_ = found->changes;
  own_image_ = nullptr;
  // Whatever sequences were made since then are gone with their rows; the others are still this transaction's own.
  savepoints_.erase(found.base(), savepoints_.end());
  RetireFilled(savepoints_.size());
  block_ = BlockState::kExplicit;
  return absl::OkStatus();
}

}  // namespace heliosdb::api
