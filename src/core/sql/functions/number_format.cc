#include "core/sql/functions/number_format.h"

#include <algorithm>
#include <string>

#include "core/base/status.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

using enum NumberKeyword;

struct Spelling {
  std::string_view name;
  NumberKeyword keyword;
};
// Longer names stand before their beginnings.
constexpr Spelling kSpellings[] = {
    {",", kComma},    {".", kPoint},        {"0", kZero},          {"9", kNine},
    {"B", kBlank},    {"C", kNothing},      {"D", kLocalePoint},   {"EEEE", kExponent},
    {"FM", kFill},    {"G", kGroup},        {"L", kCurrency},      {"MI", kMinus},
    {"PL", kPlus},    {"PR", kBrackets},    {"RN", kRoman},        {"SG", kSign},
    {"SP", kNothing}, {"S", kAnchoredSign}, {"TH", kOrdinal},      {"V", kShift},
    {"b", kBlank},    {"c", kNothing},      {"d", kLocalePoint},   {"eeee", kExponent},
    {"fm", kFill},    {"g", kGroup},        {"l", kCurrency},      {"mi", kMinus},
    {"pl", kPlus},    {"pr", kBrackets},    {"rn", kRomanLower},   {"sg", kSign},
    {"sp", kNothing}, {"s", kAnchoredSign}, {"th", kOrdinalLower}, {"v", kShift},
};

absl::Status SyntaxError(std::string_view message) {
  return SqlError(sqlstate::kSyntaxError, "{}", message);
}

