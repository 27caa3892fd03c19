// What all statements have in common, and the pieces of syntax that several kinds of statement
// share.
#ifndef HELIOSDB_CORE_SQL_PARSE_STATEMENT_H_
#define HELIOSDB_CORE_SQL_PARSE_STATEMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/sql/parse/expression.h"

namespace heliosdb::sql::parse {

enum class StatementKind : uint8_t {
  // select_statement.h, dml_statement.h
  kSelect,
  kInsert,
  kUpdate,
  kDelete,
  kMerge,
  // table_statement.h
  kCreateTable,
  kCreateTableAs,
  kAlterTable,
  kCreateIndex,
  // schema_statement.h
  kCreateView,
  kCreateSequence,
  kAlterSequence,
  kCreateSchema,
  kCreateEnum,
  kCreateDomain,
  kRename,
  kSetSchema,
  kSetOwner,
  kDrop,
  kTruncate,
  kComment,
  // utility_statement.h
  kTransaction,
  kSetVariable,
  kShowVariable,
  kSetConstraints,
  kPrepare,
  kExecute,
  kDeallocate,
  kExplain,
  kVacuum,
  kLockTable,
  kCopy,
  kCheckpoint,
  kDeclareCursor,
  kFetch,
  kCloseCursor,
  kDiscard,
  kListen,
  kNotify,
  kUnlisten,
  kGrant,
  kReindex,
  kOther,
};

// Bytes of the text that was parsed.
struct TextRange {
  int start = 0;
  int length = 0;
};

struct Statement {
  const StatementKind kind;
  // The statement without the semicolon and the blanks and comments around it. Set on whole
  // statements only, not on statements within statements.
  TextRange range;
  int position = 0;

  virtual ~Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The statement as its own type: T::kKind must be this kind.
  template <typename T>
  const T& As() const {
    HELIOS_CHECK(kind == T::kKind);
    return static_cast<const T&>(*this);
  }
  // Null when the statement is of another kind.
  template <typename T>
  const T* TryAs() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }

 protected:
  explicit Statement(StatementKind statement_kind) : kind(statement_kind) {}
};

using StatementPtr = std::unique_ptr<Statement>;

template <StatementKind statement_kind>
struct StatementOf : Statement {
  static constexpr StatementKind kKind = statement_kind;
  StatementOf() : Statement(statement_kind) {}
};

enum class Persistence : uint8_t { kPermanent, kUnlogged, kTemporary };
enum class DropBehavior : uint8_t { kRestrict, kCascade };

// A table, view, index or sequence by name.
struct RelationName {
  QualifiedName name;
  bool is_only = false;  // ONLY name: without tables that inherit from it.
  Persistence persistence = Persistence::kPermanent;  // In CREATE and SELECT INTO only.
  int position = 0;
};

// AS name (columns). Empty when no alias was written.
struct Alias {
  std::string name;
  std::vector<std::string> columns;

  bool empty() const { return name.empty(); }
};

// [namespace.]name [= value], in lists such as WITH (...), EXPLAIN (...) and sequence options.
// Which fields are filled depends on what was written: at most one of value (constants, and lists
// as a RowExpression), type and names.
struct Option {
  std::string name_space;
  std::string name;
  // A number, a string, or a boolean; bare words are strings. A list is a RowExpression.
  ExpressionPtr value;
  // AS bigint; also how the grammar reports some bare words in WITH (...).
  std::unique_ptr<TypeName> type;
  QualifiedName object;  // OWNED BY t.c: catalog, schema, name hold s, t, c.
  int position = 0;
};

// A statement that is not modelled: the binder refuses it. feature reads well before " is not
// supported": the command tag ("CREATE TRIGGER"), or the piece of syntax that has no node
// ("XMLELEMENT"), at `position`.
struct OtherStatement : StatementOf<StatementKind::kOther> {
  std::string command_tag;
  std::string feature;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_STATEMENT_H_
