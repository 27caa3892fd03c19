#include "core/sql/plan/pull_up.h"

#include <algorithm>
#include <utility>

#include "core/sql/plan/column_set.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using bind::FromItem;
using bind::JoinType;
using bind::Query;
using bind::Relation;

bool IsOwnColumn(const Expression& expression) {
  return expression.kind == ExpressionKind::kColumn && expression.levels_up == 0;
}

void AddCondition(ExpressionPtr condition, ExpressionPtr* to) {
  if (condition == nullptr) return;
  if (*to == nullptr) {
    *to = std::move(condition);
    return;
  }
  auto both = std::make_unique<Expression>();
  both->kind = ExpressionKind::kAnd;
  both->type = {types::TypeOid::kBool};
  both->arguments.push_back(std::move(*to));
  both->arguments.push_back(std::move(condition));
  *to = std::move(both);
}

class PullUp {
 public:
  explicit PullUp(Query* query) : query_(*query) {}

  void Visit(std::unique_ptr<FromItem>* item, bool nullable) {
    FromItem& node = **item;
    if (node.relation < 0) {
      const JoinType type = node.join_type;
      const bool left_nullable = type == JoinType::kRight || type == JoinType::kFull;
      const bool right_nullable = type == JoinType::kLeft || type == JoinType::kFull;
      Visit(&node.left, nullable || left_nullable);
      Visit(&node.right, nullable || right_nullable);
      return;
    }
    if (!CanPullUp(node, nullable)) return;
    const int number = node.relation;
    const std::unique_ptr<Query> inner = std::move(query_.relations[number].query);
    query_.relations[number].kind = Relation::Kind::kJoinUsing;
    MergeRelations(&query_, inner.get());
    ExpressionPtr condition = std::move(node.condition);
    *item = std::move(inner->from);
    AddCondition(std::move(condition), nullable ? &(*item)->condition : &query_.where);
    AddCondition(std::move(inner->where), nullable ? &(*item)->condition : &query_.where);
    ReplaceColumns(number, inner->targets);
    Visit(item, nullable);
  }

 private:
  bool CanPullUp(const FromItem& leaf, bool nullable) const {
    const int number = leaf.relation;
    const Relation& relation = query_.relations[number];
    if (relation.kind != Relation::Kind::kSubquery || relation.query == nullptr) return false;
    const Query& inner = *relation.query;
    if (!IsPlainJoin(inner)) return false;
    if (query_.relations.size() + inner.relations.size() > kRelationsMax) return false;
    const bool locked =
        std::any_of(query_.row_locks.begin(), query_.row_locks.end(),
                    [number](const bind::RowLock& lock) { return lock.relation == number; });
    if (locked) return false;
    if (!nullable) return true;
    // The NULLs of an outer join must come through: only plain columns are NULL by themselves.
    if (relation.lateral || !HasOwnColumnsOnly(inner)) return false;
    const bool takes_condition =
        inner.from->relation >= 0 || inner.from->join_type == JoinType::kInner;
    return takes_condition || (inner.where == nullptr && leaf.condition == nullptr);
  }

  static bool HasOwnColumnsOnly(const Query& inner) {
    return std::all_of(inner.targets.begin(), inner.targets.end(),
                       [](const bind::Target& target) { return IsOwnColumn(*target.expression); });
  }

  void ReplaceColumns(int number, const std::vector<bind::Target>& targets) {
    WalkQuery(query_, 0,
              {[number, &targets](ExpressionPtr& node, int depth) {
                 if (node->kind != ExpressionKind::kColumn || node->levels_up != depth ||
                     node->relation != number)
                   return;
                 ExpressionPtr value = bind::CloneExpression(*targets[node->column].expression);
                 if (depth > 0) ShiftLevels(value, 0, depth);
                 node = std::move(value);
               },
               nullptr});
  }

  Query& query_;
};

// Whether the condition may be evaluated before what the subquery does to the targets it reads.
bool CanPushTo(const Query& subquery, int number, const Expression& condition) {
  if (subquery.limit != nullptr || subquery.offset != nullptr || !subquery.row_locks.empty() ||
      subquery.distinct == bind::DistinctKind::kOn)
    return false;
  if (subquery.set_operation.has_value()) return true;
  bool can = true;
  ForEachColumn(condition, [&](const ColumnRef& column) {
    if (column.relation != number) {
      can = false;
      return;
    }
    const Expression& target = *subquery.targets[column.column].expression;
    can = can && !ContainsVolatile(target) && !ContainsSubquery(target);
    if (!subquery.aggregated) return;
    // Only what is the same for a whole group can be tested before grouping.
    ExpressionPtr copy = bind::CloneExpression(target);
    WalkExpression(copy, 0,
                   {[&can](ExpressionPtr& node, int depth) {
                      can = can &&
                            !(node->kind == ExpressionKind::kAggregate && node->levels_up == depth);
                    },
                    nullptr});
  });
  // Without keys there is one group even when no row is left.
  return can && (!subquery.aggregated || !subquery.group_by.empty());
}

