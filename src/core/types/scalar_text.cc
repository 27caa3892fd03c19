#include "core/types/scalar_text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "fmt/format.h"

#include "core/base/status.h"

namespace heliosdb::types {
namespace {

constexpr size_t kNameBytesMax = 63;
constexpr size_t kFormatBytes = 48;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view TrimSpaces(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return Lower(a) == b; });
}

// At least min letters of word, in any case.
bool IsPrefixOf(std::string_view text, std::string_view word, size_t min) {
  return text.size() >= min && text.size() <= word.size() &&
         EqualsIgnoringCase(text, word.substr(0, text.size()));
}

absl::Status InvalidSyntax(std::string_view type, std::string_view text) {
  return SqlError(sqlstate::kInvalidTextRepresentation, "invalid input syntax for type {}: \"{}\"",
                  type, text);
}
absl::Status OutOfRange(std::string_view type, std::string_view text) {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value \"{}\" is out of range for type {}",
                  text, type);
}

template <typename T>
std::optional<T> SpecialFloat(std::string_view text) {
  if (EqualsIgnoringCase(text, "nan")) return std::numeric_limits<T>::quiet_NaN();
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (!EqualsIgnoringCase(text, "infinity") && !EqualsIgnoringCase(text, "inf")) {
    return std::nullopt;
  }
  return negative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
}

// True when every digit before the exponent is 0: then a result of zero is no underflow.
bool SignificandIsZero(std::string_view text) {
  for (const char c : text) {
    if (c == 'e' || c == 'E') break;
    if (c >= '1' && c <= '9') return false;
  }
  return true;
}

// "0x1F", "0x1p-3", as the C library reads them.
template <typename T>
absl::StatusOr<T> ParseHexFloating(std::string_view number, std::string_view whole,
                                   std::string_view type) {
  const std::string text(number);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size()) return InvalidSyntax(type, whole);
  if (std::isinf(static_cast<T>(value))) {
    return SqlError(sqlstate::kNumericValueOutOfRange, "\"{}\" is out of range for type {}", text,
                    type);
  }
  return static_cast<T>(value);
}

template <typename T>
absl::StatusOr<T> ParseFloating(std::string_view whole, std::string_view type) {
  const std::string_view text = TrimSpaces(whole);
  if (const auto special = SpecialFloat<T>(text); special.has_value()) return *special;
  std::string_view number = text;
  if (!number.empty() && number.front() == '+') number.remove_prefix(1);
  if (number.empty() || !(IsDigit(number[0]) || number[0] == '.' || number[0] == '-') ||
      (number.size() > 1 && number[0] == '-' && !IsDigit(number[1]) && number[1] != '.') ||
      text.substr(0, 2) == "+-") {
    return InvalidSyntax(type, whole);
  }
  if (const size_t x = number.find_first_of("xX"); x != std::string_view::npos) {
    return ParseHexFloating<T>(number, whole, type);
  }
  T value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value,
                                            std::chars_format::general);
  if (error == std::errc::invalid_argument || end != number.data() + number.size()) {
    return InvalidSyntax(type, whole);
  }
  if (error == std::errc::result_out_of_range || (value == 0 && !SignificandIsZero(number))) {
    return SqlError(sqlstate::kNumericValueOutOfRange, "\"{}\" is out of range for type {}", text,
                    type);
  }
  return value;
}

// Whether the shortest digits lie exactly halfway to a neighbour. The standard library takes those, since they read back
// to an even significand; PostgreSQL wants digits strictly between the halves. Only integers beyond the significand's
// exact range can do so: others would need more digits than the shortest form has.
template <typename T>
bool IsHalfway(T value, std::string_view scientific) {
  constexpr int kSignificandBits = std::numeric_limits<T>::digits;
  // Beyond 5^23 no significand has that many factors 5.
  constexpr int kPowerMax = 23;
  int exponent = 0;
  const T significand = std::frexp(value, &exponent);
  if (exponent <= kSignificandBits) return false;
  // value is halves * 2^(exponent - bits - 1), the digits are decimal * 10^power; the factors 2 of the latter go to the
  // other side, so that 128 bits suffice.
  const uint64_t halves = static_cast<uint64_t>(std::ldexp(significand, kSignificandBits)) * 2;
  unsigned __int128 decimal = 0;
  int power = 0;
  bool fraction = false;
  const size_t e = scientific.find('e');
  for (const char c : scientific.substr(0, e)) {
    if (c == '.') {
      fraction = true;
    } else {
      decimal = decimal * 10 + static_cast<unsigned>(c - '0');
      if (fraction) --power;
    }
  }
  int written = 0;
  std::from_chars(scientific.data() + e + 2, scientific.data() + scientific.size(), written);
  power += written;
  const int shift = exponent - kSignificandBits - 1 - power;
  if (power < 0 || power > kPowerMax || shift < 0 || shift > 127) return false;
  for (int i = 0; i < power; ++i) decimal *= 5;
  if ((decimal & ((static_cast<unsigned __int128>(1) << shift) - 1)) != 0) return false;
  decimal >>= shift;
  return decimal == halves + 1 || decimal == halves - 1;
}

