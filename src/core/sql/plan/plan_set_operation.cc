#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/plan_select.h"

namespace heliosdb::sql::plan {
namespace {

// Whether an arm is nothing but a union whose own arms can stand in its place.
bool CanFlatten(const bind::Query& arm, bool all) {
  if (!arm.set_operation.has_value() || arm.set_operation->op != bind::SetOperator::kUnion)
    return false;
  if (all && !arm.set_operation->all) return false;
  if (!arm.common_tables.empty() || !arm.order_by.empty() || arm.limit != nullptr ||
      arm.offset != nullptr || arm.targets.size() != arm.visible_targets)
    return false;
  for (size_t i = 0; i < arm.targets.size(); ++i) {
    const bind::Expression& target = *arm.targets[i].expression;
    if (target.kind != bind::ExpressionKind::kColumn || target.column != static_cast<int>(i))
      return false;
  }
  return true;
}

// Appends the arms of a union, those of unions inside it included.
absl::Status PlanArms(Planner* planner, PlannerScope* scope, bind::Query* query, bool all,
                      std::vector<NodePtr>* arms) {
  for (bind::Query* const arm :
       {query->set_operation->left.get(), query->set_operation->right.get()}) {
    PlannerScope inner(planner, scope);
    if (CanFlatten(*arm, all)) {
      HELIOS_RETURN_IF_ERROR(PlanArms(planner, &inner, arm, all, arms));
    } else {
      HELIOS_ASSIGN_OR_RETURN(arms->emplace_back(), planner->PlanQuery(arm, &inner));
    }
    HELIOS_RETURN_IF_ERROR(scope->TakeRequests(&inner, nullptr));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NodePtr> PlanSetOperation(Planner* planner, PlannerScope* scope,
                                         bind::Query* query) {
  const bind::Query::SetOperation& operation = *query->set_operation;
  const bool is_union = operation.op == bind::SetOperator::kUnion;
  std::vector<NodePtr> arms;
  if (is_union) {
    HELIOS_RETURN_IF_ERROR(PlanArms(planner, scope, query, operation.all, &arms));
    NodePtr all_rows = MakeAppend(std::move(arms));
    if (operation.all || all_rows->outputs.empty()) return all_rows;
    const double rows = all_rows->rows;
    return MakeDistinct(std::move(all_rows), rows);
  }
  for (bind::Query* const arm : {operation.left.get(), operation.right.get()}) {
    PlannerScope inner(planner, scope);
    HELIOS_ASSIGN_OR_RETURN(arms.emplace_back(), planner->PlanQuery(arm, &inner));
    HELIOS_RETURN_IF_ERROR(scope->TakeRequests(&inner, nullptr));
  }
  return MakeSetOperation(operation.op, operation.all, std::move(arms[0]), std::move(arms[1]));
}

}  // namespace heliosdb::sql::plan
