// Between text, which is UTF-8 here, and bytes in an encoding with a name.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"
#include "core/types/utf8.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum Volatility;

enum class Encoding : uint8_t { kUtf8, kLatin1, kAscii };

// As PostgreSQL compares the names of encodings: letters and digits alone, in any case.
std::string CleanName(std::string_view name) {
  std::string clean;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) clean.push_back(static_cast<char>(std::tolower(byte)));
  }
  return clean;
}

// PostgreSQL's other encodings, cleaned and in order.
constexpr std::string_view kOthers[] = {
    "abc",      "alt",          "big5",        "euccn",        "eucjis2004", "eucjp",
    "euckr",    "euctw",        "gb18030",     "gbk",          "iso88592",   "iso88593",
    "iso88594", "iso88595",     "iso88596",    "iso88597",     "iso88598",   "iso88599",
    "johab",    "koi8",         "koi8r",       "koi8u",        "latin10",    "latin2",
    "latin3",   "latin4",       "latin5",      "latin6",       "latin7",     "latin8",
    "latin9",   "muleinternal", "shiftjis",    "shiftjis2004", "sjis",       "tcvn",
    "uhc",      "win",          "win1250",     "win1251",      "win1252",    "win1253",
    "win1254",  "win1255",      "win1256",     "win1257",      "win1258",    "win866",
    "win874",   "windows1250",  "windows1251", "windows1252"};

// what: how the parameter is called in the error.
absl::StatusOr<Encoding> EncodingNamed(std::string_view name, std::string_view what) {
  const std::string clean = CleanName(name);
  if (clean == "utf8" || clean == "unicode") return Encoding::kUtf8;
  if (clean == "latin1" || clean == "iso88591") return Encoding::kLatin1;
  if (clean == "sqlascii") return Encoding::kAscii;
  if (std::binary_search(std::begin(kOthers), std::end(kOthers), std::string_view(clean)))
    return Unsupported("the encoding {} is not supported", name);
  return SqlError(sqlstate::kInvalidParameterValue, "invalid {} name \"{}\"", what, name);
}

absl::Status AppendFrom(Encoding encoding, std::string_view bytes, std::string* out) {
  if (encoding == Encoding::kLatin1) {
    for (const char byte : bytes) AppendUtf8(static_cast<unsigned char>(byte), out);
    return absl::OkStatus();
  }
  HELIOS_RETURN_IF_ERROR(types::CheckUtf8(bytes));
  out->append(bytes);
  return absl::OkStatus();
}

absl::Status AppendTo(Encoding encoding, std::string_view text, std::string* out) {
  if (encoding != Encoding::kLatin1) {
    out->append(text);
    return absl::OkStatus();
  }
  while (!text.empty()) {
    const std::string_view character = Utf8First(text);
    const uint32_t code_point = DecodeUtf8(character);
    if (code_point > 0xFF) {
      std::string bytes;
      for (const char byte : character)
        bytes += fmt::format(" 0x{:02x}", static_cast<unsigned char>(byte));
      return SqlError(sqlstate::kUntranslatableCharacter,
                      "character with byte sequence{} in encoding \"UTF8\" has no equivalent in "
                      "encoding \"LATIN1\"",
                      bytes);
    }
    out->push_back(static_cast<char>(code_point));
    text.remove_prefix(character.size());
  }
  return absl::OkStatus();
}

absl::Status ConvertFrom(std::string_view bytes, std::string_view name, std::string* out) {
  HELIOS_ASSIGN_OR_RETURN(const Encoding encoding, EncodingNamed(name, "source encoding"));
  return AppendFrom(encoding, bytes, out);
}
absl::Status ConvertTo(std::string_view text, std::string_view name, std::string* out) {
  HELIOS_ASSIGN_OR_RETURN(const Encoding encoding, EncodingNamed(name, "destination encoding"));
  return AppendTo(encoding, text, out);
}
absl::Status Convert(std::string_view bytes, std::string_view from, std::string_view to,
                     std::string* out) {
  HELIOS_ASSIGN_OR_RETURN(const Encoding source, EncodingNamed(from, "source encoding"));
  HELIOS_ASSIGN_OR_RETURN(const Encoding destination, EncodingNamed(to, "destination encoding"));
  std::string text;
  HELIOS_RETURN_IF_ERROR(AppendFrom(source, bytes, &text));
  return AppendTo(destination, text, out);
}
absl::StatusOr<int32_t> LengthIn(std::string_view bytes, std::string_view name) {
  HELIOS_ASSIGN_OR_RETURN(const Encoding encoding, EncodingNamed(name, "encoding"));
  std::string text;
  HELIOS_RETURN_IF_ERROR(AppendFrom(encoding, bytes, &text));
  const auto characters =
      std::count_if(text.begin(), text.end(), [](char byte) { return !IsUtf8Continuation(byte); });
  return static_cast<int32_t>(characters);
}

constexpr FunctionEntry kRows[] = {
    {1714, "convert_from", {kBytea, kName}, kText, kImmutable, Scalar<ConvertFrom>},
    {1717, "convert_to", {kText, kName}, kBytea, kImmutable, Scalar<ConvertTo>},
    {1813, "convert", {kBytea, kName, kName}, kBytea, kImmutable, Scalar<Convert>},
    {1713, "length", {kBytea, kName}, kInt4, kImmutable, Scalar<LengthIn>},
};

}  // namespace

std::span<const FunctionEntry> EncodingFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