// PostgreSQL's layout of the shortest digits: positional for exponents from -4 up to below the
// limit, "1e+20" otherwise.
template <typename T>
void AppendShortest(T value, int positional_digits, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out->append(value < 0 ? "-Infinity" : "Infinity");
    return;
  }
  char text[kFormatBytes];
  if (std::signbit(value)) out->push_back('-');
  value = std::fabs(value);
  auto result = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
  std::string_view shortest(text, static_cast<size_t>(result.ptr - text));
  while (IsHalfway(value, shortest)) {
    const size_t digits = std::min(shortest.find('e'), shortest.size());
    const int fraction_digits = digits > 1 ? static_cast<int>(digits) - 2 : 0;
    result = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific,
                           fraction_digits + 1);
    shortest = std::string_view(text, static_cast<size_t>(result.ptr - text));
  }
  const size_t e = shortest.find('e');
  int exponent = 0;
  const char* const exponent_text = shortest.data() + e + (shortest[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent_text, shortest.data() + shortest.size(), exponent);
  if (exponent < -4 || exponent >= positional_digits) {
    out->append(shortest);
    return;
  }
  char digits[kFormatBytes];
  size_t count = 0;
  for (const char c : shortest.substr(0, e)) {
    if (c != '.') digits[count++] = c;
  }
  if (exponent < 0) {
    out->append("0.");
    out->append(static_cast<size_t>(-exponent - 1), '0');
    out->append(digits, count);
    return;
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  out->append(digits, std::min(count, whole));
  if (whole >= count) {
    out->append(whole - count, '0');
    return;
  }
  out->push_back('.');
  out->append(digits + whole, count - whole);
}

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

absl::StatusOr<std::string> ParseHexBytea(std::string_view text) {
  std::string result;
  result.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
      ++i;
      continue;
    }
    const int high = HexDigit(text[i]);
    if (high < 0) {
      return SqlError(sqlstate::kInvalidParameterValue, "invalid hexadecimal digit: \"{}\"",
                      text.substr(i, Utf8Prefix(text.substr(i), 1)));
    }
    if (i + 1 >= text.size()) {
      return SqlError(sqlstate::kInvalidParameterValue,
                      "invalid hexadecimal data: odd number of digits");
    }
    const int low = HexDigit(text[i + 1]);
    if (low < 0) {
      return SqlError(sqlstate::kInvalidParameterValue, "invalid hexadecimal digit: \"{}\"",
                      text.substr(i + 1, Utf8Prefix(text.substr(i + 1), 1)));
    }
    result.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return result;
}

bool IsOctal(char c, char last) { return c >= '0' && c <= last; }

absl::StatusOr<std::string> ParseEscapedBytea(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      result.push_back(text[i++]);
    } else if (i + 1 < text.size() && text[i + 1] == '\\') {
      result.push_back('\\');
      i += 2;
    } else if (i + 3 < text.size() && IsOctal(text[i + 1], '3') && IsOctal(text[i + 2], '7') &&
               IsOctal(text[i + 3], '7')) {
      result.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                         (text[i + 3] - '0')));
      i += 4;
    } else {
      return SqlError(sqlstate::kInvalidTextRepresentation, "invalid input syntax for type bytea");
    }
  }
  return result;
}

}  // namespace

absl::StatusOr<bool> ParseBool(std::string_view text) {
  const std::string_view word = TrimSpaces(text);
  if (IsPrefixOf(word, "true", 1) || IsPrefixOf(word, "yes", 1) || EqualsIgnoringCase(word, "on") ||
      word == "1") {
    return true;
  }
  if (IsPrefixOf(word, "false", 1) || IsPrefixOf(word, "no", 1) || IsPrefixOf(word, "off", 2) ||
      word == "0") {
    return false;
  }
  return InvalidSyntax("boolean", text);
}

