#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

// WindowDef.frameOptions, as PostgreSQL's parsenodes.h numbers the bits.
enum FrameOption : int {
  kFrameNonDefault = 0x00001,
  kFrameRows = 0x00004,
  kFrameGroups = 0x00008,
  kFrameStartUnboundedPreceding = 0x00020,
  kFrameEndUnboundedPreceding = 0x00040,
  kFrameStartUnboundedFollowing = 0x00080,
  kFrameEndUnboundedFollowing = 0x00100,
  kFrameStartCurrentRow = 0x00200,
  kFrameEndCurrentRow = 0x00400,
  kFrameStartOffsetPreceding = 0x00800,
  kFrameEndOffsetPreceding = 0x01000,
  kFrameStartOffsetFollowing = 0x02000,
  kFrameExcludeCurrentRow = 0x08000,
  kFrameExcludeGroup = 0x10000,
  kFrameExcludeTies = 0x20000,
};

FrameBound StartBound(int options) {
  if (options & kFrameStartUnboundedPreceding) return FrameBound::kUnboundedPreceding;
  if (options & kFrameStartUnboundedFollowing) return FrameBound::kUnboundedFollowing;
  if (options & kFrameStartCurrentRow) return FrameBound::kCurrentRow;
  if (options & kFrameStartOffsetPreceding) return FrameBound::kOffsetPreceding;
  return FrameBound::kOffsetFollowing;
}

FrameBound EndBound(int options) {
  if (options & kFrameEndUnboundedPreceding) return FrameBound::kUnboundedPreceding;
  if (options & kFrameEndUnboundedFollowing) return FrameBound::kUnboundedFollowing;
  if (options & kFrameEndCurrentRow) return FrameBound::kCurrentRow;
  if (options & kFrameEndOffsetPreceding) return FrameBound::kOffsetPreceding;
  return FrameBound::kOffsetFollowing;
}

FrameExclusion Exclusion(int options) {
  if (options & kFrameExcludeCurrentRow) return FrameExclusion::kCurrentRow;
  if (options & kFrameExcludeGroup) return FrameExclusion::kGroup;
  if (options & kFrameExcludeTies) return FrameExclusion::kTies;
  return FrameExclusion::kNone;
}

FrameMode Mode(int options) {
  if (options & kFrameRows) return FrameMode::kRows;
  if (options & kFrameGroups) return FrameMode::kGroups;
  return FrameMode::kRange;
}

std::string_view XmlName(PgQuery__XmlExprOp op) {
  switch (op) {
    case PG_QUERY__XML_EXPR_OP__IS_XMLCONCAT:
      return "XMLCONCAT";
    case PG_QUERY__XML_EXPR_OP__IS_XMLELEMENT:
      return "XMLELEMENT";
    case PG_QUERY__XML_EXPR_OP__IS_XMLFOREST:
      return "XMLFOREST";
    case PG_QUERY__XML_EXPR_OP__IS_XMLPARSE:
      return "XMLPARSE";
    case PG_QUERY__XML_EXPR_OP__IS_XMLPI:
      return "XMLPI";
    case PG_QUERY__XML_EXPR_OP__IS_XMLROOT:
      return "XMLROOT";
    case PG_QUERY__XML_EXPR_OP__IS_DOCUMENT:
      return "IS DOCUMENT";
    default:
      return "XML";
  }
}

ValueFunctionName ValueFunctionOf(PgQuery__SQLValueFunctionOp op) {
  switch (op) {
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME_N:
      return ValueFunctionName::kCurrentTime;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP_N:
      return ValueFunctionName::kCurrentTimestamp;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME_N:
      return ValueFunctionName::kLocalTime;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP:
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N:
      return ValueFunctionName::kLocalTimestamp;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_ROLE:
      return ValueFunctionName::kCurrentRole;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_USER:
      return ValueFunctionName::kCurrentUser;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_USER:
      return ValueFunctionName::kUser;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_SESSION_USER:
      return ValueFunctionName::kSessionUser;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_CATALOG:
      return ValueFunctionName::kCurrentCatalog;
    case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_SCHEMA:
      return ValueFunctionName::kCurrentSchema;
    default:
      return ValueFunctionName::kCurrentDate;
  }
}

std::pair<TruthValue, bool> TruthTest(PgQuery__BoolTestType type) {
  switch (type) {
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE:
      return {TruthValue::kTrue, true};
    case PG_QUERY__BOOL_TEST_TYPE__IS_FALSE:
      return {TruthValue::kFalse, false};
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE:
      return {TruthValue::kFalse, true};
    case PG_QUERY__BOOL_TEST_TYPE__IS_UNKNOWN:
      return {TruthValue::kUnknown, false};
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_UNKNOWN:
      return {TruthValue::kUnknown, true};
    default:
      return {TruthValue::kTrue, false};
  }
}

