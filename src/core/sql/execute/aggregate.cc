#include "core/sql/execute/aggregate.h"

#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/group_states.h"

namespace heliosdb::sql::execute {

std::vector<types::Type> AggregateParts::KeyTypes() const {
  std::vector<types::Type> types;
  for (const EvaluatorPtr& key : keys) types.push_back(key->type());
  return types;
}

absl::StatusOr<OperatorPtr> BuildAggregate(const plan::AggregateNode& node) {
  AggregateParts parts;
  HELIOS_ASSIGN_OR_RETURN(parts.child, BuildOperator(*node.children[0]));
  parts.inputs = node.children[0]->outputs;
  parts.outputs = node.outputs;
  HELIOS_ASSIGN_OR_RETURN(parts.keys, CompileExpressions(node.keys));
  for (const bind::Aggregate& aggregate : node.aggregates) {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<AggregateCall> call,
                            AggregateCall::Compile(aggregate, parts.state_bytes));
    parts.state_bytes +=
        (call->state_bytes() + kStateAlignment - 1) / kStateAlignment * kStateAlignment;
    parts.calls.push_back(std::move(call));
  }
  if (node.keys.empty()) return MakePlainAggregate(std::move(parts));
  return node.input_sorted ? MakeSortedAggregate(std::move(parts))
                           : MakeHashAggregate(std::move(parts));
}

}  // namespace heliosdb::sql::execute
