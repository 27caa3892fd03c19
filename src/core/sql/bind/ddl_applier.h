// The object that applies one DDL statement, for this layer's ddl_*.cc files.
#ifndef HELIOSDB_CORE_SQL_BIND_DDL_APPLIER_H_
#define HELIOSDB_CORE_SQL_BIND_DDL_APPLIER_H_

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/catalog/names.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/ddl.h"
#include "core/sql/bind/definition.h"
#include "core/sql/parse/schema_statement.h"
#include "core/sql/parse/table_statement.h"

namespace heliosdb::sql::bind {

using catalog::Oid;

// An expression in the catalogue's form.
struct StoredExpression {
  std::string text;
  types::Type type;
  std::vector<catalog::Reference> references;
  std::vector<int> columns;  // Of its table.
  ExpressionPtr bound;
};

// The error by which a lock that was waited for unwinds the statement; never leaves ApplyDdl.
absl::Status RetryStatus();

class DdlApplier {
 public:
  DdlApplier(const BindContext& context, const LockFunction& lock, catalog::CatalogEdit* edit,
             DdlResult* result)
      : context_(context), lock_(lock), edit_(*edit), result_(*result) {}

  absl::Status Apply(const parse::Statement& statement);

 private:
  const catalog::CatalogImage& image() const { return edit_.image(); }
  BindContext Context() const;

  // --- ddl_applier.cc: names and locks ---
  absl::StatusOr<Oid> CreationSchema(const parse::RelationName& name) const;
  absl::StatusOr<Oid> SchemaNamed(std::string_view name) const;
  catalog::Relation Find(const parse::QualifiedName& name) const;
  absl::Status Missing(const parse::QualifiedName& name, std::string_view kind) const;
  // The table, locked. Null, with a notice, when it is missing and may be.
  absl::StatusOr<const catalog::Table*> FindTable(const parse::RelationName& name, bool missing_ok,
                                                  txn::TableLockMode mode);
  absl::Status Lock(Oid oid, std::string_view name, txn::TableLockMode mode);
  void Notice(std::string text) { edit_.AddNotice({std::move(text), {}}); }
  // True when the relation is there already: a notice with if_not_exists, else 42P07.
  absl::StatusOr<bool> ExistsAlready(Oid schema, std::string_view name, bool if_not_exists);
  absl::StatusOr<int> ColumnOf(const catalog::Table& table, std::string_view name) const;
  // what: how an error calls a column that does not exist; where: one that appears twice.
  absl::StatusOr<std::vector<int>> ColumnsOf(const catalog::Table& table,
                                             const std::vector<std::string>& names,
                                             std::string_view what, std::string_view where) const;
  absl::StatusOr<StoredExpression> Store(const parse::Expression& expression,
                                         const catalog::Table& table, Place place);
  absl::StatusOr<types::Type> TypeOf(const parse::TypeName& name);
  // Drops, with locks on everything that goes or changes.
  absl::Status DropTargets(std::span<const catalog::DropTarget> targets,
                           parse::DropBehavior behavior);

  // --- ddl_create_table.cc ---
  absl::Status CreateTable(const parse::CreateTableStatement& statement);
  absl::Status CreateTableAs(const parse::CreateTableAsStatement& statement);
  absl::StatusOr<catalog::Column> MakeColumn(const parse::ColumnDefinition& definition);
  absl::Status CopyLike(const parse::TableLike& like, catalog::Table* table);
  // Serial types, identity, DEFAULT and GENERATED of column `place`, which is in the table already.
  absl::Status FinishColumn(const parse::ColumnDefinition& definition, int place,
                            catalog::Table* table);
  absl::Status SetDefault(const parse::Expression& expression, int place, catalog::Table* table,
                          Place where);
  absl::Status OwnSequence(const std::vector<parse::Option>& options, int place,
                           types::TypeOid type, catalog::Table* table);

  // --- ddl_constraint.cc ---
  // A constraint of a table (column: of that column alone). with_rows: the table may hold rows, which are checked.
  enum class TableState { kNew, kHasRows };
  absl::Status AddConstraint(const parse::Constraint& constraint, int column, TableState state,
                             catalog::Table* table);
  absl::Status AddCheck(const parse::Constraint& constraint, TableState state,
                        catalog::Table* table);
  // NOT NULL for the key's columns; 42P16 for a second primary key.
  absl::Status MakePrimaryKey(const parse::Constraint& constraint, const std::vector<int>& columns,
                              TableState state, catalog::Table* table);
  absl::StatusOr<std::unique_ptr<catalog::Index>> NewKeyIndex(const parse::Constraint& constraint,
                                                              const std::vector<int>& columns,
                                                              const catalog::Table& table,
                                                              std::string name);
  absl::Status AddUnique(const parse::Constraint& constraint, int column, TableState state,
                         catalog::Table* table);
  absl::StatusOr<const catalog::Table*> ReferencedTable(const parse::Constraint& constraint,
                                                        const catalog::Table* table);
  absl::Status AddForeignKey(const parse::Constraint& constraint, int column, TableState state,
                             catalog::Table* table);
  absl::Status CheckConstraintName(const std::string& name, const catalog::Table& table) const;
  // The unique key of a table that the columns are, in any order.
  absl::StatusOr<Oid> UniqueKeyOver(const catalog::Table& table,
                                    const std::vector<int>& columns) const;
  absl::StatusOr<std::vector<int>> ReferencedColumns(const parse::Constraint& constraint,
                                                     const catalog::Table& referenced) const;

