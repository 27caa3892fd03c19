#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "core/sql/plan/column_set.h"
#include "core/sql/plan/plan_select.h"

namespace heliosdb::sql::plan {
namespace {

// PostgreSQL's guess for what it knows nothing about.
constexpr double kDistinctUnknown = 200;
// Of several columns of one table together: they hardly ever have all combinations.
constexpr double kCombinedShareMax = 0.1;

// PostgreSQL's estimate_num_groups: how many combinations of values the keys have among some rows.
class GroupEstimate {
 public:
  GroupEstimate(const Planner& planner, const bind::Query& query, double rows)
      : planner_(planner), query_(query), rows_(rows) {}

  void Add(const bind::Expression& key) {
    if (key.kind == bind::ExpressionKind::kConstant) return;
    if (key.type.oid == types::TypeOid::kBool && key.kind != bind::ExpressionKind::kColumn) {
      other_ *= 2;
      return;
    }
    // An expression has at most as many values as its columns have combinations.
    ColumnSet columns;
    ForEachColumn(key, [&columns](const ColumnRef& column) { columns.insert(column); });
    if (columns.empty() || ContainsVolatile(key)) {
      other_ *= kDistinctUnknown;
      return;
    }
    columns_.insert(columns.begin(), columns.end());
  }

  double Groups() const {
    std::map<int, std::vector<int>> by_relation;
    for (const ColumnRef& column : columns_) by_relation[column.relation].push_back(column.column);
    double groups = other_;
    for (const auto& [relation, columns] : by_relation) groups *= OfRelation(relation, columns);
    return std::max(1.0, std::min(std::rint(groups), rows_));
  }

 private:
  double OfRelation(int relation, const std::vector<int>& columns) const {
    // The columns of a set operation are of no relation.
    const bool has_relation =
        relation >= 0 && static_cast<size_t>(relation) < query_.relations.size();
    const catalog::Table* const table = has_relation ? query_.relations[relation].table : nullptr;
    double product = 1;
    if (table == nullptr) {
      for (size_t i = 0; i < columns.size(); ++i) product *= kDistinctUnknown;
      return std::min(product, rows_);
    }
    const double table_rows = planner_.statistics().RowCount(*table);
    double greatest = 1;
    for (const int column : columns) {
      const double values =
          column < 0 ? table_rows : planner_.statistics().DistinctValues(*table, column);
      product *= values;
      greatest = std::max(greatest, values);
    }
    double limit = table_rows;
    if (columns.size() > 1) limit = std::min(limit, std::max(limit * kCombinedShareMax, greatest));
    product = std::min(product, limit);
    // Fewer rows show fewer of the values: what random picks of them would show.
    if (query_.relations.size() == 1 && rows_ < table_rows) {
      product *= 1 - std::pow((table_rows - rows_) / table_rows, table_rows / product);
    }
    return std::max(1.0, product);
  }

  const Planner& planner_;
  const bind::Query& query_;
  const double rows_;
  ColumnSet columns_;
  double other_ = 1;
};

}  // namespace

double EstimateGroups(const Planner& planner, const bind::Query& query, double rows) {
  if (query.group_by.empty()) return 1;
  GroupEstimate estimate(planner, query, rows);
  for (const bind::ExpressionPtr& key : query.group_by) estimate.Add(*key);
  return estimate.Groups();
}

double EstimateDistinct(const Planner& planner, const bind::Query& query, double rows) {
  GroupEstimate estimate(planner, query, rows);
  if (query.distinct == bind::DistinctKind::kOn) {
    for (const int target : query.distinct_on) estimate.Add(*query.targets[target].expression);
  } else {
    for (const bind::Target& target : query.targets) estimate.Add(*target.expression);
  }
  return estimate.Groups();
}

}  // namespace heliosdb::sql::plan
