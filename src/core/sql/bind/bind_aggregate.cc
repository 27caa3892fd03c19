// Aggregate calls, and the rule that what is not grouped must be aggregated.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::TypeOid;

bool IsReference(const Expression& expression) {
  return (expression.kind == ExpressionKind::kColumn ||
          expression.kind == ExpressionKind::kAggregate ||
          expression.kind == ExpressionKind::kGroupKey) &&
         expression.relation >= 0;
}

// How many queries outward the nearest reference of the expression stands; nullopt without any.
void NearestLevel(const Expression& expression, std::optional<int>* nearest) {
  ReadExpression(expression, 0, [nearest](const Expression& child, int depth) {
    if (IsReference(child) && child.levels_up >= depth) {
      const int level = child.levels_up - depth;
      *nearest = std::min(nearest->value_or(level), level);
    }
    return true;
  });
}

// Every expression that an aggregate owns.
template <typename Function>
void ForEachPart(Aggregate* aggregate, Function function) {
  for (ExpressionPtr& argument : aggregate->arguments) function(&argument);
  for (ExpressionPtr& argument : aggregate->direct_arguments) function(&argument);
  for (Aggregate::Order& order : aggregate->order_by) function(&order.expression);
  if (aggregate->filter != nullptr) function(&aggregate->filter);
}

bool SameAggregate(const Aggregate& a, const Aggregate& b) {
  const auto same = [](const std::vector<ExpressionPtr>& x, const std::vector<ExpressionPtr>& y) {
    return std::equal(
        x.begin(), x.end(), y.begin(), y.end(),
        [](const ExpressionPtr& p, const ExpressionPtr& q) { return SameExpression(*p, *q); });
  };
  if (a.entry != b.entry || a.type != b.type || a.distinct != b.distinct) return false;
  if (!a.order_by.empty() || !b.order_by.empty()) return false;
  if ((a.filter == nullptr) != (b.filter == nullptr)) return false;
  if (a.filter != nullptr && !SameExpression(*a.filter, *b.filter)) return false;
  return same(a.arguments, b.arguments) && same(a.direct_arguments, b.direct_arguments);
}

bool MayHoldAggregates(Place place) {
  return place == Place::kSelect || place == Place::kHaving || place == Place::kOrderBy ||
         place == Place::kDistinctOn;
}

absl::Status AggregateNotAllowed(Place place, int position) {
  return WithPosition(SqlError(sqlstate::kGroupingError,
                               "aggregate functions are not allowed in {}", PlaceText(place)),
                      position);
}

