// Names of statements and of kinds of object, as PostgreSQL writes them in command tags and
// messages.
#ifndef HELIOSDB_CORE_SQL_PARSE_COMMAND_TAG_H_
#define HELIOSDB_CORE_SQL_PARSE_COMMAND_TAG_H_

#include <string>
#include <string_view>

#include "core/sql/parse/statement.h"
#include "core/sql/parse/table_statement.h"

namespace heliosdb::sql::parse {

// "CREATE TABLE", "ROLLBACK", "DROP INDEX", ...: what PostgreSQL answers after the statement,
// without row counts.
std::string CommandTag(const Statement& statement);

// "TABLE", "MATERIALIZED VIEW", "FOREIGN DATA WRAPPER", ...
std::string_view ObjectKindName(ObjectKind kind);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_COMMAND_TAG_H_
