// Log positions and terms.
#ifndef HELIOSDB_CORE_BASE_LSN_H_
#define HELIOSDB_CORE_BASE_LSN_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace heliosdb {

// A byte offset in a database's endless log. Printed "hi/lo" in hex, as PostgreSQL prints a pg_lsn.
// 0 is no position.
enum class Lsn : uint64_t {};

inline constexpr Lsn kLsnInvalid{0};
inline constexpr Lsn kLsnMax{UINT64_MAX};

constexpr uint64_t ToInt(Lsn lsn) { return static_cast<uint64_t>(lsn); }
constexpr Lsn operator+(Lsn lsn, uint64_t bytes) { return Lsn{ToInt(lsn) + bytes}; }
// Bytes between two positions; a must not be before b.
constexpr uint64_t operator-(Lsn a, Lsn b) { return ToInt(a) - ToInt(b); }

std::string LsnText(Lsn lsn);
// Parses "16/B374D848". INVALID_ARGUMENT (SQLSTATE 22P02) for anything else.
absl::StatusOr<Lsn> ParseLsn(std::string_view text);

// A primary's term: one higher than any before it; the fencing token.
enum class Term : uint64_t {};
constexpr uint64_t ToInt(Term term) { return static_cast<uint64_t>(term); }

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_LSN_H_
