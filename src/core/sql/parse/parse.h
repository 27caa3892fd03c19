// From SQL text to the syntax tree, by PostgreSQL 15's own grammar.
//
// All functions are pure and safe from any thread. Positions are 1-based characters (not bytes) of
// the text given.
#ifndef HELIOSDB_CORE_SQL_PARSE_PARSE_H_
#define HELIOSDB_CORE_SQL_PARSE_PARSE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/parse/dml_statement.h"
#include "core/sql/parse/expression.h"
#include "core/sql/parse/schema_statement.h"
#include "core/sql/parse/select_statement.h"
#include "core/sql/parse/statement.h"
#include "core/sql/parse/table_statement.h"
#include "core/sql/parse/utility_statement.h"

namespace heliosdb::sql::parse {

// Longest chain of nodes within nodes that a statement may make. Deeper text is refused before it
// is parsed, so that recursion over a tree is always safe. The estimate is made on the tokens and
// errs on the side of refusing.
// Threads that parse need a stack of 4 MiB for text at this bound.
inline constexpr int kNestingDepthMax = 1000;

// The statements of a script, in order; empty statements are left out. All or nothing: one syntax
// error fails the whole text, as in PostgreSQL. What the grammar knows but the tree does not is an
// OtherStatement. Errors: 42601 (and what else PostgreSQL's grammar reports) with PostgreSQL's
// message and position; 54001 for text nested beyond kNestingDepthMax; 22021 for invalid UTF-8 and
// NUL bytes.
absl::StatusOr<std::vector<StatementPtr>> Parse(std::string_view sql);

// The one statement in the text. Errors as Parse(); 42601 when there is none or more than one.
absl::StatusOr<StatementPtr> ParseStatement(std::string_view sql);

// The one statement in a text that SelectText() or DmlText() wrote of a tree from Parse(). Their brackets make the text
// nest deeper than the tree: three times kNestingDepthMax is allowed here. Errors as Parse().
absl::StatusOr<StatementPtr> ParseDefinition(std::string_view definition);

// One expression, as it may stand in CHECK (...) or DEFAULT, for text that ExpressionText() wrote:
// positions count from a few characters before it. Errors as Parse().
absl::StatusOr<ExpressionPtr> ParseExpression(std::string_view expression);

// A type as it may stand in a cast: "numeric(10,2)", "double precision[]". Errors as Parse().
absl::StatusOr<TypeName> ParseTypeName(std::string_view type);

// One statement of a script; is_terminated when a semicolon follows it.
struct ScriptPiece {
  TextRange range;
  bool is_terminated = false;
};

// Where the statements of a script stand, found by their semicolons alone, so that it works on text
// with mistakes in it and on text that is still being typed: a piece with an unterminated string or
// comment reaches to the end and is not terminated. Blanks and comments alone make no piece.
// Errors: 22021.
absl::StatusOr<std::vector<ScriptPiece>> SplitStatements(std::string_view sql);

// The name of an output column without alias, by PostgreSQL's rules: the column's or function's
// name, "case", "array", ..., or "?column?".
std::string OutputName(const ExpressionPtr& expression);

// The first character of the expression's text, where its own position is that of its operator.
// Some of PostgreSQL's errors point at the one, some at the other.
int LeftmostPosition(const Expression& expression);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_PARSE_H_
