#include "core/sql/plan/plan_from.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/join_tree.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/operators.h"
#include "core/sql/plan/plan_relation.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::Relation;

// A hash join's key: one side over the left part, the other over the right one.
struct EqualKey {
  ExpressionPtr left;
  ExpressionPtr right;
};

int IntegerRank(types::TypeOid oid) {
  switch (oid) {
    case types::TypeOid::kInt2:
      return 1;
    case types::TypeOid::kInt4:
      return 2;
    case types::TypeOid::kInt8:
      return 3;
    default:
      return 0;
  }
}

// Casts one side so that both have one type; false when the types cannot be made the same without
// changing what = means.
bool UnifyKeyTypes(EqualKey* key) {
  const types::TypeOid left = key->left->type.oid;
  const types::TypeOid right = key->right->type.oid;
  if (left == right) return true;
  const int left_rank = IntegerRank(left);
  const int right_rank = IntegerRank(right);
  const bool floats = (left == types::TypeOid::kFloat4 && right == types::TypeOid::kFloat8) ||
                      (left == types::TypeOid::kFloat8 && right == types::TypeOid::kFloat4);
  if (!floats && (left_rank == 0 || right_rank == 0)) return false;
  const bool cast_left = floats ? left == types::TypeOid::kFloat4 : left_rank < right_rank;
  ExpressionPtr* const narrow = cast_left ? &key->left : &key->right;
  *narrow = MakeCast(std::move(*narrow), {cast_left ? right : left});
  return true;
}

class FromPlanner {
 public:
  FromPlanner(Planner* planner, PlannerScope* scope, bind::Query* query, ColumnSet needed)
      : planner_(*planner), scope_(*scope), query_(*query), needed_(std::move(needed)) {}

