#include "core/api/auto_analyze.h"

#include <cmath>
#include <utility>
#include <vector>

#include "core/api/database_state.h"
#include "core/base/status.h"
#include "core/catalog/catalog_edit.h"
#include "core/catalog/catalog_lock.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/functions/eval_context.h"

namespace heliosdb::api {
namespace {

// Whether rows written under one definition read the same under the other.
bool SameRows(const catalog::Table& a, const catalog::Table& b) {
  if (a.storage_id != b.storage_id || a.columns.size() != b.columns.size()) return false;
  for (size_t i = 0; i < a.columns.size(); ++i) {
    if (a.columns[i].dropped != b.columns[i].dropped ||
        a.columns[i].type.oid != b.columns[i].type.oid)
      return false;
  }
  return true;
}

}  // namespace

AutoAnalyze::AutoAnalyze(DatabaseState* database)
    : database_(database), cancel_(database->clock()) {}

void AutoAnalyze::Start() {
  if (database_->options().autovacuum && !database_->options().read_only) Schedule();
}

void AutoAnalyze::Schedule() {
  database_->engine()->options().executor->PostAfter(this, database_->options().autovacuum_naptime,
                                                     [this] { Tick(); });
}

void AutoAnalyze::Stop() {
  stopping_.store(true, std::memory_order_release);
  cancel_.Terminate();
  database_->engine()->options().executor->Drop(this);
}

void AutoAnalyze::Tick() {
  if (stopping_.load(std::memory_order_acquire)) return;
  {
    MutexLock lock(&run_mu_);
    bool again = false;
    {
      MutexLock state_lock(&mu_);
      again = std::exchange(again_, false);
    }
    if (database_->activity()->TakeChanged() || again) {
      if (absl::Status status = Run(); !status.ok()) Finish(status);
    }
  }
  if (!stopping_.load(std::memory_order_acquire)) Schedule();
}

void AutoAnalyze::RunNow() {
  {
    MutexLock lock(&run_mu_);
    if (absl::Status status = Run(); !status.ok()) Finish(status);
  }
  MutexLock lock(&mu_);
  while (commits_pending_ > 0) finished_.Wait(&mu_);
}

// The engine is asked, not the node above it, which may hold its locks while it waits for Stop.
bool AutoAnalyze::MayWrite() const {
  return !database_->options().read_only && database_->engine()->CheckWritable().ok();
}

absl::Status AutoAnalyze::Run() {
  if (!MayWrite()) return absl::OkStatus();
  std::vector<catalog::Oid> due;
  {
    const std::unique_ptr<txn::Transaction> transaction = database_->engine()->Begin(
        {.access = txn::Access::kReadOnly, .cancel = &cancel_, .lock_timeout = {}});
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->View());
    HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr image, database_->catalogs()->Get(&view));
    for (const auto& [oid, object] : image->objects()) {
      const catalog::Table* const table = image->TableByOid(oid);
      if (table == nullptr) continue;
      HELIOS_RETURN_IF_ERROR(cancel_.Check());
      HELIOS_ASSIGN_OR_RETURN(const bool is_due, IsDue(*image, *table, &view));
      if (is_due) due.push_back(oid);
    }
    // Tables made since have greater oids.
    const catalog::Oid last = image->objects().rbegin()->first;
    database_->activity()->KeepOnly([&image, last](catalog::Oid oid) {
      return oid > last || image->TableByOid(oid) != nullptr;
    });
  }
  for (const catalog::Oid table : due) {
    if (absl::Status status = Analyze(table); !status.ok()) Finish(status);
    if (stopping_.load(std::memory_order_acquire)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AutoAnalyze::IsDue(const catalog::CatalogImage& image,
                                        const catalog::Table& table, txn::ReadView* view) {
  const catalog::TableStatistics* const known = image.StatisticsOf(table.oid);
  const double rows = known == nullptr ? 0 : std::max(0.0, known->rows);
  TableActivity* const activity = database_->activity();
  if (!activity->Of(table.oid).compared) {
    // Changes of an earlier run, or of another primary, show in the number of rows at least.
    HELIOS_ASSIGN_OR_RETURN(
        const uint64_t now,
        view->EstimateCount(sql::execute::StorageKeyPrefix(table.storage_id),
                            sql::execute::StorageKeyPrefix(table.storage_id + 1)));
    activity->AddUnseen(table.oid,
                        static_cast<uint64_t>(std::abs(static_cast<double>(now) - rows)));
  }
  const Options& options = database_->options();
  const double limit =
      options.autovacuum_analyze_threshold + options.autovacuum_analyze_scale_factor * rows;
  return static_cast<double>(activity->Of(table.oid).changed_since_analyze) > limit;
}

absl::Status AutoAnalyze::Analyze(catalog::Oid oid) {
  const uint64_t seen = database_->activity()->Of(oid).changed_since_analyze;
  const std::unique_ptr<txn::Transaction> transaction = database_->engine()->Begin(
      {.access = txn::Access::kReadOnly, .cancel = &cancel_, .lock_timeout = {}});
  catalog::ImagePtr image;
  sql::execute::Analysis analysis;
  {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->View());
    HELIOS_ASSIGN_OR_RETURN(image, database_->catalogs()->Get(&view));
    const catalog::Table* const table = image->TableByOid(oid);
    if (table == nullptr) return absl::OkStatus();
    HELIOS_ASSIGN_OR_RETURN(
        analysis, sql::execute::AnalyzeTable(*table, {}, &view, database_->random(), &cancel_));
  }
  return Write(*image->TableByOid(oid), std::move(analysis), seen);
}

absl::Status AutoAnalyze::Write(const catalog::Table& read, sql::execute::Analysis analysis,
                                uint64_t seen) {
  std::unique_ptr<txn::Transaction> transaction =
      database_->engine()->Begin({.cancel = &cancel_, .lock_timeout = {}});
  HELIOS_ASSIGN_OR_RETURN(
      const txn::LockResult locked,
      transaction->LockTable(read.oid, txn::TableLockMode::kShareUpdateExclusive,
                             txn::LockWait::kTry));
  if (locked == txn::LockResult::kNotAvailable) {
    MutexLock lock(&mu_);
    again_ = true;
    return absl::OkStatus();
  }
  {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr image, database_->catalogs()->Get(&view));
    const catalog::Table* const table = image->TableByOid(read.oid);
    if (table == nullptr) return absl::OkStatus();
    if (!SameRows(*table, read)) {
      MutexLock lock(&mu_);
      again_ = true;
      return absl::OkStatus();
    }
    catalog::CatalogEdit edit(
        image, []() -> absl::StatusOr<uint32_t> { return Internal("ANALYZE makes no storage"); });
    edit.PutStatistics(std::move(analysis.statistics));
    HELIOS_RETURN_IF_ERROR(edit.Write(transaction.get()));
  }
  {
    MutexLock lock(&mu_);
    ++commits_pending_;
  }
  // The executor may be an event loop: nobody waits for the log here.
  txn::Transaction::CommitAsync(
      std::move(transaction), std::nullopt,
      [this, table = read.oid, seen](const absl::StatusOr<txn::CommitReceipt>& receipt) {
        if (receipt.ok()) {
          database_->activity()->Analyzed(table, seen, AnalyzeOrigin::kAutomatic,
                                          sql::functions::WallMicroseconds(database_->clock()));
        }
        Finish(receipt.status());
        MutexLock lock(&mu_);
        --commits_pending_;
        finished_.SignalAll();
      });
  return absl::OkStatus();
}

void AutoAnalyze::Finish(const absl::Status& status) {
  // Work that ends with the database, or with the node's turn as primary, did not go wrong.
  const bool in_order = stopping_.load(std::memory_order_acquire) || !MayWrite();
  MutexLock lock(&mu_);
  if (status.ok()) {
    ++statistics_.analyzed;
    statistics_.last_error.clear();
    return;
  }
  again_ = true;
  if (in_order) return;
  ++statistics_.failed;
  statistics_.last_error = std::string(status.message());
}

AutoAnalyze::Statistics AutoAnalyze::Stats() const {
  MutexLock lock(&mu_);
  return statistics_;
}

}  // namespace heliosdb::api