BooleanOperator BooleanOperatorOf(PgQuery__BoolExprType type) {
  if (type == PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR) return BooleanOperator::kOr;
  if (type == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) return BooleanOperator::kNot;
  return BooleanOperator::kAnd;
}

SublinkKind SublinkKindOf(PgQuery__SubLinkType type) {
  switch (type) {
    case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
      return SublinkKind::kExists;
    case PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK:
      return SublinkKind::kAll;
    case PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK:
      return SublinkKind::kAny;
    case PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK:
      return SublinkKind::kArray;
    default:
      return SublinkKind::kScalar;
  }
}

SortDirection SortDirectionOf(PgQuery__SortByDir direction) {
  switch (direction) {
    case PG_QUERY__SORT_BY_DIR__SORTBY_ASC:
      return SortDirection::kAscending;
    case PG_QUERY__SORT_BY_DIR__SORTBY_DESC:
      return SortDirection::kDescending;
    case PG_QUERY__SORT_BY_DIR__SORTBY_USING:
      return SortDirection::kUsing;
    default:
      return SortDirection::kDefault;
  }
}

NullsOrder NullsOrderOf(PgQuery__SortByNulls nulls) {
  if (nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST) return NullsOrder::kFirst;
  if (nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST) return NullsOrder::kLast;
  return NullsOrder::kDefault;
}

// The call that the grammar makes of LIKE ... ESCAPE and of SIMILAR TO.
bool IsEscapeCall(const PgQuery__Node* node, std::string_view function) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_FUNC_CALL) return false;
  const PgQuery__FuncCall& call = *node->func_call;
  if (call.n_funcname != 2 || call.n_args < 1 || call.n_args > 2) return false;
  if (call.agg_distinct || call.func_variadic || call.over != nullptr || call.n_agg_order != 0 ||
      call.agg_filter != nullptr) {
    return false;
  }
  return call.funcname[0]->string->sval == std::string_view("pg_catalog") &&
         call.funcname[1]->string->sval == function;
}

template <typename T>
std::unique_ptr<T> MakeAt(int position) {
  auto node = std::make_unique<T>();
  node->position = position;
  return node;
}

}  // namespace

