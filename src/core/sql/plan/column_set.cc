#include "core/sql/plan/column_set.h"

#include <utility>

#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using bind::FromItem;
using bind::Query;

// The one description of where expressions and queries stand inside a query, for walks that change
// and walks that only look. Visit has OnExpression(E&, depth), OnQuery(Q&, depth), OnRelation(R&,
// depth).
template <typename FromT, typename Visit>
void EachPartOfFrom(FromT* item, int depth, const Visit& visit) {
  if (item == nullptr) return;
  if (item->condition != nullptr) visit.OnExpression(item->condition, depth);
  EachPartOfFrom(item->left.get(), depth, visit);
  EachPartOfFrom(item->right.get(), depth, visit);
}

template <typename AggregateT, typename Visit>
void EachPartOfAggregate(AggregateT& aggregate, int depth, const Visit& visit) {
  for (auto& argument : aggregate.arguments) visit.OnExpression(argument, depth);
  for (auto& argument : aggregate.direct_arguments) visit.OnExpression(argument, depth);
  for (auto& order : aggregate.order_by) visit.OnExpression(order.expression, depth);
  if (aggregate.filter != nullptr) visit.OnExpression(aggregate.filter, depth);
}

template <typename RelationT, typename Visit>
void EachPartOfRelation(RelationT& relation, int depth, const Visit& visit) {
  visit.OnRelation(relation, depth);
  if (relation.query != nullptr) visit.OnQuery(*relation.query, depth + 1);
  if (relation.function != nullptr) visit.OnExpression(relation.function, depth);
  for (auto& row : relation.rows) {
    for (auto& value : row) visit.OnExpression(value, depth);
  }
}

template <typename QueryT, typename Visit>
void EachPartOfQuery(QueryT& query, int depth, const Visit& visit) {
  for (auto& table : query.common_tables) {
    if (table.query != nullptr) visit.OnQuery(*table.query, depth + 1);
  }
  if (query.set_operation.has_value()) {
    visit.OnQuery(*query.set_operation->left, depth + 1);
    visit.OnQuery(*query.set_operation->right, depth + 1);
  }
  for (auto& relation : query.relations) EachPartOfRelation(relation, depth, visit);
  EachPartOfFrom(query.from.get(), depth, visit);
  for (auto* expression : {&query.where, &query.having, &query.limit, &query.offset}) {
    if (*expression != nullptr) visit.OnExpression(*expression, depth);
  }
  for (auto& key : query.group_by) visit.OnExpression(key, depth);
  for (auto& aggregate : query.aggregates) EachPartOfAggregate(aggregate, depth, visit);
  for (auto& target : query.targets) visit.OnExpression(target.expression, depth);
}

bool IsColumnLike(ExpressionKind kind) {
  return kind == ExpressionKind::kColumn || kind == ExpressionKind::kGroupKey ||
         kind == ExpressionKind::kAggregate;
}

struct Changing {
  const TreeVisitor& visitor;
  void OnExpression(ExpressionPtr& expression, int depth) const {
    WalkExpression(expression, depth, visitor);
  }
  void OnQuery(Query& query, int depth) const { WalkQuery(query, depth, visitor); }
  void OnRelation(bind::Relation& relation, int depth) const {
    if (visitor.relation != nullptr) visitor.relation(relation, depth);
  }
};

// Calls on_node with every expression node inside, and its depth; stops when it returns true.
template <typename OnNode>
struct Looking {
  const OnNode& on_node;
  bool* const stopped;
  void OnExpression(const ExpressionPtr& expression, int depth) const {
    if (*stopped) return;
    if (on_node(*expression, depth)) {
      *stopped = true;
      return;
    }
    for (const ExpressionPtr& argument : expression->arguments) OnExpression(argument, depth);
    if (expression->subquery != nullptr) OnQuery(*expression->subquery, depth + 1);
  }
  void OnQuery(const Query& query, int depth) const { EachPartOfQuery(query, depth, *this); }
  void OnRelation(const bind::Relation&, int) const {}
};

template <typename OnNode>
bool AnyNode(const Expression& expression, const OnNode& on_node) {
  bool stopped = false;
  const Looking<OnNode> looking{on_node, &stopped};
  if (on_node(expression, 0)) return true;
  for (const ExpressionPtr& argument : expression.arguments) looking.OnExpression(argument, 0);
  if (expression.subquery != nullptr) looking.OnQuery(*expression.subquery, 1);
  return stopped;
}

