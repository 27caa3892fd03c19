// A query block from its FROM to its result: aggregation, targets, DISTINCT, ORDER BY, LIMIT.
#include "core/sql/plan/plan_select.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/status.h"
#include "core/sql/functions/registry.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/min_max.h"
#include "core/sql/plan/plan_from.h"
#include "core/sql/plan/plan_grouping.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;

// No real limit is beyond it, and two of them can be added.
constexpr int64_t kRowsWantedMax = int64_t{1} << 61;

ExpressionPtr MakeInt8(int64_t value) {
  auto expression = std::make_unique<Expression>();
  expression->kind = ExpressionKind::kConstant;
  expression->type = {types::TypeOid::kInt8};
  expression->value = types::Value::Int8(value);
  return expression;
}

// A row count that can be added to another: constants are cut, others compared when they are known
// (LEAST passes over a NULL, which thus means all rows).
ExpressionPtr BoundedCount(const Expression& count) {
  if (count.kind == ExpressionKind::kConstant) {
    if (count.value.is_null()) return MakeInt8(kRowsWantedMax);
    return MakeInt8(std::min(count.value.integer(), kRowsWantedMax));
  }
  auto least = std::make_unique<Expression>();
  least->kind = ExpressionKind::kLeast;
  least->type = {types::TypeOid::kInt8};
  least->arguments.push_back(bind::CloneExpression(count));
  least->arguments.push_back(MakeInt8(kRowsWantedMax));
  return least;
}

// How many rows a sort below this LIMIT must keep; null for all.
ExpressionPtr RowsWanted(const ExpressionPtr& limit, const ExpressionPtr& offset) {
  if (limit == nullptr) return nullptr;
  if (offset == nullptr) return bind::CloneExpression(*limit);
  const bool null_offset = offset->kind == ExpressionKind::kConstant && offset->value.is_null();
  ExpressionPtr wanted = BoundedCount(*limit);
  if (null_offset) return wanted;
  ExpressionPtr skipped = BoundedCount(*offset);
  if (wanted->kind == ExpressionKind::kConstant && skipped->kind == ExpressionKind::kConstant) {
    const int64_t a = std::max<int64_t>(0, wanted->value.integer());
    const int64_t b = std::max<int64_t>(0, skipped->value.integer());
    return MakeInt8(a + b);
  }
  const functions::OperatorEntry* const plus =
      functions::FindOperator("+", types::TypeOid::kInt8, types::TypeOid::kInt8);
  if (plus == nullptr) return nullptr;
  auto sum = std::make_unique<Expression>();
  sum->kind = ExpressionKind::kCall;
  sum->type = {types::TypeOid::kInt8};
  sum->function = plus->function;
  sum->arguments.push_back(std::move(wanted));
  sum->arguments.push_back(std::move(skipped));
  return sum;
}

// Plans one block; see PlanBlock.
class BlockPlanner {
 public:
  BlockPlanner(Planner* planner, PlannerScope* scope, bind::Query* query)
      : planner_(*planner), scope_(*scope), query_(*query) {}

  absl::StatusOr<NodePtr> Plan() {
    HELIOS_RETURN_IF_ERROR(PlanInput());
    if (query_.limit != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(limit_, scope_.Rewrite(*query_.limit, {}));
    }
    if (query_.offset != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(offset_, scope_.Rewrite(*query_.offset, {}));
    }
    if (query_.distinct == bind::DistinctKind::kNone && TargetsComeLast()) return PlanTargetsLast();
    return PlanTargetsFirst();
  }

 private:
  absl::Status PlanInput() {
    if (query_.set_operation.has_value()) return PlanArms();
    if (query_.aggregated) {
      HELIOS_ASSIGN_OR_RETURN(node_, PlanMinMax(&planner_, &scope_, query_));
      if (node_ != nullptr) return FinishAggregation(0);
    }
    HELIOS_ASSIGN_OR_RETURN(FromPlan from, PlanFrom(&planner_, &scope_, &query_, RequestOrder()));
    ordered_ = from.ordered;
    node_ = std::move(from.node);
    map_ = std::move(from.map);
    locks_ = std::move(from.locks);
    return query_.aggregated ? PlanAggregation() : absl::OkStatus();
  }

  // What ORDER BY or GROUP BY asks of the FROM, where all of it is columns.
  OrderRequest RequestOrder() const {
    if (query_.aggregated) return RequestGroups(planner_, query_);
    OrderRequest request;
    if (query_.distinct != bind::DistinctKind::kNone) return request;
    for (const bind::SortKey& key : query_.order_by) {
      const Expression& target = *query_.targets[key.target].expression;
      if (target.kind == ExpressionKind::kConstant) continue;
      if (target.kind != ExpressionKind::kColumn || target.levels_up > 0) return {};
      request.wanted.keys.push_back(
          {{target.relation, target.column}, key.descending, key.nulls_first});
    }
    request.disorder_cost = [](double rows) {
      return rows * std::log2(std::max(2.0, rows)) * 2 * kCpuOperatorCost;
    };
    request.rows_wanted = RowsOfLimit(query_);
    return request;
  }

