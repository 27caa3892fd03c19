// VALUES as a query.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {

absl::Status Binder::BindValues(const parse::SelectStatement& select, Scope* scope,
                                UnknownTargets) {
  Query& query = *scope->query;
  const size_t width = select.values[0].size();
  Relation relation;
  relation.kind = Relation::Kind::kValues;
  relation.alias = "*VALUES*";
  for (const std::vector<parse::ExpressionPtr>& row : select.values) {
    if (row.size() != width) {
      return WithPosition(
          SqlError(sqlstate::kSyntaxError, "VALUES lists must all be the same length"),
          row.empty() ? 0 : row[0]->position);
    }
    std::vector<ExpressionPtr>& bound = relation.rows.emplace_back();
    for (const parse::ExpressionPtr& value : row) {
      HELIOS_ASSIGN_OR_RETURN(bound.emplace_back(), BindExpression(*value, scope, Place::kValues));
    }
  }
  for (size_t column = 0; column < width; ++column) {
    std::vector<ExpressionPtr*> owners;
    for (std::vector<ExpressionPtr>& row : relation.rows) owners.push_back(&row[column]);
    HELIOS_RETURN_IF_ERROR(Unify(owners, "VALUES"));
    const types::Type type = relation.rows[0][column]->type;
    relation.columns.push_back({fmt::format("column{}", column + 1), type});
    query.targets.push_back(
        {relation.columns.back().name,
         MakeColumn(0, static_cast<int>(column), type, relation.rows[0][column]->position)});
  }
  query.visible_targets = width;
  // ORDER BY may name the columns.
  ScopeItem item;
  item.name = "*VALUES*";
  item.relation = 0;
  query.relations.push_back(std::move(relation));
  query.from = std::make_unique<FromItem>();
  query.from->relation = 0;
  for (size_t i = 0; i < width; ++i) {
    const ColumnInfo& column = query.relations[0].columns[i];
    item.columns.push_back({column.name, column.type, 0, static_cast<int>(i), nullptr});
  }
  scope->items.push_back(std::move(item));
  HELIOS_RETURN_IF_ERROR(BindOrderBy(select.order_by, scope));
  return BindLimit(select, scope);
}

}  // namespace heliosdb::sql::bind
