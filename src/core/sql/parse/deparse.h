// From the syntax tree back to SQL text that parses to the same tree.
//
// The catalogue keeps CHECK and DEFAULT expressions, index expressions and view definitions in this
// form. All functions are pure and safe from any thread.
#ifndef HELIOSDB_CORE_SQL_PARSE_DEPARSE_H_
#define HELIOSDB_CORE_SQL_PARSE_DEPARSE_H_

#include <string>
#include <string_view>

#include "core/sql/parse/expression.h"
#include "core/sql/parse/select_statement.h"
#include "core/sql/parse/statement.h"

namespace heliosdb::sql::parse {

std::string ExpressionText(const Expression& expression);
std::string SelectText(const SelectStatement& select);
// statement: a SELECT, INSERT, UPDATE or DELETE.
std::string DmlText(const Statement& statement);
// "integer", "character varying(10)[]", "myschema.mytype".
std::string TypeNameText(const TypeName& type);

// The name as SQL text: in double quotes where PostgreSQL's quote_ident() puts them.
std::string QuoteIdentifier(std::string_view name);
// The value as a string literal that means the same whatever standard_conforming_strings says.
std::string QuoteLiteral(std::string_view value);
// [catalog.][schema.]name, quoted where needed.
std::string QualifiedNameText(const QualifiedName& name);

// The whole tree in a form for tests: (select targets=[...] ...). Positions, and fields that hold what they hold when
// nothing was written, are left out; enums are numbers.
std::string DebugText(const Statement& statement);
std::string DebugText(const Expression& expression);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_DEPARSE_H_
