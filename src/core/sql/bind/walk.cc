#include "core/sql/bind/walk.h"

#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::bind {
namespace {

using types::TypeOid;

void WalkAll(std::vector<ExpressionPtr>& expressions, int depth, const ExpressionVisitor& visit) {
  for (ExpressionPtr& expression : expressions) WalkExpression(expression, depth, visit);
}

void WalkFrom(FromItem* item, int depth, const ExpressionVisitor& visit) {
  if (item == nullptr) return;
  WalkFrom(item->left.get(), depth, visit);
  WalkFrom(item->right.get(), depth, visit);
  WalkExpression(item->condition, depth, visit);
}

void WalkRelation(Relation& relation, int depth, const ExpressionVisitor& visit) {
  if (relation.query != nullptr) WalkQuery(*relation.query, depth + 1, visit);
  for (std::vector<ExpressionPtr>& row : relation.rows) WalkAll(row, depth, visit);
  WalkExpression(relation.function, depth, visit);
}

void WalkAggregate(Aggregate& aggregate, int depth, const ExpressionVisitor& visit) {
  WalkAll(aggregate.arguments, depth, visit);
  WalkExpression(aggregate.filter, depth, visit);
  for (Aggregate::Order& order : aggregate.order_by) WalkExpression(order.expression, depth, visit);
  WalkAll(aggregate.direct_arguments, depth, visit);
}

bool IsDatetime(TypeOid type) {
  return type == TypeOid::kDate || type == TypeOid::kTime || type == TypeOid::kTimestamp ||
         type == TypeOid::kTimestamptz;
}

}  // namespace

void WalkExpression(ExpressionPtr& expression, int depth, const ExpressionVisitor& visit) {
  if (expression == nullptr || !visit(expression, depth)) return;
  WalkAll(expression->arguments, depth, visit);
  WalkExpression(expression->comparison, depth, visit);
  if (expression->subquery != nullptr) WalkQuery(*expression->subquery, depth + 1, visit);
}

void WalkQuery(Query& query, int depth, const ExpressionVisitor& visit) {
  for (CommonTable& table : query.common_tables) {
    if (table.query != nullptr) WalkQuery(*table.query, depth + 1, visit);
  }
  if (query.set_operation.has_value()) {
    WalkQuery(*query.set_operation->left, depth + 1, visit);
    WalkQuery(*query.set_operation->right, depth + 1, visit);
  }
  for (Relation& relation : query.relations) WalkRelation(relation, depth, visit);
  WalkFrom(query.from.get(), depth, visit);
  WalkExpression(query.where, depth, visit);
  WalkAll(query.group_by, depth, visit);
  for (Aggregate& aggregate : query.aggregates) WalkAggregate(aggregate, depth, visit);
  WalkExpression(query.having, depth, visit);
  for (Target& target : query.targets) WalkExpression(target.expression, depth, visit);
  WalkExpression(query.limit, depth, visit);
  WalkExpression(query.offset, depth, visit);
}

// The walks do not change what the visitor leaves alone, so reading through them is safe.
void ReadExpression(const Expression& expression, int depth, const ExpressionReader& read) {
  auto& mutable_expression = const_cast<Expression&>(expression);
  if (!read(expression, depth)) return;
  const ExpressionVisitor visit = [&read](ExpressionPtr& child, int child_depth) {
    return read(*child, child_depth);
  };
  WalkAll(mutable_expression.arguments, depth, visit);
  WalkExpression(mutable_expression.comparison, depth, visit);
  if (mutable_expression.subquery != nullptr) {
    WalkQuery(*mutable_expression.subquery, depth + 1, visit);
  }
}

void ReadQuery(const Query& query, int depth, const ExpressionReader& read) {
  WalkQuery(const_cast<Query&>(query), depth,
            [&read](ExpressionPtr& child, int child_depth) { return read(*child, child_depth); });
}

