#include "core/api/table_activity.h"

#include <algorithm>
#include <utility>

namespace heliosdb::api {

void TableActivity::Committed(const sql::execute::TableChanges& changes, int64_t now) {
  if (changes.entries().empty()) return;
  MutexLock lock(&mu_);
  changed_ = true;
  for (const sql::execute::TableChanges::Entry& entry : changes.entries()) {
    Table& table = tables_[entry.table];
    table.rows.inserted += entry.rows.inserted;
    table.rows.updated += entry.rows.updated;
    table.rows.deleted += entry.rows.deleted;
    uint64_t changed = entry.rows.total();
    if (entry.analyzed.has_value()) {
      AnalyzedLocked(&table, entry.analyzed->committed, AnalyzeOrigin::kStatement, now);
      changed -= entry.analyzed->own;
    }
    table.changed_since_analyze += changed;
  }
}

void TableActivity::Analyzed(catalog::Oid table, uint64_t seen, AnalyzeOrigin origin, int64_t now) {
  MutexLock lock(&mu_);
  AnalyzedLocked(&tables_[table], seen, origin, now);
}

void TableActivity::AnalyzedLocked(Table* table, uint64_t seen, AnalyzeOrigin origin, int64_t now) {
  // Another ANALYZE may have seen the same changes.
  table->changed_since_analyze -= std::min(seen, table->changed_since_analyze);
  table->compared = true;
  if (origin == AnalyzeOrigin::kAutomatic) {
    ++table->auto_analyze_count;
    table->last_auto_analyze = now;
  } else {
    ++table->analyze_count;
    table->last_analyze = now;
  }
}

void TableActivity::AddUnseen(catalog::Oid table, uint64_t changed_min) {
  MutexLock lock(&mu_);
  Table& entry = tables_[table];
  entry.compared = true;
  entry.changed_since_analyze = std::max(entry.changed_since_analyze, changed_min);
}

TableActivity::Table TableActivity::Of(catalog::Oid table) const {
  MutexLock lock(&mu_);
  const auto found = tables_.find(table);
  return found == tables_.end() ? Table() : found->second;
}

bool TableActivity::TakeChanged() {
  MutexLock lock(&mu_);
  return std::exchange(changed_, false);
}

void TableActivity::ForgetComparisons() {
  MutexLock lock(&mu_);
  changed_ = true;
  for (auto& [oid, table] : tables_) table.compared = false;
}

void TableActivity::KeepOnly(const std::function<bool(catalog::Oid table)>& exists) {
  MutexLock lock(&mu_);
  absl::erase_if(tables_, [&exists](const auto& entry) { return !exists(entry.first); });
}

}  // namespace heliosdb::api
