#include "core/sql/parse/parse_error.h"

#include "core/base/status.h"

namespace heliosdb::sql::parse {
namespace {

enum class Match : uint8_t { kPrefix, kContains, kSuffix };

struct MessageRule {
  Match match;
  std::string_view text;
  SqlState state;
  std::string_view hint;
};

// What is not listed is a syntax error. The first rule that matches counts.
constexpr MessageRule kRules[] = {
    {Match::kPrefix, "memory exhausted", sqlstate::kStatementTooComplex, ""},
    {Match::kPrefix, "LIMIT #,# syntax is not supported", sqlstate::kSyntaxError,
     "Use separate LIMIT and OFFSET clauses."},
    {Match::kPrefix, "subquery in FROM must have an alias", sqlstate::kSyntaxError,
     "For example, FROM (SELECT ...) [AS] foo."},
    {Match::kPrefix, "VALUES in FROM must have an alias", sqlstate::kSyntaxError,
     "For example, FROM (VALUES ...) [AS] foo."},
    {Match::kPrefix, "unsafe use of \\' in a string literal",
     sqlstate::kNonstandardUseOfEscapeCharacter,
     "Use '' to write quotes in strings. \\' is insecure in client-only encodings."},
    {Match::kPrefix, "unsafe use of string constant with Unicode escapes",
     sqlstate::kFeatureNotSupported, ""},
    {Match::kPrefix, "invalid Unicode escape value", sqlstate::kSyntaxError, ""},
    {Match::kPrefix, "invalid Unicode escape character", sqlstate::kSyntaxError, ""},
    {Match::kPrefix, "invalid Unicode escape", sqlstate::kInvalidEscapeSequence,
     "Unicode escapes must be \\XXXX or \\+XXXXXX."},
    {Match::kPrefix, "invalid byte sequence for encoding", sqlstate::kCharacterNotInRepertoire, ""},
    {Match::kPrefix, "frame st", sqlstate::kWindowingError, ""},
    {Match::kPrefix, "frame end", sqlstate::kWindowingError, ""},
    {Match::kPrefix, "precision for type float", sqlstate::kInvalidParameterValue, ""},
    {Match::kPrefix, "role name \"", sqlstate::kReservedName, ""},
    {Match::kSuffix, "not yet implemented", sqlstate::kFeatureNotSupported, ""},
    {Match::kContains, " constraints cannot be marked ", sqlstate::kFeatureNotSupported, ""},
    {Match::kPrefix, "current database cannot be changed", sqlstate::kFeatureNotSupported, ""},
    {Match::kPrefix, "UNENCRYPTED PASSWORD is no longer supported", sqlstate::kFeatureNotSupported,
     "Remove UNENCRYPTED to store the password in encrypted form instead."},
    {Match::kPrefix, "aggregates cannot have output arguments", sqlstate::kFeatureNotSupported, ""},
    {Match::kContains, "cannot include schema elements", sqlstate::kFeatureNotSupported, ""},
    {Match::kPrefix, "WITH CHECK OPTION not supported on recursive views",
     sqlstate::kFeatureNotSupported, ""},
    {Match::kSuffix, "is no longer supported", sqlstate::kFeatureNotSupported, ""},
};

bool Matches(const MessageRule& rule, std::string_view message) {
  switch (rule.match) {
    case Match::kPrefix:
      return message.starts_with(rule.text);
    case Match::kSuffix:
      return message.ends_with(rule.text);
    case Match::kContains:
      return message.find(rule.text) != std::string_view::npos;
  }
  return false;
}

}  // namespace

absl::Status GrammarError(std::string_view message, int position) {
  for (const MessageRule& rule : kRules) {
    if (!Matches(rule, message)) continue;
    absl::Status status = WithPosition(MakeSqlError(rule.state, message), position);
    return rule.hint.empty() ? status : WithHint(std::move(status), rule.hint);
  }
  return WithPosition(MakeSqlError(sqlstate::kSyntaxError, message), position);
}

}  // namespace heliosdb::sql::parse
