// Scripts: several statements in one text.
#ifndef HELIOSDB_SCRIPT_H_
#define HELIOSDB_SCRIPT_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb {

// Where a statement stands in a script: bytes, without the blanks and comments around it and without its semicolon.
struct ScriptStatement {
  size_t start = 0;
  size_t length = 0;
  // A semicolon follows. Only the last statement may lack one: it is still being typed, or the script's end stands for
  // it. An open quote or comment reaches to the end.
  bool terminated = false;
};

// Finds the statements of a script by their semicolons, as psql does: strings, quoted names, dollar quotes and comments
// are respected, the statements themselves are not checked. 22021 for text that is not UTF-8. Pure; safe from any
// thread.
absl::StatusOr<std::vector<ScriptStatement>> SplitScript(std::string_view script);

}  // namespace heliosdb

#endif  // HELIOSDB_SCRIPT_H_
