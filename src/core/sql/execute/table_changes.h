// How many rows of which tables a transaction has changed: what makes statistics old.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_TABLE_CHANGES_H_
#define HELIOSDB_CORE_SQL_EXECUTE_TABLE_CHANGES_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/inlined_vector.h"

#include "core/catalog/object.h"

namespace heliosdb::sql::execute {

struct RowCounts {
  uint64_t inserted = 0;
  uint64_t updated = 0;
  uint64_t deleted = 0;

  uint64_t total() const { return inserted + updated + deleted; }
};

// Changed rows that an ANALYZE took in.
struct SeenChanges {
  uint64_t committed = 0;  // Of those that had been committed since the ANALYZE before.
  uint64_t own = 0;        // Of its own transaction's.
};

// One transaction's. A savepoint keeps a copy to return to. For one thread at a time.
class TableChanges {
 public:
  struct Entry {
    catalog::Oid table = catalog::kOidInvalid;
    RowCounts rows;
    // What the transaction's last ANALYZE of the table has seen.
    std::optional<SeenChanges> analyzed;
  };
  using Entries = absl::InlinedVector<Entry, 2>;

  // The table's entry, until the next call for another table.
  Entry& Of(catalog::Oid table) {
    if (last_ < entries_.size() && entries_[last_].table == table) return entries_[last_];
    for (last_ = 0; last_ < entries_.size(); ++last_) {
      if (entries_[last_].table == table) return entries_[last_];
    }
    entries_.push_back({.table = table, .rows = {}, .analyzed = {}});
    return entries_.back();
  }
  const Entries& entries() const { return entries_; }
  void Clear() { entries_.clear(); }

 private:
  Entries entries_;
  size_t last_ = 0;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_TABLE_CHANGES_H_
