#include "core/sql/bind/bound_query.h"

namespace heliosdb::sql::bind {
namespace {

ExpressionPtr CloneOrNull(const ExpressionPtr& expression) {
  return expression == nullptr ? nullptr : CloneExpression(*expression);
}

std::vector<ExpressionPtr> CloneAll(const std::vector<ExpressionPtr>& expressions) {
  std::vector<ExpressionPtr> copies;
  copies.reserve(expressions.size());
  for (const ExpressionPtr& expression : expressions) copies.push_back(CloneOrNull(expression));
  return copies;
}

std::unique_ptr<Query> CloneQueryOrNull(const std::unique_ptr<Query>& query) {
  return query == nullptr ? nullptr : CloneQuery(*query);
}

Relation CloneRelation(const Relation& relation) {
  Relation copy;
  copy.kind = relation.kind;
  copy.alias = relation.alias;
  copy.columns = relation.columns;
  copy.table = relation.table;
  copy.query = CloneQueryOrNull(relation.query);
  copy.cte_index = relation.cte_index;
  copy.cte_levels_up = relation.cte_levels_up;
  for (const std::vector<ExpressionPtr>& row : relation.rows) copy.rows.push_back(CloneAll(row));
  copy.function = CloneOrNull(relation.function);
  copy.with_ordinality = relation.with_ordinality;
  copy.system_view = relation.system_view;
  copy.lateral = relation.lateral;
  return copy;
}

std::unique_ptr<FromItem> CloneFrom(const FromItem* item) {
  if (item == nullptr) return nullptr;
  auto copy = std::make_unique<FromItem>();
  copy->relation = item->relation;
  copy->join_type = item->join_type;
  copy->left = CloneFrom(item->left.get());
  copy->right = CloneFrom(item->right.get());
  copy->condition = CloneOrNull(item->condition);
  return copy;
}

CommonTable CloneCommonTable(const CommonTable& table) {
  CommonTable copy;
  copy.name = table.name;
  copy.columns = table.columns;
  copy.query = CloneQueryOrNull(table.query);
  copy.recursive = table.recursive;
  copy.union_all = table.union_all;
  copy.references = table.references;
  return copy;
}

bool SameOrNull(const ExpressionPtr& a, const ExpressionPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return SameExpression(*a, *b);
}

bool SameList(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!SameOrNull(a[i], b[i])) return false;
  }
  return true;
}

bool SameQueryOrNull(const std::unique_ptr<Query>& a, const std::unique_ptr<Query>& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return SameQuery(*a, *b);
}

bool SameRelation(const Relation& a, const Relation& b) {
  if (a.kind != b.kind || a.table != b.table || a.cte_index != b.cte_index ||
      a.cte_levels_up != b.cte_levels_up || a.with_ordinality != b.with_ordinality ||
      a.system_view != b.system_view || a.lateral != b.lateral ||
      a.columns.size() != b.columns.size() || a.rows.size() != b.rows.size()) {
    return false;
  }
  for (size_t i = 0; i < a.rows.size(); ++i) {
    if (!SameList(a.rows[i], b.rows[i])) return false;
  }
  return SameQueryOrNull(a.query, b.query) && SameOrNull(a.function, b.function);
}

bool SameFrom(const FromItem* a, const FromItem* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->relation == b->relation && a->join_type == b->join_type &&
         SameFrom(a->left.get(), b->left.get()) && SameFrom(a->right.get(), b->right.get()) &&
         SameOrNull(a->condition, b->condition);
}

bool SameAggregate(const Aggregate& a, const Aggregate& b) {
  if (a.entry != b.entry || a.type != b.type || a.distinct != b.distinct ||
      a.order_by.size() != b.order_by.size()) {
    return false;
  }
  for (size_t i = 0; i < a.order_by.size(); ++i) {
    if (a.order_by[i].descending != b.order_by[i].descending ||
        a.order_by[i].nulls_first != b.order_by[i].nulls_first ||
        !SameExpression(*a.order_by[i].expression, *b.order_by[i].expression)) {
      return false;
    }
  }
  return SameList(a.arguments, b.arguments) && SameOrNull(a.filter, b.filter) &&
         SameList(a.direct_arguments, b.direct_arguments);
}

