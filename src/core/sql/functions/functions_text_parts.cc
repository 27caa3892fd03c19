// Text: replacing, splitting, repeating, quoting, and single characters.
#include <algorithm>

#include "core/sql/functions/cast_text.h"
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/quote.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"
#include "core/types/scalar_text.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

absl::Status TooLong() {
  return SqlError(sqlstate::kProgramLimitExceeded, "requested length too large");
}

void Replace(std::string_view text, std::string_view from, std::string_view to, std::string* out) {
  if (from.empty()) {
    out->append(text);
    return;
  }
  while (true) {
    const size_t at = text.find(from);
    out->append(text.substr(0, at));
    if (at == std::string_view::npos) return;
    out->append(to);
    text.remove_prefix(at + from.size());
  }
}

// Characters of from become those of to at the same place, or vanish where to is shorter.
void Translate(std::string_view text, std::string_view from, std::string_view to,
               std::string* out) {
  while (!text.empty()) {
    const std::string_view character = Utf8First(text);
    text.remove_prefix(character.size());
    const size_t at = from.find(character);
    if (at == std::string_view::npos) {
      out->append(character);
      continue;
    }
    const size_t index = types::Utf8Length(from.substr(0, at));
    const size_t to_at = types::Utf8Prefix(to, index);
    if (to_at < to.size()) out->append(Utf8First(to.substr(to_at)));
  }
}

absl::Status Repeat(std::string_view text, int32_t count, std::string* out) {
  if (count <= 0 || text.empty()) return absl::OkStatus();
  if (text.size() > kTextBytesMax / static_cast<size_t>(count)) return TooLong();
  out->reserve(text.size() * static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) out->append(text);
  return absl::OkStatus();
}

void Reverse(std::string_view text, std::string* out) {
  while (!text.empty()) {
    size_t at = text.size() - 1;
    while (at > 0 && IsUtf8Continuation(text[at])) --at;
    out->append(text.substr(at));
    text = text.substr(0, at);
  }
}

// The first count characters, or all but the last -count.
size_t LeftBytes(std::string_view text, int64_t count) {
  if (count < 0)
    count = std::max<int64_t>(0, static_cast<int64_t>(types::Utf8Length(text)) + count);
  return types::Utf8Prefix(text, static_cast<size_t>(count));
}
std::string_view Left(std::string_view text, int32_t count) {
  return text.substr(0, LeftBytes(text, count));
}
std::string_view Right(std::string_view text, int32_t count) {
  // All but the first -count, or all but the first (length - count).
  const int64_t length = static_cast<int64_t>(types::Utf8Length(text));
  const int64_t skip = count < 0 ? -int64_t{count} : std::max<int64_t>(0, length - count);
  return text.substr(types::Utf8Prefix(text, static_cast<size_t>(skip)));
}

absl::StatusOr<std::string_view> SplitPart(std::string_view text, std::string_view separator,
                                           int32_t field) {
  if (field == 0) {
    return SqlError(sqlstate::kInvalidParameterValue, "field position must not be zero");
  }
  if (text.empty()) return std::string_view();
  if (separator.empty()) return field == 1 || field == -1 ? text : std::string_view();
  if (field > 0) {
    for (; field > 1; --field) {
      const size_t at = text.find(separator);
      if (at == std::string_view::npos) return std::string_view();
      text.remove_prefix(at + separator.size());
    }
    return text.substr(0, text.find(separator));
  }
  int64_t parts = 1;
  for (size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, at + separator.size())) {
    ++parts;
  }
  const int64_t from_start = parts + field + 1;
  if (from_start < 1) return std::string_view();
  return SplitPart(text, separator, static_cast<int32_t>(from_start));
}

int32_t Ascii(std::string_view text) {
  return text.empty() ? 0 : static_cast<int32_t>(DecodeUtf8(Utf8First(text)));
}

