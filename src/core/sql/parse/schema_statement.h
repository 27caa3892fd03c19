// The syntax tree of statements on views, sequences, schemas and types, and of those that rename,
// move or drop objects of any kind.
#ifndef HELIOSDB_CORE_SQL_PARSE_SCHEMA_STATEMENT_H_
#define HELIOSDB_CORE_SQL_PARSE_SCHEMA_STATEMENT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/parse/select_statement.h"
#include "core/sql/parse/statement.h"
#include "core/sql/parse/table_statement.h"

namespace heliosdb::sql::parse {

enum class ViewCheck : uint8_t { kNone, kLocal, kCascaded };

struct CreateViewStatement : StatementOf<StatementKind::kCreateView> {
  RelationName view;  // With its persistence.
  bool is_replace = false;
  std::vector<std::string> columns;
  std::vector<Option> options;
  std::unique_ptr<SelectStatement> query;
  ViewCheck check = ViewCheck::kNone;
};

// Options, named as in pg_query's grammar: as (type), increment, minvalue, maxvalue, start,
// restart, cache (value; a missing value is NO MINVALUE, NO MAXVALUE, or RESTART alone), cycle
// (boolean), owned_by (object; an empty one is OWNED BY NONE), sequence_name (object; of identity
// columns only).
struct CreateSequenceStatement : StatementOf<StatementKind::kCreateSequence> {
  RelationName sequence;
  bool if_not_exists = false;
  std::vector<Option> options;
};

struct AlterSequenceStatement : StatementOf<StatementKind::kAlterSequence> {
  RelationName sequence;
  bool if_exists = false;
  std::vector<Option> options;
};

struct CreateSchemaStatement : StatementOf<StatementKind::kCreateSchema> {
  std::string name;  // Empty: that of the role.
  std::string role;  // AUTHORIZATION role: a name, or current_role, current_user, session_user.
  bool if_not_exists = false;
  std::vector<StatementPtr> elements;
};

struct CreateEnumStatement : StatementOf<StatementKind::kCreateEnum> {
  QualifiedName name;
  std::vector<std::string> labels;
};

struct CreateDomainStatement : StatementOf<StatementKind::kCreateDomain> {
  QualifiedName name;
  TypeName type;
  QualifiedName collation;
  std::vector<Constraint> constraints;
};

// ALTER kind ... RENAME TO new_name. A column, attribute or constraint is `member` of the relation
// (of kind relation_kind) or, for a domain's constraint, of `name`.
struct RenameStatement : StatementOf<StatementKind::kRename> {
  ObjectKind object = ObjectKind::kTable;
  ObjectKind relation_kind = ObjectKind::kTable;
  RelationName relation;
  QualifiedName name;  // Of an object that is no relation.
  std::string member;
  std::string new_name;
  bool if_exists = false;
  DropBehavior behavior = DropBehavior::kRestrict;
};

// ALTER kind name SET SCHEMA new_schema. Relations stand in `relation`, others in `name`.
struct SetSchemaStatement : StatementOf<StatementKind::kSetSchema> {
  ObjectKind object = ObjectKind::kTable;
  RelationName relation;
  QualifiedName name;
  std::string new_schema;
  bool if_exists = false;
};

// ALTER kind name OWNER TO new_owner, of objects that are no relations (those arrive as ALTER
// TABLE).
struct SetOwnerStatement : StatementOf<StatementKind::kSetOwner> {
  ObjectKind object = ObjectKind::kSchema;
  QualifiedName name;
  std::string new_owner;
};

// DROP kind names.
struct DropStatement : StatementOf<StatementKind::kDrop> {
  ObjectKind object = ObjectKind::kTable;
  std::vector<QualifiedName> names;
  DropBehavior behavior = DropBehavior::kRestrict;
  bool if_exists = false;
  bool is_concurrent = false;
};

struct TruncateStatement : StatementOf<StatementKind::kTruncate> {
  std::vector<RelationName> tables;
  bool restarts_identity = false;
  DropBehavior behavior = DropBehavior::kRestrict;
};

// COMMENT ON kind name IS comment. A column or constraint is `member` of `name`.
struct CommentStatement : StatementOf<StatementKind::kComment> {
  ObjectKind object = ObjectKind::kTable;
  QualifiedName name;
  std::string member;
  std::optional<std::string> comment;  // Empty: IS NULL, or IS ''.
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_SCHEMA_STATEMENT_H_
