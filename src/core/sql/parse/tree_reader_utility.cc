#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/object_kind.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

// DeclareCursorStmt.options, as PostgreSQL's parsenodes.h numbers the bits.
enum CursorOption : int {
  kCursorBinary = 0x0001,
  kCursorScroll = 0x0002,
  kCursorNoScroll = 0x0004,
  kCursorInsensitive = 0x0008,
  kCursorAsensitive = 0x0010,
  kCursorHold = 0x0020,
};

TransactionAction TransactionActionOf(PgQuery__TransactionStmtKind kind) {
  switch (kind) {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
      return TransactionAction::kStart;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
      return TransactionAction::kCommit;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
      return TransactionAction::kRollback;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_SAVEPOINT:
      return TransactionAction::kSavepoint;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_RELEASE:
      return TransactionAction::kRelease;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_TO:
      return TransactionAction::kRollbackTo;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE:
      return TransactionAction::kPrepare;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT_PREPARED:
      return TransactionAction::kCommitPrepared;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_PREPARED:
      return TransactionAction::kRollbackPrepared;
    default:
      return TransactionAction::kBegin;
  }
}

IsolationLevel IsolationLevelOf(std::string_view name) {
  if (name == "read uncommitted") return IsolationLevel::kReadUncommitted;
  if (name == "repeatable read") return IsolationLevel::kRepeatableRead;
  if (name == "serializable") return IsolationLevel::kSerializable;
  return IsolationLevel::kReadCommitted;
}

SetVariableAction SetVariableActionOf(const PgQuery__VariableSetStmt& set) {
  const std::string_view name = set.name;
  switch (set.kind) {
    case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_DEFAULT:
      return SetVariableAction::kSetDefault;
    case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_CURRENT:
      return SetVariableAction::kSetFromCurrent;
    case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET:
      return SetVariableAction::kReset;
    case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL:
      return SetVariableAction::kResetAll;
    case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_MULTI:
      if (name == "TRANSACTION SNAPSHOT") return SetVariableAction::kSnapshot;
      return name == "TRANSACTION" ? SetVariableAction::kTransaction
                                   : SetVariableAction::kSessionDefaults;
    default:
      return SetVariableAction::kSet;
  }
}

FetchDirection FetchDirectionOf(PgQuery__FetchDirection direction) {
  switch (direction) {
    case PG_QUERY__FETCH_DIRECTION__FETCH_BACKWARD:
      return FetchDirection::kBackward;
    case PG_QUERY__FETCH_DIRECTION__FETCH_ABSOLUTE:
      return FetchDirection::kAbsolute;
    case PG_QUERY__FETCH_DIRECTION__FETCH_RELATIVE:
      return FetchDirection::kRelative;
    default:
      return FetchDirection::kForward;
  }
}

DiscardTarget DiscardTargetOf(PgQuery__DiscardMode mode) {
  switch (mode) {
    case PG_QUERY__DISCARD_MODE__DISCARD_PLANS:
      return DiscardTarget::kPlans;
    case PG_QUERY__DISCARD_MODE__DISCARD_SEQUENCES:
      return DiscardTarget::kSequences;
    case PG_QUERY__DISCARD_MODE__DISCARD_TEMP:
      return DiscardTarget::kTemporary;
    default:
      return DiscardTarget::kAll;
  }
}

ReindexTarget ReindexTargetOf(PgQuery__ReindexObjectType type) {
  switch (type) {
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE:
      return ReindexTarget::kTable;
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA:
      return ReindexTarget::kSchema;
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SYSTEM:
      return ReindexTarget::kSystem;
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_DATABASE:
      return ReindexTarget::kDatabase;
    default:
      return ReindexTarget::kIndex;
  }
}

const PgQuery__AConst* ConstantOf(const PgQuery__Node* node) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_A_CONST) return nullptr;
  return node->a_const;
}

}  // namespace

StatementPtr TreeReader::ReadUtilityStatement(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
      return ReadTransaction(node);
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
      return ReadSetVariable(*node.variable_set_stmt);
    case PG_QUERY__NODE__NODE_EXPLAIN_STMT: {
      auto out = std::make_unique<ExplainStatement>();
      const PgQuery__Node* query = node.explain_stmt->query;
      out->options = ReadOptions({node.explain_stmt->options, node.explain_stmt->n_options});
      out->query = query->node_case == PG_QUERY__NODE__NODE_SELECT_STMT
                       ? ReadSelectOrInto(*query->select_stmt)
                       : ReadStatement(query);
      return out;
    }
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return ReadVacuum(node);
    case PG_QUERY__NODE__NODE_LOCK_STMT: {
      auto out = std::make_unique<LockTableStatement>();
      out->tables = ReadRelations({node.lock_stmt->relations, node.lock_stmt->n_relations});
      out->mode = static_cast<TableLockMode>(node.lock_stmt->mode);
      out->is_no_wait = node.lock_stmt->nowait != 0;
      return out;
    }
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return ReadCopy(*node.copy_stmt);
    case PG_QUERY__NODE__NODE_CHECK_POINT_STMT:
      return std::make_unique<CheckpointStatement>();
    case PG_QUERY__NODE__NODE_GRANT_STMT:
      return ReadGrant(*node.grant_stmt);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return ReadReindex(node);
    default:
      if (StatementPtr out = ReadSessionStatement(node); out != nullptr) return out;
      return ReadCursorStatement(node);
  }
}

