// CREATE TABLE, CREATE TABLE AS and SELECT INTO.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"

namespace heliosdb::sql::bind {
namespace {

using parse::ConstraintKind;

// serial and its kin: the integer type behind the name.
std::optional<types::TypeOid> SerialType(const parse::TypeName& name) {
  if (!name.name.schema.empty() || !name.modifiers.empty() || !name.array_bounds.empty())
    return std::nullopt;
  const std::string& text = name.name.name;
  if (text == "serial" || text == "serial4") return types::TypeOid::kInt4;
  if (text == "bigserial" || text == "serial8") return types::TypeOid::kInt8;
  if (text == "smallserial" || text == "serial2") return types::TypeOid::kInt2;
  return std::nullopt;
}

absl::Status CheckTableOptions(const parse::CreateTableStatement& statement) {
  if (!statement.inherits.empty() || statement.is_partition) {
    return Unsupported("table inheritance and partitions are not supported");
  }
  if (statement.is_partitioned) return Unsupported("partitioned tables are not supported");
  if (!statement.of_type.name.empty()) return Unsupported("typed tables are not supported");
  if (statement.on_commit != parse::OnCommit::kNone) {
    return SqlError(sqlstate::kInvalidTableDefinition,
                    "ON COMMIT can only be used on temporary tables");
  }
  if (!statement.tablespace.empty()) return Unsupported("tablespaces are not supported");
  if (!statement.access_method.empty() && statement.access_method != "heap") {
    return Unsupported("access method {} is not supported", statement.access_method);
  }
  for (const parse::Option& option : statement.options) {
    // Settings of PostgreSQL's storage have nothing here to act on.
    if (option.name != "fillfactor" && !option.name.starts_with("autovacuum_")) {
      return Unsupported("storage parameter {} is not supported", option.name);
    }
  }
  return absl::OkStatus();
}

bool IsNotNull(const parse::ColumnDefinition& definition) {
  return std::any_of(definition.constraints.begin(), definition.constraints.end(),
                     [](const parse::Constraint& c) { return c.kind == ConstraintKind::kNotNull; });
}

}  // namespace

absl::StatusOr<catalog::Column> DdlApplier::MakeColumn(const parse::ColumnDefinition& definition) {
  catalog::Column column;
  column.name = catalog::TruncateName(definition.name);
  if (!definition.compression.empty()) return Unsupported("column compression is not supported");
  if (!definition.collation.empty()) HELIOS_RETURN_IF_ERROR(CheckCollation(definition.collation));
  const std::optional<types::TypeOid> serial = SerialType(definition.type);
  if (serial.has_value()) {
    column.type = {*serial};
    column.not_null = true;
  } else {
    HELIOS_ASSIGN_OR_RETURN(column.type, TypeOf(definition.type));
  }
  if (column.type.oid == types::TypeOid::kUnknown || column.type.oid == types::TypeOid::kVoid) {
    return SqlError(sqlstate::kInvalidTableDefinition, "column \"{}\" has pseudo-type {}",
                    column.name, types::TypeName(column.type));
  }
  const bool says_null =
      std::any_of(definition.constraints.begin(), definition.constraints.end(),
                  [](const parse::Constraint& c) { return c.kind == ConstraintKind::kNull; });
  if (says_null && (IsNotNull(definition) || serial.has_value())) {
    return SqlError(sqlstate::kSyntaxError,
                    "conflicting NULL/NOT NULL declarations for column \"{}\"", column.name);
  }
  column.not_null = column.not_null || IsNotNull(definition);
  return column;
}

absl::Status DdlApplier::SetDefault(const parse::Expression& expression, int place,
                                    catalog::Table* table, Place where) {
  HELIOS_ASSIGN_OR_RETURN(StoredExpression stored, Store(expression, *table, where));
  catalog::Column& column = table->columns[place];
  Binder binder(Context(), {}, nullptr);
  if (!binder.CanCoerce(stored.type.oid, column.type.oid, types::CastKind::kAssignment)) {
    return WithHint(
        SqlError(sqlstate::kDatatypeMismatch,
                 "column \"{}\" is of type {} but default expression is of type {}", column.name,
                 types::TypeName(column.type), types::TypeName(stored.type)),
        "You will need to rewrite or cast the expression.");
  }
  // A literal is read as the column's type now, so that a wrong one is refused here and not at the first INSERT.
  HELIOS_RETURN_IF_ERROR(
      binder.CoerceForAssignment(std::move(stored.bound), column.name, column.type).status());
  column.default_text = std::move(stored.text);
  column.default_references = std::move(stored.references);
  return absl::OkStatus();
}

absl::Status DdlApplier::OwnSequence(const std::vector<parse::Option>& options, int place,
                                     types::TypeOid type, catalog::Table* table) {
  catalog::Column& column = table->columns[place];
  auto sequence = std::make_unique<catalog::Sequence>();
  HELIOS_ASSIGN_OR_RETURN(sequence->oid, edit_.NewOid());
  sequence->schema = table->schema;
  sequence->name = edit_.ChooseRelationName(table->schema, table->name, column.name, "seq");
  sequence->type = type;
  sequence->owner = {table->oid, place};
  sequence->internal = column.identity != catalog::Identity::kNone;
  std::optional<catalog::SequenceState> state = catalog::SequenceState{};
  HELIOS_RETURN_IF_ERROR(ApplyOptions(options, sequence.get(), &state));
  column.owned_sequence = sequence->oid;
  column.default_text = fmt::format("nextval('{}'::regclass)", sequence->oid);
  column.default_references = {{sequence->oid, -1}};
  return PutSequence(std::move(sequence), state);
}

absl::Status DdlApplier::FinishColumn(const parse::ColumnDefinition& definition, int place,
                                      catalog::Table* table) {
  catalog::Column& column = table->columns[place];
  const std::optional<types::TypeOid> serial = SerialType(definition.type);
  if (serial.has_value()) HELIOS_RETURN_IF_ERROR(OwnSequence({}, place, *serial, table));
  for (const parse::Constraint& constraint : definition.constraints) {
    switch (constraint.kind) {
      case ConstraintKind::kDefault:
        if (!column.default_text.empty()) {
          return SqlError(sqlstate::kSyntaxError,
                          "multiple default values specified for column \"{}\" of table \"{}\"",
                          column.name, table->name);
        }
        HELIOS_RETURN_IF_ERROR(SetDefault(*constraint.expression, place, table, Place::kDefault));
        break;
      case ConstraintKind::kGenerated:
        return WithPosition(Unsupported("generated columns are not supported"),
                            constraint.position);
      case ConstraintKind::kIdentity: {
        const types::TypeOid type = column.type.oid;
        if (type != types::TypeOid::kInt2 && type != types::TypeOid::kInt4 &&
            type != types::TypeOid::kInt8) {
          return SqlError(sqlstate::kInvalidParameterValue,
                          "identity column type must be smallint, integer, or bigint");
        }
        if (!column.default_text.empty()) {
          return SqlError(sqlstate::kSyntaxError,
                          "both default and identity specified for column \"{}\" of table \"{}\"",
                          column.name, table->name);
        }
        column.identity = constraint.generated_when == parse::GeneratedWhen::kAlways
                              ? catalog::Identity::kAlways
                              : catalog::Identity::kByDefault;
        column.not_null = true;
        HELIOS_RETURN_IF_ERROR(OwnSequence(constraint.sequence_options, place, type, table));
        break;
      }
      default:
        break;
    }
  }
  return absl::OkStatus();
}

absl::Status DdlApplier::CopyLike(const parse::TableLike& like, catalog::Table* table) {
  if (like.options != 0) return Unsupported("LIKE ... INCLUDING is not supported");
  HELIOS_ASSIGN_OR_RETURN(const catalog::Table* from,
                          FindTable(like.table, false, txn::TableLockMode::kAccessShare));
  for (const catalog::Column& column : from->columns) {
    if (column.dropped) continue;
    catalog::Column copy;
    copy.name = column.name;
    copy.type = column.type;
    copy.not_null = column.not_null;
    table->columns.push_back(std::move(copy));
  }
  return absl::OkStatus();
}

absl::Status DdlApplier::CreateTable(const parse::CreateTableStatement& statement) {
  HELIOS_RETURN_IF_ERROR(CheckTableOptions(statement));
  HELIOS_ASSIGN_OR_RETURN(const Oid schema, CreationSchema(statement.table));
  auto table = std::make_unique<catalog::Table>();
  table->schema = schema;
  table->name = catalog::TruncateName(statement.table.name.name);
  HELIOS_ASSIGN_OR_RETURN(const bool exists,
                          ExistsAlready(schema, table->name, statement.if_not_exists));
  if (exists) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(table->oid, edit_.NewOid());
  HELIOS_ASSIGN_OR_RETURN(table->storage_id, edit_.NewStorageId());

  std::vector<std::pair<const parse::ColumnDefinition*, int>> definitions;
  for (const parse::TableElement& element : statement.elements) {
    if (element.kind == parse::TableElementKind::kLike)
      HELIOS_RETURN_IF_ERROR(CopyLike(*element.like, table.get()));
    if (element.kind != parse::TableElementKind::kColumn) continue;
    HELIOS_ASSIGN_OR_RETURN(catalog::Column column, MakeColumn(*element.column));
    definitions.emplace_back(element.column.get(), static_cast<int>(table->columns.size()));
    table->columns.push_back(std::move(column));
  }
  if (table->columns.size() > catalog::kTableColumnsMax) {
    return SqlError(sqlstate::kTooManyColumns, "tables can have at most {} columns",
                    catalog::kTableColumnsMax);
  }
  for (size_t i = 0; i < table->columns.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (table->columns[i].name == table->columns[k].name) {
        return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" specified more than once",
                        table->columns[i].name);
      }
    }
  }
  table->Finish();
  for (const auto& [definition, place] : definitions) {
    HELIOS_RETURN_IF_ERROR(FinishColumn(*definition, place, table.get()));
  }
  // Keys first: foreign keys of the table may refer to its own. Then the others, in the order written.
  for (const bool keys : {true, false}) {
    const auto wanted = [keys](ConstraintKind kind) {
      return (kind == ConstraintKind::kPrimaryKey || kind == ConstraintKind::kUnique) == keys;
    };
    for (const parse::TableElement& element : statement.elements) {
      if (element.kind == parse::TableElementKind::kConstraint &&
          wanted(element.constraint->kind)) {
        HELIOS_RETURN_IF_ERROR(
            AddConstraint(*element.constraint, -1, TableState::kNew, table.get()));
      }
      if (element.kind != parse::TableElementKind::kColumn) continue;
      const int place = table->FindColumn(catalog::TruncateName(element.column->name));
      for (const parse::Constraint& constraint : element.column->constraints) {
        if (!wanted(constraint.kind)) continue;
        HELIOS_RETURN_IF_ERROR(AddConstraint(constraint, place, TableState::kNew, table.get()));
      }
    }
  }
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

