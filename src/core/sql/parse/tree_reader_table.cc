#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/object_kind.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

ForeignKeyAction ForeignKeyActionOf(char action) {
  switch (action) {
    case 'r':
      return ForeignKeyAction::kRestrict;
    case 'c':
      return ForeignKeyAction::kCascade;
    case 'n':
      return ForeignKeyAction::kSetNull;
    case 'd':
      return ForeignKeyAction::kSetDefault;
    default:
      return ForeignKeyAction::kNoAction;
  }
}

ForeignKeyMatch ForeignKeyMatchOf(char match) {
  if (match == 'f') return ForeignKeyMatch::kFull;
  if (match == 'p') return ForeignKeyMatch::kPartial;
  return ForeignKeyMatch::kSimple;
}

OnCommit OnCommitOf(PgQuery__OnCommitAction action) {
  switch (action) {
    case PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_PRESERVE_ROWS:
      return OnCommit::kPreserveRows;
    case PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DELETE_ROWS:
      return OnCommit::kDeleteRows;
    case PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DROP:
      return OnCommit::kDrop;
    default:
      return OnCommit::kNone;
  }
}

ConstraintKind ConstraintKindOf(PgQuery__ConstrType type) {
  switch (type) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NULL:
      return ConstraintKind::kNull;
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
      return ConstraintKind::kNotNull;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
      return ConstraintKind::kDefault;
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      return ConstraintKind::kIdentity;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
      return ConstraintKind::kGenerated;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      return ConstraintKind::kPrimaryKey;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
      return ConstraintKind::kUnique;
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
      return ConstraintKind::kExclusion;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      return ConstraintKind::kForeignKey;
    default:
      return ConstraintKind::kCheck;
  }
}

bool IsAttribute(PgQuery__ConstrType type) {
  return type == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE ||
         type == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE ||
         type == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED ||
         type == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE;
}

std::string_view AttributeName(PgQuery__ConstrType type) {
  switch (type) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
      return "DEFERRABLE";
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
      return "NOT DEFERRABLE";
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
      return "INITIALLY DEFERRED";
    default:
      return "INITIALLY IMMEDIATE";
  }
}

bool CanBeDeferrable(ConstraintKind kind) {
  return kind == ConstraintKind::kPrimaryKey || kind == ConstraintKind::kUnique ||
         kind == ConstraintKind::kExclusion || kind == ConstraintKind::kForeignKey;
}

}  // namespace

StatementPtr TreeReader::ReadCreateTable(const PgQuery__CreateStmt& create) {
  auto out = std::make_unique<CreateTableStatement>();
  out->table = ReadRelation(create.relation);
  out->if_not_exists = create.if_not_exists != 0;
  for (const PgQuery__Node* node : NodeList(create.table_elts, create.n_table_elts)) {
    TableElement& element = out->elements.emplace_back();
    if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) {
      element.column = std::make_unique<ColumnDefinition>(ReadColumn(*node->column_def));
    } else if (node->node_case == PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE) {
      element.kind = TableElementKind::kLike;
      element.like = std::make_unique<TableLike>();
      element.like->table = ReadRelation(node->table_like_clause->relation);
      element.like->options = node->table_like_clause->options;
    } else {
      element.kind = TableElementKind::kConstraint;
      element.constraint = std::make_unique<Constraint>(ReadConstraint(*node->constraint));
    }
  }
  out->inherits = ReadRelations({create.inh_relations, create.n_inh_relations});
  out->is_partitioned = create.partspec != nullptr;
  out->is_partition = create.partbound != nullptr;
  if (create.of_typename != nullptr) out->of_type = ReadTypeName(create.of_typename);
  out->options = ReadOptions({create.options, create.n_options});
  out->on_commit = OnCommitOf(create.oncommit);
  out->tablespace = create.tablespacename;
  out->access_method = create.access_method;
  return out;
}

StatementPtr TreeReader::ReadCreateTableAs(const PgQuery__Node& node) {
  const PgQuery__CreateTableAsStmt& create = *node.create_table_as_stmt;
  auto out = std::make_unique<CreateTableAsStatement>();
  out->into = ReadInto(*create.into);
  out->query = ReadStatement(create.query);
  out->if_not_exists = create.if_not_exists != 0;
  out->is_materialized_view = create.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
  return out;
}

