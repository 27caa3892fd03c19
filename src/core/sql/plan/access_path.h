// How to read one table: through which key, which part of it, in which order.
#ifndef HELIOSDB_CORE_SQL_PLAN_ACCESS_PATH_H_
#define HELIOSDB_CORE_SQL_PLAN_ACCESS_PATH_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/plan/index_rules.h"
#include "core/sql/plan/join_tree.h"
#include "core/sql/plan/key_match.h"
#include "core/sql/plan/plan.h"
#include "core/sql/plan/selectivity.h"

namespace heliosdb::sql::plan {

struct OrderKey {
  ColumnRef column;
  bool descending = false;
  bool nulls_first = false;
};
// The order in which a query block wants its rows; without keys: any.
struct WantedOrder {
  std::vector<OrderKey> keys;
  // Only that rows with equal keys come together: the keys' own order and directions do not matter.
  bool grouped = false;

  bool empty() const { return keys.empty(); }
};

// One way to read a table.
struct ScanPath {
  const catalog::Index* index = nullptr;
  bool backward = false;
  bool index_only = false;
  // As in ScanNode, over bound expressions.
  std::vector<bind::ExpressionPtr> equal_keys;
  std::vector<bind::ExpressionPtr> in_keys;
  std::optional<ScanNode::Bound> lower;
  std::optional<ScanNode::Bound> upper;
  std::optional<std::string> prefix;
  // The relation's own conditions that the key range does not show.
  std::vector<const Conjunct*> filters;
  // The join conditions among the candidates given that it does show.
  std::vector<const Conjunct*> joins;
  // Rows come in the wanted order.
  bool ordered = false;
  double rows = 1;
  double startup_cost = 0;
  double total_cost = 0;
};
using ScanPathPtr = std::shared_ptr<ScanPath>;

// The keys of one table of a query, and the conditions on it alone.
class TableAccess {
 public:
  // Everything outlives this. needed: columns that the scan must emit. filters: conditions over the
  // relation alone.
  TableAccess(const Statistics& statistics, const Selectivity& selectivity, IndexRules* rules,
              const bind::Query& query, int relation, const ColumnSet& needed,
              std::vector<const Conjunct*> filters);

  // The cheapest way, and the cheapest one that gives the wanted order (null when there is none or
  // nothing is wanted).
  struct Choice {
    ScanPathPtr cheapest;
    ScanPathPtr ordered;
  };
  Choice Choose(const WantedOrder& wanted) const;
  // The cheapest way that uses join conditions, whose other sides are known when the scan starts;
  // null when no key shows any of them. Costs are for one run.
  ScanPathPtr ChooseForJoin(const std::vector<const Conjunct*>& joins) const;

  // After all own conditions.
  double rows() const { return rows_; }
  const std::vector<const Conjunct*>& filters() const { return filters_; }

 private:
  struct Key {
    const catalog::Index* index = nullptr;
    std::vector<KeyColumn> columns;
    bool unique = false;
    // Of a partial index: conditions that its predicate repeats.
    std::vector<const Conjunct*> shown;
  };
  void AddKeys(IndexRules* rules);
  void AddIndex(const catalog::Index& index, IndexRules* rules);
  ScanPathPtr TryKey(const Key& key, const std::vector<const Conjunct*>& joins,
                     const WantedOrder& wanted) const;
  // Fills the range of path from the conditions, and gives those that it shows.
  std::vector<const Conjunct*> MatchRange(const Key& key, const std::vector<const Conjunct*>& joins,
                                          ScanPath* path) const;
  bool MatchNext(const KeyColumn& column, const std::vector<const Conjunct*>& candidates,
                 ScanPath* path, std::vector<const Conjunct*>* used,
                 std::vector<const Conjunct*>* shown) const;
  bool IsIndexOnly(const Key& key) const;
  void SetCost(const Key& key, const std::vector<const Conjunct*>& used, ScanPath* path) const;
  // Whether the key gives the wanted order, and in which direction.
  std::optional<bool> BackwardFor(const Key& key, size_t fixed, const WantedOrder& wanted) const;
  bool BringsTogether(const Key& key, size_t fixed, const WantedOrder& wanted) const;
  // No two rows have equal keys.
  bool TellsRowsApart(const Key& key) const;
  bool IsFixed(const ColumnRef& column) const;

  const Statistics& statistics_;
  const Selectivity& selectivity_;
  const catalog::Table& table_;
  const int relation_;
  std::vector<int> needed_;
  std::vector<const Conjunct*> filters_;
  std::vector<Key> keys_;
  // Of keys that are expressions.
  std::vector<bind::ExpressionPtr> key_expressions_;
  double table_rows_ = 1;
  double rows_ = 1;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_ACCESS_PATH_H_