  absl::StatusOr<FromPlan> Plan(const std::vector<bind::RowLock>& locks) {
    HELIOS_ASSIGN_OR_RETURN(JoinProblem problem, BuildJoinProblem(&query_));
    std::vector<bind::ExpressionPtr> conditions;
    for (const Conjunct& conjunct : problem.conjuncts)
      conditions.push_back(bind::CloneExpression(*conjunct.expression));
    PushConjunctsDown(&problem);
    HELIOS_ASSIGN_OR_RETURN(FromPart part, PlanProblem(&problem));
    if (!part.parameters.empty()) return Internal("a join leaves columns of its own unset");
    FromPlan plan{std::move(part.node), std::move(part.map), {}};
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

  absl::StatusOr<FromPart> PlanTable(int number, std::vector<Conjunct> filters) {
    const Relation& relation = query_.relations[number];
    const catalog::Table& table = *relation.table;
    FromPart part;
    auto node = std::make_unique<ScanNode>();
    node->table = &table;
    node->alias = relation.alias;
    for (const ColumnRef& column : needed_) {
      if (column.relation != number) continue;
      part.map.columns[column] = static_cast<int>(node->columns.size());
      const bool is_key = column.column == kRowKeyColumn;
      node->columns.push_back(is_key ? kRowKeySlot : column.column);
      node->outputs.push_back(is_key ? types::Type{types::TypeOid::kBytea}
                                     : table.columns[column.column].type);
    }
    SetTypicalWidth(node.get());
    const double rows = planner_.statistics().RowCount(table);
    node->total_cost = rows * kCpuTupleCost;
    for (const Conjunct& filter : filters) {
      HELIOS_ASSIGN_OR_RETURN(node->filters.emplace_back(),
                              scope_.Rewrite(*filter.expression, part.map, &part.parameters));
    }
    node->rows = std::max(1.0, std::rint(rows * std::pow(0.1, filters.size())));
    part.node = std::move(node);
    return part;
  }

  absl::StatusOr<FromPart> PlanItem(JoinItem* item, std::vector<Conjunct> filters) {
    if (item->relation >= 0) {
      Relation& relation = query_.relations[item->relation];
      if (relation.kind == Relation::Kind::kTable)
        return PlanTable(item->relation, std::move(filters));
      HELIOS_ASSIGN_OR_RETURN(FromPart part,
                              PlanSource(&planner_, &scope_, &relation, item->relation, needed_));
      return FilterPart(&scope_, std::move(part), filters, 0.3333);
    }
    HELIOS_ASSIGN_OR_RETURN(FromPart part, PlanProblem(item->problem.get()));
    if (item->full_right == nullptr) return part;
    HELIOS_ASSIGN_OR_RETURN(FromPart right, PlanProblem(item->full_right.get()));
    HELIOS_ASSIGN_OR_RETURN(part, Join(std::move(part), std::move(right), item->relations,
                                       JoinKind::kFull, std::move(item->on)));
    return FilterPart(&scope_, std::move(part), filters, 0.3333);
  }

  // Takes out of *conjuncts those that can be computed from the given relations.
  static std::vector<Conjunct> TakeCovered(const RelationSet& relations,
                                           std::vector<Conjunct>* conjuncts) {
    std::vector<Conjunct> covered;
    std::vector<Conjunct> rest;
    for (Conjunct& conjunct : *conjuncts) {
      const bool is_covered = conjunct.relations.any() && Contains(relations, conjunct.relations);
      (is_covered ? covered : rest).push_back(std::move(conjunct));
    }
    *conjuncts = std::move(rest);
    return covered;
  }

  // The next item to join to `done`; -1 when none is possible.
  static int NextItem(const JoinProblem& problem, const std::vector<bool>& used,
                      const RelationSet& done) {
    int possible = -1;
    for (size_t i = 0; i < problem.items.size(); ++i) {
      const JoinItem& item = problem.items[i];
      if (used[i] || !Contains(done, item.required & problem.relations)) continue;
      if (done.none() && item.join != JoinKind::kInner) continue;
      if (possible < 0) possible = static_cast<int>(i);
      if (item.join != JoinKind::kInner) return static_cast<int>(i);
      for (const Conjunct& conjunct : problem.conjuncts) {
        if ((conjunct.relations & item.relations).any() && (conjunct.relations & done).any() &&
            Contains(done | item.relations, conjunct.relations))
          return static_cast<int>(i);
      }
    }
    return possible;
  }

  absl::StatusOr<FromPart> PlanProblem(JoinProblem* problem) {
    FromPart part;
    RelationSet done;
    std::vector<bool> used(problem->items.size(), false);
    for (size_t count = 0; count < problem->items.size(); ++count) {
      const int next = NextItem(*problem, used, done);
      if (next < 0) return Internal("no join order fits the FROM");
      used[next] = true;
      JoinItem& item = problem->items[next];
      std::vector<Conjunct> filters;
      if (item.join == JoinKind::kInner) filters = TakeCovered(item.relations, &problem->conjuncts);
      HELIOS_ASSIGN_OR_RETURN(FromPart right, PlanItem(&item, std::move(filters)));
      done |= item.relations;
      if (part.node == nullptr) {
        part = std::move(right);
      } else if (item.join == JoinKind::kInner) {
        HELIOS_ASSIGN_OR_RETURN(part, Join(std::move(part), std::move(right), item.relations,
                                           item.join, TakeCovered(done, &problem->conjuncts)));
      } else {
        HELIOS_ASSIGN_OR_RETURN(part, Join(std::move(part), std::move(right), item.relations,
                                           item.join, std::move(item.on)));
        HELIOS_ASSIGN_OR_RETURN(part, FilterPart(&scope_, std::move(part),
                                                 TakeCovered(done, &problem->conjuncts), 0.3333));
      }
    }
    if (part.node == nullptr) part.node = MakeResult();
    return FilterPart(&scope_, std::move(part), problem->conjuncts, 0.3333);
  }

  // Whether some parameter of right is a column of left.
  static bool ReadsFrom(const FromPart& right, const FromPart& left) {
    return std::any_of(
        right.parameters.begin(), right.parameters.end(),
        [&left](const auto& parameter) { return left.map.columns.contains(parameter.first); });
  }

  absl::StatusOr<FromPart> Join(FromPart left, FromPart right, const RelationSet& right_relations,
                                JoinKind kind, std::vector<Conjunct> conjuncts) {
    if (ReadsFrom(right, left))
      return LoopJoin(std::move(left), std::move(right), kind, std::move(conjuncts));
    std::vector<EqualKey> keys;
    std::vector<Conjunct> others;
    for (Conjunct& conjunct : conjuncts) {
      EqualKey key;
      if (SplitEquality(*conjunct.expression, right_relations, &key)) {
        keys.push_back(std::move(key));
      } else {
        others.push_back(std::move(conjunct));
      }
    }
    if (!keys.empty())
      return HashJoin(std::move(left), std::move(right), kind, std::move(keys), others);
    if (kind == JoinKind::kFull) {
      return Unsupported(
          "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions");
    }
    return LoopJoin(std::move(left), std::move(right), kind, std::move(others));
  }

  // Whether the conjunct is left = right for a hash join.
  static bool SplitEquality(const Expression& expression, const RelationSet& right_relations,
                            EqualKey* key) {
    const functions::OperatorEntry* const op = BinaryOperatorOf(expression);
    if (op == nullptr || op->kind != functions::OperatorKind::kEqual || !op->can_hash) return false;
    if (ContainsVolatile(expression) || ContainsSubquery(expression)) return false;
    const RelationSet first = RelationsOf(*expression.arguments[0]);
    const RelationSet second = RelationsOf(*expression.arguments[1]);
    if (first.none() || second.none()) return false;
    const bool in_order = Contains(right_relations, second) && (first & right_relations).none();
    const bool swapped = Contains(right_relations, first) && (second & right_relations).none();
    if (!in_order && !swapped) return false;
    key->left = bind::CloneExpression(*expression.arguments[in_order ? 0 : 1]);
    key->right = bind::CloneExpression(*expression.arguments[in_order ? 1 : 0]);
    return UnifyKeyTypes(key);
  }

  FromPart Combine(const FromPart& left, const FromPart& right, JoinKind kind, Node* node) {
    FromPart joined;
    joined.map = left.map;
    node->outputs = left.node->outputs;
    const bool left_alone =
        kind == JoinKind::kSemi || kind == JoinKind::kAnti || kind == JoinKind::kNullAwareAnti;
    if (!left_alone) {
      joined.map = SlotMap::Join(left.map, right.map, static_cast<int>(left.node->outputs.size()));
      for (const types::Type& type : right.node->outputs) node->outputs.push_back(type);
    }
    joined.parameters = left.parameters;
    joined.parameters.insert(right.parameters.begin(), right.parameters.end());
    SetTypicalWidth(node);
    return joined;
  }

  absl::StatusOr<std::vector<ExpressionPtr>> Conditions(const std::vector<Conjunct>& conjuncts,
                                                        const FromPart& left, const FromPart& right,
                                                        ColumnParameters* parameters) {
    const SlotMap both =
        SlotMap::Join(left.map, right.map, static_cast<int>(left.node->outputs.size()));
    std::vector<ExpressionPtr> conditions;
    for (const Conjunct& conjunct : conjuncts) {
      HELIOS_ASSIGN_OR_RETURN(conditions.emplace_back(),
                              scope_.Rewrite(*conjunct.expression, both, parameters));
    }
    return conditions;
  }

  absl::StatusOr<FromPart> HashJoin(FromPart left, FromPart right, JoinKind kind,
                                    std::vector<EqualKey> keys,
                                    const std::vector<Conjunct>& others) {
    auto node = std::make_unique<HashJoinNode>();
    node->join = kind;
    FromPart joined = Combine(left, right, kind, node.get());
    for (const EqualKey& key : keys) {
      HELIOS_ASSIGN_OR_RETURN(node->left_keys.emplace_back(),
                              scope_.Rewrite(*key.left, left.map, &joined.parameters));
      HELIOS_ASSIGN_OR_RETURN(node->right_keys.emplace_back(),
                              scope_.Rewrite(*key.right, right.map, &joined.parameters));
    }
    HELIOS_ASSIGN_OR_RETURN(node->conditions, Conditions(others, left, right, &joined.parameters));
    node->rows = std::max(left.node->rows, right.node->rows);
    node->startup_cost = left.node->startup_cost + right.node->total_cost;
    node->total_cost = node->startup_cost + left.node->total_cost +
                       (left.node->rows + right.node->rows + node->rows) * kCpuTupleCost;
    node->children.push_back(std::move(left.node));
    node->children.push_back(std::move(right.node));
    joined.node = std::move(node);
    return joined;
  }

  absl::StatusOr<FromPart> LoopJoin(FromPart left, FromPart right, JoinKind kind,
                                    std::vector<Conjunct> conjuncts) {
    auto node = std::make_unique<NestedLoopNode>();
    node->join = kind;
    FromPart joined = Combine(left, right, kind, node.get());
    joined.parameters = left.parameters;
    for (const auto& [column, value] : right.parameters) {
      const auto slot = left.map.columns.find(column);
      if (slot == left.map.columns.end()) {
        joined.parameters.emplace(column, value);
        continue;
      }
      node->outer_values.emplace_back(
          value, MakeSlotExpression(left.node->outputs[slot->second], slot->second));
    }
    HELIOS_ASSIGN_OR_RETURN(node->conditions,
                            Conditions(conjuncts, left, right, &joined.parameters));
    if (node->outer_values.empty()) right.node = MakeMaterialize(std::move(right.node));
    node->rows = std::max(1.0, left.node->rows * right.node->rows *
                                   std::pow(0.1, static_cast<double>(conjuncts.size())));
    node->total_cost =
        left.node->total_cost + left.node->rows * (right.node->total_cost + kCpuTupleCost);
    node->children.push_back(std::move(left.node));
    node->children.push_back(std::move(right.node));
    joined.node = std::move(node);
    return joined;
  }

  Planner& planner_;
  PlannerScope& scope_;
  bind::Query& query_;
  const ColumnSet needed_;
};

ColumnSet NeededColumns(const bind::Query& query) {
  ColumnSet needed;
  ForEachColumnInQuery(query, 0, [&needed](const ColumnRef& column) { needed.insert(column); });
  return needed;
}

}  // namespace

absl::StatusOr<FromPlan> PlanFrom(Planner* planner, PlannerScope* scope, bind::Query* query) {
  ColumnSet needed = NeededColumns(*query);
  for (const bind::RowLock& lock : query->row_locks) needed.insert({lock.relation, kRowKeyColumn});
  return FromPlanner(planner, scope, query, std::move(needed)).Plan(query->row_locks);
}

absl::StatusOr<FromPlan> PlanFromOfChange(Planner* planner, PlannerScope* scope, bind::Query* query,
                                          ColumnSet further_columns) {
  ColumnSet needed = NeededColumns(*query);
  needed.merge(further_columns);
  needed.insert({0, kRowKeyColumn});
  for (size_t i = 0; i < query->relations[0].table->columns.size(); ++i)
    needed.insert({0, static_cast<int>(i)});
  return FromPlanner(planner, scope, query, std::move(needed)).Plan({bind::RowLock{}});
}

}  // namespace heliosdb::sql::plan
