// libpg_query's object and subcommand numbers as ours. Private to this layer.
#ifndef HELIOSDB_CORE_SQL_PARSE_OBJECT_KIND_H_
#define HELIOSDB_CORE_SQL_PARSE_OBJECT_KIND_H_

#include <optional>
#include <string>

#include "core/sql/parse/table_statement.h"

struct PgQuery__Node;

namespace heliosdb::sql::parse {

// object_type: a PgQuery__ObjectType.
ObjectKind ObjectKindOf(int object_type);

// type: a PgQuery__AlterTableType; nothing for the numbers that only PostgreSQL's later stages use.
std::optional<AlterTableAction> AlterTableActionOf(int type);

// The command tag of a statement that has no node of its own, as PostgreSQL's CreateCommandTag()
// names it.
std::string OtherCommandTag(const PgQuery__Node& node);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_OBJECT_KIND_H_
