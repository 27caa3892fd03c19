#include "core/sql/execute/row_locker.h"

#include <algorithm>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/execute/row_subset.h"
#include "core/txn/read_view.h"
#include "core/txn/transaction.h"

namespace heliosdb::sql::execute {

using types::Chunk;
using types::Vector;

txn::RowLockMode LockModeOf(bind::RowLockStrength strength) {
  switch (strength) {
    case bind::RowLockStrength::kKeyShare:
      return txn::RowLockMode::kKeyShare;
    case bind::RowLockStrength::kShare:
      return txn::RowLockMode::kShare;
    case bind::RowLockStrength::kNoKeyUpdate:
      return txn::RowLockMode::kNoKeyUpdate;
    case bind::RowLockStrength::kUpdate:
      break;
  }
  return txn::RowLockMode::kUpdate;
}

RowLocker::RowLocker(const plan::RowRecheck& recheck, RowFilter conditions)
    : recheck_(&recheck), conditions_(std::move(conditions)) {}

absl::StatusOr<RowLocker> RowLocker::Build(const plan::RowRecheck& recheck,
                                           const std::vector<types::Type>& types) {
  HELIOS_ASSIGN_OR_RETURN(RowFilter conditions, RowFilter::Compile(recheck.conditions));
  RowLocker locker(recheck, std::move(conditions));
  for (const types::Type& type : types) locker.fresh_.emplace_back(type);
  locker.columns_.resize(types.size());
  locker.subset_ = std::make_unique<RowSubset>(AllSlots(types.size()));
  return locker;
}

absl::StatusOr<RowLocker::Verdict> RowLocker::LockOne(ExecContext& context, std::string_view key,
                                                      txn::RowLockMode mode,
                                                      bind::RowLockWait wait) {
  const txn::LockWait lock_wait =
      wait == bind::RowLockWait::kBlock ? txn::LockWait::kBlock : txn::LockWait::kTry;
  HELIOS_ASSIGN_OR_RETURN(const txn::LockResult locked,
                          context.transaction->LockRow(key, mode, lock_wait));
  if (locked == txn::LockResult::kNotAvailable) {
    if (wait == bind::RowLockWait::kSkipLocked) return Verdict::kDrop;
    return SqlError(sqlstate::kLockNotAvailable, "could not obtain lock on row in relation \"{}\"",
                    recheck_->table->name);
  }
  if (context.transaction->isolation() != txn::Isolation::kReadCommitted) {
    HELIOS_RETURN_IF_ERROR(context.transaction->RequireUnchanged(*context.view, key));
    return Verdict::kKeep;
  }
  HELIOS_ASSIGN_OR_RETURN(const txn::RowState state,
                          context.transaction->StateSince(*context.view, key));
  switch (state) {
    case txn::RowState::kUnchanged:
      return Verdict::kKeep;
    case txn::RowState::kUpdated:
      return Verdict::kReread;
    case txn::RowState::kDeleted:
      break;
  }
  return Verdict::kDrop;
}

absl::StatusOr<Chunk> RowLocker::Lock(ExecContext& context, const Chunk& input,
                                      txn::RowLockMode mode, bind::RowLockWait wait) {
  const Vector& keys = *input.columns[recheck_->row_key_slot];
  kept_.clear();
  changed_.clear();
  for (size_t i = 0; i < input.size; ++i) {
    if (keys.IsNull(i)) {
      kept_.push_back(static_cast<uint16_t>(i));
      continue;
    }
    const std::string_view key = keys.data<std::string_view>()[keys.is_constant() ? 0 : i];
    HELIOS_ASSIGN_OR_RETURN(const Verdict verdict, LockOne(context, key, mode, wait));
    if (verdict == Verdict::kDrop) continue;
    if (verdict == Verdict::kReread) changed_.push_back(static_cast<uint16_t>(kept_.size()));
    kept_.push_back(static_cast<uint16_t>(i));
  }
  if (changed_.empty()) return subset_->Select(input, kept_);
  return Reread(context, input);
}

absl::StatusOr<Chunk> RowLocker::Reread(ExecContext& context, const Chunk& input) {
  for (size_t c = 0; c < fresh_.size(); ++c) {
    fresh_[c].Reset();
    for (size_t i = 0; i < kept_.size(); ++i) {
      const Vector& from = *input.columns[c];
      CopyRowDeep(from, from.is_constant() ? 0 : kept_[i], i, &fresh_[c]);
    }
    columns_[c] = &fresh_[c];
  }
  std::vector<uint8_t> drop(kept_.size(), 0);
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView newest, context.transaction->FreshView());
  for (const uint16_t place : changed_) {
    const std::string_view key = fresh_[recheck_->row_key_slot].data<std::string_view>()[place];
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> row, newest.Get(key));
    if (!row.has_value()) {
      drop[place] = 1;
      continue;
    }
    for (const auto& [column, slot] : recheck_->column_slots) {
      Vector value(fresh_[slot].type());
      ReadColumn(*recheck_->table, {&*row, 1}, column, &value);
      CopyRowDeep(value, 0, place, &fresh_[slot]);
    }
  }
  if (!conditions_.empty()) {
    HELIOS_RETURN_IF_ERROR(conditions_.Select(context, Chunk{columns_, kept_.size()}, &passed_));
    std::vector<uint8_t> passes(kept_.size(), 0);
    for (const uint16_t place : passed_) passes[place] = 1;
    for (const uint16_t place : changed_) drop[place] |= passes[place] ^ 1;
  }
  passed_.clear();
  for (size_t i = 0; i < kept_.size(); ++i) {
    if (drop[i] == 0) passed_.push_back(static_cast<uint16_t>(i));
  }
  return subset_->Select(Chunk{columns_, kept_.size()}, passed_);
}

}  // namespace heliosdb::sql::execute
