#include "core/sql/plan/join_order.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/sql/plan/make_node.h"

namespace heliosdb::sql::plan {
namespace {

// Up to so many items, every order is looked at.
constexpr size_t kExhaustiveItemsMax = 10;

// What a row costs a join, in PostgreSQL's units.
constexpr double kHashBuildCost = 0.02;
constexpr double kHashProbeCost = 0.012;
constexpr double kHashChainCost = 0.01;
constexpr double kLoopStartCost = 0.02;

// Both, or one when they are the same or the second is null.
std::vector<PathPtr> OuterPaths(const PathPtr& cheapest, const PathPtr& soonest) {
  if (soonest == nullptr || soonest == cheapest) return {cheapest};
  return {cheapest, soonest};
}

bool KeepsLeftOrder(JoinKind join) { return join != JoinKind::kLeft && join != JoinKind::kFull; }

// The same conditions cost less by hash when the smaller side is the table, or the one whose keys
// repeat less.
double HashCost(double build_rows, double probe_rows, double rows, double chain_steps) {
  return build_rows * kHashBuildCost + probe_rows * kHashProbeCost + rows * kCpuTupleCost +
         chain_steps * kHashChainCost;
}

}  // namespace

JoinOrder::JoinOrder(const Selectivity& selectivity, std::vector<OrderItem> items,
                     const std::vector<const Conjunct*>& conjuncts,
                     std::vector<EquivalenceClass> equivalences)
    : selectivity_(selectivity),
      items_(std::move(items)),
      conjuncts_(conjuncts),
      equivalences_(std::move(equivalences)) {
  for (const Conjunct* const conjunct : conjuncts_)
    conjunct_selectivity_.push_back(selectivity.Of(*conjunct->expression));
  for (const EquivalenceClass& equivalence : equivalences_) {
    equalities_.emplace_back(equivalence.members.size() * equivalence.members.size(), nullptr);
    member_estimates_.push_back(EstimateMembers(equivalence));
  }
}

std::vector<JoinOrder::MemberEstimate> JoinOrder::EstimateMembers(
    const EquivalenceClass& equivalence) const {
  std::vector<MemberEstimate> estimates;
  for (const bind::ExpressionPtr& member : equivalence.members) {
    MemberEstimate& estimate = estimates.emplace_back();
    estimate.member = member.get();
    estimate.values = selectivity_.DistinctValues(*member);
  }
  std::stable_sort(
      estimates.begin(), estimates.end(),
      [](const MemberEstimate& a, const MemberEstimate& b) { return a.values < b.values; });
  for (size_t i = 0; i < estimates.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      estimates[i].equals.push_back(
          selectivity_.EqualJoin(*estimates[j].member, *estimates[i].member));
    }
  }
  return estimates;
}

JoinOrder::Entry JoinOrder::MakeSingle(int item) const {
  const OrderItem& from = items_[item];
  Entry entry;
  entry.items.push_back(item);
  entry.relations = from.relations;
  entry.complete = from.join == JoinKind::kInner && from.required.none();
  entry.cheapest = from.cheapest;
  entry.soonest = order_wanted_ ? from.ordered : from.cheapest;
  entry.rows = from.cheapest->rows;
  return entry;
}

JoinOrder::Entry JoinOrder::Unite(const Entry& left, const Entry& right) const {
  Entry joined;
  joined.items = left.items;
  joined.items.insert(joined.items.end(), right.items.begin(), right.items.end());
  std::sort(joined.items.begin(), joined.items.end());
  joined.relations = left.relations | right.relations;
  joined.complete = true;
  joined.rows = RowsOf(joined.items, joined.relations);
  return joined;
}

