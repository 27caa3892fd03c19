#include "core/sql/parse/tree_reader.h"

#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/object_kind.h"

namespace heliosdb::sql::parse {
namespace {

Persistence PersistenceOf(char persistence) {
  if (persistence == 't') return Persistence::kTemporary;
  if (persistence == 'u') return Persistence::kUnlogged;
  return Persistence::kPermanent;
}

ExpressionPtr StringConstant(std::string_view text) {
  auto constant = std::make_unique<Constant>();
  constant->type = ConstantType::kString;
  constant->text = text;
  return constant;
}

// The select whose INTO makes the whole query a CREATE TABLE AS: the leftmost of its set
// operations.
SelectStatement* LeftmostSelect(SelectStatement* select) {
  while (select->left != nullptr) select = select->left.get();
  return select;
}

bool IsListOfStrings(NodeList nodes) {
  for (const PgQuery__Node* node : nodes) {
    if (node->node_case != PG_QUERY__NODE__NODE_STRING) return false;
  }
  return !nodes.empty();
}

}  // namespace

void TreeReader::Refuse(std::string_view feature, int location) {
  if (refusal_.has_value()) return;
  refusal_ = Refusal{.feature = std::string(feature), .position = Position(location)};
}

void TreeReader::Fail(absl::Status status, int location) {
  if (status_.ok()) status_ = WithPosition(std::move(status), Position(location));
}

absl::StatusOr<StatementPtr> TreeReader::ReadTopStatement(const PgQuery__Node& node) {
  refusal_.reset();
  StatementPtr statement = node.node_case == PG_QUERY__NODE__NODE_SELECT_STMT
                               ? ReadSelectOrInto(*node.select_stmt)
                               : ReadStatement(&node);
  if (!status_.ok()) return status_;
  if (!refusal_.has_value()) return statement;
  auto other = std::make_unique<OtherStatement>();
  other->command_tag = OtherCommandTag(node);
  other->feature = refusal_->feature;
  other->position = refusal_->position;
  return other;
}

StatementPtr TreeReader::ReadSelectOrInto(const PgQuery__SelectStmt& select) {
  std::unique_ptr<SelectStatement> query = ReadSelect(&select);
  SelectStatement* leftmost = LeftmostSelect(query.get());
  if (leftmost->into == nullptr) return query;
  auto create = std::make_unique<CreateTableAsStatement>();
  create->into = std::move(*leftmost->into);
  create->is_select_into = true;
  leftmost->into.reset();
  create->query = std::move(query);
  return create;
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of node, no logic of its own.
StatementPtr TreeReader::ReadStatement(const PgQuery__Node* node) {
  if (node == nullptr) return nullptr;
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
      return ReadSelect(node->select_stmt);
    case PG_QUERY__NODE__NODE_INSERT_STMT:
      return ReadInsert(*node->insert_stmt);
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
      return ReadUpdate(*node);
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      return ReadDelete(*node);
    case PG_QUERY__NODE__NODE_MERGE_STMT:
      return ReadMerge(*node->merge_stmt);
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return ReadCreateTable(*node->create_stmt);
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return ReadCreateTableAs(*node);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return ReadAlterTable(*node->alter_table_stmt);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return ReadCreateIndex(*node);
    default:
      break;
  }
  if (StatementPtr statement = ReadSchemaStatement(*node); statement != nullptr) return statement;
  if (StatementPtr statement = ReadUtilityStatement(*node); statement != nullptr) return statement;
  return ReadOther(*node);
}

StatementPtr TreeReader::ReadOther(const PgQuery__Node& node) {
  auto other = std::make_unique<OtherStatement>();
  other->command_tag = OtherCommandTag(node);
  other->feature = other->command_tag;
  return other;
}

std::string TreeReader::ReadString(const PgQuery__Node* node) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_STRING) {
    Refuse("this name");
    return "";
  }
  return node->string->sval;
}

std::vector<std::string> TreeReader::ReadStrings(NodeList nodes) {
  std::vector<std::string> strings;
  strings.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) strings.push_back(ReadString(node));
  return strings;
}

QualifiedName TreeReader::ReadQualifiedName(NodeList nodes, int location) {
  switch (nodes.size()) {
    case 0:
      return {};
    case 1:
      return {.catalog = "", .schema = "", .name = ReadString(nodes[0])};
    case 2:
      return {.catalog = "", .schema = ReadString(nodes[0]), .name = ReadString(nodes[1])};
    case 3:
      return {.catalog = ReadString(nodes[0]),
              .schema = ReadString(nodes[1]),
              .name = ReadString(nodes[2])};
    default: {
      std::string dotted;
      for (const PgQuery__Node* node : nodes) {
        if (!dotted.empty()) dotted += '.';
        dotted += ReadString(node);
      }
      Fail(SqlError(sqlstate::kSyntaxError, "improper qualified name (too many dotted names): {}",
                    dotted),
           location);
      return {};
    }
  }
}

