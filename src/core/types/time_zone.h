// A time zone by PostgreSQL's rules, from the system's tz database.
#ifndef HELIOSDB_CORE_TYPES_TIME_ZONE_H_
#define HELIOSDB_CORE_TYPES_TIME_ZONE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace heliosdb::types {

// Cheap to copy; immutable; safe from any thread.
class TimeZone {
 public:
  // UTC.
  TimeZone();
  // A name as SET TIME ZONE takes it: "UTC", "Europe/Berlin" (any case), "+02", "-03:30", an
  // abbreviation such as "EST", or POSIX's "<+03>-3". A bare number of hours counts east as
  // positive; POSIX offsets count west. 22023 if unknown.
  static absl::StatusOr<TimeZone> Load(std::string_view name);
  static TimeZone Fixed(int32_t seconds_east);

  const std::string& name() const { return name_; }
  // Seconds east of Greenwich at a moment, given as microseconds since 2000-01-01 UTC.
  int32_t OffsetAt(int64_t utc_microseconds) const;
  // The same for a local time. In a gap the offset before it counts, in an overlap the offset after
  // it.
  int32_t OffsetOfLocal(int64_t local_microseconds) const;
  // "CET", "CEST"; an offset where the zone has no letters: "+03".
  std::string AbbreviationAt(int64_t utc_microseconds) const;

 private:
  TimeZone(std::string name, absl::TimeZone zone);

  std::string name_;
  absl::TimeZone zone_;
  bool is_fixed_ = true;
  int32_t fixed_seconds_ = 0;
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_TIME_ZONE_H_
