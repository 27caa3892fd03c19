// UTF-8 text as PostgreSQL counts it: checked before it is parsed, and positions in characters.
#ifndef HELIOSDB_CORE_SQL_PARSE_TEXT_POSITION_H_
#define HELIOSDB_CORE_SQL_PARSE_TEXT_POSITION_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace heliosdb::sql::parse {

// 22021 for a NUL byte and for bytes that are not UTF-8, with PostgreSQL's message.
absl::Status CheckText(std::string_view text);

// Maps byte offsets of a text to the 1-based characters that error positions are counted in.
class TextPositions {
 public:
  // text: valid UTF-8, not owned; outlives this.
  explicit TextPositions(std::string_view text);

  // The character that byte `offset` (0 to the text's size) belongs to.
  int At(size_t offset) const;

 private:
  static constexpr size_t kBlockBytes = 256;

  std::string_view text_;
  // Characters before each block of kBlockBytes; empty for plain ASCII, where offset and character
  // differ by one.
  std::vector<int> characters_before_;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_TEXT_POSITION_H_
