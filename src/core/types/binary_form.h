// Every type's binary form on PostgreSQL's wire (its send and receive functions): big-endian, no
// length in front.
#ifndef HELIOSDB_CORE_TYPES_BINARY_FORM_H_
#define HELIOSDB_CORE_TYPES_BINARY_FORM_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::types {

// The row is not NULL.
void AppendBinary(const Vector& vector, size_t row, std::string* out);
void AppendBinary(const Value& value, std::string* out);

// Trusts nothing: 22P03 for bytes that are not a value of type, 22021 for text that is not UTF-8.
// The modifier is applied.
absl::StatusOr<Value> ParseBinary(Type type, std::string_view bytes);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_BINARY_FORM_H_