double JoinOrder::RowsOf(const std::vector<int>& items, const RelationSet& relations) const {
  double rows = 1;
  for (const int item : items) {
    if (items_[item].join == JoinKind::kInner) rows *= items_[item].cheapest->rows;
  }
  for (size_t i = 0; i < conjuncts_.size(); ++i) {
    if (Contains(relations, conjuncts_[i]->relations)) rows *= conjunct_selectivity_[i];
  }
  for (const std::vector<MemberEstimate>& members : member_estimates_) {
    // Each further member is joined to the one before it, which has fewer values.
    std::optional<size_t> before;
    for (size_t i = 0; i < members.size(); ++i) {
      if (!relations.test(members[i].member->relation)) continue;
      if (before.has_value()) rows *= members[i].equals[*before];
      before = i;
    }
  }
  for (const int item : items) {
    const OrderItem& joined = items_[item];
    if (joined.join == JoinKind::kInner) continue;
    std::vector<const bind::Expression*> on;
    for (const Conjunct* const conjunct : joined.on) on.push_back(conjunct->expression.get());
    if (joined.join == JoinKind::kLeft) {
      rows *= std::max(1.0, joined.cheapest->rows * selectivity_.OfAll(on));
      continue;
    }
    rows *= joined.join == JoinKind::kSemi
                ? selectivity_.OfSemiJoin(on, joined.relations, joined.cheapest->rows)
                : selectivity_.OfAntiJoin(on, joined.relations, joined.cheapest->rows);
  }
  return std::max(1.0, std::rint(rows));
}

const Conjunct* JoinOrder::EqualityFor(size_t equivalence, const RelationSet& left,
                                       const RelationSet& right) {
  const EquivalenceClass& known = equivalences_[equivalence];
  if ((known.relations & left).none() || (known.relations & right).none()) return nullptr;
  const size_t count = known.members.size();
  for (size_t i = 0; i < count; ++i) {
    if (!left.test(known.members[i]->relation)) continue;
    for (size_t j = 0; j < count; ++j) {
      if (!right.test(known.members[j]->relation)) continue;
      const Conjunct*& equality = equalities_[equivalence][i * count + j];
      if (equality == nullptr) equality = &made_.emplace_back(MakeEquality(known, i, j));
      return equality;
    }
  }
  return nullptr;
}

std::vector<const Conjunct*> JoinOrder::Between(const RelationSet& left, const RelationSet& right,
                                                bool right_is_filtered) {
  std::vector<const Conjunct*> between;
  const RelationSet both = left | right;
  for (const Conjunct* const conjunct : conjuncts_) {
    if (!Contains(both, conjunct->relations) || Contains(left, conjunct->relations)) continue;
    if (right_is_filtered && Contains(right, conjunct->relations)) continue;
    between.push_back(conjunct);
  }
  for (size_t i = 0; i < equivalences_.size(); ++i) {
    const Conjunct* const equality = EqualityFor(i, left, right);
    if (equality != nullptr) between.push_back(equality);
  }
  return between;
}

bool JoinOrder::Connected(const Entry& left, const Entry& right) const {
  const RelationSet both = left.relations | right.relations;
  for (const Conjunct* const conjunct : conjuncts_) {
    if ((conjunct->relations & left.relations).any() &&
        (conjunct->relations & right.relations).any() && Contains(both, conjunct->relations))
      return true;
  }
  for (const EquivalenceClass& known : equivalences_) {
    if ((known.relations & left.relations).any() && (known.relations & right.relations).any())
      return true;
  }
  return right.items.size() == 1 && !right.complete;
}

double JoinOrder::CostOfShare(const Path& path) const {
  return path.startup_cost + share_wanted_ * (path.total_cost - path.startup_cost);
}

void JoinOrder::Offer(Path path, Entry* entry) const {
  path.rows = entry->rows;
  const bool cheapest = entry->cheapest == nullptr || path.total_cost < entry->cheapest->total_cost;
  const bool soonest =
      (path.ordered || !order_wanted_) &&
      (entry->soonest == nullptr || CostOfShare(path) < CostOfShare(*entry->soonest));
  if (!cheapest && !soonest) return;
  const PathPtr kept = std::make_shared<const Path>(std::move(path));
  if (cheapest) entry->cheapest = kept;
  if (soonest) entry->soonest = kept;
}