// Statements that change or ask about the session alone.
StatementPtr TreeReader::ReadSessionStatement(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT: {
      auto out = std::make_unique<ShowVariableStatement>();
      out->name = node.variable_show_stmt->name;
      return out;
    }
    case PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT: {
      auto out = std::make_unique<SetConstraintsStatement>();
      out->constraints = ReadRelations(
          {node.constraints_set_stmt->constraints, node.constraints_set_stmt->n_constraints});
      out->is_deferred = node.constraints_set_stmt->deferred != 0;
      return out;
    }
    case PG_QUERY__NODE__NODE_PREPARE_STMT: {
      auto out = std::make_unique<PrepareStatement>();
      out->name = node.prepare_stmt->name;
      for (const PgQuery__Node* type :
           NodeList(node.prepare_stmt->argtypes, node.prepare_stmt->n_argtypes)) {
        out->types.push_back(ReadTypeName(type->type_name));
      }
      out->query = ReadStatement(node.prepare_stmt->query);
      return out;
    }
    case PG_QUERY__NODE__NODE_EXECUTE_STMT: {
      auto out = std::make_unique<ExecuteStatement>();
      out->name = node.execute_stmt->name;
      out->arguments = ReadExpressions({node.execute_stmt->params, node.execute_stmt->n_params});
      return out;
    }
    case PG_QUERY__NODE__NODE_DEALLOCATE_STMT: {
      auto out = std::make_unique<DeallocateStatement>();
      out->name = node.deallocate_stmt->name;
      return out;
    }
    case PG_QUERY__NODE__NODE_DISCARD_STMT: {
      auto out = std::make_unique<DiscardStatement>();
      out->target = DiscardTargetOf(node.discard_stmt->target);
      return out;
    }
    case PG_QUERY__NODE__NODE_LISTEN_STMT: {
      auto out = std::make_unique<ListenStatement>();
      out->channel = node.listen_stmt->conditionname;
      return out;
    }
    case PG_QUERY__NODE__NODE_NOTIFY_STMT: {
      auto out = std::make_unique<NotifyStatement>();
      out->channel = node.notify_stmt->conditionname;
      out->payload = node.notify_stmt->payload;
      return out;
    }
    case PG_QUERY__NODE__NODE_UNLISTEN_STMT: {
      auto out = std::make_unique<UnlistenStatement>();
      out->channel = node.unlisten_stmt->conditionname;
      return out;
    }
    default:
      return nullptr;
  }
}

StatementPtr TreeReader::ReadCursorStatement(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT:
      return ReadDeclareCursor(node);
    case PG_QUERY__NODE__NODE_FETCH_STMT: {
      auto out = std::make_unique<FetchStatement>();
      out->is_move = node.fetch_stmt->ismove != 0;
      out->direction = FetchDirectionOf(node.fetch_stmt->direction);
      out->count = node.fetch_stmt->how_many;
      out->cursor = node.fetch_stmt->portalname;
      return out;
    }
    case PG_QUERY__NODE__NODE_CLOSE_PORTAL_STMT: {
      auto out = std::make_unique<CloseCursorStatement>();
      out->cursor = node.close_portal_stmt->portalname;
      return out;
    }
    default:
      return nullptr;
  }
}

StatementPtr TreeReader::ReadTransaction(const PgQuery__Node& node) {
  const PgQuery__TransactionStmt& transaction = *node.transaction_stmt;
  auto out = std::make_unique<TransactionStatement>();
  out->action = TransactionActionOf(transaction.kind);
  out->modes = ReadTransactionModes({transaction.options, transaction.n_options});
  out->savepoint = transaction.savepoint_name;
  out->prepared_id = transaction.gid;
  out->is_chain = transaction.chain != 0;
  return out;
}

TransactionModes TreeReader::ReadTransactionModes(NodeList nodes) {
  TransactionModes modes;
  for (const PgQuery__Node* node : nodes) {
    const std::string_view name = node->def_elem->defname;
    const PgQuery__AConst* value = ConstantOf(node->def_elem->arg);
    if (value == nullptr) {
      Refuse("this transaction mode", node->def_elem->location);
    } else if (name == "transaction_isolation") {
      modes.isolation = IsolationLevelOf(value->sval->sval);
    } else if (name == "transaction_read_only") {
      modes.is_read_only = value->ival->ival != 0;
    } else {
      modes.is_deferrable = value->ival->ival != 0;
    }
  }
  return modes;
}

