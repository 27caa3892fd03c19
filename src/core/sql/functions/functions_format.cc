// Functions that take any types and print them: concat, concat_ws, format, and || with one side that
// is not text.
#include <cstdlib>
#include <optional>

#include "core/sql/functions/cast_text.h"
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/quote.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"
#include "core/types/scalar_text.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

absl::Status Concat(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    text.clear();
    for (const Vector* const argument : arguments) {
      if (!argument->IsNull(row)) types::AppendText(*argument, row, context.format, &text);
    }
    result->data<std::string_view>()[row] = result->AddString(text);
  }
  return absl::OkStatus();
}

absl::Status ConcatWithSeparator(EvalContext& context, Arguments arguments, size_t rows,
                                 Vector* result) {
  const Reader<std::string_view> separators(*arguments[0]);
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) {
      result->SetNull(row);
      continue;
    }
    text.clear();
    bool first = true;
    for (const Vector* const argument : arguments.subspan(1)) {
      if (argument->IsNull(row)) continue;
      if (!first) text.append(separators[row]);
      first = false;
      types::AppendText(*argument, row, context.format, &text);
    }
    result->data<std::string_view>()[row] = result->AddString(text);
  }
  return absl::OkStatus();
}

absl::Status ConcatenateAny(EvalContext& context, Arguments arguments, size_t rows,
                            Vector* result) {
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (!result->validity().IsValid(row)) {
      result->SetNull(row);
      continue;
    }
    text.clear();
    AppendCastText(*arguments[0], row, context.format, &text);
    AppendCastText(*arguments[1], row, context.format, &text);
    result->data<std::string_view>()[row] = result->AddString(text);
  }
  return absl::OkStatus();
}

absl::Status FormatError(std::string_view message) {
  return SqlError(sqlstate::kInvalidParameterValue, "{}", message);
}
absl::Status TooFewArguments() { return FormatError("too few arguments for format()"); }

// One call of format() for one row.
class Formatter {
 public:
  Formatter(const types::FormatContext& context, Arguments arguments, size_t row, std::string* out)
      : context_(context), arguments_(arguments), row_(row), out_(out) {}

  absl::Status Run(std::string_view format) {
    rest_ = format;
    while (!rest_.empty()) {
      const size_t at = rest_.find('%');
      out_->append(rest_.substr(0, at));
      if (at == std::string_view::npos) break;
      rest_.remove_prefix(at + 1);
      if (rest_.empty()) return Unterminated();
      if (rest_.front() == '%') {
        out_->push_back('%');
        rest_.remove_prefix(1);
        continue;
      }
      HELIOS_RETURN_IF_ERROR(Specifier());
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status Unterminated() {
    return WithHint(FormatError("unterminated format() type specifier"),
                    "For a single \"%\" use \"%%\".");
  }

  // Digits at the front, taken off; nullopt for none.
  absl::StatusOr<std::optional<int32_t>> Number() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return std::nullopt;
    int64_t value = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + (rest_.front() - '0');
      if (value > INT32_MAX) {
        return SqlError(sqlstate::kNumericValueOutOfRange, "number is out of range");
      }
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return Unterminated();
    return static_cast<int32_t>(value);
  }

  absl::StatusOr<const Vector*> Argument(std::optional<int32_t> position) {
    if (position.has_value()) next_ = static_cast<size_t>(*position);
    if (next_ >= arguments_.size()) return TooFewArguments();
    return arguments_[next_++];
  }

  // "*" or "*n$": the width is an argument.
  absl::Status IndirectWidth() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return Unterminated();
    HELIOS_ASSIGN_OR_RETURN(const std::optional<int32_t> position, Number());
    if (position.has_value()) {
      if (rest_.front() != '$') {
        return FormatError("width argument position must be ended by \"$\"");
      }
      if (*position == 0) return ZeroPosition();
      rest_.remove_prefix(1);
      if (rest_.empty()) return Unterminated();
    }
    HELIOS_ASSIGN_OR_RETURN(const Vector* const argument, Argument(position));
    if (argument->IsNull(row_)) return absl::OkStatus();
    const std::string text = types::ToText(argument->GetValue(row_), context_);
    HELIOS_ASSIGN_OR_RETURN(const int64_t width, types::ParseInteger(text, 32));
    if (width < 0) left_ = true;
    width_ = static_cast<size_t>(std::llabs(width));
    return absl::OkStatus();
  }

