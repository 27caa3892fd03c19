// ORDER BY, GROUP BY and DISTINCT: which target an element means.
#include <algorithm>
#include <map>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {

absl::StatusOr<std::optional<int>> Binder::FindTargetByNameOrNumber(
    const parse::Expression& expression, Scope* scope, Place place) {
  const Query& query = *scope->query;
  if (const auto* const constant = expression.TryAs<parse::Constant>(); constant != nullptr) {
    if (constant->type != parse::ConstantType::kInteger) {
      return WithPosition(
          SqlError(sqlstate::kSyntaxError, "non-integer constant in {}", PlaceText(place)),
          constant->position);
    }
    if (constant->integer < 1 || static_cast<size_t>(constant->integer) > query.visible_targets) {
      return WithPosition(
          SqlError(sqlstate::kInvalidColumnReference, "{} position {} is not in select list",
                   PlaceText(place), constant->integer),
          constant->position);
    }
    return std::optional<int>(constant->integer - 1);
  }
  const auto* const reference = expression.TryAs<parse::ColumnReference>();
  if (reference == nullptr || reference->is_star || reference->names.size() != 1) {
    return std::optional<int>();
  }
  const std::string& name = reference->names[0];
  if (place == Place::kGroupBy) {
    // In GROUP BY a column of the input goes before an output name.
    HELIOS_ASSIGN_OR_RETURN(const ExpressionPtr column,
                            FindColumn(name, scope, reference->position, true));
    if (column != nullptr) return std::optional<int>();
  }
  std::optional<int> found;
  for (size_t i = 0; i < query.visible_targets; ++i) {
    if (query.targets[i].name != name) continue;
    if (found.has_value() && !SameExpression(*query.targets[static_cast<size_t>(*found)].expression,
                                             *query.targets[i].expression)) {
      return WithPosition(
          SqlError(sqlstate::kAmbiguousColumn, "{} \"{}\" is ambiguous", PlaceText(place), name),
          reference->position);
    }
    if (!found.has_value()) found = static_cast<int>(i);
  }
  return found;
}

absl::StatusOr<int> Binder::FindTarget(const parse::Expression& expression, Scope* scope,
                                       Place place) {
  Query& query = *scope->query;
  HELIOS_ASSIGN_OR_RETURN(const std::optional<int> named,
                          FindTargetByNameOrNumber(expression, scope, place));
  if (named.has_value()) {
    Target& target = query.targets[static_cast<size_t>(*named)];
    HELIOS_ASSIGN_OR_RETURN(target.expression, ResolveUnknown(std::move(target.expression)));
    return *named;
  }
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound, BindExpression(expression, scope, place));
  HELIOS_ASSIGN_OR_RETURN(bound, ResolveUnknown(std::move(bound)));
  for (size_t i = 0; i < query.targets.size(); ++i) {
    if (SameExpression(*query.targets[i].expression, *bound)) return static_cast<int>(i);
  }
  query.targets.push_back({"", std::move(bound)});
  return static_cast<int>(query.targets.size()) - 1;
}

absl::StatusOr<SortKey> Binder::BindSortDirection(const parse::SortKey& key) const {
  SortKey bound;
  switch (key.direction) {
    case parse::SortDirection::kDefault:
    case parse::SortDirection::kAscending:
      break;
    case parse::SortDirection::kDescending:
      bound.descending = true;
      break;
    case parse::SortDirection::kUsing:
      if (key.using_operator.name != "<" && key.using_operator.name != ">") {
        return WithPosition(
            Unsupported("ORDER BY USING {} is not supported", key.using_operator.name),
            key.position);
      }
      bound.descending = key.using_operator.name == ">";
      break;
  }
  bound.nulls_first = key.nulls == parse::NullsOrder::kDefault
                          ? bound.descending
                          : key.nulls == parse::NullsOrder::kFirst;
  return bound;
}

absl::Status Binder::BindOrderBy(const std::vector<parse::SortKey>& keys, Scope* scope) {
  for (const parse::SortKey& key : keys) {
    HELIOS_ASSIGN_OR_RETURN(SortKey bound, BindSortDirection(key));
    HELIOS_ASSIGN_OR_RETURN(bound.target, FindTarget(*key.expression, scope, Place::kOrderBy));
    std::vector<SortKey>& order = scope->query->order_by;
    const bool is_repeated = std::any_of(order.begin(), order.end(), [&bound](const SortKey& k) {
      return k.target == bound.target;
    });
    if (!is_repeated) order.push_back(bound);
  }
  return absl::OkStatus();
}

