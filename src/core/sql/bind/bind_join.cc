// JOIN, with ON, USING and NATURAL.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;

std::vector<ScopeColumn> VisibleColumns(const std::vector<ScopeItem>& items) {
  std::vector<ScopeColumn> columns;
  for (const ScopeItem& item : items) {
    if (!item.columns_visible) continue;
    columns.insert(columns.end(), item.columns.begin(), item.columns.end());
  }
  return columns;
}

// The one column of a USING name on a side ("left", "right"). Its place in columns.
absl::StatusOr<size_t> UsingColumn(const std::vector<ScopeColumn>& columns, std::string_view name,
                                   std::string_view side, int position) {
  size_t found = columns.size();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name != name) continue;
    if (found != columns.size()) {
      return WithPosition(
          SqlError(sqlstate::kAmbiguousColumn,
                   "common column name \"{}\" appears more than once in {} table", name, side),
          position);
    }
    found = i;
  }
  if (found != columns.size()) return found;
  return WithPosition(
      SqlError(sqlstate::kUndefinedColumn,
               "column \"{}\" specified in USING clause does not exist in {} table", name, side),
      position);
}

// Names that stand on both sides, in the left side's order.
std::vector<std::string> NaturalNames(const std::vector<ScopeColumn>& left,
                                      const std::vector<ScopeColumn>& right) {
  std::vector<std::string> names;
  for (const ScopeColumn& column : left) {
    const bool is_common = std::any_of(right.begin(), right.end(), [&column](const ScopeColumn& r) {
      return r.name == column.name;
    });
    if (is_common) names.emplace_back(column.name);
  }
  return names;
}

}  // namespace

// The merged column: which side's value it is, by PostgreSQL's buildMergedJoinVar().
ExpressionOr Binder::MergeColumns(JoinType join, const ScopeColumn& left, const ScopeColumn& right,
                                  Scope* scope, int position) {
  const TypeOid oids[] = {left.type.oid, right.type.oid};
  absl::StatusOr<TypeOid> common = functions::CommonType("JOIN/USING", oids);
  if (!common.ok()) return WithPosition(std::move(common).status(), position);
  const Type type = left.type == right.type ? left.type : Type{*common};
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr from_left, Coerce(MakeReference(left, scope, 0, position),
                                                          type, CastKind::kImplicit));
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr from_right, Coerce(MakeReference(right, scope, 0, position),
                                                           type, CastKind::kImplicit));
  switch (join) {
    case JoinType::kInner:
      // Either serves; the one that needs no cast is better.
      return from_left->kind != ExpressionKind::kColumn &&
                     from_right->kind == ExpressionKind::kColumn
                 ? std::move(from_right)
                 : std::move(from_left);
    case JoinType::kLeft:
      return from_left;
    case JoinType::kRight:
      return from_right;
    case JoinType::kFull:
      break;
  }
  ExpressionPtr merged = MakeNode(ExpressionKind::kCoalesce, type, position);
  merged->arguments.push_back(std::move(from_left));
  merged->arguments.push_back(std::move(from_right));
  return merged;
}

absl::Status Binder::BindUsing(const parse::JoinFromItem& join,
                               const std::vector<std::string>& names, FromItem* node, Scope* scope,
                               JoinColumns* columns) {
  const int position = join.position;
  std::vector<ExpressionPtr> conditions;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (std::count(names.begin(), names.begin() + static_cast<ptrdiff_t>(i), name) > 0) {
      return WithPosition(
          SqlError(sqlstate::kDuplicateColumn,
                   "column name \"{}\" appears more than once in USING clause", name),
          position);
    }
    HELIOS_ASSIGN_OR_RETURN(const size_t left, UsingColumn(columns->left, name, "left", position));
    HELIOS_ASSIGN_OR_RETURN(const size_t right,
                            UsingColumn(columns->right, name, "right", position));
    const ScopeColumn left_column = columns->left[left];
    const ScopeColumn right_column = columns->right[right];
    HELIOS_ASSIGN_OR_RETURN(
        conditions.emplace_back(),
        MakeOperator("=", MakeReference(left_column, scope, 0, position),
                     MakeReference(right_column, scope, 0, position), position));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr merged, MergeColumns(node->join_type, left_column,
                                                               right_column, scope, position));
    ScopeColumn column;
    column.name = left_column.name;
    column.type = merged->type;
    if (merged->kind == ExpressionKind::kColumn && merged->levels_up == 0) {
      column.relation = merged->relation;
      column.column = merged->column;
    } else {
      column.merged = merged.get();
      scope->merged.push_back(std::move(merged));
    }
    columns->merged.push_back(column);
    columns->left.erase(columns->left.begin() + static_cast<ptrdiff_t>(left));
    columns->right.erase(columns->right.begin() + static_cast<ptrdiff_t>(right));
  }
  if (conditions.size() == 1) {
    node->condition = std::move(conditions[0]);
  } else if (!conditions.empty()) {
    node->condition = MakeNode(ExpressionKind::kAnd, {TypeOid::kBool}, position);
    node->condition->arguments = std::move(conditions);
  }
  return absl::OkStatus();
}