  absl::Status PlanArms() {
    HELIOS_ASSIGN_OR_RETURN(node_, PlanSetOperation(&planner_, &scope_, &query_));
    for (size_t i = 0; i < node_->outputs.size(); ++i)
      map_.columns[{0, static_cast<int>(i)}] = static_cast<int>(i);
    return absl::OkStatus();
  }

  absl::Status PlanAggregation() {
    HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> keys,
                            scope_.RewriteAll(query_.group_by, map_));
    std::vector<Aggregate> aggregates;
    for (const Aggregate& aggregate : query_.aggregates) {
      HELIOS_ASSIGN_OR_RETURN(aggregates.emplace_back(), RewriteAggregate(aggregate));
    }
    const double groups = EstimateGroups(planner_, query_, node_->rows);
    const int key_count = static_cast<int>(keys.size());
    if (!ordered_ && SortingGroupsIsCheaper(planner_, query_, *node_, keys, groups)) {
      node_ = MakeSort(std::move(node_), SortKeysOfGroups(query_, keys), nullptr);
      ordered_ = true;
    }
    node_ = MakeAggregate(std::move(node_), std::move(keys), std::move(aggregates), groups,
                          ordered_ ? GroupStrategy::kSorted : GroupStrategy::kHash);
    // Of the groups from here on.
    ordered_ = ordered_ && OrdersByGroupKeys(query_);
    return FinishAggregation(key_count);
  }

  // The node gives the group keys, then the aggregates.
  absl::Status FinishAggregation(int key_count) {
    SlotMap above;
    above.group_keys_start = 0;
    above.aggregates_start = key_count;
    for (size_t i = 0; i < query_.group_by.size(); ++i) {
      const Expression& key = *query_.group_by[i];
      if (key.kind == ExpressionKind::kColumn && key.levels_up == 0)
        above.columns[{key.relation, key.column}] = static_cast<int>(i);
    }
    map_ = std::move(above);
    std::vector<ExpressionPtr> conjuncts;
    std::vector<bind::ExpressionPtr> having;
    SplitConjuncts(std::move(query_.having), &having);
    HELIOS_ASSIGN_OR_RETURN(conjuncts, scope_.RewriteAll(having, map_));
    node_ = MakeFilter(std::move(node_), std::move(conjuncts), 0.3333);
    return absl::OkStatus();
  }

  absl::StatusOr<Aggregate> RewriteAggregate(const Aggregate& aggregate) {
    Aggregate result;
    result.entry = aggregate.entry;
    result.type = aggregate.type;
    result.distinct = aggregate.distinct;
    HELIOS_ASSIGN_OR_RETURN(result.arguments, scope_.RewriteAll(aggregate.arguments, map_));
    HELIOS_ASSIGN_OR_RETURN(result.direct_arguments,
                            scope_.RewriteAll(aggregate.direct_arguments, map_));
    if (aggregate.filter != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(result.filter, scope_.Rewrite(*aggregate.filter, map_));
    }
    for (const Aggregate::Order& order : aggregate.order_by) {
      HELIOS_ASSIGN_OR_RETURN(ExpressionPtr expression, scope_.Rewrite(*order.expression, map_));
      result.order_by.push_back({std::move(expression), order.descending, order.nulls_first});
    }
    return result;
  }

  // Whether targets are computed only for the rows that the LIMIT leaves: locked rows are read
  // again before, and a volatile target must not run for a row that nobody sees.
  bool TargetsComeLast() const {
    if (!query_.row_locks.empty() || query_.order_by.empty() || ordered_) return true;
    return std::any_of(query_.targets.begin(), query_.targets.end(),
                       [this](const bind::Target& target) {
                         return ContainsVolatile(*target.expression) ||
                                (query_.limit != nullptr && ContainsSubquery(*target.expression));
                       });
  }

  bool IsSortTarget(int target) const {
    return std::any_of(query_.order_by.begin(), query_.order_by.end(),
                       [target](const bind::SortKey& key) { return key.target == target; });
  }

  absl::StatusOr<NodePtr> PlanTargetsLast() {
    // The input's slots, and behind them the sort keys that are not slots of it.
    std::vector<ExpressionPtr> carried;
    for (size_t i = 0; i < node_->outputs.size(); ++i)
      carried.push_back(MakeSlotExpression(node_->outputs[i], static_cast<int>(i)));
    std::vector<int> slots(query_.targets.size(), -1);
    for (const bind::SortKey& key : query_.order_by) {
      if (slots[key.target] >= 0) continue;
      HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                              scope_.Rewrite(*query_.targets[key.target].expression, map_));
      if (value->kind == ExpressionKind::kSlot) {
        slots[key.target] = value->index;
      } else {
        slots[key.target] = static_cast<int>(carried.size());
        carried.push_back(std::move(value));
      }
    }
    node_ = MakeProject(std::move(node_), std::move(carried));
    std::vector<SortKey> keys;
    for (const bind::SortKey& key : query_.order_by)
      keys.push_back({slots[key.target], key.descending, key.nulls_first});
    Order(keys);
    if (!locks_.empty()) LockRows();
    node_ = MakeLimit(std::move(node_), std::move(limit_), std::move(offset_),
                      query_.with_ties ? keys : std::vector<SortKey>());
    std::vector<ExpressionPtr> targets;
    for (size_t i = 0; i < query_.visible_targets; ++i) {
      const Expression& target = *query_.targets[i].expression;
      if (slots[i] >= 0) {
        targets.push_back(MakeSlotExpression(target.type, slots[i]));
      } else {
        HELIOS_ASSIGN_OR_RETURN(targets.emplace_back(), scope_.Rewrite(target, map_));
      }
    }
    return MakeProject(std::move(node_), std::move(targets));
  }

  absl::StatusOr<NodePtr> PlanTargetsFirst() {
    std::vector<ExpressionPtr> targets;
    for (const bind::Target& target : query_.targets) {
      HELIOS_ASSIGN_OR_RETURN(targets.emplace_back(), scope_.Rewrite(*target.expression, map_));
    }
    const double groups = EstimateDistinct(planner_, query_, node_->rows);
    node_ = MakeProject(std::move(node_), std::move(targets));
    std::vector<SortKey> keys;
    for (const bind::SortKey& key : query_.order_by)
      keys.push_back({key.target, key.descending, key.nulls_first});
    if (query_.distinct == bind::DistinctKind::kAll) {
      node_ = MakePrefix(std::move(node_), query_.visible_targets);
      node_ = node_->outputs.empty() ? MakeLimit(std::move(node_), MakeInt8(1), nullptr, {})
                                     : MakeDistinct(std::move(node_), groups);
      Order(keys);
    } else if (query_.distinct == bind::DistinctKind::kOn) {
      for (const int target : query_.distinct_on) {
        if (!IsSortTarget(target)) keys.push_back({target, false, false});
      }
      if (!keys.empty()) node_ = MakeSort(std::move(node_), keys, nullptr);
      node_ = MakeDistinctOn(std::move(node_), query_.distinct_on, groups);
    } else {
      Order(keys);
    }
    node_ = MakeLimit(std::move(node_), std::move(limit_), std::move(offset_),
                      query_.with_ties ? keys : std::vector<SortKey>());
    return MakePrefix(std::move(node_), query_.visible_targets);
  }

  void Order(const std::vector<SortKey>& keys) {
    if (keys.empty() || ordered_) return;
    // A row that is gone when it is locked makes room for a later one.
    const bool top = !query_.with_ties && locks_.empty();
    node_ = MakeSort(std::move(node_), keys, top ? RowsWanted(limit_, offset_) : nullptr);
  }

  void LockRows() {
    auto node = std::make_unique<LockRowsNode>();
    node->outputs = node_->outputs;
    node->rows = node_->rows;
    node->startup_cost = node_->startup_cost;
    node->total_cost = node_->total_cost + node_->rows * kCpuTupleCost;
    node->width_bytes = node_->width_bytes;
    node->targets = std::move(locks_);
    node->rows_max = RowsWanted(limit_, offset_);
    node->children.push_back(std::move(node_));
    node_ = std::move(node);
  }

  Planner& planner_;
  PlannerScope& scope_;
  bind::Query& query_;
  NodePtr node_;
  SlotMap map_;
  // The rows come in the order of ORDER BY; below an aggregation, equal group keys come together.
  bool ordered_ = false;
  std::vector<LockRowsNode::Target> locks_;
  ExpressionPtr limit_;
  ExpressionPtr offset_;
};

}  // namespace

absl::StatusOr<NodePtr> Planner::PlanQuery(bind::Query* query, PlannerScope* scope) {
  HELIOS_RETURN_IF_ERROR(PlanCommonTables(query, scope));
  return BlockPlanner(this, scope, query).Plan();
}

}  // namespace heliosdb::sql::plan