absl::Status Binder::AddGroupKey(const parse::Expression& expression, Scope* scope) {
  Query& query = *scope->query;
  HELIOS_ASSIGN_OR_RETURN(const std::optional<int> named,
                          FindTargetByNameOrNumber(expression, scope, Place::kGroupBy));
  ExpressionPtr key;
  if (named.has_value()) {
    if (recorder_ != nullptr && recorder_->suspended == 0)
      recorder_->group_targets[&expression] = *named;
    Target& target = query.targets[static_cast<size_t>(*named)];
    HELIOS_ASSIGN_OR_RETURN(target.expression, ResolveUnknown(std::move(target.expression)));
    key = CloneExpression(*target.expression);
    if (ContainsAggregate(*key)) {
      return WithPosition(
          SqlError(sqlstate::kGroupingError, "aggregate functions are not allowed in GROUP BY"),
          key->position);
    }
  } else {
    HELIOS_ASSIGN_OR_RETURN(key, BindExpression(expression, scope, Place::kGroupBy));
    HELIOS_ASSIGN_OR_RETURN(key, ResolveUnknown(std::move(key)));
  }
  for (const ExpressionPtr& other : query.group_by) {
    if (SameExpression(*other, *key)) return absl::OkStatus();
  }
  query.group_by.push_back(std::move(key));
  return absl::OkStatus();
}

absl::Status Binder::BindGroupBy(const parse::SelectStatement& select, Scope* scope) {
  if (!select.group_by.empty()) scope->query->aggregated = true;
  for (const parse::GroupByItem& item : select.group_by) {
    if (recorder_ != nullptr && recorder_->suspended == 0) recorder_->group_items.insert(&item);
    switch (item.kind) {
      case parse::GroupByKind::kEmpty:
        break;
      case parse::GroupByKind::kExpression: {
        const auto* const row = item.expression->TryAs<parse::RowExpression>();
        if (row == nullptr) {
          HELIOS_RETURN_IF_ERROR(AddGroupKey(*item.expression, scope));
          break;
        }
        for (const parse::ExpressionPtr& field : row->fields) {
          HELIOS_RETURN_IF_ERROR(AddGroupKey(*field, scope));
        }
        break;
      }
      case parse::GroupByKind::kRollup:
      case parse::GroupByKind::kCube:
      case parse::GroupByKind::kSets:
        return WithPosition(Unsupported("GROUPING SETS, ROLLUP and CUBE are not supported"),
                            item.position);
    }
  }
  return absl::OkStatus();
}

absl::Status Binder::BindDistinct(const parse::SelectStatement& select, Scope* scope) {
  Query& query = *scope->query;
  query.distinct = static_cast<DistinctKind>(select.distinct);
  if (query.distinct == DistinctKind::kAll) {
    for (const SortKey& key : query.order_by) {
      if (static_cast<size_t>(key.target) < query.visible_targets) continue;
      return WithPosition(
          SqlError(sqlstate::kInvalidColumnReference,
                   "for SELECT DISTINCT, ORDER BY expressions must appear in select list"),
          query.targets[static_cast<size_t>(key.target)].expression->position);
    }
  }
  if (query.distinct != DistinctKind::kOn) return absl::OkStatus();

  std::vector<int> wanted;
  std::map<int, int> positions;
  for (const parse::ExpressionPtr& expression : select.distinct_on) {
    HELIOS_ASSIGN_OR_RETURN(const int target, FindTarget(*expression, scope, Place::kDistinctOn));
    if (!positions.try_emplace(target, parse::LeftmostPosition(*expression)).second) continue;
    wanted.push_back(target);
  }
  const auto mismatch = [&positions](int target) {
    return WithPosition(
        SqlError(sqlstate::kInvalidColumnReference,
                 "SELECT DISTINCT ON expressions must match initial ORDER BY expressions"),
        positions[target]);
  };
  // The sort's own order of these comes first, and nothing else of it before them.
  const auto is_wanted = [&wanted](int target) {
    return std::count(wanted.begin(), wanted.end(), target) > 0;
  };
  bool skipped = false;
  for (const SortKey& key : query.order_by) {
    if (!is_wanted(key.target)) {
      skipped = true;
    } else if (skipped) {
      return mismatch(key.target);
    } else {
      query.distinct_on.push_back(key.target);
    }
  }
  for (const int target : wanted) {
    const std::vector<int>& on = query.distinct_on;
    if (std::count(on.begin(), on.end(), target) > 0) continue;
    if (skipped) {
      return mismatch(target);
    }
    query.distinct_on.push_back(target);
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