StatementPtr TreeReader::ReadSetVariable(const PgQuery__VariableSetStmt& set) {
  auto out = std::make_unique<SetVariableStatement>();
  out->action = SetVariableActionOf(set);
  out->is_local = set.is_local != 0;
  const NodeList arguments(set.args, set.n_args);
  if (out->action == SetVariableAction::kTransaction ||
      out->action == SetVariableAction::kSessionDefaults) {
    out->modes = ReadTransactionModes(arguments);
    return out;
  }
  if (out->action != SetVariableAction::kSnapshot) out->name = set.name;
  for (const PgQuery__Node* argument : arguments) {
    // libpg_query's grammar takes parameters here, PostgreSQL's does not.
    if (argument->node_case == PG_QUERY__NODE__NODE_PARAM_REF) {
      Fail(SqlError(sqlstate::kSyntaxError, "syntax error at or near \"${}\"",
                    argument->param_ref->number),
           argument->param_ref->location);
    }
  }
  out->values = ReadExpressions(arguments);
  return out;
}

StatementPtr TreeReader::ReadVacuum(const PgQuery__Node& node) {
  const PgQuery__VacuumStmt& vacuum = *node.vacuum_stmt;
  auto out = std::make_unique<VacuumStatement>();
  out->is_analyze = vacuum.is_vacuumcmd == 0;
  out->options = ReadOptions({vacuum.options, vacuum.n_options});
  for (const PgQuery__Node* table : NodeList(vacuum.rels, vacuum.n_rels)) {
    const PgQuery__VacuumRelation& relation = *table->vacuum_relation;
    out->tables.push_back({.table = ReadRelation(relation.relation),
                           .columns = ReadStrings({relation.va_cols, relation.n_va_cols})});
  }
  return out;
}

StatementPtr TreeReader::ReadCopy(const PgQuery__CopyStmt& copy) {
  auto out = std::make_unique<CopyStatement>();
  out->table = ReadRelation(copy.relation);
  out->columns = ReadStrings({copy.attlist, copy.n_attlist});
  out->query = ReadStatement(copy.query);
  out->is_from = copy.is_from != 0;
  out->is_program = copy.is_program != 0;
  out->file = copy.filename;
  out->options = ReadOptions({copy.options, copy.n_options});
  out->where = ReadExpression(copy.where_clause);
  return out;
}

StatementPtr TreeReader::ReadDeclareCursor(const PgQuery__Node& node) {
  const PgQuery__DeclareCursorStmt& declare = *node.declare_cursor_stmt;
  auto out = std::make_unique<DeclareCursorStatement>();
  out->name = declare.portalname;
  out->is_binary = (declare.options & kCursorBinary) != 0;
  if (declare.options & kCursorScroll) out->is_scroll = true;
  if (declare.options & kCursorNoScroll) out->is_scroll = false;
  out->is_insensitive = (declare.options & kCursorInsensitive) != 0;
  out->is_asensitive = (declare.options & kCursorAsensitive) != 0;
  out->is_with_hold = (declare.options & kCursorHold) != 0;
  out->query = ReadSelectNode(declare.query);
  return out;
}

StatementPtr TreeReader::ReadGrant(const PgQuery__GrantStmt& grant) {
  auto out = std::make_unique<GrantStatement>();
  out->is_grant = grant.is_grant != 0;
  out->object = ObjectKindOf(grant.objtype);
  out->is_all_in_schema = grant.targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_ALL_IN_SCHEMA;
  for (const PgQuery__Node* node : NodeList(grant.privileges, grant.n_privileges)) {
    const PgQuery__AccessPriv& privilege = *node->access_priv;
    out->privileges.push_back(
        {.name = privilege.priv_name, .columns = ReadStrings({privilege.cols, privilege.n_cols})});
  }
  for (const PgQuery__Node* node : NodeList(grant.objects, grant.n_objects)) {
    if (node->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) {
      out->names.push_back(ReadRelation(node->range_var).name);
      continue;
    }
    const std::optional<QualifiedName> name = ReadObjectName(node);
    if (!name.has_value()) return nullptr;
    out->names.push_back(*name);
  }
  for (const PgQuery__Node* node : NodeList(grant.grantees, grant.n_grantees)) {
    out->grantees.push_back(ReadRole(node->role_spec));
  }
  out->has_grant_option = grant.grant_option != 0;
  out->grantor = ReadRole(grant.grantor);
  if (grant.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {
    out->behavior = DropBehavior::kCascade;
  }
  return out;
}

StatementPtr TreeReader::ReadReindex(const PgQuery__Node& node) {
  const PgQuery__ReindexStmt& reindex = *node.reindex_stmt;
  auto out = std::make_unique<ReindexStatement>();
  out->target = ReindexTargetOf(reindex.kind);
  out->relation = ReadRelation(reindex.relation);
  out->name = reindex.name;
  out->options = ReadOptions({reindex.params, reindex.n_params});
  return out;
}

}  // namespace heliosdb::sql::parse
