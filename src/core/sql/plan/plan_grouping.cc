#include "core/sql/plan/plan_grouping.h"

#include <algorithm>

#include "core/sql/plan/grouping_cost.h"
#include "core/sql/plan/plan_select.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;

// What a LIMIT that is no constant is taken for.
constexpr double kRowsGuessed = 100;
// A value whose type was not looked at.
constexpr double kTypicalColumnBytes = 16;

// A group key as a key of a sort.
struct GroupOrderKey {
  size_t key = 0;
  bool descending = false;
  bool nulls_first = false;
};

// The group keys of ORDER BY, when it has nothing else; empty otherwise.
std::vector<GroupOrderKey> OrderOfGroups(const bind::Query& query) {
  std::vector<GroupOrderKey> order;
  if (query.distinct != bind::DistinctKind::kNone) return order;
  for (const bind::SortKey& key : query.order_by) {
    const Expression& target = *query.targets[key.target].expression;
    if (target.kind != ExpressionKind::kGroupKey || target.levels_up > 0) return {};
    order.push_back({static_cast<size_t>(target.index), key.descending, key.nulls_first});
  }
  return order;
}

// Every group key once: those of ORDER BY first, as it wants them.
std::vector<GroupOrderKey> WholeOrder(const bind::Query& query) {
  std::vector<GroupOrderKey> order;
  std::vector<bool> taken(query.group_by.size(), false);
  const auto take = [&order, &taken](const GroupOrderKey& key) {
    if (!taken[key.key]) order.push_back(key);
    taken[key.key] = true;
  };
  for (const GroupOrderKey& key : OrderOfGroups(query)) take(key);
  for (size_t i = 0; i < taken.size(); ++i) take({i, false, false});
  return order;
}

// With a sort of the groups where ORDER BY asks for it.
double CostOfHashing(const Planner& planner, const bind::Query& query, const Grouping& grouping) {
  const uint64_t work_mem = planner.options().work_mem_bytes;
  double cost = HashGroupingCost(grouping, work_mem);
  if (OrdersByGroupKeys(query))
    cost += SortCost(grouping.groups, grouping.group_bytes, RowsOfLimit(query), work_mem);
  return cost;
}

double CostOfSorting(const Planner& planner, const Grouping& grouping) {
  return SortCost(grouping.rows, grouping.row_bytes, 0, planner.options().work_mem_bytes) +
         SortedGroupingCost(grouping);
}

}  // namespace

double RowsOfLimit(const bind::Query& query) {
  if (query.limit == nullptr) return 0;
  const bool known = query.limit->kind == ExpressionKind::kConstant;
  if (known && query.limit->value.is_null()) return 0;
  double wanted =
      known ? std::max(1.0, static_cast<double>(query.limit->value.integer())) : kRowsGuessed;
  if (query.offset != nullptr && query.offset->kind == ExpressionKind::kConstant &&
      !query.offset->value.is_null())
    wanted += static_cast<double>(query.offset->value.integer());
  return wanted;
}

bool OrdersByGroupKeys(const bind::Query& query) { return !OrderOfGroups(query).empty(); }

OrderRequest RequestGroups(const Planner& planner, const bind::Query& query) {
  OrderRequest request;
  for (const GroupOrderKey& key : WholeOrder(query)) {
    const Expression& column = *query.group_by[key.key];
    if (column.kind != ExpressionKind::kColumn || column.levels_up > 0) return {};
    request.wanted.keys.push_back(
        {{column.relation, column.column}, key.descending, key.nulls_first});
  }
  request.wanted.grouped = !OrdersByGroupKeys(query);
  request.disorder_cost = [&planner, &query](double rows) {
    Grouping grouping;
    grouping.rows = rows;
    grouping.groups = EstimateGroups(planner, query, rows);
    grouping.keys = query.group_by.size();
    grouping.aggregates = query.aggregates.size();
    grouping.group_bytes = grouping.row_bytes =
        kTypicalColumnBytes * static_cast<double>(grouping.keys + grouping.aggregates);
    return std::min(CostOfHashing(planner, query, grouping), CostOfSorting(planner, grouping)) -
           SortedGroupingCost(grouping);
  };
  return request;
}

bool SortingGroupsIsCheaper(const Planner& planner, const bind::Query& query, const Node& input,
                            const std::vector<ExpressionPtr>& keys, double groups) {
  const bool slots = std::all_of(keys.begin(), keys.end(), [](const ExpressionPtr& key) {
    return key->kind == ExpressionKind::kSlot;
  });
  if (keys.empty() || !slots) return false;
  Grouping grouping;
  grouping.rows = input.rows;
  grouping.row_bytes = input.width_bytes;
  grouping.groups = groups;
  grouping.group_bytes = kTypicalColumnBytes * static_cast<double>(keys.size());
  grouping.keys = keys.size();
  grouping.aggregates = query.aggregates.size();
  return CostOfSorting(planner, grouping) < CostOfHashing(planner, query, grouping);
}

std::vector<SortKey> SortKeysOfGroups(const bind::Query& query,
                                      const std::vector<ExpressionPtr>& keys) {
  std::vector<SortKey> order;
  for (const GroupOrderKey& key : WholeOrder(query))
    order.push_back({keys[key.key]->index, key.descending, key.nulls_first});
  return order;
}

}  // namespace heliosdb::sql::plan
