// Column references.
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/column_hint.h"
#include "core/sql/bind/walk.h"

namespace heliosdb::sql::bind {
namespace {

// Sorted.
constexpr std::string_view kSystemColumns[] = {"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"};

// The table or view of the catalogue that a relation is; null for others.
const catalog::Object* ObjectOf(const Relation& relation) {
  if (relation.table != nullptr) return relation.table;
  return relation.view;
}

bool IsVisible(const ScopeItem& item, const Scope& scope) {
  return !item.lateral_only || scope.lateral_active;
}

absl::Status CheckLateral(const ScopeItem& item, int position) {
  if (!item.lateral_only || item.lateral_ok) return absl::OkStatus();
  return WithPosition(
      WithDetail(SqlError(sqlstate::kInvalidColumnReference,
                          "invalid reference to FROM-clause entry for table \"{}\"", item.name),
                 "The combining JOIN type must be INNER or LEFT for a LATERAL reference."),
      position);
}

absl::Status Ambiguous(std::string_view column, int position) {
  return WithPosition(
      SqlError(sqlstate::kAmbiguousColumn, "column reference \"{}\" is ambiguous", column),
      position);
}

// The one column of that name in the item; nullptr for none.
absl::StatusOr<const ScopeColumn*> ColumnOf(const ScopeItem& item, std::string_view name,
                                            int position) {
  const ScopeColumn* found = nullptr;
  for (const ScopeColumn& column : item.columns) {
    if (column.name != name) continue;
    if (found != nullptr) return Ambiguous(name, position);
    found = &column;
  }
  return found;
}

}  // namespace

ExpressionPtr Binder::MakeReference(const ScopeColumn& column, Scope* from, int levels_up,
                                    int position) {
  Scope* level = from;
  for (int i = 0; i < levels_up; ++i) {
    level->query->correlated = true;
    level = level->parent;
  }
  if (column.merged != nullptr) {
    ExpressionPtr copy = CloneExpression(*column.merged);
    copy->position = position;
    MoveInward(&copy, levels_up);
    return copy;
  }
  ExpressionPtr reference = MakeColumn(column.relation, column.column, column.type, position);
  reference->levels_up = levels_up;
  if (recorder_ != nullptr && recorder_->suspended == 0) {
    const Relation& relation = level->query->relations[static_cast<size_t>(column.relation)];
    if (const catalog::Object* const owner = ObjectOf(relation); owner != nullptr) {
      recorder_->references.insert({owner->oid, column.column});
    }
  }
  return reference;
}

ExpressionOr Binder::FindColumn(std::string_view name, Scope* scope, int position,
                                bool own_level_only) {
  int levels_up = 0;
  for (Scope* level = scope; level != nullptr; level = level->parent, ++levels_up) {
    const ScopeColumn* found = nullptr;
    for (const ScopeItem& item : level->items) {
      if (!item.columns_visible || !IsVisible(item, *level)) continue;
      HELIOS_ASSIGN_OR_RETURN(const ScopeColumn* column, ColumnOf(item, name, position));
      if (column == nullptr) continue;
      if (found != nullptr) return Ambiguous(name, position);
      HELIOS_RETURN_IF_ERROR(CheckLateral(item, position));
      found = column;
    }
    if (found != nullptr) return MakeReference(*found, scope, levels_up, position);
    if (own_level_only) break;
  }
  return ExpressionPtr();
}

absl::StatusOr<Binder::FoundItem> Binder::FindItem(std::string_view schema, std::string_view name,
                                                   Scope* scope, int position) {
  FoundItem found;
  int levels_up = 0;
  for (Scope* level = scope; level != nullptr; level = level->parent, ++levels_up) {
    for (const ScopeItem& item : level->items) {
      if (!item.name_visible || item.name != name || !IsVisible(item, *level)) continue;
      if (!schema.empty() && item.schema != schema) continue;
      if (found.item != nullptr) {
        return WithPosition(
            SqlError(sqlstate::kAmbiguousAlias, "table reference \"{}\" is ambiguous", name),
            position);
      }
      HELIOS_RETURN_IF_ERROR(CheckLateral(item, position));
      found = {&item, level, levels_up};
    }
    if (found.item != nullptr) return found;
  }
  return found;
}

absl::Status Binder::MissingRelation(std::string_view name, Scope* scope, int position) const {
  for (Scope* level = scope; level != nullptr; level = level->parent) {
    for (const KnownRelation& known : level->known) {
      if (known.alias != name && known.table_name != name) continue;
      const bool bad_alias =
          known.alias != name &&
          std::any_of(level->items.begin(), level->items.end(), [&known](const ScopeItem& item) {
            return item.relation == known.relation && item.name_visible && !item.lateral_only;
          });
      return WithPosition(
          WithHint(SqlError(sqlstate::kUndefinedTable,
                            "invalid reference to FROM-clause entry for table \"{}\"", name),
                   bad_alias ? fmt::format("Perhaps you meant to reference the table alias \"{}\".",
                                           known.alias)
                             : fmt::format("There is an entry for table \"{}\", but it cannot be "
                                           "referenced from this part of the query.",
                                           known.alias)),
          position);
    }
  }
  return WithPosition(
      SqlError(sqlstate::kUndefinedTable, "missing FROM-clause entry for table \"{}\"", name),
      position);
}

absl::Status Binder::MissingColumn(std::string_view relation, std::string_view column, Scope* scope,
                                   int position) const {
  if (std::binary_search(std::begin(kSystemColumns), std::end(kSystemColumns), column)) {
    return WithPosition(Unsupported("system column \"{}\" is not supported", column), position);
  }
  absl::Status status =
      relation.empty()
          ? SqlError(sqlstate::kUndefinedColumn, "column \"{}\" does not exist", column)
          : SqlError(sqlstate::kUndefinedColumn, "column {}.{} does not exist", relation, column);
  const std::string hint = ColumnHint(relation, column, scope);
  if (!hint.empty()) status = WithHint(std::move(status), hint);
  return WithPosition(std::move(status), position);
}

ExpressionOr Binder::FindQualifiedColumn(const parse::ColumnReference& reference, Scope* scope) {
  const std::vector<std::string>& names = reference.names;
  const int position = reference.position;
  if (names.size() > 4) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "improper qualified name (too many dotted names): {}",
                 fmt::join(names, ".")),
        position);
  }
  if (names.size() == 4) {
    return WithPosition(
        Unsupported("cross-database references are not implemented: {}", fmt::join(names, ".")),
        position);
  }
  const std::string_view schema = names.size() == 3 ? std::string_view(names[0]) : "";
  const std::string& relation = names[names.size() - 2];
  HELIOS_ASSIGN_OR_RETURN(const FoundItem found, FindItem(schema, relation, scope, position));
  if (found.item == nullptr) return MissingRelation(relation, scope, position);
  HELIOS_ASSIGN_OR_RETURN(const ScopeColumn* column, ColumnOf(*found.item, names.back(), position));
  if (column == nullptr) return MissingColumn(relation, names.back(), scope, position);
  return MakeReference(*column, scope, found.levels_up, position);
}

