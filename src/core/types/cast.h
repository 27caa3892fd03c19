// Casts: which exist and when they apply (PostgreSQL's pg_cast), and their kernels.
#ifndef HELIOSDB_CORE_TYPES_CAST_H_
#define HELIOSDB_CORE_TYPES_CAST_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/types/format_context.h"
#include "core/types/vector.h"

namespace heliosdb::types {

// Ordered: a cast that is allowed implicitly is allowed on assignment, and one on assignment
// explicitly.
enum class CastKind : uint8_t { kImplicit, kAssignment, kExplicit };

// The weakest use in which PostgreSQL applies a cast; empty where there is none. Includes the casts
// through text that every type has: to the character types on assignment, from them explicitly.
// unknown casts to everything implicitly.
std::optional<CastKind> FindCast(TypeOid from, TypeOid to);
// True when a value needs no work: the same type, or text, varchar and the like among each other.
bool IsBinaryCoercible(TypeOid from, TypeOid to);

// Casts rows rows of in (constant: one, and *out is constant too). to's modifier is applied:
// explicitly it truncates, else it errs with 22001. NULL gives NULL. *out has type to and is
// overwritten; its strings may be shared with in's, which must outlive them. kind only decides
// about truncation: FindCast tells what is allowed.
absl::Status CastVector(const Vector& in, size_t rows, Type to, CastKind kind,
                        const FormatContext& context, Vector* out);
absl::StatusOr<Value> CastValue(const Value& value, Type to, CastKind kind,
                                const FormatContext& context);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_CAST_H_
