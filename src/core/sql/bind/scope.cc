#include "core/sql/bind/scope.h"

namespace heliosdb::sql::bind {

// NOLINTNEXTLINE(readability-function-size): one case per place, no logic of its own.
std::string_view PlaceText(Place place) {
  switch (place) {
    case Place::kNone:
      return "this context";
    case Place::kSelect:
      return "SELECT";
    case Place::kFromSubquery:
      return "FROM clause of their own query level";
    case Place::kFromFunction:
      return "functions in FROM";
    case Place::kJoinOn:
      return "JOIN conditions";
    case Place::kWhere:
      return "WHERE";
    case Place::kHaving:
      return "HAVING";
    case Place::kFilter:
      return "FILTER";
    case Place::kGroupBy:
      return "GROUP BY";
    case Place::kOrderBy:
      return "ORDER BY";
    case Place::kDistinctOn:
      return "DISTINCT ON";
    case Place::kLimit:
      return "LIMIT";
    case Place::kOffset:
      return "OFFSET";
    case Place::kValues:
    case Place::kInsertValues:
      return "VALUES";
    case Place::kUpdateSource:
      return "UPDATE";
    case Place::kOnConflictWhere:
      return "WHERE";
    case Place::kReturning:
      return "RETURNING";
    case Place::kCheck:
      return "check constraints";
    case Place::kDefault:
      return "DEFAULT expressions";
    case Place::kIndexExpression:
      return "index expressions";
    case Place::kIndexPredicate:
      return "index predicates";
    case Place::kAlterUsing:
      return "transform expressions";
  }
  return "";
}

}  // namespace heliosdb::sql::bind