TypeName TreeReader::ReadTypeName(const PgQuery__TypeName* type) {
  TypeName out;
  if (type == nullptr) return out;
  out.name = ReadQualifiedName({type->names, type->n_names}, type->location);
  out.modifiers = ReadExpressions({type->typmods, type->n_typmods});
  for (const PgQuery__Node* bound : NodeList(type->array_bounds, type->n_array_bounds)) {
    out.array_bounds.push_back(bound->integer->ival);
  }
  out.is_set = type->setof != 0;
  out.is_percent_type = type->pct_type != 0;
  out.position = Position(type->location);
  return out;
}

RelationName TreeReader::ReadRelation(const PgQuery__RangeVar* relation) {
  RelationName out;
  if (relation == nullptr) return out;
  out.name = {
      .catalog = relation->catalogname, .schema = relation->schemaname, .name = relation->relname};
  out.is_only = relation->inh == 0;
  out.persistence = PersistenceOf(relation->relpersistence[0]);
  out.position = Position(relation->location);
  return out;
}

std::vector<RelationName> TreeReader::ReadRelations(NodeList nodes) {
  std::vector<RelationName> relations;
  relations.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) relations.push_back(ReadRelation(node->range_var));
  return relations;
}

Alias TreeReader::ReadAlias(const PgQuery__Alias* alias) {
  if (alias == nullptr) return {};
  return {.name = alias->aliasname, .columns = ReadStrings({alias->colnames, alias->n_colnames})};
}

std::vector<Option> TreeReader::ReadOptions(NodeList nodes) {
  std::vector<Option> options;
  options.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    if (node->node_case != PG_QUERY__NODE__NODE_DEF_ELEM) {
      Refuse("this option");
      continue;
    }
    options.push_back(ReadOption(*node->def_elem));
  }
  return options;
}

Option TreeReader::ReadOption(const PgQuery__DefElem& element) {
  Option option;
  option.name_space = element.defnamespace;
  option.name = element.defname;
  option.position = Position(element.location);
  if (element.arg != nullptr) ReadOptionValue(*element.arg, &option);
  return option;
}

void TreeReader::ReadOptionValue(const PgQuery__Node& value, Option* option) {
  switch (value.node_case) {
    case PG_QUERY__NODE__NODE_STRING:
      option->value = StringConstant(value.string->sval);
      return;
    case PG_QUERY__NODE__NODE_FLOAT: {
      auto constant = std::make_unique<Constant>();
      constant->type = ConstantType::kFloat;
      constant->text = value.float_->fval;
      option->value = std::move(constant);
      return;
    }
    case PG_QUERY__NODE__NODE_BOOLEAN: {
      auto constant = std::make_unique<Constant>();
      constant->type = ConstantType::kBoolean;
      constant->boolean = value.boolean->boolval != 0;
      option->value = std::move(constant);
      return;
    }
    case PG_QUERY__NODE__NODE_TYPE_NAME:
      option->type = std::make_unique<TypeName>(ReadTypeName(value.type_name));
      return;
    case PG_QUERY__NODE__NODE_A_STAR: {
      auto star = std::make_unique<ColumnReference>();
      star->is_star = true;
      option->value = std::move(star);
      return;
    }
    case PG_QUERY__NODE__NODE_LIST: {
      const NodeList items(value.list->items, value.list->n_items);
      if (!IsListOfStrings(items)) {
        Refuse("this option");
        return;
      }
      if (option->name == "owned_by" || option->name == "sequence_name") {
        option->object = ReadQualifiedName(items);
        if (items.size() == 1 && option->object.name == "none") option->object = {};
        return;
      }
      auto row = std::make_unique<RowExpression>();
      for (const PgQuery__Node* item : items) {
        row->fields.push_back(StringConstant(item->string->sval));
      }
      option->value = std::move(row);
      return;
    }
    default:
      option->value = ReadExpression(&value);
      return;
  }
}

std::string TreeReader::ReadRole(const PgQuery__RoleSpec* role) {
  if (role == nullptr) return "";
  switch (role->roletype) {
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CURRENT_ROLE:
      return "current_role";
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CURRENT_USER:
      return "current_user";
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_SESSION_USER:
      return "session_user";
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC:
      return "public";
    default:
      return role->rolename;
  }
}

QualifiedName TreeReader::ReadCollation(const PgQuery__CollateClause* clause) {
  if (clause == nullptr) return {};
  return ReadQualifiedName({clause->collname, clause->n_collname}, clause->location);
}

std::vector<IndexElement> TreeReader::ReadIndexElements(NodeList nodes) {
  std::vector<IndexElement> elements;
  elements.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    elements.push_back(ReadIndexElement(*node->index_elem));
  }
  return elements;
}

}  // namespace heliosdb::sql::parse
