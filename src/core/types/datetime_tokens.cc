#include "core/types/datetime_tokens.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "core/base/status.h"
#include "core/types/datetime_units.h"

namespace heliosdb::types {
namespace {

// Together with the terminators, what PostgreSQL's work buffer holds.
constexpr size_t kTextBytesMax = 128 + 25;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsPunctuation(char c) { return c > ' ' && c < 127 && !IsDigit(c) && !IsLetter(c); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

using Word = std::pair<std::string_view, DatetimeWord>;
constexpr Word kWords[] = {
    {"-infinity", {DatetimeWordKind::kMinusInfinity, 0}},
    {"ad", {DatetimeWordKind::kEra, 1}},
    {"allballs", {DatetimeWordKind::kAllBalls, 0}},
    {"am", {DatetimeWordKind::kMeridian, 1}},
    {"apr", {DatetimeWordKind::kMonth, 4}},
    {"april", {DatetimeWordKind::kMonth, 4}},
    {"at", {DatetimeWordKind::kIgnored, 0}},
    {"aug", {DatetimeWordKind::kMonth, 8}},
    {"august", {DatetimeWordKind::kMonth, 8}},
    {"bc", {DatetimeWordKind::kEra, 2}},
    {"d", {DatetimeWordKind::kUnit, 0}},
    {"dec", {DatetimeWordKind::kMonth, 12}},
    {"december", {DatetimeWordKind::kMonth, 12}},
    {"dow", {DatetimeWordKind::kUnit, 0}},
    {"doy", {DatetimeWordKind::kUnit, 0}},
    {"dst", {DatetimeWordKind::kDaylight, 3600}},
    {"epoch", {DatetimeWordKind::kEpoch, 0}},
    {"feb", {DatetimeWordKind::kMonth, 2}},
    {"february", {DatetimeWordKind::kMonth, 2}},
    {"fri", {DatetimeWordKind::kWeekday, 5}},
    {"friday", {DatetimeWordKind::kWeekday, 5}},
    {"h", {DatetimeWordKind::kUnit, 0}},
    {"infinity", {DatetimeWordKind::kInfinity, 0}},
    {"isodow", {DatetimeWordKind::kUnit, 0}},
    {"isoyear", {DatetimeWordKind::kUnit, 0}},
    {"j", {DatetimeWordKind::kJulian, 0}},
    {"jan", {DatetimeWordKind::kMonth, 1}},
    {"january", {DatetimeWordKind::kMonth, 1}},
    {"jd", {DatetimeWordKind::kJulian, 0}},
    {"jul", {DatetimeWordKind::kMonth, 7}},
    {"julian", {DatetimeWordKind::kJulian, 0}},
    {"july", {DatetimeWordKind::kMonth, 7}},
    {"jun", {DatetimeWordKind::kMonth, 6}},
    {"june", {DatetimeWordKind::kMonth, 6}},
    {"m", {DatetimeWordKind::kUnit, 0}},
    {"mar", {DatetimeWordKind::kMonth, 3}},
    {"march", {DatetimeWordKind::kMonth, 3}},
    {"may", {DatetimeWordKind::kMonth, 5}},
    {"mm", {DatetimeWordKind::kUnit, 0}},
    {"mon", {DatetimeWordKind::kWeekday, 1}},
    {"monday", {DatetimeWordKind::kWeekday, 1}},
    {"nov", {DatetimeWordKind::kMonth, 11}},
    {"november", {DatetimeWordKind::kMonth, 11}},
    {"now", {DatetimeWordKind::kNow, 0}},
    {"oct", {DatetimeWordKind::kMonth, 10}},
    {"october", {DatetimeWordKind::kMonth, 10}},
    {"on", {DatetimeWordKind::kIgnored, 0}},
    {"pm", {DatetimeWordKind::kMeridian, 2}},
    {"s", {DatetimeWordKind::kUnit, 0}},
    {"sat", {DatetimeWordKind::kWeekday, 6}},
    {"saturday", {DatetimeWordKind::kWeekday, 6}},
    {"sep", {DatetimeWordKind::kMonth, 9}},
    {"sept", {DatetimeWordKind::kMonth, 9}},
    {"september", {DatetimeWordKind::kMonth, 9}},
    {"sun", {DatetimeWordKind::kWeekday, 0}},
    {"sunday", {DatetimeWordKind::kWeekday, 0}},
    {"t", {DatetimeWordKind::kIsoTime, 0}},
    {"thu", {DatetimeWordKind::kWeekday, 4}},
    {"thur", {DatetimeWordKind::kWeekday, 4}},
    {"thurs", {DatetimeWordKind::kWeekday, 4}},
    {"thursday", {DatetimeWordKind::kWeekday, 4}},
    {"today", {DatetimeWordKind::kToday, 0}},
    {"tomorrow", {DatetimeWordKind::kTomorrow, 0}},
    {"tue", {DatetimeWordKind::kWeekday, 2}},
    {"tues", {DatetimeWordKind::kWeekday, 2}},
    {"tuesday", {DatetimeWordKind::kWeekday, 2}},
    {"wed", {DatetimeWordKind::kWeekday, 3}},
    {"wednesday", {DatetimeWordKind::kWeekday, 3}},
    {"weds", {DatetimeWordKind::kWeekday, 3}},
    {"y", {DatetimeWordKind::kUnit, 0}},
    {"yesterday", {DatetimeWordKind::kYesterday, 0}},
};

// One walk over the text; Take* append to the token at hand.
class Splitter {
 public:
  Splitter(std::string_view text, DatetimeTokens* tokens) : rest_(text), tokens_(tokens) {}

  DatetimeError Run() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (IsSpace(c)) {
        rest_.remove_prefix(1);
        continue;
      }
      if (tokens_->size == DatetimeTokens::kTokensMax) return DatetimeError::kBadFormat;
      token_ = &tokens_->tokens[tokens_->size];
      token_->text.clear();
      if (IsDigit(c)) {
        token_->kind = DigitToken();
      } else if (c == '.') {
        token_->kind = DatetimeTokenKind::kNumber;
        Take();
        TakeDigits();
      } else if (IsLetter(c)) {
        token_->kind = WordToken();
      } else if (c == '+' || c == '-') {
        if (!SignToken()) return DatetimeError::kBadFormat;
      } else if (IsPunctuation(c)) {
        rest_.remove_prefix(1);
        continue;
      } else {
        return DatetimeError::kBadFormat;
      }
      ++tokens_->size;
    }
    return DatetimeError::kNone;
  }

