#include "core/base/clock.h"

#include "absl/time/clock.h"
#include <time.h>

namespace heliosdb {
namespace {

class RealClock final : public Clock {
 public:
  absl::Duration Now() override {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return absl::DurationFromTimespec(now);
  }
  absl::Time WallNow() override { return absl::Now(); }
};

}  // namespace

Clock* Clock::Real() {
  static RealClock clock;
  return &clock;
}

}  // namespace heliosdb
