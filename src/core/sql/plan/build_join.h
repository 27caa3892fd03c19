// Plan nodes from paths.
#ifndef HELIOSDB_CORE_SQL_PLAN_BUILD_JOIN_H_
#define HELIOSDB_CORE_SQL_PLAN_BUILD_JOIN_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/plan/path.h"
#include "core/sql/plan/plan_relation.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// What a path's items are made of.
struct BuildItem {
  // A table, with its own conditions; or null.
  const TableAccess* access = nullptr;
  int relation = -1;
  // Otherwise: planned already, its conditions included.
  std::optional<FromPart> part;
};

class JoinBuilder {
 public:
  // Everything outlives this. Parts of items move into the nodes.
  JoinBuilder(PlannerScope* scope, const bind::Query& query, const ColumnSet& needed,
              std::vector<BuildItem> items)
      : scope_(*scope), query_(query), needed_(needed), items_(std::move(items)) {}

  absl::StatusOr<FromPart> Build(const Path& path);
  // For a full join, which no path describes.
  absl::StatusOr<FromPart> HashJoin(FromPart left, FromPart right, JoinKind kind,
                                    const std::vector<const Conjunct*>& conjuncts,
                                    const RelationSet& left_relations,
                                    const RelationSet& right_relations);

 private:
  absl::StatusOr<FromPart> BuildScan(const ScanPath& scan, int item);
  absl::StatusOr<FromPart> BuildUnique(const Path& path);
  absl::StatusOr<FromPart> LoopJoin(FromPart left, FromPart right, JoinKind kind,
                                    const std::vector<const Conjunct*>& conjuncts);
  absl::StatusOr<std::vector<ExpressionPtr>> Conditions(
      const std::vector<const Conjunct*>& conjuncts, const SlotMap& map,
      ColumnParameters* parameters);
  absl::Status SetKeys(const ScanPath& scan, ScanNode* node, ColumnParameters* parameters);

  PlannerScope& scope_;
  const bind::Query& query_;
  const ColumnSet& needed_;
  std::vector<BuildItem> items_;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_BUILD_JOIN_H_
