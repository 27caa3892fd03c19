// Regular expressions as functions: ~ and its kin, substring from a pattern, the regexp_ family.
#include <algorithm>
#include <optional>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/pattern_cache.h"
#include "core/sql/functions/tables.h"
#include "core/types/scalar_text.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum Volatility;
using Groups = std::vector<RegexGroup>;

enum class Sense { kMatch, kNoMatch };

template <LikeCase match_case, Sense sense>
absl::StatusOr<bool> MatchesRegex(EvalContext& context, std::string_view text,
                                  std::string_view pattern) {
  const RegexFlags flags{.ignore_case = match_case == LikeCase::kInsensitive};
  HELIOS_ASSIGN_OR_RETURN(const Regex* const regex,
                          PatternCache::Of(context).Compiled(pattern, flags));
  return regex->Matches(text) == (sense == Sense::kMatch);
}

absl::Status SimilarToEscape(std::string_view pattern, std::string_view escape, std::string* out) {
  HELIOS_ASSIGN_OR_RETURN(*out, SimilarToRegex(pattern, escape));
  return absl::OkStatus();
}
absl::Status SimilarToEscapeDefault(std::string_view pattern, std::string* out) {
  return SimilarToEscape(pattern, "\\", out);
}

using OptionalText = absl::StatusOr<std::optional<std::string_view>>;

// The first capture where the pattern has any, else the whole match.
OptionalText SubstringOf(EvalContext& context, std::string_view text, std::string_view pattern) {
  HELIOS_ASSIGN_OR_RETURN(const Regex* const regex,
                          PatternCache::Of(context).Compiled(pattern, RegexFlags()));
  HELIOS_ASSIGN_OR_RETURN(const Groups groups, regex->Find(text, 0));
  if (groups.empty()) return std::nullopt;
  const RegexGroup& group = groups.size() > 1 ? groups[1] : groups[0];
  if (!group.matched) return std::nullopt;
  return text.substr(group.start, group.end - group.start);
}
OptionalText SubstringSimilar(EvalContext& context, std::string_view text, std::string_view pattern,
                              std::string_view escape) {
  HELIOS_ASSIGN_OR_RETURN(const std::string regex, SimilarToRegex(pattern, escape));
  return SubstringOf(context, text, regex);
}

absl::Status BadParameter(std::string_view name, int32_t value) {
  return SqlError(sqlstate::kInvalidParameterValue, "invalid value for parameter \"{}\": {}", name,
                  value);
}

// A search from the start-th character on, for the n-th match.
struct Search {
  const Regex* regex = nullptr;
  size_t from = 0;
};
absl::StatusOr<Search> StartSearch(EvalContext& context, std::string_view text,
                                   std::string_view pattern, int32_t start, RegexFlags flags) {
  if (start < 1) return BadParameter("start", start);
  flags.global = false;
  HELIOS_ASSIGN_OR_RETURN(const Regex* const regex,
                          PatternCache::Of(context).Compiled(pattern, flags));
  const auto skipped = static_cast<size_t>(start - 1);
  if (skipped > types::Utf8Length(text)) return Search{regex, text.size() + 1};
  return Search{regex, types::Utf8Prefix(text, skipped)};
}
absl::StatusOr<RegexFlags> FlagsWithoutGlobal(std::string_view function, std::string_view letters) {
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, ParseRegexFlags(letters));
  if (flags.global) {
    return SqlError(sqlstate::kInvalidParameterValue, "{}() does not support the \"global\" option",
                    function);
  }
  return flags;
}

// Where to look for the next match: an empty one moves on by a character.
size_t After(std::string_view text, const RegexGroup& match) {
  if (match.end > match.start) return match.end;
  return match.end + types::Utf8Prefix(text.substr(std::min(match.end, text.size())), 1) +
         (match.end >= text.size() ? 1 : 0);
}

// The n-th match; empty for none.
absl::StatusOr<Groups> FindNth(const Search& search, std::string_view text, int32_t n) {
  size_t from = search.from;
  while (from <= text.size()) {
    HELIOS_ASSIGN_OR_RETURN(Groups groups, search.regex->Find(text, from));
    if (groups.empty() || --n == 0) return groups;
    from = After(text, groups[0]);
  }
  return Groups();
}

