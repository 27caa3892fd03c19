#include "core/sql/plan/planner.h"

#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/make_node.h"

namespace heliosdb::sql::plan {
namespace {

std::vector<bind::ColumnInfo> ResultColumns(const bind::Query& query) {
  std::vector<bind::ColumnInfo> columns;
  for (size_t i = 0; i < query.visible_targets; ++i)
    columns.push_back({query.targets[i].name, query.targets[i].expression->type});
  return columns;
}

// While it lives, references to the common table read the last round.
class RecursionMark {
 public:
  explicit RecursionMark(CommonTableEntry* entry) : entry_(entry) { entry_->in_recursion = true; }
  ~RecursionMark() { entry_->in_recursion = false; }
  RecursionMark(const RecursionMark&) = delete;
  RecursionMark& operator=(const RecursionMark&) = delete;

 private:
  CommonTableEntry* const entry_;
};

}  // namespace

int Planner::NewOuterValue(types::Type type) {
  plan_->outer_value_types.push_back(type);
  return static_cast<int>(plan_->outer_value_types.size()) - 1;
}

int Planner::AddSubplan(Subplan subplan) {
  plan_->subplans.push_back(std::move(subplan));
  return static_cast<int>(plan_->subplans.size()) - 1;
}

Planner::Mark Planner::MakeMark() const {
  return {plan_->subplans.size(), plan_->common_tables.size(), plan_->outer_value_types.size()};
}

void Planner::ReturnTo(const Mark& mark) {
  plan_->subplans.resize(mark.subplans);
  plan_->common_tables.resize(mark.common_tables);
  plan_->outer_value_types.resize(mark.outer_values);
}

std::unique_ptr<Plan> Planner::Take(NodePtr root, std::vector<bind::ColumnInfo> columns) {
  plan_->root = std::move(root);
  plan_->columns = std::move(columns);
  return std::move(plan_);
}

absl::StatusOr<std::unique_ptr<Plan>> Planner::PlanSelect(std::unique_ptr<bind::Query> query) {
  std::vector<bind::ColumnInfo> columns = ResultColumns(*query);
  PlannerScope scope(this, nullptr);
  HELIOS_ASSIGN_OR_RETURN(NodePtr root, PlanQuery(query.get(), &scope));
  return Take(std::move(root), std::move(columns));
}

absl::Status Planner::PlanCommonTables(bind::Query* query, PlannerScope* scope) {
  // Entries must not move: a recursive one is marked while it is planned.
  scope->common_tables.resize(query->common_tables.size());
  for (size_t i = 0; i < query->common_tables.size(); ++i) {
    bind::CommonTable& table = query->common_tables[i];
    CommonTableEntry& entry = scope->common_tables[i];
    if (table.query == nullptr) continue;
    const bool correlated = ReachesOutside(*table.query, 2);
    if (correlated) entry.inlined = &table;
    if (correlated && !table.recursive) continue;
    entry.number = static_cast<int>(plan_->common_tables.size());
    plan_->common_tables.push_back({table.name, nullptr});
    if (correlated) continue;
    PlannerScope inner(this, scope);
    NodePtr root;
    if (table.recursive) {
      const RecursionMark mark(&entry);
      HELIOS_ASSIGN_OR_RETURN(root, PlanRecursiveUnion(table, entry.number, &inner));
    } else {
      HELIOS_ASSIGN_OR_RETURN(root, PlanQuery(table.query.get(), &inner));
    }
    plan_->common_tables[entry.number].root = std::move(root);
    // Used up: nothing must look at it any more.
    table.query.reset();
  }
  return absl::OkStatus();
}

absl::StatusOr<NodePtr> Planner::PlanRecursiveUnion(const bind::CommonTable& table, int number,
                                                    PlannerScope* scope) {
  HELIOS_RETURN_IF_ERROR(PlanCommonTables(table.query.get(), scope));
  auto node = std::make_unique<RecursiveUnionNode>();
  node->table = number;
  node->all = table.union_all;
  for (bind::Query* const side :
       {table.query->set_operation->left.get(), table.query->set_operation->right.get()}) {
    PlannerScope inner(this, scope);
    HELIOS_ASSIGN_OR_RETURN(node->children.emplace_back(), PlanQuery(side, &inner));
    HELIOS_RETURN_IF_ERROR(scope->TakeRequests(&inner, nullptr));
  }
  const Node& start = *node->children[0];
  const Node& step = *node->children[1];
  node->outputs = start.outputs;
  node->width_bytes = start.width_bytes;
  // PostgreSQL assumes ten rounds.
  node->rows = start.rows + 10 * step.rows;
  node->startup_cost = start.startup_cost;
  node->total_cost = start.total_cost + 10 * step.total_cost + node->rows * kCpuTupleCost;
  return node;
}

absl::StatusOr<NodePtr> Planner::PlanCommonTableReference(const bind::Relation& relation,
                                                          PlannerScope* scope,
                                                          ColumnParameters* parameters) {
  PlannerScope* owner = scope;
  for (int level = 0; level < relation.cte_levels_up && owner != nullptr; ++level)
    owner = owner->parent();
  if (owner == nullptr || static_cast<size_t>(relation.cte_index) >= owner->common_tables.size())
    return Internal("common table {} is not there", relation.alias);
  CommonTableEntry& entry = owner->common_tables[relation.cte_index];
  if (entry.inlined != nullptr && !entry.in_recursion) {
    bind::CommonTable table;
    table.query = bind::CloneQuery(*entry.inlined->query);
    table.union_all = entry.inlined->union_all;
    ShiftLevels(*table.query, 1, relation.cte_levels_up);
    PlannerScope inner(this, scope);
    NodePtr root;
    if (entry.inlined->recursive) {
      const RecursionMark mark(&entry);
      HELIOS_ASSIGN_OR_RETURN(root, PlanRecursiveUnion(table, entry.number, &inner));
    } else {
      HELIOS_ASSIGN_OR_RETURN(root, PlanQuery(table.query.get(), &inner));
    }
    HELIOS_RETURN_IF_ERROR(scope->TakeRequests(&inner, parameters));
    return root;
  }
  auto node = std::make_unique<CommonTableScanNode>();
  node->table = entry.number;
  node->working_table = entry.in_recursion;
  node->alias = relation.alias;
  for (const bind::ColumnInfo& column : relation.columns) {
    node->outputs.push_back(column.type);
    node->column_names.push_back(column.name);
  }
  const Node* const source = plan_->common_tables[entry.number].root.get();
  node->rows = source == nullptr ? 100 : source->rows;
  node->total_cost = node->rows * kCpuTupleCost;
  SetTypicalWidth(node.get());
  return node;
}

}  // namespace heliosdb::sql::plan
