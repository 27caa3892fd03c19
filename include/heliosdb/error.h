// Errors as SQL clients see them.
//
// Every call of the library that can fail returns absl::Status or absl::StatusOr; nothing throws.
// An error that SQL defines carries PostgreSQL's fields as payloads of the status; these functions
// read them. All of them are pure and safe from any thread.
#ifndef HELIOSDB_ERROR_H_
#define HELIOSDB_ERROR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace heliosdb {

// The SQLSTATE of an error, five characters as in PostgreSQL 15's manual, appendix A ("23505" for a
// duplicate key). An error without one gets the class that its status code stands for: "XX000" for
// an internal error, "58030" for I/O. "00000" for an OK status.
std::string SqlStateOf(const absl::Status& status);

// Where in the statement's text the error was found: 1 for its first character (not byte). Empty
// when unknown.
std::optional<int> ErrorPositionOf(const absl::Status& status);

// A second sentence with the values involved ("Key (id)=(1) already exists."). Empty when there is
// none.
std::string ErrorDetailOf(const absl::Status& status);

// What the user may do about it. Empty when there is none.
std::string ErrorHintOf(const absl::Status& status);

// The name of the constraint that was violated. Empty when the error is of another kind.
std::string ErrorConstraintOf(const absl::Status& status);

}  // namespace heliosdb

#endif  // HELIOSDB_ERROR_H_