// How many of the pairs stand behind the first row of their key: each of them is one step more
// through memory. Keys of which nothing is known count as different.
double JoinOrder::ChainSteps(const Path& build, const std::vector<const Conjunct*>& conjuncts,
                             double pairs) const {
  double keys = 1;
  for (const Conjunct* const conjunct : conjuncts) {
    if (!conjunct->can_hash) continue;
    const bool first = Contains(build.relations, conjunct->first);
    if (!first && !Contains(build.relations, conjunct->second)) continue;
    const bind::Expression& key = *conjunct->expression->arguments[first ? 0 : 1];
    if (!selectivity_.KnowsDistinctValues(key)) return 0;
    keys *= selectivity_.DistinctValues(key);
  }
  return pairs * (1 - std::min(1.0, keys / build.rows));
}

void JoinOrder::AddHash(Path base, const std::vector<const Conjunct*>& conjuncts, Entry* joined) {
  const Path& left = *base.left;
  const Path& right = *base.right;
  const bool has_key =
      std::any_of(conjuncts.begin(), conjuncts.end(), [&](const Conjunct* conjunct) {
        return conjunct->CanHashBetween(left.relations, right.relations);
      });
  if (!has_key) return;
  base.conjuncts = conjuncts;
  base.method = Path::Method::kHash;
  base.startup_cost = left.startup_cost + right.total_cost + right.rows * kHashBuildCost;
  // Semi and anti joins stop at the first match.
  const bool gives_pairs = base.join == JoinKind::kInner || base.join == JoinKind::kLeft;
  const double pairs = gives_pairs ? joined->rows : 0;
  base.total_cost =
      left.total_cost + right.total_cost +
      HashCost(right.rows, left.rows, joined->rows, ChainSteps(right, conjuncts, pairs));
  base.ordered = left.ordered && KeepsLeftOrder(base.join);
  if (base.join == JoinKind::kLeft && left.rows < right.rows) {
    Path swapped = base;
    swapped.method = Path::Method::kHashSwapped;
    swapped.ordered = false;
    swapped.startup_cost = right.startup_cost + left.total_cost + left.rows * kHashBuildCost;
    swapped.total_cost =
        left.total_cost + right.total_cost +
        HashCost(left.rows, right.rows, joined->rows, ChainSteps(left, conjuncts, pairs));
    Offer(std::move(swapped), joined);
  }
  Offer(std::move(base), joined);
}

void JoinOrder::AddLoop(Path base, const std::vector<const Conjunct*>& conjuncts, Entry* joined) {
  const Path& left = *base.left;
  const Path& right = *base.right;
  base.conjuncts = conjuncts;
  base.method = Path::Method::kLoop;
  base.ordered = left.ordered;
  base.startup_cost = left.startup_cost + right.startup_cost;
  const double tests = static_cast<double>(conjuncts.size()) + 1;
  base.total_cost = left.total_cost + right.total_cost + left.rows * kLoopStartCost +
                    left.rows * right.rows * tests * kCpuOperatorCost +
                    joined->rows * kCpuTupleCost;
  Offer(std::move(base), joined);
}

void JoinOrder::AddIndexLoop(const Entry& left, int item,
                             const std::vector<const Conjunct*>& conjuncts, Path base,
                             Entry* joined) {
  const TableAccess* const access = items_[item].access;
  if (access == nullptr) return;
  std::vector<const Conjunct*> candidates;
  for (const Conjunct* const conjunct : conjuncts) {
    if (!ContainsSubquery(*conjunct->expression)) candidates.push_back(conjunct);
  }
  const ScanPathPtr scan = access->ChooseForJoin(candidates);
  if (scan == nullptr) return;
  base.method = Path::Method::kIndexLoop;
  base.scan = scan;
  base.item = item;
  for (const Conjunct* const conjunct : conjuncts) {
    if (std::find(scan->joins.begin(), scan->joins.end(), conjunct) == scan->joins.end())
      base.conjuncts.push_back(conjunct);
  }
  for (const PathPtr& outer : OuterPaths(left.cheapest, left.soonest)) {
    Path path = base;
    path.left = outer;
    path.ordered = outer->ordered;
    path.startup_cost = outer->startup_cost + scan->startup_cost;
    path.total_cost = outer->total_cost + outer->rows * (kLoopStartCost + scan->total_cost) +
                      joined->rows * kCpuTupleCost;
    Offer(std::move(path), joined);
  }
}