void AppendReplacement(std::string_view replacement, std::string_view text, const Groups& groups,
                       std::string* out) {
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '\\' || i + 1 == replacement.size()) {
      out->push_back(replacement[i]);
      continue;
    }
    const char next = replacement[++i];
    size_t group = 0;
    if (next >= '1' && next <= '9') {
      group = static_cast<size_t>(next - '0');
    } else if (next == '\\') {
      out->push_back('\\');
      continue;
    } else if (next != '&') {
      out->push_back('\\');
      --i;
      // The character after it is copied by the next round.
      continue;
    }
    if (group < groups.size() && groups[group].matched) {
      out->append(text.substr(groups[group].start, groups[group].end - groups[group].start));
    }
  }
}

// n: which match to replace; 0 for all.
absl::Status ReplaceMatches(const Search& search, std::string_view text,
                            std::string_view replacement, int32_t n, std::string* out) {
  size_t copied = 0;
  size_t from = search.from;
  int32_t seen = 0;
  while (from <= text.size()) {
    HELIOS_ASSIGN_OR_RETURN(const Groups groups, search.regex->Find(text, from));
    if (groups.empty()) break;
    ++seen;
    if (n == 0 || seen == n) {
      out->append(text.substr(copied, groups[0].start - copied));
      AppendReplacement(replacement, text, groups, out);
      copied = groups[0].end;
      if (seen == n) break;
    }
    from = After(text, groups[0]);
  }
  out->append(text.substr(copied));
  return absl::OkStatus();
}

absl::Status Replace(EvalContext& context, std::string_view text, std::string_view pattern,
                     std::string_view replacement, std::string* out) {
  HELIOS_ASSIGN_OR_RETURN(const Search search,
                          StartSearch(context, text, pattern, 1, RegexFlags()));
  return ReplaceMatches(search, text, replacement, 1, out);
}
absl::Status ReplaceFlags(EvalContext& context, std::string_view text, std::string_view pattern,
                          std::string_view replacement, std::string_view letters,
                          std::string* out) {
  if (!letters.empty() && letters.front() >= '0' && letters.front() <= '9') {
    return WithHint(SqlError(sqlstate::kInvalidParameterValue,
                             "invalid regular expression option: \"{}\"", letters.substr(0, 1)),
                    "If you meant to use regexp_replace() with a start parameter, cast the fourth "
                    "argument to integer explicitly.");
  }
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, ParseRegexFlags(letters));
  HELIOS_ASSIGN_OR_RETURN(const Search search, StartSearch(context, text, pattern, 1, flags));
  return ReplaceMatches(search, text, replacement, flags.global ? 0 : 1, out);
}
absl::Status ReplaceNthFlags(EvalContext& context, std::string_view text, std::string_view pattern,
                             std::string_view replacement, int32_t start, int32_t n,
                             std::string_view letters, std::string* out) {
  if (start < 1) return BadParameter("start", start);
  if (n < 0) return BadParameter("n", n);
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, ParseRegexFlags(letters));
  HELIOS_ASSIGN_OR_RETURN(const Search search, StartSearch(context, text, pattern, start, flags));
  return ReplaceMatches(search, text, replacement, n, out);
}
absl::Status ReplaceNth(EvalContext& context, std::string_view text, std::string_view pattern,
                        std::string_view replacement, int32_t start, int32_t n, std::string* out) {
  return ReplaceNthFlags(context, text, pattern, replacement, start, n, "", out);
}
absl::Status ReplaceFrom(EvalContext& context, std::string_view text, std::string_view pattern,
                         std::string_view replacement, int32_t start, std::string* out) {
  return ReplaceNthFlags(context, text, pattern, replacement, start, 1, "", out);
}

absl::StatusOr<int32_t> CountFlags(EvalContext& context, std::string_view text,
                                   std::string_view pattern, int32_t start,
                                   std::string_view letters) {
  if (start < 1) return BadParameter("start", start);
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, FlagsWithoutGlobal("regexp_count", letters));
  HELIOS_ASSIGN_OR_RETURN(const Search search, StartSearch(context, text, pattern, start, flags));
  int32_t count = 0;
  size_t from = search.from;
  while (from <= text.size()) {
    HELIOS_ASSIGN_OR_RETURN(const Groups groups, search.regex->Find(text, from));
    if (groups.empty()) break;
    ++count;
    from = After(text, groups[0]);
  }
  return count;
}
absl::StatusOr<int32_t> CountFrom(EvalContext& context, std::string_view text,
                                  std::string_view pattern, int32_t start) {
  return CountFlags(context, text, pattern, start, "");
}
absl::StatusOr<int32_t> Count(EvalContext& context, std::string_view text,
                              std::string_view pattern) {
  return CountFlags(context, text, pattern, 1, "");
}

