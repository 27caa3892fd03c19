// The key under which a plan is cached: statements that differ in literals alone share it.
#ifndef HELIOSDB_CORE_SQL_PARSE_NORMALIZE_H_
#define HELIOSDB_CORE_SQL_PARSE_NORMALIZE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heliosdb::sql::parse {

// The types that PostgreSQL gives to literals. kUnknown is a string, whose type its surroundings
// decide.
enum class LiteralType : uint8_t { kInt4, kInt8, kNumeric, kUnknown };

struct ExtractedLiteral {
  LiteralType type = LiteralType::kUnknown;
  int position = 0;     // In the original text: 1-based character.
  int64_t integer = 0;  // Of kInt4 and kInt8, with its sign.
  std::string text;  // Of kNumeric the digits with their sign, of kUnknown the string's contents.
};

// text() is the statement with the literal number i replaced by the parameter $i; it is valid SQL
// exactly when the original is, and with the literals as values of its parameters it means the
// same. Its own positions differ from the original's: to report an error, parse the original.
class NormalizedStatement {
 public:
  NormalizedStatement(std::string key, size_t text_bytes, std::vector<ExtractedLiteral> literals)
      : key_(std::move(key)), text_bytes_(text_bytes), literals_(std::move(literals)) {}

  // text(), and behind it the literals' types: not SQL, only to be compared.
  const std::string& key() const { return key_; }
  std::string_view text() const { return std::string_view(key_).substr(0, text_bytes_); }
  const std::vector<ExtractedLiteral>& literals() const { return literals_; }

 private:
  std::string key_;
  size_t text_bytes_;
  std::vector<ExtractedLiteral> literals_;
};

// Never fails: text that it cannot cut into tokens, or where it is in doubt, is its own key,
// without literals. So are statements with parameters, scripts, and statements other than SELECT,
// INSERT, UPDATE and DELETE. A literal stays where it is part of the statement's meaning rather
// than a value: in select lists, GROUP BY, ORDER BY, HAVING and RETURNING (they are compared with
// each other, and 1 may stand for a column), in type names, in typed literals (DATE '2020-01-01'),
// as a LIKE pattern, and in ON CONFLICT (...). Pure and safe from any thread. About 1 µs for a
// point select.
NormalizedStatement Normalize(std::string_view sql);

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_NORMALIZE_H_
