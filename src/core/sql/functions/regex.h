// PostgreSQL's regular expressions (ARE), run by RE2.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_REGEX_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_REGEX_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::sql::functions {

// What the flags argument and the embedded options (?...) choose.
struct RegexFlags {
  bool ignore_case = false;
  // 'q': the pattern is plain text.
  bool literal = false;
  // 'n': a dot and [^...] do not match a newline, ^ and $ match at each; 'p' and 'w' are the halves.
  bool newline_stops_dot = false;
  bool newline_anchors = false;
  // 'x': white space and comments in the pattern do not count.
  bool expanded = false;
  // 'g', for regexp_replace.
  bool global = false;

  friend bool operator==(const RegexFlags&, const RegexFlags&) = default;
};
// Errors: 22023 for an unknown letter.
absl::StatusOr<RegexFlags> ParseRegexFlags(std::string_view letters);

struct RegexGroup {
  size_t start = 0;
  size_t end = 0;
  bool matched = false;
};

// Immutable; safe from any thread.
class Regex {
 public:
  ~Regex();

  // Errors: 2201B; 0A000 for back references and look-around, which RE2 does not have.
  static absl::StatusOr<std::unique_ptr<Regex>> Compile(std::string_view pattern, RegexFlags flags);

  bool Matches(std::string_view text) const;
  // The first match at or after a byte position: group 0 is the whole of it, then the captures.
  // Empty for none. 0A000 where the match that PostgreSQL prefers cannot be told.
  absl::StatusOr<std::vector<RegexGroup>> Find(std::string_view text, size_t from) const;
  size_t group_count() const { return group_count_; }

 private:
  struct Program;

  Regex();

  std::unique_ptr<Program> program_;
  size_t group_count_ = 0;
  bool finds_same_match_ = true;
};

// The ARE that matches what a SIMILAR TO pattern does (similar_to_escape()). escape: one character or
// empty for none. Errors: 22019, 22025, 2200C.
absl::StatusOr<std::string> SimilarToRegex(std::string_view pattern, std::string_view escape);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_REGEX_H_