// The condition as the subquery sees it: its targets in place of its output columns.
ExpressionPtr MoveCondition(const Query& subquery, int number, const Expression& condition) {
  ExpressionPtr moved = bind::CloneExpression(condition);
  WalkExpression(moved, 0,
                 {[&](ExpressionPtr& node, int depth) {
                    const bool own = node->kind == ExpressionKind::kColumn &&
                                     node->levels_up == depth && node->relation == number;
                    if (own) {
                      node = bind::CloneExpression(*subquery.targets[node->column].expression);
                      if (depth > 0) ShiftLevels(node, 0, depth);
                    } else if (node->levels_up >= depth) {
                      ++node->levels_up;
                    }
                  },
                  nullptr});
  if (!subquery.aggregated) return moved;
  WalkExpression(moved, 0,
                 {[&subquery](ExpressionPtr& node, int depth) {
                    if (node->kind != ExpressionKind::kGroupKey || node->levels_up != depth) return;
                    ExpressionPtr key = bind::CloneExpression(*subquery.group_by[node->index]);
                    if (depth > 0) ShiftLevels(key, 0, depth);
                    node = std::move(key);
                  },
                  nullptr});
  return moved;
}

}  // namespace

bool IsPlainJoin(const Query& query) {
  if (query.set_operation.has_value() || query.aggregated || query.from == nullptr ||
      query.distinct != bind::DistinctKind::kNone || !query.order_by.empty() ||
      query.limit != nullptr || query.offset != nullptr || !query.row_locks.empty() ||
      query.having != nullptr || query.targets.size() != query.visible_targets)
    return false;
  for (const bind::CommonTable& table : query.common_tables) {
    if (table.query != nullptr) return false;
  }
  return std::none_of(query.targets.begin(), query.targets.end(), [](const bind::Target& target) {
    return ContainsVolatile(*target.expression);
  });
}

void MergeRelations(Query* query, Query* inner) {
  const int offset = static_cast<int>(query->relations.size());
  WalkQuery(*inner, 0,
            {[offset](ExpressionPtr& node, int depth) {
               if (node->levels_up == depth && node->kind == ExpressionKind::kColumn) {
                 node->relation += offset;
               } else if (node->levels_up > depth) {
                 --node->levels_up;
               }
             },
             [](Relation& relation, int depth) {
               if (relation.kind == Relation::Kind::kCommonTable && relation.cte_levels_up > depth)
                 --relation.cte_levels_up;
             }});
  const auto renumber = [offset](const auto& self, FromItem* item) -> void {
    if (item->relation >= 0) {
      item->relation += offset;
      return;
    }
    self(self, item->left.get());
    self(self, item->right.get());
  };
  if (inner->from != nullptr) renumber(renumber, inner->from.get());
  for (Relation& relation : inner->relations) query->relations.push_back(std::move(relation));
  inner->relations.clear();
}

void PullUpSubqueries(Query* query) {
  if (query->from != nullptr) PullUp(query).Visit(&query->from, false);
}

bool PushConditionInto(Query* subquery, int number, const Expression& condition) {
  if (ContainsSubquery(condition) || ContainsVolatile(condition) ||
      !CanPushTo(*subquery, number, condition))
    return false;
  if (!subquery->set_operation.has_value()) {
    AddCondition(MoveCondition(*subquery, number, condition), &subquery->where);
    return true;
  }
  // Both arms have the condition's columns at the same places. They stand one level deeper.
  Query& left = *subquery->set_operation->left;
  Query& right = *subquery->set_operation->right;
  for (size_t i = 0; i < subquery->targets.size(); ++i) {
    const Expression& target = *subquery->targets[i].expression;
    if (!IsOwnColumn(target) || target.column != static_cast<int>(i)) return false;
  }
  for (const bind::CommonTable& table : subquery->common_tables) {
    if (table.query != nullptr) return false;
  }
  ExpressionPtr deeper = bind::CloneExpression(condition);
  WalkExpression(deeper, 0,
                 {[number](ExpressionPtr& node, int depth) {
                    const bool own = node->levels_up == depth && node->relation == number;
                    if (node->levels_up >= depth && !own) ++node->levels_up;
                  },
                  nullptr});
  std::unique_ptr<Query> left_before = bind::CloneQuery(left);
  if (!PushConditionInto(&left, number, *deeper)) return false;
  if (PushConditionInto(&right, number, *deeper)) return true;
  subquery->set_operation->left = std::move(left_before);
  return false;
}

}  // namespace heliosdb::sql::plan