absl::StatusOr<bool> LikeFlags(EvalContext& context, std::string_view text,
                               std::string_view pattern, std::string_view letters) {
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, FlagsWithoutGlobal("regexp_like", letters));
  HELIOS_ASSIGN_OR_RETURN(const Regex* const regex,
                          PatternCache::Of(context).Compiled(pattern, flags));
  return regex->Matches(text);
}
absl::StatusOr<bool> Like(EvalContext& context, std::string_view text, std::string_view pattern) {
  return LikeFlags(context, text, pattern, "");
}

absl::StatusOr<int32_t> Instr7(EvalContext& context, std::string_view text,
                               std::string_view pattern, int32_t start, int32_t n,
                               int32_t end_option, std::string_view letters, int32_t group) {
  if (start < 1) return BadParameter("start", start);
  if (n < 1) return BadParameter("n", n);
  if (end_option != 0 && end_option != 1) return BadParameter("endoption", end_option);
  if (group < 0) return BadParameter("subexpr", group);
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, FlagsWithoutGlobal("regexp_instr", letters));
  HELIOS_ASSIGN_OR_RETURN(const Search search, StartSearch(context, text, pattern, start, flags));
  HELIOS_ASSIGN_OR_RETURN(const Groups groups, FindNth(search, text, n));
  const auto index = static_cast<size_t>(group);
  if (index >= groups.size() || !groups[index].matched) return 0;
  const size_t at = end_option == 1 ? groups[index].end : groups[index].start;
  return static_cast<int32_t>(types::Utf8Length(text.substr(0, at)) + 1);
}
absl::StatusOr<int32_t> Instr6(EvalContext& context, std::string_view text,
                               std::string_view pattern, int32_t start, int32_t n,
                               int32_t end_option, std::string_view letters) {
  return Instr7(context, text, pattern, start, n, end_option, letters, 0);
}
absl::StatusOr<int32_t> Instr5(EvalContext& context, std::string_view text,
                               std::string_view pattern, int32_t start, int32_t n,
                               int32_t end_option) {
  return Instr7(context, text, pattern, start, n, end_option, "", 0);
}
absl::StatusOr<int32_t> Instr4(EvalContext& context, std::string_view text,
                               std::string_view pattern, int32_t start, int32_t n) {
  return Instr7(context, text, pattern, start, n, 0, "", 0);
}
absl::StatusOr<int32_t> Instr3(EvalContext& context, std::string_view text,
                               std::string_view pattern, int32_t start) {
  return Instr7(context, text, pattern, start, 1, 0, "", 0);
}
absl::StatusOr<int32_t> Instr2(EvalContext& context, std::string_view text,
                               std::string_view pattern) {
  return Instr7(context, text, pattern, 1, 1, 0, "", 0);
}

OptionalText Substr6(EvalContext& context, std::string_view text, std::string_view pattern,
                     int32_t start, int32_t n, std::string_view letters, int32_t group) {
  if (start < 1) return BadParameter("start", start);
  if (n < 1) return BadParameter("n", n);
  if (group < 0) return BadParameter("subexpr", group);
  HELIOS_ASSIGN_OR_RETURN(const RegexFlags flags, FlagsWithoutGlobal("regexp_substr", letters));
  HELIOS_ASSIGN_OR_RETURN(const Search search, StartSearch(context, text, pattern, start, flags));
  HELIOS_ASSIGN_OR_RETURN(const Groups groups, FindNth(search, text, n));
  const auto index = static_cast<size_t>(group);
  if (index >= groups.size() || !groups[index].matched) return std::nullopt;
  return text.substr(groups[index].start, groups[index].end - groups[index].start);
}
OptionalText Substr5(EvalContext& context, std::string_view text, std::string_view pattern,
                     int32_t start, int32_t n, std::string_view letters) {
  return Substr6(context, text, pattern, start, n, letters, 0);
}
OptionalText Substr4(EvalContext& context, std::string_view text, std::string_view pattern,
                     int32_t start, int32_t n) {
  return Substr6(context, text, pattern, start, n, "", 0);
}
OptionalText Substr3(EvalContext& context, std::string_view text, std::string_view pattern,
                     int32_t start) {
  return Substr6(context, text, pattern, start, 1, "", 0);
}
OptionalText Substr2(EvalContext& context, std::string_view text, std::string_view pattern) {
  return Substr6(context, text, pattern, 1, 1, "", 0);
}

