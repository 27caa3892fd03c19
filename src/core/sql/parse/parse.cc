#include "core/sql/parse/parse.h"

#include <algorithm>
#include <memory>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/lexer.h"
#include "core/sql/parse/nesting_depth.h"
#include "core/sql/parse/parse_error.h"
#include "core/sql/parse/text_position.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

// Offsets are 32-bit in libpg_query.
constexpr size_t kTextBytesMax = size_t{1} << 30;

// Every level of a tree is written with at most two brackets and an operator.
constexpr int kDefinitionDepthMax = 3 * kNestingDepthMax;

// Memory for one unpacked tree: handed out in order, given back at once.
class Arena {
 public:
  Arena() {
    allocator_.alloc = &Arena::Allocate;
    allocator_.free = &Arena::Free;
    allocator_.allocator_data = this;
  }
  ProtobufCAllocator* allocator() { return &allocator_; }

 private:
  static constexpr size_t kBlockBytes = 16 << 10;

  static void* Allocate(void* arena, size_t bytes) {
    return static_cast<Arena*>(arena)->AllocateBytes((bytes + 15) & ~size_t{15});
  }
  static void Free(void*, void*) {}

  void* AllocateBytes(size_t bytes) {
    if (bytes > rest_) {
      const size_t block = std::max(bytes, kBlockBytes);
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
      next_ = blocks_.back().get();
      rest_ = block;
    }
    void* out = next_;
    next_ += bytes;
    rest_ -= bytes;
    return out;
  }

  ProtobufCAllocator allocator_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t rest_ = 0;
};

// Owns what pg_query_parse_protobuf() returned.
class ParseOutput {
 public:
  explicit ParseOutput(const char* sql) : result_(pg_query_parse_protobuf(sql)) {}
  ~ParseOutput() { pg_query_free_protobuf_parse_result(result_); }
  ParseOutput(const ParseOutput&) = delete;
  ParseOutput& operator=(const ParseOutput&) = delete;

  const PgQueryError* error() const { return result_.error; }
  const PgQueryProtobuf& tree() const { return result_.parse_tree; }

 private:
  PgQueryProtobufParseResult result_;
};

absl::Status CheckInput(std::string_view sql, int depth_max) {
  if (sql.size() > kTextBytesMax) {
    return SqlError(sqlstate::kProgramLimitExceeded,
                    "statement text of {} bytes is longer than {} bytes", sql.size(),
                    kTextBytesMax);
  }
  HELIOS_RETURN_IF_ERROR(CheckText(sql));
  if (MayNestDeeperThan(sql, depth_max)) {
    return WithHint(SqlError(sqlstate::kStatementTooComplex, "stack depth limit exceeded"),
                    "The statement's expressions or subqueries nest too deeply.");
  }
  return absl::OkStatus();
}

// The part of [start, start + length) from the first token to the end of the last one.
TextRange TokenRange(std::string_view sql, int start, int length) {
  Lexer lexer(sql.substr(start, length));
  TextRange range{.start = start, .length = 0};
  bool is_first = true;
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    if (token.kind == TokenKind::kSemicolon) continue;
    if (is_first) range.start = start + token.start;
    is_first = false;
    range.length = start + token.start + token.length - range.start;
  }
  return range;
}

// SELECT value, and nothing else.
bool IsOneTarget(const SelectStatement& select) {
  return select.targets.size() == 1 && select.targets[0].value != nullptr &&
         select.targets[0].name.empty() && select.from.empty() && select.where == nullptr &&
         select.group_by.empty() && select.having == nullptr && select.windows.empty() &&
         select.order_by.empty() && select.limit == nullptr && select.offset == nullptr &&
         select.locking.empty() && select.with == nullptr;
}

absl::StatusOr<std::vector<StatementPtr>> ReadTree(std::string_view sql,
                                                   const PgQuery__ParseResult& tree) {
  const TextPositions positions(sql);
  TreeReader reader(&positions);
  std::vector<StatementPtr> statements;
  statements.reserve(tree.n_stmts);
  for (size_t i = 0; i < tree.n_stmts; ++i) {
    const PgQuery__RawStmt& raw = *tree.stmts[i];
    HELIOS_ASSIGN_OR_RETURN(StatementPtr statement, reader.ReadTopStatement(*raw.stmt));
    const int length =
        raw.stmt_len > 0 ? raw.stmt_len : static_cast<int>(sql.size()) - raw.stmt_location;
    statement->range = TokenRange(sql, raw.stmt_location, length);
    if (statement->position == 0) statement->position = positions.At(statement->range.start);
    statements.push_back(std::move(statement));
  }
  return statements;
}

// The text with its -- comments made blank. Offsets stay.
std::string WithoutLineComments(std::string_view sql) {
  std::string out(sql);
  std::vector<TextRange> comments;
  Lexer lexer(sql, &comments);
  while (lexer.Next().kind != TokenKind::kEnd) {
  }
  for (const TextRange& comment : comments) {
    std::fill_n(out.begin() + comment.start, comment.length, ' ');
  }
  return out;
}

