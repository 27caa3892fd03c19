// Between the values of the public API and those of the engine.
#ifndef HELIOSDB_CORE_API_PARAMETER_H_
#define HELIOSDB_CORE_API_PARAMETER_H_

#include <span>
#include <vector>

#include "absl/status/statusor.h"

#include "core/types/format_context.h"
#include "core/types/value.h"
#include "heliosdb/value.h"

namespace heliosdb::api {

// The value as a parameter of the type. Errors: 22P02 and its kin for text that is no such value, 22003 out of range,
// 42804 for a kind that does not convert (a boolean for a date).
absl::StatusOr<types::Value> ToParameter(const Value& value, types::Type type,
                                         const types::FormatContext& format);

// All of them, `to` being reused from call to call. 08P01 when the counts differ.
absl::Status ToParameters(std::span<const Value> values, std::span<const types::Type> types,
                          const types::FormatContext& format, std::vector<types::Value>* to);

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_PARAMETER_H_
