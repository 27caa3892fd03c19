// What names mean at a place in a statement.
#ifndef HELIOSDB_CORE_SQL_BIND_SCOPE_H_
#define HELIOSDB_CORE_SQL_BIND_SCOPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/bind/bound_query.h"

namespace heliosdb::sql::bind {

// Where an expression stands: decides what it may hold, and how errors call the place.
enum class Place : uint8_t {
  kNone,
  kSelect,
  kFromSubquery,
  kFromFunction,
  kJoinOn,
  kWhere,
  kHaving,
  kFilter,
  kGroupBy,
  kOrderBy,
  kDistinctOn,
  kLimit,
  kOffset,
  kValues,
  kInsertValues,
  kUpdateSource,
  kOnConflictWhere,
  kReturning,
  kCheck,
  kDefault,
  kIndexExpression,
  kIndexPredicate,
  kAlterUsing,
};
// "WHERE", "JOIN conditions", "check constraints": after "... are not allowed in ".
std::string_view PlaceText(Place place);

// A column that a FROM item shows.
struct ScopeColumn {
  std::string_view name;
  types::Type type;
  int relation = 0;
  int column = 0;
  // A merged column of JOIN ... USING that is no plain column: what it stands for. Owned by the
  // scope.
  const Expression* merged = nullptr;
};

// What a FROM item makes visible (PostgreSQL's ParseNamespaceItem).
struct ScopeItem {
  // The alias or the table's name; empty for a join without alias.
  std::string_view name;
  // Of a table without alias: t and s.t name it.
  std::string_view schema;
  int relation = -1;  // -1 for a join.
  std::vector<ScopeColumn> columns;
  bool name_visible = true;
  bool columns_visible = true;
  // Only for LATERAL items of the same FROM, while that is bound.
  bool lateral_only = false;
  // False: the join type forbids such a reference.
  bool lateral_ok = true;
};

// For hints about names that are there but cannot be used.
struct KnownRelation {
  std::string_view alias;
  std::string_view table_name;
  // -1: the target of an INSERT, whose columns its values do not see.
  int relation = -1;
  std::vector<std::string_view> columns;
};

enum class CommonTableState : uint8_t {
  kReady,
  kNonRecursiveTerm,  // Its own start is being bound: no reference allowed.
  kRecursiveTerm,
  kWrongForm,  // Not of the form start UNION [ALL] step: no reference allowed.
  kLater,      // Further down in the WITH list.
};
struct CommonTableEntry {
  std::string name;
  CommonTableState state = CommonTableState::kReady;
  // Into Query::common_tables.
  int index = 0;
  int recursive_references = 0;
  bool is_materialized = false;
  bool is_not_materialized = false;
  int position = 0;
};

// One query being bound. Scopes nest as the Query objects do.
struct Scope {
  Scope(Scope* outer, Query* of) : parent(outer), query(of) {}

  Scope* const parent;
  Query* const query;
  std::vector<ScopeItem> items;
  std::vector<KnownRelation> known;
  std::vector<CommonTableEntry> common_tables;
  // Names further down in a WITH that is not recursive.
  std::vector<std::string_view> later_tables;
  Place place = Place::kNone;
  // A LATERAL item is being bound: items that are lateral_only can be seen.
  bool lateral_active = false;
  // Within the arguments of an aggregate of this query.
  bool in_aggregate = false;
  // A set-returning function may stand here as in a select list: a single row of VALUES.
  bool takes_sets = false;
  // A set-returning function of the select list was moved to FROM.
  bool set_in_targets = false;
  // This query stands in an expression, not in FROM.
  bool in_expression = false;
  // Merged columns.
  std::vector<ExpressionPtr> merged;
};

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_SCOPE_H_