// ON sees the two sides of its join, and nothing else of the FROM list.
absl::Status Binder::BindOn(const parse::Expression& on, const FromResult& left,
                            const FromResult& right, FromItem* node, Scope* scope) {
  std::vector<ScopeItem> visible = left.items;
  visible.insert(visible.end(), right.items.begin(), right.items.end());
  for (ScopeItem& item : visible) {
    item.lateral_only = false;
    item.lateral_ok = true;
  }
  visible.swap(scope->items);
  ExpressionOr condition = BindCondition(on, scope, Place::kJoinOn, "JOIN/ON");
  visible.swap(scope->items);
  HELIOS_RETURN_IF_ERROR(condition.status());
  node->condition = *std::move(condition);
  return absl::OkStatus();
}

absl::StatusOr<Binder::FromResult> Binder::BindJoin(const parse::JoinFromItem& join, Scope* scope) {
  HELIOS_ASSIGN_OR_RETURN(FromResult left, BindFromItem(*join.left, scope));
  // The right side may refer to the left one by LATERAL.
  const size_t before = scope->items.size();
  const bool lateral_ok =
      join.type == parse::JoinType::kInner || join.type == parse::JoinType::kLeft;
  for (const ScopeItem& item : left.items) {
    ScopeItem& shown = scope->items.emplace_back(item);
    shown.lateral_only = true;
    shown.lateral_ok = lateral_ok;
  }
  absl::StatusOr<FromResult> bound_right = BindFromItem(*join.right, scope);
  scope->items.erase(scope->items.begin() + static_cast<ptrdiff_t>(before), scope->items.end());
  HELIOS_RETURN_IF_ERROR(bound_right.status());
  FromResult right = *std::move(bound_right);
  HELIOS_RETURN_IF_ERROR(CheckItemNames(left.items, right.items));

  auto node = std::make_unique<FromItem>();
  node->join_type = static_cast<JoinType>(join.type);
  JoinColumns columns{{}, VisibleColumns(left.items), VisibleColumns(right.items)};
  if (join.is_natural || !join.using_columns.empty()) {
    const std::vector<std::string> names =
        join.is_natural ? NaturalNames(columns.left, columns.right) : join.using_columns;
    if (recorder_ != nullptr && recorder_->suspended == 0) recorder_->joins[&join] = names;
    HELIOS_RETURN_IF_ERROR(BindUsing(join, names, node.get(), scope, &columns));
  } else if (join.on != nullptr) {
    HELIOS_RETURN_IF_ERROR(BindOn(*join.on, left, right, node.get(), scope));
  }
  node->left = std::move(left.item);
  node->right = std::move(right.item);

  FromResult result;
  result.item = std::move(node);
  ScopeItem item;
  item.name = join.alias.name;
  item.name_visible = !join.alias.empty();
  item.columns = columns.merged;
  if (!join.using_alias.empty()) {
    ScopeItem& merged = result.items.emplace_back(item);
    merged.name = join.using_alias;
    merged.name_visible = true;
    merged.columns_visible = false;
  }
  item.columns.insert(item.columns.end(), columns.left.begin(), columns.left.end());
  item.columns.insert(item.columns.end(), columns.right.begin(), columns.right.end());
  if (join.alias.columns.size() > item.columns.size()) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "column alias list for \"{}\" has too many entries",
                 join.alias.name),
        join.position);
  }
  for (size_t i = 0; i < join.alias.columns.size(); ++i) {
    item.columns[i].name = join.alias.columns[i];
  }
  // An alias of the join hides the names within.
  if (join.alias.empty()) {
    for (FromResult* const side : {&left, &right}) {
      for (ScopeItem& inner : side->items) {
        inner.columns_visible = false;
        if (inner.name_visible) result.items.push_back(std::move(inner));
      }
    }
  }
  result.items.push_back(std::move(item));
  return result;
}

}  // namespace heliosdb::sql::bind
