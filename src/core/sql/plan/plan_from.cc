#include "core/sql/plan/plan_from.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/build_join.h"
#include "core/sql/plan/join_order.h"
#include "core/sql/plan/join_tree.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/plan_relation.h"
#include "core/sql/plan/pull_up.h"
#include "core/sql/plan/sublinks.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Relation;

std::vector<const Conjunct*> PointersTo(const std::vector<Conjunct>& conjuncts) {
  std::vector<const Conjunct*> pointers;
  for (const Conjunct& conjunct : conjuncts) pointers.push_back(&conjunct);
  return pointers;
}

// Moves the conjuncts for which take is true to the end of *taken.
template <typename Take>
void MoveIf(std::vector<Conjunct>* from, std::vector<Conjunct>* taken, const Take& take) {
  std::vector<Conjunct> rest;
  for (Conjunct& conjunct : *from) (take(conjunct) ? *taken : rest).push_back(std::move(conjunct));
  *from = std::move(rest);
}

// One problem on its way from items to a plan.
struct ProblemState {
  // By item: the conditions on it alone.
  std::vector<std::vector<Conjunct>> filters;
  std::deque<TableAccess> accesses;
  std::vector<BuildItem> build_items;
  std::vector<OrderItem> order_items;
};

class FromPlanner {
 public:
  FromPlanner(Planner* planner, PlannerScope* scope, bind::Query* query, ColumnSet needed)
      : planner_(*planner),
        scope_(*scope),
        query_(*query),
        needed_(std::move(needed)),
        selectivity_(planner->statistics(), *query) {}

  absl::StatusOr<FromPlan> Plan(const std::vector<bind::RowLock>& locks,
                                const OrderRequest& request) {
    PullUpSubqueries(&query_);
    HELIOS_ASSIGN_OR_RETURN(JoinProblem problem, BuildJoinProblem(&query_));
    // Kept as they stand here: a recheck looks at one row, not at a join.
    std::vector<bind::ExpressionPtr> conditions;
    if (!locks.empty()) {
      for (const Conjunct& conjunct : problem.conjuncts)
        conditions.push_back(bind::CloneExpression(*conjunct.expression));
    }
    for (const bind::RowLock& lock : locks) HELIOS_RETURN_IF_ERROR(CheckLock(lock, problem));
    PushConjunctsDown(&problem);
    ConvertSublinks(&query_, &problem);
    ForEachColumnInQuery(query_, 0, [this](const ColumnRef& column) { needed_.insert(column); });
    AddColumnsOf(problem, &needed_);
    FromPlan plan;
    HELIOS_ASSIGN_OR_RETURN(FromPart part, PlanProblem(&problem, request, &plan.ordered));
    if (!part.parameters.empty()) return Internal("a join leaves columns of its own unset");
    plan.node = std::move(part.node);
    plan.map = std::move(part.map);
    for (const bind::RowLock& lock : locks) {
      const Relation& relation = query_.relations[lock.relation];
      if (relation.table == nullptr) continue;
      LockRowsNode::Target& target = plan.locks.emplace_back();
      target.strength = lock.strength;
      target.wait = lock.wait;
      HELIOS_ASSIGN_OR_RETURN(target.recheck, MakeRecheck(lock.relation, plan.map, conditions));
    }
    return plan;
  }

 private:
  static std::string_view LockText(bind::RowLockStrength strength) {
    switch (strength) {
      case bind::RowLockStrength::kKeyShare:
        return "FOR KEY SHARE";
      case bind::RowLockStrength::kShare:
        return "FOR SHARE";
      case bind::RowLockStrength::kNoKeyUpdate:
        return "FOR NO KEY UPDATE";
      case bind::RowLockStrength::kUpdate:
        break;
    }
    return "FOR UPDATE";
  }

