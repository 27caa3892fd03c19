// LIMIT, OFFSET, WITH TIES, and DISTINCT ON.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_LIMIT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_LIMIT_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildLimit(const plan::LimitNode& node);
absl::StatusOr<OperatorPtr> BuildDistinctOn(const plan::DistinctOnNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_LIMIT_H_
