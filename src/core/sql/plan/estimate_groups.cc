#include <algorithm>
#include <cmath>

#include "core/sql/plan/plan_select.h"

namespace heliosdb::sql::plan {
namespace {

// PostgreSQL's guess for what it knows nothing about.
constexpr double kDistinctUnknown = 200;

// How many values an expression has among `rows` rows.
double DistinctValues(const Planner& planner, const bind::Query& query,
                      const bind::Expression& expression, double rows) {
  if (expression.kind == bind::ExpressionKind::kConstant) return 1;
  if (expression.kind != bind::ExpressionKind::kColumn || expression.levels_up > 0 ||
      expression.relation < 0 || static_cast<size_t>(expression.relation) >= query.relations.size())
    return kDistinctUnknown;
  const bind::Relation& relation = query.relations[expression.relation];
  if (relation.table == nullptr) return kDistinctUnknown;
  return std::min(rows, planner.statistics().DistinctValues(*relation.table, expression.column));
}

}  // namespace

double EstimateGroups(const Planner& planner, const bind::Query& query, double rows) {
  double groups = 1;
  for (const bind::ExpressionPtr& key : query.group_by)
    groups *= std::max(1.0, DistinctValues(planner, query, *key, rows));
  return std::min(groups, rows);
}

double EstimateDistinct(const Planner& planner, const bind::Query& query, double rows) {
  double groups = 1;
  if (query.distinct == bind::DistinctKind::kOn) {
    for (const int target : query.distinct_on)
      groups *= DistinctValues(planner, query, *query.targets[target].expression, rows);
  } else {
    for (const bind::Target& target : query.targets)
      groups *= DistinctValues(planner, query, *target.expression, rows);
  }
  return std::clamp(groups, 1.0, std::max(1.0, rows));
}

}  // namespace heliosdb::sql::plan