 private:
  char Peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  void Take() {
    token_->text.push_back(Lower(rest_.front()));
    rest_.remove_prefix(1);
  }
  void TakeDigits() {
    while (IsDigit(Peek())) Take();
  }

  DatetimeTokenKind DigitToken() {
    TakeDigits();
    if (Peek() == ':') {
      while (IsDigit(Peek()) || Peek() == ':' || Peek() == '.') Take();
      return DatetimeTokenKind::kTime;
    }
    const char delimiter = Peek();
    if (delimiter != '-' && delimiter != '/' && delimiter != '.') return DatetimeTokenKind::kNumber;
    Take();
    if (!IsDigit(Peek())) {
      while (IsDigit(Peek()) || IsLetter(Peek()) || Peek() == delimiter) Take();
      return DatetimeTokenKind::kDate;
    }
    DatetimeTokenKind kind =
        delimiter == '.' ? DatetimeTokenKind::kNumber : DatetimeTokenKind::kDate;
    TakeDigits();
    if (Peek() == delimiter) {
      kind = DatetimeTokenKind::kDate;
      while (IsDigit(Peek()) || Peek() == delimiter) Take();
    }
    return kind;
  }

  // Letters; with punctuation in them a date or the name of a zone.
  DatetimeTokenKind WordToken() {
    while (IsLetter(Peek())) Take();
    const char c = Peek();
    bool is_date = c == '-' || c == '/' || c == '.';
    if (c == '+' || IsDigit(c)) {
      is_date = FindDatetimeWord(token_->text).kind == DatetimeWordKind::kUnknown;
    }
    if (!is_date) return DatetimeTokenKind::kString;
    do {
      Take();
    } while (IsDigit(Peek()) || IsLetter(Peek()) ||
             std::string_view("+-/_.:").find(Peek()) != std::string_view::npos);
    return DatetimeTokenKind::kDate;
  }

