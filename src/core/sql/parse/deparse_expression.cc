#include "core/sql/parse/deparser.h"

namespace heliosdb::sql::parse {
namespace {

std::string_view BoundText(FrameBound bound) {
  switch (bound) {
    case FrameBound::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case FrameBound::kOffsetPreceding:
      return "PRECEDING";
    case FrameBound::kCurrentRow:
      return "CURRENT ROW";
    case FrameBound::kOffsetFollowing:
      return "FOLLOWING";
    case FrameBound::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
  }
  return "";
}

std::string_view ModeText(FrameMode mode) {
  switch (mode) {
    case FrameMode::kRange:
      return "RANGE";
    case FrameMode::kRows:
      return "ROWS";
    case FrameMode::kGroups:
      return "GROUPS";
  }
  return "";
}

std::string_view ExclusionText(FrameExclusion exclusion) {
  switch (exclusion) {
    case FrameExclusion::kNone:
      return "";
    case FrameExclusion::kCurrentRow:
      return " EXCLUDE CURRENT ROW";
    case FrameExclusion::kGroup:
      return " EXCLUDE GROUP";
    case FrameExclusion::kTies:
      return " EXCLUDE TIES";
  }
  return "";
}

std::string_view ValueFunctionWord(ValueFunctionName function) {
  switch (function) {
    case ValueFunctionName::kCurrentDate:
      return "CURRENT_DATE";
    case ValueFunctionName::kCurrentTime:
      return "CURRENT_TIME";
    case ValueFunctionName::kCurrentTimestamp:
      return "CURRENT_TIMESTAMP";
    case ValueFunctionName::kLocalTime:
      return "LOCALTIME";
    case ValueFunctionName::kLocalTimestamp:
      return "LOCALTIMESTAMP";
    case ValueFunctionName::kCurrentRole:
      return "CURRENT_ROLE";
    case ValueFunctionName::kCurrentUser:
      return "CURRENT_USER";
    case ValueFunctionName::kUser:
      return "USER";
    case ValueFunctionName::kSessionUser:
      return "SESSION_USER";
    case ValueFunctionName::kCurrentCatalog:
      return "CURRENT_CATALOG";
    case ValueFunctionName::kCurrentSchema:
      return "CURRENT_SCHEMA";
  }
  return "";
}

std::string_view TruthText(const BooleanTest& test) {
  switch (test.value) {
    case TruthValue::kTrue:
      return test.is_negated ? " IS NOT TRUE" : " IS TRUE";
    case TruthValue::kFalse:
      return test.is_negated ? " IS NOT FALSE" : " IS FALSE";
    case TruthValue::kUnknown:
      return test.is_negated ? " IS NOT UNKNOWN" : " IS UNKNOWN";
  }
  return "";
}

// A string constant as the bare word that the grammar made it of.
std::string_view WordArgument(const ExpressionPtr& argument) {
  const Constant* constant = argument->TryAs<Constant>();
  return constant != nullptr && constant->type == ConstantType::kString
             ? std::string_view(constant->text)
             : std::string_view();
}

std::string_view TrimWords(std::string_view function) {
  if (function == "ltrim") return "TRIM(LEADING FROM ";
  return function == "rtrim" ? "TRIM(TRAILING FROM " : "TRIM(BOTH FROM ";
}

std::string FunctionName(const QualifiedName& name) {
  // GROUP BY cube (a) would be another thing.
  if (name.schema.empty() && (name.name == "cube" || name.name == "rollup")) {
    return "\"" + name.name + "\"";
  }
  return QualifiedNameText(name);
}

}  // namespace

void Deparser::AddNames(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) Add(", ");
    AddName(names[i]);
  }
}

void Deparser::AddNameList(const std::vector<std::string>& names) {
  if (names.empty()) return;
  Add(" (");
  AddNames(names);
  Add(")");
}

