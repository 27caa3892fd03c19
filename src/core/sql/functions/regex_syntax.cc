#include "core/sql/functions/regex_syntax.h"

#include <algorithm>
#include <optional>

#include "core/base/status.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

absl::Status Invalid(std::string_view reason) {
  return SqlError(sqlstate::kInvalidRegularExpression, "invalid regular expression: {}", reason);
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAsciiAlnum(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void AppendLiteral(uint32_t code_point, std::string* out) {
  if (code_point < 0x80 && !IsAsciiAlnum(static_cast<char>(code_point)) && code_point != '_') {
    fmt::format_to(std::back_inserter(*out), "\\x{{{:x}}}", code_point);
  } else {
    AppendUtf8(code_point, out);
  }
}

// The members of a character class, to stand within brackets. Letters and digits of every script, as
// the C.UTF-8 locale has them.
struct ClassName {
  std::string_view name;
  std::string_view members;
};
constexpr ClassName kClasses[] = {
    {"alnum", "\\pL\\p{Nl}\\p{Nd}"},
    {"alpha", "\\pL\\p{Nl}"},
    {"ascii", "\\x{0}-\\x{7f}"},
    {"blank", "\\t\\pZ"},
    {"cntrl", "\\p{Cc}"},
    {"digit", "0-9"},
    {"graph", "\\pL\\pM\\pN\\pP\\pS"},
    {"lower", "\\p{Ll}"},
    {"print", "\\pL\\pM\\pN\\pP\\pS\\p{Zs}"},
    {"punct", "\\pP\\pS"},
    {"space", "\\t\\n\\v\\f\\r\\pZ"},
    {"upper", "\\p{Lu}"},
    {"word", "\\pL\\p{Nl}\\p{Nd}_"},
    {"xdigit", "0-9a-fA-F"},
};
std::optional<std::string_view> ClassMembers(std::string_view name) {
  for (const ClassName& entry : kClasses) {
    if (entry.name == name) return entry.members;
  }
  return std::nullopt;
}
// \d, \s, \w and their complements.
std::optional<std::string_view> ShorthandMembers(char letter) {
  switch (letter) {
    case 'd':
    case 'D':
      return ClassMembers("digit");
    case 's':
    case 'S':
      return ClassMembers("space");
    case 'w':
    case 'W':
      return ClassMembers("word");
    default:
      return std::nullopt;
  }
}

class Translator {
 public:
  Translator(std::string_view pattern, RegexFlags flags) : rest_(pattern) { syntax_.flags = flags; }

  absl::StatusOr<RegexSyntax> Run() {
    HELIOS_RETURN_IF_ERROR(Directors());
    if (syntax_.flags.literal) {
      while (!rest_.empty()) AppendLiteral(TakeCharacter(), &syntax_.pattern);
      return std::move(syntax_);
    }
    while (true) {
      SkipExpanded();
      if (rest_.empty()) break;
      HELIOS_RETURN_IF_ERROR(Element());
    }
    if (depth_ > 0) return Invalid("parentheses () not balanced");
    if (greedy_ && non_greedy_) syntax_.preference = RegexPreference::kMixed;
    if (!greedy_ && non_greedy_) {
      syntax_.preference = alternatives_ ? RegexPreference::kMixed : RegexPreference::kShortest;
    }
    return std::move(syntax_);
  }

 private:
  // "***:", "***=" and "(?letters)", which may only stand at the front.
  absl::Status Directors() {
    if (rest_.starts_with("***=")) {
      syntax_.flags.literal = true;
      rest_.remove_prefix(4);
      return absl::OkStatus();
    }
    if (rest_.starts_with("***:")) {
      rest_.remove_prefix(4);
    } else if (rest_.starts_with("***")) {
      return Invalid("quantifier operand invalid");
    }
    if (syntax_.flags.literal || !rest_.starts_with("(?") || rest_.size() < 3) {
      return absl::OkStatus();
    }
    const size_t close = rest_.find(')');
    const std::string_view letters = rest_.substr(2, close - 2);
    if (letters.empty() || !std::all_of(letters.begin(), letters.end(), IsAsciiAlnum)) {
      return absl::OkStatus();
    }
    if (close == std::string_view::npos) return Invalid("invalid embedded option");
    for (const char letter : letters) HELIOS_RETURN_IF_ERROR(Option(letter));
    rest_.remove_prefix(close + 1);
    return absl::OkStatus();
  }

  absl::Status Option(char letter) {
    RegexFlags& flags = syntax_.flags;
    switch (letter) {
      case 'c':
        flags.ignore_case = false;
        return absl::OkStatus();
      case 'i':
        flags.ignore_case = true;
        return absl::OkStatus();
      case 'e':
        return absl::OkStatus();
      case 'm':
      case 'n':
        flags.newline_stops_dot = flags.newline_anchors = true;
        return absl::OkStatus();
      case 'p':
        flags.newline_stops_dot = true;
        flags.newline_anchors = false;
        return absl::OkStatus();
      case 'q':
        flags.literal = true;
        return absl::OkStatus();
      case 's':
        flags.newline_stops_dot = flags.newline_anchors = false;
        return absl::OkStatus();
      case 't':
        flags.expanded = false;
        return absl::OkStatus();
      case 'w':
        flags.newline_stops_dot = false;
        flags.newline_anchors = true;
        return absl::OkStatus();
      case 'x':
        flags.expanded = true;
        return absl::OkStatus();
      case 'b':
        return Unsupported("basic regular expressions are not supported");
      default:
        return Invalid("invalid embedded option");
    }
  }

  uint32_t TakeCharacter() {
    const std::string_view character = Utf8First(rest_);
    rest_.remove_prefix(character.size());
    return DecodeUtf8(character);
  }

  // White space and comments, in expanded syntax; "(?#...)" in every one.
  void SkipExpanded() {
    while (!rest_.empty()) {
      if (rest_.starts_with("(?#")) {
        rest_.remove_prefix(std::min(rest_.find(')'), rest_.size() - 1) + 1);
      } else if (syntax_.flags.expanded &&
                 std::string_view(" \t\n\r\f\v").find(rest_.front()) != std::string_view::npos) {
        rest_.remove_prefix(1);
      } else if (syntax_.flags.expanded && rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else {
        return;
      }
    }
  }

  absl::Status Element() {
    const char c = rest_.front();
    switch (c) {
      case '(':
        return Open();
      case ')':
        // Outside of any parenthesis it is an error, unlike in POSIX.
        if (depth_ == 0) return Invalid("parentheses () not balanced");
        --depth_;
        rest_.remove_prefix(1);
        syntax_.pattern += ')';
        atom_ = true;
        return absl::OkStatus();
      case '|':
        alternatives_ = true;
        rest_.remove_prefix(1);
        syntax_.pattern += '|';
        atom_ = false;
        return absl::OkStatus();
      case '^':
      case '$':
        rest_.remove_prefix(1);
        syntax_.pattern += c;
        atom_ = false;
        return absl::OkStatus();
      case '*':
      case '+':
      case '?':
        return Quantifier();
      case '{':
        if (rest_.size() > 1 && IsDigit(rest_[1])) return Quantifier();
        break;
      case '.':
        rest_.remove_prefix(1);
        syntax_.pattern += syntax_.flags.newline_stops_dot ? "[^\\n]" : "(?s:.)";
        atom_ = true;
        return absl::OkStatus();
      case '[':
        return Bracket();
      case '\\':
        return Escape();
      default:
        break;
    }
    AppendLiteral(TakeCharacter(), &syntax_.pattern);
    atom_ = true;
    return absl::OkStatus();
  }

  absl::Status Open() {
    if (rest_.starts_with("(?=") || rest_.starts_with("(?!") || rest_.starts_with("(?<=") ||
        rest_.starts_with("(?<!")) {
      return Unsupported("look-around in regular expressions is not supported");
    }
    ++depth_;
    atom_ = false;
    if (rest_.starts_with("(?:")) {
      rest_.remove_prefix(3);
      syntax_.pattern += "(?:";
      return absl::OkStatus();
    }
    if (rest_.starts_with("(?")) return Invalid("quantifier operand invalid");
    rest_.remove_prefix(1);
    syntax_.pattern += '(';
    return absl::OkStatus();
  }

  absl::Status Quantifier() {
    constexpr int kRepeatMax = 255;
    if (!atom_) return Invalid("quantifier operand invalid");
    size_t length = 1;
    bool counted_once = false;
    if (rest_.front() == '{') {
      const size_t close = rest_.find('}');
      if (close == std::string_view::npos) return Invalid("braces {} not balanced");
      length = close + 1;
      std::string_view body = rest_.substr(1, close - 1);
      const size_t comma = body.find(',');
      const std::optional<int> low = Count(body.substr(0, comma));
      std::optional<int> high = low;
      if (comma != std::string_view::npos) {
        high = comma + 1 == body.size() ? kRepeatMax : Count(body.substr(comma + 1));
      }
      if (!low.has_value() || !high.has_value() || *low > *high || *high > kRepeatMax) {
        return Invalid("invalid repetition count(s)");
      }
      counted_once = *low == *high;
    }
    syntax_.pattern += rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (!rest_.empty() && rest_.front() == '?') {
      syntax_.pattern += '?';
      rest_.remove_prefix(1);
      non_greedy_ = true;
    } else if (!counted_once) {
      greedy_ = true;
    }
    atom_ = false;
    return absl::OkStatus();
  }

  static std::optional<int> Count(std::string_view digits) {
    if (digits.empty() || digits.size() > 3 ||
        !std::all_of(digits.begin(), digits.end(), IsDigit)) {
      return std::nullopt;
    }
    return std::stoi(std::string(digits));
  }

  absl::Status Escape() {
    if (rest_.size() == 1) return Invalid("invalid escape \\ sequence");
    const char letter = rest_[1];
    if (const auto members = ShorthandMembers(letter)) {
      rest_.remove_prefix(2);
      const bool negated = letter >= 'A' && letter <= 'Z';
      syntax_.pattern += fmt::format("[{}{}]", negated ? "^" : "", *members);
      atom_ = true;
      return absl::OkStatus();
    }
    switch (letter) {
      case 'A':
      case 'Z':
      case 'y':
      case 'Y':
        rest_.remove_prefix(2);
        syntax_.pattern += letter == 'A'   ? "\\A"
                           : letter == 'Z' ? "\\z"
                           : letter == 'y' ? "\\b"
                                           : "\\B";
        atom_ = false;
        return absl::OkStatus();
      case 'm':
      case 'M':
        return WordEdge(letter);
      default:
        break;
    }
    if (letter >= '1' && letter <= '9') {
      return Unsupported("back references in regular expressions are not supported");
    }
    HELIOS_ASSIGN_OR_RETURN(const uint32_t code_point, EscapedCharacter());
    AppendLiteral(code_point, &syntax_.pattern);
    atom_ = true;
    return absl::OkStatus();
  }

  // The start or end of a word is a word boundary where a word character is sure to stand on its
  // inner side.
  absl::Status WordEdge(char letter) {
    rest_.remove_prefix(2);
    const bool inner =
        letter == 'm' ? rest_.starts_with("\\w") || (!rest_.empty() && IsWordByte(rest_.front()))
                      : !syntax_.pattern.empty() && atom_ && IsWordByte(syntax_.pattern.back());
    if (!inner) {
      return Unsupported(
          "\\{} in regular expressions is not supported next to anything but a word "
          "character",
          letter);
    }
    syntax_.pattern += "\\b";
    atom_ = false;
    return absl::OkStatus();
  }
  static bool IsWordByte(char c) { return IsAsciiAlnum(c) || c == '_'; }

  // A backslash and what follows, where they stand for one character.
  absl::StatusOr<uint32_t> EscapedCharacter() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return Invalid("invalid escape \\ sequence");
    const char letter = rest_.front();
    if (!IsAsciiAlnum(letter)) return TakeCharacter();
    rest_.remove_prefix(1);
    switch (letter) {
      case 'a':
        return '\a';
      case 'b':
        return '\b';
      case 'B':
        return '\\';
      case 'e':
        return 27;
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'v':
        return '\v';
      case 'c':
        if (rest_.empty()) return Invalid("invalid escape \\ sequence");
        return TakeCharacter() & 31;
      case 'u':
        return Hex(4, 4);
      case 'U':
        return Hex(8, 8);
      case 'x':
        return Hex(1, 255);
      case '0':
        return Octal();
      default:
        return Invalid("invalid escape \\ sequence");
    }
  }

  absl::StatusOr<uint32_t> Hex(size_t digits_min, size_t digits_max) {
    uint64_t value = 0;
    size_t count = 0;
    for (; count < digits_max && !rest_.empty() && HexDigit(rest_.front()) >= 0; ++count) {
      value = std::min<uint64_t>(value * 16 + static_cast<uint64_t>(HexDigit(rest_.front())),
                                 0x7FFFFFFF);
      rest_.remove_prefix(1);
    }
    if (count < digits_min || value == 0 || value > 0x10FFFF) {
      return Invalid("invalid escape \\ sequence");
    }
    return static_cast<uint32_t>(value);
  }
  absl::StatusOr<uint32_t> Octal() {
    uint32_t value = 0;
    for (int i = 0; i < 2 && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '7'; ++i) {
      value = value * 8 + static_cast<uint32_t>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  absl::Status Bracket() {
    if (rest_.starts_with("[[:<:]]") || rest_.starts_with("[[:>:]]")) {
      const char letter = rest_[3] == '<' ? 'm' : 'M';
      rest_.remove_prefix(5);
      return WordEdge(letter);
    }
    rest_.remove_prefix(1);
    std::string out = "[";
    const bool negated = rest_.starts_with("^");
    if (negated) {
      rest_.remove_prefix(1);
      out += '^';
      if (syntax_.flags.newline_stops_dot) out += "\\n";
    }
    bool first = true;
    while (true) {
      if (rest_.empty()) return Invalid("brackets [] not balanced");
      if (rest_.front() == ']' && !first) break;
      first = false;
      HELIOS_RETURN_IF_ERROR(BracketItem(&out));
    }
    rest_.remove_prefix(1);
    syntax_.pattern += out + ']';
    atom_ = true;
    return absl::OkStatus();
  }

  absl::Status BracketItem(std::string* out) {
    if (rest_.starts_with("[:")) {
      const size_t close = rest_.find(":]");
      if (close == std::string_view::npos) return Invalid("brackets [] not balanced");
      const auto members = ClassMembers(rest_.substr(2, close - 2));
      if (!members.has_value()) return Invalid("invalid character class");
      *out += *members;
      rest_.remove_prefix(close + 2);
      return absl::OkStatus();
    }
    if (rest_.front() == '\\' && rest_.size() > 1) {
      if (const auto members = ShorthandMembers(rest_[1])) {
        if (rest_[1] < 'a') return Invalid("invalid escape \\ sequence");
        *out += *members;
        rest_.remove_prefix(2);
        return absl::OkStatus();
      }
    }
    HELIOS_ASSIGN_OR_RETURN(const uint32_t low, BracketCharacter());
    if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') {
      AppendLiteral(low, out);
      return absl::OkStatus();
    }
    rest_.remove_prefix(1);
    HELIOS_ASSIGN_OR_RETURN(const uint32_t high, BracketCharacter());
    if (high < low) return Invalid("invalid character range");
    AppendLiteral(low, out);
    *out += '-';
    AppendLiteral(high, out);
    return absl::OkStatus();
  }

  // One character within brackets, also as "[.x.]" or "[=x=]".
  absl::StatusOr<uint32_t> BracketCharacter() {
    if (rest_.front() == '\\') return EscapedCharacter();
    if (rest_.starts_with("[.") || rest_.starts_with("[=")) {
      const char mark = rest_[1];
      rest_.remove_prefix(2);
      if (rest_.empty()) return Invalid("brackets [] not balanced");
      const uint32_t code_point = TakeCharacter();
      if (rest_.size() < 2 || rest_[0] != mark || rest_[1] != ']') {
        return Invalid("invalid collating element");
      }
      rest_.remove_prefix(2);
      return code_point;
    }
    return TakeCharacter();
  }

  std::string_view rest_;
  RegexSyntax syntax_;
  int depth_ = 0;
  // Whether a quantifier may follow.
  bool atom_ = false;
  bool alternatives_ = false;
  bool greedy_ = false;
  bool non_greedy_ = false;
};

}  // namespace

absl::StatusOr<RegexSyntax> TranslateRegex(std::string_view pattern, RegexFlags flags) {
  return Translator(pattern, flags).Run();
}

}  // namespace heliosdb::sql::functions