absl::StatusOr<int64_t> ParseInteger(std::string_view text, int bits) {
  const std::string_view type = bits == 16 ? "smallint" : bits == 32 ? "integer" : "bigint";
  std::string_view number = TrimSpaces(text);
  bool negative = false;
  if (!number.empty() && (number.front() == '-' || number.front() == '+')) {
    negative = number.front() == '-';
    number.remove_prefix(1);
  }
  if (number.empty()) return InvalidSyntax(type, text);
  const uint64_t limit = (uint64_t{1} << (bits - 1)) - (negative ? 0 : 1);
  uint64_t value = 0;
  for (const char c : number) {
    if (!IsDigit(c)) return InvalidSyntax(type, text);
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    // Said as soon as it is known, before what follows is looked at.
    if (value > (limit - digit) / 10) return OutOfRange(type, text);
    value = value * 10 + digit;
  }
  return static_cast<int64_t>(negative ? 0 - value : value);
}

absl::StatusOr<uint32_t> ParseOid(std::string_view text) {
  std::string_view number = TrimSpaces(text);
  const bool negative = !number.empty() && number.front() == '-';
  if (negative || (!number.empty() && number.front() == '+')) number.remove_prefix(1);
  if (number.empty()) return InvalidSyntax("oid", text);
  uint64_t value = 0;
  for (const char c : number) {
    if (!IsDigit(c)) return InvalidSyntax("oid", text);
    value = std::min<uint64_t>(value * 10 + static_cast<uint64_t>(c - '0'), uint64_t{1} << 40);
  }
  // Negative numbers that fit an int4 wrap round, as PostgreSQL keeps doing for old dumps.
  if (value > (negative ? uint64_t{1} << 31 : uint64_t{UINT32_MAX})) return OutOfRange("oid", text);
  return static_cast<uint32_t>(negative ? 0 - value : value);
}

absl::StatusOr<double> ParseDouble(std::string_view text) {
  return ParseFloating<double>(text, "double precision");
}
absl::StatusOr<float> ParseFloat(std::string_view text) {
  return ParseFloating<float>(text, "real");
}

absl::StatusOr<uint64_t> ParsePgLsn(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return InvalidSyntax("pg_lsn", text);
  uint64_t lsn = 0;
  for (const std::string_view part : {text.substr(0, slash), text.substr(slash + 1)}) {
    if (part.empty() || part.size() > 8) return InvalidSyntax("pg_lsn", text);
    uint64_t half = 0;
    for (const char c : part) {
      const int digit = HexDigit(c);
      if (digit < 0) return InvalidSyntax("pg_lsn", text);
      half = half * 16 + static_cast<uint64_t>(digit);
    }
    lsn = (lsn << 32) | half;
  }
  return lsn;
}

absl::StatusOr<std::string> ParseBytea(std::string_view text) {
  if (text.substr(0, 2) == "\\x") return ParseHexBytea(text.substr(2));
  return ParseEscapedBytea(text);
}

void AppendIntegerText(int64_t value, std::string* out) {
  const fmt::format_int text(value);
  out->append(text.data(), text.size());
}
void AppendDoubleText(double value, std::string* out) { AppendShortest(value, 15, out); }
void AppendFloatText(float value, std::string* out) { AppendShortest(value, 6, out); }

void AppendByteaText(std::string_view bytes, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  out->append("\\x");
  for (const char c : bytes) {
    out->push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    out->push_back(kDigits[static_cast<uint8_t>(c) & 15]);
  }
}

void AppendPgLsnText(uint64_t lsn, std::string* out) {
  fmt::format_to(std::back_inserter(*out), "{:X}/{:X}", lsn >> 32, lsn & UINT32_MAX);
}

size_t Utf8Prefix(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) continue;
    if (characters-- == 0) return at;
  }
  return at;
}

size_t Utf8Length(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

std::string_view TruncateName(std::string_view text) {
  if (text.size() <= kNameBytesMax) return text;
  size_t end = kNameBytesMax;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

absl::StatusOr<std::string_view> ApplyLength(TypeOid oid, int32_t modifier, std::string_view value,
                                             LengthCoercion coercion, std::string* storage) {
  if (modifier < 4) return value;
  const size_t length_max = static_cast<size_t>(modifier - 4);
  // A byte is at most a character, so that short values need no count.
  if (oid == TypeOid::kVarchar && value.size() <= length_max) return value;
  const size_t prefix = Utf8Prefix(value, length_max);
  if (prefix < value.size()) {
    const bool only_spaces = value.find_first_not_of(' ', prefix) == std::string_view::npos;
    if (coercion == LengthCoercion::kError && !only_spaces) {
      return SqlError(sqlstate::kStringDataRightTruncation, "value too long for type {}({})",
                      oid == TypeOid::kBpchar ? "character" : "character varying", length_max);
    }
    return value.substr(0, prefix);
  }
  if (oid == TypeOid::kVarchar) return value;
  const size_t length = Utf8Length(value);
  if (length == length_max) return value;
  storage->assign(value);
  storage->append(length_max - length, ' ');
  return std::string_view(*storage);
}

}  // namespace heliosdb::types
