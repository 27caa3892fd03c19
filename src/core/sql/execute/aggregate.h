// GROUP BY and aggregates, DISTINCT among them.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_H_
#define HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_H_

#include <memory>
#include <vector>

#include "core/sql/execute/aggregate_call.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

// What the operators of all strategies are made of.
struct AggregateParts {
  OperatorPtr child;
  std::vector<types::Type> inputs;  // Of the child.
  std::vector<types::Type> outputs;
  std::vector<EvaluatorPtr> keys;
  std::vector<std::unique_ptr<AggregateCall>> calls;
  // Of one group.
  size_t state_bytes = 0;

  std::vector<types::Type> KeyTypes() const;
};

absl::StatusOr<OperatorPtr> BuildAggregate(const plan::AggregateNode& node);
// The strategies: all rows make one group; equal keys come together; any order.
OperatorPtr MakePlainAggregate(AggregateParts parts);
OperatorPtr MakeSortedAggregate(AggregateParts parts);
OperatorPtr MakeHashAggregate(AggregateParts parts);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_AGGREGATE_H_
