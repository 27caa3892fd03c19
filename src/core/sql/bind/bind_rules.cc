// What the catalogue keeps as text: defaults, checks, indexes.
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/fold.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {

using types::TypeOid;
using types::Value;

ExpressionOr Binder::BindStored(std::string_view text, const catalog::Table& table, Place place) {
  absl::StatusOr<parse::ExpressionPtr> parsed = parse::ParseExpression(text);
  if (!parsed.ok()) {
    return Corruption("the expression \"{}\" of table {} does not parse: {}", text, table.name,
                      std::string(parsed.status().message()));
  }
  ++stored_depth_;
  ExpressionOr bound = BindTableExpression(**parsed, table, place);
  --stored_depth_;
  if (!bound.ok()) return bound;
  // What cannot be computed ahead fails when a row needs it.
  FoldExpression(&*bound, context_.format).IgnoreError();
  return bound;
}

ExpressionOr Binder::BindColumnDefault(const catalog::Table& table, int place) {
  const catalog::Column& column = table.columns[static_cast<size_t>(place)];
  if (column.dropped) return ExpressionPtr();
  if (column.default_text.empty()) {
    if (column.identity == catalog::Identity::kNone) return ExpressionPtr();
    std::vector<ExpressionPtr> arguments;
    arguments.push_back(MakeConstant(
        Value::Integer({TypeOid::kRegclass}, static_cast<int32_t>(column.owned_sequence)), 0));
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr next, MakeCall("nextval", std::move(arguments), {}, 0));
    return CoerceForAssignment(std::move(next), column.name, column.type);
  }
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound,
                          BindStored(column.default_text, table, Place::kDefault));
  return CoerceForAssignment(std::move(bound), column.name, column.type);
}

absl::StatusOr<TableRules::IndexRule> Binder::BindIndex(const catalog::Table& table,
                                                        const catalog::Index& index) {
  TableRules::IndexRule rule;
  rule.index = &index;
  for (const catalog::IndexColumn& key : index.columns) {
    if (key.column >= 0) {
      rule.keys.push_back(MakeTableColumn(table, key.column));
      continue;
    }
    HELIOS_ASSIGN_OR_RETURN(rule.keys.emplace_back(),
                            BindStored(key.expression_text, table, Place::kIndexExpression));
  }
  if (!index.predicate_text.empty()) {
    HELIOS_ASSIGN_OR_RETURN(rule.predicate,
                            BindStored(index.predicate_text, table, Place::kIndexPredicate));
  }
  return rule;
}

absl::StatusOr<TableRules> Binder::BindRules(const catalog::Table& table) {
  TableRules rules;
  for (const catalog::CheckConstraint& check : table.checks) {
    TableRules::Check& bound = rules.checks.emplace_back();
    bound.name = check.name;
    HELIOS_ASSIGN_OR_RETURN(bound.expression, BindStored(check.text, table, Place::kCheck));
    HELIOS_ASSIGN_OR_RETURN(bound.expression,
                            CoerceToBoolean(std::move(bound.expression), "CHECK"));
  }
  for (const catalog::Index* const index : image().IndexesOf(table.oid)) {
    HELIOS_ASSIGN_OR_RETURN(rules.indexes.emplace_back(), BindIndex(table, *index));
  }
  return rules;
}

}  // namespace heliosdb::sql::bind
