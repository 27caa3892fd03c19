// PostgreSQL's lexical rules (its scan.l, with standard_conforming_strings on), as far as cutting
// text into tokens needs them. Private to this layer.
#ifndef HELIOSDB_CORE_SQL_PARSE_LEXER_H_
#define HELIOSDB_CORE_SQL_PARSE_LEXER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/sql/parse/statement.h"

namespace heliosdb::sql::parse {

enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,        // Also keywords.
  kQuotedIdentifier,  // "name", U&"name"
  kString,            // 'text' in its plain form
  kOtherString,  // E'', B'', X'', N'', U&'', $tag$ $tag$, and plain strings continued on another
                 // line
  kInteger,
  kDecimal,    // With a point or an exponent.
  kParameter,  // $1
  kOperator,   // Of one or more operator characters, PostgreSQL's trimming of trailing + and -
               // applied.
  kTypecast,   // ::
  kOpen,       // (
  kClose,      // )
  kOpenBracket,
  kCloseBracket,
  kComma,
  kSemicolon,
  kOther,    // . : := ..
  kInvalid,  // Unterminated strings and comments, numbers with letters behind them, stray
             // characters.
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  int start = 0;   // Byte offset.
  int length = 0;  // Bytes.
};

class Lexer {
 public:
  // text: not owned; outlives this.
  explicit Lexer(std::string_view text) : text_(text) {}
  // Appends the range of each -- comment to line_comments, some twice. line_comments: not owned; outlives this.
  Lexer(std::string_view text, std::vector<TextRange>* line_comments)
      : text_(text), line_comments_(line_comments) {}

  // The next token that is neither blank nor comment; kEnd at the end, and again after that.
  Token Next();
  std::string_view Text(const Token& token) const {
    return text_.substr(token.start, token.length);
  }

 private:
  bool SkipBlanks();
  Token Finish(TokenKind kind, size_t end);
  Token Word();
  Token Number();
  Token Operator();
  Token DollarQuoteOrParameter();
  // A quoted token whose opening quote stands at `open`.
  Token Quoted(TokenKind kind, size_t open, char quote, bool has_escapes);
  // Whether another quote follows behind blanks with a line end in them: SQL joins the two strings.
  // Returns the offset of that quote, or 0.
  size_t Continuation(size_t at);
  // The end of the -- comment that starts at `at`.
  size_t SkipLineComment(size_t at);
  char At(size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  const std::string_view text_;
  std::vector<TextRange>* const line_comments_ = nullptr;  // Not owned; may be null.
  size_t at_ = 0;
};

// Compares an identifier token with a keyword given in lower case.
bool IsKeyword(std::string_view token, std::string_view keyword);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_LEXER_H_