absl::Status Chr(int32_t code_point, std::string* out) {
  if (code_point < 0) {
    return SqlError(sqlstate::kInvalidParameterValue, "character number must be positive");
  }
  if (code_point == 0) {
    return SqlError(sqlstate::kProgramLimitExceeded, "null character not permitted");
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point > 0x10FFFF) {
    return SqlError(sqlstate::kProgramLimitExceeded,
                    "requested character too large for encoding: {}", code_point);
  }
  if (surrogate) {
    return SqlError(sqlstate::kProgramLimitExceeded,
                    "requested character not valid for encoding: {}", code_point);
  }
  AppendUtf8(static_cast<uint32_t>(code_point), out);
  return absl::OkStatus();
}

void Hex(int32_t value, std::string* out) {
  fmt::format_to(std::back_inserter(*out), "{:x}", static_cast<uint32_t>(value));
}
void HexLong(int64_t value, std::string* out) {
  fmt::format_to(std::back_inserter(*out), "{:x}", static_cast<uint64_t>(value));
}

void QuoteIdent(std::string_view text, std::string* out) { AppendQuotedIdentifier(text, out); }
void QuoteLiteral(std::string_view text, std::string* out) { AppendQuotedLiteral(text, out); }

// The argument's text as PostgreSQL's cast gives it, in quotes.
absl::Status QuoteAny(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  const Vector& argument = *arguments[0];
  std::string text;
  std::string quoted;
  for (size_t row = 0; row < rows; ++row) {
    if (argument.IsNull(row)) continue;
    text.clear();
    quoted.clear();
    AppendCastText(argument, row, context.format, &text);
    AppendQuotedLiteral(text, &quoted);
    result->data<std::string_view>()[row] = result->AddString(quoted);
  }
  return absl::OkStatus();
}
absl::Status QuoteNullable(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  HELIOS_RETURN_IF_ERROR(QuoteAny(context, arguments, rows, result));
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) result->data<std::string_view>()[row] = "NULL";
  }
  return absl::OkStatus();
}

void Concatenate(std::string_view a, std::string_view b, std::string* out) {
  out->append(a);
  out->append(b);
}

constexpr FunctionEntry kRows[] = {
    {2087, "replace", {kText, kText, kText}, kText, kImmutable, Scalar<Replace>},
    {878, "translate", {kText, kText, kText}, kText, kImmutable, Scalar<Translate>},
    {1622, "repeat", {kText, kInt4}, kText, kImmutable, Scalar<Repeat>},
    {3062, "reverse", {kText}, kText, kImmutable, Scalar<Reverse>},
    {3060, "left", {kText, kInt4}, kText, kImmutable, Scalar<Left>},
    {3061, "right", {kText, kInt4}, kText, kImmutable, Scalar<Right>},
    {2088, "split_part", {kText, kText, kInt4}, kText, kImmutable, Scalar<SplitPart>},
    {1620, "ascii", {kText}, kInt4, kImmutable, Scalar<Ascii>},
    {1621, "chr", {kInt4}, kText, kImmutable, Scalar<Chr>},
    {2089, "to_hex", {kInt4}, kText, kImmutable, Scalar<Hex>},
    {2090, "to_hex", {kInt8}, kText, kImmutable, Scalar<HexLong>},
    {1282, "quote_ident", {kText}, kText, kImmutable, Scalar<QuoteIdent>},
    {1283, "quote_literal", {kText}, kText, kImmutable, Scalar<QuoteLiteral>},
    {1285, "quote_literal", {kAnyElement}, kText, kStable, QuoteAny},
    {1289, "quote_nullable", {kText}, kText, kImmutable, QuoteNullable, nullptr, false},
    {1290, "quote_nullable", {kAnyElement}, kText, kStable, QuoteNullable, nullptr, false},
    {1258, "textcat", {kText, kText}, kText, kImmutable, Scalar<Concatenate>},
};

}  // namespace

std::span<const FunctionEntry> TextPartFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
