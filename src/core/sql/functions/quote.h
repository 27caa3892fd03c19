// Quoting for SQL text: quote_ident(), quote_literal(), format().
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_QUOTE_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_QUOTE_H_

#include <string>
#include <string_view>

namespace heliosdb::sql::functions {

// As it is where it is a plain name that no keyword hides; else in double quotes.
void AppendQuotedIdentifier(std::string_view name, std::string* out);
// In single quotes; with backslashes as E'...'.
void AppendQuotedLiteral(std::string_view text, std::string* out);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_QUOTE_H_
