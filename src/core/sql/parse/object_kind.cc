#include "core/sql/parse/object_kind.h"

#include <string_view>

#include <pg_query/pg_query.pb-c.h>

#include "core/sql/parse/command_tag.h"

namespace heliosdb::sql::parse {
namespace {

std::string Tag(std::string_view verb, int object_type) {
  std::string tag(verb);
  tag += ' ';
  tag += ObjectKindName(ObjectKindOf(object_type));
  return tag;
}

// The tags that depend on the statement's type alone; empty for others.
// NOLINTNEXTLINE(readability-function-size): one case per kind of node, no logic of its own.
std::string_view FixedTag(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_REFRESH_COLL_STMT:
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_SET_STMT:
      return "ALTER DATABASE";
    case PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT:
      return "ALTER DEFAULT PRIVILEGES";
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
      return "ALTER DOMAIN";
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
    case PG_QUERY__NODE__NODE_ALTER_TYPE_STMT:
      return "ALTER TYPE";
    case PG_QUERY__NODE__NODE_ALTER_EVENT_TRIG_STMT:
      return "ALTER EVENT TRIGGER";
    case PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT:
    case PG_QUERY__NODE__NODE_ALTER_EXTENSION_CONTENTS_STMT:
      return "ALTER EXTENSION";
    case PG_QUERY__NODE__NODE_ALTER_FDW_STMT:
      return "ALTER FOREIGN DATA WRAPPER";
    case PG_QUERY__NODE__NODE_ALTER_FOREIGN_SERVER_STMT:
      return "ALTER SERVER";
    case PG_QUERY__NODE__NODE_ALTER_OP_FAMILY_STMT:
      return "ALTER OPERATOR FAMILY";
    case PG_QUERY__NODE__NODE_ALTER_OPERATOR_STMT:
      return "ALTER OPERATOR";
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
      return "ALTER POLICY";
    case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
      return "ALTER PUBLICATION";
    case PG_QUERY__NODE__NODE_ALTER_ROLE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_ROLE_SET_STMT:
      return "ALTER ROLE";
    case PG_QUERY__NODE__NODE_ALTER_STATS_STMT:
      return "ALTER STATISTICS";
    case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
      return "ALTER SUBSCRIPTION";
    case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
      return "ALTER SYSTEM";
    case PG_QUERY__NODE__NODE_ALTER_TABLE_SPACE_OPTIONS_STMT:
      return "ALTER TABLESPACE";
    case PG_QUERY__NODE__NODE_ALTER_TSCONFIGURATION_STMT:
      return "ALTER TEXT SEARCH CONFIGURATION";
    case PG_QUERY__NODE__NODE_ALTER_TSDICTIONARY_STMT:
      return "ALTER TEXT SEARCH DICTIONARY";
    case PG_QUERY__NODE__NODE_ALTER_USER_MAPPING_STMT:
      return "ALTER USER MAPPING";
    case PG_QUERY__NODE__NODE_ALTER_COLLATION_STMT:
      return "ALTER COLLATION";
    case PG_QUERY__NODE__NODE_CALL_STMT:
      return "CALL";
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      return "CLUSTER";
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
      return "CREATE TYPE";
    case PG_QUERY__NODE__NODE_CREATE_AM_STMT:
      return "CREATE ACCESS METHOD";
    case PG_QUERY__NODE__NODE_CREATE_CAST_STMT:
      return "CREATE CAST";
    case PG_QUERY__NODE__NODE_CREATE_CONVERSION_STMT:
      return "CREATE CONVERSION";
    case PG_QUERY__NODE__NODE_CREATEDB_STMT:
      return "CREATE DATABASE";
    case PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT:
      return "CREATE EVENT TRIGGER";
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
      return "CREATE EXTENSION";
    case PG_QUERY__NODE__NODE_CREATE_FDW_STMT:
      return "CREATE FOREIGN DATA WRAPPER";
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT:
      return "CREATE SERVER";
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      return "CREATE FOREIGN TABLE";
    case PG_QUERY__NODE__NODE_CREATE_OP_CLASS_STMT:
      return "CREATE OPERATOR CLASS";
    case PG_QUERY__NODE__NODE_CREATE_OP_FAMILY_STMT:
      return "CREATE OPERATOR FAMILY";
    case PG_QUERY__NODE__NODE_CREATE_PLANG_STMT:
      return "CREATE LANGUAGE";
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
      return "CREATE POLICY";
    case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
      return "CREATE PUBLICATION";
    case PG_QUERY__NODE__NODE_CREATE_ROLE_STMT:
      return "CREATE ROLE";
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT:
      return "CREATE STATISTICS";
    case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:
      return "CREATE SUBSCRIPTION";
    case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
      return "CREATE TABLESPACE";
    case PG_QUERY__NODE__NODE_CREATE_TRANSFORM_STMT:
      return "CREATE TRANSFORM";
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
      return "CREATE TRIGGER";
    case PG_QUERY__NODE__NODE_CREATE_USER_MAPPING_STMT:
      return "CREATE USER MAPPING";
    case PG_QUERY__NODE__NODE_DO_STMT:
      return "DO";
    case PG_QUERY__NODE__NODE_DROPDB_STMT:
      return "DROP DATABASE";
    case PG_QUERY__NODE__NODE_DROP_OWNED_STMT:
      return "DROP OWNED";
    case PG_QUERY__NODE__NODE_DROP_ROLE_STMT:
      return "DROP ROLE";
    case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
      return "DROP SUBSCRIPTION";
    case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
      return "DROP TABLESPACE";
    case PG_QUERY__NODE__NODE_DROP_USER_MAPPING_STMT:
      return "DROP USER MAPPING";
    case PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT:
      return "IMPORT FOREIGN SCHEMA";
    case PG_QUERY__NODE__NODE_LOAD_STMT:
      return "LOAD";
    case PG_QUERY__NODE__NODE_REASSIGN_OWNED_STMT:
      return "REASSIGN OWNED";
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      return "REFRESH MATERIALIZED VIEW";
    case PG_QUERY__NODE__NODE_RULE_STMT:
      return "CREATE RULE";
    case PG_QUERY__NODE__NODE_SEC_LABEL_STMT:
      return "SECURITY LABEL";
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      return "COMMENT";
    case PG_QUERY__NODE__NODE_RETURN_STMT:
      return "RETURN";
    case PG_QUERY__NODE__NODE_PLASSIGN_STMT:
      return "PL/pgSQL assignment";
    default:
      return "";
  }
}

// ALTER of a column, a constraint or the like is an ALTER of what it belongs to.
int OwnerType(int object_type, int relation_type) {
  switch (object_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
      return relation_type;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
      return PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT:
      return PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN;
    default:
      return object_type;
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
ObjectKind ObjectKindOf(int object_type) {
  switch (object_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_ACCESS_METHOD:
      return ObjectKind::kAccessMethod;
    case PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE:
      return ObjectKind::kAggregate;
    case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
      return ObjectKind::kAttribute;
    case PG_QUERY__OBJECT_TYPE__OBJECT_CAST:
      return ObjectKind::kCast;
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      return ObjectKind::kColumn;
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION:
      return ObjectKind::kCollation;
    case PG_QUERY__OBJECT_TYPE__OBJECT_CONVERSION:
      return ObjectKind::kConversion;
    case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
      return ObjectKind::kDatabase;
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
      return ObjectKind::kDomain;
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT:
      return ObjectKind::kDomainConstraint;
    case PG_QUERY__OBJECT_TYPE__OBJECT_EVENT_TRIGGER:
      return ObjectKind::kEventTrigger;
    case PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION:
      return ObjectKind::kExtension;
    case PG_QUERY__OBJECT_TYPE__OBJECT_FDW:
      return ObjectKind::kForeignDataWrapper;
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_SERVER:
      return ObjectKind::kForeignServer;
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
      return ObjectKind::kForeignTable;
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
      return ObjectKind::kFunction;
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
      return ObjectKind::kIndex;
    case PG_QUERY__OBJECT_TYPE__OBJECT_LANGUAGE:
      return ObjectKind::kLanguage;
    case PG_QUERY__OBJECT_TYPE__OBJECT_LARGEOBJECT:
      return ObjectKind::kLargeObject;
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
      return ObjectKind::kMaterializedView;
    case PG_QUERY__OBJECT_TYPE__OBJECT_OPERATOR:
      return ObjectKind::kOperator;
    case PG_QUERY__OBJECT_TYPE__OBJECT_OPCLASS:
      return ObjectKind::kOperatorClass;
    case PG_QUERY__OBJECT_TYPE__OBJECT_OPFAMILY:
      return ObjectKind::kOperatorFamily;
    case PG_QUERY__OBJECT_TYPE__OBJECT_PARAMETER_ACL:
      return ObjectKind::kParameter;
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
      return ObjectKind::kPolicy;
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
      return ObjectKind::kProcedure;
    case PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION:
      return ObjectKind::kPublication;
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROLE:
      return ObjectKind::kRole;
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
      return ObjectKind::kRoutine;
    case PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
      return ObjectKind::kRule;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
      return ObjectKind::kSchema;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
      return ObjectKind::kSequence;
    case PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT:
      return ObjectKind::kStatistics;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SUBSCRIPTION:
      return ObjectKind::kSubscription;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
      return ObjectKind::kTableConstraint;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLESPACE:
      return ObjectKind::kTablespace;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRANSFORM:
      return ObjectKind::kTransform;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
      return ObjectKind::kTrigger;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TSCONFIGURATION:
      return ObjectKind::kTextSearchConfiguration;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TSDICTIONARY:
      return ObjectKind::kTextSearchDictionary;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TSPARSER:
      return ObjectKind::kTextSearchParser;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TSTEMPLATE:
      return ObjectKind::kTextSearchTemplate;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
      return ObjectKind::kType;
    case PG_QUERY__OBJECT_TYPE__OBJECT_USER_MAPPING:
      return ObjectKind::kUserMapping;
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
      return ObjectKind::kView;
    default:
      return ObjectKind::kTable;
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
std::optional<AlterTableAction> AlterTableActionOf(int type) {
  switch (type) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
      return AlterTableAction::kAddColumn;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
      return AlterTableAction::kColumnDefault;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
      return AlterTableAction::kDropNotNull;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
      return AlterTableAction::kSetNotNull;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression:
      return AlterTableAction::kDropExpression;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
      return AlterTableAction::kSetStatistics;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
      return AlterTableAction::kSetOptions;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions:
      return AlterTableAction::kResetOptions;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage:
      return AlterTableAction::kSetStorage;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression:
      return AlterTableAction::kSetCompression;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
      return AlterTableAction::kDropColumn;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      return AlterTableAction::kAddConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterConstraint:
      return AlterTableAction::kAlterConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
      return AlterTableAction::kValidateConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
      return AlterTableAction::kDropConstraint;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
      return AlterTableAction::kAlterColumnType;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnGenericOptions:
      return AlterTableAction::kAlterColumnGenericOptions;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner:
      return AlterTableAction::kChangeOwner;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
      return AlterTableAction::kClusterOn;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
      return AlterTableAction::kDropCluster;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
      return AlterTableAction::kSetLogged;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
      return AlterTableAction::kSetUnlogged;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropOids:
      return AlterTableAction::kDropOids;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
      return AlterTableAction::kSetAccessMethod;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
      return AlterTableAction::kSetTablespace;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
      return AlterTableAction::kSetRelationOptions;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
      return AlterTableAction::kResetRelationOptions;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
      return AlterTableAction::kEnableTrigger;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
      return AlterTableAction::kEnableAlwaysTrigger;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
      return AlterTableAction::kEnableReplicaTrigger;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
      return AlterTableAction::kDisableTrigger;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
      return AlterTableAction::kEnableTriggerAll;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
      return AlterTableAction::kDisableTriggerAll;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
      return AlterTableAction::kEnableTriggerUser;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
      return AlterTableAction::kDisableTriggerUser;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRule:
      return AlterTableAction::kEnableRule;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysRule:
      return AlterTableAction::kEnableAlwaysRule;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaRule:
      return AlterTableAction::kEnableReplicaRule;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule:
      return AlterTableAction::kDisableRule;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit:
      return AlterTableAction::kAddInherit;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropInherit:
      return AlterTableAction::kDropInherit;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddOf:
      return AlterTableAction::kAddOf;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropOf:
      return AlterTableAction::kDropOf;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity:
      return AlterTableAction::kReplicaIdentity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
      return AlterTableAction::kEnableRowSecurity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
      return AlterTableAction::kDisableRowSecurity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity:
      return AlterTableAction::kForceRowSecurity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity:
      return AlterTableAction::kNoForceRowSecurity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_GenericOptions:
      return AlterTableAction::kGenericOptions;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
      return AlterTableAction::kAttachPartition;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
      return AlterTableAction::kDetachPartition;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
      return AlterTableAction::kDetachPartitionFinalize;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity:
      return AlterTableAction::kAddIdentity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity:
      return AlterTableAction::kSetIdentity;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity:
      return AlterTableAction::kDropIdentity;
    default:
      return std::nullopt;
  }
}

std::string OtherCommandTag(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
      return node.create_function_stmt->is_procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
    case PG_QUERY__NODE__NODE_DEFINE_STMT:
      return Tag("CREATE", node.define_stmt->kind);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return Tag("DROP", node.drop_stmt->remove_type);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return Tag("ALTER",
                 OwnerType(node.rename_stmt->rename_type, node.rename_stmt->relation_type));
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return Tag("ALTER", node.alter_object_schema_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
      return Tag("ALTER", node.alter_owner_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_DEPENDS_STMT:
      return Tag("ALTER", node.alter_object_depends_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
      return Tag("ALTER", node.alter_function_stmt->objtype);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_MOVE_ALL_STMT:
      return Tag("ALTER", node.alter_table_move_all_stmt->objtype);
    case PG_QUERY__NODE__NODE_GRANT_STMT:
      return node.grant_stmt->is_grant ? "GRANT" : "REVOKE";
    case PG_QUERY__NODE__NODE_GRANT_ROLE_STMT:
      return node.grant_role_stmt->is_grant ? "GRANT ROLE" : "REVOKE ROLE";
    default: {
      const std::string_view tag = FixedTag(node);
      return tag.empty() ? "this statement" : std::string(tag);
    }
  }
}

}  // namespace heliosdb::sql::parse
