// The order and the methods in which the items of a join problem are joined.
#ifndef HELIOSDB_CORE_SQL_PLAN_JOIN_ORDER_H_
#define HELIOSDB_CORE_SQL_PLAN_JOIN_ORDER_H_

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/plan/equivalence.h"
#include "core/sql/plan/path.h"

namespace heliosdb::sql::plan {

// An item of the problem, ready to be joined.
struct OrderItem {
  RelationSet relations;
  // Relations of the problem that must be there before; of them, those that the item's inside reads
  // row by row.
  RelationSet required;
  RelationSet lateral;
  JoinKind join = JoinKind::kInner;
  // Of joins that are not inner ones.
  std::vector<const Conjunct*> on;
  // Set for tables.
  const TableAccess* access = nullptr;
  // Ways to compute it alone.
  PathPtr cheapest;
  PathPtr ordered;  // May be null.
};

// Searches by dynamic programming over sets of items, or greedily when there are many.
class JoinOrder {
 public:
  // conjuncts: those of inner joins that concern several items. Everything outlives this; paths
  // point to conditions that this owns.
  JoinOrder(const Selectivity& selectivity, std::vector<OrderItem> items,
            const std::vector<const Conjunct*>& conjuncts,
            std::vector<EquivalenceClass> equivalences);

  // rows_wanted: how many rows will be read, for the choice between an ordered path and a sort; 0:
  // all. disorder_cost: as in OrderRequest; empty: no order is wanted. Null when no order of joins is
  // possible.
  PathPtr Search(double rows_wanted, const std::function<double(double rows)>& disorder_cost);

 private:
  // What is known of a set of items.
  struct Entry {
    std::vector<int> items;
    RelationSet relations;
    // Holds an item that can stand leftmost, and all that its items require.
    bool complete = false;
    double rows = 1;
    PathPtr cheapest;
    // The one that gives the rows wanted soonest, in the wanted order if there is one. May be null.
    PathPtr soonest;
  };

  // A member of an equivalence class.
  struct MemberEstimate {
    const bind::Expression* member = nullptr;
    double values = 1;
    // Selectivities of being equal to each of the members before it.
    std::vector<double> equals;
  };

  // The members of a class, those with the fewest values first.
  std::vector<MemberEstimate> EstimateMembers(const EquivalenceClass& equivalence) const;
  Entry MakeSingle(int item) const;
  Entry Unite(const Entry& left, const Entry& right) const;
  // Adds ways to join right to left, if that is possible.
  void AddJoins(const Entry& left, const Entry& right, Entry* joined);
  void AddInnerJoins(const Entry& left, const Entry& right, Entry* joined);
  void AddItemJoin(const Entry& left, int item, Entry* joined);
  void AddIndexLoop(const Entry& left, int item, const std::vector<const Conjunct*>& conjuncts,
                    Path base, Entry* joined);
  void AddUniqueLoop(const Entry& left, int item, Entry* joined);
  double ChainSteps(const Path& build, const std::vector<const Conjunct*>& conjuncts,
                    double pairs) const;
  void AddHash(Path base, const std::vector<const Conjunct*>& conjuncts, Entry* joined);
  void AddLoop(Path base, const std::vector<const Conjunct*>& conjuncts, Entry* joined);
  void Offer(Path path, Entry* entry) const;
  // What it costs to read the share of the rows that is wanted.
  double CostOfShare(const Path& path) const;
  bool Connected(const Entry& left, const Entry& right) const;
  // Conditions that hold only from this join on.
  std::vector<const Conjunct*> Between(const RelationSet& left, const RelationSet& right,
                                       bool right_is_filtered);
  const Conjunct* EqualityFor(size_t equivalence, const RelationSet& left,
                              const RelationSet& right);
  double RowsOf(const std::vector<int>& items, const RelationSet& relations) const;

  Entry SearchAllSets(bool cross_joins);
  Entry SearchGreedily();

  const Selectivity& selectivity_;
  std::vector<OrderItem> items_;
  std::vector<const Conjunct*> conjuncts_;
  std::vector<double> conjunct_selectivity_;
  std::vector<std::vector<MemberEstimate>> member_estimates_;  // By equivalence class.
  std::vector<EquivalenceClass> equivalences_;
  // equalities_[class][i * members + j]: made when first needed.
  std::vector<std::vector<const Conjunct*>> equalities_;
  std::deque<Conjunct> made_;
  bool order_wanted_ = false;
  double share_wanted_ = 1;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_JOIN_ORDER_H_
