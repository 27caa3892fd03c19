#include "core/sql/functions/datetime_format.h"

#include <algorithm>

#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {

const std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
const std::array<std::string_view, 7> kDayNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
const std::array<std::string_view, 12> kRomanMonths = {"I",   "II",   "III", "IV", "V",  "VI",
                                                       "VII", "VIII", "IX",  "X",  "XI", "XII"};

namespace {

using enum DatetimeField;

struct Keyword {
  std::string_view name;
  DatetimeField field;
  uint8_t digits = 0;
};

// Longer names stand before their beginnings. Small letters mean the same; a field that prints
// letters follows their case.
constexpr Keyword kKeywords[] = {
    {"A.D.", kAd},
    {"A.M.", kAm},
    {"AD", kAdPlain},
    {"AM", kAmPlain},
    {"B.C.", kAd},
    {"BC", kAdPlain},
    {"CC", kCentury},
    {"DAY", kDayName},
    {"DDD", kDayOfYear},
    {"DD", kDay},
    {"DY", kDayShort},
    {"D", kWeekday},
    {"FF1", kFraction, 1},
    {"FF2", kFraction, 2},
    {"FF3", kFraction, 3},
    {"FF4", kFraction, 4},
    {"FF5", kFraction, 5},
    {"FF6", kFraction, 6},
    {"FX", kFixed},
    {"HH24", kHour24},
    {"HH12", kHour12},
    {"HH", kHour12},
    {"IDDD", kIsoDayOfYear},
    {"ID", kIsoWeekday},
    {"IW", kIsoWeek},
    {"IYYY", kIsoYear, 4},
    {"IYY", kIsoYear, 3},
    {"IY", kIsoYear, 2},
    {"I", kIsoYear, 1},
    {"J", kJulian},
    {"MI", kMinute},
    {"MM", kMonth},
    {"MONTH", kMonthName},
    {"MON", kMonthShort},
    {"MS", kMillisecond},
    {"OF", kOffset},
    {"P.M.", kAm},
    {"PM", kAmPlain},
    {"Q", kQuarter},
    {"RM", kRomanMonth},
    {"SSSSS", kSecondsOfDay},
    {"SSSS", kSecondsOfDay},
    {"SS", kSecond},
    {"TZH", kZoneHours},
    {"TZM", kZoneMinutes},
    {"TZ", kZone},
    {"US", kMicrosecond},
    {"WW", kWeekOfYear},
    {"W", kWeekOfMonth},
    {"Y,YYY", kYearComma, 4},
    {"YYYY", kYear, 4},
    {"YYY", kYear, 3},
    {"YY", kYear, 2},
    {"Y", kYear, 1},
};
// Those that also exist with a capital letter first.
constexpr Keyword kCapitalKeywords[] = {
    {"Day", kDayName}, {"Dy", kDayShort}, {"Month", kMonthName}, {"Mon", kMonthShort}};

bool StartsWithLower(std::string_view text, std::string_view name) {
  if (text.size() < name.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char lower = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32) : name[i];
    if (text[i] != lower) return false;
  }
  return true;
}

// Takes a keyword off the front of *rest.
bool TakeKeyword(std::string_view* rest, DatetimeNode* node) {
  const auto take = [&](const Keyword& keyword, LetterCase letters) {
    node->kind = DatetimeNode::Kind::kField;
    node->text = rest->substr(0, keyword.name.size());
    node->field = keyword.field;
    node->digits = keyword.digits;
    node->letters = letters;
    rest->remove_prefix(keyword.name.size());
    return true;
  };
  for (const Keyword& keyword : kCapitalKeywords) {
    if (rest->starts_with(keyword.name)) {
      // "Mon" begins "Month", which stands before it only in this order.
      if (keyword.field == kMonthShort && rest->starts_with("Month")) continue;
      return take(keyword, LetterCase::kCapital);
    }
  }
  for (const Keyword& keyword : kKeywords) {
    if (rest->starts_with(keyword.name)) return take(keyword, LetterCase::kUpper);
    if (StartsWithLower(*rest, keyword.name)) return take(keyword, LetterCase::kLower);
  }
  return false;
}

bool TakePrefix(std::string_view* rest, std::string_view upper, std::string_view lower) {
  if (!rest->starts_with(upper) && !rest->starts_with(lower)) return false;
  rest->remove_prefix(2);
  return true;
}

DatetimeNode CharacterNode(std::string_view character, DatetimeNode::Kind kind) {
  DatetimeNode node;
  node.kind = kind;
  node.text = character;
  return node;
}

// Any printable ASCII character but letters and digits.
bool IsSeparator(char c) {
  return c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
         !(c >= '0' && c <= '9');
}

// Text between double quotes, the opening one taken off already; a backslash takes the next
// character as it is.
void TakeQuoted(std::string_view* rest, std::vector<DatetimeNode>* nodes) {
  while (!rest->empty()) {
    if (rest->front() == '"') {
      rest->remove_prefix(1);
      return;
    }
    if (rest->front() == '\\' && rest->size() > 1) rest->remove_prefix(1);
    const std::string_view character = Utf8First(*rest);
    nodes->push_back(CharacterNode(character, DatetimeNode::Kind::kText));
    rest->remove_prefix(character.size());
  }
}

}  // namespace

std::vector<DatetimeNode> ParseDatetimeFormat(std::string_view pattern) {
  std::vector<DatetimeNode> nodes;
  std::string_view rest = pattern;
  while (!rest.empty()) {
    DatetimeNode node;
    for (bool more = true; more;) {
      more = false;
      if (TakePrefix(&rest, "FM", "fm")) node.fill = more = true;
      if (TakePrefix(&rest, "TM", "tm")) node.translate = more = true;
    }
    if (rest.empty()) break;
    if (TakeKeyword(&rest, &node)) {
      if (rest.starts_with("TH")) node.ordinal = OrdinalSuffix::kUpper;
      if (rest.starts_with("th")) node.ordinal = OrdinalSuffix::kLower;
      if (node.ordinal != OrdinalSuffix::kNone) rest.remove_prefix(2);
      nodes.push_back(node);
      continue;
    }
    if (rest.front() == '"') {
      rest.remove_prefix(1);
      TakeQuoted(&rest, &nodes);
      continue;
    }
    // Outside of quotes a backslash matters only before a double quote.
    if (rest.starts_with("\\\"")) rest.remove_prefix(1);
    const std::string_view character = Utf8First(rest);
    const char c = character.front();
    DatetimeNode::Kind kind = DatetimeNode::Kind::kText;
    if (c == ' ' || (c >= '\t' && c <= '\r')) kind = DatetimeNode::Kind::kSpace;
    if (IsSeparator(c)) kind = DatetimeNode::Kind::kSeparator;
    nodes.push_back(CharacterNode(character, kind));
    rest.remove_prefix(character.size());
  }
  return nodes;
}

}  // namespace heliosdb::sql::functions