bool SameSetOperation(const Query& a, const Query& b) {
  if (a.set_operation.has_value() != b.set_operation.has_value()) return false;
  if (!a.set_operation.has_value()) return true;
  return a.set_operation->op == b.set_operation->op &&
         a.set_operation->all == b.set_operation->all &&
         SameQuery(*a.set_operation->left, *b.set_operation->left) &&
         SameQuery(*a.set_operation->right, *b.set_operation->right);
}

bool SameOrder(const Query& a, const Query& b) {
  if (a.order_by.size() != b.order_by.size()) return false;
  for (size_t i = 0; i < a.order_by.size(); ++i) {
    if (a.order_by[i].target != b.order_by[i].target ||
        a.order_by[i].descending != b.order_by[i].descending ||
        a.order_by[i].nulls_first != b.order_by[i].nulls_first) {
      return false;
    }
  }
  return true;
}

template <typename T, typename Same>
bool SameElements(const std::vector<T>& a, const std::vector<T>& b, Same same) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

Relation::Relation() = default;
Relation::~Relation() = default;
Relation::Relation(Relation&&) noexcept = default;
Relation& Relation::operator=(Relation&&) noexcept = default;

std::unique_ptr<Query> CloneQuery(const Query& query) {
  auto copy = std::make_unique<Query>();
  for (const CommonTable& table : query.common_tables) {
    copy->common_tables.push_back(CloneCommonTable(table));
  }
  if (query.set_operation.has_value()) {
    copy->set_operation.emplace();
    copy->set_operation->op = query.set_operation->op;
    copy->set_operation->all = query.set_operation->all;
    copy->set_operation->left = CloneQuery(*query.set_operation->left);
    copy->set_operation->right = CloneQuery(*query.set_operation->right);
  }
  for (const Relation& relation : query.relations) {
    copy->relations.push_back(CloneRelation(relation));
  }
  copy->from = CloneFrom(query.from.get());
  copy->where = CloneOrNull(query.where);
  copy->aggregated = query.aggregated;
  copy->group_by = CloneAll(query.group_by);
  for (const Aggregate& aggregate : query.aggregates) copy->aggregates.push_back(aggregate.Clone());
  copy->having = CloneOrNull(query.having);
  for (const Target& target : query.targets) {
    copy->targets.push_back({target.name, CloneExpression(*target.expression)});
  }
  copy->visible_targets = query.visible_targets;
  copy->distinct = query.distinct;
  copy->distinct_on = query.distinct_on;
  copy->order_by = query.order_by;
  copy->limit = CloneOrNull(query.limit);
  copy->offset = CloneOrNull(query.offset);
  copy->with_ties = query.with_ties;
  copy->row_locks = query.row_locks;
  copy->correlated = query.correlated;
  return copy;
}

bool SameQuery(const Query& a, const Query& b) {
  const auto same_table = [](const CommonTable& x, const CommonTable& y) {
    return x.recursive == y.recursive && x.union_all == y.union_all &&
           SameQueryOrNull(x.query, y.query);
  };
  const auto same_target = [](const Target& x, const Target& y) {
    return x.name == y.name && SameExpression(*x.expression, *y.expression);
  };
  // Row locks change more than the result: such queries are never the same.
  if (!a.row_locks.empty() || !b.row_locks.empty()) return false;
  return SameElements(a.common_tables, b.common_tables, same_table) && SameSetOperation(a, b) &&
         SameElements(a.relations, b.relations, SameRelation) &&
         SameFrom(a.from.get(), b.from.get()) && SameOrNull(a.where, b.where) &&
         a.aggregated == b.aggregated && SameList(a.group_by, b.group_by) &&
         SameElements(a.aggregates, b.aggregates, SameAggregate) &&
         SameOrNull(a.having, b.having) && SameElements(a.targets, b.targets, same_target) &&
         a.visible_targets == b.visible_targets && a.distinct == b.distinct &&
         a.distinct_on == b.distinct_on && SameOrder(a, b) && SameOrNull(a.limit, b.limit) &&
         SameOrNull(a.offset, b.offset) && a.with_ties == b.with_ties;
}

}  // namespace heliosdb::sql::bind
