#include "heliosdb/script.h"

#include "core/base/status.h"
#include "core/sql/parse/parse.h"

namespace heliosdb {

absl::StatusOr<std::vector<ScriptStatement>> SplitScript(std::string_view script) {
  HELIOS_ASSIGN_OR_RETURN(const std::vector<sql::parse::ScriptPiece> pieces,
                          sql::parse::SplitStatements(script));
  std::vector<ScriptStatement> statements;
  statements.reserve(pieces.size());
  for (const sql::parse::ScriptPiece& piece : pieces) {
    statements.push_back({static_cast<size_t>(piece.range.start),
                          static_cast<size_t>(piece.range.length), piece.is_terminated});
  }
  return statements;
}

}  // namespace heliosdb
