#include "core/sql/functions/pattern_cache.h"

#include "core/base/status.h"
#include "core/sql/functions/eval_context.h"

namespace heliosdb::sql::functions {
namespace {

// Puts the entry where the oldest one stands, or at the end while there is room.
template <typename Entry>
Entry& Insert(Entry entry, std::vector<Entry>* entries, size_t* next) {
  if (entries->size() < PatternCache::kEntriesMax) {
    entries->push_back(std::move(entry));
    return entries->back();
  }
  Entry& slot = (*entries)[*next];
  *next = (*next + 1) % PatternCache::kEntriesMax;
  slot = std::move(entry);
  return slot;
}

}  // namespace

PatternCache& PatternCache::Of(EvalContext& context) {
  if (context.patterns == nullptr) context.patterns = std::make_unique<PatternCache>();
  return *context.patterns;
}

absl::StatusOr<const LikePattern*> PatternCache::Like(std::string_view pattern,
                                                      LikeCase match_case) {
  for (const LikeEntry& entry : likes_) {
    if (entry.match_case == match_case && entry.pattern == pattern) return entry.compiled.get();
  }
  HELIOS_ASSIGN_OR_RETURN(LikePattern compiled, LikePattern::Compile(pattern, match_case));
  LikeEntry entry{std::string(pattern), match_case,
                  std::make_unique<LikePattern>(std::move(compiled))};
  return Insert(std::move(entry), &likes_, &next_like_).compiled.get();
}

absl::StatusOr<const Regex*> PatternCache::Compiled(std::string_view pattern, RegexFlags flags) {
  for (const RegexEntry& entry : regexes_) {
    if (entry.flags == flags && entry.pattern == pattern) return entry.compiled.get();
  }
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Regex> compiled, Regex::Compile(pattern, flags));
  RegexEntry entry{std::string(pattern), flags, std::move(compiled)};
  return Insert(std::move(entry), &regexes_, &next_regex_).compiled.get();
}

}  // namespace heliosdb::sql::functions