// A semi join the other way round: the item's different values look up rows of the one table that
// stands left.
void JoinOrder::AddUniqueLoop(const Entry& left, int item, Entry* joined) {
  const OrderItem& outer = items_[item];
  if (outer.join != JoinKind::kSemi || outer.lateral.any() || left.items.size() != 1 ||
      items_[left.items[0]].access == nullptr || outer.on.empty())
    return;
  double values = 1;
  for (const Conjunct* const conjunct : outer.on) {
    if (!conjunct->CanHashBetween(left.relations, outer.relations)) return;
    const size_t side = Contains(outer.relations, conjunct->first) ? 0 : 1;
    const bind::Expression& key = *conjunct->expression->arguments[side];
    if (key.kind != bind::ExpressionKind::kColumn || key.levels_up > 0) return;
    values *= selectivity_.KnowsDistinctValues(key) ? selectivity_.DistinctValues(key)
                                                    : outer.cheapest->rows;
  }
  Path unique;
  unique.method = Path::Method::kUnique;
  unique.relations = outer.relations;
  unique.left = outer.cheapest;
  unique.conjuncts = outer.on;
  unique.rows = std::max(1.0, std::min(values, outer.cheapest->rows));
  unique.startup_cost = unique.total_cost =
      outer.cheapest->total_cost + outer.cheapest->rows * kHashBuildCost;
  Entry start;
  start.relations = outer.relations;
  start.rows = unique.rows;
  start.cheapest = std::make_shared<const Path>(std::move(unique));
  Path base;
  base.relations = joined->relations;
  AddIndexLoop(start, left.items[0], outer.on, base, joined);
}

void JoinOrder::AddInnerJoins(const Entry& left, const Entry& right, Entry* joined) {
  const std::vector<const Conjunct*> conjuncts = Between(left.relations, right.relations, true);
  Path base;
  base.relations = joined->relations;
  base.right = right.cheapest;
  for (const PathPtr& outer : OuterPaths(left.cheapest, left.soonest)) {
    base.left = outer;
    AddHash(base, conjuncts, joined);
    AddLoop(base, conjuncts, joined);
  }
  base.left = nullptr;
  base.right = nullptr;
  if (right.items.size() == 1) AddIndexLoop(left, right.items[0], conjuncts, base, joined);
}

// An item that is not joined like any other: an outer, semi or anti join, or one whose inside reads
// the left side.
void JoinOrder::AddItemJoin(const Entry& left, int item, Entry* joined) {
  const OrderItem& right = items_[item];
  if (!Contains(left.relations, right.required)) return;
  const bool inner = right.join == JoinKind::kInner;
  Path base;
  base.relations = joined->relations;
  base.right = right.cheapest;
  base.item = item;
  base.join = right.join;
  std::vector<const Conjunct*> conjuncts = right.on;
  if (inner) {
    conjuncts = Between(left.relations, right.relations, true);
  } else {
    base.filters = Between(left.relations, right.relations, false);
  }
  const bool only_loop = right.lateral.any();
  for (const PathPtr& outer : OuterPaths(left.cheapest, left.soonest)) {
    base.left = outer;
    if (!only_loop) AddHash(base, conjuncts, joined);
    // NOT IN looks at NULLs as no loop does.
    if (base.join == JoinKind::kNullAwareAnti) continue;
    if (!only_loop) {
      AddLoop(base, conjuncts, joined);
      continue;
    }
    Path loop = base;
    loop.method = Path::Method::kLoop;
    loop.conjuncts = conjuncts;
    loop.ordered = outer->ordered;
    loop.startup_cost = outer->startup_cost + base.right->startup_cost;
    loop.total_cost = outer->total_cost + outer->rows * (base.right->total_cost + kLoopStartCost) +
                      joined->rows * kCpuTupleCost;
    Offer(std::move(loop), joined);
  }
  if (only_loop || base.join == JoinKind::kNullAwareAnti) return;
  base.left = nullptr;
  base.right = nullptr;
  AddIndexLoop(left, item, conjuncts, base, joined);
  base.filters.clear();
  if (Between(left.relations, right.relations, false).empty()) AddUniqueLoop(left, item, joined);
}

