// INSERT, UPDATE and DELETE.
#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/plan_from.h"
#include "core/sql/plan/planner.h"
#include "core/sql/plan/rewrite_rules.h"

namespace heliosdb::sql::plan {
namespace {

std::vector<bind::ColumnInfo> ReturnedColumns(const std::vector<bind::Target>& returning) {
  std::vector<bind::ColumnInfo> columns;
  for (const bind::Target& target : returning)
    columns.push_back({target.name, target.expression->type});
  return columns;
}

ColumnSet ReturnedReferences(const std::vector<bind::Target>& returning) {
  ColumnSet columns;
  for (const bind::Target& target : returning) {
    ForEachColumn(*target.expression,
                  [&columns](const ColumnRef& column) { columns.insert(column); });
  }
  return columns;
}

absl::StatusOr<std::vector<ExpressionPtr>> RewriteTargets(PlannerScope* scope,
                                                          const std::vector<bind::Target>& targets,
                                                          const SlotMap& map) {
  std::vector<ExpressionPtr> result;
  for (const bind::Target& target : targets) {
    HELIOS_ASSIGN_OR_RETURN(result.emplace_back(), scope->Rewrite(*target.expression, map));
  }
  return result;
}

// Column c of relation r in slot r * columns + c.
SlotMap RowMap(const catalog::Table& table, int relations) {
  SlotMap map;
  const int columns = static_cast<int>(table.columns.size());
  for (int relation = 0; relation < relations; ++relation) {
    for (int c = 0; c < columns; ++c) map.columns[{relation, c}] = relation * columns + c;
  }
  return map;
}

// A data-changing node over its input.
void Finish(Node* node, NodePtr input, const std::vector<ExpressionPtr>& returning) {
  node->rows = returning.empty() ? 0 : input->rows;
  node->startup_cost = input->startup_cost;
  node->total_cost = input->total_cost;
  node->width_bytes = input->width_bytes;
  for (const ExpressionPtr& expression : returning) node->outputs.push_back(expression->type);
  if (!returning.empty()) SetTypicalWidth(node);
  node->children.push_back(std::move(input));
}

// Several matches of one row need more than the relation itself.
bool MayRepeat(const bind::Query& query) { return query.relations.size() > 1; }

}  // namespace

absl::StatusOr<std::unique_ptr<Plan>> Planner::PlanInsert(bind::Insert insert) {
  plan_->writes = true;
  PlannerScope scope(this, nullptr);
  auto node = std::make_unique<InsertNode>();
  node->table = insert.table;
  node->source_columns = insert.source_columns;
  PlannerScope source_scope(this, &scope);
  HELIOS_ASSIGN_OR_RETURN(NodePtr source, PlanQuery(insert.source.get(), &source_scope));
  for (const bind::ExpressionPtr& value : insert.defaults) {
    ExpressionPtr& rewritten = node->defaults.emplace_back();
    if (value == nullptr) continue;
    HELIOS_ASSIGN_OR_RETURN(rewritten, scope.Rewrite(*value, {}));
  }
  node->rules = RewriteRules(insert.rules);
  if (insert.on_conflict.has_value()) {
    const SlotMap rows = RowMap(*insert.table, 2);
    bind::Insert::OnConflict& conflict = node->on_conflict.emplace();
    conflict.do_update = insert.on_conflict->do_update;
    conflict.indexes = insert.on_conflict->indexes;
    conflict.primary_key = insert.on_conflict->primary_key;
    for (const auto& [column, value] : insert.on_conflict->assignments) {
      HELIOS_ASSIGN_OR_RETURN(ExpressionPtr rewritten, scope.Rewrite(*value, rows));
      conflict.assignments.emplace_back(column, std::move(rewritten));
    }
    if (insert.on_conflict->where != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(conflict.where, scope.Rewrite(*insert.on_conflict->where, rows));
    }
  }
  HELIOS_ASSIGN_OR_RETURN(node->returning,
                          RewriteTargets(&scope, insert.returning, RowMap(*insert.table, 1)));
  Finish(node.get(), std::move(source), node->returning);
  return Take(std::move(node), ReturnedColumns(insert.returning));
}

absl::StatusOr<std::unique_ptr<Plan>> Planner::PlanUpdate(bind::Update update) {
  plan_->writes = true;
  PlannerScope scope(this, nullptr);
  auto node = std::make_unique<UpdateNode>();
  node->may_repeat = MayRepeat(*update.query);
  HELIOS_RETURN_IF_ERROR(PlanCommonTables(update.query.get(), &scope));
  HELIOS_ASSIGN_OR_RETURN(FromPlan from, PlanFromOfChange(this, &scope, update.query.get(),
                                                          ReturnedReferences(update.returning)));
  node->recheck = std::move(from.locks[0].recheck);
  node->assigned_columns = update.assigned_columns;
  HELIOS_ASSIGN_OR_RETURN(node->values, RewriteTargets(&scope, update.query->targets, from.map));
  node->rules = RewriteRules(update.rules);
  HELIOS_ASSIGN_OR_RETURN(node->returning, RewriteTargets(&scope, update.returning, from.map));
  Finish(node.get(), std::move(from.node), node->returning);
  return Take(std::move(node), ReturnedColumns(update.returning));
}

absl::StatusOr<std::unique_ptr<Plan>> Planner::PlanDelete(bind::Delete statement) {
  plan_->writes = true;
  PlannerScope scope(this, nullptr);
  auto node = std::make_unique<DeleteNode>();
  node->may_repeat = MayRepeat(*statement.query);
  HELIOS_RETURN_IF_ERROR(PlanCommonTables(statement.query.get(), &scope));
  HELIOS_ASSIGN_OR_RETURN(FromPlan from, PlanFromOfChange(this, &scope, statement.query.get(),
                                                          ReturnedReferences(statement.returning)));
  node->recheck = std::move(from.locks[0].recheck);
  node->rules = RewriteRules(statement.rules);
  HELIOS_ASSIGN_OR_RETURN(node->returning, RewriteTargets(&scope, statement.returning, from.map));
  Finish(node.get(), std::move(from.node), node->returning);
  return Take(std::move(node), ReturnedColumns(statement.returning));
}

}  // namespace heliosdb::sql::plan
