// The operators that only pass rows on, pick some, or make a few: Result, Filter, Project, Limit, Append, Values,
// Materialize.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_SIMPLE_OPERATORS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_SIMPLE_OPERATORS_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

OperatorPtr BuildResult(const plan::ResultNode& node);
absl::StatusOr<OperatorPtr> BuildFilter(const plan::FilterNode& node);
absl::StatusOr<OperatorPtr> BuildProject(const plan::ProjectNode& node);
absl::StatusOr<OperatorPtr> BuildAppend(const plan::AppendNode& node);
absl::StatusOr<OperatorPtr> BuildValues(const plan::ValuesNode& node);
absl::StatusOr<OperatorPtr> BuildMaterialize(const plan::MaterializeNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_SIMPLE_OPERATORS_H_
