// LIKE and ILIKE: matching, and what a pattern says about the text it matches.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_LIKE_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_LIKE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::sql::functions {

// kBytes: bytea's LIKE, whose _ stands for one byte.
enum class LikeCase : uint8_t { kSensitive, kInsensitive, kBytes };

// A pattern made ready: the common shapes ('abc', 'abc%', '%abc', '%abc%') match without walking
// it. Text is UTF-8.
class LikePattern {
 public:
  // The escape character is a backslash (like_escape rewrites others). Errors: 22025 for a pattern
  // that ends in it.
  static absl::StatusOr<LikePattern> Compile(std::string_view pattern, LikeCase match_case);
  bool Matches(std::string_view text) const;

 private:
  enum class Shape : uint8_t { kExact, kPrefix, kSuffix, kContains, kGeneral };

  LikeCase match_case_ = LikeCase::kSensitive;
  Shape shape_ = Shape::kGeneral;
  // kGeneral: the pattern as it stands; otherwise the literal part.
  std::string literal_;
};

// What every text that matches a LIKE pattern begins with: for index ranges. exact: the pattern is
// that one text, no wildcard.
struct LikePrefix {
  std::string prefix;
  bool exact = false;
};
LikePrefix ExtractLikePrefix(std::string_view pattern);
// The smallest text (in byte order) that is greater than every text with this prefix; empty when
// there is none.
std::string PrefixUpperBound(std::string_view prefix);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_LIKE_H_
