// Walking bound trees: which columns of a query's relations something reads.
#ifndef HELIOSDB_CORE_SQL_PLAN_COLUMN_SET_H_
#define HELIOSDB_CORE_SQL_PLAN_COLUMN_SET_H_

#include <bitset>
#include <functional>
#include <set>
#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/bind/bound_query.h"

namespace heliosdb::sql::plan {

// A column of a query's range table. kRowKeyColumn stands for the row's key.
struct ColumnRef {
  int relation = 0;
  int column = 0;
  friend auto operator<=>(const ColumnRef&, const ColumnRef&) = default;
};
inline constexpr int kRowKeyColumn = -1;
using ColumnSet = std::set<ColumnRef>;

// A set of relations of one query; a query has at most kRelationsMax.
inline constexpr int kRelationsMax = 256;
using RelationSet = std::bitset<kRelationsMax>;
inline RelationSet RelationBit(int relation) { return RelationSet().set(relation); }
inline bool Contains(const RelationSet& outer, const RelationSet& inner) {
  return (inner & ~outer).none();
}

// What a walk sees. `depth` counts the queries between the node and the start of the walk: a column
// whose levels_up equals it belongs to the query that holds the start, one whose levels_up is
// greater to a query around that. The owner may be replaced; what replaces it is not walked.
struct TreeVisitor {
  // kColumn, kGroupKey and kAggregate expressions.
  std::function<void(bind::ExpressionPtr& node, int depth)> column;
  // Entries of range tables inside. May be null.
  std::function<void(bind::Relation& relation, int depth)> relation;
};
void WalkExpression(bind::ExpressionPtr& expression, int depth, const TreeVisitor& visitor);
void WalkQuery(bind::Query& query, int depth, const TreeVisitor& visitor);

// Calls visit with each column of the query that holds `expression`, found in it or in its
// subqueries.
void ForEachColumn(const bind::Expression& expression,
                   const std::function<void(const ColumnRef&)>& visit);
// The same over everything inside a query, whose own columns are wanted with depth 0.
void ForEachColumnInQuery(const bind::Query& query, int depth,
                          const std::function<void(const ColumnRef&)>& visit);

RelationSet RelationsOf(const bind::Expression& expression);
// Whether a subquery, or a volatile function, stands inside (the inside of subqueries counts for
// the latter).
bool ContainsSubquery(const bind::Expression& expression);
bool ContainsVolatile(const bind::Expression& expression);
bool ContainsVolatile(const bind::Query& query);
// Whether something inside refers to a column, or a common table at least levels_min above, that is
// outside of the query.
bool ReachesOutside(bind::Query& query, int common_table_levels_min);

// Whether what makes a relation's rows refers to columns `levels` queries outward, 0 being the query
// that holds the relation.
bool RelationRefersTo(const bind::Relation& relation, int levels);

// Adds `by` to the levels of everything inside that refers to `depth` or more levels outward.
void ShiftLevels(bind::ExpressionPtr& expression, int depth, int by);
void ShiftLevels(bind::Query& query, int depth, int by);

// Splits at ANDs.
void SplitConjuncts(bind::ExpressionPtr expression, std::vector<bind::ExpressionPtr>* conjuncts);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_COLUMN_SET_H_
