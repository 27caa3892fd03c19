// The bound tree as text, for tests: #r.c is column c of relation r, ^1#r.c the same one query
// further out, g0 a group key, a0 an aggregate.
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"

#include "core/catalog/object.h"
#include "core/catalog/system_view.h"
#include "core/sql/bind/bound_query.h"
#include "core/sql/functions/function_entry.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::bind {
namespace {

std::string Text(const Expression& expression) { return ExpressionDebugText(expression); }

std::string List(const std::vector<ExpressionPtr>& expressions, std::string_view separator) {
  std::vector<std::string> parts;
  parts.reserve(expressions.size());
  for (const ExpressionPtr& expression : expressions) {
    parts.push_back(expression == nullptr ? "-" : Text(*expression));
  }
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string Outward(const Expression& expression) {
  return expression.levels_up == 0 ? "" : fmt::format("^{}", expression.levels_up);
}

std::string ConstantText(const types::Value& value) {
  if (value.is_null()) return fmt::format("null:{}", types::TypeName(value.type()));
  return fmt::format("{}:{}", types::ToText(value, {}), types::TypeName(value.type()));
}

std::string_view TestText(BooleanTest test) {
  switch (test) {
    case BooleanTest::kTrue:
      return "true";
    case BooleanTest::kFalse:
      return "false";
    case BooleanTest::kUnknown:
      return "unknown";
  }
  return "";
}

std::string SubqueryText(const Expression& expression) {
  const std::string query = QueryDebugText(*expression.subquery);
  switch (expression.subquery_kind) {
    case SubqueryKind::kScalar:
      return fmt::format("scalar{}", query);
    case SubqueryKind::kExists:
      return fmt::format("exists{}", query);
    case SubqueryKind::kAny:
    case SubqueryKind::kAll:
      break;
  }
  return fmt::format("{}([{}] {} {})",
                     expression.subquery_kind == SubqueryKind::kAny ? "any" : "all",
                     List(expression.arguments, ", "), Text(*expression.comparison), query);
}

std::string AggregateText(const Aggregate& aggregate) {
  std::string text =
      fmt::format("{}({}{}", aggregate.entry->name, aggregate.distinct ? "distinct " : "",
                  List(aggregate.arguments, ", "));
  for (const Aggregate::Order& order : aggregate.order_by) {
    text += fmt::format(" order {}{}{}", Text(*order.expression), order.descending ? " desc" : "",
                        order.nulls_first ? " nulls first" : "");
  }
  if (!aggregate.direct_arguments.empty()) {
    text += fmt::format(" direct {}", List(aggregate.direct_arguments, ", "));
  }
  if (aggregate.filter != nullptr) text += fmt::format(" filter {}", Text(*aggregate.filter));
  return text + ")";
}

std::string RelationText(const Relation& relation) {
  std::string text;
  switch (relation.kind) {
    case Relation::Kind::kTable:
      text = relation.table->name;
      break;
    case Relation::Kind::kSubquery:
      text = QueryDebugText(*relation.query);
      break;
    case Relation::Kind::kCommonTable:
      text = fmt::format("cte{}^{}", relation.cte_index, relation.cte_levels_up);
      break;
    case Relation::Kind::kValues: {
      std::vector<std::string> rows;
      for (const std::vector<ExpressionPtr>& row : relation.rows) {
        rows.push_back(fmt::format("({})", List(row, ", ")));
      }
      text = fmt::format("values {}", fmt::join(rows, ", "));
      break;
    }
    case Relation::Kind::kFunction:
      text = Text(*relation.function) + (relation.with_ordinality ? " with ordinality" : "");
      break;
    case Relation::Kind::kSystemView:
      text = relation.system_view->name();
      break;
    case Relation::Kind::kJoinUsing:
      text = "using";
      break;
  }
  return fmt::format("{}{} {}", relation.lateral ? "lateral " : "", text, relation.alias);
}

std::string FromText(const Query& query, const FromItem& item) {
  if (item.relation >= 0) {
    return RelationText(query.relations[static_cast<size_t>(item.relation)]);
  }
  static constexpr std::string_view kJoins[] = {"join", "left join", "right join", "full join"};
  std::string text =
      fmt::format("({} {} {}", FromText(query, *item.left),
                  kJoins[static_cast<size_t>(item.join_type)], FromText(query, *item.right));
  if (item.condition != nullptr) text += fmt::format(" on {}", Text(*item.condition));
  return text + ")";
}

std::string TargetsText(const Query& query) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < query.targets.size(); ++i) {
    const Target& target = query.targets[i];
    parts.push_back(i < query.visible_targets
                        ? fmt::format("{} as {}", Text(*target.expression), target.name)
                        : fmt::format("{} hidden", Text(*target.expression)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string CommonTablesText(const Query& query) {
  std::string text;
  for (const CommonTable& table : query.common_tables) {
    text += fmt::format("with{} {} {} ", table.recursive ? " recursive" : "", table.name,
                        table.query == nullptr ? "-" : QueryDebugText(*table.query));
  }
  return text;
}

std::string SetOperationText(const Query::SetOperation& operation) {
  static constexpr std::string_view kOperators[] = {"union", "intersect", "except"};
  return fmt::format("{}{} {} {}", kOperators[static_cast<size_t>(operation.op)],
                     operation.all ? " all" : "", QueryDebugText(*operation.left),
                     QueryDebugText(*operation.right));
}

// What stands behind FROM.
std::string TailText(const Query& query) {
  std::string text;
  if (query.where != nullptr) text += " where " + Text(*query.where);
  if (query.aggregated) text += fmt::format(" group [{}]", List(query.group_by, ", "));
  for (const Aggregate& aggregate : query.aggregates) text += " " + AggregateText(aggregate);
  if (query.having != nullptr) text += " having " + Text(*query.having);
  if (query.distinct == DistinctKind::kAll) text += " distinct";
  if (query.distinct == DistinctKind::kOn) {
    text += fmt::format(" distinct on {}", fmt::join(query.distinct_on, ","));
  }
  for (const SortKey& key : query.order_by) {
    text += fmt::format(" order {}{}{}", key.target, key.descending ? " desc" : "",
                        key.nulls_first ? " nulls first" : "");
  }
  if (query.limit != nullptr) text += " limit " + Text(*query.limit);
  if (query.offset != nullptr) text += " offset " + Text(*query.offset);
  if (query.with_ties) text += " with ties";
  for (const RowLock& lock : query.row_locks) {
    text += fmt::format(" lock {} {} {}", lock.relation, static_cast<int>(lock.strength),
                        static_cast<int>(lock.wait));
  }
  return text;
}

}  // namespace

std::string ExpressionDebugText(const Expression& expression) {
  const auto call = [&expression](std::string_view name) {
    return fmt::format("{}({})", name, List(expression.arguments, ", "));
  };
  const std::string_view no = expression.negated ? "not " : "";
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return ConstantText(expression.value);
    case ExpressionKind::kColumn:
      return fmt::format("{}#{}.{}", Outward(expression), expression.relation, expression.column);
    case ExpressionKind::kGroupKey:
      return fmt::format("{}g{}", Outward(expression), expression.index);
    case ExpressionKind::kAggregate:
      return fmt::format("{}a{}", Outward(expression), expression.index);
    case ExpressionKind::kParameter:
      return fmt::format("${}:{}", expression.index, types::TypeName(expression.type));
    case ExpressionKind::kCall:
      return call(expression.function->name);
    case ExpressionKind::kCast:
      return fmt::format("cast{}({} as {})", expression.explicit_cast ? "!" : "",
                         List(expression.arguments, ""), types::TypeName(expression.type));
    case ExpressionKind::kAnd:
      return fmt::format("({})", List(expression.arguments, " and "));
    case ExpressionKind::kOr:
      return fmt::format("({})", List(expression.arguments, " or "));
    case ExpressionKind::kNot:
      return call("not");
    case ExpressionKind::kIsNull:
      return fmt::format("({} is {}null)", List(expression.arguments, ""), no);
    case ExpressionKind::kBooleanTest:
      return fmt::format("({} is {}{})", List(expression.arguments, ""), no,
                         TestText(expression.test));
    case ExpressionKind::kDistinctFrom:
      return fmt::format("({})",
                         List(expression.arguments, fmt::format(" is {}distinct from ", no)));
    case ExpressionKind::kCase:
      return call("case");
    case ExpressionKind::kCoalesce:
      return call("coalesce");
    case ExpressionKind::kNullIf:
      return call("nullif");
    case ExpressionKind::kGreatest:
      return call("greatest");
    case ExpressionKind::kLeast:
      return call("least");
    case ExpressionKind::kInList:
      return fmt::format("{}{}", no, call("in"));
    case ExpressionKind::kSubquery:
      return SubqueryText(expression);
    case ExpressionKind::kSlot:
      return fmt::format("slot{}", expression.index);
    case ExpressionKind::kOuterValue:
      return fmt::format("outer{}", expression.index);
    case ExpressionKind::kSubplan:
      return call(fmt::format("subplan{}", expression.index));
  }
  return "";
}

std::string QueryDebugText(const Query& query) {
  std::string text = "(" + CommonTablesText(query);
  if (query.set_operation.has_value()) {
    text += SetOperationText(*query.set_operation);
    if (query.targets.size() != query.visible_targets) text += " " + TargetsText(query);
    return text + TailText(query) + ")";
  }
  text += "select " + TargetsText(query);
  if (query.from != nullptr) text += " from " + FromText(query, *query.from);
  return text + TailText(query) + ")";
}

}  // namespace heliosdb::sql::bind
