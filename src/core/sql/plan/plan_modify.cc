// INSERT, UPDATE and DELETE.
#include <span>
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

// RETURNING reads the same relations as the query, and is planned as further targets of it.
void AddTargets(std::vector<bind::Target>* returning, bind::Query* query) {
  for (bind::Target& target : *returning) query->targets.push_back(std::move(target));
  returning->clear();
}

absl::StatusOr<std::vector<ExpressionPtr>> RewriteTargets(PlannerScope* scope,
                                                          std::span<const bind::Target> targets,
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
    bind::Insert::OnConflict& conflict = node->on_conflict.emplace(bind::Insert::OnConflict{});
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
  bind::Query& query = *update.query;
  node->may_repeat = MayRepeat(query);
  std::vector<bind::ColumnInfo> columns = ReturnedColumns(update.returning);
  const size_t assigned = query.targets.size();
  AddTargets(&update.returning, &query);
  HELIOS_RETURN_IF_ERROR(PlanCommonTables(&query, &scope));
  HELIOS_ASSIGN_OR_RETURN(FromPlan from, PlanFromOfChange(this, &scope, &query));
  node->recheck = std::move(from.locks[0].recheck);
  node->assigned_columns = update.assigned_columns;
  const std::span<const bind::Target> targets = query.targets;
  HELIOS_ASSIGN_OR_RETURN(node->values, RewriteTargets(&scope, targets.first(assigned), from.map));
  node->rules = RewriteRules(update.rules);
  HELIOS_ASSIGN_OR_RETURN(node->returning,
                          RewriteTargets(&scope, targets.subspan(assigned), from.map));
  Finish(node.get(), std::move(from.node), node->returning);
  return Take(std::move(node), std::move(columns));
}

absl::StatusOr<std::unique_ptr<Plan>> Planner::PlanDelete(bind::Delete statement) {
  plan_->writes = true;
  PlannerScope scope(this, nullptr);
  auto node = std::make_unique<DeleteNode>();
  bind::Query& query = *statement.query;
  node->may_repeat = MayRepeat(query);
  std::vector<bind::ColumnInfo> columns = ReturnedColumns(statement.returning);
  query.targets.clear();
  AddTargets(&statement.returning, &query);
  HELIOS_RETURN_IF_ERROR(PlanCommonTables(&query, &scope));
  HELIOS_ASSIGN_OR_RETURN(FromPlan from, PlanFromOfChange(this, &scope, &query));
  node->recheck = std::move(from.locks[0].recheck);
  node->rules = RewriteRules(statement.rules);
  HELIOS_ASSIGN_OR_RETURN(node->returning, RewriteTargets(&scope, query.targets, from.map));
  Finish(node.get(), std::move(from.node), node->returning);
  return Take(std::move(node), std::move(columns));
}

}  // namespace heliosdb::sql::plan
