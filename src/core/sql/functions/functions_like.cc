// LIKE and ILIKE as functions, with their selection forms.
#include "core/sql/functions/comparison.h"
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/pattern_cache.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

enum class Sense { kLike, kNotLike };

template <LikeCase match_case, Sense sense>
absl::Status Like(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  PatternCache& cache = PatternCache::Of(context);
  const Reader<std::string_view> texts(*arguments[0]);
  const Reader<std::string_view> patterns(*arguments[1]);
  const bool one_pattern = arguments[1]->is_constant();
  const LikePattern* pattern = nullptr;
  uint8_t* const out = result->data<uint8_t>();
  for (size_t row = 0; row < rows; ++row) {
    out[row] = 0;
    if (!result->validity().IsValid(row)) continue;
    if (pattern == nullptr || !one_pattern) {
      HELIOS_ASSIGN_OR_RETURN(pattern, cache.Like(patterns[row], match_case));
    }
    out[row] = pattern->Matches(texts[row]) == (sense == Sense::kLike) ? 1 : 0;
  }
  return absl::OkStatus();
}

template <LikeCase match_case, Sense sense>
absl::StatusOr<size_t> LikeFilter(EvalContext& context, Arguments arguments, Selection selection,
                                  uint16_t* selected) {
  PatternCache& cache = PatternCache::Of(context);
  const Vector& text_vector = *arguments[0];
  const Vector& pattern_vector = *arguments[1];
  const Reader<std::string_view> texts(text_vector);
  constexpr bool kWanted = sense == Sense::kLike;
  if (pattern_vector.is_constant()) {
    if (pattern_vector.IsNull(0) || selection.count == 0) return 0;
    HELIOS_ASSIGN_OR_RETURN(const LikePattern* const pattern,
                            cache.Like(pattern_vector.data<std::string_view>()[0], match_case));
    return SelectRows(selection, selected, [&](size_t row) {
      return !text_vector.IsNull(row) && pattern->Matches(texts[row]) == kWanted;
    });
  }
  const Reader<std::string_view> patterns(pattern_vector);
  size_t count = 0;
  for (size_t k = 0; k < selection.count; ++k) {
    const uint16_t row = selection.rows == nullptr ? static_cast<uint16_t>(k) : selection.rows[k];
    if (text_vector.IsNull(row) || pattern_vector.IsNull(row)) continue;
    HELIOS_ASSIGN_OR_RETURN(const LikePattern* const pattern,
                            cache.Like(patterns[row], match_case));
    if (pattern->Matches(texts[row]) == kWanted) selected[count++] = row;
  }
  return count;
}

// LIKE ... ESCAPE: the same pattern with a backslash as its escape character.
absl::Status LikeEscape(std::string_view pattern, std::string_view escape, std::string* out) {
  if (!escape.empty() && Utf8First(escape).size() != escape.size()) {
    return WithHint(SqlError(sqlstate::kInvalidEscapeSequence, "invalid escape string"),
                    "Escape string must be empty or one character.");
  }
  bool escaped = false;
  while (!pattern.empty()) {
    const std::string_view character = Utf8First(pattern);
    pattern.remove_prefix(character.size());
    if (!escape.empty() && character == escape && !escaped) {
      out->push_back('\\');
      escaped = true;
      continue;
    }
    if (character == "\\" && !escaped) out->push_back('\\');
    out->append(character);
    escaped = false;
  }
  return absl::OkStatus();
}

template <LikeCase match_case, Sense sense>
constexpr FunctionEntry LikeRow(uint32_t id, std::string_view name, Signature arguments) {
  return {id,
          name,
          arguments,
          kBool,
          kImmutable,
          Like<match_case, sense>,
          LikeFilter<match_case, sense>};
}

constexpr FunctionEntry kRows[] = {
    LikeRow<LikeCase::kSensitive, Sense::kLike>(850, "textlike", {kText, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kNotLike>(851, "textnlike", {kText, kText}),
    LikeRow<LikeCase::kInsensitive, Sense::kLike>(1633, "texticlike", {kText, kText}),
    LikeRow<LikeCase::kInsensitive, Sense::kNotLike>(1634, "texticnlike", {kText, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kLike>(858, "namelike", {kName, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kNotLike>(859, "namenlike", {kName, kText}),
    LikeRow<LikeCase::kInsensitive, Sense::kLike>(1635, "nameiclike", {kName, kText}),
    LikeRow<LikeCase::kInsensitive, Sense::kNotLike>(1636, "nameicnlike", {kName, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kLike>(1631, "bpcharlike", {kBpchar, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kNotLike>(1632, "bpcharnlike", {kBpchar, kText}),
    LikeRow<LikeCase::kInsensitive, Sense::kLike>(1660, "bpchariclike", {kBpchar, kText}),
    LikeRow<LikeCase::kInsensitive, Sense::kNotLike>(1661, "bpcharicnlike", {kBpchar, kText}),
    LikeRow<LikeCase::kBytes, Sense::kLike>(2005, "bytealike", {kBytea, kBytea}),
    LikeRow<LikeCase::kBytes, Sense::kNotLike>(2006, "byteanlike", {kBytea, kBytea}),
    LikeRow<LikeCase::kSensitive, Sense::kLike>(1569, "like", {kText, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kNotLike>(1570, "notlike", {kText, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kLike>(1571, "like", {kName, kText}),
    LikeRow<LikeCase::kSensitive, Sense::kNotLike>(1572, "notlike", {kName, kText}),
    LikeRow<LikeCase::kBytes, Sense::kLike>(2007, "like", {kBytea, kBytea}),
    LikeRow<LikeCase::kBytes, Sense::kNotLike>(2008, "notlike", {kBytea, kBytea}),
    {1637, "like_escape", {kText, kText}, kText, kImmutable, Scalar<LikeEscape>},
    {2009, "like_escape", {kBytea, kBytea}, kBytea, kImmutable, Scalar<LikeEscape>},
};

}  // namespace

std::span<const FunctionEntry> LikeFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
