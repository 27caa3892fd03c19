// The seam through which the library reads time.
#ifndef HELIOSDB_CORE_BASE_CLOCK_H_
#define HELIOSDB_CORE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace heliosdb {

class Clock {
 public:
  virtual ~Clock() = default;
  // Monotonic time since an arbitrary start: for timeouts, leases and intervals. Never goes back.
  virtual absl::Duration Now() = 0;
  // Wall-clock time: for now(), event time stamps and nothing that decides. May jump.
  virtual absl::Time WallNow() = 0;

  // The machine's clocks. Lives for the whole program.
  static Clock* Real();
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_CLOCK_H_
