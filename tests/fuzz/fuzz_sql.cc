// SQL text: parsing, splitting and normalizing any bytes neither crashes nor hangs, what parses is written so that it
// parses to the same tree again, and normalizing keeps valid statements valid.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/base/check.h"
#include "core/sql/parse/deparse.h"
#include "core/sql/parse/normalize.h"
#include "core/sql/parse/parse.h"

namespace {

namespace parse = heliosdb::sql::parse;

bool IsQuery(const parse::Statement& statement) {
  return statement.kind == parse::StatementKind::kSelect ||
         statement.kind == parse::StatementKind::kInsert ||
         statement.kind == parse::StatementKind::kUpdate ||
         statement.kind == parse::StatementKind::kDelete;
}

void CheckStatement(const parse::Statement& statement, std::string_view sql) {
  HELIOS_CHECK(statement.range.start >= 0 && statement.range.length >= 0);
  HELIOS_CHECK(static_cast<size_t>(statement.range.start + statement.range.length) <= sql.size());
  const std::string tree = parse::DebugText(statement);
  if (!IsQuery(statement)) return;
  absl::StatusOr<parse::StatementPtr> again = parse::ParseDefinition(parse::DmlText(statement));
  HELIOS_CHECK(again.ok());
  HELIOS_CHECK(parse::DebugText(**again) == tree);
}

void CheckSplit(std::string_view sql) {
  const absl::StatusOr<std::vector<parse::ScriptPiece>> pieces = parse::SplitStatements(sql);
  if (!pieces.ok()) return;
  int end = 0;
  for (const parse::ScriptPiece& piece : *pieces) {
    HELIOS_CHECK(piece.range.start >= end && piece.range.length > 0);
    end = piece.range.start + piece.range.length;
  }
  HELIOS_CHECK(static_cast<size_t>(end) <= sql.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  CheckSplit(sql);
  const parse::NormalizedStatement normalized = parse::Normalize(sql);
  const absl::StatusOr<std::vector<parse::StatementPtr>> statements = parse::Parse(sql);
  if (!statements.ok()) return 0;
  for (const parse::StatementPtr& statement : *statements) CheckStatement(*statement, sql);
  if (!normalized.literals().empty()) {
    HELIOS_CHECK(parse::Parse(normalized.text()).ok());
  }
  return 0;
}
