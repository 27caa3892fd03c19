// PostgreSQL's advanced regular expressions, rewritten in RE2's syntax.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_REGEX_SYNTAX_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_REGEX_SYNTAX_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/sql/functions/regex.h"

namespace heliosdb::sql::functions {

// Which match of several PostgreSQL prefers.
enum class RegexPreference : uint8_t {
  kLongest,
  kShortest,
  // Greedy and non-greedy quantifiers together, or non-greedy ones with alternatives, where the two
  // engines may find different matches: good only to ask whether there is a match.
  kMixed,
};

struct RegexSyntax {
  // For RE2, without flags of its own.
  std::string pattern;
  // The given flags and those embedded in the pattern.
  RegexFlags flags;
  RegexPreference preference = RegexPreference::kLongest;
};

// Errors: 2201B as PostgreSQL's, 0A000 for what RE2 cannot do.
absl::StatusOr<RegexSyntax> TranslateRegex(std::string_view pattern, RegexFlags flags);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_REGEX_SYNTAX_H_
