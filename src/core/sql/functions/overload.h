// Which overload a call means: PostgreSQL's rules (manual, chapter 10), and its errors.
//
// A literal without a type, and a parameter not yet known, has the type kUnknown.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_OVERLOAD_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_OVERLOAD_H_

#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::functions {

// pg_type.typcategory: 'N' numeric, 'S' string, 'D' date and time, 'T' time span, 'B' boolean, 'U'
// user, 'P' pseudo, 'X' unknown.
char TypeCategory(types::TypeOid type);
bool IsPreferredType(types::TypeOid type);

struct ResolvedOperator {
  const OperatorEntry* entry = nullptr;
  // What each side has to be cast to (kInvalid left for a prefix operator), polymorphic types
  // resolved; equal to the given type where no cast is needed.
  types::TypeOid left = types::TypeOid::kInvalid;
  types::TypeOid right = types::TypeOid::kInvalid;
  types::TypeOid result = types::TypeOid::kInvalid;
};
// left is kInvalid for a prefix operator. Errors: 42883, 42725, with PostgreSQL's texts and hints.
absl::StatusOr<ResolvedOperator> ResolveOperator(std::string_view symbol, types::TypeOid left,
                                                 types::TypeOid right);

struct ResolvedFunction {
  // Null when the call is a cast in the form of a function, as float8(x): of the one argument to
  // result.
  const FunctionEntry* entry = nullptr;
  // One for each argument of the kernel, defaults included: which given argument it is, or -1 for a
  // default.
  std::vector<int> sources = {};
  // What each of them has to be cast to; a default is zero of this type.
  std::vector<types::TypeOid> arguments = {};
  types::TypeOid result = types::TypeOid::kInvalid;
};
// names: for calls by name, the names of the last arguments; may be empty. Errors: 42883, 42725;
// 42809 when the name is an aggregate's.
absl::StatusOr<ResolvedFunction> ResolveFunction(std::string_view name,
                                                 std::span<const types::TypeOid> arguments,
                                                 std::span<const std::string_view> names);

bool IsAggregateName(std::string_view name);

struct ResolvedAggregate {
  const AggregateEntry* entry = nullptr;
  std::vector<types::TypeOid> arguments = {};
  types::TypeOid result = types::TypeOid::kInvalid;
};
// For count(*): no arguments. For ordered-set aggregates: the direct arguments, then WITHIN
// GROUP's; within_group_count says how many those are.
absl::StatusOr<ResolvedAggregate> ResolveAggregate(std::string_view name,
                                                   std::span<const types::TypeOid> arguments,
                                                   size_t within_group_count);

// The type of UNION, CASE, VALUES, COALESCE, GREATEST and IN lists (manual, 10.5). context names
// the construct in the error as PostgreSQL does: "CASE", "UNION", "IN". Error: 42804 "UNION types
// text and integer cannot be matched". All unknown gives text.
absl::StatusOr<types::TypeOid> CommonType(std::string_view context,
                                          std::span<const types::TypeOid> types);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_OVERLOAD_H_
