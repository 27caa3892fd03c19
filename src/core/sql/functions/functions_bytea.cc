// Byte strings: bits and bytes, encodings and digests.
#include <algorithm>
#include <array>
#include <span>

#include "core/sql/functions/digest.h"
#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/sql/functions/utf8.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum Volatility;

absl::Status IndexOutOfRange(int64_t index, int64_t last) {
  return SqlError(sqlstate::kArraySubscriptError, "index {} out of valid range, 0..{}", index,
                  last);
}

absl::StatusOr<int32_t> GetByte(std::string_view bytes, int32_t index) {
  const auto size = static_cast<int64_t>(bytes.size());
  if (index < 0 || index >= size) return IndexOutOfRange(index, size - 1);
  return static_cast<unsigned char>(bytes[static_cast<size_t>(index)]);
}
absl::Status SetByte(std::string_view bytes, int32_t index, int32_t value, std::string* out) {
  const auto size = static_cast<int64_t>(bytes.size());
  if (index < 0 || index >= size) return IndexOutOfRange(index, size - 1);
  out->assign(bytes);
  (*out)[static_cast<size_t>(index)] = static_cast<char>(value);
  return absl::OkStatus();
}
absl::StatusOr<int32_t> GetBit(std::string_view bytes, int64_t index) {
  const auto size = static_cast<int64_t>(bytes.size()) * 8;
  if (index < 0 || index >= size) return IndexOutOfRange(index, size - 1);
  return (static_cast<unsigned char>(bytes[static_cast<size_t>(index / 8)]) >> (index % 8)) & 1;
}
absl::Status SetBit(std::string_view bytes, int64_t index, int32_t value, std::string* out) {
  const auto size = static_cast<int64_t>(bytes.size()) * 8;
  if (index < 0 || index >= size) return IndexOutOfRange(index, size - 1);
  if (value != 0 && value != 1) {
    return SqlError(sqlstate::kInvalidParameterValue, "new bit must be 0 or 1");
  }
  out->assign(bytes);
  char& byte = (*out)[static_cast<size_t>(index / 8)];
  const auto bit = static_cast<unsigned char>(1u << (index % 8));
  byte = static_cast<char>(value == 1 ? (byte | bit) : (byte & ~bit));
  return absl::OkStatus();
}
int64_t BitCount(std::string_view bytes) {
  int64_t count = 0;
  for (const char byte : bytes) count += __builtin_popcount(static_cast<unsigned char>(byte));
  return count;
}

void Concatenate(std::string_view a, std::string_view b, std::string* out) {
  out->append(a);
  out->append(b);
}

void AppendHex(std::span<const uint8_t> bytes, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const uint8_t byte : bytes) {
    out->push_back(kDigits[byte >> 4]);
    out->push_back(kDigits[byte & 15]);
  }
}
std::span<const uint8_t> AsBytes(std::string_view bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

void Md5Hex(std::string_view bytes, std::string* out) { AppendHex(Md5(bytes), out); }
template <auto Digest>
void DigestOf(std::string_view bytes, std::string* out) {
  const auto digest = Digest(bytes);
  out->append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Lines of 76 characters, as MIME wants them.
void AppendBase64(std::string_view bytes, std::string* out) {
  size_t column = 0;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = (group << 8) | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      out->push_back(k <= left ? kBase64[(group >> (18 - 6 * k)) & 63] : '=');
    }
    column += 4;
    if (column == 76 && i + 3 < bytes.size()) {
      out->push_back('\n');
      column = 0;
    }
  }
}

absl::Status DecodeHex(std::string_view text, std::string* out) {
  int high = -1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (high < 0 && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) continue;
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit < 0) {
      return SqlError(sqlstate::kInvalidParameterValue, "invalid hexadecimal digit: \"{}\"",
                      Utf8First(text.substr(i)));
    }
    if (high < 0) {
      high = digit;
    } else {
      out->push_back(static_cast<char>(high * 16 + digit));
      high = -1;
    }
  }
  if (high < 0) return absl::OkStatus();
  return SqlError(sqlstate::kInvalidParameterValue,
                  "invalid hexadecimal data: odd number of digits");
}