// libpg_query does not join two strings that a -- comment stands between, as PostgreSQL does: text with an error gets
// a second chance without its comments. Null when it has none.
std::unique_ptr<ParseOutput> ParseWithoutComments(std::string_view sql) {
  if (sql.find("--") == std::string_view::npos) return nullptr;
  auto output = std::make_unique<ParseOutput>(WithoutLineComments(sql).c_str());
  return output->error() == nullptr ? std::move(output) : nullptr;
}

absl::StatusOr<std::vector<StatementPtr>> ParseBounded(std::string_view sql, int depth_max) {
  HELIOS_RETURN_IF_ERROR(CheckInput(sql, depth_max));
  const ParseOutput first(std::string(sql).c_str());
  std::unique_ptr<ParseOutput> second;
  if (first.error() != nullptr) {
    second = ParseWithoutComments(sql);
    if (second == nullptr) return GrammarError(first.error()->message, first.error()->cursorpos);
  }
  const PgQueryProtobuf& packed = second == nullptr ? first.tree() : second->tree();
  Arena arena;
  const PgQuery__ParseResult* tree = pg_query__parse_result__unpack(
      arena.allocator(), packed.len, reinterpret_cast<const uint8_t*>(packed.data));
  if (tree == nullptr) return Internal("the parser's tree of {} bytes is damaged", packed.len);
  return ReadTree(sql, *tree);
}

absl::StatusOr<StatementPtr> ParseOneBounded(std::string_view sql, int depth_max) {
  HELIOS_ASSIGN_OR_RETURN(std::vector<StatementPtr> statements, ParseBounded(sql, depth_max));
  if (statements.empty()) {
    return SqlError(sqlstate::kSyntaxError, "syntax error at end of input");
  }
  if (statements.size() > 1) {
    return SqlError(sqlstate::kSyntaxError,
                    "cannot insert multiple commands into a prepared statement");
  }
  return std::move(statements.front());
}

}  // namespace

absl::StatusOr<std::vector<StatementPtr>> Parse(std::string_view sql) {
  return ParseBounded(sql, kNestingDepthMax);
}

absl::StatusOr<StatementPtr> ParseStatement(std::string_view sql) {
  return ParseOneBounded(sql, kNestingDepthMax);
}

absl::StatusOr<StatementPtr> ParseDefinition(std::string_view definition) {
  return ParseOneBounded(definition, kDefinitionDepthMax);
}

absl::StatusOr<ExpressionPtr> ParseExpression(std::string_view expression) {
  HELIOS_ASSIGN_OR_RETURN(StatementPtr statement,
                          ParseDefinition(fmt::format("SELECT ALL {}", expression)));
  if (statement->kind != StatementKind::kSelect || !IsOneTarget(statement->As<SelectStatement>())) {
    return SqlError(sqlstate::kSyntaxError, "\"{}\" is not one expression", expression);
  }
  return std::move(static_cast<SelectStatement&>(*statement).targets[0].value);
}

absl::StatusOr<TypeName> ParseTypeName(std::string_view type) {
  HELIOS_ASSIGN_OR_RETURN(StatementPtr statement,
                          ParseStatement(fmt::format("SELECT CAST(NULL AS {}\n)", type)));
  if (statement->kind != StatementKind::kSelect || !IsOneTarget(statement->As<SelectStatement>())) {
    return SqlError(sqlstate::kSyntaxError, "\"{}\" is not one type name", type);
  }
  ExpressionPtr& value = static_cast<SelectStatement&>(*statement).targets[0].value;
  if (value->kind != ExpressionKind::kTypeCast) {
    return SqlError(sqlstate::kSyntaxError, "\"{}\" is not one type name", type);
  }
  return std::move(static_cast<TypeCast&>(*value).type);
}

absl::StatusOr<std::vector<ScriptPiece>> SplitStatements(std::string_view sql) {
  HELIOS_RETURN_IF_ERROR(CheckText(sql));
  std::vector<ScriptPiece> pieces;
  ScriptPiece piece;
  int open_brackets = 0;
  bool is_empty = true;
  Lexer lexer(sql);
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    if (token.kind == TokenKind::kOpen) ++open_brackets;
    if (token.kind == TokenKind::kClose && open_brackets > 0) --open_brackets;
    if (token.kind == TokenKind::kSemicolon && open_brackets == 0) {
      piece.is_terminated = true;
      if (!is_empty) pieces.push_back(piece);
      piece = {};
      is_empty = true;
      continue;
    }
    if (is_empty) piece.range.start = token.start;
    is_empty = false;
    piece.range.length = token.start + token.length - piece.range.start;
  }
  if (!is_empty) pieces.push_back(piece);
  return pieces;
}

}  // namespace heliosdb::sql::parse
