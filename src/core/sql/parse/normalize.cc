#include "core/sql/parse/normalize.h"

#include <charconv>
#include <limits>

#include "absl/container/inlined_vector.h"

#include "core/sql/parse/lexer.h"
#include "core/sql/parse/text_position.h"

namespace heliosdb::sql::parse {
namespace {

// Beyond these a statement is not worth a key of its own: it will hardly come again with other
// literals.
constexpr size_t kTextBytesMax = 8 << 10;
constexpr size_t kLiteralsMax = 64;

enum class Word : uint8_t {
  kNone,
  kSelect,
  kInsert,
  kUpdateOrDelete,
  kValues,
  kAs,
  kDistinct,
  kOn,
  kFrom,
  kMaterialized,
  kConflict,
  kDo,
  kBetween,
  kTurnsOn,      // SET, USING: literals behind it are values.
  kTurnsOff,     // GROUP, ORDER, UNION, ...: literals behind it are not.
  kBeforeValue,  // AND, OR, NOT, BETWEEN, WHEN, THEN, ELSE: a value may stand right behind it.
  kBoth,         // WHERE, LIMIT, OFFSET: kTurnsOn and kBeforeValue.
};

Word WordOf(std::string_view token) {
  struct Entry {
    std::string_view text;
    Word word;
  };
  // By length, so that a name is compared with few of them.
  static constexpr Entry kShort[] = {
      {"as", Word::kAs}, {"on", Word::kOn}, {"do", Word::kDo}, {"or", Word::kBeforeValue}};
  static constexpr Entry kThree[] = {{"and", Word::kBeforeValue},
                                     {"set", Word::kTurnsOn},
                                     {"not", Word::kBeforeValue},
                                     {"for", Word::kTurnsOff}};
  static constexpr Entry kFour[] = {{"from", Word::kFrom},

                                    {"when", Word::kBeforeValue},
                                    {"then", Word::kBeforeValue},
                                    {"else", Word::kBeforeValue}};
  static constexpr Entry kFive[] = {{"where", Word::kBoth},     {"limit", Word::kBoth},
                                    {"group", Word::kTurnsOff}, {"order", Word::kTurnsOff},
                                    {"union", Word::kTurnsOff}, {"using", Word::kTurnsOn},
                                    {"fetch", Word::kTurnsOff}};
  static constexpr Entry kSix[] = {
      {"select", Word::kSelect},        {"insert", Word::kInsert},
      {"values", Word::kValues},        {"offset", Word::kBoth},
      {"having", Word::kTurnsOff},      {"window", Word::kTurnsOff},
      {"except", Word::kTurnsOff},      {"update", Word::kUpdateOrDelete},
      {"delete", Word::kUpdateOrDelete}};
  static constexpr Entry kLong[] = {
      {"between", Word::kBetween},    {"distinct", Word::kDistinct},
      {"conflict", Word::kConflict},  {"returning", Word::kTurnsOff},
      {"intersect", Word::kTurnsOff}, {"materialized", Word::kMaterialized}};
  const auto find = [token](const auto& entries) {
    for (const Entry& entry : entries) {
      if (IsKeyword(token, entry.text)) return entry.word;
    }
    return Word::kNone;
  };
  switch (token.size()) {
    case 0:
    case 1:
      return Word::kNone;
    case 2:
      return find(kShort);
    case 3:
      return find(kThree);
    case 4:
      return find(kFour);
    case 5:
      return find(kFive);
    case 6:
      return find(kSix);
    default:
      return token.size() <= 12 ? find(kLong) : Word::kNone;
  }
}

// CURRENT_TIMESTAMP(3) and its kin: the number is part of the grammar.
bool TakesPrecision(std::string_view token) {
  if (token.size() < 9) return false;
  return IsKeyword(token, "localtime") || IsKeyword(token, "current_time") ||
         IsKeyword(token, "localtimestamp") || IsKeyword(token, "current_timestamp");
}

bool StartsSubquery(const Token& token, Word word, std::string_view text) {
  return token.kind == TokenKind::kOpen || word == Word::kSelect || word == Word::kInsert ||
         word == Word::kUpdateOrDelete || word == Word::kValues || IsKeyword(text, "with");
}

bool IsIdentifierByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 128;
}

bool IsBeforeValue(Word word) {
  return word == Word::kBeforeValue || word == Word::kBoth || word == Word::kFrom ||
         word == Word::kBetween;
}

// The contents of a plain string token: without its quotes, and '' as '.
std::string Unquote(std::string_view token) {
  token = token.substr(1, token.size() - 2);
  std::string out;
  out.reserve(token.size());
  for (size_t i = 0; i < token.size(); ++i) {
    out += token[i];
    if (token[i] == '\'') ++i;
  }
  return out;
}

// Between two brackets, or the whole statement at the bottom.
struct Level {
  bool is_allowed = true;  // Literals may be taken from here, as far as the surroundings go.
  bool is_on = true;       // The clause we are in holds values.
  bool has_select = false;
  bool is_behind_as = false;  // AS (: either a subquery, or column definitions with their types.
};

class Normalizer {
 public:
  explicit Normalizer(std::string_view sql) : sql_(sql), lexer_(sql) { levels_.emplace_back(); }

