// libpg_query's error messages as statuses with PostgreSQL's SQLSTATEs and hints. Private to this
// layer.
#ifndef HELIOSDB_CORE_SQL_PARSE_PARSE_ERROR_H_
#define HELIOSDB_CORE_SQL_PARSE_PARSE_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace heliosdb::sql::parse {

// libpg_query reports a message and a position but no code: the code follows from the message, as
// PostgreSQL's grammar pairs them. position: 1-based character, 0 when unknown.
absl::Status GrammarError(std::string_view message, int position);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_PARSE_ERROR_H_