// Takes account of one keyword.
// NOLINTNEXTLINE(readability-function-size): one case per keyword, no logic of its own.
absl::Status Note(NumberKeyword keyword, NumberFormat* f) {
  if (f->exponent && keyword != kExponent) {
    return SyntaxError("\"EEEE\" must be the last pattern used");
  }
  switch (keyword) {
    case kNine:
      if (f->brackets) return SyntaxError("\"9\" must be ahead of \"PR\"");
      ++(f->has_shift ? f->shift : f->has_point ? f->after : f->before);
      break;
    case kZero:
      if (f->brackets) return SyntaxError("\"0\" must be ahead of \"PR\"");
      if (!f->has_zero && !f->has_point) {
        f->has_zero = true;
        f->zero_start = f->before + 1;
      }
      ++(f->has_point ? f->after : f->before);
      f->zero_end = f->before + f->after;
      break;
    case kLocalePoint:
    case kPoint:
      if (f->has_point) return SyntaxError("multiple decimal points");
      if (f->has_shift) return SyntaxError("cannot use \"V\" and decimal point together");
      f->has_point = true;
      break;
    case kFill:
      f->fill = true;
      break;
    case kAnchoredSign:
      if (f->has_anchored_sign) return SyntaxError("cannot use \"S\" twice");
      if (f->plus || f->minus || f->brackets) {
        return SyntaxError("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
      }
      f->has_anchored_sign = true;
      f->anchored_sign = f->has_point ? SignPlace::kBehind : SignPlace::kBefore;
      f->digits_before_sign = f->before;
      break;
    case kMinus:
      if (f->has_anchored_sign) return SyntaxError("cannot use \"S\" and \"MI\" together");
      f->minus = true;
      break;
    case kPlus:
      if (f->has_anchored_sign) return SyntaxError("cannot use \"S\" and \"PL\" together");
      f->plus = true;
      break;
    case kSign:
      if (f->has_anchored_sign) return SyntaxError("cannot use \"S\" and \"SG\" together");
      f->minus = f->plus = true;
      break;
    case kBrackets:
      if (f->has_anchored_sign || f->plus || f->minus) {
        return SyntaxError("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together");
      }
      f->brackets = true;
      break;
    case kRoman:
    case kRomanLower:
      f->roman = true;
      break;
    case kShift:
      if (f->has_point) return SyntaxError("cannot use \"V\" and decimal point together");
      f->has_shift = true;
      break;
    case kExponent:
      if (f->exponent) return SyntaxError("cannot use \"EEEE\" twice");
      if (f->fill || f->has_anchored_sign || f->brackets || f->minus || f->plus || f->roman ||
          f->has_shift) {
        return WithDetail(
            SyntaxError("\"EEEE\" is incompatible with other formats"),
            "\"EEEE\" may only be used together with digit and decimal point patterns.");
      }
      f->exponent = true;
      break;
    default:
      break;
  }
  return absl::OkStatus();
}

std::string_view OrdinalEnding(std::string_view digits, bool lower) {
  const char last = digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  if (!teen && last == '1') return lower ? "st" : "ST";
  if (!teen && last == '2') return lower ? "nd" : "ND";
  if (!teen && last == '3') return lower ? "rd" : "RD";
  return lower ? "th" : "TH";
}

// Writes one number by a format. Positions count the digits and the point of the format.
class Writer {
 public:
  Writer(const NumberFormat& format, const DecimalText& number, int leading_spaces,
         std::string* out)
      : format_(format),
        digits_(number.digits),
        negative_(number.negative),
        leading_spaces_(leading_spaces),
        zero_start_(format.zero_start > 0 ? format.zero_start - 1 : 0),
        anchored_sign_(format.anchored_sign),
        out_(out) {
    if (format.plus || format.minus) {
      sign_written_ = !(format.plus && !format.minus);
    } else {
      brackets_ = format.brackets && (negative_ || !format.fill);
      sign_written_ = !negative_ && format.fill && !format.has_anchored_sign;
      if (anchored_sign_ == SignPlace::kBefore && format.before == format.digits_before_sign) {
        anchored_sign_ = SignPlace::kBehind;
      }
    }
    positions_ = format.after + format.before - 1;
    if (format.fill && format.has_point) FindLastRelevant();
    if (!sign_written_ && leading_spaces_ == 0) ++positions_;
  }

  void Write() {
    for (const NumberNode& node : format_.nodes) WriteNode(node);
  }

 private:
  static constexpr size_t kNone = std::string::npos;

  // With FM, zeros at the end of the fraction are dropped, save those that a 0 asks for.
  void FindLastRelevant() {
    const size_t point = digits_.find('.');
    if (point == kNone) return;
    last_relevant_ = std::max(point, digits_.find_last_not_of('0'));
    if (format_.zero_end > leading_spaces_) {
      const auto wanted = static_cast<size_t>(format_.zero_end - leading_spaces_);
      last_relevant_ = std::max(last_relevant_, std::min(digits_.size() - 1, wanted));
    }
  }
  bool LastRelevantIsPoint() const {
    return last_relevant_ != kNone && digits_[last_relevant_] == '.';
  }
  // "0.1" by 9.9 shows no zero before the point.
  bool DropsZero() const {
    return !format_.has_zero && at_ == 0 && digits_.starts_with('0') && format_.after != 0;
  }

  void WriteNode(const NumberNode& node) {
    switch (node.keyword) {
      case kText:
        out_->append(node.text);
        break;
      case kNine:
      case kZero:
      case kPoint:
      case kLocalePoint:
        WriteDigit(node.keyword);
        break;
      case kComma:
      case kGroup:
        if (digit_written_) {
          *out_ += ',';
        } else if (!format_.fill) {
          *out_ += ' ';
        }
        break;
      case kCurrency:
        *out_ += ' ';
        break;
      case kMinus:
        WriteSignOr(negative_, '-');
        break;
      case kPlus:
        WriteSignOr(!negative_, '+');
        break;
      case kSign:
        *out_ += negative_ ? '-' : '+';
        break;
      case kOrdinal:
      case kOrdinalLower:
        if (digits_.front() != '#' && !negative_ && !format_.has_point) {
          *out_ += OrdinalEnding(digits_, node.keyword == kOrdinalLower);
        }
        break;
      default:
        break;
    }
  }

  void WriteSignOr(bool present, char sign) {
    if (present) {
      *out_ += sign;
    } else if (!format_.fill) {
      *out_ += ' ';
    }
  }

  void WriteLeadingSign() {
    const bool starts =
        position_ >= leading_spaces_ || (format_.has_zero && zero_start_ == position_);
    if (sign_written_ || !starts || (DropsZero() && !LastRelevantIsPoint())) return;
    if (format_.has_anchored_sign) {
      if (anchored_sign_ != SignPlace::kBefore) return;
      *out_ += negative_ ? '-' : '+';
    } else if (brackets_) {
      *out_ += negative_ ? '<' : ' ';
    } else if (negative_) {
      *out_ += '-';
    } else if (!format_.fill) {
      *out_ += ' ';
    }
    sign_written_ = true;
  }

  void WriteDigit(NumberKeyword keyword) {
    digit_written_ = false;
    WriteLeadingSign();
    if (position_ < leading_spaces_ && (zero_start_ > position_ || !format_.has_zero)) {
      if (!format_.fill) *out_ += ' ';
    } else if (format_.has_zero && position_ < leading_spaces_) {
      *out_ += '0';
      digit_written_ = true;
    } else {
      WriteNext(keyword);
      if (at_ < digits_.size()) ++at_;
    }
    int end = positions_ + (leading_spaces_ != 0 ? 1 : 0) + (format_.has_point ? 1 : 0);
    if (last_relevant_ != kNone && last_relevant_ == at_) end = position_;
    if (position_ + 1 == end) WriteTrailingSign();
    ++position_;
  }

  void WriteNext(NumberKeyword keyword) {
    const char next = at_ < digits_.size() ? digits_[at_] : '\0';
    if (next == '.') {
      if (!LastRelevantIsPoint() || format_.fill) *out_ += '.';
      return;
    }
    if (last_relevant_ != kNone && at_ > last_relevant_ && keyword != kZero) return;
    if (DropsZero()) {
      if (!format_.fill) {
        *out_ += ' ';
      } else if (LastRelevantIsPoint()) {
        *out_ += '0';
      }
      return;
    }
    if (next != '\0') *out_ += next;
    digit_written_ = true;
  }

  void WriteTrailingSign() {
    if (sign_written_ && brackets_) {
      *out_ += negative_ ? '>' : ' ';
    } else if (format_.has_anchored_sign && anchored_sign_ == SignPlace::kBehind) {
      *out_ += negative_ ? '-' : '+';
    }
  }

  const NumberFormat& format_;
  const std::string& digits_;
  const bool negative_;
  const int leading_spaces_;
  const int zero_start_;
  SignPlace anchored_sign_;
  std::string* const out_;
  bool brackets_ = false;
  bool sign_written_ = false;
  // Whether the last position wrote a digit, so that a comma may follow.
  bool digit_written_ = false;
  int positions_ = 0;
  int position_ = 0;
  size_t at_ = 0;
  size_t last_relevant_ = kNone;
};

// Reads one number by a format.
class NumberScanner {
 public:
  NumberScanner(NumberFormat* format, std::string_view text) : format_(*format), rest_(text) {}

  std::string Run() {
    for (const NumberNode& node : format_.nodes) {
      if (rest_.empty()) break;
      ReadNode(node);
    }
    if (number_.ends_with('.')) number_.pop_back();
    format_.after = read_after_;
    return std::string(1, sign_) + number_;
  }

 private:
  static constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  void Skip(size_t bytes) { rest_.remove_prefix(std::min(bytes, rest_.size())); }
  // Characters that cannot belong to a number.
  void EatOthers(int count) {
    for (; count > 0 && !rest_.empty(); --count) {
      if (std::string_view("0123456789.,+-").find(rest_.front()) != std::string_view::npos) return;
      Skip(Utf8First(rest_).size());
    }
  }

  void ReadNode(const NumberNode& node) {
    switch (node.keyword) {
      case kText:
        Skip(Utf8First(rest_).size());
        break;
      case kNine:
      case kZero:
      case kPoint:
      case kLocalePoint:
        ReadDigit(node.keyword);
        Skip(1);
        break;
      case kComma:
      case kGroup:
        if (rest_.front() == ',') Skip(1);
        break;
      case kCurrency:
        EatOthers(1);
        break;
      case kOrdinal:
      case kOrdinalLower:
        if (sign_ != '-' && !format_.has_point) EatOthers(2);
        break;
      case kMinus:
        ReadSign(rest_.front() == '-');
        break;
      case kPlus:
        ReadSign(rest_.front() == '+');
        break;
      case kSign:
        ReadSign(rest_.front() == '-' || rest_.front() == '+');
        break;
      default:
        break;
    }
  }
  void ReadSign(bool present) {
    if (!present) return EatOthers(1);
    sign_ = rest_.front();
    Skip(1);
  }

  // Leaves the last character that belongs to the digit in place: the caller skips it.
  void ReadDigit(NumberKeyword keyword) {
    bool read = false;
    if (rest_.front() == ' ') Skip(1);
    if (rest_.empty()) return;
    if (sign_ == ' ' && (keyword == kZero || keyword == kNine) && read_before_ + read_after_ == 0) {
      ReadLeadingSign();
    }
    if (rest_.empty()) return;
    if (IsDigit(rest_.front())) {
      if (read_point_ && read_after_ == format_.after) return;
      number_ += rest_.front();
      ++(read_point_ ? read_after_ : read_before_);
      read = true;
    } else if (format_.has_point && !read_point_ && rest_.front() == '.') {
      number_ += '.';
      read_point_ = read = true;
    }
    if (sign_ != ' ' || read_before_ + read_after_ == 0) return;
    if (format_.has_anchored_sign && read && rest_.size() > 1 && !IsDigit(rest_[1])) {
      if (rest_[1] == '-' || rest_[1] == '+') {
        sign_ = rest_[1];
        Skip(1);
      }
    } else if (!read && !format_.has_anchored_sign) {
      if (rest_.front() == '-' || rest_.front() == '+') sign_ = rest_.front();
    }
  }

  void ReadLeadingSign() {
    const char c = rest_.front();
    if (format_.has_anchored_sign && format_.anchored_sign == SignPlace::kBefore) {
      if (c != '-' && c != '+') return;
      sign_ = c;
    } else if (c == '-' || (format_.brackets && c == '<')) {
      sign_ = '-';
    } else if (c == '+') {
      sign_ = '+';
    } else {
      return;
    }
    Skip(1);
  }

  NumberFormat& format_;
  std::string_view rest_;
  char sign_ = ' ';
  std::string number_;
  int read_before_ = 0;
  int read_after_ = 0;
  bool read_point_ = false;
};

}  // namespace

