// ALTER TABLE.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"
#include "core/sql/bind/walk.h"
#include "core/sql/parse/deparse.h"

namespace heliosdb::sql::bind {
namespace {

using parse::AlterTableAction;

bool Uses(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

}  // namespace

absl::Status DdlApplier::AlterTable(const parse::AlterTableStatement& statement) {
  if (statement.object != parse::ObjectKind::kTable) {
    // ALTER SEQUENCE, VIEW, INDEX ... OWNER TO and their like: there are no owners to change.
    const bool only_owner = std::all_of(
        statement.commands.begin(), statement.commands.end(),
        [](const auto& command) { return command.action == AlterTableAction::kChangeOwner; });
    if (!only_owner)
      return Unsupported("this form of ALTER on an object that is no table is not supported");
    if (!Find(statement.table.name).found()) return Missing(statement.table.name, "relation");
    return Unsupported("OWNER TO is not supported");
  }
  HELIOS_ASSIGN_OR_RETURN(
      const catalog::Table* table,
      FindTable(statement.table, statement.if_exists, txn::TableLockMode::kAccessExclusive));
  if (table == nullptr) return absl::OkStatus();
  const Oid oid = table->oid;
  for (const parse::AlterTableCommand& command : statement.commands) {
    HELIOS_RETURN_IF_ERROR(AlterCommand(command, oid));
  }
  return absl::OkStatus();
}

// NOLINTNEXTLINE(readability-function-size): one case per subcommand, no logic of its own.
absl::Status DdlApplier::AlterCommand(const parse::AlterTableCommand& command, Oid table) {
  switch (command.action) {
    case AlterTableAction::kAddColumn:
      return AddColumn(command, table);
    case AlterTableAction::kDropColumn:
      return DropColumn(command, table);
    case AlterTableAction::kAlterColumnType:
      return AlterType(command, table);
    case AlterTableAction::kColumnDefault:
      return ColumnDefault(command, table);
    case AlterTableAction::kSetNotNull:
      return ChangeNotNull(command, table, true);
    case AlterTableAction::kDropNotNull:
      return ChangeNotNull(command, table, false);
    case AlterTableAction::kAddConstraint: {
      std::unique_ptr<catalog::Table> copy = edit_.CopyTable(table);
      HELIOS_RETURN_IF_ERROR(
          AddConstraint(*command.constraint, -1, TableState::kHasRows, copy.get()));
      edit_.Put(std::move(copy));
      return absl::OkStatus();
    }
    case AlterTableAction::kDropConstraint:
      return DropConstraint(command, table);
    case AlterTableAction::kValidateConstraint:
      return ValidateConstraint(command, table);
    case AlterTableAction::kAddIdentity:
    case AlterTableAction::kSetIdentity:
    case AlterTableAction::kDropIdentity:
      return AlterIdentity(command, table);
    case AlterTableAction::kChangeOwner:
      return Unsupported("OWNER TO is not supported");
    default:
      return Unsupported("this form of ALTER TABLE is not supported");
  }
}

RowWork& DdlApplier::RewriteOf(Oid table) {
  for (RowWork& work : result_.work) {
    if (work.kind == RowWork::Kind::kRewrite && work.table == table) return work;
  }
  RowWork& work = result_.work.emplace_back();
  work.kind = RowWork::Kind::kRewrite;
  work.table = table;
  return work;
}

absl::Status DdlApplier::AddColumn(const parse::AlterTableCommand& command, Oid oid) {
  std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
  HELIOS_ASSIGN_OR_RETURN(catalog::Column column, MakeColumn(*command.column));
  if (table->FindColumn(column.name) >= 0) {
    if (!command.if_exists) {
      return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" of relation \"{}\" already exists",
                      column.name, table->name);
    }
    Notice(fmt::format("column \"{}\" of relation \"{}\" already exists, skipping", column.name,
                       table->name));
    return absl::OkStatus();
  }
  if (table->columns.size() >= catalog::kTableColumnsMax) {
    return SqlError(sqlstate::kTooManyColumns, "tables can have at most {} columns",
                    catalog::kTableColumnsMax);
  }
  const int place = static_cast<int>(table->columns.size());
  table->columns.push_back(std::move(column));
  table->Finish();
  HELIOS_RETURN_IF_ERROR(FinishColumn(*command.column, place, table.get()));
  catalog::Column& added = table->columns[place];
  if (!added.default_text.empty()) {
    edit_.Put(std::make_unique<catalog::Table>(*table));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                            BindDefault(*image().TableByOid(oid), place, Context()));
    if (value->kind == ExpressionKind::kConstant) {
      // Rows that are there read the default without being written.
      if (!value->value.is_null()) added.missing = value->value.WithType(added.type);
    } else {
      RowWork& work = RewriteOf(oid);
      work.values.resize(table->columns.size());
      work.values[place] = std::move(value);
      edit_.Put(std::make_unique<catalog::Table>(*table));
      HELIOS_RETURN_IF_ERROR(edit_.NewStorage(oid));
      table = edit_.CopyTable(oid);
    }
  }
  if (table->columns[place].not_null && !table->columns[place].missing.has_value()) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kCheckRows;
    work.table = oid;
    work.not_null_columns.push_back(place);
  }
  for (const parse::Constraint& constraint : command.column->constraints) {
    HELIOS_RETURN_IF_ERROR(AddConstraint(constraint, place, TableState::kHasRows, table.get()));
  }
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

