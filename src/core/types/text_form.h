// Every type's text form: what clients see and write, and what casts to and from text do.
#ifndef HELIOSDB_CORE_TYPES_TEXT_FORM_H_
#define HELIOSDB_CORE_TYPES_TEXT_FORM_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/types/format_context.h"
#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::types {

// The row is not NULL.
void AppendText(const Vector& vector, size_t row, const FormatContext& context, std::string* out);
void AppendText(const Value& value, const FormatContext& context, std::string* out);
std::string ToText(const Value& value, const FormatContext& context);

// Reads a value of type, its modifier applied as an assignment does. Errors are PostgreSQL's
// (22P02, 22003, 22007, 22001).
absl::StatusOr<Value> ParseText(Type type, std::string_view text, const FormatContext& context);
// The same into a row of a vector of that type.
absl::Status ParseTextInto(std::string_view text, const FormatContext& context, size_t row,
                           Vector* out);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_TEXT_FORM_H_