void JoinOrder::AddJoins(const Entry& left, const Entry& right, Entry* joined) {
  if (left.cheapest == nullptr || !left.complete) return;
  if (right.complete && right.cheapest != nullptr) {
    AddInnerJoins(left, right, joined);
  } else if (right.items.size() == 1) {
    AddItemJoin(left, right.items[0], joined);
  }
}

JoinOrder::Entry JoinOrder::SearchAllSets(bool cross_joins) {
  const size_t count = items_.size();
  std::vector<Entry> entries(size_t{1} << count);
  for (size_t i = 0; i < count; ++i) entries[size_t{1} << i] = MakeSingle(static_cast<int>(i));
  for (size_t set = 1; set < entries.size(); ++set) {
    if ((set & (set - 1)) == 0) continue;
    Entry& joined = entries[set];
    for (size_t right = (set - 1) & set; right != 0; right = (right - 1) & set) {
      const Entry& left_entry = entries[set & ~right];
      const Entry& right_entry = entries[right];
      const bool right_is_item = (right & (right - 1)) == 0;
      if (!left_entry.complete || (!right_entry.complete && !right_is_item)) continue;
      if (!cross_joins && !Connected(left_entry, right_entry)) continue;
      if (!right_entry.complete &&
          !Contains(left_entry.relations, items_[right_entry.items[0]].required))
        continue;
      if (!joined.complete) joined = Unite(left_entry, right_entry);
      AddJoins(left_entry, right_entry, &joined);
    }
  }
  return std::move(entries.back());
}

JoinOrder::Entry JoinOrder::SearchGreedily() {
  std::vector<Entry> parts;
  for (size_t i = 0; i < items_.size(); ++i) parts.push_back(MakeSingle(static_cast<int>(i)));
  while (parts.size() > 1) {
    Entry best;
    size_t best_left = 0;
    size_t best_right = 0;
    // The pair whose join costs least beyond its inputs; a cross join only when nothing else is
    // left.
    for (const bool cross_joins : {false, true}) {
      for (size_t left = 0; left < parts.size(); ++left) {
        for (size_t right = 0; right < parts.size(); ++right) {
          if (left == right || !parts[left].complete) continue;
          if (!cross_joins && !Connected(parts[left], parts[right])) continue;
          if (!parts[right].complete &&
              !Contains(parts[left].relations, items_[parts[right].items[0]].required))
            continue;
          Entry joined = Unite(parts[left], parts[right]);
          AddJoins(parts[left], parts[right], &joined);
          if (joined.cheapest == nullptr) continue;
          if (best.cheapest != nullptr &&
              best.cheapest->total_cost + best.rows <= joined.cheapest->total_cost + joined.rows)
            continue;
          best = std::move(joined);
          best_left = left;
          best_right = right;
        }
      }
      if (best.cheapest != nullptr) break;
    }
    if (best.cheapest == nullptr) return Entry();
    parts[best_left] = std::move(best);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best_right));
  }
  return std::move(parts[0]);
}

PathPtr JoinOrder::Search(double rows_wanted,
                          const std::function<double(double rows)>& disorder_cost) {
  std::vector<int> items;
  RelationSet relations;
  for (size_t i = 0; i < items_.size(); ++i) {
    items.push_back(static_cast<int>(i));
    relations |= items_[i].relations;
  }
  order_wanted_ = disorder_cost != nullptr;
  const double rows = RowsOf(items, relations);
  if (rows_wanted > 0) share_wanted_ = std::min(1.0, rows_wanted / rows);
  Entry all;
  if (items_.size() == 1) {
    all = MakeSingle(0);
  } else if (items_.size() <= kExhaustiveItemsMax) {
    all = SearchAllSets(false);
    if (all.cheapest == nullptr) all = SearchAllSets(true);
  } else {
    all = SearchGreedily();
  }
  if (all.soonest == nullptr || all.cheapest == nullptr) return all.cheapest;
  if (!order_wanted_) return all.soonest;
  // A sort reads all; an ordered path stops when enough rows are there.
  const double disordered = all.cheapest->total_cost + disorder_cost(rows);
  return CostOfShare(*all.soonest) <= disordered ? all.soonest : all.cheapest;
}

}  // namespace heliosdb::sql::plan