void Deparser::AddExpressions(const std::vector<ExpressionPtr>& expressions) {
  for (size_t i = 0; i < expressions.size(); ++i) {
    if (i > 0) Add(", ");
    Expr(*expressions[i]);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of expression, no logic of its own.
void Deparser::Expr(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return ConstantText(expression.As<Constant>());
    case ExpressionKind::kColumnReference:
      return ColumnRef(expression.As<ColumnReference>());
    case ExpressionKind::kParameterReference:
      Add("$" + std::to_string(expression.As<ParameterReference>().number));
      return;
    case ExpressionKind::kOperator:
      return OperatorText(expression.As<OperatorExpression>());
    case ExpressionKind::kBoolean:
      return Boolean(expression.As<BooleanExpression>());
    case ExpressionKind::kIn:
      return In(expression.As<InExpression>());
    case ExpressionKind::kBetween:
      return Between(expression.As<BetweenExpression>());
    case ExpressionKind::kLike:
      return Like(expression.As<LikeExpression>());
    case ExpressionKind::kCase:
      return Case(expression.As<CaseExpression>());
    case ExpressionKind::kFunctionCall:
      return Call(expression.As<FunctionCall>());
    case ExpressionKind::kValueFunction:
      return ValueFunctionText(expression.As<ValueFunction>());
    case ExpressionKind::kSublink:
      return SublinkText(expression.As<Sublink>());
    case ExpressionKind::kNullTest: {
      const auto& test = expression.As<NullTest>();
      Add("(");
      Expr(*test.argument);
      Add(test.is_negated ? " IS NOT NULL)" : " IS NULL)");
      return;
    }
    case ExpressionKind::kBooleanTest: {
      const auto& test = expression.As<BooleanTest>();
      Add("(");
      Expr(*test.argument);
      Add(TruthText(test));
      Add(")");
      return;
    }
    case ExpressionKind::kTypeCast: {
      const auto& cast = expression.As<TypeCast>();
      Add("(");
      Expr(*cast.argument);
      Add(")::");
      return Type(cast.type);
    }
    default:
      return RareExpr(expression);
  }
}

// NOLINTNEXTLINE(readability-function-size): one case per kind of expression, no logic of its own.
void Deparser::RareExpr(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kDistinct: {
      const auto& distinct = expression.As<DistinctExpression>();
      Add("(");
      Expr(*distinct.left);
      Add(distinct.is_negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
      Expr(*distinct.right);
      Add(")");
      return;
    }
    case ExpressionKind::kNullIf: {
      const auto& null_if = expression.As<NullIfExpression>();
      Add("NULLIF(");
      Expr(*null_if.left);
      Add(", ");
      Expr(*null_if.right);
      Add(")");
      return;
    }
    case ExpressionKind::kQuantified: {
      const auto& quantified = expression.As<QuantifiedExpression>();
      Add("(");
      Expr(*quantified.left);
      Add(" ");
      Operator(quantified.op);
      Add(quantified.quantifier == Quantifier::kAny ? " ANY (" : " ALL (");
      Expr(*quantified.array);
      Add("))");
      return;
    }
    case ExpressionKind::kNamedArgument:
      AddName(expression.As<NamedArgument>().name);
      Add(" => ");
      return Expr(*expression.As<NamedArgument>().value);
    case ExpressionKind::kCoalesce:
      Add("COALESCE(");
      AddExpressions(expression.As<CoalesceExpression>().arguments);
      Add(")");
      return;
    case ExpressionKind::kMinMax:
      Add(expression.As<MinMaxExpression>().is_greatest ? "GREATEST(" : "LEAST(");
      AddExpressions(expression.As<MinMaxExpression>().arguments);
      Add(")");
      return;
    case ExpressionKind::kCollate:
      Add("(");
      Expr(*expression.As<CollateExpression>().argument);
      Add(" COLLATE " + QualifiedNameText(expression.As<CollateExpression>().collation) + ")");
      return;
    case ExpressionKind::kRow:
      Add(expression.As<RowExpression>().is_explicit ? "ROW(" : "(");
      AddExpressions(expression.As<RowExpression>().fields);
      Add(")");
      return;
    case ExpressionKind::kArray:
      Add("ARRAY[");
      AddExpressions(expression.As<ArrayExpression>().elements);
      Add("]");
      return;
    case ExpressionKind::kIndirection:
      Add("(");
      Expr(*expression.As<Indirection>().base);
      Add(")");
      return Steps(expression.As<Indirection>().steps);
    case ExpressionKind::kGrouping:
      Add("GROUPING(");
      AddExpressions(expression.As<GroupingExpression>().arguments);
      Add(")");
      return;
    case ExpressionKind::kDefault:
      Add("DEFAULT");
      return;
    case ExpressionKind::kCurrentOf:
      Add("CURRENT OF ");
      return AddName(expression.As<CurrentOf>().cursor);
    default:
      HELIOS_CHECK(false);
  }
}

void Deparser::ConstantText(const Constant& constant) {
  switch (constant.type) {
    case ConstantType::kNull:
      return Add("NULL");
    case ConstantType::kBoolean:
      return Add(constant.boolean ? "TRUE" : "FALSE");
    case ConstantType::kInteger:
    case ConstantType::kFloat: {
      const std::string digits = constant.type == ConstantType::kInteger
                                     ? std::to_string(constant.integer)
                                     : constant.text;
      return Add(digits.starts_with('-') ? "(" + digits + ")" : digits);
    }
    case ConstantType::kString:
      return Add(QuoteLiteral(constant.text));
    case ConstantType::kBitString:
      // b101 or x1F.
      return Add(constant.text.substr(0, 1) + "'" + constant.text.substr(1) + "'");
  }
}

void Deparser::ColumnRef(const ColumnReference& reference) {
  for (size_t i = 0; i < reference.names.size(); ++i) {
    if (i > 0) Add(".");
    AddName(reference.names[i]);
  }
  if (reference.is_star) Add(reference.names.empty() ? "*" : ".*");
}

void Deparser::Operator(const QualifiedName& op) {
  if (op.schema.empty()) return Add(op.name);
  Add("OPERATOR(");
  if (!op.catalog.empty()) Add(QuoteIdentifier(op.catalog) + ".");
  Add(QuoteIdentifier(op.schema) + "." + op.name + ")");
}

void Deparser::OperatorText(const OperatorExpression& expression) {
  Add("(");
  if (expression.left != nullptr) {
    Expr(*expression.left);
    Add(" ");
  }
  Operator(expression.op);
  Add(" ");
  Expr(*expression.right);
  Add(")");
}

void Deparser::Boolean(const BooleanExpression& expression) {
  Add("(");
  if (expression.op == BooleanOperator::kNot) Add("NOT ");
  for (size_t i = 0; i < expression.arguments.size(); ++i) {
    if (i > 0) Add(expression.op == BooleanOperator::kAnd ? " AND " : " OR ");
    Expr(*expression.arguments[i]);
  }
  Add(")");
}

void Deparser::In(const InExpression& expression) {
  Add("(");
  Expr(*expression.value);
  Add(expression.is_negated ? " NOT IN (" : " IN (");
  AddExpressions(expression.list);
  Add("))");
}

void Deparser::Between(const BetweenExpression& expression) {
  Add("(");
  Expr(*expression.value);
  Add(expression.is_negated ? " NOT BETWEEN " : " BETWEEN ");
  if (expression.is_symmetric) Add("SYMMETRIC ");
  Expr(*expression.low);
  Add(" AND ");
  Expr(*expression.high);
  Add(")");
}

void Deparser::Like(const LikeExpression& expression) {
  Add("(");
  Expr(*expression.value);
  if (expression.is_negated) Add(" NOT");
  switch (expression.op) {
    case LikeOperator::kLike:
      Add(" LIKE ");
      break;
    case LikeOperator::kILike:
      Add(" ILIKE ");
      break;
    case LikeOperator::kSimilarTo:
      Add(" SIMILAR TO ");
      break;
  }
  Expr(*expression.pattern);
  if (expression.escape != nullptr) {
    Add(" ESCAPE ");
    Expr(*expression.escape);
  }
  Add(")");
}

void Deparser::Case(const CaseExpression& expression) {
  Add("CASE");
  if (expression.operand != nullptr) {
    Add(" ");
    Expr(*expression.operand);
  }
  for (const CaseWhen& when : expression.whens) {
    Add(" WHEN ");
    Expr(*when.condition);
    Add(" THEN ");
    Expr(*when.result);
  }
  if (expression.otherwise != nullptr) {
    Add(" ELSE ");
    Expr(*expression.otherwise);
  }
  Add(" END");
}

// (a WORD b WORD c): the words stand behind the arguments, as many as there are.
void Deparser::WordsBetween(const std::vector<ExpressionPtr>& arguments,
                            std::initializer_list<std::string_view> words) {
  Add("(");
  auto word = words.begin();
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) Add(*word++);
    Expr(*arguments[i]);
  }
  Add(")");
}