void WalkRelations(Query& query, int depth, const RelationVisitor& visit) {
  const auto own_relations = [&visit](Query& of, int at) {
    for (Relation& relation : of.relations) visit(relation, at);
  };
  own_relations(query, depth);
  for (CommonTable& table : query.common_tables) {
    if (table.query != nullptr) WalkRelations(*table.query, depth + 1, visit);
  }
  if (query.set_operation.has_value()) {
    WalkRelations(*query.set_operation->left, depth + 1, visit);
    WalkRelations(*query.set_operation->right, depth + 1, visit);
  }
  for (Relation& relation : query.relations) {
    if (relation.query != nullptr) WalkRelations(*relation.query, depth + 1, visit);
  }
  // Subqueries of this query's own expressions; those further down are reached by recursion.
  WalkQuery(query, depth, [&](ExpressionPtr& expression, int at) {
    if (at != depth) return false;
    if (expression->subquery != nullptr) WalkRelations(*expression->subquery, depth + 1, visit);
    return true;
  });
}

void MoveInward(Query* query, int levels) {
  if (levels == 0) return;
  // Depth 0 is the query itself, so what stands outside of it is beyond the depth.
  WalkQuery(*query, 0, [levels](ExpressionPtr& expression, int depth) {
    if (expression->levels_up > depth) expression->levels_up += levels;
    return true;
  });
  WalkRelations(*query, 0, [levels](Relation& relation, int depth) {
    if (relation.kind == Relation::Kind::kCommonTable && relation.cte_levels_up > depth) {
      relation.cte_levels_up += levels;
    }
  });
}

void MoveInward(ExpressionPtr* expression, int levels) {
  if (levels == 0) return;
  WalkExpression(*expression, 0, [levels](ExpressionPtr& child, int depth) {
    if (child->levels_up >= depth &&
        (child->kind == ExpressionKind::kColumn || child->kind == ExpressionKind::kGroupKey ||
         child->kind == ExpressionKind::kAggregate)) {
      child->levels_up += levels;
    }
    return true;
  });
}

bool ContainsAggregate(const Expression& expression) {
  bool found = false;
  ReadExpression(expression, 0, [&found](const Expression& child, int depth) {
    found |= child.kind == ExpressionKind::kAggregate && child.levels_up == depth;
    return !found;
  });
  return found;
}

bool ContainsVolatile(const Expression& expression) {
  bool found = false;
  ReadExpression(expression, 0, [&found](const Expression& child, int) {
    found |= child.kind == ExpressionKind::kCall &&
             child.function->volatility == functions::Volatility::kVolatile;
    return !found;
  });
  return found;
}

bool ContainsMutable(const Expression& expression) {
  bool found = false;
  ReadExpression(expression, 0, [&found](const Expression& child, int) {
    if (child.kind == ExpressionKind::kCall) {
      found |= child.function->volatility != functions::Volatility::kImmutable;
    }
    if (child.kind == ExpressionKind::kCast) {
      found |= CastIsStable(child.arguments[0]->type.oid, child.type.oid);
    }
    return !found;
  });
  return found;
}

bool ContainsOwnColumn(const Expression& expression) {
  bool found = false;
  ReadExpression(expression, 0, [&found](const Expression& child, int depth) {
    found |= (child.kind == ExpressionKind::kColumn || child.kind == ExpressionKind::kGroupKey ||
              child.kind == ExpressionKind::kAggregate) &&
             child.levels_up == depth && child.relation >= 0;
    return !found;
  });
  return found;
}

bool ContainsSubquery(const Expression& expression) {
  bool found = false;
  ReadExpression(expression, 0, [&found](const Expression& child, int) {
    found |= child.kind == ExpressionKind::kSubquery;
    return !found;
  });
  return found;
}

bool CastIsStable(TypeOid from, TypeOid to) {
  if (from == to) return false;
  if (from == TypeOid::kTimestamptz || to == TypeOid::kTimestamptz) return true;
  return types::PhysicalOf(from) == types::Physical::kString && from != TypeOid::kNumeric &&
         IsDatetime(to);
}

}  // namespace heliosdb::sql::bind