absl::Status DdlApplier::DropColumn(const parse::AlterTableCommand& command, Oid oid) {
  const catalog::Table& table = *image().TableByOid(oid);
  const int column = table.FindColumn(command.name);
  if (column < 0) {
    if (!command.if_exists) return ColumnOf(table, command.name).status();
    Notice(fmt::format("column \"{}\" of relation \"{}\" does not exist, skipping", command.name,
                       table.name));
    return absl::OkStatus();
  }
  catalog::DropTarget target;
  target.part = catalog::DropTarget::Part::kColumn;
  target.object = oid;
  target.column = column;
  // Lists of column aliases in views that stay count columns.
  const catalog::Reference dropped{oid, column};
  HELIOS_ASSIGN_OR_RETURN(const ViewTexts texts,
                          TextsOfViews({oid, -1}, [&](const catalog::View& view) {
                            return DropInView(view, dropped, Context());
                          }));
  HELIOS_RETURN_IF_ERROR(DropTargets({&target, 1}, command.behavior));
  PutViewTexts(texts);
  return absl::OkStatus();
}

absl::Status DdlApplier::AlterType(const parse::AlterTableCommand& command, Oid oid) {
  std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
  HELIOS_ASSIGN_OR_RETURN(const int column, ColumnOf(*table, command.name));
  HELIOS_ASSIGN_OR_RETURN(const types::Type type, TypeOf(*command.type));
  for (const auto& [view_oid, object] : image().objects()) {
    const catalog::View* const view = image().ViewByOid(view_oid);
    if (view == nullptr) continue;
    for (const catalog::Reference& reference : view->references) {
      if (reference.object != oid || reference.column != column) continue;
      return WithDetail(SqlError(sqlstate::kFeatureNotSupported,
                                 "cannot alter type of a column used by a view or rule"),
                        fmt::format("rule _RETURN on view {} depends on column \"{}\"", view->name,
                                    command.name));
    }
  }
  bool in_foreign_key = false;
  for (const catalog::ForeignKey& key : table->foreign_keys)
    in_foreign_key |= Uses(key.columns, column);
  for (const catalog::Referrer& referrer : image().ReferrersOf(oid)) {
    in_foreign_key |= Uses(referrer.key->referenced_columns, column);
  }
  if (in_foreign_key && table->columns[column].type.oid != type.oid) {
    return Unsupported("changing the type of a column of a foreign key is not supported");
  }
  Binder binder(Context(), {}, nullptr);
  ExpressionPtr value = MakeTableColumn(*table, column);
  if (command.expression != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(
        value, binder.BindTableExpression(*command.expression, *table, Place::kAlterUsing));
  }
  if (!binder.CanCoerce(value->type.oid, type.oid, types::CastKind::kAssignment)) {
    return WithHint(SqlError(sqlstate::kDatatypeMismatch,
                             "column \"{}\" cannot be cast automatically to type {}", command.name,
                             types::TypeName(type)),
                    fmt::format("You might need to specify \"USING {}::{}\".",
                                parse::QuoteIdentifier(command.name), types::TypeName(type)));
  }
  HELIOS_ASSIGN_OR_RETURN(value,
                          binder.Coerce(std::move(value), type, types::CastKind::kAssignment));
  table->columns[column].type = type;
  table->columns[column].missing.reset();
  table->Finish();
  edit_.Put(std::make_unique<catalog::Table>(*table));
  for (const catalog::Index* index : image().IndexesOf(oid)) {
    std::unique_ptr<catalog::Index> changed = edit_.CopyIndex(index->oid);
    for (catalog::IndexColumn& index_column : changed->columns) {
      if (index_column.column == column) index_column.type = type;
    }
    edit_.Put(std::move(changed));
  }
  RowWork& work = RewriteOf(oid);
  work.values.resize(table->columns.size());
  work.values[column] = std::move(value);
  return edit_.NewStorage(oid);
}