constexpr FunctionEntry kRows[] = {
    {1254,
     "textregexeq",
     {kText, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kSensitive, Sense::kMatch>>},
    {1256,
     "textregexne",
     {kText, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kSensitive, Sense::kNoMatch>>},
    {1238,
     "texticregexeq",
     {kText, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kInsensitive, Sense::kMatch>>},
    {1239,
     "texticregexne",
     {kText, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kInsensitive, Sense::kNoMatch>>},
    {79,
     "nameregexeq",
     {kName, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kSensitive, Sense::kMatch>>},
    {1252,
     "nameregexne",
     {kName, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kSensitive, Sense::kNoMatch>>},
    {1240,
     "nameicregexeq",
     {kName, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kInsensitive, Sense::kMatch>>},
    {1241,
     "nameicregexne",
     {kName, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kInsensitive, Sense::kNoMatch>>},
    {1658,
     "bpcharregexeq",
     {kBpchar, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kSensitive, Sense::kMatch>>},
    {1659,
     "bpcharregexne",
     {kBpchar, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kSensitive, Sense::kNoMatch>>},
    {1656,
     "bpcharicregexeq",
     {kBpchar, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kInsensitive, Sense::kMatch>>},
    {1657,
     "bpcharicregexne",
     {kBpchar, kText},
     kBool,
     kImmutable,
     Scalar<MatchesRegex<LikeCase::kInsensitive, Sense::kNoMatch>>},
    {1986, "similar_to_escape", {kText, kText}, kText, kImmutable, Scalar<SimilarToEscape>},
    {1987, "similar_to_escape", {kText}, kText, kImmutable, Scalar<SimilarToEscapeDefault>},
    {2073, "substring", {kText, kText}, kText, kImmutable, Scalar<SubstringOf>},
    {2074, "substring", {kText, kText, kText}, kText, kImmutable, Scalar<SubstringSimilar>},
    {2284, "regexp_replace", {kText, kText, kText}, kText, kImmutable, Scalar<Replace>},
    {2285, "regexp_replace", {kText, kText, kText, kText}, kText, kImmutable, Scalar<ReplaceFlags>},
    {6251,
     "regexp_replace",
     {kText, kText, kText, kInt4, kInt4, kText},
     kText,
     kImmutable,
     Scalar<ReplaceNthFlags>},
    {6252,
     "regexp_replace",
     {kText, kText, kText, kInt4, kInt4},
     kText,
     kImmutable,
     Scalar<ReplaceNth>},
    {6253, "regexp_replace", {kText, kText, kText, kInt4}, kText, kImmutable, Scalar<ReplaceFrom>},
    {6254, "regexp_count", {kText, kText}, kInt4, kImmutable, Scalar<Count>},
    {6255, "regexp_count", {kText, kText, kInt4}, kInt4, kImmutable, Scalar<CountFrom>},
    {6256, "regexp_count", {kText, kText, kInt4, kText}, kInt4, kImmutable, Scalar<CountFlags>},
    {6263, "regexp_like", {kText, kText}, kBool, kImmutable, Scalar<Like>},
    {6264, "regexp_like", {kText, kText, kText}, kBool, kImmutable, Scalar<LikeFlags>},
    {6257, "regexp_instr", {kText, kText}, kInt4, kImmutable, Scalar<Instr2>},
    {6258, "regexp_instr", {kText, kText, kInt4}, kInt4, kImmutable, Scalar<Instr3>},
    {6259, "regexp_instr", {kText, kText, kInt4, kInt4}, kInt4, kImmutable, Scalar<Instr4>},
    {6260, "regexp_instr", {kText, kText, kInt4, kInt4, kInt4}, kInt4, kImmutable, Scalar<Instr5>},
    {6261,
     "regexp_instr",
     {kText, kText, kInt4, kInt4, kInt4, kText},
     kInt4,
     kImmutable,
     Scalar<Instr6>},
    {6262,
     "regexp_instr",
     {kText, kText, kInt4, kInt4, kInt4, kText, kInt4},
     kInt4,
     kImmutable,
     Scalar<Instr7>},
    {6265, "regexp_substr", {kText, kText}, kText, kImmutable, Scalar<Substr2>},
    {6266, "regexp_substr", {kText, kText, kInt4}, kText, kImmutable, Scalar<Substr3>},
    {6267, "regexp_substr", {kText, kText, kInt4, kInt4}, kText, kImmutable, Scalar<Substr4>},
    {6268,
     "regexp_substr",
     {kText, kText, kInt4, kInt4, kText},
     kText,
     kImmutable,
     Scalar<Substr5>},
    {6269,
     "regexp_substr",
     {kText, kText, kInt4, kInt4, kText, kInt4},
     kText,
     kImmutable,
     Scalar<Substr6>},
};

}  // namespace

std::span<const FunctionEntry> RegexFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