  // False when the text is to be its own key.
  bool Run();
  NormalizedStatement Take();

 private:
  bool Step(const Token& token);
  bool Start(const Token& token);
  Word WordInContext(std::string_view text) const;
  void OnWord(Word word);
  void OnOpen();
  bool OnClose();
  bool OnLiteral(const Token& token);
  bool ContinuesType(const Token& token) const;
  bool MayStandBefore() const;
  bool IsUnaryMinus() const;
  bool IsCastOrSubscriptNext(const Token& token) const;
  bool Extract(const Token& token, size_t start, bool is_negative);
  bool IsEnabled() const { return levels_.back().is_allowed && levels_.back().is_on; }

  // What came before the current token.
  struct Previous {
    TokenKind kind = TokenKind::kEnd;
    Word word = Word::kNone;
    Token token;
  };

  const std::string_view sql_;
  Lexer lexer_;
  absl::InlinedVector<Level, 8> levels_;
  Previous previous_;
  Previous before_previous_;
  bool is_insert_ = false;
  bool is_in_conflict_ = false;  // Between ON CONFLICT and DO: what stands there names an index.
  bool is_in_type_ = false;      // Behind :: and in the type's name.
  bool is_behind_as_ = false;  // AS, or AS name: brackets hold a type's modifiers or column names.
  std::string key_;
  size_t copied_ = 0;  // Bytes of sql_ that are in key_ already.
  std::string types_;
  std::vector<ExtractedLiteral> literals_;
};

bool Normalizer::Run() {
  if (sql_.size() > kTextBytesMax) return false;
  Token token = lexer_.Next();
  if (!Start(token)) return false;
  for (; token.kind != TokenKind::kEnd; token = lexer_.Next()) {
    if (token.kind == TokenKind::kSemicolon) {
      if (lexer_.Next().kind != TokenKind::kEnd) return false;
      break;
    }
    if (!Step(token)) return false;
  }
  return levels_.size() == 1;
}

bool Normalizer::Start(const Token& token) {
  if (token.kind != TokenKind::kIdentifier) return false;
  const Word word = WordOf(lexer_.Text(token));
  is_insert_ = word == Word::kInsert;
  key_.reserve(sql_.size() + 16);
  return word == Word::kSelect || word == Word::kInsert || word == Word::kUpdateOrDelete ||
         IsKeyword(lexer_.Text(token), "with");
}

bool Normalizer::Step(const Token& token) {
  const std::string_view text = lexer_.Text(token);
  const Word word = token.kind == TokenKind::kIdentifier ? WordInContext(text) : Word::kNone;
  if (previous_.kind == TokenKind::kOpen && levels_.back().is_behind_as &&
      !StartsSubquery(token, word, text)) {
    levels_.back().is_allowed = false;
  }
  switch (token.kind) {
    case TokenKind::kIdentifier:
      OnWord(word);
      break;
    case TokenKind::kOpen:
      OnOpen();
      break;
    case TokenKind::kClose:
      if (!OnClose()) return false;
      break;
    case TokenKind::kString:
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
      if (!OnLiteral(token)) return false;
      break;
    case TokenKind::kOtherString:
      // A typed literal whose modifiers were taken for values: interval(3) '...'
      if (previous_.kind == TokenKind::kClose) return false;
      break;
    case TokenKind::kParameter:
    case TokenKind::kInvalid:
      return false;
    default:
      break;
  }
  const bool continues_type = ContinuesType(token);
  is_in_type_ = token.kind == TokenKind::kTypecast || (is_in_type_ && continues_type);
  is_behind_as_ =
      word == Word::kAs || (is_behind_as_ && continues_type && token.kind != TokenKind::kClose &&
                            word != Word::kMaterialized);
  before_previous_ = previous_;
  previous_ = {.kind = token.kind, .word = word, .token = token};
  return true;
}

// Behind AS and behind a point every keyword is a name.
Word Normalizer::WordInContext(std::string_view text) const {
  const Word word = WordOf(text);
  if (previous_.kind == TokenKind::kOther) return Word::kNone;
  if (previous_.word == Word::kAs && word != Word::kMaterialized) return Word::kNone;
  return word;
}

void Normalizer::OnWord(Word word) {
  Level& level = levels_.back();
  switch (word) {
    case Word::kSelect:
      level.has_select = true;
      level.is_on = false;
      return;
    case Word::kTurnsOff:
      level.is_on = false;
      return;
    case Word::kConflict:
      if (previous_.word != Word::kOn) return;
      is_in_conflict_ = true;
      level.is_on = false;
      return;
    case Word::kDo:
      if (!is_in_conflict_) return;
      is_in_conflict_ = false;
      level.has_select = false;
      return;
    case Word::kValues:
      if (!level.has_select) level.is_on = is_insert_ && levels_.size() == 1;
      return;
    case Word::kTurnsOn:
      // In a select list these may be names of columns.
      if (!level.has_select) level.is_on = !is_in_conflict_;
      return;
    case Word::kBoth:
      level.is_on = !is_in_conflict_;
      return;
    case Word::kFrom:
    case Word::kOn:
      // Not in IS DISTINCT FROM and DISTINCT ON.
      if (previous_.word != Word::kDistinct) level.is_on = true;
      return;
    default:
      return;
  }
}

void Normalizer::OnOpen() {
  // AS ( opens a subquery; AS name ( and ::name ( do not.
  const bool is_name_before =
      previous_.kind == TokenKind::kIdentifier || previous_.kind == TokenKind::kQuotedIdentifier;
  const bool is_subquery = previous_.word == Word::kAs || previous_.word == Word::kMaterialized;
  const bool keeps = (is_in_type_ || is_behind_as_) && is_name_before && !is_subquery;
  const bool is_precision =
      previous_.kind == TokenKind::kIdentifier && TakesPrecision(lexer_.Text(previous_.token));
  levels_.push_back(
      {.is_allowed = IsEnabled() && !keeps && !is_precision, .is_behind_as = is_subquery});
}

bool Normalizer::OnClose() {
  if (levels_.size() == 1) return false;
  levels_.pop_back();
  return true;
}

// Of int[3], s.t, double precision, numeric(10,2): the name, and the brackets behind it.
bool Normalizer::ContinuesType(const Token& token) const {
  switch (token.kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kQuotedIdentifier:
    case TokenKind::kOther:
    case TokenKind::kClose:
    case TokenKind::kOpenBracket:
    case TokenKind::kCloseBracket:
      return true;
    default:
      return token.kind == TokenKind::kInteger && previous_.kind == TokenKind::kOpenBracket;
  }
}

// A literal in the place of a value follows an operator, an opening bracket, a comma or one of a
// few words. Behind anything else it belongs to a typed literal, an ESCAPE, a time zone, ...
bool Normalizer::MayStandBefore() const {
  switch (previous_.kind) {
    case TokenKind::kOpen:
    case TokenKind::kComma:
      return true;
    case TokenKind::kOpenBracket:
      return !is_in_type_ && !is_behind_as_;
    case TokenKind::kOperator:
      // Patterns stay: the planner makes ranges of them.
      return lexer_.Text(previous_.token).find('~') == std::string_view::npos;
    case TokenKind::kIdentifier:
      return IsBeforeValue(previous_.word);
    default:
      return false;
  }
}

bool Normalizer::IsUnaryMinus() const {
  if (previous_.kind != TokenKind::kOperator || lexer_.Text(previous_.token) != "-") return false;
  switch (before_previous_.kind) {
    case TokenKind::kOpen:
    case TokenKind::kComma:
    case TokenKind::kOpenBracket:
    case TokenKind::kOperator:
      return true;
    case TokenKind::kIdentifier:
      return IsBeforeValue(before_previous_.word);
    default:
      return false;
  }
}

// -5::text is -(5::text): the sign is then not the number's.
bool Normalizer::IsCastOrSubscriptNext(const Token& token) const {
  size_t at = token.start + token.length;
  while (at < sql_.size() && (sql_[at] == ' ' || sql_[at] == '\t' || sql_[at] == '\n')) ++at;
  return at < sql_.size() && (sql_[at] == ':' || sql_[at] == '[' || sql_[at] == '.');
}

bool Normalizer::OnLiteral(const Token& token) {
  if (token.kind == TokenKind::kString && previous_.kind == TokenKind::kClose) return false;
  if (!IsEnabled() || !MayStandBefore()) return true;
  if (literals_.size() == kLiteralsMax) return false;
  if (token.kind == TokenKind::kString || !IsUnaryMinus()) {
    return Extract(token, token.start, false);
  }
  // BETWEEN may be the name of a column.
  if (before_previous_.word == Word::kBetween || IsCastOrSubscriptNext(token)) return true;
  return Extract(token, previous_.token.start, true);
}

bool Normalizer::Extract(const Token& token, size_t start, bool is_negative) {
  const std::string_view text = lexer_.Text(token);
  ExtractedLiteral literal;
  literal.position = static_cast<int>(start);
  if (token.kind == TokenKind::kString) {
    literal.text = Unquote(text);
    if (!CheckText(literal.text).ok()) return false;
    types_ += 's';
  } else {
    std::string digits(is_negative ? "-" : "");
    digits += text;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), literal.integer);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      literal.type = LiteralType::kNumeric;
      literal.text = std::move(digits);
      types_ += 'n';
    } else if (literal.integer >= std::numeric_limits<int32_t>::min() &&
               literal.integer <= std::numeric_limits<int32_t>::max()) {
      literal.type = LiteralType::kInt4;
      types_ += 'i';
    } else {
      literal.type = LiteralType::kInt8;
      types_ += 'l';
    }
  }
  literals_.push_back(std::move(literal));
  key_.append(sql_.substr(copied_, start - copied_));
  if (!key_.empty() && IsIdentifierByte(key_.back())) key_ += ' ';
  key_ += '$';
  key_ += std::to_string(literals_.size());
  copied_ = token.start + token.length;
  if (copied_ < sql_.size() && IsIdentifierByte(sql_[copied_])) key_ += ' ';
  return true;
}

NormalizedStatement Normalizer::Take() {
  key_.append(sql_.substr(copied_));
  const size_t text_bytes = key_.size();
  if (!literals_.empty()) {
    const TextPositions positions(sql_);
    for (ExtractedLiteral& literal : literals_) literal.position = positions.At(literal.position);
    key_ += '\0';
    key_ += types_;
  }
  return NormalizedStatement(std::move(key_), text_bytes, std::move(literals_));
}

}  // namespace

NormalizedStatement Normalize(std::string_view sql) {
  Normalizer normalizer(sql);
  if (normalizer.Run()) return normalizer.Take();
  std::string key(sql);
  // Invalid text must not look like the key of a normalized statement, which has a NUL before its
  // types.
  if (sql.find('\0') != std::string_view::npos) key += '!';
  return NormalizedStatement(std::move(key), sql.size(), {});
}

}  // namespace heliosdb::sql::parse
