// Statuses: one constructor a meaning (STYLE 10), SQL errors with their fields, and the propagation
// macros.
#ifndef HELIOSDB_CORE_BASE_STATUS_H_
#define HELIOSDB_CORE_BASE_STATUS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fmt/format.h"

#include "core/base/sqlstate.h"
#include "core/base/sqlstate_codes.h"

namespace heliosdb {

absl::Status MakeStatus(absl::StatusCode code, std::string_view message);

template <typename... Args>
absl::Status NotFound(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kNotFound, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status AlreadyExists(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kAlreadyExists,
                    fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status InvalidArgument(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kInvalidArgument,
                    fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status FailedPrecondition(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kFailedPrecondition,
                    fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status Aborted(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kAborted, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status Unavailable(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kUnavailable,
                    fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status DeadlineExceeded(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kDeadlineExceeded,
                    fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status ResourceExhausted(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kResourceExhausted,
                    fmt::format(format, std::forward<Args>(args)...));
}
// Bytes that must be right are not: a failed checksum, an impossible length.
template <typename... Args>
absl::Status Corruption(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kDataLoss, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
absl::Status Internal(fmt::format_string<Args...> format, Args&&... args) {
  return MakeStatus(absl::StatusCode::kInternal, fmt::format(format, std::forward<Args>(args)...));
}

// An error with a SQLSTATE. The status code follows from the SQLSTATE (23505: ALREADY_EXISTS,
// 40001: ABORTED, ...).
absl::Status MakeSqlError(SqlState state, std::string_view message);

template <typename... Args>
absl::Status SqlError(SqlState state, fmt::format_string<Args...> format, Args&&... args) {
  return MakeSqlError(state, fmt::format(format, std::forward<Args>(args)...));
}
// SQLSTATE 0A000; the message names the feature: "MERGE is not supported".
template <typename... Args>
absl::Status Unsupported(fmt::format_string<Args...> format, Args&&... args) {
  return MakeSqlError(sqlstate::kFeatureNotSupported,
                      fmt::format(format, std::forward<Args>(args)...));
}

// Add a field to an error and return it; an OK status stays as it is.
absl::Status WithSqlState(absl::Status status, SqlState state);
absl::Status WithDetail(absl::Status status, std::string_view detail);
absl::Status WithHint(absl::Status status, std::string_view hint);
absl::Status WithConstraint(absl::Status status, std::string_view constraint);
// position: 1-based, in characters; kept if one is already there (the innermost knows best). 0 and
// less add nothing.
absl::Status WithPosition(absl::Status status, int position);
// Prepends "context: " to the message and keeps code and payloads.
absl::Status WithContext(const absl::Status& status, std::string_view context);

// A copy that shares no memory with the original: for an error that several threads keep. The
// packaged Abseil counts references where ThreadSanitizer does not see it, and then reports races.
absl::Status SeparateCopy(const absl::Status& status);

// True when the status carries this SQLSTATE.
bool HasSqlState(const absl::Status& status, SqlState state);

}  // namespace heliosdb

#define HELIOS_CONCAT_INNER(a, b) a##b
#define HELIOS_CONCAT(a, b) HELIOS_CONCAT_INNER(a, b)

// Returns from the enclosing function when expression is a non-OK status.
#define HELIOS_RETURN_IF_ERROR(expression)                                \
  do {                                                                    \
    if (absl::Status helios_status = (expression); !helios_status.ok()) { \
      return helios_status;                                               \
    }                                                                     \
  } while (false)

// HELIOS_ASSIGN_OR_RETURN(Lsn lsn, wal->Append(record)): declares or assigns, or returns the error.
#define HELIOS_ASSIGN_OR_RETURN(declaration, expression) \
  HELIOS_ASSIGN_OR_RETURN_INNER(HELIOS_CONCAT(helios_statusor_, __LINE__), declaration, expression)
#define HELIOS_ASSIGN_OR_RETURN_INNER(statusor, declaration, expression) \
  auto statusor = (expression);                                          \
  if (!statusor.ok()) return std::move(statusor).status();               \
  declaration = *std::move(statusor)

#endif  // HELIOSDB_CORE_BASE_STATUS_H_
