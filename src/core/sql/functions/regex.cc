#include "core/sql/functions/regex.h"

#include "core/base/status.h"
#include "core/sql/functions/regex_syntax.h"
#include "core/sql/functions/utf8.h"
#include "re2/re2.h"

namespace heliosdb::sql::functions {
namespace {

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

RE2::Options OptionsFor(const RegexSyntax& syntax) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!syntax.flags.ignore_case);
  options.set_longest_match(syntax.preference == RegexPreference::kLongest);
  return options;
}

}  // namespace

struct Regex::Program {
  explicit Program(const RegexSyntax& syntax)
      : re2(Piece(syntax.flags.newline_anchors ? "(?m:" + syntax.pattern + ")" : syntax.pattern),
            OptionsFor(syntax)) {}
  RE2 re2;
};

Regex::Regex() = default;
Regex::~Regex() = default;

absl::StatusOr<RegexFlags> ParseRegexFlags(std::string_view letters) {
  RegexFlags flags;
  for (size_t i = 0; i < letters.size(); ++i) {
    switch (letters[i]) {
      case 'g':
        flags.global = true;
        break;
      case 'c':
        flags.ignore_case = false;
        break;
      case 'i':
        flags.ignore_case = true;
        break;
      case 'm':
      case 'n':
        flags.newline_stops_dot = flags.newline_anchors = true;
        break;
      case 'p':
        flags.newline_stops_dot = true;
        flags.newline_anchors = false;
        break;
      case 'q':
        flags.literal = true;
        break;
      case 's':
        flags.newline_stops_dot = flags.newline_anchors = false;
        break;
      case 't':
        flags.expanded = false;
        break;
      case 'w':
        flags.newline_stops_dot = false;
        flags.newline_anchors = true;
        break;
      case 'x':
        flags.expanded = true;
        break;
      case 'e':
        break;
      case 'b':
        return Unsupported("basic regular expressions are not supported");
      default:
        return SqlError(sqlstate::kInvalidParameterValue,
                        "invalid regular expression option: \"{}\"", Utf8First(letters.substr(i)));
    }
  }
  return flags;
}

absl::StatusOr<std::unique_ptr<Regex>> Regex::Compile(std::string_view pattern, RegexFlags flags) {
  HELIOS_ASSIGN_OR_RETURN(const RegexSyntax syntax, TranslateRegex(pattern, flags));
  std::unique_ptr<Regex> result(new Regex());
  result->program_ = std::make_unique<Program>(syntax);
  const RE2& re2 = result->program_->re2;
  if (re2.error_code() == RE2::ErrorPatternTooLarge) {
    return SqlError(sqlstate::kProgramLimitExceeded, "regular expression is too complex");
  }
  if (!re2.ok()) {
    return SqlError(sqlstate::kInvalidRegularExpression, "invalid regular expression: {}",
                    re2.error());
  }
  result->group_count_ = static_cast<size_t>(re2.NumberOfCapturingGroups());
  result->finds_same_match_ = syntax.preference != RegexPreference::kMixed;
  return result;
}

bool Regex::Matches(std::string_view text) const {
  return program_->re2.Match(Piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

absl::StatusOr<std::vector<RegexGroup>> Regex::Find(std::string_view text, size_t from) const {
  if (!finds_same_match_) {
    return Unsupported(
        "mixing greedy and non-greedy quantifiers, or non-greedy ones with "
        "alternatives, in regular expressions is not supported");
  }
  std::vector<re2::StringPiece> pieces(group_count_ + 1);
  // RE2 wants a pointer even for an empty text.
  const re2::StringPiece whole = text.data() == nullptr ? re2::StringPiece("") : Piece(text);
  if (!program_->re2.Match(whole, from, text.size(), RE2::UNANCHORED, pieces.data(),
                           static_cast<int>(pieces.size()))) {
    return std::vector<RegexGroup>();
  }
  std::vector<RegexGroup> groups(pieces.size());
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].data() == nullptr) continue;
    const size_t start = static_cast<size_t>(pieces[i].data() - whole.data());
    groups[i] = {.start = start, .end = start + pieces[i].size(), .matched = true};
  }
  return groups;
}

absl::StatusOr<std::string> SimilarToRegex(std::string_view pattern, std::string_view escape) {
  if (!escape.empty() && Utf8First(escape).size() != escape.size()) {
    return WithHint(SqlError(sqlstate::kInvalidEscapeSequence, "invalid escape string"),
                    "Escape string must be empty or one character.");
  }
  std::string out = "^(?:";
  bool after_escape = false;
  bool in_class = false;
  int quotes = 0;
  while (!pattern.empty()) {
    const std::string_view character = Utf8First(pattern);
    pattern.remove_prefix(character.size());
    const char c = character.front();
    if (after_escape) {
      after_escape = false;
      if (c == '"' && !in_class) {
        // The first separator ends a part that matches as little as it can.
        if (quotes == 0) out += "){1,1}?(";
        if (quotes == 1) out += "){1,1}(?:";
        if (++quotes > 2) {
          return SqlError(
              sqlstate::kInvalidUseOfEscapeCharacter,
              "SQL regular expression may not contain more than two escape-double-quote "
              "separators");
        }
      } else {
        out += '\\';
        out += character;
      }
    } else if (!escape.empty() && character == escape) {
      after_escape = true;
    } else if (in_class) {
      if (c == '\\') out += '\\';
      out += character;
      if (c == ']') in_class = false;
    } else if (c == '[') {
      out += c;
      in_class = true;
    } else if (c == '%') {
      out += ".*";
    } else if (c == '_') {
      out += '.';
    } else if (c == '(') {
      out += "(?:";
    } else if (c == '\\' || c == '.' || c == '^' || c == '$') {
      out += '\\';
      out += c;
    } else {
      out += character;
    }
  }
  out += ")$";
  return out;
}

}  // namespace heliosdb::sql::functions
