// The choice among overloads, apart from what they are overloads of (PostgreSQL's parse_func.c).
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_CANDIDATES_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_CANDIDATES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "core/types/type.h"

namespace heliosdb::sql::functions {

struct Candidate {
  // Whose it is, by the caller's count.
  size_t entry = 0;
  // One for each given argument, in their order.
  std::vector<types::TypeOid> arguments = {};
};

// Whether values of these types may be given where those are declared, by implicit casts alone, and
// all arguments declared kAnyElement agree.
bool CanCoerce(std::span<const types::TypeOid> given, std::span<const types::TypeOid> declared);

enum class Choice : uint8_t { kFound, kNone, kAmbiguous };
// Leaves the chosen one in candidates, alone.
Choice ChooseCandidate(std::span<const types::TypeOid> given, std::vector<Candidate>* candidates);

// The type of the kAnyElement arguments: that of the first which is known, text if none is;
// kInvalid when nothing is declared so.
types::TypeOid PolymorphicType(std::span<const types::TypeOid> given,
                               std::span<const types::TypeOid> declared);
// What a value of the given type is cast to for a parameter of the declared type.
types::TypeOid TargetType(types::TypeOid given, types::TypeOid declared,
                          types::TypeOid polymorphic);

// PostgreSQL's 42883 and 42725. Names stand before the last arguments' types.
absl::Status NoSuchFunction(std::string_view name, std::span<const types::TypeOid> arguments,
                            std::span<const std::string_view> names);
absl::Status AmbiguousFunction(std::string_view name, std::span<const types::TypeOid> arguments,
                               std::span<const std::string_view> names);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_CANDIDATES_H_