ExpressionOr Binder::BindColumnReference(const parse::ColumnReference& reference, Scope* scope) {
  if (scope->place == Place::kDefault) {
    return WithPosition(Unsupported("cannot use column reference in DEFAULT expression"),
                        reference.position);
  }
  if (reference.is_star) {
    return WithPosition(Unsupported("whole-row references are not supported"), reference.position);
  }
  ExpressionPtr found;
  if (reference.names.size() == 1) {
    const std::string& name = reference.names[0];
    HELIOS_ASSIGN_OR_RETURN(found, FindColumn(name, scope, reference.position, false));
    if (found == nullptr) {
      HELIOS_ASSIGN_OR_RETURN(const FoundItem item, FindItem("", name, scope, reference.position));
      if (item.item != nullptr) {
        return WithPosition(Unsupported("whole-row references are not supported"),
                            reference.position);
      }
      return MissingColumn("", name, scope, reference.position);
    }
  } else {
    HELIOS_ASSIGN_OR_RETURN(found, FindQualifiedColumn(reference, scope));
  }
  RecordColumn(reference, *found, scope);
  return found;
}

// The item by whose name alone a reference reaches its column; empty where none does, because another
// item, of this query or of one further in, has the same name.
std::string_view Binder::QualifierOf(std::string_view name, const Expression& column,
                                     const Scope& scope) {
  const Scope* level = &scope;
  std::vector<const Scope*> further_in;
  for (int i = 0; i < column.levels_up; ++i) {
    further_in.push_back(level);
    level = level->parent;
  }
  const auto shows = [&](const ScopeItem& item) {
    return std::any_of(item.columns.begin(), item.columns.end(), [&](const ScopeColumn& shown) {
      return shown.merged == nullptr && shown.name == name && shown.relation == column.relation &&
             shown.column == column.column;
    });
  };
  further_in.push_back(level);
  for (const ScopeItem& item : level->items) {
    if (!item.name_visible || item.name.empty() || !shows(item)) continue;
    ptrdiff_t bearers = 0;
    for (const Scope* const inner : further_in) {
      bearers +=
          std::count_if(inner->items.begin(), inner->items.end(), [&item](const ScopeItem& other) {
            return other.name_visible && other.name == item.name;
          });
    }
    if (bearers == 1) return item.name;
  }
  return "";
}

void Binder::RecordColumn(const parse::ColumnReference& reference, const Expression& found,
                          Scope* scope) {
  if (recorder_ == nullptr || recorder_->suspended > 0) return;
  if (found.kind != ExpressionKind::kColumn) return;
  if (reference.names.size() != 2) {
    const std::string_view qualifier = QualifierOf(reference.names.back(), found, *scope);
    if (!qualifier.empty()) recorder_->qualifiers[&reference] = std::string(qualifier);
  }
  Scope* level = scope;
  for (int i = 0; i < found.levels_up; ++i) level = level->parent;
  const Relation& relation = level->query->relations[static_cast<size_t>(found.relation)];
  if (const catalog::Object* const owner = ObjectOf(relation); owner != nullptr) {
    recorder_->columns[&reference] = {owner->oid, found.column};
  }
}

}  // namespace heliosdb::sql::bind
