// Constants computed ahead, as PostgreSQL's planner does it: immutable functions of constants, and
// branches that cannot be reached. A branch that is cut off is not computed, so that it cannot
// fail; everything else may, with the error that its execution would give.
#ifndef HELIOSDB_CORE_SQL_BIND_FOLD_H_
#define HELIOSDB_CORE_SQL_BIND_FOLD_H_

#include <vector>

#include "absl/status/status.h"

#include "core/sql/bind/bound_query.h"
#include "core/sql/bind/bound_statement.h"
#include "core/types/format_context.h"

namespace heliosdb::sql::bind {

absl::Status FoldExpression(ExpressionPtr* expression, const types::FormatContext& format);
absl::Status FoldQuery(Query* query, const types::FormatContext& format);
absl::Status FoldTargets(std::vector<Target>* targets, const types::FormatContext& format);
absl::Status FoldInsert(Insert* insert, const types::FormatContext& format);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_FOLD_H_