std::vector<ExpressionPtr> TreeReader::ReadExpressions(NodeList nodes) {
  std::vector<ExpressionPtr> expressions;
  expressions.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) expressions.push_back(ReadExpression(node));
  return expressions;
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of node, no logic of its own.
ExpressionPtr TreeReader::ReadExpression(const PgQuery__Node* node) {
  if (node == nullptr) return nullptr;
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_A_CONST:
      return ReadConstant(*node->a_const);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return ReadColumnReference({node->column_ref->fields, node->column_ref->n_fields},
                                 node->column_ref->location);
    case PG_QUERY__NODE__NODE_PARAM_REF: {
      auto parameter = MakeAt<ParameterReference>(Position(node->param_ref->location));
      parameter->number = node->param_ref->number;
      // $0, and numbers so large that the lexer wraps them round.
      if (parameter->number <= 0) {
        Fail(
            SqlError(sqlstate::kUndefinedParameter, "there is no parameter ${}", parameter->number),
            node->param_ref->location);
      }
      return parameter;
    }
    case PG_QUERY__NODE__NODE_A_EXPR:
      return ReadOperator(*node->a_expr);
    case PG_QUERY__NODE__NODE_BOOL_EXPR: {
      auto boolean = MakeAt<BooleanExpression>(Position(node->bool_expr->location));
      boolean->op = BooleanOperatorOf(node->bool_expr->boolop);
      boolean->arguments = ReadExpressions({node->bool_expr->args, node->bool_expr->n_args});
      return boolean;
    }
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return ReadFunctionCall(*node->func_call);
    case PG_QUERY__NODE__NODE_TYPE_CAST: {
      const PgQuery__TypeCast& cast = *node->type_cast;
      // type 'literal' has no place of its own: PostgreSQL blames the type's.
      const int location = cast.location >= 0 ? cast.location : cast.type_name->location;
      auto out = MakeAt<TypeCast>(Position(location));
      out->argument = ReadExpression(cast.arg);
      out->type = ReadTypeName(cast.type_name);
      return out;
    }
    case PG_QUERY__NODE__NODE_SUB_LINK:
      return ReadSublink(*node->sub_link);
    case PG_QUERY__NODE__NODE_NULL_TEST: {
      auto test = MakeAt<NullTest>(Position(node->null_test->location));
      test->is_negated = node->null_test->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL;
      test->argument = ReadExpression(node->null_test->arg);
      return test;
    }
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST: {
      auto test = MakeAt<BooleanTest>(Position(node->boolean_test->location));
      std::tie(test->value, test->is_negated) = TruthTest(node->boolean_test->booltesttype);
      test->argument = ReadExpression(node->boolean_test->arg);
      return test;
    }
    case PG_QUERY__NODE__NODE_CASE_EXPR: {
      const PgQuery__CaseExpr& expression = *node->case_expr;
      auto out = MakeAt<CaseExpression>(Position(expression.location));
      out->operand = ReadExpression(expression.arg);
      for (const PgQuery__Node* when : NodeList(expression.args, expression.n_args)) {
        out->whens.push_back({.condition = ReadExpression(when->case_when->expr),
                              .result = ReadExpression(when->case_when->result),
                              .position = Position(when->case_when->location)});
      }
      out->otherwise = ReadExpression(expression.defresult);
      return out;
    }
    case PG_QUERY__NODE__NODE_SET_TO_DEFAULT:
      return MakeAt<DefaultExpression>(Position(node->set_to_default->location));
    default:
      return ReadRareExpression(*node);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of node, no logic of its own.
ExpressionPtr TreeReader::ReadRareExpression(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_COALESCE_EXPR: {
      auto out = MakeAt<CoalesceExpression>(Position(node.coalesce_expr->location));
      out->arguments = ReadExpressions({node.coalesce_expr->args, node.coalesce_expr->n_args});
      return out;
    }
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR: {
      auto out = MakeAt<MinMaxExpression>(Position(node.min_max_expr->location));
      out->is_greatest = node.min_max_expr->op == PG_QUERY__MIN_MAX_OP__IS_GREATEST;
      out->arguments = ReadExpressions({node.min_max_expr->args, node.min_max_expr->n_args});
      return out;
    }
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE: {
      auto out = MakeAt<CollateExpression>(Position(node.collate_clause->location));
      out->argument = ReadExpression(node.collate_clause->arg);
      out->collation = ReadCollation(node.collate_clause);
      return out;
    }
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION: {
      auto out = MakeAt<ValueFunction>(Position(node.sqlvalue_function->location));
      out->function = ValueFunctionOf(node.sqlvalue_function->op);
      if (node.sqlvalue_function->typmod >= 0) out->precision = node.sqlvalue_function->typmod;
      return out;
    }
    case PG_QUERY__NODE__NODE_ROW_EXPR: {
      auto out = MakeAt<RowExpression>(Position(node.row_expr->location));
      out->is_explicit = node.row_expr->row_format == PG_QUERY__COERCION_FORM__COERCE_EXPLICIT_CALL;
      out->fields = ReadExpressions({node.row_expr->args, node.row_expr->n_args});
      return out;
    }
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR: {
      auto out = MakeAt<ArrayExpression>(Position(node.a_array_expr->location));
      out->elements = ReadExpressions({node.a_array_expr->elements, node.a_array_expr->n_elements});
      return out;
    }
    case PG_QUERY__NODE__NODE_A_INDIRECTION:
      return ReadIndirection(*node.a_indirection);
    case PG_QUERY__NODE__NODE_NAMED_ARG_EXPR: {
      auto out = MakeAt<NamedArgument>(Position(node.named_arg_expr->location));
      out->name = node.named_arg_expr->name;
      out->value = ReadExpression(node.named_arg_expr->arg);
      return out;
    }
    case PG_QUERY__NODE__NODE_GROUPING_FUNC: {
      auto out = MakeAt<GroupingExpression>(Position(node.grouping_func->location));
      out->arguments = ReadExpressions({node.grouping_func->args, node.grouping_func->n_args});
      return out;
    }
    case PG_QUERY__NODE__NODE_CURRENT_OF_EXPR: {
      auto out = std::make_unique<CurrentOf>();
      out->cursor = node.current_of_expr->cursor_name;
      return out;
    }
    case PG_QUERY__NODE__NODE_INTEGER: {
      auto out = std::make_unique<Constant>();
      out->type = ConstantType::kInteger;
      out->integer = node.integer->ival;
      return out;
    }
    case PG_QUERY__NODE__NODE_XML_EXPR:
      Refuse(XmlName(node.xml_expr->op), node.xml_expr->location);
      return nullptr;
    case PG_QUERY__NODE__NODE_XML_SERIALIZE:
      Refuse("XMLSERIALIZE", node.xml_serialize->location);
      return nullptr;
    default:
      Refuse("this expression");
      return nullptr;
  }
}