  static absl::Status CheckLock(const bind::RowLock& lock, const JoinProblem& problem) {
    for (const JoinItem& item : problem.items) {
      const bool nullable = item.join != JoinKind::kInner || item.full_right != nullptr;
      if (nullable && item.relations.test(lock.relation)) {
        return Unsupported("{} cannot be applied to the nullable side of an outer join",
                           LockText(lock.strength));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<RowRecheck> MakeRecheck(int relation, const SlotMap& map,
                                         const std::vector<bind::ExpressionPtr>& conditions) {
    RowRecheck recheck;
    recheck.table = query_.relations[relation].table;
    for (const auto& [column, slot] : map.columns) {
      if (column.relation != relation) continue;
      if (column.column == kRowKeyColumn) {
        recheck.row_key_slot = slot;
      } else {
        recheck.column_slots.emplace_back(column.column, slot);
      }
    }
    for (const bind::ExpressionPtr& condition : conditions) {
      if (!RelationsOf(*condition).test(relation)) continue;
      HELIOS_ASSIGN_OR_RETURN(recheck.conditions.emplace_back(), scope_.Rewrite(*condition, map));
    }
    return recheck;
  }

  absl::StatusOr<FromPart> PlanProblem(JoinProblem* problem, const OrderRequest& request,
                                       bool* ordered) {
    // Conditions that read no relation of the problem hold for all rows or for none.
    std::vector<Conjunct> gates;
    MoveIf(&problem->conjuncts, &gates, [problem](const Conjunct& conjunct) {
      return (conjunct.relations & problem->relations).none();
    });
    FromPart part;
    if (problem->items.empty()) {
      part.node = MakeResult();
    } else {
      HELIOS_ASSIGN_OR_RETURN(part, PlanItems(problem, request, ordered));
    }
    return AddGates(std::move(part), std::move(gates));
  }

  // Volatile conditions are asked for each row, others once.
  absl::StatusOr<FromPart> AddGates(FromPart part, std::vector<Conjunct> gates) {
    std::vector<Conjunct> each_row;
    MoveIf(&gates, &each_row, [](const Conjunct& gate) {
      return gate.relations.any() || ContainsVolatile(*gate.expression);
    });
    HELIOS_ASSIGN_OR_RETURN(part, FilterPart(&scope_, std::move(part), each_row, 1));
    if (gates.empty()) return part;
    // One that is never true leaves nothing to ask of the others.
    for (Conjunct& gate : gates) {
      const bind::Expression& expression = *gate.expression;
      if (expression.kind != bind::ExpressionKind::kConstant) continue;
      if (!expression.value.is_null() && expression.value.bool_value()) continue;
      std::swap(gate, gates[0]);
      gates.resize(1);
      break;
    }
    HELIOS_ASSIGN_OR_RETURN(part, FilterPart(&scope_, std::move(part), gates, 1));
    static_cast<FilterNode&>(*part.node).one_time = true;
    return part;
  }

  absl::StatusOr<FromPart> PlanItems(JoinProblem* problem, const OrderRequest& request,
                                     bool* ordered) {
    ProblemState state;
    state.filters.resize(problem->items.size());
    std::vector<EquivalenceClass> equivalences = FindEquivalences(problem);
    for (size_t i = 0; i < problem->items.size(); ++i) {
      const JoinItem& item = problem->items[i];
      if (item.join != JoinKind::kInner) continue;
      MoveIf(&problem->conjuncts, &state.filters[i], [&item, problem](const Conjunct& conjunct) {
        return Contains(item.relations, conjunct.relations & problem->relations);
      });
    }
    for (size_t i = 0; i < problem->items.size(); ++i)
      HELIOS_RETURN_IF_ERROR(PrepareItem(problem, i, request, &state));
    JoinOrder order(selectivity_, std::move(state.order_items), PointersTo(problem->conjuncts),
                    std::move(equivalences));
    const PathPtr path =
        order.Search(request.rows_wanted, request.wanted.empty() ? nullptr : request.disorder_cost);
    if (path == nullptr) return Internal("no join order fits the FROM");
    *ordered = path->ordered;
    return JoinBuilder(&scope_, query_, needed_, std::move(state.build_items)).Build(*path);
  }

  // Equalities between items that are joined without further ado.
  std::vector<EquivalenceClass> FindEquivalences(JoinProblem* problem) {
    RelationSet plain;
    for (const JoinItem& item : problem->items) {
      if (item.join == JoinKind::kInner && item.relation >= 0) plain |= item.relations;
    }
    std::vector<Conjunct> candidates;
    MoveIf(&problem->conjuncts, &candidates,
           [&plain](const Conjunct& conjunct) { return Contains(plain, conjunct.relations); });
    std::vector<EquivalenceClass> equivalences = TakeEquivalences(&candidates);
    for (Conjunct& conjunct : candidates) problem->conjuncts.push_back(std::move(conjunct));
    return equivalences;
  }

  // The inner side of an outer or semi join that is one relation stands for that relation, so that
  // its keys are seen.
  static void UnwrapItem(JoinItem* item, std::vector<Conjunct>* filters) {
    if (item->problem == nullptr || item->full_right != nullptr) return;
    JoinProblem& inside = *item->problem;
    if (inside.items.size() != 1 || inside.items[0].relation < 0) return;
    const bool gated = std::any_of(inside.conjuncts.begin(), inside.conjuncts.end(),
                                   [&inside](const Conjunct& conjunct) {
                                     return (conjunct.relations & inside.relations).none();
                                   });
    if (gated) return;
    item->relation = inside.items[0].relation;
    for (Conjunct& conjunct : inside.conjuncts) filters->push_back(std::move(conjunct));
    item->problem.reset();
  }

  absl::Status PrepareItem(JoinProblem* problem, size_t number, const OrderRequest& request,
                           ProblemState* state) {
    JoinItem& item = problem->items[number];
    std::vector<Conjunct>& filters = state->filters[number];
    UnwrapItem(&item, &filters);
    BuildItem& build = state->build_items.emplace_back();
    OrderItem& order = state->order_items.emplace_back();
    order.relations = item.relations;
    order.required = item.required & problem->relations;
    order.join = item.join;
    order.on = PointersTo(item.on);
    build.relation = item.relation;
    const int place = static_cast<int>(number);
    if (item.relation >= 0 && query_.relations[item.relation].kind == Relation::Kind::kTable) {
      build.access = order.access =
          &state->accesses.emplace_back(planner_.statistics(), selectivity_, planner_.index_rules(),
                                        query_, item.relation, needed_, PointersTo(filters));
      const TableAccess::Choice choice = order.access->Choose(request.wanted);
      order.cheapest = ScanPathOf(choice.cheapest, item.relations, place);
      order.ordered = ScanPathOf(choice.ordered, item.relations, place);
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(build.part, PlanPart(&item, filters));
    for (const auto& [column, value] : build.part->parameters) order.lateral.set(column.relation);
    order.lateral &= problem->relations;
    order.required |= order.lateral;
    Path path;
    path.method = Path::Method::kPart;
    path.relations = item.relations;
    path.item = place;
    path.rows = build.part->node->rows;
    path.startup_cost = build.part->node->startup_cost;
    path.total_cost = build.part->node->total_cost;
    order.cheapest = std::make_shared<const Path>(std::move(path));
    return absl::OkStatus();
  }

  static PathPtr ScanPathOf(const ScanPathPtr& scan, const RelationSet& relations, int item) {
    if (scan == nullptr) return nullptr;
    Path path;
    path.method = Path::Method::kScan;
    path.relations = relations;
    path.item = item;
    path.scan = scan;
    path.rows = scan->rows;
    path.startup_cost = scan->startup_cost;
    path.total_cost = scan->total_cost;
    path.ordered = scan->ordered;
    return std::make_shared<const Path>(std::move(path));
  }

  // Conditions that a subquery can test by itself leave the list.
  void PushIntoSubquery(const JoinItem& item, std::vector<Conjunct>* filters) {
    if (item.relation < 0) return;
    Relation& relation = query_.relations[item.relation];
    if (relation.kind != Relation::Kind::kSubquery) return;
    std::vector<Conjunct> pushed;
    MoveIf(filters, &pushed, [&](const Conjunct& conjunct) {
      return conjunct.relations == item.relations &&
             PushConditionInto(relation.query.get(), item.relation, *conjunct.expression);
    });
  }

  // What is planned as a whole: a source of rows other than a table, a full join, or the inner side
  // of an outer join that is itself a join.
  absl::StatusOr<FromPart> PlanPart(JoinItem* item, std::vector<Conjunct>& filters) {
    PushIntoSubquery(*item, &filters);
    std::vector<const bind::Expression*> expressions;
    for (const Conjunct& filter : filters) expressions.push_back(filter.expression.get());
    const double selectivity = selectivity_.OfAll(expressions);
    FromPart part;
    if (item->relation >= 0) {
      HELIOS_ASSIGN_OR_RETURN(
          part, PlanSource(&planner_, &scope_, &query_.relations[item->relation], item->relation,
                           needed_));
    } else {
      bool ordered = false;
      HELIOS_ASSIGN_OR_RETURN(part, PlanProblem(item->problem.get(), {}, &ordered));
      if (item->full_right != nullptr) {
        HELIOS_ASSIGN_OR_RETURN(FromPart right, PlanProblem(item->full_right.get(), {}, &ordered));
        HELIOS_ASSIGN_OR_RETURN(
            part,
            JoinBuilder(&scope_, query_, needed_, {})
                .HashJoin(std::move(part), std::move(right), JoinKind::kFull, PointersTo(item->on),
                          item->problem->relations, item->full_right->relations));
      }
    }
    return FilterPart(&scope_, std::move(part), filters, selectivity);
  }

  Planner& planner_;
  PlannerScope& scope_;
  bind::Query& query_;
  ColumnSet needed_;
  const Selectivity selectivity_;
};

}  // namespace

absl::StatusOr<FromPlan> PlanFrom(Planner* planner, PlannerScope* scope, bind::Query* query,
                                  const OrderRequest& request) {
  ColumnSet needed;
  for (const bind::RowLock& lock : query->row_locks) needed.insert({lock.relation, kRowKeyColumn});
  return FromPlanner(planner, scope, query, std::move(needed)).Plan(query->row_locks, request);
}

absl::StatusOr<FromPlan> PlanFromOfChange(Planner* planner, PlannerScope* scope,
                                          bind::Query* query) {
  ColumnSet needed;
  needed.insert({0, kRowKeyColumn});
  for (size_t i = 0; i < query->relations[0].table->columns.size(); ++i)
    needed.insert({0, static_cast<int>(i)});
  return FromPlanner(planner, scope, query, std::move(needed)).Plan({bind::RowLock{}}, {});
}

}  // namespace heliosdb::sql::plan