template <typename OnNode>
bool AnyNode(const Query& query, int depth, const OnNode& on_node) {
  bool stopped = false;
  Looking<OnNode>{on_node, &stopped}.OnQuery(query, depth);
  return stopped;
}

bool IsVolatileCall(const Expression& node) {
  return node.function != nullptr && node.function->volatility == functions::Volatility::kVolatile;
}

TreeVisitor LevelShift(int start, int by) {
  return {[start, by](ExpressionPtr& node, int depth) {
            if (node->levels_up >= depth + start) node->levels_up += by;
          },
          [start, by](bind::Relation& relation, int depth) {
            const bool common = relation.kind == bind::Relation::Kind::kCommonTable;
            if (common && relation.cte_levels_up >= depth + start) relation.cte_levels_up += by;
          }};
}

}  // namespace

void WalkExpression(ExpressionPtr& expression, int depth, const TreeVisitor& visitor) {
  if (IsColumnLike(expression->kind)) {
    visitor.column(expression, depth);
    return;
  }
  for (ExpressionPtr& argument : expression->arguments) WalkExpression(argument, depth, visitor);
  if (expression->subquery != nullptr) WalkQuery(*expression->subquery, depth + 1, visitor);
}

void WalkQuery(Query& query, int depth, const TreeVisitor& visitor) {
  EachPartOfQuery(query, depth, Changing{visitor});
}

void ForEachColumn(const Expression& expression,
                   const std::function<void(const ColumnRef&)>& visit) {
  AnyNode(expression, [&visit](const Expression& node, int depth) {
    if (node.kind == ExpressionKind::kColumn && node.levels_up == depth)
      visit({node.relation, node.column});
    return false;
  });
}

void ForEachColumnInQuery(const Query& query, int depth,
                          const std::function<void(const ColumnRef&)>& visit) {
  AnyNode(query, depth, [&visit](const Expression& node, int node_depth) {
    if (node.kind == ExpressionKind::kColumn && node.levels_up == node_depth)
      visit({node.relation, node.column});
    return false;
  });
}

RelationSet RelationsOf(const Expression& expression) {
  RelationSet relations;
  ForEachColumn(expression,
                [&relations](const ColumnRef& column) { relations.set(column.relation); });
  return relations;
}

bool ContainsSubquery(const Expression& expression) {
  return AnyNode(expression, [](const Expression& node, int) { return node.subquery != nullptr; });
}

bool ContainsVolatile(const Expression& expression) {
  return AnyNode(expression, [](const Expression& node, int) { return IsVolatileCall(node); });
}

bool ContainsVolatile(const Query& query) {
  return AnyNode(query, 0, [](const Expression& node, int) { return IsVolatileCall(node); });
}

bool ReachesOutside(Query& query, int common_table_levels_min) {
  bool reaches = false;
  WalkQuery(
      query, 0,
      {[&reaches](ExpressionPtr& node, int depth) { reaches = reaches || node->levels_up > depth; },
       [&reaches, common_table_levels_min](bind::Relation& relation, int depth) {
         reaches = reaches || (relation.kind == bind::Relation::Kind::kCommonTable &&
                               relation.cte_levels_up >= depth + common_table_levels_min);
       }});
  return reaches;
}

bool RelationRefersTo(const bind::Relation& relation, int levels) {
  const auto refers = [levels](const Expression& node, int depth) {
    return IsColumnLike(node.kind) && node.levels_up == depth + levels;
  };
  bool stopped = false;
  EachPartOfRelation(relation, 0, Looking<decltype(refers)>{refers, &stopped});
  return stopped;
}

void ShiftLevels(ExpressionPtr& expression, int depth, int by) {
  WalkExpression(expression, 0, LevelShift(depth, by));
}

void ShiftLevels(Query& query, int depth, int by) { WalkQuery(query, 0, LevelShift(depth, by)); }

void SplitConjuncts(ExpressionPtr expression, std::vector<ExpressionPtr>* conjuncts) {
  if (expression == nullptr) return;
  if (expression->kind != ExpressionKind::kAnd) {
    conjuncts->push_back(std::move(expression));
    return;
  }
  for (ExpressionPtr& argument : expression->arguments)
    SplitConjuncts(std::move(argument), conjuncts);
}

}  // namespace heliosdb::sql::plan
