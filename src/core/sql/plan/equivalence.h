// Columns that an inner join makes equal: from a = b and b = c follows a = c, and from a = b and
// b = 5 that a = 5.
#ifndef HELIOSDB_CORE_SQL_PLAN_EQUIVALENCE_H_
#define HELIOSDB_CORE_SQL_PLAN_EQUIVALENCE_H_

#include <memory>
#include <vector>

#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/join_tree.h"

namespace heliosdb::sql::plan {

// Columns of one type, equal in every row of the join.
struct EquivalenceClass {
  const functions::FunctionEntry* equal = nullptr;  // The = of the type.
  std::vector<bind::ExpressionPtr> members;         // kColumn; each of another relation.
  RelationSet relations;
};

// Takes equalities between columns of different relations out of the conjuncts and groups them. A
// class with a constant becomes conditions on each member alone, and is not returned.
std::vector<EquivalenceClass> TakeEquivalences(std::vector<Conjunct>* conjuncts);

// member i = member j.
Conjunct MakeEquality(const EquivalenceClass& equivalence, size_t i, size_t j);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_EQUIVALENCE_H_
