// Walks over bound trees.
#ifndef HELIOSDB_CORE_SQL_BIND_WALK_H_
#define HELIOSDB_CORE_SQL_BIND_WALK_H_

#include <functional>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/bind/bound_query.h"

namespace heliosdb::sql::bind {

// visit sees an expression's owner and depth: how many queries lie between it and where the walk
// began. It may replace the expression. True: go on into what it holds.
using ExpressionVisitor = std::function<bool(ExpressionPtr& expression, int depth)>;

// The expression and everything within it, subqueries included.
void WalkExpression(ExpressionPtr& expression, int depth, const ExpressionVisitor& visit);
// Every expression of a query and of the queries within it; depth is that of the query's own
// expressions.
void WalkQuery(Query& query, int depth, const ExpressionVisitor& visit);

// The same, looking only.
using ExpressionReader = std::function<bool(const Expression& expression, int depth)>;
void ReadExpression(const Expression& expression, int depth, const ExpressionReader& read);
void ReadQuery(const Query& query, int depth, const ExpressionReader& read);

// Every relation of a query and of the queries within it, expressions' subqueries included.
using RelationVisitor = std::function<void(Relation& relation, int depth)>;
void WalkRelations(Query& query, int depth, const RelationVisitor& visit);

// For a tree that moves `levels` queries inward: what it names outside of itself is that much
// further out.
void MoveInward(Query* query, int levels);
void MoveInward(ExpressionPtr* expression, int levels);

bool ContainsAggregate(const Expression& expression);
// A call of a volatile function (or, for mutable, of one that is not immutable).
bool ContainsVolatile(const Expression& expression);
bool ContainsMutable(const Expression& expression);
// A column, group key or aggregate of the query that holds it.
bool ContainsOwnColumn(const Expression& expression);
bool ContainsSubquery(const Expression& expression);
// Whether the result of this cast depends on the session's time zone or on the time.
bool CastIsStable(types::TypeOid from, types::TypeOid to);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_WALK_H_