// The functions that have words of their own within their brackets; false for calls that do not fit these forms.
bool Deparser::SqlSyntaxCall(const FunctionCall& call) {
  const std::string_view name = call.name.name;
  const std::vector<ExpressionPtr>& arguments = call.arguments;
  const size_t count = arguments.size();
  if (name == "extract" && count == 2 && !WordArgument(arguments[0]).empty()) {
    // The field may be any word or string; a string means the same.
    Add("EXTRACT");
    WordsBetween(arguments, {" FROM "});
  } else if (name == "substring" && (count == 2 || count == 3)) {
    Add("SUBSTRING");
    WordsBetween(arguments, {" FROM ", " FOR "});
  } else if (name == "overlay" && (count == 3 || count == 4)) {
    Add("OVERLAY");
    WordsBetween(arguments, {" PLACING ", " FROM ", " FOR "});
  } else if (name == "position" && count == 2) {
    Add("POSITION(");
    Expr(*arguments[1]);
    Add(" IN ");
    Expr(*arguments[0]);
    Add(")");
  } else if (name == "btrim" || name == "ltrim" || name == "rtrim") {
    Add(TrimWords(name));
    AddExpressions(arguments);
    Add(")");
  } else if (name == "pg_collation_for" && count == 1) {
    Add("COLLATION FOR ");
    WordsBetween(arguments, {});
  } else if (name == "normalize" && (count == 1 || count == 2)) {
    Add("NORMALIZE(");
    Expr(*arguments[0]);
    if (count == 2) Add(", " + std::string(WordArgument(arguments[1])));
    Add(")");
  } else if (name == "xmlexists" && count == 2) {
    Add("XMLEXISTS((");
    Expr(*arguments[0]);
    Add(") PASSING (");
    Expr(*arguments[1]);
    Add("))");
  } else {
    return SqlSyntaxOperator(call);
  }
  return true;
}