  bool SignToken() {
    Take();
    while (IsSpace(Peek())) rest_.remove_prefix(1);
    if (IsDigit(Peek())) {
      token_->kind = DatetimeTokenKind::kZone;
      while (IsDigit(Peek()) || Peek() == ':' || Peek() == '.' || Peek() == '-') Take();
      return true;
    }
    if (!IsLetter(Peek())) return false;
    token_->kind = DatetimeTokenKind::kSpecial;
    while (IsLetter(Peek())) Take();
    return true;
  }

  std::string_view rest_;
  DatetimeTokens* const tokens_;
  DatetimeToken* token_ = nullptr;
};

}  // namespace

DatetimeError SplitDatetime(std::string_view text, DatetimeTokens* tokens) {
  tokens->size = 0;
  if (text.size() > kTextBytesMax) return DatetimeError::kBadFormat;
  return Splitter(text, tokens).Run();
}

absl::Status DatetimeParseError(DatetimeError error, std::string_view type, std::string_view text) {
  switch (error) {
    case DatetimeError::kFieldOverflow:
      return SqlError(sqlstate::kDatetimeFieldOverflow,
                      "date/time field value out of range: \"{}\"", text);
    case DatetimeError::kMonthDayOverflow:
      return WithHint(SqlError(sqlstate::kDatetimeFieldOverflow,
                               "date/time field value out of range: \"{}\"", text),
                      "Perhaps you need a different \"datestyle\" setting.");
    case DatetimeError::kIntervalOverflow:
      return SqlError(sqlstate::kIntervalFieldOverflow, "interval field value out of range: \"{}\"",
                      text);
    case DatetimeError::kZoneOverflow:
      return SqlError(sqlstate::kInvalidTimeZoneDisplacementValue,
                      "time zone displacement out of range: \"{}\"", text);
    case DatetimeError::kZoneUnknown:
      return SqlError(sqlstate::kInvalidParameterValue, "time zone \"{}\" not recognized", text);
    case DatetimeError::kNone:
    case DatetimeError::kBadFormat:
      break;
  }
  return SqlError(sqlstate::kInvalidDatetimeFormat, "invalid input syntax for type {}: \"{}\"",
                  type, text);
}

bool TakeNumber(std::string_view* text, int32_t* value) {
  size_t count = 0;
  int64_t number = 0;
  while (count < text->size() && IsDigit((*text)[count])) {
    number = number * 10 + ((*text)[count++] - '0');
    if (number > INT32_MAX) return false;
  }
  if (count == 0) return false;
  text->remove_prefix(count);
  *value = static_cast<int32_t>(number);
  return true;
}

bool ParseSecondFraction(std::string_view text, int32_t* microseconds) {
  if (text.empty() || text.front() != '.') return false;
  for (const char c : text.substr(1)) {
    if (!IsDigit(c)) return false;
  }
  const double fraction =
      text.size() == 1 ? 0 : std::strtod(("0" + std::string(text)).c_str(), nullptr);
  *microseconds = static_cast<int32_t>(std::rint(fraction * 1e6));
  return true;
}

DatetimeWord FindDatetimeWord(std::string_view lower_word) {
  const std::string_view key = lower_word.substr(0, kDatetimeNameMax);
  for (const auto& [name, word] : kWords) {
    if (name == key) return word;
  }
  return {};
}

}  // namespace heliosdb::types
