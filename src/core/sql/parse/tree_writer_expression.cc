#include "core/sql/parse/deparse.h"
#include "core/sql/parse/tree_writer.h"

namespace heliosdb::sql::parse {

void TreeWriter::Write(const Expression& expression) {
  out_ += "(";
  Fields(expression);
  out_ += ")";
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::Fields(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kConstant: {
      const auto& node = expression.As<Constant>();
      out_ += "constant";
      Field("type", node.type);
      Field("boolean", node.boolean);
      Field("integer", node.integer);
      Field("text", node.text);
      return;
    }
    case ExpressionKind::kColumnReference: {
      const auto& node = expression.As<ColumnReference>();
      out_ += "column_reference";
      Field("names", node.names);
      Field("is_star", node.is_star);
      return;
    }
    case ExpressionKind::kParameterReference: {
      const auto& node = expression.As<ParameterReference>();
      out_ += "parameter_reference";
      Field("number", node.number);
      return;
    }
    case ExpressionKind::kFunctionCall: {
      const auto& node = expression.As<FunctionCall>();
      out_ += "function_call";
      Field("name", node.name);
      Field("arguments", node.arguments);
      Field("order_by", node.order_by);
      Field("filter", node.filter);
      Field("over", node.over);
      Field("is_within_group", node.is_within_group);
      Field("is_star", node.is_star);
      Field("is_distinct", node.is_distinct);
      Field("is_variadic", node.is_variadic);
      Field("is_sql_syntax", node.is_sql_syntax);
      return;
    }
    case ExpressionKind::kNamedArgument: {
      const auto& node = expression.As<NamedArgument>();
      out_ += "named_argument";
      Field("name", node.name);
      Field("value", node.value);
      return;
    }
    case ExpressionKind::kCase: {
      const auto& node = expression.As<CaseExpression>();
      out_ += "case_expression";
      Field("operand", node.operand);
      Field("whens", node.whens);
      Field("otherwise", node.otherwise);
      return;
    }
    case ExpressionKind::kCoalesce: {
      const auto& node = expression.As<CoalesceExpression>();
      out_ += "coalesce_expression";
      Field("arguments", node.arguments);
      return;
    }
    case ExpressionKind::kMinMax: {
      const auto& node = expression.As<MinMaxExpression>();
      out_ += "min_max_expression";
      Field("is_greatest", node.is_greatest);
      Field("arguments", node.arguments);
      return;
    }
    case ExpressionKind::kValueFunction: {
      const auto& node = expression.As<ValueFunction>();
      out_ += "value_function";
      Field("function", node.function);
      Field("precision", node.precision);
      return;
    }
    case ExpressionKind::kRow: {
      const auto& node = expression.As<RowExpression>();
      out_ += "row_expression";
      Field("is_explicit", node.is_explicit);
      Field("fields", node.fields);
      return;
    }
    case ExpressionKind::kArray: {
      const auto& node = expression.As<ArrayExpression>();
      out_ += "array_expression";
      Field("elements", node.elements);
      return;
    }
    case ExpressionKind::kIndirection: {
      const auto& node = expression.As<Indirection>();
      out_ += "indirection";
      Field("base", node.base);
      Field("steps", node.steps);
      return;
    }
    case ExpressionKind::kSublink: {
      const auto& node = expression.As<Sublink>();
      out_ += "sublink";
      Field("sublink", node.sublink);
      Field("test", node.test);
      Field("op", node.op);
      Field("query", node.query);
      return;
    }
    case ExpressionKind::kGrouping: {
      const auto& node = expression.As<GroupingExpression>();
      out_ += "grouping_expression";
      Field("arguments", node.arguments);
      return;
    }
    case ExpressionKind::kDefault: {
      out_ += "default_expression";
      return;
    }
    case ExpressionKind::kCurrentOf: {
      const auto& node = expression.As<CurrentOf>();
      out_ += "current_of";
      Field("cursor", node.cursor);
      return;
    }
    default:
      return OperatorFields(expression);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::OperatorFields(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kOperator: {
      const auto& node = expression.As<OperatorExpression>();
      out_ += "operator_expression";
      Field("op", node.op);
      Field("left", node.left);
      Field("right", node.right);
      return;
    }
    case ExpressionKind::kBoolean: {
      const auto& node = expression.As<BooleanExpression>();
      out_ += "boolean_expression";
      Field("op", node.op);
      Field("arguments", node.arguments);
      return;
    }
    case ExpressionKind::kIn: {
      const auto& node = expression.As<InExpression>();
      out_ += "in_expression";
      Field("is_negated", node.is_negated);
      Field("value", node.value);
      Field("list", node.list);
      return;
    }
    case ExpressionKind::kBetween: {
      const auto& node = expression.As<BetweenExpression>();
      out_ += "between_expression";
      Field("is_negated", node.is_negated);
      Field("is_symmetric", node.is_symmetric);
      Field("value", node.value);
      Field("low", node.low);
      Field("high", node.high);
      return;
    }
    case ExpressionKind::kLike: {
      const auto& node = expression.As<LikeExpression>();
      out_ += "like_expression";
      Field("op", node.op);
      Field("is_negated", node.is_negated);
      Field("value", node.value);
      Field("pattern", node.pattern);
      Field("escape", node.escape);
      return;
    }
    case ExpressionKind::kDistinct: {
      const auto& node = expression.As<DistinctExpression>();
      out_ += "distinct_expression";
      Field("is_negated", node.is_negated);
      Field("left", node.left);
      Field("right", node.right);
      return;
    }
    case ExpressionKind::kNullIf: {
      const auto& node = expression.As<NullIfExpression>();
      out_ += "null_if_expression";
      Field("left", node.left);
      Field("right", node.right);
      return;
    }
    case ExpressionKind::kQuantified: {
      const auto& node = expression.As<QuantifiedExpression>();
      out_ += "quantified_expression";
      Field("op", node.op);
      Field("quantifier", node.quantifier);
      Field("left", node.left);
      Field("array", node.array);
      return;
    }
    case ExpressionKind::kNullTest: {
      const auto& node = expression.As<NullTest>();
      out_ += "null_test";
      Field("is_negated", node.is_negated);
      Field("argument", node.argument);
      return;
    }
    case ExpressionKind::kBooleanTest: {
      const auto& node = expression.As<BooleanTest>();
      out_ += "boolean_test";
      Field("value", node.value);
      Field("is_negated", node.is_negated);
      Field("argument", node.argument);
      return;
    }
    case ExpressionKind::kTypeCast: {
      const auto& node = expression.As<TypeCast>();
      out_ += "type_cast";
      Field("argument", node.argument);
      Field("type", node.type);
      return;
    }
    case ExpressionKind::kCollate: {
      const auto& node = expression.As<CollateExpression>();
      out_ += "collate_expression";
      Field("argument", node.argument);
      Field("collation", node.collation);
      return;
    }
    default:
      HELIOS_CHECK(false);
  }
}

void TreeWriter::Value(const QualifiedName& name) {
  for (const std::string* part : {&name.catalog, &name.schema}) {
    if (!part->empty()) out_ += QuoteIdentifier(*part) + ".";
  }
  out_ += QuoteIdentifier(name.name);
}

void TreeWriter::Value(const TypeName& type) {
  out_ += "(type_name";
  Field("name", type.name);
  Field("modifiers", type.modifiers);
  Field("array_bounds", type.array_bounds);
  Field("is_set", type.is_set);
  Field("is_percent_type", type.is_percent_type);
  out_ += ")";
}

void TreeWriter::Value(const SortKey& key) {
  out_ += "(sort_key";
  Field("expression", key.expression);
  Field("direction", key.direction);
  Field("nulls", key.nulls);
  Field("using_operator", key.using_operator);
  out_ += ")";
}

void TreeWriter::Value(const WindowDefinition& window) {
  out_ += "(window_definition";
  Field("name", window.name);
  Field("base_name", window.base_name);
  Field("partition_by", window.partition_by);
  Field("order_by", window.order_by);
  Field("has_frame", window.has_frame);
  Field("frame_mode", window.frame_mode);
  Field("frame_start", window.frame_start);
  Field("frame_end", window.frame_end);
  Field("frame_exclusion", window.frame_exclusion);
  Field("start_offset", window.start_offset);
  Field("end_offset", window.end_offset);
  out_ += ")";
}

void TreeWriter::Value(const CaseWhen& when) {
  out_ += "(case_when";
  Field("condition", when.condition);
  Field("result", when.result);
  out_ += ")";
}

void TreeWriter::Value(const IndirectionStep& step) {
  out_ += "(indirection_step";
  Field("kind", step.kind);
  Field("field", step.field);
  Field("lower", step.lower);
  Field("upper", step.upper);
  out_ += ")";
}

std::string DebugText(const Expression& expression) {
  TreeWriter writer;
  writer.Write(expression);
  return writer.Take();
}

}  // namespace heliosdb::sql::parse
