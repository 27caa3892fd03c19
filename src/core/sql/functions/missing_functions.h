// Functions of PostgreSQL 15 that are not here.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_MISSING_FUNCTIONS_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_MISSING_FUNCTIONS_H_

#include <string_view>

namespace heliosdb::sql::functions {

// Whether PostgreSQL has a function of this name for its users; it may be here too.
bool IsPostgresFunction(std::string_view name);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_MISSING_FUNCTIONS_H_
