// What a session contributes to reading and writing values as text.
#ifndef HELIOSDB_CORE_TYPES_FORMAT_CONTEXT_H_
#define HELIOSDB_CORE_TYPES_FORMAT_CONTEXT_H_

#include <cstdint>

#include "core/types/time_zone.h"

namespace heliosdb::types {

// DateStyle is ISO, MDY and IntervalStyle postgres, always.
struct FormatContext {
  // The session's TimeZone. Not owned; null means UTC.
  const TimeZone* time_zone = nullptr;
  // The transaction's start, microseconds since 2000-01-01 UTC: what 'now', 'today' and a time
  // without a date mean.
  int64_t now_microseconds = 0;
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_FORMAT_CONTEXT_H_