  static absl::Status ZeroPosition() {
    return FormatError("format specifies argument 0, but arguments are numbered from 1");
  }

  // [position$][-][width]type, after the percent sign.
  absl::Status Specifier() {
    left_ = false;
    width_ = 0;
    std::optional<int32_t> position;
    HELIOS_ASSIGN_OR_RETURN(const std::optional<int32_t> number, Number());
    if (number.has_value() && rest_.front() == '$') {
      if (*number == 0) return ZeroPosition();
      position = number;
      rest_.remove_prefix(1);
      if (rest_.empty()) return Unterminated();
    } else if (number.has_value()) {
      width_ = static_cast<size_t>(*number);
      return Conversion(position);
    }
    while (rest_.front() == '-') {
      left_ = true;
      rest_.remove_prefix(1);
      if (rest_.empty()) return Unterminated();
    }
    if (rest_.front() == '*') {
      HELIOS_RETURN_IF_ERROR(IndirectWidth());
    } else {
      HELIOS_ASSIGN_OR_RETURN(const std::optional<int32_t> width, Number());
      width_ = static_cast<size_t>(width.value_or(0));
    }
    if (rest_.empty()) return Unterminated();
    return Conversion(position);
  }

  absl::Status Conversion(std::optional<int32_t> position) {
    const std::string_view type = Utf8First(rest_);
    rest_.remove_prefix(type.size());
    if (type != "s" && type != "I" && type != "L") {
      return WithHint(SqlError(sqlstate::kInvalidParameterValue,
                               "unrecognized format() type specifier \"{}\"", type),
                      "For a single \"%\" use \"%%\".");
    }
    HELIOS_ASSIGN_OR_RETURN(const Vector* const argument, Argument(position));
    const bool null = argument->IsNull(row_);
    std::string text;
    if (!null) types::AppendText(*argument, row_, context_, &text);
    std::string quoted;
    if (type == "s") {
      quoted = std::move(text);
    } else if (type == "L") {
      if (null) {
        quoted = "NULL";
      } else {
        AppendQuotedLiteral(text, &quoted);
      }
    } else if (null) {
      return SqlError(sqlstate::kNullValueNotAllowed,
                      "null values cannot be formatted as an SQL identifier");
    } else {
      AppendQuotedIdentifier(text, &quoted);
    }
    return AppendPadded(quoted);
  }

  absl::Status AppendPadded(std::string_view text) {
    const size_t length = types::Utf8Length(text);
    const size_t padding = width_ > length ? width_ - length : 0;
    if (padding > kTextBytesMax) {
      return SqlError(sqlstate::kProgramLimitExceeded, "requested length too large");
    }
    if (!left_) out_->append(padding, ' ');
    out_->append(text);
    if (left_) out_->append(padding, ' ');
    return absl::OkStatus();
  }

  const types::FormatContext& context_;
  const Arguments arguments_;
  const size_t row_;
  std::string* const out_;
  std::string_view rest_;
  size_t next_ = 1;
  bool left_ = false;
  size_t width_ = 0;
};

absl::Status Format(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  const Reader<std::string_view> formats(*arguments[0]);
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) {
      result->SetNull(row);
      continue;
    }
    text.clear();
    HELIOS_RETURN_IF_ERROR(Formatter(context.format, arguments, row, &text).Run(formats[row]));
    result->data<std::string_view>()[row] = result->AddString(text);
  }
  return absl::OkStatus();
}

constexpr FunctionEntry kRows[] = {
    {3058, "concat", {kAny}, kText, kStable, Concat, nullptr, false, true},
    {3059, "concat_ws", {kText, kAny}, kText, kStable, ConcatWithSeparator, nullptr, false, true},
    {3539, "format", {kText, kAny}, kText, kStable, Format, nullptr, false, true},
    {3540, "format", {kText}, kText, kStable, Format, nullptr, false},
    {2003, "textanycat", {kText, kAnyElement}, kText, kStable, ConcatenateAny},
    {2004, "anytextcat", {kAnyElement, kText}, kText, kStable, ConcatenateAny},
};

}  // namespace

std::span<const FunctionEntry> FormatFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