StatementPtr TreeReader::ReadCreateIndex(const PgQuery__Node& node) {
  const PgQuery__IndexStmt& index = *node.index_stmt;
  auto out = std::make_unique<CreateIndexStatement>();
  out->name = index.idxname;
  out->table = ReadRelation(index.relation);
  out->is_unique = index.unique != 0;
  out->is_concurrent = index.concurrent != 0;
  out->if_not_exists = index.if_not_exists != 0;
  out->is_nulls_not_distinct = index.nulls_not_distinct != 0;
  out->access_method = index.access_method;
  out->elements = ReadIndexElements({index.index_params, index.n_index_params});
  out->including =
      ReadIndexElements({index.index_including_params, index.n_index_including_params});
  out->options = ReadOptions({index.options, index.n_options});
  out->tablespace = index.table_space;
  out->where = ReadExpression(index.where_clause);
  return out;
}

ColumnDefinition TreeReader::ReadColumn(const PgQuery__ColumnDef& column) {
  ColumnDefinition out;
  out.name = column.colname;
  out.has_type = column.type_name != nullptr;
  if (out.has_type) out.type = ReadTypeName(column.type_name);
  out.collation = ReadCollation(column.coll_clause);
  out.compression = column.compression;
  out.constraints = ReadColumnConstraints({column.constraints, column.n_constraints});
  out.position = Position(column.location);
  if (column.n_fdwoptions > 0) Refuse("OPTIONS of a column", column.location);
  return out;
}

std::vector<Constraint> TreeReader::ReadColumnConstraints(NodeList nodes) {
  std::vector<Constraint> constraints;
  for (const PgQuery__Node* node : nodes) {
    if (node->node_case == PG_QUERY__NODE__NODE_COLLATE_CLAUSE) continue;
    const PgQuery__Constraint& constraint = *node->constraint;
    if (!IsAttribute(constraint.contype)) {
      constraints.push_back(ReadConstraint(constraint));
    } else if (constraints.empty() || !CanBeDeferrable(constraints.back().kind)) {
      Fail(SqlError(sqlstate::kSyntaxError, "misplaced {} clause",
                    AttributeName(constraint.contype)),
           constraint.location);
    } else {
      ReadConstraintAttribute(constraint, &constraints.back());
    }
  }
  return constraints;
}

// DEFERRABLE and its kin stand after a column's constraint as constraints of their own; the rules
// about them are those of PostgreSQL's transformConstraintAttrs().
void TreeReader::ReadConstraintAttribute(const PgQuery__Constraint& attribute, Constraint* target) {
  const bool is_deferrability =
      attribute.contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE ||
      attribute.contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE;
  bool* seen = is_deferrability ? &target->has_deferrability : &target->has_initially;
  if (*seen) {
    Fail(SqlError(sqlstate::kSyntaxError, "multiple {} clauses not allowed",
                  is_deferrability ? "DEFERRABLE/NOT DEFERRABLE" : "INITIALLY IMMEDIATE/DEFERRED"),
         attribute.location);
  }
  *seen = true;
  if (attribute.contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE) {
    target->is_deferrable = true;
  } else if (attribute.contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED) {
    target->is_initially_deferred = true;
    // INITIALLY DEFERRED alone implies DEFERRABLE.
    if (!target->has_deferrability) target->is_deferrable = true;
  }
  if (target->is_initially_deferred && !target->is_deferrable) {
    Fail(SqlError(sqlstate::kSyntaxError,
                  "constraint declared INITIALLY DEFERRED must be DEFERRABLE"),
         attribute.location);
  }
}

Constraint TreeReader::ReadConstraint(const PgQuery__Constraint& constraint) {
  Constraint out;
  out.kind = ConstraintKindOf(constraint.contype);
  out.name = constraint.conname;
  out.is_deferrable = constraint.deferrable != 0;
  out.is_initially_deferred = constraint.initdeferred != 0;
  out.is_no_inherit = constraint.is_no_inherit != 0;
  out.is_not_valid = constraint.skip_validation != 0;
  out.position = Position(constraint.location);
  out.expression = ReadExpression(constraint.raw_expr);
  if (constraint.generated_when[0] == 'd') out.generated_when = GeneratedWhen::kByDefault;
  const NodeList options(constraint.options, constraint.n_options);
  if (out.kind == ConstraintKind::kIdentity) {
    out.sequence_options = ReadOptions(options);
  } else {
    out.index_options = ReadOptions(options);
  }
  out.is_nulls_not_distinct = constraint.nulls_not_distinct != 0;
  out.columns = ReadStrings({constraint.keys, constraint.n_keys});
  out.including = ReadStrings({constraint.including, constraint.n_including});
  out.index_tablespace = constraint.indexspace;
  out.using_index = constraint.indexname;
  out.access_method = constraint.access_method;
  out.where = ReadExpression(constraint.where_clause);
  ReadExclusion(constraint, &out);
  if (out.kind == ConstraintKind::kForeignKey) ReadForeignKey(constraint, &out);
  return out;
}

