#include "core/sql/functions/like.h"

#include "core/base/status.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

absl::Status PatternEndsInEscape() {
  return SqlError(sqlstate::kInvalidEscapeSequence,
                  "LIKE pattern must not end with escape character");
}

size_t OneByte(char) { return 1; }

// Matches the whole of text. A percent sign is tried shortest first; only the last one seen is ever
// tried again, because a longer match of an earlier one cannot help.
template <size_t (*CharacterBytes)(char)>
bool MatchGeneral(std::string_view text, std::string_view pattern) {
  constexpr size_t kNone = std::string_view::npos;
  size_t t = 0;
  size_t p = 0;
  size_t retry_pattern = kNone;
  size_t retry_text = 0;
  while (true) {
    if (p < pattern.size() && pattern[p] == '%') {
      while (p < pattern.size() && pattern[p] == '%') ++p;
      if (p == pattern.size()) return true;
      retry_pattern = p;
      retry_text = t;
      continue;
    }
    if (t == text.size()) return p == pattern.size();
    bool matched = false;
    if (p < pattern.size() && pattern[p] == '_') {
      t += CharacterBytes(text[t]);
      ++p;
      matched = true;
    } else if (p < pattern.size()) {
      const size_t literal = pattern[p] == '\\' ? p + 1 : p;
      if (pattern[literal] == text[t]) {
        ++t;
        p = literal + 1;
        matched = true;
      }
    }
    if (matched) continue;
    if (retry_pattern == kNone) return false;
    if (retry_text >= text.size()) return false;
    retry_text += CharacterBytes(text[retry_text]);
    t = retry_text;
    p = retry_pattern;
  }
}

// The pattern's characters without wildcards, from at; stops at the first wildcard. Returns where.
size_t ReadLiteral(std::string_view pattern, size_t at, std::string* literal) {
  while (at < pattern.size() && pattern[at] != '%' && pattern[at] != '_') {
    if (pattern[at] == '\\') ++at;
    if (at < pattern.size()) literal->push_back(pattern[at++]);
  }
  return at;
}

bool EndsInEscape(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && ++i == pattern.size()) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<LikePattern> LikePattern::Compile(std::string_view pattern, LikeCase match_case) {
  if (EndsInEscape(pattern)) return PatternEndsInEscape();
  LikePattern result;
  result.match_case_ = match_case;
  std::string folded;
  if (match_case == LikeCase::kInsensitive) {
    AppendLower(pattern, &folded);
    pattern = folded;
  }
  std::string literal;
  const bool open_start = !pattern.empty() && pattern.front() == '%';
  const size_t end = ReadLiteral(pattern, open_start ? 1 : 0, &literal);
  if (end == pattern.size()) {
    result.shape_ = open_start ? Shape::kSuffix : Shape::kExact;
    result.literal_ = std::move(literal);
  } else if (end + 1 == pattern.size() && pattern[end] == '%') {
    result.shape_ = open_start ? Shape::kContains : Shape::kPrefix;
    result.literal_ = std::move(literal);
  } else {
    result.shape_ = Shape::kGeneral;
    result.literal_ = std::string(pattern);
  }
  return result;
}

bool LikePattern::Matches(std::string_view text) const {
  std::string folded;
  if (match_case_ == LikeCase::kInsensitive) {
    AppendLower(text, &folded);
    text = folded;
  }
  switch (shape_) {
    case Shape::kExact:
      return text == literal_;
    case Shape::kPrefix:
      return text.starts_with(literal_);
    case Shape::kSuffix:
      return text.ends_with(literal_);
    case Shape::kContains:
      return text.find(literal_) != std::string_view::npos;
    case Shape::kGeneral:
      return match_case_ == LikeCase::kBytes ? MatchGeneral<OneByte>(text, literal_)
                                             : MatchGeneral<Utf8CharacterBytes>(text, literal_);
  }
  return false;
}

LikePrefix ExtractLikePrefix(std::string_view pattern) {
  LikePrefix result;
  const size_t end = ReadLiteral(pattern, 0, &result.prefix);
  result.exact = end == pattern.size() && !EndsInEscape(pattern);
  return result;
}

std::string PrefixUpperBound(std::string_view prefix) {
  std::string bound(prefix);
  while (!bound.empty()) {
    const auto last = static_cast<unsigned char>(bound.back());
    if (last != 0xFF) {
      bound.back() = static_cast<char>(last + 1);
      return bound;
    }
    bound.pop_back();
  }
  return bound;
}

}  // namespace heliosdb::sql::functions
