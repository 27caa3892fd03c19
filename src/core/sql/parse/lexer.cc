#include "core/sql/parse/lexer.h"

#include <array>

namespace heliosdb::sql::parse {
namespace {

enum CharacterClass : uint8_t {
  kBlank = 1,
  kDigit = 2,
  kIdentifierStart = 4,  // Letters, _ and every byte of a multi-byte character.
  kOperatorChar = 8,
  kLineEnd = 16,
};

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (const char c : std::string_view(" \t\n\r\f")) classes[static_cast<uint8_t>(c)] |= kBlank;
  for (const char c : std::string_view("\n\r")) classes[static_cast<uint8_t>(c)] |= kLineEnd;
  for (const char c : std::string_view("~!@#^&|`?+-*/%<>=")) {
    classes[static_cast<uint8_t>(c)] |= kOperatorChar;
  }
  for (int c = '0'; c <= '9'; ++c) classes[c] |= kDigit;
  for (int c = 'a'; c <= 'z'; ++c) classes[c] |= kIdentifierStart;
  for (int c = 'A'; c <= 'Z'; ++c) classes[c] |= kIdentifierStart;
  for (int c = 128; c < 256; ++c) classes[c] |= kIdentifierStart;
  classes['_'] |= kIdentifierStart;
  return classes;
}

constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

bool Is(char c, int classes) { return (kClasses[static_cast<uint8_t>(c)] & classes) != 0; }
bool IsIdentifierPart(char c) { return Is(c, kIdentifierStart | kDigit) || c == '$'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// An operator may end in + or - only if it holds one of these.
bool AllowsTrailingSign(std::string_view op) {
  return op.find_first_of("~!@#%^&|`?") != std::string_view::npos;
}

}  // namespace

bool IsKeyword(std::string_view token, std::string_view keyword) {
  if (token.size() != keyword.size()) return false;
  for (size_t i = 0; i < token.size(); ++i) {
    if (Lower(token[i]) != keyword[i]) return false;
  }
  return true;
}

Token Lexer::Finish(TokenKind kind, size_t end) {
  Token token{.kind = kind, .start = static_cast<int>(at_), .length = static_cast<int>(end - at_)};
  at_ = end;
  return token;
}

// Blanks and comments. False when a comment does not end.
bool Lexer::SkipBlanks() {
  while (at_ < text_.size()) {
    if (Is(text_[at_], kBlank)) {
      ++at_;
    } else if (text_[at_] == '-' && At(at_ + 1) == '-') {
      at_ = SkipLineComment(at_);
    } else if (text_[at_] == '/' && At(at_ + 1) == '*') {
      int depth = 0;
      size_t end = at_;
      do {
        if (end + 1 >= text_.size()) return false;
        if (text_[end] == '/' && text_[end + 1] == '*') {
          ++depth;
          end += 2;
        } else if (text_[end] == '*' && text_[end + 1] == '/') {
          --depth;
          end += 2;
        } else {
          ++end;
        }
      } while (depth > 0);
      at_ = end;
    } else {
      return true;
    }
  }
  return true;
}

Token Lexer::Next() {
  if (!SkipBlanks()) return Finish(TokenKind::kInvalid, text_.size());
  if (at_ >= text_.size()) return Finish(TokenKind::kEnd, at_);
  const char c = text_[at_];
  if (Is(c, kIdentifierStart)) return Word();
  if (Is(c, kDigit) || (c == '.' && Is(At(at_ + 1), kDigit))) return Number();
  if (Is(c, kOperatorChar)) return Operator();
  switch (c) {
    case '\'':
      return Quoted(TokenKind::kString, at_, '\'', false);
    case '"':
      return Quoted(TokenKind::kQuotedIdentifier, at_, '"', false);
    case '$':
      return DollarQuoteOrParameter();
    case '(':
      return Finish(TokenKind::kOpen, at_ + 1);
    case ')':
      return Finish(TokenKind::kClose, at_ + 1);
    case '[':
      return Finish(TokenKind::kOpenBracket, at_ + 1);
    case ']':
      return Finish(TokenKind::kCloseBracket, at_ + 1);
    case ',':
      return Finish(TokenKind::kComma, at_ + 1);
    case ';':
      return Finish(TokenKind::kSemicolon, at_ + 1);
    case ':':
      if (At(at_ + 1) == ':') return Finish(TokenKind::kTypecast, at_ + 2);
      return Finish(TokenKind::kOther, At(at_ + 1) == '=' ? at_ + 2 : at_ + 1);
    case '.':
      return Finish(TokenKind::kOther, At(at_ + 1) == '.' ? at_ + 2 : at_ + 1);
    default:
      return Finish(TokenKind::kInvalid, at_ + 1);
  }
}

// An identifier, or a string with a letter in front of its quote.
Token Lexer::Word() {
  const char first = Lower(text_[at_]);
  const char second = At(at_ + 1);
  if (second == '\'') {
    if (first == 'e') return Quoted(TokenKind::kOtherString, at_ + 1, '\'', true);
    if (first == 'b' || first == 'x' || first == 'n') {
      return Quoted(TokenKind::kOtherString, at_ + 1, '\'', false);
    }
  } else if (first == 'u' && second == '&') {
    if (At(at_ + 2) == '\'') return Quoted(TokenKind::kOtherString, at_ + 2, '\'', false);
    if (At(at_ + 2) == '"') return Quoted(TokenKind::kQuotedIdentifier, at_ + 2, '"', false);
  }
  size_t end = at_ + 1;
  while (end < text_.size() && IsIdentifierPart(text_[end])) ++end;
  return Finish(TokenKind::kIdentifier, end);
}

Token Lexer::Quoted(TokenKind kind, size_t open, char quote, bool has_escapes) {
  size_t end = open + 1;
  while (true) {
    if (end >= text_.size()) return Finish(TokenKind::kInvalid, text_.size());
    if (has_escapes && text_[end] == '\\') {
      end += 2;
    } else if (text_[end] != quote) {
      ++end;
    } else if (At(end + 1) == quote) {
      end += 2;
    } else if (const size_t next = quote == '\'' ? Continuation(end + 1) : 0; next != 0) {
      kind = TokenKind::kOtherString;
      end = next + 1;
    } else {
      return Finish(kind, end + 1);
    }
  }
}

size_t Lexer::SkipLineComment(size_t at) {
  const size_t start = at;
  while (at < text_.size() && !Is(text_[at], kLineEnd)) ++at;
  if (line_comments_ != nullptr) {
    line_comments_->push_back(
        {.start = static_cast<int>(start), .length = static_cast<int>(at - start)});
  }
  return at;
}

size_t Lexer::Continuation(size_t at) {
  bool has_line_end = false;
  while (at < text_.size()) {
    if (Is(text_[at], kBlank)) {
      has_line_end = has_line_end || Is(text_[at], kLineEnd);
      ++at;
    } else if (text_[at] == '-' && At(at + 1) == '-') {
      at = SkipLineComment(at);
    } else {
      return has_line_end && text_[at] == '\'' ? at : 0;
    }
  }
  return 0;
}

Token Lexer::Number() {
  size_t end = at_;
  bool is_decimal = false;
  while (Is(At(end), kDigit)) ++end;
  // 1..2 is the integer 1 and the token "..".
  if (At(end) == '.' && At(end + 1) != '.') {
    is_decimal = true;
    ++end;
    while (Is(At(end), kDigit)) ++end;
  }
  if (Lower(At(end)) == 'e') {
    size_t exponent = end + 1;
    if (At(exponent) == '+' || At(exponent) == '-') ++exponent;
    if (Is(At(exponent), kDigit)) {
      is_decimal = true;
      end = exponent;
      while (Is(At(end), kDigit)) ++end;
    }
  }
  if (Is(At(end), kIdentifierStart)) return Finish(TokenKind::kInvalid, end + 1);
  return Finish(is_decimal ? TokenKind::kDecimal : TokenKind::kInteger, end);
}

Token Lexer::Operator() {
  size_t end = at_;
  while (end < text_.size() && Is(text_[end], kOperatorChar)) {
    // A comment ends the operator that it stands in.
    if (end > at_ && (text_.substr(end, 2) == "--" || text_.substr(end, 2) == "/*")) break;
    ++end;
  }
  if (!AllowsTrailingSign(text_.substr(at_, end - at_))) {
    while (end - at_ > 1 && (text_[end - 1] == '+' || text_[end - 1] == '-')) --end;
  }
  return Finish(TokenKind::kOperator, end);
}

Token Lexer::DollarQuoteOrParameter() {
  size_t end = at_ + 1;
  if (Is(At(end), kDigit)) {
    while (Is(At(end), kDigit)) ++end;
    const bool has_junk = Is(At(end), kIdentifierStart);
    return Finish(has_junk ? TokenKind::kInvalid : TokenKind::kParameter, end);
  }
  while (Is(At(end), kIdentifierStart | kDigit)) ++end;
  if (At(end) != '$') return Finish(TokenKind::kInvalid, at_ + 1);
  const std::string_view delimiter = text_.substr(at_, end + 1 - at_);
  const size_t close = text_.find(delimiter, end + 1);
  if (close == std::string_view::npos) return Finish(TokenKind::kInvalid, text_.size());
  return Finish(TokenKind::kOtherString, close + delimiter.size());
}

}  // namespace heliosdb::sql::parse
