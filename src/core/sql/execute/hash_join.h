// Hash join (children[1] is hashed in memory, children[0] probes).
#ifndef HELIOSDB_CORE_SQL_EXECUTE_HASH_JOIN_H_
#define HELIOSDB_CORE_SQL_EXECUTE_HASH_JOIN_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildHashJoin(const plan::HashJoinNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_HASH_JOIN_H_