// The functions that are written as operators.
bool Deparser::SqlSyntaxOperator(const FunctionCall& call) {
  const std::string_view name = call.name.name;
  const std::vector<ExpressionPtr>& arguments = call.arguments;
  const size_t count = arguments.size();
  if (name == "timezone" && count == 2) {
    Add("(");
    Expr(*arguments[1]);
    Add(" AT TIME ZONE ");
    Expr(*arguments[0]);
    Add(")");
  } else if (name == "overlaps" && count == 4) {
    Add("(");
    WordsBetween(arguments, {", ", ") OVERLAPS (", ", "});
    Add(")");
  } else if (name == "is_normalized" && (count == 1 || count == 2)) {
    Add("(");
    Expr(*arguments[0]);
    Add(" IS ");
    if (count == 2) Add(std::string(WordArgument(arguments[1])) + " ");
    Add("NORMALIZED)");
  } else {
    return false;
  }
  return true;
}

void Deparser::Call(const FunctionCall& call) {
  if (call.is_sql_syntax && SqlSyntaxCall(call)) return;
  Add(FunctionName(call.name) + "(");
  if (call.is_distinct) Add("DISTINCT ");
  if (call.is_star) Add("*");
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    if (i > 0) Add(", ");
    if (call.is_variadic && i + 1 == call.arguments.size()) Add("VARIADIC ");
    Expr(*call.arguments[i]);
  }
  if (!call.order_by.empty()) {
    Add(call.is_within_group ? ") WITHIN GROUP (ORDER BY " : " ORDER BY ");
    SortKeys(call.order_by);
  }
  Add(")");
  if (call.filter != nullptr) {
    Add(" FILTER (WHERE ");
    Expr(*call.filter);
    Add(")");
  }
  if (call.over != nullptr) {
    Add(" OVER ");
    call.over->name.empty() ? Window(*call.over) : AddName(call.over->name);
  }
}

