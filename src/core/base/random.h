// The seam through which the library takes chance: ids, jitter, random().
#ifndef HELIOSDB_CORE_BASE_RANDOM_H_
#define HELIOSDB_CORE_BASE_RANDOM_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"

namespace heliosdb {

// xoshiro256** (Blackman and Vigna), seeded by splitmix64. Thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed);
  // A generator seeded from the operating system.
  static uint64_t SystemSeed();

  uint64_t Next();
  // Uniform in [0, bound); bound > 0.
  uint64_t Below(uint64_t bound);
  // Uniform in [0, 1).
  double Unit();

 private:
  Mutex mu_;
  uint64_t state_[4] ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_RANDOM_H_