absl::Status DecodeBase64(std::string_view text, std::string* out) {
  uint32_t group = 0;
  int position = 0;
  int padding = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    uint32_t digit = 0;
    if (c == '=') {
      if (padding == 0) {
        if (position != 2 && position != 3) {
          return SqlError(sqlstate::kInvalidParameterValue,
                          "unexpected \"=\" while decoding base64 "
                          "sequence");
        }
        padding = position == 2 ? 2 : 1;
      }
    } else {
      const size_t at = kBase64.find(c);
      if (at == std::string_view::npos) {
        return SqlError(sqlstate::kInvalidParameterValue,
                        "invalid symbol \"{}\" found while decoding base64 sequence",
                        Utf8First(text.substr(i)));
      }
      digit = static_cast<uint32_t>(at);
    }
    group = (group << 6) | digit;
    if (++position < 4) continue;
    for (int k = 0; k < 3 - padding; ++k) out->push_back(static_cast<char>(group >> (16 - 8 * k)));
    group = 0;
    position = 0;
  }
  if (position == 0) return absl::OkStatus();
  return WithHint(SqlError(sqlstate::kInvalidParameterValue, "invalid base64 end sequence"),
                  "Input data is missing padding, is truncated, or is otherwise corrupted.");
}

void AppendEscape(std::string_view bytes, std::string* out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0 || byte >= 0x80) {
      fmt::format_to(std::back_inserter(*out), "\\{:03o}", byte);
    } else if (c == '\\') {
      out->append("\\\\");
    } else {
      out->push_back(c);
    }
  }
}

absl::Status DecodeEscape(std::string_view text, std::string* out) {
  while (!text.empty()) {
    if (text.front() != '\\') {
      out->push_back(text.front());
      text.remove_prefix(1);
    } else if (text.starts_with("\\\\")) {
      out->push_back('\\');
      text.remove_prefix(2);
    } else if (text.size() >= 4 && text[1] >= '0' && text[1] <= '3' && text[2] >= '0' &&
               text[2] <= '7' && text[3] >= '0' && text[3] <= '7') {
      out->push_back(
          static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0')));
      text.remove_prefix(4);
    } else {
      return SqlError(sqlstate::kInvalidTextRepresentation, "invalid input syntax for type bytea");
    }
  }
  return absl::OkStatus();
}

absl::Status UnknownEncoding(std::string_view name) {
  return SqlError(sqlstate::kInvalidParameterValue, "unrecognized encoding: \"{}\"", name);
}
absl::Status Encode(std::string_view bytes, std::string_view encoding, std::string* out) {
  std::string name;
  AppendLower(encoding, &name);
  if (name == "hex") {
    AppendHex(AsBytes(bytes), out);
  } else if (name == "base64") {
    AppendBase64(bytes, out);
  } else if (name == "escape") {
    AppendEscape(bytes, out);
  } else {
    return UnknownEncoding(encoding);
  }
  return absl::OkStatus();
}
absl::Status Decode(std::string_view text, std::string_view encoding, std::string* out) {
  std::string name;
  AppendLower(encoding, &name);
  if (name == "hex") return DecodeHex(text, out);
  if (name == "base64") return DecodeBase64(text, out);
  if (name == "escape") return DecodeEscape(text, out);
  return UnknownEncoding(encoding);
}

constexpr FunctionEntry kRows[] = {
    {721, "get_byte", {kBytea, kInt4}, kInt4, kImmutable, Scalar<GetByte>},
    {722, "set_byte", {kBytea, kInt4, kInt4}, kBytea, kImmutable, Scalar<SetByte>},
    {723, "get_bit", {kBytea, kInt8}, kInt4, kImmutable, Scalar<GetBit>},
    {724, "set_bit", {kBytea, kInt8, kInt4}, kBytea, kImmutable, Scalar<SetBit>},
    {6163, "bit_count", {kBytea}, kInt8, kImmutable, Scalar<BitCount>},
    {2011, "byteacat", {kBytea, kBytea}, kBytea, kImmutable, Scalar<Concatenate>},
    {2311, "md5", {kText}, kText, kImmutable, Scalar<Md5Hex>},
    {2321, "md5", {kBytea}, kText, kImmutable, Scalar<Md5Hex>},
    {3419, "sha224", {kBytea}, kBytea, kImmutable, Scalar<DigestOf<Sha224>>},
    {3420, "sha256", {kBytea}, kBytea, kImmutable, Scalar<DigestOf<Sha256>>},
    {3421, "sha384", {kBytea}, kBytea, kImmutable, Scalar<DigestOf<Sha384>>},
    {3422, "sha512", {kBytea}, kBytea, kImmutable, Scalar<DigestOf<Sha512>>},
    {1946, "encode", {kBytea, kText}, kText, kImmutable, Scalar<Encode>},
    {1947, "decode", {kText, kText}, kBytea, kImmutable, Scalar<Decode>},
};

}  // namespace

std::span<const FunctionEntry> ByteaFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
