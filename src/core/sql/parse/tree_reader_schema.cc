#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/object_kind.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

DropBehavior BehaviorOf(PgQuery__DropBehavior behavior) {
  return behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE ? DropBehavior::kCascade
                                                           : DropBehavior::kRestrict;
}

ViewCheck ViewCheckOf(PgQuery__ViewCheckOption option) {
  if (option == PG_QUERY__VIEW_CHECK_OPTION__LOCAL_CHECK_OPTION) return ViewCheck::kLocal;
  if (option == PG_QUERY__VIEW_CHECK_OPTION__CASCADED_CHECK_OPTION) return ViewCheck::kCascaded;
  return ViewCheck::kNone;
}

// Objects whose names in DROP, COMMENT and the like hold the name of a relation and one of their
// own.
bool IsPartOfRelation(ObjectKind kind) {
  return kind == ObjectKind::kColumn || kind == ObjectKind::kTableConstraint ||
         kind == ObjectKind::kAttribute;
}

// Objects that a name does not identify: their names are not in our tree.
bool NeedsMoreThanAName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kAggregate:
    case ObjectKind::kCast:
    case ObjectKind::kDomainConstraint:
    case ObjectKind::kFunction:
    case ObjectKind::kLargeObject:
    case ObjectKind::kOperator:
    case ObjectKind::kOperatorClass:
    case ObjectKind::kOperatorFamily:
    case ObjectKind::kPolicy:
    case ObjectKind::kProcedure:
    case ObjectKind::kRoutine:
    case ObjectKind::kRule:
    case ObjectKind::kTransform:
    case ObjectKind::kTrigger:
    case ObjectKind::kUserMapping:
      return true;
    default:
      return false;
  }
}

}  // namespace

StatementPtr TreeReader::ReadSchemaStatement(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_VIEW_STMT:
      return ReadCreateView(node);
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT: {
      auto out = std::make_unique<CreateSequenceStatement>();
      out->sequence = ReadRelation(node.create_seq_stmt->sequence);
      out->if_not_exists = node.create_seq_stmt->if_not_exists != 0;
      out->options = ReadOptions({node.create_seq_stmt->options, node.create_seq_stmt->n_options});
      return out;
    }
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT: {
      auto out = std::make_unique<AlterSequenceStatement>();
      out->sequence = ReadRelation(node.alter_seq_stmt->sequence);
      out->if_exists = node.alter_seq_stmt->missing_ok != 0;
      out->options = ReadOptions({node.alter_seq_stmt->options, node.alter_seq_stmt->n_options});
      return out;
    }
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
      return ReadCreateSchema(node);
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT: {
      auto out = std::make_unique<CreateEnumStatement>();
      out->name =
          ReadQualifiedName({node.create_enum_stmt->type_name, node.create_enum_stmt->n_type_name});
      out->labels = ReadStrings({node.create_enum_stmt->vals, node.create_enum_stmt->n_vals});
      return out;
    }
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
      return ReadCreateDomain(node);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return ReadRename(*node.rename_stmt);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return ReadSetSchema(node);
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
      return ReadSetOwner(node);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return ReadDrop(node);
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT: {
      auto out = std::make_unique<TruncateStatement>();
      out->tables = ReadRelations({node.truncate_stmt->relations, node.truncate_stmt->n_relations});
      out->restarts_identity = node.truncate_stmt->restart_seqs != 0;
      out->behavior = BehaviorOf(node.truncate_stmt->behavior);
      return out;
    }
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      return ReadComment(node);
    default:
      return nullptr;
  }
}

StatementPtr TreeReader::ReadCreateView(const PgQuery__Node& node) {
  const PgQuery__ViewStmt& view = *node.view_stmt;
  auto out = std::make_unique<CreateViewStatement>();
  out->view = ReadRelation(view.view);
  out->is_replace = view.replace != 0;
  out->columns = ReadStrings({view.aliases, view.n_aliases});
  out->options = ReadOptions({view.options, view.n_options});
  out->query = ReadSelectNode(view.query);
  out->check = ViewCheckOf(view.with_check_option);
  return out;
}

StatementPtr TreeReader::ReadCreateSchema(const PgQuery__Node& node) {
  const PgQuery__CreateSchemaStmt& schema = *node.create_schema_stmt;
  auto out = std::make_unique<CreateSchemaStatement>();
  out->name = schema.schemaname;
  out->role = ReadRole(schema.authrole);
  out->if_not_exists = schema.if_not_exists != 0;
  for (const PgQuery__Node* element : NodeList(schema.schema_elts, schema.n_schema_elts)) {
    out->elements.push_back(ReadStatement(element));
  }
  return out;
}

StatementPtr TreeReader::ReadCreateDomain(const PgQuery__Node& node) {
  const PgQuery__CreateDomainStmt& domain = *node.create_domain_stmt;
  auto out = std::make_unique<CreateDomainStatement>();
  out->name = ReadQualifiedName({domain.domainname, domain.n_domainname});
  out->type = ReadTypeName(domain.type_name);
  out->collation = ReadCollation(domain.coll_clause);
  out->constraints = ReadColumnConstraints({domain.constraints, domain.n_constraints});
  return out;
}

