// Plan expressions as PostgreSQL's EXPLAIN writes them: (a.id = b.k).
#ifndef HELIOSDB_CORE_SQL_PLAN_PRINT_EXPRESSION_H_
#define HELIOSDB_CORE_SQL_PLAN_PRINT_EXPRESSION_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/sql/bind/bound_expression.h"

namespace heliosdb::sql::plan {

// What a slot is called.
struct SlotName {
  std::string text;
  // A column: it needs no parentheses as a sort key.
  bool is_column = true;
  // Of a scan's column: its name within the scan, without the relation's.
  std::string own_text;
};
using SlotNames = std::vector<SlotName>;

// What surrounds an expression.
struct PrintContext {
  const SlotNames* slots = nullptr;
  // By kOuterValue index; others are printed as $n.
  const std::map<int, std::string>* outer_values = nullptr;
  // The text of a kSubplan expression.
  std::function<std::string(const bind::Expression&)> subplan;
};

std::string PrintExpression(const bind::Expression& expression, const PrintContext& context);
// All of them, joined by AND.
std::string PrintConjuncts(const std::vector<bind::ExpressionPtr>& conjuncts,
                           const PrintContext& context);
std::string PrintAggregate(const bind::Aggregate& aggregate, const PrintContext& context);
// left = ANY of the values.
std::string PrintAny(const std::string& left, const bind::ExpressionPtr* values, size_t count,
                     bool negated, const PrintContext& context);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PRINT_EXPRESSION_H_
