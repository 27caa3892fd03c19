// An upper bound on how deeply a text's syntax tree can nest, found without parsing it. Private to
// this layer.
#ifndef HELIOSDB_CORE_SQL_PARSE_NESTING_DEPTH_H_
#define HELIOSDB_CORE_SQL_PARSE_NESTING_DEPTH_H_

#include <string_view>

namespace heliosdb::sql::parse {

// True when a tree made of the text may be deeper than depth_max. libpg_query and all that walks
// trees recurse, so this is asked before the text is parsed. Time: one pass of the lexer; texts
// shorter than depth_max cost nothing.
bool MayNestDeeperThan(std::string_view text, int depth_max);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_NESTING_DEPTH_H_