absl::Status DdlApplier::ColumnDefault(const parse::AlterTableCommand& command, Oid oid) {
  std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
  HELIOS_ASSIGN_OR_RETURN(const int column, ColumnOf(*table, command.name));
  if (table->columns[column].identity != catalog::Identity::kNone) {
    return SqlError(sqlstate::kSyntaxError,
                    "column \"{}\" of relation \"{}\" is an identity column", command.name,
                    table->name);
  }
  table->columns[column].default_text.clear();
  table->columns[column].default_references.clear();
  if (command.expression != nullptr) {
    HELIOS_RETURN_IF_ERROR(SetDefault(*command.expression, column, table.get(), Place::kDefault));
  }
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

absl::Status DdlApplier::ChangeNotNull(const parse::AlterTableCommand& command, Oid oid,
                                       bool not_null) {
  std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
  HELIOS_ASSIGN_OR_RETURN(const int column, ColumnOf(*table, command.name));
  if (!not_null) {
    bool in_primary_key =
        table->clustered_key.has_value() && Uses(table->clustered_key->columns, column);
    for (const catalog::Index* index : image().IndexesOf(oid)) {
      in_primary_key |= index->role == catalog::IndexRole::kPrimaryKey && index->UsesColumn(column);
    }
    if (in_primary_key) {
      return SqlError(sqlstate::kInvalidTableDefinition, "column \"{}\" is in a primary key",
                      command.name);
    }
    if (table->columns[column].identity != catalog::Identity::kNone) {
      return SqlError(sqlstate::kSyntaxError,
                      "column \"{}\" of relation \"{}\" is an identity column", command.name,
                      table->name);
    }
  } else if (!table->columns[column].not_null) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kCheckRows;
    work.table = oid;
    work.not_null_columns.push_back(column);
  }
  table->columns[column].not_null = not_null;
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

absl::Status DdlApplier::DropConstraint(const parse::AlterTableCommand& command, Oid oid) {
  const catalog::Table& table = *image().TableByOid(oid);
  catalog::DropTarget target;
  target.part = catalog::DropTarget::Part::kConstraint;
  target.object = oid;
  for (const catalog::CheckConstraint& check : table.checks) {
    if (check.name == command.name) target.constraint = check.oid;
  }
  for (const catalog::ForeignKey& key : table.foreign_keys) {
    if (key.name == command.name) target.constraint = key.oid;
  }
  if (table.clustered_key.has_value() && table.clustered_key->name == command.name)
    target.constraint = table.clustered_key->oid;
  for (const catalog::Index* index : image().IndexesOf(oid)) {
    if (index->role == catalog::IndexRole::kPlain || index->name != command.name) continue;
    target = {};
    target.object = index->oid;
  }
  if (target.constraint == catalog::kOidInvalid &&
      target.part == catalog::DropTarget::Part::kConstraint) {
    if (!command.if_exists) {
      return SqlError(sqlstate::kUndefinedObject,
                      "constraint \"{}\" of relation \"{}\" does not exist", command.name,
                      table.name);
    }
    Notice(fmt::format("constraint \"{}\" of relation \"{}\" does not exist, skipping",
                       command.name, table.name));
    return absl::OkStatus();
  }
  return DropTargets({&target, 1}, command.behavior);
}

absl::Status DdlApplier::ValidateConstraint(const parse::AlterTableCommand& command, Oid oid) {
  std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
  RowWork work;
  work.table = oid;
  bool found = false;
  for (catalog::CheckConstraint& check : table->checks) {
    if (check.name != command.name) continue;
    found = true;
    check.validated = true;
    work.kind = RowWork::Kind::kCheckRows;
    work.checks.push_back(check.oid);
  }
  for (catalog::ForeignKey& key : table->foreign_keys) {
    if (key.name != command.name) continue;
    found = true;
    key.validated = true;
    work.kind = RowWork::Kind::kCheckForeignKey;
    work.constraint = key.oid;
  }
  if (!found) {
    return SqlError(sqlstate::kUndefinedObject,
                    "constraint \"{}\" of relation \"{}\" does not exist", command.name,
                    table->name);
  }
  result_.work.push_back(std::move(work));
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

absl::Status DdlApplier::AlterIdentity(const parse::AlterTableCommand& command, Oid oid) {
  std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
  HELIOS_ASSIGN_OR_RETURN(const int place, ColumnOf(*table, command.name));
  catalog::Column& column = table->columns[place];
  if (command.action != AlterTableAction::kAddIdentity) {
    return Unsupported("SET GENERATED and DROP IDENTITY are not supported");
  }
  if (!column.not_null) {
    return SqlError(
        sqlstate::kObjectNotInPrerequisiteState,
        "column \"{}\" of relation \"{}\" must be declared NOT NULL before identity can be added",
        command.name, table->name);
  }
  if (column.identity != catalog::Identity::kNone) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "column \"{}\" of relation \"{}\" is already an identity column", command.name,
                    table->name);
  }
  if (!column.default_text.empty()) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "column \"{}\" of relation \"{}\" already has a default value", command.name,
                    table->name);
  }
  column.identity = command.constraint->generated_when == parse::GeneratedWhen::kAlways
                        ? catalog::Identity::kAlways
                        : catalog::Identity::kByDefault;
  HELIOS_RETURN_IF_ERROR(
      OwnSequence(command.constraint->sequence_options, place, column.type.oid, table.get()));
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