ExpressionPtr TreeReader::ReadConstant(const PgQuery__AConst& constant) {
  auto out = MakeAt<Constant>(Position(constant.location));
  if (constant.isnull) return out;
  switch (constant.val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      out->type = ConstantType::kInteger;
      out->integer = constant.ival->ival;
      break;
    case PG_QUERY__A__CONST__VAL_FVAL:
      out->type = ConstantType::kFloat;
      out->text = constant.fval->fval;
      break;
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      out->type = ConstantType::kBoolean;
      out->boolean = constant.boolval->boolval != 0;
      break;
    case PG_QUERY__A__CONST__VAL_BSVAL:
      out->type = ConstantType::kBitString;
      out->text = constant.bsval->bsval;
      break;
    default:
      out->type = ConstantType::kString;
      out->text = constant.sval->sval;
      break;
  }
  return out;
}

ExpressionPtr TreeReader::ReadColumnReference(NodeList fields, int location) {
  auto out = MakeAt<ColumnReference>(Position(location));
  out->names.reserve(fields.size());
  for (const PgQuery__Node* field : fields) {
    if (field->node_case == PG_QUERY__NODE__NODE_A_STAR) {
      out->is_star = true;
    } else {
      out->names.emplace_back(field->string->sval);
    }
  }
  return out;
}

