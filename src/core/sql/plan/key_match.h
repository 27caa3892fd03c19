// Conditions that a key answers: which part of a key's range a conjunct stands for.
#ifndef HELIOSDB_CORE_SQL_PLAN_KEY_MATCH_H_
#define HELIOSDB_CORE_SQL_PLAN_KEY_MATCH_H_

#include <optional>
#include <string>
#include <vector>

#include "core/sql/bind/bound_expression.h"
#include "core/sql/plan/column_set.h"

namespace heliosdb::sql::plan {

// One column of a key: a column of the relation, or an expression over it.
struct KeyColumn {
  int relation = 0;
  int column = -1;
  const bind::Expression* expression = nullptr;
  types::Type type;
  bool descending = false;
  bool nulls_first = false;
};

// What a conjunct says about a key column.
struct KeyTest {
  enum class Kind { kEqual, kIn, kLower, kUpper, kPrefix };
  Kind kind = Kind::kEqual;
  // Of the key column's type, as bound expressions that read nothing of the relation. kIn: all;
  // otherwise one, and none for kPrefix.
  std::vector<bind::ExpressionPtr> values;
  bool inclusive = false;
  std::string prefix;
  // The conjunct is true exactly for the keys in the range: it need not be tested again.
  bool exact = true;
};

// nullopt when the conjunct says nothing about the key column that a range could show.
std::optional<KeyTest> MatchKeyColumn(const bind::Expression& conjunct, const KeyColumn& key);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_KEY_MATCH_H_
