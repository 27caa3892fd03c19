// From bound statements to physical plans.
#ifndef HELIOSDB_CORE_SQL_PLAN_PLANNER_H_
#define HELIOSDB_CORE_SQL_PLAN_PLANNER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/bind/bound_query.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/plan/index_rules.h"
#include "core/sql/plan/plan.h"
#include "core/sql/plan/planner_scope.h"
#include "core/sql/plan/rewrite_rules.h"
#include "core/sql/plan/statistics.h"

namespace heliosdb::sql::plan {

struct PlannerOptions {
  // What a sort may take of memory before it goes to disk; a hash table may take twice as much.
  uint64_t work_mem_bytes = uint64_t{64} << 20;
};

// Plans one statement; throw away after use. The bound statement is used up: its parts move into the
// plan or change. The catalogue image, which the plan points into, must outlive the plan. The caller
// sets Plan::parameter_types.
class Planner {
 public:
  // Image and statistics outlive the planner.
  Planner(const catalog::CatalogImage& image, const Statistics& statistics,
          const PlannerOptions& options)
      : statistics_(statistics), options_(options), index_rules_(image) {}

  absl::StatusOr<std::unique_ptr<Plan>> PlanSelect(std::unique_ptr<bind::Query> query);
  absl::StatusOr<std::unique_ptr<Plan>> PlanInsert(bind::Insert insert);
  absl::StatusOr<std::unique_ptr<Plan>> PlanUpdate(bind::Update update);
  absl::StatusOr<std::unique_ptr<Plan>> PlanDelete(bind::Delete statement);

  // --- For the parts of the planner ---
  // A query with its WITH; outputs its visible targets. The query is used up.
  absl::StatusOr<NodePtr> PlanQuery(bind::Query* query, PlannerScope* scope);
  absl::Status PlanCommonTables(bind::Query* query, PlannerScope* scope);
  // The node that a relation of kind kCommonTable reads.
  absl::StatusOr<NodePtr> PlanCommonTableReference(const bind::Relation& relation,
                                                   PlannerScope* scope,
                                                   ColumnParameters* parameters);
  int NewOuterValue(types::Type type);
  int AddSubplan(Subplan subplan);
  IndexRules* index_rules() { return &index_rules_; }
  const Statistics& statistics() const { return statistics_; }
  const PlannerOptions& options() const { return options_; }
  const Plan& plan() const { return *plan_; }
  // For plans that are tried: what was added since the mark goes.
  struct Mark {
    size_t subplans = 0;
    size_t common_tables = 0;
    size_t outer_values = 0;
  };
  Mark MakeMark() const;
  void ReturnTo(const Mark& mark);

 private:
  absl::StatusOr<NodePtr> PlanRecursiveUnion(const bind::CommonTable& table, int number,
                                             PlannerScope* scope);
  std::unique_ptr<Plan> Take(NodePtr root, std::vector<bind::ColumnInfo> columns);

  const Statistics& statistics_;
  const PlannerOptions options_;
  IndexRules index_rules_;
  std::unique_ptr<Plan> plan_ = std::make_unique<Plan>();
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PLANNER_H_
