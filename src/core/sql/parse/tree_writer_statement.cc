#include "core/sql/parse/deparse.h"
#include "core/sql/parse/tree_writer.h"

namespace heliosdb::sql::parse {

void TreeWriter::Write(const Statement& statement) {
  out_ += "(";
  DmlFields(statement);
  out_ += ")";
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::TableFields(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCreateTable: {
      const auto& node = statement.As<CreateTableStatement>();
      out_ += "create_table_statement";
      Field("table", node.table);
      Field("if_not_exists", node.if_not_exists);
      Field("elements", node.elements);
      Field("inherits", node.inherits);
      Field("is_partitioned", node.is_partitioned);
      Field("is_partition", node.is_partition);
      Field("of_type", node.of_type);
      Field("options", node.options);
      Field("on_commit", node.on_commit);
      Field("tablespace", node.tablespace);
      Field("access_method", node.access_method);
      return;
    }
    case StatementKind::kCreateTableAs: {
      const auto& node = statement.As<CreateTableAsStatement>();
      out_ += "create_table_as_statement";
      Field("into", node.into);
      Field("query", node.query);
      Field("if_not_exists", node.if_not_exists);
      Field("is_materialized_view", node.is_materialized_view);
      Field("is_select_into", node.is_select_into);
      return;
    }
    case StatementKind::kAlterTable: {
      const auto& node = statement.As<AlterTableStatement>();
      out_ += "alter_table_statement";
      Field("object", node.object);
      Field("table", node.table);
      Field("if_exists", node.if_exists);
      Field("commands", node.commands);
      return;
    }
    case StatementKind::kCreateIndex: {
      const auto& node = statement.As<CreateIndexStatement>();
      out_ += "create_index_statement";
      Field("name", node.name);
      Field("table", node.table);
      Field("is_unique", node.is_unique);
      Field("is_concurrent", node.is_concurrent);
      Field("if_not_exists", node.if_not_exists);
      Field("is_nulls_not_distinct", node.is_nulls_not_distinct);
      Field("access_method", node.access_method);
      Field("elements", node.elements);
      Field("including", node.including);
      Field("options", node.options);
      Field("tablespace", node.tablespace);
      Field("where", node.where);
      return;
    }
    default:
      return SchemaFields(statement);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::SchemaFields(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCreateView: {
      const auto& node = statement.As<CreateViewStatement>();
      out_ += "create_view_statement";
      Field("view", node.view);
      Field("is_replace", node.is_replace);
      Field("columns", node.columns);
      Field("options", node.options);
      Field("query", node.query);
      Field("check", node.check);
      return;
    }
    case StatementKind::kCreateSequence: {
      const auto& node = statement.As<CreateSequenceStatement>();
      out_ += "create_sequence_statement";
      Field("sequence", node.sequence);
      Field("if_not_exists", node.if_not_exists);
      Field("options", node.options);
      return;
    }
    case StatementKind::kAlterSequence: {
      const auto& node = statement.As<AlterSequenceStatement>();
      out_ += "alter_sequence_statement";
      Field("sequence", node.sequence);
      Field("if_exists", node.if_exists);
      Field("options", node.options);
      return;
    }
    case StatementKind::kCreateSchema: {
      const auto& node = statement.As<CreateSchemaStatement>();
      out_ += "create_schema_statement";
      Field("name", node.name);
      Field("role", node.role);
      Field("if_not_exists", node.if_not_exists);
      Field("elements", node.elements);
      return;
    }
    case StatementKind::kCreateEnum: {
      const auto& node = statement.As<CreateEnumStatement>();
      out_ += "create_enum_statement";
      Field("name", node.name);
      Field("labels", node.labels);
      return;
    }
    case StatementKind::kCreateDomain: {
      const auto& node = statement.As<CreateDomainStatement>();
      out_ += "create_domain_statement";
      Field("name", node.name);
      Field("type", node.type);
      Field("collation", node.collation);
      Field("constraints", node.constraints);
      return;
    }
    case StatementKind::kRename: {
      const auto& node = statement.As<RenameStatement>();
      out_ += "rename_statement";
      Field("object", node.object);
      Field("relation_kind", node.relation_kind);
      Field("relation", node.relation);
      Field("name", node.name);
      Field("member", node.member);
      Field("new_name", node.new_name);
      Field("if_exists", node.if_exists);
      Field("behavior", node.behavior);
      return;
    }
    case StatementKind::kSetSchema: {
      const auto& node = statement.As<SetSchemaStatement>();
      out_ += "set_schema_statement";
      Field("object", node.object);
      Field("relation", node.relation);
      Field("name", node.name);
      Field("new_schema", node.new_schema);
      Field("if_exists", node.if_exists);
      return;
    }
    case StatementKind::kSetOwner: {
      const auto& node = statement.As<SetOwnerStatement>();
      out_ += "set_owner_statement";
      Field("object", node.object);
      Field("name", node.name);
      Field("new_owner", node.new_owner);
      return;
    }
    case StatementKind::kDrop: {
      const auto& node = statement.As<DropStatement>();
      out_ += "drop_statement";
      Field("object", node.object);
      Field("names", node.names);
      Field("behavior", node.behavior);
      Field("if_exists", node.if_exists);
      Field("is_concurrent", node.is_concurrent);
      return;
    }
    case StatementKind::kTruncate: {
      const auto& node = statement.As<TruncateStatement>();
      out_ += "truncate_statement";
      Field("tables", node.tables);
      Field("restarts_identity", node.restarts_identity);
      Field("behavior", node.behavior);
      return;
    }
    case StatementKind::kComment: {
      const auto& node = statement.As<CommentStatement>();
      out_ += "comment_statement";
      Field("object", node.object);
      Field("name", node.name);
      Field("member", node.member);
      Field("comment", node.comment);
      return;
    }
    default:
      return UtilityFields(statement);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::UtilityFields(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kTransaction: {
      const auto& node = statement.As<TransactionStatement>();
      out_ += "transaction_statement";
      Field("action", node.action);
      Field("modes", node.modes);
      Field("savepoint", node.savepoint);
      Field("prepared_id", node.prepared_id);
      Field("is_chain", node.is_chain);
      return;
    }
    case StatementKind::kSetVariable: {
      const auto& node = statement.As<SetVariableStatement>();
      out_ += "set_variable_statement";
      Field("action", node.action);
      Field("name", node.name);
      Field("values", node.values);
      Field("is_local", node.is_local);
      Field("modes", node.modes);
      return;
    }
    case StatementKind::kExplain: {
      const auto& node = statement.As<ExplainStatement>();
      out_ += "explain_statement";
      Field("options", node.options);
      Field("query", node.query);
      return;
    }
    case StatementKind::kVacuum: {
      const auto& node = statement.As<VacuumStatement>();
      out_ += "vacuum_statement";
      Field("is_analyze", node.is_analyze);
      Field("options", node.options);
      Field("tables", node.tables);
      return;
    }
    case StatementKind::kLockTable: {
      const auto& node = statement.As<LockTableStatement>();
      out_ += "lock_table_statement";
      Field("tables", node.tables);
      Field("mode", node.mode);
      Field("is_no_wait", node.is_no_wait);
      return;
    }
    case StatementKind::kCopy: {
      const auto& node = statement.As<CopyStatement>();
      out_ += "copy_statement";
      Field("table", node.table);
      Field("columns", node.columns);
      Field("query", node.query);
      Field("is_from", node.is_from);
      Field("is_program", node.is_program);
      Field("file", node.file);
      Field("options", node.options);
      Field("where", node.where);
      return;
    }
    case StatementKind::kGrant: {
      const auto& node = statement.As<GrantStatement>();
      out_ += "grant_statement";
      Field("is_grant", node.is_grant);
      Field("object", node.object);
      Field("is_all_in_schema", node.is_all_in_schema);
      Field("privileges", node.privileges);
      Field("names", node.names);
      Field("grantees", node.grantees);
      Field("has_grant_option", node.has_grant_option);
      Field("grantor", node.grantor);
      Field("behavior", node.behavior);
      return;
    }
    case StatementKind::kReindex: {
      const auto& node = statement.As<ReindexStatement>();
      out_ += "reindex_statement";
      Field("target", node.target);
      Field("relation", node.relation);
      Field("name", node.name);
      Field("options", node.options);
      return;
    }
    case StatementKind::kOther: {
      const auto& node = statement.As<OtherStatement>();
      out_ += "other_statement";
      Field("command_tag", node.command_tag);
      Field("feature", node.feature);
      return;
    }
    case StatementKind::kCheckpoint:
      out_ += "checkpoint_statement";
      return;
    default:
      return SessionFields(statement);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::SessionFields(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kDeclareCursor: {
      const auto& node = statement.As<DeclareCursorStatement>();
      out_ += "declare_cursor_statement";
      Field("name", node.name);
      Field("is_binary", node.is_binary);
      Field("is_scroll", node.is_scroll);
      Field("is_insensitive", node.is_insensitive);
      Field("is_asensitive", node.is_asensitive);
      Field("is_with_hold", node.is_with_hold);
      Field("query", node.query);
      return;
    }
    case StatementKind::kShowVariable: {
      const auto& node = statement.As<ShowVariableStatement>();
      out_ += "show_variable_statement";
      Field("name", node.name);
      return;
    }
    case StatementKind::kSetConstraints: {
      const auto& node = statement.As<SetConstraintsStatement>();
      out_ += "set_constraints_statement";
      Field("constraints", node.constraints);
      Field("is_deferred", node.is_deferred);
      return;
    }
    case StatementKind::kPrepare: {
      const auto& node = statement.As<PrepareStatement>();
      out_ += "prepare_statement";
      Field("name", node.name);
      Field("types", node.types);
      Field("query", node.query);
      return;
    }
    case StatementKind::kExecute: {
      const auto& node = statement.As<ExecuteStatement>();
      out_ += "execute_statement";
      Field("name", node.name);
      Field("arguments", node.arguments);
      return;
    }
    case StatementKind::kDeallocate: {
      const auto& node = statement.As<DeallocateStatement>();
      out_ += "deallocate_statement";
      Field("name", node.name);
      return;
    }
    case StatementKind::kFetch: {
      const auto& node = statement.As<FetchStatement>();
      out_ += "fetch_statement";
      Field("is_move", node.is_move);
      Field("direction", node.direction);
      Field("count", node.count);
      Field("cursor", node.cursor);
      return;
    }
    case StatementKind::kCloseCursor: {
      const auto& node = statement.As<CloseCursorStatement>();
      out_ += "close_cursor_statement";
      Field("cursor", node.cursor);
      return;
    }
    case StatementKind::kDiscard: {
      const auto& node = statement.As<DiscardStatement>();
      out_ += "discard_statement";
      Field("target", node.target);
      return;
    }
    case StatementKind::kListen: {
      const auto& node = statement.As<ListenStatement>();
      out_ += "listen_statement";
      Field("channel", node.channel);
      return;
    }
    case StatementKind::kNotify: {
      const auto& node = statement.As<NotifyStatement>();
      out_ += "notify_statement";
      Field("channel", node.channel);
      Field("payload", node.payload);
      return;
    }
    case StatementKind::kUnlisten: {
      const auto& node = statement.As<UnlistenStatement>();
      out_ += "unlisten_statement";
      Field("channel", node.channel);
      return;
    }
    default:
      HELIOS_CHECK(false);
  }
}

void TreeWriter::Value(const ExclusionElement& element) {
  out_ += "(exclusion_element";
  Field("element", element.element);
  Field("op", element.op);
  out_ += ")";
}

void TreeWriter::Value(const Constraint& constraint) {
  out_ += "(constraint";
  Field("kind", constraint.kind);
  Field("name", constraint.name);
  Field("is_deferrable", constraint.is_deferrable);
  Field("is_initially_deferred", constraint.is_initially_deferred);
  Field("has_deferrability", constraint.has_deferrability);
  Field("has_initially", constraint.has_initially);
  Field("is_no_inherit", constraint.is_no_inherit);
  Field("is_not_valid", constraint.is_not_valid);
  Field("expression", constraint.expression);
  Field("generated_when", constraint.generated_when);
  Field("sequence_options", constraint.sequence_options);
  Field("is_nulls_not_distinct", constraint.is_nulls_not_distinct);
  Field("columns", constraint.columns);
  Field("including", constraint.including);
  Field("index_options", constraint.index_options);
  Field("index_tablespace", constraint.index_tablespace);
  Field("using_index", constraint.using_index);
  Field("exclusions", constraint.exclusions);
  Field("access_method", constraint.access_method);
  Field("where", constraint.where);
  Field("referenced_table", constraint.referenced_table);
  Field("referenced_columns", constraint.referenced_columns);
  Field("match", constraint.match);
  Field("on_update", constraint.on_update);
  Field("on_delete", constraint.on_delete);
  Field("on_delete_columns", constraint.on_delete_columns);
  out_ += ")";
}

void TreeWriter::Value(const ColumnDefinition& column) {
  out_ += "(column_definition";
  Field("name", column.name);
  Field("type", column.type);
  Field("has_type", column.has_type);
  Field("collation", column.collation);
  Field("compression", column.compression);
  Field("constraints", column.constraints);
  out_ += ")";
}

void TreeWriter::Value(const TableLike& like) {
  out_ += "(table_like";
  Field("table", like.table);
  Field("options", like.options);
  out_ += ")";
}

void TreeWriter::Value(const TableElement& element) {
  out_ += "(table_element";
  Field("kind", element.kind);
  Field("column", element.column);
  Field("constraint", element.constraint);
  Field("like", element.like);
  out_ += ")";
}

void TreeWriter::Value(const AlterTableCommand& command) {
  out_ += "(alter_table_command";
  Field("action", command.action);
  Field("name", command.name);
  Field("number", command.number);
  Field("role", command.role);
  Field("column", command.column);
  Field("constraint", command.constraint);
  Field("expression", command.expression);
  Field("type", command.type);
  Field("collation", command.collation);
  Field("table", command.table);
  Field("options", command.options);
  Field("behavior", command.behavior);
  Field("if_exists", command.if_exists);
  out_ += ")";
}

void TreeWriter::Value(const TransactionModes& modes) {
  out_ += "(transaction_modes";
  Field("isolation", modes.isolation);
  Field("is_read_only", modes.is_read_only);
  Field("is_deferrable", modes.is_deferrable);
  out_ += ")";
}

void TreeWriter::Value(const VacuumTable& table) {
  out_ += "(vacuum_table";
  Field("table", table.table);
  Field("columns", table.columns);
  out_ += ")";
}

void TreeWriter::Value(const Privilege& privilege) {
  out_ += "(privilege";
  Field("name", privilege.name);
  Field("columns", privilege.columns);
  out_ += ")";
}

std::string DebugText(const Statement& statement) {
  TreeWriter writer;
  writer.Write(statement);
  return writer.Take();
}

}  // namespace heliosdb::sql::parse
