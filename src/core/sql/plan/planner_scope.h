// Where a query block being planned stands among the blocks around it, and how its expressions
// become expressions over slots.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLANNER_SCOPE_H_
#define HELIOSDB_CORE_SQL_PLAN_PLANNER_SCOPE_H_

#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/bind/bound_expression.h"
#include "core/sql/bind/bound_query.h"
#include "core/sql/plan/column_set.h"
#include "core/sql/plan/plan.h"

namespace heliosdb::sql::plan {

class Planner;

// Which slot of a node's output holds what.
struct SlotMap {
  std::map<ColumnRef, int> columns;
  // Set above an Aggregate: the slots of group keys and aggregates.
  int group_keys_start = -1;
  int aggregates_start = -1;

  // The map of two nodes' outputs side by side.
  static SlotMap Join(const SlotMap& left, const SlotMap& right, int left_slots);
};

// Columns of the block itself that something reads as outer values, because a join sets them from
// its other side: the inner side of an index join, a lateral item.
using ColumnParameters = std::multimap<ColumnRef, int>;

// How one query of a WITH is reached.
struct CommonTableEntry {
  // Its number in the plan; -1 while there is none.
  int number = -1;
  // Planned anew at each reference, since it reads columns of an outer query.
  bind::CommonTable* inlined = nullptr;
  // Its own recursive part is being planned: references read the last round.
  bool in_recursion = false;
};

// One query block. Blocks nest as queries do; parent is null for the outermost.
class PlannerScope {
 public:
  PlannerScope(Planner* planner, PlannerScope* parent) : planner_(planner), parent_(parent) {}

  // The expression over slots: columns by the map; columns of outer blocks become outer values;
  // subqueries become subplans, planned now. Columns of this block that the map lacks go to
  // *parameters; without it they are an error.
  absl::StatusOr<ExpressionPtr> Rewrite(const bind::Expression& expression, const SlotMap& map,
                                        ColumnParameters* parameters = nullptr);
  absl::StatusOr<std::vector<ExpressionPtr>> RewriteAll(
      const std::vector<bind::ExpressionPtr>& expressions, const SlotMap& map,
      ColumnParameters* parameters = nullptr);

  // An outer value for a column (or group key, aggregate) of a block outside of this one, and what
  // the enclosing block must compute for it.
  struct Request {
    int outer_value = 0;
    ExpressionPtr expression;  // As the enclosing block sees it.
  };
  int OuterValueFor(const bind::Expression& column);
  // Takes what an inner block of the FROM requests: columns of this very block come back in
  // *parameters, others are this block's requests too.
  absl::Status TakeRequests(PlannerScope* inner, ColumnParameters* parameters);
  const std::vector<Request>& requests() const { return requests_; }
  // Forgets all but the first `count` requests, for plans that are tried.
  void CutRequests(size_t count) {
    requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(count), requests_.end());
  }

  Planner* planner() const { return planner_; }
  PlannerScope* parent() const { return parent_; }

  // Of the block's WITH.
  std::vector<CommonTableEntry> common_tables;

 private:
  absl::StatusOr<ExpressionPtr> RewriteColumn(const bind::Expression& expression,
                                              const SlotMap& map, ColumnParameters* parameters);
  absl::StatusOr<ExpressionPtr> RewriteSubquery(const bind::Expression& expression,
                                                const SlotMap& map, ColumnParameters* parameters);

  Planner* const planner_;
  PlannerScope* const parent_;
  std::vector<Request> requests_;
};

ExpressionPtr MakeSlotExpression(types::Type type, int slot);
ExpressionPtr MakeOuterValueExpression(types::Type type, int index);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLANNER_SCOPE_H_
