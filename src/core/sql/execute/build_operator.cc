#include "core/base/status.h"
#include "core/sql/execute/aggregate.h"
#include "core/sql/execute/common_tables.h"
#include "core/sql/execute/function_scan.h"
#include "core/sql/execute/hash_join.h"
#include "core/sql/execute/instrument.h"
#include "core/sql/execute/limit.h"
#include "core/sql/execute/lock_rows.h"
#include "core/sql/execute/modify.h"
#include "core/sql/execute/nested_loop.h"
#include "core/sql/execute/operator.h"
#include "core/sql/execute/scan.h"
#include "core/sql/execute/set_operation.h"
#include "core/sql/execute/simple_operators.h"
#include "core/sql/execute/sort.h"
#include "core/sql/execute/system_view_scan.h"

namespace heliosdb::sql::execute {

// NOLINTNEXTLINE(readability-function-size): one case per kind of node, no logic of its own.
absl::StatusOr<OperatorPtr> BuildOperator(const plan::Node& node) {
  switch (node.kind) {
    case plan::NodeKind::kResult:
      return BuildResult(static_cast<const plan::ResultNode&>(node));
    case plan::NodeKind::kScan:
      return BuildScan(static_cast<const plan::ScanNode&>(node));
    case plan::NodeKind::kFilter:
      return BuildFilter(static_cast<const plan::FilterNode&>(node));
    case plan::NodeKind::kProject:
      return BuildProject(static_cast<const plan::ProjectNode&>(node));
    case plan::NodeKind::kHashJoin:
      return BuildHashJoin(static_cast<const plan::HashJoinNode&>(node));
    case plan::NodeKind::kNestedLoop:
      return BuildNestedLoop(static_cast<const plan::NestedLoopNode&>(node));
    case plan::NodeKind::kAggregate:
      return BuildAggregate(static_cast<const plan::AggregateNode&>(node));
    case plan::NodeKind::kSort:
      return BuildSort(static_cast<const plan::SortNode&>(node));
    case plan::NodeKind::kLimit:
      return BuildLimit(static_cast<const plan::LimitNode&>(node));
    case plan::NodeKind::kDistinctOn:
      return BuildDistinctOn(static_cast<const plan::DistinctOnNode&>(node));
    case plan::NodeKind::kSetOperation:
      return BuildSetOperation(static_cast<const plan::SetOperationNode&>(node));
    case plan::NodeKind::kAppend:
      return BuildAppend(static_cast<const plan::AppendNode&>(node));
    case plan::NodeKind::kValues:
      return BuildValues(static_cast<const plan::ValuesNode&>(node));
    case plan::NodeKind::kFunctionScan:
      return BuildFunctionScan(static_cast<const plan::FunctionScanNode&>(node));
    case plan::NodeKind::kCommonTableScan:
      return BuildCommonTableScan(static_cast<const plan::CommonTableScanNode&>(node));
    case plan::NodeKind::kRecursiveUnion:
      return BuildRecursiveUnion(static_cast<const plan::RecursiveUnionNode&>(node));
    case plan::NodeKind::kMaterialize:
      return BuildMaterialize(static_cast<const plan::MaterializeNode&>(node));
    case plan::NodeKind::kSystemViewScan:
      return BuildSystemViewScan(static_cast<const plan::SystemViewScanNode&>(node));
    case plan::NodeKind::kLockRows:
      return BuildLockRows(static_cast<const plan::LockRowsNode&>(node));
    case plan::NodeKind::kInsert:
      return BuildInsert(static_cast<const plan::InsertNode&>(node));
    case plan::NodeKind::kUpdate:
      return BuildUpdate(static_cast<const plan::UpdateNode&>(node));
    case plan::NodeKind::kDelete:
      return BuildDelete(static_cast<const plan::DeleteNode&>(node));
    case plan::NodeKind::kInstrument:
      return BuildInstrument(static_cast<const plan::InstrumentNode&>(node));
  }
  return Internal("unknown plan node {}", static_cast<int>(node.kind));
}

}  // namespace heliosdb::sql::execute