absl::Status DdlApplier::CreateTableAs(const parse::CreateTableAsStatement& statement) {
  if (statement.is_materialized_view)
    return Unsupported("CREATE MATERIALIZED VIEW is not supported");
  const auto* const select = statement.query->TryAs<parse::SelectStatement>();
  if (select == nullptr) return Unsupported("CREATE TABLE AS EXECUTE is not supported");
  HELIOS_ASSIGN_OR_RETURN(const Oid schema, CreationSchema(statement.into.table));
  auto table = std::make_unique<catalog::Table>();
  table->schema = schema;
  table->name = catalog::TruncateName(statement.into.table.name.name);
  HELIOS_ASSIGN_OR_RETURN(const bool exists,
                          ExistsAlready(schema, table->name, statement.if_not_exists));
  if (exists) return absl::OkStatus();
  Binder binder(Context(), {}, nullptr);
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Query> query,
                          binder.BindQuery(*select, nullptr, UnknownTargets::kToText));
  if (statement.into.columns.size() > query->visible_targets) {
    return SqlError(sqlstate::kSyntaxError, "too many column names were specified");
  }
  for (size_t i = 0; i < query->visible_targets; ++i) {
    catalog::Column column;
    column.name = catalog::TruncateName(
        i < statement.into.columns.size() ? statement.into.columns[i] : query->targets[i].name);
    column.type = query->targets[i].expression->type;
    if (table->FindColumn(column.name) >= 0) {
      return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" specified more than once",
                      column.name);
    }
    table->columns.push_back(std::move(column));
  }
  HELIOS_ASSIGN_OR_RETURN(table->oid, edit_.NewOid());
  HELIOS_ASSIGN_OR_RETURN(table->storage_id, edit_.NewStorageId());
  table->Finish();
  if (!statement.into.has_no_data) {
    RowWork& work = result_.work.emplace_back();
    work.kind = RowWork::Kind::kFill;
    work.table = table->oid;
    work.query = std::move(query);
  }
  edit_.Put(std::move(table));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