  // --- ddl_create_index.cc ---
  absl::Status CreateIndex(const parse::CreateIndexStatement& statement);
  absl::StatusOr<catalog::IndexColumn> MakeIndexColumn(const parse::IndexElement& element,
                                                       const catalog::Table& table,
                                                       catalog::Index* index,
                                                       std::vector<std::string>* names);

  // --- ddl_sequence.cc ---
  absl::Status CreateSequence(const parse::CreateSequenceStatement& statement);
  absl::Status AlterSequence(const parse::AlterSequenceStatement& statement);
  // Applies options to a definition and, when RESTART or a new sequence asks for it, to the state.
  struct SequenceOptionsGiven;
  absl::Status ApplyOption(const parse::Option& option, catalog::Sequence* sequence,
                           SequenceOptionsGiven* given);
  absl::Status ApplyOptions(const std::vector<parse::Option>& options, catalog::Sequence* sequence,
                            std::optional<catalog::SequenceState>* state);
  absl::Status PutSequence(std::unique_ptr<catalog::Sequence> sequence,
                           const std::optional<catalog::SequenceState>& state);

  // --- ddl_view.cc ---
  absl::Status CreateView(const parse::CreateViewStatement& statement);
  absl::Status CreateSchema(const parse::CreateSchemaStatement& statement);
  // 42939 for names that are the system's.
  static absl::Status CheckSchemaName(const std::string& name);

  // --- ddl_change.cc ---
  absl::Status Drop(const parse::DropStatement& statement);
  absl::Status Truncate(const parse::TruncateStatement& statement);
  absl::Status Comment(const parse::CommentStatement& statement);
  // Calls change with a copy of the relation's object and puts it back.
  absl::Status ChangeObject(const catalog::Relation& relation,
                            const std::function<void(catalog::Object*)>& change);

  // --- ddl_rename.cc: the object, and the texts that name it ---
  absl::Status Rename(const parse::RenameStatement& statement);
  absl::Status RenameSchema(const std::string& old_name, const std::string& new_name);
  absl::Status RenameRelation(const catalog::Relation& relation, const std::string& new_name);
  absl::Status RenameColumn(const catalog::Table& table, const std::string& member,
                            const std::string& new_name);
  absl::Status RenameViewColumn(const catalog::View& view, const std::string& member,
                                const std::string& new_name);
  absl::Status RenameConstraint(const catalog::Table& table, const std::string& member,
                                const std::string& new_name);
  absl::Status SetSchema(const parse::SetSchemaStatement& statement);
  absl::Status MoveToSchema(const catalog::Relation& relation, Oid schema);
  // New texts of views, by their oids.
  using ViewTexts = std::vector<std::pair<Oid, std::string>>;
  // What rewrite makes of each view that refers to `what`, locked, where that is another text than before.
  absl::StatusOr<ViewTexts> TextsOfViews(
      const catalog::Reference& what,
      const std::function<absl::StatusOr<std::string>(const catalog::View&)>& rewrite);
  // Views that are gone are passed over.
  void PutViewTexts(const ViewTexts& texts);

  // --- ddl_alter_table.cc ---
  absl::Status AlterTable(const parse::AlterTableStatement& statement);
  absl::Status AlterCommand(const parse::AlterTableCommand& command, Oid table);
  absl::Status AddColumn(const parse::AlterTableCommand& command, Oid table);
  absl::Status DropColumn(const parse::AlterTableCommand& command, Oid table);
  absl::Status AlterType(const parse::AlterTableCommand& command, Oid table);
  absl::Status ColumnDefault(const parse::AlterTableCommand& command, Oid table);
  absl::Status ChangeNotNull(const parse::AlterTableCommand& command, Oid table, bool not_null);
  absl::Status DropConstraint(const parse::AlterTableCommand& command, Oid table);
  absl::Status ValidateConstraint(const parse::AlterTableCommand& command, Oid table);
  absl::Status AlterIdentity(const parse::AlterTableCommand& command, Oid table);
  // The rewrite of this statement for a table, made at its first use.
  RowWork& RewriteOf(Oid table);

  const BindContext context_;
  const LockFunction& lock_;
  catalog::CatalogEdit& edit_;
  DdlResult& result_;
};

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_DDL_APPLIER_H_
