#include "core/sql/parse/expression.h"

#include "core/sql/parse/select_statement.h"

namespace heliosdb::sql::parse {

// Out of line, as they need the complete SelectStatement.
Sublink::Sublink() = default;
Sublink::~Sublink() = default;

}  // namespace heliosdb::sql::parse
