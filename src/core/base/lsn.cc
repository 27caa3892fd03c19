#include "core/base/lsn.h"

#include <charconv>

#include "core/base/status.h"

namespace heliosdb {

std::string LsnText(Lsn lsn) {
  return fmt::format("{:X}/{:X}", ToInt(lsn) >> 32, ToInt(lsn) & 0xFFFFFFFF);
}

absl::StatusOr<Lsn> ParseLsn(std::string_view text) {
  const auto bad = [text] {
    return SqlError(sqlstate::kInvalidTextRepresentation,
                    "invalid input syntax for type pg_lsn: \"{}\"", text);
  };
  uint32_t halves[2] = {0, 0};
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return bad();
  const std::string_view parts[2] = {text.substr(0, slash), text.substr(slash + 1)};
  for (int i = 0; i < 2; ++i) {
    const char* end = parts[i].data() + parts[i].size();
    const auto [stop, error] = std::from_chars(parts[i].data(), end, halves[i], 16);
    if (error != std::errc() || stop != end) return bad();
  }
  return Lsn{(uint64_t{halves[0]} << 32) | halves[1]};
}

}  // namespace heliosdb
