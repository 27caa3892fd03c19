// A FROM and WHERE as a problem for join ordering: what is joined, how, and under which conditions.
#ifndef HELIOSDB_CORE_SQL_PLAN_JOIN_TREE_H_
#define HELIOSDB_CORE_SQL_PLAN_JOIN_TREE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/bind/bound_query.h"
#include "core/sql/plan/column_set.h"
#include "core/sql/plan/plan.h"

namespace heliosdb::sql::plan {

struct Conjunct {
  bind::ExpressionPtr expression;
  RelationSet relations;
  // An equality whose sides read different relations, which a hash join can use where one side is
  // on its left and the other on its right.
  bool can_hash = false;
  RelationSet first;
  RelationSet second;

  bool CanHashBetween(const RelationSet& left, const RelationSet& right) const {
    return can_hash && ((Contains(left, first) && Contains(right, second)) ||
                        (Contains(left, second) && Contains(right, first)));
  }
};
Conjunct MakeConjunct(bind::ExpressionPtr expression);

struct JoinProblem;

// One thing to be joined. It is a relation, or a problem of its own: the inner side of an outer
// join, a semi or anti join, or both sides of a full join.
struct JoinItem {
  int relation = -1;
  std::unique_ptr<JoinProblem> problem;
  // Set for a full join: `problem` is its left side, this its right side, `on` its condition.
  std::unique_ptr<JoinProblem> full_right;
  // How it is joined to what stands left of it. Anything but kInner applies to rows of the left
  // side as a whole, so that the item can be joined late or early as long as `required` is there:
  // (A left join B) join C is (A join C) left join B when the inner join's condition leaves out B.
  JoinKind join = JoinKind::kInner;
  std::vector<Conjunct> on;
  RelationSet relations;
  // Relations beside it that its condition or its inside (LATERAL) refers to.
  RelationSet required;
};

struct JoinProblem {
  std::vector<JoinItem> items;
  // All must hold for the joined rows.
  std::vector<Conjunct> conjuncts;
  RelationSet relations;
};

// Takes from and where out of the query. Outer joins that a condition above makes inner ones become
// so: a strict condition on the side that may be NULL (PostgreSQL's reduce_outer_joins).
absl::StatusOr<JoinProblem> BuildJoinProblem(bind::Query* query);
// The same for another FROM and WHERE over relations of the query.
JoinProblem BuildProblemOf(bind::Query* query, std::unique_ptr<bind::FromItem> from,
                           bind::ExpressionPtr where);

// Moves what concerns one item alone into it: conditions on the inside of an item that is a problem
// of its own. Conjuncts over a single relation stay; its scan takes them.
void PushConjunctsDown(JoinProblem* problem);

// Adds the columns that conditions inside the problem read.
void AddColumnsOf(const JoinProblem& problem, ColumnSet* columns);

// Relations of the query that make the expression not true when all their columns are NULL.
RelationSet RejectsNull(const bind::Expression& expression);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_JOIN_TREE_H_