std::optional<QualifiedName> TreeReader::ReadObjectName(const PgQuery__Node* object) {
  if (object == nullptr) return std::nullopt;
  switch (object->node_case) {
    case PG_QUERY__NODE__NODE_STRING:
      return QualifiedName{.catalog = "", .schema = "", .name = object->string->sval};
    case PG_QUERY__NODE__NODE_LIST:
      return ReadQualifiedName({object->list->items, object->list->n_items});
    case PG_QUERY__NODE__NODE_TYPE_NAME:
      // A type by its name alone; with modifiers or brackets it is no object.
      if (object->type_name->n_typmods > 0 || object->type_name->n_array_bounds > 0) {
        return std::nullopt;
      }
      return ReadQualifiedName({object->type_name->names, object->type_name->n_names});
    default:
      return std::nullopt;
  }
}

StatementPtr TreeReader::ReadRename(const PgQuery__RenameStmt& rename) {
  auto out = std::make_unique<RenameStatement>();
  out->object = ObjectKindOf(rename.rename_type);
  out->new_name = rename.newname;
  out->if_exists = rename.missing_ok != 0;
  out->behavior = BehaviorOf(rename.behavior);
  if (out->object == ObjectKind::kTrigger || out->object == ObjectKind::kRule ||
      out->object == ObjectKind::kPolicy) {
    return nullptr;
  }
  if (rename.relation != nullptr) {
    out->relation = ReadRelation(rename.relation);
    if (IsPartOfRelation(out->object)) {
      out->relation_kind = out->object == ObjectKind::kTableConstraint
                               ? ObjectKind::kTable
                               : ObjectKindOf(rename.relation_type);
    } else {
      out->relation_kind = out->object;
    }
    out->member = rename.subname;
    return out;
  }
  if (rename.object == nullptr) {
    out->name.name = rename.subname;
    return out;
  }
  const std::optional<QualifiedName> name = ReadObjectName(rename.object);
  if (!name.has_value() ||
      (NeedsMoreThanAName(out->object) && out->object != ObjectKind::kDomainConstraint)) {
    return nullptr;
  }
  out->name = *name;
  out->member = rename.subname;
  return out;
}

StatementPtr TreeReader::ReadSetSchema(const PgQuery__Node& node) {
  const PgQuery__AlterObjectSchemaStmt& alter = *node.alter_object_schema_stmt;
  auto out = std::make_unique<SetSchemaStatement>();
  out->object = ObjectKindOf(alter.object_type);
  out->new_schema = alter.newschema;
  out->if_exists = alter.missing_ok != 0;
  if (alter.relation != nullptr) {
    out->relation = ReadRelation(alter.relation);
    return out;
  }
  const std::optional<QualifiedName> name = ReadObjectName(alter.object);
  if (!name.has_value() || NeedsMoreThanAName(out->object)) return nullptr;
  out->name = *name;
  return out;
}

StatementPtr TreeReader::ReadSetOwner(const PgQuery__Node& node) {
  const PgQuery__AlterOwnerStmt& alter = *node.alter_owner_stmt;
  auto out = std::make_unique<SetOwnerStatement>();
  out->object = ObjectKindOf(alter.object_type);
  out->new_owner = ReadRole(alter.newowner);
  const std::optional<QualifiedName> name = ReadObjectName(alter.object);
  if (!name.has_value() || NeedsMoreThanAName(out->object)) return nullptr;
  out->name = *name;
  return out;
}

StatementPtr TreeReader::ReadDrop(const PgQuery__Node& node) {
  const PgQuery__DropStmt& drop = *node.drop_stmt;
  auto out = std::make_unique<DropStatement>();
  out->object = ObjectKindOf(drop.remove_type);
  if (NeedsMoreThanAName(out->object)) return nullptr;
  for (const PgQuery__Node* object : NodeList(drop.objects, drop.n_objects)) {
    const std::optional<QualifiedName> name = ReadObjectName(object);
    if (!name.has_value()) return nullptr;
    out->names.push_back(*name);
  }
  out->behavior = BehaviorOf(drop.behavior);
  out->if_exists = drop.missing_ok != 0;
  out->is_concurrent = drop.concurrent != 0;
  return out;
}

StatementPtr TreeReader::ReadComment(const PgQuery__Node& node) {
  const PgQuery__CommentStmt& comment = *node.comment_stmt;
  auto out = std::make_unique<CommentStatement>();
  out->object = ObjectKindOf(comment.objtype);
  if (comment.comment[0] != '\0') out->comment = comment.comment;
  if (NeedsMoreThanAName(out->object)) return nullptr;
  if (IsPartOfRelation(out->object)) {
    NodeList names(comment.object->list->items, comment.object->list->n_items);
    out->member = ReadString(names.back());
    out->name = ReadQualifiedName(names.first(names.size() - 1));
    return out;
  }
  const std::optional<QualifiedName> name = ReadObjectName(comment.object);
  if (!name.has_value()) return nullptr;
  out->name = *name;
  return out;
}

}  // namespace heliosdb::sql::parse
