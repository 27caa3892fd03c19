// INSERT, UPDATE and DELETE.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_MODIFY_H_
#define HELIOSDB_CORE_SQL_EXECUTE_MODIFY_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

// All of them do their whole work by the first Next that gives no chunk; without RETURNING that is the first. What they
// wrote is checked against foreign keys by the execution when the statement ends.
absl::StatusOr<OperatorPtr> BuildInsert(const plan::InsertNode& node);
absl::StatusOr<OperatorPtr> BuildUpdate(const plan::UpdateNode& node);
absl::StatusOr<OperatorPtr> BuildDelete(const plan::DeleteNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_MODIFY_H_