absl::Status CheckAggregateSyntax(const parse::FunctionCall& call) {
  for (const parse::ExpressionPtr& argument : call.arguments) {
    if (argument->kind == parse::ExpressionKind::kNamedArgument) {
      return WithPosition(Unsupported("aggregates cannot use named arguments"), argument->position);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Aggregate> Binder::BindAggregateArguments(const parse::FunctionCall& call,
                                                         Scope* scope) {
  Aggregate aggregate;
  aggregate.distinct = call.is_distinct;
  std::vector<ExpressionPtr> arguments;
  for (const parse::ExpressionPtr& argument : call.arguments) {
    HELIOS_ASSIGN_OR_RETURN(arguments.emplace_back(), BindNode(*argument, scope));
  }
  const size_t direct_count = call.is_within_group ? arguments.size() : 0;
  for (const parse::SortKey& key : call.order_by) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value, BindNode(*key.expression, scope));
    HELIOS_ASSIGN_OR_RETURN(value, ResolveUnknown(std::move(value)));
    HELIOS_ASSIGN_OR_RETURN(const SortKey order, BindSortDirection(key));
    aggregate.order_by.push_back({std::move(value), order.descending, order.nulls_first});
  }
  std::vector<TypeOid> given;
  given.reserve(arguments.size() + aggregate.order_by.size());
  for (const ExpressionPtr& argument : arguments) given.push_back(argument->type.oid);
  if (call.is_within_group) {
    for (const Aggregate::Order& order : aggregate.order_by) {
      given.push_back(order.expression->type.oid);
    }
  }
  absl::StatusOr<functions::ResolvedAggregate> found = functions::ResolveAggregate(
      call.name.name, given, call.is_within_group ? aggregate.order_by.size() : 0);
  if (!found.ok()) return WithPosition(std::move(found).status(), call.position);
  if (given.empty() && !call.is_star) {
    return WithPosition(
        SqlError(sqlstate::kWrongObjectType,
                 "{}(*) must be used to call a parameterless aggregate function", call.name.name),
        call.position);
  }
  aggregate.entry = found->entry;
  aggregate.type = {found->result};
  for (size_t i = 0; i < given.size(); ++i) {
    const bool is_sorted = i >= arguments.size();
    ExpressionPtr& argument =
        is_sorted ? aggregate.order_by[i - arguments.size()].expression : arguments[i];
    const TypeOid type = found->arguments[i];
    HELIOS_ASSIGN_OR_RETURN(
        argument, type == TypeOid::kAny ? ResolveUnknown(std::move(argument))
                                        : Coerce(std::move(argument), {type}, CastKind::kImplicit));
    if (is_sorted) {
      aggregate.arguments.push_back(CloneExpression(*argument));
    } else if (i < direct_count) {
      aggregate.direct_arguments.push_back(std::move(argument));
    } else {
      aggregate.arguments.push_back(std::move(argument));
    }
  }
  return aggregate;
}

ExpressionOr Binder::BindAggregateCall(const parse::FunctionCall& call, Scope* scope) {
  if (scope->in_aggregate) {
    return WithPosition(
        SqlError(sqlstate::kGroupingError, "aggregate function calls cannot be nested"),
        call.position);
  }
  HELIOS_RETURN_IF_ERROR(CheckAggregateSyntax(call));
  scope->in_aggregate = true;
  absl::StatusOr<Aggregate> bound = BindAggregateArguments(call, scope);
  scope->in_aggregate = false;
  HELIOS_RETURN_IF_ERROR(bound.status());
  if (call.filter != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(bound->filter,
                            BindCondition(*call.filter, scope, Place::kFilter, "FILTER"));
  }
  if (bound->distinct) {
    for (const Aggregate::Order& order : bound->order_by) {
      const bool is_argument = std::any_of(
          bound->arguments.begin(), bound->arguments.end(),
          [&order](const ExpressionPtr& e) { return SameExpression(*e, *order.expression); });
      if (is_argument) continue;
      return WithPosition(
          SqlError(sqlstate::kInvalidColumnReference,
                   "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument "
                   "list"),
          order.expression->position);
    }
  }
  return AddAggregate(*std::move(bound), scope, call.position);
}

ExpressionOr Binder::AddAggregate(Aggregate aggregate, Scope* scope, int position) {
  // An aggregate belongs to the nearest query that its arguments refer to.
  std::optional<int> nearest;
  ForEachPart(&aggregate, [&nearest](ExpressionPtr* part) { NearestLevel(**part, &nearest); });
  const int levels_up = nearest.value_or(0);
  Scope* owner = scope;
  for (int i = 0; i < levels_up; ++i) {
    owner->query->correlated = true;
    owner = owner->parent;
  }
  if (!MayHoldAggregates(owner->place)) return AggregateNotAllowed(owner->place, position);
  if (levels_up > 0 && owner->in_aggregate) {
    return WithPosition(
        SqlError(sqlstate::kGroupingError, "aggregate function calls cannot be nested"), position);
  }
  ForEachPart(&aggregate, [levels_up](ExpressionPtr* part) { MoveInward(part, -levels_up); });

  Query& query = *owner->query;
  query.aggregated = true;
  ExpressionPtr node = MakeNode(ExpressionKind::kAggregate, aggregate.type, position);
  node->levels_up = levels_up;
  for (size_t i = 0; i < query.aggregates.size(); ++i) {
    if (SameAggregate(query.aggregates[i], aggregate)) {
      node->index = static_cast<int>(i);
      return node;
    }
  }
  node->index = static_cast<int>(query.aggregates.size());
  query.aggregates.push_back(std::move(aggregate));
  return node;
}

namespace {

// Replaces grouped expressions by group keys.
class Grouping {
 public:
  explicit Grouping(Query* query) : query_(query), written_keys_(query->group_by.size()) {}

  absl::Status Replace(ExpressionPtr* expression) {
    WalkExpression(*expression, 0, [this](ExpressionPtr& child, int depth) {
      return status_.ok() && Visit(&child, depth);
    });
    return status_;
  }

 private:
  // False: done with the expression.
  bool Visit(ExpressionPtr* expression, int depth) {
    Expression& node = **expression;
    if (node.kind == ExpressionKind::kAggregate && node.levels_up == depth) return false;
    if (depth == 0) {
      // Keys that were added for a functional dependency are columns, found below.
      for (size_t i = 0; i < written_keys_; ++i) {
        if (SameExpression(node, *query_->group_by[i])) {
          *expression = MakeKey(i, node, 0);
          return false;
        }
      }
    }
    if (node.kind != ExpressionKind::kColumn || node.levels_up != depth || node.relation < 0) {
      return true;
    }
    const std::optional<size_t> key = KeyOfColumn(node);
    if (key.has_value()) {
      *expression = MakeKey(*key, node, depth);
    } else {
      status_ = NotGrouped(node, depth);
    }
    return false;
  }

  static ExpressionPtr MakeKey(size_t key, const Expression& node, int depth) {
    ExpressionPtr made = MakeNode(ExpressionKind::kGroupKey, node.type, node.position);
    made->index = static_cast<int>(key);
    made->levels_up = depth;
    return made;
  }

  bool IsKey(int relation, int column) const {
    return std::any_of(query_->group_by.begin(), query_->group_by.end(),
                       [&](const ExpressionPtr& key) {
                         return key->kind == ExpressionKind::kColumn && key->levels_up == 0 &&
                                key->relation == relation && key->column == column;
                       });
  }

  std::optional<size_t> KeyOfColumn(const Expression& node) {
    for (size_t i = 0; i < query_->group_by.size(); ++i) {
      const Expression& key = *query_->group_by[i];
      if (key.kind == ExpressionKind::kColumn && key.levels_up == 0 &&
          key.relation == node.relation && key.column == node.column) {
        return i;
      }
    }
    if (!DependsOnKeys(node.relation)) return std::nullopt;
    query_->group_by.push_back(MakeColumn(node.relation, node.column, node.type, node.position));
    return query_->group_by.size() - 1;
  }

  // Whether the relation's primary key is grouped by: then its other columns follow from it.
  bool DependsOnKeys(int relation) const {
    const Relation& of = query_->relations[static_cast<size_t>(relation)];
    if (of.table == nullptr || !of.table->clustered_key.has_value()) return false;
    const std::vector<int>& columns = of.table->clustered_key->columns;
    return !of.table->clustered_key->deferrable &&
           std::all_of(columns.begin(), columns.end(),
                       [&](int column) { return IsKey(relation, column); });
  }

  absl::Status NotGrouped(const Expression& node, int depth) const {
    const Relation& relation = query_->relations[static_cast<size_t>(node.relation)];
    const std::string& column = relation.columns[static_cast<size_t>(node.column)].name;
    absl::Status status =
        depth == 0
            ? SqlError(sqlstate::kGroupingError,
                       "column \"{}.{}\" must appear in the GROUP BY clause or be used in an "
                       "aggregate function",
                       relation.alias, column)
            : SqlError(sqlstate::kGroupingError,
                       "subquery uses ungrouped column \"{}.{}\" from outer query", relation.alias,
                       column);
    return WithPosition(std::move(status), node.position);
  }

  Query* const query_;
  const size_t written_keys_;
  absl::Status status_;
};

}  // namespace

absl::Status Binder::GroupQuery(Scope* scope) {
  Query& query = *scope->query;
  if (!query.aggregated) return absl::OkStatus();
  if (scope->set_in_targets) {
    return Unsupported(
        "set-returning functions in the select list of an aggregated query are not "
        "supported");
  }
  Grouping grouping(&query);
  for (Target& target : query.targets) {
    HELIOS_RETURN_IF_ERROR(grouping.Replace(&target.expression));
  }
  if (query.having != nullptr) HELIOS_RETURN_IF_ERROR(grouping.Replace(&query.having));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