void Deparser::ValueFunctionText(const ValueFunction& function) {
  Add(ValueFunctionWord(function.function));
  if (function.precision.has_value()) Add("(" + std::to_string(*function.precision) + ")");
}

void Deparser::SublinkText(const Sublink& link) {
  switch (link.sublink) {
    case SublinkKind::kExists:
      Add("EXISTS ");
      break;
    case SublinkKind::kArray:
      Add("ARRAY");
      break;
    case SublinkKind::kScalar:
      break;
    case SublinkKind::kAny:
    case SublinkKind::kAll:
      Add("(");
      Expr(*link.test);
      if (link.op.empty()) {
        Add(" IN ");
      } else {
        Add(" ");
        Operator(link.op);
        Add(link.sublink == SublinkKind::kAny ? " ANY " : " ALL ");
      }
      break;
  }
  Add("(");
  Select(*link.query);
  Add(link.test != nullptr ? "))" : ")");
}

void Deparser::Steps(const std::vector<IndirectionStep>& steps) {
  for (const IndirectionStep& step : steps) {
    switch (step.kind) {
      case IndirectionKind::kField:
        Add(".");
        AddName(step.field);
        break;
      case IndirectionKind::kStar:
        Add(".*");
        break;
      case IndirectionKind::kSubscript:
      case IndirectionKind::kSlice:
        Add("[");
        if (step.lower != nullptr) Expr(*step.lower);
        if (step.kind == IndirectionKind::kSlice) Add(" : ");
        if (step.upper != nullptr) Expr(*step.upper);
        Add("]");
        break;
    }
  }
}

void Deparser::SortKeys(const std::vector<SortKey>& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    const SortKey& key = keys[i];
    if (i > 0) Add(", ");
    Expr(*key.expression);
    if (key.direction == SortDirection::kAscending) Add(" ASC");
    if (key.direction == SortDirection::kDescending) Add(" DESC");
    if (key.direction == SortDirection::kUsing) {
      Add(" USING ");
      Operator(key.using_operator);
    }
    if (key.nulls == NullsOrder::kFirst) Add(" NULLS FIRST");
    if (key.nulls == NullsOrder::kLast) Add(" NULLS LAST");
  }
}

void Deparser::Window(const WindowDefinition& window) {
  std::string_view separator;
  Add("(");
  if (!window.base_name.empty()) {
    AddName(window.base_name);
    separator = " ";
  }
  if (!window.partition_by.empty()) {
    Add(separator);
    Add("PARTITION BY ");
    AddExpressions(window.partition_by);
    separator = " ";
  }
  if (!window.order_by.empty()) {
    Add(separator);
    Add("ORDER BY ");
    SortKeys(window.order_by);
    separator = " ";
  }
  if (window.has_frame) {
    Add(separator);
    Frame(window);
  }
  Add(")");
}

void Deparser::Frame(const WindowDefinition& window) {
  Add(ModeText(window.frame_mode));
  Add(" BETWEEN ");
  if (window.start_offset != nullptr) {
    Expr(*window.start_offset);
    Add(" ");
  }
  Add(BoundText(window.frame_start));
  Add(" AND ");
  if (window.end_offset != nullptr) {
    Expr(*window.end_offset);
    Add(" ");
  }
  Add(BoundText(window.frame_end));
  Add(ExclusionText(window.frame_exclusion));
}

std::string ExpressionText(const Expression& expression) {
  Deparser deparser;
  deparser.Expr(expression);
  return deparser.Take();
}

}  // namespace heliosdb::sql::parse
