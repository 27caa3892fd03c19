// Select lists and RETURNING, stars expanded.
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {

// By which name a view's text reaches a column of a star: "" where only the bare name means it.
std::string_view Binder::StarQualifier(const ScopeItem& item, const ScopeColumn& column,
                                       const Scope& scope) {
  if (item.name_visible && !item.name.empty()) return item.name;
  if (column.merged != nullptr) return "";
  for (const ScopeItem& other : scope.items) {
    if (!other.name_visible || other.name.empty() || other.relation != column.relation) continue;
    for (const ScopeColumn& candidate : other.columns) {
      if (candidate.column == column.column && candidate.name == column.name) return other.name;
    }
  }
  return "";
}

absl::Status Binder::ExpandStar(const parse::ColumnReference& star, Scope* scope,
                                std::vector<Target>* targets) {
  const std::vector<std::string>& names = star.names;
  std::vector<Recorder::StarColumn> record;
  const auto add = [&](const ScopeItem& item, int levels_up) {
    for (const ScopeColumn& column : item.columns) {
      targets->push_back(
          {std::string(column.name), MakeReference(column, scope, levels_up, star.position)});
      if (recorder_ == nullptr) continue;
      record.push_back(
          {std::string(StarQualifier(item, column, *scope)), std::string(column.name)});
    }
    if (recorder_ != nullptr && recorder_->suspended == 0) recorder_->stars[&star] = record;
  };
  if (names.empty()) {
    bool found = false;
    for (const ScopeItem& item : scope->items) {
      if (!item.columns_visible) continue;
      found = true;
      add(item, 0);
    }
    if (found) return absl::OkStatus();
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "SELECT * with no tables specified is not valid"),
        star.position);
  }
  if (names.size() > 2) {
    return WithPosition(
        Unsupported("cross-database references are not implemented: {}.*", fmt::join(names, ".")),
        star.position);
  }
  HELIOS_ASSIGN_OR_RETURN(const FoundItem found, FindItem(names.size() == 2 ? names[0] : "",
                                                          names.back(), scope, star.position));
  if (found.item == nullptr) return MissingRelation(names.back(), scope, star.position);
  add(*found.item, found.levels_up);
  return absl::OkStatus();
}

absl::Status Binder::BindTargets(const std::vector<parse::TargetItem>& items, Scope* scope,
                                 Place place, std::vector<Target>* targets) {
  if (recorder_ != nullptr && recorder_->suspended == 0) recorder_->target_lists.insert(&items);
  for (const parse::TargetItem& item : items) {
    const auto* const reference = item.value->TryAs<parse::ColumnReference>();
    if (reference != nullptr && reference->is_star) {
      HELIOS_RETURN_IF_ERROR(ExpandStar(*reference, scope, targets));
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound, BindExpression(*item.value, scope, place));
    std::string name = item.name.empty() ? parse::OutputName(item.value) : item.name;
    targets->push_back({std::move(name), std::move(bound)});
  }
  return absl::OkStatus();
}

absl::Status Binder::ResolveUnknownTargets(std::vector<Target>* targets) {
  for (Target& target : *targets) {
    HELIOS_ASSIGN_OR_RETURN(target.expression, ResolveUnknown(std::move(target.expression)));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
