// "Perhaps you meant to reference the column ...": PostgreSQL's search for a name like the one that
// is missing.
#ifndef HELIOSDB_CORE_SQL_BIND_COLUMN_HINT_H_
#define HELIOSDB_CORE_SQL_BIND_COLUMN_HINT_H_

#include <string>
#include <string_view>

#include "core/sql/bind/scope.h"

namespace heliosdb::sql::bind {

// The hint for a column that was not found; relation may be empty. Empty when there is none.
std::string ColumnHint(std::string_view relation, std::string_view column, const Scope* scope);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_COLUMN_HINT_H_