void TreeReader::ReadForeignKey(const PgQuery__Constraint& constraint, Constraint* out) {
  out->columns = ReadStrings({constraint.fk_attrs, constraint.n_fk_attrs});
  out->referenced_table = ReadRelation(constraint.pktable);
  out->referenced_columns = ReadStrings({constraint.pk_attrs, constraint.n_pk_attrs});
  out->match = ForeignKeyMatchOf(constraint.fk_matchtype[0]);
  out->on_update = ForeignKeyActionOf(constraint.fk_upd_action[0]);
  out->on_delete = ForeignKeyActionOf(constraint.fk_del_action[0]);
  out->on_delete_columns = ReadStrings({constraint.fk_del_set_cols, constraint.n_fk_del_set_cols});
}

void TreeReader::ReadExclusion(const PgQuery__Constraint& constraint, Constraint* out) {
  for (const PgQuery__Node* node : NodeList(constraint.exclusions, constraint.n_exclusions)) {
    // A pair: the element, and the names of the operator.
    const PgQuery__List& pair = *node->list;
    out->exclusions.push_back(
        {.element = ReadIndexElement(*pair.items[0]->index_elem),
         .op = ReadQualifiedName({pair.items[1]->list->items, pair.items[1]->list->n_items})});
  }
}

StatementPtr TreeReader::ReadAlterTable(const PgQuery__AlterTableStmt& alter) {
  auto out = std::make_unique<AlterTableStatement>();
  out->object = ObjectKindOf(alter.objtype);
  out->table = ReadRelation(alter.relation);
  out->if_exists = alter.missing_ok != 0;
  for (const PgQuery__Node* node : NodeList(alter.cmds, alter.n_cmds)) {
    out->commands.push_back(ReadAlterCommand(*node->alter_table_cmd));
  }
  return out;
}

AlterTableCommand TreeReader::ReadAlterCommand(const PgQuery__AlterTableCmd& command) {
  AlterTableCommand out;
  const std::optional<AlterTableAction> action = AlterTableActionOf(command.subtype);
  if (action.has_value()) {
    out.action = *action;
  } else {
    Refuse("this form of ALTER TABLE");
  }
  out.name = command.name;
  out.number = command.num;
  out.role = ReadRole(command.newowner);
  out.if_exists = command.missing_ok != 0;
  if (command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {
    out.behavior = DropBehavior::kCascade;
  }
  if (command.def != nullptr) ReadAlterDefinition(command, &out);
  return out;
}

void TreeReader::ReadAlterDefinition(const PgQuery__AlterTableCmd& command,
                                     AlterTableCommand* out) {
  const PgQuery__Node& definition = *command.def;
  switch (definition.node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_DEF:
      if (out->action == AlterTableAction::kAlterColumnType) {
        out->type = std::make_unique<TypeName>(ReadTypeName(definition.column_def->type_name));
        out->collation = ReadCollation(definition.column_def->coll_clause);
        out->expression = ReadExpression(definition.column_def->raw_default);
      } else {
        out->column = std::make_unique<ColumnDefinition>(ReadColumn(*definition.column_def));
      }
      out->position = Position(definition.column_def->location);
      return;
    case PG_QUERY__NODE__NODE_CONSTRAINT:
      out->constraint = std::make_unique<Constraint>(ReadConstraint(*definition.constraint));
      out->position = out->constraint->position;
      return;
    case PG_QUERY__NODE__NODE_RANGE_VAR:
      out->table = ReadRelation(definition.range_var);
      return;
    case PG_QUERY__NODE__NODE_LIST:
      out->options = ReadOptions({definition.list->items, definition.list->n_items});
      return;
    case PG_QUERY__NODE__NODE_TYPE_NAME:
      out->type = std::make_unique<TypeName>(ReadTypeName(definition.type_name));
      return;
    case PG_QUERY__NODE__NODE_STRING: {
      auto word = std::make_unique<Constant>();
      word->type = ConstantType::kString;
      word->text = definition.string->sval;
      out->expression = std::move(word);
      return;
    }
    case PG_QUERY__NODE__NODE_PARTITION_CMD:
      out->table = ReadRelation(definition.partition_cmd->name);
      return;
    case PG_QUERY__NODE__NODE_REPLICA_IDENTITY_STMT:
      out->name = definition.replica_identity_stmt->name;
      return;
    default:
      out->expression = ReadExpression(&definition);
      return;
  }
}

}  // namespace heliosdb::sql::parse
