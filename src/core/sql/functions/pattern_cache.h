// Compiled patterns by their text, so that a pattern is compiled once a statement, not once a chunk.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_PATTERN_CACHE_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_PATTERN_CACHE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/functions/like.h"
#include "core/sql/functions/regex.h"

namespace heliosdb::sql::functions {

struct EvalContext;

// A handful of patterns, the oldest of which gives way. Not thread-safe. A pattern returned stays
// valid until kEntriesMax others of its kind have been asked for.
class PatternCache {
 public:
  static constexpr size_t kEntriesMax = 32;

  absl::StatusOr<const LikePattern*> Like(std::string_view pattern, LikeCase match_case);
  absl::StatusOr<const Regex*> Compiled(std::string_view pattern, RegexFlags flags);

  // The context's cache, made when it has none.
  static PatternCache& Of(EvalContext& context);

 private:
  struct LikeEntry {
    std::string pattern;
    LikeCase match_case;
    std::unique_ptr<LikePattern> compiled;
  };
  struct RegexEntry {
    std::string pattern;
    RegexFlags flags;
    std::unique_ptr<Regex> compiled;
  };

  std::vector<LikeEntry> likes_;
  size_t next_like_ = 0;
  std::vector<RegexEntry> regexes_;
  size_t next_regex_ = 0;
};

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_PATTERN_CACHE_H_