ExpressionPtr TreeReader::ReadOperator(const PgQuery__AExpr& node) {
  const int position = Position(node.location);
  switch (node.kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY:
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL: {
      auto out = MakeAt<QuantifiedExpression>(position);
      out->op = ReadQualifiedName({node.name, node.n_name}, node.location);
      out->quantifier =
          node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY ? Quantifier::kAny : Quantifier::kAll;
      out->left = ReadExpression(node.lexpr);
      out->array = ReadExpression(node.rexpr);
      return out;
    }
    case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT: {
      auto out = MakeAt<DistinctExpression>(position);
      out->is_negated = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT;
      out->left = ReadExpression(node.lexpr);
      out->right = ReadExpression(node.rexpr);
      return out;
    }
    case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF: {
      auto out = MakeAt<NullIfExpression>(position);
      out->left = ReadExpression(node.lexpr);
      out->right = ReadExpression(node.rexpr);
      return out;
    }
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
      return ReadIn(node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
      return ReadLike(node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
      return ReadBetween(node);
    default: {
      auto out = MakeAt<OperatorExpression>(position);
      out->op = ReadQualifiedName({node.name, node.n_name}, node.location);
      out->left = ReadExpression(node.lexpr);
      out->right = ReadExpression(node.rexpr);
      return out;
    }
  }
}

ExpressionPtr TreeReader::ReadLike(const PgQuery__AExpr& node) {
  auto out = MakeAt<LikeExpression>(Position(node.location));
  const bool is_similar = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR;
  if (is_similar) {
    out->op = LikeOperator::kSimilarTo;
  } else if (node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE) {
    out->op = LikeOperator::kILike;
  }
  out->is_negated = node.name[0]->string->sval[0] == '!';
  out->value = ReadExpression(node.lexpr);
  if (IsEscapeCall(node.rexpr, is_similar ? "similar_to_escape" : "like_escape")) {
    const PgQuery__FuncCall& call = *node.rexpr->func_call;
    out->pattern = ReadExpression(call.args[0]);
    if (call.n_args == 2) out->escape = ReadExpression(call.args[1]);
  } else {
    out->pattern = ReadExpression(node.rexpr);
  }
  return out;
}

ExpressionPtr TreeReader::ReadIn(const PgQuery__AExpr& node) {
  auto out = MakeAt<InExpression>(Position(node.location));
  out->is_negated = node.name[0]->string->sval == std::string_view("<>");
  out->value = ReadExpression(node.lexpr);
  out->list = ReadExpressions({node.rexpr->list->items, node.rexpr->list->n_items});
  return out;
}

ExpressionPtr TreeReader::ReadBetween(const PgQuery__AExpr& node) {
  auto out = MakeAt<BetweenExpression>(Position(node.location));
  out->is_negated = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN ||
                    node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
  out->is_symmetric = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM ||
                      node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
  out->value = ReadExpression(node.lexpr);
  out->low = ReadExpression(node.rexpr->list->items[0]);
  out->high = ReadExpression(node.rexpr->list->items[1]);
  return out;
}

ExpressionPtr TreeReader::ReadFunctionCall(const PgQuery__FuncCall& call) {
  auto out = MakeAt<FunctionCall>(Position(call.location));
  out->name = ReadQualifiedName({call.funcname, call.n_funcname}, call.location);
  out->arguments = ReadExpressions({call.args, call.n_args});
  out->order_by = ReadSortKeys({call.agg_order, call.n_agg_order});
  out->filter = ReadExpression(call.agg_filter);
  out->over = ReadWindow(call.over);
  out->is_within_group = call.agg_within_group != 0;
  out->is_star = call.agg_star != 0;
  out->is_distinct = call.agg_distinct != 0;
  out->is_variadic = call.func_variadic != 0;
  out->is_sql_syntax = call.funcformat == PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX;
  return out;
}

ExpressionPtr TreeReader::ReadSublink(const PgQuery__SubLink& link) {
  auto out = MakeAt<Sublink>(Position(link.location));
  out->sublink = SublinkKindOf(link.sub_link_type);
  out->test = ReadExpression(link.testexpr);
  out->op = ReadQualifiedName({link.oper_name, link.n_oper_name}, link.location);
  out->query = ReadSelectNode(link.subselect);
  return out;
}

ExpressionPtr TreeReader::ReadIndirection(const PgQuery__AIndirection& node) {
  auto out = std::make_unique<Indirection>();
  out->base = ReadExpression(node.arg);
  out->position = out->base == nullptr ? 0 : out->base->position;
  out->steps = ReadSteps({node.indirection, node.n_indirection});
  return out;
}

std::vector<IndirectionStep> TreeReader::ReadSteps(NodeList nodes) {
  std::vector<IndirectionStep> steps;
  steps.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    IndirectionStep& step = steps.emplace_back();
    if (node->node_case == PG_QUERY__NODE__NODE_A_STAR) {
      step.kind = IndirectionKind::kStar;
    } else if (node->node_case == PG_QUERY__NODE__NODE_A_INDICES) {
      step.kind = node->a_indices->is_slice ? IndirectionKind::kSlice : IndirectionKind::kSubscript;
      step.lower = ReadExpression(node->a_indices->lidx);
      step.upper = ReadExpression(node->a_indices->uidx);
    } else {
      step.field = ReadString(node);
    }
  }
  return steps;
}

std::vector<SortKey> TreeReader::ReadSortKeys(NodeList nodes) {
  std::vector<SortKey> keys;
  keys.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    const PgQuery__SortBy& sort = *node->sort_by;
    keys.push_back({.expression = ReadExpression(sort.node),
                    .direction = SortDirectionOf(sort.sortby_dir),
                    .nulls = NullsOrderOf(sort.sortby_nulls),
                    .using_operator = ReadQualifiedName({sort.use_op, sort.n_use_op}),
                    .position = Position(sort.location)});
    if (keys.back().position == 0 && keys.back().expression != nullptr) {
      keys.back().position = LeftmostPosition(*keys.back().expression);
    }
  }
  return keys;
}

IndexElement TreeReader::ReadIndexElement(const PgQuery__IndexElem& element) {
  return {.column = element.name,
          .expression = ReadExpression(element.expr),
          .collation = ReadQualifiedName({element.collation, element.n_collation}),
          .operator_class = ReadQualifiedName({element.opclass, element.n_opclass}),
          .operator_class_options = ReadOptions({element.opclassopts, element.n_opclassopts}),
          .direction = SortDirectionOf(element.ordering),
          .nulls = NullsOrderOf(element.nulls_ordering)};
}

std::unique_ptr<WindowDefinition> TreeReader::ReadWindow(const PgQuery__WindowDef* window) {
  if (window == nullptr) return nullptr;
  auto out = std::make_unique<WindowDefinition>();
  const int options = window->frame_options;
  out->name = window->name;
  out->base_name = window->refname;
  out->partition_by = ReadExpressions({window->partition_clause, window->n_partition_clause});
  out->order_by = ReadSortKeys({window->order_clause, window->n_order_clause});
  out->has_frame = (options & kFrameNonDefault) != 0;
  out->frame_mode = Mode(options);
  if (out->has_frame) {
    out->frame_start = StartBound(options);
    out->frame_end = EndBound(options);
  }
  out->frame_exclusion = Exclusion(options);
  out->start_offset = ReadExpression(window->start_offset);
  out->end_offset = ReadExpression(window->end_offset);
  out->position = Position(window->location);
  return out;
}

}  // namespace heliosdb::sql::parse
