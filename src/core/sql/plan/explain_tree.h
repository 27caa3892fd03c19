// A plan as EXPLAIN shows it, before it is text or JSON: nodes that only compute are folded into
// those that PostgreSQL names.
#ifndef HELIOSDB_CORE_SQL_PLAN_EXPLAIN_TREE_H_
#define HELIOSDB_CORE_SQL_PLAN_EXPLAIN_TREE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/sql/plan/plan.h"

namespace heliosdb::sql::plan {

struct ExplainNode {
  // "Hash Left Join"; in JSON type and join_type stand apart.
  std::string headline;
  std::string type;
  // "Outer", "Inner", "InitPlan", "SubPlan", "Member"; empty for the root.
  std::string relationship;
  // "CTE r", "InitPlan 1 (returns $0)", "SubPlan 2"; empty for ordinary children.
  std::string subplan_name;
  // JSON only: "Join Type", "Relation Name", ...
  std::vector<std::pair<std::string, std::string>> attributes;
  struct Property {
    std::string name;
    std::vector<std::string> values;
    bool is_list = false;
  };
  std::vector<Property> properties;
  std::vector<std::unique_ptr<ExplainNode>> children;

  double rows = 0;
  double startup_cost = 0;
  double total_cost = 0;
  int width_bytes = 0;
  // Null where nothing was counted.
  const NodeCounters* counters = nullptr;
  // Null where there is no sort or hash table, or it never ran.
  const MemoryUse* memory = nullptr;
};
using ExplainNodePtr = std::unique_ptr<ExplainNode>;

ExplainNodePtr MakeExplainTree(const Plan& plan);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_EXPLAIN_TREE_H_