absl::StatusOr<NumberFormat> ParseNumberFormat(std::string_view pattern) {
  NumberFormat format;
  while (!pattern.empty()) {
    const auto found =
        std::find_if(std::begin(kSpellings), std::end(kSpellings),
                     [pattern](const Spelling& s) { return pattern.starts_with(s.name); });
    if (found != std::end(kSpellings)) {
      HELIOS_RETURN_IF_ERROR(Note(found->keyword, &format));
      format.nodes.push_back({found->keyword, found->name});
      pattern.remove_prefix(found->name.size());
      continue;
    }
    if (pattern.front() == '"') {
      pattern.remove_prefix(1);
      while (!pattern.empty() && pattern.front() != '"') {
        if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
        format.nodes.push_back({kText, Utf8First(pattern)});
        pattern.remove_prefix(Utf8First(pattern).size());
      }
      if (!pattern.empty()) pattern.remove_prefix(1);
      continue;
    }
    if (pattern.starts_with("\\\"")) pattern.remove_prefix(1);
    format.nodes.push_back({kText, Utf8First(pattern)});
    pattern.remove_prefix(Utf8First(pattern).size());
  }
  return format;
}

void AppendFormatted(const NumberFormat& format, DecimalText number, std::string* out) {
  const int before = format.before + format.shift;
  const auto present = static_cast<int>(std::min(number.digits.find('.'), number.digits.size()));
  if (present > before) {
    number.digits.assign(static_cast<size_t>(before), '#');
    number.digits += '.';
    number.digits.append(static_cast<size_t>(format.after), '#');
  }
  NumberFormat shifted = format;
  shifted.before = before;
  Writer(shifted, number, std::max(0, before - present), out).Write();
}

absl::StatusOr<std::string> ScanNumber(NumberFormat* format, std::string_view text) {
  if (format->exponent) {
    return SqlError(sqlstate::kFeatureNotSupported, "\"EEEE\" not supported for input");
  }
  if (format->roman) {
    return SqlError(sqlstate::kFeatureNotSupported, "\"RN\" not supported for input");
  }
  return NumberScanner(format, text).Run();
}

std::string RomanNumeral(int64_t value) {
  constexpr int64_t kRomanMax = 3999;
  constexpr size_t kWidth = 15;
  if (value < 1 || value > kRomanMax) return std::string(kWidth, '#');
  struct Step {
    int64_t value;
    std::string_view text;
  };
  constexpr Step kSteps[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
                             {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},   {9, "IX"},
                             {5, "V"},    {4, "IV"},   {1, "I"}};
  std::string result;
  for (const Step& step : kSteps) {
    for (; value >= step.value; value -= step.value) result += step.text;
  }
  return result;
}

}  // namespace heliosdb::sql::functions
