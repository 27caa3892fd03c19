// Bound expressions: names resolved, types and casts decided, every overload chosen. The planner
// moves them about, the executor compiles them; neither looks at SQL text again.
#ifndef HELIOSDB_CORE_SQL_BIND_BOUND_EXPRESSION_H_
#define HELIOSDB_CORE_SQL_BIND_BOUND_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/types/type.h"
#include "core/types/value.h"

namespace heliosdb::sql::functions {
struct FunctionEntry;
struct AggregateEntry;
}  // namespace heliosdb::sql::functions

namespace heliosdb::sql::bind {

struct Query;

enum class ExpressionKind : uint8_t {
  kConstant,   // value
  kColumn,     // relation, column, levels_up
  kGroupKey,   // index, levels_up: a key of that aggregated query
  kAggregate,  // index, levels_up: an aggregate of that aggregated query
  kParameter,  // index: $index, from 1
  kCall,       // function, arguments: functions and operators alike
  kCast,       // arguments[0] to type, explicitly or not
  kAnd,        // arguments: two or more, three-valued
  kOr,
  kNot,           // arguments[0]
  kIsNull,        // arguments[0]; negated
  kBooleanTest,   // arguments[0] IS [NOT] TRUE | FALSE | UNKNOWN; test, negated
  kDistinctFrom,  // arguments[0] IS [NOT] DISTINCT FROM arguments[1]; function is the = operator;
                  // negated
  kCase,          // arguments: when1, then1, when2, then2, ..., else; conditions are boolean
  kCoalesce,      // arguments
  kNullIf,        // arguments[0], arguments[1]; function is the = operator
  kGreatest,      // arguments, of one type
  kLeast,
  kInList,    // arguments[0] [NOT] IN (the others), all of one type; function is the = operator;
              // negated
  kSubquery,  // subquery; subquery_kind
  // The planner makes these; the binder never does.
  kSlot,        // index: a column of the chunk that the plan node reads
  kOuterValue,  // index: a value that the executor sets before it runs a subplan or the inner side
                // of a join
  kSubplan,     // index: a subplan; arguments are the values for its kOuterValue expressions;
  // subquery_kind, comparison (over kSlot columns of the subplan and kOuterValue for the
  // left side)
};

enum class BooleanTest : uint8_t { kTrue, kFalse, kUnknown };

enum class SubqueryKind : uint8_t {
  kScalar,  // One column; no row gives NULL, a second row 21000.
  kExists,
  kAny,  // comparison over (arguments[i], subquery column i) is true for some row: IN and = ANY, <
         // ANY, ...
  kAll,
};

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

// One struct for all kinds: which fields mean something stands beside each kind above.
struct Expression {
  ExpressionKind kind = ExpressionKind::kConstant;
  types::Type type;
  // 1-based character position in the statement for errors; 0 when unknown.
  int position = 0;

  types::Value value;
  int relation = 0;
  int column = 0;
  // kColumn, kGroupKey, kAggregate: how many queries outward what is named stands; 0 is the query
  // that holds the expression. Each Query object between counts: subqueries of expressions and of
  // FROM, common tables, and the two sides of a set operation.
  int levels_up = 0;
  int index = 0;
  bool negated = false;
  // kCast: whether the user wrote it (a length cast truncates silently only then).
  bool explicit_cast = false;
  BooleanTest test = BooleanTest::kTrue;
  SubqueryKind subquery_kind = SubqueryKind::kScalar;
  const functions::FunctionEntry* function =
      nullptr;  // From the registry, which lives as long as the program.
  std::vector<ExpressionPtr> arguments;
  std::unique_ptr<Query> subquery;
  // kAny, kAll: the comparison, over a row of the left side (relation -1, column i stands for
  // arguments[i]) and the subquery's output (relation -2, column i).
  ExpressionPtr comparison;

  Expression();
  ~Expression();
};

ExpressionPtr CloneExpression(const Expression& expression);
// Same kind, fields and arguments; positions aside. Volatile calls are never the same.
bool SameExpression(const Expression& a, const Expression& b);
// For tests and EXPLAIN's debugging form.
std::string ExpressionDebugText(const Expression& expression);

ExpressionPtr MakeConstant(types::Value value, int position);
ExpressionPtr MakeColumn(int relation, int column, types::Type type, int position);
ExpressionPtr MakeNode(ExpressionKind kind, types::Type type, int position);

// An aggregate call of a query.
struct Aggregate {
  const functions::AggregateEntry* entry = nullptr;
  types::Type type;
  std::vector<ExpressionPtr> arguments;  // Over the query's relations; empty for count(*).
  ExpressionPtr filter;                  // May be null.
  bool distinct = false;
  struct Order {
    ExpressionPtr expression;
    bool descending = false;
    bool nulls_first = false;
  };
  std::vector<Order>
      order_by;  // Order of the input rows; for ordered-set aggregates, WITHIN GROUP's.
  // Ordered-set aggregates: arguments that are evaluated once (the fraction of percentile_cont).
  std::vector<ExpressionPtr> direct_arguments;

  Aggregate Clone() const;
};

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_BOUND_EXPRESSION_H_
